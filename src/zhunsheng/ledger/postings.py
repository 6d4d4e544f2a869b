"""Posting to the ledger (入账): the only place where postings are written.

Each posting is booked in the month of its day; when that month is closed it is booked in the first open month after
it and says which month it adjusts. Only an account that was not declared yet when the month was closed is booked in that
month itself, marked likewise: there was no figure of it that could have been told (see ``completing``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection, transaction

from zhunsheng.bulk import insert_rows
from zhunsheng.law.working_days import today
from zhunsheng.ledger.models import Account, Counted, Period, Posting, Source, Statement
from zhunsheng.ledger.months import month_of, next_month
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.orgs.refusals import behalf
from zhunsheng.security.audit import record


class PostingRow(NamedTuple):
    """One posting to be written; ``breakdown`` as (dimension, value) pairs, or as it is kept; ``distinct`` the value
    counted once a year (empty: of a record made void, counted no more)."""

    account: str
    organ_id: int
    on: date
    value: Decimal | int
    breakdown: tuple[tuple[str, str], ...] | str = ()
    source: str = Source.CASE.value
    source_id: int = 0
    sequence: int = 0
    distinct: str | None = None


_COLUMNS = ("account_id", "organ_id", "on", "month", "value", "breakdown", "source", "source_id", "sequence", "adjusts")
_account_ids: dict[tuple[str, str], int] = {}


def account_id(key: str) -> int:
    """The id of an account, which is added when it is used for the first time."""
    database = str(connection.settings_dict["NAME"])
    found = _account_ids.get((database, key))
    if found is None:
        found = Account.objects.get_or_create(key=key)[0].pk
        # An id seen inside a transaction that is rolled back must not be remembered.
        transaction.on_commit(lambda: _account_ids.__setitem__((database, key), found))
    return found


def forget_accounts() -> None:
    """Forget remembered ids (when tables were emptied under a running process)."""
    _account_ids.clear()


def breakdown_text(pairs: Iterable[tuple[str, str]] | str) -> str:
    """The breakdown as it is kept: ``area=公安;outcome=upheld``, cut to what the column holds. A semicolon inside a value
    becomes a full-width one, so that it parts nothing. One that was kept already stays as it is."""
    if isinstance(pairs, str):
        return pairs
    return ";".join([f"{name}={str(value).replace(';', '；')}" for name, value in pairs if value])[:200]


def post(rows: Sequence[PostingRow], in_own_month: Collection[str] = ()) -> None:
    """Write postings, inside the caller's transaction. Values counted once a year (人次) are posted only the first time.
    ``in_own_month``: accounts that had no figure yet when the months they come late for were closed."""
    if not rows:
        return
    days = {day: (day.isoformat(), month_of(day)) for day in {row.on for row in rows}}
    ids = {key: account_id(key) for key in dict.fromkeys(row.account for row in rows)}
    if any(month < month_of(today()) for _, month in days.values()):
        _wait_for_closing()
    closed = closed_months(rows)
    lines = []
    for row in rows:
        key, organ, on, value, breakdown, source, source_id, sequence, distinct = row
        if distinct is not None and not counts_now(ids[key], row):
            continue
        day, month = days[on]
        booked = month
        while (organ, booked) in closed and key not in in_own_month:
            booked = next_month(booked)
        lines.append(
            (
                ids[key], organ, day, booked, value, breakdown_text(breakdown) if breakdown else "", source, source_id, sequence,
                month if (organ, month) in closed else None,
            )
        )  # fmt: skip
    insert_rows(Posting, _COLUMNS, lines)


def _wait_for_closing() -> None:
    """A month that is being closed just now is closed before anything is booked in it: closing keeps writers out by a lock of the
    table (``balances.fold``). On SQLite there is one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {connection.ops.quote_name(Posting._meta.db_table)} IN ROW EXCLUSIVE MODE")


def closed_months(rows: Iterable[PostingRow]) -> set[tuple[int, int]]:
    """(organ, month) that are closed, of the organs that post; none is where nothing lies before this month."""
    current = month_of(today())
    if all(month_of(day) >= current for day in {row.on for row in rows}):
        return set()
    organs = {row.organ_id for row in rows}
    return set(Period.objects.filter(region__organs__in=organs).values_list("region__organs", "month"))


def reverse(source: str, sequences: Mapping[int, int]) -> int:
    """冲销: a new posting of the opposite value for every posting of some records, on the same day (booked later where
    that month is closed) and under the number of the event that reverses it; gives how many."""
    rows = Posting.objects.filter(source=source, source_id__in=list(sequences)).select_related("account").order_by("pk")
    reversing = [
        PostingRow(row.account.key, row.organ_id, row.on, -row.value, row.breakdown, source, row.source_id,
                   sequences[row.source_id])
        for row in rows
        if row.sequence != sequences[row.source_id]
    ]  # fmt: skip
    post(reversing)
    return len(reversing)


def uncount(account: str, organ_id: int, year: int, value: str) -> bool:
    """Let a value counted once a year be counted again, by another record; False when it was not counted."""
    counted = Counted.objects.filter(account__key=account, organ=organ_id, year=year, key=_digest(value))
    return bool(counted.delete()[0])


def _digest(value: str) -> str:
    return hashlib.blake2b(value.encode(), digest_size=16).hexdigest()


def counts_now(account: int, row: PostingRow) -> bool:
    """Note a value as counted this year; False when it was already."""
    digest = _digest(str(row.distinct))
    table = connection.ops.quote_name(Counted._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (account_id, year, organ_id, {connection.ops.quote_name('key')}) "  # noqa: S608 - no input in the text
            "VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [account, row.on.year, row.organ_id, digest],
        )
        return cursor.rowcount == 1


@transaction.atomic
def state_figure(
    account: str,
    organ: Organ,
    year: int,
    value: Decimal | int,
    source_paper: str,
    *,
    qualifier: str = "",
    officer: Officer | None = None,
    right: Access | None = None,
    on: date | None = None,
) -> Statement:
    """Enter a figure that has no records in the platform, from a source paper; it is marked as declared wherever it
    shows. A second statement for the same year posts the difference, so that the first stays visible. ``on``: the day of
    the year on which it counts, the last one when the paper speaks of the whole year."""
    before = (
        Statement.objects.filter(account__key=account, organ=organ, year=year)
        .order_by("-pk")
        .values_list("value", flat=True)
        .first()
    )
    statement = Statement.objects.create(
        organ=organ, account_id=account_id(account), year=year, value=value, qualifier=qualifier,
        source_paper=source_paper, stated_by=officer,
    )  # fmt: skip
    change = Decimal(value) - (before or 0)
    post(
        [
            PostingRow(
                account,
                organ.pk,
                on or date(year, 12, 31),
                change,
                source=Source.DECLARED.value,
                source_id=statement.pk,
            )
        ]
    )
    record(
        "ledger.state", f"statement:{statement.pk}", officer.pk if officer else None, account=account, year=year,
        **behalf(right),
    )  # fmt: skip
    return statement
