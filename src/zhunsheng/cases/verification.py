"""Proving cases (核案): every case is walked again from its events, and must come to what is stored: its state, its
clocks, its due dates and its postings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import QuerySet

from zhunsheng.cases.local_proof import LocalProof
from zhunsheng.cases.models import Case, ClockEntry, Deadline, Event
from zhunsheng.cases.recording import day_closed
from zhunsheng.cases.tallying import choices_of, verify_tally
from zhunsheng.catalogue.loading import UnknownSystem, system
from zhunsheng.kernel.action import THE_LAW
from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.case_state import CaseState, dump_course
from zhunsheng.kernel.checking import VOIDED
from zhunsheng.kernel.clock import standing
from zhunsheng.kernel.limits import NO_LOCAL, Amount, LocalValues, Unit
from zhunsheng.kernel.office import Verb, is_verb, perform_verb
from zhunsheng.kernel.transition import Command, CompiledProcedure, Refusal, Transition, act
from zhunsheng.law.working_days import calendar
from zhunsheng.ledger.models import Posting, Source
from zhunsheng.ledger.postings import breakdown_text

CHUNK = 5_000


def verify_cases(progress: Callable[[int, int], None], only: QuerySet[Case] | None = None) -> Iterator[str]:
    """Every difference between a case's events and what is stored of it, in words."""
    rows = (only if only is not None else Case.objects.all()).order_by("pk")
    total, done, last = rows.count(), 0, 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield from _verify_chunk(chunk)
        last, done = chunk[-1].pk, done + len(chunk)
        progress(done, total)
    if only is None:
        yield from verify_tally()


def _verify_chunk(chunk: list[Case]) -> Iterator[str]:
    within = {"case_id__gte": chunk[0].pk, "case_id__lte": chunk[-1].pk}
    events = {
        k: list(v)
        for k, v in groupby(Event.objects.filter(**within).order_by("case_id", "sequence"), lambda e: e.case_id)
    }
    clocks: dict[int, Counter[tuple[Any, ...]]] = {}
    for entry in ClockEntry.objects.filter(**within).values_list(
        "case_id", "sequence", "deadline", "kind", "on", "cause", "amount", "unit", "setting_id"
    ):
        clocks.setdefault(entry[0], Counter())[entry[1:]] += 1
    deadlines: dict[int, dict[str, Deadline]] = {}
    for deadline in Deadline.objects.filter(**within):
        deadlines.setdefault(deadline.case_id, {})[deadline.key] = deadline
    posted: dict[int, Counter[tuple[Any, ...]]] = {}
    rows = Posting.objects.filter(source=Source.CASE, source_id__gte=chunk[0].pk, source_id__lte=chunk[-1].pk)
    for case_id, *posting in rows.values_list(
        "source_id", "account__key", "organ_id", "on", "value", "breakdown", "sequence"
    ):
        posted.setdefault(case_id, Counter())[tuple(posting)] += 1
    working_days, local = calendar(), LocalProof()
    for case in chunk:
        stored = _Stored(
            events.get(case.pk, []), clocks.get(case.pk, Counter()), deadlines.get(case.pk, {}),
            posted.get(case.pk, Counter()),
        )  # fmt: skip
        for finding in _verify(case, stored, working_days, local):
            yield f"案件 {case.pk}（{case.system} {case.number}）：{finding}"


NOTHING_SET: Mapping[int, LocalValues] = {}


class _Stored(NamedTuple):
    """What is stored of one case beside its row."""

    events: list[Event]
    clocks: Counter[tuple[Any, ...]]
    deadlines: Mapping[str, Deadline]
    posted: Counter[tuple[Any, ...]]


def retrace(
    compiled: CompiledProcedure, events: list[Event], organ_id: int, local: Mapping[int, LocalValues] = NOTHING_SET
) -> list[Transition] | Refusal:
    """The transitions a case's events come to, from the first on; ``local``: what the place had set, by event."""
    state: CaseState | None = None
    steps: list[Transition] = []
    for event in events:
        amount = None
        if event.extension:
            number, unit = event.extension.split(" ")
            amount = Amount(int(number), Unit(unit))
        command = Command(
            event.action, event.on, max(event.on, date.max if event.by_law else event.on), str(event.officer_id or ""),
            str(event.organ_id or organ_id),
            frozenset({THE_LAW}) if event.by_law else frozenset(), event.values, event.outcome or None, event.note,
            amount=amount, request=event.request, principal=str(event.on_behalf_of_id or ""),
            local=local.get(event.sequence, NO_LOCAL),
        )  # fmt: skip
        if is_verb(event.action) and state is not None:
            step = perform_verb(compiled, state, command)
        else:
            step = act(compiled, state, command, calendar(), retrace=True)
        if isinstance(step, Refusal):
            return step
        steps.append(step)
        state = step.case
    return steps


def _verify(case: Case, stored: _Stored, working_days: Calendar, local: LocalProof) -> Iterator[str]:
    try:
        compiled = system(case.system).procedure_of(case.version)
    except UnknownSystem as error:
        yield str(error)
        return
    events = stored.events
    if [event.sequence for event in events] != list(range(1, case.sequence + 1)):
        yield f"办理记录应有 {case.sequence} 条且序号连续，实有 {len(events)} 条"
        return
    steps = retrace(compiled, events, case.organ_id, local.kept(compiled, stored.clocks))
    if isinstance(steps, Refusal):
        yield f"按办理记录重走时不成立：{steps.sentence('zh')}"
        return
    state = steps[-1].case
    row = (
        case.state,
        case.outcome or None,
        case.opened_on,
        case.last_on,
        case.closed_on,
        case.fields,
        str(case.organ_id),
    )
    closed_on = day_closed(compiled.final, steps, None)
    if row != (
        state.state, state.outcome, state.opened_on, state.last_on, closed_on, dict(state.fields), state.organ
    ):  # fmt: skip
        yield f"现状与办理记录不符：记录得出「{state.state}」，存的是「{case.state}」"
    if (case.voided_on is not None) != (state.outcome == VOIDED):
        yield "作废日期与办理记录不符"
    if case.choices != choices_of(compiled, state.fields):
        yield "供筛选的内容与填写内容不符"
    if {**dump_course(state), "links": None} != {**case.course, "links": None}:
        yield "经过（期限、交办）与办理记录不符"
    yield from _verify_clocks(steps, stored.clocks)
    yield from local.problems(compiled, events, steps)
    yield from _verify_deadlines(compiled, case, state, stored.deadlines, working_days)
    yield from _verify_postings(steps, stored.posted)


def _verify_clocks(steps: list[Transition], clocks: Counter[tuple[Any, ...]]) -> Iterator[str]:
    expected: Counter[tuple[Any, ...]] = Counter()
    for step in steps:
        for key, event in step.clock_events:
            amount = (event.amount.value, event.amount.unit.value) if event.amount else (None, "")
            setting = event.local.entry if event.local else None
            line = (step.case.sequence, key, event.kind.value, event.on.isoformat(), event.cause, *amount, setting)
            expected[line] += 1
    if expected != clocks:
        yield "时限记录与办理记录不符"


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
        if stands.binds and due is not None and (earliest is None or due < earliest):
            earliest = due
        unit = stands.limit.unit if stands.limit.unit is not compiled.limits[key].unit else ""
        told = (stands.state.value, due, stands.ended_on, unit)
        if (deadline.state, deadline.due_on, deadline.ended_on, deadline.unit) != told:
            yield f"时限「{compiled.deadlines[key].declaration.zh}」应为 {due or '—'}，存的是 {deadline.due_on or '—'}"
    # A day kept for a person to decide stands on its row alone until the next step counts anew.
    if case.next_due != earliest and not any(deadline.provisional for deadline in deadlines.values()):
        yield f"最近到期应为 {earliest or '—'}，存的是 {case.next_due or '—'}"


def _reversed(lines: Counter[tuple[Any, ...]], sequence: int) -> Counter[tuple[Any, ...]]:
    found: Counter[tuple[Any, ...]] = Counter()
    for (account, organ, on, value, breakdown, _sequence), count in lines.items():
        found[account, organ, on, -value, breakdown, sequence] += count
    return found


def _verify_postings(steps: list[Transition], posted: Counter[tuple[Any, ...]]) -> Iterator[str]:
    expected: Counter[tuple[Any, ...]] = Counter()
    once: Counter[tuple[Any, ...]] = Counter()
    organ = int(steps[0].case.organ)
    for step in steps:
        if step.action == Verb.VOID:  # 作废 reverses, posting by posting, what was posted before
            for lines in (expected, once):
                lines.update(_reversed(lines, step.case.sequence))
        for posting in step.postings:
            line = (posting.account, organ, posting.on, Decimal(posting.value), breakdown_text(posting.breakdown),
                    step.case.sequence)  # fmt: skip
            (once if posting.distinct is not None else expected)[line] += 1
        organ = int(step.case.organ)
    missing, surplus = expected - posted, posted - expected - once
    yield from (f"少入账：{line[0]} {line[2]} {line[3]}" for line in missing)
    yield from (f"多入账：{line[0]} {line[2]} {line[3]}" for line in surplus)
