"""Signing in in other ways than by password: with a passkey, and through the identity provider of the government (统一身份认证).

Both end in ``signing_in``: the session begins there. A passkey is two factors in one; the provider is one, so a code is
asked for where the officer has one.
"""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import user_login_failed
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from zhunsheng.desk.signing_in import first_step_done, let_in, locked_out
from zhunsheng.security import openid, passkeys

BACKEND = "django.contrib.auth.backends.ModelBackend"
NEXT = "openid_next"
logger = logging.getLogger(__name__)


def _back(request: HttpRequest, wanted: str) -> str:
    """Where to go after signing in: a page of ours."""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else "/"


def _refused(how: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('desk:sign-in')}?{urlencode({'refused': how})}")


@never_cache
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """A challenge for whoever has a passkey."""
    return HttpResponse(passkeys.begin_signing_in(request), content_type="application/json")


@never_cache
@require_POST
def by_passkey(request: Any) -> HttpResponse:
    """The answer of a passkey: right ones sign in, wrong ones count as failed sign-ins do."""
    answer = request.POST.get("answer", "")
    person = passkeys.whose(answer)
    if person is None:
        return _refused("passkey")
    credentials = {"username": person.username}
    if not AxesProxyHandler.is_allowed(request, credentials):
        return locked_out(request, None, credentials)
    if not passkeys.check(request, person, answer):
        user_login_failed.send(__name__, credentials=credentials, request=request, code=True)
        return _refused("passkey")
    let_in(request, person, BACKEND, with_code=True, by_password=False)
    return HttpResponseRedirect(_back(request, request.POST.get("next", "")))


@never_cache
@require_GET
def to_provider(request: HttpRequest) -> HttpResponse:
    """To the sign-in page of the provider."""
    if not openid.is_on():
        raise Http404
    request.session[NEXT] = _back(request, request.GET.get("next", ""))
    try:
        return openid.send_there(request, request.build_absolute_uri(reverse("desk:sign-in-provider-back")))
    except openid.NotKnown as error:
        logger.warning("identity provider not reached: %s", error)
        return _refused("provider")


@never_cache
@require_GET
def from_provider(request: Any) -> HttpResponse:
    """Back from the provider: it has said who it is, which has to be somebody an administrator made an account for."""
    if not openid.is_on():
        raise Http404
    try:
        account = openid.account_told(request)
    except openid.NotKnown as error:
        logger.warning("identity provider's answer refused: %s", error)
        return _refused("provider")
    credentials = {"username": account}
    if not AxesProxyHandler.is_allowed(request, credentials):
        return locked_out(request, None, credentials)
    person = openid.officer_of(account)
    if person is None:
        user_login_failed.send(__name__, credentials=credentials, request=request)
        return _refused("account")
    return first_step_done(request, person, BACKEND, request.session.pop(NEXT, "/"), by_password=False)
