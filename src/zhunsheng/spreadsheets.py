"""Tables that are written (写出的表格), as xlsx and csv: no text becomes a formula, no number loses its digits.

What officers hand in is read in ``workbooks``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from zhunsheng.kernel.words import written_number

CELL_LENGTH = 32_767
"""Characters a cell can hold."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def csv_cell(value: Any) -> Any:
    """A cell of a csv file: a text that begins like a formula is marked as text; a number is without the places a database keeps
    after it."""
    if isinstance(value, Decimal):
        return written_number(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def csv_text(cell: str) -> str:
    """What ``csv_cell`` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def csv_file(rows: Iterable[Sequence[Any]]) -> bytes:
    """A csv file as it is published, headings first: UTF-8 with a mark that spreadsheets know."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(map(csv_cell, row) for row in rows)
    return text.getvalue().encode("utf-8-sig")


def csv_file_rows(content: bytes) -> list[list[str]]:
    """What ``csv_file`` was given, as texts. Raises ``UnicodeDecodeError`` or ``csv.Error``."""
    read = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [list(map(csv_text, row)) for row in read]


# --- xlsx --------------------------------------------------------------------------------------------------------------

_BOLD = Font(bold=True)


def writable(sheet: Any, value: Any) -> Any:
    """A value as a cell of a streamed sheet takes it: no control characters, and text never becomes a formula."""
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
        if value.startswith(FORMULA):
            cell = WriteOnlyCell(sheet, value)
            cell.data_type = "s"
            return cell
    elif isinstance(value, datetime) and value.time() == time():
        return value.date()
    return value


def bold(sheet: Any, value: Any) -> Any:
    """A heading for a streamed sheet."""
    cell = WriteOnlyCell(sheet, value)
    cell.font = _BOLD
    return cell


def workbook_of(title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet with bold headings, as the bytes of an xlsx."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for at in range(len(head)):
        sheet.column_dimensions[get_column_letter(at + 1)].width = 18
    sheet.append([bold(sheet, name) for name in head])
    for row in rows:
        sheet.append([writable(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
