"""Which steps can be taken at a case now, and why not the rest (现在): in the order in which they are wanted.

Whether a step is possible is decided in the kernel; here the answers are only put in order for the page of a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from zhunsheng.desk.deadline_lines import DeadlineLine
from zhunsheng.kernel.action import THE_LAW
from zhunsheng.kernel.case_state import CaseState
from zhunsheng.kernel.checking import is_done, last_taken
from zhunsheng.kernel.clock import open_causes
from zhunsheng.kernel.transition import CompiledProcedure, Refusal

Refused = tuple[str, Refusal]
NEVER = ("condition", "once")
"""Why a step of this state is not taken on this case, whatever else is done."""


class Steps(NamedTuple):
    """The steps of a case: ``possible`` in the order in which they are wanted; ``leads`` where the first of them is what is
    waited for or opens the way to it. ``shut`` is what is waited for as long as something is missing for it, or where no step
    leads on what would open the way, ``others`` what somebody else has to do first. ``refused`` cannot be taken now,
    ``elsewhere`` belongs to another state."""

    possible: list[str]
    leads: bool
    shut: Refused | None
    others: Refused | None
    refused: list[Refused]
    elsewhere: list[Refused]


def steps_now(
    choices: Sequence[tuple[str, Refusal | None]],
    compiled: CompiledProcedure,
    state: CaseState,
    demands: Sequence[DeadlineLine],
) -> Steps:
    """The steps in the order in which they are wanted: within the limits somebody here has to keep, by their ends, each with
    what opens the way to it; then those that lead on in the declared course; then what others may do within a limit of
    theirs; last those taken before. Where nothing leads to what is wanted first, the next that is wanted leads."""
    refusals = {name: refusal for name, refusal in choices if refusal is not None}
    possible = [name for name, refusal in choices if refusal is None]
    wanted = [within for line in demands if line.binds and (within := _wanted(line, compiled, refusals))]
    wanted += [[name] for name in onward(compiled, state, refusals)]
    if not compiled.procedure.states[state.state].final:
        wanted += [within for line in demands if not line.binds and (within := _wanted(line, compiled, refusals))]
    place = {name: number for number, name in enumerate(
        ways_to([name for within in wanted for name in within], compiled, state, refusals))}  # fmt: skip
    possible.sort(key=lambda name: (place.get(name, len(place)), name in state.done))
    refused = [(name, refusal) for name, refusal in refusals.items() if refusal.code != "already_started"]
    refused.sort(key=lambda line: place.get(line[0], len(place)))
    ways = (ways_to(within[:1], compiled, state, refusals) for within in wanted)
    way = next((way for way in ways if _tells(way, refusals)), ())
    leading = next((name for name in way if name not in refusals), None)
    if leading:
        possible.remove(leading)
        possible.insert(0, leading)
    told = way[:1] if leading else way
    return Steps(
        possible,
        leading is not None,
        next((line for line in refused if line[0] in told and line[1].code not in ("state", "role")), None),
        None if leading else next((line for line in refused if line[0] in way and line[1].code == "role"), None),
        [line for line in refused if line[1].code != "state"],
        [line for line in refused if line[1].code == "state"],
    )


def _wanted(line: DeadlineLine, compiled: CompiledProcedure, refusals: Mapping[str, Refusal]) -> list[str]:
    """The steps that keep a limit, but those that are never taken on this case."""
    actions = compiled.procedure.actions
    named = [name for act in line.acts for name in actions if actions[name].words == act]
    return [name for name in named if name not in refusals or refusals[name].code not in NEVER]


def _tells(way: Iterable[str], refusals: Mapping[str, Refusal]) -> bool:
    """Whether something can be done on a way, or said of what stands in it."""
    return any(name not in refusals or refusals[name].code not in ("state", *NEVER) for name in way)


def onward(compiled: CompiledProcedure, state: CaseState, refusals: Mapping[str, Refusal]) -> list[str]:
    """The steps of this state that lead on to a later one, as the states are declared, the nearest first; where there is none,
    those to a state from which the case comes back (补充材料), then those that enter what others do or lead back to where the
    case came from, then what can be done in an earlier state as well (撤回、终止). A case that has ended is only led onward,
    and where nothing is expected none is."""
    actions, states = compiled.procedure.actions, list(compiled.procedure.states)
    here = states.index(state.state)
    if compiled.procedure.states[state.state].resting:
        return []
    theirs = _of_others(compiled)
    ways = [
        name for name, action in actions.items()
        if action.to and action.by != [THE_LAW] and state.state in compiled.before[name]
        and (name not in refusals or refusals[name].code not in NEVER)
    ]  # fmt: skip

    def comes_back(there: str) -> bool:
        """Whether a state is left only to where the case stands now, or by what can be done here as well (补充材料)."""
        on = [name for name, action in actions.items() if action.to and there in compiled.before[name]]
        return bool(on) and all(
            states.index(str(actions[name].to)) <= here or state.state in compiled.before[name] for name in on
            if actions[name].by != [THE_LAW]
        )  # fmt: skip

    def turn(name: str) -> int:
        to = str(actions[name].to)
        if any(states.index(before) < here for before in compiled.before[name] - compiled.final):
            return 3
        if states.index(to) <= here or name in theirs:
            return 2
        return 1 if comes_back(to) else 0

    first = 0 if state.state in compiled.final else min(map(turn, ways), default=0)
    return sorted((name for name in ways if turn(name) == first), key=lambda name: states.index(str(actions[name].to)))


def _of_others(compiled: CompiledProcedure) -> set[str]:
    """The steps by which is entered what others do within a limit of theirs."""
    limits = [deadline.declaration for deadline in compiled.deadlines.values()]
    return {name for limit in limits if not limit.binds for name in limit.until}


def ways_to(
    names: Iterable[str],
    compiled: CompiledProcedure,
    state: CaseState,
    refusals: Mapping[str, Refusal],
    found: tuple[str, ...] = (),
) -> tuple[str, ...]:
    """Steps, each after those that are taken before it in the declared course, and where it cannot be taken yet followed by
    those that have to be taken before: what its gates ask for, then what leads on to the state it belongs to."""
    for name in names:
        if name not in found:
            if name in refusals:
                before = _missing(name, compiled, state)
                if refusals[name].code == "state":
                    before += _onward(name, compiled, state, refusals)
                found = ways_to(before, compiled, state, refusals, (*found, name))
            else:
                earlier = [
                    *_beginning(name, compiled, state),
                    *_resuming(name, compiled, state),
                    *_usual(name, compiled, state),
                ]
                found = (*found, *(step for step in earlier if step not in found and step not in refusals), name)
    return found


def _beginning(name: str, compiled: CompiledProcedure, state: CaseState) -> list[str]:
    """The steps, not taken yet, with which the limit of a step begins, as long as none runs within which it is taken."""
    own = {key: deadline for key, deadline in compiled.deadlines.items() if name in deadline.declaration.until}
    if any(state.clocks.get(key) for key in own):
        return []
    within = [deadline for deadline in own.values() if deadline.when is None or deadline.when(state.values)]
    return [step for deadline in within for step in deadline.declaration.from_ if step not in state.done]


def _resuming(name: str, compiled: CompiledProcedure, state: CaseState) -> list[str]:
    """The steps by which a limit runs on, within which a step is taken, as long as it is stopped (听证结束、恢复计时)."""
    return [
        step
        for key, deadline in compiled.deadlines.items()
        if name in deadline.declaration.until
        for cause in open_causes(state.clocks.get(key, ()))
        for step in deadline.declaration.stopped_by[cause]
    ]


def _usual(name: str, compiled: CompiledProcedure, state: CaseState) -> list[str]:
    """The steps declared as usually taken before a step, not taken yet."""
    actions = compiled.procedure.actions
    return [step for step, action in actions.items() if name in action.usually_before and step not in state.done]


def _missing(name: str, compiled: CompiledProcedure, state: CaseState) -> list[str]:
    """What the gates of a step still ask to be done before it, in the order in which the procedure declares its steps."""
    missing: list[str] = []
    for gate in compiled.gates_before.get(name, ()):
        if gate.when is None or gate.when(state.values):
            since = last_taken(gate.gate.since, state.done)
            missing += [needed for needed in gate.gate.needs if not is_done(needed, state.done, since)]
            if not any(is_done(needed, state.done, since) for needed in gate.gate.needs_any):
                missing += gate.gate.needs_any
    return [step for step in compiled.procedure.actions if step in missing]


def _onward(name: str, compiled: CompiledProcedure, state: CaseState, refusals: Mapping[str, Refusal]) -> list[str]:
    """The steps of this state from which a step that belongs to another one is reached soonest, whoever may take them."""
    actions = compiled.procedure.actions
    walked = [step for step, action in actions.items() if action.to and action.by != [THE_LAW]]
    reached, near = set[str](), set(compiled.before[name])
    while near:
        leading = [step for step in walked if actions[step].to in near]
        here = [step for step in leading if state.state in compiled.before[step]
                and (step not in refusals or refusals[step].code not in NEVER)]  # fmt: skip
        if here:
            return here
        reached |= near
        near = {before for step in leading for before in compiled.before[step]} - reached
    return []
