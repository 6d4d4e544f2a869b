"""Writing steps down (记录): what one or many transitions come to in rows, and their insertion in few round trips.

A click and an import of ten thousand rows are written by the same code. The caller holds the transaction and the
locks; the kernel has already decided. Nothing else writes these tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, partial
from typing import Any, NamedTuple

from django.utils import timezone

from zhunsheng.bulk import in_one_trip, insert_rows, moment, reserve_ids, to_json, update_row, written
from zhunsheng.cases import clocks
from zhunsheng.cases.finding import CASE, PAPER, former_number, former_numbers, text_of_case, text_of_paper
from zhunsheng.cases.issuers import NONE
from zhunsheng.cases.models import Case, CaseParty, Event
from zhunsheng.cases.requests import request_rows, write_requests
from zhunsheng.cases.tallying import choices_of, take_out
from zhunsheng.kernel.action import RegisterWrite
from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.case_state import CaseState, dump_course
from zhunsheng.kernel.transition import CompiledProcedure, Transition
from zhunsheng.ledger.postings import PostingRow, post
from zhunsheng.local.values import NOTHING, Decisions, decisions
from zhunsheng.orgs.models import Organ
from zhunsheng.papers.issuing import paper_values
from zhunsheng.papers.issuing import printable as printed
from zhunsheng.papers.models import Paper
from zhunsheng.papers.numbering import Series, format_number, reserve_numbers, series_for
from zhunsheng.papers.place_templates import chosen
from zhunsheng.search.keeping import Found, hand_over, keep, keep_instead
from zhunsheng.security.models import AuditEntry
from zhunsheng.security.sealing import Numbered, current_key, keep_numbers, sealed


class Step(NamedTuple):
    """A transition with what the kernel does not know: who, and what was said. ``issuers``: the organs that issue papers of
    it, by paper, where that is not the one that has the case."""

    transition: Transition
    officer_id: int | None
    organ_id: int | None
    note: str = ""
    extension: str = ""
    principal_id: int | None = None
    online: bool = False
    issuers: Mapping[str, Organ] = NONE


@dataclass(slots=True)
class CaseRecord:
    """One case and the steps to be written. ``row`` is its row as read; None for a new case."""

    compiled: CompiledProcedure
    organ: Organ
    steps: list[Step]
    row: Case | None = None
    case_id: int = 0
    number: str = ""
    title: str = ""
    handler_id: int | None = None
    moved_to: Organ | None = None
    next_due: date | None = None

    @property
    def state(self) -> CaseState:
        return self.steps[-1].transition.case


class RegisterChange(NamedTuple):
    """An entry of a list that a step of a case writes; ``state`` is what that step came to, ``said`` what it filled in."""

    write: RegisterWrite
    record: CaseRecord
    state: CaseState
    on: date
    officer_id: int | None
    said: Mapping[str, Any]


_CASE = (
    "id", "system", "version", "number", "title", "organ_id", "path", "state", "outcome", "opened_on", "last_on", "closed_on",
    "fields", "course", "sequence", "handler_id", "next_due", "choices", "is_tallied",
)  # fmt: skip
_EVENT = (
    "case_id", "sequence", "action", "on", "recorded_at", "officer_id", "on_behalf_of_id", "organ_id", "values", "outcome",
    "note", "extension", "request", "by_law", "online",
)  # fmt: skip
_PARTY = ("case_id", "role", "name", "kind")
_PAPER = (
    "case_id",
    "sequence",
    "system",
    "version",
    "kind",
    "number",
    "issued_on",
    "organ_id",
    "values",
    "template_id",
)
_AUDIT = ("at", "officer_id", "action", "subject", "detail")


@dataclass(slots=True)
class _Rows:
    seal: Callable[[Mapping[str, Any], frozenset[str]], Mapping[str, Any]] = field(
        default_factory=lambda: partial(sealed, key=cache(current_key))
    )
    cases: list[tuple[Any, ...]] = field(default_factory=list)
    events: list[tuple[Any, ...]] = field(default_factory=list)
    clocks: list[tuple[Any, ...]] = field(default_factory=list)
    deadlines: list[tuple[Any, ...]] = field(default_factory=list)
    parties: list[tuple[Any, ...]] = field(default_factory=list)
    papers: list[tuple[Any, ...]] = field(default_factory=list)
    postings: list[PostingRow] = field(default_factory=list)
    requests: list[tuple[Any, ...]] = field(default_factory=list)
    audit: list[tuple[Any, ...]] = field(default_factory=list)
    texts: list[Found] = field(default_factory=list)
    numbers: list[Numbered] = field(default_factory=list)


def write(
    records: Sequence[CaseRecord],
    calendar: Calendar,
    recorded_at: datetime | None = None,
    known: Decisions | None = None,
) -> list[RegisterChange]:
    """Write every step of the records; gives the changes of lists that follow, for the caller to apply. ``known``: what places
    have decided, where the caller has asked in this transaction."""
    at = recorded_at or timezone.now()
    new = [record for record in records if record.row is None]
    for record, case_id in zip(new, reserve_ids(Case, len(new)) if new else (), strict=True):
        record.case_id = case_id
    if known is None:
        asked = new or any(s.transition.papers for record in records for s in record.steps)
        known = decisions() if asked else NOTHING
    _number_cases(new, known)
    numbers = _paper_numbers(records, known)
    rows, changes = _Rows(), []
    stamp = moment(at)
    with in_one_trip():
        for record in records:
            changes += _gather(record, rows, numbers, known, calendar, stamp)
        insert_rows(Case, _CASE, rows.cases)
        insert_rows(Event, _EVENT, rows.events)
        clocks.write_lines(rows.clocks)
        clocks.write_deadlines(rows.deadlines, are_new=len(new) == len(records))
        insert_rows(CaseParty, _PARTY, rows.parties)
        insert_rows(Paper, _PAPER, rows.papers)
        write_requests(rows.requests)
        post(rows.postings)
        insert_rows(AuditEntry, _AUDIT, rows.audit)
        keep(rows.texts)
        keep_numbers(CASE, rows.numbers)
    return changes


def _number_cases(new: Sequence[CaseRecord], known: Decisions) -> None:
    """Give new cases their numbers, in order, each series once."""
    series: dict[tuple[int, Series, int], list[CaseRecord]] = {}
    for record in new:
        year = record.state.opened_on.year
        found = series_for(known, record.organ, record.compiled.slug, record.compiled.procedure.number, year)
        series.setdefault((record.organ.pk, found, year), []).append(record)
    # In one order everywhere, so that two writers who need the same two series never wait for each other.
    for (_, (pattern, first), year), members in sorted(series.items(), key=lambda item: item[0]):
        organ = members[0].organ
        for record, serial in zip(members, reserve_numbers(organ, pattern, year, len(members), first), strict=True):
            record.number = format_number(pattern, organ, year, serial)
            record.title = title_of(record.compiled, record.state.fields, record.number)


def _paper_numbers(records: Sequence[CaseRecord], known: Decisions) -> dict[tuple[int, int, str], str]:
    """(case, sequence, kind) -> number of each numbered paper to be issued."""
    series: dict[tuple[int, Series, int], list[tuple[Organ, tuple[int, int, str]]]] = {}
    for record in records:
        compiled = record.compiled
        for step in record.steps:
            year = step.transition.on.year
            for kind in step.transition.papers:
                organ = step.issuers.get(kind, record.organ)
                pattern = compiled.procedure.papers[kind].number
                if pattern:
                    found = series_for(known, organ, f"{compiled.slug}.{kind}", pattern, year)
                    where = (record.case_id, step.transition.case.sequence, kind)
                    series.setdefault((organ.pk, found, year), []).append((organ, where))
    numbers: dict[tuple[int, int, str], str] = {}
    for (_, (pattern, first), year), members in sorted(series.items(), key=lambda item: item[0]):
        organ = members[0][0]
        for (_, where), serial in zip(members, reserve_numbers(organ, pattern, year, len(members), first), strict=True):
            numbers[where] = format_number(pattern, organ, year, serial)
    return numbers


def title_of(compiled: CompiledProcedure, fields: Mapping[str, Any], number: str) -> str:
    """The title of a case from its declared pattern; of a party before a colon that is not named no colon stays."""
    pattern = compiled.procedure.title
    if pattern == "{number}":
        return number
    for name in compiled.title_fields:
        value = fields.get(name)
        text = "" if value is None else printed(compiled.all_fields[name], value)
        pattern = pattern.replace("{" + name + "}", text)
    return pattern.replace("{number}", number).strip().lstrip("：")[:300]


def printable(value: Any) -> str:
    """A field's value in a line of text: parties by name, several joined by 、."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return str(value.get("name", ""))
    if isinstance(value, list):
        return "、".join(printable(item) for item in value)
    return str(value)


def _gather(
    record: CaseRecord,
    rows: _Rows,
    numbers: Mapping[tuple[int, int, str], str],
    known: Decisions,
    calendar: Calendar,
    at: Any,
) -> list[RegisterChange]:
    compiled, state, case_id = record.compiled, record.state, record.case_id
    organ_id = record.organ.pk
    changes: list[RegisterChange] = []
    touched: set[str] = set()
    for step in record.steps:
        transition = step.transition
        sequence = transition.case.sequence
        request = transition.request.number if transition.request else None
        rows.events.append(
            (case_id, sequence, transition.action, transition.on.isoformat(), at, step.officer_id, step.principal_id,
             step.organ_id, to_json(rows.seal(transition.sets, compiled.sealed_fields)), transition.outcome or "", step.note, step.extension, request, transition.by_law,
             step.online)
        )  # fmt: skip
        for entry in clocks.lines(transition):
            touched.add(entry[1])
            rows.clocks.append((case_id, *entry))
        rows.postings += posting_rows(transition, organ_id, case_id)
        if transition.papers:
            _gather_papers(record, step, rows, numbers, known, calendar)
        changes += [
            RegisterChange(write, record, transition.case, transition.on, step.officer_id, transition.sets)
            for write in transition.registers
        ]
    record.next_due = clocks.add_deadlines(compiled, state, case_id, touched, calendar, rows.deadlines)
    if state.requests:
        before = record.row.course if record.row is not None else {}
        rows.requests.extend(request_rows(case_id, compiled, (step.transition for step in record.steps), before))
    _gather_case(record, rows)
    _gather_audit(record, rows, at)
    return changes


def _gather_audit(record: CaseRecord, rows: _Rows, at: Any) -> None:
    """An entry for each step somebody took, what the law did before it in the first; of a case that is told from a record only
    for the last."""
    taken = [step for step in record.steps[:-1] if record.row is not None and not step.transition.by_law]
    before = record.state.sequence - len(record.steps)
    for step in (*taken, record.steps[-1]):
        sequence = step.transition.case.sequence
        detail = {"system": record.compiled.slug, "from": before, "to": sequence}
        if step.principal_id is not None:
            detail["for"] = step.principal_id
        rows.audit.append((at, step.officer_id, f"case.{step.transition.action}", f"case:{record.case_id}", to_json(detail)))  # fmt: skip
        before = sequence


def posting_rows(transition: Transition, organ_id: int, case_id: int) -> list[PostingRow]:
    """What a step posts for the organ that has the case, under the number of its event."""
    return [
        PostingRow(posting.account, organ_id, posting.on, posting.value, posting.breakdown, "case",
                   case_id, transition.case.sequence, posting.distinct)
        for posting in transition.postings
    ]  # fmt: skip


def _closed_on(record: CaseRecord) -> date | None:
    before = record.row.closed_on if record.row is not None else None
    return day_closed(record.compiled.final, (step.transition for step in record.steps), before)


def opened(record: CaseRecord) -> Case:
    """The row of a case that has just been written for the first time, without asking for it."""
    state = record.state
    row = Case(
        pk=record.case_id, system=state.system, version=state.version, number=record.number, title=record.title,
        opened_on=state.opened_on, fields=dict(state.fields), handler_id=record.handler_id,
        choices=choices_of(record.compiled, state.fields),
    )  # fmt: skip
    row._state.adding = False
    _bring_up(row, record)
    return row


def _bring_up(row: Case, record: CaseRecord) -> None:
    """Let a row say what every step changes of it."""
    state, organ = record.state, record.moved_to or record.organ
    row.state, row.outcome = state.state, state.outcome or ""
    row.last_on, row.closed_on = state.last_on, _closed_on(record)
    row.course, row.sequence, row.next_due = dump_course(state), state.sequence, record.next_due
    row.organ, row.path = organ, organ.path


def _gather_case(record: CaseRecord, rows: _Rows) -> None:
    state, organ = record.state, record.moved_to or record.organ
    if record.row is None:
        rows.cases.append(
            (record.case_id, state.system, state.version.isoformat(), record.number, record.title, organ.pk, organ.path, state.state,
             state.outcome or "", state.opened_on.isoformat(), state.last_on.isoformat(), written(_closed_on(record)),
             to_json(rows.seal(state.fields, record.compiled.sealed_fields)), to_json(dump_course(state)), state.sequence, record.handler_id, written(record.next_due),
             choices_of(record.compiled, state.fields), False)
        )  # fmt: skip
        rows.parties.extend(_parties(record.compiled, record.case_id, state.fields))
        if numbered := record.compiled.numbered_fields:
            rows.numbers.append(Numbered(record.case_id, numbered, {}, state.fields))
        former = former_number(record.steps[0].note)
        rows.texts.append(_text_of(record, record.case_id, organ.path, record.number, former, record.title))
        return
    row = record.row
    changed: dict[str, Any] = {}
    if row.is_tallied:
        take_out(row)
        changed["is_tallied"] = row.is_tallied = False
    _bring_up(row, record)
    changed |= {
        "state": row.state, "outcome": row.outcome, "last_on": row.last_on.isoformat(), "closed_on": written(row.closed_on),
        "course": to_json(row.course), "sequence": row.sequence, "next_due": written(row.next_due),
    }  # fmt: skip
    is_named_anew = record.moved_to is not None
    if row.fields != state.fields:
        title = title_of(record.compiled, state.fields, row.number)
        is_named_anew |= title != row.title
        if any(row.fields.get(name) != state.fields.get(name) for name in record.compiled.party_fields):
            is_named_anew = True
            CaseParty.objects.filter(case_id=row.pk).delete()
            rows.parties.extend(_parties(record.compiled, row.pk, state.fields))
        if numbered := record.compiled.numbered_fields:
            rows.numbers.append(Numbered(row.pk, numbered, row.fields, state.fields))
        row.fields, row.title = dict(state.fields), title
        row.choices = choices_of(record.compiled, row.fields)
        changed |= {
            "fields": to_json(rows.seal(row.fields, record.compiled.sealed_fields)),
            "title": row.title,
            "choices": row.choices,
        }
    if is_named_anew:
        former = former_numbers([row.pk]).get(row.pk, "")
        keep_instead((CASE,), (row.pk,), (_text_of(record, row.pk, organ.path, row.number, former, row.title),))
    if record.moved_to is not None:
        hand_over((PAPER,), row.pk, organ.path)
        changed |= {"organ_id": organ.pk, "path": organ.path}
    update_row(Case, row.pk, changed)


def _text_of(record: CaseRecord, case_id: int, path: str, number: str, former: str, title: str) -> Found:
    state = record.state
    return text_of_case(
        record.compiled, case_id, path, state.opened_on.isoformat(), number, former, title, state.fields
    )


def day_closed(final: frozenset[str], steps: Iterable[Transition], closed_on: date | None) -> date | None:
    """The day a case reached its final state, from the day it had before these steps; what is done in that state
    afterwards does not move it."""
    for step in steps:
        if step.case.state not in final:
            closed_on = None
        elif closed_on is None:
            closed_on = step.on
    return closed_on


def _parties(compiled: CompiledProcedure, case_id: int, fields: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for name in compiled.party_fields:
        value = fields.get(name)
        if value:
            rows += [
                (case_id, name, party["name"][:120], party["kind"])
                for party in (value if isinstance(value, list) else [value])
            ]
    return rows


def _gather_papers(
    record: CaseRecord,
    step: Step,
    rows: _Rows,
    numbers: Mapping[tuple[int, int, str], str],
    known: Decisions,
    calendar: Calendar,
) -> None:
    transition = step.transition
    state, compiled = transition.case, record.compiled
    row = record.row
    for kind in transition.papers:
        issuer = step.issuers.get(kind, record.organ)
        number = numbers.get((record.case_id, state.sequence, kind), "")
        own = chosen(known, compiled, kind, issuer.path, transition.on)
        values = paper_values(
            compiled, kind, state, calendar,
            number=number, case_number=record.number or (row.number if row else ""), organ_name=record.organ.name,
            signer=issuer.name, on=transition.on, outcome=transition.outcome or state.outcome, note=step.note, title=record.title or (row.title if row else ""),
            names=own.names if own else None,
        )  # fmt: skip
        rows.papers.append((record.case_id, state.sequence, compiled.slug, state.version, kind, number,
                            transition.on.isoformat(), issuer.pk, to_json(rows.seal(values, compiled.sealed_in_papers)), own.pk if own else None))  # fmt: skip
        if number:
            path, on = (record.moved_to or record.organ).path, transition.on.isoformat()
            rows.texts.append(text_of_paper(compiled, record.case_id, state.sequence, path, on, kind, number))
