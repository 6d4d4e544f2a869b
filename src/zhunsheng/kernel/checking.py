"""Whether a step is allowed (准入): day, state, role, gates and signatures, each refusal in words with its article.

Nothing here changes a case. Gates that ask about what the step itself fills in are judged by ``transition.act``
once the values are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from zhunsheng.kernel.action import THE_LAW, Action
from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.case_state import CaseState, Done, Link, RequestState
from zhunsheng.kernel.clock import ClockState, due_of, summary
from zhunsheng.kernel.compiled import Command, CompiledGate, CompiledProcedure, Refusal
from zhunsheng.kernel.limits import Limit
from zhunsheng.kernel.procedure import LinkedCase
from zhunsheng.kernel.words import Words

BROKEN_OFF = "office."
"""The outcome of a case begins with this where office work ended it and no step of its procedure."""
VOIDED = "office.voided"
"""The outcome of a case that was entered by mistake and made void (作废); nothing more is done to it."""


def voided() -> Refusal:
    """Why nothing is done to a void case."""
    return Refusal("voided", Words("案件已经作废，不能再办理", "the case is void; nothing more is done to it"))


def check(compiled: CompiledProcedure, case: CaseState | None, command: Command, calendar: Calendar) -> Refusal | None:
    """Why an action may not be taken now, apart from what it would fill in; None when it may."""
    procedure = compiled.procedure
    action = procedure.actions.get(command.action)
    if action is None:
        return _unknown(compiled, case, command.action)
    cited = compiled.cited[command.action]
    return (
        check_days(case, command)
        or _check_version(compiled, case, command)
        or _check_state(compiled, case, command.action, action, cited)
        or _check_role(compiled, command, action, cited)
        or (
            case is not None
            and command.action in compiled.gates_before
            and check_gates(compiled, compiled.gates_before, case, case.values, command, calendar)
        )
        or (case is not None and _check_signatures(case, action, cited))
        or None
    )


def _unknown(compiled: CompiledProcedure, case: CaseState | None, name: str) -> Refusal:
    """That there is no such action, and which are possible in the state of the case."""
    known = [
        action
        for other, action in compiled.procedure.actions.items()
        if action.by != [THE_LAW] and (action.start if case is None else case.state in compiled.before[other])
    ]
    zh, en = (f"没有「{name}」这个环节", f"there is no action “{name}” in this procedure")
    if known:
        zh, en = (
            f"{zh}；现在的环节有：{'、'.join(a.zh for a in known)}",
            f"{en}; now there are: {', '.join(a.en for a in known)}",
        )
    return Refusal("unknown_action", Words(zh, en))


def check_days(case: CaseState | None, command: Command) -> Refusal | None:
    """Why a step cannot be of its day: it has not come yet, or lies before the last step."""
    if command.on > command.today:
        return Refusal(
            "future",
            Words(f"办理日期 {command.on} 晚于今天 {command.today}", f"{command.on} lies after today, {command.today}"),
        )
    if case is not None and command.on < case.last_on:
        return Refusal(
            "date_order",
            Words(
                f"办理日期 {command.on} 早于上一环节的日期 {case.last_on}",
                f"{command.on} lies before the last step of {case.last_on}",
            ),
        )
    return None


def _check_version(compiled: CompiledProcedure, case: CaseState | None, command: Command) -> Refusal | None:
    in_force = compiled.procedure.in_force
    if case is None:
        if command.on < in_force.from_ or (in_force.until is not None and command.on > in_force.until):
            until = f"至 {in_force.until}" if in_force.until else "起施行"
            return Refusal(
                "not_in_force",
                Words(f"{command.on} 发生的事项不适用这一版本的程序（{in_force.from_} {until}），应当适用当日有效的版本",
                      f"a matter of {command.on} does not fall under this version of the procedure (from {in_force.from_}); use the version in force on that day"),
            )  # fmt: skip
        return None
    if case.version != compiled.version:
        return Refusal(
            "wrong_version",
            Words(f"本案于 {case.opened_on} 开始，适用 {case.version} 起施行的程序，不能按 {compiled.version} 起施行的程序办理",
                  f"the case began on {case.opened_on} and runs under the procedure in force from {case.version}, not {compiled.version}"),
        )  # fmt: skip
    return None


def _check_state(
    compiled: CompiledProcedure, case: CaseState | None, name: str, action: Action, cited: Words
) -> Refusal | None:
    states = compiled.procedure.states
    if case is None:
        if not action.start:
            return Refusal(
                "not_started",
                Words(f"「{action.zh}」不是起始环节，案件尚未开始", f"“{action.en}” does not open a case"),
                cited,
            )
        return None
    if action.start:
        return Refusal(
            "already_started",
            Words(
                f"案件已经开始，不能再次「{action.zh}」", f"the case is open already; “{action.en}” cannot be repeated"
            ),
            cited,
        )
    if case.outcome == VOIDED:
        return voided()
    # A hold is office work: it stops no limit, so what the law does by itself takes place all the same.
    if case.held_in is not None and case.state not in compiled.final and action.by != [THE_LAW]:
        return Refusal("held", Words("案件已经中止办理，先恢复办理", "the case is on hold; resume it first"))
    if case.state not in compiled.before[name]:
        allowed = [states[s] for s in procedure_states(compiled, name)]
        return Refusal(
            "state",
            Words(f"案件现在「{states[case.state].zh}」，「{action.zh}」只能在「{'」「'.join(s.zh for s in allowed)}」时进行",
                  f"the case is “{states[case.state].en}”; “{action.en}” is possible only in: {', '.join(s.en for s in allowed)}"),
            cited,
        )  # fmt: skip
    if action.once and name in case.done:
        return Refusal(
            "once",
            Words(
                f"「{action.zh}」只能进行一次，已于 {case.done[name].last} 进行",
                f"“{action.en}” is possible only once and was taken on {case.done[name].last}",
            ),
            cited,
        )
    when = compiled.when[name]
    if when is not None and not when(case.values):
        return Refusal(
            "condition", Words(f"本案情形不适用「{action.zh}」", f"“{action.en}” does not apply to this case"), cited
        )
    return None


def procedure_states(compiled: CompiledProcedure, action: str) -> list[str]:
    """The states an action may be taken in, in the order they are declared."""
    return [name for name in compiled.procedure.states if name in compiled.before[action]]


def _check_role(compiled: CompiledProcedure, command: Command, action: Action, cited: Words) -> Refusal | None:
    if command.roles.isdisjoint(action.by):
        if action.by == [THE_LAW]:
            return Refusal(
                "by_law",
                Words(
                    f"「{action.zh}」由法律规定自动发生，不能人工办理",
                    f"“{action.en}” takes place by law and cannot be taken by hand",
                ),
                cited,
            )
        roles = [compiled.procedure.roles[role] for role in action.by if role in compiled.procedure.roles]
        return Refusal(
            "role",
            Words(
                f"「{action.zh}」由{'、'.join(r.zh for r in roles)}办理",
                f"“{action.en}” is for: {', '.join(r.en for r in roles)}",
            ),
            cited,
        )
    return None


def check_gates(
    compiled: CompiledProcedure,
    gates: Mapping[str, list[CompiledGate]],
    case: CaseState | None,
    values: Mapping[str, Any],
    command: Command,
    calendar: Calendar,
) -> Refusal | None:
    for compiled_gate in gates.get(command.action, ()):
        if compiled_gate.when is not None and not compiled_gate.when(values):
            continue
        if not _gate_opens(compiled, compiled_gate, case, values, command, calendar):
            gate = compiled_gate.gate
            at = _field_of(compiled_gate, values, compiled.procedure.actions[command.action])
            return Refusal("gate", Words(gate.zh, gate.en), compiled.citation(gate.basis), at)
    return None


def _field_of(compiled_gate: CompiledGate, values: Mapping[str, Any], action: Action) -> str | None:
    """What a shut gate finds wrong or missing among what the step itself fills in: the refusal is told there."""
    gate, condition = compiled_gate.gate, compiled_gate.condition
    wrong = [name for name in gate.fields if values.get(name) in (None, "", [])]
    if not wrong and condition is not None and not condition(values):
        wrong = [name.partition(".")[0] for name in gate.condition]
    if not wrong and gate.registered is not None:
        wrong = [gate.registered.key]
    if not wrong and gate.named:
        wrong = [gate.named]
    return next((name for name in wrong if name in action.field_names), None)


def _gate_opens(
    compiled: CompiledProcedure,
    compiled_gate: CompiledGate,
    case: CaseState | None,
    values: Mapping[str, Any],
    command: Command,
    calendar: Calendar,
) -> bool:
    gate = compiled_gate.gate
    done: Mapping[str, Done] = case.done if case is not None else {}
    since = last_taken(gate.since, done)
    if any(not is_done(name, done, since) for name in gate.needs):
        return False
    if gate.needs_any and not any(is_done(name, done, since) for name in gate.needs_any):
        return False
    if any(name in done for name in gate.not_done):
        return False
    # Who acted is not known of what is imported from a ledger; a gate on persons speaks of known persons.
    if any(name in done and _same_person(done[name], command) for name in gate.not_by):
        return False
    if gate.named and command.facts.get(gate.named_fact):
        return False
    if any(values.get(name) in (None, "", []) for name in gate.fields):
        return False
    if compiled_gate.condition is not None and not compiled_gate.condition(values):
        return False
    if gate.elapsed is not None and not (
        case is not None and _has_elapsed(compiled, case, gate.elapsed, command.on, calendar)
    ):
        return False
    if gate.within is not None and case is not None:
        day = values.get(gate.within.day) if gate.within.day else None
        asked = date.fromisoformat(str(day)[:10]) if day else command.on
        if _is_over(compiled.limits[gate.within.deadline], case, gate.within.deadline, asked, calendar):
            return False
    links = case.links if case is not None else command.links
    if gate.linked is not None and not any(
        fits_link(link, gate.linked) and _is_not_before(link.ended_on, since) for link in links
    ):
        return False
    if gate.discussed is not None:
        discussed = command.facts.get(gate.discussed.fact, False)
        if not discussed or not _is_not_before(discussed, since):
            return False
    return gate.registered is None or bool(command.facts.get(gate.registered.fact, False))


def last_taken(names: Iterable[str], done: Mapping[str, Done]) -> date | None:
    """The last day on which one of these actions was taken; None where none was."""
    return max((done[name].last for name in names if name in done), default=None)


def is_done(name: str, done: Mapping[str, Done], since: date | None) -> bool:
    """Whether an action was taken, on that day or later where a day is given."""
    return name in done and _is_not_before(done[name].last, since)


def _is_not_before(day: date | bool | None, since: date | None) -> bool:
    """Whether what is known to have come about on a day did so early enough; of what has no day nothing is held against it."""
    return since is None or not isinstance(day, date) or day >= since


def _same_person(done: Done, command: Command) -> bool:
    """Whether the officer took the step too; whoever acts for somebody and that somebody are one person here."""
    return not {command.officer, command.principal}.isdisjoint({done.officer, done.principal} - {""})


def fits_link(link: Link, wanted: LinkedCase) -> bool:
    """Whether a linked case has ended as a gate asks; broken off by the office (终止、作废) it has not ended in any way it could."""
    if link.system != wanted.system or not link.closed:
        return False
    return link.outcome in wanted.outcome if wanted.outcome else not (link.outcome or "").startswith(BROKEN_OFF)


def check_put(
    compiled: CompiledProcedure, case: CaseState, body: str, command: Command, calendar: Calendar
) -> Refusal | None:
    """Why a case may not be put to a body of this kind now; None when it may, or its procedure asks for no such discussion.

    It may when one of the steps that wait for the discussion lacks nothing else that can be known beforehand.
    """
    waiting = compiled.waiting_for(body)
    if not waiting:
        return None
    first: Refusal | None = None
    for name in waiting:
        action = compiled.procedure.actions[name]
        others = {name: [g for g in compiled.gates_before.get(name, ()) if g.gate.discussed is None]}
        refusal = check_gates(
            compiled, others, case, case.values, command._replace(action=name), calendar
        ) or _check_state(compiled, case, name, action, compiled.cited[name])
        if refusal is None:
            return None
        first = first or refusal
    return first


def _is_over(limit: Limit, case: CaseState, deadline: str, on: date, calendar: Calendar) -> bool:
    """Whether the last day of a limit lies before a day; one that never began, or is stopped, is not over."""
    events = case.clocks.get(deadline)
    due = due_of(limit, events, calendar) if events else None
    return due is not None and due < on


def _has_elapsed(compiled: CompiledProcedure, case: CaseState, deadline: str, on: date, calendar: Calendar) -> bool:
    events = case.clocks.get(deadline)
    if not events or summary(events)[0] is ClockState.VOIDED:
        return False
    return _is_over(compiled.limits[deadline].least, case, deadline, on, calendar)


def _check_signatures(case: CaseState, action: Action, cited: Words) -> Refusal | None:
    waits = action.decisive or bool(action.outcome)
    waiting = [r.to for r in case.requests if r.state is RequestState.OPEN and r.kind != "assignment"]
    if waits and waiting:
        return Refusal(
            "signatures",
            Words(f"尚有 {len(waiting)} 个会签或者加签没有答复", f"{len(waiting)} countersignatures are still open"),
            cited,
        )
    return None
