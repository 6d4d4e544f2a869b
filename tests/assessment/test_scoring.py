"""Assessment: points worked out from real accounts, the same whenever they are asked for, and a change of the evidence seen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.cases.place import HOTLINE, make_place, order_steps
from tests.desk.county import signed_in
from zhunsheng.assessment.reference import INDICATORS, lines, workbook
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.matters import handed_on
from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import CaseScript, StepScript, replay
from zhunsheng.catalogue.loading import system
from zhunsheng.ledger.formulas import work_out
from zhunsheng.orgs.models import Duty
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.registers.importing import plan_import

TODAY = date(2026, 11, 20)
FORMULA = "分档([hotline_workorder.done_rate]; 50: 2, 90: 4)+最小(1, [hotline_workorder.done_rate]÷100)"
INDICATOR = {
    "year": "2025", "group": "化解矛盾", "indicator": "热线工单办结率", "unit_kind": "all", "kind": "quantity", "weight": "5",
    "standard": "按办结率分档", "figure": "hotline_workorder.done_rate", "formula": FORMULA,
}  # fmt: skip


@pytest.fixture
def place(db):
    made = make_place()
    replay(HOTLINE, [CaseScript(made.hotline, order_steps(date(2025, 3, 3)))], today=TODAY)
    return made


def _open(place, code="A1", **changed):
    values = {**INDICATOR, **changed, "indicator_code": code}
    apply_entry_change(
        "assessment_indicator", place.government, "add", code, values, date(2025, 1, 1), officer=place.head
    )
    told = {"year": 2025, "indicator_code": code, "self_by": date(2026, 1, 20)}
    return open_case(
        "performance_assessment", "open", organ=place.hotline, on=date(2026, 1, 6), values=told, today=TODAY
    )


def _half_done(place):
    """A second order of 2025 that was assigned and never closed."""
    steps = [step for step in order_steps(date(2025, 6, 2)) if step.action != "close"]
    replay(HOTLINE, [CaseScript(place.hotline, steps[: _before_close(steps)])], today=TODAY)


def _before_close(steps):
    return next((n + 1 for n, step in enumerate(steps) if step.action == "assign"), len(steps))


def test_points_come_from_the_ledger_are_objected_to_and_a_changed_record_is_seen(place):
    case = _open(place)
    # One order, closed: 100 per cent, 4 + 1.
    scored = perform(case.pk, "confirm_score", on=date(2026, 1, 12), today=TODAY)
    assert scored.fields["self_score"] == "5.00"
    checked = perform(case.pk, "take_score", on=date(2026, 2, 2), today=TODAY)
    assert (checked.fields["score"], checked.fields["computed"]) == ("5.00", "5.00")
    perform(case.pk, "object", on=date(2026, 2, 3), values={"objection": "口径不一致"}, today=TODAY)
    reasons = {"score": "4.5", "score_reason": "一件回访不满意"}
    again = perform(case.pk, "rescore", on=date(2026, 2, 4), values=reasons, today=TODAY)
    assert (again.fields["score"], again.fields["computed"]) == ("4.5", "5.00")
    Duty.objects.create(
        officer=place.head, organ=place.government, system="performance_assessment", role="office", whole_tree=True
    )
    office = signed_in(place.head)
    address = reverse("desk:assessment-sheet", args=[place.hotline.pk]) + "?year=2025"
    [line] = office.get(address).context["lines"]
    assert (line.line.now, line.line.is_changed, line.line.supposed) == (Decimal("5.00"), False, None)
    tried = office.get(address + "&if-hotline_workorder.done_rate=60").context
    assert tried["lines"][0].line.supposed == Decimal("2.60")  # 2 + 0.6
    assert (tried["score"], tried["whole"]) == (Decimal("4.5"), Decimal("2.60"))
    _half_done(place)
    page = office.get(address)
    # One of two is closed: 50 per cent, 2 + 0.5.
    assert page.context["lines"][0].line.now == Decimal("2.50")
    assert "佐证有变动" in page.content.decode()
    assert Case.objects.get(pk=case.pk).fields["score"] == "4.5"
    with pytest.raises(Refused, match="核查以后"):
        perform(case.pk, "settle", on=date(2026, 3, 2), today=TODAY)
    [organ_line] = office.get(reverse("desk:assessment") + "?year=2025").context["lines"]
    shown = (organ_line.organ, [one for _group, one in organ_line.points], organ_line.whole)
    assert shown == (place.hotline, [Decimal("4.5")], Decimal("4.5"))
    assert office.get(reverse("desk:assessment-sheet", args=[place.water.pk]) + "?year=2025").status_code == 404


def test_a_formula_that_pays_by_the_case_or_names_nothing_is_refused(place):
    with pytest.raises(Refused, match="案件数量"):
        _open(place, "B1", figure="", formula="分档([hotline_workorder.orders_done]; 10: 5)")
    with pytest.raises(Refused, match="平台没有的指标"):
        _open(place, "B2", figure="", formula="[没有的指标]÷10")
    with pytest.raises(Refused, match=r"计分公式.*看不懂"):
        _open(place, "B3", formula="5×(")
    paid = _open(place, "B4", figure="", kind="deduction", formula="[hotline_workorder.orders_done]÷10")
    assert paid.fields["formula_unit"] == "件"  # who loses points may lose them by the case


def test_a_problem_begins_with_what_was_found_elsewhere(place):
    found = {"source": "audit", "problem": "收入未及时入库", "due_on": "2025-06-30"}
    audit = Case(
        system="audit_supervision",
        version=date(2018, 1, 1),
        fields={"problems": "收入未\n及时入库", "rectify_by": "2025-06-30"},
    )
    given = handed_on(audit, system("assessment_rectification").procedure_on(date(2025, 5, 1)), "tell")
    assert given == {**found, "problem": "收入未 及时入库"}
    told = {**found, "requirement": "限期入库"}
    scripts = [
        CaseScript(place.water, [StepScript("tell", date(2025, 5, 6), told)]),
        CaseScript(place.water, [StepScript("tell", date(2025, 5, 6), {**told, "source": "court"})]),
    ]
    replay("assessment_rectification", scripts, today=TODAY)
    Duty.objects.create(
        officer=place.head, organ=place.government, system="assessment_rectification", role="office", whole_tree=True
    )
    board = signed_in(place.head).get(reverse("desk:rectifications") + "?year=2025")
    whole = board.context["whole"]
    assert (whole.total, whole.going, whole.overdue) == (2, 2, 2)
    assert [(line.key, line.standing.total) for line in board.context["sources"]] == [("audit", 1), ("court", 1)]


def test_the_reference_scheme_is_taken_by_the_list_and_every_formula_finds_its_figures(place):
    Duty.objects.create(officer=place.operator, organ=place.government, system=INDICATORS, role="office")
    plan = plan_import(INDICATORS, place.government, date(2026, 1, 5), BytesIO(workbook(2026)), officer=place.operator)
    assert plan.problems == []
    assert len(plan.lines) == len(lines())
    formulas = {line["formula"] for line in lines() if "formula" in line}
    worked = work_out(formulas, place.hotline, date(2025, 1, 1), date(2025, 12, 1))
    assert {text: one.unknown for text, one in worked.items() if one.unknown} == {}
    assert set(worked) == formulas
    # The judged ones and the others come to a hundred; nobody is paid by the case.
    assert sum(line.get("weight", 2) for line in lines()) == 100
    paid = {unit for one in worked.values() for unit in one.units}
    assert not paid & {"件", "宗", "起", "元", "万元"}
    book = load_workbook(BytesIO(workbook(2026)))
    book.active["I2"] = "2×(["
    out = BytesIO()
    book.save(out)
    refused = plan_import(
        INDICATORS, place.government, date(2026, 1, 5), BytesIO(out.getvalue()), officer=place.operator
    )
    assert [(p.sheet or refused.sheet, p.row, p.name.zh) for p in refused.problems] == [("参考指标", 2, "计分公式")]
