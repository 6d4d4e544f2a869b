"""Writing the audit trail: one entry for one write, in the same transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from zhunsheng.security.models import AuditEntry


def record(action: str, subject: str, officer_id: int | None, at: datetime | None = None, **detail: Any) -> None:
    """Add one entry. ``detail`` must hold no personal data: keys, counts, states, never names or numbers of people."""
    AuditEntry.objects.create(
        at=at or timezone.now(), officer_id=officer_id, action=action, subject=subject, detail=detail
    )
