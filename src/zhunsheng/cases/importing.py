"""Importing officers' ledgers of cases (台账导入): each row is told again, step by step, through the kernel.

A row becomes a ``CaseScript``; what is wrong is said cell by cell, by the fields themselves or by the kernel's refusals.
Nothing is written here: ``cases.replay`` does that, all or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain, islice
from typing import BinaryIO

from django.db.models import F
from django.utils import timezone

from zhunsheng.cases.cells import cell_at, is_day
from zhunsheng.cases.columns import Columns, Target, linked_systems
from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import CaseScript, ReplayRefused, ReplayResult, replay
from zhunsheng.cases.rows import Column, RowReader, numbers_in
from zhunsheng.catalogue.loading import UnknownSystem, system
from zhunsheng.kernel.action import THE_LAW
from zhunsheng.kernel.fields import FieldType
from zhunsheng.kernel.transition import CompiledProcedure, Refusal
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.workbooks import (
    HEADER_ROWS,
    CellProblem,
    Corrections,
    Row,
    WorkbookError,
    corrected,
    filled_rows,
    first_rows,
    heading,
    is_filled,
    is_remark,
    mark,
    tables,
    without_remark,
)

LEAST_HEADINGS = 3
"""A row of so many texts and nothing else may be a header nobody knows yet."""


AT_ONCE = 500
"""Rows whose linked cases are looked up at once."""
ALIKE_SHOWN = 10
"""So many rows that say the same as another are named."""


class UnknownColumns(WorkbookError):
    """Columns that name nothing of the procedure; nothing is read until somebody decides about each."""

    def __init__(self, columns: Sequence[tuple[int, str]]) -> None:
        zh = "、".join(f"第{place}列「{text}」" for place, text in columns)
        en = ", ".join(f"column {place} “{text}”" for place, text in columns)
        super().__init__(
            f"有 {len(columns)} 列不认识：{zh}。请用 --map \"列名=字段\" 指明对应的字段，或者用 --ignore-unknown 不读这些列",
            f"{len(columns)} columns are not known: {en}. Map each with --map \"heading=field\" or leave them with --ignore-unknown",
        )  # fmt: skip
        self.columns = columns


@dataclass(slots=True)
class ImportResult:
    """What an import did. ``rows`` were data; ``skipped`` were totals, remarks and repeated headers. ``warnings`` are
    told to the officer; with ``problems`` nothing was written unless the good rows were asked for. ``headings``: column →
    its heading; ``choices``: column → what may stand in it, where there are only some values."""

    sheet: str = ""
    rows: int = 0
    cases: int = 0
    steps: int = 0
    case_ids: list[int] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    warnings: list[Words] = field(default_factory=list)
    headings: dict[int, str] = field(default_factory=dict)
    choices: dict[int, list[str]] = field(default_factory=dict)


def import_cases(
    slug: str,
    file: BinaryIO,
    *,
    organ: Organ,
    officer: Officer | None = None,
    sheet: str = "",
    mapping: Mapping[str, str] | None = None,
    ignore_unknown: bool = False,
    take_good: bool = False,
    dry_run: bool = False,
    annotated: BinaryIO | None = None,
    today: date | None = None,
    progress: Callable[[int], None] | None = None,
    access: Access | None = None,
    before_commit: Callable[[ReplayResult], None] | None = None,
    corrections: Corrections | None = None,
) -> ImportResult:
    """Import a ledger of cases of one system, one row a case, in one transaction.

    ``mapping``: heading -> name of a field or action (empty: not read). With any problem nothing is written, unless
    ``take_good`` takes the right rows; ``annotated`` receives the sheet with its wrong cells marked (with ``take_good``
    only the wrong rows). ``dry_run`` writes nothing. What the law did by itself up to yesterday is settled at once.
    ``access``: steps for which it holds no role are refused; without it (a command) every role is taken to be there.
    ``corrections``: cells that somebody has mended since, read in place of those of the file.
    ``before_commit`` is called in the transaction when it is about to stand; what it raises undoes everything.
    Raises ``WorkbookError`` for a file that cannot be read, ``UnknownColumns`` for columns nobody decided about, and
    ``UnknownSystem``.
    """
    today = today or timezone.localdate()
    ledger = Ledger(slug, organ, file, sheet, mapping or {}, ignore_unknown, access, corrections)

    def accept(told: ReplayResult) -> bool:
        accepted = not dry_run and (take_good or not ledger.result.problems)
        if accepted and told.cases and before_commit is not None:
            before_commit(told)
        return accepted

    try:
        replayed = replay(
            slug, ledger.scripts(), officer=officer, take_good=take_good, progress=progress, today=today,
            settle_through=today - timedelta(days=1), accept=accept, access=access,
        )  # fmt: skip
    except ReplayRefused as refused:
        replayed = refused.result
        written = False
    else:
        written = True
    result = ledger.result
    result.problems += [ledger.refused(problem.index, problem.step, problem.refusal) for problem in replayed.problems]
    result.problems.sort(key=lambda problem: (problem.row, problem.column))
    if written:
        result.cases, result.steps, result.case_ids = replayed.cases, replayed.steps, replayed.case_ids
    elif dry_run:
        result.cases, result.steps = replayed.cases, replayed.steps
    if result.problems and annotated is not None:
        wrong = {problem.row for problem in result.problems} if take_good else None
        mark(file, ledger.title, ledger.header_row, result.problems, annotated, wrong, ledger.corrections)
    return result


class Ledger:
    """A sheet being read: its columns, its rows told as scripts, its problems."""

    def __init__(
        self, slug: str, organ: Organ, file: BinaryIO, sheet: str, mapping: Mapping[str, str], ignore_unknown: bool,
        access: Access | None = None, corrections: Corrections | None = None, *, any_header: bool = False,
    ) -> None:  # fmt: skip
        """``any_header``: somebody will say what the columns are, so that none of them need be known by its name."""
        self.corrections = corrections or {}
        self.owner = system(slug)
        if not self.owner.procedures:
            raise UnknownSystem(
                f"「{self.owner.name.zh}」没有办理程序，不能导入案件",
                f"“{self.owner.name.en}” has no procedure; no cases can be imported",
            )
        self.organ = organ
        self.access = access
        self.names = Columns(self.owner)
        self.result = ImportResult()
        self.mapping = {heading(text): self._mapped(text, key) for text, key in mapping.items()}
        self._organs: dict[str, Organ] = {}
        self._numbers: dict[str, int] = {}
        self._told: list[tuple[int, tuple[str, ...]]] = []
        self._open(file, sheet, any_header)
        self._decide_unknown(ignore_unknown)
        self.by_target = {column.target: column for column in reversed(self.columns)}
        self.steps = [column for column in self.columns if column.target.kind == "step"]
        single = {column.target.name for column in self.steps}
        self.dated = [*self.steps, *(c for c in self.columns if c.target.also and c.target.also not in single)]
        self.fields = self._grouped_fields()
        self.result.headings = dict(sorted([*((c.place, c.text) for c in self.columns), *self.unknown]))
        self.result.choices = {
            column.place: names for column in self.columns if (names := self._choices(column.target))
        }

    # --- the header

    def _mapped(self, text: str, key: str) -> Target:
        if not key:
            return Target("ignored")
        found = self.names.named(key)
        if found is None:
            fields = "、".join(f"{name}（{declared.zh}）" for name, declared in self.names.fields.items())
            raise WorkbookError(
                f"--map 指明的「{text}」对应「{key}」，但本系统没有这个字段或者环节；可用的字段：{fields}",
                f"“{text}” is mapped to “{key}”, which is neither a field nor an action here; fields: "
                + ", ".join(self.names.fields),
            )
        return found

    def _open(self, file: BinaryIO, wanted: str, any_header: bool) -> None:
        for find in (self._header, self._likely_header) if any_header else (self._header,):
            seen: list[str] = []
            file.seek(0)
            for title, rows in tables(file):
                seen.append(title)
                if wanted and title != wanted:
                    continue
                head = first_rows(rows)
                found = find(head)
                if found is None:
                    continue
                index, self.columns, self.unknown = found
                self.title, self.result.sheet, self.header_row = title, title, index + 1
                self._heading_row = [heading(cell) for cell in head[index]]
                self._rows: Iterable[Row] = chain(head[index + 1 :], rows)
                return
        starts = "、".join(f"{action.zh}日期" for action in self.names.actions.values() if action.start)
        if wanted and wanted not in seen:
            raise WorkbookError(
                f"文件中没有工作表「{wanted}」，有：{'、'.join(seen)}",
                f"no sheet “{wanted}”; there are: {', '.join(seen)}",
            )
        raise WorkbookError(
            f"前 {HEADER_ROWS} 行没有找到表头：至少要有一个办理日期列（例如{starts}）；已看过的工作表：{'、'.join(seen) or '无'}。"
            "可以在空白表上填写（网页上的“空白表”，或者 zhunsheng cases template）",
            f"no header in the first {HEADER_ROWS} rows: at least one column with the day of a step is needed; sheets looked "
            f"at: {', '.join(seen) or 'none'}. The empty form can be filled in (on the page of the import, or zhunsheng cases template)",
        )  # fmt: skip

    def _header(self, head: Sequence[Row]) -> tuple[int, list[Column], list[tuple[int, str]]] | None:
        """The row that names the most columns, one of them a day; a heading may stand over two rows."""
        best: tuple[int, list[Column], list[tuple[int, str]]] | None = None
        for index, row in enumerate(head):
            columns, unknown, own = self._headings(row, head[index - 1] if index else ())
            days = any(c.target.kind == "step" or c.target.also for c in columns)
            if own and days and (best is None or len(columns) > len(best[1])):
                best = index, columns, unknown
        return best

    def _likely_header(self, head: Sequence[Row]) -> tuple[int, list[Column], list[tuple[int, str]]] | None:
        """The first row that holds texts alone, and several of them; which of its columns are days is for somebody to say."""
        for index, row in enumerate(head):
            texts = [cell for cell in row if is_filled(cell)]
            if len(texts) >= LEAST_HEADINGS and all(isinstance(cell, str) for cell in texts):
                columns, unknown, _own = self._headings(row, ())
                return index, columns, unknown
        return None

    def _headings(self, row: Row, above: Row) -> tuple[list[Column], list[tuple[int, str]], bool]:
        columns: list[Column] = []
        unknown: list[tuple[int, str]] = []
        taken: set[Target] = set()
        own = False
        spanning = ""
        for index in range(max(len(row), len(above))):
            text = str(row[index]).strip() if index < len(row) and is_filled(row[index]) else ""
            upper = str(above[index]).strip() if index < len(above) and is_filled(above[index]) else ""
            spanning = upper or spanning
            target = (self._target(spanning + text) if text and spanning else None) or self._target(text or upper)
            shown = text or upper
            if target is not None and (target.kind == "ignored" or target not in taken):
                taken.add(target)
                own = own or bool(text)
                columns.append(Column(index + 1, " ".join(shown.split()), target))
            elif shown:
                unknown.append((index + 1, " ".join(shown.split())))
        return columns, unknown, own

    def _target(self, text: str) -> Target | None:
        plain = heading(text)
        return self.mapping.get(plain) or self.mapping.get(without_remark(plain)) or self.names.target(text)

    def _decide_unknown(self, ignore_unknown: bool) -> None:
        if self.unknown and not ignore_unknown:
            raise UnknownColumns(self.unknown)
        warnings = self.result.warnings
        warnings += [
            Words(f"第{place}列「{text}」不认识，没有读取", f"column {place} “{text}” is not known and was not read")
            for place, text in self.unknown
        ]
        warnings += [
            Words(
                f"第{column.place}列「{column.text}」由法律规定自动发生，按期限推算，不采用表中日期",
                f"column {column.place} “{column.text}” takes place by law; its day is computed, not read",
            )
            for column in self.columns
            if column.target.kind == "law"
        ]

    def _grouped_fields(self) -> dict[tuple[str, str], dict[str, Column]]:
        """(field, action it was filled in at) -> particular -> column."""
        grouped: dict[tuple[str, str], dict[str, Column]] = {}
        for column in self.columns:
            if column.target.kind == "field":
                grouped.setdefault((column.target.name, column.target.at), {})[column.target.part] = column
        return grouped

    def _choices(self, target: Target) -> list[str]:
        """What may stand in a column of choices."""
        if target.kind == "outcome":
            outcomes = {outcome.zh for procedure in self.owner.procedures for outcome in procedure.outcomes.values()}
            return sorted(outcomes)
        declared = self.names.fields.get(target.name) if target.kind == "field" and not target.part else None
        if declared is None:
            return []
        if declared.type is FieldType.BOOLEAN:
            return ["是", "否"]
        return [words.zh for words in declared.choices.values()]

    # --- the rows

    def cases_numbered(self, number: str, compiled: CompiledProcedure) -> list[Case]:
        """Cases a row may be linked to that bear a number: those the officer sees, for a command those of the region."""
        wanted = linked_systems(compiled.procedure)
        return [case for case in self._named.get(number, ()) if case.system in wanted]

    def _find_named(self, rows: Iterable[Row]) -> None:
        """Find all cases some rows name, in one query."""
        column = self.by_target.get(Target("linked"))
        self._named: dict[str, list[Case]] = {}
        if numbers := {one for row in rows for one in numbers_in(cell_at(row, column.place))} if column else set():
            seen = (
                Case.visible.to(self.access) if self.access else Case.objects.filter(organ__region=self.organ.region_id)
            )
            for case in seen.filter(number__in=numbers, voided_on=None).defer("course"):
                self._named.setdefault(case.number, []).append(case)

    def _rows_with_named(self) -> Iterator[tuple[int, Row]]:
        """The rows with what was corrected in them, the cases they name found for some at a time."""
        filled = filled_rows(self._rows, self.header_row + 1)
        rows = ((number, corrected(number, found, self.corrections)) for number, found in filled)
        while some := list(islice(rows, AT_ONCE)):
            self._find_named(row for _number, row in some)
            yield from some

    def scripts(self) -> Iterator[CaseScript]:
        """The rows that can be told, as they stand; the others leave problems, and rows that say the same a warning."""
        seen: dict[int, int] = {}
        alike: list[tuple[int, int]] = []
        for number, row in self._rows_with_named():
            if self._is_no_data(row):
                self.result.skipped.append(number)
                continue
            self.result.rows += 1
            script = RowReader(self, number, row).script()
            if script is not None and not self._exceeds_roles(number, script):
                self._told.append((number, tuple(step.action for step in script.steps)))
                said = hash(repr((script.organ.pk, script.steps)))
                if said in seen:
                    alike.append((number, seen[said]))
                seen.setdefault(said, number)
                yield script
        if alike:
            zh = "、".join(f"第{number}行与第{first}行" for number, first in alike[:ALIKE_SHOWN])
            en = ", ".join(f"row {number} and row {first}" for number, first in alike[:ALIKE_SHOWN])
            self.result.warnings.append(
                Words(
                    f"有 {len(alike)} 行与前面的行内容相同，请核对是否重复：{zh}",
                    f"{len(alike)} rows say the same as one before; see whether they stand twice: {en}",
                )
            )

    def data_rows(self) -> Iterator[Row]:
        """The rows that are neither totals nor remarks, as they stand."""
        return (row for _, row in filled_rows(self._rows, self.header_row + 1) if not self._is_no_data(row))

    def _exceeds_roles(self, number: int, script: CaseScript) -> bool:
        """Whether the row tells steps that are for others than the officer who imports; each is put to its day."""
        if self.access is None:
            return False
        compiled = self.owner.procedure_on(script.steps[0].on)
        declared = compiled.procedure.roles
        held = self.access.roles(self.owner.slug, script.organ.path, frozenset(declared))
        exceeded = False
        for step in script.steps:
            action = compiled.procedure.actions[step.action]
            if held.isdisjoint(action.by) and action.by != [THE_LAW]:
                exceeded = True
                column = next((c for c in self.dated if step.action in (c.target.name, c.target.also)), None)
                label = Words(column.text, column.text) if column else Words("", "")
                words = Words(
                    f"「{action.zh}」由{'、'.join(declared[role].zh for role in action.by)}办理，您在「{script.organ.name}」没有这个岗位；"
                    "请由有这个岗位的人员导入，或者清空本格",
                    f"“{action.en}” is for: {', '.join(declared[role].en for role in action.by)}, a role you do not hold in "
                    f"“{script.organ.name}”; let somebody who holds it import this, or empty the cell",
                )
                self.result.problems.append(
                    CellProblem(number, column.place if column else 0, label, words, self.title)
                )
        return exceeded

    def _is_no_data(self, row: Row) -> bool:
        if [heading(cell) for cell in row] == self._heading_row:
            return True
        first = next(cell for cell in row if is_filled(cell))
        # A total counts the steps under their headings: only a real day makes such a row a case.
        return is_remark(first) and not any(is_day(cell_at(row, column.place)) for column in self.steps)

    def organ_named(self, text: str) -> Organ | None:
        """The organ of the import or one below it; of several alike the one that has not ended, or ended last."""
        if text not in self._organs:
            alike = Organ.objects.filter(path__startswith=self.organ.path, name=text)
            found = alike.order_by(F("valid_to").desc(nulls_first=True), "pk").first()
            if found is None:
                return None
            self._organs[text] = found
        return self._organs[text]

    def first_with_number(self, number: str, row: int) -> int:
        """The first row that has a number of its own."""
        return self._numbers.setdefault(number, row)

    def refused(self, index: int, step: int, refusal: Refusal) -> CellProblem:
        """A refusal of the kernel at the cell it speaks of: that of the field, else that of the action."""
        row, actions = self._told[index]
        action = actions[step] if step < len(actions) else ""
        column: Column | None = None
        missing = Words("", "")
        if refusal.field == "outcome":
            column = self.by_target.get(Target("outcome", at=action)) or self.by_target.get(Target("outcome"))
        elif refusal.field:
            for (name, at), parts in self.fields.items():
                if name == refusal.field and at in ("", action):
                    column = next(iter(parts.values()))
        if column is None and refusal.field:
            declared = self.names.fields.get(refusal.field)
            label_words = declared.words if declared else Words("结果", "outcome")
            missing = Words(
                f"；表中没有「{label_words.zh}」一列，请增加", f"; the sheet has no column “{label_words.en}”: add it"
            )
        if column is None:
            column = next((c for c in self.dated if action in (c.target.name, c.target.also)), None)
        advice = _ADVICE.get(refusal.code, _CORRECT)
        if refusal.code == "gate" and self.names.may_link and Target("linked") not in self.by_target:
            advice = _LINK
        words = Words(
            f"{refusal.sentence('zh')}{missing.zh}。{advice.zh}", f"{refusal.sentence('en')}{missing.en}. {advice.en}"
        )
        label = Words(column.text, column.text) if column else Words("", "")
        return CellProblem(row, column.place if column else 0, label, words, self.title)


_LINK = Words(
    "请补上所要求的环节日期或者内容；以另一件案件为前提的，加一列「关联案件」写明它的案号",
    "Add the day or the content that is asked for; where it rests on another case, add a column “关联案件” with its number",
)
_CORRECT = Words("请改正后重新导入", "Correct it and import again")
_ORDER = Words(
    "请核对本行各日期的先后，以及是否填错了列",
    "Check the order of the days in this row and whether a column is mistaken",
)
_ADVICE: Mapping[str, Words] = {
    "missing": Words("请填写后重新导入", "Fill it in and import again"),
    "outcome": Words("请按可选的结果填写", "Choose one of these"),
    "future": Words("请核对日期", "Check the day"),
    "gate": Words("请补上所要求的环节日期或者内容", "Add the day or the content that is asked for"),
    "by_law": Words("请清空该单元格，由系统按期限推算", "Empty the cell; the day is computed"),
    **dict.fromkeys(("state", "date_order", "once", "already_started", "not_started", "condition"), _ORDER),
}
