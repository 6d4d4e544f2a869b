"""The limits of a case as its page shows them (期限): where each stands, in words, and what the law wants next.

Pure reading of receipts and the declaration; nothing is counted here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from zhunsheng.desk.wording import Light, in_a_row, say, time_left
from zhunsheng.kernel.action import THE_LAW
from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.case_state import CaseState
from zhunsheng.kernel.clock import ClockState, Receipt
from zhunsheng.kernel.declaration import BasisDeclaration
from zhunsheng.kernel.limits import NO_LOCAL, Basis, Kind, Limit, LocalValues, local_on
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.kernel.words import Words

Changed = Callable[[BasisDeclaration, Basis, date | None], str]
"""(declared basis, that of the limit, the day it ended) -> what to say of a statute that has changed since."""


def nothing_changed(declared: BasisDeclaration, basis: Basis, ended: date | None) -> str:
    """Where no change is known."""
    return ""


@dataclass(frozen=True)
class DeadlineLine:
    """One limit of a case. ``receipt`` is None while it has not begun to run; ``begins`` then says from what."""

    key: str
    name: Words
    light: Light
    cited: Words
    is_setting: bool
    """Whether the place has set it or it is practice, the statutes being silent."""
    mark: str = ""
    """What to know of a limit that no checked text of the law sets."""
    changed: str = ""
    """What to know of a basis that has changed since."""
    receipt: Receipt | None = None
    begins: str = ""
    acts: tuple[Words, ...] = ()
    binds: bool = True
    """Whether somebody here has to keep it; others may act within theirs, and what is done if needed is for people to judge."""

    @property
    def due(self) -> date | None:
        return self.receipt.due_date if self.receipt else None

    @property
    def is_running(self) -> bool:
        return self.receipt is not None and self.receipt.state in (ClockState.RUNNING, ClockState.STOPPED)

    @property
    def is_span(self) -> bool:
        """Whether it is named for the time that runs out (时效、有效期) rather than for what has to be done in it."""
        return self.receipt is not None and self.receipt.limit.kind in (Kind.LIMITATION, Kind.VALIDITY)

    @property
    def is_minimum(self) -> bool:
        """Whether it is a time to be waited out rather than one to be kept within."""
        return self.receipt is not None and not self.receipt.limit.ends_in_duty


def deadline_lines(
    compiled: CompiledProcedure,
    state: CaseState,
    receipts: Mapping[str, Receipt],
    today: date,
    calendar: Calendar,
    local: LocalValues = NO_LOCAL,
    changed: Changed = nothing_changed,
) -> list[DeadlineLine]:
    """Running limits by their day, then those still to come (as the place has set them today), then those that have
    ended. ``changed`` says what has become of a basis since."""
    running: list[DeadlineLine] = []
    coming: list[DeadlineLine] = []
    ended: list[DeadlineLine] = []
    for key, deadline in compiled.deadlines.items():
        declaration = deadline.declaration
        name = declaration.words
        acts = acts_within(compiled, key, state.state)
        receipt = receipts.get(key)
        if receipt is not None:
            light, limit = light_of(receipt, today, calendar), receipt.limit
            if declaration.if_needed and receipt.state is ClockState.RUNNING and light.kind == "overdue":
                light = Light("closed", _("已过"))
        else:
            light, limit = Light("waiting", _("尚未起算")), deadline.limit
            limit = limit.as_set(local_on(local, limit.setting or "", today))
        is_setting = declaration.basis.article is None or limit.local is not None
        mark, cited = mark_of(limit, is_setting), limit.basis.cited
        since = receipt.met_on if receipt is not None else None
        note = "" if limit.local else changed(declaration.basis, limit.basis, since)
        if receipt is not None:
            line = DeadlineLine(
                key, name, light, cited, is_setting, mark, note, receipt, acts=acts, binds=declaration.binds
            )
            (running if line.is_running else ended).append(line)
        elif state.state not in compiled.final and (deadline.when is None or deadline.when(state.values)):
            begins = in_a_row(say(compiled.procedure.actions[a]) for a in declaration.from_)
            coming.append(DeadlineLine(key, name, light, cited, is_setting, mark, note, begins=begins))
    running.sort(key=lambda line: (line.due is None, line.due or date.max))
    return [*running, *coming, *ended]


def mark_of(limit: Limit, is_setting: bool) -> str:
    """What to know of a limit that no checked text of the law sets; nothing of the others."""
    if limit.local is not None:
        return _("本地规定")
    if limit.setting is not None:
        return _("本地尚未规定，按通行做法")
    if is_setting:
        return _("本地设定，非法律规定")
    return "" if limit.verified else _("未核对原文")


@lru_cache(4_096)
def acts_within(compiled: CompiledProcedure, key: str, state: str) -> tuple[Words, ...]:
    """The actions that keep a limit: those possible in this state, or where none is yet, those it comes to in the end. What a
    limit is for stands first in its declaration; where only ways out of it are possible yet, the step that leads on to it
    stands before them, and where it takes more steps it stands alone."""
    actions = compiled.procedure.actions
    until = [a for a in compiled.deadlines[key].declaration.until if actions[a].by != [THE_LAW]]
    at_once = [a for a in until if state in compiled.before[a]]
    if at_once and until[0] not in at_once and _is_ahead(compiled, state, until[0]):
        onward = [a for a in actions if _leads_on(compiled, a, state, until[0])]
        at_once = [*onward, *at_once] if onward else until[:1]
    return tuple(actions[a].words for a in at_once or until)


def _is_ahead(compiled: CompiledProcedure, state: str, wanted: str) -> bool:
    """Whether an action can still be come to from a state."""
    reached, looked_at = {state}, set[str]()
    while new := reached - looked_at:
        looked_at |= new
        reached |= {
            action.to
            for name, action in compiled.procedure.actions.items()
            if action.to and new & compiled.before[name]
        }
    return bool(reached & compiled.before[wanted])


def _leads_on(compiled: CompiledProcedure, name: str, state: str, wanted: str) -> bool:
    """Whether somebody can take an action in a state and then the one that is wanted, without going back."""
    action, states = compiled.procedure.actions[name], list(compiled.procedure.states)
    if state not in compiled.before[name] or action.to not in compiled.before[wanted] or action.by == [THE_LAW]:
        return False
    return states.index(action.to) > states.index(state)


def light_of(receipt: Receipt, today: date, calendar: Calendar) -> Light:
    """Where a limit stands, in a colour and in words."""
    late = receipt.is_overdue(today)
    match receipt.state:
        case ClockState.MET:
            return Light("overdue", _("逾期完成")) if late else Light("good", _("按期完成"))
        case ClockState.LAPSED:
            return Light("overdue", _("期满"))
        case ClockState.VOIDED:
            return Light("closed", _("不再计算"))
        case ClockState.STOPPED:
            return Light("stopped", _("已停止计算"))
    if receipt.due_date is None:
        return Light("waiting", _("由人判断"))
    if not receipt.limit.ends_in_duty:
        return Light("good", _("已满")) if receipt.due_date < today else Light("waiting", _("尚未满"))
    return time_left(receipt.due_date, receipt.limit.unit, today, calendar)


def demands(lines: list[DeadlineLine]) -> list[DeadlineLine]:
    """The running limits the law expects something of, first what somebody here has to keep."""
    running = [line for line in lines if line.is_running and line.due and not line.is_minimum]
    return sorted(running, key=lambda line: not line.binds)
