"""整改统计: problems to be put right, by organ, source and state, and how many are overdue. One query, however many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from zhunsheng.cases.models import Case
from zhunsheng.orgs.access import Access

RECTIFICATION = "assessment_rectification"
CORRECTED = frozenset({"corrected", "closed"})
REPORTED = frozenset({"reported"})
PUTTING_RIGHT = frozenset({"told", "putting_right", "overdue"})
SUPERVISED = "supervised"


@dataclass
class Standing:
    """How some problems stand."""

    total: int = 0
    corrected: int = 0
    reported: int = 0
    going: int = 0
    overdue: int = 0
    sources: Counter[str] = field(default_factory=Counter)

    @property
    def per_cent(self) -> int:
        return round(100 * self.corrected / self.total) if self.total else 0


@dataclass(frozen=True)
class Problem:
    """What is counted of a problem."""

    organ: int
    source: str
    state: str
    is_overdue: bool


def problems_of(access: Access, year: int) -> QuerySet[Case]:
    """The problems of a year an officer may see: those demanded in it."""
    rows = Case.visible.to(access).filter(system=RECTIFICATION, voided_on=None)
    return rows.filter(opened_on__range=(date(year, 1, 1), date(year, 12, 31))).order_by()


def read_problems(rows: QuerySet[Case], on: date) -> list[Problem]:
    told = rows.values_list("organ_id", "fields__source", "state", "next_due")
    return [
        Problem(
            organ, str(source or ""), state, state in PUTTING_RIGHT and (state == "overdue" or bool(due and due < on))
        )
        for organ, source, state, due in told
    ]


def by_organ(problems: Sequence[Problem]) -> dict[int, Standing]:
    """Organ -> how its problems stand."""
    found: dict[int, Standing] = {}
    for problem in problems:
        _add(found.setdefault(problem.organ, Standing()), problem)
    return found


def together(problems: Sequence[Problem]) -> Standing:
    whole = Standing()
    for problem in problems:
        _add(whole, problem)
    return whole


def _add(standing: Standing, problem: Problem) -> None:
    standing.total += 1
    standing.sources[problem.source] += 1
    standing.corrected += problem.state in CORRECTED
    standing.reported += problem.state in REPORTED
    standing.going += problem.state in PUTTING_RIGHT
    standing.overdue += problem.is_overdue
