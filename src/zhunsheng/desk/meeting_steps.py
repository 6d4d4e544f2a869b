"""What is done to meetings on their pages (会议的办理): calling, the agenda, who came, results, notices and minutes. Each form asks;
``bodies.calling`` and ``bodies.holding`` decide and write.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from zhunsheng.bodies import calling, holding
from zhunsheng.bodies.actions import keeps
from zhunsheng.bodies.models import Attendance, Item, Meeting, MeetingPaper
from zhunsheng.bodies.reading import cases_waiting, declared_body, officers_to_seat
from zhunsheng.cases.models import Case
from zhunsheng.desk.body_forms import (
    AttendanceForm,
    CallForm,
    ChangeForm,
    DayForm,
    HolderForm,
    ItemForm,
    ReasonForm,
    SettleForm,
)
from zhunsheng.desk.body_pages import answer, kept_body
from zhunsheng.desk.body_pages import crumb_of as body_crumb
from zhunsheng.desk.body_pages import trail as bodies_trail
from zhunsheng.desk.case_rows import shown_title
from zhunsheng.desk.frame import Crumb, officers_only, page, telling
from zhunsheng.desk.meeting_pages import meeting_in_reach, trail
from zhunsheng.desk.organ_forms import OfficeForm
from zhunsheng.desk.organ_pages import form_page
from zhunsheng.desk.reach import organs_near
from zhunsheng.kernel.meeting import THERE, MeetingState, Standing
from zhunsheng.orgs.refusals import refused


def kept_meeting(request: Any, pk: int) -> Meeting:
    """The meeting, when the officer keeps its body; else the page does not exist (404)."""
    found = meeting_in_reach(request, pk)
    if not keeps(request.access, found.body.kind, found.body.organ):
        raise Http404
    return found


def kept_item(request: Any, pk: int) -> tuple[Item, Meeting]:
    """An item of a meeting the officer keeps (404)."""
    item = get_object_or_404(Item.objects.prefetch_related("speeches"), pk=pk)
    return item, kept_meeting(request, item.meeting_id)


def address(meeting: Meeting) -> str:
    return reverse("desk:meeting", args=[meeting.pk])


def _form(
    request: Any, meeting: Meeting, form: OfficeForm, title: str, verb: Any = "", intro: str = ""
) -> HttpResponse:
    return form_page(request, form, title, address(meeting), trail(meeting), verb=verb, intro=intro)


# --- calling ---------------------------------------------------------------------------------------------------------


@officers_only
def call(request: Any, pk: int) -> HttpResponse:
    """召集 a meeting of a body."""
    body = kept_body(request, pk)
    held = Meeting.visible.to(request.access).filter(body=body).exclude(state=MeetingState.CANCELLED)
    latest = dict(held.order_by().values_list("form").annotate(Max("ordinal")))
    declared = declared_body(body, max(request.day, body.valid_from)).declared
    form = CallForm(declared, latest, request.POST or None)
    gone = answer(request, form, lambda: calling.call(request.user, pk, today=request.day, **form.cleaned_data),
                  lambda m: _("已召集：%(title)s") % {"title": m.title}, address)  # fmt: skip
    back = reverse("desk:body", args=[pk])
    return gone or form_page(
        request, form, _("召集会议"), back, bodies_trail(body_crumb(body)), verb=gettext_lazy("召集")
    )


@officers_only
def change(request: Any, pk: int) -> HttpResponse:
    """改期."""
    found = kept_meeting(request, pk)
    form = ChangeForm(found, request.POST or None)
    gone = answer(request, form, lambda: calling.change(request.user, pk, today=request.day, **form.cleaned_data),
                  _("已改期，通知须另行印发"), address)  # fmt: skip
    return gone or _form(request, found, form, _("改期"))


@officers_only
def cancel(request: Any, pk: int) -> HttpResponse:
    """取消."""
    found = kept_meeting(request, pk)
    form = ReasonForm(_("取消的原因"), request.POST or None)
    gone = answer(request, form, lambda: calling.cancel(request.user, pk, form.cleaned_data["reason"], today=request.day),
                  _("会议已取消"), address)  # fmt: skip
    return gone or _form(request, found, form, _("取消会议"), gettext_lazy("取消"))


@officers_only
@require_POST
def call_members(request: Any, pk: int) -> HttpResponse:
    """更新名单: those who sit on the day of the meeting as it is known now."""
    found = kept_meeting(request, pk)
    with telling(request, _("参会名单已按会议当日的席位更新")):
        calling.call_members(request.user, pk, today=request.day)
    return HttpResponseRedirect(address(found))


@officers_only
def invite(request: Any, pk: int) -> HttpResponse:
    """通知列席."""
    found = kept_meeting(request, pk)
    organs = organs_near(found.body.organ, request.day)
    form = HolderForm(request.POST or None, organs=organs, officers=officers_to_seat(organs, request.day))
    gone = answer(request, form, lambda: calling.invite(request.user, pk, today=request.day, **form.holder),
                  lambda a: _("已通知列席：%(name)s") % {"name": a.label}, address(found))  # fmt: skip
    intro = _("工作人员、单位、外单位人员三者选填一项。")
    return gone or _form(request, found, form, _("通知列席"), gettext_lazy("通知列席"), intro)


@officers_only
@require_POST
def uninvite(request: Any, pk: int) -> HttpResponse:
    """作废 a call."""
    person = get_object_or_404(Attendance, pk=pk)
    found = kept_meeting(request, person.meeting_id)
    with telling(request, _("已作废：%(name)s") % {"name": person.label}):
        calling.uninvite(request.user, pk, today=request.day)
    return HttpResponseRedirect(address(found))


# --- the agenda ------------------------------------------------------------------------------------------------------


@officers_only
def put(request: Any, pk: int) -> HttpResponse:
    """列入议题."""
    found = kept_meeting(request, pk)
    declared = declared_body(found.body, timezone.localdate(found.starts_at)).declared
    waiting = list(cases_waiting(request.access, found.body.kind)[:50])
    form = ItemForm(declared, request.POST or None, waiting=waiting, chosen=request.GET.getlist("case"))

    def act() -> Item:
        data = form.cleaned_data
        cases = [int(case) for case in data.get("cases", ())]
        title = data["title"]
        if data["number"]:
            cases.append(_case_of(request, form, "number").pk)
        if not title and cases:
            title = "、".join(map(shown_title, Case.visible.to(request.access).filter(pk__in=cases)))[:200]
        review = _case_of(request, form, "review").pk if data["review"] else None
        return calling.put(
            request.user, pk, title, data["kind"], matter=data.get("matter", ""), cases=cases, review=review,
            rule_of_law=data["rule_of_law"], reporter=data["reporter"], law=data["law"], today=request.day,
        )  # fmt: skip

    gone = answer(request, form, act, lambda item: _("已列入议题：%(title)s") % {"title": item.title}, address(found))
    return gone or _form(request, found, form, _("列入议题"), gettext_lazy("列入"))


def _case_of(request: Any, form: ItemForm, field: str) -> Case:
    """The case whose number was typed. Raises ``Refused`` at the field."""
    number = form.cleaned_data[field]
    found = Case.visible.to(request.access).filter(number=number).first()
    if found is None:
        raise refused(
            "case", f"没有找到案号「{number}」的办件，或者您不能查看；请核对案号，括号用〔〕",
            f"there is no case “{number}” that you may see; check the number and its brackets 〔〕", field,
        )  # fmt: skip
    return found


@officers_only
def take_off(request: Any, pk: int) -> HttpResponse:
    """撤下."""
    item, found = kept_item(request, pk)
    form = ReasonForm(_("撤下的原因"), request.POST or None)
    gone = answer(request, form, lambda: calling.take_off(request.user, pk, form.cleaned_data["reason"], today=request.day),
                  _("已撤下：%(title)s") % {"title": item.title}, address(found))  # fmt: skip
    return gone or _form(request, found, form, _("撤下议题"), gettext_lazy("撤下"), item.title)


@officers_only
@require_POST
def move_up(request: Any, pk: int) -> HttpResponse:
    """提前."""
    _item, found = kept_item(request, pk)
    with telling(request):
        calling.move_up(request.user, pk, today=request.day)
    return HttpResponseRedirect(f"{address(found)}#agenda")


# --- holding ---------------------------------------------------------------------------------------------------------


@officers_only
def attendance(request: Any, pk: int) -> HttpResponse:
    """登记到会."""
    found = kept_meeting(request, pk)
    people = sorted(found.attendances.filter(voided=False).order_by("pk"), key=lambda p: p.standing != Standing.MEMBER)
    form = AttendanceForm(found, people, request.POST or None)
    gone = answer(
        request, form,
        lambda: holding.hold(request.user, pk, form.marks, int(form.cleaned_data["presiding"]), today=request.day),
        _("已登记到会情况"), address,
    )  # fmt: skip
    if gone:
        return gone
    context = {"form": form, "meeting": found, "back": address(found)}
    return page(request, "desk/attendance.html", context, trail=[*trail(found), Crumb(_("登记到会"))],
                status=422 if form.is_bound else 200)  # fmt: skip


@officers_only
def settle(request: Any, pk: int) -> HttpResponse:
    """作出结论 on an item."""
    item, found = kept_item(request, pk)
    there = list(found.attendances.filter(voided=False, presence__in=THERE).order_by("pk"))
    form = SettleForm(item, there, request.POST or None)

    def act() -> Item:
        data = form.cleaned_data
        return holding.settle(
            request.user, pk, data["result"], said=form.said, settled=data["settled"], reasons=data.get("reasons", ""),
            votes=form.votes if form.counts_votes else None, today=request.day,
        )  # fmt: skip

    done = _("已记录结论：%(title)s") % {"title": item.title}
    gone = answer(request, form, act, done, f"{address(found)}#agenda")
    if gone:
        return gone
    head = holding.head_of(found, {person.pk: person for person in there})
    context = {"form": form, "meeting": found, "item": item, "back": address(found), "head": int(head or 0)}
    return page(request, "desk/settle.html", context, trail=[*trail(found), Crumb(_("结论"))],
                status=422 if form.is_bound else 200)  # fmt: skip


# --- papers ----------------------------------------------------------------------------------------------------------


@officers_only
def issue_notice(request: Any, pk: int) -> HttpResponse:
    """印发通知."""
    found = kept_meeting(request, pk)
    form = DayForm(_("成文日期"), request.POST or None, today=request.day)
    gone = answer(request, form, lambda: calling.issue_notice(request.user, pk, form.cleaned_data["on"], today=request.day),
                  _issued, _paper)  # fmt: skip
    intro = _("通知按现在的时间、地点、议题和参会人员印发；以后有变动的，再印发一次。")
    return gone or _form(request, found, form, _("印发通知"), gettext_lazy("印发"), intro)


@officers_only
def issue_minutes(request: Any, pk: int) -> HttpResponse:
    """印发纪要."""
    found = kept_meeting(request, pk)
    form = DayForm(_("成文日期"), request.POST or None, today=request.day)
    gone = answer(request, form, lambda: holding.conclude(request.user, pk, form.cleaned_data["on"], today=request.day),
                  _issued, _paper)  # fmt: skip
    intro = _("印发后会议、学法、议题和参会人次自动入账，审议通过的办件可以继续办理。")
    return gone or _form(request, found, form, _("印发纪要"), gettext_lazy("印发"), intro)


def _issued(paper: MeetingPaper) -> str:
    return _("已印发 %(number)s") % {"number": paper.number}


def _paper(paper: MeetingPaper) -> str:
    return reverse("desk:meeting-paper", args=[paper.meeting_id, paper.pk])


@officers_only
def reopen(request: Any, pk: int) -> HttpResponse:
    """更正."""
    found = kept_meeting(request, pk)
    form = ReasonForm(_("更正的原因"), request.POST or None)
    gone = answer(request, form, lambda: holding.reopen(request.user, pk, form.cleaned_data["reason"], today=request.day),
                  _("已退回记录，改正后重新印发纪要"), address)  # fmt: skip
    intro = _("已经入账的数先行冲回，改正后重新印发纪要时再入账；原纪要保留。")
    return gone or _form(request, found, form, _("更正记录"), gettext_lazy("更正"), intro)
