"""The order of the steps on the page of a case: what the law waits for and what opens the way to it first, why it is shut."""

import pytest
from django.urls import reverse

from tests.desk.county import SYSTEM, days_ago, officer, signed_in
from zhunsheng.cases.actions import open_case, perform

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
    assert names[0] == "reply", names
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
    assert (names[0], leads) == ("draft_opinion", True)
