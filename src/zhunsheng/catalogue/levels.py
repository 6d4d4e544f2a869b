"""Levels in which every case stands while it is open (在办), found from the course of the procedure: what terminates a case by
office work (终止办理) has to take it out of them, what reopens it has to put it back.

Reads declarations and finds; what else is wrong with figures is said in ``lint``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zhunsheng.catalogue.loading import System
from zhunsheng.kernel.figures import Account
from zhunsheng.kernel.office import Verb
from zhunsheng.kernel.procedure import Procedure


def lint_levels(system: System) -> Iterator[str]:
    """A level of open cases that a terminated case never leaves would stay too high for ever."""
    for key, account in system.figures.accounts.items():
        if Verb.TERMINATE in account.less and Verb.REOPEN in account.on:
            continue
        fed = [one for one in system.procedures if not one.actions.keys().isdisjoint(account.on)]
        if account.stock and not account.when and fed and all(_is_of_open_cases(account, one) for one in fed):
            yield f"指标 {key} 是未办结的存量，终止办理（office.terminate）要减、重开（office.reopen）要加"


def _is_of_open_cases(account: Account, procedure: Procedure) -> bool:
    """Whether it is one in every state a case can be in before it ends, and nought in every one that ends it."""
    return all(
        found == {0 if procedure.states[state].final else 1} for state, found in _in_states(account, procedure).items()
    )


def _in_states(account: Account, procedure: Procedure) -> Mapping[str, set[int]]:
    """What the account may hold of a case in each state that can be reached; more than one where it depends on the way there.
    A state in which it may be three different things is followed no further."""
    weight = {name: (name in account.on) - (name in account.less) for name in procedure.actions}
    open_states = [name for name, state in procedure.states.items() if not state.final]
    steps = [
        (before, action.to or before, weight[name])
        for name, action in procedure.actions.items()
        for before in (open_states if "*" in action.from_ else action.from_)
    ]
    found: dict[str, set[int]] = {}
    ahead = [(action.to or "", weight[name]) for name, action in procedure.actions.items() if action.start]
    while ahead:
        state, held = ahead.pop()
        there = found.setdefault(state, set())
        if held in there or len(there) > 2:
            continue
        there.add(held)
        ahead += [(after, held + by) for before, after, by in steps if before == state]
    return found
