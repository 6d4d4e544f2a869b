"""Whoever has to explain or to put right something is asked by the step that demands it, and what he answers is there where the
office goes on: of the systems in which an office holds the case and another unit has to act."""

import pytest

from tests.cases.place import TODAY, make_place
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.asking import answers
from zhunsheng.cases.models import Assignment
from zhunsheng.cases.reading import procedure_of
from zhunsheng.catalogue.loading import system
from zhunsheng.catalogue.scenarios import read_scenarios

COURSES = {
    "supervision_coordination": (("find", "assign"), "unit", "report", "correction"),
    "discipline_supervision": (("receive", "assign"), "unit", "rectify", "measures"),
    "audit_supervision": (("plan", "begin", "report"), "object", "rectify", "rectification"),
    "government_inspection": (
        ("order", "plan", "begin", "record", "conclude", "feed_back"),
        "object",
        "report_rectification",
        "rectification",
    ),
    "government_breach_accountability": (("receive", "accept", "hand_over"), "handling_unit", "find_true", "findings"),
    "disclosure_standard_catalog": (
        ("begin", "submit", "publish", "check_site", "demand"),
        "unit_name",
        "complete",
        "correction",
    ),
    "rule_of_law_inspection": (("plan", "approve", "notice"), "unit", "self_examine", "self_report"),
    "law_popularization_plan": (("set", "year_points"), "responsible", "report", "progress"),
    "foreign_investment_complaint": (("receive", "accept", "ask_unit"), "unit_asked", "unit_answers", "unit_answer"),
    "market_access_negative_list": (("find", "confirm"), "unit", "clear", "clearing"),
}


@pytest.fixture
def place(db):
    return make_place()


@pytest.mark.once
@pytest.mark.parametrize("slug", COURSES)
def test_the_unit_is_asked_and_its_answer_stands_in_the_next_step(place, slug):
    steps, unit, goes_on, text = COURSES[slug]
    examples = read_scenarios(system(slug))
    sample, [day] = {**examples.sample, unit: place.lighting.name}, examples.scenarios[0].given[0]
    actions = system(slug).procedure_on(day).procedure.actions

    def taken(case, action):
        values = {name: sample[name] for name in actions[action].field_names if name in sample}
        if case is None:
            return open_case(
                slug, action, organ=place.hotline, on=day, officer=place.operator, values=values, today=TODAY
            )
        return perform(case.pk, action, on=day, officer=place.operator, values=values, today=TODAY)

    case = None
    for action in steps:
        case = taken(case, action)
    assert [(one.to_organ, one.state) for one in Assignment.objects.filter(case_id=case.pk)] == [
        (place.lighting, "open")
    ]
    answer = {"text": "已按要求办理"}
    case = perform(
        case.pk, "office.reply", on=day, officer=place.lighting_officer, values=answer, request=1, today=TODAY
    )
    assert answers(procedure_of(case), goes_on, case) == {text: "已按要求办理"}
