"""表样: how the workbooks of reports look: a title over the whole width, the names of the columns, rows with borders.

What stands in the rows is decided by who fills them.
"""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet


def fill_sheet(
    sheet: Worksheet, title: str, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[object]]
) -> None:
    """A title over the whole width, the names of the columns, and the rows; prints on A4 across."""
    line = Side(style="thin")
    border = Border(line, line, line, line)
    sheet.append([title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(columns))
    sheet["A1"].data_type = "s"
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
