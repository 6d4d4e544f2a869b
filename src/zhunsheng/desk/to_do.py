"""The page 待办: what waits for the officer and for his organ, in sentences first, then case by case; and 已办, what they answered.

Most urgent first: what the law will make happen next stands on top. What each tab holds is said in ``conditions_for``.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhunsheng.cases.choosing import due_soon, due_within, overdue
from zhunsheng.cases.models import Assignment, Case, answered, asked_by_when, asked_of
from zhunsheng.cases.urging import urged
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.case_rows import UNFINISHED, by_due, page_of, rows_for, unfinished
from zhunsheng.desk.delegation_pages import lines_of
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.meeting_pages import coming
from zhunsheng.desk.paging import Part
from zhunsheng.desk.people_pages import waiting_in_reach
from zhunsheng.desk.register_changes import waiting_for
from zhunsheng.desk.tour_pages import is_to_be_offered
from zhunsheng.desk.wording import Light
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import calendar
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import EVERY_SYSTEM, Delegation, Officer
from zhunsheng.orgs.refusals import ADMINISTRATOR, AUDITOR, ROOM, SECURITY
from zhunsheng.security import operating
from zhunsheng.security.models import OperatorSession

_TITLE = Words("待办", "To do")
TEN_DAYS = timedelta(days=10)
"""剩余不足 10 天 is what offices are used to be told; a habit, not a rule of law."""

TABS = {
    "": gettext_lazy("全部"),
    "mine": gettext_lazy("我的"),
    "ours": gettext_lazy("我单位的"),
    "below": gettext_lazy("下级单位的"),
    "asked": gettext_lazy("交办给我们的"),
    "delegated": gettext_lazy("代办的"),
    "waiting": gettext_lazy("等待他人的"),
    "returned": gettext_lazy("被退回的"),
    "urged": gettext_lazy("被催办的"),
    "overdue": gettext_lazy("逾期"),
    "answered": gettext_lazy("我们答复过的"),
}
DUE = {
    "ten": gettext_lazy("剩余不足 10 天"),
    "soon": gettext_lazy("剩余不足 3 个工作日"),
    "overdue": gettext_lazy("已逾期"),
}
"""How near the limit is, to narrow any tab."""
OF_CASES = ("mine", "ours", "below", "overdue")
"""The tabs whose conditions the row of a case itself fulfils or not."""


def conditions_for(request: Any) -> dict[str, Q]:
    """What each tab holds, as conditions on open cases the officer may see. What he does for others has its own."""
    own, *others = request.access.capacities
    ours = Q(organ__in=own.organs())
    open_requests = Assignment.objects.filter(state="open")
    later = Assignment.objects.filter(case=OuterRef("case"), number__gt=OuterRef("number"))
    last_returned = Assignment.objects.filter(~Exists(later), case=OuterRef("pk"), state="returned")
    return {
        "overdue": overdue(request.day),
        "mine": Q(handler=request.user),
        "ours": ours,
        "below": own.rows() & ~ours,
        "asked": Q(pk__in=asked_of(own)),
        "delegated": _delegated(own, others),
        "waiting": ours & Q(pk__in=open_requests.values("case_id")),
        # 退回 leaves the list when the matter is given to somebody again.
        "returned": ours & Q(Exists(last_returned)),
        "urged": Q(pk__in=urged(own).values("case_id")),
    }  # fmt: skip


def _delegated(own: Access, others: list[Access]) -> Q:
    """What waits for those for whom the officer acts: their cases, what is asked of them, what he sees for them alone."""
    condition = Q(pk__in=())
    for other in others:
        handled = Q(handler=other.person)
        if EVERY_SYSTEM not in other.systems():
            handled &= Q(system__in=other.systems())
        asked = Assignment.objects.filter(other.asked(), ~own.asked(), state="open")
        condition |= handled | (other.rows() & ~own.rows()) | Q(pk__in=asked.values("case_id"))
    return condition


def due_conditions(today: date) -> dict[str, Q]:
    """How near the limit is, as conditions."""
    return {
        "ten": due_within(today, today + TEN_DAYS),
        "soon": due_soon(today, calendar()),
        "overdue": overdue(today),
    }


class Alike(NamedTuple):
    """Open cases of a system that are alike in what the row of a case itself says, and how many they are."""

    system: str
    told: frozenset[str]
    number: int


def _alike(rows: QuerySet[Case], conditions: dict[str, Q]) -> list[Alike]:
    """Open cases by system and by which of some conditions they fulfil. One query, whatever the number of conditions."""
    grouped = rows.values("system", **conditions).annotate(number=Count("pk"))
    return [Alike(row["system"], frozenset(name for name in conditions if row[name]), row["number"]) for row in grouped]


def _sums(alike: list[Alike]) -> dict[str, int]:
    """How many are open, in each tab of ``OF_CASES``, and of ours and of those below near their limit."""

    def count(*wanted: str) -> int:
        return sum(group.number for group in alike if group.told.issuperset(wanted))

    near = {f"ours_{key}": count("ours", key) for key in DUE}
    return {
        "open": count(),
        **{key: count(key) for key in OF_CASES},
        **near,
        "below_overdue": count("below", "overdue"),
    }


def _by_system(alike: list[Alike], told: set[str]) -> dict[str, int]:
    """System → how many fulfil all of some conditions."""
    found = Counter[str]()
    for group in alike:
        if group.told >= told:
            found[group.system] += group.number
    return found


def _counted_apart(request: Any, rows: QuerySet[Case], conditions: dict[str, Q]) -> dict[str, int]:
    """How many there are in each of the other tabs, for which more than the rows of cases is read. One query."""
    by_when = asked_by_when(request.access.capacities[0])
    wanted = {key: condition for key, condition in conditions.items() if key not in OF_CASES}
    wanted["asked_late"] = Q(pk__in=[case for case, due in by_when.items() if due and due < request.day])
    return rows.aggregate(**{name: Count("pk", filter=condition) for name, condition in wanted.items()})


@officers_only
def to_do(request: Any) -> HttpResponse:
    access, today = request.access, request.day
    conditions, due = conditions_for(request), due_conditions(request.day)
    everything = Case.visible.to(access).filter(unfinished()).order_by()
    alike = _alike(everything, {key: conditions[key] for key in OF_CASES} | due)
    counts: dict[str, int | None] = {**_sums(alike), **_counted_apart(request, everything, conditions)}
    access.noted[UNFINISHED] = _by_system(alike, set())
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in TABS else ""
    near = request.GET.get("due", "")
    near = near if near in due else ""
    slug = request.GET.get("system", "")
    if chosen == "answered":
        rows = Case.visible.or_answered(access).filter(pk__in=answered(access).values("case_id")).order_by()
    else:
        rows = everything.filter(conditions[chosen]) if chosen else everything
    rows = rows.filter(due[near]) if near else rows
    if chosen and chosen not in OF_CASES:
        alike, told = _alike(rows, {}), set[str]()
    else:
        told = {chosen, near} - {""}
    by_system = _by_system(alike, told)
    if slug in systems():
        rows = rows.filter(system=slug)
        total = by_system.get(slug, 0)
    else:
        slug, total = "", sum(by_system.values())
    counts["answered"] = total if chosen == "answered" else None
    found = page_of([Part(_in_order(rows, chosen, access), total)], request.GET.get("page"))
    marks = marks_for(request, [row.pk for row in found.object_list])
    shown = {"below": counts["below"] or any(holding.whole_tree for holding in access.own),
             "delegated": len(access.capacities) > 1}  # fmt: skip
    context = {
        "here": "to-do",
        "meetings": coming(request),
        "changes": waiting_for(request),
        "counts": counts,
        "tabs": [(key, name, counts[key or "open"]) for key, name in TABS.items() if shown.get(key, True)],
        "chosen": chosen,
        "chosen_due": near,
        "due_words": DUE.get(near, ""),
        "chosen_system": slug,
        "by_system": [
            (key, systems()[key].name, count) for key, count in sorted(by_system.items()) if key in systems()
        ],
        "page": found,
        "total": total,
        "rows": [(row, marks.get(row.case.pk, ())) for row in rows_for(found.object_list, today, calendar())],
        "has_duties": bool(access.holdings),
        "only_administers": access.systems() == {ROOM},
        **_offices(request),
        "offers_tour": "tour" not in request.GET and is_to_be_offered(request),
        **_delegations(request),
    }
    return page(request, "desk/to_do.html", context, trail=[Crumb(_TITLE)])


def _offices(request: Any) -> dict[str, Any]:
    """Which of the three administrators an officer is, and of the security administrator what waits for him."""
    found: dict[str, Any] = {role: operating.holds(request.access, role) for role in (ADMINISTRATOR, SECURITY, AUDITOR)}
    if found[SECURITY]:
        found["accounts_waiting"] = waiting_in_reach(request.access).count()
        asked = OperatorSession.objects.filter(decided_at=None).exclude(officer=request.user)
        found["operators_waiting"] = asked.count()
    return found


def _in_order(rows: QuerySet[Case], chosen: str, access: Access) -> QuerySet[Case]:
    """What the law will make happen next first; where others asked for an answer, what is to be answered next; of what was
    answered, what happened last."""
    if chosen == "answered":
        return rows.order_by("-last_on", "-pk")
    if chosen != "asked":
        return by_due(rows)
    asked = Assignment.objects.filter(access.asked(), case=OuterRef("pk"), state="open").order_by().values("case")
    rows = rows.annotate(asked_by=Subquery(asked.annotate(first=Min("due_on")).values("first")))
    return rows.order_by(F("asked_by").asc(nulls_last=True), F("next_due").asc(nulls_last=True), "opened_on", "pk")


def _delegations(request: Any) -> dict[str, Any]:
    """For whom the officer acts today, and who acts for him now or soon. One query."""
    rows = Delegation.objects.filter(Q(delegator=request.user) | Q(delegate=request.user), ended_at=None)
    rows = rows.filter(last_day__gte=request.day).select_related("delegator", "delegate").order_by("first_day", "pk")
    lines = lines_of(request, rows.prefetch_related("delegator__duties__organ"))
    return {
        "acting_for": [line for line in lines if line.row.delegate_id == request.user.pk and line.light.kind == "good"],
        "acted_by": [line for line in lines if line.row.delegator_id == request.user.pk],
    }


def marks_for(request: Any, cases: list[int]) -> dict[int, list[Light]]:
    """What stands beside a case besides its limit: asked of us and by when, urged how often, done for whom. Two queries,
    and two more for each of those for whom the officer acts."""
    marks: dict[int, list[Light]] = {}
    asked_of_us = Assignment.objects.filter(request.access.asked(), state="open", case__in=cases)
    for asked in asked_of_us.order_by("due_on"):
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
    own, *others = request.access.capacities
    for other in others:
        words = _("代%(name)s") % {"name": Officer.objects.get(pk=other.person).name}
        for case in (
            Case.visible.to(request.access).filter(_delegated(own, [other]), pk__in=cases).values_list("pk", flat=True)
        ):
            marks.setdefault(case, []).append(Light("delegated", words))
    return marks
