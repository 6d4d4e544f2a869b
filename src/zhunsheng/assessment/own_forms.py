"""上级表样: the sums and the rows of returns put into the form a superior sent, as docx or xlsx, fields written {{单位}}.

In a workbook the row that holds {{单位}} is written once for every unit; everywhere else a field is the sum. Nothing is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import copy
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from zhunsheng.assessment.consolidating import SENT, TYPED, fell_late, progress, read_figures, sums, words_of
from zhunsheng.assessment.returns import RETURNS, Period
from zhunsheng.cases.models import Case
from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.models import Organ
from zhunsheng.papers.docx_template import LARGEST, fill, plain, problems
from zhunsheng.workbooks import unpacked_size

_FIELD = re.compile(r"[{｛]{2}([^{}｛｝]*)[}｝]{2}")
UNIT = "单位"


class FormRefused(Exception):
    """A form that cannot be filled; ``problems`` says where, what and what to do."""

    def __init__(self, found: Sequence[Words]) -> None:
        super().__init__("；".join(words.zh for words in found))
        self.problems = list(found)


def field_names() -> dict[str, str]:
    """Every field a form may hold: as it is written → its name."""
    fields = system(RETURNS).procedures[-1].fields
    names = {"期间": "period", "年度": "year", "月份": "month", "汇总单位": "root", "已报单位数": "sent", "应报单位数": "due", "逾期后报送单位数": "sent_late", UNIT: "unit"}  # fmt: skip
    for read in read_figures():
        names |= {read.zh: read.name, f"{read.zh}累计": read.total}
    return names | {fields[name].zh: name for name in TYPED}


def filled(content: bytes, root: Organ, period: Period, cases: Sequence[Case], on: Any) -> tuple[bytes, str]:
    """The form filled in and what kind of file it is. Raises ``FormRefused``."""
    if len(content) > LARGEST:
        raise FormRefused([Words("文件超过 5 兆，请精简后再上传", "the file is larger than 5 MB")])
    how = progress(cases, on, fell_late(cases))
    values: dict[str, Any] = {
        "period": words_of(period), "year": period.year, "month": period.month, "root": root.name, "sent": how.sent, "due": how.due,
        "sent_late": how.sent_late,
    }  # fmt: skip
    for one in sums(cases, period, None):
        values |= {n: "" if v is None else v for n, v in ((one.figure.name, one.value), (one.figure.total, one.total))}
    told = [case for case in cases if case.state in SENT]
    for name in TYPED:
        values[name] = "\n".join(f"{c.organ.name}：{c.fields[name]}" for c in told if c.fields.get(name))
    names = field_names()
    if b"xl/workbook.xml" in content:
        return _workbook(content, names, values, told), "xlsx"
    known = {written: name for written, name in names.items() if name != "unit"}
    found = problems(content, known)
    if found:
        raise FormRefused([Words(f"{p.where.zh}{p.said.zh}", f"{p.where.en} {p.said.en}".strip()) for p in found])
    return fill(content, known, {name: _text(value) for name, value in values.items()}), "docx"


def _text(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _workbook(content: bytes, names: Mapping[str, str], values: Mapping[str, Any], cases: Sequence[Case]) -> bytes:
    try:
        unpacked = unpacked_size(BytesIO(content))
        book = load_workbook(BytesIO(content)) if unpacked <= LARGEST * 20 else None
    except Exception as error:
        raise FormRefused(
            [Words("文件已损坏，不是有效的 xlsx；请另存后再上传", "the file is damaged; save it again")]
        ) from error
    if book is None:
        raise FormRefused([Words("文件展开后过大，请只保留表样", "the file unpacks to too much; keep the form alone")])
    looked_up = {plain(written): name for written, name in names.items()}
    wrong: list[Words] = []
    for sheet in book.worksheets:
        cells = (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str))
        wrong += [
            Words(
                f"工作表「{sheet.title}」{cell.coordinate} 的字段「{written}」不认识；可用的字段见页面上的清单",
                f"sheet “{sheet.title}”, {cell.coordinate}: there is no field “{written}”; see the list on the page",
            )
            for cell in cells
            for written in _FIELD.findall(cell.value)
            if plain(written) not in looked_up
        ]
    if wrong:
        raise FormRefused(wrong)
    for sheet in book.worksheets:
        _fill_sheet(sheet, looked_up, values, cases)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _fill_sheet(sheet: Worksheet, names: Mapping[str, str], values: Mapping[str, Any], cases: Sequence[Case]) -> None:
    repeated = next(
        (row[0].row for row in sheet.iter_rows() if any(_holds_unit(cell.value, names) for cell in row)), None
    )
    if repeated is not None:
        _repeat(sheet, repeated, max(len(cases), 1))
    for number, case in enumerate(cases if repeated is not None else ()):
        own = {**values, **dict.fromkeys((n for r in read_figures() for n in (r.name, r.total)), "")}
        own |= {
            **dict.fromkeys(TYPED, ""),
            **{k: v for k, v in case.fields.items() if v is not None},
            "unit": case.organ.name,
        }
        _fill_cells(sheet[repeated + number], names, own)  # type: ignore[operator]
    for row in sheet.iter_rows():
        _fill_cells(row, names, {**values, "unit": ""})


def _holds_unit(value: Any, names: Mapping[str, str]) -> bool:
    return isinstance(value, str) and any(names.get(plain(w)) == "unit" for w in _FIELD.findall(value))


def _repeat(sheet: Worksheet, at: int, times: int) -> None:
    """Write a row several times, what stands below moving down with its merged cells."""
    more = times - 1
    if not more:
        return
    below = [merged for merged in sheet.merged_cells.ranges if merged.min_row > at]
    sheet.insert_rows(at + 1, more)
    for merged in below:
        merged.shift(row_shift=more)
    for row in range(at + 1, at + times):
        sheet.row_dimensions[row].height = sheet.row_dimensions[at].height
        for cell in sheet[at]:
            copied = sheet.cell(row, cell.column, cell.value)
            if cell.has_style:
                copied._style = copy(cell._style)


def _fill_cells(row: Sequence[Any], names: Mapping[str, str], values: Mapping[str, Any]) -> None:
    for cell in row:
        if not isinstance(cell.value, str) or not _FIELD.search(cell.value):
            continue
        alone = _FIELD.fullmatch(cell.value.strip())
        if alone:
            cell.value = values.get(names[plain(alone[1])], "")
        else:
            cell.value = _FIELD.sub(lambda found: _text(values.get(names[plain(found[1])], "")), cell.value)
        if isinstance(cell.value, str) and cell.value.startswith("="):
            cell.data_type = "s"
