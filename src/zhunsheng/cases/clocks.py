"""Limits as rows (时限记录): the entries of the clocks of a case, which are only added, and the index of where each limit stands.

What a limit comes to is the kernel's to say; which steps are written, and when, is the business of ``recording`` and
``recounting``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from functools import cache
from typing import Any, TypeAlias

from django.db import connection

from zhunsheng.bulk import insert_rows, run, written
from zhunsheng.cases.models import ClockEntry, Deadline
from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.case_state import CaseState
from zhunsheng.kernel.clock import ClockEvent, ClockEventKind, is_open, standing
from zhunsheng.kernel.compiled import CompiledProcedure, Transition

Line: TypeAlias = tuple[Any, ...]
"""An entry of a clock without its case: number of the event, limit, kind, day, cause, length, unit, decision of the place."""

_ENTRY = ("case_id", "sequence", "deadline", "kind", "on", "cause", "amount", "unit", "setting_id")
_DEADLINE = ("case_id", "key", "state", "due_on", "ended_on", "provisional", "unit")


def line(sequence: int, key: str, event: ClockEvent) -> Line:
    """One event of a clock as its entry says it."""
    amount, local = event.amount, event.local
    return (sequence, key, str(event.kind), event.on.isoformat(), event.cause, amount.value if amount else None,
            str(amount.unit) if amount else "", local.entry if local else None)  # fmt: skip


def lines(step: Transition) -> Iterator[Line]:
    """What a step enters in the clocks of its case."""
    return (line(step.case.sequence, key, event) for key, event in step.clock_events)


def write_lines(rows: Collection[tuple[Any, ...]]) -> None:
    """Add entries, each a line behind the key of its case."""
    insert_rows(ClockEntry, _ENTRY, [*rows])


def lines_of(**within: Any) -> dict[int, list[Line]]:
    """Case → the entries of its clocks that hold: of a limit that was recorded anew (``recounting``) those since. One query."""
    found: dict[int, list[Line]] = {}
    entries = ClockEntry.objects.filter(**within).order_by("pk")
    for case_id, *entry in entries.values_list(*_ENTRY):
        kept = found.setdefault(case_id, [])
        if entry[2] == ClockEventKind.RECOUNTED:
            kept[:] = [before for before in kept if before[1] != entry[1]]
        else:
            kept.append(tuple(entry))
    return found


def add_deadlines(
    compiled: CompiledProcedure, state: CaseState, case_id: int, touched: Collection[str], calendar: Calendar,
    rows: list[tuple[Any, ...]],
) -> date | None:  # fmt: skip
    """Add the rows of the limits that changed; gives the earliest day a running limit of the case is due."""
    earliest: date | None = None
    for key, events in state.clocks.items():
        if key not in touched and not is_open(events):
            continue
        stands = standing(compiled.limits[key], events, calendar)
        if (
            stands.binds
            and key in compiled.owed
            and stands.due is not None
            and (earliest is None or stands.due < earliest)
        ):
            earliest = stands.due
        if key in touched:
            unit = str(stands.limit.unit) if stands.limit.unit is not compiled.limits[key].unit else ""
            rows.append((case_id, key, str(stands.state), written(stands.due), written(stands.ended_on), stands.provisional, unit))  # fmt: skip
    return earliest


def write_deadlines(rows: list[tuple[Any, ...]], *, are_new: bool) -> None:
    """Bring the index of limits up; ``are_new``: of cases that had none."""
    if rows and are_new:
        insert_rows(Deadline, _DEADLINE, rows)
    elif rows:
        run(_deadlines_statement(len(rows)), [value for row in rows for value in row])


@cache
def _deadlines_statement(count: int) -> str:
    table = connection.ops.quote_name(Deadline._meta.db_table)
    key = connection.ops.quote_name("key")
    values = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * count)
    return (
        f"INSERT INTO {table} (case_id, {key}, state, due_on, ended_on, provisional, unit) VALUES {values} "  # noqa: S608
        f"ON CONFLICT (case_id, {key}) DO UPDATE SET state = excluded.state, due_on = excluded.due_on, "
        "ended_on = excluded.ended_on, provisional = excluded.provisional, unit = excluded.unit"
    )
