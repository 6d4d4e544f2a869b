"""A file that was destroyed, as its rows stand afterwards: for pages that show one, which no place of this year has."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.retention.models import ListedFile, Proposal, Review, State, Tombstone

RECORD = 900_000_001


def destroyed_file(proposer: Officer, reviewers: list[Officer], organ: Organ, system: str) -> dict[str, int]:
    """A list that was carried out, of one file; gives what addresses are made of."""
    now = timezone.now()
    row = Proposal.objects.create(
        organ=organ, path=organ.path, reason="保管期限已满，没有继续保存的价值", state=State.DESTROYED,
        number="示档销〔2026〕1号", proposed_by=proposer, proposed_at=now, ended_at=now,
    )  # fmt: skip
    for one in reviewers:
        Review.objects.create(proposal=row, officer=one, agreed=True, opinion="同意", at=now)
    file: dict[str, Any] = {
        "record": RECORD, "system": system, "number": "示审〔2015〕7号", "organ": organ, "path": organ.path,
        "opened_on": date(2015, 3, 2), "closed_on": date(2015, 3, 20), "basis": "示例县文件材料归档范围和保管期限表：10年",
    }  # fmt: skip
    ListedFile.objects.create(proposal=row, kept_until=date(2025, 12, 31), **file)
    Tombstone.objects.create(proposal=row, digest="0" * 64, rows={"event": 6}, destroyed_at=now, **file)
    return {"destruction": row.pk, "destroyed": RECORD}
