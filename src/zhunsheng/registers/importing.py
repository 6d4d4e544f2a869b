"""Lists from workbooks (清单导入): an officer's workbook as a change set, and handed back with what is wrong in it.

Reading a file is in ``workbook``; what is written to the list goes through ``actions`` like every other change.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, BinaryIO

from django.utils import timezone
from openpyxl import Workbook, load_workbook
from openpyxl.cell import MergedCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from zhunsheng.kernel.fields import FieldDeclaration, clean_text
from zhunsheng.kernel.register import ChangeKind, Register
from zhunsheng.kernel.transition import Refusal
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.registers.change_sets import ProposedLine, check_lines, prepare_change_set
from zhunsheng.registers.exporting import NUMERIC, shown
from zhunsheng.registers.models import ChangeSet
from zhunsheng.registers.reading import declared_for, entries_on
from zhunsheng.registers.timeline import canonical_key, merged
from zhunsheng.registers.workbook import ORGAN, Sheet, read_sheet, row_values
from zhunsheng.workbooks import CellProblem, csv_rows, is_xlsx

MARK_AUTHOR = "准绳"
_PROBLEMS = Words("问题清单", "Problems")
_MARK = PatternFill("solid", start_color="FFFFC7CE")


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
    if item.type in NUMERIC and before is not None and cell is not None:
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
