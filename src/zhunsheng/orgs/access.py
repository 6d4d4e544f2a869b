"""Who may see and do what (权限), asked in one place: from an officer's duties to roles and to a filter on rows.

Undecided is refused. There is one policy, ``Holding.reaches``: the filter on rows, the check before a step and the sentence
why (``explaining``) all come from it.
An officer sees and does with all that he holds, himself or for others who are away (委托代办). A single step is taken in one
capacity, ``capacity_for``, which is what the record of the step says.
A superior by line (条线) sees the records of the systems named, and no more: what is seen by line gives no role and no system
but those (``Holding.line``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q

from zhunsheng.orgs.models import (
    ADMINISTRATION,
    EVERY_ROLE,
    EVERY_SYSTEM,
    Delegation,
    Duty,
    DutyQuerySet,
    Line,
    Officer,
    Organ,
    Region,
)
from zhunsheng.prepared import Query, fetch

OFFICES: set[str] = {ADMINISTRATION}
"""Rooms of the house in which duties are held that are no work on cases: who administers is shown no case for that, not even
one that was handed to his organ. Rooms add themselves (``refusals.register_roles``)."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One duty as access needs it; ``inherited`` when the organ is one that has been merged into the duty's own,
    ``principal`` the officer whose duty it is when it is held for him, ``line`` the relation by which it reaches an organ that
    is looked at by line."""

    organ: int
    path: str
    system: str
    role: str
    whole_tree: bool
    inherited: bool = False
    principal: int | None = None
    line: int | None = None

    def reaches(self, system: str, path: str) -> bool:
        """Whether the duty covers a record of a system whose organ has this path."""
        covers = self.system in (EVERY_SYSTEM, system)
        return covers and (path.startswith(self.path) if self.whole_tree else path == self.path)

    def condition(self, system_field: str | None, path_field: str) -> Q:
        """The same as a filter on rows."""
        where = below(self.path, path_field) if self.whole_tree else Q(**{path_field: self.path})
        if system_field and self.system != EVERY_SYSTEM:
            where &= Q(**{system_field: self.system})
        return where

    def roles(self, declared: frozenset[str]) -> frozenset[str]:
        """Which of the roles that are declared the duty gives; by line none, it is for looking on."""
        if self.line is not None:
            return frozenset()
        return declared if self.role == EVERY_ROLE else declared & {self.role}


@dataclass(frozen=True, slots=True)
class Access:
    """What one officer may see and do on one day. Load it once a request (one query).

    ``principal`` is set where the access is narrowed to what is held for one other officer. ``noted``, in the access of a
    page, is what rooms look up for it once.
    """

    officer: int
    holdings: tuple[Holding, ...]
    principal: int | None = None
    noted: dict[str, Any] | None = field(default=None, compare=False, repr=False)

    def roles(self, system: str, path: str, declared: frozenset[str]) -> frozenset[str]:
        """The roles the officer holds towards a case of a system whose organ has this path."""
        return frozenset().union(*(holding.roles(declared) for holding in self.reasons(system, path)))

    def reasons(self, system: str, path: str) -> list[Holding]:
        """The duties because of which the officer sees a record of a system whose organ has this path; none: he does not."""
        return [holding for holding in self.holdings if holding.reaches(system, path)]

    @property
    def own(self) -> tuple[Holding, ...]:
        """What is held by duties, without what is seen by line."""
        return tuple(holding for holding in self.holdings if holding.line is None)

    def offices(self, room: str, path: str) -> frozenset[str]:
        """The roles of a room of the house held by name over an organ: what is held for every system gives none of them."""
        return frozenset(holding.role for holding in self.reasons(room, path) if holding.system == room)

    def rows(self, system_field: str | None = "system", path_field: str = "path") -> Q:
        """The filter for rows that carry a system and an organ path; nothing when the officer holds no duty. A line is for its
        systems: rows that carry none are not seen by it."""
        condition = Q(pk__in=())
        for holding in self.holdings if system_field else self.own:
            condition |= holding.condition(system_field, path_field)
        return condition

    def systems(self) -> frozenset[str]:
        """The systems the officer has duties in; ``*`` stands for all."""
        return frozenset(holding.system for holding in self.holdings)

    def organs(self) -> list[int]:
        """The organs in which the officer holds duties, without those below and those that are no more; his own first."""
        return list(dict.fromkeys(holding.organ for holding in self.own if not holding.inherited))

    def working_organs(self) -> list[int]:
        """Those of them in which he works on cases and lists."""
        return list(dict.fromkeys(h.organ for h in self.own if not h.inherited and h.system not in OFFICES))

    # --- in whose right

    @property
    def person(self) -> int:
        """The officer in whose right this is: the one who is away, when it is narrowed to what is held for him."""
        return self.principal or self.officer

    @property
    def people(self) -> frozenset[int]:
        """The officer and those for whom he acts here; they count as one where another person is wanted."""
        return frozenset((self.officer, *(h.principal for h in self.holdings if h.principal is not None)))

    @property
    def capacities(self) -> tuple[Access, ...]:
        """The access in parts: what the officer holds himself, then what he holds for each of those who are away."""
        if self.principal is not None or all(holding.principal is None for holding in self.holdings):
            return (self,)
        principals = dict.fromkeys([None, *(holding.principal for holding in self.holdings)])
        return tuple(
            Access(self.officer, tuple(h for h in self.holdings if h.principal == principal), principal)
            for principal in principals
        )

    def capacity_for(self, suffices: Callable[[Access], Any]) -> Access:
        """The capacity in which something is done: the officer's own where that suffices, else the first that does. Where
        none does it is his own, so that what is refused is refused to him."""
        return next((one for one in self.capacities if suffices(one)), self.capacities[0])

    def asked(self, system_field: str = "case__system") -> Q:
        """What was asked of the officer or of his organs: the filter for rows with ``to_organ`` and ``to_officer``. For
        somebody who is away, in the systems delegated. Whoever holds no duty any more is asked nothing."""
        condition = Q(pk__in=())
        for one in self.capacities:
            if organs := one.working_organs():
                theirs = Q(to_organ__in=organs) | Q(to_officer=one.person)
                if one.principal is not None and EVERY_SYSTEM not in one.systems():
                    theirs &= Q(**{f"{system_field}__in": one.systems()})
                condition |= theirs
        return condition

    def is_asked(self, organ: int | None, officer: int | None, system: str) -> bool:
        """Whether this is among what is ``asked``."""
        return any(
            (
                organ in one.working_organs()
                if organ is not None
                else officer == one.person and bool(one.working_organs())
            )
            and (one.principal is None or not one.systems().isdisjoint((EVERY_SYSTEM, system)))
            for one in self.capacities
        )


def below(path: str, path_field: str = "path") -> Q:
    """The filter for rows of an organ and all below it. SQLite finds a range in an index, but not how a text begins; below
    a root there is nothing to find, all is there."""
    if connection.vendor == "sqlite" and path.count("/") > 2:
        return Q(**{f"{path_field}__gte": path, f"{path_field}__lt": f"{path[:-1]}0"})  # "0" follows "/"
    return Q(**{f"{path_field}__startswith": path})


# Duty.objects.on(day) of one officer, those of officers who have delegated theirs to him for the day, and the same duties
# towards the organs that were merged into those: what they have closed is now in the care of their successor. Beside each
# of them what is looked at by line from that organ (Line.objects.on(day)). Every page and every step asks this, a step together
# with its case (cases.reading). A delegated duty is not passed on: only what the delegator holds himself is read.
HELD = Query(
    "WITH RECURSIVE held (duty, organ_id, path, system, role, whole_tree, inherited, principal, systems) AS ("
    "SELECT d.id, d.organ_id, o.path, d.system, d.role, d.whole_tree, 0, w.principal, w.systems FROM ("
    "SELECT %s AS officer, NULL AS principal, NULL AS systems UNION ALL SELECT g.delegator_id, g.delegator_id, g.systems "
    "FROM orgs_delegation g JOIN orgs_officer p ON p.id = g.delegator_id AND p.is_active "
    "WHERE g.delegate_id = %s AND g.first_day <= %s AND g.last_day >= %s AND g.ended_at IS NULL) w "
    "JOIN orgs_duty d ON d.officer_id = w.officer AND d.valid_from <= %s AND (d.valid_to IS NULL OR d.valid_to > %s) "
    "JOIN orgs_organ o ON o.id = d.organ_id UNION ALL "
    "SELECT h.duty, o.id, o.path, h.system, h.role, h.whole_tree, h.inherited + 1, h.principal, h.systems FROM held h "
    "JOIN orgs_organ o ON o.successor_id = h.organ_id) "
    "SELECT organ_id, path, system, role, whole_tree, principal, systems, looked_at, inherited, line, duty FROM ("
    "SELECT duty, organ_id, path, system, role, whole_tree, principal, systems, NULL AS looked_at, inherited, NULL AS line "
    "FROM held UNION ALL SELECT h.duty, l.organ_id, o.path, h.system, h.role, l.whole_tree, h.principal, h.systems, "
    "l.systems, h.inherited, l.id FROM held h JOIN orgs_line l ON l.superior_id = h.organ_id AND l.first_day <= %s "
    "AND (l.last_day IS NULL OR l.last_day >= %s) AND l.ended_at IS NULL JOIN orgs_organ o ON o.id = l.organ_id) known "
    "WHERE EXISTS (SELECT 1 FROM orgs_officer WHERE id = %s AND is_active)",
    (
        *(Duty._meta.get_field("organ"), Organ._meta.get_field("path")),
        *(Duty._meta.get_field(name) for name in ("system", "role", "whole_tree")),
        *(Delegation._meta.get_field(name) for name in ("delegator", "systems")),
        Line._meta.get_field("systems"),
    ),
)


def access_of(officer: Officer, day: date) -> Access:
    """The access an officer has on a day, from the duties held then, and those held for others. An inactive officer has
    none."""
    return access_from(officer, fetch(HELD, asked_by(officer, day)))


def asked_by(officer: Officer, day: date) -> list[Any]:
    """The parameters of ``HELD``."""
    return [officer.pk, officer.pk, *[day] * 6, officer.pk]


def access_from(officer: Officer, rows: Iterable[list[Any]]) -> Access:
    """The access an officer has by rows of ``HELD``: first what he holds himself, the organs he works in before those they
    have taken over, and last what he looks at by line."""
    return Access(officer.pk, tuple(holding for row in sorted(rows, key=_place) for holding in _holdings(row)))


def _place(row: list[Any]) -> tuple[bool, bool, int, int, int]:
    *_, principal, _systems, _looked_at, inherited, line, duty = row
    return line is not None, principal is not None, inherited, duty, line or 0


def _holdings(row: list[Any]) -> Iterator[Holding]:
    """A row as holdings: one, or where only some systems are delegated or looked at by line one for each of those the duty
    covers."""
    *held, principal, systems, looked_at, inherited, line, _duty = row
    whole = Holding(*held, inherited=bool(inherited), principal=principal, line=line)
    limits = [set(only) for only in (systems or None, looked_at) if only is not None]
    if not limits:
        yield whole
    elif whole.system == EVERY_SYSTEM:
        yield from (replace(whole, system=system) for system in sorted(set.intersection(*limits)))
    elif all(whole.system in only for only in limits):
        yield whole


# --- organs and people -----------------------------------------------------------------------------------------------


def regions_of(access: Access) -> list[Region]:
    """The regions whose figures and organs an officer may see: those of the officer's organs, and with a duty over the
    whole tree those below. Asked once a page."""
    if access.noted is not None and "regions" in access.noted:
        return list(access.noted["regions"])
    whole = Q(pk__in=())
    for holding in access.own:
        if holding.whole_tree:
            whole |= Q(organs__path__startswith=holding.path)
    found = list(Region.objects.filter(Q(organs__in=access.organs()) | whole).distinct().order_by("code"))
    if access.noted is not None:
        access.noted["regions"] = found
    return list(found)


def duties_in_reach(access: Access) -> DutyQuerySet:
    """The duties held in the organs an officer may see."""
    return Duty.objects.filter(access.rows(system_field=None, path_field="organ__path"))
