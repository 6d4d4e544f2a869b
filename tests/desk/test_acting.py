"""Acting from the pages: forms come from the declaration, refusals stand at their field, nothing typed is lost."""

import pytest
from django.urls import reverse

from tests.desk.county import SYSTEM, days_ago, officer, signed_in
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.deadline_lines import acts_within
from zhunsheng.desk.forms import PREFIX, ActionForm
from zhunsheng.orgs.models import Duty
from zhunsheng.registers.actions import apply_changes_in_bulk

pytestmark = pytest.mark.once

NEW = f"/cases/{SYSTEM}/new/submit/"
MATTER = {
    "value_matter": "《示例协议》",
    "value_kind": "agreement",
    "value_submitting_unit": "示例局",
    "value_materials": "草案",
}


def form_of(action: str, slug: str = SYSTEM) -> ActionForm:
    compiled = systems()[slug].procedure_on(days_ago(0))
    return ActionForm(compiled, action, organs=[])


@pytest.mark.parametrize(
    ("slug", "limit", "state", "first"),
    [
        ("normdoc_review_suggestion", "handling", "received", "受理"),  # and not 移送有权机关, which ends the limit too
        ("normative_document", "registration", "drafting", "统一登记、统一编号"),  # and not 终止制定
        ("legislation_project", "finish", "reviewing", "报送审查"),  # and not back to the drafting unit
        ("enforcement_supervisor", "answer", "handed_on", "反馈处理结果"),  # a direct answer cannot be come to any more
    ],
)
def test_what_a_limit_is_for_is_wanted_before_the_ways_out_of_it(slug, limit, state, first):
    assert acts_within(systems()[slug].procedure_on(days_ago(0)), limit, state)[0].zh == first


def test_every_declared_action_makes_a_form_with_its_fields():
    for system in systems().values():
        for compiled in system.compiled.values():
            for name, action in compiled.procedure.actions.items():
                form = ActionForm(compiled, name, organs=[])
                declared = [field.removeprefix(PREFIX) for field in form.fields if field.startswith(PREFIX)]
                typed = [field for field in action.field_names if field not in action.worked_out]
                assert declared == typed, (system.slug, name)
                assert ("outcome" in form.fields) == (len(action.outcome) > 1)
                assert form.as_p()


def test_required_fields_are_marked_and_optional_ones_not():
    form = form_of("submit")
    assert form.fields[PREFIX + "matter"].required
    assert not form.fields[PREFIX + "counterparty"].required


def test_widgets_follow_the_types():
    form = form_of("submit")
    html = {name: str(form[PREFIX + name]) for name in ("kind", "materials", "agreement_amount")}
    assert html["kind"].count('type="radio"') == 5
    assert "<textarea" in html["materials"]
    assert 'type="number"' in html["agreement_amount"]
    extension = form_of("extend", "administrative_reconsideration")
    assert "amount" in extension.fields


def test_a_case_is_opened_from_its_form(county, owner):
    response = owner.post(NEW, {"on": days_ago(1), "note": "", **MATTER})
    case = Case.objects.get()
    assert response["Location"] == reverse("desk:case", args=[case.pk])
    assert (case.organ, case.handler, case.fields["kind"], case.opened_on) == (
        county.justice,
        county.owner,
        "agreement",
        days_ago(1),
    )


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(owner):
    response = owner.post(NEW, {"on": days_ago(0), **MATTER, "value_materials": "", "value_agreement_amount": "很多"})
    form = response.context["form"]
    assert response.status_code == 422
    assert set(form.errors) == {"value_materials", "value_agreement_amount"}
    assert "「很多」不是数" in form.errors["value_agreement_amount"][0]
    assert "《示例协议》" in response.content.decode()
    assert not Case.objects.exists()


def test_a_refusal_of_the_law_is_said_with_its_article(county, owner):
    case = county.review(kind="major_decision", on=days_ago(1))
    for action, values in [
        ("accept", {}), ("assign_reviewer", {"reviewer_name": "示例甲"}),
        ("advise", {"adviser_name": "示例丁", "adviser_opinion": "同意"}),
        ("draft_opinion", {"proposed_conclusion": "合法", "opinion_text": "合法", "opinions_given": 0}),
    ]:  # fmt: skip
        perform(case.pk, action, on=days_ago(1), values=values)
    page = owner.get(reverse("desk:case", args=[case.pk]))
    assert "issue_opinion" not in [name for name, _ in page.context["possible"]]
    reasons = {action.en: reason for action, reason, *_ in page.context["refused"]}
    assert "不少于7个工作日" in reasons["Issue the opinion"]
    assert "重大行政决策" in reasons["Issue the opinion"].rpartition("（")[2]
    tried = owner.post(reverse("desk:act", args=[case.pk, "issue_opinion"]), {"on": days_ago(0), "outcome": "lawful"})
    assert tried.status_code == 422
    assert "不少于7个工作日" in str(tried.context["form"].non_field_errors())


def test_what_a_gate_misses_in_a_folded_field_is_told_there(county):
    """The suspected offence is optional, folded away, and needed where a crime is suspected."""
    client = signed_in(officer("transfers", "示例癸", county.justice, system="case_transfer", role="*"))
    given = {"on": days_ago(0), "value_matter": "示例案", "value_kind": "crime", "value_receiving": "示例县公安局",
             "value_facts": "示例事实"}  # fmt: skip
    form = client.post(reverse("desk:open", args=["case_transfer", "prepare"]), given).context["form"]
    assert "须写明涉嫌的罪名" in str(form["value_suspected_offence"].errors)
    assert form.further_open


def test_a_field_that_names_an_entry_says_of_which_list_and_that_it_holds_none(county):
    client = signed_in(officer("town", "示例癸", county.justice, system="township_review_case", role="*"))
    address = reverse("desk:open", args=["township_review_case", "submit"])
    assert "「乡镇（街道）合法性审查事项清单」里还没有可选的条目" in client.get(address).content.decode()
    given = {"on": days_ago(0), "value_item_code": "1", "value_matter": "示例合同", "value_materials": "示例材料"}
    form = client.post(address, given).context["form"]
    assert "清单中没有这个事项编号" in str(form["value_item_code"].errors)


def test_a_future_day_is_refused(county, owner):
    case = county.review()
    response = owner.post(reverse("desk:act", args=[case.pk, "accept"]), {"on": days_ago(-3)})
    assert response.status_code == 422
    assert "晚于今天" in response.content.decode()


def test_a_stale_page_says_who_did_what_and_keeps_what_was_typed(county, owner):
    case = county.accepted()
    address = reverse("desk:act", args=[case.pk, "assign_reviewer"])
    seen = owner.get(address).context["form"].initial["expected_sequence"]
    Duty.objects.create(officer=county.colleague, organ=county.justice)
    typed = {"on": days_ago(0), "expected_sequence": seen, "value_reviewer_name": "示例戊"}
    other = signed_in(county.colleague)
    assert other.post(address, {**typed, "value_reviewer_name": "示例己"}).status_code == 302
    response = owner.post(address, typed)
    text = response.content.decode()
    assert response.status_code == 422
    assert "没有提交：您打开以后，本案有新的办理记录" in text
    (line,) = response.context["newer"]
    assert (line.name, line.event.officer.name) == ("确定承办人", "示例乙")
    assert [(field.label, field.text) for field in line.fields] == [("承办人", "示例己")]
    assert 'value="示例戊"' in text
    case.refresh_from_db()
    assert case.fields["reviewer_name"] == "示例己"
    assert response.context["form"].data["expected_sequence"] == case.sequence


def test_in_place_the_form_comes_alone_and_success_leads_back(county, owner):
    case = county.review()
    address = reverse("desk:act", args=[case.pk, "accept"])
    alone = owner.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in alone
    assert 'name="on"' in alone
    done = owner.post(address, {"on": days_ago(0), "expected_sequence": case.sequence}, headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == reverse("desk:case", args=[case.pk])
    case.refresh_from_db()
    assert case.state == "accepted"


def test_parties_typed_in_rows_become_parties(county, owner):
    response = owner.post("/cases/administrative_reconsideration/new/file/", {
        "on": days_ago(0), "value_act": "《示例决定》", "value_matter": "penalty", "value_area": "housing",
        "value_request": "撤销", "value_respondent_kind": "department",
        "value_applicant-name": ["示例丁", "", "示例戊"], "value_applicant-kind": ["person"] * 3,
        "value_applicant-number": ["", "", ""], "value_applicant-phone": ["13800001234", "", ""],
        "value_applicant-address": ["", "", ""],
        "value_respondent-name": ["示例县住房和城乡建设局"], "value_respondent-kind": ["organ"],
        "value_respondent-number": [""], "value_respondent-phone": [""], "value_respondent-address": [""],
    })  # fmt: skip
    assert response.status_code == 302, response.context["form"].errors
    case = Case.objects.get()
    assert case.fields["applicant"] == [
        {"name": "示例丁", "kind": "person", "phone": "13800001234"}, {"name": "示例戊", "kind": "person"},
    ]  # fmt: skip
    page = owner.get(reverse("desk:act", args=[case.pk, "change_respondent"]))
    if page.status_code == 200:
        assert "示例县住房和城乡建设局" in page.content.decode()


def test_cases_are_linked_by_number(county, owner):
    first, second = county.review(), county.review()
    owner.post(reverse("desk:link", args=[first.pk]), {"number": second.number})
    page = owner.get(reverse("desk:case", args=[second.pk]), {"tab": "links"})
    assert [row.case for row in page.context["links"]] == [first]


def test_each_tab_opens(county, owner):
    case = county.accepted()
    for tab in ("course", "parties", "papers", "assignments", "links", "postings", "没有"):
        page = owner.get(reverse("desk:case", args=[case.pk]), {"tab": tab})
        assert page.status_code == 200
        assert page.context["tab"] == ("course" if tab == "没有" else tab)


CALL = "/cases/monthly_report/new/call/"


def test_a_step_may_open_a_case_for_each_of_several_organs_below(county):
    office = officer(
        "office", "示例工作机构", county.government, system="monthly_report", role="office", whole_tree=True
    )
    browser = signed_in(office)
    assert "考核指标" in form_of("open", "performance_assessment").worked_out  # from the list, typed by nobody
    offered = browser.get(CALL).context["form"].fields["organ"].choices
    # The order of organs side by side is that of their paths, which are texts: 1000 stands before 999.
    assert offered[0][0] == county.government.pk
    assert {pk for pk, _name in offered[1:]} == {county.justice.pk, county.housing.pk}
    told = {"on": days_ago(0), "value_year": 2026, "value_month": 3, "value_due_on": days_ago(-5)}
    chosen = [county.justice.pk, county.housing.pk]
    response = browser.post(CALL, {**told, "organ": chosen}, follow=True)
    assert sorted(case.organ_id for case in Case.objects.all()) == chosen
    assert "共 2 件" in response.content.decode()
    assert browser.post(CALL, told).context["form"].errors["organ"]
    assert browser.post(CALL, {**told, "value_month": 13, "organ": chosen}).status_code == 422
    assert Case.objects.count() == 2


def test_organs_below_are_offered_to_nobody_without_a_duty_over_them(county):
    unit = officer("unit", "示例经办", county.justice, system="monthly_report", role="unit")
    browser = signed_in(unit)
    assert "organ" not in browser.get(CALL).context["form"].fields
    told = {"on": days_ago(0), "value_year": 2026, "value_month": 3, "value_due_on": days_ago(-5)}
    browser.post(CALL, {**told, "organ": [county.housing.pk]})
    assert Case.objects.get().organ_id == county.justice.pk


def test_a_step_offers_the_entries_of_the_list_it_names(county, owner):
    """A penalty names a power to penalise: of the list of powers those are offered, not the inspections."""
    entries = (("CF-01", "示例处罚事项", "penalty"), ("JC-01", "示例检查事项", "inspection"))
    apply_changes_in_bulk("power_list", [
        (county.justice, "add", code, {"item_code": code, "name": name, "power_type": kind, "basis": "示例依据",
                                       "implementing_organ": county.justice.name}, days_ago(9), None)
        for code, name, kind in entries
    ])  # fmt: skip
    page = owner.get("/cases/administrative_penalty_case/new/summary/").content.decode()
    assert '<option value="CF-01">示例处罚事项</option>' in page
    assert "JC-01" not in page


def test_a_step_begun_and_left_stands_on_the_page_of_the_case_for_whoever_began_it(county, owner):
    case = county.accepted()
    page = reverse("desk:case", args=[case.pk])
    step = reverse("desk:act", args=[case.pk, "draft_opinion"])
    link = f'hx-get="{step}" hx-target="#action-form">拟写审查意见</a> <span class="quiet small nowrap">'
    assert link not in owner.get(page).content.decode()
    owner.post(reverse("desk:act-draft", args=[case.pk, "draft_opinion"]), {"note": "写了一半"})
    assert link in owner.get(page).content.decode()
    colleague = signed_in(county.colleague)
    assert "写了一半" not in (other := colleague.get(page).content.decode())
    assert "您填写了一半" not in other
