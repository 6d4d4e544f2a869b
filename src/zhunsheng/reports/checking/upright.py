"""散开的表格: tables whose cells a page left each on a line of its own, laid out in rows again.

The first lines are the heads of the columns; behind them come as many lines for every row, the numbers always in the same
columns. Nothing else in a report is told in short lines that recur like that. What parts the cells of a row is left to ``cells``.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from zhunsheng.reports.checking.numerals import LONG_MULTIPLE, UNIT

if TYPE_CHECKING:
    from zhunsheng.reports.checking.cleaned import Work

_LINE = re.compile(r"[^\s|][^\n|]*")
"""The words of a line, without the bar some pages leave behind a cell."""
_SPEAKS = re.compile(r"[。，；！？]|^[一二三四五六七八九十]{1,3}、|^[（(][一二三四五六七八九十]{1,3}[）)]")
_NUMBER = re.compile(rf"[-+－]?\d[\d,，]*(?:\.\d+)?(?:{LONG_MULTIPLE})?(?:{UNIT})?")
_NOTHING = re.compile(r"[-—–/]+|无")
_BREAK = re.compile(r"(?<=[^\s|])[ |]*\n[\s|]*")
_LONGEST, _NARROWEST, _WIDEST = 20, 2, 8
_CELLS_AT_LEAST = 6
"""Below the heads."""


class _Cell(NamedTuple):
    text: str
    start: int
    end: int
    number: bool


def lay_in_rows(work: Work) -> None:
    """Every table of that kind with its rows in one line each."""
    cells = [
        _Cell(text, found.start(), found.start() + len(text), bool(_NUMBER.fullmatch(text)))
        for found in _LINE.finditer(work.text)
        if (text := found[0].rstrip())
    ]
    breaks: dict[int, str] = {}
    for is_short, run in groupby(cells, key=lambda cell: len(cell.text) <= _LONGEST and not _SPEAKS.search(cell.text)):
        if is_short:
            breaks |= _breaks(list(run))
    if breaks:
        work.replace(_BREAK, lambda found: breaks.get(found.start(), found[0]))


def _breaks(run: list[_Cell]) -> dict[int, str]:
    """What stands behind each cell of a table, by its place: a tab within a row, a new line behind it."""
    breaks: dict[int, str] = {}
    first = 0
    while first < len(run):
        width, rows = max(((width, _rows(run, first, width)) for width in range(_NARROWEST, _WIDEST + 1)), key=_cells)
        if not rows:
            first += 1
            continue
        last = first + width * (rows + 1)
        for index in range(first, last - 1):
            breaks[run[index].end] = "\t" if (index - first) % width < width - 1 else "\n"
        first = last
    return breaks


def _cells(found: tuple[int, int]) -> int:
    return found[0] * found[1]


def _rows(run: list[_Cell], first: int, width: int) -> int:
    """How many rows of a width follow heads at a place: names and numbers always in the same columns. None where too few."""
    body = run[first + width :]
    if any(cell.number for cell in run[first : first + width]) or len(body) < width:
        return 0
    columns = [cell.number for cell in body[:width]]
    if all(columns) or not any(columns[1:]):
        return 0
    rows = 0
    while len(row := body[rows * width : (rows + 1) * width]) == width and all(
        cell.number is number or _NOTHING.fullmatch(cell.text) for cell, number in zip(row, columns, strict=True)
    ):
        rows += 1
    return rows if rows > 1 and rows * width >= _CELLS_AT_LEAST else 0
