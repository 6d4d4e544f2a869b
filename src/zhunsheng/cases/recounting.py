"""Recording limits anew (期限补正), after the declaration of a procedure in force was put right: what was done stays as it is, what
it comes to in the clocks is held against the declarations of today, as ``ledger.completing`` holds postings.

Nothing that was written is changed. Where a clock comes to something else its entries are followed by one that says so
(``recounted``) and by those that hold now; the receipt says it, and the audit trail tells the old and the new day. A case
whose events no longer come to the state it stands in is left to people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from zhunsheng.bulk import insert_rows, keys_in_turn, moment, to_json, update_row
from zhunsheng.cases.clocks import Line, add_deadlines, line, lines, lines_of, write_deadlines, write_lines
from zhunsheng.cases.local_proof import LocalProof
from zhunsheng.cases.models import Case, Deadline
from zhunsheng.cases.retracing import events_of, is_as_walked, walked
from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.case_state import CaseState, dump_course, load_course
from zhunsheng.kernel.clock import ClockEvent, ClockEventKind
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import calendar, today
from zhunsheng.security.models import AuditEntry

CHUNK = 500
_AUDIT = ("at", "officer_id", "action", "subject", "detail")


class Recount(NamedTuple):
    """A case of which clocks come to something else: the state its events come to, and by limit what holds now."""

    case: Case
    state: CaseState
    now: dict[str, list[Line]]

    @property
    def limits(self) -> list[Words]:
        deadlines = system(self.case.system).procedure_of(self.case.version).deadlines
        return [deadlines[key].declaration.words if key in deadlines else Words(key, key) for key in self.now]


def recounts(progress: Callable[[int, int], None], *, writes: bool) -> Iterator[Recount]:
    """Every case whose clocks differ; ``writes``: once they have been put right, some cases in each transaction, so that
    officers go on meanwhile and after a break it is simply done again."""
    total, done = Case.objects.count(), 0
    for keys in keys_in_turn(Case.objects.all(), CHUNK):
        wrong = list(_different(keys, lock=False))
        yield from _write([found.case.pk for found in wrong]) if writes and wrong else wrong
        done += len(keys)
        progress(done, total)


def _different(keys: Sequence[int], *, lock: bool) -> Iterator[Recount]:
    rows = Case.objects.filter(pk__in=keys).order_by("pk")
    cases = list(rows.select_for_update() if lock else rows)
    events, entries, local = events_of(case__in=keys), lines_of(case__in=keys), LocalProof()
    for case in cases:
        written = entries.get(case.pk, [])
        steps = walked(case, events.get(case.pk, []), written, local)
        if isinstance(steps, str) or not is_as_walked(case, system(case.system).procedure_of(case.version), steps):
            continue
        before, now = _by_limit(written), _by_limit(entry for step in steps for entry in lines(step))
        apart = [key for key in {**now, **before} if Counter(now.get(key)) != Counter(before.get(key))]
        if apart:
            yield Recount(case, steps[-1].case, {key: now.get(key, []) for key in apart})


def _by_limit(entries: Iterable[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for entry in entries:
        found.setdefault(entry[1], []).append(entry)
    return found


@transaction.atomic
def _write(keys: Sequence[int]) -> list[Recount]:
    """Write what differs of these cases, looked at once more now that they are held."""
    found, noted, at = (
        list(_different(keys, lock=True)),
        ClockEvent(ClockEventKind.RECOUNTED, today()),
        moment(timezone.now()),
    )
    entries: list[tuple[Any, ...]] = []
    deadlines: list[tuple[Any, ...]] = []
    audit: list[tuple[Any, ...]] = []
    for case, walked_to, now in found:
        kept = {key: events for key, events in load_course(case.course)["clocks"].items() if key not in now}
        anew = {key: (*walked_to.clocks[key], noted) for key in now if key in walked_to.clocks}
        state = walked_to._replace(clocks={**kept, **anew})
        for key, holding in now.items():
            entries += [(case.pk, *entry) for entry in (line(case.sequence, key, noted), *holding)]
        rows = Deadline.objects.filter(case=case.pk, key__in=now)
        stood = {row.key: f"{row.state} {row.due_on or ''}" for row in rows}
        rows.exclude(key__in=anew).delete()
        before = len(deadlines)
        compiled = system(case.system).procedure_of(case.version)
        next_due = add_deadlines(compiled, state, case.pk, anew.keys(), calendar(), deadlines)
        stands = {key: f"{told} {due or ''}" for _case, key, told, due, *_ in deadlines[before:]}
        course = {**case.course, "clocks": dump_course(state)["clocks"]}
        update_row(Case, case.pk, {"course": to_json(course), "next_due": next_due and next_due.isoformat()})
        told = {key: [stood.get(key, "").strip(), stands.get(key, "").strip()] for key in now}
        audit.append((at, None, "case.recount", f"case:{case.pk}", to_json({"due": told})))
    write_lines(entries)
    write_deadlines(deadlines, are_new=False)
    insert_rows(AuditEntry, _AUDIT, audit)
    return found
