"""Meetings: the agenda and what may not be put on it, who came, who spoke last, how items end, minutes, corrections."""

from datetime import date, timedelta

import pytest

from tests.bodies.county import EXECUTIVE, at
from tests.orgs.duties import without_duties
from zhunsheng.bodies import actions, calling, holding
from zhunsheng.bodies.holding import Mark
from zhunsheng.bodies.models import Attendance, Body, Item, Meeting
from zhunsheng.bodies.papers import document_of
from zhunsheng.cases.actions import link_cases, open_case, perform
from zhunsheng.cases.models import Case
from zhunsheng.ledger.figures import figures, records_of
from zhunsheng.ledger.models import Posting
from zhunsheng.ledger.verification import verify
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.delegating import delegate
from zhunsheng.orgs.models import Duty
from zhunsheng.orgs.refusals import Refused
from zhunsheng.security.models import AuditEntry


@pytest.fixture
def meeting(county):
    return county.meeting(county.executive())


def refusal_of(call, *args, **named):
    with pytest.raises(Refused) as caught:
        call(*args, **named)
    return caught.value.refusal


def sentence_of(call, *args, **named):
    return refusal_of(call, *args, **named).sentence("zh")


def value_of(county, name, year=None):
    year = year or county.today.year
    return figures(county.region.pk, date(year, 1, 1), date(year, 12, 31), [name])[name].value


# --- calling ---------------------------------------------------------------------------------------------------------


def test_everybody_who_sits_on_the_day_is_called(county):
    body = county.executive()
    Duty.objects.filter(title="局长").update(valid_to=county.today)
    meeting = county.meeting(body, ordinal=32)
    assert meeting.title == "示例县人民政府第32次常务会议"
    assert [a.label for a in meeting.attendances.order_by("pk")] == ["示例县长", "示例副县长", "示例县财政局"]
    assert refusal_of(county.meeting, body, ordinal=32).code == "ordinal"
    assert county.meeting(body, form="plenary").title == "示例县人民政府全体会议"


def test_a_cancelled_meeting_frees_its_number_and_takes_no_more(county):
    body = county.executive()
    first = county.meeting(body, ordinal=1)
    calling.cancel(county.secretary, first.pk, "另行通知", today=county.today)
    assert county.meeting(body, ordinal=1).state == "called"
    assert refusal_of(county.put, first).code == "state"


def test_who_does_not_keep_the_body_neither_calls_nor_records(county, meeting):
    item = county.put(meeting)
    today = county.today
    for call in (
        lambda: calling.call(county.head, meeting.body_id, "executive", at(today), "处", today=today),
        lambda: calling.put(county.head, meeting.pk, "题", "report", today=today),
        lambda: calling.take_off(county.head, item.pk, "因", today=today),
        lambda: holding.hold(county.head, meeting.pk, {}, None, today=today),
        lambda: holding.settle(county.head, item.pk, "passed", today=today),
        lambda: holding.conclude(county.head, meeting.pk, today, today=today),
    ):
        assert refusal_of(call).code == "role"


def test_a_meeting_is_seen_by_those_called_to_it_and_by_the_organ_that_keeps_it(county, meeting):
    director = Duty.objects.get(title="局长").officer

    def sees(person):
        return Meeting.visible.to(access_of(person, county.today)).exists()

    assert [sees(p) for p in (county.head, director, county.stranger)] == [True, True, False]
    call = meeting.attendances.get(organ=county.justice)
    assert refusal_of(calling.uninvite, county.secretary, call.pk, today=county.today).code == "member"
    actions.take_seat(county.secretary, call.seat_id, county.today, "调整", today=county.today)
    assert sees(director)
    calling.call_members(county.secretary, meeting.pk, today=county.today)
    assert not sees(director)


def test_who_acts_for_the_secretary_is_named_with_him_in_the_trail(county, meeting):
    until = county.today + timedelta(days=3)
    delegate(county.secretary, county.secretary, county.deputy, county.today, until, "外出")
    calling.put(county.deputy, meeting.pk, "听取汇报", "report", today=county.today)
    entry = AuditEntry.objects.get(action="meetings.put")
    assert (entry.officer, entry.detail["for"]) == (county.deputy, county.secretary.pk)


def test_a_member_with_a_term_sees_the_meetings_until_it_ends(county):
    body = county.executive()
    county.seat(body, "member", organ=county.justice, post="副局长", until=county.today + timedelta(days=9))
    actions.take_seat(county.secretary, body.seats.get(organ=county.justice, post="局长").pk, county.today, "调整",
                      today=county.today)  # fmt: skip
    director = Duty.objects.get(title="局长").officer
    assert Body.visible.to(access_of(director, county.today)).exists()


def test_who_is_called_follows_the_seats_of_the_day(county, meeting):
    county.seat(meeting.body, "member", organ=county.government, on=county.today + timedelta(days=5))
    first = [a.label for a in meeting.attendances.filter(voided=False)]
    calling.call_members(county.secretary, meeting.pk, today=county.today)
    assert [a.label for a in meeting.attendances.filter(voided=False)] == first
    calling.change(
        county.secretary, meeting.pk, at(county.today + timedelta(days=6)), "会议室", "会", today=county.today
    )
    assert [a.label for a in meeting.attendances.filter(voided=False).order_by("pk")] == [
        *first,
        county.government.name,
    ]


def test_an_observer_is_called_once_and_may_be_voided(county, meeting):
    first = calling.invite(county.secretary, meeting.pk, organ=county.government, today=county.today)
    again = {"organ": county.government, "today": county.today}
    assert refusal_of(calling.invite, county.secretary, meeting.pk, **again).code == "held"
    calling.uninvite(county.secretary, first.pk, today=county.today)
    assert calling.invite(county.secretary, meeting.pk, **again).pk != first.pk


def test_items_change_places_and_are_taken_off_with_a_reason(county, meeting):
    first, second = county.put(meeting, "甲"), county.put(meeting, "乙")
    calling.move_up(county.secretary, second.pk, today=county.today)
    assert [i.title for i in meeting.items.all()] == ["乙", "甲"]
    calling.take_off(county.secretary, first.pk, "材料不齐", today=county.today)
    assert [i.title for i in meeting.items.filter(withdrawn="")] == ["乙"]
    assert refusal_of(calling.take_off, county.secretary, first.pk, "再撤", today=county.today).code == "unknown"


# --- what may not be put ---------------------------------------------------------------------------------------------


def test_a_document_without_legality_review_is_not_put(county, meeting):
    case = county.document(reviewed=False)
    refusal = refusal_of(county.put, meeting, case.title, cases=[case.pk])
    assert refusal.code == "gate"
    assert "未经合法性审核" in refusal.reason.zh
    assert refusal.basis.zh == "市县依法行政决定第十三项"
    unlawful = county.review(outcome="unlawful")
    link_cases(case.pk, unlawful.pk)
    assert "未经合法性审核" in sentence_of(county.put, meeting, case.title, cases=[case.pk])
    assert not meeting.items.exists()


def test_a_document_that_was_reviewed_is_put_once_it_waits_for_the_meeting(county, meeting):
    case = county.document(reviewed=False)
    link_cases(case.pk, county.review().pk)
    assert "只能在「待集体审议」时进行" in sentence_of(county.put, meeting, case.title, cases=[case.pk])
    perform(case.pk, "submit_deliberation", on=county.today)
    item = county.put(meeting, case.title, matter="other", cases=[case.pk])
    assert (item.matter, list(item.cases.all())) == ("normative_document", [case])
    assert refusal_of(county.put, meeting, case.title, cases=[case.pk]).code == "twice"


def test_a_report_and_a_study_may_carry_their_case_and_an_item_of_another_kind_may_not(county, meeting):
    reported, studied, other = county.review(), county.review(), county.review()
    assert list(county.put(meeting, "听取汇报", "report", "", cases=[reported.pk]).cases.all()) == [reported]
    study = county.put(meeting, "会前学法", "study", "", law="《示例法》", cases=[studied.pk])
    assert list(study.cases.all()) == [studied]
    refusal = refusal_of(county.put, meeting, "其他", "other", "", cases=[other.pk])
    assert refusal.reason.zh == "其他议题不关联办件，请选审议决定、咨询、汇报或者学法"


@pytest.mark.parametrize("outcome", [None, "unlawful", "lawful", "risk_noted"])
def test_a_major_decision_needs_a_review_it_passed(county, meeting, outcome):
    kind = "major_decision"
    review = county.review(outcome=outcome, kind=kind).pk if outcome else None
    if outcome in ("lawful", "risk_noted"):
        assert county.put(meeting, matter=kind, review=review).review_id == review
        return
    said = sentence_of(county.put, meeting, matter=kind, review=review)
    assert said.startswith("决策草案未经合法性审查或者经审查不合法的，不得提交决策机关讨论")
    assert said.endswith("（重大行政决策条例第二十五条）")


def test_a_major_decision_and_a_rule_go_to_an_executive_or_plenary_meeting(county):
    office = county.meeting(county.executive(), form="office")
    review = county.review(kind="major_decision").pk
    assert "（重大行政决策条例第三十条）" in sentence_of(county.put, office, matter="major_decision", review=review)
    assert "（规章制定条例第二十七条）" in sentence_of(county.put, office, matter="government_rule")


def test_a_body_may_ask_for_a_review_of_every_decision(county):
    meeting = county.meeting(county.executive(reviews_every_item=True))
    assert "本地设定" in sentence_of(county.put, meeting)
    assert county.put(meeting, kind="report").kind == "report"
    assert county.put(meeting, review=county.review(kind="agenda_item").pk).review_id


def test_nobody_puts_a_case_he_may_not_see(county, meeting):
    case = county.document()
    without_duties(county.secretary, system="normative_document")
    assert refusal_of(county.put, meeting, cases=[case.pk]).code == "case"


def test_before_the_regulation_nothing_is_asked_of_a_major_decision(county):
    meeting = county.meeting(county.executive(on=date(2019, 1, 2)), on=date(2019, 8, 30))
    assert county.put(meeting, matter="major_decision").pk
    later = county.meeting(meeting.body, on=date(2019, 9, 2))
    assert refusal_of(county.put, later, matter="major_decision").code == "gate"


# --- who came --------------------------------------------------------------------------------------------------------

AWAY = Mark("absent")
LEAVE = Mark("leave", reason="出差")


def test_a_meeting_without_quorum_is_not_held(county, meeting):
    county.put(meeting)
    refusal = refusal_of(county.hold, meeting, 示例副县长=LEAVE, 示例局长=AWAY)
    assert (refusal.code, "应到 4 人，实到 2 人" in refusal.reason.zh) == ("quorum", True)
    assert Attendance.objects.filter(meeting=meeting, presence="").count() == 4
    county.hold(meeting, 示例副县长=LEAVE, 示例局长=Mark("represented", "示例副局长"))
    meeting.refresh_from_db()
    assert (meeting.state, meeting.presiding.label) == ("held", "示例县长")


def test_whether_a_proxy_counts_and_how_many_are_enough_is_for_the_body(county):
    body = county.executive(quorum="two_thirds", proxies_count=False)
    meeting = county.meeting(body)
    proxy = {"示例副县长": LEAVE, "示例局长": Mark("represented", "示例副局长")}
    assert refusal_of(county.hold, meeting, **proxy).code == "quorum"
    actions.amend(county.secretary, body.pk, body.name, body.document, quorum="none", today=county.today)
    assert county.hold(meeting, **proxy).state == "held"


@pytest.mark.parametrize(
    ("mark", "said"),
    [(Mark("leave"), "请假的原因"), (Mark("represented"), "委托了谁"), (Mark(""), "是否到会没有登记")],
)
def test_attendance_has_to_be_whole(county, meeting, mark, said):
    assert said in sentence_of(county.hold, meeting, 示例局长=mark)


def test_a_meeting_to_come_was_not_held_and_an_observer_does_not_preside(county, meeting):
    later = county.meeting(meeting.body, on=county.today + timedelta(days=3))
    assert refusal_of(county.hold, later).code == "future"
    calling.invite(county.secretary, meeting.pk, name="示例主席", post="县政协主席", today=county.today)
    assert refusal_of(county.hold, meeting, presiding="示例主席").code == "presiding"
    assert refusal_of(county.hold, meeting, 示例县长=AWAY).code == "presiding"


# --- who spoke, how it ended -----------------------------------------------------------------------------------------


@pytest.fixture
def decision(county, meeting):
    """A major decision of a meeting everybody came to."""
    item = county.put(meeting, matter="major_decision", review=county.review(kind="major_decision").pk)
    calling.invite(county.secretary, meeting.pk, name="示例主任", post="县人大常委会主任", today=county.today)
    county.hold(meeting)
    return item


def test_the_head_speaks_last(county, meeting, decision):
    early = county.said(meeting, ("示例县长",), ("示例副县长",), ("示例局长",))
    refusal = refusal_of(county.settle, decision, said=early)
    assert refusal.sentence("zh") == "行政首长应当最后发表意见（重大行政决策条例第三十条）"
    assert refusal.sentence("en") == "The head of the government speaks last (Major Decision Regulation, Article 30)"
    assert not Item.objects.get(pk=decision.pk).result
    assert "须先记录发言顺序" in sentence_of(county.settle, decision)
    last = county.said(meeting, ("示例局长",), ("示例副县长",), ("示例县长",))
    assert county.settle(decision, said=last).result == "passed"
    assert [s.attendance.label for s in decision.speeches.all()] == ["示例局长", "示例副县长", "示例县长"]


def test_an_observer_may_speak_after_the_head_and_a_deferred_item_needs_no_order(county, meeting, decision):
    county.settle(decision, result="deferred")
    lines = county.said(meeting, ("示例副县长",), ("示例县长",), ("示例主任",))
    assert county.settle(decision, said=lines).result == "passed"


def test_who_presides_speaks_last_when_the_head_is_not_there(county, meeting, decision):
    county.hold(meeting, presiding="示例副县长", 示例县长=LEAVE)
    lines = [("示例副县长",), ("示例局长",)]
    assert "最后发表意见" in sentence_of(county.settle, decision, said=county.said(meeting, *lines))
    assert county.settle(decision, said=county.said(meeting, *reversed(lines))).result == "passed"


def test_on_other_decisions_the_order_is_practice_and_checked_where_recorded(county, meeting):
    item = county.put(meeting)
    county.hold(meeting)
    lines = county.said(meeting, ("示例县长",), ("示例副县长",))
    assert "通行做法" in sentence_of(county.settle, item, said=lines)
    assert county.settle(item).result == "passed"


def test_dissent_is_recorded_and_a_decision_against_most_needs_reasons(county, meeting, decision):
    silent = county.said(meeting, ("示例副县长", "disagree"), ("示例县长",))
    assert "不同意见应当如实载明" in sentence_of(county.settle, decision, said=silent)
    against = county.said(
        meeting, ("示例副县长", "disagree", "风险过大"), ("示例局长", "disagree", "时机不宜"), ("示例县长",)
    )
    assert "应当说明理由" in sentence_of(county.settle, decision, said=against)
    assert county.settle(decision, said=against, reasons="防汛急需").result == "passed"
    assert "应当说明理由" in sentence_of(
        county.settle, decision, "not_passed", said=county.said(meeting, ("示例副县长",), ("示例县长",))
    )


@pytest.mark.parametrize(
    ("more", "code"),
    [({"result": "done"}, "result"), ({"settled": " "}, "missing"), ({"votes": (3, 2, 0)}, "votes")],
)
def test_results_that_cannot_be(county, meeting, more, code):
    item = county.put(meeting)
    county.hold(meeting)
    assert refusal_of(county.settle, item, **more).code == code


def test_who_was_not_there_did_not_speak_and_who_spoke_was_there(county, meeting):
    item = county.put(meeting)
    county.hold(meeting, 示例局长=AWAY)
    assert refusal_of(county.settle, item, said=county.said(meeting, ("示例局长",))).code == "absent"
    county.settle(item, said=county.said(meeting, ("示例副县长",), ("示例县长",)))
    assert refusal_of(county.hold, meeting, 示例副县长=AWAY).code == "spoke"


# --- minutes, figures, corrections -----------------------------------------------------------------------------------


def held(county, **marks):
    """A meeting that studied a law, heard a report and decided two things, one of them reviewed."""
    meeting = county.meeting(county.executive(), ordinal=3)
    items = [
        county.put(meeting, "会前学法", "study", law="《中华人民共和国行政复议法》", reporter="示例县司法局"),
        county.put(meeting, "法治政府建设情况", "report", rule_of_law=True, reporter="示例县司法局"),
        county.put(meeting, "甲事项", review=county.review(kind="agenda_item").pk),
        county.put(meeting, "乙事项"),
    ]
    county.hold(meeting, **marks)
    for item, result in zip(items, ("done", "done", "passed", "not_passed"), strict=True):
        county.settle(item, result)
    return meeting


def test_minutes_name_what_was_settled_and_who_was_there(county):
    meeting = held(county, 示例副县长=LEAVE, 示例局长=Mark("represented", "示例副局长"))
    paper = county.conclude(meeting)
    assert paper.number == f"示政纪〔{county.today.year}〕1号"
    blocks = [getattr(b, "text", "") for b in document_of(paper).blocks]
    assert blocks[1] == "示例县人民政府第3次常务会议纪要"
    assert "示例县长主持召开示例县人民政府第3次常务会议，地点：第一会议室。会议应到4人，实到3人。" in blocks[2]
    assert blocks[3:5] == ["一、会前学法", "会议学习了《中华人民共和国行政复议法》（讲授：示例县司法局）。"]
    assert "出席：县长 示例县长、示例县司法局局长 示例局长（示例副局长代）、示例县财政局。" in blocks
    assert "请假：副县长 示例副县长。" in blocks
    assert "会议进行了集体讨论。会议决定：不予通过。" in blocks


def test_the_minutes_post_meetings_studies_items_and_attendances(county):
    meeting = held(county, 示例副县长=LEAVE)
    assert value_of(county, f"{EXECUTIVE}.meetings") is None
    county.conclude(meeting)
    wanted = {
        "executive_meeting.meetings": 1, "executive_meeting.items_settled": 4, "executive_meeting.decisions": 2,
        "executive_meeting.decisions_reviewed": 1, "executive_meeting.review_rate": 50,
        "executive_meeting.rule_of_law_reports": 1, "executive_meeting.attendances": 3,
        "leader_law_study.exec_meeting_law_study_sessions": 1,
    }  # fmt: skip
    assert {name: value_of(county, name) for name in wanted} == wanted
    found = figures(county.region.pk, county.today.replace(month=1, day=1), county.today)
    assert found["executive_meeting.decisions"].breakdown == {
        "matter=other": 2, "result=passed": 1, "result=not_passed": 1,
    }  # fmt: skip
    first = county.today.replace(month=1, day=1)
    [record] = records_of("executive_meeting.meetings", county.region.pk, first, county.today)
    assert (record.source, record.source_id, record.organ) == ("meeting", meeting.pk, county.government)
    assert list(verify()) == []


def test_no_minutes_before_every_item_has_ended(county):
    meeting = held(county)
    open_item = county.put(meeting, "丙事项")
    assert "「丙事项」还没有结论" in sentence_of(county.conclude, meeting)
    calling.take_off(county.secretary, open_item.pk, "未上会", today=county.today)
    assert county.conclude(meeting).number
    assert refusal_of(county.settle, meeting.items.first()).code == "state"


def test_a_correction_takes_the_postings_back_and_keeps_the_first_minutes(county):
    meeting = held(county)
    county.conclude(meeting)
    before = list(Posting.objects.filter(source="meeting").order_by("pk"))
    holding.reopen(county.secretary, meeting.pk, "票数有误", today=county.today)
    assert value_of(county, f"{EXECUTIVE}.meetings") == 0
    assert list(verify()) == []
    county.settle(meeting.items.last(), "passed")
    county.conclude(meeting)
    assert value_of(county, f"{EXECUTIVE}.decisions") == 2
    assert list(Posting.objects.filter(source="meeting").order_by("pk"))[: len(before)] == before
    assert [p.number for p in meeting.papers.all()] == [f"示政纪〔{county.today.year}〕{n}号" for n in (1, 2)]
    assert list(verify()) == []
    actions_taken = AuditEntry.objects.filter(subject=f"meeting:{meeting.pk}").values_list("action", flat=True)
    assert list(actions_taken)[-4:] == ["meetings.conclude", "meetings.reopen", "meetings.settle", "meetings.conclude"]


@pytest.mark.usefixtures("unkept")
def test_a_posting_that_is_missing_is_found(county):
    meeting = held(county)
    county.conclude(meeting)
    Posting.objects.filter(source="meeting", account__key="executive_meeting.meetings").delete()
    assert any("executive_meeting.meetings" in finding for finding in verify())


# --- the case that was decided ---------------------------------------------------------------------------------------


def test_a_document_goes_on_only_when_the_minutes_say_it_passed(county, meeting):
    case = county.document()
    item = county.put(meeting, case.title, cases=[case.pk])
    county.hold(meeting)

    def deliberate():
        return perform(case.pk, "deliberate", on=county.today)

    for _step in range(2):
        with pytest.raises(Refused, match="未经集体讨论决定"):
            deliberate()
        county.settle(item, "passed_with_changes")
    county.conclude(meeting)
    done = deliberate()
    assert (done.fields["meeting_name"], done.fields["meeting_on"]) == (meeting.title, county.today.isoformat())
    holding.reopen(county.secretary, meeting.pk, "更正", today=county.today)
    assert refusal_of(county.settle, item, "deferred").code == "relied_on"
    assert county.settle(item, "passed").result == "passed"


def test_a_document_that_did_not_pass_stays_and_may_be_put_again(county, meeting):
    case = county.document()
    item = county.put(meeting, case.title, cases=[case.pk])
    county.hold(meeting)
    county.settle(item, "not_passed")
    county.conclude(meeting)
    with pytest.raises(Refused, match="未经集体讨论决定"):
        perform(case.pk, "deliberate", on=county.today)
    again = county.meeting(meeting.body)
    assert county.put(again, case.title, cases=[case.pk]).pk


def test_a_notice_says_what_it_said_when_it_was_issued(county, meeting):
    assert (
        refusal_of(calling.issue_notice, county.secretary, meeting.pk, county.today, today=county.today).code
        == "agenda"
    )
    county.put(meeting, "甲事项", reporter="示例县财政局")
    notice = calling.issue_notice(county.secretary, meeting.pk, county.today, today=county.today)
    county.put(meeting, "乙事项")
    texts = [getattr(b, "text", "") for b in document_of(notice).blocks]
    assert "1. 甲事项（汇报：示例县财政局）" in texts
    assert not any("乙事项" in text for text in texts)
    assert "出席：县长 示例县长、副县长 示例副县长、示例县司法局局长 示例局长、示例县财政局。" in texts


def test_a_step_gets_from_the_meeting_what_it_does_not_ask_for(county, meeting):
    values = {
        "plan_year": county.today.year, "form": "executive", "law": "《示例法》", "lecturer": "示例己", "planned_on": county.today.isoformat(),
        "audience": "常务会议组成人员",
    }  # fmt: skip
    case = open_case("leader_law_study", "plan", organ=county.government, on=county.today, values=values)
    perform(case.pk, "approve", on=county.today)
    item = county.put(meeting, "会前学法", "study", matter="", law="《示例法》", reporter="示例己", cases=[case.pk])
    with pytest.raises(Refused, match="没有印发纪要"):
        perform(case.pk, "hold", on=county.today)
    county.hold(meeting)
    county.settle(item, "done", settled="")
    county.conclude(meeting)
    perform(case.pk, "hold", on=county.today)
    held = Case.objects.get(pk=case.pk)
    assert (held.fields["meeting"], held.fields["held_on"]) == (meeting.title, county.today.isoformat())
