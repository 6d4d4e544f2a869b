"""Lists to and from workbooks (清单的导出、导入): a past day as xlsx; an officer's workbook as a change set.

Reading a file is in ``workbook``; what is written to the list goes through ``actions`` like every other change.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, BinaryIO

from django.utils import timezone
from openpyxl import Workbook, load_workbook
from openpyxl.cell import MergedCell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from zhunsheng.kernel.fields import FieldDeclaration, FieldType, clean_text, mask
from zhunsheng.kernel.register import ChangeKind, Register
from zhunsheng.kernel.transition import Refusal
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.registers.change_sets import ProposedLine, check_lines, prepare_change_set
from zhunsheng.registers.models import ChangeSet, Revision
from zhunsheng.registers.reading import declared_for, display, entries_on
from zhunsheng.registers.timeline import canonical_key, merged
from zhunsheng.registers.workbook import ORGAN, SERIAL, Sheet, read_sheet, row_values
from zhunsheng.security.audit import record
from zhunsheng.workbooks import EXACT_DIGITS, CellProblem, csv_rows, is_xlsx
from zhunsheng.spreadsheets import CELL_LENGTH

MARK_AUTHOR = "准绳"
_PROBLEMS = Words("问题清单", "Problems")
_MARK = PatternFill("solid", start_color="FFFFC7CE")
_THIN = Side(style="thin", color="FF999999")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WIDE = frozenset({FieldType.LONG_TEXT})
_NUMERIC = frozenset({FieldType.DECIMAL, FieldType.MONEY})


# --- export ----------------------------------------------------------------------------------------------------------


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
    widths = [6, 20, *(40 if item.type in _WIDE else 18 for item in declared.fields.values())]
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
            elif item.type in _NUMERIC and _is_short_number(value):
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


# --- import ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class ImportPlan:
    """What a workbook comes to: the lines it proposes with their rows, what is wrong, what was passed over."""

    lines: list[ProposedLine] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    read: int = 0
    unchanged: int = 0
    skipped: list[int] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    sheet: str = ""

    def count(self, kind: ChangeKind) -> int:
        """How many lines of a kind are proposed."""
        return sum(line.kind == kind for line in self.lines)


def plan_import(
    register: str, organ: Organ, effective_on: date, file: BinaryIO, *, officer: Officer, whole_list: bool = False
) -> ImportPlan:
    """Compare a workbook with an organ's list on a day, writing nothing. Raises ``WorkbookError`` for no table at all.

    Rows with a new key are additions, rows that differ are changes. ``whole_list``: the workbook is the whole list, so
    entries that are not in it are removals (none when the key of some row cannot be read). Columns that the workbook
    does not have stay as they are.
    """
    declared = declared_for(register, effective_on)
    sheet = read_sheet(file, declared)
    access = access_of(officer, timezone.localdate())
    current = {
        row.entry.key: row.values for row in entries_on(register, access=access, true_on=effective_on, organ=organ)
    }
    plan = ImportPlan(read=len(sheet.rows), skipped=sheet.skipped, ignored=sheet.ignored, sheet=sheet.title)
    seen: dict[str, int] = {}
    every_key_read = True
    for number, row in sheet.rows:
        key = _plan_row(plan, sheet, declared, organ, number, row, current, seen)
        every_key_read = every_key_read and key is not None
    if whole_list and every_key_read:
        for key in current.keys() - seen.keys():
            plan.lines.append(ProposedLine(ChangeKind.REMOVE, key))
            plan.rows.append(0)
    _check_with_the_list(plan, sheet, declared, register, organ, effective_on)
    plan.problems.sort(key=lambda problem: (problem.row, problem.column))
    return plan


def _plan_row(
    plan: ImportPlan,
    sheet: Sheet,
    declared: Register,
    organ: Organ,
    number: int,
    row: tuple[Any, ...],
    current: Mapping[str, Mapping[str, Any]],
    seen: dict[str, int],
) -> str | None:
    """Add what a row comes to; gives its key, None when it cannot be read."""
    values, problems = row_values(sheet, row, declared, number)
    key = canonical_key(declared, None, values) if declared.key in values else None
    if isinstance(key, Refusal):
        label = declared.fields[declared.key]
        problems.append(CellProblem(number, sheet.columns[declared.key], label.words, key.reason))
    if not isinstance(key, str):
        plan.problems += problems
        return None
    if key in seen:
        words = Words(f"与第{seen[key]}行重复，请只保留一行", f"the same as in row {seen[key]}; keep one of the two")
        problems.append(CellProblem(number, sheet.columns[declared.key], declared.fields[declared.key].words, words))
    seen.setdefault(key, number)
    other = clean_text(str(sheet.cell(row, sheet.organ_column) or ""))
    if other and other not in (organ.name, organ.short_name, organ.name_en):
        words = Words(
            f"是「{other}」，本次只能导入「{organ.name}」的条目", f"“{other}”; this import is for “{organ}” only"
        )
        problems.append(CellProblem(number, sheet.organ_column, ORGAN, words))
    before = current.get(key)
    if before is not None:
        values = {n: v for n, v in values.items() if not _stays(declared.fields[n], before.get(n), v)}
    after, refusals = merged(declared, key, before or {}, values)
    unread = {problem.column for problem in problems}
    problems += [
        found for refused in refusals if (found := _problem(sheet, declared, number, refused)).column not in unread
    ]
    if problems:
        plan.problems += problems
    elif before is not None and after == before:
        plan.unchanged += 1
    else:
        kind = ChangeKind.ADD if before is None else ChangeKind.CHANGE
        plan.lines.append(ProposedLine(kind, key, values))
        plan.rows.append(number)
    return key


def _problem(sheet: Sheet, declared: Register, number: int, refused: Refusal) -> CellProblem:
    name = refused.field or ""
    column = sheet.columns.get(name, 0)
    words = declared.fields[name].words if name in declared.fields else Words("", "")
    return CellProblem(number, column, words, refused.reason)


def _stays(item: FieldDeclaration, before: Any, cell: Any) -> bool:
    """Whether a cell shows what is in the list already, masked or not, in either language."""
    if isinstance(cell, list):
        cell = "、".join(cell)
    if item.type in _NUMERIC and before is not None and cell is not None:
        try:
            return Decimal(str(before)) == Decimal(str(cell))
        except InvalidOperation:
            return False
    text = clean_text("" if cell is None else str(cell).replace("\r\n", "\n"))
    return any(
        text == clean_text(shown(item, before, language, unmasked=unmasked))
        for language in ("zh", "en")
        for unmasked in (True, False)
    )


def _check_with_the_list(
    plan: ImportPlan, sheet: Sheet, declared: Register, register: str, organ: Organ, effective_on: date
) -> None:
    """Take out the lines that the list itself refuses (a later revision, another organ's key) and say why."""
    refused = check_lines(register, organ, effective_on, plan.lines)
    for item in refused:
        plan.problems.append(_problem(sheet, declared, plan.rows[item.line - 1], item.refusal))
    wrong = {item.line - 1 for item in refused}
    plan.lines = [line for index, line in enumerate(plan.lines) if index not in wrong]
    plan.rows = [row for index, row in enumerate(plan.rows) if index not in wrong]


def import_workbook(
    register: str,
    organ: Organ,
    effective_on: date,
    file: BinaryIO,
    *,
    officer: Officer,
    title: str,
    whole_list: bool = False,
    take_good_rows: bool = False,
) -> tuple[ImportPlan, ChangeSet | None]:
    """Draft a change set from a workbook. With problems nothing is written, unless ``take_good_rows``.

    No change set either when nothing differs. Raises ``WorkbookError`` and ``Refused``.
    """
    plan = plan_import(register, organ, effective_on, file, officer=officer, whole_list=whole_list)
    if not plan.lines or (plan.problems and not take_good_rows):
        return plan, None
    return plan, prepare_change_set(register, organ, title, effective_on, plan.lines, officer)


def read_list(file: BinaryIO, declared: Register) -> tuple[dict[str, dict[str, Any]], list[CellProblem]]:
    """Key -> values of an uploaded list, such as the upper level's, to be compared with one's own; nothing is written."""
    sheet = read_sheet(file, declared)
    found: dict[str, dict[str, Any]] = {}
    problems: list[CellProblem] = []
    for number, row in sheet.rows:
        values, wrong = row_values(sheet, row, declared, number)
        key = canonical_key(declared, None, values)
        if isinstance(key, Refusal):
            problems += [*wrong, _problem(sheet, declared, number, key)]
            continue
        parsed, refusals = merged(declared, key, {}, values)
        # A list of somebody else need not have every column that ours requires.
        wrong += [_problem(sheet, declared, number, item) for item in refusals if item.field in sheet.columns]
        problems += wrong
        found[key] = parsed
    return found, problems


# --- the workbook handed back ----------------------------------------------------------------------------------------


def annotated(file: BinaryIO, plan: ImportPlan, language: str = "zh") -> bytes:
    """The officer's own workbook with every problem cell coloured and commented, and a sheet that lists them all."""
    file.seek(0)
    if is_xlsx(file):
        book = load_workbook(file)
        sheet = book[plan.sheet]
    else:
        book = Workbook()
        sheet = book.active
        for row in csv_rows(file.read()):
            sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) if cell else None for cell in row])
        for cells in sheet.iter_rows():
            for cell in cells:
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # whatever it looks like
    _unmark(sheet)
    by_cell: dict[tuple[int, int], list[str]] = {}
    for problem in plan.problems:
        if problem.row:
            by_cell.setdefault((problem.row, problem.column or 1), []).append(problem.words.within(language))
    for (row, column), texts in by_cell.items():
        cell = _anchor(sheet, row, column)
        cell.fill = copy(_MARK)
        cell.comment = Comment("\n".join(texts), MARK_AUTHOR, width=320, height=120)
    _list_problems(book, plan.problems, language)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _unmark(sheet: Worksheet) -> None:
    """Take off the marks of an earlier round."""
    for row in sheet.iter_rows():
        for cell in row:
            if not isinstance(cell, MergedCell) and cell.comment is not None and cell.comment.author == MARK_AUTHOR:
                cell.comment = None
                cell.fill = PatternFill()


def _anchor(sheet: Worksheet, row: int, column: int) -> Any:
    """The cell, or the first one of the merged cells it belongs to."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        area = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
        return sheet.cell(area.min_row, area.min_col)
    return cell


def _list_problems(book: Workbook, problems: Iterable[CellProblem], language: str) -> None:
    for words in _PROBLEMS:
        if words in book.sheetnames:
            del book[words]
    sheet = book.create_sheet(_PROBLEMS.within(language))
    sheet.append(["Row", "Column", "Heading", "Problem"] if language.startswith("en") else ["行", "列", "列名", "问题"])
    for problem in problems:
        sheet.append(
            [problem.row or "", problem.column or "", problem.name.within(language), problem.words.within(language)]
        )
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    sheet.column_dimensions["C"].width, sheet.column_dimensions["D"].width = 20, 80
