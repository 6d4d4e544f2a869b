"""任务统计: tasks counted by measure, organ, year and month. Each table is one grouped query, however many tasks there are.

Who may see a task is ``Case.visible``. Tasks withdrawn or made void are not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case as When
from django.db.models import Count, IntegerField, Min, Q, QuerySet, TextField, Value
from django.db.models import When as If
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from zhunsheng.cases.models import Case
from zhunsheng.orgs.access import Access, below
from zhunsheng.orgs.models import Organ, OrganKind
from zhunsheng.supervision.models import TASKS


@dataclass(slots=True)
class Tally:
    """How some tasks stand: all, closed, waiting to be verified, late."""

    total: int = 0
    done: int = 0
    submitted: int = 0
    late: int = 0
    example: int = 0
    """One of them, to ask what all of a measure say alike."""

    def count(self, standing: str, number: int, example: int = 0) -> None:
        """Some more that stand so."""
        self.example = self.example or example
        self.total += number
        if standing == "done":
            self.done += number
        elif standing == "late":
            self.late += number
        elif standing == "submitted":
            self.submitted += number

    def add(self, other: Tally) -> None:
        self.total += other.total
        self.done += other.done
        self.submitted += other.submitted
        self.late += other.late

    @property
    def going(self) -> int:
        """Under way, in time."""
        return self.total - self.done - self.submitted - self.late

    @property
    def per_cent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 0


@dataclass(frozen=True)
class Level:
    """The organs right below one, each with everything below it; ``itself`` stands first."""

    root: Organ
    organs: list[Organ]
    column: Mapping[int, int] = field(default_factory=dict)
    """Any organ of the tree -> the one of ``organs`` it counts for."""


def level_below(root: Organ, tree: Sequence[Organ]) -> Level:
    """The organ itself and those right below it, towns last, from all organs below it."""
    depth = root.path.count("/")
    children = [organ for organ in tree if organ.path.count("/") == depth + 1]
    children.sort(key=lambda organ: (organ.kind in (OrganKind.TOWN, OrganKind.STREET), organ.pk))
    column = {root.pk: root.pk}
    for organ in tree:
        parts = organ.path.strip("/").split("/")
        if len(parts) >= depth:
            column[organ.pk] = int(parts[depth - 1]) if organ.pk != root.pk else root.pk
    return Level(root, [root, *children], column)


def tasks_of(access: Access, root: Organ | None = None, year: int | None = None) -> QuerySet[Case]:
    """The tasks an officer may see, below an organ, of a year."""
    rows = Case.visible.to(access).filter(system=TASKS, voided_on=None).exclude(state="cancelled").order_by()
    if root is not None:
        rows = rows.filter(below(root.path))
    return rows.filter(fields__year=year) if year else rows


def _text(name: str) -> Coalesce:
    return Coalesce(KeyTextTransform(name, "fields"), Value(""), output_field=TextField())


def _standing(on: date) -> When:
    """done, submitted, late or going, as one short text: a task is late once its day is over, whatever the worker has marked."""
    return When(
        If(state="done", then=Value("done")),
        If(state="submitted", then=Value("submitted")),
        If(Q(state="late") | Q(next_due__lt=on, closed_on=None), then=Value("late")),
        default=Value("going"),
        output_field=TextField(),
    )


def by_measure_and_organ(rows: QuerySet[Case], on: date, level: Level) -> dict[str, dict[int, Tally]]:
    """Measure -> organ of a level, with everything below it -> how its tasks stand. One query."""
    counted = rows.annotate(code=_text("measure_code"), standing=_standing(on))
    found: dict[str, dict[int, Tally]] = {}
    for code, organ, standing, number, example in counted.values_list("code", "organ_id", "standing").annotate(
        number=Count("pk"), example=Min("pk")
    ):
        column = level.column.get(organ)
        if column is None:
            continue
        cells = found.setdefault(code, {})
        if (tally := cells.get(column)) is None:
            tally = cells[column] = Tally()
        tally.count(standing, number, example)
    return found


def by_measure(rows: QuerySet[Case], on: date) -> dict[str, Tally]:
    """Measure -> how its tasks stand. One query."""
    counted = rows.annotate(code=_text("measure_code"), standing=_standing(on))
    found: dict[str, Tally] = {}
    for code, standing, number in counted.values_list("code", "standing").annotate(number=Count("pk")):
        found.setdefault(code, Tally()).count(standing, number)
    return found


def by_year_and_organ(rows: QuerySet[Case], on: date, level: Level) -> dict[int, dict[int, Tally]]:
    """Year -> organ of a level, with everything below it -> how its tasks stand. One query."""
    counted = rows.annotate(year=_year(), standing=_standing(on))
    found: dict[int, dict[int, Tally]] = {}
    for year, organ, standing, number in counted.values_list("year", "organ_id", "standing").annotate(
        number=Count("pk")
    ):
        if (column := level.column.get(organ)) is not None:
            found.setdefault(year, {}).setdefault(column, Tally()).count(standing, number)
    return found


def _year() -> Cast:
    return Cast(_text("year"), IntegerField())


def closed_by_month(rows: QuerySet[Case]) -> dict[tuple[int, int], int]:
    """(year, month) -> tasks closed in it. One query."""
    found: dict[tuple[int, int], int] = {}
    closed = rows.filter(state="done", closed_on__isnull=False)
    # By day: SQLite asks Python for the month of every single row, and a year has few days.
    for day, number in closed.values_list("closed_on").annotate(number=Count("pk")):
        found[day.year, day.month] = found.get((day.year, day.month), 0) + number
    return found


def together(tallies: Iterable[Tally]) -> Tally:
    whole = Tally()
    for tally in tallies:
        whole.add(tally)
    return whole
