"""Acting on cases: one step is one transaction; a refusal writes nothing; officers see and do what their duties allow."""

from datetime import date

import pytest
from django.db import connection, transaction

from tests.cases.place import (
    APPLICATION,
    HOTLINE,
    ORDER,
    RECONSIDERATION,
    TODAY,
    counts,
    live,
    order_steps,
)
from tests.orgs.duties import only_in
from tests.systems.enforcing import certify
from zhunsheng.cases.actions import link_cases, open_case, perform, settle_due
from zhunsheng.cases.asking import answers
from zhunsheng.cases.models import Assignment, Case, CaseLink, CaseParty, ClockEntry, Deadline, Event
from zhunsheng.cases.reading import choices_for, procedure_of, receipts, state_of, verbs_for
from zhunsheng.cases.recording import title_of
from zhunsheng.cases.replay import StepScript
from zhunsheng.cases.verification import verify_cases
from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.limits import Amount, Unit
from zhunsheng.ledger.models import Posting
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty
from zhunsheng.orgs.refusals import Refused
from zhunsheng.papers.models import Paper
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.registers.models import Entry
from zhunsheng.registers.reading import entries_on
from zhunsheng.security import guards
from zhunsheng.security.models import AuditEntry


def opened(place, on=date(2025, 3, 3), **options):
    return open_case(HOTLINE, "order", organ=place.hotline, on=on, values=ORDER, today=TODAY, **options)


def act(case, action, on=date(2025, 3, 4), **options):
    return perform(case.pk, action, on=on, today=TODAY, **options)


def refused(code, call):
    """The refusal that comes, with nothing written."""
    before = counts()
    with pytest.raises(Refused) as raised:
        call()
    assert raised.value.refusal.code == code
    assert counts() == before
    return raised.value.refusal


def state(case):
    """The row as it is stored now."""
    return Case.objects.get(pk=case.pk)


# --- a step ----------------------------------------------------------------------------------------------------------


def test_step_writes_event_clock_party_posting_and_audit(place):
    case = opened(place, officer=place.operator)
    event = Event.objects.get(case=case)
    assert (event.action, event.on, event.sequence, event.officer) == ("order", date(2025, 3, 3), 1, place.operator)
    assert event.values["theme"] == "complaint"
    assert list(ClockEntry.objects.filter(case=case).values_list("deadline", "kind")) == [("dispatching", "armed")]
    assert Deadline.objects.get(case=case).due_on == date(2025, 3, 4), "one working day, a local setting"
    assert case.next_due == date(2025, 3, 4)
    assert CaseParty.objects.get(case=case).name == "示例甲"
    posted = set(Posting.objects.filter(source_id=case.pk).values_list("account__key", flat=True))
    assert {f"{HOTLINE}.orders", f"{HOTLINE}.calls", f"{HOTLINE}.open"} <= posted
    assert AuditEntry.objects.filter(
        action="case.order", subject=f"case:{case.pk}", officer_id=place.operator.pk
    ).exists()


def test_every_step_leaves_one_audit_record(place):
    case = live(HOTLINE, place.hotline, order_steps(), officer=place.operator)
    actions = list(AuditEntry.objects.filter(subject=f"case:{case.pk}").order_by("pk").values_list("action", flat=True))
    taken = [step.action for step in order_steps()]
    taken.insert(2, "office.assign")  # what dispatching asks of the organ
    assert actions == [f"case.{action}" for action in taken]


def test_numbers_follow_each_other_within_organ_and_year(place):
    numbers = [opened(place, on=day).number for day in (date(2024, 12, 30), date(2025, 1, 2), date(2025, 1, 3))]
    assert numbers == ["示热热线〔2024〕1号", "示热热线〔2025〕1号", "示热热线〔2025〕2号"]


def test_paper_of_a_step_is_issued_with_its_number(place):
    case = opened(place)
    act(case, "dispatch", values={"unit": "示例县城管局"})
    act(
        case,
        "supervise",
        on=date(2025, 3, 20),
        values={"supervision_ground": "late", "supervision_demand": "三日内办结"},
    )
    paper = Paper.objects.get(case_id=case.pk)
    assert (paper.kind, paper.number, paper.issued_on) == (
        "supervision_notice",
        "示热热线督〔2025〕1号",
        date(2025, 3, 20),
    )


def test_party_joined_later_is_found_by_name(place):
    case = open_case(
        RECONSIDERATION, "file", organ=place.government, on=date(2023, 3, 1), values=APPLICATION, today=TODAY
    )
    act(case, "change_respondent", on=date(2023, 3, 2), values={"respondent": ["示例县城管局"]})
    assert list(CaseParty.objects.filter(case=case, role="respondent").values_list("name", flat=True)) == [
        "示例县城管局"
    ]


# --- refusals --------------------------------------------------------------------------------------------------------


def test_refusal_writes_nothing(place):
    case = opened(place)
    refused("state", lambda: act(case, "close", outcome="resolved"))
    refused("missing", lambda: act(case, "dispatch"))
    refused("field", lambda: act(case, "dispatch", values={"unit": "示例县水务局", "handle_by": "昨天"}))
    refused("stray_field", lambda: act(case, "dispatch", values={"unit": "示例县水务局", "reply": "x"}))
    refused("unknown_action", lambda: act(case, "applaud"))
    refused("already_started", lambda: act(case, "order", values=ORDER))
    refused(
        "missing", lambda: open_case(HOTLINE, "order", organ=place.hotline, on=date(2025, 3, 3), values={}, today=TODAY)
    )
    refused(
        "not_started", lambda: open_case(HOTLINE, "dispatch", organ=place.hotline, on=date(2025, 3, 3), today=TODAY)
    )


def test_an_unknown_step_is_told_with_those_there_are_now(place):
    case = opened(place)
    actions = procedure_of(case).procedure.actions
    reason = refused("unknown_action", lambda: act(case, "fly")).reason
    assert (actions["dispatch"].zh in reason.zh, actions["dispatch"].en in reason.en) == (True, True)
    assert actions["call_back"].zh not in reason.zh


def test_days_keep_their_order_and_lie_not_in_the_future(place):
    case = opened(place)
    refused("date_order", lambda: act(case, "dispatch", on=date(2025, 3, 2), values={"unit": "示例县水务局"}))
    refused(
        "future",
        lambda: perform(case.pk, "dispatch", on=date(2025, 3, 5), values={"unit": "x"}, today=date(2025, 3, 4)),
    )
    refused(
        "future",
        lambda: open_case(
            HOTLINE, "order", organ=place.hotline, on=date(2025, 3, 5), values=ORDER, today=date(2025, 3, 4)
        ),
    )


def test_stale_page_is_refused_and_a_fresh_one_is_not(place):
    case = opened(place)
    act(case, "dispatch", values={"unit": "示例县水务局"}, expected_sequence=1)
    refused("stale", lambda: act(case, "receive", expected_sequence=1))
    assert act(case, "receive", expected_sequence=2).state == "handling"


def test_step_goes_with_the_transaction_it_stands_in(place):
    case = opened(place)
    before = counts()
    with transaction.atomic():
        act(case, "dispatch", values={"unit": "示例县水务局"})
        transaction.set_rollback(True)
    assert counts() == before
    assert state(case).state == "registered"


def test_case_runs_under_the_law_of_the_day_it_began(place):
    old = open_case(
        RECONSIDERATION, "file", organ=place.government, on=date(2023, 12, 29), values=APPLICATION, today=TODAY
    )
    new = open_case(
        RECONSIDERATION, "file", organ=place.government, on=date(2024, 1, 2), values=APPLICATION, today=TODAY
    )
    assert (old.version, new.version) == (date(2018, 1, 1), date(2024, 1, 1))
    # 2017: change_respondent is an action of the old declaration, and stays one after the new law came.
    assert act(old, "change_respondent", on=date(2024, 1, 3), values={"respondent": ["示例县城管局"]}).version == date(
        2018, 1, 1
    )
    refused(
        "not_in_force",
        lambda: open_case(
            RECONSIDERATION, "file", organ=place.government, on=date(2017, 12, 29), values=APPLICATION, today=TODAY
        ),
    )


# --- who -------------------------------------------------------------------------------------------------------------


def test_officer_without_a_duty_sees_and_does_nothing(place):
    case = opened(place)
    access = access_of(place.stranger, TODAY)
    assert not Case.visible.to(access).exists()
    refused("role", lambda: act(case, "dispatch", values={"unit": "x"}, officer=place.stranger))
    refused("role", lambda: act(case, "office.hold", values={"text": "x"}, officer=place.stranger))
    assert {refusal.code for _, refusal in choices_for(case, access, TODAY) if refusal} >= {"role"}
    assert verbs_for(case, access) == []


def test_case_is_visible_to_its_organ_those_above_and_the_organ_it_is_assigned_to(place):
    case = opened(place)
    seen = {name: Case.visible.to(access_of(getattr(place, name), TODAY)).filter(pk=case.pk).exists()
            for name in ("operator", "head", "lighting_officer", "stranger")}  # fmt: skip
    assert seen == {"operator": True, "head": True, "lighting_officer": False, "stranger": False}
    act(
        case,
        "office.assign",
        values={"to": str(place.lighting.pk), "text": "请修路灯", "due": "2025-03-10"},
        officer=place.operator,
    )
    lighting = access_of(place.lighting_officer, TODAY)
    assert Case.visible.to(lighting).get() == case
    assert [verb.value for verb in verbs_for(state(case), lighting)] == ["office.reply", "office.send_back"]
    act(case, "office.reply", values={"text": "已修"}, officer=place.lighting_officer, request=1)
    assert not Case.visible.to(lighting).exists(), "answered work is no longer theirs"


def test_duty_ended_is_access_ended(place):
    case = opened(place)
    Duty.objects.filter(officer=place.operator).update(valid_to=date(2025, 3, 1))
    refused("role", lambda: act(case, "dispatch", values={"unit": "x"}, officer=place.operator))


def test_duty_of_another_system_gives_no_role(place):
    case = opened(place)
    only_in(place.operator, RECONSIDERATION)
    refused("role", lambda: act(case, "dispatch", values={"unit": "x"}, officer=place.operator))
    assert not Case.visible.to(access_of(place.operator, TODAY)).exists()


# --- office work -----------------------------------------------------------------------------------------------------


def test_assignment_is_kept_as_a_row_and_answered(place):
    case = opened(place)
    act(
        case,
        "office.assign",
        values={"to": str(place.lighting.pk), "text": "请修路灯", "due": "2025-03-10", "lead": False},
    )
    row = Assignment.objects.get(case=case)
    assert (row.kind, row.state, row.to_organ, row.due_on, row.lead, row.text) == (
        "assignment",
        "open",
        place.lighting,
        date(2025, 3, 10),
        False,
        "请修路灯",
    )
    refused("asked_already", lambda: act(case, "office.assign", values={"to": str(place.lighting.pk), "text": "x"}))
    refused("role", lambda: act(case, "office.reply", values={"text": "x"}, request=1, officer=place.operator))
    act(case, "office.reply", values={"text": "已修"}, request=1, officer=place.lighting_officer)
    row.refresh_from_db()
    assert (row.state, row.text, row.answer) == ("answered", "请修路灯", "已修")
    refused(
        "answered", lambda: act(case, "office.reply", values={"text": "x"}, request=1, officer=place.lighting_officer)
    )


def test_transfer_moves_the_case_and_who_sees_it(place):
    case = opened(place)
    act(case, "office.transfer", values={"to": str(place.lighting.pk), "text": "属其职责"}, officer=place.operator)
    moved = state(case)
    assert (moved.organ, moved.path) == (place.lighting, place.lighting.path)
    assert not Case.visible.to(access_of(place.operator, TODAY)).exists()
    assert Case.visible.to(access_of(place.lighting_officer, TODAY)).get() == case
    assert not list(verify_cases(lambda done, total: None))


@pytest.mark.parametrize("to", ["999999", "没有这个单位"])
def test_transfer_to_nowhere_is_refused(place, to):
    case = opened(place)
    refused("field", lambda: act(case, "office.transfer", values={"to": to, "text": "x"}))


@pytest.mark.parametrize("verb", ["office.assign", "office.countersign", "office.add_signer"])
def test_asking_nobody_is_refused(place, verb):
    case = opened(place)
    refused("field", lambda: act(case, verb, values={"to": "999999", "text": "x"}))


def test_open_countersignature_blocks_the_step_that_decides(place):
    case = live(HOTLINE, place.hotline, order_steps()[:5])
    act(case, "office.countersign", on=date(2025, 3, 7), values={"to": str(place.lighting.pk)}, officer=place.operator)
    refused("signatures", lambda: act(case, "close", on=date(2025, 3, 7), outcome="resolved"))
    act(case, "office.sign", on=date(2025, 3, 7), values={"agrees": True}, request=1, officer=place.lighting_officer)
    assert act(case, "close", on=date(2025, 3, 7), outcome="resolved").state == "closed"


def test_case_on_hold_waits_but_its_limits_run(place):
    case = opened(place)
    due = receipts(state(case))["dispatching"].due_date
    act(case, "office.hold", values={"text": "等待"})
    refused("held", lambda: act(case, "dispatch", values={"unit": "x"}))
    assert receipts(state(case))["dispatching"].due_date == due
    act(case, "office.resume")
    assert act(case, "dispatch", values={"unit": "x"}).state == "dispatched"


def test_terminated_case_counts_as_terminated_and_can_be_reopened(place):
    case = opened(place)
    ended = act(case, "office.terminate", values={"text": "诉求人撤回"})
    assert ended.closed_on == date(2025, 3, 4)
    refused("closed", lambda: act(case, "office.hold", values={"text": "x"}))
    reopened = act(case, "office.reopen", on=date(2025, 3, 5), values={"text": "诉求人又来电"})
    assert (reopened.closed_on, reopened.state) == (None, "registered")
    assert not list(verify_cases(lambda done, total: None))


def test_linked_cases_are_seen_from_both_sides(place):
    one = open_case(
        RECONSIDERATION, "file", organ=place.government, on=date(2024, 3, 1), values=APPLICATION, today=TODAY
    )
    other = opened(place)
    link_cases(one.pk, other.pk, officer=place.operator)
    link_cases(other.pk, one.pk, officer=place.operator)
    assert CaseLink.objects.count() == 1
    assert [link.case for link in state_of(one).links] == [str(other.pk)]
    refused("self_link", lambda: link_cases(one.pk, one.pk, officer=place.operator))


def test_a_party_that_is_not_named_leaves_no_colon_in_the_title():
    policy = system("enterprise_policy").procedure_on(date(2026, 3, 5))
    named = {"firm": {"name": "示例公司"}, "question_title": "稳岗补贴条件"}
    assert title_of(policy, named, "1号") == "示例公司：稳岗补贴条件"
    assert title_of(policy, {"question_title": "稳岗补贴条件"}, "1号") == "稳岗补贴条件"


# --- what the law does -----------------------------------------------------------------------------------------------


def test_lapse_is_settled_before_the_next_step(place):
    case = open_case(
        RECONSIDERATION, "file", organ=place.government, on=date(2024, 9, 26), values=APPLICATION, today=TODAY
    )
    # Five working days after 26 September 2024 end on 9 October; the week of the National Day lies in between.
    refused("by_law", lambda: act(case, "deem_accepted", on=date(2024, 10, 9)))
    refused("state", lambda: act(case, "ask_correction", on=date(2024, 10, 10), values={"correction_items": "x"}))
    assert settle_due(date(2024, 10, 8)) == 0
    assert settle_due(date(2024, 10, 9)) == 1
    event = Event.objects.get(action="deem_accepted")
    assert (event.on, event.by_law, event.officer) == (date(2024, 10, 9), True, None)
    assert state(case).state == "hearing"
    assert settle_due(date(2024, 10, 9)) == 0
    assert not list(verify_cases(lambda done, total: None))


def test_a_case_that_cannot_be_settled_stops_no_other(place):
    """The version of one is no longer declared; five working days after 26 September end on 9 October for the other."""
    lost, sound = (
        open_case(
            RECONSIDERATION, "file", organ=place.government, on=date(2024, 9, 26), values=APPLICATION, today=TODAY
        )
        for _ in range(2)
    )
    with guards.away():
        Case.objects.filter(pk=lost.pk).update(version=date(1999, 10, 1))
    told = {}
    assert settle_due(date(2024, 10, 9), told.__setitem__) == 1
    assert (state(sound).state, [*told]) == ("hearing", [lost.pk])
    assert "1999-10-01" in str(told[lost.pk])


def test_step_taken_late_finds_what_the_law_did_meanwhile(place):
    case = open_case(
        RECONSIDERATION, "file", organ=place.government, on=date(2024, 9, 26), values=APPLICATION, today=TODAY
    )
    act(case, "office.assign", on=date(2024, 10, 15), values={"to": str(place.lighting.pk), "text": "x"})
    actions = list(Event.objects.filter(case=case).order_by("sequence").values_list("action", "on"))
    assert actions == [
        ("file", date(2024, 9, 26)),
        ("deem_accepted", date(2024, 10, 9)),
        ("office.assign", date(2024, 10, 15)),
    ]


def test_extension_is_kept_with_its_length(place):
    case = live(HOTLINE, place.hotline, order_steps()[:3])
    before = receipts(state(case))["handling"].due_date
    refused(
        "too_long",
        lambda: act(
            case, "extend", on=date(2025, 3, 5), values={"extension_reason": "x"}, amount=Amount(6, Unit.WORKING_DAY)
        ),
    )
    act(
        case, "extend", on=date(2025, 3, 5), values={"extension_reason": "材料采购"}, amount=Amount(2, Unit.WORKING_DAY)
    )
    after = receipts(state(case))["handling"].due_date
    assert (before, after) == (date(2025, 3, 11), date(2025, 3, 13))
    assert not list(verify_cases(lambda done, total: None))


def test_perform_locks_the_row_where_the_database_can(place):
    """SQLite has one writer at a time; what that comes to is in test_concurrency."""
    from django.test.utils import CaptureQueriesContext

    case = opened(place)
    with CaptureQueriesContext(connection) as queries:
        act(case, "dispatch", values={"unit": "示例县水务局"})
    locked = any("FOR UPDATE" in query["sql"] for query in queries)
    assert locked is connection.features.has_select_for_update


def test_a_step_asks_the_organs_it_names_and_takes_back_what_it_asked_of_others(place):
    case = open_case(HOTLINE, "order", organ=place.hotline, on=TODAY, values=ORDER, officer=place.operator, today=TODAY)

    def take(action, **values):
        perform(case.pk, action, on=TODAY, officer=place.operator, values=values, today=TODAY)

    def asked():
        return list(Assignment.objects.order_by("number").values_list("to_organ__name", "state", "lead"))

    lighting, water = place.lighting.name, place.water.name
    take("dispatch", unit=lighting, joint_units=[water, "没有这个单位"])
    assert asked() == [(lighting, "open", True), (water, "open", False)]
    assert case.pk in Case.visible.to(access_of(place.lighting_officer, TODAY)).values_list("pk", flat=True)
    take("return_request", return_ground="not_responsible", return_reason="不归我们管")
    take("redispatch", unit=water, joint_units=[])
    assert asked() == [(lighting, "withdrawn", True), (water, "open", False)]
    perform(case.pk, "reply", on=TODAY, values={"reply": "已修复"}, today=TODAY)  # who acts for nobody asks nobody
    perform(case.pk, "send_again", on=TODAY, today=TODAY)
    assert len(asked()) == 2
    entries = AuditEntry.objects.filter(subject=f"case:{case.pk}", action__in=("case.redispatch", "case.office.assign"))
    assert [*entries.order_by("pk").values_list("action", "detail__from", "detail__to")] == [
        ("case.office.assign", 2, 3), ("case.office.assign", 3, 4), ("case.redispatch", 5, 6),
    ]  # fmt: skip
    assert not list(verify_cases(lambda done, total: None))


def test_the_step_that_opens_a_case_asks_the_organ_it_names(place):
    clue = {"clue_matter": "示例线索", "clue_details": "示例情况", "passed_on": TODAY, "answer_by": date(2026, 12, 1)}
    opening = {"organ": place.hotline, "on": TODAY, "today": TODAY}
    values = {**clue, "receiving_unit": place.lighting.name}
    case = open_case("joint_enforcement", "pass_clue", **opening, values=values, officer=place.operator)
    asked = Assignment.objects.values_list("to_organ__name", "state", "lead", "due_on")
    assert [*asked] == [(place.lighting.name, "open", True, date(2026, 12, 1))], "by the day the letter asks for"
    assert case.pk in Case.visible.to(access_of(place.lighting_officer, TODAY)).values_list("pk", flat=True)
    entries = AuditEntry.objects.filter(subject=f"case:{case.pk}").order_by("pk")
    assert [*entries.values_list("action", flat=True)] == ["case.pass_clue", "case.office.assign"]
    perform(case.pk, "receive", on=TODAY, officer=place.operator, today=TODAY)
    perform(
        case.pk,
        "office.reply",
        on=TODAY,
        officer=place.lighting_officer,
        request=1,
        values={"text": "已责令改正"},
        today=TODAY,
    )
    assert answers(procedure_of(case), "answer", state(case)) == {"result_note": "已责令改正"}
    own = {**clue, "receiving_unit": place.hotline.name}
    open_case("joint_enforcement", "pass_clue", **opening, values=own, officer=place.operator)
    open_case("joint_enforcement", "pass_clue", **opening, values=values)  # who acts for nobody asks nobody
    assert Assignment.objects.count() == 1, "nobody asks himself"
    assert not list(verify_cases(lambda done, total: None))


def test_an_item_passed_down_stands_in_the_list_of_the_street_that_takes_it_over(place):
    """Two streets take over one item: each has it in its own part of the list."""
    day, today = date(2026, 12, 1), date(2026, 12, 31)
    power = {"name": "示例处罚", "power_type": "penalty", "basis": "示例条例", "implementing_organ": "示例县热线中心"}
    apply_entry_change("power_list", place.hotline, "add", "CG-1", power, day)
    for street in (place.lighting, place.water):
        for number in ("一", "二"):
            certify(street, f"{street.name}{number}", day)
        steps = [
            StepScript("propose", day, {"item_code": "CG-1", "street": street.name, "giver": place.hotline.name, "provincial_decision": "示政〔2026〕1号", "need": "示例"}),
            StepScript("assess", day, {"able": True, "capacity": "示例"}),
            StepScript("train", day, {"trained": 3, "training": "示例"}),
            StepScript("take_over", day, {"taken_on": day, "next_evaluation": today}),
        ]  # fmt: skip
        case = live("street_power_list", place.hotline, steps, today=today)
    held = Entry.objects.filter(register="street_power_list", key="CG-1").order_by("organ__name")
    assert [*held.values_list("organ__name", flat=True)] == [place.lighting.name, place.water.name]
    perform(
        case.pk,
        "evaluate",
        on=day,
        today=today,
        values={"evaluation_result": "unable", "evaluation": "示例", "next_evaluation": today},
    )
    perform(case.pk, "take_back", on=day, today=today, values={"reason": "示例"})
    assert (
        entries_on("street_power_list", access=None, true_on=day).values_list("entry__organ__name", flat=True).get()
        == place.lighting.name
    )


def test_the_reply_begins_with_what_those_who_were_asked_have_answered(place):
    case = open_case(HOTLINE, "order", organ=place.hotline, on=TODAY, values=ORDER, officer=place.operator, today=TODAY)

    def take(action, officer=place.operator, request=None, **values):
        return perform(case.pk, action, on=TODAY, officer=officer, values=values, request=request, today=TODAY)

    def answered():
        return answers(procedure_of(case), "reply", state(case))

    take("dispatch", unit=place.lighting.name)
    assert answered() == {}
    take("office.reply", place.lighting_officer, 1, text="已更换灯泡")
    assert answered() == {"reply": "已更换灯泡"}
    assert take("reply").fields["reply"] == "已更换灯泡", "nobody types it a second time"
    take("send_again")
    assert answered() == {}, "what was answered before the reply is no news"
    take("office.reply", place.lighting_officer, 2, text="线路正常")
    assert answered() == {"reply": "线路正常"}
    assert take("reply", reply="线路已查明正常").fields["reply"] == "线路已查明正常"


def test_what_nobody_answered_ends_with_the_case_and_is_asked_again_when_it_is_reopened(place):
    case = open_case(HOTLINE, "order", organ=place.hotline, on=TODAY, values=ORDER, officer=place.operator, today=TODAY)

    def take(action, **options):
        return perform(case.pk, action, on=TODAY, officer=place.operator, today=TODAY, **options)

    def asked():
        return [*Assignment.objects.order_by("number").values_list("state", "answer")]

    take("dispatch", values={"unit": place.lighting.name, "joint_units": [place.water.name]})
    perform(
        case.pk,
        "office.reply",
        on=TODAY,
        values={"text": "已修复"},
        request=1,
        officer=place.lighting_officer,
        today=TODAY,
    )
    take("office.terminate", values={"text": "诉求人撤回"})
    assert asked() == [("answered", "已修复"), ("ended", "随“终止办理”结束")]
    take("office.reopen", values={"text": "诉求人再次反映"})
    assert asked() == [("answered", "已修复"), ("open", "")]
    take("reply", values={"reply": "已修复"})
    take("close", outcome="resolved")
    assert asked() == [("answered", "已修复"), ("ended", "随“办结”结束")]
    assert not list(verify_cases(lambda done, total: None))
