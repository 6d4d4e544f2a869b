"""取数底稿: a workbook that lists every figure of a report with where it comes from, so that it can be checked.

The figures are those the composer used; nothing is counted or read anew here but the source papers of stated figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from zhunsheng.ledger.figures import region_prefix
from zhunsheng.ledger.models import Statement
from zhunsheng.papers.document import Banner
from zhunsheng.reports.composing import Composed, UsedFigure, plain_number, region_of

COLUMNS = (
    ("序号", 6), ("所在部分", 24), ("指标编码", 44), ("指标名称", 30), ("期间", 12), ("数值", 12), ("约数", 8), ("单位", 8),
    ("报告写法", 16), ("分子", 12), ("分母", 12), ("来源", 12), ("记录数", 10), ("来源文件", 36), ("口径", 48),
)  # fmt: skip
SOURCES = {"records": "办理记录", "declared": "申报"}


def working_paper(composed: Composed, region_code: str, year: int) -> bytes:
    """The working paper as the bytes of an .xlsx file: one sheet of figures used, one of figures missing."""
    region = region_of(region_code)
    book = Workbook()
    sheet = book.active
    sheet.title = "取数底稿"
    papers = _source_papers(region_code, {used.year for used in composed.used})
    rows = [_row(index, used, papers) for index, used in enumerate(composed.used, 1)]
    _fill(sheet, f"{region.name}{year}年度法治政府建设情况报告取数底稿", COLUMNS, rows)
    if composed.missing:
        missing = [(index, account, f"{of}年") for index, (account, of) in enumerate(composed.missing, 1)]
        columns = (("序号", 6), ("指标编码", 44), ("期间", 12))
        _fill(book.create_sheet("缺数"), "提纲要求而没有入账的指标", columns, missing)
    for block in composed.document.blocks:
        if isinstance(block, Banner):
            sheet.append([block.text])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _row(index: int, used: UsedFigure, papers: dict[tuple[str, int], str]) -> tuple[object, ...]:
    figure = used.figure
    return (
        index, used.section, figure.account, figure.name.zh, f"{used.year}年", plain_number(figure.value), figure.qualifier,
        figure.unit.zh, used.printed, plain_number(figure.numerator), plain_number(figure.denominator),
        SOURCES[figure.source], figure.records, papers.get((figure.account, used.year), ""),
        figure.definition.zh if figure.definition else "",
    )  # fmt: skip


def _source_papers(region_code: str, years: set[int]) -> dict[tuple[str, int], str]:
    """(account, year) -> the paper a stated figure was taken from; the last statement counts."""
    rows = Statement.objects.filter(organ__region__code__startswith=region_prefix(region_code), year__in=years)
    return {
        (account, year): paper
        for account, year, paper in rows.order_by("pk").values_list("account__key", "year", "source_paper")
    }


def _fill(sheet: Worksheet, title: str, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[object]]) -> None:
    """A title over the whole width, the names of the columns, and the rows; prints on A4 across."""
    line = Side(style="thin")
    border = Border(line, line, line, line)
    sheet.append([title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(columns))
    sheet["A1"].font, sheet["A1"].alignment = Font(size=16, bold=True), Alignment(horizontal="center")
    sheet.append([name for name, _ in columns])
    for row in rows:
        sheet.append(list(row))
    for cells in sheet.iter_rows(min_row=2, max_row=sheet.max_row, max_col=len(columns)):
        for cell in cells:
            cell.border = border
            cell.font = Font(bold=cell.row == 2)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a text that begins with = stays a text
    for index, (_, width) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = "A3"
    sheet.print_title_rows = "1:2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
