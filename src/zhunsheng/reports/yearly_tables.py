"""年度报表: the yearly tables the law and those above ask for, ``tables/<name>.yaml``: other outlines over the same accounts.

A table says which accounts stand in its cells and by which rule they count. No number is written in one, and none is counted
here: a cell is a reading of the ledger. Whether a table adds up is told for each column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from openpyxl import Workbook
from pydantic import ValidationError

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.declaration import Declaration, Labelled, Names
from zhunsheng.kernel.words import Words, plain_number, written_number
from zhunsheng.law.statutes import load_yaml
from zhunsheng.ledger.readings import Reading, accounts, grouped_readings, part_of, readings
from zhunsheng.orgs.models import Organ, Region
from zhunsheng.papers.document import Banner, Block, Document, Heading, Paragraph, Run, Table, Title
from zhunsheng.reports.composing import DEMONSTRATION, is_demonstration
from zhunsheng.reports.outline import OutlineError
from zhunsheng.reports.sheets import fill_sheet

FOLDER = Path(__file__).parent / "tables"
TOTAL = Words("总计", "Total")
NOT_ENTERED = Words("未登记", "Not entered")
OF_LINES, OF_ORGANS = Words("项目", "Item"), Words("填报单位", "Organ")
KEY = "“—”：平台没有办理记录，由有职责的单位填报；“0”：有记录，本年没有发生。"
_TERM = re.compile(r"[a-z_0-9]+|[+=-]+")


class Place(Declaration):
    """What stands in a cell: an account, or several added up (none: the platform does not count it). ``at`` takes levels among
    them at an end of the year, ``part`` values of the breakdown alone, ``without`` what those leave over, ``per`` tells in units
    of so many."""

    of: Names = []
    at: Literal["", "opening", "closing"] = ""
    part: Names = []
    without: Names = []
    per: int = 1


class TableLine(Place):
    """A line: what it is called and what stands in it, in ``cells`` one by one where that differs by column. ``lines`` stand
    under its name; ``by`` makes a line for every value of a counted field, and one for records that have none."""

    zh: str = ""
    en: str = ""
    key: str = ""
    by: str = ""
    cells: list[Place] = []
    lines: list[TableLine] = []

    @property
    def words(self) -> Words:
        return Words(self.zh, self.en)

    def places(self) -> Iterator[Place]:
        """Itself and all that stands under it."""
        yield self
        yield from self.cells
        for line in self.lines:
            yield from line.places()


class Part(Labelled):
    """One table of the form: its lines go down across ``columns`` (a value of the breakdown each); or they are its columns, over
    a row for every organ and the total, or ``across`` over the total alone. ``balances`` are relations between keys of lines
    that hold in every column, or in every row."""

    way: Literal["down", "organs", "across"] = "down"
    lines: list[TableLine]
    columns: list[TableLine] = [TableLine(zh="数量", en="Number")]
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

    def accounts(self) -> set[str]:
        return {
            account for part in self.parts for line in part.lines for place in line.places() for account in place.of
        }


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of a table, with the account and the part behind it where it is one; None where the platform does not count it or
    nothing of the kind was ever recorded."""

    value: Decimal | None
    account: str = ""
    part: str = ""

    @property
    def shown(self) -> str:
        return "—" if self.value is None else written_number(self.value)


Naming = tuple[Words, ...]
"""The names a line or a column stands under and its own."""


@dataclass(frozen=True, slots=True)
class FilledPart:
    """A table filled in: the names of its columns, its rows, and the balances that do not hold as (relation in words, where)."""

    part: Part
    heads: tuple[Naming, ...]
    rows: tuple[tuple[Naming, tuple[Cell, ...]], ...]
    broken: tuple[tuple[Words, Words], ...]

    @property
    def labels(self) -> int:
        """How many columns of names stand before the numbers."""
        return max(len(path) for path, _cells in self.rows)

    def texts(self, say: Callable[[Words], str], show: Callable[[Cell], Any]) -> tuple[list[Any], list[Any]]:
        """The rows of names from the top down, and the rows below them with their own names first."""
        levels, labels = max(len(path) for path in self.heads), self.labels
        corner = [say(OF_ORGANS if self.part.way == "organs" else OF_LINES), *[""] * labels][:labels]
        columns = [[say(name) for name in path] + [""] * (levels - len(path)) for path in self.heads]
        tops = [corner if not level else [""] * labels for level in range(levels)]
        heads = [(*top, *names) for top, names in zip(tops, zip(*columns, strict=True), strict=True)]
        rows = [
            (*(say(name) for name in path), *[""] * (labels - len(path)), *map(show, cells))
            for path, cells in self.rows
        ]
        return heads, rows


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
        keys = {line.key for _path, line in _leaves(part.lines)}
        named = {name for relation in part.balances for name in _TERM.findall(relation) if name[0] not in "+=-"}
        if named - keys:
            raise OutlineError(f"报表 {path.name} 的勾稽关系用了没有的行：{'、'.join(sorted(named - keys))}")
    return table


def filled(table: YearlyTable, region: Region, year: int) -> list[FilledPart]:
    """The table of a region and year. Two readings, one of them by organ, however many cells there are."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    wanted = table.accounts()
    found = readings(region.code, first, last, wanted)
    apart: list[tuple[Words, _Readings]] = []
    if any(part.way == "organs" for part in table.parts):
        by_organ = grouped_readings(region.code, first, last, "organ_id", wanted)
        names = Organ.objects.filter(pk__in=by_organ).order_by("path").values_list("pk", "name")
        apart = [(Words(name, name), by_organ[pk]) for pk, name in names]
    return [_filled(part, found, apart) for part in table.parts]


_Readings = Mapping[str, Reading]


def _filled(part: Part, found: _Readings, apart: Sequence[tuple[Words, _Readings]]) -> FilledPart:
    lines = list(_leaves(part.lines))
    if part.way == "down":
        columns = list(_leaves(part.columns))
        heads = tuple(path for path, _line in columns)
        rows = tuple((path, _cells(line, [one for _path, one in columns], found)) for path, line in lines)
        told = [(path[-1], [cells[at] for _path, cells in rows]) for at, path in enumerate(heads)]
    else:
        heads = tuple(path for path, _line in lines)
        own = {account for _path, line in lines for account in line.of}
        organs = [((name,), of) for name, of in apart if not own.isdisjoint(of)] if part.way == "organs" else []
        rows = tuple(
            (path, tuple(_cell(line, of) for _path, line in lines))
            for path, of in (*organs, ((TOTAL,) if part.way == "organs" else (), found))
        )
        told = [(path[-1] if path else part.words, list(cells)) for path, cells in rows]
    keys = [line.key for _path, line in lines]
    broken = tuple(
        (_in_words(relation, part), words)
        for relation in part.balances
        for words, cells in told
        if not balances(relation, {key: cell.value or Decimal(0) for key, cell in zip(keys, cells, strict=True)})
    )
    return FilledPart(part, heads, rows, broken)


def _leaves(lines: Sequence[TableLine], under: Naming = ()) -> Iterator[tuple[Naming, TableLine]]:
    """The lines that hold numbers, each with the names it stands under and its own."""
    for line in lines:
        path = (*under, line.words) if line.zh else under
        if line.lines:
            yield from _leaves(line.lines, path)
        elif line.by:
            values = systems()[line.of[0].partition(".")[0]].procedures[-1].all_fields[line.by].of
            yield from (((*path, one.words), TableLine(of=line.of, part=[key])) for key, one in values.items())
            yield (*path, NOT_ENTERED), TableLine(of=line.of, without=list(values))
        else:
            yield path, line


def _cells(line: TableLine, columns: Sequence[TableLine], found: _Readings) -> tuple[Cell, ...]:
    """A line across the columns: what it says for each, else its account for the part of each."""
    if line.cells:
        return tuple(_cell(place, found) for place in line.cells)
    return tuple(_cell(line.model_copy(update={"part": line.part or column.part}), found) for column in columns)


def _cell(place: Place, found: _Readings) -> Cell:
    values = [_value(account, place, found) for account in place.of]
    known = [value for value in values if value is not None]
    account, part = place.of[0] if place.of else "", place.part[0] if len(place.part) == 1 else ""
    return Cell(sum(known, Decimal(0)) / place.per if known else None, account, part)


def _value(account: str, place: Place, found: _Readings) -> Decimal | None:
    reading = found.get(account)
    if reading is None:
        counted = not accounts()[account].declared  # what is stated is nought only where nought was stated
        return Decimal(0) if counted and _in_use(account, found) else None
    is_level = accounts()[account].stock
    if is_level and place.at == "opening":
        if not place.part:
            return reading.opening
        return sum((part_of(reading, part, True) - part_of(reading, part, False) for part in place.part), Decimal(0))
    parts = sum((part_of(reading, part, is_level) for part in (*place.part, *place.without)), Decimal(0))
    return parts if place.part else (reading.closing if is_level else reading.flow) - parts


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
    names = {line.key: line for _path, line in _leaves(part.lines)}
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
        heads, rows = part.texts(_chinese, lambda cell: cell.shown)
        blocks += [Heading(2, part.part.zh), Table(heads[-1], tuple(rows), tuple(heads[:-1]), part.labels)]
        blocks += [Paragraph((Run(f"不平：{words.zh}，{relation.zh}。"),)) for relation, words in part.broken]
    blocks.append(
        Paragraph((Run(f"口径：{table.rule.zh}。截止：{table.cut_off.zh}。填报：{table.reporters.zh}。{KEY}"),))
    )
    return Document(tuple(blocks), across=True)


def workbook_of(table: YearlyTable, region: Region, year: int) -> bytes:
    """A yearly table filled in, as the bytes of an .xlsx file: a sheet for each part."""
    book = Workbook()
    book.remove(book.active)
    for index, part in enumerate(filled(table, region, year), 1):
        sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", "", f"{index} {part.part.zh}")[:31])
        heads, rows = part.texts(_chinese, lambda cell: None if cell.value is None else plain_number(cell.value))
        columns = [(name, 30 if at < part.labels else 14) for at, name in enumerate(heads[-1])]
        title = f"{title_of(table, region, year)} {part.part.zh}"
        fill_sheet(sheet, title, columns, rows, heads[:-1], part.labels)
        sheet.append([f"口径：{table.rule.zh}"])
        sheet.append([f"截止：{table.cut_off.zh}；填报：{table.reporters.zh}"])
        for relation, words in part.broken:
            sheet.append([f"不平：{words.zh}，{relation.zh}"])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _chinese(words: Words) -> str:
    return words.zh


def title_of(table: YearlyTable, region: Region, year: int) -> str:
    return table.title.format(region=region.name, year=year)
