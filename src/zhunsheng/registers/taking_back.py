"""What cases wrote into lists and take back (撤回): the lists are again as they were known before the cases wrote.

Called when cases are made void; not for a single change, which is corrected (``actions.correct``). Nothing is deleted:
what the cases had written stays readable as what was known until now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Min
from django.utils import timezone

from zhunsheng.bulk import stretches
from zhunsheng.catalogue.loading import system
from zhunsheng.orgs.models import Officer
from zhunsheng.registers.models import Entry, Revision
from zhunsheng.registers.reading import is_moved
from zhunsheng.registers.recording import IDS_IN_ONE_QUERY, Book, write
from zhunsheng.registers.timeline import Step, again, lasting


def changed_since(case_ids: Collection[int]) -> dict[int, str]:
    """Case → the entry it wrote that somebody else has changed since, so that the case cannot take it back."""
    found: dict[int, str] = {}
    for some in stretches(sorted(case_ids), IDS_IN_ONE_QUERY):
        for case_id, entry_id, known in _written(some):
            later = Revision.objects.filter(entry=entry_id, known_from__gt=known).exclude(case_id__in=case_ids)
            if later.exists():
                found[case_id] = Entry.objects.get(pk=entry_id).key
    return found


def _written(case_ids: Iterable[int]) -> Iterable[tuple[int, int, datetime]]:
    """(case, entry, when first) of what cases wrote."""
    rows = Revision.objects.filter(case_id__in=list(case_ids)).order_by().values_list("case_id", "entry")
    return rows.annotate(first=Min("known_from"))


def take_back(case_ids: Collection[int], officer: Officer | None, reason: str) -> int:
    """Put the entries that cases wrote back to what was known before, inside the caller's transaction; gives how many.
    Whoever calls has asked ``changed_since``."""
    before: dict[int, datetime] = {}
    for some in stretches(sorted(case_ids), IDS_IN_ONE_QUERY):
        for _case, entry_id, known in _written(some):
            before[entry_id] = min(known, before.get(entry_id, known))
    by_register: dict[str, list[Entry]] = {}
    for some in stretches(sorted(before), IDS_IN_ONE_QUERY):
        for entry in Entry.objects.filter(pk__in=some).select_related("organ"):
            by_register.setdefault(entry.register, []).append(entry)
    for register, entries in by_register.items():
        _take_back_in(register, entries, before, officer, reason)
    return len(before)


def _take_back_in(
    register: str, entries: list[Entry], before: dict[int, datetime], officer: Officer | None, reason: str
) -> None:
    book = Book(register, [e.key for e in entries], [e.organ for e in entries], everywhere=False, lock=True)
    now = timezone.now()
    closes: list[Revision] = []
    for entry in entries:
        standing = book.standing(entry)
        known = list(Revision.objects.filter(entry=entry, known_from__lt=before[entry.pk]).order_by("pk"))
        then = [row for row in known if row.known_to is None or row.known_to >= before[entry.pk]]
        step = _step_back(standing.timeline, then)
        closes += standing.record(step, now, officer_id=officer.pk if officer else None, reason=reason)
    write(system(register), book.touched(), closes)


def _step_back(now: list[Revision], then: list[Revision]) -> Step:
    """From what is known now to what was known then. What had come in meanwhile stands as never having been in force."""
    standing = {row.pk for row in then if row.known_to is None}
    closes = [row for row in now if row.pk not in standing]
    back = [again(row, correction=True) for row in then if row.known_to is not None]
    never = [
        again(row, valid_to=row.valid_from, correction=True)
        for row in closes
        if not any(is_moved(row, new) for new in back)
    ]
    kept = [row for row in now if row.pk in standing]
    return Step(closes, [*never, *back], lasting([*kept, *back]))
