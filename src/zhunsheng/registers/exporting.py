"""Lists as workbooks (清单导出): a list as it was on a past day, as xlsx, streamed row by row.

Reading one back is in ``importing``.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from zhunsheng.kernel.fields import FieldDeclaration, FieldType
from zhunsheng.kernel.masking import mask
from zhunsheng.kernel.register import Register
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Organ
from zhunsheng.registers.models import Revision
from zhunsheng.registers.reading import declared_for, display, entries_on
from zhunsheng.registers.workbook import ORGAN, SERIAL
from zhunsheng.security.audit import record
from zhunsheng.spreadsheets import CELL_LENGTH
from zhunsheng.workbooks import EXACT_DIGITS

NUMERIC = frozenset({FieldType.DECIMAL, FieldType.MONEY})
_THIN = Side(style="thin", color="FF999999")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


def export_list(
    register: str,
    file: BinaryIO,
    *,
    access: Access | None,
    true_on: date,
    known_at: datetime | None = None,
    organ: Organ | None = None,
    below: bool = False,
    region: str | None = None,
    language: str = "zh",
    unmasked: bool = False,
    mark: str = "",
) -> int:
    """Write a list as it was on a day to an xlsx; gives how many entries. Rows are streamed.

    Sensitive fields are masked unless ``unmasked``, which leaves an audit record. ``mark``: who takes it out when.
    """
    declared = declared_for(register, true_on)
    rows = entries_on(
        register, access=access, true_on=true_on, known_at=known_at, organ=organ, below=below, region=region
    )
    if unmasked:
        record("register.export_unmasked", f"register:{register}", access.officer if access else None)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(declared.name.words.within(language)))
    titles = [SERIAL, ORGAN, *(item.words for item in declared.fields.values())]
    widths = [6, 20, *(40 if item.type is FieldType.LONG_TEXT else 18 for item in declared.fields.values())]
    for position, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.freeze_panes = "A4"
    sheet.append([_cell(sheet, declared.name.words.within(language), Font(bold=True, size=16))])
    sheet.append([_cell(sheet, f"{_under_title(organ, true_on, known_at, language)}    {mark}".rstrip())])
    sheet.oddFooter.center.text = mark.replace("&", "&&")
    sheet.append([_cell(sheet, words.within(language), Font(bold=True), _BORDER) for words in titles])
    writer = _RowWriter(sheet, declared, language, unmasked)
    count = 0
    for row in rows.iterator(chunk_size=2000):
        count += 1
        writer.write(row, count)
    book.save(file)
    return count


def _under_title(organ: Organ | None, true_on: date, known_at: datetime | None, language: str) -> str:
    english = language.startswith("en")
    name = (organ.words if organ else Words("全部", "all")).within(language)
    text = f"Organ: {name}    Date: {true_on}" if english else f"填报单位：{name}    日期：{true_on}"
    if known_at is not None:
        moment = timezone.localtime(known_at).strftime("%Y-%m-%d %H:%M")
        text += f"    As known: {moment}" if english else f"    按当时记载：{moment}"
    return text


def _sheet_name(title: str) -> str:
    return "".join(char for char in title if char not in r"[]:*?/\\")[:31]


class _RowWriter:
    """Writes the entries. A row goes out when it is appended, so one set of styled cells serves all rows (much quicker)."""

    def __init__(self, sheet: Any, declared: Register, language: str, unmasked: bool) -> None:
        self.sheet, self.declared, self.language, self.unmasked = sheet, declared, language, unmasked
        width = len(declared.fields) + 2
        self.texts = [_cell(sheet, "", border=_BORDER) for _ in range(width)]
        self.numbers = [_number_cell(sheet) for _ in range(width)]

    def write(self, row: Revision, number: int) -> None:
        cells = [self._number(0, number), self._text(1, row.entry.organ.name)]
        for position, (name, item) in enumerate(self.declared.fields.items(), 2):
            value = row.values.get(name)
            if not self.unmasked:
                value = mask(item, value)
            if item.type is FieldType.INTEGER and isinstance(value, int) and abs(value) < 10**EXACT_DIGITS:
                cells.append(self._number(position, value))
            elif item.type in NUMERIC and _is_short_number(value):
                cells.append(self._number(position, Decimal(value)))
            else:
                cells.append(self._text(position, shown(item, value, self.language, unmasked=True)))
        self.sheet.append(cells)

    def _number(self, position: int, value: int | Decimal) -> WriteOnlyCell:
        cell = self.numbers[position]
        cell.value = value
        return cell

    def _text(self, position: int, text: str) -> WriteOnlyCell:
        cell = self.texts[position]
        cell.value = text or None
        if text:
            cell.data_type = "s"  # whatever it looks like
        return cell


def _is_short_number(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= EXACT_DIGITS and value.lstrip("-").replace(".", "", 1).isdigit()


def _number_cell(sheet: Any) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, 0)
    cell.border = _BORDER
    return cell


def _cell(sheet: Any, text: str, font: Font | None = None, border: Border | None = None) -> WriteOnlyCell:
    """A cell that stays text, whatever it looks like: no formula, no number, no lost zeros."""
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.number_format = "@"
    if font:
        cell.font = font
    if border:
        cell.border = border
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def shown(item: FieldDeclaration, value: Any, language: str, *, unmasked: bool) -> str:
    """A value as a cell can hold it."""
    text = display(item, value, language, unmasked=unmasked)
    return ILLEGAL_CHARACTERS_RE.sub("", text)[:CELL_LENGTH]
