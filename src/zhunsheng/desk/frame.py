"""The frame (框架) every page of the desk stands in: who looks, what he may see, the menu, and where the page is.

Views ask here for ``request.access`` and answer with ``page()``. What the pages say is in their own modules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, wraps
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.db.models import Count, QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from zhunsheng.cases.models import Case
from zhunsheng.catalogue.fields_of_work import FIELDS_OF_WORK
from zhunsheng.catalogue.loading import System, systems
from zhunsheng.desk.case_rows import unfinished
from zhunsheng.desk.help_texts import help_texts
from zhunsheng.desk.tour import tour_for
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.models import EVERY_SYSTEM, Duty, Organ, Region
from zhunsheng.security import second_factor, sessions
from zhunsheng.security.models import AuditEntry

LARGE_TEXT = "large_text"
OWN_PASSWORD = "own-password"  # noqa: S105 - the name of a page
PASSWORD_IS_OLD = "password_is_old"  # noqa: S105 - kept in the session, so that it is asked for once
OFFICE = {
    "organs": (Words("机构", "Organs"), {"organs", "organ", "add-organ", "reform-organ"}),
    "people": (Words("人员", "People"), {"people", "officer", "add-officer", "appoint", "end-duty", "set-password"}),
    "delegations": (Words("委托代办", "Delegations"), {"delegations", "delegate"}),
    "posts": (Words("岗位", "Posts"), {"posts"}),
    "bodies": (
        Words("议事机构", "Bodies"),
        {"bodies", "body", "add-body", "amend-body", "close-body", "give-seat", "take-seat"},
    ),
    "meetings": (
        Words("会议", "Meetings"),
        {
            "meetings",
            "meeting",
            "call-meeting",
            "change-meeting",
            "cancel-meeting",
            "reopen-meeting",
            "invite",
            "put-item",
            "take-off-item",
            "settle-item",
            "attendance",
            "issue-notice",
            "issue-minutes",
            "meeting-paper",
        },
    ),
    "reforms": (Words("机构改革", "Reforms of organs"), {"reforms", "reform"}),
}
"""The pages of 机关与人员 in the menu: page → its name, and the pages that belong to it."""


class Crumb(NamedTuple):
    """One step of the way to a page; the last has no address."""

    label: str | Words
    address: str = ""


@dataclass(frozen=True)
class MenuEntry:
    """A system in the menu."""

    name: Words
    address: str
    open_cases: int
    is_current: bool


@dataclass(frozen=True)
class MenuGroup:
    """A field of work in the menu, with the systems of it that the officer has to do with."""

    name: Words
    entries: list[MenuEntry]

    @property
    def is_current(self) -> bool:
        return any(entry.is_current for entry in self.entries)


class DeskRequest(HttpRequest):
    """A request of an officer who has signed in."""

    access: Access
    day: date


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
        "menu": [*menu_for(request.access, system), *office_group(request)],
        "duties": duties_of(request.access),
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
        "is_demonstration": demonstration_loads().exists(),
        "large_text": request.COOKIES.get(LARGE_TEXT) == "1",
    }


def demonstration_loads() -> QuerySet[AuditEntry]:
    """The entries of the demonstration having been loaded for a region. Asked by subject, which is indexed: the question
    comes with every page and the trail is long."""
    subjects = Region.objects.annotate(subject=Concat(Value("region:"), "code")).values("subject")
    return AuditEntry.objects.filter(subject__in=subjects, action="demo.load")


def may_work_in(access: Access, slug: str) -> bool:
    """Whether the officer has a duty in a system."""
    return bool({EVERY_SYSTEM, slug} & access.systems())


def address_of(system: System) -> str:
    """The page a system opens on: its cases, its list where it has no procedure, or else its bodies."""
    return _address_of(system.slug)


@cache
def _address_of(slug: str) -> str:
    system = systems()[slug]
    if not (system.procedures or system.registers):
        return f"{reverse('desk:bodies')}?kind={slug}"
    return reverse("desk:cases" if system.procedures else "desk:register", args=[slug])


@cache
def _by_field() -> Sequence[tuple[Words, list[System]]]:
    """The fields of work with their systems."""
    return [(name, [s for s in systems().values() if s.field_of_work == key]) for key, name in FIELDS_OF_WORK.items()]


def menu_for(access: Access, current: System | None) -> list[MenuGroup]:
    """The menu by fields of work, with the number of open cases of each system. One query."""
    counted = Case.visible.to(access).filter(unfinished()).order_by().values_list("system").annotate(Count("pk"))
    open_cases: dict[str, int] = dict(counted)
    held = access.systems()
    groups = []
    for name, members in _by_field():
        entries = [
            MenuEntry(s.name, address_of(s), open_cases.get(s.slug, 0), current is s)
            for s in members
            if EVERY_SYSTEM in held or s.slug in held or s.slug in open_cases
        ]
        if entries:
            groups.append(MenuGroup(name, entries))
    return groups


def office_group(request: Any) -> list[MenuGroup]:
    """机关与人员, below the fields of work, for everybody who holds a duty."""
    if not request.access.holdings:
        return []
    here = request.resolver_match.url_name
    entries = [MenuEntry(name, reverse(f"desk:{key}"), 0, here in pages) for key, (name, pages) in OFFICE.items()]
    return [MenuGroup(Words("机关与人员", "Organs and people"), entries)]


def duties_of(access: Access) -> list[Duty]:
    """The duties the access rests on, with their organs, the first being the one shown in the top bar."""
    organs = {organ.pk: organ for organ in Organ.objects.filter(pk__in=access.organs())}
    return [Duty(organ=organs[h.organ], system=h.system, role=h.role) for h in access.holdings if h.organ in organs]


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
