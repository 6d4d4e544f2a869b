"""Sealing what is in the database already (补加密、换密钥): rows written before their field was sealed, or with a key that gives way.

Rooms say which of their columns are sealed (``register``); rows are gone through in stretches, each a transaction, so
that the site goes on and a run that broke off is simply started again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.db import models, transaction
from django.db.models import F, TextField
from django.db.models.functions import Cast

from zhunsheng.bulk import to_json, update_row
from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.fields import FieldDeclaration, identity_numbers
from zhunsheng.security.guards import passage
from zhunsheng.security.keys import keys
from zhunsheng.security.models import NumberDigest
from zhunsheng.security.sealing import MARK, digest_of, names_of, open_text, opened, seal_text, sealed

CHUNK = 1_000
_KEY_IDS = re.compile(r'"\\u0002(\w+):')


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


def reseal_all(progress: Callable[[int], None] = lambda _done: None) -> int:
    """Seal whatever is not sealed with the key in use; gives how many rows were changed."""
    return sum(reseal(column, progress) for column in _columns)


def reseal(column: Column, progress: Callable[[int], None] = lambda _done: None) -> int:
    """The same for one column."""
    changed, done = 0, 0
    for chunk in _chunks(column):
        with transaction.atomic(), passage(column.model._meta.db_table):
            rows = column.model._base_manager.filter(pk__in=chunk).select_for_update(of=("self",)).order_by("pk")
            raw = Cast(column.field, TextField())
            system = F(column.system) if column.system else models.Value("")
            for pk, record, slug, text in rows.values_list("pk", column.record, system, raw):
                changed += _reseal_row(column, pk, record, slug, text)
        done += len(chunk)
        progress(done)
    return changed


def _chunks(column: Column) -> Iterator[list[int]]:
    rows = column.model._base_manager.order_by("pk")
    if column.system:
        rows = rows.filter(**{f"{column.system}__in": [slug for slug in systems() if column.names(slug)]})
    last = 0
    while chunk := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        last = chunk[-1]
        yield chunk


def _reseal_row(column: Column, pk: int, record: int, slug: str, text: str | None) -> bool:
    held = json.loads(text) if text else None
    if not held:
        return False
    current = keys().current.id
    if column.system:
        kept = sealed(held, column.names(slug))
        if kept == held and key_ids(text or "") <= {current}:
            return False
        plain = opened(held)
        _keep_numbers(column, record, slug, plain)
        value: Any = sealed(plain, column.names(slug))
    else:
        is_sealed = isinstance(held, str) and held.startswith(MARK)
        if is_sealed and key_ids(text or "") <= {current}:
            return False
        value = seal_text(open_text(held, "") if is_sealed else json.dumps(held, ensure_ascii=False), "")
    update_row(column.model, pk, {column.field: to_json(value)})
    return True


def _keep_numbers(column: Column, record: int, slug: str, values: dict[str, Any]) -> None:
    for number in identity_numbers(_fields_of(slug), values) if column.kind else ():
        NumberDigest.objects.get_or_create(kind=column.kind, record=record, digest=digest_of(number))


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
        for chunk in _chunks(column):
            rows = column.model._base_manager.filter(pk__in=chunk)
            for text in rows.values_list(Cast(column.field, TextField()), flat=True):
                found |= key_ids(text or "")
    return found
