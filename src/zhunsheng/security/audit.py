"""Writing the audit trail: one entry for one write, in the same transaction, of the kind its action belongs to.

Where an action says so (``state_of`` before it, ``changed`` after it) a change of data tells what was and what is. Reading is in
``searching``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import BinaryField, Model
from django.utils import timezone
from django.utils.crypto import salted_hmac

from zhunsheng.security.models import AuditEntry, AuditKind

TAKEN_OUT = {
    "annotated", "binder", "download", "export", "export_unmasked", "file", "file_list", "find_number", "find_party",
    "outline_file", "print", "resting", "reveal", "table", "take_out", "urging_notice",
}  # fmt: skip
"""How actions end by which something leaves the platform, or is shown that is masked elsewhere."""
PASSWORDS = {"orgs.change_password", "orgs.set_password"}
HIDDEN = {"password", "name", "username", "person", "post", "substitute", "reason", "content"}
"""Columns whose values may be personal: instead of one stands a mark that is the same for the same value."""
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


def state_of(row: Model) -> dict[str, Any]:
    """What a row says, for comparing; without what may be personal."""
    return {
        field.attname: _told(field.attname, row.serializable_value(field.attname))
        for field in row._meta.concrete_fields
        if not field.primary_key and not isinstance(field, BinaryField)
    }


def changed(before: Mapping[str, Any], row: Model) -> dict[str, Any]:
    """For ``record``: the columns that are not as they were, each with what was and what is."""
    now = state_of(row)
    found = {name: [before.get(name), value] for name, value in now.items() if before.get(name) != value}
    return {"changed": found} if found else {}


def _told(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int) or value == "":
        return value
    text = value if isinstance(value, str) else str(value)
    if name in HIDDEN:
        return f"***{salted_hmac('zhunsheng.security.audit', text).hexdigest()[:8]}"
    if len(text) > LONGEST:
        mark = salted_hmac("zhunsheng.security.audit", text).hexdigest()[:8]
        return f"{text[:40]}…（{len(text)} 字，{mark}）"
    return text
