"""One step of a case: ``act(procedure, case, command, calendar)`` gives a transition or a refusal with its reason.

Pure and total: no database, no clock of its own, and whatever the command says the answer is one of the two. The
verbs of office work that every case knows are in ``office``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from zhunsheng.kernel.action import OUTCOME, THE_LAW, Action
from zhunsheng.kernel.calendar import FIRST_DAY, LAST_DAY, Calendar
from zhunsheng.kernel.case_state import CaseState, RequestState, done_again, in_state
from zhunsheng.kernel.checking import check, check_gates
from zhunsheng.kernel.clock import (
    ClockEvent,
    ClockEventKind,
    as_date,
    due_of,
    extensions_granted,
    in_force,
    is_open,
    open_causes,
)
from zhunsheng.kernel.compiled import (
    Command,
    CompiledDeadline,
    CompiledProcedure,
    Refusal,
    Transition,
)
from zhunsheng.kernel.fields import FieldError, parse
from zhunsheng.kernel.figures import OPENED_ON
from zhunsheng.kernel.limits import NO_LOCAL, Amount, LocalValues, Unit, extension_problem, local_on
from zhunsheng.kernel.postings import PostingRule
from zhunsheng.kernel.procedure import SpecifiedLimit
from zhunsheng.kernel.words import Words

__all__ = [
    "Command", "CompiledProcedure", "Refusal", "Transition", "act", "check",
    "choices", "lapsed", "settle", "typed_values",
]  # fmt: skip


def act(
    compiled: CompiledProcedure,
    case: CaseState | None,
    command: Command,
    calendar: Calendar,
    *,
    retrace: bool = False,
) -> Transition | Refusal:
    """Take one step of a case, or say why not.

    Limits that ran out before ``command.on`` must have been settled first (see ``settle``). ``retrace`` takes a step
    that was decided and recorded before: whether it was allowed is not asked again, only what it comes to.
    """
    if not retrace:
        refusal = check(compiled, case, command, calendar)
        if refusal is not None:
            return refusal
    action = compiled.procedure.actions[command.action]
    parsed = _parse_values(compiled, case, command, action, retrace)
    if isinstance(parsed, Refusal):
        return parsed
    outcome = _choose_outcome(compiled, command, action)
    if isinstance(outcome, Refusal):
        return outcome
    fields = compiled.kept(command.action, case.fields) if case is not None else {}
    if parsed:
        fields = {**fields, **parsed}
    if not retrace and command.action in compiled.gates_of_values:
        kept = outcome if outcome is not None or case is None else case.outcome
        values = {**fields, OUTCOME: kept}
        refusal = check_gates(compiled, compiled.gates_of_values, case, values, command, calendar)
        if refusal is not None:
            return refusal
    return _step(compiled, case, command, action, fields, parsed, outcome, calendar)


def typed_values(compiled: CompiledProcedure, case: CaseState, command: Command) -> dict[str, Any] | Refusal:
    """What was typed for a step of which a function works out the rest, each value in its one form; or why it cannot be."""
    return _parse_values(
        compiled, case, command, compiled.procedure.actions[command.action], retrace=False, worked_out=False
    )


def _parse_values(
    compiled: CompiledProcedure,
    case: CaseState | None,
    command: Command,
    action: Action,
    retrace: bool,
    *,
    worked_out: bool = True,
) -> dict[str, Any] | Refusal:
    wanted, filled, accepted = (
        compiled.required[command.action],
        compiled.given[command.action],
        compiled.accepted[command.action],
    )
    if not worked_out:
        accepted = accepted - action.worked_out
        wanted = [item for item in wanted if item[0] in accepted]
    stray = command.values.keys() - accepted
    if retrace:  # what was filled in by itself stands in the record with the rest
        stray -= {*filled, *action.fixed}
    if stray:
        first = min(stray)
        label = compiled.all_fields[first].zh if first in compiled.all_fields else first
        return Refusal(
            "stray_field",
            Words(f"「{action.zh}」不填写「{label}」", f"“{action.en}” does not fill in “{first}”"),
            field=first,
        )
    parsed: dict[str, Any] = {**compiled.fixed[command.action]}
    told = command.values if retrace else command.given
    for name, required in [*wanted, *((name, False) for name in filled)] if filled else wanted:
        declared = compiled.all_fields[name]
        given = told.get(name) if name in filled else command.values.get(name)
        if given is None and not required:
            continue
        try:
            value = parse(declared, given)
        except FieldError as error:
            words = Words(f"「{declared.zh}」：{error.words.zh}", f"“{declared.en}”: {error.words.en}")
            return Refusal("field", words, field=name)
        if value is not None:
            parsed[name] = value
        elif required and (case is None or compiled.kept(command.action, case.fields).get(name) in (None, "", [])):
            return Refusal("missing", Words(f"「{declared.zh}」必须填写", f"“{declared.en}” must be filled in"),
                           compiled.citation(action.basis), name)  # fmt: skip
    return parsed


def _choose_outcome(compiled: CompiledProcedure, command: Command, action: Action) -> str | Refusal | None:
    if not action.outcome:
        if command.outcome is not None:
            return Refusal(
                "stray_outcome", Words(f"「{action.zh}」不产生结果", f"“{action.en}” has no outcome"), field="outcome"
            )
        return None
    if command.outcome is None and len(action.outcome) == 1:
        return action.outcome[0]
    if command.outcome not in action.outcome:
        options = [compiled.procedure.outcomes[name] for name in action.outcome]
        return Refusal(
            "outcome",
            Words(
                f"「{action.zh}」须从中选择结果：{'、'.join(o.zh for o in options)}",
                f"“{action.en}” needs one of: {', '.join(o.en for o in options)}",
            ),
            compiled.citation(action.basis),
            "outcome",
        )
    return command.outcome


def _step(
    compiled: CompiledProcedure,
    case: CaseState | None,
    command: Command,
    action: Action,
    fields: Mapping[str, Any],
    parsed: Mapping[str, Any],
    outcome: str | None,
    calendar: Calendar,
) -> Transition | Refusal:
    name, on = command.action, command.on
    state = action.to or (case.state if case is not None else "")
    kept_outcome = outcome if outcome is not None else (case.outcome if case is not None else None)
    values = {**fields, OUTCOME: kept_outcome}
    clocks = case.clocks if case is not None else {}
    clock_events = _clock_events(compiled, clocks, command, state, values, calendar)
    if isinstance(clock_events, Refusal):
        return clock_events
    done = {**case.done} if case is not None else {}
    done[name] = done_again(done.get(name), on, command.officer, command.principal)
    if clock_events:
        clocks = {**clocks}
        for key, event in clock_events:
            clocks[key] = (*clocks.get(key, ()), event)
    if case is None:
        after = CaseState(compiled.slug, compiled.version, state, on, on, command.organ, fields, kept_outcome,
                          done, clocks, sequence=1)  # fmt: skip
    else:
        requests = case.requests
        if state in compiled.final:
            requests = in_state(requests, RequestState.OPEN, RequestState.ENDED)
        after = CaseState(case.system, case.version, state, case.opened_on, on, case.organ, fields, kept_outcome,
                          done, clocks, requests, case.links, case.sequence + 1)  # fmt: skip
    rules = compiled.posting_rules.get(name, ())
    if name in compiled.posts_by_time:
        met, late = _met(compiled, after.clocks, clock_events, calendar)
        rules = [rule for rule in rules if rule.fits(met, late)]
        values = {**_begun(rules, after), **values}
    postings = [p for rule in rules for p in rule.postings(on, values)]
    return Transition(
        after, name, on, parsed, outcome, tuple(clock_events), tuple(action.papers), tuple(postings), tuple(action.registers),
        by_law=THE_LAW in command.roles,
    )  # fmt: skip


def _begun(rules: Iterable[PostingRule], case: CaseState) -> dict[str, date]:
    """The days from which accounts count that no field holds: the opening of the case, and steps by their last time."""
    wanted = {rule.days_since for rule in rules if rule.days_since}
    begun = {OPENED_ON: case.opened_on, **{name: case.done[name].last for name in wanted & case.done.keys()}}
    return {name: begun[name] for name in wanted & begun.keys()}


def _met(
    compiled: CompiledProcedure,
    clocks: Mapping[str, tuple[ClockEvent, ...]],
    clock_events: Iterable[tuple[str, ClockEvent]],
    calendar: Calendar,
) -> tuple[set[str], set[str]]:
    """The limits a step meets, and those of them it meets after their last day."""
    met = {key: event.on for key, event in clock_events if event.kind is ClockEventKind.MET}
    due = {key: due_of(compiled.limits[key], clocks[key], calendar) for key in met}
    return {*met}, {key for key, last in due.items() if last is not None and as_date(met[key]) > last}


def _clock_events(
    compiled: CompiledProcedure,
    clocks: Mapping[str, tuple[ClockEvent, ...]],
    command: Command,
    state: str,
    values: Mapping[str, Any],
    calendar: Calendar,
) -> list[tuple[str, ClockEvent]] | Refusal:
    """What the action does to every limit it touches, in the order: stop, resume, extend, end, begin."""
    name, on = command.action, command.on
    events: list[tuple[str, ClockEvent]] = []
    ended: set[str] = set()
    for compiled_deadline in compiled.deadlines_by_action.get(name, ()):
        key, declaration = compiled_deadline.key, compiled_deadline.declaration
        history = clocks.get(key, ())
        if history and is_open(history):
            causes = open_causes(history)
            if name in declaration.stopped_by and name not in causes:
                events.append((key, ClockEvent(ClockEventKind.STOPPED, on, name)))
            for stop, resuming in compiled_deadline.resumes.items():
                if name in resuming and stop in causes:
                    # What happens by law happens at the end of its day: the clock runs again from the next.
                    resumed_on = on + timedelta(days=1) if THE_LAW in command.roles else on
                    events.append((key, ClockEvent(ClockEventKind.RESUMED, resumed_on, stop)))
            if name == declaration.extended_by:
                extended = _extend(compiled_deadline, history, command)
                if isinstance(extended, Refusal):
                    return extended
                events.append((key, extended))
            if name in declaration.until:
                kind = (
                    ClockEventKind.LAPSED
                    if name == declaration.lapse and THE_LAW in command.roles
                    else ClockEventKind.MET
                )
                events.append((key, ClockEvent(kind, on)))
                ended.add(key)
            elif name == declaration.lapse and not declaration.still_due:
                events.append((key, ClockEvent(ClockEventKind.LAPSED, on)))
                ended.add(key)
            elif name in declaration.voided_by:
                events.append((key, ClockEvent(ClockEventKind.VOIDED, on)))
                ended.add(key)
        if name in declaration.from_ and (compiled_deadline.when is None or compiled_deadline.when(values)):
            armed = _arm(compiled_deadline, command, values)
            if isinstance(armed, Refusal):
                return armed
            events.append((key, armed))
            ended.add(key)
            if declaration.met_on is not None:
                done = ClockEvent(
                    ClockEventKind.MET, date.fromisoformat(str(values.get(declaration.met_on) or on)[:10])
                )
                last = due_of(compiled_deadline.limit, (armed,), calendar)
                if last is None or as_date(done.on) <= last:
                    events.append((key, done))
    if state in compiled.final:
        events.extend(
            (key, ClockEvent(ClockEventKind.VOIDED, on))
            for key, history in clocks.items()
            if key not in ended and is_open(history) and not _can_still_be_met(compiled, key, state)
        )
    return events


def _can_still_be_met(compiled: CompiledProcedure, key: str, state: str) -> bool:
    return any(state in compiled.before[name] for name in compiled.deadlines[key].declaration.until)


_LAST_START = date(LAST_DAY.year - 30, 12, 31)
"""No limit with its extensions runs for more than thirty years."""


def _arm(compiled_deadline: CompiledDeadline, command: Command, values: Mapping[str, Any]) -> ClockEvent | Refusal:
    declaration = compiled_deadline.declaration
    start: date | datetime = command.on
    if declaration.counted_from is not None and values.get(declaration.counted_from):
        moment = str(values[declaration.counted_from])
        # Hours run from the moment, where one was given; all else runs from its day.
        hours = compiled_deadline.limit.unit is Unit.HOUR and "T" in moment
        start = datetime.fromisoformat(moment) if hours else date.fromisoformat(moment[:10])
        if not FIRST_DAY <= as_date(start) <= _LAST_START:
            return Refusal(
                "date_range",
                Words(
                    f"{start} 不在可以计算的年份内，请核对日期", f"{start} lies outside the years that can be counted"
                ),
                field=declaration.counted_from,
            )
    if isinstance(declaration.limit, SpecifiedLimit):
        written = values.get(declaration.limit.specified)
        if not written:
            return Refusal(
                "missing",
                Words(f"须写明「{declaration.zh}」", f"“{declaration.en}” must be given"),
                field=declaration.limit.specified,
            )
        days = (date.fromisoformat(str(written)[:10]) - as_date(start)).days
        if days < 0:
            return Refusal(
                "date_order",
                Words(f"「{declaration.zh}」早于 {start}", f"“{declaration.en}” lies before {start}"),
                field=declaration.limit.specified,
            )
        return ClockEvent(ClockEventKind.ARMED, start, amount=Amount(days, compiled_deadline.limit.unit))
    setting = compiled_deadline.limit.setting
    # The value in force on the day of the step, whatever day the limit is counted from.
    local = local_on(command.local, setting, command.on) if setting is not None else None
    return ClockEvent(ClockEventKind.ARMED, start, local=local)


def _extend(
    compiled_deadline: CompiledDeadline, history: tuple[ClockEvent, ...], command: Command
) -> ClockEvent | Refusal:
    limit, label = in_force(compiled_deadline.limit, history), compiled_deadline.declaration
    extension, cited = limit.extension, limit.basis.cited
    if extension is None:
        return Refusal(
            "not_extendable",
            Words(f"法律没有规定「{label.zh}」可以延长", f"the law knows no extension of “{label.en}”"),
            cited,
        )
    granted = [event.amount for event in history if event.kind is ClockEventKind.EXTENDED and event.amount]
    if extensions_granted(history) >= extension.times:
        return Refusal(
            "extended_already",
            Words(
                f"「{label.zh}」最多延长 {extension.times} 次",
                f"“{label.en}” may be extended {extension.times} time(s) at most",
            ),
            cited,
        )
    amount = command.amount or extension.amount
    if amount is None:
        return Refusal("missing", Words("须写明延长多久", "the length of the extension must be given"), cited, "amount")
    problem = extension_problem(limit, amount, granted)
    if problem is not None:
        return Refusal("too_long", problem, cited, "amount")
    return ClockEvent(ClockEventKind.EXTENDED, command.on, amount=amount)


# --- what the law does by itself -------------------------------------------------------------------------------


def lapsed(compiled: CompiledProcedure, case: CaseState, through: date, calendar: Calendar) -> list[tuple[date, str]]:
    """Limits of the case that ran out by the end of ``through`` and have a consequence by law: (day, action)."""
    found: list[tuple[date, str]] = []
    for key in case.clocks.keys() & compiled.lapsing:
        declaration, history = compiled.deadlines[key].declaration, case.clocks[key]
        action = declaration.lapse
        if action is None or not is_open(history) or open_causes(history):
            continue
        due = due_of(compiled.limits[key], history, calendar)
        if due is None or due > through or case.state not in compiled.before[action]:
            continue
        if declaration.still_due and action in case.done and case.done[action].last >= due:
            continue  # marked as late already
        found.append((due, action))
    return sorted(found)


def settle(
    compiled: CompiledProcedure, case: CaseState, through: date, calendar: Calendar, local: LocalValues = NO_LOCAL
) -> Iterator[Transition]:
    """Every step that took place by law by the end of ``through``, in order, each from the state the last one left."""
    while (step := _first_lapse(compiled, case, through, calendar, local)) is not None:
        yield step
        case = step.case


def _first_lapse(
    compiled: CompiledProcedure, case: CaseState, through: date, calendar: Calendar, local: LocalValues
) -> Transition | None:
    """The earliest consequence of a limit that ran out which the procedure lets happen; one refused stops no other."""
    for due, action in lapsed(compiled, case, through, calendar):
        command = Command(action, max(due, case.last_on), through, roles=frozenset({THE_LAW}), local=local)
        step = act(compiled, case, command, calendar)
        if not isinstance(step, Refusal):
            return step
    return None


def choices(
    compiled: CompiledProcedure, case: CaseState | None, command: Command, calendar: Calendar
) -> list[tuple[str, Refusal | None]]:
    """Every action of the procedure, each with the reason why it is not possible now (None: it is)."""
    return [
        (name, check(compiled, case, command._replace(action=name), calendar)) for name in compiled.procedure.actions
    ]
