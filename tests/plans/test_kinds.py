"""Kinds of plan as their issuers write them: points of a ministry, a province's table with rows as wide as itself, a town's plan of
plain numbers, a page of the web with its menu, traditional script, a campaign in phases. Expected by hand from the texts."""

from __future__ import annotations

from pathlib import Path

from docx import Document

from zhunsheng.plans.pdf import _Line, _paragraphs, _without_running
from zhunsheng.plans.reading import read_plan
from zhunsheng.plans.sources import text_of

TEXTS = Path(__file__).parent / "invented"


def _read(name):
    return read_plan(text_of(TEXTS / name))


def _told(plan, number):
    [measure] = [m for m in plan.measures if m.number == number]
    return [(t.text, t.due, t.due_on, "、".join(t.lead), "、".join(t.joint)) for t in measure.tasks]


def test_points_of_a_ministry_with_blanks_around_digits_and_offices_that_act_with_others():
    plan = _read("ministry.txt")
    assert (plan.title, plan.year) == ("示例部2026年法治政府建设工作要点", 2026)
    assert [m.number for m in plan.measures] == [str(number) for number in range(1, 11)]
    law = ("法规司", "相关司局")
    assert _told(plan, "3") == [
        ("加快推进《示例条例》修订", "2026年12月底前", "2026-12-31", *law),
        ("2026年6月底前形成送审稿报国务院", "2026年6月底前", "2026-06-30", *law),
        ("完成《示例管理办法》等3部规章的制定修订", "2026年12月底前", "2026-12-31", *law),
    ]
    assert {told[1:] for told in _told(plan, "4")} == {("9月底前", "2026-09-30", "法规司", "各司局")}
    assert _told(plan, "1")[1] == ("年内集体学习不少于2次", "年内", "2026-12-31", "办公厅、机关党委", "")
    assert [told[0] for told in _told(plan, "6")][-1] == "除法定情形外，不得入企检查"
    # What stands below the last point is said to all, and the point before it is not lost.
    assert [told[0] for told in _told(plan, "10")] == [
        "依法办理政府信息公开申请，按时答复率达到100%", "各司局、各直属单位要高度重视", "明确责任人和时间节点",
        "于12月10日前将落实情况报法规司",
    ]  # fmt: skip
    assert [told[0] for told in _told(plan, "2")][:1] == ["部党组会议每半年听取一次法治政府建设情况汇报"]
    assert sum(len(m.tasks) for m in plan.measures) == 30
    assert not plan.doubts


TABLE = (
    ("序号", "重点任务", "工作举措", "牵头单位", "责任单位", "完成时限"),
    ("一、健全政府机构职能体系",),
    ("1", "推行权责清单制度", "编制三级权责清单", "省委编办、省司法厅", "省直有关部门，各市、县人民政府", "2026年9月"),
    ("", "", "建立清单动态调整机制", "省委编办", "", "持续推进"),
    ("二、健全行政执法工作体系",),
    ("2", "规范涉企检查", "公布检查事项清单", "省司法厅", "各执法部门", "2026年3月31日前"),
    ("3", "轮训执法人员", "", "省司法厅", "省直执法部门", "每年至少一次"),
)


def test_rows_as_wide_as_the_table_part_it_and_those_responsible_beside_who_leads_join(tmp_path):
    document = Document()
    for line in (
        "示例省法治政府建设重点任务分工方案（2026—2027年）", "一、总体要求", "坚持问题导向。", "二、工作要求",
        "各牵头单位要于2026年4月底前制定实施计划。", "附表", "示例省法治政府建设重点任务分工表",
    ):  # fmt: skip
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=6)
    for row in TABLE:
        cells = table.add_row().cells
        if len(row) == 1:
            cells[0].merge(cells[5]).text = row[0]
        else:
            for cell, text in zip(cells, row, strict=True):
                cell.text = text
    for column in (0, 1):
        table.cell(2, column).merge(table.cell(3, column))
    document.save(str(tmp_path / "plan.docx"))
    plan = read_plan(text_of(tmp_path / "plan.docx"))
    assert [part.title for part in plan.parts] == ["总体要求", "工作要求"]
    assert [heading.title for heading in plan.headings] == ["健全政府机构职能体系", "健全行政执法工作体系"]
    assert [(m.heading, m.title) for m in plan.measures] == [
        ("", "工作要求"), ("一", "推行权责清单制度"), ("二", "规范涉企检查"), ("二", "轮训执法人员")
    ]  # fmt: skip
    assert _told(plan, "1") == [
        ("编制三级权责清单", "2026年9月", "2026-09-30", "省委编办、省司法厅", "省直有关部门、各市、县人民政府"),
        ("建立清单动态调整机制", "持续推进", "", "省委编办", "省直有关部门、各市、县人民政府"),
    ]
    assert plan.measures[1].tasks[0].joint == ("省直有关部门", "各市、县人民政府")


def test_a_town_with_plain_numbers_names_its_offices_and_villages():
    plan = _read("town_numbers.txt")
    told = {m.number: [(t.text, t.due, t.organs) for t in m.tasks] for m in plan.measures}
    assert list(told) == list("1234567")
    assert told["3"] == [
        ("镇党政办对重大合同、规范性文件应审尽审", "", ("镇党政办",)),
        ("配备专兼职审查人员2名", "", ("镇党政办",)),
        ("聘请法律顾问1名，4月底前到位", "4月底前", ("镇党政办",)),
    ]
    assert told["5"][1] == ("各村每周开展一次排查，重大纠纷及时上报", "每周一次", ("各村",))
    assert told["6"][0][0].startswith("利用“12·4”宪法日、民法典宣传月等节点，开展普法进村")
    assert told["7"][0][1:] == ("每半年一次", ("镇纪委", "党政办"))


def test_of_a_page_neither_menu_nor_related_papers_are_read():
    plan = _read("page.html")
    assert plan.title == "示例市2026年法治政府建设工作计划"
    assert [(m.part, m.number) for m in plan.measures] == [
        ("二", "（一）"), ("二", "（二）"), ("二", "（三）"), ("三", "三、")
    ]  # fmt: skip
    assert [(t.due_on, t.organs) for t in plan.measures[1].tasks] == [
        ("2026-08-31", ("市司法局", "各执法部门")), ("2026-06-30", ("各县（市、区）",))
    ]  # fmt: skip
    assert plan.measures[2].tasks[1].organs == ("市政务服务和大数据局",)
    assert [(t.due_on or t.due, t.organs) for t in plan.measures[3].tasks] == [
        ("", ("各单位",)), ("2026-03-20", ("各单位",)), ("每季度末", ("各单位",)), ("2026-12-05", ("各单位",))
    ]  # fmt: skip


def test_traditional_script_and_a_label_behind_which_a_sentence_says_who_leads():
    plan = _read("traditional.txt")
    assert plan.measures[1].title == "深化“放管服”改革"
    joined = ("2026年12月底前", "2026-12-31", "区行政审批局", "区直有关部门")
    assert _told(plan, "（二）") == [
        ("推进“高效办成一件事”", *joined), ("新增联办事项不少于10项", *joined), ("清理无法律依据的证明事项", *joined)
    ]  # fmt: skip
    # So many hours, and by the day of the remark.
    assert _told(plan, "（六）")[0][1:3] == ("2026年10月底前，不少于60学时", "2026-10-31")


def test_a_campaign_in_phases_has_the_days_its_headings_say():
    plan = _read("phases.txt")
    days = {m.title: {t.due_on for t in m.tasks} for m in plan.measures if m.part == "三"}
    assert days == {
        "动员部署阶段": {"2026-03-31"}, "自查自纠阶段": {"2026-06-30"}, "集中整治阶段": {"2026-09-30"},
        "总结提升阶段": {"2026-12-31"},
    }  # fmt: skip
    assert [t.organs for m in plan.measures if m.title == "强化协作配合" for t in m.tasks] == [
        ("区纪委监委", "区检察院", "区司法局")
    ]


def test_where_one_leads_those_responsible_beside_it_carry_it_out_and_a_day_first_belongs_to_what_follows():
    plan = _read("office.txt")
    lead = "国家发展改革委、司法部"
    assert _told(plan, "（一）")[0][2:] == ("2026-06-30", lead, "各地区、各有关部门")
    others = ("司法部", "国务院各有关部门、各省级人民政府")
    assert _told(plan, "（二）") == [
        ("6月底前，全面清理与《示例条例》不符的规章、规范性文件", "6月底前", "2026-06-30", *others),
        ("清理结果于7月15日前报司法部", "7月15日前", "2026-07-15", *others),
    ]


def test_labels_within_a_sentence_and_a_table_in_the_annex():
    plan = _read("street.txt")
    assert (plan.title, plan.year) == ("示例街道2026年法治建设工作要点及任务分解", 2026)
    main, annex = [m for m in plan.measures if m.part], [m for m in plan.measures if not m.part]
    assert [(t.due_on or t.due, t.lead, t.joint) for t in main[0].tasks + main[1].tasks[:1]] == [
        ("每季度一次", ("党政办公室",), ()), ("2026-10-31", ("司法所",), ()), ("持续推进", ("综合行政执法队",), ("司法所",))
    ]  # fmt: skip
    assert [(m.title, m.tasks[0].due_on, m.tasks[0].lead) for m in annex] == [
        ("建立法律顾问值班制度", "2026-03-31", ("司法所",)), ("开展“民法典宣传月”活动", "2026-05-31", ("司法所", "各社区"))
    ]  # fmt: skip


def test_what_runs_along_the_pages_of_a_pdf_parts_no_word_and_an_open_bracket_goes_on():
    running = [_Line(1, f"示例县人民政府公报 2026年第4期 {number}") for number in (1, 2)]
    pages = [
        [
            running[0],
            _Line(2, "示例县法治政府建设实施方案（2026—"),
            _Line(3, "2030年）"),
            _Line(4, "每两年组", True, True),
        ],
        [running[1], _Line(2, "织一次清理。", False, False)],
    ]
    assert list(_paragraphs(list(_without_running(pages)))) == [
        "示例县法治政府建设实施方案（2026—2030年）", "每两年组织一次清理。"
    ]  # fmt: skip
