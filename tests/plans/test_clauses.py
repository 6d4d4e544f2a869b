"""Single sentences of plans: the tasks in them, with day and organs, as somebody reads them by hand."""

from __future__ import annotations

import pytest

from zhunsheng.plans.reading import read_plan
from zhunsheng.plans.sources import text_in

SENTENCES: dict[str, list[tuple[str, str, str]]] = {
    # Months, quarters and years in which something is done, without 前 behind them.
    "7月至9月开展实地督导，11月底前形成报告。": [
        ("7月至9月开展实地督导", "2026-09-30", ""), ("11月底前形成报告", "2026-11-30", ""),
    ],
    "4—6月，组织学法考试，签订责任书。": [
        ("4—6月，组织学法考试", "2026-06-30", ""), ("签订责任书", "2026-06-30", ""),
    ],
    "年度检查计划一季度报市司法局备案。": [("年度检查计划一季度报市司法局备案", "2026-03-31", "")],
    "清理结果经会议审议后于8月份公布。": [("清理结果经会议审议后于8月份公布", "2026-08-31", "")],
    "2026年实现述法全覆盖。": [("2026年实现述法全覆盖", "2026-12-31", "")],
    "2026年8月底前完成平台建设，2026年10月上线运行。": [
        ("2026年8月底前完成平台建设", "2026-08-31", ""), ("2026年10月上线运行", "2026-10-31", ""),
    ],
    "11月中旬开展专项行动，三月、十二月分别组织宣传。": [
        ("11月中旬开展专项行动", "2026-11-20", ""), ("三月、十二月分别组织宣传", "2026-12-31", ""),
    ],
    "5月1日起执行新版清单。各镇街于次年1月31日前报告情况。": [
        ("5月1日起执行新版清单", "2026-05-01", ""), ("各镇街于次年1月31日前报告情况", "2027-01-31", ""),
    ],
    "结合12月4日国家宪法日开展宣传。": [("结合12月4日国家宪法日开展宣传", "", "")],
    # Remarks: names of inner offices, a day beside them, brackets within brackets.
    "组织全员考试。（法规股、办公室；6月底前）": [("组织全员考试", "2026-06-30", "法规股、办公室")],
    "完善评查机制。（省级有关部门，各市〔州〕人民政府；持续推进）": [
        ("完善评查机制", "", "省级有关部门、各市（州）人民政府")
    ],
    "规范合同审查。（区司法局会同有关部门）": [("规范合同审查", "", "区司法局、有关部门")],
    "健全学法制度。责任股室：人事股（牵头）、法规股": [("健全学法制度", "", "人事股、法规股")],
    "由镇执法队牵头，派出所、市场监管所配合，二季度开展集中检查。": [
        ("由镇执法队牵头，派出所、市场监管所配合，二季度开展集中检查", "2026-06-30", "镇执法队、派出所、市场监管所")
    ],
    "各单位要按照职责分工抓好落实，每月25日前报送进展。": [
        ("各单位要按照职责分工抓好落实", "", "各单位"), ("每月25日前报送进展", "", "各单位"),
    ],
    # Who does it with whom, and who is named for it within the clause.
    "市司法局会同市信访局，聚焦突出问题，每年开展一次整治。": [
        ("市司法局会同市信访局，聚焦突出问题，每年开展一次整治", "", "市司法局、市信访局")
    ],
    "对工作滞后的单位，由领导小组办公室发送提示函。": [
        ("对工作滞后的单位，由领导小组办公室发送提示函", "", "领导小组办公室")
    ],
    "实行集体讨论，拟处较大罚款的案件，必须提交委员会审议。": [
        ("实行集体讨论", "", ""), ("拟处较大罚款的案件，必须提交委员会审议", "", ""),
    ],
    "法规处每季度末月25日前汇总进展，并报局党组。": [("法规处每季度末月25日前汇总进展，并报局党组", "", "法规处")],
    "局主要负责同志年终述法。": [("局主要负责同志年终述法", "", "局主要负责同志")],
}  # fmt: skip


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_is_read_as_by_hand(sentence):
    plan = read_plan(f"示例市2026年法治政府建设工作安排\n一、任务\n1.措施。{sentence}\n")
    told = [(task.text, task.due_on, "、".join(task.organs)) for m in plan.measures for task in m.tasks]
    assert told == SENTENCES[sentence]


def test_cells_of_a_page_that_span_rows_stand_in_each_and_a_dash_names_nobody():
    page = """<h1>示例区2026年法治政府建设任务分解表</h1><table>
    <tr><th>工作任务</th><th>具体举措</th><th>牵头单位</th><th>配合单位</th><th>完成时限</th></tr>
    <tr><td rowspan="2">规范执法</td><td>1.编制目录；2.开展轮训。</td><td>区司法局</td><td>区委编办</td><td>9月30日前</td></tr>
    <tr><td>开展抽查。</td><td>区司法局</td><td>/</td><td>12月</td></tr></table>"""
    [measure] = read_plan(text_in(page.encode(), "page.html")).measures
    assert [(task.text, task.due_on, task.lead, task.joint) for task in measure.tasks] == [
        ("编制目录", "2026-09-30", ("区司法局",), ("区委编办",)),
        ("开展轮训", "2026-09-30", ("区司法局",), ("区委编办",)),
        ("开展抽查", "2026-12-31", ("区司法局",), ()),
    ]
