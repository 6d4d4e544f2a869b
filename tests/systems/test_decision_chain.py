"""The chain of a decision from the catalogue to the archive and to the figure: what a meeting, the experts and the unit that executes
it have said is not typed again. No page is opened here."""

from datetime import date, datetime

import pytest
from django.utils.timezone import make_aware

from tests.cases.place import make_place
from tests.systems.test_chains import begin, standing, take
from zhunsheng.bodies import calling, holding
from zhunsheng.bodies.actions import give_seat, set_up
from zhunsheng.cases.actions import link_cases, open_case, perform
from zhunsheng.cases.matters import handed_on
from zhunsheng.catalogue.loading import system
from zhunsheng.catalogue.scenarios import read_scenarios
from zhunsheng.ledger.figures import figures, records_of
from zhunsheng.orgs.models import Duty
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers.actions import apply_entry_change

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TODAY = date(2026, 11, 20)


@pytest.fixture
def place(db):
    made = make_place()
    Duty.objects.create(officer=made.head, organ=made.government, system="executive_meeting", role="*")
    return made


def body_of(place, organ, name):
    body = set_up(place.head, organ, "executive_meeting", name, "示政〔2023〕1号", date(2023, 1, 3), today=TODAY)
    give_seat(place.head, body.pk, "chair", body.valid_from, name="示例县长", post="县长", today=TODAY)
    return body


def passed(place, body, on, case, settled="原则通过。"):
    """The case as the only item of a meeting that passed it, its minutes issued."""
    at = make_aware(datetime(on.year, on.month, on.day, 9))
    meeting = calling.call(place.head, body.pk, "executive", at, "会议室", today=TODAY)
    item = calling.put(place.head, meeting.pk, case.title, "decision", matter="other", cases=[case.pk], today=TODAY)
    mayor = meeting.attendances.get().pk
    holding.hold(place.head, meeting.pk, {mayor: holding.Mark("present")}, mayor, today=TODAY)
    said = [holding.Said(mayor, "agree", "同意")]
    holding.settle(place.head, item.pk, "passed", said=said, settled=settled, today=TODAY)
    holding.conclude(place.head, meeting.pk, on, today=TODAY)
    return meeting


def sampled(case, action, **other):
    """What the worked examples fill in at a step where nothing is known of it yet."""
    sample = read_scenarios(system(case.system)).sample
    needed = system(case.system).procedure_of(case.version).procedure.actions[action].required_fields
    return {name: sample[name] for name in needed if name in sample and name not in case.fields} | other


def walk(case, *steps):
    for on, action, *more in steps:
        case = perform(case.pk, action, on=on, values=sampled(case, action, **(more[0] if more else {})), today=TODAY,
                       outcome=more[1] if len(more) > 1 else None)  # fmt: skip
    return case


def listed(place):
    """A matter on the catalogue, whose meeting nobody typed."""
    opened = {name: read_scenarios(system("major_decision_catalog")).sample[name] for name in
              ("matter", "decision_kind", "proposer_kind", "proposed_by", "problem", "reasons", "legal_basis")}  # fmt: skip
    entry = open_case("major_decision_catalog", "propose", organ=place.government, on=date(2023, 2, 6), today=TODAY,
                      values=opened | {"first_plan": "分两步"})  # fmt: skip
    entry = walk(entry, (date(2023, 2, 13), "argue", {"planned_on": "2023-11-30"}))
    with pytest.raises(Refused, match="审议会议"):
        take(entry, (date(2023, 3, 10), "pass"))
    meeting = passed(place, body_of(place, place.government, "示例县人民政府常务会议"), date(2023, 3, 9), entry)
    entry = take(entry, (date(2023, 3, 10), "pass"))
    assert (entry.fields["meeting_name"], entry.fields["meeting_on"]) == (meeting.title, "2023-03-09")
    walk(entry, (date(2023, 3, 20), "record_consent"), (date(2023, 3, 24), "publish"))
    return meeting.body


def drafted(place):
    """A decision launched from the catalogue whose draft waits for its review."""
    case = open_case("major_decision", "launch", organ=place.government, on=date(2023, 5, 8), values={"item_code": "2023-01"}, today=TODAY)  # fmt: skip
    return walk(
        case,
        (date(2023, 5, 9), "draft", {"vital_interests": False, "affects_group": False, "market_activity": False, "exploratory": False, "congress_matter": "no"}),
        (date(2023, 5, 10), "coordinate"),
        (date(2023, 5, 11), "waive_participation"),
        (date(2023, 5, 15), "choose_experts", {"no_conflict": True}),
    )  # fmt: skip


def test_a_decision_types_nothing_that_meeting_experts_and_executing_unit_have_said(place):
    body = listed(place)
    case = drafted(place)
    for code in ("ZJ-1", "ZJ-2"):
        values = {"name": f"示例{code}", "field": "law", "speciality": "行政法", "unit": "示例大学", "status": "active"}
        apply_entry_change("expert_pool", place.government, "add", code, values, date(2023, 1, 3))
    experts = begin("expert_pool", "ask", place.government, date(2023, 5, 12), case, field="law", wanted=2, manner="named",
                    interested="无", held_on="2023-05-16")  # fmt: skip
    experts = take(
        experts,
        (date(2023, 5, 13), "name", {"choice": "ZJ-1、ZJ-2", "choice_reason": "专业", "drawn": "ZJ-1、ZJ-2", "experts": "示例ZJ-1、示例ZJ-2"}),
        (date(2023, 5, 13), "confirm"),
        (date(2023, 5, 16), "record_opinion", {"expert_code": "ZJ-1", "opinion": "票价偏高", "signed": True, "adoption": "not_adopted", "adoption_reason": "财力不足"}),
    )  # fmt: skip
    with pytest.raises(Refused, match="论证意见"):  # the second expert says his own
        take(experts, (date(2023, 5, 16), "record_opinion", {"expert_code": "ZJ-2", "signed": True, "adoption": "adopted"}))  # fmt: skip
    experts = take(experts, (date(2023, 5, 16), "record_opinion", {"expert_code": "ZJ-2", "opinion": "可行", "signed": True, "adoption": "adopted"}), (date(2023, 5, 17), "finish"))  # fmt: skip
    case = take(case, (date(2023, 5, 18), "record_experts", {"expert_opinions_adopted": 1, "expert_adoption": "见采纳情况"}))  # fmt: skip
    assert case.fields["expert_opinion"] == "1. 票价偏高\n2. 可行"
    assert (case.fields["experts_signed"], case.fields["expert_opinions_given"]) == (True, 2)

    case = walk(case, (date(2023, 5, 19), "waive_risk"), (date(2023, 5, 22), "submit_legality"))
    review = begin("legality_review", "submit", place.government, date(2023, 5, 22), case, materials="草案")
    take(
        review,
        (date(2023, 5, 23), "accept"), (date(2023, 5, 23), "assign_reviewer", {"reviewer_name": "示例乙"}),
        (date(2023, 6, 1), "advise", {"adviser_name": "示例丙", "adviser_opinion": "合法"}),
        (date(2023, 6, 2), "draft_opinion", {"proposed_conclusion": "合法", "opinion_text": "合法", "opinions_given": 0}),
        (date(2023, 6, 5), "issue_opinion", {}, "lawful"), (date(2023, 6, 5), "close"),
    )  # fmt: skip
    case = take(case, (date(2023, 6, 6), "submit_discussion"))
    Duty.objects.create(officer=place.head, organ=place.water, system="executive_meeting", role="*")
    passed(place, body_of(place, place.water, "示例县水务局办公会议"), date(2023, 6, 7), case)
    # A meeting of a department decides nothing for its government.
    with pytest.raises(Refused, match="常务会议或者全体会议讨论通过"):
        take(case, (date(2023, 6, 7), "decide", {"decision_text": "同意"}))
    meeting = passed(place, body, date(2023, 6, 8), case, settled="同意实施，由示例县水务局执行。")
    case = take(case, (date(2023, 6, 9), "decide"))
    assert (case.fields["decision_text"], case.fields["meeting_name"]) == (
        "同意实施，由示例县水务局执行。",
        meeting.title,
    )
    case = take(case, (date(2023, 6, 9), "name_execution", {"execution_unit": place.water.name, "execution_until": "2023-11-30", "execution_feedback": "每季度报告"}))  # fmt: skip

    report = begin(
        "major_matter_report",
        "draft",
        place.government,
        date(2023, 6, 9),
        case,
        form="request",
        addressee="县委",
        legality_note="已审查",
    )
    assert report.fields["content"] == case.fields["draft_summary"]
    take(report, (date(2023, 6, 9), "sign"), (date(2023, 6, 9), "send"),
         (date(2023, 6, 12), "record_answer", {"answer": "同意", "answered_on": "2023-06-12"}, "agreed"))  # fmt: skip
    case = walk(
        case, (date(2023, 6, 12), "publish", {"decision_number": "示政〔2023〕9号", "published_on": "2023-06-12"})
    )
    assert standing("major_decision_catalog")["2023-01"]["status"] == "decided"

    task = begin("task_ledger", "assign", place.water, date(2023, 6, 13), case, year=2023, duty="lead", level="county")
    take(task, (date(2023, 6, 14), "take_up"), (date(2023, 9, 1), "report", {"progress": "已完成二期"}))
    case = take(case, (date(2023, 9, 4), "report_execution", {"execution_on_schedule": True}))
    assert case.fields["execution_report"] == "已完成二期"
    case = walk(case, (date(2023, 11, 20), "complete"), (date(2023, 11, 21), "check_file", {"records_missing": 0, "missing_records": "无"}),
                (date(2023, 11, 22), "archive"), (date(2023, 11, 23), "close"))  # fmt: skip
    assert case.outcome == "decided"

    day = date(2024, 1, 8)
    told = {"source": "audit", "ground": "execution", "loss": "无"}
    told |= handed_on(case, system("decision_accountability").procedure_on(day), "open")
    traced = open_case(
        "decision_accountability", "open", organ=place.government, on=day, values=told, today=TODAY, source=case
    )
    link_cases(traced.pk, review.pk)
    traced = take(
        traced,
        (date(2024, 1, 9), "trace", {"spoke": "见纪要"}),
    )
    assert (traced.fields["executed_by"], traced.fields["reviewed_by"]) == (place.water.name, "合法")
    year = date(2023, 1, 1), date(2023, 12, 31)
    assert figures(place.region.pk, *year)["major_decision.decided_discussed"].value == 1
    assert [
        posting.source_id for posting in records_of("major_decision.decided_discussed", place.region.pk, *year)
    ] == [case.pk]
