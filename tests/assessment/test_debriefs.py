"""Debriefs: all heads called at once, facts filled in from the records, handed in, and what moves afterwards."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.desk.county import make_county, officer, signed_in
from zhunsheng.bodies.models import Attendance, Body, Item, Meeting
from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import CaseScript, StepScript, replay
from zhunsheng.kernel.meeting import ItemKind, MeetingState, Presence, Standing
from zhunsheng.orgs.models import Duty, Organ, OrganKind
from zhunsheng.papers.models import Paper

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year


@pytest.fixture
def county(db):
    made = make_county()
    office = officer("office", "示例丁", made.government, system="year_end_debrief", role="office", whole_tree=True)
    unit = officer("unit", "示例戊", made.justice, system="year_end_debrief", role="unit")
    Duty.objects.create(officer=unit, organ=made.justice, system="task_ledger", role="unit")
    made.office, made.unit = office, unit
    return made


def _task(county, text, *steps):
    told = {
        "year": YEAR,
        "task": text,
        "duty": "lead",
        "level": "county",
        "requirement": "完成",
        "due_on": f"{YEAR}-12-31",
    }
    on = timezone.localdate()
    script = [StepScript("assign", on, told), *(StepScript(name, on, values) for name, values in steps)]
    replay("task_ledger", [CaseScript(county.justice, script)], today=on)


def _study(county):
    body = Body.objects.create(
        organ=county.government, kind="executive_meeting", name="示例常务会", valid_from=date(2020, 1, 1)
    )
    at = timezone.make_aware(datetime(YEAR, 1, 5, 9))
    meeting = Meeting.objects.create(
        body=body, form="executive", title="第1次常务会议", starts_at=at, place="示例", state=MeetingState.CONCLUDED
    )
    Item.objects.create(meeting=meeting, position=1, title="学法", kind=ItemKind.STUDY)
    for organ, presence in ((county.justice, Presence.PRESENT), (county.housing, Presence.LEAVE)):
        Attendance.objects.create(meeting=meeting, standing=Standing.MEMBER, organ=organ, presence=presence)


def test_all_heads_are_called_at_once_and_a_debrief_is_handed_in_with_its_facts(county):
    duty = {"year": YEAR, "duty_code": "1", "head_post": "示例县司法局局长"}
    Case.objects.create(
        system="first_responsible_list", version=date(2019, 4, 15), organ=county.justice, path=county.justice.path,
        state="listed", fields=duty, opened_on=timezone.localdate(), last_on=timezone.localdate(),
    )  # fmt: skip
    Organ.objects.create(
        region=county.region, parent=county.government, name="示例县法院", kind=OrganKind.COURT, mark="示法"
    )
    _study(county)
    done = ("take_up", {}), ("submit", {"progress": "完成", "evidence": "示函"}), ("verify", {"opinion": "属实"})
    _task(county, "开展案卷评查", *done)
    _task(county, "修订裁量基准")
    office, today = signed_in(county.office), timezone.localdate()
    address = reverse("desk:debriefs") + f"?year={YEAR}"
    heads = office.get(address).context["form"].fields["organs"].choices
    assert [label for _key, label in heads] == [
        "示例县人民政府 · 示例县人民政府主要负责人", "示例县司法局 · 示例县司法局局长", "示例县住房和城乡建设局 · 示例县住房和城乡建设局主要负责人",
    ]  # fmt: skip
    told = {"form": "written", "organs": [key for key, _label in heads]}
    early = office.post(address, {**told, "due_on": today - timedelta(days=1)})
    assert (early.status_code, Case.objects.filter(system="year_end_debrief").count()) == (422, 0)
    done_page = office.post(address, {**told, "due_on": today + timedelta(days=20)}, follow=True).content.decode()
    assert "已布置 3 个单位述法" in done_page
    assert "布置 3 个单位，已提交 0 个，办结 0 个。" in done_page
    assert office.get(address).context["form"] is None  # nobody is called twice
    case = Case.objects.get(system="year_end_debrief", organ=county.justice)
    assert (case.state, case.fields["head_post"]) == ("called", "示例县司法局局长")
    unit, own = signed_in(county.unit), reverse("desk:debrief", args=[case.pk])
    page = unit.get(own)
    begun = {name: text for name, _label, text in page.context["texts"]}
    assert begun == {
        "performance": "参加学法1次：1月5日第1次常务会议。完成年度任务1项：开展案卷评查。",
        "shortcomings": "还有1项任务没有完成：修订裁量基准。",
        "next_year": "继续完成：修订裁量基准。",
    }
    assert {fact.figure: fact.now for fact in page.context["facts"]}["task_ledger.done"] == 1
    empty = unit.post(own, {**begun, "shortcomings": " ", "sequence": case.sequence})
    assert (empty.status_code, "「存在不足」必须填写" in empty.content.decode()) == (422, True)
    stale = unit.post(own, {**begun, "sequence": case.sequence + 1})
    assert (stale.status_code, Case.objects.get(pk=case.pk).state) == (422, "called")
    unit.post(own, {**begun, "sequence": case.sequence})
    case.refresh_from_db()
    assert (case.state, case.fields["tasks_done"]) == ("submitted", 1)
    assert Paper.objects.get(case_id=case.pk).kind == "debrief"
    _task(county, "补办的任务", *done)
    moved = [fact for fact in unit.get(own).context["facts"] if fact.moved]
    assert [(fact.figure, fact.drawn, fact.now) for fact in moved] == [("task_ledger.done", 1, 2)]
    assert unit.post(own, begun).status_code == 404  # handed in already
    other = signed_in(officer("other", "示例己", county.housing, system="year_end_debrief", role="unit"))
    assert other.get(own).status_code == 404
    assert other.get(address).context["form"] is None
