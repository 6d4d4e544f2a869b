"""Levels in which every case stands while it is open (在办): what terminates a case by office work (终止办理) has to take it out of
them, what reopens it has to put it back.

Reads declarations and finds; what else is wrong with figures is said in ``lint``.
"""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.catalogue.loading import System
from zhunsheng.kernel.levels import held_in_states
from zhunsheng.kernel.office import Verb
from zhunsheng.kernel.procedure import Procedure


def lint_levels(system: System) -> Iterator[str]:
    """A level of open cases that a terminated case never leaves would stay too high for ever."""
    accounts = system.figures.accounts
    for key, account in accounts.items():
        if account.level is not None and not (account.level in accounts and accounts[account.level].stock):
            yield f"指标 {key} 的 level「{account.level}」不是本系统的存量指标"
        if Verb.TERMINATE in account.less and Verb.REOPEN in account.on:
            continue
        fed = [one for one in system.procedures if not one.actions.keys().isdisjoint(account.on)]
        if account.stock and not account.when and fed and all(_is_of_open_cases(system, key, one) for one in fed):
            yield f"指标 {key} 是未办结的存量，终止办理（office.terminate）要减、重开（office.reopen）要加"


def _is_of_open_cases(system: System, key: str, procedure: Procedure) -> bool:
    """Whether it is one in every state a case can be in before it ends, and nought in every one that ends it."""
    found = held_in_states(system.posting_rules, f"{system.slug}.{key}", procedure)
    return all(held == {0 if procedure.states[state].final else 1} for state, held in found.items())
