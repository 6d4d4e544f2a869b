"""年度报表: the yearly tables the law and those above ask for, ``tables/<name>.yaml``: other outlines over the same accounts.

A table says which accounts stand in its cells and by which rule they count. No number is written in one, and none is counted
here: a cell is a reading of the ledger. Whether a table adds up is told for each column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal

from openpyxl import Workbook
from pydantic import ValidationError

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.declaration import Declaration, Labelled
from zhunsheng.kernel.words import Words, plain_number, written_number
from zhunsheng.law.statutes import load_yaml
from zhunsheng.ledger.figures import Reading, accounts, grouped_readings, part_of, readings
from zhunsheng.orgs.models import Organ, Region
from zhunsheng.papers.document import Banner, Block, Document, Heading, Paragraph, Run, Table, Title
from zhunsheng.reports.composing import DEMONSTRATION, is_demonstration
from zhunsheng.reports.outline import OutlineError
from zhunsheng.reports.sheets import fill_sheet

FOLDER = Path(__file__).parent / "tables"
TOTAL = Words("总计", "Total")
_TERM = re.compile(r"[a-z_0-9]+|[+=-]+")


class Line(Declaration):
    """A line: what it is called and the account in it (none: the platform does not count it). ``at`` takes a level at an end
    of the year, ``part`` one value of its breakdown; ``by`` makes a line for every value of a counted field."""

    zh: str
    en: str
    key: str = ""
    of: str = ""
    at: Literal["", "opening", "closing"] = ""
    part: str = ""
    by: str = ""

    @property
    def words(self) -> Words:
        return Words(self.zh, self.en)


class Column(Labelled):
    """A column: one value of the breakdown of whatever stands in the line."""

    part: str


class Part(Labelled):
    """One table of the form: lines across columns, or with ``organs`` a row for every organ across the lines. ``balances``
    are relations between keys of lines that hold in every column."""

    lines: list[Line]
    columns: list[Column] = []
    organs: bool = False
    balances: list[str] = []


class YearlyTable(Declaration):
    """A yearly form: by which rule it counts, until when it is given, to whom it goes."""

    name: Labelled
    title: str
    rule: Labelled
    cut_off: Labelled
    reporters: Labelled
    due: str
    parts: list[Part]

    def lines(self) -> Iterator[Line]:
        for part in self.parts:
            yield from part.lines

    def accounts(self) -> set[str]:
        return {line.of for line in self.lines() if line.of}


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of a table, with the account and part behind it; None where the platform does not count it or nothing of the
    kind was ever recorded."""

    value: Decimal | None
    account: str = ""
    part: str = ""

    @property
    def shown(self) -> str:
        return "—" if self.value is None else written_number(self.value)


@dataclass(frozen=True, slots=True)
class FilledPart:
    """A table filled in: its head, its rows as (words, cells), and the balances that do not hold as (relation in words,
    column)."""

    part: Part
    head: tuple[Words, ...]
    rows: tuple[tuple[Words, tuple[Cell, ...]], ...]
    broken: tuple[tuple[Words, Words], ...]


@cache
def yearly_tables() -> Mapping[str, YearlyTable]:
    """Every yearly table by name. Raises ``OutlineError`` for one that does not hold."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.yaml"))}


def _read(path: Path) -> YearlyTable:
    try:
        table = YearlyTable.model_validate(load_yaml(path))
    except ValidationError as error:
        places = "；".join(f"{'.'.join(map(str, e['loc']))} {e['msg']}" for e in error.errors())
        raise OutlineError(f"报表 {path.name} 有误：{places}") from error
    unknown = table.accounts() - set(accounts())
    if unknown:
        raise OutlineError(f"报表 {path.name} 用了没有的指标：{'、'.join(sorted(unknown))}")
    for part in table.parts:
        keys = {line.key for line in part.lines if line.key}
        named = {name for relation in part.balances for name in _TERM.findall(relation) if name[0] not in "+=-"}
        if named - keys:
            raise OutlineError(f"报表 {path.name} 的勾稽关系用了没有的行：{'、'.join(sorted(named - keys))}")
    return table


def filled(table: YearlyTable, region: Region, year: int) -> list[FilledPart]:
    """The table of a region and year. Two readings, one of them by organ, however many cells there are."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    wanted = table.accounts()
    found = readings(region.code, first, last, wanted)
    apart: Mapping[int, Mapping[str, Reading]] = {}
    names: dict[int, str] = {}
    if any(part.organs for part in table.parts):
        apart = grouped_readings(region.code, first, last, "organ_id", wanted)
        names = dict(Organ.objects.filter(pk__in=apart).order_by("path").values_list("pk", "name"))
    return [_organs(part, apart, names, found) if part.organs else _lines(part, found) for part in table.parts]


def _lines(part: Part, found: Mapping[str, Reading]) -> FilledPart:
    lines = [line for declared in part.lines for line in _expanded(declared)]
    columns = [(Words(column.zh, column.en), column.part) for column in part.columns] + [(TOTAL, "")]
    rows = tuple((line.words, tuple(_cell(line, of, found) for _words, of in columns)) for line in lines)
    keyed = {line.key: cells for line, (_words, cells) in zip(lines, rows, strict=True) if line.key}
    broken = tuple(
        (_in_words(relation, part), words)
        for relation in part.balances
        for index, (words, _of) in enumerate(columns)
        if not balances(relation, {key: cells[index].value or Decimal(0) for key, cells in keyed.items()})
    )
    return FilledPart(part, tuple(words for words, _of in columns), rows, broken)


def _organs(
    part: Part, apart: Mapping[int, Mapping[str, Reading]], names: Mapping[int, str], found: Mapping[str, Reading]
) -> FilledPart:
    own = {line.of for line in part.lines}
    rows = [
        (Words(name, name), tuple(_cell(line, "", apart[pk]) for line in part.lines))
        for pk, name in names.items()
        if any(account in own for account in apart[pk])
    ]
    rows.append((TOTAL, tuple(_cell(line, "", found) for line in part.lines)))
    keyed = [dict(zip([line.key for line in part.lines], cells, strict=True)) for _words, cells in rows]
    broken = tuple(
        (_in_words(relation, part), words)
        for relation in part.balances
        for (words, _cells), values in zip(rows, keyed, strict=True)
        if not balances(relation, {key: cell.value or Decimal(0) for key, cell in values.items() if key})
    )
    return FilledPart(part, tuple(line.words for line in part.lines), tuple(rows), broken)


def _expanded(line: Line) -> list[Line]:
    """A line by a counted field as one for each of its values."""
    if not line.by:
        return [line]
    owner = systems()[line.of.partition(".")[0]].procedures[-1]
    values = owner.outcomes if line.by == "outcome" else owner.all_fields[line.by].of
    return [
        Line(zh=f"{line.zh}{one.zh}", en=f"{line.en}{one.en}", of=line.of, at=line.at, part=key)
        for key, one in values.items()
    ]


def _cell(line: Line, of: str, found: Mapping[str, Reading]) -> Cell:
    if not line.of:
        return Cell(None)
    reading = found.get(line.of)
    part = line.part or of
    if reading is None:
        counted = not accounts()[line.of].declared  # what is stated is nought only where nought was stated
        return Cell(Decimal(0) if counted and _in_use(line.of, found) else None, line.of, part)
    stock = accounts()[line.of].stock
    if line.at == "opening":
        return Cell(_opening(reading, part), line.of, part)
    if part:
        return Cell(part_of(reading, part, stock), line.of, part)
    return Cell(reading.closing if stock else reading.flow, line.of)


def _opening(reading: Reading, part: str) -> Decimal:
    if not part:
        return reading.opening
    return part_of(reading, part, True) - part_of(reading, part, False)


def _in_use(account: str, found: Mapping[str, Reading]) -> bool:
    """Whether anything of the account's system was recorded: then nothing in this one is nought, not unknown."""
    slug = account.partition(".")[0]
    return any(name.partition(".")[0] == slug for name in found)


def balances(relation: str, values: Mapping[str, Decimal]) -> bool:
    """Whether a + b == c + d holds for the values of one column."""
    left, right = relation.split("==")
    return _sum(left, values) == _sum(right, values)


def _in_words(relation: str, part: Part) -> Words:
    """A relation with the names of the lines in it."""
    names = {line.key: line for line in part.lines if line.key}
    signs = {"==": "＝", "+": "＋", "-": "－"}
    terms = _TERM.findall(relation)
    return Words(
        "".join(signs.get(term) or names[term].zh for term in terms),
        " ".join(term if term in signs else names[term].en for term in terms),
    )


def _sum(side: str, values: Mapping[str, Decimal]) -> Decimal:
    total, sign = Decimal(0), 1
    for word in _TERM.findall(side):
        if word in ("+", "-"):
            sign = 1 if word == "+" else -1
        else:
            total += sign * values[word]
    return total


# --- files -------------------------------------------------------------------------------------------------------


def document_of(table: YearlyTable, region: Region, year: int) -> Document:
    """A yearly table filled in, as a document laid across."""
    blocks: list[Block] = [Banner(DEMONSTRATION)] if is_demonstration(region.code) else []
    blocks.append(Title(title_of(table, region, year)))
    for part in filled(table, region, year):
        blocks.append(Heading(2, part.part.zh))
        blocks.append(Table(("项目", *(words.zh for words in part.head)), tuple(
            (words.zh or "—", *(cell.shown for cell in cells)) for words, cells in part.rows
        )))  # fmt: skip
        blocks += [Paragraph((Run(f"不平：{words.zh}，{relation.zh}。"),)) for relation, words in part.broken]
    blocks.append(Paragraph((Run(f"口径：{table.rule.zh}。截止：{table.cut_off.zh}。填报：{table.reporters.zh}。"),)))
    return Document(tuple(blocks), across=True)


def workbook_of(table: YearlyTable, region: Region, year: int) -> bytes:
    """A yearly table filled in, as the bytes of an .xlsx file: a sheet for each part."""
    book = Workbook()
    book.remove(book.active)
    for index, part in enumerate(filled(table, region, year), 1):
        sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", "", f"{index} {part.part.zh}")[:31])
        columns = [("项目", 44), *((words.zh, 16) for words in part.head)]
        rows = [
            (words.zh, *(None if cell.value is None else plain_number(cell.value) for cell in cells))
            for words, cells in part.rows
        ]
        fill_sheet(sheet, f"{title_of(table, region, year)} {part.part.zh}", columns, rows)
        sheet.append([f"口径：{table.rule.zh}"])
        sheet.append([f"截止：{table.cut_off.zh}；填报：{table.reporters.zh}"])
        for relation, words in part.broken:
            sheet.append([f"不平：{words.zh}，{relation.zh}"])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def title_of(table: YearlyTable, region: Region, year: int) -> str:
    return table.title.format(region=region.name, year=year)
