"""Walking cases again (重走): from the events that were recorded to the transitions they come to, and to what these post by the
declarations of today.

Proving, completing the ledger and making void ask here; nothing is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from zhunsheng.cases.clocks import Line, lines_of
from zhunsheng.cases.local_proof import LocalProof
from zhunsheng.cases.models import Case, Event
from zhunsheng.cases.recording import day_closed, posting_rows
from zhunsheng.catalogue.loading import UnknownSystem, system
from zhunsheng.kernel.action import THE_LAW
from zhunsheng.kernel.case_state import CaseState
from zhunsheng.kernel.clock import ClockEventKind
from zhunsheng.kernel.limits import NO_LOCAL, Amount, LocalValues, Unit
from zhunsheng.kernel.office import Verb, is_verb, perform_verb
from zhunsheng.kernel.transition import Command, CompiledProcedure, Refusal, Transition, act
from zhunsheng.law.working_days import calendar
from zhunsheng.ledger.models import Source
from zhunsheng.ledger.owing import Poster
from zhunsheng.ledger.postings import PostingRow

NOTHING_SET: Mapping[int, LocalValues] = {}


def retrace(
    compiled: CompiledProcedure, events: list[Event], organ_id: int, local: Mapping[int, LocalValues] = NOTHING_SET
) -> list[Transition] | Refusal:
    """The transitions a case's events come to, from the first on; ``local``: what the place had set, by event. A party who opens
    a case online acts for no organ: it was opened for the one that handed it on first, else for the one that has it."""
    state: CaseState | None = None
    steps: list[Transition] = []
    opened_for = next((event.organ_id for event in events if event.action == Verb.TRANSFER), None) or organ_id
    for event in events:
        amount = None
        if event.extension:
            number, unit = event.extension.split(" ")
            amount = Amount(int(number), Unit(unit))
        command = Command(
            event.action, event.on, max(event.on, date.max if event.by_law else event.on), str(event.officer_id or ""),
            str(event.organ_id or opened_for),
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


def walked(case: Case, events: list[Event], clocks: Iterable[Line], local: LocalProof) -> list[Transition] | str:
    """The transitions of a case under its procedure, from all its events and the entries of its clocks; or why it cannot be
    walked, in words."""
    try:
        compiled = system(case.system).procedure_of(case.version)
    except UnknownSystem as error:
        return str(error)
    if [event.sequence for event in events] != list(range(1, case.sequence + 1)):
        return f"办理记录应有 {case.sequence} 条且序号连续，实有 {len(events)} 条"
    steps = retrace(compiled, events, case.organ_id, local.kept(compiled, clocks))
    return f"按办理记录重走时不成立：{steps.sentence('zh')}" if isinstance(steps, Refusal) else steps


def is_as_walked(case: Case, compiled: CompiledProcedure, steps: Sequence[Transition]) -> bool:
    """Whether the row of a case says what its events come to, limits apart."""
    state, closed_on = steps[-1].case, day_closed(compiled.final, steps, None)
    row = (
        case.state,
        case.outcome or None,
        case.opened_on,
        case.last_on,
        case.closed_on,
        case.fields,
        str(case.organ_id),
    )
    return row == (
        state.state, state.outcome, state.opened_on, state.last_on, closed_on, dict(state.fields), state.organ
    )  # fmt: skip


def without_recounts(course: Mapping[str, Any]) -> dict[str, Any]:
    """The course of a case as walking it gives it: without the notes that a limit was recorded anew."""
    kept = {
        key: [event for event in events if event[0] != ClockEventKind.RECOUNTED]
        for key, events in course.get("clocks", {}).items()
    }
    return {**course, "clocks": kept}


def postings_of(case_id: int, steps: Sequence[Transition]) -> list[PostingRow]:
    """Everything a case posts, in order, each for the organ that had it then and under the number of its event."""
    rows: list[PostingRow] = []
    organ = int(steps[0].case.organ)
    for step in steps:
        if step.action == Verb.VOID:  # 作废 reverses, posting by posting, what was posted before, and counts nobody
            rows = [row if row.distinct is None else row._replace(distinct="") for row in rows]
            rows += [row._replace(value=-row.value, sequence=step.case.sequence) for row in rows]
        rows += posting_rows(step, organ, case_id)
        organ = int(step.case.organ)
    return rows


def events_of(**within: Any) -> dict[int, list[Event]]:
    """Case → its events in order, of the cases within; one query."""
    rows = Event.objects.filter(**within).order_by("case_id", "sequence")
    return {case_id: list(members) for case_id, members in groupby(rows, lambda event: event.case_id)}


# --- for the ledger --------------------------------------------------------------------------------------------------


def _cases(slugs: Collection[str] | None) -> QuerySet[Case]:
    return Case.objects.all() if slugs is None else Case.objects.filter(system__in=slugs)


def _come_to(keys: Sequence[int], lock: bool) -> dict[int, list[PostingRow]]:
    rows = Case.objects.filter(pk__in=keys).order_by("pk").only("system", "version", "sequence", "organ_id")
    cases = list(rows.select_for_update() if lock else rows)
    events, local = events_of(case__in=keys), LocalProof()
    entries = lines_of(case__in=keys, setting__isnull=False)
    found = {}
    for case in cases:
        steps = walked(case, events.get(case.pk, []), entries.get(case.pk, ()), local)
        if isinstance(steps, list):
            found[case.pk] = postings_of(case.pk, steps)
    return found


def _corrected(keys: Sequence[int]) -> tuple[int, ...]:
    """None: what a case has posted is reversed by an event of its own, under the number of that."""
    return ()


CASES = Poster(Source.CASE, _cases, _come_to, corrected=_corrected)
