"""A paper of a case as it prints (文书), and as a file to download. Layout and numbering are the papers room's."""

from __future__ import annotations

import io
from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from zhunsheng.cases.models import Case
from zhunsheng.cases.reading import procedure_of
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.case_page import paper_name
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.reach import opened_case
from zhunsheng.papers.models import Paper
from zhunsheng.papers.printing import Printed, printed
from zhunsheng.security.audit import record


def _printed(case: Case, row: Paper) -> Printed:
    return printed(row, is_void=case.voided_on is not None)


@officers_only
def paper(request: Any, pk: int, paper_pk: int) -> HttpResponse:
    case = opened_case(request, pk)
    row = get_object_or_404(Paper.objects.select_related("organ", "template"), pk=paper_pk, case_id=case.pk)
    name = paper_name(procedure_of(case), row)
    context = {
        "case": case, "paper": row, "name": name, "shown": _printed(case, row).html(),
        "download": reverse("desk:paper-document", args=[pk, paper_pk]),
    }  # fmt: skip
    trail = [Crumb(case.number or str(case.pk), reverse("desk:case", args=[pk])), Crumb(name)]
    return page(request, "desk/paper.html", context, trail=trail, system=systems()[case.system])


@officers_only
def paper_document(request: Any, pk: int, paper_pk: int) -> HttpResponse:
    """下载: the paper as a .docx file; that it was taken out is kept in the audit trail."""
    case = opened_case(request, pk)
    row = get_object_or_404(Paper.objects.select_related("organ", "template"), pk=paper_pk, case_id=case.pk)
    name = f"{paper_name(procedure_of(case), row)}{row.number}.docx"
    record("paper.download", f"paper:{paper_pk}", request.user.pk, case=pk)
    return FileResponse(io.BytesIO(_printed(case, row).docx()), as_attachment=True, filename=name)
