"""Proving who may do what (任职、委托、账号核对): the days on which duties and delegations end, which accounts are open, and what other
rooms name, against what the audit trail told of them last. The rest of these rows is never edited and sealed by the chain. Reads only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Model, Q

from zhunsheng.kernel.words import Words
from zhunsheng.orgs.models import Delegation, Duty, Line, Officer
from zhunsheng.security.models import AuditEntry
from zhunsheng.security.verifying import Finding

_OURS = Q(action__startswith="orgs.")
_COLUMNS = ((Duty, "valid_to"), (Officer, "is_active"), (Delegation, "ended_at"), (Line, "ended_at"))


def changed_unseen(actions: Q = _OURS, columns: Sequence[tuple[type[Model], str]] = _COLUMNS) -> Iterator[Finding]:
    """Rows that are otherwise than told by entries of these actions. One of which nothing was told, such as those of the
    demonstration, has nothing to be held against."""
    told = _told_last(actions)
    for model, column in columns:
        yield from _of(model, column, told.get((str(model._meta.model_name), column), {}))


def _told_last(actions: Q) -> dict[tuple[str, str], dict[int, Any]]:
    """Kind of row and column → key → what the trail says the column holds since its last entry: ``changed`` tells what was and is,
    of the row the entry is about or of another; the entry of a new row what it began with."""
    told: dict[tuple[str, str], dict[int, Any]] = defaultdict(dict)
    entries = AuditEntry.objects.filter(actions).order_by("pk")
    for subject, detail in entries.values_list("subject", "detail").iterator():
        own, _colon, own_key = subject.partition(":")
        for column, value in detail.items():
            if own_key.isdecimal():
                told[own, column][int(own_key)] = value
        for changed, (_before, now) in detail.get("changed", {}).items():
            kind, key, column = changed.split(".") if changed.count(".") == 2 else (own, own_key, changed)
            if key.isdecimal():
                told[kind, column][int(key)] = now
    return told


def _of(model: type[Model], column: str, told: dict[int, Any]) -> Iterator[Finding]:
    table = model._meta.db_table
    for key, value in model._base_manager.order_by("pk").values_list("pk", column).iterator():
        said = value if value is None or isinstance(value, bool) else str(value)
        if key in told and said != told[key]:
            words = Words(
                f"{table} 的记录 {key} 的 {column} 与审计记录不符：记录为 {told[key]}，现为 {said}",
                f"{column} of row {key} of {table} is {said}; the audit trail says {told[key]}",
            )
            yield Finding("untold", table, key, words)
