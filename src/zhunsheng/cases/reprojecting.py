"""Projecting anew (重新推算): the days kept on rows of running limits, when the working calendar has changed.

What a limit comes to is counted from its events whenever it is shown; here the index of it (``Deadline.due_on``,
``Case.next_due``) is brought into line. A day that would become earlier may have been told to somebody: it is kept,
marked provisional, until a person has confirmed it. Which calendar is in force is the business of ``law``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from itertools import groupby
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from zhunsheng.bulk import insert_rows, moment, to_json
from zhunsheng.cases.models import Case, Deadline
from zhunsheng.catalogue.loading import UnknownSystem, system
from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.case_state import load_course
from zhunsheng.kernel.clock import ClockState, standing
from zhunsheng.law.projection import Move, is_kept
from zhunsheng.security.models import AuditEntry

CHUNK = 1_000
_AUDIT = ("at", "officer_id", "action", "subject", "detail")


class _Counted(NamedTuple):
    """A running limit's row with what it comes to under the new calendar."""

    row: Deadline
    move: Move
    binds: bool


def preview(calendar: Calendar, year: int) -> Iterator[Move]:
    """Every running limit whose stored day differs under the calendar or becomes certain. Writes nothing.

    Looked at are the cases with a limit due from the first day of the year before on: limits counted backwards from an
    event, or ending close to New Year, rest on the year without ending in it.
    """
    for chunk in _chunks(year):
        for case in Case.objects.filter(pk__in=chunk).order_by("pk").only(*_COLUMNS):
            yield from (counted.move for counted in _counted(case, chunk[case.pk], calendar) if _changes(counted))


def write(calendar: Calendar, year: int, officer_id: int | None, confirmed: Collection[str]) -> Iterator[Move]:
    """Write what ``preview`` gives, with one audit entry for each case that names the old and the new days.

    The caller holds the transaction; cases are locked as they are written.
    """
    at = moment(timezone.now())
    for chunk in _chunks(year):
        rows: list[Deadline] = []
        cases: list[Case] = []
        audit: list[tuple[object, ...]] = []
        locked: QuerySet[Case] = Case.objects.select_for_update().filter(pk__in=chunk).order_by("pk")
        for case in locked.only(*_COLUMNS):
            every = _counted(case, chunk[case.pk], calendar)
            changed = [counted for counted in every if _changes(counted)]
            yield from (counted.move for counted in changed)
            for row, move, _binds in changed:
                kept = is_kept(move, confirmed)
                row.provisional = kept or move.provisional
                row.due_on = move.old if kept else move.new
                rows.append(row)
            next_due = min((counted.row.due_on for counted in every if counted.binds), default=None)
            if next_due != case.next_due:
                case.next_due = next_due
                cases.append(case)
            moved = {
                move.limit: [move.old.isoformat(), move.new.isoformat()]
                for _row, move, _binds in changed
                if move.moves and not is_kept(move, confirmed)
            }
            if moved:
                audit.append(
                    (at, officer_id, "case.reproject", f"case:{case.pk}", to_json({"year": year, "due": moved}))
                )
        Deadline.objects.bulk_update(rows, ["due_on", "provisional"], batch_size=200)
        Case.objects.bulk_update(cases, ["next_due"], batch_size=200)
        insert_rows(AuditEntry, _AUDIT, audit)


_COLUMNS = ("system", "version", "number", "course", "next_due")


def _chunks(year: int) -> Iterator[dict[int, list[Deadline]]]:
    """The running limits with a day, of each case that has one due late enough, some cases at a time."""
    running = Deadline.objects.filter(state=ClockState.RUNNING, due_on__isnull=False)
    concerned = running.filter(due_on__gte=date(year - 1, 1, 1)).order_by("case_id")
    last = 0
    while ids := list(concerned.filter(case_id__gt=last).values_list("case_id", flat=True).distinct()[:CHUNK]):
        rows = running.filter(case_id__in=ids).order_by("case_id", "pk")
        yield {case_id: list(members) for case_id, members in groupby(rows, lambda row: row.case_id)}
        last = ids[-1]


def _changes(counted: _Counted) -> bool:
    return counted.move.moves or counted.row.provisional != counted.move.provisional


def _counted(case: Case, rows: list[Deadline], calendar: Calendar) -> list[_Counted]:
    """Each running limit of a case, counted anew. A case whose procedure is no longer declared keeps its days."""
    try:
        compiled = system(case.system).procedure_of(case.version)
    except UnknownSystem:
        return []
    clocks = load_course(case.course)["clocks"]
    found = []
    for row in rows:
        stands = standing(compiled.limits[row.key], clocks[row.key], calendar)
        if row.due_on is None or stands.due is None:
            continue
        name = compiled.deadlines[row.key].declaration.words
        move = Move(case.pk, case.number, case.system, row.key, name, row.due_on, stands.due, stands.provisional)
        found.append(_Counted(row, move, row.key in compiled.owed))
    return found
