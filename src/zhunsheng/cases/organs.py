"""Organs by the names that fields hold (按名称找单位): for whom is asked, who issues a paper, whose figures a step reads.

Whoever types an organ is not asked for more than its name; which of several alike is meant is decided here alone.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from zhunsheng.bulk import placeholders
from zhunsheng.ledger.readings import region_prefix
from zhunsheng.orgs.models import Organ
from zhunsheng.prepared import Query, columns_of, fetch


def organs_called(names: Collection[str], near: Organ, on: date) -> dict[str, Organ]:
    """The organs by these names that have not ended by a day; of several alike one in the region of an organ, else one below it,
    else any. One query, none without names."""
    if not names:
        return {}
    rows = (Organ.from_db(DEFAULT_DB_ALIAS, _COLUMNS, told) for told in fetch(_named(len(names)), [on, *names]))
    found = sorted(rows, key=lambda organ: (organ.region_id == near.region_id, is_within(organ, near), -organ.pk))
    return {organ.name: organ for organ in found}


def organ_called(name: Any, near: Organ, on: date) -> Organ | None:
    """The organ a field names, of several the first, in the region of an organ or below it."""
    called = str((name[0] if isinstance(name, list) and name else name) or "")
    found = organs_called([called], near, on).get(called)
    return found if found is not None and is_within(found, near) else None


def is_within(organ: Organ, near: Organ) -> bool:
    """Whether an organ stands in the region of another or below it."""
    return organ.region_id.startswith(region_prefix(near.region_id))


_COLUMNS = [field.attname for field in Organ._meta.concrete_fields]


@cache
def _named(count: int) -> Query:
    """Each dispatch asks it."""
    names = placeholders(range(count))
    statement = (
        f"SELECT {columns_of(Organ, 'o')} FROM orgs_organ o "  # noqa: S608 - our own names
        f"WHERE (o.valid_to IS NULL OR o.valid_to > %s) AND o.name IN ({names})"
    )
    return Query(statement, Organ._meta.concrete_fields)
