"""Reading publications (公开件的阅读): what waits to be published and until when, what is withheld and due for review, what the
public may see. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from zhunsheng.cases.models import Case, Event
from zhunsheng.kernel.reckoning import Reckoning
from zhunsheng.orgs.access import Access
from zhunsheng.papers.models import Paper
from zhunsheng.releases.copies import Copy
from zhunsheng.releases.kinds import due_of, release_kinds
from zhunsheng.releases.models import Release, State

LOOKED_BACK = timedelta(days=730)
"""Papers issued earlier no longer wait: what was to be published then was published elsewhere."""
MOST = 300


@dataclass(frozen=True, slots=True)
class Waiting:
    """A paper that is due to be published: of which case, under which kind, until when."""

    paper: Paper
    case: Case
    kind: str
    due: Reckoning

    @property
    def due_on(self) -> date:
        return self.due.due  # type: ignore[return-value] - limits of publication are days


def waiting(access: Access, today: date) -> list[Waiting]:
    """The papers of an officer's cases that are due to be published and that nobody has begun with, the nearest first, at
    most ``MOST``. Three queries."""
    wanted, kinds = Q(pk__in=()), {}
    for code, kind in release_kinds().items():
        for system, papers in kind.papers.items() if kind.limit else ():
            since = max(today - LOOKED_BACK, kind.since or date.min)
            wanted |= Q(system=system, kind__in=papers, issued_on__gte=since)
            kinds |= {(system, paper): code for paper in papers}
    cases = Case.visible.to(access).filter(
        system__in={system for system, _paper in kinds}, voided_on=None, last_on__gte=today - LOOKED_BACK
    )
    begun = Release.objects.exclude(state=State.VOID).filter(paper__isnull=False)
    papers_due = Paper.objects.filter(wanted, case_id__in=cases.values("pk")).exclude(pk__in=begun.values("paper"))
    rows = list(papers_due.select_related("organ").order_by("issued_on", "pk")[:MOST])
    by_case = {case.pk: case for case in cases.filter(pk__in={row.case_id for row in rows}).select_related("organ")}
    done = set(_published_elsewhere(by_case))
    found = []
    for row in rows:
        case, code = by_case.get(row.case_id), kinds[row.system, row.kind]
        if case is not None and case.pk not in done and release_kinds()[code].wants(case.fields):
            found.append(Waiting(row, case, code, due_of(code, row.issued_on)))  # type: ignore[arg-type] - it has a limit
    return sorted(found, key=lambda one: (one.due_on, one.paper.pk))


def _published_elsewhere(cases: dict[int, Case]) -> QuerySet[Event, int]:
    """Of some cases those in which a step says that the decision was published by another way."""
    steps = Q(pk__in=())
    for kind in release_kinds().values():
        for system in kind.papers if kind.done_by else ():
            steps |= Q(case__system=system, action__in=kind.done_by)
    return Event.objects.filter(steps, case__in=cases).values_list("case_id", flat=True)


def copy_of(row: Release) -> Copy:
    """What is published of it."""
    return Copy(row.blocks, bytes(row.docx) if row.docx is not None else None)


def listed(access: Access, state: str) -> QuerySet[Release]:
    """The publications of one state an officer may see, those due first to be published first; texts stay in the table."""
    rows = Release.visible.to(access).filter(state=state).select_related("organ", "case")
    rows = rows.defer("changes", "blocks", "docx")
    if state in (State.CONCEPT, State.CHECKED):
        return rows.order_by("due_on", "pk")
    return rows.order_by("review_on", "pk") if state == State.WITHHELD else rows.order_by("-pk")


# --- the public ------------------------------------------------------------------------------------------------------


def published(kind: str = "", organ: int | None = None, year: int | None = None) -> QuerySet[Release]:
    """What stands on the public's pages, the newest first; without the texts."""
    rows = Release.public.select_related("organ").defer("changes", "title", "check_note", "blocks", "docx")
    if kind:
        rows = rows.filter(kind=kind)
    if organ is not None:
        rows = rows.filter(organ=organ)
    if year is not None:
        rows = rows.filter(formed_on__year=year)
    return rows.order_by("-published_at", "-pk")


def published_one(pk: int) -> Release | None:
    """One that stands."""
    return Release.public.select_related("organ").filter(pk=pk).first()


def stone_of(pk: int) -> Release | None:
    """That one was withdrawn: its kind, its organ, the days and the reason; nothing of what it said."""
    return Release.public.withdrawn().select_related("organ").filter(pk=pk).first()


def shown(keys: Sequence[int]) -> dict[int, Release]:
    """Some that stand, by their keys."""
    return {row.pk: row for row in published().filter(pk__in=keys)}
