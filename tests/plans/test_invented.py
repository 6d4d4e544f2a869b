"""Plans in the forms that are met: yearly points, a table of responsibilities, articles, headings alone, three levels.

The expectations were written by hand from the texts: (number, title, [(task, due, day, organs)]).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document

from zhunsheng.plans.reading import read_plan
from zhunsheng.plans.sources import text_of

TEXTS = Path(__file__).parent / "invented"


def _told(read):
    return [
        (m.number, m.title, [(task.text, task.due, task.due_on, "、".join(task.organs)) for task in m.tasks])
        for m in read.measures
    ]


YEARLY = [
    ("1", "压实第一责任人职责", [
        ("县政府常务会议每季度至少学法1次", "每季度至少1次", "", "县政府常务会议、县政府办公室、县司法局"),
        ("全年听取法治政府建设工作汇报不少于2次", "全年不少于2次", "", "县政府常务会议、县政府办公室、县司法局"),
    ]),
    ("2", "完善考核机制", [
        ("修订年度考核方案", "6月底前", "2025-06-30", "县委依法治县办、县委组织部、县统计局"),
        ("将法治建设成效纳入高质量发展考核", "6月底前", "2025-06-30", "县委依法治县办、县委组织部、县统计局"),
    ]),
    ("3", "开展案卷评查", [
        ("上半年组织一次交叉评查", "上半年", "2025-06-30", "县司法局、各行政执法部门"),
        ("9月30日前通报结果，评查覆盖率不断提高", "9月30日前", "2025-09-30", "县司法局、各行政执法部门"),
    ]),
    ("4", "培训执法人员", [
        ("每名执法人员参加培训不少于60学时", "2025年11月底前，不少于60学时", "2025-11-30", "县司法局"),
        ("年底前建成培训档案", "年底前", "2025-12-31", "县司法局"),
    ]),
    ("5", "畅通复议渠道", [
        ("在各乡镇（街道）设立复议受理点", "", "", "各乡镇政府、街道办事处"),
        ("推进复议信息化建设", "持续推进", "", "县司法局、县大数据局"),
    ]),
]  # fmt: skip

ARTICLES = [
    ("第一条", "为推进法治政府建设，结合本市实际，制定本规划", None),
    ("第二条", "各级行政机关应当坚持依法行政", [("各级行政机关应当坚持依法行政", "", "", "各级行政机关")]),
    ("第三条", "市、县两级政府应当建立规范性文件数据库，并于2022年6月底前上线运行", [
        ("市、县两级政府应当建立规范性文件数据库，并于2022年6月底前上线运行", "2022年6月底前", "2022-06-30", "市、县两级政府"),
        ("市司法局负责每2年组织一次全面清理", "每2年一次", "", "市司法局"),
    ]),
    ("第四条", None, [
        ("公开执法主体、依据、程序", "", "", ""),
        ("严格落实全过程记录制度", "", "", ""),
        ("重大执法决定作出前进行法制审核，未经审核不得作出决定", "", "", ""),
    ]),
    ("第五条", None, [("到2025年，建成市县乡三级公共法律服务体系", "到2025年", "2025-12-31", "")]),
    ("第六条", None, None),
]  # fmt: skip

HEADINGS = [
    ("（一）", "健全街道法制审核机制", [
        ("配齐法制审核人员，每个街道至少2名", "2023年10月底前", "2023-10-31", "各街道办事处、区司法局、区委编办"),
        ("建立疑难事项会商制度，由区司法局牵头，各街道办事处配合", "2023年10月底前", "2023-10-31", "区司法局、各街道办事处、区委编办"),
        ("加强业务培训，着力提升审核质量", "2023年10月底前", "2023-10-31", "各街道办事处、区司法局、区委编办"),
    ]),
    ("（二）", "提升普法实效", [
        ("开展“法律进社区”活动，全年不少于4场", "全年不少于4场", "", "区司法局、区教育局、各街道办事处"),
        ("深化以案释法，推动形成尊法守法氛围", "全年推进", "", "区司法局、区教育局、各街道办事处"),
    ]),
]  # fmt: skip

LAYERS = [
    ("（一）", "精简审批环节", [
        ("取消不必要的证明事项", "2024年第三季度", "2024-09-30", "州政务服务局、州直有关部门、各县（市）人民政府"),
        ("压减审批时限，让群众少跑腿", "2024年第三季度", "2024-09-30", "州政务服务局、州直有关部门、各县（市）人民政府"),
    ]),
    ("（二）", "规范涉企检查", [
        ("各部门要在每年1月底前公布年度检查计划", "每年1月底前", "", "各部门、州市场监管局"),
        ("严禁重复检查、多头检查", "", "", "各部门、州市场监管局"),
        ("推行综合查一次", "", "", "州市场监管局"),
        ("建立扫码留痕制度", "", "", "州市场监管局"),
    ]),
    ("（三）", "建设标准化执法队所", [
        ("按照“五有”标准，分批改造乡镇执法队所", "", "", ""),
        ("2024年底前改造不少于10个", "2024年底前", "2024-12-31", ""),
        ("2025年年底前全部达标", "2025年年底前", "2025-12-31", ""),
    ]),
    ("一、", "加强统筹", [
        ("州司法局要定期调度", "", "", "州司法局"),
        ("每半年向州政府报告一次进展情况", "每半年一次", "", "州司法局"),
    ]),
    ("二、", "严格问责", [("对推进不力的单位，予以通报约谈", "", "", "")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expected"),
    [("yearly_points", YEARLY), ("regulation", ARTICLES), ("guarantee", HEADINGS), ("layers", LAYERS)],
)
def test_a_plan_in_this_form_is_read_as_by_hand(name, expected):
    told = _told(read_plan((TEXTS / f"{name}.txt").read_text("utf-8")))
    assert [number for number, _title, _tasks in told] == [number for number, _title, _tasks in expected]
    for (number, title, tasks), (_number, wanted_title, wanted) in zip(told, expected, strict=True):
        if wanted_title is not None:
            assert title == wanted_title
        if wanted is not None:
            assert tasks == wanted, number


def test_the_same_plan_is_read_from_a_pdf_with_a_table_behind_it():
    read = read_plan(text_of(TEXTS / "yearly_points.pdf"))
    assert _told(read)[:-1] == YEARLY
    assert _told(read)[-1] == ("6", "组织法治专题培训", [("组织法治专题培训", "每年", "", "县委组织部、县司法局")])


TABLE = (
    ("序号", "重点任务", "具体措施", "牵头单位", "配合单位", "完成时限"),
    ("1", "完善制度建设", "开展规范性文件清理，公布清理结果", "县司法局", "各乡镇、各部门", "6月底前"),
    ("", "", "修订议事规则", "县政府办公室", "", "2025年9月"),
    ("2", "开展普法宣传", "举办宪法宣传周活动", "县司法局", "县教育局", "12月"),
    ("3", "落实“双随机、一公开”", "", "县市场监管局", "有关部门", "长期坚持"),
)


def test_a_table_of_responsibilities_is_read_row_by_row(tmp_path):
    document = Document()
    document.add_paragraph("示例县2025年法治政府建设任务分工")
    document.add_paragraph("一、工作任务")
    table = document.add_table(rows=0, cols=6)
    for row in TABLE:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    for column in (0, 1):
        table.cell(1, column).merge(table.cell(2, column))
    document.add_paragraph("加强督办", style="List Number")  # Word counts it: 1.
    document.save(str(tmp_path / "plan.docx"))
    read = read_plan(text_of(tmp_path / "plan.docx"))
    # The second row of the first measure names who leads; who cooperates spans from the row above.
    whole = "县司法局、各乡镇、各部门"
    assert _told(read) == [
        ("1", "完善制度建设", [
            ("开展规范性文件清理", "6月底前", "2025-06-30", whole),
            ("公布清理结果", "6月底前", "2025-06-30", whole),
            ("修订议事规则", "2025年9月", "2025-09-30", "县政府办公室、各乡镇、各部门"),
        ]),
        ("2", "开展普法宣传", [("举办宪法宣传周活动", "12月", "2025-12-31", "县司法局、县教育局")]),
        ("3", "落实“双随机、一公开”", [("落实“双随机、一公开”", "长期坚持", "", "县市场监管局、有关部门")]),
        ("1", "加强督办", [("加强督办", "", "", "")]),
    ]  # fmt: skip


def test_text_broken_at_a_margin_is_put_together_again():
    broken = "\n".join(
        line[start : start + 28]
        for line in (TEXTS / "yearly_points.txt").read_text("utf-8").splitlines()
        for start in range(0, len(line) or 1, 28)
    )
    assert _told(read_plan(broken)) == YEARLY
