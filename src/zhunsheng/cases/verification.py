"""Proving cases (核案): every case is walked again from its events, and must come to what is stored: its state, its
clocks, its due dates and its postings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from zhunsheng.cases.models import Case, ClockEntry, Event
from zhunsheng.catalogue.loading import UnknownSystem, system
from zhunsheng.kernel.case_state import CaseState, dump_course
from zhunsheng.kernel.limits import Amount, Unit
from zhunsheng.kernel.office import is_verb, perform_verb
from zhunsheng.kernel.procedure import THE_LAW
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


def _verify_chunk(chunk: list[Case]) -> Iterator[str]:
    within = {"case_id__gte": chunk[0].pk, "case_id__lte": chunk[-1].pk}
    events = {
        k: list(v)
        for k, v in groupby(Event.objects.filter(**within).order_by("case_id", "sequence"), lambda e: e.case_id)
    }
    clocks: dict[int, Counter[tuple[Any, ...]]] = {}
    for entry in ClockEntry.objects.filter(**within).values_list(
        "case_id", "sequence", "deadline", "kind", "on", "cause", "amount", "unit"
    ):
        clocks.setdefault(entry[0], Counter())[entry[1:]] += 1
    posted: dict[int, Counter[tuple[Any, ...]]] = {}
    rows = Posting.objects.filter(source=Source.CASE, source_id__gte=chunk[0].pk, source_id__lte=chunk[-1].pk)
    for case_id, *posting in rows.values_list("source_id", "account__key", "on", "value", "breakdown", "sequence"):
        posted.setdefault(case_id, Counter())[tuple(posting)] += 1
    for case in chunk:
        yield from (
            f"案件 {case.pk}（{case.system} {case.number}）：{finding}"
            for finding in _verify(
                case, events.get(case.pk, []), clocks.get(case.pk, Counter()), posted.get(case.pk, Counter())
            )
        )


def retrace(compiled: CompiledProcedure, events: list[Event], organ_id: int) -> list[Transition] | Refusal:
    """The transitions a case's events come to, from the first on."""
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
            amount=amount, request=event.request,
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


def _verify(
    case: Case, events: list[Event], clocks: Counter[tuple[Any, ...]], posted: Counter[tuple[Any, ...]]
) -> Iterator[str]:
    try:
        compiled = system(case.system).procedure_of(case.version)
    except UnknownSystem as error:
        yield str(error)
        return
    if [event.sequence for event in events] != list(range(1, case.sequence + 1)):
        yield f"办理记录应有 {case.sequence} 条且序号连续，实有 {len(events)} 条"
        return
    steps = retrace(compiled, events, case.organ_id)
    if isinstance(steps, Refusal):
        yield f"按办理记录重走时不成立：{steps.sentence('zh')}"
        return
    state = steps[-1].case
    stored = (case.state, case.outcome or None, case.last_on, case.fields, str(case.organ_id))
    if stored != (state.state, state.outcome, state.last_on, dict(state.fields), state.organ):
        yield f"现状与办理记录不符：记录得出「{state.state}」，存的是「{case.state}」"
    expected_course, course = dump_course(state), dict(case.course)
    if {**expected_course, "links": None} != {**course, "links": None}:
        yield "经过（期限、交办）与办理记录不符"
    expected_clocks: Counter[tuple[Any, ...]] = Counter()
    expected: Counter[tuple[Any, ...]] = Counter()
    once: Counter[tuple[Any, ...]] = Counter()
    for step in steps:
        sequence = step.case.sequence
        for key, event in step.clock_events:
            amount = event.amount
            expected_clocks[
                (
                    sequence,
                    key,
                    event.kind.value,
                    event.on.isoformat(),
                    event.cause,
                    amount.value if amount else None,
                    amount.unit.value if amount else "",
                )
            ] += 1
        for posting in step.postings:
            line = (posting.account, posting.on, Decimal(posting.value), breakdown_text(posting.breakdown), sequence)
            (once if posting.distinct is not None else expected)[line] += 1
    if expected_clocks != clocks:
        yield "时限记录与办理记录不符"
    missing, surplus = expected - posted, posted - expected - once
    yield from (f"少入账：{line[0]} {line[1]} {line[2]}" for line in missing)
    yield from (f"多入账：{line[0]} {line[1]} {line[2]}" for line in surplus)
