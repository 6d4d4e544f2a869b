"""What followed for whom: steps of inspections and urging orders stand on one page, by unit and one by one."""

from __future__ import annotations

from datetime import date

import pytest

from tests.desk.county import make_county, officer, signed_in
from zhunsheng.assessment.consequences import STEPS
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.fields import Sensitivity

DAY = date(2025, 3, 3)
URGED = {
    "matter": "公示执法事项", "source": "task", "light": "red", "requirement": "限期公示", "due_on": date(2025, 3, 14),
}  # fmt: skip


def test_every_step_says_of_whom_and_why_and_nothing_of_it_is_masked():
    for step in STEPS:
        procedure = system(step.system).procedures[-1]
        assert step.action in procedure.actions
        by = () if isinstance(step.kind, str) else (step.kind[0],)
        for name in filter(None, (step.whom, step.why, *by)):
            assert procedure.fields[name].sensitivity is not Sensitivity.SENSITIVE, (step.system, name)


@pytest.mark.django_db
def test_what_followed_stands_by_unit_and_by_step():
    county = make_county()
    head = officer("head", "示例丁", county.government, whole_tree=True)
    urged = open_case(
        "supervision_platform", "issue", organ=county.housing, on=DAY, officer=head, values=URGED, today=DAY
    )
    for action, values in (
        ("answer", {"answer": "正在公示"}),
        ("talk", {"talk_on": DAY.isoformat(), "talk_record": "示例"}),
        ("criticise", {"criticism": "逾期没有公示"}),
    ):
        perform(urged.pk, action, on=DAY, officer=head, values=values, today=DAY)
    page = signed_in(head).get("/assessment/consequences/?year=2025").content.decode()
    assert page.count("逾期没有公示") == 1
    for chip in (">约谈 1<", ">通报批评 1<", ">表扬激励 0<"):
        assert chip in page
    kept = signed_in(head).get("/assessment/consequences/?year=2025&kind=talk").content.decode()
    assert "逾期没有公示" not in kept
    assert kept.count("公示执法事项") == 1
    stranger = officer("unit", "示例戊", county.justice, system="rule_of_law_inspection", role="office")
    assert "没有表扬和问责" in signed_in(stranger).get("/assessment/consequences/?year=2025").content.decode()
