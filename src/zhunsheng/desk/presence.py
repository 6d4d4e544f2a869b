"""谁在看: who else has a case open or is filling in a step of it, and what was recorded since the page was made.

An open page asks every few seconds, says by that that its officer is there, and is told who else is. No record of work:
a row is written over and forgotten.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from zhunsheng.cases.models import Case
from zhunsheng.cases.reading import procedure_of
from zhunsheng.desk.acting import action_name, newer_lines
from zhunsheng.desk.frame import officers_only
from zhunsheng.desk.models import Presence
from zhunsheng.desk.reach import looked_up_case
from zhunsheng.kernel.office import Verb
from zhunsheng.orgs.models import Officer
from zhunsheng.typed import whole_number

EVERY = 10
"""Seconds between two questions of an open page."""
GONE = timedelta(seconds=45)
"""Who has not asked for so long has gone."""
_NOTED = timedelta(seconds=20)
"""A note younger than this is not written again."""


def note(case: Case, officer: Officer, action: str) -> list[Presence]:
    """Note that an officer has a case open, with the form of an action or none; gives who else has. One query, and one
    more when it has to be written down."""
    now = timezone.now()
    there = list(Presence.objects.filter(case=case, seen_at__gt=now - GONE).select_related("officer").order_by("pk"))
    own = next((row for row in there if row.officer_id == officer.pk), None)
    if own is None or own.action != action or own.seen_at < now - _NOTED:
        Presence.objects.bulk_create(
            [Presence(case=case, officer=officer, action=action, seen_at=now)], update_conflicts=True,
            unique_fields=("case", "officer"), update_fields=("action", "seen_at"),
        )  # fmt: skip
    return [row for row in there if row.officer_id != officer.pk]


@officers_only
@require_POST
def presence(request: Any, pk: int) -> HttpResponse:
    """Who else is there, and what is new since ``seen`` records, or since those a form that was refused has shown."""
    case = looked_up_case(request, pk)
    compiled = procedure_of(case)
    action = request.POST.get("acting", "")
    known = action in compiled.procedure.actions or action in list(Verb)
    others = note(case, request.user, action if known else "")
    told = (whole_number(request.POST.get(name)) for name in ("seen", "expected_sequence"))
    seen = max((number for number in told if number is not None), default=case.sequence)
    newer = (
        case.events.filter(sequence__gt=seen).select_related("officer", "on_behalf_of") if case.sequence > seen else ()
    )
    context = {
        "case": case,
        "others": [(row.officer.name, action_name(compiled, row.action) if row.action else "") for row in others],
        "newer": newer_lines(compiled, newer),
        "is_filling": bool(action),
    }
    return TemplateResponse(request, "desk/_presence.html", context)
