"""Two lists that must say the same (清单一致): the licences of a department are those of its list of powers and nothing else.

The other list is read as it is published: of its entries only the public fields, of the organs whose part of one's own
list the officer may see. Writes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.conditions import compile_condition
from zhunsheng.kernel.register import Comparison, Difference, Register, compare
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import EVERY_SYSTEM, Organ
from zhunsheng.registers.reading import entries_on

Values = dict[str, dict[str, Any]]
"""Key -> values of the entries of one organ."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many entries of an organ stand in both lists, differ, or stand in one alone."""

    organ: Organ
    counts: Mapping[Difference, int]


def counterpart_of(slug: str, declared: Register, access: Access, day: date) -> dict[Organ, Values]:
    """The entries of the other list by organ, as it was in force on a day; one query."""
    wanted = declared.counterpart
    if wanted is None:
        return {}
    public = system(wanted.register_slug).register_on(day).public
    says = compile_condition(wanted.where)
    own = (replace(h, system=EVERY_SYSTEM) for h in access.holdings if h.system in (EVERY_SYSTEM, slug))
    reach = replace(access, holdings=tuple(own)).rows(system_field=None, path_field="entry__path")
    found: dict[Organ, Values] = {}
    for row in entries_on(wanted.register_slug, access=None, true_on=day).filter(reach):
        if says is None or says(row.values):
            values = {name: value for name, value in row.values.items() if name in public}
            found.setdefault(row.entry.organ, {})[row.entry.key] = values
    return found


def agree(declared: Register, ours: Values, theirs: Values) -> list[Comparison]:
    """One organ's entries beside those of the other list."""
    by = declared.counterpart.by if declared.counterpart else None
    if by is None:
        return compare(declared, ours, theirs)
    named = {str(values.get(by) or key): values for key, values in ours.items()}
    return compare(declared.model_copy(update={"compare": []}), named, theirs)


def agreements(slug: str, declared: Register, access: Access, day: date) -> list[Agreement]:
    """Organ by organ, in the order of the tree; two queries."""
    theirs = counterpart_of(slug, declared, access, day)
    ours: dict[Organ, Values] = {}
    for row in entries_on(slug, access=access, true_on=day):
        ours.setdefault(row.entry.organ, {})[row.entry.key] = row.values
    organs = sorted({*ours, *theirs}, key=lambda organ: organ.path)
    return [
        Agreement(
            organ, Counter(item.difference for item in agree(declared, ours.get(organ, {}), theirs.get(organ, {})))
        )
        for organ in organs
    ]
