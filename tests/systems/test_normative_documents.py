"""The systems of normative documents together: the register of makers, the making with the meeting that passes it, the
library and the clean-up."""

import io
from datetime import date, datetime

import pytest
from django.utils.timezone import make_aware

from zhunsheng.bodies import calling, holding
from zhunsheng.bodies.actions import give_seat, set_up
from zhunsheng.cases.actions import link_cases, open_case, perform
from zhunsheng.cases.importing import import_cases
from zhunsheng.cases.materials import path_of
from zhunsheng.cases.matters import handed_on
from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import CaseScript, ReplayRefused, StepScript, replay
from zhunsheng.catalogue.loading import system
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.postings import forget_accounts
from zhunsheng.orgs.models import Duty, Officer, Organ, OrganKind, Region
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.registers.models import Revision

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture
def government():
    forget_accounts()
    region = Region.objects.create(code="000000", name="示例市")
    return Organ.objects.create(region=region, name="示例市人民政府", mark="示政", kind=OrganKind.GOVERNMENT)


@pytest.fixture
def officers(db):
    return [Officer.objects.create(username=f"example{number}", name=f"示例{number}").pk for number in range(5)]


@pytest.fixture
def secretary(government):
    officer = Officer.objects.create(username="secretary", name="示例秘书")
    Duty.objects.create(officer=officer, organ=government)
    return officer


def _register_maker(organ):
    values = {"kind": "government", "competence": "地方组织法", "confirmed_on": "2019-12-02"}
    apply_entry_change("normdoc_maker_registry", organ, "add", organ.name, values, date(2019, 12, 2))


def _steps():
    return [
        StepScript("propose", date(2020, 2, 3), {
            "document_title": "示例办法", "maker_kind": "government", "level": "city", "theme": "示例",
            "drafting_unit": "示例局", "purpose": "示例", "business_related": False,
        }),
        StepScript("approve_initiation", date(2020, 2, 3)),
        StepScript("announce_consultation", date(2020, 2, 4), {"consultation_channels": ["website"], "consultation_until": "2020-02-17"}),
        StepScript("close_consultation", date(2020, 2, 17), {
            "opinions_received": 3, "opinions_adopted": 1, "adoption_summary": "采纳一条",
        }),
        StepScript("submit_legality", date(2020, 2, 17), {"drafting_note": "说明"}),
    ]  # fmt: skip


def _deliberated(organ, secretary):
    """A document that was put to an executive meeting and passed; the meeting names itself in the case."""
    steps = _steps()
    case = open_case(
        "normative_document", steps[0].action, organ=organ, on=steps[0].on, values=steps[0].values, today=TODAY
    )
    for step in steps[1:]:
        perform(case.pk, step.action, on=step.on, values=step.values, today=TODAY)
    link_cases(case.pk, _review(organ).pk)
    perform(case.pk, "submit_deliberation", on=date(2020, 3, 16), today=TODAY)
    body = set_up(
        secretary,
        organ,
        "executive_meeting",
        "示例市人民政府常务会议",
        "示政〔2019〕1号",
        date(2019, 12, 2),
        today=TODAY,
    )
    give_seat(secretary, body.pk, "chair", body.valid_from, name="示例市长", post="市长", today=TODAY)
    at = make_aware(datetime(2020, 3, 17, 9))
    meeting = calling.call(secretary, body.pk, "executive", at, "会议室", ordinal=8, today=TODAY)
    item = calling.put(secretary, meeting.pk, case.title, "decision", cases=[case.pk], today=TODAY)
    mayor = meeting.attendances.get().pk
    holding.hold(secretary, meeting.pk, {mayor: holding.Mark("present")}, mayor, today=TODAY)
    holding.settle(secretary, item.pk, "passed", settled="按程序印发。", today=TODAY)
    holding.conclude(secretary, meeting.pk, date(2020, 3, 17), today=TODAY)
    return perform(case.pk, "deliberate", on=date(2020, 3, 17), today=TODAY)


def _review(organ):
    values = {"matter": "示例办法", "kind": "normative_document", "submitting_unit": "示例局", "materials": "草案"}
    steps = [
        StepScript("submit", date(2020, 2, 17), values), StepScript("accept", date(2020, 2, 18)),
        StepScript("assign_reviewer", date(2020, 2, 18), {"reviewer_name": "示例甲"}),
        StepScript("draft_opinion", date(2020, 2, 25), {
            "proposed_conclusion": "合法", "opinion_text": "合法", "opinions_given": 0,
        }),
        StepScript("issue_opinion", date(2020, 2, 26), {}, "lawful"), StepScript("close", date(2020, 2, 27)),
    ]  # fmt: skip
    [pk] = replay("legality_review", [CaseScript(organ, steps)], today=TODAY).case_ids
    return Case.objects.get(pk=pk)


def _publish(case):
    perform(case.pk, "sign", on=date(2020, 3, 18), today=TODAY)
    perform(case.pk, "register", on=date(2020, 3, 19), values={"registration_number": "示规〔2020〕1号"}, today=TODAY)
    values = {
        "published_on": "2020-03-20", "effective_on": "2020-05-01", "valid_until": "2022-04-30",
        "publication_channels": ["website"],
    }  # fmt: skip
    perform(case.pk, "publish", on=date(2020, 3, 20), values=values, today=TODAY)
    return perform(case.pk, "file_upward", on=date(2020, 3, 30), values={"filed_with": "upper_government"}, today=TODAY)


def _status_on(number, day):
    rows = Revision.objects.filter(entry__register="normdoc_public_library", entry__key=number, known_to=None)
    return [row.values["status"] for row in rows if row.valid_from <= day and (not row.valid_to or day < row.valid_to)]


def test_only_a_registered_maker_makes_a_document(government):
    with pytest.raises(ReplayRefused, match="制定主体清单"):
        replay("normative_document", [CaseScript(government, _steps())], today=TODAY)


def test_a_document_that_a_meeting_passed_comes_into_the_library(government, secretary):
    _register_maker(government)
    case = _deliberated(government, secretary)
    assert (case.fields["meeting_name"], case.fields["meeting_on"]) == ("示例市人民政府第8次常务会议", "2020-03-17")
    _publish(case)
    assert _status_on("示规〔2020〕1号", date(2020, 3, 20)) == ["valid"]


def test_the_clean_up_changes_the_status_in_the_library(government, officers):
    steps = [
        StepScript("enter", date(2020, 5, 6), {
            "campaign": "2020年清理", "campaign_kind": "regular", "document_title": "旧办法",
            "document_number": "示政〔2012〕8号", "kind": "normative_document", "implementing_unit": "示例局",
            "maker": "示例市人民政府", "published_on": "2012-03-05",
        }),
        StepScript("propose", date(2020, 5, 11), {"proposed_conclusion": "repealed", "proposed_reason": "依据缺失"}),
        StepScript("check_legality", date(2020, 5, 18), {"legality_note": "同意"}),
        StepScript("decide", date(2020, 6, 30), {"decided_on": "2020-06-30"}, "repealed"),
    ]  # fmt: skip
    replay("normdoc_cleanup", [CaseScript(government, steps)], officers=officers, today=TODAY)
    assert _status_on("示政〔2012〕8号", date(2020, 6, 29)) == ["valid"]
    assert _status_on("示政〔2012〕8号", date(2020, 6, 30)) == ["repealed"]


def test_a_regular_clean_up_freezes_what_is_in_force_and_begins_its_cases_from_the_sheet(government):
    """Three documents are in the library, one of them repealed: two are in scope, and the sheet filed with the campaign begins
    a case for each, title and kind from the library."""
    for number, status in ((1, "valid"), (2, "kept"), (3, "repealed")):
        values = {
            "document_title": f"示例办法{number}",
            "kind": "normative_document",
            "maker": "示例市人民政府",
            "status": status,
            "published_on": "2019-11-29",
        }
        apply_entry_change(
            "normdoc_public_library", government, "add", f"示规〔2019〕{number}号", values, date(2019, 12, 2)
        )
    officer = Officer.objects.create(username="justice", name="示例庚")
    Duty.objects.create(officer=officer, organ=government)
    values = {
        "campaign": "2022年定期清理",
        "theme": "regular",
        "trigger": "两年一次",
        "scope_words": "全部",
        "first_day": "2022-03-01",
        "last_day": "2022-06-30",
    }
    case = open_case("special_cleanup_campaign", "start", organ=government, on=date(2022, 3, 1), officer=officer, values=values, today=TODAY)  # fmt: skip
    fixed = perform(case.pk, "fix_scope", on=date(2022, 3, 2), officer=officer, values={"scope_note": "逐件核对"}, today=TODAY)  # fmt: skip
    assert fixed.fields["in_scope"] == 2
    sheet = path_of(fixed.materials.get(file_name="导入清理案件.xlsx").digest).read_bytes()
    result = import_cases("normdoc_cleanup", io.BytesIO(sheet), organ=government, officer=officer, today=TODAY)
    assert not result.problems
    begun = Case.objects.filter(system="normdoc_cleanup").order_by("pk")
    assert [(one.state, one.title, one.fields["kind"], one.fields["campaign"]) for one in begun] == [
        ("included", "示例办法1", "normative_document", "2022年定期清理"),
        ("included", "示例办法2", "normative_document", "2022年定期清理"),
    ]


def test_a_maker_taken_out_after_a_reform_counts_once(government):
    """The step that takes it out bears the name of what happens to the entry; each is counted by its own accounts."""
    _register_maker(government)
    case = open_case(
        "normdoc_maker_registry",
        "recheck",
        organ=government,
        on=date(2020, 3, 2),
        values={"reform": "示编〔2020〕1号"},
        today=TODAY,
    )
    perform(case.pk, "remove", on=date(2020, 3, 3), values={"opinion": "职责划转"}, today=TODAY)
    found = figures(government.region_id, date(2020, 3, 1), date(2020, 3, 31))
    counted = {name: found[f"normdoc_maker_registry.{name}"].value for name in ("removed", "rechecked", "makers")}
    assert counted == {"removed": 1, "rechecked": 1, "makers": 0}


def test_a_subject_of_enforcement_changed_counts_once(government):
    filed = {
        "name": "示例市文化局", "credit_code": "11620300013909010R", "kind": "statutory", "functions": "“三定”方案", "level": "city",
        "legal_basis": "示例法第三条", "fields_of_work": "文化", "independent": True, "qualified_staff": 12,
    }  # fmt: skip
    day = date(2020, 3, 2)
    case = open_case("enforcement_subject", "file", organ=government, on=day, values=filed, today=TODAY)
    for action, values in (
        ("examine", {"opinion": "符合条件"}), ("confirm", {}), ("publish", {}), ("change", {"change_note": "更名", "name": "示例市文旅局"}),
    ):  # fmt: skip
        perform(case.pk, action, on=day, values=values, today=TODAY)
    found = figures(government.region_id, date(2020, 3, 1), date(2020, 3, 31))
    assert found["enforcement_subject.changed"].value == 1


def test_the_receipt_and_the_review_of_a_filing_are_not_typed_again(government, secretary):
    _register_maker(government)
    case = _publish(_deliberated(government, secretary))
    on = date(2020, 4, 1)
    known = handed_on(case, system("normdoc_filing_review").procedure_on(on), "receive")
    assert (known["document_title"], known["document_number"]) == ("示例办法", "示规〔2020〕1号")
    typed = {
        "maker_kind": "lower_government",
        "received_on": "2020-04-01",
        "timeliness": "on_time",
        "materials": ["report", "text"],
    }
    filed = open_case(
        "normdoc_filing_review", "receive", organ=government, on=on, values=known | typed, today=TODAY, source=case
    )
    perform(filed.pk, "register", on=date(2020, 4, 2), values={"registration_number": "示备〔2020〕1号"}, today=TODAY)
    assert (
        perform(case.pk, "record_filing", on=date(2020, 4, 3), today=TODAY).fields["filing_number"] == "示备〔2020〕1号"
    )
    found = dict.fromkeys(
        ("finding_competence", "finding_unlawful", "finding_improper", "finding_procedure", "conflict"), False
    )
    perform(filed.pk, "review", on=date(2020, 4, 8), values={**found, "review_note": "无"}, today=TODAY)
    perform(filed.pk, "pass", on=date(2020, 4, 9), today=TODAY)
    assert (
        perform(case.pk, "record_filing_review", on=date(2020, 4, 10), today=TODAY).fields["filing_result"]
        == "no_problem"
    )
