"""The chain of a decision types nothing twice: from the catalogue to the case, on to its review, and back onto the list; and
what the bulletin, the interview and the special clean-up say is read from the records of others."""

from datetime import date

import pytest

from tests.cases.place import make_place
from zhunsheng.cases.actions import link_cases, open_case, perform
from zhunsheng.cases.matters import handed_on, taken_over
from zhunsheng.cases.replay import CaseScript, ReplayRefused, StepScript, replay
from zhunsheng.cases.verification import verify_cases
from zhunsheng.catalogue.loading import system
from zhunsheng.catalogue.scenarios import read_scenarios, steps_of
from zhunsheng.kernel.case_state import Link
from zhunsheng.kernel.transition import Command, Refusal, Transition, act
from zhunsheng.law.working_days import packaged_calendar
from zhunsheng.ledger.series import of_organ
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.registers.models import Revision

TODAY = date(2026, 11, 20)


@pytest.fixture
def place(db):
    return make_place()


def _told(slug, organ, steps):
    """A case told by (day, action, what it says differently from the sample of the system); gives its number."""
    sample = read_scenarios(system(slug)).sample
    actions = system(slug).procedure_on(steps[0][0]).procedure.actions
    told, filled = [], set()
    for day, action, values, *outcome in steps:
        wanted = {n: sample[n] for n in actions[action].required_fields if n in sample and n not in filled}
        filled |= {*wanted, *values}
        told.append(StepScript(action, day, {**wanted, **values}, outcome[0] if outcome else None))
    return replay(slug, [CaseScript(organ, told)], today=TODAY).case_ids[0]


def _listed(place):
    return _told("major_decision_catalog", place.government, [
        (date(2023, 2, 6), "propose", {"first_plan": "分两步"}),
        (date(2023, 2, 13), "argue", {"planned_on": "2023-11-30"}),
        (date(2023, 3, 10), "pass", {}),
        (date(2023, 3, 20), "record_consent", {}),
        (date(2023, 3, 24), "publish", {}),
    ])  # fmt: skip


def _entry(slug, key):
    return Revision.objects.filter(entry__register=slug, entry__key=key, known_to=None).order_by("valid_from").last()


@pytest.mark.database
def test_a_decision_takes_its_matter_from_the_catalogue_and_writes_its_progress_back(place):
    with pytest.raises(Refused, match="目录中没有这个事项"):
        open_case("major_decision", "launch", organ=place.government, on=date(2023, 5, 8), values={"item_code": "2023-01"}, today=TODAY)  # fmt: skip
    _listed(place)
    case = open_case("major_decision", "launch", organ=place.government, on=date(2023, 5, 8), values={"item_code": "2023-01"}, today=TODAY)  # fmt: skip
    assert (case.title, case.fields["decision_kind"]) == ("示例县城乡公交一体化实施方案", "policy")
    assert case.fields["planned_on"] == "2023-11-30"
    assert _entry("major_decision_catalog", "2023-01").values["status"] == "going_on"
    with pytest.raises(Refused, match="已经启动"):
        open_case("major_decision", "launch", organ=place.government, on=date(2023, 5, 9), values={"item_code": "2023-01"}, today=TODAY)  # fmt: skip
    with pytest.raises(Refused, match="已经启动"):
        open_case("major_decision_catalog", "withdraw", organ=place.government, on=date(2023, 5, 9), today=TODAY,
                  values={"item_code": "2023-01", "meeting_name": "第13次常务会议", "meeting_on": "2023-05-09", "withdrawal_reason": "改变"})  # fmt: skip
    stopped = {"stop_ground": "not_needed", "end_reason": "条件变化"}
    perform(case.pk, "stop", on=date(2023, 6, 1), values=stopped, today=TODAY)
    assert _entry("major_decision_catalog", "2023-01").values["status"] == "stopped"
    found = of_organ(
        ["major_decision_catalog.catalogue_items", "major_decision_catalog.going_on", "major_decision.stopped"],
        place.government, date(2023, 1, 1), date(2023, 12, 31),
    )  # fmt: skip
    assert [figure.value for figure in found.values()].count(1) == 2
    assert found["major_decision_catalog.going_on"].value == 0


@pytest.mark.database
def test_a_decision_hands_its_words_to_the_review_and_to_the_consultation(place):
    _listed(place)
    case = open_case("major_decision", "launch", organ=place.government, on=date(2023, 5, 8), values={"item_code": "2023-01"}, today=TODAY)  # fmt: skip
    review = system("legality_review").procedure_on(date(2023, 7, 3))
    assert handed_on(case, review, "submit") == {
        "matter": "示例县城乡公交一体化实施方案", "submitting_unit": "示例县交通运输局", "kind": "major_decision",
    }  # fmt: skip
    consultation = system("public_consultation").procedure_on(date(2023, 5, 10))
    assert handed_on(case, consultation, "announce") == {
        "draft_title": "示例县城乡公交一体化实施方案", "draft_kind": "major_decision", "drafting_unit": "示例县交通运输局",
    }  # fmt: skip
    adviser = system("legal_adviser").procedure_on(date(2023, 7, 3))
    document = open_case("legality_review", "submit", organ=place.government, on=date(2023, 7, 3), today=TODAY,
                         values={"matter": "示例事项", "kind": "normative_document", "submitting_unit": "示例局", "materials": "草案"})  # fmt: skip
    assert handed_on(document, adviser, "ask") == {"matter": "示例事项", "kind": "review"}


@pytest.mark.database
def test_an_opinion_without_a_name_gets_none_from_the_one_before(place):
    sample = read_scenarios(system("public_consultation")).sample
    asked = system("public_consultation").procedure_on(date(2023, 5, 10)).procedure.actions["announce"].required_fields
    opened = {name: sample[name] for name in asked}
    case = open_case("public_consultation", "announce", organ=place.government, on=date(2023, 5, 10), values=opened, today=TODAY).pk  # fmt: skip
    first = {"opinion_code": "2023-07-001", "channel": "letter", "received_on": "2023-05-20", "opinion": "增加早班车"}
    named = {**first, "from_name": "示例甲", "from_contact": "13800000000"}
    perform(case, "enter_opinion", on=date(2023, 5, 20), values=named, today=TODAY)
    values = {"opinion_code": "2023-07-002", "channel": "letter", "received_on": "2023-05-20"}
    with pytest.raises(Refused, match="「意见内容」必须填写"):
        perform(case, "enter_opinion", on=date(2023, 5, 20), values=values, today=TODAY)
    second = perform(case, "enter_opinion", on=date(2023, 5, 21), values={**first, "opinion_code": "2023-07-002"}, today=TODAY)  # fmt: skip
    assert "from_name" not in second.fields
    assert "from_name" not in _entry("public_consultation", "2023-07-002").values
    assert _entry("public_consultation", "2023-07-001").values["from_name"] == "示例甲"
    answer = {"opinion_code": "2023-07-001", "adoption": "not_adopted", "adoption_reason": "已有优惠"}
    perform(case, "answer_opinion", on=date(2023, 5, 22), values=answer, today=TODAY)
    values = {"opinion_code": "2023-07-002", "adoption": "not_adopted"}
    with pytest.raises(Refused, match="须说明理由"):  # the reason given to the first is none for the second
        perform(case, "answer_opinion", on=date(2023, 5, 22), values=values, today=TODAY)
    assert list(verify_cases(lambda done, total: None)) == []


@pytest.mark.database
def test_opinions_count_by_channel_and_once_each_by_what_became_of_them(place):
    sample = read_scenarios(system("public_consultation")).sample
    names = ("draft_title", "draft_kind", "drafting_unit", "business_related", "explanation", "channels", "ways", "announced_on", "closing_on")  # fmt: skip
    opened = {name: sample[name] for name in names}
    case = open_case("public_consultation", "announce", organ=place.government, on=date(2023, 5, 10), values=opened, today=TODAY).pk  # fmt: skip
    for code, channel in (("2023-07-001", "letter"), ("2023-07-002", "phone")):
        values = {"opinion_code": code, "channel": channel, "received_on": "2023-05-20", "opinion": "建议增加早班车"}
        perform(case, "enter_opinion", on=date(2023, 5, 20), values=values, today=TODAY)
    perform(case, "close", on=date(2023, 6, 10), today=TODAY)
    answer = {"opinion_code": "2023-07-002", "adoption": "not_adopted", "adoption_reason": "已有优惠"}
    perform(case, "answer_opinion", on=date(2023, 6, 12), values=answer, today=TODAY)
    apply_entry_change(
        "public_consultation", place.government, "add", "2023-07-003",
        {"consultation": "示征〔2023〕1号", "draft_kind": "major_decision", "channel": "website", "opinion": "支持", "adoption": "adopted"},
        date(2023, 6, 1),
    )  # fmt: skip
    asked = ["opinions", "opinions_adopted", "opinions_not_adopted", "opinions_unanswered", "days_open"]
    found = of_organ(
        [f"public_consultation.{name}" for name in asked], place.government, date(2023, 1, 1), date(2023, 12, 31)
    )
    assert [found[f"public_consultation.{name}"].value for name in asked] == [3, 1, 1, 1, 31]
    with pytest.raises(Refused, match="没有这条意见"):
        perform(case, "answer_opinion", on=date(2023, 6, 13), today=TODAY,
                values={"opinion_code": "2023-07-009", "adoption": "adopted"})  # fmt: skip


@pytest.mark.database
def test_a_decision_names_the_experts_that_were_chosen_and_says_what_the_review_of_competition_found(place):
    _listed(place)
    case = open_case("major_decision", "launch", organ=place.government, on=date(2023, 5, 8), values={"item_code": "2023-01"}, today=TODAY)  # fmt: skip
    asked = {"purpose": "decision", "field": "law", "wanted": 2, "manner": "named", "interested": "无", "held_on": "2023-06-01"}  # fmt: skip
    asked |= handed_on(case, system("expert_pool").procedure_on(TODAY), "ask")
    assert asked["matter"] == "示例县城乡公交一体化实施方案"
    chosen = open_case("expert_pool", "ask", organ=place.government, on=date(2023, 5, 10), values=asked, today=TODAY)
    chosen.fields["experts"] = "示例甲、示例乙"
    chosen.save(update_fields=["fields"])
    compiled = system("major_decision").procedure_on(date(2023, 5, 8))
    for slug in ("major_decision", "expert_pool"):
        Duty.objects.create(
            officer=place.head, organ=place.government, system=slug, role="*", valid_from=date(2020, 1, 1)
        )
    Duty.objects.create(
        officer=place.stranger, organ=place.government, system="major_decision", role="*", valid_from=date(2020, 1, 1)
    )
    sees, blind = (access_of(officer, TODAY) for officer in (place.head, place.stranger))
    assert taken_over(compiled, "choose_experts", case.pk, sees) == {}
    link_cases(case.pk, chosen.pk)
    found = taken_over(compiled, "choose_experts", case.pk, sees)
    assert found == {"experts": "示例甲、示例乙", "experts_number": 2}
    assert taken_over(compiled, "choose_experts", case.pk, blind) == {}
    assert taken_over(compiled, "launch", case.pk, sees) == {}
    draft = read_scenarios(system("major_decision")).sample
    needed = compiled.procedure.actions["draft"].required_fields
    perform(case.pk, "draft", on=date(2023, 5, 12), values={name: draft[name] for name in needed}, today=TODAY)
    row = perform(case.pk, "choose_experts", on=date(2023, 5, 15), values={"expert_way": "meeting", "experts_number": 3, "no_conflict": True}, today=TODAY)  # fmt: skip
    assert (row.fields["experts"], row.fields["experts_number"]) == ("示例甲、示例乙", 3)


def test_a_whole_consultation_is_imported_with_its_opinions_and_their_answers(place):
    case = CaseScript(place.government, _consultation())
    replay("public_consultation", [case], today=TODAY)
    assert _entry("public_consultation", "2023-07-002").values["adoption"] == "not_adopted"
    assert list(verify_cases(lambda done, total: None)) == []
    steps = [*_consultation(), StepScript("answer_opinion", date(2023, 6, 13), {"opinion_code": "2023-07-009", "adoption": "adopted"})]  # fmt: skip
    with pytest.raises(ReplayRefused, match="没有这条意见"):
        replay("public_consultation", [CaseScript(place.government, steps)], today=TODAY)


def _consultation():
    sample = read_scenarios(system("public_consultation")).sample
    names = ("draft_title", "draft_kind", "drafting_unit", "business_related", "explanation", "channels", "ways", "announced_on", "closing_on")  # fmt: skip
    opinion = {"opinion_code": "2023-07-002", "channel": "phone", "received_on": "2023-05-20", "opinion": "票价过高"}
    answer = {"opinion_code": "2023-07-002", "adoption": "not_adopted", "adoption_reason": "已有优惠"}
    return [
        StepScript("announce", date(2023, 5, 10), {name: sample[name] for name in names}),
        StepScript("enter_opinion", date(2023, 5, 20), opinion),
        StepScript("close", date(2023, 6, 10), {}),
        StepScript("answer_opinion", date(2023, 6, 12), answer),
    ]


def _filing(place, maker, late):
    day = date(2021, 3, 20) if late else date(2021, 3, 12)
    _told("normdoc_filing_review", place.government, [
        (date(2021, 3, 2), "expect", {"maker": maker}),
        (day, "take_in", {"received_on": day.isoformat(), "timeliness": "late" if late else "on_time"}),
    ])  # fmt: skip


@pytest.mark.database
def test_a_bulletin_and_an_interview_read_what_each_maker_filed(place):
    _filing(place, "示例镇人民政府", late=True)
    _filing(place, "示例镇人民政府", late=False)
    _filing(place, "示例县财政局", late=False)
    period = {"first_day": "2021-01-01", "last_day": "2021-06-30"}
    bulletin = open_case("normdoc_filing_bulletin", "begin", organ=place.government, on=date(2021, 7, 5), today=TODAY,
                         values={"bulletin_title": "2021年上半年备案情况", **period})  # fmt: skip
    assert (bulletin.fields["total_due"], bulletin.fields["total_late"]) == (3, 1)
    for number, (maker, numbers) in enumerate([("示例镇人民政府", (2, 2, 1)), ("示例县财政局", (1, 1, 0))]):
        values = {"line": f"2021-1-{number}", "maker": maker}
        perform(bulletin.pk, "add_maker", on=date(2021, 7, 6), values=values, today=TODAY)
        line = _entry("normdoc_filing_bulletin", f"2021-1-{number}").values
        assert (line["maker"], line["due"], line["filed"], line["late"]) == (maker, *numbers)
    for maker, late in (("示例镇人民政府", 1), ("示例县财政局", 0)):
        case = open_case("normdoc_interview", "propose", organ=place.government, on=date(2021, 7, 12), today=TODAY,
                         values={"unit": maker, "ground": "late", "facts": "逾期", **period})  # fmt: skip
        assert case.fields["late_count"] == late
    with pytest.raises(Refused, match="没有该单位逾期报备的记录"):
        perform(case.pk, "notify", on=date(2021, 7, 13), values={"held_on": "2021-07-20"}, today=TODAY)


@pytest.mark.database
def test_a_special_cleanup_is_summed_up_by_the_name_of_its_campaign(place):
    for number, (campaign, outcome) in enumerate([("涉行政处罚法专项清理", "kept"), ("涉行政处罚法专项清理", "repealed"), ("2021年定期清理", "kept")]):  # fmt: skip
        _told("normdoc_cleanup", place.government, [
            (date(2021, 7, 20), "enter", {"campaign": campaign, "campaign_kind": "special", "document_number": f"示政〔2015〕{number}号"}),
            (date(2021, 7, 26), "propose", {}),
            (date(2021, 8, 2), "check_legality", {}),
            (date(2021, 9, 1), "decide", {"decided_on": "2021-09-01"}, outcome),
        ])  # fmt: skip
    campaign = _told("special_cleanup_campaign", place.government, [
        (date(2021, 7, 15), "start", {}),
        (date(2021, 7, 19), "fix_scope", {"in_scope": 3}),
    ])  # fmt: skip
    summed = perform(campaign, "sum_up", on=date(2021, 9, 20), values={"summary": "完成"}, today=TODAY)
    assert [summed.fields[name] for name in ("checked", "kept", "repealed", "to_revise")] == [2, 1, 1, 0]
    with pytest.raises(Refused, match="没有全部作出清理决定"):
        perform(campaign, "report", on=date(2021, 9, 21), values={"report_to": "示例市司法局"}, today=TODAY)


@pytest.mark.parametrize(("met_on", "decided"), [(date(2023, 5, 22), False), (date(2023, 6, 12), True)])
def test_a_draft_sent_back_is_not_decided_on_by_the_meeting_before_it(met_on, decided):
    decision = system("major_decision")
    [example] = [one for one in read_scenarios(decision).scenarios if "return_to_draft" in str(one.given)]
    case = steps_of(decision, read_scenarios(decision), example, packaged_calendar())[-1].case
    assert (case.state, case.done["return_to_draft"].last) == ("deliberating", date(2023, 5, 26))
    compiled = decision.procedure_of(case.version)
    [gate] = [one.gate for one in compiled.gates["decide"] if one.gate.discussed]
    command = Command(
        "decide", date(2023, 6, 13), date(2023, 6, 13), roles=frozenset({"head"}), values={"decision_text": "同意"},
        facts={gate.discussed.fact: met_on}, given={"meeting_name": "示例常务会议", "meeting_on": met_on.isoformat()},
    )  # fmt: skip
    reviewed = case._replace(links=(Link("legality_review", "1", "risk_noted", True),))
    assert isinstance(act(compiled, reviewed, command, packaged_calendar()), Transition if decided else Refusal)
