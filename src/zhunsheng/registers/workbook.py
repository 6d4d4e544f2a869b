"""Reading officers' workbooks (表格的识读): which row is the header, which rows are data, what is wrong with which cell.

xlsx, or csv in UTF-8 or GBK. Nothing here reads or writes the database; export and import are in ``exchange``.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, BinaryIO

from openpyxl import load_workbook

from zhunsheng.kernel.fields import FieldDeclaration, FieldType, clean_text
from zhunsheng.kernel.register import Register
from zhunsheng.kernel.words import Words

HEADER_ROWS = 10
"""The header is looked for in so many rows."""
BLANK_ROWS = 500
"""After so many empty rows a sheet is taken to have ended (formatted rows without content)."""
UNPACKED_LIMIT = 500 * 2**20
"""Bytes a workbook may come to when it is unpacked."""
EXACT_DIGITS = 15
"""Digits that a number in a cell keeps; what was longer has lost its end."""

SERIAL = Words("序号", "No.")
ORGAN = Words("填报单位", "Reporting organ")
"""Not 单位 alone, which many lists have as a field of their own."""
_ORGAN_NAMES = {"填报单位", "reportingorgan", "所属单位", "单位"}
_NOT_DATA = re.compile(
    r"(合计|小计|总计|累计|共计|其中|备注|注|说明|填报人|填表人|制表人|审核人|审批人|负责人|单位负责人|联系人|联系电话|"
    r"填报单位|填报日期|填报时间|total|subtotal|notes?)([:：(（\d].*)?",
    re.IGNORECASE | re.DOTALL,
)


class WorkbookError(Exception):
    """A file that cannot be read as a table; says what it is and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.words = Words(zh, en)


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with a cell, or with a row when ``column`` is 0. Rows and columns count from 1, as the sheet shows."""

    row: int
    column: int
    name: Words
    words: Words

    @property
    def place(self) -> Words:
        if not self.column:
            return Words(f"第{self.row}行", f"row {self.row}")
        return Words(
            f"第{self.row}行第{self.column}列（{self.name.zh}）",
            f"row {self.row}, column {self.column} ({self.name.en})",
        )

    def sentence(self, language: str) -> str:
        """Where it is, what it is and what to do."""
        separator = ": " if language.startswith("en") else "："
        return self.place.within(language) + separator + self.words.within(language)


@dataclass(slots=True)
class Sheet:
    """A sheet whose header has been found. ``columns``: field -> column; ``ignored``: headings that name no field."""

    title: str
    header_row: int
    columns: dict[str, int]
    organ_column: int
    ignored: list[str]
    rows: list[tuple[int, tuple[Any, ...]]] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)

    def cell(self, row: Sequence[Any], column: int) -> Any:
        """The value in a column that counts from 1; None beyond the end of the row."""
        return row[column - 1] if 0 < column <= len(row) else None


def read_sheet(file: BinaryIO, declared: Register) -> Sheet:
    """The first sheet that has the header of a list. Raises ``WorkbookError``."""
    seen: list[str] = []
    for title, rows in _tables(file):
        head: list[tuple[Any, ...]] = []
        iterator = iter(rows)
        for row in iterator:
            head.append(row)
            if len(head) == HEADER_ROWS:
                break
        found = _find_header(title, head, declared)
        if found is None:
            seen.append(title)
            continue
        _gather(found, head, iterator, declared)
        return found
    key = declared.fields[declared.key]
    also = "、".join(key.aliases)
    raise WorkbookError(
        f"前 {HEADER_ROWS} 行没有找到表头：须有「{key.zh}」一列" + (f"（也可写作{also}）" if also else "")
        + f"和「{declared.name.zh}」的其他列名；已看过的工作表：{'、'.join(seen) or '无'}。请从本系统导出样表后填写",
        f"no header in the first {HEADER_ROWS} rows: a column “{key.en}” and other columns of “{declared.name.en}” are "
        f"needed; sheets looked at: {', '.join(seen) or 'none'}. Export the list and fill that in",
    )  # fmt: skip


# --- files -----------------------------------------------------------------------------------------------------------


def _tables(file: BinaryIO) -> Iterator[tuple[str, Iterable[tuple[Any, ...]]]]:
    """Name and rows of every sheet, streamed. Raises ``WorkbookError`` for what is no table."""
    file.seek(0)
    start = file.read(8)
    file.seek(0)
    if not start:
        raise WorkbookError("文件是空的，请重新选择文件", "the file is empty; choose another one")
    if start.startswith(b"PK"):
        yield from _xlsx(file)
    elif start.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in file.read():
            raise WorkbookError(
                "文件有打开密码，无法读取；请在 WPS 或 Excel 中取消密码后再上传",
                "the file has a password; take it off in WPS or Excel and upload it again",
            )
        raise WorkbookError(
            "文件是旧版 xls 格式；请在 WPS 或 Excel 中“另存为”xlsx 后再上传",
            "the file is in the old xls form; save it as xlsx and upload it again",
        )
    else:
        yield "csv", csv_rows(file.read())


def is_xlsx(file: BinaryIO) -> bool:
    """Whether the file is packed as a workbook is."""
    file.seek(0)
    start = file.read(2)
    file.seek(0)
    return start == b"PK"


def _xlsx(file: BinaryIO) -> Iterator[tuple[str, Iterable[tuple[Any, ...]]]]:
    broken = WorkbookError(
        "文件已损坏或者不完整，不是有效的 xlsx；请用 WPS 或 Excel 打开检查、另存后再上传",
        "the file is damaged or incomplete, not a valid xlsx; open it in WPS or Excel, save it again and upload that",
    )
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
        file.seek(0)
        book = load_workbook(file, read_only=True, data_only=True) if unpacked <= UNPACKED_LIMIT else None
    except Exception as error:
        raise broken from error
    if book is None:
        raise WorkbookError("文件展开后超过 500 兆，请拆分成几个文件", "the file unpacks to more than 500 MB; split it")
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()  # some programs write a wrong one
                yield sheet.title, _guarded(sheet.iter_rows(values_only=True), broken)
    finally:
        book.close()


def _guarded(rows: Iterable[tuple[Any, ...]], broken: WorkbookError) -> Iterator[tuple[Any, ...]]:
    iterator = iter(rows)
    while True:
        try:
            row = next(iterator)
        except StopIteration:
            return
        except Exception as error:
            raise broken from error
        yield row


def csv_rows(data: bytes) -> Iterator[tuple[Any, ...]]:
    """The rows of a csv in UTF-8 or GBK; an empty cell is None. Raises ``WorkbookError``."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        text = "\0"
    if "\0" in text:
        raise WorkbookError(
            "文件既不是 xlsx，也不是 UTF-8 或 GBK 编码的 csv；请另存为 xlsx 后再上传",
            "the file is neither xlsx nor csv in UTF-8 or GBK; save it as xlsx and upload it again",
        )
    try:
        for row in csv.reader(io.StringIO(text, newline="")):
            yield tuple(cell if cell != "" else None for cell in row)
    except csv.Error as error:
        raise WorkbookError(
            "csv 文件的格式有误；请另存为 xlsx 后再上传", "the csv is malformed; save it as xlsx and upload it again"
        ) from error


# --- header and rows -------------------------------------------------------------------------------------------------


def _heading(value: Any) -> str:
    """A heading as it is compared: no blanks, line breaks or asterisks, no remark in brackets at its end."""
    text = re.sub(r"[\s*＊]", "", clean_text(str(value))) if value is not None else ""
    return text.casefold()


def _without_remark(text: str) -> str:
    return re.sub(r"[（(][^（）()]*[)）]$", "", text)


def _names(declared: Register) -> dict[str, str]:
    """Heading -> field; names win over aliases."""
    found: dict[str, str] = {}
    for name, declaration in declared.fields.items():
        for heading in (declaration.zh, declaration.en, name):
            found.setdefault(_heading(heading), name)
    for name, declaration in declared.fields.items():
        for heading in declaration.aliases:
            found.setdefault(_heading(heading), name)
    return found


def _find_header(title: str, head: Sequence[tuple[Any, ...]], declared: Register) -> Sheet | None:
    """The row with the most headings among which is the key; a heading merged downwards is taken from the row above."""
    names = _names(declared)
    best: Sheet | None = None
    for index, row in enumerate(head):
        above = head[index - 1] if index else ()
        columns: dict[str, int] = {}
        ignored: list[str] = []
        organ_column = 0
        width = max(len(row), len(above))
        for position in range(width):
            own = row[position] if position < len(row) else None
            upper = above[position] if position < len(above) else None
            heading = _heading(own) or _heading(upper)
            if not heading:
                continue
            name = names.get(heading) or names.get(_without_remark(heading))
            if name is not None and name not in columns:
                columns[name] = position + 1
            elif name is None and heading in _ORGAN_NAMES:
                organ_column = position + 1
            elif heading not in (_heading(SERIAL.zh), _heading(SERIAL.en)):
                ignored.append(str(own or upper).strip())
        needed = min(2, len(declared.fields))
        own_matches = sum(_heading(cell) in names or _without_remark(_heading(cell)) in names for cell in row)
        if declared.key not in columns or len(columns) < needed or not own_matches:
            continue
        if best is None or len(columns) > len(best.columns):
            best = Sheet(title, index + 1, columns, organ_column, ignored)
    return best


def _gather(sheet: Sheet, head: Sequence[tuple[Any, ...]], rest: Iterable[tuple[Any, ...]], declared: Register) -> None:
    """Keep the rows that are data, and note those that are totals, remarks or a repeated header."""
    blank = 0
    header = [_heading(cell) for cell in head[sheet.header_row - 1]]
    numbered = enumerate([*head[sheet.header_row :]], sheet.header_row + 1)
    for number, row in _chained(numbered, rest, len(head)):
        if not any(_is_filled(cell) for cell in row):
            blank += 1
            if blank >= BLANK_ROWS:
                return
            continue
        blank = 0
        if _is_not_data(sheet, row, declared) or [_heading(cell) for cell in row] == header:
            sheet.skipped.append(number)
        else:
            sheet.rows.append((number, row))


def _chained(
    first: Iterable[tuple[int, tuple[Any, ...]]], rest: Iterable[tuple[Any, ...]], seen: int
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    yield from first
    yield from enumerate(rest, seen + 1)


def _is_filled(cell: Any) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _is_not_data(sheet: Sheet, row: tuple[Any, ...], declared: Register) -> bool:
    """A total, a remark, or the line for signatures: says so in its first cell (or in the key's) and has no key of its own."""
    first = next(cell for cell in row if _is_filled(cell))
    key = sheet.cell(row, sheet.columns[declared.key])
    if _is_filled(key) and key is not first:
        return bool(_NOT_DATA.fullmatch(_heading(key)))
    return bool(_NOT_DATA.fullmatch(_heading(first)))


# --- cells -----------------------------------------------------------------------------------------------------------

_TEXTS = frozenset(FieldType) - {
    FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY, FieldType.DATE, FieldType.DATETIME, FieldType.BOOLEAN,
}  # fmt: skip
_CELL_ERRORS = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}


def cell_value(declaration: FieldDeclaration, cell: Any) -> Any | Words:
    """What a cell holds, ready for the field to parse; ``Words`` say what is wrong with the cell itself."""
    if isinstance(cell, str):
        if cell.strip() in _CELL_ERRORS:
            return Words(
                f"单元格是公式错误 {cell.strip()}，请改为正确的内容", f"the cell holds the formula error {cell.strip()}"
            )
        return _split(declaration, cell)
    if declaration.type not in _TEXTS or cell is None:
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        if abs(cell) >= 10**EXACT_DIGITS:
            return Words(
                "长数字按数值保存，末尾几位已经丢失；请把单元格设为文本格式后重新填写",
                "a long number kept as a number has lost its last digits; format the cell as text and enter it again",
            )
        return str(int(cell)) if cell == int(cell) else str(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | datetime | time) else _split(declaration, str(cell))


def _split(declaration: FieldDeclaration, text: str) -> Any:
    if not declaration.many or declaration.type is FieldType.CHOICES:
        return text
    return [part for part in re.split(r"[、；;\n]", text) if part.strip()] or None


def row_values(
    sheet: Sheet, row: Sequence[Any], declared: Register, number: int
) -> tuple[dict[str, Any], list[CellProblem]]:
    """The values of a row, not parsed yet, and the cells that cannot be read at all."""
    values: Mapping[str, Any] = {
        name: cell_value(declared.fields[name], sheet.cell(row, column)) for name, column in sheet.columns.items()
    }
    problems = [
        CellProblem(number, sheet.columns[name], declared.fields[name].words, value)
        for name, value in values.items()
        if isinstance(value, Words)
    ]
    return {name: value for name, value in values.items() if not isinstance(value, Words)}, problems
