"""Sessions (登录状态): Django's own, kept in a table that knows whose they are, with two ends and a list of one's devices.

A session ends after a time without a request (``SESSION_MINUTES``), at the latest a time after signing in
(``SESSION_HOURS``), when it is ended from another device, or when the password changes. Pages are in the desk.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, gettext_noop

from zhunsheng.orgs.models import Officer
from zhunsheng.security.audit import record
from zhunsheng.security.lockout import address_of
from zhunsheng.security.models import Session

SIGNED_IN, SEEN, ADDRESS, BROWSER = "signed_in", "seen", "address", "browser"
EVERY = 60
"""Seconds between two notes that a session is still used: one write a minute, not one for each page."""
UNATTENDED = "X-Unattended"
"""The header of requests a page makes by itself; they keep no session alive."""


class SessionStore(DatabaseStore):
    """What Django calls for: the table, and how long a session lasts from the moment it is saved."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)
        row.officer_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return row

    def get_session_cookie_age(self) -> int:
        idle = settings.SESSION_MINUTES * 60
        return min(idle, max(0, _latest_end(self) - int(time.time()))) if SIGNED_IN in self else idle


def _latest_end(session: Any) -> int:
    return session[SIGNED_IN] + settings.SESSION_HOURS * 3600


def keep_alive(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: whoever asks for a page is still there."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and UNATTENDED not in request.headers:
            touch(request, EVERY)
        return get_response(request)

    return middleware


def touch(request: HttpRequest, every: int = 0) -> None:
    """Note that the session is used; it then lasts anew. Where the clock was set back, what was noted lies ahead of it: the
    session would last longer by as much, so it counts from now on."""
    now = int(time.time())
    if request.session.get(SIGNED_IN, 0) > now:
        request.session[SIGNED_IN] = now
    if not 0 <= now - request.session.get(SEEN, 0) < max(every, 1):
        request.session[SEEN] = now


@receiver(user_logged_in)
def begin(sender: Any, request: HttpRequest, user: Officer, **kwargs: Any) -> None:
    """A session begins: when, from where, in which browser. Those that ended long ago are thrown away."""
    Session.objects.filter(expire_date__lt=timezone.now() - timedelta(days=1)).delete()
    request.session[SIGNED_IN] = request.session[SEEN] = int(time.time())
    request.session[ADDRESS] = address_of(request)
    request.session[BROWSER] = browser_of(request.headers.get("User-Agent", ""))


@dataclass(frozen=True)
class Left:
    """How long a session lasts without another request, and whether that is the latest end, which nothing puts off."""

    seconds: int
    is_final: bool


def left_of(session: Any) -> Left:
    """How long the session of a request still lasts."""
    now = int(time.time())
    idle, final = session[SEEN] + settings.SESSION_MINUTES * 60 - now, _latest_end(session) - now
    return Left(max(0, min(idle, final)), final <= idle)


def how_it_ended(request: HttpRequest) -> str:
    """Why whoever sends a request is not signed in any more: ``idle``, ``latest``, ``elsewhere``; empty when nobody
    was."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return ""
    row = Session.objects.filter(pk=key).first()
    if row is None:
        return "elsewhere"
    if row.officer_id is None or row.expire_date > timezone.now():
        return ""
    return "latest" if _latest_end(row.get_decoded()) <= time.time() else "idle"


# --- one's own devices -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Device:
    """A session as its officer sees it. ``mark`` names it in a page without giving its key away."""

    mark: str
    browser: str
    address: str
    signed_in: datetime
    seen: datetime
    is_this: bool


def _mark(row: Session) -> str:
    return salted_hmac("zhunsheng.security.sessions", row.pk, algorithm="sha256").hexdigest()[:16]


def _running(officer_id: int) -> Any:
    return Session.objects.filter(officer=officer_id, expire_date__gt=timezone.now())


def devices_of(request: HttpRequest) -> list[Device]:
    """Where the officer of a request is signed in, this device first, then the one used last."""
    found = [_device(row, request.session.session_key) for row in _running(request.user.pk)]
    return sorted(found, key=lambda device: (device.is_this, device.seen), reverse=True)


def _device(row: Session, this: str | None) -> Device:
    data = row.get_decoded()
    browser = " · ".join(gettext(name) for name in data[BROWSER])
    address = data[ADDRESS] or ""
    return Device(_mark(row), browser, address, _moment(data[SIGNED_IN]), _moment(data[SEEN]), row.pk == this)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def end_device(request: HttpRequest, mark: str) -> bool:
    """Sign out another device of the same officer. Whether there was one."""
    rows = [row for row in _running(request.user.pk) if _mark(row) == mark and row.pk != request.session.session_key]
    for row in rows:
        row.delete()
        record("security.end_session", f"officer:{request.user.pk}", request.user.pk, sessions=1)
    return bool(rows)


def end_others(request: HttpRequest) -> int:
    """Sign out every other device of the same officer. How many there were."""
    ended: int = _running(request.user.pk).exclude(pk=request.session.session_key).delete()[0]
    if ended:
        record("security.end_session", f"officer:{request.user.pk}", request.user.pk, sessions=ended)
    return ended


def end_all(officer_id: int) -> None:
    """Sign an officer out everywhere. The caller's own entry in the audit trail says why."""
    Session.objects.filter(officer=officer_id).delete()


_BROWSERS = {
    "MicroMessenger": gettext_noop("微信"), "DingTalk": gettext_noop("钉钉"), "QQBrowser": gettext_noop("QQ 浏览器"),
    "360SE": gettext_noop("360 浏览器"), "360EE": gettext_noop("360 浏览器"), "Edg": "Edge", "OPR": "Opera",
    "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
_SYSTEMS = {
    "HarmonyOS": gettext_noop("鸿蒙"), "Android": gettext_noop("安卓"), "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows",
    "Mac OS": "macOS", "UOS": gettext_noop("统信"), "Kylin": gettext_noop("麒麟"), "Linux": "Linux",
}  # fmt: skip


def browser_of(agent: str) -> list[str]:
    """What a browser says of itself: its name and its system, as far as they are known."""
    names = (next((name for mark, name in known.items() if mark in agent), "") for known in (_BROWSERS, _SYSTEMS))
    return [name for name in names if name]
