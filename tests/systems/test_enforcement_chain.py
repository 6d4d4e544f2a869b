"""The chain of enforcement on the database: subject, certificate and item before a case; the records, the publication, the review,
the transfer and the filing that rest on it, and the figures that come out. No page is opened here."""

from datetime import date
from decimal import Decimal

import pytest

from tests.systems.enforcing import certify, may_enforce
from tests.systems.test_chains import begin, take
from zhunsheng.cases.actions import link_cases, open_case, perform
from zhunsheng.cases.crafting import closed_cases
from zhunsheng.cases.matters import handed_on
from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import CaseScript, StepScript, replay
from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.action import ClosedCases
from zhunsheng.ledger.figures import figures, records_of
from zhunsheng.ledger.postings import forget_accounts
from zhunsheng.orgs.models import Organ, OrganKind, Region
from zhunsheng.orgs.refusals import Refused
from zhunsheng.papers.models import Paper
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.registers.models import Revision

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
SINCE = date(2021, 1, 4)
CASE = "administrative_penalty_case"


@pytest.fixture
def bureau():
    forget_accounts()
    region = Region.objects.create(code="000000", name="示例市")
    government = Organ.objects.create(region=region, name="示例市人民政府", kind=OrganKind.GOVERNMENT)
    return Organ.objects.create(
        region=region, name="示例市市场监督管理局", mark="示市", kind=OrganKind.DEPARTMENT, parent=government
    )


def _ready(organ):
    may_enforce(organ, "对违反进货查验规定的处罚", SINCE, "甲001", "乙002")


def _clue(organ):
    values = {
        "source": "complaint", "area": "market", "matter": "未保存进货查验记录案", "found_on": "2021-09-06",
        "violation_ended_on": "2021-08-20", "life_or_finance": False,
    }  # fmt: skip
    return open_case(CASE, "register_clue", organ=organ, on=date(2021, 9, 6), values=values, today=TODAY)


def _file(case, first="甲001", second="乙002"):
    values = {
        "party": {"name": "示例商行", "kind": "organisation", "address": "示例路1号"}, "item_code": "CF-001", "certificate_a": first,
        "certificate_b": second,
    }  # fmt: skip
    return perform(case.pk, "file_case", on=date(2021, 9, 8), values=values, today=TODAY)


def test_an_organ_that_is_no_listed_subject_files_no_case(bureau):
    case = _clue(bureau)
    with pytest.raises(Refused, match="没有列入已公布的行政执法主体"):
        _file(case)


@pytest.mark.parametrize(("kind", "status"), [("supervision", "in_service"), ("auxiliary", "in_service"), ("enforcement", "suspended")])  # fmt: skip
def test_only_a_certificate_to_enforce_that_is_in_service_counts(bureau, kind, status):
    _ready(bureau)
    certify(bureau, "丙003", SINCE, kind, status)
    case = _clue(bureau)
    with pytest.raises(Refused, match="主办人员没有有效的行政执法证"):
        _file(case, first="丙003")
    with pytest.raises(Refused, match="协办人员没有有效的行政执法证"):
        _file(case, second="丙003")


@pytest.mark.parametrize(("until", "files"), [("2021-09-07", False), ("2021-09-08", True)])
def test_a_certificate_counts_to_the_last_day_of_its_validity(bureau, until, files):
    _ready(bureau)
    certify(bureau, "丙003", SINCE, valid_until=until)
    case = _clue(bureau)
    if files:
        assert _file(case, first="丙003").fields["officer_a"] == "示例丙003"
    else:
        with pytest.raises(Refused, match="过期"):
            _file(case, first="丙003")


def test_a_certificate_counts_only_while_it_stands_in_the_list(bureau):
    _ready(bureau)
    apply_entry_change("enforcement_personnel", bureau, "remove", "乙002", {}, date(2021, 9, 7))
    with pytest.raises(Refused, match="协办人员没有有效的行政执法证"):
        _file(_clue(bureau))


def _decided(bureau, linked=None, **conclusion):
    """A case up to the day before its decision."""
    case = _file(_clue(bureau))
    steps = (
        ("record", date(2021, 9, 13), {"record_number": "示记001", "record_kind": "video", "record_link": "evidence", "record_keeper": "法规科"}),
        ("conclude", date(2021, 9, 24), {
            "facts": "未保存记录", "basis_kind": "law", "legal_basis": "示例法第四十条", "basis_published": True, "minor_list": "not_listed",
            "discretion": "ordinary", "major_ground": "none", "grave": False, "large_amount": False, **conclusion,
        }),
        ("notify", date(2021, 9, 27), {"proposed_kinds": ["fine", "confiscation"], "proposed_fine": "5000", "hearing_right": False, "notice_sent": "直接送达"}),
        ("waive_statement", date(2021, 9, 28), {}),
    )  # fmt: skip
    for action, on, values in steps:
        case = perform(case.pk, action, on=on, values=values, today=TODAY)
    return case


def _decide(case):
    values = {
        "penalty_kinds": ["fine", "confiscation"], "fine_amount": "5000", "confiscated_amount": "1200.50",
        "heavier_after_defence": False, "remedy_ends_on": "2022-04-12", "social_influence": True,
    }  # fmt: skip
    return perform(case.pk, "decide", on=date(2021, 10, 11), values=values, today=TODAY)


def _standing(register):
    return {
        row.entry.key: row.values
        for row in Revision.objects.filter(entry__register=register, known_to=None, valid_to=None)
    }


def test_records_publication_and_figures_come_out_of_the_case(bureau):
    _ready(bureau)
    case = _decide(_decided(bureau))
    assert (case.fields["officer_a"], case.fields["item_name"]) == ("示例甲001", "对违反进货查验规定的处罚")
    assert Paper.objects.get(case_id=case.pk, kind="penalty_decision").values["address:party"] == "示例路1号"
    kept = _standing("enforcement_recording")["示记001"]
    assert (kept["case_number"], kept["matter"], kept["kind"]) == (case.number, "未保存进货查验记录案", "video")

    perform(case.pk, "serve", on=date(2021, 10, 12), values={"service_method": "direct"}, today=TODAY)
    told = {"public_party": "示例商行", "published_at": "示例市政府网站"}
    perform(case.pk, "publish", on=date(2021, 10, 14), values=told, today=TODAY)
    published = _standing("enforcement_publicity")[case.number]
    assert (published["party"], published["published_on"], published["kind"]) == ("示例商行", "2021-10-14", "penalty")

    found = figures("000000", date(2021, 1, 1), date(2021, 12, 31))
    wanted = {
        "penalties": 1, "heaviest_confiscation": 1, "heaviest_fine": None, "fines": 5000, "fines_and_confiscations": Decimal("6200.50"),
        "published": 1,
    }  # fmt: skip
    assert {key: found[f"{CASE}.{key}"].value for key in wanted} == wanted

    perform(case.pk, "change_decision", on=date(2022, 3, 1), values={"change_source": "court", "change_result": "revoked"}, today=TODAY)  # fmt: skip
    perform(case.pk, "withdraw_publication", on=date(2022, 3, 3), values={"withdrawal_reason": "判决撤销"}, today=TODAY)
    assert _standing("enforcement_publicity") == {}


def test_a_decision_begins_with_what_the_notice_proposed(bureau):
    _ready(bureau)
    case = _decided(bureau)
    rest = {"confiscated_amount": "1200.50", "heavier_after_defence": False, "remedy_ends_on": "2022-04-12", "social_influence": True}  # fmt: skip
    case = perform(case.pk, "decide", on=date(2021, 10, 11), values=rest, today=TODAY)
    assert (case.fields["penalty_kinds"], case.fields["fine_amount"]) == (["fine", "confiscation"], "5000")


def test_a_major_decision_waits_for_a_review_that_passed_and_takes_the_case_over(bureau):
    _ready(bureau)
    case = _decided(bureau, major_ground="by_law")
    with pytest.raises(Refused, match="未经审核或者审核未通过"):
        _decide(case)
    begun = handed_on(case, system("major_enforcement_review").procedure_on(date(2021, 10, 8)), "submit")
    assert begun["case_number"] == case.number
    assert begun["legal_basis"] == "示例法第四十条"
    assert begun["hearing_held"] is False, "no hearing was held in the case"
    points = dict.fromkeys(("subject_ok", "procedure_ok", "facts_ok", "law_ok", "competence_ok"), True)
    steps = [
        StepScript("submit", date(2021, 10, 8), {**begun, "power_type": "penalty", "proposal": "罚款五千元"}),
        StepScript("accept", date(2021, 10, 8), {"initial_qualified": True}),
        StepScript("review", date(2021, 10, 9), {**points, "crime_suspected": False, "opinion": "合法"}),
        StepScript("pass", date(2021, 10, 9)),
    ]  # fmt: skip
    [review] = replay("major_enforcement_review", [CaseScript(bureau, steps)], today=TODAY).case_ids
    link_cases(case.pk, review)
    assert _decide(case).outcome == "penalty"
    noted = perform(review, "note_decision", on=date(2021, 10, 12), today=TODAY)
    assert noted.fields["decided_number"] == Paper.objects.get(case_id=case.pk, kind="penalty_decision").number


def test_the_catalogue_of_a_year_lists_closed_cases_of_the_region_and_nothing_of_their_contents(bureau):
    elsewhere = Organ.objects.create(
        region=Region.objects.create(code="000001", name="邻市"),
        name="邻市市场监督管理局",
        mark="邻市",
        kind=OrganKind.DEPARTMENT,
    )
    values = {"not_filed_reason": "示例理由"}
    for organ, on in ((bureau, date(2021, 9, 8)), (elsewhere, date(2021, 9, 8)), (bureau, date(2022, 1, 4))):
        perform(_clue(organ).pk, "refuse_filing", on=on, values=values, today=TODAY)
    _clue(bureau)
    wanted = ClosedCases(of=[CASE], period=["review_year"])
    [one] = closed_cases(wanted, bureau, {"review_year": 2021})
    assert (one.system, one.outcome, one.organ) == (CASE, "not_filed", bureau.name)
    assert one.title == Case.objects.get(number=one.number).title
    assert len(closed_cases(wanted, bureau, {"review_year": 2022})) == 1
    assert closed_cases(wanted, bureau, {"review_year": 2023}) == []


def test_a_filing_begins_with_the_number_and_the_day_of_the_decision(bureau):
    _ready(bureau)
    case = _decided(bureau)
    filing = system("major_act_filing").procedure_on(date(2021, 10, 12))
    assert handed_on(case, filing, "file").keys().isdisjoint({"decision_number", "decided_on"}), (
        "nothing is decided yet"
    )
    case = _decide(case)
    decision = Paper.objects.get(case_id=case.pk, kind="penalty_decision")
    assert decision.number
    held = handed_on(case, filing, "file")
    assert (held["decision_number"], held["decided_on"], held["discussed"]) == (decision.number, "2021-10-11", False)
    case.course["done"] = [*case.course["done"], "discuss"]
    assert handed_on(case, filing, "file")["discussed"] is True


def test_a_decision_goes_on_into_the_filing_the_supervision_and_the_correction(bureau):
    _ready(bureau)
    case = _decide(_decided(bureau))
    filing = begin("major_act_filing", "file", bureau, date(2026, 2, 2), case, papers_sent="决定书")
    filing = take(
        filing,
        (
            date(2026, 2, 3),
            "give_opinion",
            {"problem": "procedure", "opinion": "告知不合规定", "correct_by": "2026-03-02"},
        ),
    )
    watched = begin("enforcement_supervision", "register", bureau.parent, date(2026, 2, 4), filing)
    known = [watched.fields[name] for name in ("source", "matter", "problem", "facts")]
    assert known == ["filing", "未保存进货查验记录案", "process", "告知不合规定"]
    assert watched.fields["supervised"]["name"] == bureau.name
    watched = take(
        watched,
        (date(2026, 2, 5), "open", {"mode": "daily", "dispute_status": "none"}),
        (date(2026, 2, 6), "investigate", {"measures": ["documents"], "findings": "没有告知听证权利"}),
        (date(2026, 2, 9), "issue_opinion", {"demand": "补正告知程序", "opinion_by": "2026-03-09"}),
    )
    put_right = begin("assessment_rectification", "tell", bureau, date(2026, 2, 10), watched)
    known = [put_right.fields[name] for name in ("source", "problem", "requirement", "due_on")]
    assert known == ["enforcement", "没有告知听证权利", "补正告知程序", "2026-03-09"]
    take(watched, (date(2026, 2, 20), "report_correction", {"correction": "已补正"}), (date(2026, 2, 23), "accept_correction"))  # fmt: skip
    year = date(2026, 1, 1), date(2026, 12, 31)
    wanted = {"enforcement_supervision.corrected": watched, "major_act_filing.filed": filing, f"{CASE}.penalties": case}
    for name, source in wanted.items():
        period = year if source is not case else (date(2021, 1, 1), date(2021, 12, 31))
        assert figures("000000", *period)[name].value == 1
        assert [posting.source_id for posting in records_of(name, "000000", *period)] == [source.pk], name
