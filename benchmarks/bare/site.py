"""Bare pages: to do, a list, a case, a figure, as Django's tutorial would have them written. Signed-in officers see the rows
of the organs they have duties in, by the same filters, in the same order and on the same page as the product shows them.

A layout with a bar and a few links, generated addresses, and nothing else: no menu of systems, no form of filters, no counts,
no masking, no limits in words: what these rows cost at least. Deployed as the product is.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.wsgi import get_wsgi_application
from django.db.models import F, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone

application = get_wsgi_application()

from zhunsheng.cases.models import Case  # noqa: E402 - Django has started only now
from zhunsheng.ledger.models import Account, Balance  # noqa: E402
from zhunsheng.papers.models import Paper  # noqa: E402

ROWS = 50


def _own(request: HttpRequest) -> QuerySet[Case]:
    """The cases of the organs the officer has duties in."""
    wanted = Q(pk__in=())
    for organ, whole_tree in request.user.duties.values_list("organ__path", "whole_tree"):
        wanted |= Q(path__startswith=organ) if whole_tree else Q(path=organ)
    return Case.objects.filter(wanted).select_related("organ", "handler").defer("course")


@login_required
def to_do(request: HttpRequest) -> HttpResponse:
    rows = _own(request).filter(closed_on=None)
    if request.GET.get("show") == "overdue":
        rows = rows.filter(next_due__lt=timezone.localdate())
    rows = rows.order_by(F("next_due").asc(nulls_last=True), "opened_on", "pk")
    return render(request, "to_do.html", {"title": "待办", "cases": rows[:ROWS]})


@login_required
def case_list(request: HttpRequest, slug: str) -> HttpResponse:
    rows, asked = _own(request).filter(system=slug), request.GET
    if asked.get("course") == "open":
        rows = rows.filter(closed_on=None)
    if asked.get("outcome"):
        rows = rows.filter(outcome=asked["outcome"])
    if asked.get("f_theme"):
        rows = rows.filter(choices__contains=f";theme={asked['f_theme']};")
    if asked.get("first"):
        rows = rows.filter(opened_on__range=(asked["first"], asked["last"]))
    if asked.get("q"):
        rows = rows.filter(Q(number__contains=asked["q"]) | Q(title__contains=asked["q"]))
    orders: dict[str, tuple[Any, ...]] = {"number": ("number", "pk"), "due": (F("next_due").asc(nulls_last=True), "pk")}
    rows = rows.order_by(*orders.get(asked.get("sort", ""), ("-opened_on", "-pk")))
    first = (int(asked.get("page", 1)) - 1) * ROWS
    return render(request, "list.html", {"title": slug, "cases": rows[first : first + ROWS]})


@login_required
def one_case(request: HttpRequest, pk: int) -> HttpResponse:
    case = get_object_or_404(_own(request), pk=pk)
    context = {
        "case": case, "events": case.events.select_related("officer", "organ"), "deadlines": case.deadlines.all(),
        "parties": case.parties.all(), "papers": Paper.objects.filter(case_id=pk), "assignments": case.assignments.all(),
    }  # fmt: skip
    return render(request, "case.html", context)


@login_required
def figure(request: HttpRequest, account: str) -> HttpResponse:
    """A figure of this year beside the last: by month, by organ, by part."""
    year = timezone.localdate().year
    rows = Balance.objects.filter(account=get_object_or_404(Account, key=account))
    this = rows.filter(month__range=(year * 100 + 1, year * 100 + 12))
    last = rows.filter(month__range=(year * 100 - 99, year * 100 - 88))
    context = {
        "account": account, "value": this.aggregate(Sum("value"))["value__sum"], "before": last.aggregate(Sum("value"))["value__sum"],
        "months": this.values_list("month").annotate(Sum("value")).order_by("month"),
        "months_before": last.values_list("month").annotate(Sum("value")).order_by("month"),
        "organs": this.values_list("organ__name").annotate(Sum("value")).order_by("-value__sum"),
        "parts": this.values_list("breakdown").annotate(Sum("value")).order_by("-value__sum"),
    }  # fmt: skip
    return render(request, "figure.html", context)


urlpatterns = [
    path("", to_do, name="to-do"), path("cases/<slug:slug>/", case_list, name="list"), path("case/<int:pk>/", one_case, name="case"),
    path("figure/<str:account>/", figure, name="figure"),
]  # fmt: skip
