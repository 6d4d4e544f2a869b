"""Proving cases (核案): every case is walked again from its events, and must come to what is stored: its state, its
clocks, its due dates and its postings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from zhunsheng.bulk import rows_in_turn
from zhunsheng.cases.clocks import Line, lines, lines_of
from zhunsheng.cases.local_proof import LocalProof
from zhunsheng.cases.models import Case, Deadline, Event
from zhunsheng.cases.retracing import CASES, events_of, is_as_walked, postings_of, walked, without_recounts
from zhunsheng.cases.tallying import choices_of, verify_tally
from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.case_state import CaseState, dump_course
from zhunsheng.kernel.checking import VOIDED
from zhunsheng.kernel.clock import standing
from zhunsheng.kernel.transition import CompiledProcedure, Transition
from zhunsheng.law.working_days import calendar
from zhunsheng.ledger.models import Source
from zhunsheng.ledger.owing import completed_records, never_taken_back, owed
from zhunsheng.ledger.postings import PostingRow

CHUNK = 1_000
MENDED_BY = "（程序声明更正后的，用 zhunsheng cases recount 补正）"


def verify_cases(progress: Callable[[int, int], None], only: QuerySet[Case] | None = None) -> Iterator[str]:
    """Every difference between a case's events and what is stored of it, in words."""
    rows = only if only is not None else Case.objects.all()
    total, done, completed = rows.count(), 0, completed_records()
    for chunk in rows_in_turn(rows, CHUNK):
        yield from _verify_chunk(chunk, completed)
        done += len(chunk)
        progress(done, total)
    if only is None:
        yield from verify_tally()


def _verify_chunk(chunk: list[Case], completed: Callable[[str, int], bool]) -> Iterator[str]:
    within = {"case_id__gte": chunk[0].pk, "case_id__lte": chunk[-1].pk}
    events = events_of(**within)
    entries = lines_of(**within)
    deadlines: dict[int, dict[str, Deadline]] = {}
    for deadline in Deadline.objects.filter(**within):
        deadlines.setdefault(deadline.case_id, {})[deadline.key] = deadline
    working_days, local = calendar(), LocalProof()
    expected: dict[int, list[PostingRow]] = {}
    named = {case.pk: f"案件 {case.pk}（{case.system} {case.number}）" for case in chunk}
    for case in chunk:
        stored = _Stored(events.get(case.pk, []), entries.get(case.pk, []), deadlines.get(case.pk, {}))
        steps = walked(case, stored.events, stored.clocks, local)
        if isinstance(steps, str):
            yield f"{named[case.pk]}：{steps}"
            continue
        expected[case.pk] = postings_of(case.pk, steps)
        yield from (f"{named[case.pk]}：{finding}" for finding in _verify(case, steps, stored, working_days, local))
    for difference in owed(Source.CASE, expected, row_by_row=never_taken_back(CASES, list(expected), completed)):
        yield f"{named[difference.row.source_id]}：{difference}"


class _Stored(NamedTuple):
    """What is stored of one case beside its row."""

    events: list[Event]
    clocks: list[Line]
    deadlines: Mapping[str, Deadline]


def _verify(
    case: Case, steps: list[Transition], stored: _Stored, working_days: Calendar, local: LocalProof
) -> Iterator[str]:
    compiled = system(case.system).procedure_of(case.version)
    state = steps[-1].case
    if not is_as_walked(case, compiled, steps):
        yield f"现状与办理记录不符：记录得出「{state.state}」，存的是「{case.state}」"
    if (case.voided_on is not None) != (state.outcome == VOIDED):
        yield "作废日期与办理记录不符"
    if case.choices != choices_of(compiled, state.fields):
        yield "供筛选的内容与填写内容不符"
    if {**dump_course(state), "links": None} != without_recounts({**case.course, "links": None}):
        yield "经过（期限、交办）与办理记录不符"
    if Counter(line for step in steps for line in lines(step)) != Counter(stored.clocks):
        yield f"时限记录与办理记录不符{MENDED_BY}"
    yield from local.problems(compiled, stored.events, steps)
    yield from _verify_deadlines(compiled, case, state, stored.deadlines, working_days)


def _verify_deadlines(
    compiled: CompiledProcedure, case: Case, state: CaseState, deadlines: Mapping[str, Deadline], working_days: Calendar
) -> Iterator[str]:
    """The index of limits. A provisional day may have moved since with a notice of holidays and is not compared."""
    if deadlines.keys() != {key for key, events in state.clocks.items() if events}:
        yield "时限与办理记录不符"
        return
    earliest: date | None = None
    for key, deadline in deadlines.items():
        stands = standing(compiled.limits[key], state.clocks[key], working_days)
        due = deadline.due_on if deadline.provisional else stands.due
        if stands.binds and key in compiled.owed and due is not None and (earliest is None or due < earliest):
            earliest = due
        unit = stands.limit.unit if stands.limit.unit is not compiled.limits[key].unit else ""
        told = (stands.state.value, due, stands.ended_on, unit)
        if (deadline.state, deadline.due_on, deadline.ended_on, deadline.unit) != told:
            yield f"时限「{compiled.deadlines[key].declaration.zh}」应为 {due or '—'}，存的是 {deadline.due_on or '—'}"
    # A day kept for a person to decide stands on its row alone until the next step counts anew.
    if case.next_due != earliest and not any(deadline.provisional for deadline in deadlines.values()):
        yield f"最近到期应为 {earliest or '—'}，存的是 {case.next_due or '—'}"
