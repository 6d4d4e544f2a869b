"""Proving lists (核清单): the revisions known now of every entry must not overlap, and must come to what was posted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import pairwise

from django.db.models import Count, QuerySet

from zhunsheng.bulk import rows_in_turn
from zhunsheng.catalogue.loading import UnknownSystem, system
from zhunsheng.ledger.models import Source
from zhunsheng.ledger.owing import Poster, verify_postings
from zhunsheng.ledger.postings import PostingRow
from zhunsheng.registers.models import Entry, Revision
from zhunsheng.registers.recording import posting_row
from zhunsheng.registers.timeline import lasting, postings_between

CHUNK = 5_000


def verify_registers(progress: Callable[[int, int], None]) -> Iterator[str]:
    """Every difference within the entries, and between them and their postings, in words; nothing when all agree."""
    for chunk in rows_in_turn(Entry.objects.all(), CHUNK):
        known = _timelines(Revision.objects.filter(entry__gte=chunk[0].pk, entry__lte=chunk[-1].pk))
        for entry in chunk:
            place = f"清单条目 {entry.pk}（{entry.register}）"
            for row, following in pairwise(known.get(entry.pk, ())):
                if row.valid_to is None or row.valid_to > following.valid_from:
                    yield f"{place}：{row.valid_from} 起与 {following.valid_from} 起的版次重叠"
    yield from verify_postings(ENTRIES, progress)


def _timelines(rows: QuerySet[Revision]) -> dict[int, list[Revision]]:
    """Entry → its revisions that are known now, in the order of their days."""
    known: dict[int, list[Revision]] = {}
    for row in rows.filter(known_to=None):
        known.setdefault(row.entry_id, []).append(row)
    return {entry_id: lasting(members) for entry_id, members in known.items()}


def _entries(slugs: Collection[str] | None) -> QuerySet[Entry]:
    return Entry.objects.all() if slugs is None else Entry.objects.filter(register__in=slugs)


def _come_to(keys: Sequence[int], lock: bool) -> dict[int, list[PostingRow]]:
    """What entries come to by what is known of them now; those of a list that is declared no more are left out."""
    rows = Entry.objects.filter(pk__in=keys).order_by("pk")
    entries = list(rows.select_for_update() if lock else rows)
    known = _timelines(Revision.objects.filter(entry__in=keys))
    found = {}
    for entry in entries:
        try:
            postings = postings_between(system(entry.register), [], known.get(entry.pk, []))
        except UnknownSystem:
            continue
        found[entry.pk] = [posting_row(entry.organ_id, entry.pk, posting) for posting in postings]
    return found


def _corrected(keys: Sequence[int]) -> set[int]:
    """Those that were ever changed: a change on the day of another takes back what that one posted."""
    rows = Revision.objects.filter(entry__in=keys).order_by().values("entry").annotate(revisions=Count("pk"))
    return set(rows.filter(revisions__gt=1).values_list("entry", flat=True))


ENTRIES = Poster(Source.REGISTER, _entries, _come_to, keeps_counted=True, corrected=_corrected)
