"""From the text of a plan to measures, tasks of organs and recurring duties: all of it or nothing, and nothing twice."""

from __future__ import annotations

from datetime import date

import pytest

from tests.supervision.seat import make_seat
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case, CaseLink
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Organ
from zhunsheng.registers.models import Entry
from zhunsheng.supervision.answering import likest, measures_above
from zhunsheng.supervision.confirming import confirm, shares_of
from zhunsheng.supervision.naming import organs_below, organs_named
from zhunsheng.supervision.planning import PlanRefused, correct, read_in, set_defaults
from zhunsheng.supervision.rhythms import raise_due, turn_of, turn_words

TODAY = date(2026, 3, 2)
PLAN = """示例县2026年法治政府建设工作要点
一、加强领导
1.落实责任。县政府每季度至少学法1次。完善考核机制。（牵头单位：县司法局；配合单位：财政局；完成时限：6月底前）
2.规范执法。开展案卷评查。（责任单位：各乡镇；完成时限：9月底前）
二、强化保障
3.配齐人员。增加法制审核人员。（县编办负责，年底前完成）
"""


@pytest.fixture
def seat(db):
    return make_seat()


def _read(seat, **kwargs):
    told = {"level": "county", "is_own": True, "mark": "要26", "issued_on": TODAY} | kwargs
    return read_in(PLAN, organ=seat.government, officer=seat.office, **told)


def _put_right(plan, seat):
    """The bureau of staffing is not in the tree: the officer names another."""
    measure = plan.proposal["measures"][2]
    tasks = [{**task, "lead": "司法局"} for task in measure["tasks"]]
    correct(plan, 2, seat.office, version=plan.version, tasks=tasks)
    plan.refresh_from_db()


def test_organs_are_found_by_name_short_name_and_kind(seat):
    among = organs_below(seat.government, TODAY)

    def names(text):
        found = organs_named(text, among)
        return [organ.name for organ in found.organs], found.unknown

    assert names("县司法局、财政局、县政府") == (["示例县司法局", "示例县财政局", "示例县人民政府"], [])
    assert names("各乡镇人民政府") == ([town.name for town in seat.towns], [])
    assert names("县直各部门")[0] == [organ.name for organ in seat.departments]
    assert names("县编办、局") == ([], ["县编办", "局"])


def test_organs_are_found_by_the_short_names_plans_use(seat):
    told = {"region": seat.government.region, "parent": seat.government, "kind": "department"}
    for name in ("住房和城乡建设局", "发展和改革委员会", "人民防空办公室", "文化广电和旅游局", "文化旅游投资局"):
        Organ.objects.create(name=f"示例县{name}", mark=name[:2], **told)
    found = organs_named("县住建局、县发改委、县人防办", organs_below(seat.government, TODAY))
    assert [organ.name for organ in found.organs] == [
        "示例县住房和城乡建设局", "示例县发展和改革委员会", "示例县人民防空办公室"
    ]  # fmt: skip
    doubtful = organs_named("县文旅局、县水利局", organs_below(seat.government, TODAY))
    assert doubtful == ([], ["县文旅局", "县水利局"])  # two are short so, and nobody is
    every = organs_named("县政府各部门", organs_below(seat.government, TODAY))
    assert len(every.organs) == len(seat.departments) + 5


@pytest.mark.database
def test_a_plan_becomes_measures_tasks_and_duties_in_one_go(seat):
    plan = _read(seat)
    _shares, missing = shares_of(plan, access_of(seat.office, TODAY), TODAY)
    assert [(m.measure, m.task, m.words.zh) for m in missing] == [
        (2, 0, "没有「县编办」这个单位，或者不止一个，请写全称")
    ]
    with pytest.raises(PlanRefused, match="还有 1 处"):
        confirm(plan, seat.office, on=TODAY, version=plan.version)
    assert not Case.objects.exists()
    _put_right(plan, seat)
    with pytest.raises(PlanRefused, match="别人改过"):
        confirm(plan, seat.office, on=TODAY, version=0)
    done = confirm(plan, seat.office, on=TODAY, version=plan.version)
    # Tasks: one for justice with finance joining, one for each of three towns, one for justice. The quarterly study is a
    # duty that raises its own task: for its leader and who joins, of the first quarter.
    assert done.result == {"measures": 3, "tasks": 3, "cases": 6, "duties": 1, "raised": 2}
    tasks = Case.objects.filter(system="task_ledger", fields__measure_code="要26-一-1").order_by("pk")
    told = [(c.organ.name, c.fields["duty"], c.fields["due_on"], c.fields.get("period_from")) for c in tasks]
    assert told == [
        ("示例县司法局", "lead", "2026-06-30", None),
        ("示例县财政局", "joint", "2026-06-30", None),
        ("示例县司法局", "lead", "2026-03-31", "2026-01-01"),
        ("示例县财政局", "lead", "2026-03-31", "2026-01-01"),
    ]
    assert tasks[2].fields["task"] == "县政府每季度至少学法1次（2026年第一季度）"
    measures = Case.objects.filter(system="implementation_plan").order_by("pk")
    assert [m.fields["measure_code"] for m in measures] == ["要26-一-1", "要26-一-2", "要26-二-3"]
    assert Entry.objects.filter(register="implementation_plan").count() == 3
    assert CaseLink.objects.filter(case__system="implementation_plan").count() == 6
    with pytest.raises(PlanRefused, match="已经确认"):
        confirm(plan, seat.office, on=TODAY, version=done.version)


@pytest.mark.database
def test_what_comes_again_is_raised_once_a_turn(seat):
    plan = _read(seat)
    _put_right(plan, seat)
    confirm(plan, seat.office, on=TODAY, version=plan.version)
    assert [raise_due(date(2026, 3, 31)), raise_due(date(2026, 4, 1)), raise_due(date(2026, 6, 30))] == [0, 2, 0]


@pytest.mark.parametrize(
    ("rhythm", "on", "first", "last", "words"),
    [
        ("month", date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28), "2026年2月"),
        ("quarter", date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31), "2026年第四季度"),
        ("half_year", date(2026, 7, 1), date(2026, 7, 1), date(2026, 12, 31), "2026年下半年"),
        ("year", date(2026, 5, 1), date(2026, 1, 1), date(2026, 12, 31), "2026年"),
        ("two_years", date(2026, 5, 1), date(2025, 1, 1), date(2026, 12, 31), "2025—2026年"),
        ("two_years", date(2027, 1, 1), date(2027, 1, 1), date(2028, 12, 31), "2027—2028年"),
    ],
)  # fmt: skip
def test_turns(rhythm, on, first, last, words):
    turn = turn_of(rhythm, date(2025, 6, 1), on)
    assert (turn.first, turn.last, turn_words(turn)) == (first, last, words)


def test_a_plan_above_is_only_listed_for_own_measures_to_point_to(seat):
    plan = _read(seat, level="city", is_own=False, mark="市")
    done = confirm(plan, seat.office, on=TODAY, version=plan.version)
    assert done.result == {"measures": 3, "tasks": 0, "cases": 0, "duties": 0, "raised": 0}
    assert not Case.objects.filter(system="task_ledger").exists()
    own = _read(seat)
    _put_right(own, seat)
    set_defaults(own, seat.office, version=own.version, lead="司法局", due_on="2026-12-31")
    own.refresh_from_db()
    correct(own, 0, seat.office, version=own.version, tasks=own.proposal["measures"][0]["tasks"], upper="市-一-1")
    own.refresh_from_db()
    confirm(own, seat.office, on=TODAY, version=own.version)
    assert (
        Case.objects.get(fields__measure_code="要26-一-1", system="implementation_plan").fields["upper_code"]
        == "市-一-1"
    )


def test_points_of_a_year_are_proposed_one_by_one(seat):
    plan = _read(seat, level="points")
    _put_right(plan, seat)
    confirm(plan, seat.office, on=TODAY, version=plan.version)
    points = Case.objects.filter(system="annual_work_plan").order_by("pk")
    assert [(p.state, p.fields["task_no"], p.fields["lead_unit"]) for p in points] == [
        ("proposed", "要26-一-1", "示例县司法局"),
        ("proposed", "要26-一-2", "示例县第1镇人民政府"),
        ("proposed", "要26-二-3", "示例县司法局"),
    ]


def test_numbers_that_begin_anew_under_each_heading_stay_apart(seat):
    text = "一、安排\n（一）甲\n1.建立制度。\n2.完善机制。\n（二）乙\n1.开展评查。\n二、保障\n1.加强领导。\n"
    plan = read_in(
        text, organ=seat.government, officer=seat.office, level="county", is_own=True, mark="县", issued_on=TODAY
    )
    assert [m["code"] for m in plan.proposal["measures"]] == ["一-一-1", "一-2", "一-二-1", "二-1"]


STAGED = """示例县2026年法治政府建设工作要点
一、任务
1.规范裁量。6月底前完成基准梳理，9月底前征求意见，12月底前公布裁量基准。开展培训，年底前通报。（责任单位：县司法局）
2.清理文件。3月底前公布目录，每季度学法1次。（责任单位：县财政局）
"""


def test_days_in_one_sentence_become_milestones_of_one_task(seat):
    plan = read_in(
        STAGED, organ=seat.government, officer=seat.office, level="county", is_own=True, mark="县", issued_on=TODAY
    )
    first, *others = (t for m in plan.proposal["measures"] for t in m["tasks"])
    assert first["text"] == "6月底前完成基准梳理，9月底前征求意见，12月底前公布裁量基准"
    assert (first["milestones"], first["due_on"]) == ("2026-06-30 完成基准梳理\n2026-09-30 征求意见", "2026-12-31")
    # One day alone is no stage, and what comes again goes by its rhythm.
    assert [(t["text"], t["milestones"]) for t in others] == [
        ("开展培训", ""), ("年底前通报", ""), ("3月底前公布目录", ""), ("每季度学法1次", ""),
    ]  # fmt: skip
    set_defaults(plan, seat.office, version=plan.version, lead="", due_on="2026-12-31")
    plan.refresh_from_db()
    confirm(plan, seat.office, on=TODAY, version=plan.version)
    task = Case.objects.filter(system="task_ledger").order_by("pk")[0]
    assert (task.fields["milestone"], task.fields["milestone_due"]) == ("完成基准梳理", "2026-06-30")
    assert task.next_due == date(2026, 6, 30)
    after = date(2026, 6, 29)
    perform(task.pk, "reach_milestone", on=after, officer=seat.clerk, today=after)
    perform(task.pk, "next_milestone", on=after, officer=seat.clerk, today=after)
    going = Case.objects.get(pk=task.pk)
    assert (going.fields["milestone"], going.fields["milestone_due"]) == ("征求意见", "2026-09-30")


def test_milestones_that_cannot_be_are_said_before_anything_is_raised(seat):
    plan = _read(seat)
    _put_right(plan, seat)
    tasks = plan.proposal["measures"][2]["tasks"]
    wrong = "年中完成\n2027-01-05 收尾"
    correct(plan, 2, seat.office, version=plan.version, tasks=[{**tasks[0], "milestones": wrong}])
    plan.refresh_from_db()
    _shares, missing = shares_of(plan, access_of(seat.office, TODAY), TODAY)
    assert [m.words.zh for m in missing] == ["阶段目标「年中完成」要先写日期，例如 2026-06-30 公布清单"]
    correct(plan, 2, seat.office, version=plan.version, tasks=[{**tasks[0], "milestones": "2027-01-05 收尾"}])
    plan.refresh_from_db()
    _shares, missing = shares_of(plan, access_of(seat.office, TODAY), TODAY)
    assert "2027-01-05 应在印发日期 2026-03-02 以后、完成期限 2026-12-31 以前" in missing[0].words.zh


def test_a_task_leads_up_to_the_topmost_plan_and_every_measure_down_to_its_tasks(seat, client):
    """纲要 → 省 → 市 → 县 → 年度要点 → the task of a town."""
    above = "示例{}规划\n一、任务\n1.健全行政执法监督机制。完善制度。\n2.推进政务公开。公开清单。\n"
    upper = ""
    for level, mark in (("national", "纲"), ("province", "省"), ("city", "市"), ("county", "县")):
        own = level == "county"
        plan = read_in(
            above.format(mark), organ=seat.government, officer=seat.office, issued_on=TODAY, level=level, is_own=own, mark=mark
        )  # fmt: skip
        told = {"lead": "司法局", "due_on": "2026-12-31"} if own else {}
        for number in (0, 1):
            tasks = plan.proposal["measures"][number]["tasks"]
            correct(
                plan, number, seat.office, version=plan.version, tasks=tasks, upper=upper and f"{upper}-一-{number + 1}", **told
            )  # fmt: skip
            plan.refresh_from_db()
        confirm(plan, seat.office, on=TODAY, version=plan.version)
        upper = mark
    points = (
        "示例县2026年工作要点\n一、任务\n1.健全行政执法监督机制。开展评查。（责任单位：各乡镇；完成时限：9月底前）\n"
    )
    plan = read_in(
        points, organ=seat.government, officer=seat.office, issued_on=TODAY, level="points", is_own=True, mark="点"
    )
    correct(plan, 0, seat.office, version=plan.version, tasks=plan.proposal["measures"][0]["tasks"], upper="县-一-1")
    plan.refresh_from_db()
    confirm(plan, seat.office, on=TODAY, version=plan.version)
    task = Case.objects.filter(system="task_ledger", organ=seat.towns[0]).get()
    chain = measures_above(task, access_of(seat.office, TODAY), TODAY)
    assert [one.code for one in chain] == ["点-一-1", "县-一-1", "市-一-1", "省-一-1", "纲-一-1"]
    assert all(one.title == "健全行政执法监督机制" and one.case for one in chain)
    chain = measures_above(task, access_of(seat.clerk, TODAY), TODAY)
    assert {(one.title, one.case) for one in chain} == {("健全行政执法监督机制", None)}, (
        "read by all, opened by who may"
    )
    # Down: the outline's measure counts the county's own task and those of the three towns; the other measure one.
    client.force_login(seat.office)
    for code, number in (("纲-一-1", 4), ("省-一-1", 4), ("县-一-1", 4), ("点-一-1", 3), ("纲-一-2", 1)):
        page = client.get("/supervision/tasks/", {"measure": code, "below": "1", "year": "all"})
        assert page.context["counts"]["n_open"] == number, code
    tree = client.get("/supervision/", {"q": "纲-一-1"})
    assert [(row.code, row.depth, row.tally.total) for row in tree.context["rows"]] == [
        ("纲-一-1", 0, 4), ("省-一-1", 1, 4), ("市-一-1", 2, 4), ("县-一-1", 3, 4), ("点-一-1", 4, 3)
    ]  # fmt: skip


def test_a_measure_answers_to_one_that_is_listed(seat):
    plan = _read(seat)
    _put_right(plan, seat)
    correct(plan, 0, seat.office, version=plan.version, tasks=plan.proposal["measures"][0]["tasks"], upper="市-九-9")
    plan.refresh_from_db()
    _shares, missing = shares_of(plan, access_of(seat.office, TODAY), TODAY)
    assert [(m.measure, m.task, m.words.zh) for m in missing] == [(0, None, "措施清单里没有「市-九-9」这一项上级措施")]


def test_the_most_alike_measure_of_the_nearest_level_is_offered():
    above = [
        ("纲-1", "推进政府机构职能优化协同高效", "national"), ("市-1", "推进机构职能优化协同高效", "city"),
        ("市-2", "加强法治宣传教育", "city"), ("县-1", "推进政府机构职能优化协同高效", "county"),
    ]  # fmt: skip
    assert likest("推进政府机构职能优化协同高效", "county", above) == "市-1"
    assert likest("推进政府机构职能优化协同高效", "points", above) == "县-1"
    assert likest("健全突发事件应对体系", "county", above) == ""
