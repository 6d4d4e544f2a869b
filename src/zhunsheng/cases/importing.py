"""Importing officers' ledgers of cases (台账导入): each row is told again, step by step, through the kernel.

A row becomes a ``CaseScript``; what is wrong is said cell by cell, by the fields themselves or by the kernel's refusals.
Nothing is written here: ``cases.replay`` does that, all or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import Any, BinaryIO

from django.utils import timezone

from zhunsheng.cases.columns import Columns, Target, in_order
from zhunsheng.cases.replay import CaseScript, ReplayRefused, ReplayResult, StepScript, replay
from zhunsheng.catalogue.loading import UnknownSystem, system
from zhunsheng.kernel.fields import FieldDeclaration, FieldError, FieldType, PartyKind, parse, parse_date
from zhunsheng.kernel.procedure import THE_LAW
from zhunsheng.kernel.transition import CompiledProcedure, Refusal
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.workbooks import (
    HEADER_ROWS,
    CellProblem,
    Row,
    WorkbookError,
    cell_text,
    cell_value,
    filled_rows,
    first_rows,
    heading,
    is_filled,
    is_remark,
    mark,
    tables,
    without_remark,
)

EMPTY = frozenset({"/", "-", "--", "—", "——", "–"})
"""What officers write into a cell that has no content."""
NO_DAY = EMPTY | {"无"}
PARTY_KINDS: Mapping[str, PartyKind] = {
    "自然人": PartyKind.PERSON, "个人": PartyKind.PERSON, "公民": PartyKind.PERSON,
    "法人或者其他组织": PartyKind.ORGANISATION, "法人": PartyKind.ORGANISATION, "单位": PartyKind.ORGANISATION,
    "企业": PartyKind.ORGANISATION, "组织": PartyKind.ORGANISATION, "其他组织": PartyKind.ORGANISATION,
    "行政机关": PartyKind.ORGAN, "机关": PartyKind.ORGAN,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the sheet: its place (from 1), its heading as written, what it holds."""

    place: int
    text: str
    target: Target


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
    told to the officer; with ``problems`` nothing was written unless the good rows were asked for."""

    sheet: str = ""
    rows: int = 0
    cases: int = 0
    steps: int = 0
    case_ids: list[int] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    warnings: list[Words] = field(default_factory=list)


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
) -> ImportResult:
    """Import a ledger of cases of one system, one row a case, in one transaction.

    ``mapping``: heading -> name of a field or action (empty: not read). With any problem nothing is written, unless
    ``take_good`` takes the right rows; ``annotated`` receives the sheet with its wrong cells marked (with ``take_good``
    only the wrong rows). ``dry_run`` writes nothing. What the law did by itself up to yesterday is settled at once.
    Raises ``WorkbookError`` for a file that cannot be read, ``UnknownColumns`` for columns nobody decided about, and
    ``UnknownSystem``.
    """
    today = today or timezone.localdate()
    ledger = _Ledger(slug, organ, file, sheet, mapping or {}, ignore_unknown)

    def accept(_: ReplayResult) -> bool:
        return not dry_run and (take_good or not ledger.result.problems)

    try:
        replayed = replay(
            slug, ledger.scripts(), officer=officer, take_good=take_good, progress=progress, today=today,
            settle_through=today - timedelta(days=1), accept=accept,
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
        result.cases = replayed.cases
    if result.problems and annotated is not None:
        wrong = {problem.row for problem in result.problems} if take_good else None
        mark(file, ledger.title, ledger.header_row, result.problems, annotated, wrong)
    return result


class _Ledger:
    """A sheet being read: its columns, its rows told as scripts, its problems."""

    def __init__(
        self, slug: str, organ: Organ, file: BinaryIO, sheet: str, mapping: Mapping[str, str], ignore_unknown: bool
    ) -> None:
        self.owner = system(slug)
        if not self.owner.procedures:
            raise UnknownSystem(f"「{self.owner.name.zh}」没有办理程序，不能导入案件")
        self.organ = organ
        self.names = Columns(self.owner)
        self.result = ImportResult()
        self.mapping = {heading(text): self._mapped(text, key) for text, key in mapping.items()}
        self._organs: dict[str, Organ] = {}
        self._numbers: dict[str, int] = {}
        self._told: list[tuple[int, tuple[str, ...]]] = []
        self._open(file, sheet)
        self._decide_unknown(ignore_unknown)
        self.by_target = {column.target: column for column in reversed(self.columns)}
        self.steps = [column for column in self.columns if column.target.kind == "step"]
        single = {column.target.name for column in self.steps}
        self.dated = [*self.steps, *(c for c in self.columns if c.target.also and c.target.also not in single)]
        self.fields = self._grouped_fields()

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

    def _open(self, file: BinaryIO, wanted: str) -> None:
        seen: list[str] = []
        for title, rows in tables(file):
            seen.append(title)
            if wanted and title != wanted:
                continue
            head = first_rows(rows)
            found = self._header(head)
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
            "可用 zhunsheng cases template 取得空白样表",
            f"no header in the first {HEADER_ROWS} rows: at least one column with the day of a step is needed; sheets looked "
            f"at: {', '.join(seen) or 'none'}. zhunsheng cases template writes an empty form",
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

    # --- the rows

    def scripts(self) -> Iterator[CaseScript]:
        """The rows that can be told, as they stand; the others leave problems."""
        for number, row in filled_rows(self._rows, self.header_row + 1):
            if self._is_no_data(row):
                self.result.skipped.append(number)
                continue
            self.result.rows += 1
            script = _RowReader(self, number, row).script()
            if script is not None:
                self._told.append((number, tuple(step.action for step in script.steps)))
                yield script

    def _is_no_data(self, row: Row) -> bool:
        if [heading(cell) for cell in row] == self._heading_row:
            return True
        first = next(cell for cell in row if is_filled(cell))
        return is_remark(first) and not any(_day_given(_at(row, column.place)) for column in self.steps)

    def organ_named(self, text: str) -> Organ | None:
        """The organ of the import or one below it."""
        if text not in self._organs:
            found = Organ.objects.filter(path__startswith=self.organ.path, name=text).first()
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
        words = Words(
            f"{refusal.sentence('zh')}{missing.zh}。{advice.zh}", f"{refusal.sentence('en')}{missing.en}. {advice.en}"
        )
        label = Words(column.text, column.text) if column else Words("", "")
        return CellProblem(row, column.place if column else 0, label, words, self.title)


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


def _at(row: Row, place: int) -> Any:
    return row[place - 1] if place <= len(row) else None


def _day_given(cell: Any) -> bool:
    return is_filled(cell) and not (isinstance(cell, str) and cell.strip() in NO_DAY)


def day_of(cell: Any) -> date:
    """The day in a cell, in any customary form, a time of day left aside. Raises ``FieldError``."""
    if isinstance(cell, float) and cell > 10**7:
        cell = int(cell)
    if isinstance(cell, str) and ":" in cell:
        cell = cell.strip().split(" ")[0].split("T")[0]
    return parse_date(cell)


@dataclass(slots=True)
class _RowReader:
    """One row: every cell is looked at, so that every problem of the row is told at once."""

    ledger: _Ledger
    number: int
    row: Row
    failed: bool = False
    days_hold: bool = True

    def _problem(self, column: Column | None, words: Words) -> None:
        self.failed = True
        name = Words(column.text, column.text) if column else Words("", "")
        place = column.place if column else 0
        self.ledger.result.problems.append(CellProblem(self.number, place, name, words, self.ledger.title))

    def _cell(self, column: Column) -> Any:
        cell = _at(self.row, column.place)
        return None if not is_filled(cell) or (isinstance(cell, str) and cell.strip() in EMPTY) else cell

    def script(self) -> CaseScript | None:
        """The case the row tells, or None when something in it cannot be read."""
        days = self._days()
        if not days:
            if not self.failed:
                starts = "、".join(f"{a.zh}日期" for a in self.ledger.names.actions.values() if a.start)
                self._problem(
                    None,
                    Words(f"没有任何办理日期，请至少填写{starts}", "no day of any step; fill in at least the first"),
                )
            return None
        first = min(days, key=lambda name: days[name])
        try:
            compiled = self.ledger.owner.procedure_on(days[first])
        except UnknownSystem as error:
            self._problem(
                self._day_column(first), Words(f"{error}；请核对日期", f"no version was in force on {days[first]}")
            )
            return None
        if not self.failed:
            self._check_actions(compiled, days)
        self.days_hold = not self.failed
        order = in_order(compiled, days)
        values = self._values(compiled, order)
        outcomes = self._outcomes(compiled, order)
        organ = self._organ()
        reference = self._reference()
        if self.failed:
            return None
        note = f"原案号：{reference}" if reference else ""
        steps = [
            StepScript(name, days[name], values.get(name, {}), outcomes.get(name), note if not index else "")
            for index, name in enumerate(order)
        ]
        return CaseScript(organ, steps, f"第{self.number}行" + (f"（{reference}）" if reference else ""))

    def _day_column(self, action: str) -> Column | None:
        return next((c for c in self.ledger.dated if action in (c.target.name, c.target.also)), None)

    def _days(self) -> dict[str, date]:
        days: dict[str, date] = {}
        for column in self.ledger.dated:
            cell = _at(self.row, column.place)
            if not _day_given(cell):
                continue
            try:
                days[column.target.also or column.target.name] = day_of(cell)
            except FieldError as error:
                self._problem(column, error.words)
        return days

    def _check_actions(self, compiled: CompiledProcedure, days: Mapping[str, date]) -> None:
        actions = compiled.procedure.actions
        for name in days:
            if name not in actions:
                self._problem(
                    self._day_column(name),
                    Words(
                        f"{min(days.values())} 开始的案件适用 {compiled.version} 起施行的程序，其中没有这一环节；请清空或者改列",
                        f"a case begun on {min(days.values())} runs under the procedure of {compiled.version}, which has no such step",
                    ),
                )
        starts = [name for name in days if name in actions and actions[name].start]
        if not starts:
            wanted = [name for name, action in actions.items() if action.start]
            column = next((c for name in wanted if (c := self._day_column(name))), None)
            names = "、".join(actions[name].zh for name in wanted)
            self._problem(
                column,
                Words(
                    f"没有填写起始环节（{names}）的日期，请填写",
                    "the day on which the case began is missing; fill it in",
                ),
            )
        elif days[starts[0]] > min(days.values()):
            self._problem(
                self._day_column(starts[0]),
                Words(
                    f"「{actions[starts[0]].zh}」（{days[starts[0]]}）晚于后面环节的日期（{min(days.values())}），请核对",
                    f"the case begins on {days[starts[0]]}, after a later step of {min(days.values())}",
                ),
            )

    def _values(self, compiled: CompiledProcedure, order: Sequence[str]) -> dict[str, dict[str, Any]]:
        values: dict[str, dict[str, Any]] = {}
        for (name, at), parts in self.ledger.fields.items():
            cells = {part: cell for part, column in parts.items() if (cell := self._cell(column)) is not None}
            if not cells:
                continue
            column = next(iter(parts[part] for part in parts if part in cells))
            declared = compiled.all_fields.get(name)
            if declared is None:
                self._problem(
                    column,
                    Words(
                        f"{compiled.version} 起施行的程序没有这一项，请清空",
                        f"the procedure of {compiled.version} has no such field",
                    ),
                )
                continue
            try:
                read = read_field(declared, cells)
            except Unreadable as error:
                self._problem(parts.get(error.part, column), error.words)
                continue
            step = (
                at if at in order else next((a for a in order if not at and name in compiled.accepted.get(a, ())), None)
            )
            if step is None or name not in compiled.accepted.get(step, ()):
                # A day that is wrong itself is said once, not again for each value that hangs on it.
                if self.days_hold:
                    self._problem(column, self._no_step(compiled, name, at))
            elif read is not None:
                values.setdefault(step, {})[name] = read
        return values

    def _no_step(self, compiled: CompiledProcedure, name: str, at: str) -> Words:
        takers = [at] if at else [a for a in compiled.procedure.actions if name in compiled.accepted[a]]
        known = compiled.procedure.actions
        zh = "、".join(known[a].zh for a in takers if a in known)
        en = ", ".join(known[a].en for a in takers if a in known)
        return Words(
            f"这一项在「{zh}」时填写，而本行没有该环节的日期；请补上日期，或者清空本格",
            f"this is filled in at: {en}, of which this row has no day; add the day or empty the cell",
        )

    def _outcomes(self, compiled: CompiledProcedure, order: Sequence[str]) -> dict[str, str]:
        outcomes: dict[str, str] = {}
        known = compiled.procedure.actions
        for column in self.ledger.columns:
            cell = self._cell(column)
            if column.target.kind != "outcome" or cell is None:
                continue
            text = cell_text(cell)
            code = next(
                (key for key, o in compiled.procedure.outcomes.items() if text in (key, o.zh) or str(text).casefold() == o.en.casefold()),
                None,
            )  # fmt: skip
            if isinstance(text, Words) or code is None:
                options = "、".join(o.zh for o in compiled.procedure.outcomes.values())
                options_en = ", ".join(o.en for o in compiled.procedure.outcomes.values())
                self._problem(
                    column,
                    Words(
                        f"「{cell}」不是本程序的结果，可选：{options}",
                        f"“{cell}” is no outcome here; choose from: {options_en}",
                    ),
                )
                continue
            takers = [a for a in order if a in known and code in known[a].outcome and column.target.at in ("", a)]
            if takers:
                outcomes[takers[-1]] = code
            elif self.days_hold and not any(action.by == [THE_LAW] and code in action.outcome for action in known.values()):
                giving = "、".join(f"「{action.zh}」" for action in known.values() if code in action.outcome)
                self._problem(
                    column,
                    Words(
                        f"「{compiled.procedure.outcomes[code].zh}」由{giving}产生，而本行没有该环节的日期；请补上日期，或者改正结果",
                        f"“{compiled.procedure.outcomes[code].en}” comes from a step of which this row has no day",
                    ),
                )
        return outcomes

    def _organ(self) -> Organ:
        column = self.ledger.by_target.get(Target("organ"))
        cell = self._cell(column) if column else None
        if cell is None:
            return self.ledger.organ
        found = self.ledger.organ_named(str(cell).strip())
        if found is None:
            organ = self.ledger.organ
            self._problem(
                column,
                Words(
                    f"「{organ.name}」及其下级没有「{cell}」这个单位，请核对名称",
                    f"there is no “{cell}” in or below “{organ.name}”",
                ),
            )
            return self.ledger.organ
        return found

    def _reference(self) -> str:
        column = self.ledger.by_target.get(Target("number"))
        cell = self._cell(column) if column else None
        if cell is None:
            return ""
        text = cell_text(cell)
        if isinstance(text, Words):
            self._problem(column, text)
            return ""
        first = self.ledger.first_with_number(text.strip(), self.number)
        if first != self.number:
            self._problem(
                column,
                Words(
                    f"与第{first}行的案号相同；一件案件只占一行，请删去重复的一行",
                    f"the number stands in row {first} already; one case is one row",
                ),
            )
        return text.strip()


class Unreadable(Exception):
    """Cells from which a field cannot be read; ``part`` is the particular of a party that is wrong."""

    def __init__(self, words: Words, part: str = "") -> None:
        super().__init__(words.zh)
        self.words = words
        self.part = part


def read_field(declared: FieldDeclaration, cells: Mapping[str, Any]) -> Any:
    """The canonical value of a field from its cells (a party's particulars each in one). Raises ``Unreadable``."""
    if declared.type is FieldType.PARTY:
        return _read_party(declared, cells)
    value = cell_value(declared, cells[""])
    if isinstance(value, Words):
        raise Unreadable(value)
    try:
        return parse(declared, day_of(value) if declared.type is FieldType.DATE and not declared.many else value)
    except FieldError as error:
        raise Unreadable(error.words) from error


def _read_party(declared: FieldDeclaration, cells: Mapping[str, Any]) -> Any:
    written: dict[str, list[str]] = {}
    for part, cell in cells.items():
        text = cell_text(cell) if not isinstance(cell, str) else cell
        if isinstance(text, Words):
            raise Unreadable(text, part)
        pieces = [text]
        if declared.many:
            for mark_ in "；;\n":
                text = text.replace(mark_, "、")
            pieces = [piece.strip() for piece in text.split("、")]
        written[part or "name"] = pieces
    names = [name for name in written.pop("name", []) if name]
    if not names:
        words = Words(f"没有填写「{declared.zh}」的姓名或者名称，请填写", f"the name of “{declared.en}” is missing")
        raise Unreadable(words, next(iter(cells)))
    parties: list[dict[str, str]] = [{"name": name} for name in names]
    for part, pieces in written.items():
        if len(pieces) != len(names):
            words = Words(
                f"「{declared.zh}」有 {len(names)} 个，这里有 {len(pieces)} 项，请用顿号隔开、一一对应（没有的留空）",
                f"{len(names)} of “{declared.en}” but {len(pieces)} entries here; part them with 、 one for each",
            )
            raise Unreadable(words, part)
        for party, piece in zip(parties, pieces, strict=True):
            if piece:
                party[part] = str(PARTY_KINDS.get(piece, piece)) if part == "kind" else piece
    try:
        return parse(declared, parties if declared.many else parties[0])
    except FieldError as error:
        raise Unreadable(error.words, _wrong_part(declared, parties)) from error


def _wrong_part(declared: FieldDeclaration, parties: Sequence[Mapping[str, str]]) -> str:
    """The particular that cannot be read, so that the problem is put to its own cell."""
    for party in parties:
        for part in party:
            one = {"name": party["name"], part: party[part]}
            try:
                parse(declared, [one] if declared.many else one)
            except FieldError:
                return part
    return ""
