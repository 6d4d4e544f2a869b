"""What a system says it takes over from another arrives in the form of the new case: of every hop, with the values of the examples."""

from datetime import date

import pytest

from zhunsheng.cases.matters import handed_on
from zhunsheng.cases.models import ASKED, Case
from zhunsheng.catalogue.loading import system, systems
from zhunsheng.catalogue.scenarios import read_scenarios
from zhunsheng.kernel.fields import FieldError
from zhunsheng.kernel.procedure import TakenAs
from zhunsheng.orgs.access import Access, Holding
from zhunsheng.orgs.models import Organ

DAY = date(2026, 8, 3)


def _case_of(slug):
    """A case as the sample of its system fills it in, on no database."""
    compiled = system(slug).procedure_on(DAY)
    fields = {}
    for name, value in read_scenarios(system(slug)).sample.items():
        try:
            fields[name] = compiled.all_fields[name].parse(value)
        except (KeyError, FieldError):  # of another version
            continue
    return Case(
        system=slug,
        version=compiled.version,
        fields=fields,
        number="示1号",
        title="示例",
        opened_on=DAY,
        organ=Organ(name="示例局"),
    )


def test_every_field_that_is_taken_over_arrives():
    lost, arrived = [], 0
    for slug, owner in systems().items():
        if not owner.procedures:
            continue
        compiled = owner.procedure_on(DAY)
        starts = [name for name, action in compiled.procedure.actions.items() if action.start]
        asked = {name for start in starts for name in compiled.procedure.actions[start].field_names}
        for giver, wanted in compiled.procedure.takes_over.items():
            case = _case_of(giver)
            held = {name for start in starts for name in handed_on(case, compiled, start)}
            arrived += len(held)
            for name, declared in wanted.items():
                source = declared
                if isinstance(declared, TakenAs):
                    source = declared.field if case.fields.get(declared.field) in declared.as_ else ""
                is_there = isinstance(source, dict) or source in ("number", "title", "organ") or source in case.fields
                if name not in asked or (is_there and name not in held):
                    lost.append(f"{slug} ← {giver}: {name} ← {source}")
    assert lost == []
    assert arrived > 200


def test_a_unit_that_is_named_becomes_the_party_it_is():
    case = _case_of("hotline_workorder")
    case.fields["unit"] = "示例市城市管理局"
    held = handed_on(case, system("enforcement_supervision").procedure_on(DAY), "register")
    assert held["supervised"]["name"] == "示例市城市管理局"


@pytest.mark.parametrize(
    ("giver", "taker", "action", "known"),
    [
        ("normative_document", "public_consultation", "announce", {"draft_kind": "normative_document", "drafting_unit": "示例市卫生局"}),
        ("legislation_project", "public_consultation", "announce", {"draft_kind": "rule"}),
        ("major_decision", "public_consultation", "announce", {"draft_kind": "major_decision", "business_related": True}),
        ("major_decision", "fair_competition_review", "begin", {"document_title": "示例市公交票价方案", "level": "government"}),
        ("normative_document", "normdoc_filing_review", "receive", {"maker": "示例局"}),
        ("normdoc_filing_review", "normdoc_interview", "propose", {"unit": "示例县人民政府"}),
        ("case_file_review", "enforcement_supervision", "register", {"source": "file_review", "facts": "没有告知听证权利"}),
        ("hotline_workorder", "enforcement_supervision", "register", {"source": "hotline", "facts": "夜间施工扰民"}),
        ("litigation_response", "administrative_compensation", "claim", {"act": "行政处罚决定"}),
        ("task_ledger", "supervision_platform", "issue", {"source": "task"}),
        ("enforcement_supervision", "assessment_rectification", "tell", {"source": "enforcement", "problem": "没有出示证件"}),
        ("major_act_filing", "enforcement_supervision", "register", {"source": "filing"}),
        ("enforcement_case_revisit", "enforcement_supervision", "register", {"source": "revisit"}),
        ("litigation_response", "judicial_suggestion", "receive", {"kind": "norm"}),
        ("litigation_response", "supervision_coordination", "find", {"unit": "示例县城管局"}),
        ("administrative_penalty_case", "key_area_rectification", "list_problem", {"field": "food_drug", "source": "inspection"}),
        ("enforcement_supervision", "discipline_supervision", "hand_over", {"unit": "示例县城管局", "clue_source": "enforcement"}),
        ("organ_registry", "power_list_change", "ask", {"answer_by": "2026-09-30"}),
    ],
)  # fmt: skip
def test_what_the_case_before_knows_is_not_asked_again(giver, taker, action, known):
    case = _case_of(giver)
    case.fields |= {
        "normative_document": {"drafting_unit": "示例市卫生局"},
        "legislation_project": {"project_kind": "rule"},
        "major_decision": {"market_activity": True, "matter": "示例市公交票价方案"},
        "normdoc_filing_review": {"maker": "示例县人民政府"},
        "case_file_review": {"faults": "没有告知听证权利"},
        "hotline_workorder": {"matter": "夜间施工扰民"},
        "enforcement_supervision": {
            "findings": "没有出示证件",
            "supervised": {"name": "示例县城管局", "kind": "organ"},
        },
        "litigation_response": {
            "cause": "行政处罚决定",
            "suggestion_from": "norm_suggestion",
            "defendant": [{"name": "示例县城管局", "kind": "organ"}],
        },
        "administrative_penalty_case": {"area": "food_drug"},
        "organ_registry": {"carry_out_by": "2026-09-30"},
    }.get(giver, {})
    held = handed_on(case, system(taker).procedure_on(DAY), action)
    assert {name: held.get(name) for name in known} == known


@pytest.mark.parametrize(("line", "arrives"), [(None, True), (3, False)])
def test_what_is_masked_for_who_looks_on_by_line_goes_into_no_case_of_his_own(line, arrives):
    case = _case_of("people_mediation")
    case.path = "/1/2/"
    access = Access(7, (Holding(2, "/1/2/", "people_mediation", "*", False, line=line),), noted={ASKED: {}})
    held = handed_on(case, system("people_mediation").procedure_on(DAY), "apply", access)
    assert ("parties_to" in held) is arrives
    assert "kind" in held
