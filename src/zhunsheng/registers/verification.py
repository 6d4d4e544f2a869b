"""Proving lists (核清单): the revisions known now of every entry must not overlap, and must come to what was posted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from zhunsheng.catalogue.loading import UnknownSystem, system
from zhunsheng.ledger.models import Posting, Source
from zhunsheng.ledger.postings import breakdown_text
from zhunsheng.registers.models import Entry, Revision
from zhunsheng.registers.timeline import lasting, postings_between

CHUNK = 5_000
_Line = tuple[str, date, str]


def verify_registers(progress: Callable[[int, int], None]) -> Iterator[str]:
    """Every difference between entries and their postings, in words; nothing when all agree."""
    entries = Entry.objects.order_by("pk")
    total, done, last = entries.count(), 0, 0
    while chunk := list(entries.filter(pk__gt=last)[:CHUNK]):
        yield from _verify_chunk(chunk)
        last, done = chunk[-1].pk, done + len(chunk)
        progress(done, total)


def _verify_chunk(chunk: list[Entry]) -> Iterator[str]:
    first, last = chunk[0].pk, chunk[-1].pk
    known: dict[int, list[Revision]] = {}
    for row in Revision.objects.filter(entry__gte=first, entry__lte=last, known_to=None):
        known.setdefault(row.entry_id, []).append(row)
    posted: dict[int, Counter[_Line]] = {}
    rows = Posting.objects.filter(source=Source.REGISTER, source_id__gte=first, source_id__lte=last)
    for entry_id, account, on, breakdown, value in rows.values_list(
        "source_id", "account__key", "on", "breakdown", "value"
    ):
        posted.setdefault(entry_id, Counter())[account, on, breakdown] += value
    for entry in chunk:
        place = f"清单条目 {entry.pk}（{entry.register}）"
        yield from (
            f"{place}：{finding}"
            for finding in _verify(entry, known.get(entry.pk, []), posted.get(entry.pk, Counter()))
        )


def _verify(entry: Entry, known: list[Revision], posted: Counter[_Line]) -> Iterator[str]:
    timeline = lasting(known)
    for row, following in pairwise(timeline):
        if row.valid_to is None or row.valid_to > following.valid_from:
            yield f"{row.valid_from} 起与 {following.valid_from} 起的版次重叠"
    try:
        owner = system(entry.register)
    except UnknownSystem as error:
        yield str(error)
        return
    expected: Counter[_Line] = Counter()
    for posting in postings_between(owner, [], timeline):
        if posting.distinct is None:
            expected[posting.account, posting.on, breakdown_text(posting.breakdown)] += Decimal(posting.value)
    # Values counted once a year may have been counted with another entry; the ledger keeps account of those.
    once = {f"{owner.slug}.{key}" for key, account in owner.figures.accounts.items() if account.distinct is not None}
    for line in sorted({*expected, *posted}):
        if line[0] not in once and expected[line] != posted[line]:
            yield f"{line[0]} {line[1]} 分项「{line[2]}」应入账 {expected[line]}，实入账 {posted[line]}"
