"""PostgreSQL: every table of one snapshot by COPY, which needs no program beside the driver, and putting them in place.

The structure is not copied: migrations make it, up to the state the copy was in. Indexes and foreign keys are made after the
rows, which takes a fraction of the time.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction

from zhunsheng.durability.archive import PIECE, Writer
from zhunsheng.durability.figures import noted
from zhunsheng.security import guards

FOLDER = "tables/"
_FROM = "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
_OURS = "n.nspname = current_schema() AND c.relkind = 'r'"
_IN_MEMORY = 16 * PIECE
_MIGRATIONS = "django_migrations"


def tables(cursor: Any) -> list[str]:
    """Every table of the schema, but the one the migrations keep of themselves."""
    cursor.execute(f"SELECT c.relname {_FROM} WHERE {_OURS} ORDER BY 1")
    return [name for (name,) in cursor.fetchall()]


def _columns(cursor: Any, table: str) -> list[str]:
    cursor.execute(
        "SELECT a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n "
        "ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = %s AND a.attnum > 0 "
        "AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum",
        [table],
    )
    return [name for (name,) in cursor.fetchall()]


def listed(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def size() -> int:
    """Bytes of the database, roughly what a copy reads."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT SUM(pg_table_size(c.oid)) {_FROM} WHERE {_OURS}")
        return int(cursor.fetchone()[0] or 0)


def copy(writer: Writer, folder: Path) -> dict[str, Any]:
    """Add every table as it is at this moment; gives the figures of the same moment. Writers go on meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        names = tables(cursor)

        def ask(statement: str) -> list[tuple[Any, ...]]:
            cursor.execute(statement)
            return list(cursor.fetchall())

        found = noted(ask, names)
        found["columns"] = {name: _columns(cursor, name) for name in names}
        for name in names:
            with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=folder) as draft:
                statement = f'COPY "{name}" ({listed(found["columns"][name])}) TO STDOUT'
                with cursor.copy(statement) as rows:
                    for piece in rows:
                        draft.write(piece)
                length = draft.tell()
                draft.seek(0)
                writer.add(f"{FOLDER}{name}", draft, length)
        cursor.execute(
            "SELECT s.relname, t.relname, a.attname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') "
            "JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid "
            "JOIN pg_namespace n ON n.oid = s.relnamespace WHERE s.relkind = 'S' AND n.nspname = current_schema()"
        )
        owners = cursor.fetchall()
        found["sequences"] = {}
        for sequence, table, _column in owners:  # read last: never behind the rows of the snapshot
            cursor.execute(f'SELECT last_value, is_called FROM "{sequence}"')  # noqa: S608 - names from the catalogue of the database
            if table in found["columns"]:
                found["sequences"][sequence] = list(cursor.fetchone())
    return found


def is_empty() -> bool:
    """Whether there is no table in the schema."""
    with connection.cursor() as cursor:
        return not tables(cursor)


class Loading:
    """Rows on their way into tables that migrations have made; indexes, keys and triggers wait until ``finish``."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self._migrations: tuple[list[str], bytes] | None = None
        guards.remove()
        cursor.execute(
            f"SELECT k.conname, c.relname, pg_get_constraintdef(k.oid) {_FROM} JOIN pg_constraint k ON k.conrelid = c.oid "
            f"WHERE k.contype = 'f' AND {_OURS}"
        )
        self._keys = cursor.fetchall()
        cursor.execute(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.schemaname = current_schema() AND NOT EXISTS "
            "(SELECT 1 FROM pg_constraint k WHERE k.conname = i.indexname)"
        )
        self._indexes = cursor.fetchall()
        for name, table, _definition in self._keys:
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        for name, _definition in self._indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute(f"TRUNCATE {listed(tables(cursor))}")

    def load(self, table: str, columns: list[str], stream: IO[bytes]) -> None:
        """Put the rows of one table in place. What migrations were done is put there last: a restore that was broken off is
        then no database anybody can take for whole, the site does not start on it."""
        if table == _MIGRATIONS:
            self._migrations = columns, stream.read()
            return
        with self._cursor.copy(_copy_in(table, columns)) as rows:
            while piece := stream.read(PIECE):
                rows.write(piece)

    def finish(self, sequences: dict[str, list[Any]], told: Callable[[int, int], None]) -> None:
        """After the rows are committed: make the indexes, as many at once as there are cores, then the foreign keys, which
        look at every row."""
        with connection.cursor() as cursor:
            for name, (last, is_called) in sequences.items():
                cursor.execute("SELECT setval(quote_ident(%s), %s, %s)", [name, last, is_called])
            for name, table, definition in self._keys:
                cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition} NOT VALID')
        waiting = [[definition] for _name, definition in self._indexes]
        by_table: dict[str, list[str]] = {}
        for name, table, _definition in self._keys:  # keys of one table wait for each other anyhow
            by_table.setdefault(table, []).append(f'ALTER TABLE "{table}" VALIDATE CONSTRAINT "{name}"')
        total, done = len(waiting) + len(by_table), 0
        for some in (waiting, list(by_table.values())):
            with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
                for finished in as_completed([pool.submit(_execute, statements) for statements in some]):
                    finished.result()
                    done += 1
                    told(done, total)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            if self._migrations is not None:
                columns, rows_of_migrations = self._migrations
                with cursor.copy(_copy_in(_MIGRATIONS, columns)) as rows:
                    rows.write(rows_of_migrations)


def _copy_in(table: str, columns: list[str]) -> str:
    return f'COPY "{table}" ({listed(columns)}) FROM STDIN'


def _execute(statements: list[str]) -> None:
    """In a thread with a connection of its own."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '256MB'")
            for statement in statements:
                cursor.execute(statement)
    finally:
        connection.close()
