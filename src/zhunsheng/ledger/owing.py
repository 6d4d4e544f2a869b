"""What is owed to the ledger (应入账): what records come to by the declarations of today, against what they have posted.

Each room that posts says what its records come to (``register_poster``); the ledger never imports it. Proving the ledger and
completing it ask the same question here. Nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.db.models import QuerySet

from zhunsheng.bulk import keys_in_turn
from zhunsheng.ledger.models import Posting, Source
from zhunsheng.ledger.postings import PostingRow, breakdown_text
from zhunsheng.ledger.readings import accounts

CHUNK = 1_000
"""Records looked at at once."""


class Poster(NamedTuple):
    """The records of one source: those of some systems (None: all), and what each of some of them comes to, by key; asked with
    a lock, it holds them until the transaction ends. A record that cannot be walked any more is left out.

    ``keeps_counted``: what a record has once counted once a year stays, though the record has been corrected since.
    """

    source: Source
    records: Callable[[Collection[str] | None], QuerySet[Any]]
    come_to: Callable[[Sequence[int], bool], Mapping[int, list[PostingRow]]]
    keeps_counted: bool = False


posters: list[Poster] = []


def register_poster(poster: Poster) -> None:
    """Let a room say what its records come to."""
    posters.append(poster)


class Difference(NamedTuple):
    """What one record would have to post to an account on a day, and what it comes to there and what it has posted."""

    row: PostingRow
    wanted: Decimal
    there: Decimal

    @property
    def is_missing(self) -> bool:
        return abs(self.wanted) > abs(self.there)

    def __str__(self) -> str:
        what = f"{self.row.account} {self.row.on} 分项「{breakdown_text(self.row.breakdown)}」"
        wanted, there = (f"{value.normalize():f}" for value in (self.wanted, self.there))
        return f"{'少' if self.is_missing else '多'}入账：{what}应入账 {wanted}，实入账 {there}"


@cache
def counted_once() -> frozenset[str]:
    """The accounts that count a value once a year."""
    return frozenset(key for key, account in accounts().items() if account.distinct is not None)


def where_counted(row: PostingRow, there: bool) -> bool:
    """Whether a posting belongs in the ledger as it is: one counted once a year where this record was the first to count it."""
    return row.distinct is None or there


def owed(
    source: Source,
    expected: Mapping[int, list[PostingRow]],
    stands: Callable[[PostingRow, bool], bool] = where_counted,
    left_out: Collection[str] = (),
) -> Iterator[Difference]:
    """What some records would have to post so that the ledger says what they come to, account by account, day by day, event by
    event. ``stands``: whether one belongs there, given whether it is; ``left_out``: accounts not looked at. One query."""
    posted: dict[int, Counter[tuple[str, int, date, str, int]]] = {}
    rows = Posting.objects.filter(source=source, source_id__in=list(expected)).values_list(
        "source_id", "account__key", "organ_id", "on", "breakdown", "sequence", "value"
    )
    for record, account, organ, on, breakdown, sequence, value in rows:
        if account not in left_out:
            posted.setdefault(record, Counter())[account, organ, on, breakdown, sequence] += value
    for record, members in expected.items():
        there = posted.get(record, Counter())
        wanted: Counter[tuple[str, int, date, str, int]] = Counter()
        for row in members:
            slot = (row.account, row.organ_id, row.on, breakdown_text(row.breakdown), row.sequence)
            if row.account not in left_out and stands(row, bool(there[slot])):
                wanted[slot] += Decimal(row.value)  # type: ignore[assignment]
        for slot in sorted({*wanted, *there}):
            if wanted[slot] != there[slot]:
                account, organ, on, breakdown, sequence = slot
                value = Decimal(wanted[slot] - there[slot])
                row = PostingRow(account, organ, on, value, breakdown, source.value, record, sequence)
                yield Difference(row, Decimal(wanted[slot]), Decimal(there[slot]))


def verify_postings(poster: Poster, progress: Callable[[int, int], None]) -> Iterator[str]:
    """Every difference between the records of one source and what they have posted, in words; nothing when all agree."""
    records = poster.records(None)
    total, done = records.count(), 0
    left_out = counted_once() if poster.keeps_counted else ()
    for keys in keys_in_turn(records, CHUNK):
        for difference in owed(poster.source, poster.come_to(keys, False), left_out=left_out):
            yield f"{poster.source.label} {difference.row.source_id}：{difference}"
        done += len(keys)
        progress(done, total)
