"""公文: an official document as a value: its blocks in order, before it takes any form.

What a block looks like is decided by ``docx``, ``pdf`` and ``html``; what is written in it by ``layout`` (papers of cases) and by
the room of reports. No text here is ever markup: each form escapes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

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
class Table:
    """A table with one row of column names."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


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


def chinese_date(day: date) -> str:
    """A date as official documents write it: 2026年3月5日, without leading zeros (GB/T 9704—2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"
