"""The order of the steps on the page of a case: what the law waits for and what opens the way to it first, why it is shut."""

import pytest
from django.urls import reverse

from tests.desk.county import SYSTEM, days_ago, officer, signed_in
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.catalogue import scenarios
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.case_steps import onward, steps_now
from zhunsheng.desk.deadline_lines import deadline_lines, demands
from zhunsheng.kernel.case_state import CaseState
from zhunsheng.kernel.clock import read
from zhunsheng.kernel.transition import Command, check
from zhunsheng.law.working_days import calendar

pytestmark = pytest.mark.once
FILING = {
    "applicant": [{"name": "示例丁", "kind": "person"}], "respondent": [{"name": "示例县住房和城乡建设局", "kind": "organ"}],
    "act": "《示例决定》", "matter": "penalty", "area": "housing", "request": "撤销",
}  # fmt: skip


def steps_shown(client, case):
    page = client.get(reverse("desk:case", args=[case.pk])).context
    names = [name for name, _action in (*page["possible"], *page["further"])]
    return names, page["leads"], [(action.zh, why) for action, why, _mark in page["shut"]]


def test_the_way_to_the_decision_leads_step_by_step(county, owner):
    case = open_case("administrative_reconsideration", "file", organ=county.justice, on=days_ago(9), values=FILING)
    names, leads, shut = steps_shown(owner, case)
    assert (names[0], leads, shut) == ("accept", True, [])
    form = owner.get(reverse("desk:act", args=[case.pk, "accept"])).content.decode()
    assert "您不能再办：指定复议人员、听取意见、举行听证、提出审理意见（立案人员不得审理自己受理的案件）" in form
    perform(case.pk, "accept", on=days_ago(8), values={"track": "ordinary"})
    perform(case.pk, "assign_officers", on=days_ago(8), values={
        "officers": ["示例乙", "示例戊"], "panel_size": 2, "major": False, "technical": False,
    })  # fmt: skip
    perform(case.pk, "send_copy", on=days_ago(7))
    names, leads, shut = steps_shown(owner, case)
    [(act, why)] = shut
    assert (act, leads) == ("作出复议决定", True)
    assert "没有答复举证" in why
    assert names[:2] == ["copy_received", "reply"], "the time for the reply begins with the receipt of the copy"
    assert names.index("mediate") < names.index("assign_officers"), "what was taken already stands last"
    perform(case.pk, "reply", on=days_ago(6), values={"reply_summary": "事实清楚", "respondent_staff": ["示例己"]})
    perform(case.pk, "hear_opinions", on=days_ago(5), values={"opinions": "坚持请求"})
    assert steps_shown(owner, case)[0][0] == "propose"
    perform(case.pk, "propose", on=days_ago(4), values={"findings": "程序违法", "proposal": "撤销"})
    names, leads, shut = steps_shown(owner, case)
    assert (names[0], leads, shut) == ("decide", True, [])
    decision = {"decision_reasons": "程序违法", "decision_text": "撤销", "adopted_by": "by_head"}
    perform(case.pk, "decide", on=days_ago(3), outcome="revoked", values=decision)
    assert steps_shown(owner, case)[0][0] == "serve", "no limit runs: what leads on to another state"


def test_a_step_for_somebody_else_leaves_the_others_without_a_leader(county):
    """Who only decides does not send the copy the law waits for; no other step is put forward in its place."""
    case = open_case("administrative_reconsideration", "file", organ=county.justice, on=days_ago(1), values=FILING)
    perform(case.pk, "accept", on=days_ago(0), values={"track": "ordinary"})
    head = officer("head", "示例癸", county.justice, system="administrative_reconsideration", role="organ_head")
    names, leads, shut = steps_shown(signed_in(head), case)
    assert "mediate" in names
    assert (leads, shut) == (False, [])


def test_a_step_of_a_later_state_is_led_to_from_state_to_state(county, owner):
    """What the law waits for belongs to a state further on: the step towards it leads, what else is possible does not."""
    case = county.accepted(on=days_ago(5))
    names, leads, shut = steps_shown(owner, case)
    assert (names, leads, shut) == (["assign_reviewer", "check_text"], True, [])
    registrar = signed_in(officer("registrar", "示例癸", county.justice, system=SYSTEM, role="registrar"))
    assert steps_shown(registrar, case) == (["check_text"], False, [])
    assert "接下来由别人办：「确定承办人」由审查部门负责人办理" in registrar.get(f"/case/{case.pk}/").content.decode()
    perform(case.pk, "assign_reviewer", on=days_ago(4), values={"reviewer_name": "示例戊"})
    names, leads, _shut = steps_shown(owner, case)
    assert (names[:2], leads) == (["enter_opinion", "draft_opinion"], True)


def test_what_is_done_only_if_needed_does_not_lead(county):
    """A supplement is asked for where a request is unclear; what most requests come to is the review, then the reply."""
    client = signed_in(officer("disclosure", "示例癸", county.justice, system="info_disclosure_request", role="*"))
    case = open_case("info_disclosure_request", "file", organ=county.justice, on=days_ago(25), values={
        "applicant": {"name": "示例丁", "kind": "person"}, "applicant_kind": "natural", "information": "部门决算",
        "channel": "in_person",
    })  # fmt: skip
    page = client.get(reverse("desk:case", args=[case.pk]))
    names, leads, _shut = steps_shown(client, case)
    assert (names[0], leads) == ("review", True)
    demand = page.context["demand"]
    assert (demand.key, case.next_due) == ("reply", demand.due), "seven working days are over, and nothing is overdue"
    assert "另外，「告知补正（申请内容不明确的）」到" in page.content.decode()
    assert "已过" in page.content.decode()
    assert "逾期 " not in client.get(reverse("desk:cases", args=["info_disclosure_request"])).content.decode()
    perform(case.pk, "review", on=days_ago(0), values={"search_note": "查到", "secrecy_review": "可以公开"})
    names, leads, _shut = steps_shown(client, case)
    assert (names[0], leads) == ("answer", True)
    assert client.get(reverse("desk:case", args=[case.pk])).context["sooner"] == [], (
        "the review says that none is needed"
    )


def test_the_mediator_comes_before_the_end_and_what_the_parties_may_do_does_not_lead(county):
    client = signed_in(officer("mediator", "示例癸", county.justice, system="people_mediation", role="*"))
    case = open_case("people_mediation", "apply", organ=county.justice, on=days_ago(9), values={
        "parties_to": [{"name": "示例甲", "kind": "person"}, {"name": "示例乙", "kind": "person"}], "kind": "neighbours",
    })  # fmt: skip
    assert steps_shown(client, case)[0][0] == "mediate"
    perform(case.pk, "mediate", on=days_ago(8), values={"mediator": "示例癸"})
    assert steps_shown(client, case)[0][0] == "conclude"
    perform(case.pk, "conclude", on=days_ago(5), outcome="settled")
    agreed = {"agreement": "排水沟共用", "effective_on": days_ago(5).isoformat()}
    perform(case.pk, "written_agreement", on=days_ago(5), values=agreed)
    names, leads, _shut = steps_shown(client, case)
    assert "apply_confirmation" in names
    assert not leads, "to have it confirmed is for the parties"


@pytest.mark.parametrize(
    ("slug", "state", "first"),
    [
        ("certificate_matter_list", "proposed", "check"),  # and not 退回
        ("legislation_plan", "evaluated", "approve"),  # and not 不予立项
        ("normative_document", "deliberating", "deliberate"),  # and not back to be revised
        ("legality_review", "submitted", "accept"),  # and not to ask for papers, from where the case comes back
        ("litigation_response", "trial", "receive_judgment"),  # and not 撤诉、调解结案
        ("info_disclosure_request", "supplementing", "supplemented"),  # the way back, and not 撤回
        ("enforcement_certificate", "active", None),  # in force: nothing is expected
    ],
)
def test_without_a_limit_what_leads_on_comes_before_what_sends_back_or_ends(slug, state, first):
    compiled = systems()[slug].procedure_on(days_ago(0))
    case = CaseState(slug, compiled.version, state, days_ago(1), days_ago(1), "organ")
    assert next(iter(onward(compiled, case, {})), None) == first


@pytest.mark.parametrize(
    ("slug", "step"),
    [
        ("investment_project_onestop", "resume_approval"),  # the limit is stopped: first it runs on
        ("petition_mediation", "end_hearing"),
        ("administrative_penalty_case", "court_rule"),  # and not 缴纳罚没款, though its day is over
        ("administrative_penalty_case", "fix_hearing"),  # and not 听取陈述申辩, which the hearing takes the place of
        ("assessment_indicator", "approve"),  # and not 撤回
        ("normdoc_review_suggestion", "supplemented"),  # and not 逾期未补充
        ("info_disclosure_request", "give_reason"),
        ("one_window", "complete"),  # and not 不予办理
        ("proposal_handling", "evaluate"),  # what the state waits for, and not 办结
    ],
)
def test_what_comes_next_in_an_example_leads_where_nobody_has_to_choose(db, slug, step):
    assert [first for first in leaders_before(slug, step) if first == step], "no example leads to it"


def leaders_before(slug, step):
    """Which step leads wherever the worked examples of a system take this one."""
    system, days = systems()[slug], calendar()
    told = scenarios.read_scenarios(system)
    for example in told.scenarios:
        walk = scenarios.Walk()
        for day, written in ((day, step) for entry in example.given for day, step in entry.items()):
            taken = scenarios.Step(action=written) if isinstance(written, str) else written
            compiled = system.procedure_on(next(iter(example.given[0])))
            if walk.case is not None and taken.action == step and not taken.refused:
                yield leading(compiled, walk.case, day, days)
            scenarios._take(compiled, told, walk, day, taken, days)


def leading(compiled, case, day, days):
    """The step the page of a case puts forward to somebody who may take every step."""
    choices = []
    for name in compiled.procedure.actions:
        facts = dict.fromkeys(scenarios._facts(compiled, scenarios.Step(action=name)), True)
        somebody = Command(name, day, day, "officer:x", "organ", frozenset(compiled.procedure.roles), facts=facts)
        choices.append((name, check(compiled, case, somebody, days)))
    readings = {key: read(compiled.limits[key], events, days) for key, events in case.clocks.items() if events}
    steps = steps_now(choices, compiled, case, demands(deadline_lines(compiled, case, readings, day, days)))
    return steps.possible[0] if steps.leads else None
