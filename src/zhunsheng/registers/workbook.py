"""A list in an officer's workbook (清单表格的识读): which row is the header, which rows are data, what is in their cells.

Opening files, reading cells and marking errors are shared with cases in ``zhunsheng.workbooks``. Nothing here reads or
writes the database; export is in ``exporting``, import in ``importing``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, BinaryIO

from zhunsheng.kernel.register import Register
from zhunsheng.kernel.words import Words
from zhunsheng.workbooks import (
    HEADER_ROWS,
    CellProblem,
    Row,
    WorkbookError,
    cell_value,
    filled_rows,
    first_rows,
    heading,
    is_filled,
    is_remark,
    tables,
    without_remark,
)

SERIAL = Words("序号", "No.")
ORGAN = Words("填报单位", "Reporting organ")
"""Not 单位 alone, which many lists have as a field of their own."""
_ORGAN_NAMES = {"填报单位", "reportingorgan", "所属单位", "单位"}


@dataclass(slots=True)
class Sheet:
    """A sheet whose header has been found. ``columns``: field -> column; ``ignored``: headings that name no field."""

    title: str
    header_row: int
    columns: dict[str, int]
    organ_column: int
    ignored: list[str]
    rows: list[tuple[int, Row]] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)

    def cell(self, row: Sequence[Any], column: int) -> Any:
        """The value in a column that counts from 1; None beyond the end of the row."""
        return row[column - 1] if 0 < column <= len(row) else None


def read_sheet(file: BinaryIO, declared: Register) -> Sheet:
    """The first sheet that has the header of a list. Raises ``WorkbookError``."""
    seen: list[str] = []
    for title, rows in tables(file):
        head = first_rows(rows)
        found = _find_header(title, head, declared)
        if found is None:
            seen.append(title)
            continue
        _gather(found, head, rows, declared)
        return found
    key = declared.fields[declared.key]
    also = "、".join(key.aliases)
    raise WorkbookError(
        f"前 {HEADER_ROWS} 行没有找到表头：须有「{key.zh}」一列" + (f"（也可写作{also}）" if also else "")
        + f"和「{declared.name.zh}」的其他列名；已看过的工作表：{'、'.join(seen) or '无'}。请从本系统导出样表后填写",
        f"no header in the first {HEADER_ROWS} rows: a column “{key.en}” and other columns of “{declared.name.en}” are "
        f"needed; sheets looked at: {', '.join(seen) or 'none'}. Export the list and fill that in",
    )  # fmt: skip


# --- header and rows -------------------------------------------------------------------------------------------------


def _names(declared: Register) -> dict[str, str]:
    """Heading -> field; names win over aliases."""
    found: dict[str, str] = {}
    for name, declaration in declared.fields.items():
        for label in (declaration.zh, declaration.en, name):
            found.setdefault(heading(label), name)
    for name, declaration in declared.fields.items():
        for label in declaration.aliases:
            found.setdefault(heading(label), name)
    return found


def _find_header(title: str, head: Sequence[Row], declared: Register) -> Sheet | None:
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
            label = heading(own) or heading(upper)
            if not label:
                continue
            name = names.get(label) or names.get(without_remark(label))
            if name is not None and name not in columns:
                columns[name] = position + 1
            elif name is None and label in _ORGAN_NAMES:
                organ_column = position + 1
            elif label not in (heading(SERIAL.zh), heading(SERIAL.en)):
                ignored.append(str(own or upper).strip())
        needed = min(2, len(declared.fields))
        own_matches = sum(heading(cell) in names or without_remark(heading(cell)) in names for cell in row)
        if declared.key not in columns or len(columns) < needed or not own_matches:
            continue
        if best is None or len(columns) > len(best.columns):
            best = Sheet(title, index + 1, columns, organ_column, ignored)
    return best


def _gather(sheet: Sheet, head: Sequence[Row], rest: Iterable[Row], declared: Register) -> None:
    """Keep the rows that are data, and note those that are totals, remarks or a repeated header."""
    header = [heading(cell) for cell in head[sheet.header_row - 1]]
    below: Iterator[Row] = chain(head[sheet.header_row :], rest)
    for number, row in filled_rows(below, sheet.header_row + 1):
        if _is_not_data(sheet, row, declared) or [heading(cell) for cell in row] == header:
            sheet.skipped.append(number)
        else:
            sheet.rows.append((number, row))


def _is_not_data(sheet: Sheet, row: Row, declared: Register) -> bool:
    """A total, a remark, or the line for signatures: says so in its first cell (or in the key's) and has no key of its own."""
    first = next(cell for cell in row if is_filled(cell))
    key = sheet.cell(row, sheet.columns[declared.key])
    return is_remark(key if is_filled(key) and key is not first else first)


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
