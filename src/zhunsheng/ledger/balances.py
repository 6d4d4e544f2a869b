"""Folding postings into balances, and checking that nothing was lost on the way.

Writers never touch a balance: they only add postings, so they never queue on a hot row. Folding moves the watermark
up and adds what lies below it to the balances; a figure is the balances plus the postings above the watermark.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Max

from zhunsheng.ledger.models import Balance, Posting, Watermark
from zhunsheng.prepared import repeating_cursor

LONG_TAIL = 5_000
"""Postings above the watermark from which a reader folds first."""


@transaction.atomic
def fold() -> int:
    """Fold every committed posting; gives how many were folded."""
    watermark, _ = Watermark.objects.select_for_update().get_or_create(pk=1)
    highest = _highest_settled()
    if highest <= watermark.last_posting:
        return 0
    quote = connection.ops.quote_name
    balance, posting = quote(Balance._meta.db_table), quote(Posting._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {balance} (account_id, organ_id, month, breakdown, value, entries) "  # noqa: S608 - table names only
            f"SELECT account_id, organ_id, month, breakdown, SUM(value), COUNT(*) FROM {posting} "
            "WHERE id > %s AND id <= %s GROUP BY account_id, organ_id, month, breakdown "
            "ON CONFLICT (account_id, organ_id, month, breakdown) DO UPDATE SET "
            f"value = {balance}.value + excluded.value, entries = {balance}.entries + excluded.entries",
            [watermark.last_posting, highest],
        )
    folded = Posting.objects.filter(pk__gt=watermark.last_posting, pk__lte=highest).count()
    watermark.last_posting = highest
    watermark.save(update_fields=["last_posting"])
    return folded


def _highest_settled() -> int:
    """The highest posting below which none can still appear.

    PostgreSQL gives ids before it commits, so a lower id may become visible after a higher one. A SHARE lock waits
    for the writers under way and keeps new ones out for the instant of this question; SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {connection.ops.quote_name(Posting._meta.db_table)} IN SHARE MODE")
    return Posting.objects.aggregate(highest=Max("pk"))["highest"] or 0


def watermark() -> int:
    """Up to which posting the balances are folded."""
    return Watermark.objects.filter(pk=1).values_list("last_posting", flat=True).first() or 0


def mark_to_read() -> int:
    """The watermark, after folding when many postings lie above it, so that a figure stays as cheap as it was."""
    quote = connection.ops.quote_name
    marks, postings = quote(Watermark._meta.db_table), quote(Posting._meta.db_table)
    with repeating_cursor() as cursor:
        cursor.execute(f"SELECT (SELECT last_posting FROM {marks} WHERE id = 1), (SELECT MAX(id) FROM {postings})")  # noqa: S608
        mark, highest = (found or 0 for found in cursor.fetchone())
    if highest - mark <= LONG_TAIL:
        return mark
    fold()
    return watermark()


_Found = TypeVar("_Found")


def between_folds(read: Callable[[int], _Found]) -> _Found:
    """What is read of the balances and of the postings above the watermark given, by more than one query; once more where
    somebody folded in between, or what was folded just then would count twice."""
    mark = watermark()
    while True:
        found, before = read(mark), mark
        mark = watermark()
        if mark == before:
            return found


@dataclass(frozen=True, slots=True)
class BalanceDifference:
    """A balance that is not the sum of its postings."""

    account: str
    organ_id: int
    month: int
    breakdown: str
    balance: str
    postings: str


def verify_balances() -> list[BalanceDifference]:
    """Every balance against the sum of its folded postings, in both directions."""
    quote = connection.ops.quote_name
    balance, posting = quote(Balance._meta.db_table), quote(Posting._meta.db_table)
    account = quote("ledger_account")
    sums = (
        f"SELECT account_id, organ_id, month, breakdown, SUM(value) AS value, COUNT(*) AS entries FROM {posting} "  # noqa: S608
        "WHERE id <= %s GROUP BY account_id, organ_id, month, breakdown"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT a.{quote('key')}, x.organ_id, x.month, x.breakdown, x.value, x.entries, x.side FROM ("  # noqa: S608
            f"SELECT account_id, organ_id, month, breakdown, value, entries, 'balance' AS side FROM {balance} "
            f"UNION ALL SELECT account_id, organ_id, month, breakdown, value, entries, 'postings' FROM ({sums}) s"
            f") x JOIN {account} a ON a.id = x.account_id",
            [watermark()],
        )
        sides: dict[tuple[str, int, int, str], dict[str, tuple[float, int]]] = {}
        for key, organ, month, breakdown, value, entries, side in cursor.fetchall():
            sides.setdefault((key, organ, month, breakdown), {})[side] = (round(float(value), 2), entries)
    return [
        BalanceDifference(*where, str(found.get("balance", "—")), str(found.get("postings", "—")))
        for where, found in sorted(sides.items())
        if found.get("balance") != found.get("postings")
    ]
