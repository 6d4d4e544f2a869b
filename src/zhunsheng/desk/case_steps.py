"""Which steps can be taken at a case now, and why not the rest (现在): in the order in which they are wanted.

Whether a step is possible is decided in the kernel; here the answers are only put in order for the page of a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from zhunsheng.desk.deadline_lines import DeadlineLine
from zhunsheng.kernel.action import THE_LAW
from zhunsheng.kernel.case_state import CaseState
from zhunsheng.kernel.transition import CompiledProcedure, Refusal

Refused = tuple[str, Refusal]
NEVER = ("condition", "once")
"""Why a step of this state is not taken on this case, whatever else is done."""


class Steps(NamedTuple):
    """The steps of a case: ``possible`` in the order in which they are wanted; ``leads`` where the first of them is what the
    law waits for or opens the way to it, or without a limit leads on to another state. ``shut`` is what the law waits for as long as something is missing for it, or where no step leads on what would open the way,
    ``others`` what somebody else has to do first. ``refused`` cannot be taken now, ``elsewhere`` belongs to another state."""

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
    demand: DeadlineLine | None,
) -> Steps:
    """The steps, first those within the limit that ends first, each with what opens the way to it, or without a limit those that
    lead on to another state; last those taken before."""
    refusals = {name: refusal for name, refusal in choices if refusal is not None}
    possible = [name for name, refusal in choices if refusal is None]
    wanted = [name for act in (demand.acts if demand else ()) for name, _refusal in choices
              if compiled.procedure.actions[name].words == act]  # fmt: skip
    place = {name: number for number, name in enumerate(ways_to(wanted, compiled, state, refusals))}
    stays = {name for name in possible if demand is None and not compiled.procedure.actions[name].to}
    possible.sort(key=lambda name: (place.get(name, len(place)), name in stays, name in state.done))
    first_way = ways_to(wanted[:1], compiled, state, refusals)
    refused = [(name, refusal) for name, refusal in refusals.items() if refusal.code != "already_started"]
    refused.sort(key=lambda line: place.get(line[0], len(place)))
    leads = bool(possible) and (possible[0] in first_way if demand else possible[0] not in stays)
    way = first_way[:1] if leads else first_way
    return Steps(
        possible,
        leads,
        next((line for line in refused if line[0] in way and line[1].code not in ("state", "role")), None),
        None if leads else next((line for line in refused if line[0] in way and line[1].code == "role"), None),
        [line for line in refused if line[1].code != "state"],
        [line for line in refused if line[1].code == "state"],
    )


def ways_to(
    names: Iterable[str],
    compiled: CompiledProcedure,
    state: CaseState,
    refusals: Mapping[str, Refusal],
    found: tuple[str, ...] = (),
) -> tuple[str, ...]:
    """Steps, each followed by those that have to be taken before it where it cannot be taken yet: what its gates ask for, then
    what leads on to the state it belongs to."""
    for name in names:
        if name not in found:
            found = (*found, name)
            if name in refusals:
                before = _missing(name, compiled, state)
                if refusals[name].code == "state":
                    before += _onward(name, compiled, state, refusals)
                found = ways_to(before, compiled, state, refusals, found)
    return found


def _missing(name: str, compiled: CompiledProcedure, state: CaseState) -> list[str]:
    """What the gates of a step still ask to be done before it, in the order in which the procedure declares its steps."""
    missing: list[str] = []
    for gate in compiled.gates_before.get(name, ()):
        if gate.when is None or gate.when(state.values):
            missing += [needed for needed in gate.gate.needs if needed not in state.done]
            if not any(needed in state.done for needed in gate.gate.needs_any):
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
