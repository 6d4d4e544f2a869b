"""Counting running limits anew (重新推算) after a place has changed what it sets: only when an administrator asks for it.

Each case tells it among its events, with the reason; a day that would become earlier stays until a person has decided on
it. Which value holds where is the business of ``local``, what it comes to of the kernel.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from zhunsheng.bulk import keys_in_turn
from zhunsheng.cases.actions import apply_register_changes
from zhunsheng.cases.models import Case, ClockEntry, Event
from zhunsheng.cases.reading import procedure_of, state_of
from zhunsheng.cases.recording import CaseRecord, Step, write
from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.case_state import CaseState, dump_local
from zhunsheng.kernel.clock import ClockEvent, ClockEventKind, ClockState, in_force, is_open, standing
from zhunsheng.kernel.compiled import Command, CompiledProcedure, Refusal
from zhunsheng.kernel.limits import LocalValue, local_on
from zhunsheng.kernel.office import Verb, perform_verb
from zhunsheng.kernel.transition import settle
from zhunsheng.law.projection import Move, is_kept
from zhunsheng.law.working_days import calendar
from zhunsheng.local import limits as local_limits
from zhunsheng.local.limits import Asked
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.refusals import Refused

CHUNK = 500


class _Change(NamedTuple):
    """A running limit that would be counted under another value."""

    move: Move
    local: LocalValue | None


def preview(asked: Asked) -> Iterator[Move]:
    """Every running limit whose day would be another. Writes nothing."""
    working_days, today = calendar(), timezone.localdate()
    for case, armed in _cases(asked, lock=False):
        compiled = procedure_of(case)
        for change in _changes(case, compiled, state_of(case, compiled), armed, asked, working_days, today):
            yield change.move


def write_moves(asked: Asked, right: Access | None, reason: str, confirmed: Collection[str]) -> Iterator[Move]:
    """Write what ``preview`` gives: one event in each case, in which something moves. The caller holds the transaction.

    What the law brought about before today comes first, under the value that held then.
    """
    working_days, today = calendar(), timezone.localdate()
    records: list[CaseRecord] = []
    for case, armed in _cases(asked, lock=True):
        compiled = procedure_of(case)
        state = state_of(case, compiled)
        local = asked.decisions.limits_for(case.path)
        steps = [
            Step(done, None, None) for done in settle(compiled, state, today - timedelta(days=1), working_days, local)
        ]
        state = steps[-1].transition.case if steps else state
        changes = _changes(case, compiled, state, armed, asked, working_days, today)
        yield from (change.move for change in changes)
        wanted = {
            change.move.limit: dump_local(change.local) if change.local else None
            for change in changes
            if not is_kept(change.move, confirmed)
        }
        if not wanted:
            continue
        values = {"limits": wanted, "text": reason}
        officer, principal = (right.officer, right.principal) if right else (None, None)
        command = Command(
            Verb.REVALUE,
            today,
            today,
            str(officer or ""),
            str(case.organ_id),
            values=values,
            principal=str(principal or ""),
        )
        taken = perform_verb(compiled, state, command)
        if isinstance(taken, Refusal):
            raise Refused(taken)
        steps.append(Step(taken, officer, None, reason, principal_id=principal))
        records.append(CaseRecord(compiled, case.organ, steps, case, case.pk))
        if len(records) == CHUNK:
            apply_register_changes(write(records, working_days))
            records = []
    if records:
        apply_register_changes(write(records, working_days))


def _cases(asked: Asked, lock: bool) -> Iterator[tuple[Case, Mapping[str, date]]]:
    """The cases below the organ in which a limit of the setting runs, with the day each such limit was armed."""
    declared = local_limits.declared()[asked.setting]
    keys = declared.deadlines
    rows: QuerySet[Case] = Case.objects.filter(
        system=declared.system, path__startswith=asked.path, deadlines__key__in=keys,
        deadlines__state__in=(ClockState.RUNNING, ClockState.STOPPED),
    ).distinct()  # fmt: skip
    for ids in keys_in_turn(rows, CHUNK):
        armed = _armed(ids, keys)
        chunk: QuerySet[Case] = Case.objects.filter(pk__in=ids).select_related("organ").order_by("pk")
        yield from (
            (case, armed.get(case.pk, {})) for case in (chunk.select_for_update(of=("self",)) if lock else chunk)
        )


def _armed(ids: list[int], keys: frozenset[str]) -> dict[int, dict[str, date]]:
    """Case -> limit -> the day of the step that armed it last. Two queries."""
    entries = ClockEntry.objects.filter(case_id__in=ids, deadline__in=keys, kind=ClockEventKind.ARMED)
    sequences = sorted(entries.values_list("case_id", "sequence", "deadline"))
    days = {
        (case, sequence): on
        for case, sequence, on in Event.objects.filter(
            case_id__in=ids, sequence__in={sequence for _case, sequence, _key in sequences}
        ).values_list("case_id", "sequence", "on")
    }
    return {
        case: {key: days[case, sequence] for _case, sequence, key in lines}
        for case, lines in groupby(sequences, lambda line: line[0])
    }


def _changes(
    case: Case, compiled: CompiledProcedure, state: CaseState, armed: Mapping[str, date], asked: Asked,
    working_days: Calendar, today: date,
) -> list[_Change]:  # fmt: skip
    values = asked.decisions.limits_for(case.path)
    found = []
    for key, armed_on in armed.items():
        events = state.clocks.get(key, ())
        if key not in compiled.limits or compiled.limits[key].setting != asked.setting or not is_open(events):
            continue
        declared = compiled.limits[key]
        limit = in_force(declared, events)
        local = local_on(values, asked.setting, today if asked.older else armed_on)
        if _length(local) == _length(limit.local):
            continue
        anew = (*events, ClockEvent(ClockEventKind.REVALUED, today, local=local))
        before, after = standing(declared, events, working_days), standing(declared, anew, working_days)
        if before.due is None or after.due is None:
            continue  # stopped: it can be counted anew when it runs again
        name = compiled.deadlines[key].declaration.words
        move = Move(case.pk, case.number, case.system, key, name, before.due, after.due, after.provisional, armed_on)
        found.append(_Change(move, local))
    return found


def _length(local: LocalValue | None) -> tuple[object, object] | None:
    return None if local is None else (local.amount, local.extension)
