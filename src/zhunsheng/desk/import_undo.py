"""撤回导入: an officer takes back a whole import, within some days and as long as none of its cases was touched since.

What making the cases void comes to is in ``cases.voiding``; here is who may, until when, and the page's part of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhunsheng.cases.models import Case
from zhunsheng.cases.voiding import touched_since, void_cases
from zhunsheng.desk import background
from zhunsheng.desk.background import JobFailed
from zhunsheng.desk.forms import say_refusal
from zhunsheng.desk.frame import officers_only
from zhunsheng.desk.import_owners import own_upload
from zhunsheng.desk.import_running import AT_ONCE
from zhunsheng.desk.models import Job, Upload
from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.refusals import Refused
from zhunsheng.security.audit import record

DAYS = 7
"""For so many days an import can be taken back. A setting of the platform, not a rule of law."""
LISTED = 50
"""Touched cases that are listed."""


def until(upload: Upload) -> datetime | None:
    """The moment up to which an import can be taken back; None when there is nothing to take back."""
    if upload.imported_at is None or upload.undone_at is not None or not upload.cases:
        return None
    return upload.imported_at + timedelta(days=DAYS)


def undo_context(upload: Upload, access: Access) -> dict[str, Any]:
    """What the page of an import shows of taking it back: until when, or which cases keep it from being taken back,
    of those that the officer still sees."""
    last = until(upload)
    if last is None or last < timezone.now():
        return {"undo_until": None, "undo_days": DAYS}
    touched = touched_since(upload.cases, upload.imported_at)
    rows = Case.visible.to(access).filter(pk__in=[t.case_id for t in touched[:LISTED]])
    numbers = dict(rows.values_list("pk", "number"))
    return {
        "undo_until": last,
        "undo_days": DAYS,
        "touched_count": len(touched),
        "touched": [(t.case_id, numbers[t.case_id], t.words) for t in touched[:LISTED] if t.case_id in numbers],
    }


def undo_upload(upload_id: int, reason: str, progress: Callable[[int], None] | None = None) -> int:
    """Take an import back: its cases are made void and it is noted, in one transaction. Gives how many. Raises
    ``Refused``."""
    with transaction.atomic():
        upload = Upload.objects.select_for_update(of=("self",)).select_related("officer").defer("content", "annotated")
        found = upload.get(pk=upload_id)
        if found.undone_at is not None:
            return 0
        today = timezone.localdate()
        access = access_of(found.officer, today)
        count = void_cases(
            found.cases, found.imported_at, reason, officer=found.officer, access=access, today=today,
            progress=progress,
        )  # fmt: skip
        Upload.objects.filter(pk=upload_id).update(undone_at=timezone.now(), undo_reason=reason.strip()[:300])
        record("cases.undo_import", f"system:{found.system}", found.officer_id, upload=upload_id, cases=count)
    return count


@officers_only
@require_POST
def undo(request: Any, pk: int) -> HttpResponse:
    """撤回: at once, or in the background when there are many."""
    found = own_upload(request, pk)
    back = HttpResponseRedirect(reverse("desk:import", args=[pk]))
    reason = request.POST.get("reason", "").strip()
    last = until(found)
    if last is None or last < timezone.now():
        messages.error(request, _("这次导入已经不能撤回：已过 %(days)s 天，或者已经撤回。") % {"days": DAYS})
        return back
    if not reason or request.POST.get("confirmed") != "1":
        messages.error(request, _("没有撤回：请写明理由，并勾选确认。"))
        return back
    waiting = Job.objects.filter(kind="undo", asked__upload=found.pk, state__in=("waiting", "running")).first()
    if waiting is not None:
        return HttpResponseRedirect(reverse("desk:job", args=[waiting.pk]))
    if len(found.cases) > AT_ONCE:
        job = background.hand_in(
            "undo", request.user, found.system, len(found.cases), upload=found.pk, reason=reason[:300]
        )
        return HttpResponseRedirect(reverse("desk:job", args=[job.pk]))
    try:
        undo_upload(found.pk, reason)
    except Refused as refused:
        messages.error(request, _("没有撤回，什么都没有改动。") + say_refusal(refused.refusal))
    return back


def undo_in_background(job: Job, progress: Callable[[int], None]) -> None:
    """The same, for a worker."""
    try:
        undo_upload(job.asked["upload"], job.asked["reason"], progress)
    except Refused as refused:
        raise JobFailed(*refused.refusal.reason) from refused
