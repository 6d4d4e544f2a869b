"""Signing in and out (登录、退出): account and password, then the code where there is a second factor; being locked out;
and what an open page asks about its session.

Django, django-axes and django-otp do the work. Added is the list of demonstration sign-ins.
"""

from __future__ import annotations

import time
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import authenticate, login, logout, user_login_failed
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from zhunsheng.desk.frame import PASSWORD_IS_OLD, common, demonstration_loads
from zhunsheng.desk.help_texts import help_texts
from zhunsheng.orgs.models import Officer
from zhunsheng.security import lockout, passwords, second_factor, sessions

PENDING = "pending_sign_in"
PENDING_SECONDS = 300
"""How long the password counts before the code has to be there."""


class SignIn(LoginView):
    """The sign-in page."""

    template_name = "desk/sign_in.html"
    redirect_authenticated_user = True
    next_page = "/"

    def form_valid(self, form: Any) -> HttpResponse:
        person: Any = form.get_user()
        return first_step_done(self.request, person, person.backend, self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            **common(self.request),
            "ended": ended_words(self.request.GET.get("ended", "")),
            "is_unsaved": "unsaved" in self.request.GET,
            "refused": refused_words(self.request.GET.get("refused", "")),
            "provider": settings.OPENID_NAME if settings.OPENID_ISSUER else "",
            "demonstration": demonstration_sign_ins(),
            "help": help_texts()["sign-in"],
        }


def first_step_done(
    request: HttpRequest, person: Officer, backend: str, then: str, *, by_password: bool = True
) -> HttpResponse:
    """The password is right, or the provider vouches for it: in, or on to the code where there is a second factor."""
    if not second_factor.is_on(person):
        let_in(request, person, backend, with_code=False, by_password=by_password)
        return HttpResponseRedirect(then)
    request.session[PENDING] = {
        "officer": person.pk, "backend": backend, "proof": person.get_session_auth_hash(),
        "until": int(time.time()) + PENDING_SECONDS, "next": then,
    }  # fmt: skip
    return HttpResponseRedirect(reverse("desk:sign-in-code"))


def let_in(request: HttpRequest, person: Officer, backend: str, *, with_code: bool, by_password: bool = True) -> None:
    """All steps are done: the session begins. The age of a password matters to whoever used it."""
    login(request, person, backend)
    request.session[second_factor.SHOWN] = with_code
    request.session[PASSWORD_IS_OLD] = by_password and passwords.is_too_old(person)


def refused_words(how: str) -> str:
    """Why another way of signing in led back to this page."""
    if how == "passkey":
        return _("通行密钥没有通过，请重试，或者用账号和口令登录。")
    if how == "provider":
        return _("统一身份认证没有成功，请重试，或者用账号和口令登录。")
    if how == "account":
        return _("身份已经确认，但是本平台没有为您开设账号，或者账号已停用。请联系系统管理员。")
    return ""


def ended_words(how: str) -> str:
    """Why the session before ended, for the sign-in page."""
    if how == "idle":
        return _("登录已经结束：%(n)s 分钟没有操作。请重新登录。") % {"n": settings.SESSION_MINUTES}
    if how == "latest":
        return _("登录已经结束：登录满 %(n)s 小时须重新登录。") % {"n": settings.SESSION_HOURS}
    if how == "elsewhere":
        return _("登录已经结束：可能在别的设备上退出了，或者口令已经修改。请重新登录。")
    return ""


def demonstration_sign_ins() -> list[dict[str, str]]:
    """The sign-ins of the demonstration (username, password, duty), as the loading of its places recorded them; none
    otherwise."""
    found = [one for loaded in demonstration_loads().order_by("pk") for one in loaded.detail.get("sign_ins", [])]
    return list({one["username"]: one for one in found}.values())


# --- the second step -------------------------------------------------------------------------------------------------


@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """动态口令: the code of the app, or a recovery code. Wrong ones count towards the lockout of the account."""
    pending = request.session.get(PENDING, {})
    person = Officer.objects.filter(pk=pending.get("officer"), is_active=True).first()
    if person is None or pending["until"] < time.time() or pending["proof"] != person.get_session_auth_hash():
        request.session.pop(PENDING, None)
        return HttpResponseRedirect(reverse("desk:sign-in"))
    credentials = {"username": person.username}
    wrong = False
    if request.method == "POST":
        if not AxesProxyHandler.is_allowed(request, credentials):
            return locked_out(request, None, credentials)
        kind = second_factor.check(person, request.POST.get("code", ""))
        if kind:
            del request.session[PENDING]
            let_in(request, person, pending["backend"], with_code=True)
            if kind == "recovery":
                return HttpResponseRedirect(reverse("desk:security"))
            return HttpResponseRedirect(pending["next"])
        wrong = True
        user_login_failed.send(__name__, credentials=credentials, request=request, code=True)
    context = {**common(request), "wrong": wrong, "username": person.username, "help": help_texts()["sign-in-code"]}
    return render(request, "desk/sign_in_code.html", context, status=422 if wrong else 200)


def proves_password(request: Any, password: str) -> bool:
    """Whether the officer of a request knows his password; wrong ones count as failed sign-ins do."""
    return authenticate(request, username=request.user.username, password=password) is not None


def locked_out(request: Any, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """锁定: until when, and what can be done."""
    username = (credentials or {}).get("username") or ""
    until = lockout.locked_until(username)
    context = {
        **common(request),
        "until": timezone.localtime(
            until or lockout.address_locked_until(lockout.address_of(request)) or timezone.now()
        ),
        "is_account": until is not None,
        "failures": settings.LOCK_ACCOUNT if until is not None else settings.LOCK_ADDRESS,
        "minutes": settings.LOCK_MINUTES,
    }
    return render(request, "desk/locked_out.html", context, status=429)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """退出; a form that waits in the browser for the network is forgotten with it."""
    logout(request)
    return HttpResponseRedirect(reverse("desk:sign-in"), headers={"Clear-Site-Data": '"storage"'})


# --- what an open page asks ------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def session(request: Any) -> HttpResponse:
    """Whose session this is and how long it lasts without another request; by POST it lasts anew. With it the token that
    forms need, which is another one after signing in again."""
    if not request.user.is_authenticated:
        return JsonResponse({"officer": None})
    if request.method == "POST":
        sessions.touch(request)
    left = sessions.left_of(request.session)
    answer = {"officer": request.user.pk, "left": left.seconds, "final": left.is_final, "token": get_token(request)}
    return JsonResponse(answer)
