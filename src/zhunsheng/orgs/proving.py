"""Proving who may do what (任职与账号核对): the days on which duties end and which accounts are open, against what the audit
trail told of them last. The rest of these rows is never edited and sealed by the chain. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Model

from zhunsheng.kernel.words import Words
from zhunsheng.orgs.models import Duty, Officer
from zhunsheng.security.models import AuditEntry
from zhunsheng.security.verifying import Finding

_COLUMNS = ((Duty, "duty", "valid_to"), (Officer, "officer", "is_active"))


def changed_unseen() -> Iterator[Finding]:
    """Duties and accounts that are otherwise than told. One of which nothing was told, such as those of the demonstration, has
    nothing to be held against."""
    for model, name, column in _COLUMNS:
        yield from _of(model, column, _told_last(name, column))


def _told_last(name: str, column: str) -> dict[int, Any]:
    """Key → what the trail says the column holds since its last entry: ``changed`` tells what was and is, the entry of a new
    row what it began with."""
    told: dict[int, Any] = {}
    entries = AuditEntry.objects.filter(action__startswith="orgs.", subject__startswith=f"{name}:").order_by("pk")
    for subject, detail in entries.values_list("subject", "detail").iterator():
        key = int(subject.partition(":")[2])
        if column in detail:
            told[key] = detail[column]
        if column in detail.get("changed", {}):
            told[key] = detail["changed"][column][1]
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
