"""卷宗打印: the whole case on one page to be printed: contents, limits, course, requests, papers in full, materials, links.

Reads only. Personal data are masked unless the officer asks for them, which is kept in the audit trail; papers name their
parties in full and are there for those who work on the case.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext_lazy

from zhunsheng.cases.materials import volumes_for, works_on
from zhunsheng.cases.matters import matter_of
from zhunsheng.cases.models import Case, may_reveal
from zhunsheng.cases.reading import local_limits, procedure_of, receipts, state_of
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.acting import action_name
from zhunsheng.desk.case_fields import field_lines, line_of
from zhunsheng.desk.case_page import paper_name
from zhunsheng.desk.case_requests import requests_context
from zhunsheng.desk.case_rows import outcome_name
from zhunsheng.desk.deadline_lines import deadline_lines
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.law_marks import changed_for
from zhunsheng.desk.reach import looked_up_case
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.law.working_days import calendar
from zhunsheng.papers.models import Paper
from zhunsheng.papers.printing import printed
from zhunsheng.security.audit import record

TITLE = gettext_lazy("打印卷宗")


@officers_only
def print_case(request: Any, pk: int) -> HttpResponse:
    """The whole case; asked for by POST its personal data are shown, for this answer only."""
    row = looked_up_case(request, pk)
    compiled = procedure_of(row)
    revealed = request.method == "POST"
    if revealed and not may_reveal(row, request.access):
        raise Http404
    record("case.print", f"case:{pk}", request.user.pk, revealed=revealed)
    state = state_of(row, compiled)
    lines = deadline_lines(compiled, state, receipts(row), request.day, calendar(), local_limits(compiled, row.path),
                           changed_for(request, compiled, systems()[row.system]))  # fmt: skip
    works = works_on(row, request.access)
    context = {
        "case": row, "system": systems()[row.system], "state": compiled.procedure.states[row.state], "works": works, "may_reveal": may_reveal(row, request.access),
        "outcome": outcome_name(compiled, row.outcome) if row.outcome else "", "revealed": revealed,
        "version": compiled.version,
        "deadlines": [line for line in lines if line.receipt is not None],
        "fields": _fields(row, compiled, revealed),
        "timeline": _timeline(row, compiled, revealed),
        "papers": _papers(row, compiled, works),
        "materials": _materials(request, row),
        "links": matter_of(row, request.access).select_related("organ").order_by("opened_on", "pk"),
        **requests_context(request, row),
    }  # fmt: skip
    trail = [Crumb(row.number or str(row.pk), reverse("desk:case", args=[pk])), Crumb(str(TITLE))]
    return page(request, "desk/case_print.html", context, trail=trail, system=systems()[row.system])


def _fields(row: Case, compiled: CompiledProcedure, revealed: bool) -> list[Any]:
    return [
        line_of(name, declared, row.fields[name], revealed=revealed)
        for name, declared in compiled.all_fields.items()
        if row.fields.get(name) not in (None, "", [])
    ]


def _timeline(row: Case, compiled: CompiledProcedure, revealed: bool) -> list[Any]:
    """Every event, oldest first, with what it filled in."""
    events = row.events.select_related("officer", "on_behalf_of", "organ").order_by("sequence")
    return [
        {
            "event": event, "name": action_name(compiled, event.action),
            "outcome": outcome_name(compiled, event.outcome) if event.outcome else "",
            "fields": field_lines(compiled, event, revealed=revealed),
        }
        for event in events
    ]  # fmt: skip


def _papers(row: Case, compiled: CompiledProcedure, works: bool) -> list[Any]:
    """Each paper with its text where the reader works on the case."""
    found = Paper.objects.filter(case_id=row.pk).select_related("organ", "template").order_by("pk")
    void = row.voided_on is not None
    return [
        (paper, paper_name(compiled, paper), printed(paper, is_void=void).html() if works else "") for paper in found
    ]


def _materials(request: Any, row: Case) -> list[Any]:
    volumes = volumes_for(row, request.access)
    found = row.materials.filter(volume__in=volumes, voided_at=None).select_related("added_by", "on_behalf_of")
    return [(material, filesizeformat(material.size)) for material in found.order_by("volume", "pk")]
