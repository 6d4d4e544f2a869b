"""Matters of several departments: each that is named is asked with the step and sees the case, and what it replies need not be typed
again by who handles it. What asking comes to in general is in test_actions."""

import pytest

from tests.cases.place import TODAY
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.asking import answers
from zhunsheng.cases.models import Assignment, Case
from zhunsheng.cases.reading import procedure_of
from zhunsheng.orgs.access import access_of

pytestmark = pytest.mark.once

DISPUTE = {"matter": "油烟扰民的监管", "field": "城市管理", "claim": "由水务部门负责", "answer_by": "2026-12-01"}
DRAFT = {"document_title": "示例县夜市管理办法", "drafting_unit": "示例县城管局", "reason": "duties"}


def _steps(case, officer):
    def take(action, by=officer, request=None, **values):
        return perform(case.pk, action, on=TODAY, officer=by, values=values, request=request, today=TODAY)

    return take


def _asked():
    return list(Assignment.objects.order_by("number").values_list("to_organ__name", "state"))


def _begins_with(case, action):
    row = Case.objects.get(pk=case.pk)
    return answers(procedure_of(row), action, row)


def test_the_departments_of_a_dispute_are_asked_and_their_answers_stand_in_the_form(place):
    named = {"parties_named": [place.lighting.name, place.hotline.name]}
    case = open_case(
        "department_duty_dispute", "raise", organ=place.lighting, on=TODAY, values={**DISPUTE, **named},
        officer=place.lighting_officer, today=TODAY,
    )  # fmt: skip
    take = _steps(case, place.lighting_officer)
    assert _asked() == [(place.hotline.name, "open")], "nobody asks himself"
    assert case.pk in Case.visible.to(access_of(place.operator, TODAY)).values_list("pk", flat=True)
    take("office.reply", place.operator, 1, text="热线只派单，不监管")
    assert _begins_with(case, "answer") == {"answer": "热线只派单，不监管"}
    assert take("answer", answering=place.hotline.name).fields["answer"] == "热线只派单，不监管"


def test_a_step_that_asks_one_after_another_takes_back_from_nobody(place):
    case = open_case(
        "normdoc_coordination", "open", organ=place.lighting, on=TODAY, values=DRAFT, officer=place.lighting_officer,
        today=TODAY,
    )  # fmt: skip
    take = _steps(case, place.lighting_officer)
    take("ask_department", department_asked=place.hotline.name, question="第五条")
    take("ask_department", department_asked=place.water.name, question="第六条")
    assert _asked() == [(place.hotline.name, "open"), (place.water.name, "open")]
    take("office.reply", place.operator, 1, text="没有意见")
    take("answer")
    assert _begins_with(case, "object") == {}, "what was entered as agreed is not offered as an objection"
