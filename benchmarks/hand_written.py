"""The six steps of an order as a Django developer would write them for this one procedure: rules and limits in code.

It writes exactly the rows that the product writes for the same steps (``single_steps`` compares them), with the ORM.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from zhunsheng.cases.models import Case, CaseParty, ClockEntry, Deadline, Event
from zhunsheng.law.working_days import packaged_calendar
from zhunsheng.ledger.models import Account, Posting
from zhunsheng.orgs.models import Duty, Officer, Organ
from zhunsheng.papers.models import NumberSeries
from zhunsheng.security.models import AuditEntry

SYSTEM = "hotline_workorder"
VERSION = date(2018, 1, 1)
PATTERN = "{mark}热线〔{year}〕{serial}号"
THEMES = {"consultation": "咨询", "help": "求助", "complaint": "投诉", "report": "举报", "suggestion": "建议"}
CHANNELS = ("phone", "web", "wechat", "app", "letter")
SATISFACTION = ("satisfied", "basically", "dissatisfied")
_accounts: dict[str, int] = {}


def _account(key: str) -> int:
    if key not in _accounts:
        _accounts[key] = Account.objects.get_or_create(key=f"{SYSTEM}.{key}")[0].pk
    return _accounts[key]


def _require_role(officer: Officer, role: str, path: str, today: date) -> None:
    duties = Duty.objects.on(today).filter(officer=officer).select_related("organ")
    for duty in duties:
        reaches = path.startswith(duty.organ.path) if duty.whole_tree else path == duty.organ.path
        if reaches and duty.system in ("*", SYSTEM) and duty.role in ("*", role):
            return
    raise PermissionDenied(role)


def _require(values: Mapping[str, Any], *names: str) -> None:
    for name in names:
        if values.get(name) in (None, ""):
            raise ValidationError(f"{name} is required")


def _post(case: Case, on: date, *postings: tuple[str, int, str]) -> None:
    Posting.objects.bulk_create(
        Posting(account_id=_account(key), organ_id=case.organ_id, on=on, month=on.year * 100 + on.month, value=value,
                breakdown=breakdown, source="case", source_id=case.pk, sequence=case.sequence)
        for key, value, breakdown in postings
    )  # fmt: skip


def _clocks(case: Case, on: date, *entries: tuple[str, str]) -> None:
    ClockEntry.objects.bulk_create(
        ClockEntry(case=case, sequence=case.sequence, deadline=key, kind=kind, on=on.isoformat())
        for key, kind in entries
    )
    for key, kind in entries:
        case.course["clocks"].setdefault(key, []).append([kind, on.isoformat()])


def _event(
    case: Case, action: str, on: date, officer: Officer, values: Mapping[str, Any], outcome: str = "", organ: int = 0
) -> None:
    now = timezone.now()
    Event.objects.create(
        case=case, sequence=case.sequence, action=action, on=on, recorded_at=now, officer=officer,
        organ_id=organ or case.organ_id, values=values, outcome=outcome,
    )  # fmt: skip
    AuditEntry.objects.create(
        at=now, officer=officer, action=f"case.{action}", subject=f"case:{case.pk}",
        detail={"system": SYSTEM, "from": case.sequence - 1, "to": case.sequence},
    )  # fmt: skip


def _begin(case_id: int, action: str, role: str, states: tuple[str, ...], on: date, officer: Officer) -> Case:
    """The case, locked, when the step is possible; the step is noted in its course."""
    case = Case.objects.select_for_update(of=("self",)).select_related("organ").get(pk=case_id)
    _require_role(officer, role, case.path, timezone.localdate())
    if case.state not in states or on < case.last_on:
        raise ValidationError("the step is not possible now")
    case.last_on = on
    case.sequence += 1
    case.course["done"][action] = [on.isoformat(), on.isoformat(), 1, str(officer.pk)]
    return case


@transaction.atomic
def open_order(organ: Organ, officer: Officer, on: date, values: Mapping[str, Any]) -> Case:
    """order: a new case with its number, its party and the limit for dispatch."""
    _require_role(officer, "operator", organ.path, timezone.localdate())
    _require(values, "channel", "theme", "matter")
    if values["channel"] not in CHANNELS or values["theme"] not in THEMES:
        raise ValidationError("unknown channel or theme")
    fields = {**values, "caller": {**values["caller"], "kind": "person"}}
    NumberSeries.objects.get_or_create(organ=organ, pattern=PATTERN, year=on.year)
    series = NumberSeries.objects.select_for_update().get(organ=organ, pattern=PATTERN, year=on.year)
    series.last += 1
    series.save(update_fields=["last"])
    due = packaged_calendar().add_working_days(on, 1)
    case = Case.objects.create(
        system=SYSTEM, version=VERSION, organ=organ, path=organ.path, state="registered", opened_on=on, last_on=on,
        number=PATTERN.format(mark=organ.mark, year=on.year, serial=series.last),
        title=f"{THEMES[values['theme']]} {values.get('place', '')}", fields=fields, sequence=1, handler=officer, next_due=due,
        course={"done": {"order": [on.isoformat(), on.isoformat(), 1, str(officer.pk)]},
                "clocks": {"dispatching": [["armed", on.isoformat()]]}},
    )  # fmt: skip
    _event(case, "order", on, officer, fields)
    ClockEntry.objects.create(case=case, sequence=1, deadline="dispatching", kind="armed", on=on.isoformat())
    Deadline.objects.create(case=case, key="dispatching", state="running", due_on=due)
    CaseParty.objects.create(case=case, role="caller", name=fields["caller"]["name"], kind="person")
    by = f"channel={values['channel']};theme={values['theme']}"
    calls = [("calls", 1, ""), ("orders_by_call", 1, "")] if values["channel"] == "phone" else []
    where = "orders_wechat" if values["channel"] == "wechat" else "orders_platform"
    _post(case, on, *calls, ("orders", 1, by), (where, 1, ""), ("open", 1, ""))
    return case


@transaction.atomic
def dispatch(case_id: int, officer: Officer, on: date, values: Mapping[str, Any]) -> None:
    """dispatch: handed to a unit; the limits for receipt and handling begin."""
    _require(values, "unit")
    case = _begin(case_id, "dispatch", "dispatcher", ("registered",), on, officer)
    calendar = packaged_calendar()
    receive, handle = calendar.add_working_days(on, 1), calendar.add_working_days(on, 5)
    case.state, case.next_due = "dispatched", receive
    case.fields = {**case.fields, **values}
    _clocks(case, on, ("dispatching", "met"), ("receiving", "armed"), ("handling", "armed"))
    case.save(update_fields=["state", "last_on", "course", "sequence", "next_due", "fields"])
    Deadline.objects.filter(case=case, key="dispatching").update(state="met", ended_on=on)
    Deadline.objects.bulk_create(
        [Deadline(case=case, key="receiving", state="running", due_on=receive),
         Deadline(case=case, key="handling", state="running", due_on=handle)]
    )  # fmt: skip
    _event(case, "dispatch", on, officer, values)
    _post(case, on, ("orders_assigned", 1, f"unit={values['unit']};theme={case.fields['theme']}"))


@transaction.atomic
def receive(case_id: int, officer: Officer, on: date) -> None:
    """receive: the unit has the order; the limit for handling runs on."""
    case = _begin(case_id, "receive", "handler", ("dispatched",), on, officer)
    case.state = "handling"
    case.next_due = Deadline.objects.get(case=case, key="handling").due_on
    _clocks(case, on, ("receiving", "met"))
    case.save(update_fields=["state", "last_on", "course", "sequence", "next_due"])
    Deadline.objects.filter(case=case, key="receiving").update(state="met", ended_on=on)
    _event(case, "receive", on, officer, {})


@transaction.atomic
def reply(case_id: int, officer: Officer, on: date, values: Mapping[str, Any]) -> None:
    """reply: the caller is answered and the limit for handling is met."""
    _require(values, "reply")
    case = _begin(case_id, "reply", "handler", ("dispatched", "handling"), on, officer)
    case.state, case.next_due = "replied", None
    case.fields = {**case.fields, **values}
    _clocks(case, on, ("handling", "met"))
    case.save(update_fields=["state", "last_on", "course", "sequence", "next_due", "fields"])
    handling = Deadline.objects.get(case=case, key="handling")
    handling.state, handling.ended_on = "met", on
    handling.save(update_fields=["state", "ended_on"])
    _event(case, "reply", on, officer, values)
    kept = "replied_in_time" if on <= handling.due_on else "replied_late"
    _post(case, on, (kept, 1, f"unit={case.fields['unit']};theme={case.fields['theme']}"))


@transaction.atomic
def call_back(case_id: int, officer: Officer, on: date, values: Mapping[str, Any]) -> None:
    """call_back: whether it is resolved and whether the caller is satisfied."""
    _require(values, "resolved", "satisfaction")
    if values["satisfaction"] not in SATISFACTION:
        raise ValidationError("unknown satisfaction")
    case = _begin(case_id, "call_back", "follow_up_officer", ("replied",), on, officer)
    case.fields = {**case.fields, **values}
    case.save(update_fields=["last_on", "course", "sequence", "fields"])
    _event(case, "call_back", on, officer, values)
    by = f"unit={case.fields['unit']}"
    satisfied = [("satisfied", 1, by)] if values["satisfaction"] != "dissatisfied" else []
    resolved = [("said_resolved", 1, by)] if values["resolved"] else []
    _post(case, on, ("followed_up", 1, by), *satisfied, *resolved)


@transaction.atomic
def close(case_id: int, officer: Officer, on: date, outcome: str) -> None:
    """close: done, with an outcome that agrees with the follow-up."""
    case = _begin(case_id, "close", "dispatcher", ("replied",), on, officer)
    if outcome not in ("resolved", "explained", "not_resolved", "statutory_procedure"):
        raise ValidationError("unknown outcome")
    if outcome == "resolved" and case.fields.get("resolved") is False:
        raise ValidationError("the caller said it is not resolved")
    case.state, case.outcome, case.closed_on = "closed", outcome, on
    case.save(update_fields=["state", "outcome", "last_on", "closed_on", "course", "sequence"])
    _event(case, "close", on, officer, {}, outcome)
    by = f"unit={case.fields['unit']};theme={case.fields['theme']};outcome={outcome}"
    _post(case, on, ("orders_done", 1, by), ("open", -1, ""))
