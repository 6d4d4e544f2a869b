"""Counts of long lists are exact whatever of them is in the tally: before folding, after it, and after every further step."""

import random
from datetime import date

import pytest
from django.db.models import Q

from tests.cases.place import HOTLINE, ORDER, TODAY, live, order_steps, script
from zhunsheng.cases import tallying
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.models import Case, Tally
from zhunsheng.cases.replay import StepScript, replay
from zhunsheng.cases.verification import verify_cases
from zhunsheng.orgs.access import access_of

CONDITIONS = (
    Q(), Q(state="closed"), Q(state="registered"), Q(outcome="explained"), Q(choices__contains=tallying.choice("theme", "help")),
    Q(choices__contains=tallying.choice("resolved", True), outcome="resolved"), Q(choices__contains=tallying.choice("urgent", True)),
)  # fmt: skip
"""What both cases and the tally can be asked."""


def findings():
    return list(verify_cases(lambda done, total: None))


def counted(access, condition=None):
    rows = Case.visible.to(access).filter(system=HOTLINE)
    return tallying.count(rows.filter(condition or Q()), access, HOTLINE, condition or Q())


def agree(place):
    """Whoever asks, and whatever is asked: the count is the number of rows."""
    for officer in (place.operator, place.lighting_officer, place.stranger, place.head):
        access = access_of(officer, TODAY)
        for condition in CONDITIONS:
            rows = Case.visible.to(access).filter(condition, system=HOTLINE)
            assert counted(access, condition).total == rows.count()
    assert findings() == []


def some_orders(place, count, seed=7):
    """Orders of two organs at every stage of their course."""
    draw = random.Random(seed)
    for organ in (place.hotline, place.lighting):
        scripts = []
        for _ in range(count):
            steps = order_steps(outcome=draw.choice(("resolved", "explained")))
            first = StepScript("order", steps[0].on, {**ORDER, "theme": draw.choice(("help", "complaint"))})
            scripts.append(script(organ, [first, *steps[1 : draw.choice((1, 2, 4, 6, 6, 6))]]))
        replay(HOTLINE, scripts, today=TODAY)


def test_a_count_is_the_number_of_rows_before_and_after_folding(place):
    some_orders(place, 30)
    agree(place)
    closed = Case.objects.filter(closed_on__isnull=False).count()
    assert tallying.fold() == closed > 20
    assert tallying.fold() == 0
    assert sum(Tally.objects.values_list("cases", flat=True)) == closed
    assert Tally.objects.count() < closed
    agree(place)
    everything = counted(access_of(place.head, TODAY))
    assert everything == (closed, 60 - closed)


def test_folding_goes_on_over_many_transactions(place, monkeypatch):
    some_orders(place, 12)
    monkeypatch.setattr(tallying, "FOLDED_AT_ONCE", 5)
    assert tallying.fold() == Case.objects.filter(closed_on__isnull=False).count() > 5
    agree(place)


def test_a_step_on_a_closed_case_takes_it_out_and_it_comes_back_when_closed_again(place):
    def step(verb, day):
        perform(
            case.pk, verb, on=date(2025, 4, day), officer=place.operator, values={"text": "诉求人又来电"}, today=TODAY
        )

    case = live(HOTLINE, place.hotline, order_steps()[:3])
    step("office.terminate", 1)
    live(HOTLINE, place.hotline, order_steps())
    assert tallying.fold() == 2
    head = access_of(place.head, TODAY)
    assert counted(head) == (2, 0)
    step("office.reopen", 2)
    assert counted(head) == (1, 1)
    agree(place)
    assert tallying.fold() == 0, "an open case is counted as it is"
    step("office.terminate", 3)
    assert tallying.fold() == 1
    assert counted(head) == (2, 0)
    agree(place)


def test_what_was_asked_of_others_keeps_no_closed_case_out_of_the_tally(place):
    """It has ended with the case, and who was asked sees it no more."""
    case = live(HOTLINE, place.hotline, order_steps()[:4])
    asked = {"to": str(place.lighting.pk), "text": "请补充材料"}
    perform(case.pk, "office.assign", on=date(2025, 3, 5), officer=place.operator, values=asked, today=TODAY)
    perform(case.pk, "close", on=date(2025, 3, 7), officer=place.operator, outcome="resolved", today=TODAY)
    assert tallying.fold() == 1
    assert counted(access_of(place.lighting_officer, TODAY)) == (0, 0)
    agree(place)


def test_choices_are_those_fields_one_can_filter_by(place):
    steps = order_steps()
    case = open_case(
        HOTLINE, "order", organ=place.hotline, on=steps[0].on, values={**ORDER, "urgent": True}, today=TODAY
    )
    assert case.choices == ";channel=phone;theme=complaint;urgent=true;"
    for step in steps[1:]:
        case = perform(case.pk, step.action, on=step.on, values=step.values, outcome=step.outcome, today=TODAY)
    assert case.choices == ";channel=phone;theme=complaint;urgent=true;resolved=true;satisfaction=satisfied;"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda: Tally.objects.update(cases=5), "计数"),
        (lambda: Tally.objects.all().delete(), "计数"),
        (lambda: Case.objects.update(is_tallied=False), "计数"),
        (lambda: Case.objects.update(choices=";theme=help;"), "供筛选的内容"),
    ],
)
def test_the_proof_finds_what_was_tampered_with(place, change, found):
    live(HOTLINE, place.hotline, order_steps())
    tallying.fold()
    assert findings() == []
    change()
    assert any(found in line for line in findings())
