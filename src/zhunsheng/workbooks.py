"""Officers' workbooks (表格), shared by cases and lists: opening xlsx and csv, reading headings and cells, marking errors.

Nothing here reads or writes the database, and nothing here knows what a column stands for.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import Any, BinaryIO

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, PatternFill

from zhunsheng.kernel.craft import NotPossible, Work
from zhunsheng.kernel.fields import FieldDeclaration, FieldType, clean_text
from zhunsheng.kernel.words import BilingualError, Words
from zhunsheng.spreadsheets import bold, writable

HEADER_ROWS = 10
"""The header is looked for in so many rows."""
BLANK_ROWS = 500
"""After so many empty rows a sheet is taken to have ended (formatted rows without content)."""
LARGEST = 20 * 2**20
"""Bytes of a workbook that is taken in."""
UNPACKED_LIMIT = 200 * 2**20
"""Bytes it may come to when it is unpacked: ten times the largest is more than tables of a hundred thousand rows do."""
HELD_LIMIT = 50 * 2**20
"""Bytes of what is held whole, the table of texts above all; sheets are read row by row."""
EXACT_DIGITS = 15
"""Digits that a number in a cell keeps; what was longer has lost its end."""
MOST_COMMENTS = 5_000
"""Cells that are given a comment in a marked workbook; the list of problems holds all of them."""

Row = tuple[Any, ...]
Corrections = Mapping[int, Mapping[int, str]]
"""What is read in place of some cells: row → column → text, both counted from 1; an empty text empties the cell."""


class WorkbookError(BilingualError):
    """A file that cannot be read as a table; ``words`` say what it is and what to do."""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with a cell, or with a row when ``column`` is 0. Rows and columns count from 1, as the sheet shows."""

    row: int
    column: int
    name: Words
    words: Words
    sheet: str = ""

    @property
    def place(self) -> Words:
        if not self.column:
            zh, en = f"第{self.row}行", f"row {self.row}"
        else:
            zh = f"第{self.row}行第{self.column}列（{self.name.zh}）"
            en = f"row {self.row}, column {self.column} ({self.name.en})"
        return Words(f"工作表「{self.sheet}」{zh}", f"sheet “{self.sheet}”, {en}") if self.sheet else Words(zh, en)

    def sentence(self, language: str) -> str:
        """Where it is, what it is and what to do."""
        separator = ": " if language.startswith("en") else "："
        return self.place.within(language) + separator + self.words.within(language)


# --- files -----------------------------------------------------------------------------------------------------------


def tables(file: BinaryIO) -> Iterator[tuple[str, Iterator[Row]]]:
    """Name and rows of every visible sheet, streamed; csv is one sheet of that name. Raises ``WorkbookError``."""
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


def unpacked_size(file: BinaryIO, but: str = "\0") -> int:
    """Bytes an office file comes to when it is unpacked, but for parts with something in their names, by its own list, beyond
    which nothing of it is read. Raises what ``zipfile`` does with a file that is no archive."""
    with zipfile.ZipFile(file) as archive:
        return sum(item.file_size for item in archive.infolist() if but not in item.filename)


def _xlsx(file: BinaryIO) -> Iterator[tuple[str, Iterator[Row]]]:
    broken = WorkbookError(
        "文件已损坏或者不完整，不是有效的 xlsx；请用 WPS 或 Excel 打开检查、另存后再上传",
        "the file is damaged or incomplete, not a valid xlsx; open it in WPS or Excel, save it again and upload that",
    )
    try:
        is_small = unpacked_size(file) <= UNPACKED_LIMIT and unpacked_size(file, "/worksheets/") <= HELD_LIMIT
        if is_small:
            file.seek(0)
            book = load_workbook(file, read_only=True, data_only=True)
    except Exception as error:
        raise broken from error
    if not is_small:
        most, texts = UNPACKED_LIMIT // 2**20, HELD_LIMIT // 2**20
        raise WorkbookError(
            f"文件展开后超过 {most} 兆，或者其中的文字超过 {texts} 兆，请拆分成几个文件",
            f"the file unpacks to more than {most} MB, or its texts to more than {texts} MB; split it",
        )
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()  # some programs write a wrong one
                yield sheet.title, _guarded(sheet.iter_rows(values_only=True), broken)
    finally:
        book.close()


def _guarded(rows: Iterable[Row], broken: WorkbookError) -> Iterator[Row]:
    iterator = iter(rows)
    while True:
        try:
            row = next(iterator)
        except StopIteration:
            return
        except Exception as error:
            raise broken from error
        yield row


def csv_rows(data: bytes) -> Iterator[Row]:
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


# --- headings and rows -----------------------------------------------------------------------------------------------

_NOT_DATA = re.compile(
    r"(合计|小计|总计|累计|共计|其中|备注|注|说明|填报人|填表人|制表人|审核人|审批人|负责人|单位负责人|联系人|联系电话|"
    r"填报单位|填报日期|填报时间|total|subtotal|notes?)([:：(（\d].*)?",
    re.IGNORECASE | re.DOTALL,
)


def heading(value: Any) -> str:
    """A heading as it is compared: no blanks, line breaks or asterisks, in small letters."""
    return re.sub(r"[\s*＊]", "", clean_text(str(value))).casefold() if value is not None else ""


def without_remark(text: str) -> str:
    """A heading without the remark in brackets at its end: 金额（元）."""
    return re.sub(r"[（(][^（）()]*[)）]$", "", text)


def is_filled(cell: Any) -> bool:
    """Whether a cell holds anything but blanks."""
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def is_remark(cell: Any) -> bool:
    """Whether a cell opens a row that is no data: a total, a remark, the line for signatures."""
    return bool(_NOT_DATA.fullmatch(heading(cell)))


def filled_rows(rows: Iterable[Row], first: int) -> Iterator[tuple[int, Row]]:
    """The rows that hold anything, numbered from ``first``; ends where a sheet has no more content."""
    blank = 0
    for number, row in enumerate(rows, first):
        if any(is_filled(cell) for cell in row):
            blank = 0
            yield number, row
        elif (blank := blank + 1) >= BLANK_ROWS:
            return


def corrected(number: int, row: Row, corrections: Corrections) -> Row:
    """A row with its corrected cells."""
    changes = corrections.get(number)
    if not changes:
        return row
    cells = [*row, *[None] * (max(changes) - len(row))]
    for column, text in changes.items():
        cells[column - 1] = text or None
    return tuple(cells)


def rows_at(file: BinaryIO, title: str, numbers: Collection[int]) -> dict[int, Row]:
    """Some rows of a sheet by their numbers."""
    last = max(numbers, default=0)
    return {n: row for n, row in enumerate(islice(_rows_of(file, title), last), 1) if n in numbers}


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
    text = cell_text(cell)
    return text if isinstance(text, Words) else _split(declaration, text)


def cell_text(cell: Any) -> str | Words:
    """A cell as text; ``Words`` where a long number has lost its end."""
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
    return cell.isoformat() if isinstance(cell, date | datetime | time) else str(cell)


def _split(declaration: FieldDeclaration, text: str) -> Any:
    if not declaration.many or declaration.type is FieldType.CHOICES:
        return text
    return [part for part in re.split(r"[、；;\n]", text) if part.strip()] or None


# --- marking ---------------------------------------------------------------------------------------------------------

RED = PatternFill("solid", fgColor="FFC7CE")
_WRAPPED = Alignment(wrap_text=True, vertical="top")


def mark(
    file: BinaryIO,
    title: str,
    header_row: int,
    problems: Sequence[CellProblem],
    out: BinaryIO,
    rows: Collection[int] | None = None,
    corrections: Corrections | None = None,
) -> None:
    """Write the sheet ``title`` of a workbook anew with its wrong cells red and commented, and a list of the problems.

    ``rows``: the rows below the header to be kept; None keeps every row. Cells that were corrected are written so.
    """
    by_row: dict[int, dict[int, str]] = {}
    for problem in problems:
        said = by_row.setdefault(problem.row, {})
        column = problem.column or 1
        said[column] = f"{said[column]}\n{problem.words.zh}" if column in said else problem.words.zh
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    comments = 0
    for number, found in enumerate(_rows_of(file, title), 1):
        row = corrected(number, found, corrections or {})
        wrong: Mapping[int, str] = by_row.get(number, {})
        if number > header_row and rows is not None and number not in rows:
            continue
        if not wrong:
            sheet.append([bold(sheet, c) if number == header_row else writable(sheet, c) for c in row])
            continue
        cells = []
        for column, value in enumerate([*row, *[None] * (max(wrong) - len(row))], 1):
            if column not in wrong:
                cells.append(writable(sheet, value))
                continue
            plain = writable(sheet, value)
            cell = plain if isinstance(plain, Cell) else WriteOnlyCell(sheet, plain)
            cell.fill = RED
            if comments < MOST_COMMENTS:
                cell.comment = Comment(wrong[column], "准绳")
                comments += 1
            cells.append(cell)
        sheet.append(cells)
    listed = book.create_sheet("问题清单")
    listed.column_dimensions["D"].width = 30
    listed.column_dimensions["E"].width = 90
    listed.append([bold(listed, name) for name in ("工作表", "行", "列", "列名", "问题和处理办法")])
    for problem in problems:
        words = WriteOnlyCell(listed, problem.words.zh)
        words.alignment = _WRAPPED
        listed.append([problem.sheet or title, problem.row, problem.column or None, problem.name.zh, words])
    book.save(out)


def _rows_of(file: BinaryIO, title: str) -> Iterator[Row]:
    for name, rows in tables(file):
        if name == title:
            blank: list[Row] = []
            for row in rows:
                if any(is_filled(cell) for cell in row):
                    yield from blank
                    blank.clear()
                    yield row
                elif len(blank) < BLANK_ROWS:
                    blank.append(row)
                else:
                    return
            return


def first_rows(rows: Iterator[Row]) -> list[Row]:
    """The rows in which a header is looked for."""
    return list(islice(rows, HEADER_ROWS))


# --- small tables, whole ---------------------------------------------------------------------------------------------


def records(content: bytes, wanted: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows of the first sheet that has all the wanted headings, each as heading → text and with its number.

    Totals and remarks are left out. Raises ``WorkbookError`` where no sheet has them or a cell cannot be read.
    """
    keys = {heading(name): name for name in wanted}
    for _, rows in tables(io.BytesIO(content)):
        columns: dict[str, int] = {}
        found = []
        for number, row in filled_rows(rows, 1):
            if not columns:
                here = {keys[heading(cell)]: at for at, cell in enumerate(row) if heading(cell) in keys}
                columns = here if len(here) == len(keys) else {}
            elif not is_remark(row[0]):
                found.append((number, _record(number, row, columns)))
            if not columns and number >= HEADER_ROWS:
                break
        if columns:
            return found
    raise WorkbookError(
        f"没有找到列名齐全的工作表，须有：{'、'.join(wanted)}", f"no sheet has all the headings {', '.join(wanted)}"
    )


def uploaded_records(work: Work, name: str, wanted: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """``records`` of a file that was uploaded to a case, for the work of a system. Raises ``NotPossible`` where it is not
    there or cannot be read."""
    if name not in work.files:
        raise NotPossible(f"请先把「{name}」上传到案件材料", f"first upload {name} to the materials of the case")
    try:
        return records(work.files[name], wanted)
    except WorkbookError as error:
        raise NotPossible(f"「{name}」：{error.words.zh}", f"{name}: {error.words.en}") from error


def _record(number: int, row: Row, columns: Mapping[str, int]) -> dict[str, str]:
    texts = {}
    for name, at in columns.items():
        cell = row[at] if at < len(row) else None
        text = "" if cell is None else cell_text(cell)
        if isinstance(text, Words):
            raise WorkbookError(f"第{number}行「{name}」：{text.zh}", f"row {number}, {name}: {text.en}")
        texts[name] = clean_text(text)
    return texts
