"""One step for many cases (批量办理): which cases, which step, its form, what would be refused, and what became of each.

Each case is a transaction of its own through ``cases.actions.perform``; a case that moved on meanwhile is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from zhunsheng.cases import actions
from zhunsheng.cases.capacity import acting_for
from zhunsheng.cases.facts import facts_for, given_by_platform
from zhunsheng.cases.models import Case
from zhunsheng.cases.reading import limits_of, local_limits, procedure_of, state_of
from zhunsheng.catalogue.loading import System
from zhunsheng.desk.forms import ActionForm, say_refusal
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.list_filters import cases_of, filters_of, system_for
from zhunsheng.desk.list_rows import Chosen
from zhunsheng.desk.reach import organs_near
from zhunsheng.desk.wording import say
from zhunsheng.kernel.action import THE_LAW
from zhunsheng.kernel.transition import Command, CompiledProcedure, Refusal, act, settle
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import calendar
from zhunsheng.orgs.refusals import Refused
from zhunsheng.typed import whole_number, whole_numbers

MOST = 500
"""Cases one bulk step may take."""
TITLE = Words("批量办理", "Bulk action")
_STEERING = frozenset({"csrfmiddlewaretoken", "step", "action", "cases", "case", "scope", "query", "expected_sequence"})
"""Parameters that are not what was filled in."""


@dataclass(frozen=True)
class CaseLine:
    """A case in the preview or the result: ``refusal`` is empty where the step is possible, or was taken."""

    case: Case
    refusal: str


@officers_only
def bulk(request: Any, slug: str) -> HttpResponse:
    """From the ticked rows to the result; how far it is follows from what was sent."""
    system = system_for(request, slug)
    if request.method != "POST":  # the language was switched, or the address kept
        return HttpResponseRedirect(reverse("desk:cases", args=[slug]))
    back = reverse("desk:cases", args=[slug]) + (f"?{q}" if (q := request.POST.get("query", "")) else "")
    cases, seen = _chosen(request, system)
    if not cases:
        messages.error(request, _("没有选中案件，请先勾选。"))
        return HttpResponseRedirect(back)
    if len(cases) > MOST:
        messages.error(request, _("一次最多办理 %(most)s 件，请再筛选一下。") % {"most": MOST})
        return HttpResponseRedirect(back)
    compiled = procedure_of(cases[0])
    possible = _common_actions(request, compiled, cases)
    context: dict[str, Any] = {
        "system": system, "back": back, "query": request.POST.get("query", ""), "count": len(cases), "actions": possible,
        "cases": " ".join(f"{case.pk}:{seen.get(case.pk, case.sequence)}" for case in cases),
    }  # fmt: skip
    action = request.POST.get("action", "")
    trail = [Crumb(TITLE)]
    if not action:
        return page(request, "desk/bulk_choose.html", context, trail=trail, system=system)
    step = request.POST.get("step", "form")
    declared = compiled.procedure.actions.get(action)
    if declared is None or declared.start or (step == "form" and action not in dict(possible)):
        raise Http404
    form = ActionForm(
        compiled, action, request.POST if step != "form" else None, organs=organs_near(cases[0].organ, request.day),
        held=compiled.kept(action, _held_by_all(cases)), limits=limits_of(cases[0]), initial={"on": request.day.isoformat()},
    )  # fmt: skip
    context |= {"form": form, "action": action, "title": say(declared)}
    if step == "form" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return page(request, "desk/bulk_form.html", context, trail=trail, system=system, status=status)
    if step == "run":
        lines = [CaseLine(case, _taken(request, case, seen, compiled, action, form)) for case in cases]
        done = sum(not line.refusal for line in lines)
        context |= {"lines": lines, "done": done, "refused": len(lines) - done}
        return page(request, "desk/bulk_result.html", context, trail=trail, system=system)
    lines = [CaseLine(case, _refusal(request, case, compiled, action, form)) for case in cases]
    good = sum(not line.refusal for line in lines)
    sent = [(name, value) for name, values in request.POST.lists() if name not in _STEERING for value in values]
    context |= {"lines": lines, "good": good, "refused": len(lines) - good, "sent": sent}
    return page(request, "desk/bulk_preview.html", context, trail=trail, system=system)


def _chosen(request: Any, system: System) -> tuple[list[Case], dict[int, int]]:
    """The cases meant, of those the officer may see, and how many records each had when it was shown."""
    seen: dict[int, int] = {}
    for part in request.POST.get("cases", "").split():
        pk, sequence = map(whole_number, part.partition(":")[::2])
        if pk is not None and sequence is not None:
            seen[pk] = sequence
    if seen:
        keys = list(seen)[: MOST + 1]
    elif request.POST.get("scope") == "all":
        filters = filters_of(QueryDict(request.POST.get("query", "")), system.procedure_on(request.day))
        chosen = Chosen(filters, request.access, request.day).in_order()
        keys = list(chosen.values_list("pk", flat=True)[: MOST + 1])
    else:
        keys = whole_numbers(request.POST.getlist("case"))[: MOST + 1]
    rows = {
        row.pk: row for row in cases_of(request.access, system.slug).filter(pk__in=keys).select_related("organ__region")
    }
    return [rows[key] for key in keys if key in rows], seen


def _common_actions(request: Any, compiled: CompiledProcedure, cases: list[Case]) -> list[tuple[str, str]]:
    """The actions that are possible from the state of every case, by its own procedure, and are for a role the officer
    holds towards at least one."""
    found = []
    declared = frozenset(compiled.procedure.roles)
    held = frozenset().union(
        *(request.access.roles(compiled.slug, path, declared) for path in {case.path for case in cases})
    )
    procedures = {(case.version, case.state): procedure_of(case) for case in cases}
    for name, action in compiled.procedure.actions.items():
        if action.start or action.by == [THE_LAW] or held.isdisjoint(action.by):
            continue
        if all(state in known.before.get(name, ()) for (_version, state), known in procedures.items()):
            found.append((name, say(action)))
    return found


def _held_by_all(cases: list[Case]) -> dict[str, Any]:
    """The values that are the same in every case, so that they need not be filled in again."""
    first = cases[0].fields
    return {name: value for name, value in first.items() if all(case.fields.get(name) == value for case in cases)}


def _same_procedure(case: Case, compiled: CompiledProcedure) -> str:
    if procedure_of(case) is compiled:
        return ""
    return _("适用 %(day)s 起施行的程序，填写的内容不同，请另行办理") % {"day": case.version}


def _refusal(request: Any, case: Case, compiled: CompiledProcedure, action: str, form: ActionForm) -> str:
    """Why the step would be refused as filled in; asks the kernel as ``perform`` does, and writes nothing."""
    if other := _same_procedure(case, compiled):
        return other
    on: date = form.cleaned_data["on"]
    working_days = calendar()
    state = state_of(case, compiled)
    local = local_limits(compiled, case.path)
    for done in settle(compiled, state, on - timedelta(days=1), working_days, local):
        state = done.case
    right = acting_for(request.access, compiled, case.path, action)
    roles = right.roles(case.system, case.path, frozenset(compiled.procedure.roles))
    values = {**actions.known_beforehand(compiled, action, case, right, on), **form.values}
    known = {**compiled.kept(action, case.fields), **values}
    facts = facts_for(compiled, action, known, case.organ_id, on, case.pk)
    command = Command(
        action, on, request.day, str(request.user.pk), str(case.organ_id), roles, values,
        form.cleaned_data.get("outcome") or None, form.cleaned_data["note"], facts, form.amount,
        principal=str(right.principal or ""), local=local,
        given=given_by_platform(compiled, action, known, case.organ, on, case_id=case.pk),
    )  # fmt: skip
    result = act(compiled, state, command, working_days)
    return say_refusal(result) if isinstance(result, Refusal) else ""


def _taken(
    request: Any, case: Case, seen: dict[int, int], compiled: CompiledProcedure, action: str, form: ActionForm
) -> str:
    """Take the step on one case; gives why it was refused."""
    if other := _same_procedure(case, compiled):
        return other
    try:
        actions.perform(
            case.pk, action, on=form.cleaned_data["on"], officer=request.user, values=form.values,
            outcome=form.cleaned_data.get("outcome") or None, note=form.cleaned_data["note"], amount=form.amount,
            expected_sequence=seen.get(case.pk, case.sequence), today=request.day,
        )  # fmt: skip
    except Refused as refused:
        return say_refusal(refused.refusal)
    return ""
