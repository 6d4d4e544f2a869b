"""Failed sign-ins (登录失败处理): after how many an account or an address is locked, until when, and unlocking.

django-axes counts; each failure and each lock is in the audit trail, without the address. The numbers are settings.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db import transaction
from django.db.models import Max, Sum
from django.http import HttpRequest
from django.utils import timezone

from zhunsheng.orgs.models import Officer
from zhunsheng.orgs.refusals import authorises, behalf, check_administrator_of
from zhunsheng.security.audit import record


def address_of(request: HttpRequest) -> str | None:
    """The address a request came from. Behind proxies it is the one that the outermost of ours has seen: what stands
    before it in the header can be invented by anybody."""
    told = [request.META.get("REMOTE_ADDR", "")]
    if settings.PROXIES:
        told = request.headers.get("X-Forwarded-For", "").split(",")[-settings.PROXIES :]
    try:
        return str(ip_address(told[0].strip())) if len(told) == (settings.PROXIES or 1) else None
    except ValueError:
        return None


class Handler(AxesDatabaseHandler):
    """Counts failures by account and by address, each against its own limit: a whole office may share an address."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        account, address = (
            attempts.aggregate(sum=Sum("failures_since_start"))["sum"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        )
        known = settings.LOCK_ADDRESS and request.axes_ip_address  # type: ignore[attr-defined]
        return max(account, settings.LOCK_ACCOUNT) if known and address >= settings.LOCK_ADDRESS else account

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Signing in forgives one's own failures, not those of others at the same address."""
        return self.reset_attempts(username=(credentials or {}).get("username") or "")

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        was_locked = getattr(request, "axes_locked_out", False)
        super().user_login_failed(sender, credentials, request, **kwargs)
        if not was_locked:  # while it is locked, trying on is neither counted nor written down
            person = Officer.objects.filter(username=credentials.get("username") or "").first()
            subject = f"officer:{person.pk}" if person else "officer:unknown"
            record("security.sign_in_failed", subject, None, step="code" if kwargs.get("code") else "password")
            if getattr(request, "axes_locked_out", False):
                record("security.locked", subject, None, minutes=settings.LOCK_MINUTES)

    def user_logged_in(self, sender: Any, request: HttpRequest, user: Officer, **kwargs: Any) -> None:
        super().user_logged_in(sender, request, user, **kwargs)
        record("security.sign_in", f"officer:{user.pk}", user.pk)

    def user_logged_out(self, sender: Any, request: HttpRequest, user: Officer | None, **kwargs: Any) -> None:
        super().user_logged_out(sender, request, user, **kwargs)
        if user is not None:
            record("security.sign_out", f"officer:{user.pk}", user.pk)


def locked_until(username: str) -> datetime | None:
    """Until when an account is locked; None when it is not."""
    since = timezone.now() - timedelta(minutes=settings.LOCK_MINUTES)
    found = AccessAttempt.objects.filter(username=username, attempt_time__gte=since).aggregate(
        failures=Sum("failures_since_start"), last=Max("attempt_time")
    )
    if (found["failures"] or 0) < settings.LOCK_ACCOUNT:
        return None
    return found["last"] + timedelta(minutes=settings.LOCK_MINUTES)


def address_locked_until(address: str | None) -> datetime | None:
    """Until when an address is locked; None when it is not."""
    since = timezone.now() - timedelta(minutes=settings.LOCK_MINUTES)
    found = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=since).aggregate(
        failures=Sum("failures_since_start"), last=Max("attempt_time")
    )
    if not address or not settings.LOCK_ADDRESS or (found["failures"] or 0) < settings.LOCK_ADDRESS:
        return None
    return found["last"] + timedelta(minutes=settings.LOCK_MINUTES)


@transaction.atomic
def unlock(officer: Officer, person: Officer) -> None:
    """解锁: forget the failures of an account one administers. Raises ``Refused``."""
    right = check_administrator_of(officer, person, authorises)
    AccessAttempt.objects.filter(username=person.username).delete()
    record("security.unlock", f"officer:{person.pk}", officer.pk, **behalf(right))
