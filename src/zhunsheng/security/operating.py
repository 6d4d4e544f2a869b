"""Operator sessions (运维会话): there is no standing superuser. Who has to work past the pages, in ``zhunsheng shell`` or
``zhunsheng manage``, asks with a reason and for so many minutes; the security administrator admits it; each use is recorded; it
ends by itself.

The command line asks here before it opens. Whoever owns the machine can go round it; that is for the machine's own accounts
and logs. Nothing here shows a case.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.models import Duty, Officer
from zhunsheng.orgs.refusals import ADMINISTRATOR, ROOM, SECURITY, refused, text_of
from zhunsheng.security.audit import record
from zhunsheng.security.models import OperatorSession

LONGEST = 480
"""Minutes one session lasts at most. A setting of the platform."""


def holds(access: Access, role: str) -> bool:
    """Whether an officer himself is the administrator of this role anywhere."""
    return any(h.system == ROOM and h.role == role and h.principal is None for h in access.holdings)


def is_demanded() -> bool:
    """Whether there is a security administrator, so that nobody works past the pages without one."""
    held = Duty.objects.on(timezone.localdate()).filter(system=ROOM, role=SECURITY, officer__is_active=True)
    return held.exists()


@transaction.atomic
def ask(officer: Officer, reason: str, minutes: int) -> OperatorSession:
    """申请. Raises ``Refused``."""
    if not holds(access_of(officer, timezone.localdate()), ADMINISTRATOR):
        raise refused(
            "role",
            "由系统管理员申请，您没有这一岗位",
            "this is for the system administrator; you do not hold that role",
        )
    if not 1 <= minutes <= LONGEST:
        raise refused("minutes", f"时长须在 1 至 {LONGEST} 分钟之间", f"from 1 to {LONGEST} minutes", "minutes")
    reason = text_of(reason, 200, "reason", "事由", "reason")
    if OperatorSession.objects.filter(officer=officer, decided_at=None).exists():
        raise refused("waiting", "您已有一项申请等待批准", "you have asked already; it waits to be decided")
    asked = OperatorSession.objects.create(officer=officer, reason=reason, minutes=minutes, asked_at=timezone.now())
    record("operator.ask", f"operator:{asked.pk}", officer.pk, minutes=minutes)
    return asked


@transaction.atomic
def decide(officer: Officer, session_id: int, admitted: bool) -> OperatorSession:
    """批准、不批准, by a security administrator who is somebody else. Raises ``Refused``."""
    asked = OperatorSession.objects.select_for_update().filter(pk=session_id).first()
    if asked is None or asked.decided_at is not None:
        raise refused("decided", "这项申请已经办理，请刷新后重试", "that was decided already; reload the page")
    if not holds(access_of(officer, timezone.localdate()), SECURITY):
        raise refused(
            "role",
            "由安全管理员批准，您没有这一岗位",
            "this is for the security administrator; you do not hold that role",
        )
    if asked.officer_id == officer.pk:
        raise refused("own", "不能批准自己的申请", "nobody admits himself")
    now = timezone.now()
    asked.decided_by, asked.decided_at, asked.admitted = officer, now, admitted
    asked.ends_at = now + timedelta(minutes=asked.minutes) if admitted else None
    asked.save()
    record(
        "operator.admit" if admitted else "operator.refuse", f"operator:{asked.pk}", officer.pk, minutes=asked.minutes
    )
    return asked


@transaction.atomic
def end(officer: Officer, session_id: int) -> None:
    """提前结束, by whoever asked or a security administrator. Raises ``Refused``."""
    session = running(timezone.now()).select_for_update().filter(pk=session_id).first()
    if session is None:
        raise refused("ended", "会话已经结束", "the session is over")
    if session.officer_id != officer.pk and not holds(access_of(officer, timezone.localdate()), SECURITY):
        raise refused("role", "由申请人或者安全管理员结束", "this is for who asked or the security administrator")
    session.ends_at = timezone.now()
    session.save(update_fields=("ends_at",))
    record("operator.end", f"operator:{session.pk}", officer.pk)


def running(at: datetime) -> QuerySet[OperatorSession]:
    """The sessions that run at a moment. Whose duty has ended meanwhile has none."""
    day = timezone.localdate(at)
    duty = Q(officer__duties__valid_to=None) | Q(officer__duties__valid_to__gt=day)
    held = Q(officer__duties__system=ROOM, officer__duties__role=ADMINISTRATOR, officer__duties__valid_from__lte=day)
    found = OperatorSession.objects.filter(duty & held, admitted=True, ends_at__gt=at, officer__is_active=True)
    return OperatorSession.objects.filter(pk__in=found.values("pk"))


def check_running(what: str) -> None:
    """Raises ``Refused`` unless a session runs, where one is demanded; the use is recorded with it, or without."""
    session = running(timezone.now()).order_by("-ends_at").first()
    if session is None and is_demanded():
        raise refused(
            "no_session",
            "没有正在进行的运维会话：请系统管理员在“运维会话”页申请，由安全管理员批准后再运行",
            "no operator session runs: the system administrator asks for one on the page Operator sessions, and the security administrator admits it",
        )
    subject = f"operator:{session.pk}" if session else "operator:none"
    record("operator.use", subject, session.officer_id if session else None, command=what)
