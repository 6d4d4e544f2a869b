"""公文: an official document as a value: its blocks in order, before it takes any form.

What a block looks like is decided by ``docx``, ``pdf`` and ``html``; what is written in it by ``layout`` (papers of cases) and by
the room of reports. No text here is ever markup: each form escapes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import Any

from zhunsheng.kernel.words import written_number


@dataclass(frozen=True, slots=True)
class FigureReference:
    """Which figure a run of text prints: the account and the year it was read for; ``declared``: it has no records."""

    account: str
    year: int
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text; with ``figure`` it prints that figure and nothing else."""

    text: str
    figure: FigureReference | None = None


@dataclass(frozen=True, slots=True)
class Banner:
    """A remark above everything else that no reader may miss, such as 演示数据."""

    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """发文字号, or a remark in its place while there is none."""

    text: str


@dataclass(frozen=True, slots=True)
class Title:
    """标题. A line break divides it where the meaning does."""

    text: str


@dataclass(frozen=True, slots=True)
class Addressee:
    """主送机关, without the colon that follows it."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 (一、) to 4 (（1）), its ordinal included. ``incomplete``: something below it is missing, which the
    contents show."""

    level: int
    text: str
    incomplete: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """目录: the headings of the document down to a level, with the pages they stand on."""

    level: int = 2

    def headings(self, document: Document) -> list[Heading]:
        """The headings that stand in it, in order."""
        return [block for block in document.blocks if isinstance(block, Heading) and block.level <= self.level]


@dataclass(frozen=True, slots=True)
class Missing:
    """缺件: a line in red that says what is missing."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell where it stands in a table: the row and column it begins in, and how many of each it takes."""

    value: Any
    row: int
    column: int
    down: int = 1
    across: int = 1


SHORT_TABLE = 12
"""A table of so many rows at most stands on one page."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a row of column names. ``above``: rows of names over them, one name for columns beside each other that
    share it; ``labels``: how many columns on the left name the row, from the widest to the narrowest. What is empty below or
    right of a name belongs to it. ``widths``: of the columns to each other."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    above: tuple[tuple[str, ...], ...] = ()
    labels: int = 1
    widths: tuple[float, ...] = ()

    @property
    def shares(self) -> tuple[float, ...]:
        """How wide each column is beside the others; what names a row is wider where nothing else is said, a number of the row
        narrower."""
        named = (0.6,) if self.header[0] in ("序号", "No.") else (1.6,) * self.labels
        return self.widths or named + (1.0,) * (len(self.header) - len(named))

    @property
    def heads(self) -> tuple[tuple[str, ...], ...]:
        """The rows of names, from the top down."""
        return (*self.above, self.header)

    def spots(self) -> list[list[Spot]]:
        """Its cells, row by row."""
        return laid_out(self.heads, self.rows, self.labels)


def laid_out(heads: Sequence[Sequence[Any]], rows: Sequence[Sequence[Any]], labels: int = 1) -> list[list[Spot]]:
    """The cells of a table row by row, those that belong together as one."""
    top = len(heads)
    lines: list[list[Spot]] = [[] for _ in range(top + len(rows))]
    if labels:
        lines[0].append(Spot(heads[0][0], 0, 0, top, labels))
    names = list(zip(*heads, strict=True))[labels:]
    for place, level, along, levels in _reaches(names):
        lines[level].append(Spot(names[place][level], level, labels + place, levels, along))
    paths = [tuple(row[:labels]) for row in rows]
    for place, level, along, levels in _reaches(paths):
        lines[top + place].append(Spot(paths[place][level], top + place, level, along, levels))
    for place, row in enumerate(rows):
        lines[top + place] += [Spot(row[at], top + place, at) for at in range(labels, len(row))]
    return lines


def _reaches(paths: Sequence[tuple[Any, ...]]) -> Iterator[tuple[int, int, int, int]]:
    """(place, level, how many paths it takes, how many levels) of each name in paths beside each other: one that neighbours
    share stands once, and one that nothing follows takes the levels left."""
    for place, path in enumerate(paths):
        for level, name in enumerate(path):
            if level and not name:
                continue
            if not any(path[level + 1 :]):
                yield place, level, 1, len(path) - level
                continue
            so_far = [one[: level + 1] for one in paths]
            if not place or so_far[place - 1] != so_far[place]:
                yield place, level, sum(1 for _ in takewhile(so_far[place].__eq__, so_far[place:])), 1


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of numbers as bars, one group a row; the numbers themselves always stand beside it in a table.

    ``series``: what each bar of a group is (a year); ``groups``: (name, a number or None for each of the series).
    """

    title: str
    unit: str
    series: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Decimal | None, ...]], ...]

    def table(self) -> Table:
        """The numbers of the picture."""
        rows = (
            (name, *("—" if value is None else written_number(value) for value in values))
            for name, values in self.groups
        )
        return Table((f"{self.title}（单位：{self.unit}）", *self.series), tuple(rows))


@dataclass(frozen=True, slots=True)
class Signature:
    """署名和成文日期, placed for a seal. ``on`` is a text where a template leaves the day to be filled in."""

    organ: str
    on: date | str

    @property
    def day(self) -> str:
        """The date as it prints."""
        return self.on if isinstance(self.on, str) else chinese_date(self.on)

    @property
    def indent(self) -> float:
        """How far from the right edge the organ ends, in characters, so that it stands centred above the date, which ends four
        from it (GB/T 9704—2012, 7.3.5.1)."""
        return max(4 + (_width(self.day) - _width(self.organ)) / 2, 0)


@dataclass(frozen=True, slots=True)
class Note:
    """附注, without its brackets."""

    text: str


Block = (
    Banner | Number | Title | Addressee | Heading | Paragraph | Table | Chart | Signature | Note | Contents | Missing
)


@dataclass(frozen=True, slots=True)
class Document:
    """An official document: its blocks from top to bottom. ``across``: on paper laid across, for wide tables."""

    blocks: tuple[Block, ...]
    across: bool = False

    @property
    def title(self) -> str:
        """The title in one line, for a file name or a page head."""
        return next((block.text.replace("\n", "") for block in self.blocks if isinstance(block, Title)), "")

    def runs(self) -> Iterator[Run]:
        """Every run of every paragraph, in order."""
        for block in self.blocks:
            if isinstance(block, Paragraph):
                yield from block.runs


def _width(text: str) -> float:
    """The width of a text in characters of the body; figures and Latin letters are half as wide."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def chinese_date(day: date) -> str:
    """A date as official documents write it: 2026年3月5日, without leading zeros (GB/T 9704—2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"
