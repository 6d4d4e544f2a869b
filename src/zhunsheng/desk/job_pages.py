"""Pages of work in the background (后台任务): how far it is, starting it again, fetching its file. For its officer alone."""

from __future__ import annotations

import io
from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from zhunsheng.cases.materials import KINDS
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk import background
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.models import Job
from zhunsheng.desk.wording import Light
from zhunsheng.kernel.words import Words
from zhunsheng.security.audit import record

TITLE = Words("后台任务", "Background work")


def _own(request: Any, pk: int) -> Job:
    """The officer's own job; for anybody else, and for one who has lost a duty it rests on, it is not there (404)."""
    found = get_object_or_404(Job.objects.defer("file"), pk=pk, officer=request.user)
    if not background.is_within_reach(found, request.access):
        raise Http404
    return found


def kind_of(job: Job) -> str:
    names = {"check": _("检查表格"), "import": _("导入表格"), "undo": _("撤回导入"), "export": _("导出台账")}
    return names[job.kind]


def light_of(job: Job) -> Light:
    """How a job stands."""
    if background.is_broken_off(job):
        return Light("overdue", _("中断"))
    kinds = {"waiting": "waiting", "running": "soon", "done": "good", "failed": "overdue"}
    return Light(kinds[job.state], job.get_state_display())


@officers_only
def jobs(request: Any) -> HttpResponse:
    """The officer's newest jobs."""
    newest = Job.objects.filter(officer=request.user).defer("file").order_by("-pk")[:50]
    lines = [
        (job, kind_of(job), systems()[job.system].name, light_of(job))
        for job in newest
        if job.system in systems() and background.is_within_reach(job, request.access)
    ]
    return page(request, "desk/jobs.html", {"lines": lines}, trail=[Crumb(TITLE)])


@officers_only
def job(request: Any, pk: int) -> HttpResponse:
    """One job. It asks anew by itself; when an import is through, the page of the upload takes over."""
    found = _own(request, pk)
    light = light_of(found)
    system = systems().get(found.system)
    if found.state == Job.State.DONE and "upload" in found.asked:
        address = reverse("desk:import", args=[found.asked["upload"]])
        return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)
    done = background.done_so_far(found)
    context = {
        "job": found,
        "name": kind_of(found),
        "light": light,
        "is_open": light.kind in ("waiting", "soon"),
        "can_start_again": light.kind == "overdue",
        "done": min(done, found.total) if found.total else done,
        "percent": min(99, done * 100 // found.total) if found.total else 0,
        "problem": Words(**found.problem) if found.problem else None,
        "has_file": found.state == Job.State.DONE and bool(found.file_name),
        "kept_days": background.KEPT.days,
    }
    return page(
        request,
        "desk/job.html",
        context,
        trail=[Crumb(TITLE, reverse("desk:jobs")), Crumb(kind_of(found))],
        system=system,
    )


@officers_only
@require_POST
def again(request: Any, pk: int) -> HttpResponse:
    """Start a job again that was broken off or failed."""
    background.put_back(_own(request, pk))
    return HttpResponseRedirect(reverse("desk:job", args=[pk]))


@officers_only
def job_file(request: Any, pk: int) -> HttpResponse:
    """The file a job made."""
    found = _own(request, pk)
    if found.state != Job.State.DONE or not found.file:
        raise Http404
    record("job.file", f"system:{found.system}", request.user.pk, job=found.pk)
    kind = KINDS[found.file_name.rpartition(".")[2]]
    content = io.BytesIO(bytes(found.file))
    return FileResponse(content, as_attachment=True, filename=found.file_name, content_type=kind.content_type)
