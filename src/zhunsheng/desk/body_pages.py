"""Bodies (议事机构): all in reach with who leads them and what is empty, one with its members on any day and its meetings, and
the forms about them and their seats. What is written goes through ``bodies.actions``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Min, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhunsheng.bodies import actions
from zhunsheng.bodies.actions import keeps
from zhunsheng.bodies.models import Body, Meeting, Seat
from zhunsheng.bodies.reading import Gap, Member, declared_body, has_chair, members_on, officers_to_seat
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.asked import day_asked
from zhunsheng.desk.body_forms import BodyForm, CloseForm, ReasonForm, SeatForm, rule_initial
from zhunsheng.desk.case_rows import PAGE_SIZE
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.organ_forms import OfficeForm
from zhunsheng.desk.organ_pages import GROUP, form_page
from zhunsheng.desk.reach import organs_near
from zhunsheng.desk.wording import name_of, say
from zhunsheng.kernel.meeting import MeetingState, Office, Quorum
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.terms import in_being

TITLE = Words("议事机构", "Bodies")
GAPS = {Gap.VACANT: gettext_lazy("空缺"), Gap.LEFT: gettext_lazy("已不在岗")}


def trail(*more: Crumb) -> list[Crumb]:
    return [Crumb(GROUP), Crumb(TITLE, reverse("desk:bodies")), *more]


def crumb_of(body: Body) -> Crumb:
    return Crumb(name_of(body), reverse("desk:body", args=[body.pk]))


@officers_only
def bodies(request: Any) -> HttpResponse:
    """The bodies in reach, those in being first asked for; a fixed number of queries."""
    if not request.access.holdings:
        raise Http404
    kind, closed, text = request.GET.get("kind", ""), request.GET.get("closed") == "1", request.GET.get("q", "").strip()
    over = Q(valid_to__lte=request.day)
    rows = Body.visible.to(request.access).select_related("organ")
    rows = rows.filter(over) if closed else rows.exclude(over)
    kinds = dict.fromkeys(rows.order_by("kind").values_list("kind", flat=True))
    if kind in systems():
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(document__icontains=text))
    coming = Q(meetings__state=MeetingState.CALLED, meetings__starts_at__gte=timezone.now())
    found = Paginator(rows.annotate(next_meeting=Min("meetings__starts_at", filter=coming)).order_by("organ__path", "pk"),
                      PAGE_SIZE).get_page(request.GET.get("page"))  # fmt: skip
    members = members_on(found.object_list, request.day)
    context = {
        "rows": [(body, systems()[body.kind].name, *_told(members.get(body.pk, []))) for body in found],
        "page": found, "kind": kind, "closed": closed, "text": text, "count": found.paginator.count,
        "kinds": [(slug, systems()[slug].name) for slug in kinds if slug in systems()],
        "may_add": bool(kept_organs(request)),
    }  # fmt: skip
    return page(request, "desk/bodies.html", context, trail=[Crumb(GROUP), Crumb(TITLE)])


def _told(members: list[Member]) -> tuple[str, int, int]:
    """Who leads a body, how many sit in it, how many of its seats are empty (an absent chair is one)."""
    chair = next((member.name or member.post for member in members if member.seat.office == Office.CHAIR), "")
    gaps = sum(member.gap is not None for member in members) + (not chair)
    return chair, len(members), gaps


def kept_organs(request: Any) -> list[Organ]:
    """The organs in being for which the officer may set up a body of some kind; one query."""
    kinds = [slug for slug, owner in systems().items() if owner.bodies]
    organs = Organ.objects.filter(in_being(request.day)).order_by("region", "pk")
    return [organ for organ in organs if any(keeps(request.access, kind, organ) for kind in kinds)]


def body_in_reach(request: Any, pk: int) -> Body:
    """The body, when the officer may see it; else there is none (404)."""
    return get_object_or_404(Body.visible.to(request.access).select_related("organ__region", "continues"), pk=pk)


def kept_body(request: Any, pk: int) -> Body:
    """The body, when the officer keeps it; else the page does not exist (404)."""
    body = body_in_reach(request, pk)
    if not keeps(request.access, body.kind, body.organ):
        raise Http404
    return body


@officers_only
def body(request: Any, pk: int) -> HttpResponse:
    """One body: its rules, its members on a day, its meetings."""
    found = body_in_reach(request, pk)
    day, wrong = day_asked(request)
    members = members_on([found], day).get(found.pk, [])
    offices = declared_body(found, max(day, found.valid_from)).declared.offices
    meetings = Paginator(
        Meeting.visible.to(request.access).filter(body=found).order_by("-starts_at"), PAGE_SIZE
    ).get_page(request.GET.get("page"))
    may_keep = keeps(request.access, found.kind, found.organ)
    empty = [member for member in members if member.gap is not None]
    context = {
        "body": found, "system": systems()[found.kind], "day": day, "wrong": wrong, "quorum": Quorum(found.quorum).words,
        "members": [(m, say(offices.get(Office(m.seat.office), Office(m.seat.office).words)), GAPS.get(m.gap)) for m in members],
        "empty": empty, "leaderless": not found.is_over(day) and day >= found.valid_from and not has_chair(members),
        "former": found.seats.filter(valid_to__lte=day).select_related("officer", "organ").order_by("-valid_to", "pk"),
        "page": meetings, "meetings": [(meeting, MeetingState(meeting.state).words) for meeting in meetings],
        "is_open": not found.is_over(request.day), "may_keep": may_keep, "continued": found.continued_by.first(),
        "figures": [
            (f"{found.kind}.{key}", account.words) for key, account in systems()[found.kind].figures.accounts.items()
        ],
    }  # fmt: skip
    return page(request, "desk/body.html", context, trail=trail(crumb_of(found)))


# --- forms -----------------------------------------------------------------------------------------------------------


def answer(
    request: Any,
    form: OfficeForm,
    act: Callable[[], Any],
    done: str | Callable[[Any], str],
    where: str | Callable[[Any], str],
) -> HttpResponse | None:
    """Act when the form is right, and say where to go then. None when the form has to be shown (again)."""
    if request.method != "POST" or not form.is_valid():
        return None
    with form.refusals():
        result = act()
        messages.success(request, done if isinstance(done, str) else done(result))
        return HttpResponseRedirect(where if isinstance(where, str) else where(result))
    return None


@officers_only
def add_body(request: Any) -> HttpResponse:
    """设立."""
    organs = kept_organs(request)
    if not organs:
        raise Http404
    initial = {"organ": request.GET.get("organ", ""), "proxies_count": True}
    form = BodyForm(
        request.POST or None, today=request.day, organs=organs, kind=request.GET.get("kind", ""), initial=initial
    )

    def act() -> Body:
        data = dict(form.cleaned_data)
        key, kind, on = data.pop("organ"), data.pop("kind"), data.pop("on")
        organ = next(o for o in organs if str(o.pk) == key)
        return actions.set_up(request.user, organ, kind, on=on, today=request.day, **data)

    gone = answer(request, form, act, lambda b: _("已设立：%(name)s") % {"name": b.name}, _address)
    return gone or form_page(
        request, form, _("设立议事机构"), reverse("desk:bodies"), trail(), verb=gettext_lazy("设立")
    )


def _address(body: Body) -> str:
    return reverse("desk:body", args=[body.pk])


@officers_only
def amend_body(request: Any, pk: int) -> HttpResponse:
    """修改."""
    found = kept_body(request, pk)
    form = BodyForm(request.POST or None, today=request.day, initial=rule_initial(found))
    gone = answer(request, form, lambda: actions.amend(request.user, pk, today=request.day, **form.cleaned_data),
                  lambda b: _("已修改：%(name)s") % {"name": b.name}, _address)  # fmt: skip
    return gone or form_page(request, form, _("修改"), _address(found), trail(crumb_of(found)))


@officers_only
def close_body(request: Any, pk: int) -> HttpResponse:
    """撤销."""
    found = kept_body(request, pk)
    form = CloseForm(request.POST or None, today=request.day)
    gone = answer(request, form, lambda: actions.close(request.user, pk, today=request.day, **form.cleaned_data),
                  lambda b: _("已撤销：%(name)s") % {"name": b.name}, _address)  # fmt: skip
    intro = _("撤销后席位随之终止，历次会议和数据不变。")
    return gone or form_page(request, form, _("撤销"), _address(found), trail(crumb_of(found)), intro=intro)


@officers_only
def give_seat(request: Any, pk: int) -> HttpResponse:
    """增补."""
    found = kept_body(request, pk)
    organs = organs_near(found.organ, request.day)
    form = SeatForm(
        declared_body(found, max(request.day, found.valid_from)).declared.offices, request.POST or None,
        today=request.day, organs=organs, officers=officers_to_seat(organs, request.day),
    )  # fmt: skip

    def act() -> Seat:
        data = form.cleaned_data
        return actions.give_seat(
            request.user, pk, data["office"], data["on"], until=data["until"], document=data["document"], today=request.day,
            **form.holder,
        )  # fmt: skip

    gone = answer(request, form, act, _("已增补席位"), _address(found))
    intro = _("工作人员、单位、外聘人员三者选填一项。")
    return gone or form_page(request, form, _("增补席位"), _address(found), trail(crumb_of(found)),
                             verb=gettext_lazy("增补"), intro=intro)  # fmt: skip


@officers_only
def take_seat(request: Any, pk: int) -> HttpResponse:
    """离任."""
    seat = get_object_or_404(Seat.objects.select_related("officer", "organ"), pk=pk)
    found = kept_body(request, seat.body_id)
    form = ReasonForm(_("原因或者文件"), request.POST or None, day_label=_("离任日期"), today=request.day)
    gone = answer(
        request, form,
        lambda: actions.take_seat(request.user, pk, form.cleaned_data["on"], form.cleaned_data["reason"], today=request.day),
        _("已办理离任"), _address(found),
    )  # fmt: skip
    who = seat.officer.name if seat.officer else name_of(seat.organ) if seat.organ else seat.person
    return gone or form_page(
        request, form, _("离任"), _address(found), trail(crumb_of(found)), intro=f"{who} {seat.post}"
    )
