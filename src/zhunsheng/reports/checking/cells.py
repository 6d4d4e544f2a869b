"""分栏: which lines of a source are rows of a table, so that the marks between their cells outlive the taking out of blanks.

A row has a cell that is a number; the lines just above with as many cells are its head. Cells are parted by tabs, bars or two
blanks and more; by one blank where nothing but numbers and a unit follows the name of the row. Between two tabs or two bars
beside each other stands an empty cell, so that the cells behind it keep their columns.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from zhunsheng.reports.checking.numerals import LONG_MULTIPLE, UNIT

if TYPE_CHECKING:
    from zhunsheng.reports.checking.cleaned import Work

MARK = "\ue000"
"""Stands between cells until the blanks are taken out."""
_BLANK = r" \t\u3000\u00a0"
_WIDE = re.compile(r"[ \u3000\u00a0]*[\t|][ \u3000\u00a0]*|[ \u3000\u00a0]{2,}")
_ANY = re.compile(rf"[{_BLANK}|]+")
_EDGE = re.compile(r"^[ \u3000\u00a0]*\|?[ \u3000\u00a0]*|[ \u3000\u00a0]*\|?[ \u3000\u00a0]*$")
_RULE = re.compile(r"^[-:=+| \t]+$")
_NUMBER = re.compile(r"^[-+－]?\d[\d,，]*(?:\.\d+)?[^\d\s。，、：]{0,4}$")
_BARE = re.compile(r"^(?:[-+－]?\d[\d,]*(?:\.\d+)?%?|[-—–/])$")
_UNIT = re.compile(rf"^(?:{LONG_MULTIPLE})?(?:{UNIT})$")
_HEAD_LINES, _LONGEST = 3, 60


def mark_cells(work: Work) -> None:
    """Put the mark between the cells of every row of a table."""
    lines = work.text.split("\n")
    parted = _rows(lines)
    if not parted:
        return
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))

    def between(found: re.Match[str]) -> str:
        index = bisect_right(starts, found.start()) - 1
        gaps = parted.get(index)
        if gaps is None:
            return found[0]
        at_edge = found.start() == starts[index] or found.end() == starts[index] + len(lines[index])
        marks = found[0].count("\t") or found[0].count("|") - at_edge
        if marks > 0:
            return MARK * marks
        return "" if at_edge else MARK if gaps.fullmatch(found[0]) else found[0]

    work.replace(_ANY, between)


def _rows(lines: list[str]) -> dict[int, re.Pattern[str]]:
    """The lines that are rows, and what parts their cells."""
    found: dict[int, re.Pattern[str]] = {}
    for index, line in enumerate(lines):
        gaps = _gaps(line)
        if gaps is None:
            continue
        found[index] = gaps
        count = len(_split(line, gaps))
        for above in range(index - 1, max(-1, index - 1 - _HEAD_LINES), -1):
            head = lines[above]
            if above in found or "。" in head:
                break
            if _RULE.match(head):
                found[above] = _WIDE
                continue
            fitting = next((by for by in (_WIDE, gaps) if abs(len(_split(head, by)) - count) < 2), None)
            if fitting is None or len(_split(head, fitting)) < 2:
                break
            found[above] = fitting
    return found


def _split(line: str, gaps: re.Pattern[str]) -> list[str]:
    return gaps.split(_EDGE.sub("", line))


def _gaps(line: str) -> re.Pattern[str] | None:
    """What parts the cells of a line, where it is a row with a number."""
    if "。" in line or not any(blank in line for blank in " \t|\u3000\u00a0"):
        return None
    cells = _split(line, _WIDE)
    if len(cells) > 1 and max(map(len, cells)) <= _LONGEST and any(_NUMBER.match(cell) for cell in cells[1:]):
        return _WIDE
    cells = _split(line, _ANY)
    numbers = sum(bool(_BARE.match(cell)) for cell in cells[1:])
    rest = [cell for cell in cells[1:] if not _BARE.match(cell)]
    if numbers > 1 and not _BARE.match(cells[0]) and all(_UNIT.match(cell) for cell in rest):
        return _ANY
    return None
