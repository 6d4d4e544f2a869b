"""关联 on the page of a case: the cases of one matter with where each stands, the course of the whole matter, the meetings it was
put to, finding a case to link, opening the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Prefetch, Q
from django.urls import reverse

from zhunsheng.bodies.models import Item, Meeting
from zhunsheng.cases.materials import works_on
from zhunsheng.cases.matters import matter_of
from zhunsheng.cases.models import Case, Deadline, Event
from zhunsheng.cases.reading import procedure_of
from zhunsheng.catalogue.loading import UnknownSystem, systems
from zhunsheng.desk.acting import action_name
from zhunsheng.desk.case_rows import outcome_name, rows_for
from zhunsheng.desk.opening import organs_that_may
from zhunsheng.kernel.clock import ClockState
from zhunsheng.kernel.meeting import Result
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import calendar

FOUND_AT_MOST = 10


class Opening(NamedTuple):
    """A case of another system that can be opened from this one, with what it says filled in."""

    system: Words
    action: Words
    address: str


def matter_context(request: Any, row: Case, compiled: CompiledProcedure) -> dict[str, Any]:
    wanted = request.GET.get("find", "").strip()
    others = list(_shown(matter_of(row, request.access)))
    return {
        "discussions": discussions(request, row),
        "links": rows_for(others, request.day, calendar()),
        "may_link": works_on(row, request.access),
        "find": wanted,
        "course": whole_course([row, *others]) if others else [],
        "found": rows_for(_found(request, row, wanted, others), request.day, calendar()) if wanted else [],
        "openings": openings(request, row, compiled),
    }


class MatterStep(NamedTuple):
    """One step of one of the cases of a matter."""

    event: Event
    case: Case
    system: Words
    name: str
    outcome: str


def whole_course(cases: list[Case]) -> list[MatterStep]:
    """What was done in all the cases of a matter, in the order of its days. One query."""
    known = {case.pk: case for case in cases}
    steps = []
    for event in Event.objects.filter(case__in=known).order_by("on", "recorded_at", "case", "sequence"):
        case = known[event.case_id]
        compiled = procedure_of(case)
        outcome = outcome_name(compiled, event.outcome) if event.outcome else ""
        name = systems()[case.system].name
        steps.append(MatterStep(event, case, name, action_name(compiled, event.action), outcome))
    return steps


def _shown(rows: Any) -> Any:
    running = Deadline.objects.filter(state__in=(ClockState.RUNNING.value, ClockState.STOPPED.value))
    return rows.select_related("organ", "handler").prefetch_related(Prefetch("deadlines", running, to_attr="running")).order_by("opened_on", "pk")  # fmt: skip


def _found(request: Any, row: Case, wanted: str, others: list[Case]) -> list[Case]:
    """Cases the officer may see whose number or title holds what was typed, without those linked already."""
    known = [row.pk, *(other.pk for other in others)]
    rows = Case.visible.to(request.access).filter(Q(number__icontains=wanted) | Q(title__icontains=wanted))
    return list(_shown(rows.exclude(pk__in=known))[:FOUND_AT_MOST])


def discussions(request: Any, row: Case) -> list[tuple[Item, Words | None, bool]]:
    """The items of meetings that are about the case or that it carries out, newest first: its result, and whether the meeting
    may be opened."""
    about = Q(cases=row) | Q(carried_out_by=row)
    items = list(
        Item.objects.filter(about, withdrawn="").select_related("meeting").order_by("-meeting__starts_at").distinct()
    )
    meetings = Meeting.visible.to(request.access).filter(pk__in=[item.meeting_id for item in items])
    seen = set(meetings.values_list("pk", flat=True))
    return [(item, Result(item.result).words if item.result else None, item.meeting_id in seen) for item in items]


def openings(request: Any, row: Case, compiled: CompiledProcedure) -> list[Opening]:
    """The cases of linked systems the officer may open from this one; a link may be declared by either."""

    def is_linked(slug: str, other: CompiledProcedure) -> bool:
        return slug in compiled.procedure.links or row.system in other.procedure.links

    return [one._replace(address=f"{one.address}?from={row.pk}") for one in _openings(request, is_linked)]


def openings_from_meetings(request: Any) -> list[Opening]:
    """The cases the officer may open to carry out what a meeting settled; ``?item=`` says which item."""
    return _openings(request, lambda _slug, other: bool(other.procedure.from_meetings))


def _openings(request: Any, fits: Callable[[str, CompiledProcedure], bool]) -> list[Opening]:
    found = []
    for slug, owner in systems().items():
        try:
            other = owner.procedure_on(request.day)
        except UnknownSystem:
            continue
        if not fits(slug, other):
            continue
        found += [
            Opening(owner.name, other.procedure.actions[action].words,
                    reverse("desk:open", args=[slug, action]))
            for action in other.procedure.start_actions
            if organs_that_may(request, other, action)
        ]  # fmt: skip
    return found
