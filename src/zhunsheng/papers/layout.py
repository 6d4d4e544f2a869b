"""文书版式: the templates of papers, ``papers/<key>.md`` in a system's folder, read and filled in.

A template is read line by line: ``# title``, ``## heading`` (to ``#####``), ``@number``, ``@to addressee``, ``@sign``;
every other line is a paragraph. Behind ``@sign`` stands who signs: nothing (the organ of the case), ``{field}`` (the organ it
names), ``officer`` (that of whoever takes the step) or ``above`` (the same, always another than that of the case). ``{name}``
stands for a value. Values are text and nothing else: what somebody typed is never read as a template again. Where values come
from is in ``issuing``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import takewhile
from pathlib import Path

from zhunsheng.kernel.words import chinese_number
from zhunsheng.papers.document import Addressee, Block, Document, Heading, Number, Paragraph, Run, Signature, Title

PLACEHOLDER = re.compile(r"\{((?:due:|address:)?[a-z][a-z0-9_]*)\}")
BLANK = "＿＿＿＿"
"""Printed inside a sentence where a value is missing, to be filled in by hand and not to be overlooked."""

_HEADING = re.compile(r"^(#{1,5})\s+(\S.*)$")
_ORDINAL = re.compile(r"^[一二三四五六七八九十]{1,3}(?=、)")
_LABELLED = r"[^；，。　：（）{}]*：\{[^{}]*\}[^；，。　：（）{}]*"
_PARTS = tuple(
    re.compile(pattern)
    for pattern in (
        r"（[^（）]*）",  # brackets
        rf"[；，　]{_LABELLED}(?=[；，。　]|$)",  # a label with its value, after another
        rf"^{_LABELLED}[；　]",  # the first of several
        r"[；，　][^；，。　：（）{}]*\{[^{}]*\}[件个次项宗期场条份人户名](?=[；，　。]|$)",  # a count beside another
        r"、\{[^{}]*\}",  # the next of a row of values
    )
)
"""Parts of a line that say nothing where all the values they name are missing."""


OFFICER, ABOVE = "officer", "above"
"""What may stand behind ``@sign`` beside a field."""


AS_PARTY = ("状", "协议", "协议书")
"""How the titles end of what an organ says in a lawsuit or agrees with others."""


class TemplateError(ValueError):
    """A template that cannot be read; the message names the file, the line and what is wrong."""


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """One line of a template: what it is, its text, and which placeholders stand in it."""

    kind: str
    text: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was read."""

    lines: tuple[TemplateLine, ...]
    names: frozenset[str]

    @property
    def signer(self) -> str:
        """What stands behind ``@sign``; nothing where the organ of the case signs."""
        return next((line.text for line in self.lines if line.kind == "sign"), "")


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


def _line(path: Path, number: int, text: str) -> TemplateLine:
    kind = "paragraph"
    if text.startswith("@"):
        command, _, text = text.partition(" ")
        kind = command[1:]
        is_right = {
            "number": not text or PLACEHOLDER.fullmatch(text),
            "to": bool(text),
            "sign": text in ("", OFFICER, ABOVE) or PLACEHOLDER.fullmatch(text),
        }
        if not is_right.get(kind):
            raise TemplateError(
                f"文书模板 {path.name} 第 {number} 行「{command}」不对：可用 @number、@to 主送单位、@sign；@number 和 @sign 后面"
                "可以写一个 {字段名}，@sign 后面也可以写 officer 或者 above"
            )
    elif found := _HEADING.match(text):
        level = len(found[1]) - 1
        kind, text = (f"heading {level}" if level else "title"), found[2]
    names = tuple(PLACEHOLDER.findall(text))
    if text.count("{") != len(names) or text.count("}") != len(names):
        raise TemplateError(f"文书模板 {path.name} 第 {number} 行有看不懂的花括号，应写成 {{字段名}} 或 {{due:期限}}")
    return TemplateLine(kind, text, names)


def fill(template: Template, values: Mapping[str, str], *, signer: str, number: str, on: date) -> Document:
    """The document a template and values come to.

    What would say nothing, because every value it names is missing, is left out: a line, a part of one (``_PARTS``), a heading
    over such lines alone; what is numbered 一、二、 is numbered anew. A single missing value inside a sentence prints as a blank.
    A value of several lines makes several paragraphs.
    """
    blocks = tuple(_filled(template, values, signer, number, on))
    return Document(_with_signer(blocks))


def as_template(template: Template, written: Mapping[str, str]) -> Document:
    """A template as a document with its fields still in it, each under the name ``written`` gives it, in double braces."""
    fields = {name: "{{" + label + "}}" for name, label in written.items()}
    signer, number, day = fields["signer"], fields["number"], fields["date"]
    blocks: list[Block] = []
    for line in template.lines:
        if line.kind == "sign":
            blocks.append(Signature(_signer(line, fields, signer), day))
        else:
            blocks += _blocks(line, fields, signer, number, date.min)
    return Document(_with_signer(blocks))


def _filled(template: Template, values: Mapping[str, str], signer: str, number: str, on: date) -> Iterator[Block]:
    """The blocks of the lines that say something, their ordinals without a gap."""
    counted: dict[str, int] = {}
    for place, line in enumerate(template.lines):
        ordinal = _ORDINAL.match(line.text)
        if ordinal and ordinal[0] == "一":
            counted[line.kind] = 0
        is_said = line.kind == "sign" or _says_something(line.text, values)
        if not is_said or _stands_over_nothing(template.lines[place:], values):
            continue
        shown = line
        if ordinal:
            counted[line.kind] = counted.get(line.kind, 0) + 1
            shown = replace(line, text=chinese_number(counted[line.kind]) + line.text[ordinal.end() :])
        yield from _blocks(shown, values, signer, number, on)


def _stands_over_nothing(lines: Sequence[TemplateLine], values: Mapping[str, str]) -> bool:
    """Whether the first of these lines is a heading over such as all name values that are missing, or a label whose value, alone in
    the line below it, is."""
    first, *rest = lines
    below = list(takewhile(lambda line: line.kind == "paragraph", rest))
    if first.kind == "paragraph" and first.text.endswith("：") and not first.names:
        below = [line for line in below[:1] if PLACEHOLDER.fullmatch(line.text)]
    elif not first.kind.startswith("heading"):
        return False
    return bool(below) and not any(_says_something(line.text, values) for line in below)


def _says_something(text: str, values: Mapping[str, str]) -> bool:
    names = PLACEHOLDER.findall(text)
    return not names or any(values.get(name) for name in names)


def _without_missing(text: str, values: Mapping[str, str]) -> str:
    for part in _PARTS:
        text = part.sub(lambda found: found[0] if _says_something(found[0], values) else "", text)
    return text


def _blocks(line: TemplateLine, values: Mapping[str, str], signer: str, number: str, on: date) -> Iterator[Block]:
    if line.kind == "sign":
        yield Signature(_signer(line, values, signer), on)
    elif line.kind == "number":
        if shown := values.get(line.names[0]) if line.names else number:
            yield Number(shown)
    else:
        text = _filled_in(_without_missing(line.text, values), values)
        if line.kind == "title":
            yield Title(text)
        elif line.kind == "to":
            yield Addressee(text)
        elif line.kind.startswith("heading"):
            yield Heading(int(line.kind[-1]), text)
        else:
            yield from (Paragraph((Run(part.strip()),)) for part in text.splitlines() if part.strip())


def _filled_in(text: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: values.get(found[1]) or BLANK, text)


def _signer(line: TemplateLine, values: Mapping[str, str], signer: str) -> str:
    is_named = line.text not in ("", OFFICER, ABOVE) and _says_something(line.text, values)
    return _filled_in(line.text, values) if is_named else signer


def _with_signer(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """A signed paper names who signs above its title (GB/T 9704—2012, 7.3.1: organ, matter, kind), but for what an organ says as a
    party, and is addressed to nobody where that would be who signs it."""
    signer = next((block.organ for block in blocks if isinstance(block, Signature)), None)
    if signer is None:
        return tuple(blocks)
    return tuple(
        Title(f"{signer}\n{block.text}")
        if isinstance(block, Title) and signer not in block.text and not block.text.endswith(AS_PARTY)
        else block
        for block in blocks
        if block != Addressee(signer)
    )
