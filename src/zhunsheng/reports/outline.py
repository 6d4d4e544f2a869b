"""提纲: the form of a report as data, ``outlines/<name>.yaml``: its headings and its sentences with places for figures.

An outline holds words, never numbers: one with a digit in a sentence does not load. Filling it in is ``composing``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import ValidationError, field_validator

from zhunsheng.kernel.declaration import Declaration, Labelled
from zhunsheng.law.statutes import LawDataError, load_yaml

FOLDER = Path(__file__).parent / "outlines"
PLACEHOLDER = re.compile(r"\{(change:)?([a-z0-9_]+(?:\.[a-z0-9_]+)?)(@previous)?\}")
PLACES = frozenset({"region", "level", "organ", "above", "year", "next_year"})
"""What a sentence may name besides figures."""


DraftName = Literal["study", "documents", "tasks", "weak_points", "responsible", "next_year"]
STATUTORY = {
    "weak_points": "存在的不足和原因",
    "responsible": "党政主要负责人履行推进法治建设第一责任人职责情况",
    "next_year": "下一年度主要安排",
}
"""What is drafted of the contents the yearly report must have (法治政府建设与责任落实督察工作规定第二十五条): where no record tells
of it, the place for it stays in the report, to be written."""


class OutlineError(ValueError):
    """An outline that does not hold; the message names the file and the place in it."""


class OutlineChart(Declaration):
    """A chart of some figures of one unit, of the year beside the year before; its numbers stand beside it."""

    title: str
    of: list[str]

    def as_text(self) -> str:
        """The chart in one line, as kept reports hold it."""
        return f"图：{self.title}：" + "".join(f"{{{account}}}" for account in self.of)


class OutlineTable(Declaration):
    """A table with words and places for figures in its cells; the first row names the columns."""

    rows: list[list[str]]

    def as_text(self) -> str:
        """The table as kept reports hold it: a line for each row, its cells between ｜."""
        return "表：" + "\n".join("｜".join(cells) for cells in self.rows)


class OutlineParagraph(Declaration):
    """A paragraph with an optional heading of the second level: sentences without their full stops, what is drafted from
    records (a name of ``drafting``), charts and tables."""

    heading: str = ""
    sentences: list[str] = []
    draft: DraftName | None = None
    charts: list[OutlineChart] = []
    tables: list[OutlineTable] = []

    def texts(self) -> list[str]:
        """Every text of it that may ask for figures."""
        return [*self.sentences, *(cell for table in self.tables for row in table.rows for cell in row)]

    @field_validator("sentences")
    @classmethod
    def _words_only(cls, sentences: list[str]) -> list[str]:
        for sentence in sentences:
            rest = PLACEHOLDER.sub("", sentence)
            if re.search(r"[0-9０-９]", rest):
                raise ValueError(f"提纲里不得直接写数字，应写指标编码：{sentence}")
            if "{" in rest or "}" in rest:
                raise ValueError(f"看不懂的花括号：{sentence}")
            for change, name, previous in PLACEHOLDER.findall(sentence):
                if ("." not in name) and (name not in PLACES or change or previous):
                    raise ValueError(f"没有「{name}」这个占位：{sentence}")
        return sentences


class OutlineSection(Declaration):
    """A section: a heading of the first level and its paragraphs. Ordinals are added when it is composed."""

    heading: str
    paragraphs: list[OutlineParagraph] = []
    outline: str = ""
    """Another outline whose sections become paragraphs of this one, each under a heading of the second level."""
    parts: list[str] = []
    """Only these sections of the other outline, with their own headings."""

    def filled(self) -> OutlineSection:
        """The section with the paragraphs it takes from the other outline before its own."""
        if not self.outline:
            return self
        other = read_outline(self.outline).sections
        if unknown := set(self.parts) - {section.heading for section in other}:
            raise OutlineError(f"提纲 {self.outline} 没有这些部分：{'、'.join(sorted(unknown))}")
        if self.parts:
            taken = [one for section in other if section.heading in self.parts for one in section.paragraphs]
        else:
            taken = [
                OutlineParagraph(
                    heading=section.heading, sentences=[text for one in section.paragraphs for text in one.sentences],
                    charts=[chart for one in section.paragraphs for chart in one.charts],
                    draft=next((one.draft for one in section.paragraphs if one.draft and one.draft not in STATUTORY), None),
                )
                for section in other
                if any(one.sentences or one.charts for one in section.paragraphs)
            ]  # fmt: skip
        return OutlineSection(heading=self.heading, paragraphs=[*taken, *self.paragraphs])


class Outline(Declaration):
    """The form of one kind of report. ``name`` tells the outlines a place may choose from apart; without an addressee none
    is printed."""

    name: Labelled
    title: str
    addressee: str = ""
    opening: list[str]
    sections: list[OutlineSection]
    closing: list[str] = []

    @property
    def half(self) -> bool:
        """Whether it is of the first half of the year, as its title says; its figures are then of January to June."""
        return "上半年" in self.title

    def accounts(self) -> Iterator[tuple[str, bool]]:
        """(account, whether of the year before as well) of every place for a figure, in order."""
        for section in self.sections:
            for paragraph in section.paragraphs:
                for text in paragraph.texts():
                    for change, name, previous in PLACEHOLDER.findall(text):
                        if "." in name:
                            yield name, bool(change or previous)
                for chart in paragraph.charts:
                    yield from ((account, True) for account in chart.of)


def outlines() -> dict[str, Outline]:
    """Every outline there is, by name."""
    return {path.stem: read_outline(path.stem) for path in sorted(FOLDER.glob("*.yaml"))}


OWN = "own-"
"""So begin the names of outlines a place wrote itself, see ``own_outlines``."""


def read_outline(name: str) -> Outline:
    """Read an outline by name, built in or a place's own. Raises ``OutlineError``."""
    if name.startswith(OWN):
        from zhunsheng.reports.own_outlines import own_outline

        return own_outline(name)
    return _built_in(FOLDER, name)


@cache
def _built_in(folder: Path, name: str) -> Outline:
    path = folder / f"{name}.yaml"
    if not path.is_file():
        raise OutlineError(
            f"没有名为「{name}」的提纲，现有：{'、'.join(sorted(p.stem for p in folder.glob('*.yaml')))}"
        )
    try:
        read = Outline.model_validate(load_yaml(path))
        return read.model_copy(update={"sections": [section.filled() for section in read.sections]})
    except ValidationError as error:
        places = "；".join(f"{'.'.join(map(str, e['loc']))} {e['msg']}" for e in error.errors())
        raise OutlineError(f"提纲 {path.name} 有误：{places}") from error
    except LawDataError as error:
        raise OutlineError(str(error)) from error
