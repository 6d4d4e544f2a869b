"""权限说明 and 运维会话 in the browser: what an officer may see and do and why, for himself and for the security administrator; asking for
an operator session, admitting it and ending it.

What holds is decided in ``orgs.access``, sentences come from ``orgs.explaining``, sessions from ``security.operating``. No
record is read.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.frame import Crumb, officers_only, page, telling
from zhunsheng.desk.organ_forms import OperatorForm, system_choices
from zhunsheng.desk.organ_pages import GROUP, form_page
from zhunsheng.desk.paging import PAGE_SIZE
from zhunsheng.desk.people_pages import officer_in_reach, trail
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.explaining import sentences, steps_for, why_seen
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.refusals import ADMINISTRATOR, ROOM, SECURITY, authorises, may_all, organs_of
from zhunsheng.security import operating
from zhunsheng.security.models import OperatorSession
from zhunsheng.typed import whole_number

WHY = Words("权限说明", "Rights and reasons")
OPERATORS = Words("运维会话", "Operator sessions")


@officers_only
def officer_access(request: Any, pk: int) -> HttpResponse:
    """What an officer may see and do today, each with the duty it rests on; for one system and organ step by step."""
    person = officer_in_reach(request, pk)
    own = person.pk == request.user.pk
    if not own and not may_all(authorises, request.access, organs_of(person)):
        raise Http404
    access = access_of(person, request.day)
    said = sentences(access, request.day)
    chosen, organ = request.GET.get("system", ""), _organ_of(request, access)
    choices = [(slug, name) for slug, name in system_choices(access.systems()) if slug in systems()]
    context = {
        "person": person, "own": own, "reasons": [said[holding] for holding in access.holdings],
        "systems": choices, "organs": _organs_of(access), "chosen": chosen, "organ": organ,
    }  # fmt: skip
    if chosen in systems() and organ is not None:
        owner = systems()[chosen]
        procedures = [procedure for procedure in owner.procedures if procedure.in_force.until is None]
        context |= {
            "asked": owner.name, "seen": why_seen(access, chosen, organ, said),
            "steps": steps_for(access, chosen, procedures[0], organ) if procedures else [],
        }  # fmt: skip
    way = [*trail(), Crumb(person.name, reverse("desk:officer", args=[pk])), Crumb(WHY)]
    return page(request, "desk/officer_access.html", context, trail=way)


def _organs_of(access: Access) -> list[Organ]:
    """The organs an officer's duties reach, to choose from."""
    reached = access.rows(system_field=None) | Q(pk__in=[holding.organ for holding in access.holdings])
    return list(Organ.objects.filter(reached, valid_to=None).order_by("path")[:200])


def _organ_of(request: Any, access: Access) -> Organ | None:
    """The organ asked about, reached or not: the answer may be that nothing is."""
    asked = whole_number(request.GET.get("organ"))
    if asked is None:
        return None
    return Organ.objects.filter(pk=asked, region__in=_regions(request, access)).first()


def _regions(request: Any, access: Access) -> list[str]:
    reached = Organ.objects.filter(request.access.rows(system_field=None) | access.rows(system_field=None))
    return list(reached.order_by().values_list("region", flat=True).distinct())


# --- operator sessions -----------------------------------------------------------------------------------------------


def _administers(request: Any) -> bool:
    return any(h.system == ROOM and h.role in (ADMINISTRATOR, SECURITY) for h in request.access.holdings)


@officers_only
def operators(request: Any) -> HttpResponse:
    """The sessions asked for, admitted and over, the newest first."""
    if not _administers(request):
        raise Http404
    rows = OperatorSession.objects.select_related("officer", "decided_by").order_by("-pk")
    shown = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    decides = operating.holds(request.access, SECURITY)
    now = timezone.now()
    lines = []
    for row in shown:
        runs = row.ends_at is not None and row.ends_at > now
        may_decide = decides and row.decided_at is None and row.officer_id != request.user.pk
        lines.append((row, runs, may_decide, runs and (decides or row.officer_id == request.user.pk)))
    context = {
        "lines": lines, "page": shown, "may_ask": operating.holds(request.access, ADMINISTRATOR),
        "is_demanded": operating.is_demanded(),
    }  # fmt: skip
    return page(request, "desk/operators.html", context, trail=[Crumb(GROUP), Crumb(OPERATORS)])


@officers_only
def operator_ask(request: Any) -> HttpResponse:
    """申请."""
    if not operating.holds(request.access, ADMINISTRATOR):
        raise Http404
    form = OperatorForm(request.POST or None)
    back = reverse("desk:operators")
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            operating.ask(request.user, form.cleaned_data["reason"], form.cleaned_data["minutes"])
            messages.success(request, _("已申请，请安全管理员批准。"))
            return HttpResponseRedirect(back)
    way = [Crumb(GROUP), Crumb(OPERATORS, back)]
    return form_page(request, form, _("申请运维会话"), back, way, verb=gettext_lazy("申请"))


@officers_only
@require_POST
def operator_decide(request: Any, pk: int) -> HttpResponse:
    """批准 or 不批准, 结束: by ``step``."""
    if not _administers(request):
        raise Http404
    step = request.POST.get("step", "")
    with telling(request, {"end": _("会话已结束"), "admit": _("已批准，到时自动结束。")}.get(step, _("已不予批准"))):
        if step == "end":
            operating.end(request.user, pk)
        else:
            operating.decide(request.user, pk, step == "admit")
    return HttpResponseRedirect(reverse("desk:operators"))
