"""A list on a chosen day (清单): the entries true on that day, as known now or as known then; search, count, pages.

Reading is ``registers.reading``; nothing is written here.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhunsheng.catalogue.loading import UnknownSystem
from zhunsheng.desk.acting import system_or_404
from zhunsheng.desk.case_rows import PAGE_SIZE
from zhunsheng.desk.frame import may_work_in, officers_only, page
from zhunsheng.desk.wording import name_of, say, value_of
from zhunsheng.kernel.fields import FieldError, mask, parse_date
from zhunsheng.kernel.register import Register
from zhunsheng.registers.models import Revision
from zhunsheng.registers.reading import entries_on


@officers_only
def entries(request: Any, slug: str) -> HttpResponse:
    system = system_or_404(slug)
    if not system.registers or not may_work_in(request.access, slug):
        raise Http404
    day, wrong = _day(request)
    try:
        declared = system.register_on(day)
    except UnknownSystem:
        declared = system.registers[0]
    as_then = request.GET.get("known") == "then"
    known_at = timezone.make_aware(datetime.combine(day, time.max)) if as_then else None
    everything = entries_on(slug, access=request.access, true_on=day, known_at=known_at)
    text = request.GET.get("q", "").strip()
    rows = everything
    if text:
        rows = rows.annotate(named=KeyTextTransform(declared.title, "values")).filter(
            Q(entry__key__icontains=text) | Q(named__icontains=text)
        )
    total = everything.count()
    paginator = Paginator(rows, PAGE_SIZE)
    shown = paginator.get_page(request.GET.get("page"))
    columns = declared.list_columns or [declared.key, declared.title]
    context = {
        "system": system,
        "declared": declared,
        "day": day,
        "wrong": wrong,
        "as_then": as_then,
        "text": text,
        "total": total,
        "count": paginator.count,
        "page": shown,
        "columns": [("", column_name(declared, key)) for key in columns],
        "rows": [(row, [cell(declared, row, key) for key in columns]) for row in shown],
    }
    return page(request, "desk/register.html", context, system=system)


def _day(request: Any) -> tuple[date, str]:
    if not request.GET.get("day"):
        return request.day, ""
    try:
        return parse_date(request.GET["day"]), ""
    except FieldError as error:
        return request.day, say(error.words)


def column_name(declared: Register, key: str) -> str:
    names = {"organ": _("单位"), "valid_from": _("生效日期"), "valid_to": _("失效日期")}
    return names.get(key) or say(declared.fields[key])


def cell(declared: Register, row: Revision, key: str) -> str:
    """One column of one entry in words, sensitive fields masked."""
    match key:
        case "organ":
            return name_of(row.entry.organ)
        case "valid_from" | "valid_to":
            day = getattr(row, key)
            return day.isoformat() if day else "—"
    field = declared.fields[key]
    return value_of(field, mask(field, row.values.get(key)))
