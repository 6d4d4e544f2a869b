"""The list of a system's cases (台账): search, filters, sorting, pages, totals, and the same rows as a workbook.

What an officer chose is in the address. Every list is read by a fixed number of queries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from zhunsheng.cases.models import Case, CaseParty
from zhunsheng.cases.reading import procedure_of
from zhunsheng.catalogue.loading import System
from zhunsheng.desk.acting import organs_that_may, system_or_404
from zhunsheng.desk.case_page import outcome_name
from zhunsheng.desk.case_rows import due_soon, in_course, overdue, page_of, rows_for, shown_title
from zhunsheng.desk.frame import may_work_in, officers_only, page
from zhunsheng.desk.wording import name_of, say, value_of
from zhunsheng.desk.workbook import workbook_file
from zhunsheng.kernel.fields import FieldError, mask, parse_date
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.law.working_days import calendar
from zhunsheng.security.audit import record

SORTS = {
    "opened_on": ("opened_on", "pk"),
    "number": ("number", "pk"),
    "due": ("next_due", "pk"),
    "closed_on": ("closed_on", "pk"),
}
DEFAULT_SORT = "-opened_on"


@dataclass(frozen=True)
class Filters:
    """What was chosen; ``wrong`` names dates that could not be read."""

    text: str = ""
    state: str = ""
    outcome: str = ""
    course: str = ""
    first: date | None = None
    last: date | None = None
    sort: str = DEFAULT_SORT
    wrong: tuple[str, ...] = ()

    @property
    def is_any(self) -> bool:
        return bool(self.text or self.state or self.outcome or self.course or self.first or self.last)


def filters_of(query: QueryDict) -> Filters:
    """The filters in an address. A date that cannot be read is named, not guessed at."""
    days: dict[str, date | None] = {}
    wrong = []
    for name in ("first", "last"):
        days[name] = None
        if query.get(name):
            try:
                days[name] = parse_date(query[name])
            except FieldError as error:
                wrong.append(say(error.words))
    sort = query.get("sort", DEFAULT_SORT)
    return Filters(
        query.get("q", "").strip(), query.get("state", ""), query.get("outcome", ""), query.get("course", ""),
        days["first"], days["last"], sort if sort.lstrip("-") in SORTS else DEFAULT_SORT, tuple(wrong),
    )  # fmt: skip


def chosen_cases(rows: QuerySet[Case], filters: Filters, today: date) -> QuerySet[Case]:
    """The rows the filters keep."""
    if filters.text:
        parties = CaseParty.objects.filter(name__icontains=filters.text).values("case_id")
        rows = rows.filter(Q(number__icontains=filters.text) | Q(title__icontains=filters.text) | Q(pk__in=parties))
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.outcome:
        rows = rows.filter(outcome=filters.outcome)
    conditions = {
        "open": in_course, "closed": lambda: in_course("closed"), "overdue": lambda: overdue(today),
        "soon": lambda: due_soon(today, calendar()),
    }  # fmt: skip
    if filters.course in conditions:
        rows = rows.filter(conditions[filters.course]())
    if filters.first:
        rows = rows.filter(opened_on__gte=filters.first)
    if filters.last:
        rows = rows.filter(opened_on__lte=filters.last)
    return rows


def in_order(rows: QuerySet[Case], sort: str) -> QuerySet[Case]:
    names = SORTS[sort.lstrip("-")]
    if sort.startswith("-"):
        return rows.order_by(*(F(name).desc(nulls_last=True) for name in names))
    return rows.order_by(*(F(name).asc(nulls_last=True) for name in names))


@officers_only
def case_list(request: Any, slug: str) -> HttpResponse:
    system, everything = _cases_of(request, slug)
    filters = filters_of(request.GET)
    rows = chosen_cases(everything, filters, request.day)
    total = everything.count()
    count = rows.count() if filters.is_any else total
    found = page_of(in_order(rows, filters.sort), request.GET.get("page"), count)
    compiled = system.procedure_on(request.day)
    columns = columns_of(compiled)
    context = {
        "system": system,
        "filters": filters,
        "chips": chips_of(compiled, filters),
        "states": compiled.procedure.states,
        "outcomes": compiled.procedure.outcomes,
        "total": total,
        "count": count,
        "page": found,
        "columns": [(key, column_name(compiled, key)) for key in columns],
        "rows": [
            (row, [cell(row.case, key) for key in columns])
            for row in rows_for(found.object_list, request.day, calendar())
        ],
        "sorts": [
            ("-opened_on", _("最近开始在前")),
            ("opened_on", _("最早开始在前")),
            ("due", _("最先到期在前")),
            ("number", _("按案号")),
            ("-closed_on", _("最近办结在前")),
        ],
        "starts": [
            (name, compiled.procedure.actions[name])
            for name in compiled.procedure.start_actions
            if organs_that_may(request, compiled, name)
        ],
        "description": compiled.procedure.description,
    }
    return page(request, "desk/case_list.html", context, system=system)


def _cases_of(request: Any, slug: str) -> tuple[System, QuerySet[Case]]:
    """A system and the cases of it the officer may see; 404 where he has nothing to do with it."""
    system = system_or_404(slug)
    rows = Case.visible.to(request.access).filter(system=slug).order_by()
    if not system.procedures or not (may_work_in(request.access, slug) or rows.exists()):
        raise Http404
    return system, rows


# --- columns -------------------------------------------------------------------------------------------------------


def columns_of(compiled: CompiledProcedure) -> list[str]:
    """The columns after the number, as declared; the light comes last by itself."""
    declared = compiled.procedure.list_columns or ["title", "state", "outcome", "opened_on"]
    return [key for key in declared if key != "number"]


def column_name(compiled: CompiledProcedure, key: str) -> str:
    names = {
        "title": _("标题"), "state": _("状态"), "outcome": _("结果"), "organ": _("单位"), "opened_on": _("开始日期"),
        "closed_on": _("办结日期"), "officer": _("经办"),
    }  # fmt: skip
    return names.get(key) or say(compiled.all_fields[key])


def cell(row: Case, key: str) -> str:
    """One column of one case in words; parties and sensitive fields masked."""
    compiled = procedure_of(row)
    match key:
        case "title":
            return shown_title(row)
        case "state":
            return say(compiled.procedure.states[row.state])
        case "outcome":
            return outcome_name(compiled, row.outcome) if row.outcome else "—"
        case "organ":
            return name_of(row.organ)
        case "officer":
            return row.handler.name if row.handler else "—"
        case "opened_on" | "closed_on":
            day = getattr(row, key)
            return day.isoformat() if day else "—"
    declared = compiled.all_fields.get(key)
    return value_of(declared, mask(declared, row.fields.get(key))) if declared else "—"


def chips_of(compiled: CompiledProcedure, filters: Filters) -> list[tuple[str, str]]:
    """(parameter, words) of each filter that is on; its chip takes it off."""
    courses = {"open": _("未办结"), "closed": _("已办结"), "overdue": _("已逾期"), "soon": _("剩余不足 3 个工作日")}
    states = compiled.procedure.states
    chips = [
        ("q", filters.text and f"“{filters.text}”"),
        ("course", courses.get(filters.course, "")),
        ("state", say(states[filters.state]) if filters.state in states else filters.state),
        ("outcome", outcome_name(compiled, filters.outcome)),
        ("first", _("自 %(day)s") % {"day": filters.first} if filters.first else ""),
        ("last", _("至 %(day)s") % {"day": filters.last} if filters.last else ""),
    ]
    return [(name, words) for name, words in chips if words]


# --- the workbook --------------------------------------------------------------------------------------------------


@officers_only
def case_workbook(request: Any, slug: str) -> HttpResponse:
    """导出: the chosen rows as an Excel workbook, the same columns, the same masking."""
    system, everything = _cases_of(request, slug)
    filters = filters_of(request.GET)
    rows = in_order(chosen_cases(everything, filters, request.day), filters.sort)
    compiled = system.procedure_on(request.day)
    columns = columns_of(compiled)
    heads = [_("序号"), _("案号"), *(column_name(compiled, key) for key in columns), _("备注")]
    wide = rows.defer("course").select_related("organ", "handler")
    lines = (
        [index, case.number, *(cell(case, key).replace("—", "") for key in columns), ""]
        for index, case in enumerate(wide.iterator(chunk_size=2000), 1)
    )
    name = say(system.name)
    title = _("%(name)s台账") % {"name": name}
    file, count = workbook_file(title, heads, lines, _("填报时间：%(day)s") % {"day": request.day.isoformat()})
    record("case.export", f"system:{slug}", request.user.pk, rows=count)
    return FileResponse(file, as_attachment=True, filename=f"{title}-{request.day.isoformat()}.xlsx")
