"""草稿: keeps what an officer is typing into the form of a step, and gives it back.

A draft is nobody's record: it is read by its officer only, is not audited, and goes when the step is taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from zhunsheng.cases.models import Case, Draft
from zhunsheng.orgs.models import Officer

MOST = 200_000
"""The longest draft, in characters of all that was typed. A setting."""


def keep_draft(case: Case, action: str, officer: Officer, typed: Iterable[tuple[str, list[str]]]) -> Draft | None:
    """Keep what was typed, in place of what was kept before. None when it is empty or longer than any form."""
    found = {name: values for name, values in typed if any(values)}
    if not found or sum(len(value) for values in found.values() for value in values) > MOST:
        return None
    draft, _created = Draft.objects.update_or_create(
        case=case, action=action, officer=officer, defaults={"typed": found, "saved_at": timezone.now()}
    )
    return draft


def draft_of(case: Case, action: str, officer: Officer) -> Draft | None:
    return Draft.objects.filter(case=case, action=action, officer=officer).first()


def drafts_on(case: Case, officer: Officer) -> list[tuple[str, datetime]]:
    """The steps of a case an officer began to fill in and did not take, and when he last typed; the newest first."""
    rows = Draft.objects.filter(case=case, officer=officer).order_by("-saved_at")
    return list(rows.values_list("action", "saved_at"))


def drop_draft(case: Case, action: str, officer: Officer) -> None:
    """Throw the draft away: the step was taken, or the officer does not want it."""
    Draft.objects.filter(case=case, action=action, officer=officer).delete()
