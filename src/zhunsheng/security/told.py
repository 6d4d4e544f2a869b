"""Rows that know what they said when they were read (改前), so that the audit trail can tell what was and what is.

A model takes ``Told`` as its base; whoever changes a row adds ``audit.changed`` of it to the entry. Costs no query.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from django.db import models


class Told(models.Model):
    """A row whose changes are told. What is kept beside it are the values as they were read, not copies: a value of JSON is
    replaced, not changed in place."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Iterable[str], values: Iterable[Any]) -> Self:
        names, read = list(field_names), list(values)
        row = super().from_db(db, names, read)
        row.read_as = dict(zip(names, read, strict=False))  # type: ignore[attr-defined]
        return row
