"""预备查询: the few reads that every step of every case begins with, whose SQL is written once and not by the ORM each time.

For those alone: writing the text of a query costs Django more than the databases need to answer it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.db import connection, models

Columns = tuple["models.Field[Any, Any]", ...]


def columns_of(model: type[models.Model], alias: str) -> str:
    """The columns of a model in the order of its fields, for a SELECT."""
    quote = connection.ops.quote_name
    return ", ".join(f"{alias}.{quote(field.column)}" for field in model._meta.concrete_fields)


@cache
def _converters(vendor: str, fields: Columns) -> list[tuple[int, Any, list[Callable[..., Any]]]]:
    found = []
    for index, field in enumerate(fields):
        column = field.get_col(field.model._meta.db_table)
        converters = [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]
        if converters:
            found.append((index, column, converters))
    return found


def fetch(statement: str, parameters: Sequence[Any], fields: Columns) -> list[list[Any]]:
    """The rows of a statement, its columns turned into the values of the fields as Django does."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = [list(row) for row in cursor.fetchall()]
    converting = _converters(connection.vendor, fields)
    for row in rows:
        for index, column, converters in converting:
            for convert in converters:
                row[index] = convert(row[index], column, connection)
    return rows
