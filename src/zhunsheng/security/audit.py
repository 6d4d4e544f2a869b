"""Writing the audit trail: one entry for one write, in the same transaction, of the kind its action belongs to.

A change of an existing row tells what was and what is (``changed``); what may be personal only as a mark. Reading is in
``searching``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import BinaryField, JSONField, TextField
from django.utils import timezone
from django.utils.crypto import salted_hmac

from zhunsheng.security.models import AuditEntry, AuditKind
from zhunsheng.security.told import Told

TAKEN_OUT = {
    "annotated", "binder", "download", "export", "export_unmasked", "file", "file_list", "find_number", "find_party",
    "outline_file", "print", "resting", "reveal", "table", "take_out", "urging_notice",
}  # fmt: skip
"""How actions end by which something leaves the platform, or is shown that is masked elsewhere."""
PASSWORDS = {"orgs.change_password", "orgs.set_password"}
HIDDEN = {
    "check_note", "content", "ground_note", "hash", "lifting", "name", "note", "opinion", "password", "person", "post",
    "reason", "secret", "shown_title", "substitute", "title", "username", "void_reason", "withdrawal", "withdrawn",
}  # fmt: skip
"""Columns whose values may be personal or secret: instead of one stands a mark that is the same for the same value; so it does
for long texts and JSON, except the ``CODES``."""
CODES = {"kinds", "scopes", "systems"}
LONGEST = 120


def record(action: str, subject: str, officer_id: int | None, at: datetime | None = None, **detail: Any) -> None:
    """Add one entry. ``detail`` must hold no personal data: keys, counts, states, never names or numbers of people."""
    AuditEntry.objects.create(
        kind=kind_of(action),
        at=at or timezone.now(),
        officer_id=officer_id,
        action=action,
        subject=subject,
        detail=detail,
    )


def kind_of(action: str) -> AuditKind:
    """To which of the kinds an action belongs."""
    room, _, verb = action.partition(".")
    if room in ("security", "api", "operator") or verb in TAKEN_OUT or action in PASSWORDS:
        return AuditKind.SECURITY
    return AuditKind.COURSE if room in ("case", "material") else AuditKind.CHANGE


def changed(row: Told, *others: Told) -> dict[str, Any]:
    """For ``record``: the columns of the row an entry is about that are not as they were read, each with what was and what is;
    of other rows changed with it each column with their model and key before it."""
    found = {**_changes(row), **_of(others)}
    return {"changed": found} if found else {}


def changed_of(*rows: Told) -> dict[str, Any]:
    """The same where the entry is about something else than any of the rows."""
    found = _of(rows)
    return {"changed": found} if found else {}


def changed_value(name: str, before: Any, now: Any) -> dict[str, Any]:
    """The same of one value that is no column, such as what a setting comes to; nothing personal may be in it."""
    return {"changed": {name: [before, now]}}


def _of(rows: Iterable[Told]) -> dict[str, Any]:
    return {f"{row._meta.model_name}.{row.pk}.{name}": both for row in rows for name, both in _changes(row).items()}


def _changes(row: Told) -> dict[str, list[Any]]:
    """What of a row is not as it was read; from here on it counts as read anew. Nothing of a row that was just made."""
    was: dict[str, Any] = getattr(row, "read_as", {})
    found = {}
    for field in row._meta.concrete_fields:
        name = field.attname
        if field.primary_key or isinstance(field, BinaryField) or name not in was:
            continue
        before, now = was[name], field.to_python(row.__dict__.get(name, was[name]))
        if before != now:
            found[name] = [_told(field, before), _told(field, now)]
            was[name] = now
    return found


def _told(field: Any, value: Any) -> Any:
    if value is None or isinstance(value, bool | int) or value == "":
        return value
    text = value if isinstance(value, str) else str(value)
    if field.attname in HIDDEN or (isinstance(field, TextField | JSONField) and field.attname not in CODES):
        return f"***{salted_hmac('zhunsheng.security.audit', text, algorithm='sha256').hexdigest()[:8]}"
    return text[:LONGEST]
