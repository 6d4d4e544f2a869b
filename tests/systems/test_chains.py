"""Chains of systems walked from end to end on the database: what was typed once arrives at each later place.

A step is given only what an officer still has to type there; what a chain should bring along is asserted, never written down.
"""

from datetime import date

import pytest

from tests.cases.place import make_place
from tests.orgs.county import days_ago, make_county
from tests.systems.enforcing import may_enforce
from zhunsheng.bodies.actions import give_seat, set_up
from zhunsheng.bodies.reading import members_on
from zhunsheng.cases.actions import link_cases, open_case, perform
from zhunsheng.cases.matters import handed_on
from zhunsheng.cases.reading import links_of
from zhunsheng.catalogue.loading import system
from zhunsheng.ledger.figures import figures
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.reforming import NewOrgan, Plan, carry_out
from zhunsheng.orgs.refusals import Refused
from zhunsheng.orgs.terms import unended
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.registers.models import Revision

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def begin(slug, action, organ, on, source=None, **typed):
    """A case opened, from another where there is one: with what that hands on and what is typed."""
    held = handed_on(source, system(slug).procedure_on(on), action) if source else {}
    assert not held.keys() & typed.keys(), "typed although it was known"
    case = open_case(slug, action, organ=organ, on=on, values=held | typed, today=max(TODAY, on))
    if source:
        link_cases(source.pk, case.pk)
    return case


def take(case, *steps):
    """Steps of a case: (day, action, what is typed, its outcome)."""
    for on, action, *more in steps:
        typed, outcome = (*more, None, None)[:2]
        case = perform(case.pk, action, on=on, values=typed or {}, outcome=outcome, today=max(TODAY, on))
    return case


def standing(register, day=date.max):
    """Key -> values of the entries of a list in force on a day, with the organ that keeps each."""
    rows = Revision.objects.filter(unended(day), entry__register=register, known_to=None)
    rows = rows.filter(valid_from__lte=day).select_related("entry__organ")
    return {row.entry.key: {**row.values, "kept_by": row.entry.organ.name} for row in rows}


def test_a_reform_of_organs_goes_on_into_lists_certificates_and_committees():
    county = make_county()
    old, new = "示例县文化局", "示例县文化和旅游局"
    start = days_ago(400)
    county.power(county.culture, "CF-1", start)
    county.certified(county.government, "证1", county.culture, start)
    for register, keeper, key, values in (
        ("random_inspection_item_list", county.government, "SJ-1", {"name": "示例抽查", "department": old, "basis": "示例法第三条", "category": "general", "level": "county"}),
        ("regulatory_item_list", county.culture, "JG-1", {"name": "示例监管", "power_item_code": "CF-1", "kind": "inspection", "level": "county", "basis": "示例法第四条"}),
        ("normdoc_maker_registry", county.culture, old, {"kind": "department", "competence": "示例法第五条", "confirmed_on": start.isoformat()}),
        ("legal_workforce", county.government, old, {"level": "county", "has_body": True, "staff": 3}),
    ):  # fmt: skip
        apply_entry_change(register, keeper, "add", key, values, start)
    holder = begin("enforcement_certificate", "apply", county.culture, days_ago(200), kind="enforcement", name="示例甲",
                   identity_number="11010119900307053X", unit=old, staff="on_staff", exam_result="passed")  # fmt: skip
    subject = {"name": old, "kind": "statutory", "legal_basis": "示例法第三条", "level": "county"}
    apply_entry_change("enforcement_subject", county.culture, "add", "11410400MB0000000L", subject, start)
    holder = take(
        holder,
        (days_ago(198), "submit"),
        (days_ago(196), "issue", {"certificate_number": "证2", "issued_on": days_ago(196).isoformat()}),
    )
    group = set_up(
        county.administrator, county.government, "leading_group", "示例领导小组", "示政〔2024〕3号", start, today=TODAY
    )
    give_seat(county.administrator, group.pk, "member", start, organ=county.culture, today=TODAY)

    approval = begin("organ_registry", "request", county.government, days_ago(60), matter="set_up", name=new,
                     kind="department", level="county", reason="机构改革方案")  # fmt: skip
    approval = take(
        approval,
        (days_ago(58), "study", {"organ_code": "JG-009", "study": "同意", "functions": "文化和旅游管理"}),
        (days_ago(54), "approve_setting_up", {"document": "示编〔2026〕9号", "carry_out_by": days_ago(1).isoformat(), "lists_follow": ["powers", "makers"]}),
    )  # fmt: skip
    assert standing("organ_registry")["JG-009"]["functions"] == "文化和旅游管理"
    with pytest.raises(Refused, match="权责清单"):
        take(approval, (days_ago(53), "carry_out", {"carried_out": "已挂牌"}))
    adjusted = begin("power_list_change", "ask", county.culture, days_ago(53), approval)
    known = [adjusted.fields[name] for name in ("round_name", "origin", "answer_by")]
    assert known == [new, "reform", days_ago(1).isoformat()]
    take(adjusted, (days_ago(52), "answer_round", {"answer": "unchanged"}), (days_ago(51), "confirm_unchanged"))
    take(approval, (days_ago(47), "carry_out", {"carried_out": "已挂牌"}))
    day = days_ago(46)
    reform = Plan(
        "merge",
        day,
        (county.culture, county.tourism),
        new=NewOrgan(new, "department", "示文旅"),
        parent=county.government,
    )
    carry_out(reform, county.administrator, reason="机构改革方案", document="示编〔2026〕9号")

    target = Organ.objects.get(name=new)
    assert (standing("power_list")["CF-1"]["kept_by"], standing("power_list")["CF-1"]["implementing_organ"]) == (
        new,
        new,
    )
    assert standing("regulatory_item_list")["JG-1"]["kept_by"] == new
    assert standing("random_inspection_item_list")["SJ-1"]["department"] == new
    assert {key: entry["unit"] for key, entry in standing("enforcement_personnel").items()} == {"证1": new, "证2": new}
    assert standing("legal_workforce").keys() == {new}
    assert standing("legal_workforce", days_ago(47)).keys() == {old}
    assert {key: entry["kept_by"] for key, entry in standing("normdoc_maker_registry").items()} == {new: new}
    checked = begin("normdoc_maker_registry", "recheck", target, days_ago(45), approval)
    assert checked.fields["reform"] == "示编〔2026〕9号"
    assert take(checked, (days_ago(44), "keep", {"opinion": "职责未变"})).outcome == "kept"
    holder.refresh_from_db()
    assert holder.organ == target
    take(holder, (days_ago(43), "list_inspector", {"inspection_field": "文化市场"}))
    assert standing("inspector_registry")["证2"]["department"] == new
    take(holder, (days_ago(42), "renew", {"renewal_ground": "change"}))
    renewed = standing("enforcement_personnel")["证2"]
    assert (renewed["unit"], renewed["issued_on"]) == (new, days_ago(42).isoformat()), "renewed under the new name"
    assert [member.post for member in members_on([group], day)[group.pk]] == [new]


def test_a_reconsideration_goes_on_into_the_lawsuit_the_appearance_and_the_performance():
    place = make_place()
    review = begin("administrative_reconsideration", "file", place.government, date(2024, 3, 4), act="行政处罚决定", act_date="2024-02-20",
                   matter="penalty", area="public_security", request="撤销", channel="post",
                   applicant=[{"name": "示例甲", "kind": "person"}], respondent=["示例县城管局"])  # fmt: skip
    review = take(
        review,
        (date(2024, 3, 6), "accept", {"track": "ordinary"}),
        (date(2024, 3, 7), "assign_officers", {"officers": ["示例乙", "示例丙"], "panel_size": 2, "major": False, "technical": False}),
        (date(2024, 3, 8), "send_copy"),
        (date(2024, 3, 11), "copy_received"),
        (date(2024, 3, 18), "reply", {"reply_summary": "合法"}),
        (date(2024, 3, 25), "hear_opinions", {"opinions": "已听取"}),
        (date(2024, 4, 8), "propose", {"findings": "清楚", "proposal": "维持"}),
        (date(2024, 4, 15), "decide", {"decision_reasons": "清楚", "decision_text": "维持", "adopted_by": "by_head"}, "upheld"),
        (date(2024, 4, 17), "serve", {"decision_received_on": "2024-04-17"}),
    )  # fmt: skip
    suit = begin("litigation_response", "receive", place.government, date(2024, 5, 6), review,
                 court_number="（2024）例01行初7号", court="示例中院", level="first")  # fmt: skip
    found = suit.fields
    assert (found["plaintiff"][0]["name"], found["defendant"][0]["name"]) == ("示例甲", "示例县城管局")
    assert (found["after_reconsideration"], found["reconsideration_number"]) == (True, review.number)
    assert (found["cause"], found["area"], found["act_on"]) == ("行政处罚决定", "公安", "2024-02-20")
    assert found["decision_received_on"] == "2024-04-17"
    assert suit.title == "示例甲诉示例县城管局行政处罚决定"
    assert take(review, (date(2024, 5, 7), "record_suit")).fields["suit_number"] == "（2024）例01行初7号"

    suit = take(
        suit,
        (date(2024, 5, 14), "answer", {"answer_text": "合法", "evidence_items": "决定书"}),
        (date(2024, 5, 28), "fix_hearing", {"hearing_key": "例01行初7号之一", "hearing_on": "2024-06-04", "head_called": True}),
        (date(2024, 6, 4), "record_hearing", {"appearance": "deputy_head", "staff_present": True, "spoke": True}),
    )  # fmt: skip
    appeared = standing("head_court_appearance")["例01行初7号之一"]
    assert (appeared["court_number"], appeared["cause"], appeared["court"]) == (
        "（2024）例01行初7号",
        "行政处罚决定",
        "示例中院",
    )
    assert (appeared["hearing_on"], appeared["appearance"]) == ("2024-06-04", "deputy_head")
    suit = take(
        suit,
        (date(2024, 7, 1), "receive_judgment", {"judgment_kind": "judgment", "performance_due": "2024-09-30"}, "performance_ordered"),
        (date(2024, 7, 3), "receive_suggestion", {"suggestion_from": "court_suggestion", "suggestion_number": "例建〔2024〕2号", "suggestion_due": "2024-08-30"}),
        (date(2024, 7, 18), "take_effect"),
    )  # fmt: skip
    with pytest.raises(Refused, match="履行"):
        take(suit, (date(2024, 7, 19), "archive"))
    year = date(2024, 1, 1), date(2024, 12, 31)
    assert figures(place.region.pk, *year)["litigation_response.unperformed"].value == 1
    suit = take(suit, (date(2024, 9, 2), "perform", {"performance": "重新作出决定"}), (date(2024, 9, 3), "archive"))
    assert figures(place.region.pk, *year)["litigation_response.unperformed"].value == 0

    suggestion = handed_on(suit, system("judicial_suggestion").procedure_on(date(2024, 7, 4)), "receive")
    told = {
        "from_organ": "示例中院",
        "document_number": "例建〔2024〕2号",
        "answer_by": "2024-08-30",
        "kind": "judicial",
    }
    assert suggestion == told
    handled = begin("judicial_suggestion", "receive", place.government, date(2024, 7, 4), suit, subject="规范告知",
                    contents="完善告知程序")  # fmt: skip
    take(handled, (date(2024, 7, 5), "assign", {"unit": "示例县城管局"}), (date(2024, 8, 1), "carry_out", {"measures": "已修订"}),
         (date(2024, 8, 5), "answer", {"answer_text": "已完善告知程序"}))  # fmt: skip
    suit = take(suit, (date(2024, 9, 4), "reply_suggestion"))
    assert suit.fields["suggestion_reply"] == "已完善告知程序"
    paid = handed_on(suit, system("administrative_compensation").procedure_on(date(2024, 9, 4)), "enter_award")
    assert (paid["claimant"][0]["name"], paid["award"]) == ("示例甲", "（2024）例01行初7号")
    counted = figures(place.region.pk, *year)
    wanted = {"cases": 1, "after_reconsideration": 1, "hearings": 1, "head_appearances": 1, "lost": 1, "performed": 1}
    assert {name: counted[f"litigation_response.{name}"].value for name in wanted} == wanted


def test_a_proof_is_kept_until_its_data_is_shared_and_then_cancelled():
    place = make_place()
    proof = begin("certificate_matter_list", "list", place.government, date(2025, 9, 1), campaign="2025年清理", matter_code="ZM-1", name="无房证明",
                  kind="proof", used_for="保障性住房申请", asking_unit="示例县城管局", issuing_unit="不动产登记中心")  # fmt: skip
    proof = take(
        proof,
        (date(2025, 9, 2), "propose", {"basis_level": "law", "basis": "示例法第九条", "can_be_replaced": True, "proposal": "until_shared", "proposal_reason": "等待共享", "data_code": "SJ-1"}),
        (date(2025, 9, 3), "check", {"opinion": "同意"}),
        (date(2025, 9, 4), "keep_until_shared", {"guide": "到登记中心开具"}),
        (date(2025, 9, 5), "publish_waiting", {"published_at": "政府网站"}),
    )  # fmt: skip
    listed = standing("certificate_matter_list")["ZM-1"]
    assert (listed["status"], listed["data_code"], listed["used_for"]) == ("until_shared", "SJ-1", "保障性住房申请")
    cancelling = (
        date(2025, 11, 3),
        "cancel_when_shared",
        {"replaced_by": "online_check"},
    )
    with pytest.raises(Refused, match="还没有可以共享的这项数据"):
        take(proof, cancelling)
    ask = {"kind": "request", "use_basis": "示例法第九条", "scene": "保障性住房申请"}
    assert handed_on(proof, system("data_sharing_request").procedure_on(date(2025, 9, 8)), "request") == {
        **ask,
        "data_code": "SJ-1",
    }
    entry = {"name": "不动产登记信息", "items": "权利人、坐落", "sharing": "conditional", "way": "interface"}
    apply_entry_change("data_sharing_catalog", place.water, "add", "SJ-1", entry, date(2025, 9, 8))
    request = begin("data_sharing_request", "request", place.lighting, date(2025, 9, 9), proof, until="2026-12-31")
    known = [request.fields[name] for name in ("data_name", "sharing", "provider_name", "use_basis")]
    assert known == ["不动产登记信息", "conditional", "示例县水务局", "示例法第九条"]
    assert request.fields["way"] == "interface", "as the catalogue has it"
    take(
        request,
        (date(2025, 9, 10), "agree_request"),
        (date(2025, 9, 12), "grant"),
        (date(2025, 9, 19), "provide"),
    )
    assert take(proof, cancelling).outcome == "cancelled"
    now, before = (
        standing("certificate_matter_list", day)["ZM-1"]["status"] for day in (date(2025, 11, 3), date(2025, 11, 2))
    )
    assert (now, before) == ("cancelled", "until_shared")
    window = system("one_window").procedure_on(date(2025, 11, 4))
    [gate] = [one.gate for one in window.gates["ask_supplement"] if one.gate.registered]
    assert (gate.registered.register_slug, gate.registered.where["status"]) == (
        "certificate_matter_list",
        ["kept", "until_shared"],
    )


ANSWERED = {
    "hotline_workorder": {"reply": [(date(2026, 5, 12), "receive"), (date(2026, 5, 13), "reply")]},
    "petition_mediation": {"report": [(date(2026, 5, 12), "tell_receipt"), (date(2026, 5, 13), "report_result")]},
    "business_env_complaint": {"correction": [
        (date(2026, 5, 12), "accept"), (date(2026, 5, 13), "decide", {"findings": "属实", "handling": "整改"}, "substantiated"),
        (date(2026, 5, 14), "correct"),
    ]},
}  # fmt: skip
"""The field in which whoever complained is told the result of the campaign, and the steps there."""


@pytest.mark.parametrize(
    ("slug", "action", "unit", "typed", "source"),
    [
        ("hotline_workorder", "order", "unit", {"channel": "phone", "theme": "complaint", "matter": "夜间施工扰民"}, "hotline"),
        ("petition_mediation", "register", "competent_organ", {"channel": "letter", "matter_kind": "claim", "matter": "夜间施工扰民", "facts": "多次",
            "hard": False, "first_taker": "示例乙", "petitioner": [{"name": "示例甲", "kind": "person"}]}, "petition"),
        ("business_env_complaint", "receive", "unit", {"matter": "夜间施工扰民", "kind": "other", "facts": "多次", "unit": "示例县城管局", "anonymous": False}, "complaint"),
    ],
)  # fmt: skip
def test_what_people_complain_of_becomes_a_problem_of_its_field_and_of_a_campaign(slug, action, unit, typed, source):
    place = make_place()
    heard = begin(slug, action, place.hotline, date(2026, 3, 2), **typed)
    hand_over = {"hotline_workorder": "dispatch", "petition_mediation": "assign"}.get(slug)
    if hand_over:
        more = {"result_due": "2026-06-30"} if slug == "petition_mediation" else {}
        heard = take(heard, (date(2026, 3, 3), hand_over, {unit: "示例县城管局", **more}))
    problem = begin("key_area_rectification", "list_problem", place.government, date(2026, 3, 9), heard, field="city")
    assert (problem.fields["problem"], problem.fields["source"], problem.fields["source_number"]) == (
        "夜间施工扰民",
        source,
        heard.number,
    )
    problem = take(
        problem,
        (date(2026, 3, 10), "plan", {"campaign": "夜间施工整治", "measures": "巡查", "finish_by": "2026-06-30"}),
    )
    assert problem.fields["responsible_unit"] == "示例县城管局"
    case = begin(
        "administrative_penalty_case",
        "register_clue",
        place.lighting,
        date(2026, 3, 16),
        problem,
        found_on="2026-03-15",
        violation_ended_on="2026-03-15",
        life_or_finance=False,
    )
    assert [case.fields[name] for name in ("matter", "area", "source")] == ["夜间施工扰民", "city", "campaign"]
    may_enforce(place.lighting, "对夜间施工扰民的处罚", date(2025, 1, 6), "甲1", "乙1")
    party = {"name": "示例公司", "kind": "organisation"}
    take(case, (date(2026, 3, 17), "file_case", {"party": party, "item_code": "CF-001", "certificate_a": "甲1", "certificate_b": "乙1"}))  # fmt: skip
    problem = take(
        problem,
        (date(2026, 5, 6), "report_done", {"result": "已停止夜间施工"}),
        (date(2026, 5, 8), "accept", {"check_note": "属实"}),
        (date(2026, 5, 11), "publish", {"published_at": "政府网站"}),
    )  # fmt: skip
    assert problem.outcome == "solved"
    for answered, told in ANSWERED.get(slug, {}).items():
        heard = take(heard, *told)
        assert heard.fields[answered] == "已停止夜间施工"
    counted = figures(place.region.pk, date(2026, 1, 1), date(2026, 12, 31))
    solved = counted["key_area_rectification.problems_solved"]
    assert (solved.value, solved.breakdown) == (1, {"field=city": 1, "campaign=夜间施工整治": 1})
    assert counted["key_area_rectification.cases_reported"].value == 1, "the case that was filed, counted by nobody"


def test_a_major_contract_is_entered_from_the_review_that_it_passed():
    place = make_place()
    matter = {
        "matter": "示例特许经营协议",
        "kind": "agreement",
        "submitting_unit": "示例县城管局",
        "materials": "草案",
        "counterparty": "示例公司",
        "agreement_amount": "500",
    }
    review = open_case(
        "legality_review", "submit", organ=place.government, on=date(2026, 3, 2), values=matter, today=TODAY
    )
    review = take(
        review,
        (date(2026, 3, 3), "accept"),
        (date(2026, 3, 3), "assign_reviewer", {"reviewer_name": "示例甲"}),
        (date(2026, 3, 5), "draft_opinion", {"proposed_conclusion": "合法", "opinion_text": "无", "opinions_given": 0}),
    )  # fmt: skip
    typed = {
        "contract_number": "HT-1", "kind": "concession", "major": True, "sme": False, "signed_on": "2026-03-09",
        "ends_on": "2027-03-09", "duties": "建设运营", "counterparty": {"name": "示例公司", "kind": "organisation"},
    }  # fmt: skip
    known = handed_on(review, system("contract_performance").procedure_on(date(2026, 3, 9)), "enter")
    assert (known["contract_name"], known["amount"]) == ("示例特许经营协议", "500")

    def enter():
        return open_case("contract_performance", "enter", organ=place.government, on=date(2026, 3, 9), values=known | typed, today=TODAY, source=review)  # fmt: skip

    with pytest.raises(Refused, match="重大合同须先经合法性审查"):
        enter()
    review = take(review, (date(2026, 3, 6), "issue_opinion", {}, "lawful"))
    contract = enter()
    assert [link.case for link in links_of(contract.pk)] == [str(review.pk)]
