"""Telling programs what was done (消息推送): CloudEvents sent to subscriptions, signed, again and again until they are taken.

The events of cases and the published versions are the outbox themselves: no step writes anything more for it. The worker
looks which of them are new, notes a delivery for each subscription whose account may see it, and sends those that are due.
A message may come twice; its id tells. The only writer of subscriptions and deliveries.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import logging
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import OperationalError, connection, models, transaction
from django.db.models import Max
from django.utils import timezone

from zhunsheng.api.accounts import access_of_account
from zhunsheng.api.addresses import AddressRefused, send, target_of
from zhunsheng.api.models import Delivery, ServiceAccount, Subscription
from zhunsheng.cases.models import Case, Event
from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer
from zhunsheng.orgs.refusals import behalf, check_administrator, refused
from zhunsheng.registers.models import PublishedVersion
from zhunsheng.security.audit import changed_of, record
from zhunsheng.security.sealing import open_text, seal_text

logger = logging.getLogger(__name__)

WAITS = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 21600, 43200, 86400))
"""How long after each failure it is tried again; after the last it is given up and shown to the administrator."""
KEPT = timedelta(days=14)
AT_ONCE, SENT_AT_ONCE = 500, 20
CLAIMED = timedelta(minutes=2)


class Kind(NamedTuple):
    """A kind of message: what it is called, the model whose rows are told of, which of them an account may be told of, and
    what is said of one."""

    words: Words
    model: type[models.Model]
    rows: Callable[[Access, str, int, int], Iterable[int]]
    told: Callable[[int], dict[str, Any] | None]


# --- subscribing -----------------------------------------------------------------------------------------------------


@transaction.atomic
def subscribe(
    by: Officer | None, account: ServiceAccount, address: str, kinds: list[str], system: str = ""
) -> tuple[Subscription, str]:
    """登记接收地址: from now on; gives the row and the secret for the signature, shown this once. Raises ``Refused``."""
    right = check_administrator(by, account.organ) if by else None
    if len(address) > 300:
        raise refused("too_long", "接收地址最多 300 字", "the address takes at most 300 characters", "address")
    if not kinds or any(kind not in KINDS for kind in kinds):
        raise refused("kinds", "请至少选择一种消息", "choose at least one kind of message", "kinds")
    if system and system not in systems():
        raise refused("system", "没有这个系统", "there is no such system", "system")
    try:
        target_of(address)
    except AddressRefused as error:
        raise refused("address", error.words.zh, error.words.en, "address") from error
    secret = base64.b64encode(secrets.token_bytes(24)).decode()
    made = Subscription(
        account=account, address=address, kinds=sorted(set(kinds)), system=system, secret=seal_text(secret, "webhook"),
        marks={kind: _highest(KINDS[kind].model) for kind in KINDS}, made_by=by, made_at=timezone.now(),
    )  # fmt: skip
    made.save()
    record(
        "api.subscribe", f"officer:{account.officer_id}", by.pk if by else None, subscription=made.pk, **behalf(right)
    )
    return made, f"whsec_{secret}"


@transaction.atomic
def end_subscription(by: Officer | None, pk: int) -> Subscription:
    """停用: nothing more is sent; what waits is thrown away. Raises ``Refused``."""
    found = Subscription.objects.select_related("account__organ").filter(pk=pk).first()
    if found is None:
        raise refused("unknown", "没有这个订阅", "there is no such subscription")
    right = check_administrator(by, found.account.organ) if by else None
    if found.ended_at is None:
        found.ended_at = timezone.now()
        found.save(update_fields=("ended_at",))
        Delivery.objects.filter(subscription=found, delivered_at=None, dead_at=None).delete()
        record(
            "api.end_subscription", f"officer:{found.account.officer_id}", by.pk if by else None, subscription=pk,
            **changed_of(found), **behalf(right),
        )  # fmt: skip
    return found


@transaction.atomic
def send_again(by: Officer, subscription_id: int) -> int:
    """重新投递 everything that was given up of a subscription; gives how many. Raises ``Refused``."""
    found = Subscription.objects.select_related("account__organ").filter(pk=subscription_id, ended_at=None).first()
    if found is None:
        raise refused("unknown", "没有这个订阅，或者已经停用", "there is no such subscription, or it was ended")
    right = check_administrator(by, found.account.organ)
    given_up = Delivery.objects.filter(subscription=found, dead_at__isnull=False)
    count = given_up.update(dead_at=None, attempts=0, next_at=timezone.now())
    record("api.send_again", f"officer:{found.account.officer_id}", by.pk, deliveries=count, **behalf(right))
    return count


# --- which events are new --------------------------------------------------------------------------------------------


def _highest(model: type[models.Model]) -> int:
    return model._default_manager.aggregate(highest=Max("pk"))["highest"] or 0


def _highest_settled(model: type[models.Model]) -> int | None:
    """The highest key below which none can still appear; None when that cannot be told just now.

    PostgreSQL gives keys before it commits. The lock is had only when nobody is writing, and never waited for long, so that
    writers do not queue behind it; SQLite has one writer anyway.
    """
    if connection.vendor != "postgresql":
        return _highest(model)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '100ms'")
            cursor.execute(f"LOCK TABLE {connection.ops.quote_name(model._meta.db_table)} IN SHARE MODE")
            return _highest(model)
    except OperationalError:
        return None


def gather() -> int:
    """Note a delivery for everything new that a subscription is to be told of; gives how many."""
    running = list(Subscription.objects.filter(ended_at=None).select_related("account__organ", "account__officer"))
    noted = 0
    for name, kind in KINDS.items():
        behind = [one for one in running if name in one.kinds and one.marks.get(name, 0) < _highest(kind.model)]
        settled = _highest_settled(kind.model) if behind else None
        for one in behind if settled is not None else ():
            noted += _gather_for(one, name, kind, settled or 0)
    return noted


@transaction.atomic
def _gather_for(subscription: Subscription, name: str, kind: Kind, settled: int) -> int:
    """The next events of a subscription; the mark and the deliveries move together."""
    one = Subscription.objects.select_for_update().get(pk=subscription.pk)
    after, until = one.marks.get(name, 0), settled
    access = access_of_account(subscription.account)
    until = min(until, after + AT_ONCE)
    now = timezone.now()
    wanted = [
        Delivery(subscription=one, kind=name, record=pk, next_at=now)
        for pk in kind.rows(access, one.system, after, until)
    ]
    Delivery.objects.bulk_create(wanted, ignore_conflicts=True)
    one.marks = {**one.marks, name: until}
    one.save(update_fields=("marks",))
    return len(wanted)


def _events(access: Access, system: str, after: int, until: int) -> Iterable[int]:
    rows = Event.objects.filter(pk__gt=after, pk__lte=until, case__in=Case.visible.to(access))
    if system:
        rows = rows.filter(case__system=system)
    return rows.order_by("pk").values_list("pk", flat=True)


def _told_event(pk: int) -> dict[str, Any] | None:
    """What is said of a step: where it stands and what it was, no content of the case."""
    event = Event.objects.select_related("case__organ").filter(pk=pk).first()
    if event is None:
        return None
    case = event.case
    return {
        "type": "zhunsheng.case.event", "subject": f"cases/{case.pk}", "time": event.recorded_at,
        "data": {
            "case": case.pk, "system": case.system, "number": case.number, "organ": case.organ_id,
            "sequence": event.sequence, "action": event.action, "on": event.on.isoformat(),
            "outcome": event.outcome or None, "by_law": event.by_law,
        },
    }  # fmt: skip


def _versions(access: Access, system: str, after: int, until: int) -> Iterable[int]:
    """Published versions are public: every account is told of them."""
    rows = PublishedVersion.objects.filter(pk__gt=after, pk__lte=until)
    if system:
        rows = rows.filter(register=system)
    return rows.order_by("pk").values_list("pk", flat=True)


def _told_version(pk: int) -> dict[str, Any] | None:
    version = PublishedVersion.objects.filter(pk=pk).first()
    if version is None:
        return None
    return {
        "type": "zhunsheng.list.published", "subject": f"publications/{pk}", "time": version.published_at,
        "data": {
            "publication": pk, "list": version.register, "organ": version.organ_id, "number": version.number,
            "day": version.day.isoformat(), "digest": version.digest,
        },
    }  # fmt: skip


KINDS = {
    "case": Kind(Words("办件有新的办理记录", "a step was taken on a case"), Event, _events, _told_event),
    "publication": Kind(
        Words("清单公布了新版本", "a version of a list was published"), PublishedVersion, _versions, _told_version
    ),
}


# --- sending ---------------------------------------------------------------------------------------------------------


def message(delivery: Delivery) -> dict[str, Any] | None:
    """The message of a delivery as a CloudEvent; None when its record is no more."""
    told = KINDS[delivery.kind].told(delivery.record)
    if told is None:
        return None
    return {
        "specversion": "1.0", "id": f"{delivery.kind}-{delivery.record}", "source": f"urn:zhunsheng:{settings.INSTALLATION}",
        "type": told["type"], "subject": told["subject"], "time": told["time"].isoformat(),
        "datacontenttype": "application/json", "data": told["data"],
    }  # fmt: skip


def signature(secret: str, key: str, at: int, body: bytes) -> str:
    """The signature of a message as “Standard Webhooks” has it: HMAC-SHA256 over id, time and body."""
    signed = f"{key}.{at}.".encode() + body
    digest = hmac.new(base64.b64decode(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def send_due(now: datetime | None = None) -> int:
    """Send what is due, oldest first; gives how many were tried. A receiver that fails is left alone for this turn."""
    now = now or timezone.now()
    due = Delivery.objects.filter(next_at__lte=now).select_related("subscription__account")
    failed: set[int] = set()
    tried = 0
    for delivery in due.order_by("next_at", "pk")[:SENT_AT_ONCE]:
        if delivery.subscription_id in failed:
            continue
        # Claimed first: of two workers one sends. Should it die meanwhile, the message comes again.
        mine = Delivery.objects.filter(pk=delivery.pk, next_at=delivery.next_at).update(next_at=now + CLAIMED)
        if mine:
            tried += 1
            if not _send(delivery, now):
                failed.add(delivery.subscription_id)
    return tried


def _send(delivery: Delivery, now: datetime) -> bool:
    told = message(delivery)
    if told is None:
        delivery.delete()
        return True
    body = json.dumps(told, ensure_ascii=False).encode()
    at = int(timezone.now().timestamp())
    secret = open_text(delivery.subscription.secret, "webhook")
    headers = {
        "Content-Type": "application/cloudevents+json; charset=utf-8", "User-Agent": "Zhunsheng",
        "webhook-id": told["id"], "webhook-timestamp": str(at), "webhook-signature": signature(secret, told["id"], at, body),
    }  # fmt: skip
    try:
        status = send(delivery.subscription.address, body, headers)
        problem = "" if 200 <= status < 300 else f"HTTP {status}"
    except AddressRefused as error:
        problem = str(error)
    except (OSError, http.client.HTTPException) as error:
        problem = f"{type(error).__name__}: {error}"
    delivery.attempts += 1
    delivery.problem = problem[:200]
    delivery.next_at = None
    if not problem:
        delivery.delivered_at = timezone.now()
    elif delivery.attempts > len(WAITS):
        delivery.dead_at = timezone.now()
    else:
        delivery.next_at = now + WAITS[delivery.attempts - 1]
    delivery.save(update_fields=("attempts", "problem", "next_at", "delivered_at", "dead_at"))
    return not problem


def forget_deliveries() -> int:
    """Throw away what was delivered long ago. The worker calls it."""
    gone: int = Delivery.objects.filter(delivered_at__lt=timezone.now() - KEPT).delete()[0]
    return gone
