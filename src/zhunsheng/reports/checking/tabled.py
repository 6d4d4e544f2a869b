"""表格里的数字: the figures of tables. The head of a column and of a row say what a cell counts; its unit stands in them, in a column
of units or in the caption (单位：件).

A table is two lines or more whose cells are parted by tabs, as ``cleaned`` leaves them. Sums of its columns are laid out here
too; what prose tells is read in ``reading``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from zhunsheng.kernel.words import Words, written_number
from zhunsheng.plans.tables import CELL
from zhunsheng.reports.checking.figure import CHANGE, COUNT, MONEY, RATE, RATIO, Figure
from zhunsheng.reports.checking.findings import LIKELY, WARNING, Finding, holds
from zhunsheng.reports.checking.numerals import LONG_MULTIPLE, UNIT, unit_of
from zhunsheng.reports.checking.placing import scope_of
from zhunsheng.reports.checking.structure import Sentence, Structure

_VALUE = re.compile(rf"^(?P<number>[-+－＋]?\d+(?:\.\d+)?)(?P<multiple>{LONG_MULTIPLE})?(?P<unit>{UNIT})?$")
_EMPTY = re.compile(r"^(?:[-—–/\\*]*|无|不适用|略|同上)$")
_NO_FIGURES = re.compile(
    r"^(?:序号|编号|代码|编码|行次|年份|年度|日期|时间|月份|电话|联系电话|联系方式|邮编|文号|号码|页码|栏次|索引号|名称|标题)$"
)
_NUMBERED = re.compile(r"^(?:序号|编号|行次)$")
_UNIT_COLUMN = re.compile(r"^(?:计量)?单位$")
_CAPTION = re.compile(rf"(?:计量)?单位[：:]\s*(?P<multiple>{LONG_MULTIPLE})?(?P<unit>{UNIT})")
_IN_BRACKETS = re.compile(rf"[（(【](?:单位[：:])?(?P<multiple>{LONG_MULTIPLE})?(?P<unit>{UNIT})[）)】]")
_BY_WORDS = (
    (re.compile(r"率$|占比|比例|比重|增减(?:幅|百分比)|增幅|增速|降幅"), "%"), (re.compile(r"人次$"), "人次"), (re.compile(r"人数$|人员$"), "人"),
    (re.compile(r"(?:件|案)数$|案件$|(?:决定|申请|案件|办件|许可|处罚)数量$"), "件"), (re.compile(r"次数$"), "次"), (re.compile(r"户数$"), "户"), (re.compile(r"项数$|事项$"), "项"),
    (re.compile(r"条数$"), "条"), (re.compile(r"份数$"), "份"), (re.compile(r"场次$"), "场次"), (re.compile(r"宗数$"), "宗"),
)  # fmt: skip
_CHANGES = re.compile(r"同比|环比|增减|增长|增幅|增速|升降|变化|降幅|下降")
_FALLS = re.compile(r"降幅|下降|减少")
_YEAR = re.compile(r"(20\d\d)年?")
_TOTAL = re.compile(r"^(?:合计|总计|共计|总数|全[省市县区州旗镇](?:合计|总计)?)$")
_INSIDE = re.compile(r"其中|小计|^#|^—|^－|^-")
_OF_A_PART = re.compile(r"(?:局|委|委员会|办|厅|院|队|站|所|中心|[县区市镇乡]|街道|部门)$")
_CITED = re.compile(r"第[^第]{1,6}条.*")
"""A head that only cites an article says nothing of what is counted."""
_CAPTION_LINES = 4


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class _Table:
    """A table: the cells of its head (several rows joined), its rows, and the lines above it."""

    head: list[str]
    rows: list[list[_Cell]]
    above: str


def tabled_figures(structure: Structure) -> list[Figure]:
    """The figures of every table, those of one in a row of cells."""
    starts = {sentence.start: sentence for sentence in structure.sentences}
    found: list[Figure] = []
    for number, table in enumerate(_tables(structure.text)):
        for row, cells in enumerate(table.rows):
            found += _row(structure, table, cells, starts, (number, row))
    return found


def _tables(text: str) -> Iterator[_Table]:
    """Blocks of lines with cells. The head is what stands above the first row with numbers."""
    lines: list[tuple[int, str]] = []
    position = 0
    for line in text.split("\n"):
        lines.append((position, line))
        position += len(line) + 1
    index = 0
    while index < len(lines):
        last = index
        while last < len(lines) and CELL in lines[last][1]:
            last += 1
        if last - index > 1:
            rows = [_cells(*line) for line in lines[index:last]]
            first = index
            while (
                first > max(0, index - _CAPTION_LINES) and CELL not in lines[first - 1][1]
            ):  # another table's caption is none
                first -= 1
            yield from _parted(rows, "\n".join(line for _, line in lines[first:index]))
        index = max(last, index + 1)


def _cells(start: int, line: str) -> list[_Cell]:
    cells: list[_Cell] = []
    for text in line.split(CELL):
        cells.append(_Cell(text.strip(), start + len(text) - len(text.lstrip())))
        start += len(text) + 1
    return cells


def _parted(rows: list[list[_Cell]], above: str) -> Iterator[_Table]:
    """A block as a table; a row without numbers below rows with numbers begins another head."""
    head: list[list[_Cell]] = []
    body: list[list[_Cell]] = []
    for row in rows:
        if all(_EMPTY.match(cell.text) for cell in row):
            continue
        if any(_VALUE.match(cell.text) and not _YEAR.fullmatch(cell.text) for cell in row[1:]):
            body.append(row)
        elif body and all(not _EMPTY.match(cell.text) for cell in row) and len(row) > 2:
            yield _Table(_joined(head), body, above)
            head, body = [row], []
        elif not body:
            head.append(row)
    if body:
        yield _Table(_joined(head), body, above)


def _joined(head: list[list[_Cell]]) -> list[str]:
    """The head of each column: the longest row of the head, what stands above it in an equally long one before it. A head of
    several columns stands over the first of them, the cells behind it are empty."""
    if not head:
        return []
    width = max(len(row) for row in head)
    full = [[cell.text for cell in row] for row in head if len(row) == width]
    for row in full[:-1]:
        for column in range(1, width):
            row[column] = row[column] or _CITED.sub("", row[column - 1])
    return ["".join(dict.fromkeys(row[column] for row in full)) for column in range(width)]


def _row(
    structure: Structure, table: _Table, cells: list[_Cell], starts: dict[int, Sentence], place: tuple[int, int]
) -> Iterator[Figure]:
    heads = table.head
    shift = _shift(cells, heads) if heads else 0
    named = [cell.text for cell in cells if cell.text and not _VALUE.match(cell.text) and not _EMPTY.match(cell.text)]
    name = named[0] if named else ""
    first = 0 if not named and heads and heads[0] else 1  # a row of numbers alone has no name
    units = next((cell.text for cell, head in zip(cells, heads, strict=False) if _UNIT_COLUMN.match(head)), "")
    for index, cell in enumerate(cells):
        column = index - shift
        head = heads[column] if heads and 0 <= column < len(heads) else ""
        match = _VALUE.match(cell.text)
        if match is None or index < first or any(_NO_FIGURES.match(_bare(words)) for words in (head, name)):
            continue
        line = structure.text.rfind("\n", 0, cell.start) + 1
        sentence = starts.get(line) or next((s for s in structure.sentences if s.start <= cell.start < s.end), None)
        if sentence is None:
            continue
        span = (sentence.start, sentence.end)
        multiple, counter = _unit(match, head, name, units, table.above)
        if not counter and not heads:
            continue  # lines of an address or of the page's own counters
        written = unit_of(multiple, counter)
        value = Decimal(match["number"].translate(str.maketrans("－＋", "-+")))
        label = "".join(dict.fromkeys(_bare(words) for words in (name, head) if words and not _YEAR.fullmatch(words)))
        kind = _kind(written.base, head)
        if kind == CHANGE and value > 0 and _FALLS.search(head):
            value = -value
        year = _YEAR.search(head) or _YEAR.search(name)
        yield Figure(
            value, written.written, value * written.times, written.base, kind, cell.start, cell.start + len(cell.text),
            sentence, span, label=label,
            scope=scope_of(name) or ("县区" if _OF_A_PART.search(name) and not _TOTAL.match(name) else ""),
            period=year[1] if year else str(structure.year or ""), cell=(*place, column), row=name,
        )  # fmt: skip


def _shift(cells: Sequence[_Cell], heads: Sequence[str]) -> int:
    """By how many columns a row stands to the right of its head: rows whose name spans several are shorter at the left, those
    that are numbered and those with nothing behind their last cell at the right."""
    width = next((place for place in range(len(cells), 0, -1) if cells[place - 1].text), 0)
    if len(cells) < len(heads) and _NUMBERED.match(heads[0]) and cells[0].text.isdecimal():
        return 0
    return min(len(cells) - len(heads), max(0, width - len(heads)))


def _bare(words: str) -> str:
    return _YEAR.sub("", re.sub(r"[（(【].*?[）)】]", "", words))


def _unit(match: re.Match[str], head: str, name: str, units: str, above: str) -> tuple[str, str]:
    """(multiple, counter): of the cell itself, the head of its column or row, the column of units, the caption, the words."""
    if match["unit"] or match["multiple"]:
        return match["multiple"] or "", match["unit"] or ""
    for words in (head, name):
        if found := list(_IN_BRACKETS.finditer(words)):  # the last: what spans several columns stands before their own
            return found[-1]["multiple"] or "", found[-1]["unit"]
    if units and (found := re.fullmatch(rf"(?P<multiple>{LONG_MULTIPLE})?(?P<unit>{UNIT})", units)):
        return found["multiple"] or "", found["unit"]
    of_a_rate = _BY_WORDS[0]
    if of_a_rate[0].search(_bare(head)) or (_YEAR.search(head) and of_a_rate[0].search(_bare(name))):
        return "", of_a_rate[1]
    captions = list(_CAPTION.finditer(above)) or list(_IN_BRACKETS.finditer(above))
    if captions:
        return captions[-1]["multiple"] or "", captions[-1]["unit"]
    return "", next(
        (unit for words in ((head, name) if head else ()) for by, unit in _BY_WORDS if by.search(_bare(words))), ""
    )


def _kind(unit: str, head: str) -> str:
    if unit in ("%", "个百分点"):
        return CHANGE if _CHANGES.search(head) else RATE
    if unit in ("元", "美元", "港元"):
        return MONEY
    return RATIO if unit == "倍" else COUNT


def column_sums(figures: Sequence[Figure]) -> Iterator[Finding]:
    """合计: a row of totals laid against the rows above it, column by column."""
    columns: dict[tuple[int, int], list[Figure]] = {}
    for figure in figures:
        if figure.cell and figure.kind in (COUNT, MONEY):
            columns.setdefault((figure.cell[0], figure.cell[2]), []).append(figure)
    for column in columns.values():
        names = [figure.row for figure in column]
        total = next((index for index, name in enumerate(names) if _TOTAL.match(name)), None)
        if total is None or any(_INSIDE.search(name) for name in names):
            continue
        parts = column[:total] or column[total + 1 :]
        if len(parts) < 2 or len({figure.base_unit for figure in column}) > 1:
            continue
        whole, told_sum = column[total], sum((figure.base_value for figure in parts), Decimal(0))
        places = (whole.within, *(figure.within for figure in parts[:3]))
        if told_sum == whole.base_value:
            yield holds(
                "sum",
                Words(
                    f"表中“{whole.name}”{written_number(whole.base_value)} 与各行之和相符",
                    f"in the table “{whole.name}” {written_number(whole.base_value)} is the sum of the rows",
                ),
                *places,
            )
        else:
            yield Finding(
                "sum", WARNING, Words(
f"表中“{whole.name}”为 {written_number(whole.base_value)}，各行相加为 {written_number(told_sum)}",
f"in the table “{whole.name}” is {written_number(whole.base_value)}, the rows add up to {written_number(told_sum)}",
), places, LIKELY
            )  # fmt: skip
