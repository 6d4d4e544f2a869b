"""编号: numbers of papers and cases, without a gap and never given twice.

A number is taken in the transaction that uses it; one that is rolled back leaves no gap behind. The pattern of a number is
declared; a place may set another from a year on (see ``number_patterns``).
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.transaction import TransactionManagementError

from zhunsheng.local.values import Decisions
from zhunsheng.orgs.models import Organ
from zhunsheng.papers.models import NumberSeries
from zhunsheng.prepared import repeating_cursor

NUMBER = "number"
"""The kind of setting under which places set patterns. Its keys: a system's slug for the numbers of its cases, ``slug.paper``
for those of a paper."""


class Series(NamedTuple):
    """Where numbers are taken from: the pattern with everything but year and serial filled in that the organ's own mark does
    not fill, and the serial the first number of a year bears."""

    pattern: str
    first: int = 1


def series_for(known: Decisions, organ: Organ, key: str, declared: str, year: int) -> Series:
    """The series an organ takes its numbers of a year from: as the place has set it, else as it is declared."""
    decision = known.on(NUMBER, key, organ.path, date(year, 1, 1))
    if decision is None or decision.value is None:
        return Series(declared)
    pattern, mark = decision.value["pattern"], decision.value.get("mark")
    begins = decision.path == organ.path and decision.valid_from.year == year
    return Series(pattern.replace("{mark}", mark) if mark else pattern, (begins and decision.value.get("first")) or 1)


def reserve_numbers(organ: Organ, pattern: str, year: int, count: int, first: int = 1) -> range:
    """The next ``count`` serial numbers of a series, inside the caller's transaction; a new series begins with ``first``.

    One statement makes the series or moves it on. On PostgreSQL it locks the row until the transaction ends, also
    when two begin the same series at once; on SQLite the transaction is the only writer. Raises
    ``TransactionManagementError`` outside a transaction, where a failure later on would leave a gap.
    """
    if count < 1:
        raise ValueError(f"一次至少取 1 个号，不能取 {count} 个")
    if not connection.in_atomic_block:
        raise TransactionManagementError("取号必须与使用该号的办理记录在同一个事务里")
    table = NumberSeries._meta.db_table
    with repeating_cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (organ_id, pattern, year, last) VALUES (%s, %s, %s, %s) "  # noqa: S608 - the table's name only
            f"ON CONFLICT (organ_id, pattern, year) DO UPDATE SET last = {table}.last + %s RETURNING last",
            # As text, or to the server each width of a number would make the statement another one.
            [str(organ.pk), pattern, str(year), str(first - 1 + count), str(count)],
        )
        last = int(cursor.fetchone()[0])
    return range(last - count + 1, last + 1)


def take_number(organ: Organ, pattern: str, year: int) -> str:
    """The next number of a series, in full, such as 平政复受〔2026〕12号. Inside the caller's transaction."""
    return format_number(pattern, organ, year, reserve_numbers(organ, pattern, year, 1)[0])


def format_number(pattern: str, organ: Organ, year: int, serial: int) -> str:
    """A number in full. The serial has no leading zeros (GB/T 9704—2012, 7.2.5); an organ that has no mark of its own
    (机关代字) is named by its short name."""
    mark = organ.mark or organ.short_name or organ.name
    return pattern.replace("{mark}", mark).replace("{year}", str(year)).replace("{serial}", str(serial))
