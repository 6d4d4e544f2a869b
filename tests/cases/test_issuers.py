"""Which organ signs and numbers a paper: what an office says to those below it is its own, whoever has the case."""

from datetime import date

import pytest

from tests.cases.place import TODAY, make_place
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.models import Case
from zhunsheng.cases.previewing import previews
from zhunsheng.cases.replay import CaseScript, StepScript, replay
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty, Officer
from zhunsheng.papers.document import Addressee, Number, Signature
from zhunsheng.papers.issuing import document_of
from zhunsheng.papers.models import NumberSeries, Paper

TASK = {
    "year": 2026,
    "task": "公布清单",
    "duty": "lead",
    "level": "county",
    "requirement": "按期公布",
    "due_on": "2026-12-31",
}
ON = date(2026, 3, 5)


@pytest.fixture
def place(db):
    return make_place()


def assign(organ, officer):
    return open_case("task_ledger", "assign", organ=organ, on=ON, officer=officer, values=TASK, today=TODAY)


def office_in(*organs):
    """An officer of the office, who holds its role in these organs, in the first of them first."""
    officer = Officer.objects.create_officer("office", None, name="示例办公室人员")
    for organ in organs:
        Duty.objects.create(officer=officer, organ=organ, system="task_ledger", role="office", whole_tree=True)
    return officer


def said(case):
    """To whom the paper of a case goes, who signs it, and its number."""
    blocks = document_of(Paper.objects.get(case_id=case.pk)).blocks
    kinds = {type(block): block for block in blocks}
    return kinds[Addressee].text if Addressee in kinds else "", kinds[Signature].organ, kinds[Number].text


def test_an_office_signs_and_numbers_what_it_says_to_those_below(place):
    office = office_in(place.government)
    told = [said(assign(organ, office)) for organ in (place.water, place.lighting, place.water)]
    assert told == [
        (organ.name, "示例县人民政府", f"示政法政分〔2026〕{serial}号")
        for serial, organ in enumerate((place.water, place.lighting, place.water), 1)
    ]
    series = NumberSeries.objects.filter(pattern__contains="法政分").values_list("organ__name", "last")
    assert [*series] == [("示例县人民政府", 3)], "one series without a gap, and none of those it goes to"
    assert set(Paper.objects.values_list("organ", flat=True)) == {place.government.pk}


def test_it_is_the_organ_in_which_the_officer_holds_the_role_and_never_that_of_the_case(place):
    office = office_in(place.hotline, place.government)
    assert said(assign(place.water, office))[1] == "示例县热线中心"
    assert said(assign(place.hotline, office))[:2] == ("示例县热线中心", "示例县人民政府")
    assert said(assign(place.government, office))[:2] == ("示例县人民政府", "示例县热线中心")


def test_a_government_that_says_it_to_itself_addresses_nobody(place):
    assert said(assign(place.government, office_in(place.government)))[:2] == ("", "示例县人民政府")


def test_a_record_told_again_is_signed_by_the_organ_above(place):
    live = said(assign(place.water, office_in(place.government)))
    told = replay("task_ledger", [CaseScript(place.water, [StepScript("assign", ON, TASK)])], today=TODAY)
    assert told.problems == []
    assert said(Case.objects.get(pk=told.case_ids[0])) == (*live[:2], "示政法政分〔2026〕2号")


def test_the_organ_a_field_names_signs_and_numbers_its_reply_as_the_preview_says(place):
    values = {
        "kind": "cppcc",
        "reference": "12",
        "subject": "关于路灯",
        "proposers": ["示例甲"],
        "assigned_on": "2026-03-02",
    }
    case = open_case(
        "proposal_handling", "assign", organ=place.government, on=ON, officer=place.head, values=values, today=TODAY
    )
    perform(case.pk, "dispatch", on=ON, officer=place.head, values={"lead_unit": place.lighting.name}, today=TODAY)
    reply = {"contact": "已当面沟通", "reply": "已列入计划"}
    case.refresh_from_db()
    [shown], refusal = previews(
        case,
        "reply",
        access_of(place.head, TODAY),
        on=ON,
        values=reply,
        outcome=None,
        note="",
        amount=None,
        today=TODAY,
    )
    assert refusal is None
    assert shown.printed.document.blocks[-1] == Signature(place.lighting.name, ON)
    case = perform(case.pk, "reply", on=ON, officer=place.head, values=reply, today=TODAY)
    paper = Paper.objects.get(case_id=case.pk, kind="reply")
    assert (paper.organ, paper.number) == (place.lighting, "示城管建提复〔2026〕1号")
    assert document_of(paper).blocks[-1] == Signature("示例县城管局", ON)
