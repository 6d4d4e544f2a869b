"""文书版式: the templates of papers, ``papers/<key>.md`` in a system's folder, read and filled in.

A template is read line by line: ``# title``, ``## heading`` (to ``#####``), ``@number``, ``@to addressee``, ``@sign``;
every other line is a paragraph. ``{name}`` stands for a value. Values are text and nothing else: what somebody typed
is never read as a template again. Where values come from is in ``issuing``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from zhunsheng.papers.document import Addressee, Block, Document, Heading, Number, Paragraph, Run, Signature, Title

PLACEHOLDER = re.compile(r"\{((?:due:|address:)?[a-z][a-z0-9_]*)\}")
BLANK = "＿＿＿＿"
"""Printed inside a sentence where a value is missing, to be filled in by hand and not to be overlooked."""

_HEADING = re.compile(r"^(#{1,5})\s+(\S.*)$")


class TemplateError(ValueError):
    """A template that cannot be read; the message names the file, the line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a template: what it is, its text, and which placeholders stand in it."""

    kind: str
    text: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was read."""

    lines: tuple[Line, ...]
    names: frozenset[str]


@cache
def read_template(path: Path) -> Template:
    """Read a template; each file is read once. Raises ``TemplateError``."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(f"文书模板 {path.name} 读不出来：{error}") from error
    lines = tuple(_line(path, number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip())
    if [line.kind for line in lines].count("title") != 1:
        raise TemplateError(f"文书模板 {path.name} 应当有且只有一行标题（以 # 开头）")
    return Template(lines, frozenset(name for line in lines for name in line.names))


def _line(path: Path, number: int, text: str) -> Line:
    kind = "paragraph"
    if text.startswith("@"):
        command, _, text = text.partition(" ")
        kind = command[1:]
        if kind not in ("number", "to", "sign") or (kind == "to") != bool(text):
            raise TemplateError(
                f"文书模板 {path.name} 第 {number} 行「{command}」不对：可用 @number、@to 主送单位、@sign"
            )
    elif found := _HEADING.match(text):
        level = len(found[1]) - 1
        kind, text = (f"heading {level}" if level else "title"), found[2]
    names = tuple(PLACEHOLDER.findall(text))
    if text.count("{") != len(names) or text.count("}") != len(names):
        raise TemplateError(f"文书模板 {path.name} 第 {number} 行有看不懂的花括号，应写成 {{字段名}} 或 {{due:期限}}")
    return Line(kind, text, names)


def fill(template: Template, values: Mapping[str, str], *, organ: str, number: str, on: date) -> Document:
    """The document a template and values come to.

    A line that would say nothing, because every value it names is missing, is left out; a single missing value inside
    a line prints as a blank. A value of several lines makes several paragraphs.
    """
    blocks = tuple(block for line in template.lines for block in _blocks(line, values, organ, number, on))
    if any(isinstance(block, Signature) for block in blocks):
        blocks = tuple(_with_organ(block, organ) for block in blocks)
    return Document(blocks)


def as_template(template: Template, written: Mapping[str, str]) -> Document:
    """A template as a document with its fields still in it, each under the name ``written`` gives it, in double braces."""
    fields = {name: "{{" + label + "}}" for name, label in written.items()}
    organ, number, day = fields["organ"], fields["number"], fields["date"]
    blocks: list[Block] = []
    for line in template.lines:
        if line.kind == "sign":
            blocks.append(Signature(organ, day))
        else:
            blocks += _blocks(line, fields, organ, number, date.min)
    if any(line.kind == "sign" for line in template.lines):
        blocks = [_with_organ(block, organ) for block in blocks]
    return Document(tuple(blocks))


def _blocks(line: Line, values: Mapping[str, str], organ: str, number: str, on: date) -> Iterator[Block]:
    if line.kind == "sign":
        yield Signature(organ, on)
    elif line.kind == "number":
        if number:
            yield Number(number)
    elif not line.names or any(values.get(name) for name in line.names):
        text = PLACEHOLDER.sub(lambda found: values.get(found[1]) or BLANK, line.text)
        if line.kind == "title":
            yield Title(text)
        elif line.kind == "to":
            yield Addressee(text)
        elif line.kind.startswith("heading"):
            yield Heading(int(line.kind[-1]), text)
        else:
            yield from (Paragraph((Run(part.strip()),)) for part in text.splitlines() if part.strip())


def _with_organ(block: Block, organ: str) -> Block:
    """A signed paper names the organ above its title (GB/T 9704—2012, 7.3.1: organ, matter, kind)."""
    if isinstance(block, Title) and organ not in block.text:
        return Title(f"{organ}\n{block.text}")
    return block
