"""Organs (机构): the tree on any day, and one organ with its history, its people, its lists and its open cases.

Reforms are in ``reform_pages``, people in ``people_pages``. What is written goes through ``orgs.actions``.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhunsheng.bodies.models import Body, Seat
from zhunsheng.cases.models import Case
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.asked import day_asked
from zhunsheng.desk.case_rows import unfinished
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.organ_forms import OfficeForm, OrganForm
from zhunsheng.desk.wording import in_a_row, name_of, say
from zhunsheng.kernel.words import Words
from zhunsheng.orgs import actions
from zhunsheng.orgs.access import Access, duties_in_reach, regions_of
from zhunsheng.orgs.explaining import role_words, system_words
from zhunsheng.orgs.history import forms_of, organs_on
from zhunsheng.orgs.models import EVERY_ROLE, EVERY_SYSTEM, Organ
from zhunsheng.orgs.refusals import Right, administers
from zhunsheng.orgs.terms import in_being
from zhunsheng.registers.reading import sizes_on

GROUP = Words("机关与人员", "Organs and people")
TITLE = Words("机构", "Organs")


def administered(access: Access, day: date, may: Right = administers) -> list[Organ]:
    """The organs in being an officer administers, or in which he may do what else is asked; one query."""
    organs = Organ.objects.filter(in_being(day)).order_by("region", "pk")
    return [organ for organ in organs if may(access, organ)]


@officers_only
def organs(request: Any) -> HttpResponse:
    """The tree of the regions in reach on a day, with officers then and open cases now."""
    regions = regions_of(request.access)
    if not regions:
        raise Http404
    day, wrong = day_asked(request)
    region = next((r for r in regions if r.pk == request.GET.get("region")), None)
    rows = organs_on(day, [region] if region else regions)
    held = duties_in_reach(request.access).on(day).order_by().values_list("organ")
    officers = dict(held.annotate(Count("officer", distinct=True)))
    opened = Case.visible.to(request.access).filter(unfinished()).order_by().values_list("organ").annotate(Count("pk"))
    open_cases = dict(opened)
    context = {
        "day": day, "wrong": wrong, "regions": regions, "region": region, "count": len(rows),
        "rows": [(row, min(row.depth, 5), officers.get(row.organ.pk), open_cases.get(row.organ.pk)) for row in rows],
    }  # fmt: skip
    return page(request, "desk/organs.html", context, trail=[Crumb(GROUP), Crumb(TITLE)])


def organ_in_reach(request: Any, pk: int) -> Organ:
    """The organ, when it is of a region in reach; else it does not exist (404)."""
    organ = get_object_or_404(Organ.objects.select_related("region", "parent", "successor"), pk=pk)
    if organ.region not in regions_of(request.access):
        raise Http404
    return organ


def role_name(system: str, role: str) -> str:
    """What a duty is called: 行政复议 · 承办人."""
    if (system, role) == (EVERY_SYSTEM, EVERY_ROLE):
        return say(system_words(system))
    return f"{say(system_words(system))} · {say(role_words(system, role))}"


@officers_only
def organ(request: Any, pk: int) -> HttpResponse:
    """One organ: what it is and was, who works there on a day, its lists and open cases."""
    found = organ_in_reach(request, pk)
    day, wrong = day_asked(request)
    duties = duties_in_reach(request.access).on(day).filter(organ=found)
    open_cases = dict(
        Case.visible.to(request.access).filter(unfinished(), organ=found).order_by().values_list("system")
        .annotate(Count("pk"))
    )  # fmt: skip
    sizes = sizes_on(found, access=request.access, true_on=day)
    lists = [
        (owner.name, f"{reverse('desk:register', args=[slug])}?day={day}", sizes[slug])
        for slug, owner in systems().items()
        if slug in sizes
    ]
    took_over = found.taken_over.select_related("source", "reform").order_by("reform__on", "pk")
    passed_on = found.passed_on.select_related("target", "reform").order_by("reform__on", "pk")
    context = {
        "organ": found, "day": day, "wrong": wrong, "forms": list(reversed(forms_of(found))), "lists": lists,
        "took_over": [(row, work_of(row.systems)) for row in took_over],
        "passed_on": [(row, work_of(row.systems)) for row in passed_on],
        "below": Organ.objects.filter(in_being(day), parent=found).order_by("pk"),
        "held": [(duty, role_name(duty.system, duty.role)) for duty in duties.select_related("officer").order_by("pk")],
        "open_cases": [(s.name, reverse("desk:cases", args=[slug]), open_cases[slug])
                       for slug, s in systems().items() if slug in open_cases],
        "bodies": Body.visible.to(request.access).filter(
            Q(organ=found) | Q(pk__in=Seat.objects.on(day).filter(organ=found).values("body")), in_being(day)
        ).order_by("pk"),
        "is_open": found.valid_to is None or found.valid_to > request.day,
        "may_change": administers(request.access, found),
    }  # fmt: skip
    return page(request, "desk/organ.html", context, trail=[*trail(), Crumb(name_of(found))])


def trail() -> list[Crumb]:
    return [Crumb(GROUP), Crumb(TITLE, reverse("desk:organs"))]


def work_of(slugs: list[str]) -> str:
    """The kinds of work a division passed on; empty for all of it."""
    return in_a_row(say(systems()[slug].name) for slug in slugs if slug in systems())


@officers_only
def add_organ(request: Any, pk: int) -> HttpResponse:
    """设立 a new organ below one."""
    parent = organ_in_reach(request, pk)
    if not administers(request.access, parent):
        raise Http404
    form = OrganForm(request.POST or None, today=request.day)
    back = reverse("desk:organ", args=[pk])
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            new = actions.add_organ(request.user, parent, **form.cleaned_data)
            messages.success(request, _("已设立：%(name)s") % {"name": new.name})
            return HttpResponseRedirect(reverse("desk:organ", args=[new.pk]))
    way = [*trail(), Crumb(name_of(parent), back)]
    intro = _("设立在「%(name)s」之下。") % {"name": name_of(parent)}
    return form_page(request, form, _("设立单位"), back, way, verb=gettext_lazy("设立"), intro=intro)


def form_page(
    request: Any, form: OfficeForm, title: str, back: str, way: list[Crumb], *, verb: Any = "", intro: str = "",
    **context: Any,
) -> HttpResponse:  # fmt: skip
    """A form in its page; 422 when something in it was refused."""
    data = {"form": form, "title": title, "back": back, "verb": verb or title, "intro": intro, **context}
    return page(
        request, "desk/office_form.html", data, trail=[*way, Crumb(title)], status=422 if form.is_bound else 200
    )
