"""The course of a procedure (流程) read off its declaration: which step leads where, in which order states and steps
come, and who may take which step in which state.

Pure reading of what is declared. ``checking`` decides on a case; that both say the same is tested step by step.
"""

from __future__ import annotations

from collections.abc import Mapping

from zhunsheng.kernel.action import THE_LAW
from zhunsheng.kernel.compiled import CompiledProcedure

Moves = Mapping[tuple[str, str], list[str]]
"""(state, next state) → the actions that lead from one to the other; an action that stays has the same twice."""

OPENING = ""
"""The state of a case that has not begun: the place of the steps that open one."""


def moves_of(compiled: CompiledProcedure) -> dict[tuple[str, str], list[str]]:
    """Every way from a state to a state with the actions that take it."""
    moves: dict[tuple[str, str], list[str]] = {}
    for name, action in compiled.procedure.actions.items():
        if action.start:
            continue
        for state in compiled.procedure.states:
            if state in compiled.before[name]:
                moves.setdefault((state, action.to or state), []).append(name)
    return moves


def order_of(compiled: CompiledProcedure, moves: Moves) -> list[str]:
    """States from first to last: as declared, but one with no way in from above sinks below what leads to it."""
    declared = list(compiled.procedure.states)
    first = [compiled.procedure.actions[a].to for a in compiled.procedure.start_actions]
    depth = {state: 0 for state in first if state}
    queue = list(depth)
    while queue:
        state = queue.pop(0)
        for origin, target in moves:
            if origin == state and target not in depth:
                depth[target] = depth[state] + 1
                queue.append(target)
    final = compiled.final
    return sorted(declared, key=lambda s: (s in final, s not in depth, declared.index(s)))


def steps_of(compiled: CompiledProcedure) -> list[str]:
    """Steps from first to last: those that open a case, then by the first state in which each may be taken."""
    order = order_of(compiled, moves_of(compiled))
    declared = list(compiled.procedure.actions)

    def place(name: str) -> tuple[int, int]:
        first = min((order.index(state) for state in compiled.before[name]), default=-1)
        return (-1 if compiled.procedure.actions[name].start else first, declared.index(name))

    return sorted(declared, key=place)


def permissions_of(compiled: CompiledProcedure) -> dict[str, dict[str, tuple[str, ...]]]:
    """Step → state → the roles that may take it there, as far as role and state decide; ``OPENING`` stands for a case
    that has not begun, the role ``the_law`` for a step that takes place by itself."""
    roles = [*compiled.procedure.roles, THE_LAW]
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name in steps_of(compiled):
        action = compiled.procedure.actions[name]
        by = tuple(role for role in roles if role in action.by)
        states = [OPENING] if action.start else [s for s in compiled.procedure.states if s in compiled.before[name]]
        found[name] = dict.fromkeys(states, by)
    return found
