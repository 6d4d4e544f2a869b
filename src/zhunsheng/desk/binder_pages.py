"""佐证汇编 (Binder): the evidence of an assessment sheet or of an application for a model, on a page and as a document.

What proves what is the room of assessment's; nothing is kept.
"""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhunsheng.assessment.binder import APPLICATION, Binder, document_of, of_application, of_sheet
from zhunsheng.cases.models import Case
from zhunsheng.desk.assessment_pages import ASSESSMENTS, organ_or_404, year_asked
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.wording import say
from zhunsheng.papers.docx import to_docx
from zhunsheng.papers.pdf import NoFaceError, to_pdf
from zhunsheng.security.audit import record

FORMS = {"docx": to_docx, "pdf": to_pdf}


@officers_only
def sheet_binder(request: Any, organ: int) -> HttpResponse:
    """The binder of the assessment sheet of an organ."""
    year = year_asked(request)
    binder = of_sheet(request.access, organ_or_404(organ), year, request.day)
    if binder is None:
        raise Http404
    back = f"{reverse('desk:assessment-sheet', args=[organ])}?{urlencode({'year': year})}"
    return _answer(request, binder, Crumb(_("考核表"), back))


@officers_only
def application_binder(request: Any, pk: int) -> HttpResponse:
    """The binder of an application for a model."""
    case = Case.visible.to(request.access).select_related("organ").filter(pk=pk, system=APPLICATION).first()
    if case is None:
        raise Http404
    back = reverse("desk:case", args=[pk])
    return _answer(request, of_application(case, request.access, request.day), Crumb(case.number or case.title, back))


def _answer(request: Any, binder: Binder, back: Crumb) -> HttpResponse:
    """The binder as a page, with ``form`` as a file."""
    form = request.GET.get("form", "")
    if form in FORMS:
        try:
            content = FORMS[form](document_of(binder, request.day))
        except NoFaceError as error:
            messages.error(request, say(error.words))
            return HttpResponseRedirect(f"{request.path}?year={binder.year}")
        record("assessment.binder", f"organ:{binder.organ.pk}", request.user.pk, year=binder.year, kind=form)
        name = f"{binder.organ.name}{binder.title.zh}.{form}"
        return FileResponse(io.BytesIO(content), as_attachment=True, filename=name)
    context = {"here": "assessment", "binder": binder, "back": back}
    trail = [Crumb(ASSESSMENTS, f"{reverse('desk:assessment')}?year={binder.year}"), back, Crumb(_("佐证汇编"))]
    return page(request, "desk/binder.html", context, trail=trail)
