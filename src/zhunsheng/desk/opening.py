"""Opening a case (立件) by a start action of its system: for which organs, out of which case or which item of a meeting.

The form is answered as in ``acting``; ``cases.actions`` decides and writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from zhunsheng.bodies.handing_on import hand_on, settled_items, told_by
from zhunsheng.bodies.models import Item
from zhunsheng.cases import actions
from zhunsheng.cases.matters import begun, handed_on
from zhunsheng.cases.models import Case
from zhunsheng.cases.reading import procedure_of
from zhunsheng.catalogue.loading import UnknownSystem
from zhunsheng.desk.acting import go, kept_apart, respond
from zhunsheng.desk.forms import ActionForm
from zhunsheng.desk.frame import officers_only
from zhunsheng.desk.law_marks import mark_of_basis
from zhunsheng.desk.offered_entries import offered_entries
from zhunsheng.desk.reach import organs_near, system_or_404, visible_case
from zhunsheng.desk.wording import say
from zhunsheng.kernel.fields import FieldError, FieldType, parse_date
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.orgs.access import below
from zhunsheng.orgs.history import in_tree_order
from zhunsheng.orgs.models import Organ
from zhunsheng.typed import whole_number


@officers_only
def open_new(request: Any, slug: str, action: str) -> HttpResponse:
    """Open a case by one of the start actions of a system."""
    system = system_or_404(slug)
    day = _day_given(request) or request.day
    try:
        compiled = system.procedure_on(day)
    except UnknownSystem:
        compiled = system.procedure_on(request.day)
    declared = compiled.procedure.actions.get(action)
    if declared is None or not declared.start:
        raise Http404
    organs = organs_that_may(request, compiled, action)
    if not organs:
        raise Http404
    origin = whole_number(request.GET.get("from"))
    source = visible_case(request, origin) if origin is not None else None
    item = _settled(request) if compiled.procedure.from_meetings else None
    held = (
        handed_on(source, compiled, action, request.access)
        if source
        else told_by(item, compiled, action)
        if item
        else {}
    )
    held = begun(compiled, action, organs[0], request.day) | held
    meant = _organs_meant(source, organs) if source and declared.below else []
    form = ActionForm(
        compiled, action, request.POST or None, organs=organs_near(organs[0], request.day), choose_organ=organs,
        held=held, initial={"on": request.day.isoformat(), "organ": meant},
        offered=offered_entries(compiled, action, organs[0], request.access, request.day),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        chosen = form.chosen_organs(organs)
        with form.refusals():
            with transaction.atomic():
                opened = []
                for organ in chosen:
                    case = actions.open_case(
                        slug, action, organ=organ, on=form.cleaned_data["on"], officer=request.user,
                        values={**form.kept_values(held), **form.values}, outcome=form.cleaned_data.get("outcome"),
                        note=form.cleaned_data["note"], today=request.day, source=source,
                    )  # fmt: skip
                    opened.append(case)
                if item is not None:
                    hand_on(request.user, item.pk, opened, today=request.day)
            if len(chosen) > 1:
                told = {"action": say(declared), "number": len(chosen)}
                messages.success(request, _("已办理：%(action)s，共 %(number)s 件") % told)
                return go(request, reverse("desk:cases", args=[slug]))
            messages.success(
                request, _("已办理：%(action)s。案号 %(number)s") % {"action": say(declared), "number": case.number}
            )
            return go(request, reverse("desk:case", args=[case.pk]))
    return respond(request, form, title=say(declared), back=reverse("desk:cases", args=[slug]), trail=(), system=system,
                    source=source, item=item, address=request.get_full_path(),
                    cited=compiled.cited[action], is_law=declared.basis.article is not None, hint=declared.hint,
                    apart=kept_apart(compiled, action), changed=mark_of_basis(request, compiled, system, declared.basis))  # fmt: skip


def _organs_meant(source: Case, among: Sequence[Organ]) -> list[int]:
    """For which organs a case is opened from another: those that one names, else the one whose it is."""
    fields = procedure_of(source).all_fields
    named = {str(source.fields.get(name)) for name, field in fields.items() if field.type is FieldType.ORGAN}
    return [organ.pk for organ in among if organ.name in named] or [
        organ.pk for organ in among if organ.pk == source.organ_id
    ]


def _settled(request: Any) -> Item | None:
    """The item of a meeting the case is opened from, when the officer sees the meeting; else there is none (404)."""
    number = whole_number(request.GET.get("item"))
    return get_object_or_404(settled_items(request.access), pk=number) if number is not None else None


def _in_reach(request: Any, with_those_below: bool) -> list[Organ]:
    """The officer's organs, and those below where he has a duty over the whole tree. Asked once a page: the links of a case
    ask it of every system."""
    noted, key = request.access.noted, f"organs below: {with_those_below}"
    if key not in noted:
        wanted = Q(pk__in=request.access.organs())
        for holding in request.access.own:
            if with_those_below and holding.whole_tree:
                wanted |= below(holding.path)
        rows = Organ.objects.filter(wanted).exclude(valid_to__lte=request.day)
        noted[key] = in_tree_order(rows.select_related("region"))
    return noted[key]


def organs_that_may(request: Any, compiled: CompiledProcedure, action: str) -> list[Organ]:
    """The organs for which the officer may open a case by this action: his own, and where it says so those below."""
    declared = frozenset(compiled.procedure.roles)
    by = set(compiled.procedure.actions[action].by)
    organs = _in_reach(request, compiled.procedure.actions[action].below)
    return [organ for organ in organs if by & request.access.roles(compiled.slug, organ.path, declared)]


def _day_given(request: HttpRequest) -> date | None:
    try:
        return parse_date(request.POST["on"]) if request.POST.get("on") else None
    except FieldError:
        return None
