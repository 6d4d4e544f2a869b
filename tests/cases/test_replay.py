"""Replay is the same as living: the same steps come to the same rows; and the proof finds what was tampered with."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cases.place import (
    HOTLINE,
    ORDER,
    RECONSIDERATION,
    TODAY,
    counts,
    empty_the_cases,
    everything,
    live,
    order_steps,
    scenario_steps,
    script,
)
from zhunsheng.cases.actions import settle_due
from zhunsheng.cases.models import Case, ClockEntry, Event
from zhunsheng.cases.replay import ReplayRefused, StepScript, replay
from zhunsheng.cases.verification import verify_cases
from zhunsheng.ledger.models import Posting
from zhunsheng.registers.actions import apply_changes_in_bulk


def findings():
    return list(verify_cases(lambda done, total: None))


@pytest.mark.parametrize("slug", [HOTLINE, RECONSIDERATION, "info_disclosure_request", "legality_review"])
def test_replay_comes_to_the_same_rows_as_the_steps_taken_one_by_one(place, slug):
    walks = [steps for _, steps in scenario_steps(slug)]
    assert walks
    for steps in walks:
        live(slug, place.hotline, steps)
    lived = everything()
    numbers = list(Case.objects.order_by("pk").values_list("number", "title"))
    assert findings() == []
    empty_the_cases(list(Case.objects.values_list("pk", flat=True)))
    result = replay(slug, [script(place.hotline, steps) for steps in walks], today=TODAY)
    assert result.cases == len(walks)
    for there, back in zip(lived, everything(), strict=True):
        assert back == there
    assert list(Case.objects.order_by("pk").values_list("number", "title")) == numbers
    assert findings() == []


def test_gates_on_entries_read_each_entry_once_and_find_what_live_steps_find(place):
    """The licence is looked for by a code that the first step brought into the case, not by what the second fills in."""
    day = date(2021, 9, 13)
    said = {"item_type": "licensing", "on_application": True, "online": True, "can_be_handled": True}
    services = [
        (place.water, "add", f"SX-{n}", {"item_code": f"SX-{n}", "name": f"示例事项{n}", "power_code": f"XK-{n}", **said}, day, None)
        for n in (1, 2)
    ]  # fmt: skip
    licence = {"item_code": "XK-1", "name": "示例许可", "basis": "示例依据", "implementing_organ": "示例县水务局"}
    apply_changes_in_bulk("service_item_catalog", services)
    apply_changes_in_bulk("administrative_license_list", [(place.water, "add", "XK-1", licence, day, None)])

    def steps(code, on=day):
        given = {
            "item_code": code,
            "kind": "first",
            "channel": "hall",
            "window_name": "一号窗口",
            "applicant": {"name": "示例甲", "kind": "person"},
        }
        return [StepScript("file", on, given), StepScript("accept", on, {"promised_on": date(2021, 10, 15)})]

    live("one_window", place.water, steps("SX-1"))
    lived = everything()
    empty_the_cases(list(Case.objects.values_list("pk", flat=True)))
    with CaptureQueriesContext(connection) as queries:
        replay("one_window", [script(place.water, steps("SX-1")) for _ in range(20)], today=TODAY)
    assert everything(Case.objects.order_by("pk")[:1]) == lived
    assert sum("registers_revision" in query["sql"] and query["sql"].startswith("SELECT") for query in queries) == 2
    # One outside the list of licences is refused, and so is one from before its entry, though that is remembered by then.
    outside = [steps("SX-1"), steps("SX-2"), steps("SX-1", date(2021, 9, 10))]
    with pytest.raises(ReplayRefused) as refused:
        replay("one_window", [script(place.water, one) for one in outside], today=TODAY)
    assert [(p.index, p.step, p.refusal.code) for p in refused.value.result.problems] == [
        (1, 1, "gate"),
        (2, 0, "gate"),
    ]


def test_settling_with_the_replay_is_the_daily_run(place):
    walks = [steps for _, steps in scenario_steps(RECONSIDERATION)]
    for steps in walks:
        live(RECONSIDERATION, place.hotline, steps)
    through = date(2026, 11, 19)
    while settle_due(through):
        pass
    lived = everything()
    empty_the_cases(list(Case.objects.values_list("pk", flat=True)))
    replay(RECONSIDERATION, [script(place.hotline, steps) for steps in walks], today=TODAY, settle_through=through)
    for there, back in zip(lived, everything(), strict=True):
        assert back == there


def test_all_or_nothing(place):
    wrong = [*order_steps()[:2], StepScript("close", date(2025, 3, 5), {}, "resolved")]
    before = counts()
    with pytest.raises(ReplayRefused) as raised:
        replay(HOTLINE, [script(place.hotline, order_steps()), script(place.hotline, wrong, "第3行")], today=TODAY)
    problem = raised.value.result.problems[0]
    assert (problem.index, problem.reference, problem.step, problem.refusal.code) == (1, "第3行", 2, "state")
    assert counts() == before


def test_what_is_right_is_taken_when_asked_for(place):
    scripts = [
        script(place.hotline, []),
        script(place.hotline, order_steps()),
        script(place.hotline, [StepScript("order", date(2017, 1, 3), ORDER)]),
    ]
    result = replay(HOTLINE, scripts, today=TODAY, take_good=True)
    assert (result.cases, result.steps) == (1, 6)
    assert [(p.index, p.refusal.code) for p in result.problems] == [(0, "empty"), (2, "not_in_force")]


def test_steps_are_put_down_to_officers_by_role(place):
    officers = [place.operator.pk, place.head.pk]
    replay(HOTLINE, [script(place.hotline, order_steps())], officers=officers, today=TODAY)
    by = dict(Event.objects.values_list("action", "officer"))
    assert by["order"] != by["dispatch"], "another role, another officer"
    assert None not in by.values()


# --- the proof -------------------------------------------------------------------------------------------------------


@pytest.fixture
def proven(place):
    for _ in range(3):
        live(HOTLINE, place.hotline, order_steps())
    assert findings() == []
    return list(Case.objects.order_by("pk"))


def test_planted_state_is_found(proven):
    Case.objects.filter(pk=proven[1].pk).update(state="replied")
    found = findings()
    assert len(found) == 1
    assert f"案件 {proven[1].pk}（" in found[0]
    assert "现状" in found[0]


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "explained"},
        {"last_on": date(2025, 3, 8)},
        {"fields": {"theme": "help"}},
        {"course": {"done": {}, "clocks": {}}},
    ],
)
def test_planted_row_is_found(proven, change):
    Case.objects.filter(pk=proven[0].pk).update(**change)
    assert len(findings()) == 1


@pytest.mark.usefixtures("unkept")
@pytest.mark.parametrize("column", ["closed_on", "opened_on"])
def test_planted_day_is_found(proven, column):
    Case.objects.filter(pk=proven[0].pk).update(**{column: date(2025, 1, 1)})
    assert len(findings()) == 1


@pytest.mark.usefixtures("unkept")
def test_deleted_posting_is_found(proven):
    posting = Posting.objects.filter(source_id=proven[2].pk, account__key=f"{HOTLINE}.orders_done").get()
    posting.delete()
    found = findings()
    assert [f"{HOTLINE}.orders_done" in line and "少入账" in line for line in found] == [True]


@pytest.mark.usefixtures("unkept")
def test_added_and_changed_postings_are_found(proven):
    posting = Posting.objects.filter(source_id=proven[2].pk, account__key=f"{HOTLINE}.orders_done").get()
    posting.pk = None
    posting.save()
    assert ["多入账" in line for line in findings()] == [True]
    posting.delete()
    assert findings() == []
    Posting.objects.filter(source_id=proven[2].pk, account__key=f"{HOTLINE}.orders").update(value=Decimal(2))
    assert [line.partition("：")[2] for line in findings()] == [
        f"多入账：{HOTLINE}.orders 2025-03-03 分项「channel=phone;theme=complaint」应入账 1，实入账 2"
    ]


@pytest.mark.usefixtures("unkept")
def test_changed_clock_entry_is_found(proven):
    entry = ClockEntry.objects.filter(case=proven[0], kind="armed").first()
    ClockEntry.objects.filter(pk=entry.pk).update(on="2025-01-01")
    assert ["时限记录" in line for line in findings()] == [True]


@pytest.mark.usefixtures("unkept")
def test_deleted_and_changed_events_are_found(proven):
    Event.objects.filter(case=proven[0], sequence=3).delete()
    assert len(findings()) == 1
    Event.objects.filter(case=proven[1], action="call_back").update(
        values={"resolved": True, "satisfaction": "dissatisfied"}
    )
    assert len([line for line in findings() if f"案件 {proven[1].pk}（" in line]) >= 1


def test_planted_due_day_is_found(proven, place):
    case = live(HOTLINE, place.hotline, order_steps()[:2])
    case.deadlines.filter(key="handling").update(due_on=date(2025, 12, 31))
    assert len(findings()) == 1
    case.deadlines.filter(key="handling").update(due_on=date(2025, 3, 11))
    assert findings() == []
    Case.objects.filter(pk=case.pk).update(next_due=None)
    assert len(findings()) == 1
