"""The page 待办: what the officer's organ has to do, in sentences first, then case by case."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse

from zhunsheng.cases.models import Assignment, Case
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.case_rows import by_due, due_soon, overdue, page_of, rows_for, unfinished
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import calendar

_TITLE = Words("待办", "To do")


@officers_only
def to_do(request: Any) -> HttpResponse:
    access, today, days = request.access, request.day, calendar()
    mine = Q(handler=request.user)
    asked = Q(pk__in=Assignment.objects.filter(to_organ__in=access.organs(), state="open").values("case_id"))
    open_cases = Case.visible.to(access).filter(unfinished()).order_by()
    counts = open_cases.aggregate(
        open=Count("pk"), overdue=Count("pk", filter=overdue(today)), soon=Count("pk", filter=due_soon(today, days)),
        mine=Count("pk", filter=mine), asked=Count("pk", filter=asked),
    )  # fmt: skip
    conditions = {"overdue": overdue(today), "soon": due_soon(today, days), "mine": mine, "asked": asked}
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in conditions else ""
    slug = request.GET.get("system", "")
    rows = open_cases.filter(conditions[chosen]) if chosen else open_cases
    by_system = dict(rows.values_list("system").annotate(Count("pk")))
    if slug in systems():
        rows = rows.filter(system=slug)
        total = by_system.get(slug, 0)
    else:
        slug, total = "", sum(by_system.values())
    found = page_of(by_due(rows), request.GET.get("page"), total)
    context = {
        "here": "to-do",
        "counts": counts,
        "chosen": chosen,
        "chosen_system": slug,
        "by_system": [
            (key, systems()[key].name, count) for key, count in sorted(by_system.items()) if key in systems()
        ],
        "page": found,
        "total": total,
        "rows": rows_for(found.object_list, today, days),
        "has_duties": bool(access.holdings),
    }
    return page(request, "desk/to_do.html", context, trail=[Crumb(_TITLE)])
