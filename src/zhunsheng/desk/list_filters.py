"""What an officer looks for in a list (筛选): the cases of a system he may see, and his filters, read from the address, applied to the cases, said again as chips.

Which fields can be filtered and sorted by follows from the declaration. Nothing here decides who may see a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from zhunsheng.cases.finding import whose_text_holds
from zhunsheng.cases.models import Case
from zhunsheng.cases.tallying import Counted, choice, count
from zhunsheng.catalogue.loading import System
from zhunsheng.desk.acting import system_or_404
from zhunsheng.desk.case_rows import due_soon, in_course, outcome_name, overdue, without_voided
from zhunsheng.desk.frame import may_work_in
from zhunsheng.desk.paging import Part
from zhunsheng.desk.wording import name_of, say, value_of
from zhunsheng.kernel.fields import FieldDeclaration, FieldError, FieldType, Sensitivity, parse_date
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.law.working_days import calendar
from zhunsheng.orgs.access import Access, below
from zhunsheng.orgs.models import Organ
from zhunsheng.search.wording import asked

FIELD = "f_"
"""Before the names of declared fields in an address."""
DAYS = ("first", "last", "closed_first", "closed_last")
SORTS = {
    "opened_on": "opened_on", "number": "number", "title": "title", "state": "state", "outcome": "outcome", "organ": "path",
    "due": "next_due", "closed_on": "closed_on",
}  # fmt: skip
"""Columns every case has, by the column of the table they are sorted by."""
_WITH_VALUE = {"due": Q(closed_on=None, next_due__isnull=False), "closed_on": Q(closed_on__isnull=False)}
"""The columns of these that can be empty, and when they are not."""
DEFAULT_SORT = "-opened_on"
INDEXED_SORTS = ("opened_on", "number", "due", "closed_on")
"""Columns a list of any length is sorted by."""
MOST_SORTED = 20_000
"""Rows up to which it is sorted by any other."""
NOWHERE = "-"
SORTED_TYPES = (FieldType.TEXT, FieldType.CHOICE, FieldType.DATE, FieldType.INTEGER, FieldType.BOOLEAN)
MOST_ORGANS = 300
"""Organs offered as a filter."""


@dataclass(frozen=True)
class Filters:
    """What was chosen in the list of a system; ``wrong`` names dates that could not be read."""

    system: str = ""
    text: str = ""
    state: str = ""
    outcome: str = ""
    course: str = ""
    organ: str = ""
    days: Mapping[str, date] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    sort: str = DEFAULT_SORT
    wrong: tuple[str, ...] = ()

    @property
    def is_any(self) -> bool:
        return bool(self.text or self.state or self.outcome or self.course or self.organ or self.days or self.fields)

    @cached_property
    def below(self) -> str:
        """The path of the organ whose cases and those below are wanted; of none when there is no such organ."""
        number = int(self.organ) if self.organ.isdecimal() else 0
        return Organ.objects.filter(pk=number).values_list("path", flat=True).first() or NOWHERE


def filters_of(query: QueryDict, compiled: CompiledProcedure) -> Filters:
    """The filters in an address. A date that cannot be read is named, not guessed at."""
    days: dict[str, date] = {}
    wrong = []
    for name in DAYS:
        if query.get(name):
            try:
                days[name] = parse_date(query[name])
            except FieldError as error:
                wrong.append(say(error.words))
    known = filtered_fields(compiled)
    fields = {name: query[FIELD + name] for name in known if query.get(FIELD + name)}
    sort = query.get("sort", DEFAULT_SORT)
    return Filters(
        compiled.slug, query.get("q", "").strip(), query.get("state", ""), query.get("outcome", ""), query.get("course", ""),
        query.get("organ", ""), days, fields, sort if is_sortable(compiled, sort.lstrip("-")) else DEFAULT_SORT,
        tuple(wrong),
    )  # fmt: skip


def filtered_fields(compiled: CompiledProcedure) -> dict[str, FieldDeclaration]:
    """The declared fields one can filter by: those with a few values to choose from."""
    return {name: compiled.all_fields[name] for name in compiled.choice_fields}


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


def chosen_cases(rows: QuerySet[Case], filters: Filters, today: date) -> QuerySet[Case]:
    """The rows the filters keep. Cases made void are shown when they are asked for and never else."""
    voided = filters.course == "voided"
    rows = rows.filter(voided_on__isnull=False) if voided else without_voided(rows, filters.system)
    rows = rows.filter(_alike(filters, "path"))
    if question := asked(filters.text):
        rows = rows.filter(whose_text_holds(question))
    conditions = {
        "open": in_course, "closed": lambda: in_course("closed"), "overdue": lambda: overdue(today),
        "soon": lambda: due_soon(today, calendar()),
    }  # fmt: skip
    if filters.course in conditions:
        rows = rows.filter(conditions[filters.course]())
    columns = {"first": "opened_on__gte", "last": "opened_on__lte", "closed_first": "closed_on__gte",
               "closed_last": "closed_on__lte"}  # fmt: skip
    for name, day in filters.days.items():
        rows = rows.filter(**{columns[name]: day})
    if "closed_last" in filters.days:
        # Nothing is closed before it began; said, it spares looking at all that began later.
        rows = rows.filter(opened_on__lte=filters.days["closed_last"])
    return rows


def _alike(filters: Filters, path_field: str) -> Q:
    """What the filters ask of the columns in which the tally and cases are alike."""
    condition = Q()
    if filters.state:
        condition &= Q(state=filters.state)
    if filters.outcome:
        condition &= Q(outcome=filters.outcome)
    if filters.organ:
        condition &= below(filters.below, path_field)
    for name, value in filters.fields.items():
        condition &= Q(choices__contains=choice(name, value))
    return condition


def count_of(request: Any, slug: str, rows: QuerySet[Case], filters: Filters) -> Counted:
    """How many the chosen rows are. One query, which looks at the tally where that can answer."""
    return _count(request, slug, rows, filters, filters.course in ("", "closed"))


def _count(request: Any, slug: str, rows: QuerySet[Case], filters: Filters, has_closed: bool) -> Counted:
    if filters.text or filters.days:
        return Counted(0, rows.count())
    return count(rows, request.access, slug, _alike(filters, "organ__path") if has_closed else None)


def parts_of(request: Any, slug: str, rows: QuerySet[Case], filters: Filters, counted: Counted) -> list[Part]:
    """The chosen rows as their sorting parts them: those with a value in the column, then the others, newest first. Each
    part is in the order of an index, however long it is; by other columns only ``MOST_SORTED`` rows are sorted."""
    if not (counted.tallied or filters.text or filters.days):
        rows = rows.filter(is_tallied=False)
    key = filters.sort.lstrip("-")
    if key not in _WITH_VALUE:
        sort = filters.sort if is_sorted(filters, counted) else DEFAULT_SORT
        return [Part(in_order(rows, sort), counted.total)]
    filled = rows.filter(_WITH_VALUE[key])
    has_closed = key == "closed_on" and filters.course in ("", "closed")
    number = _count(request, slug, filled, filters, has_closed).total
    others = rows.exclude(_WITH_VALUE[key])
    return [Part(_plainly(filled, filters.sort), number), Part(_plainly(others, DEFAULT_SORT), counted.total - number)]


def is_sorted(filters: Filters, counted: Counted) -> bool:
    """Whether a list of that length is sorted as it was asked for."""
    return counted.total <= MOST_SORTED or filters.sort.lstrip("-") in INDEXED_SORTS


def _plainly(rows: QuerySet[Case], sort: str) -> QuerySet[Case]:
    """In the order of a column in which none of the rows is empty; said so that an index can have it."""
    sign = "-" if sort.startswith("-") else ""
    return rows.order_by(f"{sign}{SORTS[sort.lstrip('-')]}", f"{sign}pk")


def in_order(rows: QuerySet[Case], sort: str) -> QuerySet[Case]:
    """Sorted by a column; what has no value there comes last, either way round."""
    key = sort.lstrip("-")
    if key in SORTS and key not in _WITH_VALUE:
        return _plainly(rows, sort)
    names = (F(SORTS.get(key, f"fields__{key}")), F("pk"))
    if sort.startswith("-"):
        return rows.order_by(*(name.desc(nulls_last=True) for name in names))
    return rows.order_by(*(name.asc(nulls_last=True) for name in names))


def organs_in_reach(access: Access, slug: str) -> list[tuple[Organ, int]]:
    """The organs whose cases of a system the officer may see, as a tree: each with its depth below the topmost."""
    reach = Q(pk__in=())
    for holding in access.holdings:
        if holding.system in ("*", slug):
            reach |= Q(path__startswith=holding.path) if holding.whole_tree else Q(path=holding.path)
    organs = list(Organ.objects.filter(reach).order_by("path")[:MOST_ORGANS])
    top = min((organ.path.count("/") for organ in organs), default=0)
    return [(organ, organ.path.count("/") - top) for organ in organs]


def chips_of(compiled: CompiledProcedure, filters: Filters, organs: list[tuple[Organ, int]]) -> list[tuple[str, str]]:
    """(parameter, words) of each filter that is on; its chip takes it off."""
    courses = {"open": _("未办结"), "closed": _("已办结"), "overdue": _("已逾期"), "soon": _("剩余不足 3 个工作日"),
               "voided": _("已作废")}  # fmt: skip
    states = compiled.procedure.states
    since = {"first": _("自 %(day)s"), "last": _("至 %(day)s"), "closed_first": _("办结自 %(day)s"),
             "closed_last": _("办结至 %(day)s")}  # fmt: skip
    chips = [
        ("q", filters.text and f"“{filters.text}”"),
        ("course", courses.get(filters.course, "")),
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


def cases_of(request: Any, slug: str) -> tuple[System, QuerySet[Case]]:
    """A system and the cases of it the officer may see; 404 where he has nothing to do with it."""
    system = system_or_404(slug)
    rows = Case.visible.to(request.access).filter(system=slug).order_by()
    if not system.procedures or not (may_work_in(request.access, slug) or rows.exists()):
        raise Http404
    return system, rows
