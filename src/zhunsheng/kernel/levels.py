"""Levels along the course of a procedure (存量): how much of one case a level holds in each state. From it follows what terminating
and reopening by office work (终止办理、重开) take out of a level and put back: only what stood in it.

Pure functions of what is declared; no case is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from zhunsheng.kernel.office import Verb
from zhunsheng.kernel.postings import PostingRule
from zhunsheng.kernel.procedure import Procedure

Rules = Mapping[str, list[PostingRule]]


def held_in_states(rules: Rules, account: str, procedure: Procedure) -> dict[str, set[int]]:
    """What the account may hold of a case in each state that can be reached; more than one where it depends on the way there.
    A state in which it may be three different things is followed no further."""
    weight = {
        name: sum(rule.sign for rule in rules.get(name, ()) if rule.account == account) for name in procedure.actions
    }
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


def with_levels(rules: Rules, procedure: Procedure) -> Rules:
    """The rules with those of terminating and reopening bound to the states in which a case stands in the level they speak of; where
    that depends on the way a case took they stay as they are."""
    bound: dict[str, list[PostingRule]] = {
        verb: [_bound(rule, rules, procedure) for rule in rules[verb]] for verb in _VERBS if verb in rules
    }
    return {**rules, **bound} if bound else rules


_VERBS = (Verb.TERMINATE, Verb.REOPEN)


def _bound(rule: PostingRule, rules: Rules, procedure: Procedure) -> PostingRule:
    if rule.level is None:
        return rule
    found = held_in_states(rules, rule.level, procedure)
    if not found or any(held not in ({0}, {1}) for held in found.values()):
        return rule
    return replace(rule, states=frozenset(state for state, held in found.items() if held == {1}))
