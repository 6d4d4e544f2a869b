"""Reading the audit trail (查审计): what an audit administrator may see of it, asked for by kind, person, action, thing and day.

An audit administrator sees what was done by the people of his organs, and what nobody in particular did. Reads what was
written; contents of cases are not in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import load_yaml
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Duty, Officer
from zhunsheng.orgs.refusals import AUDITOR, ROOM
from zhunsheng.security.models import AuditEntry, AuditKind

MOST = 100_000
"""Entries one export holds; more are asked for day by day."""


@dataclass(frozen=True)
class Asked:
    """What is looked for."""

    kind: str = AuditKind.SECURITY
    person: str = ""
    action: str = ""
    subject: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def needs_subject(self) -> bool:
        """Steps of cases are so many that they are asked for one by one."""
        return self.kind == AuditKind.COURSE and not self.subject


def may_read(access: Access) -> bool:
    """Whether somebody is an audit administrator."""
    return any(holding.system == ROOM and holding.role == AUDITOR for holding in access.holdings)


def people_of(access: Access) -> QuerySet[Officer]:
    """The officers of the organs an audit administrator holds that duty for."""
    reached = Q(pk__in=())
    for holding in access.holdings:
        if holding.system == ROOM and holding.role == AUDITOR:
            reached |= holding.condition(None, "organ__path")
    return Officer.objects.filter(pk__in=Duty.objects.filter(reached).values("officer"))


def entries(access: Access, asked: Asked) -> QuerySet[AuditEntry]:
    """The entries asked for, the newest first."""
    if not may_read(access) or asked.needs_subject:
        return AuditEntry.objects.none()
    people = people_of(access)
    keys = list(people.values_list("pk", flat=True))
    of_nobody = Q(officer=None) & (
        ~Q(subject__startswith="officer:") | Q(subject__in=["officer:unknown", *(f"officer:{key}" for key in keys)])
    )
    found = AuditEntry.objects.filter(Q(officer__in=keys) | of_nobody, kind=asked.kind)
    if asked.person:
        named = people.filter(Q(username=asked.person) | Q(name=asked.person))
        found = found.filter(officer__in=named)
    if asked.action:
        found = found.filter(
            action__in=[key for key in names() if asked.action in (key, *names()[key])] or [asked.action]
        )
    if asked.subject:
        found = found.filter(subject=asked.subject)
    if asked.first:
        found = found.filter(at__gte=_begin(asked.first))
    if asked.last:
        found = found.filter(at__lt=_begin(asked.last + timedelta(days=1)))
    return found.select_related("officer").order_by("-pk")


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


@cache
def names() -> dict[str, Words]:
    """Action → what it is called."""
    return _words_in("actions.yaml")


def name_of(entry: AuditEntry) -> Words:
    """What an action is called; a step as its procedure calls it."""
    found = names().get(entry.action)
    if found is not None:
        return found
    room, _, verb = entry.action.partition(".")
    owner = systems().get(str(entry.detail.get("system", "")))
    if room == "case" and owner is not None:
        for procedure in owner.procedures:
            if verb in procedure.actions:
                return procedure.actions[verb].words
    return ROOMS.get(room, Words("其他操作", "Something else"))


ROOMS = {
    "case": Words("办理案件", "Step of a case"), "register": Words("变更清单", "Change of a list"),
    "report": Words("处理报告", "Work on a report"), "office": Words("机关办文", "Office work"),
}  # fmt: skip


@cache
def details() -> dict[str, Words]:
    """Detail of an entry → what it is called."""
    return _words_in("details.yaml")


def _words_in(file: str) -> dict[str, Words]:
    told = load_yaml(Path(__file__).with_name(file))
    return {str(key): Words(*map(str, value)) for key, value in told.items()}


class Change(NamedTuple):
    """A column that is not as it was."""

    before: Any
    now: Any


def told(entry: AuditEntry) -> list[tuple[str, Any]]:
    """The detail of an entry by name: what was and what is first."""
    changes = [(name, Change(*both)) for name, both in entry.detail.get("changed", {}).items()]
    return changes + [(name, value) for name, value in entry.detail.items() if name != "changed"]
