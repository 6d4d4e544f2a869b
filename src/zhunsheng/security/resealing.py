"""Sealing what is in the database already (补加密、换密钥): rows written before their field was sealed, or with a key that gives way.

Rooms say which of their columns are sealed (``register``); rows are gone through in stretches, each a transaction, so
that the site goes on and a run that broke off is simply started again.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from django.db import models, transaction
from django.db.models import F, TextField
from django.db.models.functions import Cast

from zhunsheng.bulk import insert_rows, keys_in_turn, to_json, update_rows
from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.fields import FieldDeclaration, identity_numbers
from zhunsheng.security.guards import passage
from zhunsheng.security.keys import keys
from zhunsheng.security.models import NumberDigest
from zhunsheng.security.sealing import MARK, digest_of, names_of, open_text, opened, seal_text, sealed

CHUNK = 900
"""Rows at once: their keys are the parameters of one statement, of which every SQLite in use takes so many."""
TELL_EVERY = 5
"""Seconds between two signs of progress."""
_KEY_IDS = re.compile(r'"\\u0002(\w+):')

Told = Callable[[str, int, int], None]
"""What is gone through, how many rows of it are done, of how many."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Told nothing."""


class Column(NamedTuple):
    """A sealed column: where its row says of which system it is (empty: it is sealed as a whole), and as what kind of record,
    by which column, it is found by identity numbers. ``printed``: it holds what papers say."""

    model: type[models.Model]
    field: str
    system: str = ""
    kind: str = ""
    record: str = "pk"
    printed: bool = False

    def names(self, slug: str) -> frozenset[str]:
        """The fields of a system that are sealed here."""
        return names_of(slug, printed=self.printed)


_columns: list[Column] = []


def register(*columns: Column) -> None:
    """Let a room say which of its columns are sealed."""
    _columns.extend(columns)


def columns() -> tuple[Column, ...]:
    return tuple(_columns)


def reseal_all(told: Told = silent) -> int:
    """Seal whatever is not sealed with the key in use; gives how many rows were changed."""
    return sum(reseal(column, told) for column in _columns)


def reseal(column: Column, told: Told = silent) -> int:
    """The same for one column."""
    changed, done, total = 0, 0, _rows(column).count()
    for chunk in keys_in_turn(_rows(column), CHUNK):
        with transaction.atomic(), passage(column.model._meta.db_table):
            changed += _reseal_some(column, chunk)
        done += len(chunk)
        told(str(column.model._meta.verbose_name), done, total)
    return changed


def telling() -> Told:
    """Says on the error output how far it is, every few seconds: migrations and commands may take minutes."""
    last = time.monotonic()

    def told(what: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= TELL_EVERY:
            last = time.monotonic()
            print(f"  {what}：{done:,} / {total:,}", file=sys.stderr, flush=True)

    return told


def _rows(column: Column) -> models.QuerySet[Any]:
    """The rows in which something may be sealed."""
    rows = column.model._base_manager.all()
    if column.system:
        return rows.filter(**{f"{column.system}__in": [slug for slug in systems() if column.names(slug)]})
    return rows


def _reseal_some(column: Column, chunk: list[int]) -> int:
    """Seal rows of one column, each read once and all written together; gives how many were changed."""
    rows = column.model._base_manager.filter(pk__in=chunk).select_for_update(of=("self",)).order_by("pk")
    raw = Cast(column.field, TextField())
    system = F(column.system) if column.system else models.Value("")
    current = keys().current.id
    kept: list[tuple[int, str]] = []
    numbers: set[tuple[int, str]] = set()
    for pk, record, slug, text in rows.values_list("pk", column.record, system, raw):
        held = json.loads(text) if text else None
        if not held:
            continue
        ids = key_ids(text)
        value = _resealed(column, slug, held, ids, current)
        if value is held and ids <= {current}:
            continue
        kept.append((pk, to_json(value)))
        if column.kind:
            numbers |= {(record, digest_of(number)) for number in identity_numbers(_fields_of(slug), opened(held))}
    update_rows(column.model, column.field, kept)
    if numbers:
        there = NumberDigest.objects.filter(kind=column.kind, record__in={record for record, _digest in numbers})
        new = sorted(numbers - set(there.values_list("record", "digest")))
        insert_rows(NumberDigest, ("kind", "record", "digest"), [(column.kind, *one) for one in new])
    return len(kept)


def _resealed(column: Column, slug: str, held: Any, ids: set[str], current: str) -> Any:
    """What a column holds, sealed with the key in use; the very same object where nothing in it has to be."""
    if column.system:
        kept = sealed(held, column.names(slug))
        if ids <= {current}:
            return held if kept == held else kept
        return sealed(opened(held), column.names(slug))
    if isinstance(held, str) and held.startswith(MARK):
        return held if ids <= {current} else seal_text(open_text(held, ""), "")
    return seal_text(json.dumps(held, ensure_ascii=False), "")


@cache
def _fields_of(slug: str) -> dict[str, FieldDeclaration]:
    owner = systems()[slug]
    found: dict[str, FieldDeclaration] = {}
    for declared in (
        *(procedure.all_fields for procedure in owner.procedures),
        *(one.fields for one in owner.registers),
    ):
        found |= declared
    return found


def key_ids(text: str) -> set[str]:
    """The keys with which something in the JSON of a column is sealed."""
    return set(_KEY_IDS.findall(text))


def in_use() -> set[str]:
    """The keys with which anything in the database is sealed."""
    found: set[str] = set()
    for column in _columns:
        for chunk in keys_in_turn(_rows(column), CHUNK):
            rows = column.model._base_manager.filter(pk__in=chunk)
            for text in rows.values_list(Cast(column.field, TextField()), flat=True):
                found |= key_ids(text or "")
    return found
