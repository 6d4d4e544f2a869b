"""Part 2: the same six steps of the same order, one transaction a step, on the same database, four ways.

Ours and the hand-written code write the same rows; that is compared before anything is reported.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils import timezone

from benchmarks import hand_written
from benchmarks.comparison import spiff, view_flow
from benchmarks.measuring import Line, compared, medians, rate
from benchmarks.office import SYSTEM, UNITS, Office, found_office, order_values
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.models import Case, CaseParty, ClockEntry, Deadline, Event
from zhunsheng.ledger.models import Posting
from zhunsheng.papers.models import NumberSeries, Paper
from zhunsheng.security.models import AuditEntry

REPLY = {"reply": "已到现场核实并处理，已答复诉求人"}
FOLLOW_UP = {"resolved": True, "satisfaction": "satisfied"}
STEPS = 6


def _values(number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is filled in when order ``number`` is opened and dispatched."""
    draw = random.Random(number)
    return order_values(draw), {"unit": draw.choice(UNITS)}


def _ours(office: Office, number: int, today: date) -> int:
    opened, dispatched = _values(number)
    officer = office.officer
    case = open_case(SYSTEM, "order", organ=office.hotline, on=today, officer=officer, values=opened)
    perform(case.pk, "dispatch", on=today, officer=officer, values=dispatched)
    perform(case.pk, "receive", on=today, officer=officer)
    perform(case.pk, "reply", on=today, officer=officer, values=REPLY)
    perform(case.pk, "call_back", on=today, officer=officer, values=FOLLOW_UP)
    perform(case.pk, "close", on=today, officer=officer, outcome="resolved")
    return case.pk


def _by_hand(office: Office, number: int, today: date) -> int:
    opened, dispatched = _values(number)
    officer = office.officer
    case = hand_written.open_order(office.hotline, officer, today, opened)
    hand_written.dispatch(case.pk, officer, today, dispatched)
    hand_written.receive(case.pk, officer, today)
    hand_written.reply(case.pk, officer, today, REPLY)
    hand_written.call_back(case.pk, officer, today, FOLLOW_UP)
    hand_written.close(case.pk, officer, today, "resolved")
    return case.pk


def _spiff(office: Office, number: int, today: date) -> int:
    opened, dispatched = _values(number)
    officer = office.officer.pk
    order = spiff.open_order(officer, today, opened)
    for action, values in (("dispatch", dispatched), ("receive", {}), ("reply", REPLY), ("call_back", FOLLOW_UP)):
        spiff.perform(order, action, officer, today, values)
    spiff.perform(order, "close", officer, today, {"outcome": "resolved"})
    return order


def _viewflow(office: Office, number: int, today: date) -> int:
    opened, dispatched = _values(number)
    process = view_flow.open_order(office.officer, opened)
    for action, values in (("dispatch", dispatched), ("receive", {}), ("reply", REPLY), ("call_back", FOLLOW_UP)):
        view_flow.perform(process, action, values)
    view_flow.perform(process, "close", {"outcome": "resolved"})
    return process


WAYS: dict[str, Callable[[Office, int, date], int]] = {
    "ours": _ours,
    "hand-written Django": _by_hand,
    "SpiffWorkflow": _spiff,
    "django-viewflow": _viewflow,
}
GOALS = {"hand-written Django": 0.8, "SpiffWorkflow": 2.0, "django-viewflow": 2.5}


def measure(full: bool) -> list[Line]:
    """Steps a second of each way, in turn."""
    office = found_office()
    today = timezone.localdate()
    count = 80 if full else 25
    taken: dict[str, list[int]] = {name: [] for name in WAYS}

    def runner(name: str) -> Callable[[], float]:
        def work() -> None:
            done = taken[name]
            done += [WAYS[name](office, len(done) + index, today) for index in range(count)]

        return lambda: rate(count * STEPS, work)

    runners = {name: runner(name) for name in WAYS}
    for run in runners.values():
        run()  # declarations are read, connections opened, statements prepared
    results = medians(7 if full else 3, runners)
    assert _written(taken["ours"]) == _written(taken["hand-written Django"]), "the two ways wrote different rows"
    assert NumberSeries.objects.get().last == len(taken["ours"]) * 2
    others = [(name, results[name], goal) for name, goal in GOALS.items()]
    return compared("six steps, a transaction each", results["ours"], others, "steps/s")


COMPARED: dict[type[Model], tuple[str, ...]] = {
    Case: ("system", "version", "title", "organ_id", "path", "state", "outcome", "opened_on", "last_on", "closed_on", "fields",
           "course", "sequence", "handler_id", "next_due"),
    Event: ("sequence", "action", "on", "officer_id", "organ_id", "values", "outcome", "note", "extension", "request", "by_law"),
    ClockEntry: ("sequence", "deadline", "kind", "on", "cause", "amount", "unit"),
    Deadline: ("key", "state", "due_on", "ended_on", "provisional"),
    CaseParty: ("role", "name", "kind"),
    Paper: ("kind",),
    Posting: ("account_id", "organ_id", "on", "month", "value", "breakdown", "source", "sequence", "adjusts"),
    AuditEntry: ("officer_id", "action", "detail"),
}  # fmt: skip


def _written(ids: list[int]) -> dict[str, Counter[str]]:
    """Table -> how often each row was written for these cases, apart from ids, numbers and moments."""
    wheres: dict[type[Model], dict[str, Any]] = {
        Case: {"pk__in": ids},
        Posting: {"source": "case", "source_id__in": ids},
        AuditEntry: {"subject__in": [f"case:{pk}" for pk in ids]},
    }
    return {
        model.__name__: Counter(
            json.dumps(row, default=str, sort_keys=True, ensure_ascii=False)
            for row in model._default_manager.filter(**wheres.get(model, {"case_id__in": ids})).values_list(*columns)
        )
        for model, columns in COMPARED.items()
    }
