"""Acting for an officer who is away: what is seen and for how long, how it is recorded, and gates that want two people."""

from datetime import timedelta

import pytest

from tests.desk.county import days_ago, make_county, officer
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.materials import add_material, right_on
from zhunsheng.cases.models import Assignment, Case, Event, Material, OpinionUse
from zhunsheng.cases.opinions import record_use
from zhunsheng.cases.reading import choices_for, verbs_for
from zhunsheng.cases.urging import urge, urged
from zhunsheng.cases.verification import verify_cases
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.delegating import delegate, end_delegation
from zhunsheng.orgs.models import Duty, Officer, Organ
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers import change_sets
from zhunsheng.registers.change_sets import ProposedLine
from zhunsheng.security.models import AuditEntry

pytestmark = pytest.mark.django_db
TODAY = days_ago(0)
SYSTEM = "legality_review"
OPINION = {"proposed_conclusion": "lawful", "opinion_text": "合法", "opinions_given": 1}


@pytest.fixture
def county(db):
    return make_county()


@pytest.fixture
def head(county):
    """The head of the reviewing department, who goes away."""
    return officer("head", "示例丁", county.justice, system=SYSTEM, role="head")


@pytest.fixture
def reviewer(county):
    """A reviewer of the same bureau, who acts for the head."""
    return officer("reviewer", "示例戊", county.justice, system=SYSTEM, role="reviewer")


def access(person):
    return access_of(person, TODAY)


def code(refused):
    return refused.value.refusal.code


def seen(person):
    return set(Case.visible.to(access(person)).values_list("pk", flat=True))


def test_what_the_delegate_does_is_recorded_as_done_for_the_delegator(county, head, reviewer):
    case = county.accepted()
    with pytest.raises(Refused):
        perform(case.pk, "assign_reviewer", on=TODAY, officer=reviewer, values={"reviewer_name": "示例戊"})
    made = delegate(head, head, reviewer, TODAY, TODAY + timedelta(days=3), "公出")
    assert dict(choices_for(case, access(reviewer)))["assign_reviewer"] is None
    perform(case.pk, "assign_reviewer", on=TODAY, officer=reviewer, values={"reviewer_name": "示例戊"})
    event = Event.objects.get(case=case, action="assign_reviewer")
    assert (event.officer, event.on_behalf_of) == (reviewer, head)
    assert AuditEntry.objects.get(action="case.assign_reviewer").detail["for"] == head.pk
    perform(case.pk, "advise", on=TODAY, officer=reviewer, values={"adviser_name": "示例戊", "adviser_opinion": "可行"})
    own = Event.objects.get(case=case, action="advise")
    assert (own.officer, own.on_behalf_of) == (reviewer, None)
    assert list(verify_cases(lambda done, total: None)) == []
    end_delegation(head, made.pk)
    assert dict(choices_for(Case.objects.get(), access(reviewer)))["issue_opinion"].code == "state"
    with pytest.raises(Refused) as refused:
        perform(case.pk, "return_unreviewed", on=TODAY, officer=reviewer, values={"return_reason": "示例"})
    assert code(refused) in ("state", "role")


def drafted(county, by):
    case = county.accepted()
    perform(case.pk, "assign_reviewer", on=TODAY, values={"reviewer_name": "示例戊"})
    return perform(case.pk, "draft_opinion", on=TODAY, officer=by, values=OPINION)


def test_the_drafter_does_not_approve_for_the_head(county, head, reviewer):
    """拟稿与审核分离: whoever drafted does not approve in the head's stead either."""
    case = drafted(county, reviewer)
    delegate(head, head, reviewer, TODAY, TODAY, "公出")
    assert dict(choices_for(case, access(reviewer)))["issue_opinion"].code == "gate"
    with pytest.raises(Refused) as refused:
        perform(case.pk, "issue_opinion", on=TODAY, officer=reviewer, outcome="lawful")
    assert code(refused) == "gate"
    assert perform(case.pk, "issue_opinion", on=TODAY, officer=head, outcome="lawful").state == "opinion_issued"


def test_the_head_does_not_approve_what_was_drafted_for_him(county, head, reviewer):
    Duty.objects.create(officer=head, organ=county.justice, system=SYSTEM, role="reviewer")
    deputy = officer("deputy", "示例己", county.justice, system="people_mediation", role="mediator")
    made = delegate(head, head, deputy, TODAY, TODAY, "公出")
    case = drafted(county, deputy)
    assert Event.objects.get(case=case, action="draft_opinion").on_behalf_of == head
    end_delegation(head, made.pk)
    with pytest.raises(Refused) as refused:
        perform(case.pk, "issue_opinion", on=TODAY, officer=head, outcome="lawful")
    assert code(refused) == "gate"
    assert list(verify_cases(lambda done, total: None)) == []


def test_a_case_opened_for_another_is_that_ones(county):
    deputy = officer("deputy", "示例己", county.justice, system="people_mediation", role="mediator")
    delegate(county.owner, county.owner, deputy, TODAY, TODAY, "公出", systems=[SYSTEM])
    values = {"matter": "《示例》", "kind": "agreement", "submitting_unit": "示例局", "materials": "草案"}
    case = open_case(SYSTEM, "submit", organ=county.justice, on=TODAY, officer=deputy, values=values)
    assert case.handler == county.owner
    assert Event.objects.get(case=case).on_behalf_of == county.owner


def test_what_is_seen_is_seen_during_the_days_and_in_the_systems_only(county):
    """A deputy from housing sees the cases of the bureau of justice while he acts for its officer, and what is asked of it."""
    own, asked = county.review(), county.review(organ=county.housing)
    perform(asked.pk, "office.assign", on=TODAY, values={"to": str(county.justice.pk), "text": "请协助"})
    deputy = officer("deputy", "示例己", county.justice, system="people_mediation", role="mediator")
    assert seen(deputy) == {asked.pk}  # asked of his own bureau, whatever the system
    Assignment.objects.update(state="answered")
    assert seen(deputy) == set()
    made = delegate(county.owner, county.owner, deputy, TODAY, TODAY, "公出", systems=["hotline_workorder"])
    assert seen(deputy) == set()
    end_delegation(county.owner, made.pk)
    delegate(county.owner, county.owner, deputy, TODAY, TODAY, "公出", systems=[SYSTEM])
    assert seen(deputy) == {own.pk}
    assert Case.visible.to(access_of(deputy, TODAY + timedelta(days=1))).count() == 0


def test_a_signature_asked_of_the_absent_is_given_by_the_delegate(county, head, reviewer):
    case = county.accepted()
    case = perform(case.pk, "office.add_signer", on=TODAY, values={"to": str(head.pk), "text": "请审核"})
    outsider = officer("outsider", "示例庚", county.justice, system="people_mediation", role="mediator")
    assert seen(outsider) == set()
    made = delegate(head, head, outsider, TODAY, TODAY, "公出", systems=[SYSTEM])
    end_delegation(head, made.pk)
    assert seen(outsider) == set()
    delegate(head, head, outsider, TODAY, TODAY, "公出")
    assert "office.sign" in verbs_for(case, access(outsider))
    perform(case.pk, "office.sign", on=TODAY, officer=outsider, values={"agrees": "是", "text": "同意"}, request=1)
    event = Event.objects.get(case=case, action="office.sign")
    assert (event.officer, event.on_behalf_of) == (outsider, head)
    assert list(verify_cases(lambda done, total: None)) == []


def test_the_number_of_an_organ_is_not_that_of_an_officer(county):
    """What is asked of an organ is not answered by the officer who happens to have its number."""
    case = county.accepted()
    organ = Organ.objects.create(
        pk=9001, region=county.region, parent=county.government, kind="department", name="示例县水利局"
    )
    Officer.objects.bulk_create([Officer(pk=organ.pk, username="same", name="示例癸", password="")])
    same = Officer.objects.get(pk=organ.pk)
    Duty.objects.create(officer=same, organ=county.housing)
    perform(case.pk, "office.assign", on=TODAY, values={"to": str(organ.pk), "text": "请协助"})
    with pytest.raises(Refused) as refused:
        perform(case.pk, "office.reply", on=TODAY, officer=same, values={"text": "示例"}, request=1)
    assert code(refused) == "role"
    assert verbs_for(case, access(same)) == []


def test_materials_urgings_and_opinions_say_for_whom(county, head, reviewer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    deputy = officer("deputy", "示例己", county.justice, system="people_mediation", role="mediator")
    delegate(head, head, deputy, TODAY, TODAY, "公出")
    case = county.accepted()
    right = access(deputy)
    row = add_material(case, [b"text"], file_name="a.txt", officer=deputy, access=right)
    assert Material.objects.get(pk=row.pk).on_behalf_of == head
    perform(case.pk, "office.countersign", on=TODAY, officer=deputy, values={"to": str(county.housing.pk)})
    made = urge(case, "assignment-1", "请尽快", officer=deputy, access=right)
    assert (made.on_behalf_of, made.by_organ) == (head, county.justice)
    assert urged(access(county.colleague)).get() == made
    perform(case.pk, "office.sign", on=TODAY, officer=county.colleague, values={"agrees": "是"}, request=1)
    record_use(case, 1, "adopted", "", officer=deputy, access=right)
    assert OpinionUse.objects.get().on_behalf_of == head
    assert right_on(case, access(reviewer)).principal is None


def test_lists_too_want_another_person(county):
    """拟订人不能审定自己拟订的变更, neither for nor through another."""
    approver = officer("approver", "示例丁", county.government, system="power_list", whole_tree=True)
    editor = officer("editor", "示例戊", county.justice, system="power_list", role="department")
    values = {
        "item_code": "A1",
        "name": "事项",
        "power_type": "penalty",
        "basis": "示例法第三条",
        "implementing_organ": "示例县司法局",
    }
    made = delegate(approver, approver, editor, TODAY, TODAY, "公出")
    own = change_sets.prepare_change_set(
        "power_list", county.justice, "一", TODAY, [ProposedLine("add", "A1", values)], editor
    )
    assert own.prepared_for is None
    change_sets.submit(own.pk, editor)
    with pytest.raises(Refused) as refused:
        change_sets.approve(own.pk, editor)
    assert refused.value.refusal.code == "own_change_set"
    for_him = change_sets.prepare_change_set(
        "power_list", county.government, "二", TODAY, [ProposedLine("add", "A2", {**values, "item_code": "A2"})], editor
    )
    assert for_him.prepared_for == approver
    change_sets.submit(for_him.pk, editor)
    end_delegation(approver, made.pk)
    with pytest.raises(Refused) as refused:
        change_sets.approve(for_him.pk, approver)
    assert refused.value.refusal.code == "own_change_set"
    assert change_sets.approve(own.pk, approver).decided_for is None
