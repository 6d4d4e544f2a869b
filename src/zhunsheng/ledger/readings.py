"""Reading accounts (读数): what each holds for a region and a run of months, from folded balances and the postings after them.

One query for everything, whose cost depends on the number of balances, not on the number of postings or cases. What is made of it
is in ``figures``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connection

from zhunsheng.bulk import placeholders
from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.figures import Account as DeclaredAccount
from zhunsheng.kernel.figures import parse_check
from zhunsheng.ledger.balances import mark_to_read
from zhunsheng.ledger.declared import declared_accounts
from zhunsheng.ledger.models import Account, Balance, Posting, Watermark
from zhunsheng.ledger.months import month_of
from zhunsheng.prepared import repeating_cursor


@dataclass(slots=True)
class Reading:
    """What one account holds for the asked months: the flow, the levels at both ends, the parts, and the postings behind
    it in these months and ever."""

    flow: Decimal = Decimal(0)
    opening: Decimal = Decimal(0)
    closing: Decimal = Decimal(0)
    entries: int = 0
    entries_ever: int = 0
    parts: dict[str, Decimal] = field(default_factory=dict)
    part_levels: dict[str, Decimal] = field(default_factory=dict)
    part_entries: dict[str, int] = field(default_factory=dict)
    part_entries_ever: dict[str, int] = field(default_factory=dict)

    def records(self, stock: bool, part: str = "") -> int:
        """The postings behind the figure, or behind one ``dimension=value`` of it."""
        if part:
            return (self.part_entries_ever if stock else self.part_entries).get(part, 0)
        return self.entries_ever if stock else self.entries


def region_prefix(code: str) -> str:
    """The codes below a region share this prefix: 410400 -> 4104, 410000 -> 41, 410402 -> 410402."""
    while len(code) > 2 and len(code) <= 6 and code.endswith("00"):
        code = code[:-2]
    return code


@cache
def accounts() -> dict[str, DeclaredAccount]:
    """Every account, ``system.key``."""
    found = {f"{s.slug}.{key}": account for s in systems().values() for key, account in s.figures.accounts.items()}
    return {**declared_accounts(), **found}


def readings(
    region_code: str, first: date, last: date, only: Iterable[str] | None = None, *, parted: bool = True
) -> dict[str, Reading]:
    """Account -> what it holds for a region from the month of ``first`` to the month of ``last``. Two queries."""
    return grouped_readings(region_code, first, last, "", only, parted=parted).get(0, {})


@cache
def _levels() -> list[str]:
    """The accounts of which anybody asks how much they held at an end of a period."""
    asked = {
        f"{s.slug}.{term.account}"
        for s in systems().values()
        for check in s.figures.checks
        for term in parse_check(check.that).terms
        if term.at != "flow"
    }
    return sorted(asked | {key for key, account in accounts().items() if account.stock})


def grouped_readings(
    region_code: str, first: date, last: date, by: str, only: Iterable[str] | None = None, *, parted: bool = True,
    below: str = "",
) -> dict[int, dict[str, Reading]]:  # fmt: skip
    """The same apart for each organ (``by`` ``organ_id``) or month (``month``, all before ``first`` together as month 0); for
    ``""`` one group, 0. But by organ, of mere flows nothing before the period is summed, only known to have been: the past
    grows, a period does not. ``only`` keeps the named accounts, ``below`` the organs whose path begins so; without ``parted``
    breakdowns are left out. Two queries, the first for the watermark."""
    mark = mark_to_read()
    tables = (Account, Balance, Posting, Watermark)
    account, balance, posting, marks = (connection.ops.quote_name(table._meta.db_table) for table in tables)
    key, begin, end = connection.ops.quote_name("key"), month_of(first), month_of(last)
    inside, named = "organ_id IN (SELECT id FROM orgs_organ WHERE region_id LIKE %s)", ""
    where: list[Any] = [f"{region_prefix(region_code)}%"]
    if below:
        inside = "organ_id IN (SELECT id FROM orgs_organ WHERE region_id LIKE %s AND path LIKE %s)"
        where.append(f"{below}%")
    keys = [] if only is None else sorted(set(only))
    if only is not None:
        if not keys:
            return {}
        named = f"{key} IN ({placeholders(keys)}) AND "
        inside += f" AND account_id IN (SELECT id FROM {account} WHERE {key} IN ({placeholders(keys)}))"  # noqa: S608
        where += keys
    # The signs keep SQLite from other ways to the few postings above the watermark than by their id.
    above = inside.replace("organ_id IN", "+organ_id IN").replace("account_id IN", "+account_id IN")
    tail = f"account_id, organ_id, breakdown, month, value, 1 AS entries FROM {posting} WHERE id > %s AND {above} AND +month <= %s"
    folded = f"account_id, organ_id, breakdown, month, value, entries FROM {balance} WHERE {inside} AND "
    parts, values = [tail], [mark, *where, end]
    if by == "organ_id":
        parts.append(f"{folded} month <= %s")
        values += [*where, end]
    else:
        known = f"SELECT 1 FROM {balance} WHERE account_id = e.id AND {inside} AND month < %s"  # noqa: S608
        parts += [f"{folded} month BETWEEN %s AND %s",
                  f"id, 0, '', %s, 0, 0 FROM {account} e WHERE {named}EXISTS ({known})"]  # fmt: skip
        values += [*where, begin, end, begin, *keys, *where, begin]
        if levels := [level for level in _levels() if only is None or level in keys]:
            held = f"account_id IN (SELECT id FROM {account} WHERE {key} IN ({placeholders(levels)}))"  # noqa: S608
            parts.append(f"{folded} month < %s AND {held}")
            values += [*where, begin, *levels]
    column, group, since = by or "0", [by] if by else [], begin
    if by == "month":
        column, since = f"CASE WHEN month < {begin} THEN 0 ELSE month END", 0
        group = [column]
    shown = "breakdown" if parted else "''"
    group += ["account_id", "breakdown"] if parted else ["account_id"]
    with repeating_cursor() as cursor:
        cursor.execute(
            f"SELECT s.part, a.{key}, s.breakdown, s.flow, s.opening, s.entries, s.ever, "  # noqa: S608 - names only
            f"(SELECT last_posting FROM {marks} WHERE id = 1) FROM ("
            f"SELECT {column} AS part, account_id, {shown} AS breakdown, SUM(CASE WHEN month >= %s THEN value ELSE 0 END) AS flow, "
            "SUM(CASE WHEN month < %s THEN value ELSE 0 END) AS opening, "
            "SUM(CASE WHEN month >= %s THEN entries ELSE 0 END) AS entries, SUM(entries) AS ever "
            f"FROM (SELECT {' UNION ALL SELECT '.join(parts)}) x "
            f"GROUP BY {', '.join(group)}) s JOIN {account} a ON a.id = s.account_id",
            [since, since, since, *values],
        )
        rows = cursor.fetchall()
    if rows and (rows[0][-1] or 0) != mark:  # folded since the mark was read: what was folded is in here twice
        return grouped_readings(
            region_code, first, last, by, None if only is None else keys, parted=parted, below=below
        )
    found: dict[int, dict[str, Reading]] = {}
    for member, key, breakdown, summed, before, entries, ever, _mark in rows:
        reading = found.setdefault(member, {}).setdefault(key, Reading())
        flow, opening = exact(summed), exact(before)
        reading.flow += flow
        reading.opening += opening
        reading.closing += opening + flow
        reading.entries += entries
        reading.entries_ever += ever
        for part in breakdown.split(";") if breakdown else ():
            reading.parts[part] = reading.parts.get(part, Decimal(0)) + flow
            reading.part_levels[part] = reading.part_levels.get(part, Decimal(0)) + opening + flow
            reading.part_entries[part] = reading.part_entries.get(part, 0) + entries
            reading.part_entries_ever[part] = reading.part_entries_ever.get(part, 0) + ever
    return found


def exact(value: Any) -> Decimal:
    """A sum as the database gives it, exact to the cent: SQLite adds up floats."""
    return value if isinstance(value, Decimal) else Decimal(str(round(value, 2)))


def part_of(reading: Reading, name: str, stock: bool) -> Decimal:
    """One breakdown value of an account, whichever dimension it belongs to."""
    parts = reading.part_levels if stock else reading.parts
    return sum((parts[key] for key in _called(name, parts)), Decimal(0))


def entries_of(reading: Reading, name: str, stock: bool) -> int:
    """How many postings are behind it."""
    counts = reading.part_entries_ever if stock else reading.part_entries
    return sum(counts[key] for key in _called(name, counts))


def _called(name: str, parts: Iterable[str]) -> list[str]:
    """The parts (``field=value``) whose value is so called."""
    return [part for part in parts if part.split("=", 1)[1] == name]
