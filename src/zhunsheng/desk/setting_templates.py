"""The files of 文书模板 on the desk: the fields a template may hold, a file to begin with, and how a template would print.

Checking and filling in are the papers room's.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from zhunsheng.catalogue.loading import systems
from zhunsheng.catalogue.scenarios import read_scenarios
from zhunsheng.desk.frame import officers_only
from zhunsheng.desk.wording import say
from zhunsheng.kernel.fields import FieldError, parse
from zhunsheng.local.models import Setting
from zhunsheng.local.values import Decisions
from zhunsheng.orgs.models import Organ
from zhunsheng.papers.document import chinese_date
from zhunsheng.papers.issuing import ADDRESS, DUE, printable
from zhunsheng.papers.models import PaperTemplate
from zhunsheng.papers.number_patterns import declared as declared_patterns
from zhunsheng.papers.numbering import format_number
from zhunsheng.papers.place_templates import (
    TEMPLATE,
    certain_for,
    fields_for,
    required_for,
    starting_template,
    subjects,
)  # fmt: skip
from zhunsheng.papers.printing import FromTemplate


@cache
def _sample(slug: str, version: date) -> Mapping[str, str]:
    """The values of the worked examples of a system, as papers print them."""
    owner = systems()[slug]
    scenarios = read_scenarios(owner)
    fields = owner.procedure_of(version).all_fields
    found = {}
    for name, declared in fields.items():
        given = scenarios.sample.get(name) if scenarios else None
        try:
            value = None if given is None else parse(declared, given)
        except FieldError:
            value = None
        found[name] = f"（{declared.zh}）" if value is None else printable(declared, value)
    return found


def sample_values(key: str, organ: Organ, day: date) -> dict[str, str]:
    """Values for looking at a template: those of the examples, and invented ones for the rest."""
    slug, kind, procedure = subjects()[key]
    pattern = declared_patterns().get(f"{slug}.{kind}") or declared_patterns()[slug]
    general = {
        "number": format_number(pattern, organ, day.year, 1), "organ": organ.name, "date": chinese_date(day),
        "case_number": format_number(declared_patterns()[slug], organ, day.year, 1), "outcome": "（结果）",
        "title": "（案件名称）", "note": "（说明）",
    }  # fmt: skip
    dues = {DUE + name: chinese_date(day) for name in procedure.deadlines}
    addresses = {ADDRESS + name: "（地址）" for name in procedure.all_fields}
    return {**general, **_sample(slug, procedure.in_force.from_), **dues, **addresses}


def template_context(request: Any, key: str, organ: Organ, known: Decisions) -> dict[str, Any]:
    """What the page of a template shows: the fields, those needed, and how the one that holds would print."""
    found = known.on(TEMPLATE, key, organ.path, request.day)
    row = PaperTemplate.objects.get(pk=found.value["template"]) if found and found.value else None
    shown = FromTemplate(row, sample_values(key, organ, request.day)).html() if row else ""
    subject = subjects()[key]
    newest = systems()[subject.slug].procedures[-1].in_force.from_
    return {
        "is_template": True, "fields": fields_for(key), "certain": certain_for(key), "needs": required_for(key),
        "template": row, "shown": shown,
        "superseded_on": newest if newest != subject.procedure.in_force.from_ else None,
    }  # fmt: skip


@officers_only
def start_file(request: Any, key: str) -> HttpResponse:
    """起始模板: the built-in text as a docx file with its fields in it."""
    if key not in subjects() or not request.access.holdings:
        raise Http404
    return _docx(starting_template(key), key, _("起始模板"))


@officers_only
def template_file(request: Any, key: str, pk: int) -> HttpResponse:
    """A template that was decided somewhere the officer may look, as it was uploaded."""
    return _docx(bytes(_visible(request, key, pk).content), key, _("模板"))


@officers_only
def sample_file(request: Any, key: str, pk: int) -> HttpResponse:
    """样张: a template filled in with invented values, as a docx file."""
    row = get_object_or_404(PaperTemplate, pk=pk, key=key)
    if row.added_by_id != request.user.pk:
        row = _visible(request, key, pk)
    organ = Organ.objects.filter(pk__in=request.access.organs()).order_by("path").first()
    if organ is None:
        raise Http404
    values = sample_values(key, organ, request.day)
    return _docx(FromTemplate(row, values).docx(), key, _("样张"))


def _visible(request: Any, key: str, pk: int) -> PaperTemplate:
    row = get_object_or_404(PaperTemplate, pk=pk, key=key)
    decided = Setting.visible.to(request.access).filter(kind=TEMPLATE, key=key, value__template=pk)
    if not decided.exists():
        raise Http404
    return row


def _docx(content: bytes, key: str, what: str) -> FileResponse:
    subject = subjects()[key]
    name = f"{say(subject.procedure.papers[subject.kind])}-{what}.docx"
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name)
