"""Who may see and do what (权限), asked in one place: from an officer's duties to roles and to a filter on rows.

Undecided is refused. Rooms with rows of their own use ``rows_visible_to`` in their ``visible`` manager and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from zhunsheng.orgs.models import EVERY_ROLE, EVERY_SYSTEM, Duty, Officer, Organ
from zhunsheng.prepared import fetch


@dataclass(frozen=True, slots=True)
class Holding:
    """One duty as access needs it; ``inherited`` when the organ is one that has been merged into the duty's own."""

    organ: int
    path: str
    system: str
    role: str
    whole_tree: bool
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """What one officer may see and do on one day. Load it once a request (one query)."""

    officer: int
    holdings: tuple[Holding, ...]

    def roles(self, system: str, path: str, declared: frozenset[str]) -> frozenset[str]:
        """The roles the officer holds towards a case of a system whose organ has this path."""
        found: set[str] = set()
        for holding in self.holdings:
            if holding.system in (EVERY_SYSTEM, system) and _reaches(holding, path):
                found |= declared if holding.role == EVERY_ROLE else declared & {holding.role}
        return frozenset(found)

    def rows(self, system_field: str | None = "system", path_field: str = "path") -> Q:
        """The filter for rows that carry a system and an organ path; nothing when the officer holds no duty."""
        condition = Q(pk__in=())
        for holding in self.holdings:
            where = (
                Q(**{f"{path_field}__startswith": holding.path})
                if holding.whole_tree
                else Q(**{path_field: holding.path})
            )
            if system_field and holding.system != EVERY_SYSTEM:
                where &= Q(**{system_field: holding.system})
            condition |= where
        return condition

    def systems(self) -> frozenset[str]:
        """The systems the officer has duties in; ``*`` stands for all."""
        return frozenset(holding.system for holding in self.holdings)

    def organs(self) -> list[int]:
        """The organs in which the officer holds duties, without those below and those that are no more."""
        return list(dict.fromkeys(holding.organ for holding in self.holdings if not holding.inherited))


def _reaches(holding: Holding, path: str) -> bool:
    return path.startswith(holding.path) if holding.whole_tree else path == holding.path


# Duty.objects.on(day) of one officer, and the same duties towards the organs that were merged into those: what they have
# closed is now in the care of their successor. Every page and every step asks this.
_HELD = (
    "WITH RECURSIVE held (duty, organ_id, path, system, role, whole_tree, inherited) AS ("
    "SELECT d.id, d.organ_id, o.path, d.system, d.role, d.whole_tree, 0 FROM orgs_duty d JOIN orgs_organ o ON o.id = d.organ_id "
    "WHERE d.officer_id = %s AND d.valid_from <= %s AND (d.valid_to IS NULL OR d.valid_to > %s) UNION ALL "
    "SELECT h.duty, o.id, o.path, h.system, h.role, h.whole_tree, h.inherited + 1 FROM held h "
    "JOIN orgs_organ o ON o.successor_id = h.organ_id) "
    "SELECT organ_id, path, system, role, whole_tree, inherited FROM held ORDER BY inherited, duty"
)
_HELD_FIELDS = (
    *(Duty._meta.get_field("organ"), Organ._meta.get_field("path")),
    *(Duty._meta.get_field(name) for name in ("system", "role", "whole_tree")),
)


def access_of(officer: Officer, day: date) -> Access:
    """The access an officer has on a day, from the duties held then. An inactive officer has none."""
    if not officer.is_active:
        return Access(officer.pk, ())
    rows = fetch(_HELD, [officer.pk, day, day], _HELD_FIELDS)
    return Access(officer.pk, tuple(Holding(*row[:-1], inherited=bool(row[-1])) for row in rows))
