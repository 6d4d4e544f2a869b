"""What a step asks of the organs it names (随环节交办), and what they have answered: so that whoever dispatches a matter need not
ask for the same a second time, and whoever replies need not type what he was told.

Works out the verbs of office work that follow a step, which ``actions`` takes with it. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from zhunsheng.cases.models import Case
from zhunsheng.cases.organs import organs_called
from zhunsheng.kernel.action import Action
from zhunsheng.kernel.case_state import CaseState, RequestKind, RequestState
from zhunsheng.kernel.compiled import Command, CompiledProcedure
from zhunsheng.kernel.office import Verb
from zhunsheng.kernel.procedure import SpecifiedLimit
from zhunsheng.law.working_days import today


class Following(NamedTuple):
    """A verb that follows a step: with its values, or for what was asked under a number."""

    verb: Verb
    values: dict[str, Any]
    request: int | None = None


def following(
    row: Case, compiled: CompiledProcedure, command: Command, before: CaseState | None, fields: Mapping[str, Any]
) -> Iterator[Following]:
    """Take back what the fields a step ``asks`` named before and name no more, then ask those they name now, the first to lead.
    A step that begins afresh asks one after another: whom it asked before stays asked. ``fields``: as the step leaves them;
    nothing stood in them before the step that opened the case. They are asked by the day
    written down with the step on which a limit that begins with it ends."""
    action, note = compiled.procedure.actions.get(command.action), command.note
    if action is None or not action.asks:
        return
    formerly = _named(action, before.fields) if before and not action.afresh else []
    now = _named(action, fields)
    organs = {
        name: organ
        for name, organ in organs_called({*formerly, *now}, row.organ, today()).items()
        if organ.pk != row.organ_id
    }
    still = {str(organs[name].pk) for name in now if name in organs}
    no_more = {str(organs[name].pk) for name in formerly if name in organs} - still
    asked = {
        request.to: request.number
        for request in (before.requests if before else ())
        if request.kind is RequestKind.ASSIGNMENT and request.state is RequestState.OPEN
    }
    for to in sorted(no_more & asked.keys()):
        yield Following(Verb.TAKE_BACK, {"text": note or action.zh}, asked[to])
    wanted = _wanted_by(compiled, command, fields)
    for name in now:
        if name in organs and str(organs[name].pk) not in asked:
            lead = "1" if name == now[0] else ""
            told = {"to": str(organs[name].pk), "text": note or "请办理并答复", "lead": lead, "due": wanted}
            yield Following(Verb.ASSIGN, told)


def answers(compiled: CompiledProcedure, action: str, row: Case) -> dict[str, str]:
    """What the form of a step begins with: the words of those who were asked and have answered since it was last taken, the newest
    of each; where there are several, a line for each. What another step with the same field has taken up is not said again. One
    query, none where nothing was asked."""
    step = compiled.procedure.actions.get(action)
    if step is None or step.answered is None or not row.course.get("requests"):
        return {}
    taking_up = [name for name, other in compiled.procedure.actions.items() if other.answered == step.answered]
    said: dict[str, str] = {}
    events = row.events.filter(action__in=(*taking_up, Verb.REPLY)).select_related("organ").order_by("sequence")
    for event in events:
        if event.action != Verb.REPLY:
            said = {}
        elif event.organ is not None:
            said[event.organ.name] = str(event.values.get("text") or "")
    lines = [*said.values()] if len(said) == 1 else [f"{name}：{text}" for name, text in said.items()]
    return {step.answered: "\n".join(lines)} if lines else {}


def _wanted_by(compiled: CompiledProcedure, command: Command, fields: Mapping[str, Any]) -> str:
    """The first day still to come that is the end of a limit that begins with the step and was written down; none: empty."""
    written = [
        str(fields.get(deadline.limit.specified) or "")
        for deadline in compiled.procedure.deadlines.values()
        if command.action in deadline.from_ and isinstance(deadline.limit, SpecifiedLimit)
    ]
    return min((day for day in written if day >= command.on.isoformat()), default="")


def _named(action: Action, fields: Mapping[str, Any]) -> list[str]:
    """The names in the fields a step asks, each once, in their order."""
    names: dict[str, None] = {}
    for field in action.asks:
        value = fields.get(field)
        names |= dict.fromkeys(value if isinstance(value, list) else [value] if value else [])
    return list(names)
