"""Bare pages: to do, a list, a case, a figure. Signed-in officers see the rows of the organs they have duties in.

No menu, no filters, no counts, no masking, no limits in words: what a page costs at least. Deployed as the product is.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.wsgi import get_wsgi_application
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template import engines
from django.urls import path
from django.utils import timezone

ROWS = 50
_LIST = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<p>{{ request.user.name }}</p><h1>{{ title }}</h1><table><tr><th>案号<th>标题<th>单位<th>状态<th>结果<th>开始<th>到期</tr>
{% for case in cases %}<tr><td><a href="/case/{{ case.pk }}/">{{ case.number }}</a><td>{{ case.title }}<td>{{ case.organ.name }}
<td>{{ case.state }}<td>{{ case.outcome }}<td>{{ case.opened_on|date:"Y-m-d" }}<td>{{ case.next_due|date:"Y-m-d" }}</tr>{% endfor %}
</table></body></html>"""
_CASE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{{ case.number }}</title></head><body>
<p>{{ request.user.name }}</p><h1>{{ case.number }} {{ case.title }}</h1><p>{{ case.organ.name }} {{ case.state }}</p>
<dl>{% for name, value in case.fields.items %}<dt>{{ name }}<dd>{{ value }}{% endfor %}</dl>
<ol>{% for event in events %}<li>{{ event.on|date:"Y-m-d" }} {{ event.action }} {{ event.officer.name }} {{ event.note }}{% endfor %}</ol>
<ul>{% for one in deadlines %}<li>{{ one.key }} {{ one.state }} {{ one.due_on|date:"Y-m-d" }}{% endfor %}</ul>
<ul>{% for party in parties %}<li>{{ party.role }} {{ party.name }}{% endfor %}</ul></body></html>"""
_FIGURE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{{ account }}</title></head><body>
<p>{{ request.user.name }}</p><h1>{{ account }}</h1><table>{% for month, value in months %}<tr><td>{{ month }}<td>{{ value }}</tr>
{% endfor %}</table><table>{% for organ, value in organs %}<tr><td>{{ organ }}<td>{{ value }}</tr>{% endfor %}</table></body></html>"""

application = get_wsgi_application()
list_page, case_page, figure_page = (engines["django"].from_string(text) for text in (_LIST, _CASE, _FIGURE))

from zhunsheng.cases.models import Case  # noqa: E402 - Django has started only now
from zhunsheng.ledger.models import Balance  # noqa: E402


def _own(request: HttpRequest) -> Any:
    """The cases of the organs the officer has duties in."""
    wanted = Q(pk__in=())
    for organ, whole_tree in request.user.duties.values_list("organ__path", "whole_tree"):
        wanted |= Q(path__startswith=organ) if whole_tree else Q(path=organ)
    return Case.objects.filter(wanted).select_related("organ").defer("course")


@login_required
def to_do(request: HttpRequest) -> HttpResponse:
    cases = _own(request).filter(closed_on=None).order_by("next_due", "pk")[:ROWS]
    return HttpResponse(list_page.render({"title": "待办", "cases": cases}, request))


@login_required
def case_list(request: HttpRequest, slug: str) -> HttpResponse:
    cases = _own(request).filter(system=slug).order_by("-opened_on", "-pk")[:ROWS]
    return HttpResponse(list_page.render({"title": slug, "cases": cases}, request))


@login_required
def one_case(request: HttpRequest, pk: int) -> HttpResponse:
    case = get_object_or_404(_own(request), pk=pk)
    context = {
        "case": case, "events": case.events.select_related("officer"), "deadlines": case.deadlines.all(),
        "parties": case.parties.all(),
    }  # fmt: skip
    return HttpResponse(case_page.render(context, request))


@login_required
def figure(request: HttpRequest, account: str) -> HttpResponse:
    year = timezone.localdate().year * 100
    rows = Balance.objects.filter(account__key=account, month__gt=year, month__lte=year + 12)
    context = {
        "account": account, "months": rows.values_list("month").annotate(Sum("value")).order_by("month"),
        "organs": rows.values_list("organ__name").annotate(Sum("value")).order_by("organ__name"),
    }  # fmt: skip
    return HttpResponse(figure_page.render(context, request))


urlpatterns = [
    path("", to_do), path("cases/<slug:slug>/", case_list), path("case/<int:pk>/", one_case), path("figure/<str:account>/", figure),
]  # fmt: skip
