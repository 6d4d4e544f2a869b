"""Plans as they are really written: (1) and ① below 1., deadlines said behind a task, 责任单位： behind a sentence, persons among
those responsible, a town's plan that names its team. The expectations were written by hand from the texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhunsheng.plans.deadlines import only_when
from zhunsheng.plans.reading import read_plan

TEXTS = Path(__file__).parent / "invented"


def _told(name, number):
    plan = read_plan((TEXTS / name).read_text(encoding="utf-8"))
    measure = next(m for m in plan.measures if m.number == number)
    return [(t.text, t.due, t.due_on, "、".join(t.lead), "、".join(t.joint)) for t in measure.tasks]


def test_a_deadline_behind_a_task_is_its_deadline_and_no_task():
    justice = ("市司法局", "市发展改革委、市工信局、市商务局")
    assert _told("brackets.txt", "1")[2] == (
        "开展涉企行政规范性文件专项清理，6月底前完成", "6月底前", "2025-06-30", *justice
    )  # fmt: skip
    offices = ("市政府办公室、市司法局", "")
    assert _told("brackets.txt", "2") == [
        ("公布年度重大行政决策事项目录，一季度前完成", "一季度前", "2025-03-31", *offices),
        ("全年公示决策事项不少于4件", "全年不少于4件", "", *offices),
        ("每季度至少组织1次政府常务会议学法", "每季度至少1次", "", "市政府办公室", ""),
    ]
    review = ("市司法局", "各行政执法部门")
    assert _told("brackets.txt", "3") == [
        ("开展行政执法案卷评查，每半年1次", "每半年1次", "", *review),
        ("年底前通报结果", "年底前", "2025-12-31", *review),
        ("2025年底前基本完成综合行政执法指挥平台建设，力争10月上线运行", "2025年底前", "2025-12-31", "市大数据局", ""),
        ("全年举办执法人员培训不少于4次，参训率达到100%", "全年不少于4次", "", "", ""),
    ]
    assert _told("brackets.txt", "4")[-1][1] == "每季度末月25日前"


@pytest.mark.parametrize(
    ("clause", "ends", "alone"),
    [
        ("6月底前完成", False, True), ("力争年底前全面完成", False, True), ("2025年底前", False, False),
        ("2025年底前", True, True), ("4月底前报市委审定", True, False), ("每月一次", False, True), ("完成", True, False),
    ],
)  # fmt: skip
def test_what_says_only_when(clause, ends, alone):
    assert only_when(clause, ends=ends) is alone


def test_those_responsible_beside_who_leads_join_and_persons_are_no_organs():
    assert [(lead, joint) for *_, lead, joint in _told("labels.txt", "1")] == [("区委编办", "区直各部门")] * 4
    assert [told[1:] for told in _told("labels.txt", "2")] == [
        ("长期坚持", "", "区发改局、区市场监管局", "区司法局、各街道办事处"),
        ("2024年6月前", "2024-06-30", "区发改局、区市场监管局", "区司法局、各街道办事处"),
        ("长期坚持", "", "区发改局、区市场监管局", "区司法局、各街道办事处"),
        ("每年12月10日前", "", "区发改局、区市场监管局", "区司法局、各街道办事处"),
    ]
    assert _told("labels.txt", "4") == [
        ("2023年年底前实现各街道法律顾问全覆盖", "2023年年底前", "2023-12-31", "区司法局", "")
    ]


def test_the_plan_of_a_town_loses_nothing():
    plan = read_plan((TEXTS / "town.txt").read_text(encoding="utf-8"))
    told = {m.number: [(t.text, t.due, t.due_on, t.organs) for t in m.tasks] for m in plan.measures}
    assert list(told) == ["一、", "二、", "三、", "四、"]
    assert told["三、"] == [
        (
            "镇综合执法队要做到三项制度全覆盖，并于8月31日前完成执法人员资格清理",
            "8月31日前",
            "2025-08-31",
            ("镇综合执法队", "司法所"),
        )
    ]
    assert told["二、"][2] == ("建立文件台账，由党政办负责", "", "", ("党政办",))
    assert told["四、"][1][1:3] == ("每月25日前", "")


def test_a_heading_of_guiding_thoughts_is_no_measure_and_a_table_of_division_has_its_year():
    thoughts = "一、工作安排\n（一）工作思路\n深入学习法治思想，严格落实各项任务。\n（二）完善制度\n修订议事规则。"
    assert [m.title for m in read_plan(thoughts).measures] == ["完善制度"]
    table = "示例县2024年度任务分工表\n重点任务\t牵头单位\t完成时限\n公布清单\t县司法局\t6月底前"
    [measure] = read_plan(table).measures
    assert measure.tasks[0].due_on == "2024-06-30"


def test_what_a_part_says_of_those_below_and_months_in_brackets():
    told = _told("counted.txt", "1")
    assert told[1:] == [
        ("二季度末前完成系统升级", "二季度末前", "2024-06-30", "市政务服务局", ""),
        ("三季度组织一次“回头看”", "三季度", "2024-09-30", "市政务服务局", ""),
    ]
    plan = read_plan((TEXTS / "counted.txt").read_text(encoding="utf-8"))
    cleared, campaign = plan.measures[1].tasks, plan.measures[2].tasks
    assert {"、".join(task.lead) for task in cleared} == {"市发改委、市财政局、市工信局、各县区"}
    assert [task.due_on for task in cleared] == ["2024-04-15", "2024-12-31", ""]
    assert [(task.text, task.due_on) for task in campaign] == [
        ("制定活动方案", "2024-03-31"), ("组织案卷评查", "2024-11-30"), ("评选十佳案卷", "2024-12-31")
    ]  # fmt: skip
    assert plan.measures[3].tasks[1].organs == ("各执法部门",)


def test_a_plan_numbered_by_decimals_and_a_table_with_leaders_and_offices():
    plan = read_plan((TEXTS / "decimal.txt").read_text(encoding="utf-8"))
    assert [part.title for part in plan.parts] == ["总体目标", "重点任务", "组织保障"]
    assert [m.number for m in plan.measures] == ["1", "2", "1", "2", "（一）"]
    rules, window = plan.measures[0].tasks[0], plan.measures[3].tasks[0]
    assert (rules.due_on, rules.organs) == ("2025-06-30", ("市政府办公室",))
    assert (window.due_on, window.organs) == ("2025-08-31", ("市司法局", "各执法部门"))
    table = read_plan((TEXTS / "markdown.txt").read_text(encoding="utf-8"))
    assert [(m.tasks[0].text, m.tasks[0].lead, m.tasks[0].due_on) for m in table.measures] == [
        ("组织中心组学法4次", ("办公室",), ""), ("合法性审核率100%，及时备案", ("法规科",), ""),
        ("开展全员轮训", ("法规科", "执法大队"), "2025-09-30"), ("宪法宣传周活动", ("法规科",), "2025-12-04"),
    ]  # fmt: skip
