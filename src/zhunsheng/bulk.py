"""成批读写: going through very many rows some at a time, and adding many to one table in the fewest round trips, on SQLite and
PostgreSQL alike.

For rows made by the product's own code; nothing here decides.
"""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache, lru_cache
from itertools import chain
from typing import Any, TypeVar

import pydantic_core
from django.db import OperationalError, connection, models

from zhunsheng.environment import SQLITE_PRAGMAS
from zhunsheng.prepared import repeating_cursor

Some = TypeVar("Some", bound=Sequence[Any])
Row = TypeVar("Row", bound=models.Model)
_COPY_FROM = 60
"""From this many rows on PostgreSQL takes a COPY; below it one INSERT is quicker."""
_PARAMETERS = 2_000 if sqlite3.sqlite_version_info >= (3, 32) else 900
"""Parameters of one statement: as many as SQLite may take and gains by; each further row of a statement costs less than another."""


def stretches(items: Some, size: int) -> Iterator[Some]:
    """A sequence in pieces of at most so many."""
    return (items[start : start + size] for start in range(0, len(items), size))  # type: ignore[misc]


def rows_in_turn(rows: models.QuerySet[Row], size: int) -> Iterator[list[Row]]:
    """Rows in the order of their keys, at most so many at once; those added behind meanwhile too."""
    last = 0
    while some := list(rows.filter(pk__gt=last).order_by("pk")[:size]):
        yield some
        last = some[-1].pk


def keys_in_turn(rows: models.QuerySet[Any], size: int) -> Iterator[list[int]]:
    """The keys alone, likewise."""
    last = 0
    while some := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size]):
        yield some
        last = some[-1]


def placeholders(values: Sequence[object]) -> str:
    """The places for so many values in a statement."""
    return ", ".join(["%s"] * len(values))


@cache  # both databases quote names alike
def _statement(table: str, columns: tuple[str, ...], rows: int) -> str:
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    one = f"({placeholders(columns)})"
    return f"INSERT INTO {quote(table)} ({names}) VALUES {', '.join([one] * rows)}"  # noqa: S608 - names of our own tables


_waiting: ContextVar[list[tuple[str, list[Any]]] | None] = ContextVar("waiting", default=None)


@contextmanager
def in_one_trip() -> Iterator[None]:
    """Send the small insertions and changes made inside together at the end, in their order: a round trip, or on SQLite a
    cursor, costs more than any of them. Nothing inside may read what was written inside."""
    if _waiting.get() is not None:
        yield
        return
    token = _waiting.set([])
    try:
        yield
        _send_waiting()
    finally:
        _waiting.reset(token)


def run(statement: str, parameters: list[Any]) -> None:
    """Execute a statement that yields nothing, or let it wait for ``in_one_trip``."""
    waiting = _waiting.get()
    if waiting is not None:
        waiting.append((statement, parameters))
        return
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def _send_waiting() -> None:
    """All that waits: on PostgreSQL as one statement, each part but the last a WITH of it, so that the server can keep it
    planned: the same step of the same procedure is always the same text. There values go as text, lest each width of a
    number make the statement another one."""
    waiting = _waiting.get()
    if not waiting:
        return
    sent = [*waiting]
    waiting.clear()
    with repeating_cursor() as cursor:
        if connection.vendor == "sqlite":
            for statement, parameters in sent:
                cursor.execute(statement, parameters)
            return
        values = chain.from_iterable(parameters for _, parameters in sent)
        texts = [value if value is None or isinstance(value, str) else str(value) for value in values]
        cursor.execute(_as_one(*(statement for statement, _ in sent)), texts)


@lru_cache(1000)
def _as_one(*statements: str) -> str:
    *first, last = statements
    parts = ", ".join(f"w{index} AS ({statement})" for index, statement in enumerate(first))
    return f"WITH {parts} {last}" if parts else last


def insert_rows(model: type[models.Model], columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """Add rows to the table of a model. Values must be in database form already: dates, numbers, strings, JSON as text
    (``to_json``), moments through ``moment``; dates may be ISO text, which spares SQLite its adapters."""
    if not rows:
        return
    table = model._meta.db_table
    if len(rows) >= _COPY_FROM and connection.vendor == "postgresql":
        _send_waiting()
        quote = connection.ops.quote_name
        names = ", ".join(quote(column) for column in columns)
        with connection.cursor() as cursor, cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    at_once = _PARAMETERS // len(columns)
    whole = len(rows) - len(rows) % at_once
    if whole:
        _send_waiting()
        parts = ([*chain.from_iterable(rows[i : i + at_once])] for i in range(0, whole, at_once))
        with connection.cursor() as cursor:
            cursor.executemany(_statement(table, columns, at_once), parts)
    if rest := rows[whole:]:
        run(_statement(table, columns, len(rest)), [*chain.from_iterable(rest)])


def update_row(model: type[models.Model], key: int, values: Mapping[str, Any]) -> None:
    """Change columns of one row; values as for ``insert_rows``."""
    run(_update_statement(model, tuple(values)), [*values.values(), key])


def update_rows(model: type[models.Model], column: str, rows: Sequence[tuple[int, Any]]) -> None:
    """Give one column of many rows, by their keys, its value each; values as for ``insert_rows``."""
    if not rows:
        return
    _send_waiting()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            keys, values = zip(*rows, strict=True)
            cursor.execute(_update_statement_of_many(model, column), [[*keys], [*values]])
            return
        cursor.executemany(_update_statement(model, (column,)), [(value, key) for key, value in rows])


@cache
def _update_statement_of_many(model: type[models.Model], column: str) -> str:
    quote, kind = connection.ops.quote_name, model._meta.get_field(column).db_type(connection)
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    return (
        f"UPDATE {table} SET {quote(column)} = told.value::{kind} "  # noqa: S608 - our own names
        f"FROM unnest(%s::bigint[], %s::text[]) AS told(key, value) WHERE {table}.{key} = told.key"
    )


@cache
def _update_statement(model: type[models.Model], columns: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    changes = ", ".join(f"{quote(column)} = %s" for column in columns)
    return f"UPDATE {quote(model._meta.db_table)} SET {changes} WHERE {quote(model._meta.pk.column)} = %s"  # noqa: S608 - our own names


def reserve_ids(model: type[models.Model], count: int) -> range | list[int]:
    """Ids for ``count`` new rows. On SQLite the caller must hold the write transaction (every transaction here is
    IMMEDIATE); on PostgreSQL they come from the table's sequence."""
    table, key = model._meta.db_table, model._meta.pk.column
    with repeating_cursor() as cursor:
        if connection.vendor == "postgresql":
            if count == 1:  # by itself, since what may give many rows is planned anew each time
                cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s))", [table, key])
                return [cursor.fetchone()[0]]
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, key, str(count)]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last = found[0] if found else 0
        return range(last + 1, last + 1 + count)


def to_json(value: Any) -> str:
    """JSON text for a JSON column."""
    return pydantic_core.to_json(value, fallback=str).decode()


def moment(value: datetime) -> Any:
    """A moment in the form the database keeps."""
    return connection.ops.adapt_datetimefield_value(value)


def written(day: date | None) -> str | None:
    """A day in that form, where there is one."""
    return None if day is None else day.isoformat()


@contextmanager
def without_collection() -> Iterator[None]:
    """Pause the search for reference cycles while very many objects are made that hold none: among millions of living
    objects each search is dear and finds nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def filling() -> Iterator[None]:
    """While a new place is filled, SQLite writes straight into its file, with memory for the indexes its rows go into anywhere:
    otherwise all of it is written twice, into the log and from there. Broken off, the journal of the file takes back what
    there is. Where somebody has the place open already, it goes the usual way. Not inside a transaction."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size = -200000")
        with suppress(OperationalError):
            cursor.execute("PRAGMA journal_mode = DELETE")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for pragma in SQLITE_PRAGMAS.split(";"):
                cursor.execute(pragma)
