"""编号: numbers of papers and cases, without a gap and never given twice.

A number is taken in the transaction that uses it; one that is rolled back leaves no gap behind.
"""

from __future__ import annotations

from django.db import connection
from django.db.transaction import TransactionManagementError

from zhunsheng.orgs.models import Organ
from zhunsheng.papers.models import NumberSeries


def reserve_numbers(organ: Organ, pattern: str, year: int, count: int) -> range:
    """The next ``count`` serial numbers of a series, inside the caller's transaction.

    One statement makes the series or moves it on. On PostgreSQL it locks the row until the transaction ends, also
    when two begin the same series at once; on SQLite the transaction is the only writer. Raises
    ``TransactionManagementError`` outside a transaction, where a failure later on would leave a gap.
    """
    if count < 1:
        raise ValueError(f"一次至少取 1 个号，不能取 {count} 个")
    if not connection.in_atomic_block:
        raise TransactionManagementError("取号必须与使用该号的办理记录在同一个事务里")
    table = connection.ops.quote_name(NumberSeries._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (organ_id, pattern, year, last) VALUES (%s, %s, %s, %s) "  # noqa: S608 - the table's name only
            f"ON CONFLICT (organ_id, pattern, year) DO UPDATE SET last = {table}.last + excluded.last RETURNING last",
            [organ.pk, pattern, year, count],
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
