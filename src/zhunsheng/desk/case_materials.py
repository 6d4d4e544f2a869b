"""材料 on the page of a case: adding files, giving them out, making them void, and the list of the file to print.

What may be filed and by whom is decided in ``cases.materials``. A file is served only through its case.
"""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhunsheng.cases import materials
from zhunsheng.cases.file_list import file_list
from zhunsheng.cases.materials import KINDS, LARGEST, volumes_for, works_on
from zhunsheng.cases.models import Case, Material
from zhunsheng.desk.acting import action_name
from zhunsheng.desk.frame import demonstration_loads, officers_only, telling
from zhunsheng.desk.reach import opened_case, visible_case
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.papers.docx import to_docx
from zhunsheng.security.audit import record
from zhunsheng.typed import whole_number


def materials_context(request: Any, row: Case, compiled: CompiledProcedure) -> dict[str, Any]:
    """The materials an officer may see, the scans by paper, and what the form to add one offers. Two queries."""
    volumes = volumes_for(row, request.access)
    found = list(
        row.materials.filter(volume__in=volumes).select_related("added_by", "on_behalf_of", "voided_by").order_by("pk")
    )
    events = list(row.events.order_by("-sequence"))
    steps = {event.sequence: action_name(compiled, event.action) for event in events}
    works, people = works_on(row, request.access), request.access.people
    return {
        "may_release": works,
        "volumes": [
            (volume, [(m, steps.get(m.sequence, ""), filesizeformat(m.size), works or not people.isdisjoint((m.added_by_id, m.on_behalf_of_id)))
                      for m in found if m.volume == volume and m.paper_id is None])
            for volume in volumes
        ],
        "scans": [m for m in found if m.paper_id is not None],
        "steps": [(event.sequence, f"{event.on:%Y-%m-%d} {steps[event.sequence]}") for event in events],
        "endings": ",".join(f".{ending}" for ending in KINDS),
        "largest": LARGEST // (1024 * 1024),
    }  # fmt: skip


def _tab(pk: int) -> str:
    return f"{reverse('desk:case', args=[pk])}?tab=papers"


@officers_only
@require_POST
def add(request: Any, pk: int) -> HttpResponse:
    """上传: one or several files; each is taken or refused by itself, and the page says which."""
    case = visible_case(request, pk)
    files = request.FILES.getlist("file")
    if not files:
        messages.error(request, _("没有选择文件，请先选择再上传。"))
    taken = 0
    for file in files:
        title = request.POST.get("title", "") if len(files) == 1 else ""
        with telling(request):
            materials.add_material(
                case, file.chunks(), file_name=file.name, officer=request.user, access=request.access, title=title,
                volume=request.POST.get("volume", "main"), sequence=whole_number(request.POST.get("sequence")),
                paper=whole_number(request.POST.get("paper")),
            )  # fmt: skip
            taken += 1
    if taken:
        messages.success(request, _("已上传 %(n)s 个文件") % {"n": taken})
    return HttpResponseRedirect(_tab(pk))


def _material(request: Any, case: Case, material_pk: int) -> Material:
    rows = Material.objects.filter(case=case, volume__in=volumes_for(case, request.access)).select_related("case")
    return get_object_or_404(rows, pk=material_pk)


@officers_only
def download(request: Any, pk: int, material_pk: int) -> HttpResponse:
    """下载: always as a file to keep, never shown by the browser, so that no content can act as a page of this site."""
    row = _material(request, opened_case(request, pk), material_pk)
    try:
        file = materials.open_material(row, request.user)
    except materials.ContentLost as lost:
        record("material.lost", f"case:{pk}", request.user.pk, material=row.pk)
        raise Http404(_("文件内容已经损坏或者丢失，请管理员从备份恢复")) from lost
    answer = FileResponse(file, as_attachment=True, filename=row.file_name, content_type=row.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@officers_only
@require_POST
def void(request: Any, pk: int, material_pk: int) -> HttpResponse:
    row = _material(request, visible_case(request, pk), material_pk)
    with telling(request, _("已作废：%(title)s") % {"title": row.title}):
        materials.void_material(row, officer=request.user, access=request.access, reason=request.POST.get("reason", ""))
    return HttpResponseRedirect(_tab(pk))


@officers_only
def contents(request: Any, pk: int) -> HttpResponse:
    """卷宗目录 as a .docx file, with the title of the case in full."""
    case = opened_case(request, pk)
    document = file_list(case, volumes_for(case, request.access), is_demonstration=demonstration_loads().exists())
    record("case.file_list", f"case:{pk}", request.user.pk)
    name = _("卷宗目录") + f"{case.number}.docx"
    return FileResponse(io.BytesIO(to_docx(document)), as_attachment=True, filename=name)
