"""预备查询: the few reads that every page or every step of a case begins with, whose SQL is written once and not by the ORM each time.

For those alone: writing the text of a query costs Django more than the databases need to answer it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple, Self

import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import SQLiteCursorWrapper

Columns = tuple["models.Field[Any, Any]", ...]


def columns_of(model: type[models.Model], alias: str) -> str:
    """The columns of a model in the order of its fields, for a SELECT."""
    quote = connection.ops.quote_name
    return ", ".join(f"{alias}.{quote(field.column)}" for field in model._meta.concrete_fields)


@dataclass(frozen=True, eq=False)  # each is made once and known by being itself
class Query:
    """A SELECT whose text is always the same, and the fields of its columns."""

    statement: str
    fields: Columns


@cache
def _converters(vendor: str, query: Query) -> list[tuple[int, Any, list[Callable[..., Any]]]]:
    found = []
    for index, field in enumerate(query.fields):
        column = field.get_col(field.model._meta.db_table)
        converters = [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]
        if converters:
            found.append((index, column, converters))
    return found


def _numbered(statement: str) -> bytes:
    """A statement with the places of its values as PostgreSQL writes them: $1, $2 …"""
    first, *parts = statement.split("%s")
    return (first + "".join(f"${number}{part}" for number, part in enumerate(parts, 1))).encode()


@lru_cache(1000)
def _marked(statement: str) -> str:
    """The same as SQLite writes them: ?, ? …"""
    return statement.replace("%s", "?")


class _Marking(SQLiteCursorWrapper):
    """A cursor that writes a statement for SQLite once, and not each time as Django's does."""

    def execute(self, query: Any, params: Any = ()) -> Any:
        return sqlite3.Cursor.execute(self, _marked(query), params)


class _Repeating:
    """The cursors of a connection whose statements the server keeps parsed and planned under their text: one for each
    statement, which knows how its values go and its columns come. They serve as long as the connection lives, and nothing
    of Django's is around them but its errors: any of this takes as long as to send a statement."""

    def __init__(self, own: BaseDatabaseWrapper) -> None:
        self._own = own
        self._known: dict[str, tuple[bytes, psycopg.RawCursor[Any]]] = {}

    def execute(self, query: str, params: Any = None) -> None:
        if query not in self._known:
            if len(self._known) == _KEPT:
                self._known.clear()
            self._known[query] = _numbered(query), psycopg.RawCursor(self._own.connection)
        text, cursor = self._known[query]
        cursor.execute(text, params, prepare=True)
        self.fetchone, self.fetchall = cursor.fetchone, cursor.fetchall
        if self._own.queries_logged:
            self._query = SimpleNamespace(query=text)  # where Django's log of queries looks for the text

    def close(self) -> None:
        """They stay open for the next statement."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: Any) -> None:
        self._own.wrap_database_errors.__exit__(*raised)


_KEPT = 500
"""Statements one connection keeps planned; a step of a procedure is one or two."""


def repeating_cursor() -> Any:
    """A cursor for texts that come again and again, one or many of them."""
    own = connections[DEFAULT_DB_ALIAS]
    own.ensure_connection()
    if own.vendor != "postgresql":
        return own._prepare_cursor(own.connection.cursor(factory=_Marking))
    own.validate_no_broken_transaction()
    server: Any = own.connection
    try:
        cursor = server.repeating
    except AttributeError:
        server.prepared_max = _KEPT
        cursor = server.repeating = _Repeating(own)
    return own.make_debug_cursor(cursor) if own.queries_logged else cursor


def fetch(query: Query, parameters: Sequence[Any]) -> list[list[Any]]:
    """The rows of a query, its columns turned into the values of the fields as Django does."""
    own = connections[DEFAULT_DB_ALIAS]
    with repeating_cursor() as cursor:
        cursor.execute(query.statement, parameters)
        rows = [list(row) for row in cursor.fetchall()]
    converting = _converters(own.vendor, query)
    for row in rows:
        for index, column, converters in converting:
            for convert in converters:
                row[index] = convert(row[index], column, own)
    return rows


class Kept(NamedTuple):
    """What a queryset asks, written once: for reads that stay the same as long as an officer's duties do."""

    query: Query
    values: tuple[Any, ...]


def keep(rows: models.QuerySet[Any, Any], fields: Columns) -> Kept | None:
    """A queryset as it is asked, with the fields of its columns; nothing where it can find nothing."""
    try:
        statement, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return Kept(Query(statement, fields), values)


def fetch_kept(kept: Kept | None) -> list[list[Any]]:
    """The rows of what was kept."""
    return fetch(*kept) if kept else []
