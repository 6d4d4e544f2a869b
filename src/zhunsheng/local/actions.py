"""Deciding (设定): the only writer of settings. One call is one transaction and leaves its entry in the audit trail.

What is decided stands for good; whoever wants it otherwise decides anew, or withdraws it from a day on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhunsheng.kernel.calendar import FIRST_DAY, LAST_DAY
from zhunsheng.kernel.words import Words
from zhunsheng.local.kinds import Kind, Wanted, kind_of, thing_of
from zhunsheng.local.models import Setting
from zhunsheng.local.values import Decision, decisions
from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.orgs.refusals import behalf, check_in_being, refused, text_of
from zhunsheng.security.audit import changed_value, record

ROOM = "local"
"""The system under which the duty of this room is held."""
ADMINISTRATOR = "administrator"
ROLES = {ADMINISTRATOR: Words("本地设定管理员", "Administrator of local settings")}
NAME = Words("本地设定", "Local settings")


def administers(access: Access, organ: Organ) -> bool:
    """Whether an officer may decide for an organ and what is below it."""
    return bool(access.roles(ROOM, organ.path, frozenset(ROLES)))


def check_administrator(officer: Officer, organ: Organ) -> Access:
    """In whose right the officer decides for an organ. Raises ``Refused`` when he may not."""
    right = access_of(officer, timezone.localdate()).capacity_for(lambda one: administers(one, organ))
    if not administers(right, organ):
        raise refused(
            "role",
            f"由{ROLES[ADMINISTRATOR].zh}办理，您在「{organ.name}」没有这一岗位",
            f"this is for the administrator of local settings; you do not hold that role in “{organ.name}”",
        )
    return right


def checked(
    kind: Kind, key: str, organ: Organ, since: date, raw: Mapping[str, Any] | None, document: str, article: str
) -> Decision:
    """The decision as it would be made, for a preview and before it is written. Raises ``Refused``."""
    thing_of(kind, key)
    if not FIRST_DAY <= since <= LAST_DAY:
        raise refused("date_range", f"起始日期 {since} 过早或者过晚", f"{since} is too early or too late", "since")
    check_in_being(organ, max(since, timezone.localdate()), "organ")
    document = document.strip()
    if raw is not None and kind.needs_document:
        document = text_of(document, 200, "document", "依据文件", "document")
    if len(document) > 200:
        raise refused("too_long", "依据文件最多 200 字", "the document takes at most 200 characters", "document")
    article = article.strip()
    if len(article) > 60:
        raise refused("too_long", "条文最多 60 字", "the article takes at most 60 characters", "article")
    value = None if raw is None else kind.read(key, raw)
    kind.check(Wanted(key, organ, since, value))
    return Decision(0, kind.code, key, organ.path, since, value, document, article, timezone.now())


@transaction.atomic
def decide(
    officer: Officer | None, kind: str, key: str, organ: Organ, since: date, value: Mapping[str, Any] | None,
    *, reason: str, document: str = "", article: str = "",
) -> Setting:  # fmt: skip
    """Set a thing for an organ and everything below it from a day on; ``value`` None withdraws what was set.

    Without an officer (a command) nobody's duty is asked. Raises ``Refused``.
    """
    right = check_administrator(officer, organ) if officer is not None else None
    decision = checked(kind_of(kind), key, organ, since, value, document, article)
    reason = text_of(reason, 300, "reason", "理由", "reason")
    held = decisions().on(kind, key, organ.path, since)
    row = Setting.objects.create(
        kind=kind, key=key, organ=organ, valid_from=since, value=decision.value, document=decision.document,
        article=decision.article, reason=reason, entered_by=officer, entered_at=timezone.now(),
    )  # fmt: skip
    record(
        "local.withdraw" if value is None else "local.decide", f"setting:{row.pk}", officer.pk if officer else None,
        kind=kind, key=key, organ=organ.pk, since=since.isoformat(),
        **changed_value("value", held.value if held else None, decision.value), **behalf(right),
    )  # fmt: skip
    return row
