"""The columns of a list (列): which there are, which an officer chose, and what stands in them.

Parties and sensitive fields are masked here, for the page and for files alike.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from zhunsheng.cases.models import Case
from zhunsheng.cases.reading import procedure_of
from zhunsheng.desk.case_rows import VOID, outcome_name, shown_title
from zhunsheng.desk.frame import officers_only
from zhunsheng.desk.list_filters import system_for
from zhunsheng.desk.models import ListPreference
from zhunsheng.desk.wording import name_of, say, value_of
from zhunsheng.kernel.masking import mask
from zhunsheng.kernel.transition import CompiledProcedure

OF_EVERY_CASE = ("title", "state", "outcome", "organ", "opened_on", "closed_on", "officer")


def columns_of(compiled: CompiledProcedure) -> list[str]:
    """The columns after the number, as declared; the light comes last by itself."""
    declared = compiled.procedure.list_columns or ["title", "state", "outcome", "opened_on"]
    return [key for key in declared if key != "number"]


def columns_there_are(compiled: CompiledProcedure) -> list[str]:
    """Every column one can choose: the declared ones first, then the rest in the order of the declaration."""
    return list(dict.fromkeys([*columns_of(compiled), *OF_EVERY_CASE, *compiled.all_fields]))


def chosen_columns(officer_id: int, slug: str, compiled: CompiledProcedure) -> list[str]:
    """The columns the officer chose for the list of a system, as far as they are still there; else the declared."""
    kept = ListPreference.objects.filter(officer=officer_id, system=slug).values_list("columns", flat=True).first()
    known = set(columns_there_are(compiled))
    return [key for key in kept or () if key in known] or columns_of(compiled)


_NAMES = {
    "title": gettext_noop("标题"), "state": gettext_noop("状态"), "outcome": gettext_noop("结果"), "organ": gettext_noop("单位"),
    "opened_on": gettext_noop("开始日期"), "closed_on": gettext_noop("办结日期"), "officer": gettext_noop("经办"),
}  # fmt: skip


def column_name(compiled: CompiledProcedure, key: str) -> str:
    return _(_NAMES[key]) if key in _NAMES else say(compiled.all_fields[key])


def cell(row: Case, key: str) -> str:
    """One column of one case in words; parties and sensitive fields masked."""
    compiled = procedure_of(row)
    match key:
        case "title":
            return shown_title(row)
        case "state":
            return say(VOID if row.voided_on else compiled.procedure.states[row.state])
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


@officers_only
@require_POST
def choose(request: Any, slug: str) -> HttpResponse:
    """Remember the ticked columns for this officer and system; with none ticked, or on 恢复, the declared ones again."""
    system = system_for(request, slug)
    known = columns_there_are(system.procedure_on(request.day))
    ticked = set(request.POST.getlist("column"))
    columns = [] if "reset" in request.POST else [key for key in known if key in ticked]
    ListPreference.objects.update_or_create(officer=request.user, system=slug, defaults={"columns": columns})
    query = request.POST.get("query", "")
    return HttpResponseRedirect(reverse("desk:cases", args=[slug]) + (f"?{query}" if query else ""))
