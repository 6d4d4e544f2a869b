"""Returns, tasks and assessments take their numbers from the ledger and their words from lists; nobody types either."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.cases.place import HOTLINE, make_place, order_steps
from zhunsheng.cases.actions import link_many, open_case, perform
from zhunsheng.cases.matters import taken_over
from zhunsheng.cases.models import Case
from zhunsheng.cases.previewing import previews
from zhunsheng.cases.replay import CaseScript, StepScript, replay
from zhunsheng.cases.verification import verify_cases
from zhunsheng.catalogue.loading import system
from zhunsheng.ledger.series import figure_called, of_organ
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty
from zhunsheng.orgs.refusals import Refused
from zhunsheng.papers.models import Paper
from zhunsheng.plans.reading import read_plan
from zhunsheng.plans.workbook import write_workbook
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.registers.importing import plan_import
from zhunsheng.registers.refusing import ListRefused

TODAY = date(2026, 11, 20)


@pytest.fixture
def place(db):
    return make_place()


def _orders(place, organ, days):
    replay(HOTLINE, [CaseScript(organ, order_steps(day)) for day in days], today=TODAY)


def _return(place, organ, month):
    """A monthly return of one organ for a month of 2025, drawn and sent."""
    case = open_case(
        "monthly_report", "call", organ=organ, on=date(2025, 4, 1),
        values={"year": 2025, "month": month, "due_on": date(2025, 4, 10)}, today=TODAY,
    )  # fmt: skip
    return perform(case.pk, "draw", on=date(2025, 4, 2), today=TODAY)


@pytest.mark.database
def test_a_return_has_the_month_and_the_year_so_far_of_its_own_organ(place):
    _orders(place, place.hotline, [date(2025, 1, 13), date(2025, 3, 3), date(2025, 3, 10)])
    _orders(place, place.water, [date(2025, 3, 17)])
    hotline = _return(place, place.hotline, 3)
    assert (hotline.fields["hotline_done"], hotline.fields["hotline_done_total"]) == (2, 3)
    assert "reconsiderations" not in hotline.fields  # nothing was ever counted there
    assert _return(place, place.water, 3).fields["hotline_done"] == 1
    assert _return(place, place.government, 3).fields["hotline_done_total"] == 4  # with everything below it
    found, refusal = previews(
        hotline, "send", access_of(place.head, TODAY), on=date(2025, 4, 3), values={}, outcome=None, note="",
        amount=None, today=TODAY,
    )  # fmt: skip
    assert refusal is None
    text = found[0].printed.html()
    assert "办结热线工单2件，当年累计3件" in text
    assert "行政复议" not in text
    perform(hotline.pk, "send", on=date(2025, 4, 3), today=TODAY)
    assert Paper.objects.get(case_id=hotline.pk).values["hotline_done"] == "2"
    with pytest.raises(Refused, match="不填写"):
        perform(hotline.pk, "accept", on=date(2025, 4, 4), values={"hotline_done": 9}, today=TODAY)
    assert list(verify_cases(lambda done, total: None)) == []


@pytest.mark.database
def test_a_task_is_not_closed_on_a_figure_that_has_changed(place):
    _orders(place, place.hotline, [date(2025, 3, 3)])
    task = {
        "year": 2025, "task": "热线工单全部办结", "duty": "lead", "level": "county", "requirement": "办结",
        "figure": "hotline_workorder.orders_done", "due_on": date(2025, 12, 31),
    }  # fmt: skip
    case = open_case("task_ledger", "assign", organ=place.hotline, on=date(2025, 2, 3), values=task, today=TODAY)
    perform(case.pk, "take_up", on=date(2025, 2, 5), today=TODAY)
    submitted = perform(case.pk, "submit", on=date(2025, 4, 1), values={"progress": "已办结"}, today=TODAY)
    assert submitted.fields["submitted_value"] == "1"
    _orders(place, place.hotline, [date(2025, 3, 10)])
    with pytest.raises(Refused, match="与报请时不一致"):
        perform(case.pk, "verify", on=date(2025, 4, 2), values={"opinion": "属实"}, today=TODAY)
    perform(case.pk, "give_back", on=date(2025, 4, 2), values={"opinion": "重新报请"}, today=TODAY)
    perform(case.pk, "submit", on=date(2025, 4, 3), values={"progress": "已办结"}, today=TODAY)
    closed = perform(case.pk, "verify", on=date(2025, 4, 3), values={"opinion": "属实"}, today=TODAY)
    assert closed.state == "done"
    assert closed.fields["verified_value"] == "2"


def test_an_inspection_hears_of_every_problem_put_right_not_of_the_newest_alone(place):
    day = date(2025, 9, 1)
    told = {"source": "inspection", "requirement": "改正", "due_on": date(2025, 10, 31)}
    problems = [
        open_case("assessment_rectification", "tell", organ=place.hotline, on=day, values={**told, "problem": problem}, today=TODAY)
        for problem in ("没有记录", "没有审核", "作废的")
    ]  # fmt: skip
    values = {
        "year": 2025,
        "unit": place.hotline.name,
        "unit_kind": "department",
        "subject": "执法",
        "method": "written",
    }
    inspection = open_case("rule_of_law_inspection", "plan", organ=place.government, on=day, values=values, today=TODAY)
    link_many((inspection.pk, problem.pk) for problem in problems)
    compiled = system("rule_of_law_inspection").procedure_on(day)
    assert taken_over(compiled, "receive", inspection.pk, None) == {}
    for problem, result in zip(problems, ("补录两份", "补审一件", "不算"), strict=True):
        perform(problem.pk, "plan", on=day, values={"measures": "改", "responsible": "示例甲"}, today=TODAY)
        perform(problem.pk, "report", on=day, values={"result": result, "evidence": "示1号"}, today=TODAY)
        if problem is problems[0]:  # one alone says it as it stands
            assert taken_over(compiled, "receive", inspection.pk, None) == {"rectified": "补录两份"}
    Case.objects.filter(pk=problems[2].pk).update(voided_on=day)
    assert taken_over(compiled, "receive", inspection.pk, None) == {
        "rectified": "没有记录：补录两份\n没有审核：补审一件"
    }


def _indicator(place, code, **values):
    entry = {
        "year": 2025, "group": "社会矛盾纠纷", "indicator": "热线工单办结率", "unit_kind": "department", "kind": "quantity",
        "weight": "5", "standard": "达到百分之九十五得满分", "figure": "hotline_workorder.done_rate", **values,
    }  # fmt: skip
    apply_entry_change("assessment_indicator", place.government, "add", code, entry, date(2025, 1, 6))


def _assess(place, code):
    values = {"year": 2025, "indicator_code": code, "self_by": date(2026, 1, 20)}
    return open_case(
        "performance_assessment", "open", organ=place.hotline, on=date(2026, 1, 6), values=values, today=TODAY
    )


@pytest.mark.database
def test_an_assessment_takes_its_indicator_from_the_list_and_refuses_one_that_rewards_fines_or_cases(place):
    _orders(place, place.hotline, [date(2025, 3, 3)])
    _indicator(place, "A1")
    case = _assess(place, "A1")
    assert (case.fields["indicator"], case.fields["weight"], case.fields["figure_unit"]) == ("热线工单办结率", "5", "%")
    scored = perform(
        case.pk, "self_score", on=date(2026, 1, 12), values={"self_score": "5", "self_reason": "全部办结"}, today=TODAY
    )
    assert scored.fields["measured"] == "100.0"
    with pytest.raises(Refused, match="没有这个编号"):
        _assess(place, "A9")
    _indicator(place, "A2", figure="hotline_workorder.orders_done", indicator="工单办结")
    with pytest.raises(Refused, match="案件数量不能作为得分"):
        _assess(place, "A2")
    with pytest.raises(
        ListRefused, match="行政处罚法第七十四条"
    ):  # the list takes none; one it had is refused in an example
        _indicator(place, "A3", figure="emergency_enforcement.fines", indicator="应急执法成效")


@pytest.mark.database
def test_figures_of_one_organ_are_those_below_it_and_no_others(place):
    _orders(place, place.hotline, [date(2025, 3, 3), date(2025, 3, 4)])
    _orders(place, place.water, [date(2025, 3, 5)])
    asked = ["hotline_workorder.orders", "hotline_workorder.done_rate", "task_ledger.units"]
    found = of_organ(asked, place.hotline, date(2025, 1, 1), date(2025, 12, 31))
    assert [found[name].value for name in asked] == [2, 100, None]
    whole = of_organ(asked, place.government, date(2025, 1, 1), date(2025, 12, 31))
    assert whole["hotline_workorder.orders"].value == 3
    assert figure_called("督察反馈") == "rule_of_law_inspection.feedbacks"
    assert figure_called("没有这个指标") is None


@pytest.mark.database
def test_an_import_reads_figures_as_a_step_does(place):
    _orders(place, place.hotline, [date(2025, 3, 3)])
    steps = [
        StepScript("call", date(2025, 4, 1), {"year": 2025, "month": 3, "due_on": "2025-04-10"}),
        StepScript("draw", date(2025, 4, 2)),
    ]
    result = replay("monthly_report", [CaseScript(place.hotline, steps)], today=TODAY)
    assert Case.objects.get(pk=result.case_ids[0]).fields["hotline_done"] == 1


@pytest.mark.database
def test_the_measures_read_from_a_plan_go_into_the_list_once_their_units_are_filled_in(place, tmp_path):
    book_path = tmp_path / "measures.xlsx"
    text = "示例县法治政府建设实施方案\n一、主要举措\n(一)健全体系\n1.完善清单。完善权责清单。\n2.加强监督。区司法局应当开展评查。\n"
    write_workbook(read_plan(text), book_path)
    duty = {"organ": place.government, "system": "implementation_plan", "role": "office"}
    Duty.objects.create(officer=place.operator, **duty)
    plan = plan_import(
        "implementation_plan",
        place.government,
        date(2026, 1, 5),
        BytesIO(book_path.read_bytes()),
        officer=place.operator,
    )
    assert plan.sheet == "措施"
    assert [problem.row for problem in plan.problems] == [2]
    assert plan.problems[0].words.zh.endswith("「牵头单位」必须填写")
    assert [line.key for line in plan.lines] == ["一-2"]
    book = load_workbook(book_path)
    book["措施"]["E2"] = "示例县司法局"
    book.save(book_path)
    mended = plan_import(
        "implementation_plan",
        place.government,
        date(2026, 1, 5),
        BytesIO(book_path.read_bytes()),
        officer=place.operator,
    )
    assert mended.problems == []
    assert [(line.key, line.values["measure"]) for line in mended.lines] == [("一-1", "完善清单"), ("一-2", "加强监督")]
