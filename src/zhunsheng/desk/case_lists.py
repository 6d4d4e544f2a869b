"""The list of a system's cases (台账): search, filters, columns, sorting, pages and totals.

What an officer chose is in the address, except the columns, which are remembered. Every list is read by a fixed number
of queries.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from zhunsheng.cases.choosing import FIELD, filtered_fields
from zhunsheng.desk.case_rows import page_of, rows_for
from zhunsheng.desk.evidence_pages import case_to_prove
from zhunsheng.desk.frame import may_work_in, officers_only, page
from zhunsheng.desk.list_bulk import MOST
from zhunsheng.desk.list_columns import cell, chosen_columns, column_name, columns_there_are
from zhunsheng.desk.list_filters import (
    chips_of,
    courses,
    filters_of,
    is_sortable,
    options_of,
    organs_in_reach,
    system_for,
)
from zhunsheng.desk.list_rows import MOST_SORTED, Chosen, counted_at
from zhunsheng.desk.list_views import views_for
from zhunsheng.desk.opening import organs_that_may
from zhunsheng.desk.wording import name_of, say
from zhunsheng.law.working_days import calendar


@officers_only
def case_list(request: Any, slug: str) -> HttpResponse:
    system = system_for(request, slug)
    compiled = system.procedure_on(request.day)
    filters = filters_of(request.GET, compiled)
    number = request.GET.get("page")
    chosen = Chosen(filters, request.access, request.day, counted_at(number))
    found = page_of(chosen.parts(), number)
    sort = chosen.sort
    columns = [(key, column_name(compiled, key)) for key in chosen_columns(request.user.pk, slug, compiled)]
    organs = organs_in_reach(request.access, slug)
    views = views_for(request, slug)
    context = {
        "system": system,
        "filters": filters,
        "chips": chips_of(compiled, filters, organs),
        "states": compiled.procedure.states,
        "outcomes": compiled.procedure.outcomes,
        "courses": courses(),
        "organs": [(organ.pk, "　" * depth + name_of(organ)) for organ, depth in organs] if len(organs) > 1 else [],
        "field_filters": [
            (FIELD + name, say(declared), options_of(declared), filters.fields.get(name, ""))
            for name, declared in filtered_fields(compiled).items()
        ],
        "fields_open": bool(filters.fields or "closed_first" in filters.days or "closed_last" in filters.days),
        "total": chosen.total,
        "count": chosen.counted.total,
        "is_more": chosen.is_more,
        "page": found,
        "columns": [
            (key, name, _sort_after(sort, key) if is_sortable(compiled, key) and chosen.may_sort(key) else "")
            for key, name in columns
        ],
        "number_sort": _sort_after(sort, "number"),
        "due_sort": _sort_after(sort, "due"),
        "sorted_by": sort.lstrip("-"),
        "is_falling": sort.startswith("-"),
        "most_sorted": 0 if chosen.is_short else MOST_SORTED,
        "rows": [
            (row, [(name, cell(row.case, key)) for key, name in columns])
            for row in rows_for(found.object_list, request.day, calendar())
        ],
        "choosable": [(key, column_name(compiled, key), key in dict(columns)) for key in columns_there_are(compiled)],
        "views": views,
        "own_views": [view for view in views if view.officer_id == request.user.pk],
        "query": request.GET.urlencode(),
        "proves": case_to_prove(request),
        "starts": (
            starts := [
                (name, compiled.procedure.actions[name])
                for name in compiled.procedure.start_actions
                if organs_that_may(request, compiled, name)
            ]
        ),
        "may_import": bool(starts),
        "may_act": may_work_in(request.access, slug),
        "most_at_once": MOST,
        "description": compiled.procedure.description,
        "register": system.registers[-1].name.words if system.registers and may_work_in(request.access, slug) else None,
    }
    return page(request, "desk/case_list.html", context, system=system)


def _sort_after(sort: str, key: str) -> str:
    """How the list is sorted when the head of a column is pressed: rising, pressed again falling."""
    return f"-{key}" if sort == key else key
