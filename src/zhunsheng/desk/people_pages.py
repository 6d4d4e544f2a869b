"""People (人员): who works where, one officer with all duties over time, who holds which role of a system, and the
officer's own password. What is written goes through ``orgs.actions``.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.asked import day_asked
from zhunsheng.desk.frame import PASSWORD_IS_OLD, Crumb, officers_only, page, telling
from zhunsheng.desk.organ_forms import DutyForm, EndForm, OfficerForm, OwnPasswordForm, PasswordForm
from zhunsheng.desk.organ_pages import GROUP, administered, form_page, role_name
from zhunsheng.desk.paging import PAGE_SIZE
from zhunsheng.desk.signing_in import proves_password
from zhunsheng.desk.wording import say
from zhunsheng.kernel.words import Words
from zhunsheng.orgs import actions
from zhunsheng.orgs.access import Access, duties_in_reach
from zhunsheng.orgs.delegating import may_name
from zhunsheng.orgs.models import EVERY_ROLE, EVERY_SYSTEM, Duty, Officer
from zhunsheng.orgs.refusals import (
    ROOM,
    SECURITY,
    Refused,
    Right,
    administers,
    authorises,
    check_administrator_of,
    may_all,
    organs_of,
    rooms,
)
from zhunsheng.security import lockout, operating, second_factor

TITLE = Words("人员", "People")
POSTS = Words("岗位", "Posts")


def trail() -> list[Crumb]:
    return [Crumb(GROUP), Crumb(TITLE, reverse("desk:people"))]


def waiting_in_reach(access: Access) -> QuerySet[Officer]:
    """The new accounts a security administrator has to look at and activate."""
    reached = Q(pk__in=())
    for holding in access.holdings:
        if holding.system == ROOM and holding.role == SECURITY:
            reached |= holding.condition(None, "organ__path")
    duties = Duty.objects.filter(reached)
    return Officer.objects.filter(is_active=False, last_login=None, duties__in=duties).distinct()


@officers_only
def people(request: Any) -> HttpResponse:
    """The officers of the organs in reach, with the duties of today."""
    if not request.access.holdings:
        raise Http404
    reach = duties_in_reach(request.access)
    everybody = Officer.objects.filter(duties__in=reach).distinct()
    text = request.GET.get("q", "").strip()
    admits = operating.holds(request.access, SECURITY)
    waiting = waiting_in_reach(request.access) if admits else None
    only_waiting = waiting is not None and request.GET.get("show") == "waiting"
    everybody = waiting if waiting is not None and only_waiting else everybody
    rows = everybody.filter(Q(name__icontains=text) | Q(username__icontains=text)) if text else everybody
    held = reach.on(request.day).select_related("organ").order_by("pk")
    paginator = Paginator(rows.order_by("pk").prefetch_related(Prefetch("duties", held, to_attr="held")), PAGE_SIZE)
    shown = paginator.get_page(request.GET.get("page"))
    context = {
        "text": text, "count": paginator.count, "page": shown,
        "rows": [(o, [(duty, role_name(duty.system, duty.role)) for duty in o.held]) for o in shown],
        "may_add": bool(administered(request.access, request.day)), "admits": admits, "only_waiting": only_waiting,
        "waiting": waiting.count() if waiting is not None else 0,
    }  # fmt: skip
    return page(request, "desk/people.html", context, trail=[Crumb(GROUP), Crumb(TITLE)])


def officer_in_reach(request: Any, pk: int) -> Officer:
    """The officer who has, had or will have a duty in an organ in reach, or oneself; else there is none (404)."""
    if pk == request.user.pk:
        return Officer.objects.get(pk=pk)
    return get_object_or_404(Officer.objects.filter(duties__in=duties_in_reach(request.access)).distinct(), pk=pk)


@officers_only
def officer(request: Any, pk: int) -> HttpResponse:
    """One officer with all duties in reach, the newest first."""
    found = officer_in_reach(request, pk)
    own = found.pk == request.user.pk
    duties = Duty.objects.all() if own else duties_in_reach(request.access)
    rows = duties.filter(officer=found).select_related("organ").order_by("-valid_from", "-pk")
    lines = []
    for duty in rows:
        held = duty.valid_from <= request.day and (duty.valid_to is None or duty.valid_to > request.day)
        may_end = not own and duty.valid_to is None and authorises(request.access, duty.organ)
        lines.append((duty, role_name(duty.system, duty.role), held, may_end))
    organs = [] if own else organs_of(found)
    may_change, may_admit = (may_all(may, request.access, organs) for may in (administers, authorises))
    context = {
        "person": found, "lines": lines, "own": own, "may_change": may_change, "may_admit": may_admit,
        "has_second_factor": may_admit and second_factor.is_on(found),
        "locked_until": lockout.locked_until(found.username) if may_admit else None,
        "may_delegate": found.is_active and may_name(request.user, found),
        "may_appoint": not own and found.is_active and bool(administered(request.access, request.day, authorises)),
    }  # fmt: skip
    return page(request, "desk/officer.html", context, trail=[*trail(), Crumb(found.name)])


def is_administered(request: Any, person: Officer, may: Right = administers) -> bool:
    try:
        check_administrator_of(request.user, person, may)
    except Refused:
        return False
    return True


@officers_only
def add_officer(request: Any) -> HttpResponse:
    """新增人员."""
    organs = administered(request.access, request.day)
    if not organs:
        raise Http404
    initial = {"organ": request.GET.get("organ", "")}
    form = OfficerForm(request.POST or None, organs=organs, today=request.day, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        organ = next(o for o in organs if str(o.pk) == data["organ"])
        with form.refusals():
            person = actions.add_officer(
                request.user, data["username"], data["name"], data["password"], organ, *form.post, data["on"],
                title=data["title"], whole_tree=data["whole_tree"],
            )  # fmt: skip
            messages.success(request, _("已新增：%(name)s") % {"name": person.name})
            if not person.is_active:
                messages.info(request, _("账号由安全管理员核对任职后启用，启用前不能登录。"))
            return HttpResponseRedirect(reverse("desk:officer", args=[person.pk]))
    return form_page(request, form, _("新增人员"), reverse("desk:people"), trail(), verb=gettext_lazy("新增"))


@officers_only
def appoint(request: Any, pk: int) -> HttpResponse:
    """任职."""
    person, organs = officer_in_reach(request, pk), administered(request.access, request.day, authorises)
    if not organs:
        raise Http404
    form = DutyForm(request.POST or None, organs=organs, today=request.day)
    back = reverse("desk:officer", args=[pk])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        organ = next(o for o in organs if str(o.pk) == data["organ"])
        with form.refusals():
            actions.appoint(
                request.user, person, organ, *form.post, data["on"],
                until=data["until"], title=data["title"], whole_tree=data["whole_tree"],
            )  # fmt: skip
            messages.success(request, _("已任职：%(name)s") % {"name": person.name})
            return HttpResponseRedirect(back)
    way = [*trail(), Crumb(person.name, back)]
    return form_page(request, form, _("任职"), back, way, verb=pgettext_lazy("动词", "任职"))


@officers_only
def end_duty(request: Any, pk: int) -> HttpResponse:
    """离任."""
    duty = get_object_or_404(duties_in_reach(request.access).select_related("officer", "organ"), pk=pk)
    if not authorises(request.access, duty.organ):
        raise Http404
    form = EndForm(request.POST or None, today=request.day)
    back = reverse("desk:officer", args=[duty.officer_id])
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            actions.end_duty(request.user, pk, form.cleaned_data["on"])
            messages.success(request, _("已离任：%(name)s") % {"name": duty.officer.name})
            return HttpResponseRedirect(back)
    intro = f"{duty.officer.name}　{duty.organ.name}　{role_name(duty.system, duty.role)}"
    return form_page(request, form, _("离任"), back, [*trail(), Crumb(duty.officer.name, back)], intro=intro)


@officers_only
def set_password(request: Any, pk: int) -> HttpResponse:
    """重设口令 of somebody else."""
    person = officer_in_reach(request, pk)
    if not is_administered(request, person):
        raise Http404
    form = PasswordForm(request.POST or None)
    back = reverse("desk:officer", args=[pk])
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            actions.set_password(request.user, person, form.cleaned_data["password"])
            messages.success(request, _("口令已重设，请当面告知本人。"))
            return HttpResponseRedirect(back)
    return form_page(
        request, form, _("重设口令"), back, [*trail(), Crumb(person.name, back)], verb=gettext_lazy("重设")
    )


@officers_only
@require_POST
def set_active(request: Any, pk: int) -> HttpResponse:
    """停用 or 启用 an account."""
    person = officer_in_reach(request, pk)
    wanted = request.POST.get("active") == "1"
    with telling(request, _("账号已启用") if wanted else _("账号已停用")):
        actions.set_active(request.user, person, wanted)
    return HttpResponseRedirect(reverse("desk:officer", args=[pk]))


@officers_only
def own_password(request: Any) -> HttpResponse:
    """修改口令 of oneself."""
    form = OwnPasswordForm(request.POST or None)
    back = reverse("desk:officer", args=[request.user.pk])
    was_asked_for = request.user.must_change_password or request.session.get(PASSWORD_IS_OLD)
    if request.method == "POST" and form.is_valid():
        if not proves_password(request, form.cleaned_data["old"]):
            form.add_error("old", _("现在的口令不对，请重新填写"))
            return _own_password_page(request, form, back)
        with form.refusals():
            actions.change_own_password(request.user, form.cleaned_data["password"])
            request.session.pop(PASSWORD_IS_OLD, None)
            update_session_auth_hash(request, request.user)
            messages.success(request, _("口令已修改"))
            return HttpResponseRedirect(reverse("desk:to-do") if was_asked_for else back)
    return _own_password_page(request, form, back)


def _own_password_page(request: Any, form: OwnPasswordForm, back: str) -> HttpResponse:
    intro = ""
    if request.user.must_change_password:
        intro = _("口令由管理员设定，请先改成只有您自己知道的。")
    elif request.session.get(PASSWORD_IS_OLD):
        intro = _("口令已经用满 %(n)s 天，请先换一个新的。") % {"n": settings.PASSWORD_DAYS}
    way = [Crumb(GROUP), Crumb(request.user.name, back)]
    return form_page(request, form, _("修改口令"), back, way, verb=pgettext_lazy("动词", "修改"), intro=intro)


@officers_only
def posts(request: Any) -> HttpResponse:
    """Who holds which role of a system on a day: a row for each role, those who hold it and where."""
    if not request.access.holdings:
        raise Http404
    day, wrong = day_asked(request)
    options = [
        *((key, say(room.name)) for key, room in rooms().items()),
        *((slug, say(owner.name)) for slug, owner in systems().items()),
    ]
    chosen = request.GET.get("system", "")
    chosen = chosen if chosen in dict(options) else options[len(rooms())][0]
    duties = duties_in_reach(request.access).on(day).filter(system__in=(chosen, EVERY_SYSTEM))
    holders: dict[str, list[Duty]] = {}
    for duty in duties.select_related("officer", "organ").order_by("organ__path", "officer"):
        holders.setdefault(duty.role, []).append(duty)
    everywhere = holders.get(EVERY_ROLE, [])
    roles = [(role, say(words)) for role, words in actions.roles_of(chosen).items()]
    context = {
        "day": day, "wrong": wrong, "options": options, "chosen": chosen, "everywhere": everywhere,
        "rows": [(name, holders.get(role, [])) for role, name in roles],
    }  # fmt: skip
    return page(request, "desk/posts.html", context, trail=[Crumb(GROUP), Crumb(POSTS)])
