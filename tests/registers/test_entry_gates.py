"""What an entry must say is asked of it by whatever way it comes, and of nothing that stood there before."""

from datetime import date

import pytest

from tests.registers.county import item
from tests.registers.test_exchange import HEADER, workbook
from zhunsheng.catalogue.loading import systems
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers import actions, change_sets
from zhunsheng.registers.importing import import_workbook
from zhunsheng.registers.models import Revision
from zhunsheng.security import guards

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DAY = date(2024, 3, 5)
MINUTES = "示例县政府常务会议纪要〔2024〕3号"
REASON = "会议纪要不得作为行政权力的依据"


def add(county, register, key, **values):
    return actions.apply_entry_change(register, county.housing, "add", key, values, DAY)


def held_before_it_was_asked(county):
    """Let an entry rest on minutes, from when nobody asked."""
    entry = add(county, "power_list", "A1", **item())
    with guards.away():
        Revision.objects.filter(entry=entry).update(values=item(item_code="A1", basis=MINUTES))


def test_minutes_are_no_basis_of_a_power_whoever_writes_it(county):
    with pytest.raises(Refused, match=REASON) as refused:
        add(county, "power_list", "A1", **item(basis=MINUTES))
    assert (refused.value.refusal.code, refused.value.refusal.field) == ("gate", "basis")
    assert "Minutes of a meeting are no basis of a power" in refused.value.refusal.sentence("en")
    assert "通行做法" in refused.value.refusal.sentence("zh"), "the ground is told"
    lines = [change_sets.ProposedLine("add", "A1", item(basis="示例县 会 议 纪 要"))]
    with pytest.raises(Refused, match=REASON):
        change_sets.prepare_change_set("power_list", county.housing, "示例", DAY, lines, county.keeper)
    sheet = workbook(HEADER, [1, "A1", "甲事项", "行政处罚", MINUTES, "住建局"])
    plan, drafted = import_workbook("power_list", county.housing, DAY, sheet, officer=county.keeper, title="示例")
    assert drafted is None
    assert [(problem.row, problem.column) for problem in plan.problems] == [(2, 5)], "told at the cell of the basis"
    entry = add(county, "power_list", "A1", **item())
    with pytest.raises(Refused, match=REASON):
        actions.apply_entry_change("power_list", county.housing, "change", "A1", {"basis": MINUTES}, date(2024, 4, 1))
    with pytest.raises(Refused, match=REASON):
        actions.correct(entry, DAY, {"basis": MINUTES}, reason="笔误")


def test_what_stood_there_before_is_mended_or_ended_but_hinders_nothing_else(county):
    held_before_it_was_asked(county)
    actions.apply_entry_change("power_list", county.housing, "change", "A1", {"name": "乙事项"}, date(2024, 4, 1))
    move = [(county.housing, "remove", "A1", {}, date(2024, 5, 1), None), (county.culture, "add", "A1", item(basis=MINUTES), date(2024, 5, 1), None)]  # fmt: skip
    assert actions.apply_changes_in_bulk("power_list", move, reform="示编〔2024〕1号") == 2
    actions.apply_entry_change("power_list", county.culture, "change", "A1", {"basis": "建筑法第六十四条"}, date(2024, 6, 1))  # fmt: skip
    actions.apply_entry_change("power_list", county.culture, "remove", "A1", {}, date(2024, 7, 1))
    assert not Revision.objects.filter(entry__key="A1", known_to=None, valid_to=None).exists()


def test_a_proof_that_rests_on_minutes_is_not_kept_but_may_be_cancelled(county):
    proof = {"name": "示例证明", "kind": "proof", "basis": MINUTES}
    for status in ("kept", "until_shared"):
        with pytest.raises(Refused, match="会议纪要"):
            add(county, "certificate_matter_list", "ZM-1", **proof, status=status)
    assert add(county, "certificate_matter_list", "ZM-1", **proof, status="cancelled").key == "ZM-1"


@pytest.mark.parametrize(
    ("register", "values", "says"),
    [
        ("assessment_indicator", {"indicator": "罚没收入", "kind": "quantity", "weight": "5", "standard": "按完成情况"}, "变相挂钩"),
        ("assessment_indicator", {"indicator": "执法力度", "kind": "bonus", "weight": "5", "standard": "每办 一 案加1分"}, "案件数量"),
        ("assessment_indicator", {"indicator": "执法", "kind": "deduction", "weight": "5", "standard": "罚没未达上年的扣2分"}, "不得扣分"),
        ("task_ledger", {"duty": "罚没收入增长10%", "rhythm": "year", "units": "各部门", "requirement": "完成"}, "罚没任务"),
        ("implementation_plan", {"plan_name": "示例规划", "measure": "罚没收入达到500万元", "lead_unit": "财政局"}, "罚没任务"),
        ("head_court_appearance", {"hearing_on": "2024-03-04", "appearance": "staff_excused"}, "不出庭理由"),
        ("data_sharing_catalog", {"name": "示例数据", "items": "姓名", "sharing": "none", "way": "file"}, "理由和相应的法律"),
    ],
)  # fmt: skip
def test_what_steps_refuse_no_list_takes_in(county, register, values, says):
    organ = Organ.objects.get(pk=county.housing.pk)
    declared = systems()[register].registers[-1]
    needed = {name: "示例" for name in declared.required if name not in {*values, declared.key}}
    with pytest.raises(Refused, match=says):
        actions.apply_entry_change(register, organ, "add", "X1", needed | values, DAY)


def test_every_list_that_enforcement_rests_on_refuses_minutes():
    """A list whose entries cite the basis of a power, a subject or a proof; one that is added must be thought about."""
    cite = {
        slug: register
        for slug, system in systems().items()
        if system.field_of_work in ("enforcement", "functions")
        for register in system.registers
        if any(field.cites for field in register.fields.values())
    }
    silent = {slug for slug, register in cite.items() if not any("会议纪要" in gate.zh for gate in register.gates)}
    # questions of an examination, risks, functions of organs, plans of reform: nothing is enforced by them
    assert silent == {"exam_question_bank", "legal_risk_prevention", "organ_registry", "interim_expost_supervision"}
