"""委托代办: naming who acts for an officer while he is away, and ending it early. The only writer of delegations.

Practice of the platform, not of a statute: a delegation has a first and a last day and a reason, passes on only what the
delegator holds himself, never what was delegated to him, and is recorded. What the delegate may then do is in ``access``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.models import EVERY_SYSTEM, Delegation, Duty, Officer
from zhunsheng.orgs.refusals import Refused, authorises, behalf, check_administrator_of, refused, text_of
from zhunsheng.orgs.terms import unended
from zhunsheng.security.audit import changed, record


def systems_to_delegate(person: Officer, first_day: date, last_day: date) -> frozenset[str]:
    """The systems in which an officer himself holds a duty on some day of the period; ``*`` stands for all."""
    held = person.duties.filter(valid_from__lte=last_day).filter(unended(first_day))
    return frozenset(held.values_list("system", flat=True))


def candidates(delegator: Officer, day: date) -> QuerySet[Officer]:
    """Who can act for an officer from a day on: those with a duty in his organs, in those above and those below."""
    near = Q(pk__in=())
    for path in delegator.duties.on(day).values_list("organ__path", flat=True):
        steps = path.strip("/").split("/")
        above = [f"/{'/'.join(steps[:depth])}/" for depth in range(1, len(steps))]
        near |= Q(organ__path__startswith=path) | Q(organ__path__in=above)
    holding = Duty.objects.on(day).filter(near).values("officer")
    return Officer.objects.filter(pk__in=holding, is_active=True).exclude(pk=delegator.pk)


@transaction.atomic
def delegate(
    officer: Officer, delegator: Officer, to: Officer, first_day: date, last_day: date, reason: str,
    *, systems: Iterable[str] = (),
) -> Delegation:  # fmt: skip
    """Name who acts for an officer; he does so himself, or somebody who administers his organs. Raises ``Refused``."""
    right = _check_may_name(officer, delegator)
    reason = text_of(reason, 200, "reason", "事由", "reason")
    chosen = sorted(set(systems))
    Officer.objects.select_for_update().get(pk=delegator.pk)  # two that overlap must not be named at once
    _check_days(first_day, last_day)
    _check_delegate(officer, delegator, to, first_day, last_day)
    held = systems_to_delegate(delegator, first_day, last_day)
    if not held:
        raise refused(
            "not_held", f"{delegator.name}在这一期间没有任职，没有可以委托的", "no duty is held then that could be delegated"
        )  # fmt: skip
    if EVERY_SYSTEM not in held and not held.issuperset(chosen):
        raise refused(
            "not_held", f"{delegator.name}在这一期间没有所选系统的任职，不能委托；受他人委托的也不能再委托",
            "no duty is held then in the systems chosen; what was delegated to one cannot be delegated on", "systems",
        )  # fmt: skip
    _check_overlap(delegator, chosen, first_day, last_day)
    made = Delegation.objects.create(
        delegator=delegator, delegate=to, systems=chosen, first_day=first_day, last_day=last_day, reason=reason,
        named_by=officer,
    )  # fmt: skip
    record(
        "orgs.delegate", f"delegation:{made.pk}", officer.pk, delegator=delegator.pk, delegate=to.pk, systems=chosen,
        first_day=first_day.isoformat(), last_day=last_day.isoformat(), **behalf(right),
    )  # fmt: skip
    return made


def _check_may_name(officer: Officer, delegator: Officer) -> Access:
    """Raises ``Refused`` unless the officer is the delegator or administers all the organs of his duties."""
    if officer.pk == delegator.pk:
        return access_of(officer, timezone.localdate()).capacities[0]
    return check_administrator_of(officer, delegator, authorises)


def may_name(officer: Officer, delegator: Officer) -> bool:
    """Whether the officer may name who acts for the other."""
    try:
        _check_may_name(officer, delegator)
    except Refused:
        return False
    return True


def _check_days(first_day: date, last_day: date) -> None:
    if last_day < first_day:
        raise refused(
            "date_order", f"终止日期 {last_day} 早于起始日期 {first_day}", f"{last_day} lies before {first_day}", "last_day"
        )  # fmt: skip
    today = timezone.localdate()
    if first_day < today:
        raise refused(
            "past", f"起始日期不能早于今天 {today}：已经办过的事不能补办委托", f"{first_day} lies before today", "first_day"
        )  # fmt: skip


def _check_delegate(officer: Officer, delegator: Officer, to: Officer, first_day: date, last_day: date) -> None:
    if to.pk == delegator.pk:
        raise refused("self", "不能委托给本人", "nobody acts for himself", "to")
    if to.pk == officer.pk:
        raise refused(
            "own", "管理员不能指定自己代办，请由其他管理员办理", "an administrator does not name himself; another has to", "to"
        )  # fmt: skip
    if not to.is_active:
        raise refused(
            "inactive", f"{to.name}的账号已经停用，请另选", "the account is deactivated; choose another", "to"
        )
    if not candidates(delegator, first_day).filter(pk=to.pk).exists():
        raise refused(
            "no_duty", f"{to.name}当日在本单位和上下级单位没有任职，不能代办，请另选",
            "who acts for another holds a duty then in the same organ, one above or one below", "to",
        )  # fmt: skip
    if _within(to.delegations.all(), first_day, last_day).exists():
        raise refused(
            "away", f"{to.name}在这一期间也委托了他人代办，请另选", "that officer is away then, too; choose another", "to"
        )  # fmt: skip


def _within(rows: QuerySet[Delegation], first_day: date, last_day: date) -> QuerySet[Delegation]:
    """Those of some delegations that are in force on a day of the period."""
    return rows.filter(ended_at=None, first_day__lte=last_day, last_day__gte=first_day)


def _check_overlap(delegator: Officer, chosen: list[str], first_day: date, last_day: date) -> None:
    for other in _within(delegator.delegations.all(), first_day, last_day).select_related("delegate"):
        if not chosen or not other.systems or not set(chosen).isdisjoint(other.systems):
            raise refused(
                "overlap", f"{other.first_day} 至 {other.last_day} 已经委托{other.delegate.name}代办，先提前结束那一项，或者错开日期、系统",
                f"from {other.first_day} to {other.last_day} somebody acts already; end that first, or choose other days or systems",
                "first_day",
            )  # fmt: skip


@transaction.atomic
def end_delegation(officer: Officer, delegation_id: int) -> Delegation:
    """提前结束, at once: by the delegator, or by somebody who administers his organs. Raises ``Refused``."""
    found = (
        Delegation.objects.select_for_update(of=("self",)).select_related("delegator").filter(pk=delegation_id).first()
    )
    if found is None:
        raise refused("unknown", "没有这项委托，请刷新后重试", "there is no such delegation; reload the page")
    right = _check_may_name(officer, found.delegator)
    if found.ended_at is not None or found.last_day < timezone.localdate():
        raise refused("ended", "这项委托已经结束", "the delegation has ended already")
    found.ended_by, found.ended_at = officer, timezone.now()
    found.save(update_fields=("ended_by", "ended_at"))
    record(
        "orgs.end_delegation", f"delegation:{found.pk}", officer.pk, delegator=found.delegator_id, **changed(found),
        **behalf(right),
    )  # fmt: skip
    return found
