"""The supervision pages: a plan read, corrected and confirmed by forms, who sees what, and as many queries as ever."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.desk.county import signed_in
from tests.supervision.seat import make_seat
from tests.supervision.test_planning import PLAN
from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import CaseScript, StepScript, replay
from zhunsheng.law import models as law
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.security import sessions
from zhunsheng.supervision.models import PlanText

pytestmark = pytest.mark.once

READ_IN = {"pasted": PLAN, "part": "", "level": "county", "is_own": "1", "mark": "要26", "issued_on": "2026-03-02"}


@pytest.fixture
def seat(db):
    return make_seat()


@pytest.fixture
def office(seat):
    return signed_in(seat.office)


def _read(office, seat, **changed):
    return office.post(reverse("desk:plan-new"), {**READ_IN, "organ": seat.government.pk, **changed})


def test_what_cannot_be_read_says_why_and_keeps_nothing(office, seat):
    assert "选择文件，或者粘贴正文" in _read(office, seat, pasted="").content.decode()
    assert "没有读出措施" in _read(office, seat, pasted="只有一句话。").content.decode()
    assert not PlanText.objects.exists()


def test_a_plan_is_corrected_beside_its_source_and_confirmed(office, seat):
    assert _read(office, seat).status_code == 302
    row = PlanText.objects.get()
    page = office.get(reverse("desk:plan", args=[row.pk]) + "?m=3").content.decode()
    assert '<mark id="place-1"><a class="place-number" href="#task-1">1</a>增加法制审核人员</mark>' in page
    assert "没有「县编办」这个单位" in page
    assert "缺 1" in page
    refused = office.post(reverse("desk:plan-confirm", args=[row.pk]), {"version": row.version}, follow=True)
    assert "还有 1 处没有填好" in refused.content.decode()
    corrected = {
        "version": row.version, "title": "配齐人员", "upper": "", "task-0-text": "增加法制审核人员", "task-0-lead": "司法局",
        "task-0-joint": "", "task-0-due_on": "2026-12-31", "task-0-rhythm": "", "task-0-standard": "每单位2名",
        "task-1-text": "补充的任务", "task-1-lead": "财政局", "task-1-due_on": "2026-10-31", "task-2-text": "",
    }  # fmt: skip
    office.post(reverse("desk:plan-measure", args=[row.pk, 3]), corrected)
    row.refresh_from_db()
    assert [(t["text"], t["lead"], t["taken"]) for t in row.proposal["measures"][2]["tasks"]] == [
        ("增加法制审核人员", "司法局", True), ("补充的任务", "财政局", True)
    ]  # fmt: skip
    stale = office.post(reverse("desk:plan-measure", args=[row.pk, 3]), corrected, follow=True)
    assert "别人改过" in stale.content.decode()
    done = office.post(reverse("desk:plan-confirm", args=[row.pk]), {"version": row.version}, follow=True)
    assert "已确认：3 项措施，7 件任务分解到单位，1 项列入常态化任务。" in done.content.decode()
    assert "要26-一-1" in done.content.decode()


def test_others_neither_see_nor_make_plans(office, seat):
    _read(office, seat)
    clerk = signed_in(seat.clerk)
    row = PlanText.objects.get()
    for name, key in (("plan", [row.pk]), ("plan-new", [])):
        assert clerk.get(reverse(f"desk:{name}", args=key)).status_code == 404
    assert clerk.post(reverse("desk:plan-confirm", args=[row.pk]), {"version": 0}).status_code == 404
    assert clerk.get(reverse("desk:matrix") + f"?organ={seat.government.pk}").status_code == 404
    assert clerk.get(reverse("desk:matrix")).status_code == 200


def _tasks(seat, count):
    day = date(2026, 1, 5)
    organs = (seat.government, *seat.departments, *seat.towns)
    told = {"year": 2026, "duty": "lead", "level": "county", "requirement": "做到", "due_on": "2026-12-20"}
    scripts = [
        CaseScript(
            organs[number % len(organs)],
            [
                StepScript(
                    "assign", day,
                    {**told, "task": f"任务{number}", "measure_code": f"县-{number % 5}", "figure": "task_ledger.done"},
                )
            ],
        )
        for number in range(count)
    ]  # fmt: skip
    replay("task_ledger", scripts, officers=[seat.office.pk], today=day)


PAGES = {"plans": 12, "matrix": 13, "board": 11, "my-tasks": 14, "mechanisms": 11}


def test_the_pages_ask_as_much_of_the_database_however_many_tasks_there_are(office, seat, monkeypatch):
    monkeypatch.setattr(sessions, "EVERY", 86400)
    monkeypatch.setattr(law, "_STAMP_LIFETIME", 86400)
    leg = {"mechanism": "1211", "leg": "督导平台推进任务", "figure": "task_ledger.done", "wanted": "3"}
    apply_entry_change("mechanism_1211", seat.government, "add", "1211-1", leg, date(2026, 1, 1), officer=seat.office)

    def asked():
        found = {}
        for name in PAGES:
            address = reverse(f"desk:{name}") + "?year=2026"
            with CaptureQueriesContext(connection) as queries:
                assert office.get(address).status_code == 200
            found[name] = len(queries)
        return found

    _tasks(seat, 20)
    asked()
    few = asked()
    _tasks(seat, 200)
    assert asked() == few == PAGES


def test_a_clerk_reads_the_measures_of_the_level_above_as_his_tasks_say_them(seat):
    _tasks(seat, 21)
    for case in Case.objects.filter(system="task_ledger", fields__measure_code="县-1"):
        case.fields["source_text"] = "示例县2026年工作要点 1 完善制度"
        case.save(update_fields=["fields"])
    page = signed_in(seat.clerk).get(reverse("desk:matrix") + "?year=2026")
    # The second of eight organs has the tasks 1, 9 and 17, of the measures 1, 4 and 2.
    assert [row.node.title for row in page.context["rows"]] == ["完善制度", "县-2", "县-4"]


def test_the_matrix_counts_every_task_once_and_leads_down(office, seat):
    _tasks(seat, 21)
    case = Case.objects.filter(system="task_ledger").earliest("pk")
    Case.objects.filter(pk=case.pk).update(next_due=date(2026, 2, 1))
    page = office.get(reverse("desk:matrix") + "?year=2026")
    rows = {row.node.code: (row.whole.total, row.whole.late) for row in page.context["rows"]}
    # 21 tasks over five measures: the first has five, the others four; the first task of all is late.
    assert rows == {"县-0": (5, 1), "县-1": (4, 0), "县-2": (4, 0), "县-3": (4, 0), "县-4": (4, 0)}
    assert page.context["whole"].total == 21
    board = office.get(reverse("desk:board") + "?year=2026")
    assert sum(line.now.total for line in board.context["lines"]) == 21
    below = office.get(reverse("desk:matrix") + f"?year=2026&organ={seat.departments[0].pk}")
    assert below.context["whole"].total == 3  # eight organs: the first five of them have three, the others two


def test_a_cell_of_the_matrix_opens_into_its_tasks(office, seat):
    _tasks(seat, 21)
    page = office.get(reverse("desk:matrix") + "?year=2026").content.decode()
    organ = seat.departments[0]
    address = f"{reverse('desk:my-tasks')}?measure=%E5%8E%BF-1&amp;organ={organ.pk}&amp;year=2026"
    assert address in page
    told = office.get(address.replace("&amp;", "&"))
    assert [line.row.case.title for line in told.context["lines"]] == ["任务1"]
    assert (
        signed_in(seat.clerk).get(f"{reverse('desk:my-tasks')}?measure=x&organ={seat.government.pk}").status_code == 404
    )
