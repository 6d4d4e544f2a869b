"""登录与安全: an officer's own password, second factor and signed-in devices; and what an administrator does to the sign-in
of others: unlocking, and taking away a second factor whose phone is lost.

What is written goes through ``security``.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from zhunsheng.desk.frame import Crumb, officers_only, page, telling
from zhunsheng.desk.organ_forms import CodeForm, PasskeyForm, PasswordProofForm, ReasonForm
from zhunsheng.desk.organ_pages import GROUP, form_page
from zhunsheng.desk.people_pages import is_administered, officer_in_reach, trail
from zhunsheng.desk.signing_in import proves_password
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.refusals import authorises
from zhunsheng.security import lockout, passkeys, passwords, second_factor, sessions

TITLE = Words("登录与安全", "Sign-in and security")


def _way(request: Any) -> list[Crumb]:
    return [Crumb(GROUP), Crumb(TITLE, reverse("desk:security"))]


@officers_only
def security(request: Any) -> HttpResponse:
    """One's own: since when the password, the second factor, where one is signed in."""
    age = passwords.age_in_days(request.user)
    context = {
        "password_age": age,
        "password_days_left": settings.PASSWORD_DAYS - age if age is not None and settings.PASSWORD_DAYS else None,
        "is_on": second_factor.is_on(request.user),
        "is_required": second_factor.is_required(request.access),
        "codes_left": second_factor.codes_left(request.user),
        "passkeys": passkeys.of(request.user),
        "devices": sessions.devices_of(request),
        "idle_minutes": settings.SESSION_MINUTES,
        "latest_hours": settings.SESSION_HOURS,
    }
    return page(request, "desk/security.html", context, trail=[Crumb(GROUP), Crumb(TITLE)])


@officers_only
@require_POST
def end_devices(request: Any) -> HttpResponse:
    """退出 another device, or all others."""
    mark = request.POST.get("device", "")
    if not mark:
        ended = sessions.end_others(request)
        messages.success(request, _("已退出其他 %(n)s 处登录") % {"n": ended})
    elif sessions.end_device(request, mark):
        messages.success(request, _("已退出该设备"))
    else:
        messages.info(request, _("该设备的登录已经结束。"))
    return HttpResponseRedirect(reverse("desk:security"))


# --- one's own second factor -----------------------------------------------------------------------------------------


@officers_only
def second_factor_page(request: Any) -> HttpResponse:
    """启用 or 更换: scan the picture, type the code; then the recovery codes, shown this once."""
    person = request.user
    was_on = second_factor.is_on(person)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not proves_password(request, form.cleaned_data["old"]):
            form.add_error("old", _("现在的口令不对，请重新填写"))
        else:
            with form.refusals():
                codes = second_factor.confirm(person, form.cleaned_data["code"])
                sessions.end_others(request)
                request.session[second_factor.SHOWN] = True
                return _codes_page(request, codes, _("动态口令已启用。"))
    device = second_factor.begin(person)
    context = {
        "form": form, "picture": second_factor.picture_of(device), "key": second_factor.key_of(device), "is_on": was_on,
        "is_demanded": second_factor.is_required(request.access) and not request.session.get(second_factor.SHOWN),
    }  # fmt: skip
    title = _("更换动态口令") if was_on else _("启用动态口令")
    return page(
        request, "desk/second_factor.html", {**context, "title": title}, trail=[*_way(request), Crumb(title)],
        status=422 if form.is_bound else 200,
    )  # fmt: skip


def _codes_page(request: Any, codes: list[str], done: str) -> HttpResponse:
    context = {"codes": codes, "day": request.day, "done": done}
    return page(request, "desk/recovery_codes.html", context, trail=[*_way(request), Crumb(_("恢复码"))])


def _with_password(request: Any, title: str, verb: Any, intro: str, then: Any) -> HttpResponse:
    """A page that asks for the password before it does something to the second factor."""
    if not second_factor.is_on(request.user):
        raise Http404
    form = PasswordProofForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if proves_password(request, form.cleaned_data["old"]):
            return then()
        form.add_error("old", _("现在的口令不对，请重新填写"))
    return form_page(request, form, title, reverse("desk:security"), _way(request), verb=verb, intro=intro)


@officers_only
def recovery_codes(request: Any) -> HttpResponse:
    """换发 the recovery codes."""
    return _with_password(
        request, _("换发恢复码"), gettext_lazy("换发"), _("换发后，以前的恢复码全部作废。"),
        lambda: _codes_page(request, second_factor.renew_codes(request.user), _("恢复码已换发，以前的全部作废。")),
    )  # fmt: skip


@officers_only
def turn_off(request: Any) -> HttpResponse:
    """停用 one's own second factor, where no duty demands one."""
    if second_factor.is_required(request.access):
        raise Http404

    def off() -> HttpResponse:
        second_factor.turn_off(request.user)
        request.session[second_factor.SHOWN] = False
        messages.success(request, _("动态口令已停用"))
        return HttpResponseRedirect(reverse("desk:security"))

    return _with_password(
        request, _("停用动态口令"), gettext_lazy("停用"), _("停用后，登录只凭账号和口令；恢复码同时作废。"), off
    )


# --- one's own passkeys ----------------------------------------------------------------------------------------------


@officers_only
def passkey_add(request: Any) -> HttpResponse:
    """添加: the password and a name, then the browser makes it."""
    form = PasskeyForm(request.POST or None)
    title, back = _("添加通行密钥"), reverse("desk:security")
    if request.method == "POST" and form.is_valid():
        if proves_password(request, form.cleaned_data["old"]):
            options, name = passkeys.begin_adding(request, request.user), form.cleaned_data["name"]
            return page(
                request,
                "desk/passkey_make.html",
                {"options": options, "name": name, "title": title},
                trail=[*_way(request), Crumb(title)],
            )
        form.add_error("old", _("现在的口令不对，请重新填写"))
    return form_page(
        request, form, title, back, _way(request), verb=gettext_lazy("继续"),
        intro=_("浏览器会请您用锁屏或者安全密钥确认。以后登录不用口令和动态口令。"),
    )  # fmt: skip


@officers_only
@require_POST
def passkey_made(request: Any) -> HttpResponse:
    """What the browser made."""
    with telling(request):
        passkeys.add(request, request.user, request.POST.get("name", ""), request.POST.get("answer", ""))
        request.session[second_factor.SHOWN] = True
        messages.success(request, _("通行密钥已添加。"))
    return HttpResponseRedirect(reverse("desk:security"))


@officers_only
def passkey_remove(request: Any, pk: int) -> HttpResponse:
    """停用 one of them."""
    if not any(key.pk == pk for key in passkeys.of(request.user)):
        raise Http404
    form = PasswordProofForm(request.POST or None)
    title, back = _("停用通行密钥"), reverse("desk:security")
    if request.method == "POST" and form.is_valid():
        if proves_password(request, form.cleaned_data["old"]):
            passkeys.remove(request.user, pk)
            messages.success(request, _("通行密钥已停用。"))
            return HttpResponseRedirect(back)
        form.add_error("old", _("现在的口令不对，请重新填写"))
    return form_page(request, form, title, back, _way(request), verb=gettext_lazy("停用"))


# --- for others ------------------------------------------------------------------------------------------------------


@officers_only
@require_POST
def unlock(request: Any, pk: int) -> HttpResponse:
    """解锁 an account before its time."""
    person = officer_in_reach(request, pk)
    with telling(request, _("已解锁，本人可以重新登录。")):
        lockout.unlock(request.user, person)
    return HttpResponseRedirect(reverse("desk:officer", args=[pk]))


@officers_only
def reset_second_factor(request: Any, pk: int) -> HttpResponse:
    """重置 the second factor of somebody whose phone is lost."""
    person = officer_in_reach(request, pk)
    if not is_administered(request, person, authorises) or not second_factor.is_on(person):
        raise Http404
    form = ReasonForm(request.POST or None)
    back = reverse("desk:officer", args=[pk])
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            second_factor.reset(request.user, person, form.cleaned_data["reason"])
            messages.success(request, _("已重置，本人凭账号和口令登录后重新启用。"))
            return HttpResponseRedirect(back)
    return form_page(
        request, form, _("重置动态口令"), back, [*trail(), Crumb(person.name, back)], verb=gettext_lazy("重置"),
        intro=_("请先确认是本人提出（当面或者电话核实）。重置后本人在所有设备上退出，理由记入审计。"),
    )  # fmt: skip
