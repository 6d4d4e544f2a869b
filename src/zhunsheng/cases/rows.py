"""The rows of a ledger of cases (行): one row told as one case, every problem of it put to its cell.

Whether the steps are allowed is for the kernel to say; the columns and the sheet are the business of ``importing``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from zhunsheng.cases.cells import EMPTY, Unreadable, cell_at, day_given, day_of, read_field
from zhunsheng.cases.columns import Target, in_order
from zhunsheng.cases.finding import FORMER_NUMBER
from zhunsheng.cases.reading import link_to
from zhunsheng.cases.replay import CaseScript, StepScript
from zhunsheng.catalogue.loading import UnknownSystem
from zhunsheng.kernel.action import THE_LAW
from zhunsheng.kernel.case_state import Link
from zhunsheng.kernel.fields import FieldError
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.models import Organ
from zhunsheng.workbooks import CellProblem, Row, cell_text, is_filled

if TYPE_CHECKING:
    from zhunsheng.cases.importing import Ledger


def numbers_in(cell: Any) -> list[str]:
    """The numbers of cases a cell names, one or several."""
    return [number for number in re.split(r"[、，,；;\s]+", str(cell or "")) if number and number not in EMPTY]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the sheet: its place (from 1), its heading as written, what it holds."""

    place: int
    text: str
    target: Target


@dataclass(slots=True)
class RowReader:
    """One row: every cell is looked at, so that every problem of the row is told at once."""

    ledger: Ledger
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
        cell = cell_at(self.row, column.place)
        return None if not is_filled(cell) or (isinstance(cell, str) and cell.strip() in EMPTY) else cell

    def script(self) -> CaseScript | None:
        """The case the row tells, or None when something in it cannot be read."""
        days = self._days()
        if not days:
            if self.failed:
                self._look_at_the_rest()
            else:
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
            self._problem(self._day_column(first), Words(f"{error.words.zh}；请核对日期", error.words.en))
            return None
        if not self.failed:
            self._check_actions(compiled, days)
        self.days_hold = not self.failed
        order = in_order(compiled, days)
        values = self._values(compiled, order)
        outcomes = self._outcomes(compiled, order)
        organ = self._organ()
        links = self._links(compiled)
        reference = self._reference()
        if self.failed:
            return None
        note = f"{FORMER_NUMBER}{reference}" if reference else ""
        steps = [
            StepScript(name, days[name], values.get(name, {}), outcomes.get(name), note if not index else "")
            for index, name in enumerate(order)
        ]
        return CaseScript(organ, steps, f"第{self.number}行" + (f"（{reference}）" if reference else ""), links)

    def _look_at_the_rest(self) -> None:
        """What is wrong with the other cells of a row none of whose days can be read, by the newest version of the procedure."""
        compiled = self.ledger.owner.procedure_of(self.ledger.owner.procedures[-1].in_force.from_)
        self.days_hold = False
        self._values(compiled, ())
        self._outcomes(compiled, ())
        self._organ()

    def _day_column(self, action: str) -> Column | None:
        return next((c for c in self.ledger.dated if action in (c.target.name, c.target.also)), None)

    def _days(self) -> dict[str, date]:
        days: dict[str, date] = {}
        for column in self.ledger.dated:
            cell = cell_at(self.row, column.place)
            if not day_given(cell):
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
                self._problem(parts.get(error.field or "", column), error.words)
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
            elif self.days_hold and not any(
                action.by == [THE_LAW] and code in action.outcome for action in known.values()
            ):
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

    def _links(self, compiled: CompiledProcedure) -> tuple[Link, ...]:
        """The cases the row names by their numbers: one of each number, among those the officer sees."""
        column = self.ledger.by_target.get(Target("linked"))
        cell = self._cell(column) if column else None
        links = []
        for number in numbers_in(cell):
            found = self.ledger.cases_numbered(number, compiled)
            if len(found) == 1:
                links.append(link_to(found[0]))
            else:
                self._problem(
                    column,
                    Words(
                        f"可以关联的案件中案号为「{number}」的有 {len(found)} 件，应当正好一件；请核对案号",
                        f"{len(found)} cases that may be linked bear the number “{number}”; it must be one",
                    ),
                )
        return tuple(links)

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
