"""What is owed to the ledger (应入账): what records come to by the declarations of today, against what they have posted.

Each room that posts says what its records come to (``register_poster``); the ledger never imports it. Proving the ledger and
completing it ask the same question here. Nothing is written.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import QuerySet

from zhunsheng.bulk import keys_in_turn
from zhunsheng.ledger.models import Posting, Source
from zhunsheng.ledger.postings import PostingRow, breakdown_text
from zhunsheng.ledger.readings import accounts
from zhunsheng.security.models import AuditEntry

CHUNK = 1_000
"""Records looked at at once."""


class Poster(NamedTuple):
    """The records of one source: those of some systems (None: all), and what each of some of them comes to, by key; asked with
    a lock, it holds them until the transaction ends. A record that cannot be walked any more is left out.

    ``keeps_counted``: what a record has once counted once a year stays, though the record has been corrected since.
    ``corrected``: of some records those of which something posted was lawfully taken back; where it is not said, that may be any.
    """

    source: Source
    records: Callable[[Collection[str] | None], QuerySet[Any]]
    come_to: Callable[[Sequence[int], bool], Mapping[int, list[PostingRow]]]
    keeps_counted: bool = False
    corrected: Callable[[Sequence[int]], Collection[int]] | None = None


posters: list[Poster] = []
destroyed: dict[Source, Callable[[Collection[int]], Collection[int]]] = {}
"""Source → of some records that are no more those that were lawfully destroyed; what they posted stays."""


def register_poster(poster: Poster) -> None:
    """Let a room say what its records come to."""
    posters.append(poster)


def register_destroyed(source: Source, among: Callable[[Collection[int]], Collection[int]]) -> None:
    """Let the room that destroys records say which were."""
    destroyed[source] = among


class Difference(NamedTuple):
    """What one record would have to post to an account on a day, and what it comes to there and what it has posted. ``beyond``:
    the sums agree, but so many postings cancel each other that no record gave."""

    row: PostingRow
    wanted: Decimal
    there: Decimal
    beyond: int = 0

    @property
    def is_missing(self) -> bool:
        return abs(self.wanted) > abs(self.there)

    def __str__(self) -> str:
        what = f"{self.row.account} {self.row.on} 分项「{breakdown_text(self.row.breakdown)}」"
        if self.beyond:
            return f"相抵入账：{what}有 {self.beyond} 笔相互抵销，没有记录可以说明"
        wanted, there = (f"{value.normalize():f}" for value in (self.wanted, self.there))
        return f"{'少' if self.is_missing else '多'}入账：{what}应入账 {wanted}，实入账 {there}"


_Slot = tuple[str, int, date, str, int]
"""Account, organ, day, breakdown, number of the event."""


def completed_records() -> Callable[[str, int], bool]:
    """Whether a record lies in a stretch of which the audit trail tells that completing posted something."""
    stretches: dict[str, list[list[int]]] = {}
    told = AuditEntry.objects.filter(action="ledger.complete").values_list("detail", flat=True)
    for one in sorted(told.iterator(), key=lambda detail: int(detail["first"])):
        kept = stretches.setdefault(str(one["source"]), [])
        if kept and one["first"] <= kept[-1][1]:
            kept[-1][1] = max(kept[-1][1], one["last"])
        else:
            kept.append([one["first"], one["last"]])

    def is_within(source: str, record: int) -> bool:
        kept = stretches.get(source, [])
        place = bisect_right(kept, record, key=itemgetter(0))
        return place > 0 and record <= kept[place - 1][1]

    return is_within


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
    row_by_row: Collection[int] = (),
) -> Iterator[Difference]:
    """What some records would have to post so that the ledger says what they come to, account by account, day by day, event by
    event. ``stands``: whether one belongs there, given whether it is; ``left_out``: accounts not looked at; ``row_by_row``:
    records of which nothing was ever taken back, that must have posted no row more. One query."""
    posted: dict[int, Counter[_Slot]] = {}
    rows_there: Counter[tuple[int, _Slot]] = Counter()
    rows = Posting.objects.filter(source=source, source_id__in=list(expected)).values_list(
        "source_id", "account__key", "organ_id", "on", "breakdown", "sequence", "value"
    )
    for record, account, organ, on, breakdown, sequence, value in rows:
        if account not in left_out:
            slot = (account, organ, on, breakdown, sequence)
            posted.setdefault(record, Counter())[slot] += value
            rows_there[record, slot] += 1
    for record, members in expected.items():
        there = posted.get(record, Counter())
        wanted: Counter[_Slot] = Counter()
        rows_wanted: Counter[_Slot] = Counter()
        for row in members:
            slot = (row.account, row.organ_id, row.on, breakdown_text(row.breakdown), row.sequence)
            if row.account not in left_out and stands(row, bool(there[slot])):
                wanted[slot] += Decimal(row.value)  # type: ignore[assignment]
                rows_wanted[slot] += 1
        for slot in sorted({*wanted, *there}):
            beyond = rows_there[record, slot] - rows_wanted[slot] if record in row_by_row else 0
            if wanted[slot] != there[slot] or beyond:
                account, organ, on, breakdown, sequence = slot
                value = Decimal(wanted[slot] - there[slot])
                row = PostingRow(account, organ, on, value, breakdown, source.value, record, sequence)
                yield Difference(row, Decimal(wanted[slot]), Decimal(there[slot]), 0 if value else beyond)


def never_taken_back(poster: Poster, records: Sequence[int], completed: Callable[[str, int], bool]) -> set[int]:
    """Of some records those of which nothing posted was ever taken back, by a correction or by completing."""
    if poster.corrected is None:
        return set()
    return {record for record in records if not completed(poster.source, record)}.difference(poster.corrected(records))


def verify_postings(poster: Poster, progress: Callable[[int, int], None]) -> Iterator[str]:
    """Every difference between the records of one source and what they have posted, in words; nothing when all agree."""
    records = poster.records(None)
    total, done = records.count(), 0
    left_out, completed = counted_once() if poster.keeps_counted else (), completed_records()
    for keys in keys_in_turn(records, CHUNK):
        plain = never_taken_back(poster, keys, completed)
        for difference in owed(poster.source, poster.come_to(keys, False), left_out=left_out, row_by_row=plain):
            yield f"{poster.source.label} {difference.row.source_id}：{difference}"
        done += len(keys)
        progress(done, total)
