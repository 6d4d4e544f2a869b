"""Reforms of organs (机构改革): choose what, see everything it touches, confirm; and the record of those carried out.

What is touched and how it moves is for ``orgs.reforming`` and the rooms registered there.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.organ_forms import ReformForm
from zhunsheng.desk.organ_pages import GROUP, administered, form_page, organ_in_reach, trail, work_of
from zhunsheng.desk.wording import in_a_row, name_of
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import regions_of
from zhunsheng.orgs.models import FormerForm, Officer, Organ, Reform, ReformKind
from zhunsheng.orgs.reforming import Plan, carry_out, check, nobody_left, touched_by
from zhunsheng.orgs.refusals import administers

TITLE = Words("机构改革", "Reforms of organs")
KINDS = {
    ReformKind.MERGE: gettext_lazy("本单位与其他单位合并，或者并入现有单位；本单位撤销，全部工作由承接单位继续办理。"),
    ReformKind.SPLIT: gettext_lazy("本单位保留，划出一部分业务和人员。"),
    ReformKind.RENAME: gettext_lazy("只改名称和机关代字，工作和人员不动。"),
    ReformKind.MOVE: gettext_lazy("本单位连同下级单位改由别的上级单位领导。"),
    ReformKind.ABOLISH: gettext_lazy("本单位撤销，全部工作由现有单位承接。"),
}


@officers_only
def reform_organ(request: Any, pk: int, kind: str) -> HttpResponse:
    """One reform beginning with one organ: the form, then what it touches, then it is carried out."""
    source = organ_in_reach(request, pk)
    is_over = source.valid_to is not None and source.valid_to <= request.day
    if kind not in ReformKind.values or is_over or not administers(request.access, source):
        raise Http404
    people = Officer.objects.filter(duties__organ=source, is_active=True).distinct().order_by("pk")
    form = ReformForm(
        kind, source, request.POST or None, organs=administered(request.access, request.day), people=list(people),
        today=request.day,
    )  # fmt: skip
    step = request.POST.get("step", "")
    if step != "change" and form.is_bound and form.is_valid():
        with form.refusals():
            check(form.plan, request.user)
            if step == "confirm":
                return _carried_out(request, form)
            return _preview(request, form)
    back = reverse("desk:organ", args=[pk])
    way = [*trail(), Crumb(name_of(source), back)]
    label = str(ReformKind(kind).label)
    kinds = [(k.value, str(k.label), k == kind) for k in ReformKind]
    return form_page(request, form, label, back, way, verb=gettext_lazy("下一步"), intro=str(KINDS[ReformKind(kind)]),
                     kinds=kinds, source=source)  # fmt: skip


def _preview(request: Any, form: ReformForm) -> HttpResponse:
    """Everything the reform touches, before anything is written."""
    plan = form.plan
    hidden = [(name, value) for name, values in request.POST.lists() for value in values
              if name in form.fields]  # fmt: skip
    people_missing = plan.kind == ReformKind.SPLIT and not plan.people
    context = {
        "form": form, "plan": plan, "sentence": sentence(plan), "lines": touched_by(plan), "hidden": hidden,
        "label": str(ReformKind(plan.kind).label), "reason": form.cleaned_data["reason"],
        "document": form.cleaned_data["document"], "people_missing": people_missing,
        "nobody_left": plan.kind == ReformKind.SPLIT and nobody_left(plan),
    }  # fmt: skip
    back = reverse("desk:organ", args=[form.source.pk])
    way = [*trail(), Crumb(name_of(form.source), back), Crumb(str(ReformKind(plan.kind).label))]
    return page(request, "desk/reform_preview.html", context, trail=way)


def _carried_out(request: Any, form: ReformForm) -> HttpResponse:
    data = form.cleaned_data
    reform = carry_out(form.plan, request.user, reason=data["reason"], document=data["document"])
    messages.success(request, _("机构改革已执行。"))
    return HttpResponseRedirect(reverse("desk:reform", args=[reform.pk]))


def sentence(plan: Plan) -> str:
    """What is meant, in one sentence."""
    names = {
        "day": plan.on.isoformat(),
        "sources": in_a_row(name_of(organ) for organ in plan.sources),
        "target": name_of(plan.target) if plan.target else plan.new.name if plan.new else "",
        "parent": name_of(plan.parent) if plan.parent else "",
        "work": work_of(list(plan.systems)),
    }
    match plan.kind:
        case ReformKind.RENAME:
            return _("%(sources)s自 %(day)s 起更名为%(target)s。") % names
        case ReformKind.MOVE:
            return _("%(sources)s自 %(day)s 起由%(parent)s领导。") % names
        case ReformKind.SPLIT:
            return _("%(sources)s的%(work)s自 %(day)s 起划给%(target)s。") % names
    return _("%(sources)s自 %(day)s 起撤销，由%(target)s承接。") % names


@officers_only
def reform(request: Any, pk: int) -> HttpResponse:
    """One reform as it was carried out."""
    found = get_object_or_404(Reform.objects.select_related("officer"), pk=pk)
    successions = list(found.successions.select_related("source", "target").order_by("pk"))
    former = list(found.former_forms.select_related("organ__parent", "parent").order_by("pk"))
    regions = {region.pk for region in regions_of(request.access)}
    if not regions & {o.region_id for o in [*(s.source for s in successions), *(f.organ for f in former)]}:
        raise Http404
    context = {
        "reform": found, "label": str(ReformKind(found.kind).label),
        "successions": [(row, work_of(row.systems)) for row in successions],
        "former": _with_what_they_became(former),
        "moved": [(Words(zh, en), count) for zh, en, count in found.moved],
    }  # fmt: skip
    way = [Crumb(GROUP), Crumb(TITLE, reverse("desk:reforms")), Crumb(found.document)]
    return page(request, "desk/reform.html", context, trail=way)


def _with_what_they_became(former: list[FormerForm]) -> list[tuple[FormerForm, FormerForm | Organ]]:
    """Forms organs had before a reform, each with the one after it: what the next change ended, else what the organ is now. One
    query."""
    changes = FormerForm.objects.filter(organ__in=[form.organ_id for form in former]).select_related("parent")
    later = list(changes.order_by("until", "pk"))
    return [
        (form, next((one for one in later if one.organ_id == form.organ_id
                     and (one.until, one.pk) > (form.until, form.pk)), form.organ))
        for form in former
    ]  # fmt: skip


@officers_only
def reforms(request: Any) -> HttpResponse:
    """The reforms of the regions in reach, the newest first."""
    regions = regions_of(request.access)
    if not regions:
        raise Http404
    inside = Organ.objects.filter(region__in=[region.pk for region in regions])
    rows = Reform.objects.filter(successions__source__in=inside) | Reform.objects.filter(former_forms__organ__in=inside)
    rows = rows.distinct().prefetch_related("successions__source", "successions__target", "former_forms__organ")
    context = {
        "rows": [(row, str(ReformKind(row.kind).label), _about(row)) for row in rows.order_by("-on", "-pk")],
    }
    return page(request, "desk/reforms.html", context, trail=[Crumb(GROUP), Crumb(TITLE)])


def _about(row: Reform) -> str:
    passed = list(row.successions.all())
    if passed:
        return in_a_row(s.source.name for s in passed) + " → " + passed[0].target.name
    return in_a_row(
        f.organ.name if f.name == f.organ.name else f"{f.name} → {f.organ.name}" for f in row.former_forms.all()
    )
