"""Outlines of the report (提纲) on the desk: each as a file to begin with, a place's own uploaded and checked, and the fields
there are. Checking and reading of files is done by ``reports.own_outlines``."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.report_pages import TITLE, asked_for
from zhunsheng.desk.wording import say
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.figures import figures
from zhunsheng.papers.docx_template import LARGEST, FileRefused, Problem
from zhunsheng.reports.composing import government_of
from zhunsheng.reports.drafts import WRITERS, may
from zhunsheng.reports.outline import outlines
from zhunsheng.reports.own_outlines import (
    DRAFT_FIELDS,
    PLACE_FIELDS,
    figure_fields,
    keep_outline,
    own_outlines,
    starting_file,
)
from zhunsheng.security.audit import record

OUTLINES = Words("提纲", "Outlines")


@officers_only
def report_outlines(request: Any, region: str, year: int) -> HttpResponse:
    """The outlines there are, and the form to upload another; what is wrong with a file is said with its place."""
    asked = asked_for(request, region, year)
    may_upload = may(request.access, government_of(asked.region, request.day), WRITERS)
    found: list[Problem] = []
    if request.method == "POST":
        file = request.FILES.get("file")
        if not may_upload:
            raise Http404
        if file is None or file.size > LARGEST:
            found = [
                Problem(
                    Words("", ""), Words("请选择一个不超过限度的 docx 文件", "choose a docx file that is not too large")
                )
            ]
        else:
            try:
                keep_outline(asked.region, file.name, file.read(), request.user)
            except FileRefused as error:
                found = error.problems
            else:
                messages.success(request, _("提纲已保存，起草报告稿时可以选用"))
                return HttpResponseRedirect(reverse("desk:report-outlines", args=[region, year]))
    fields = {name: label for label, name in figure_fields().items()}
    posted = figures(region, asked.first, asked.last)
    context = {
        "here": "reports", "asked": asked, "built_in": {key: say(one.name.words) for key, one in outlines().items()},
        "own": own_outlines(asked.region), "may_upload": may_upload, "problems": found,
        "places": list(PLACE_FIELDS), "drafts": list(DRAFT_FIELDS),
        "fields": [(fields[name], figure) for name, figure in posted.items() if figure.value is not None],
    }  # fmt: skip
    trail = [Crumb(TITLE, reverse("desk:report", args=[region, year])), Crumb(OUTLINES)]
    return page(request, "desk/report_outlines.html", context, trail=trail, status=422 if found else 200)


@officers_only
def report_outline_file(request: Any, region: str, year: int, name: str) -> HttpResponse:
    """下载: an outline as a docx file with its fields."""
    asked = asked_for(request, region, year)
    named = {**{key: one.name.words for key, one in outlines().items()}, **own_outlines(asked.region)}
    if name not in named:
        raise Http404
    content = starting_file(name)
    record("report.outline_file", f"region:{region}", request.user.pk, outline=name)
    title = say(named[name]).removesuffix(".docx")
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=f"{title}.docx")
