"""表样: how the workbooks of reports look: a title over the whole width, the names of the columns, rows with borders.

What stands in the rows is decided by who fills them.
"""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from zhunsheng.papers.document import laid_out


def fill_sheet(
    sheet: Worksheet, title: str, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[object]],
    above: Sequence[Sequence[str]] = (), labels: int = 1,
) -> None:  # fmt: skip
    """A title over the whole width, the names of the columns, and the rows; prints on A4 across. ``above`` and ``labels`` as
    in ``papers.document.Table``."""
    line = Side(style="thin")
    border = Border(line, line, line, line)
    heads = (*above, [name for name, _ in columns])
    _write(sheet, 1, 1, title)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(columns))
    sheet["A1"].font, sheet["A1"].alignment = Font(size=16, bold=True), Alignment(horizontal="center")
    for spot in (spot for spots in laid_out(heads, rows, labels) for spot in spots):
        first, left = spot.row + 2, spot.column + 1
        _write(sheet, first, left, spot.value)
        if spot.down > 1 or spot.across > 1:
            sheet.merge_cells(
                start_row=first, start_column=left, end_row=first + spot.down - 1, end_column=left + spot.across - 1
            )
    top = len(heads) + 1
    for cells in sheet.iter_rows(min_row=2, max_row=top + len(rows), max_col=len(columns)):
        for cell in cells:
            cell.border = border
            cell.font = Font(bold=cell.row <= top)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
    for index, (_, width) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = f"A{top + 1}"
    sheet.print_title_rows = f"1:{top}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _write(sheet: Worksheet, row: int, column: int, value: object) -> None:
    """Write a cell; a text that begins with = stays a text."""
    cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"
