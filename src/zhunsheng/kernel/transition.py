"""One step of a case: ``act(procedure, case, command, calendar)`` gives a transition or a refusal with its reason.

Pure and total: no database, no clock of its own, and whatever the command says the answer is one of the two. The
verbs of office work that every case knows are in ``office``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from zhunsheng.kernel.calendar import FIRST_DAY, LAST_DAY, Calendar
from zhunsheng.kernel.case_state import CaseState, Done, Request, RequestState
from zhunsheng.kernel.clock import (
    ClockEvent,
    ClockEventKind,
    ClockState,
    as_date,
    due_of,
    extensions_granted,
    is_open,
    open_causes,
    summary,
)
from zhunsheng.kernel.conditions import Predicate, compile_condition
from zhunsheng.kernel.fields import FieldError, FieldType, parse
from zhunsheng.kernel.figures import Posting, PostingRule
from zhunsheng.kernel.limits import Amount, Limit, extension_problem
from zhunsheng.kernel.procedure import (
    OUTCOME,
    THE_LAW,
    Action,
    BasisDeclaration,
    DeadlineDeclaration,
    Gate,
    Procedure,
    RegisterWrite,
    SpecifiedLimit,
)
from zhunsheng.kernel.words import Words

NOTHING = Words("", "")


class Command(NamedTuple):
    """What somebody wants to do to a case.

    ``on`` is the legal day of the step, ``today`` the day it is entered. ``facts`` are answers that only the shell
    can give (is this key in force in that list?), keyed ``register:slug``. ``amount`` is the length of an extension.
    """

    action: str
    on: date
    today: date
    officer: str = ""
    organ: str = ""
    roles: frozenset[str] = frozenset()
    values: Mapping[str, Any] = {}
    outcome: str | None = None
    note: str = ""
    facts: Mapping[str, bool] = {}
    amount: Amount | None = None
    request: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a step is not possible: a stable code, the reason in words, the article, and the field where there is one."""

    code: str
    reason: Words
    basis: Words = NOTHING
    field: str | None = None

    def sentence(self, language: str) -> str:
        """The reason with its article, for a page or a message."""
        text, cited = self.reason.within(language), self.basis.within(language)
        return (
            f"{text}（{cited}）" if cited and not language.startswith("en") else f"{text} ({cited})" if cited else text
        )


class Transition(NamedTuple):
    """A step that was possible: the case after it, and everything that follows from it."""

    case: CaseState
    action: str
    on: date
    sets: Mapping[str, Any]
    outcome: str | None = None
    clock_events: tuple[tuple[str, ClockEvent], ...] = ()
    papers: tuple[str, ...] = ()
    postings: tuple[Posting, ...] = ()
    registers: tuple[RegisterWrite, ...] = ()
    request: Request | None = None
    transferred_to: str | None = None
    by_law: bool = False


@dataclass(frozen=True)
class _CompiledGate:
    gate: Gate
    when: Predicate | None
    condition: Predicate | None


@dataclass(frozen=True)
class _CompiledDeadline:
    key: str
    declaration: DeadlineDeclaration
    limit: Limit
    when: Predicate | None
    resumes: Mapping[str, frozenset[str]]


class CompiledProcedure:
    """A declaration made ready to be walked many times: conditions are functions, every list is indexed by action."""

    def __init__(
        self,
        slug: str,
        procedure: Procedure,
        limits: Mapping[str, Limit],
        posting_rules: Mapping[str, list[PostingRule]],
        citations: Mapping[str, Words],
    ) -> None:
        self.slug = slug
        self.procedure = procedure
        self.limits = limits
        self.posting_rules = posting_rules
        self._statute_names = citations
        self.all_fields = procedure.all_fields
        self.final = frozenset(name for name, state in procedure.states.items() if state.final)
        self.before = {name: frozenset(procedure.states_before(name)) for name in procedure.actions}
        self.when = {name: compile_condition(action.when) for name, action in procedure.actions.items()}
        self.deadlines = {key: self._compile_deadline(key, d) for key, d in procedure.deadlines.items()}

    @property
    def version(self) -> date:
        return self.procedure.in_force.from_

    @cached_property
    def party_fields(self) -> list[str]:
        """The fields that hold parties."""
        return [name for name, declared in self.all_fields.items() if declared.type is FieldType.PARTY]

    @cached_property
    def title_fields(self) -> list[str]:
        """The fields the title of a case is made of."""
        return [name for name in self.all_fields if "{" + name + "}" in self.procedure.title]

    def _compile_deadline(self, key: str, declaration: DeadlineDeclaration) -> _CompiledDeadline:
        resumes: dict[str, frozenset[str]] = {}
        for stop, resuming in declaration.stopped_by.items():
            resumes[stop] = frozenset([resuming] if isinstance(resuming, str) else resuming)
        return _CompiledDeadline(key, declaration, self.limits[key], compile_condition(declaration.when), resumes)

    @cached_property
    def gates(self) -> dict[str, list[_CompiledGate]]:
        index: dict[str, list[_CompiledGate]] = {}
        for gate in self.procedure.gates:
            compiled = _CompiledGate(gate, compile_condition(gate.when), compile_condition(gate.condition))
            for action in gate.on:
                index.setdefault(action, []).append(compiled)
        return index

    def _looks_at_values(self, action: str, gate: Gate) -> bool:
        """Whether a gate asks about what the action itself fills in, so that it can only be judged with the values."""
        declared = self.procedure.actions[action]
        asked = {*gate.when, *gate.condition, *gate.fields, *([gate.registered.key] if gate.registered else [])}
        given = {*declared.field_names, *([OUTCOME] if declared.outcome else [])}
        return declared.start or not asked.isdisjoint(given)

    @cached_property
    def gates_of_values(self) -> dict[str, list[_CompiledGate]]:
        """Action -> its gates that are judged together with the values filled in (for a start action all of them)."""
        chosen = {a: [g for g in gates if self._looks_at_values(a, g.gate)] for a, gates in self.gates.items()}
        return {action: gates for action, gates in chosen.items() if gates}

    @cached_property
    def gates_before(self) -> dict[str, list[_CompiledGate]]:
        """Action -> its gates that can be judged before anything is filled in."""
        chosen = {a: [g for g in gates if not self._looks_at_values(a, g.gate)] for a, gates in self.gates.items()}
        return {action: gates for action, gates in chosen.items() if gates}

    @cached_property
    def deadlines_by_action(self) -> dict[str, list[_CompiledDeadline]]:
        """Action -> the deadlines it touches in any way."""
        index: dict[str, list[_CompiledDeadline]] = {}
        for compiled in self.deadlines.values():
            d = compiled.declaration
            resuming = [name for names in compiled.resumes.values() for name in names]
            named = [*d.from_, *d.until, *d.stopped_by, *resuming, *d.voided_by]
            named += [name for name in (d.extended_by, d.lapse) if name]
            for action in dict.fromkeys(named):
                index.setdefault(action, []).append(compiled)
        return index

    @cached_property
    def cited(self) -> dict[str, Words]:
        """Action -> its basis in words."""
        return {name: self.citation(action.basis) for name, action in self.procedure.actions.items()}

    @cached_property
    def accepted(self) -> dict[str, frozenset[str]]:
        """Action -> the fields it may fill."""
        return {name: frozenset(action.field_names) for name, action in self.procedure.actions.items()}

    @cached_property
    def required(self) -> dict[str, list[tuple[str, bool]]]:
        """Action -> (field, whether it must be filled)."""
        return {
            name: [(item.rstrip("?"), not item.endswith("?")) for item in action.sets]
            for name, action in self.procedure.actions.items()
        }

    def citation(self, basis: BasisDeclaration | None) -> Words:
        """A basis in words: the statute and its article, or that it is practice or a local setting."""
        if basis is None:
            return NOTHING
        if basis.practice:
            return Words(f"通行做法：{basis.practice.zh}", f"office practice: {basis.practice.en}")
        if basis.setting:
            return Words(f"本地设定：{basis.setting.zh}", f"local setting: {basis.setting.en}")
        name = self._statute_names[basis.statute or self.procedure.basis]
        return Words(f"{name.zh}{article_zh(basis.article or '')}", f"{name.en}, {article_en(basis.article or '')}")


def _cited_parts(article: str) -> list[str]:
    return [part.strip() for part in article.replace("，", ",").split(",")]


def article_zh(article: str) -> str:
    """``30,88`` as 第30条、第88条, ``point 13`` (policies have points, not articles) as 第13项; anything else as it stands."""
    parts = (f"第{part[6:]}项" if part.startswith("point ") else part for part in _cited_parts(article))
    return "、".join(f"第{part}条" if part and part[0].isdigit() else part for part in parts)


def article_en(article: str) -> str:
    """``30,88`` as Articles 30 and 88, ``point 13`` as Point 13."""
    parts = _cited_parts(article)
    noun = "Point" if parts[0].startswith("point ") else "Article"
    numbers = " and ".join(part.removeprefix("point ") for part in parts)
    return f"{noun} {numbers}" if len(parts) == 1 else f"{noun}s {numbers}"


# --- what is allowed -------------------------------------------------------------------------------------------


def check(compiled: CompiledProcedure, case: CaseState | None, command: Command, calendar: Calendar) -> Refusal | None:
    """Why an action may not be taken now, apart from what it would fill in; None when it may."""
    procedure = compiled.procedure
    action = procedure.actions.get(command.action)
    if action is None:
        known = "、".join(a.zh for a in procedure.actions.values())
        return Refusal("unknown_action", Words(f"没有「{command.action}」这个环节；本程序的环节有：{known}",
                                               f"there is no action “{command.action}” in this procedure"))  # fmt: skip
    cited = compiled.cited[command.action]
    return (
        _check_day(compiled, case, command)
        or _check_state(compiled, case, command.action, action, cited)
        or _check_role(compiled, command, action, cited)
        or (case is not None and _check_gates(compiled, compiled.gates_before, case, case.values, command, calendar))
        or (case is not None and _check_signatures(case, action, cited))
        or None
    )


def _check_day(compiled: CompiledProcedure, case: CaseState | None, command: Command) -> Refusal | None:
    if command.on > command.today:
        return Refusal(
            "future",
            Words(f"办理日期 {command.on} 晚于今天 {command.today}", f"{command.on} lies after today, {command.today}"),
        )
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
    if command.on < case.last_on:
        return Refusal(
            "date_order",
            Words(
                f"办理日期 {command.on} 早于上一环节的日期 {case.last_on}",
                f"{command.on} lies before the last step of {case.last_on}",
            ),
        )
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


def _check_gates(
    compiled: CompiledProcedure,
    gates: Mapping[str, list[_CompiledGate]],
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
            return Refusal("gate", Words(gate.zh, gate.en), compiled.citation(gate.basis))
    return None


def _gate_opens(
    compiled: CompiledProcedure,
    compiled_gate: _CompiledGate,
    case: CaseState | None,
    values: Mapping[str, Any],
    command: Command,
    calendar: Calendar,
) -> bool:
    gate = compiled_gate.gate
    done: Mapping[str, Done] = case.done if case is not None else {}
    if any(name not in done for name in gate.needs):
        return False
    if gate.needs_any and not any(name in done for name in gate.needs_any):
        return False
    if any(name in done for name in gate.not_done):
        return False
    # Who acted is not known of what is imported from a ledger; a gate on persons speaks of known persons.
    if command.officer and any(name in done and done[name].officer == command.officer for name in gate.not_by):
        return False
    if any(values.get(name) in (None, "", []) for name in gate.fields):
        return False
    if compiled_gate.condition is not None and not compiled_gate.condition(values):
        return False
    if gate.elapsed is not None and not (
        case is not None and _has_elapsed(compiled, case, gate.elapsed, command.on, calendar)
    ):
        return False
    if gate.linked is not None and not any(
        link.system == gate.linked.system
        and link.closed
        and (not gate.linked.outcome or link.outcome in gate.linked.outcome)
        for link in (case.links if case is not None else ())
    ):
        return False
    return gate.registered is None or command.facts.get(f"register:{gate.registered.register_slug}", False)


def _has_elapsed(compiled: CompiledProcedure, case: CaseState, deadline: str, on: date, calendar: Calendar) -> bool:
    events = case.clocks.get(deadline)
    if not events:
        return False
    if summary(events)[0] is ClockState.VOIDED:
        return False
    due = due_of(compiled.limits[deadline], events, calendar).due
    return due is not None and as_date(due) < on


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


# --- the step --------------------------------------------------------------------------------------------------


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
    parsed = _parse_values(compiled, case, command, action)
    if isinstance(parsed, Refusal):
        return parsed
    outcome = _choose_outcome(compiled, command, action)
    if isinstance(outcome, Refusal):
        return outcome
    fields = case.fields if case is not None else {}
    if parsed:
        fields = {**fields, **parsed}
    if not retrace and command.action in compiled.gates_of_values:
        kept = outcome if outcome is not None or case is None else case.outcome
        values = {**fields, OUTCOME: kept}
        refusal = _check_gates(compiled, compiled.gates_of_values, case, values, command, calendar)
        if refusal is not None:
            return refusal
    return _step(compiled, case, command, action, fields, parsed, outcome, calendar)


def _parse_values(
    compiled: CompiledProcedure, case: CaseState | None, command: Command, action: Action
) -> dict[str, Any] | Refusal:
    wanted = compiled.required[command.action]
    stray = command.values.keys() - compiled.accepted[command.action]
    if stray:
        first = min(stray)
        label = compiled.all_fields[first].zh if first in compiled.all_fields else first
        return Refusal(
            "stray_field",
            Words(f"「{action.zh}」不填写「{label}」", f"“{action.en}” does not fill in “{first}”"),
            field=first,
        )
    parsed: dict[str, Any] = {}
    for name, required in wanted:
        declared = compiled.all_fields[name]
        given = command.values.get(name)
        if given is None and not required:
            continue
        try:
            value = parse(declared, given)
        except FieldError as error:
            words = Words(f"「{declared.zh}」：{error.words.zh}", f"“{declared.en}”: {error.words.en}")
            return Refusal("field", words, field=name)
        if value is not None:
            parsed[name] = value
        elif required and (case is None or case.fields.get(name) in (None, "", [])):
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
    values = {**fields, "outcome": kept_outcome}
    clocks = case.clocks if case is not None else {}
    clock_events = _clock_events(compiled, clocks, command, state, values)
    if isinstance(clock_events, Refusal):
        return clock_events
    previous = case.done.get(name) if case is not None else None
    done = {**case.done} if case is not None else {}
    done[name] = Done(previous.first if previous else on, on, previous.times + 1 if previous else 1, command.officer)
    if clock_events:
        clocks = {**clocks}
        for key, event in clock_events:
            clocks[key] = (*clocks.get(key, ()), event)
    if case is None:
        after = CaseState(compiled.slug, compiled.version, state, on, on, command.organ, fields, kept_outcome,
                          done, clocks, sequence=1)  # fmt: skip
    else:
        after = CaseState(case.system, case.version, state, case.opened_on, on, case.organ, fields, kept_outcome,
                          done, clocks, case.requests, case.links, case.sequence + 1)  # fmt: skip
    postings = [p for rule in compiled.posting_rules.get(name, ()) for p in rule.postings(on, values)]
    return Transition(
        after, name, on, parsed, outcome, tuple(clock_events), tuple(action.papers), tuple(postings), tuple(action.registers),
        by_law=THE_LAW in command.roles,
    )  # fmt: skip


def _clock_events(
    compiled: CompiledProcedure,
    clocks: Mapping[str, tuple[ClockEvent, ...]],
    command: Command,
    state: str,
    values: Mapping[str, Any],
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
            elif name == declaration.lapse:
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


def _arm(compiled_deadline: _CompiledDeadline, command: Command, values: Mapping[str, Any]) -> ClockEvent | Refusal:
    declaration = compiled_deadline.declaration
    start = command.on
    if declaration.counted_from is not None and values.get(declaration.counted_from):
        start = date.fromisoformat(str(values[declaration.counted_from])[:10])
        if not FIRST_DAY <= start <= _LAST_START:
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
        days = (date.fromisoformat(str(written)[:10]) - start).days
        if days < 0:
            return Refusal(
                "date_order",
                Words(f"「{declaration.zh}」早于 {start}", f"“{declaration.en}” lies before {start}"),
                field=declaration.limit.specified,
            )
        return ClockEvent(ClockEventKind.ARMED, start, amount=Amount(days, compiled_deadline.limit.unit))
    return ClockEvent(ClockEventKind.ARMED, start)


def _extend(
    compiled_deadline: _CompiledDeadline, history: tuple[ClockEvent, ...], command: Command
) -> ClockEvent | Refusal:
    limit, label = compiled_deadline.limit, compiled_deadline.declaration
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
    for key, history in case.clocks.items():
        action = compiled.deadlines[key].declaration.lapse
        if action is None or not is_open(history) or open_causes(history):
            continue
        due = due_of(compiled.limits[key], history, calendar).due
        if due is not None and (due := as_date(due)) <= through and case.state in compiled.before[action]:
            found.append((due, action))
    return sorted(found)


def settle(compiled: CompiledProcedure, case: CaseState, through: date, calendar: Calendar) -> Iterator[Transition]:
    """Every step that took place by law by the end of ``through``, in order, each from the state the last one left."""
    while (step := _first_lapse(compiled, case, through, calendar)) is not None:
        yield step
        case = step.case


def _first_lapse(compiled: CompiledProcedure, case: CaseState, through: date, calendar: Calendar) -> Transition | None:
    """The earliest consequence of a limit that ran out which the procedure lets happen; one refused stops no other."""
    for due, action in lapsed(compiled, case, through, calendar):
        command = Command(action, max(due, case.last_on), through, roles=frozenset({THE_LAW}))
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
