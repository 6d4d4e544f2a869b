"""Rows as an Excel workbook (导出表): title, head, rows, written as they come and never held in memory whole."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from zhunsheng.spreadsheets import writable


def workbook_file(
    title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], line: str, by: Any | None
) -> tuple[IO[bytes], int]:
    """A temporary file holding the workbook, at its beginning, and the number of rows written.

    First row the title, second ``line`` and who took it out when (``mark_of``), which also stands below every printed page,
    third the heads. ``by`` is nobody where the table is published and anybody may take it. Texts stay texts: a cell that
    begins like a formula is written as text, and numbers of identity keep their zeros.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for index, head in enumerate(heads, 1):
        sheet.column_dimensions[get_column_letter(index)].width = max(
            8, min(40, 4 + 2 * len(head) + (16 if index == 2 else 6))
        )
    sheet.freeze_panes = "A4"
    mark = "" if by is None else mark_of(by)
    sheet.oddFooter.center.text = mark.replace("&", "&&")
    sheet.append([_styled(sheet, title, Font(bold=True, size=16))])
    sheet.append(["　".join(filter(None, (line, mark)))])
    sheet.append([_styled(sheet, head, Font(bold=True)) for head in heads])
    count = 0
    for row in rows:
        sheet.append([writable(sheet, value) for value in row])
        count += 1
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return file, count


def mark_of(officer: Any) -> str:
    """Who takes something out, and when: on every export (水印)."""
    return _("导出人：%(name)s（%(account)s）　导出时间：%(when)s") % {
        "name": officer.name, "account": officer.username, "when": timezone.localtime().strftime("%Y-%m-%d %H:%M"),
    }  # fmt: skip


def _styled(sheet: Any, text: str, font: Font) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, text)
    cell.font = font
    cell.alignment = Alignment(vertical="center")
    return cell
