"""What an officer looks for in a list (筛选): the cases of a system he may see, and his filters, read from the address,
applied to the cases, said again as chips.

Which fields can be filtered and sorted by follows from the declaration. Nothing here decides who may see a case.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from zhunsheng.cases.choosing import DEFAULT_SORT, FIELD, Filters, filters_in
from zhunsheng.cases.models import Case
from zhunsheng.catalogue.loading import System
from zhunsheng.desk.case_rows import outcome_name
from zhunsheng.desk.frame import may_work_in
from zhunsheng.desk.reach import system_or_404
from zhunsheng.desk.wording import name_of, say, value_of
from zhunsheng.kernel.fields import FieldDeclaration, FieldType, Sensitivity
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.orgs.access import Access, below
from zhunsheng.orgs.history import in_tree_order
from zhunsheng.orgs.models import Organ

SORTS = {
    "opened_on": "opened_on", "number": "number", "title": "title", "state": "state", "outcome": "outcome", "organ": "path",
    "due": "next_due", "closed_on": "closed_on",
}  # fmt: skip
"""Columns every case has, by the column of the table they are sorted by."""
SORTED_TYPES = (FieldType.TEXT, FieldType.CHOICE, FieldType.DATE, FieldType.INTEGER, FieldType.BOOLEAN)
MOST_ORGANS = 300
"""Organs offered as a filter."""


def filters_of(query: QueryDict, compiled: CompiledProcedure) -> Filters:
    """The filters in an address, and how the list is sorted."""
    sort = query.get("sort", DEFAULT_SORT)
    known = is_sortable(compiled, sort.lstrip("-"))
    return replace(filters_in(query.dict(), compiled), sort=sort if known else DEFAULT_SORT)


def options_of(declared: FieldDeclaration) -> list[tuple[str, str]]:
    """The values a field can be filtered by."""
    if declared.type is FieldType.BOOLEAN:
        return [("true", _("是")), ("false", _("否"))]
    return [(key, say(words)) for key, words in declared.choices.items()]


def is_sortable(compiled: CompiledProcedure, key: str) -> bool:
    declared = compiled.all_fields.get(key)
    if key in SORTS or declared is None:
        return key in SORTS
    return declared.type in SORTED_TYPES and not declared.many and declared.sensitivity is not Sensitivity.SENSITIVE


def organs_in_reach(access: Access, slug: str) -> list[tuple[Organ, int]]:
    """The organs whose cases of a system the officer may see, as a tree: each with its depth below the topmost."""
    reach = Q(pk__in=())
    for held in access.holdings:
        if held.system in ("*", slug):
            reach |= below(held.path) if held.whole_tree else Q(path=held.path)
    organs = in_tree_order(Organ.objects.filter(reach).order_by("path")[:MOST_ORGANS])
    top = min((organ.path.count("/") for organ in organs), default=0)
    return [(organ, organ.path.count("/") - top) for organ in organs]


def courses() -> dict[str, str]:
    """How far cases may have come, to filter by."""
    return {"open": _("未办结"), "closed": _("已办结"), "overdue": _("已逾期"), "soon": _("剩余不足 3 个工作日"),
            "voided": _("已作废")}  # fmt: skip


def chips_of(compiled: CompiledProcedure, filters: Filters, organs: list[tuple[Organ, int]]) -> list[tuple[str, str]]:
    """(parameter, words) of each filter that is on; its chip takes it off."""
    states = compiled.procedure.states
    since = {"first": _("自 %(day)s"), "last": _("至 %(day)s"), "closed_first": _("办结自 %(day)s"),
             "closed_last": _("办结至 %(day)s")}  # fmt: skip
    chips = [
        ("q", filters.text and f"“{filters.text}”"),
        ("course", courses().get(filters.course, "")),
        ("state", say(states[filters.state]) if filters.state in states else filters.state),
        ("outcome", outcome_name(compiled, filters.outcome) if filters.outcome else ""),
        ("organ", next((name_of(organ) for organ, _depth in organs if str(organ.pk) == filters.organ), filters.organ)),
        *((name, since[name] % {"day": day}) for name, day in filters.days.items()),
    ]
    for name, value in filters.fields.items():
        declared = compiled.all_fields[name]
        shown = dict(options_of(declared)).get(value) or value_of(declared, value)
        chips.append((FIELD + name, f"{say(declared)}：{shown}"))
    return [(name, words) for name, words in chips if words]


def system_for(request: Any, slug: str) -> System:
    """A system with cases; 404 where the officer has nothing to do with it."""
    system = system_or_404(slug)
    if not system.procedures or not (may_work_in(request.access, slug) or cases_of(request.access, slug).exists()):
        raise Http404
    return system


def cases_of(access: Access, slug: str) -> QuerySet[Case]:
    """The cases of a system the officer may see."""
    return Case.visible.to(access).filter(system=slug).order_by()
