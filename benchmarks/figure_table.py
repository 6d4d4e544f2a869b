"""Part 5: the table of all figures of a year from folded balances, against counting postings and counting events.

Postings are made by SQL over sixty organs, twelve months and forty real accounts, each used by twenty organs. The same number of events stands in
a table of its own, indexed as a developer would for this question.
"""

from __future__ import annotations

from datetime import date

from django.db import connection

from benchmarks.measuring import Line, medians, seconds
from benchmarks.office import REGION, found_office
from zhunsheng.ledger.balances import fold
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.models import Account
from zhunsheng.ledger.readings import accounts

YEAR = 2025
ACCOUNTS = 40
FLAT = 1.5
FASTER = 100


def _numbers(first: int, last: int) -> str:
    """A sub-select of the whole numbers from ``first`` to ``last``, as ``n``."""
    if connection.vendor == "postgresql":
        return f"(SELECT n FROM generate_series({first}, {last}) AS n) numbers"  # noqa: S608 - numbers of our own
    return (
        f"(WITH RECURSIVE counting(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM counting WHERE n < {last}) "  # noqa: S608
        "SELECT n FROM counting) numbers"
    )


def _make_events() -> None:
    key = "BIGSERIAL" if connection.vendor == "postgresql" else "INTEGER"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE counted_event (id {key} PRIMARY KEY, account_id BIGINT, organ_id BIGINT, month INTEGER, value INTEGER)"
        )
        cursor.execute("CREATE INDEX counted_event_month ON counted_event (month, organ_id)")


def _add(first: int, last: int, account_ids: list[int], organs: list[int]) -> None:
    """Postings and events number ``first`` to ``last``; both tables hold the same."""
    month = f"{YEAR * 100 + 1} + (n / {len(account_ids)}) % 12"
    account = f"{account_ids[0]} + n % {len(account_ids)}"
    # Every account is used by twenty of the organs, so that ten thousand postings already touch all 9,600 balances.
    organ = f"{organs[0]} + (n % {len(account_ids)} * 7 + (n / {len(account_ids) * 12}) % 20) % {len(organs)}"
    on = f"DATE '{YEAR}-06-30'" if connection.vendor == "postgresql" else f"'{YEAR}-06-30'"
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO ledger_posting (account_id, organ_id, "on", month, value, breakdown, source, source_id, sequence) '  # noqa: S608
            f"SELECT {account}, {organ}, {on}, {month}, 1, '', 'case', n, 0 FROM {_numbers(first, last)}"
        )
        cursor.execute(
            "INSERT INTO counted_event (account_id, organ_id, month, value) "  # noqa: S608
            f"SELECT {account}, {organ}, {month}, 1 FROM {_numbers(first, last)}"
        )
    fold()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ledger_posting")
        cursor.execute("ANALYZE ledger_balance")
        cursor.execute("ANALYZE counted_event")


def _group_by(table: str) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT account_id, SUM(value) FROM {table} WHERE month BETWEEN %s AND %s "  # noqa: S608
            "AND organ_id IN (SELECT id FROM orgs_organ WHERE region_id LIKE %s) GROUP BY account_id",
            [YEAR * 100 + 1, YEAR * 100 + 12, "4104%"],
        )
        return cursor.fetchall()


def measure(full: bool) -> list[Line]:
    """Seconds of the whole table at each size."""
    office = found_office()
    keys = [key for key, account in accounts().items() if not account.declared and not account.stock and not account.by]
    account_ids = [Account.objects.create(key=key).pk for key in keys[:ACCOUNTS]]
    organs = [organ.pk for organ in office.organs]
    _make_events()
    lines: list[Line] = []
    smallest = 0.0
    present = 0
    for size in (10_000, 100_000, 1_000_000, *((10_000_000,) if full else ())):
        for first in range(present, size, 1_000_000):
            _add(first, min(first + 1_000_000, size) - 1, account_ids, organs)
        present = size
        largest = size == (10_000_000 if full else 1_000_000)
        found = figures(REGION, date(YEAR, 1, 1), date(YEAR, 12, 31))
        by_key = dict(zip(account_ids, keys, strict=False))
        counted = {by_key[account]: int(value) for account, value in _group_by("counted_event")}
        assert counted == {key: int(found[key].value or 0) for key in keys[:ACCOUNTS]}, "figures differ from the count"
        repeats = 3 if size >= 1_000_000 else 5
        results = medians(repeats, {
            "figures": lambda: seconds(lambda: figures(REGION, date(YEAR, 1, 1), date(YEAR, 12, 31)), 5),
            "postings": lambda: seconds(lambda: _group_by("ledger_posting")),
            "events": lambda: seconds(lambda: _group_by("counted_event")),
        })  # fmt: skip
        ours = results["figures"]
        smallest = smallest or ours
        for name in ("postings", "events"):
            ratio = results[name] / ours
            lines.append(
                Line(f"figures of a year, {size:,} postings : GROUP BY {name}", f"{ours * 1000:.1f} ms",
                     f"{results[name] * 1000:.1f} ms", f"{ratio:.1f}", f"≥ {FASTER}" if largest and full else "",
                     ratio >= FASTER if largest and full else None)
            )  # fmt: skip
        if largest:
            lines.append(
                Line(f"figures of a year, {size:,} : 10,000 postings", f"{ours * 1000:.1f} ms", f"{smallest * 1000:.1f} ms",
                     f"{ours / smallest:.2f}", f"≤ {FLAT}", ours <= FLAT * smallest)
            )  # fmt: skip
    return lines
