"""Applications from the public page over the steps of the office to what the citizen has in hand: mediation, legal aid, matters nobody
takes, complaints, the review of a document; and the evaluation afterwards. Reconsideration, information and the hotline are in
``test_services``."""

from datetime import timedelta

import pytest

from tests.desk.county import officer, signed_in
from tests.portal.citizen import Citizen, make_place, today, unhurried
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case
from zhunsheng.kernel.office import Verb

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def place(db, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    unhurried(monkeypatch)
    return make_place()


def office(case, *steps, by=None):
    """Steps of the office: action, values, outcome."""
    for action, values, *outcome in steps:
        perform(case.pk, action, on=today(), officer=by, values=values, outcome=outcome[0] if outcome else None)
    case.refresh_from_db()


def papers_read(case):
    """The papers that were opened, as the case tells of them."""
    return [event.values["text"] for event in case.events.filter(action=Verb.READ, online=True, officer=None)]


def test_a_mediation_to_the_agreement_and_the_evaluation(place):
    sides = {"parties_to__0__kind": "person", "parties_to__0__name": "示例甲", "parties_to__0__phone": "138 0000-0000",
             "parties_to__1__kind": "person", "parties_to__1__name": "示例乙"}  # fmt: skip
    citizen = Citizen().apply("people_mediation", sides, {"kind": "neighbours", "matter": "楼上漏水，希望修好并赔偿"})
    case = Case.objects.get()
    assert case.fields["parties_to"][0]["phone"] == "13800000000"
    assert "正在联系双方" in citizen.follow().said
    office(case, ("mediate", {"mediator": "示例调解员"}), by=place.owner)
    assert "正在调解" in citizen.follow().said
    agreed = {"agreement": "一个月内修好", "effective_on": today().isoformat()}
    office(case, ("conclude", {"mediator": "示例调解员"}, "settled"), ("written_agreement", agreed), by=place.owner)
    papers = f"/case/{case.pk}/?tab=papers"
    assert "当事人还没有在网上打开" in signed_in(place.owner).get(papers).content.decode()
    citizen.follow().open_paper("人民调解协议书")
    assert "一个月内修好" in citizen.said
    assert f"当事人 {today()}" in signed_in(place.owner).get(papers).content.decode()
    assert [text[:7] for text in papers_read(case)] == ["人民调解协议书"]
    citizen.back()
    assert "申请司法确认 至" in citizen.said
    citizen.post("/public/rate/", {"pass": citizen.form("pass").fields["pass"]})
    assert "number" not in citizen.form("grade").fields, "nothing has to be typed again"
    assert citizen.send("grade", grade="", reason="").status == 422
    assert "请选择一档评价" in citizen.reasons()
    assert citizen.send("grade", grade="very_good").status == 200
    assert Case.objects.get(system="service_evaluation").fields["matter_number"] == case.number
    assert "评价这次办理" not in citizen.follow().page, "a matter is evaluated once"


def test_legal_aid_granted_and_refused(place):
    applicant = {"applicant__0__name": "示例甲", "applicant__0__identity_number": "110101 19900307 758x", "applicant__0__phone": "13800000000"}  # fmt: skip
    matter = {"aid_matter": "labour", "matter": "拖欠工资，家庭困难"}
    citizen = Citizen().apply("one_stop_legal_service", applicant, matter)
    case = Case.objects.get()
    assert case.fields["applicant"]["identity_number"] == "11010119900307758X"
    assert "申请审查 至" in citizen.follow().said
    office(
        case,
        ("grant", {"aid_matter": "labour", "hardship": "checked"}),
        ("assign", {"provider_name": "示例律师"}),
        by=place.owner,
    )
    citizen.follow().open_paper("给予法律援助决定书")
    assert "示例律师" in citizen.back().said
    office(case, ("close", {"result": "工资已经付清"}), by=place.owner)
    assert "工资已经付清" in citizen.follow().said

    other = Citizen("198.51.100.9").apply("one_stop_legal_service", applicant, matter)
    case = Case.objects.exclude(pk=case.pk).get()
    office(case, ("refuse", {"hardship": "not_met", "decision_reason": "收入高于标准"}), by=place.owner)
    assert "不予援助" in other.follow().said
    assert "第四十九条" in other.said, "what can be done against it"
    assert "收入高于标准" in other.open_paper("不予法律援助决定书").said


def test_a_matter_nobody_takes_gets_a_department_and_a_result(place):
    matter = {"matter": "祖屋办不了证", "kind": "service", "facts": "找过两个部门，都说不归他们管"}
    caller = {"applicant__0__kind": "person", "applicant__0__name": "示例甲", "applicant__0__phone": "13800000000"}
    citizen = Citizen().apply("fallback_service_case", matter, caller)
    case = Case.objects.get()
    office(case, ("assign", {"unit": place.housing.name}), by=place.owner)
    assert "主办部门正在办理" in citizen.follow().said
    result = {"result": "已经发证", "cause": "duty", "people": 1}
    office(case, ("resolve", result, "solved"), by=place.owner)
    assert "已经发证" in citizen.follow().open_paper("“兜底办”办理结果告知书").said
    office(case, ("close", {"satisfaction": "satisfied"}), by=place.owner)
    assert "已经办结" in citizen.follow().said


def test_a_complaint_of_the_business_environment_without_a_name(place):
    about = {"matter": "重复检查", "kind": "inspection", "unit": place.housing.name, "facts": "一个月查了五次"}
    citizen = Citizen().apply("business_env_complaint", about, {"anonymous": "true"})
    case = Case.objects.get()
    assert "complainant" not in case.fields
    head = officer("head", "示例丁", place.justice, system="business_env_complaint", role="head")
    office(case, ("accept", {}), by=place.owner)
    office(case, ("decide", {"findings": "属实", "handling": "责令改正"}, "substantiated"), by=head)
    assert "正在整改" in citizen.follow().said
    office(case, ("correct", {"correction": "合并检查"}), ("answer", {}), by=place.owner)
    assert "属实" in citizen.follow().said
    assert "责令改正" in citizen.open_paper("投诉举报办理结果告知书").said


def test_a_complaint_of_enforcement_to_its_correction(place):
    about = {"supervised__0__name": place.housing.name, "matter": "没有出示证件", "facts": "昨天上午在示例路"}
    citizen = Citizen().apply("enforcement_supervision", about, {})
    case = Case.objects.get()
    assert case.fields["source"] == "complaint"
    office(case, ("open", {"mode": "daily", "dispute_status": "none"}), by=place.owner)
    assert "已经立项监督" in citizen.follow().said
    office(case, ("correct_on_spot", {"findings": "属实", "correction": "已经补训"}), by=place.owner)
    assert "结果：当场纠正" in citizen.follow().said


def test_a_document_is_studied_after_the_citizen_supplemented_the_suggestion(place):
    about = {"document_title": "示例县停车办法", "maker": place.government.name, "clauses": "第三条"}
    who = {"proposer__0__kind": "person", "proposer__0__name": "示例甲", "proposer__0__phone": "13800000000"}
    citizen = Citizen().apply("normdoc_review_suggestion", about, who)
    case = Case.objects.get()
    by = (today() + timedelta(days=10)).isoformat()
    office(case, ("ask_supplement", {"missing": "写明理由", "supplement_by": by}), by=place.owner)
    assert "写明理由" in citizen.follow().open_paper("审查建议补充告知书").said
    citizen.back()
    page = citizen.page
    for _click in range(2):
        citizen.page = page
        assert "已经提交“提交补充”" in citizen.step("supplemented", clauses="第三条与上位法抵触").said
    citizen.page = page
    assert citizen.step("supplemented", clauses="另一个理由").status == 422, "other words are no second click"
    assert case.events.filter(action="supplemented").count() == 1
    office(case, ("accept", {}), ("study", {"study": "抵触", "problem": "unlawful"}), by=place.owner)
    head = officer("head", "示例丁", place.justice, system="normdoc_review_suggestion", role="head")
    office(case, ("answer", {"reply": "已经要求纠正"}, "correction"), by=head)
    assert "已经要求纠正" in citizen.follow().open_paper("审查建议答复书").said
    assert len(papers_read(case)) == 2
