"""The page 待办: what waits for the officer and for his organ, in sentences first, then case by case.

Most urgent first: what the law will make happen next stands on top. What each tab holds is said in ``tabs``.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhunsheng.cases.models import Assignment, Case
from zhunsheng.cases.urging import urged
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.case_rows import by_due, due_soon, overdue, page_of, rows_for, unfinished
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.wording import Light
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import calendar

_TITLE = Words("待办", "To do")

TABS = {
    "": gettext_lazy("全部"),
    "mine": gettext_lazy("我的"),
    "ours": gettext_lazy("我单位的"),
    "asked": gettext_lazy("交办给我们的"),
    "waiting": gettext_lazy("等待他人的"),
    "returned": gettext_lazy("被退回的"),
    "urged": gettext_lazy("被催办的"),
    "overdue": gettext_lazy("逾期"),
}


def conditions_for(request: Any) -> dict[str, Q]:
    """What each tab holds, as conditions on open cases the officer may see."""
    access, today = request.access, request.day
    ours = Q(organ__in=access.organs())
    open_requests = Assignment.objects.filter(state="open")
    latest = Assignment.objects.filter(case=OuterRef("pk")).order_by("-number").values("state")[:1]
    return {
        "overdue": overdue(today),
        "soon": due_soon(today, calendar()),
        "mine": Q(handler=request.user),
        "ours": ours,
        "asked": Q(pk__in=_asked(access).values("case_id")),
        "waiting": ours & Q(pk__in=open_requests.values("case_id")),
        # 退回 leaves the list when the matter is given to somebody again.
        "returned": ours & Q(Exists(Assignment.objects.filter(case=OuterRef("pk"), state="returned")))
        & Q(pk__in=Case.objects.annotate(latest=Subquery(latest)).filter(latest="returned", closed_on=None).values("pk")),
        "urged": Q(pk__in=urged(access).values("case_id")),
    }  # fmt: skip


def _asked(access: Any) -> Any:
    """The open requests made of the officer's organs or of the officer."""
    return Assignment.objects.filter(Q(to_organ__in=access.organs()) | Q(to_officer=access.officer), state="open")


@officers_only
def to_do(request: Any) -> HttpResponse:
    access, today = request.access, request.day
    conditions = conditions_for(request)
    open_cases = Case.visible.to(access).filter(unfinished()).order_by()
    counts = open_cases.aggregate(
        open=Count("pk"), **{name: Count("pk", filter=condition) for name, condition in conditions.items()}
    )
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
    marks = marks_for(request, [row.pk for row in found.object_list])
    context = {
        "here": "to-do",
        "counts": counts,
        "tabs": [(key, name, counts[key or "open"]) for key, name in TABS.items()],
        "chosen": chosen,
        "chosen_system": slug,
        "by_system": [
            (key, systems()[key].name, count) for key, count in sorted(by_system.items()) if key in systems()
        ],
        "page": found,
        "total": total,
        "rows": [(row, marks.get(row.case.pk, ())) for row in rows_for(found.object_list, today, calendar())],
        "has_duties": bool(access.holdings),
    }
    return page(request, "desk/to_do.html", context, trail=[Crumb(_TITLE)])


def marks_for(request: Any, cases: list[int]) -> dict[int, list[Light]]:
    """What stands beside a case besides its limit: asked of us and by when, urged how often. Two queries."""
    marks: dict[int, list[Light]] = {}
    for asked in _asked(request.access).filter(case__in=cases).order_by("due_on"):
        if asked.due_on is None:
            light = Light("waiting", _("等待答复"))
        elif asked.due_on < request.day:
            light = Light("overdue", _("交办期限 %(day)s，逾期未答复") % {"day": asked.due_on})
        else:
            light = Light("waiting", _("交办期限 %(day)s") % {"day": asked.due_on})
        marks.setdefault(asked.case_id, []).append(light)
    times = urged(request.access).filter(case__in=cases).order_by().values_list("case").annotate(Count("pk"))
    for case, count in times:
        words = ngettext("被催办 %(n)s 次", "被催办 %(n)s 次", count) % {"n": count}
        marks.setdefault(case, []).append(Light("overdue", words))
    return marks
