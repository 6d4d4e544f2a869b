"""考核方案: grades, vetoes and ranks as the scheme of the year says for a kind of unit. Nobody is ranked where it does not say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhunsheng.assessment.scoring import ASSESSMENT, total
from zhunsheng.cases.models import Case
from zhunsheng.orgs.models import Organ, OrganKind
from zhunsheng.registers.reading import entries_on

CHECKED = frozenset({"verified", "settled"})
"""States in which a line has points that count, no objection being open."""
_KINDS = {OrganKind.GOVERNMENT: "county", OrganKind.TOWN: "town", OrganKind.STREET: "town"}
_GRADE = re.compile(r"([^\d\s；;，,、]+?)\s*(?:≥|不低于|为)?\s*(\d+(?:\.\d+)?)\s*分?(?:以上)?")


@dataclass(frozen=True)
class Scheme:
    """What a scheme says for one kind of unit. ``keeper``: below which organ it holds."""

    code: str
    name: str
    keeper: str
    unit_kind: str
    grades: tuple[tuple[str, Decimal], ...]
    vetoed_grade: str
    ranked: bool
    ground: str

    def grade(self, cases: Sequence[Case]) -> str:
        """The grade of a unit by its lines; empty while one is not checked yet or an objection is open."""
        if not cases or not self.grades or any(case.state not in CHECKED for case in cases):
            return ""
        if any(case.fields.get("vetoed") for case in cases):
            return self.vetoed_grade or self.grades[-1][0]
        return self.grade_of(total(_points(case) for case in cases))

    def grade_of(self, points: Decimal) -> str:
        """The grade of so many points."""
        return next((name for name, least in self.grades if points >= least), self.grades[-1][0]) if self.grades else ""


def _points(case: Case) -> Decimal | None:
    given = case.fields.get("score")
    return None if given in (None, "") else Decimal(str(given))


def grades_in(text: str) -> tuple[tuple[str, Decimal], ...]:
    """Grades with their least points from the highest down: 优秀 90；良好 80；较差 0."""
    found = [(name, Decimal(least)) for name, least in _GRADE.findall(text)]
    return tuple(sorted(found, key=lambda one: -one[1]))


def schemes_of(year: int, on: date) -> list[Scheme]:
    """The schemes of a year in force on a day. One query; a scheme is told to everybody it is about."""
    found = []
    for row in entries_on(ASSESSMENT, access=None, true_on=on).select_related("entry__organ__parent"):
        told = row.values
        if told.get("year") != year:
            continue
        organ = row.entry.organ
        root = organ if organ.kind == OrganKind.GOVERNMENT or organ.parent is None else organ.parent
        found.append(Scheme(
            row.entry.key, str(told["scheme"]), root.path, str(told["unit_kind"]), grades_in(str(told["grades"])),
            str(told.get("vetoed_grade") or ""), bool(told.get("ranked")), str(told.get("ranked_by") or ""),
        ))  # fmt: skip
    return found


def scheme_for(organ: Organ, schemes: Iterable[Scheme]) -> Scheme | None:
    """The scheme an organ is assessed by: that of its kind before one for all, of the organ nearest above."""
    kind = _KINDS.get(OrganKind(organ.kind), "department")
    fitting = [one for one in schemes if organ.path.startswith(one.keeper) and one.unit_kind in (kind, "all")]
    return max(fitting, key=lambda one: (len(one.keeper), one.unit_kind != "all"), default=None)


def places(points: Sequence[Decimal]) -> list[int]:
    """The places of some points, the highest first; equals share a place."""
    ordered = sorted(points, reverse=True)
    return [ordered.index(one) + 1 for one in points]
