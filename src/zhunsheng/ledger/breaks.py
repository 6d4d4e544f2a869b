"""Breaks of definition (口径变动): from which day a figure is counted under other rules, and what became other.

Figures are declared once for all versions of a procedure; what they count changes when a later version adds or drops a step that
posts, or gives one other conditions, outcomes, limits or choices. Read from the declarations; no number is read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from zhunsheng.catalogue.loading import System, systems
from zhunsheng.kernel.figures import Account
from zhunsheng.kernel.procedure import Procedure
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import statutes
from zhunsheng.ledger.figures import ingredients
from zhunsheng.ledger.readings import accounts

_OF_A_STEP = ("start", "below", "outcome", "when", "once", "from_")
_OF_A_LIMIT = ("limit", "from_", "counted_from", "until", "when", "stopped_by", "extended_by")


@dataclass(frozen=True, slots=True)
class Break:
    """A day from which a figure is counted otherwise, the statute that brought it, and what became other: steps that count anew,
    steps that count no more, and what is done under other conditions."""

    on: date
    statute: Words
    added: tuple[Words, ...]
    dropped: tuple[Words, ...]
    altered: tuple[Words, ...]


def breaks(name: str, first: date, last: date) -> list[Break]:
    """The breaks of a figure between two days, the first day itself being none: nothing stands before it."""
    system = systems().get(name.partition(".")[0])
    if system is None:
        return []
    versions = sorted(system.procedures, key=lambda procedure: procedure.in_force.from_)
    found = (_between(system, name, before, after) for before, after in pairwise(versions)
             if first < after.in_force.from_ <= last)  # fmt: skip
    return [one for one in found if one.added or one.dropped or one.altered]


def _between(system: System, name: str, before: Procedure, after: Procedure) -> Break:
    counted = [accounts()[key] for key in sorted(ingredients([name])) if key in accounts()]
    steps = dict.fromkeys(step for account in counted for step in (*account.on, *account.less))
    added = tuple(after.actions[s].words for s in steps if s in after.actions and s not in before.actions)
    dropped = tuple(before.actions[s].words for s in steps if s in before.actions and s not in after.actions)
    altered = dict.fromkeys(_altered(counted, list(steps), before, after))
    return Break(after.in_force.from_, statutes()[after.basis].name, added, dropped, tuple(altered))


def _altered(counted: list[Account], steps: list[str], before: Procedure, after: Procedure) -> Iterator[Words]:
    for step in steps:
        if step in before.actions and step in after.actions:
            one, other = before.actions[step], after.actions[step]
            if any(getattr(one, part) != getattr(other, part) for part in _OF_A_STEP):
                yield other.words
    for account in counted:
        for limit in (*account.in_time, *account.late):
            was, is_ = before.deadlines.get(limit), after.deadlines.get(limit)
            kept = was or is_
            if kept is not None and any(getattr(was, p, None) != getattr(is_, p, None) for p in _OF_A_LIMIT):
                yield kept.words
        for name in account.by:
            field, field_before = after.all_fields.get(name), before.all_fields.get(name)
            if field is not None and field_before is not None and field.of != field_before.of:
                yield field.words
