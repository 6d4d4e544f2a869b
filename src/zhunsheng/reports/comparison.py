"""对比: published reports beside each other, region × year × account, each cell with the sentence it was read from.

Built from checked reports as JSON holds them, so that a folder read once need not be read again. What a report does not tell
is missing, never zero; where two reports seem to count differently the row says how.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from zhunsheng.kernel.words import Words
from zhunsheng.reports.checking.numerals import kin
from zhunsheng.reports.checking.structure import place_in
from zhunsheng.reports.checking.vocabulary import vocabulary

SURE_ENOUGH = 0.6
_WHOLE = re.compile(r"^全")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one report tells for an account: in which words, and the sentence it tells it in. ``also`` are other values it tells."""

    value: int | float
    unit: str
    shown: str
    words: str
    quote: str
    scope: str
    qualifier: str
    certainty: float
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One report: whose, of which year, from which file."""

    place: str
    year: str
    file: str


@dataclass(slots=True)
class Row:
    """One account over the reports, cells by the number of their column. ``notes`` say where definitions seem to differ."""

    account: str
    name: str
    unit: str
    cells: dict[int, Cell] = field(default_factory=dict)
    notes: list[Words] = field(default_factory=list)

    @property
    def largest(self) -> float:
        return max((abs(float(cell.value)) for cell in self.cells.values()), default=0.0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Reports laid beside each other."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def compare(reports: Iterable[Mapping[str, Any]], accounts: Sequence[str] = (), *, told_by: int = 2) -> Comparison:
    """Checked reports beside each other, by region and year. Only accounts that ``told_by`` reports tell, or the named ones."""
    read = sorted(reports, key=lambda one: (place_of(one), str(one.get("year") or ""), str(one.get("file", ""))))
    columns = tuple(Column(place_of(one), _year(one), str(one.get("file", ""))) for one in read)
    rows: dict[tuple[str, str], Row] = {}
    named = {account.key: account for account in vocabulary().accounts}
    for index, report in enumerate(read):
        for (account, counted), cell in _cells(report).items():
            known = named.get(account)
            row = rows.setdefault((account, counted), Row(account, known.name if known else account, cell.unit))
            row.cells[index] = cell
    order = {account: number for number, account in enumerate(named)}
    wanted = [
        row
        for row in rows.values()
        if (row.account in accounts if accounts else len({columns[i] for i in row.cells}) >= told_by)
    ]
    for row in wanted:
        row.notes = _notes(row, columns)
    return Comparison(columns, tuple(sorted(wanted, key=lambda row: (order.get(row.account, len(order)), row.unit))))


def place_of(report: Mapping[str, Any]) -> str:
    """Whose report it is, by its text; by its file where the text does not say."""
    if place := report.get("place"):
        return str(place)
    name = str(report.get("file", "")).rpartition("/")[2].partition(".")[0]
    return place_in(name) or name


def _year(report: Mapping[str, Any]) -> str:
    """Its year; the first half of it where most of its figures of the year are of that half."""
    year = str(report.get("year") or "")
    own = [str(figure["period"]) for figure in report.get("figures", ()) if str(figure["period"]).startswith(year)]
    return f"{year}H1" if year and own.count(f"{year}H1") * 2 > len(own) else year


def _cells(report: Mapping[str, Any]) -> dict[tuple[str, str], Cell]:
    """The best telling of each account, of the report's own year and of the whole region first."""
    year = str(report.get("year") or "")
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for figure in report.get("figures", ()):
        if not figure["account"] or figure["account_certainty"] < SURE_ENOUGH or figure["kind"] in ("change", "ratio"):
            continue
        if year and not str(figure["period"]).startswith(year):
            continue
        found[figure["account"], kin(figure["base_unit"])].append(figure)
    cells = {}
    for key, told in found.items():
        told.sort(key=lambda one: (bool(one["scope"]) and not _WHOLE.match(one["scope"]), -one["account_certainty"]))
        best = told[0]
        also = dict.fromkeys(_shown(one) for one in told[1:] if one["base_value"] != best["base_value"])
        cells[key] = Cell(
            best["base_value"], best["base_unit"], _shown(best), best["words"].removeprefix(best["scope"]), best["quote"].strip(), best["scope"], best["qualifier"],
            best["account_certainty"], tuple(also),
        )  # fmt: skip
    return cells


def _shown(figure: Mapping[str, Any]) -> str:
    return f"{figure['base_value']}{figure['qualifier']}{figure['base_unit']}"


def _notes(row: Row, columns: Sequence[Column]) -> list[Words]:
    """Where the reports seem to count differently."""
    cells = list(row.cells.values())
    notes = []
    if len(units := dict.fromkeys(cell.unit for cell in cells)) > 1:
        notes.append(_note("单位写法不同", "units differ", units))
    if len(words := dict.fromkeys(cell.words for cell in cells if cell.words)) > 1:
        notes.append(_note("说法不同", "described differently", words))
    scopes = dict.fromkeys(cell.scope or _NOT_SAID for cell in cells)
    if len(scopes) > 1 and any(cell.scope and not _WHOLE.match(cell.scope) for cell in cells):
        notes.append(_note("统计范围不同", "scopes differ", scopes))
    if any(columns[index].year.endswith("H1") for index in row.cells) and len(row.cells) > 1:
        notes.append(Words("有的是半年数", "some cover half a year"))
    if any(cell.qualifier for cell in cells):
        notes.append(Words("有的是约数", "some are approximate"))
    if any(cell.also for cell in cells):
        notes.append(Words("有的报告前后写了不同的数", "some reports give different numbers in different places"))
    return notes


_NOT_SAID = "未写明"


def _note(zh: str, en: str, told: Iterable[str]) -> Words:
    listed = [*told]
    in_english = ("not stated" if one == _NOT_SAID else one for one in listed)
    return Words(f"{zh}：{'、'.join(listed)}", f"{en}: {', '.join(in_english)}")


def workbook(comparison: Comparison) -> bytes:
    """The table and the sentences behind it as an .xlsx file, with a chart of the account most reports tell."""
    columns, rows = comparison.columns, comparison.rows
    book = Workbook()
    table, sources = book.active, book.create_sheet("出处")
    table.title = "对比"
    _line(table, 1, ["指标", "单位", *(f"{column.place} {column.year}" for column in columns), "口径提示"])
    _line(sources, 1, ["指标", "编码", "地区", "年度", "数值", "单位", "修饰", "说法", "范围", "原句", "文件", "另有"])
    line = 1
    for number, row in enumerate(rows, 2):
        _line(table, number, [row.name, row.unit, *([None] * len(columns)), "；".join(note.zh for note in row.notes)])
        for index, cell in sorted(row.cells.items()):
            column, line = columns[index], line + 1
            table.cell(number, index + 3, cell.value).comment = Comment(cell.quote[:500], "准绳")
            values = [
                row.name,
                row.account,
                column.place,
                column.year,
                cell.value,
                cell.unit,
                cell.qualifier,
                cell.words,
            ]
            _line(sources, line, [*values, cell.scope, cell.quote, column.file, "、".join(cell.also)])
    table.freeze_panes, sources.freeze_panes = "C2", "A2"
    table.column_dimensions["A"].width = 36
    table.column_dimensions[get_column_letter(len(columns) + 3)].width = 40
    sources.column_dimensions["J"].width = 80
    if rows:
        best = max(range(len(rows)), key=lambda index: len(rows[index].cells))
        chart = BarChart()
        chart.title, chart.legend = f"{rows[best].name}（{rows[best].unit}）", None
        told = {"min_col": 3, "max_col": len(columns) + 2}
        chart.add_data(Reference(table, min_row=best + 2, **told), from_rows=True)
        chart.set_categories(Reference(table, min_row=1, **told))
        book.create_sheet("图").add_chart(chart, "B2")
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _line(sheet: Any, number: int, values: Sequence[Any]) -> None:
    """One line of a sheet; words stay words, also where they begin like a formula."""
    for index, value in enumerate(values, 1):
        if value is None:
            continue
        cell = sheet.cell(number, index)
        if isinstance(value, str):
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
            cell.data_type = "s"
        else:
            cell.value = value
        if number == 1:
            cell.font = Font(bold=True)
