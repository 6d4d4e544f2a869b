"""The frame (框架) every page of the desk stands in: who looks, what he may see, the menu, and where the page is.

Views ask here for ``request.access`` and answer with ``page()``. What the pages say is in their own modules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from zhunsheng.catalogue.fields_of_work import FIELDS_OF_WORK
from zhunsheng.catalogue.loading import System
from zhunsheng.desk.help_texts import help_texts
from zhunsheng.desk.menu import address_of, menu_for, office_group, supervision_group
from zhunsheng.desk.tour import tour_for
from zhunsheng.desk.wording import language
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.models import EVERY_SYSTEM, Organ, Region
from zhunsheng.orgs.refusals import Refused
from zhunsheng.prepared import Query, fetch
from zhunsheng.security import second_factor, sessions
from zhunsheng.security.models import AuditEntry

LARGE_TEXT = settings.LARGE_TEXT_COOKIE_NAME
OWN_PASSWORD = "own-password"  # noqa: S105 - the name of a page
PASSWORD_IS_OLD = "password_is_old"  # noqa: S105 - kept in the session, so that it is asked for once


class Crumb(NamedTuple):
    """One step of the way to a page; the last has no address."""

    label: str | Words
    address: str = ""


def officers_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For signed-in officers; gives the view ``request.access`` and ``request.day`` and keeps pages out of caches.

    Who has to change the password or to set up a second factor first is led to the page for it.
    """

    @never_cache
    @wraps(view)
    def guarded(request: Any, *arguments: Any, **named: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            # The page of sign-in must not take the place of a half-filled form.
            return HttpResponse(status=401) if request.htmx else _to_sign_in(request)
        request.day = timezone.localdate()
        request.access = replace(access_of(request.user, request.day), noted={})
        first = _page_wanted_first(request)
        if first and request.resolver_match.url_name != first:
            address = reverse(f"desk:{first}")
            return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)
        return view(request, *arguments, **named)

    return guarded


def _to_sign_in(request: Any) -> HttpResponse:
    """To the sign-in page, which says why the session ended, and afterwards back to where a page was being read."""
    query = {"next": request.get_full_path(), "ended": sessions.how_it_ended(request)}
    if request.method not in ("GET", "HEAD"):
        origin = request.headers.get("Referer", "")
        is_ours = url_has_allowed_host_and_scheme(origin, {request.get_host()}, require_https=request.is_secure())
        came_from = urlsplit(origin)
        query |= {"next": urlunsplit(("", "", came_from.path, came_from.query, "")) if is_ours else "/", "unsaved": "1"}
    given = urlencode({name: value for name, value in query.items() if value}, safe="/")
    return HttpResponseRedirect(f"{reverse('desk:sign-in')}?{given}")


def _page_wanted_first(request: Any) -> str:
    """The page that comes before all others: a new password, then a second factor where a duty demands one."""
    if request.user.must_change_password or request.session.get(PASSWORD_IS_OLD):
        return OWN_PASSWORD
    if second_factor.is_required(request.access) and not request.session.get(second_factor.SHOWN):
        return "second-factor"
    return ""


def page(
    request: Any,
    template: str,
    context: Mapping[str, Any],
    *,
    trail: Sequence[Crumb] = (),
    system: System | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page in its frame. ``trail`` leads to it; ``system`` is marked in the menu and opens the trail."""
    way = list(trail)
    if system is not None:
        way = [Crumb(FIELDS_OF_WORK[system.field_of_work]), Crumb(system.name, address_of(system)), *way]
    frame = {
        "trail": way,
        "menu": [*supervision_group(request), *menu_for(request.access, system), *office_group(request)],
        "own_organ": own_organ(request.access),
        "has_duties": bool(request.access.holdings),
        "today": request.day,
        "session_left": sessions.left_of(request.session),
        "help_address": help_address(request),
        "tour": tour_for(request),
        **common(request),
    }
    return render(request, template, {**frame, **context}, status=status)


def help_address(request: Any) -> str:
    """Where the help of the page asked for is read; empty for a page that has none of its own."""
    if request.resolver_match.url_name not in help_texts():
        return ""
    return reverse("desk:page-help") + "?" + urlencode({"of": request.path})


def common(request: HttpRequest) -> dict[str, Any]:
    """What every page shows, whether somebody has signed in or not."""
    return {
        "is_demonstration": is_demonstration(),
        "large_text": request.COOKIES.get(LARGE_TEXT) == "1",
    }


_LOADED = Query(
    "SELECT id FROM security_auditentry WHERE action = 'demo.load' AND subject IN (SELECT 'region:' || code FROM orgs_region) "
    "LIMIT 1",
    (AuditEntry._meta.pk,),
)  # by subject, which is indexed: the question comes with every page and the trail is long


def is_demonstration() -> bool:
    """Whether the demonstration has been loaded for a region."""
    return bool(fetch(_LOADED, ()))


def demonstration_loads() -> QuerySet[AuditEntry]:
    """The entries of the demonstration having been loaded for a region."""
    subjects = Region.objects.annotate(subject=Concat(Value("region:"), "code")).values("subject")
    return AuditEntry.objects.filter(subject__in=subjects, action="demo.load")


@contextmanager
def telling(request: Any, done: str = "") -> Iterator[None]:
    """Do what a button asks for, and tell the officer that it was done, or why it was not; then nothing was."""
    try:
        yield
    except Refused as refused:
        for sentence in refused.sentence(language()).splitlines():
            messages.error(request, sentence)
    else:
        if done:
            messages.success(request, done)


def may_work_in(access: Access, slug: str) -> bool:
    """Whether the officer has a duty in a system."""
    return bool({EVERY_SYSTEM, slug} & access.systems())


_NAMED = Query("SELECT name, name_en FROM orgs_organ WHERE id = %s", ())


def own_organ(access: Access) -> Organ | None:
    """The organ named in the top bar: that of the officer's first duty."""
    rows = fetch(_NAMED, access.organs()[:1]) if access.organs() else []
    return next((Organ(name=name, name_en=name_en) for name, name_en in rows), None)


@require_POST
def switch_large_text(request: HttpRequest) -> HttpResponse:
    """大字模式: on or off, kept in a cookie for a year."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(wanted if safe else "/")
    if request.COOKIES.get(LARGE_TEXT) == "1":
        response.delete_cookie(LARGE_TEXT, samesite="Lax")
    else:
        response.set_cookie(
            LARGE_TEXT, "1", max_age=365 * 86400, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    return response
