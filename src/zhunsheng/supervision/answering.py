"""逐级对应: from a task or measure up to the plans above (纲要 → 省 → 市 → 县), and which measure above one most likely answers to.

What is told of a measure are fields declared public, so whoever sees a task sees what it answers to; the case behind one is for
who may open it. Counting is in ``counting``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from zhunsheng.cases.models import Case
from zhunsheng.orgs.access import Access
from zhunsheng.registers.models import Revision
from zhunsheng.registers.reading import entries_on
from zhunsheng.supervision.models import MEASURES, POINTS, TASKS, PlanLevel

LONGEST = 8
"""Levels followed: a circle of numbers typed by people ends here."""
ALIKE = 0.5
"""From here on two titles are taken to speak of the same thing; office practice."""


class Above(NamedTuple):
    """A measure something answers to, and the case it was listed by where the officer may open it."""

    code: str
    title: str
    plan: str
    level: str
    case: int | None


def measures_above(case: Case, access: Access, on: date) -> list[Above]:
    """What a task, a measure or a point of the year answers to, from its own measure up to the topmost plan. A query for each
    level, two where a point of the year stands between, and one for what may be opened; none for other cases."""
    if case.system not in (TASKS, MEASURES, POINTS):
        return []
    parts = case.path.strip("/").split("/")
    paths = [f"/{'/'.join(parts[:depth])}/" for depth in range(1, len(parts) + 1)]
    told = case.fields
    code = {TASKS: told.get("measure_code"), MEASURES: told.get("upper_code"), POINTS: told.get("source_clause")}[
        case.system
    ]
    found: list[Above] = []
    while code and len(found) < LONGEST:
        step = _measure(code, paths, on) or _point(code, paths)
        if step is None:
            break
        above, code = step
        found.append(above)
    keys = [above.case for above in found if above.case]
    seen = set(Case.visible.to(access).filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
    return [above if above.case in seen else above._replace(case=None) for above in found]


def _measure(code: str, paths: list[str], on: date) -> tuple[Above, str] | None:
    """A measure of a list of one of the organs above, and the number it answers to."""
    row: Revision | None = (
        entries_on(MEASURES, access=None, true_on=on).filter(entry__key=code, entry__path__in=paths).first()
    )
    if row is None:
        return None
    told = row.values
    above = Above(
        code,
        told.get("measure", ""),
        told.get("plan_name", ""),
        _level(told.get("plan_level")),
        row.case_id,
    )
    return above, str(told.get("upper_code") or "")


def _point(code: str, paths: list[str]) -> tuple[Above, str] | None:
    """A point of the year of one of the organs above, and the number it answers to."""
    row = (
        Case.objects.filter(system=POINTS, path__in=paths, fields__task_no=code, voided_on=None)
        .exclude(state="dropped")
        .first()
    )
    if row is None:
        return None
    told = row.fields
    return Above(code, told.get("task", ""), "", _level(PlanLevel.POINTS), row.pk), str(told.get("source_clause") or "")


def _level(key: object) -> str:
    return str(dict(PlanLevel.choices).get(str(key or ""), ""))


def likest(title: str, level: str, above: Iterable[tuple[str, str, str]]) -> str:
    """The number of the measure a title most likely answers to: of the nearest level above with one whose title is alike.
    ``above``: (number, title, level). Empty where none is."""
    order = list(PlanLevel.values)
    candidates = list(above)
    for nearer in reversed(order[: order.index(level)]):
        alike = [(_alike(title, other), code) for code, other, its in candidates if its == nearer]
        best = max(alike, default=(0.0, ""))
        if best[0] >= ALIKE:
            return best[1]
    return ""


def _alike(one: str, other: str) -> float:
    """How many pairs of neighbouring characters two titles share, of all they have."""
    first, second = (set(pairwise(text)) for text in (one, other))
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0
