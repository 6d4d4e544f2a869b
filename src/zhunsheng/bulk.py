"""成批写入: adding many rows to one table in the fewest round trips, on SQLite and PostgreSQL alike.

For append-only tables whose rows are made by the product's own code; nothing here reads, updates or decides.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models

_COPY_FROM = 60
"""From this many rows on PostgreSQL takes a COPY; below it one INSERT is quicker."""
_PARAMETERS = 900
"""Parameters one statement may hold on every SQLite in use."""


@cache
def _statement(vendor: str, table: str, columns: tuple[str, ...], rows: int) -> str:
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    one = f"({', '.join(['%s'] * len(columns))})"
    return f"INSERT INTO {quote(table)} ({names}) VALUES {', '.join([one] * rows)}"  # noqa: S608 - names of our own tables


def insert_rows(model: type[models.Model], columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """Add rows to the table of a model. Values must be in database form already: dates, numbers, strings, JSON as text
    (``to_json``), moments through ``moment``."""
    if not rows:
        return
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) >= _COPY_FROM:
            quote = connection.ops.quote_name
            names = ", ".join(quote(column) for column in columns)
            with cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        elif len(rows) * len(columns) <= _PARAMETERS:
            statement = _statement(connection.vendor, table, columns, len(rows))
            cursor.execute(statement, [value for row in rows for value in row])
        else:
            cursor.executemany(_statement(connection.vendor, table, columns, 1), rows)


def reserve_ids(model: type[models.Model], count: int) -> range | list[int]:
    """Ids for ``count`` new rows. On SQLite the caller must hold the write transaction (every transaction here is
    IMMEDIATE); on PostgreSQL they come from the table's sequence."""
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, key, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last = found[0] if found else 0
        return range(last + 1, last + 1 + count)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


def to_json(value: Any) -> str:
    """JSON text for a JSON column."""
    return "{}" if value == {} else _encode(value)


def moment(value: datetime) -> Any:
    """A moment in the form the database keeps."""
    return connection.ops.adapt_datetimefield_value(value)
