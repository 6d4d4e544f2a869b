"""Keeping texts in step with their records (随写随记): called by the rooms inside the transaction that writes the record.
None of these statements reads what another has written, so that they may all go to the server as one.

A text costs one row when a record comes into being and again when what it says changes; the index is made later
(``indexing``), so that no step of a case waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from zhunsheng.bulk import insert_rows, placeholders, run, stretches
from zhunsheng.orgs.reforming import Move, Plan, Touched
from zhunsheng.search.models import Text


class Found(NamedTuple):
    """One text to be kept: of which record (and which part of it), where it belongs, its day, its folded words."""

    kind: str
    record: int
    part: int
    system: str
    path: str
    on: str
    text: str


_COLUMNS = (*Found._fields, "indexed")


def keep(rows: Sequence[Found]) -> None:
    """Add the texts of new records. ``on`` is an ISO date."""
    insert_rows(Text, _COLUMNS, [(*row, False) for row in rows])


def keep_instead(kinds: Iterable[str], records: Sequence[int], rows: Sequence[Found]) -> None:
    """Put texts in the place of those that some records had so far."""
    kinds = list(kinds)
    for some in stretches(records, _AT_ONCE):
        run(
            f"DELETE FROM {_table()} WHERE kind IN ({placeholders(kinds)}) AND record IN ({placeholders(some)})",  # noqa: S608 - our own names
            [*kinds, *some],
        )
    keep(rows)


_AT_ONCE = 800


def _table() -> str:
    return connection.ops.quote_name(Text._meta.db_table)


def hand_over(kinds: Sequence[str], record: int, path: str) -> None:
    """A record belongs to another organ from now on."""
    where = f"kind IN ({placeholders(kinds)}) AND record = %s AND path <> %s"
    _move("%s", where, [path], [*kinds, record, path])


def touched(plan: Plan) -> list[Touched]:
    """Texts are no records of their own; a reform has nothing to say of them."""
    return []


def follow(wanted: Move) -> None:
    """Follow organs that a reform hangs elsewhere in the tree."""
    for change in wanted.repathed:
        _move(f"%s || substr(path, {len(change.before) + 1})", "path LIKE %s", [change.after], [f"{change.before}%"])


def _move(path: str, where: str, new: list[object], old: list[object]) -> None:
    """The same texts in another place: added anew, so that the index takes them in again, and the old ones removed."""
    on = connection.ops.quote_name("on")
    names = f"kind, record, part, system, path, {on}, text, indexed"
    run(
        f"INSERT INTO {_table()} ({names}) SELECT kind, record, part, system, {path}, {on}, text, FALSE "  # noqa: S608 - our own names
        f"FROM {_table()} WHERE {where}",
        [*new, *old],
    )
    run(f"DELETE FROM {_table()} WHERE {where}", old)  # noqa: S608 - our own names
