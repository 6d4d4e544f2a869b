"""委托代办 in the browser: who acts for whom while he is away, naming somebody, ending it early.

What may be delegated and to whom is decided in ``orgs.delegating``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from zhunsheng.desk.frame import Crumb, officers_only, page, telling
from zhunsheng.desk.organ_forms import DelegationForm, system_choices
from zhunsheng.desk.organ_pages import GROUP, duties_in_reach, form_page
from zhunsheng.desk.paging import PAGE_SIZE
from zhunsheng.desk.people_pages import officer_in_reach, trail
from zhunsheng.desk.wording import Light, in_a_row, say
from zhunsheng.kernel.words import Words
from zhunsheng.orgs import delegating
from zhunsheng.orgs.explaining import system_words
from zhunsheng.orgs.models import Delegation, Officer
from zhunsheng.orgs.refusals import authorises

TITLE = Words("委托代办", "Delegations")


@dataclass(frozen=True)
class DelegationLine:
    """One delegation as the reader sees it. The reason is for those whom it concerns."""

    row: Delegation
    light: Light
    systems: str
    reason: str
    may_end: bool


def in_reach(request: Any) -> Any:
    """The delegations of the officers in reach, and the officer's own, given and taken; the newest first."""
    near = Q(delegator__duties__in=duties_in_reach(request.access))
    own = Q(delegator=request.user) | Q(delegate=request.user)
    rows = Delegation.objects.filter(pk__in=Delegation.objects.filter(near | own).values("pk"))
    rows = rows.select_related("delegator", "delegate", "named_by", "ended_by")
    return rows.prefetch_related("delegator__duties__organ").order_by("-first_day", "-pk")


def _may_end(request: Any, row: Delegation) -> bool:
    """Whether the button is shown; ``orgs.delegating`` decides."""
    duties = [duty for duty in row.delegator.duties.all() if duty.valid_to is None or duty.valid_to > request.day]
    administered = bool(duties) and all(authorises(request.access, duty.organ) for duty in duties)
    return row.delegator_id == request.user.pk or administered


def lines_of(request: Any, rows: Any) -> list[DelegationLine]:
    """Each delegation with how it stands and what the reader can do about it."""
    lines = []
    for row in rows:
        may_name = _may_end(request, row)
        light = light_of(row, request.day)
        concerned = may_name or request.user.pk == row.delegate_id
        systems = in_a_row(say(system_words(slug)) for slug in row.systems) or _("所任的全部系统")
        lines.append(
            DelegationLine(row, light, systems, row.reason if concerned else "", may_name and light.kind != "closed")
        )
    return lines


def light_of(row: Delegation, day: Any) -> Light:
    if row.ended_at is not None:
        return Light("closed", _("已提前结束"))
    if row.last_day < day:
        return Light("closed", _("已期满"))
    return Light("waiting", _("尚未开始")) if row.first_day > day else Light("good", _("代办中"))


@officers_only
def delegations(request: Any) -> HttpResponse:
    """Everybody's delegations in reach."""
    if not request.access.holdings:
        raise Http404
    shown = Paginator(in_reach(request), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": shown, "lines": lines_of(request, shown), "count": shown.paginator.count}
    return page(request, "desk/delegations.html", context, trail=[Crumb(GROUP), Crumb(TITLE)])


@officers_only
def delegate(request: Any, pk: int) -> HttpResponse:
    """委托代办 of oneself, or of an officer one administers."""
    delegator = officer_in_reach(request, pk)
    if not delegating.may_name(request.user, delegator):
        raise Http404
    held = delegating.systems_to_delegate(delegator, request.day, request.day)
    people = list(delegating.candidates(delegator, request.day).exclude(pk=request.user.pk).order_by("name", "pk"))
    form = DelegationForm(request.POST or None, people=people, systems=system_choices(held), today=request.day)
    back = reverse("desk:delegations")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with form.refusals():
            made = delegating.delegate(
                request.user, delegator, Officer.objects.get(pk=int(data["to"])), data["first_day"], data["last_day"],
                data["reason"], systems=data["systems"],
            )  # fmt: skip
            messages.success(request, _("已登记：%(first)s 至 %(last)s 由%(who)s代办") % {
                "first": made.first_day, "last": made.last_day, "who": made.delegate.name,
            })  # fmt: skip
            return HttpResponseRedirect(back)
    intro = _(
        "%(name)s不在岗期间，由代办人办理%(name)s名下的事，到期自动收回。代办的每一步都记为“代办人代%(name)s”；受他人委托的不能再转委托。"
    ) % {"name": delegator.name}
    way = [*trail(), Crumb(delegator.name, reverse("desk:officer", args=[pk]))]
    return form_page(request, form, _("委托代办"), back, way, verb=gettext_lazy("委托"), intro=intro)


@officers_only
@require_POST
def end(request: Any, pk: int) -> HttpResponse:
    """提前结束, at once."""
    found = get_object_or_404(in_reach(request), pk=pk)
    with telling(
        request,
        _("已结束：%(who)s不再代%(whom)s办理")
        % {
            "who": found.delegate.name,
            "whom": found.delegator.name,
        },
    ):
        delegating.end_delegation(request.user, found.pk)
    return HttpResponseRedirect(reverse("desk:delegations"))
