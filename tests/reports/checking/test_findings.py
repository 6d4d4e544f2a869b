"""What a check finds in invented reports, and what it must leave alone."""

from __future__ import annotations

import re

import pytest

from zhunsheng.reports.checking.checking import as_json, check
from zhunsheng.reports.checking.findings import Finding


def found(text: str, **others: str) -> list[Finding]:
    return check(text, others).findings


def rules(text: str) -> list[str]:
    return [finding.rule for finding in found(text)]


def relations(text: str) -> list[str]:
    return [relation.message.zh for relation in check(text).relations]


HOLD = {
    "收到行政复议申请98件，其中受理89件，不予受理9件。": "98 = 89 + 9，相符",
    "对321件文件开展清理，保留235件，废止67件，修订19件。": "321 = 235 + 67 + 19，相符",
    "梳理28个部门的清单，其中11个部门增加130项，1个部门减少1项，16个部门没有变化。": "28 = 11 + 1 + 16，相符",
    "交办事项30381件，办结30209件，办结率达99%。": "30209 ÷ 30381 = 99.43%，文中 99%，相符",
    "复议后起诉的案件27件，同比下降30.8%。": "27件、同比下降 30.8%，推算上年应为 39件",
    "办理许可1.2万件，同比增长20%。": "1.2万件、同比增长 20%，推算上年应为 10000件（9918至10041 都可能）",
    "受理案件120件，上年为100件，同比增长20%。": "",
    "办理许可1.26万件，其中用地312件、采矿87件、测绘1.22万件。": "12600 = 312 + 87 + 12200，相符",
    "审议草案5件，审查规范性文件、合同分别为38件、26件，共64件。": "64 = 38 + 26，相符",
    "收到投诉150件。办结147件，办结率98%。": "147 ÷ 150 = 98%，文中 98%，相符",
    "审结复议案件1912，纠错76件，纠错率为3.97%。": "76 ÷ 1912 = 3.97%，文中 3.97%，相符",
    "排查矛盾纠纷187件。去年同期排查212件，同比下降11.8%。": "本年 187，上年 212，变化 -11.79%，文中写作 -11.8%，相符",
}


@pytest.mark.parametrize("text", HOLD)
def test_lays_out_relations_that_hold(text: str) -> None:
    if HOLD[text]:
        assert HOLD[text] in relations(text)
    assert rules(text) == []


WRONG = {
    "保留政务服务事项515项，行政许可事项218项，公共服务事项298项。": ("sum", "question"),
    "立案违法行为655件、结案559件。其中，市级立案302件，各区立案354件。": ("sum", "question"),
    "罚没款共计215.6万元，其中罚款180.2万元，没收违法所得36.4万元。": ("sum", "question"),
    "收到建议128件，财政经济类20件，占15.6%；内务司法类7件，占6.5%；城乡建设类32件，占25%。": ("rate", "question"),
    "应参加考试3200人，实际参加3188人，参考率98.6%。": ("rate", "warning"),
    "收到行政复议申请98件，其中受理89件，不予受理8件。": ("sum", "warning"),
    "已有48个项目完成申报（39个项目预审同意、3个项目研判通过）。": ("sum", "question"),
    "行政许可120件、行政处罚80件，合计201件。": ("sum", "warning"),
    "开展培训10场，其中专题培训12场。": ("part", "error"),
    "交办事项30381件，办结30209件，办结率达97%。": ("rate", "warning"),
    "全县753个事项不见面办理率达97.73%。": ("impossible_rate", "question"),
    "受理案件120件，同比增长30%，上年受理100件。": ("change", "warning"),
    "群众满意率达102%。": ("over_hundred", "error"),
    "受理案件120件，审结125件。": ("closed_over_received", "question"),
    "收到投诉150件。办结158件。": ("closed_over_received", "question"),
    "调解纠纷350件，调解成功355件。": ("part", "warning"),
    "全市梳理抽查事项143项，县（区）共1788项。": ("scope", "question"),
    "一是健全制度。三是加强保障。": ("heading_order", "warning"),
    "一、主要举措\n做了工作。\n三、下一步打算\n继续努力。": ("heading_order", "warning"),
    "印发方案（示政发[2023]12号）。": ("document_number", "warning"),
    "全年共收到复议申请156件，已受理131件、未受理20件。": ("sum", "warning"),
    "已审结85件，其中维持41件、撤销9件、驳回17件、终止16件。": ("sum", "warning"),
    "全镇有调解员64人，其中专职19人、兼职54人。": ("sum", "warning"),
    "办理简易程序案件43件，普通程序案件9件。全年共办理行政处罚案件53件。": ("sum", "warning"),
    "示例县2023年法治政府建设情况报告\n一、2022年推进法治政府建设的主要做法\n建章立制。": ("year", "warning"),
    "案件量较上年下降103%。": ("change", "error"),
    "罚没金额318.5万元，去年同期为286.2万元，同比增长15.3%。": ("change", "warning"),
    "对25个单位开展评议满意率98.7%。": ("impossible_rate", "question"),
    "一是抓学习。二是抓制度。二是抓考核。": ("heading_order", "question"),
    "制定方案（示政办发【2023】8号）。": ("document_number", "warning"),
    "提出修改意见430条，其中采纳387条、部分采纳21条、未采纳24条。": ("sum", "warning"),
    "应出庭160件，实际出庭152件，负责人出庭率为98%。": ("rate", "warning"),
    "受理信访事项310件，比上年增加62件，增长20%。": ("change", "warning"),
    "案件由2022年的64件增至2023年的96件，增长33.3%。": ("change", "warning"),
    "提出意见120条，被采纳131条。": ("part", "warning"),
    "全年作出行政处罚160件，罚款88件，占处罚总数的65%。": ("rate", "warning"),
    "收到投诉150件。办结141件，办结率98%。": ("rate", "question"),
    "作出行政处罚2190件，其中适用简易程序234件，适用普通程序1950件。": ("sum", "warning"),
    "作出行政处罚84件（简易程序31件、普通程序52件）。": ("sum", "question"),
    "案件总数同比下降105%。": ("change", "error"),
    "收到申请186件，受理162件，不予受理21件；审结148件。": ("sum", "warning"),
    "评查案卷150卷，优秀案卷54卷，优秀率63%。": ("rate", "question"),
    "示例县2023年法治政府建设情况报告\n现将2023年法治政府建设情况报告如下：\n一、2023年工作安排\n抓好落实。": (
        "year",
        "question",
    ),
    "示例县2023年法治政府建设情况报告\n一、成效\n审查规范性文件26件。\n二、履职\n审查规范性文件62件。": (
        "told_twice",
        "question",
    ),
}


@pytest.mark.parametrize("text", WRONG)
def test_finds_what_does_not_hold(text: str) -> None:
    told = found(text)
    assert [(finding.rule, finding.severity) for finding in told] == [WRONG[text]]
    assert re.search("[a-z]{4}", told[0].message.en)


@pytest.mark.parametrize(
    "text",
    [
        "受理案件100件，其中审结90件，调解结案40件，撤回15件。",  # parts overlap
        "开展培训30场，其中面向村干部12场。",  # an example, not all of it
        "受理案件120余件，审结125件。",  # a bound, not a number
        "拟保留文件235件，拟废止67件，拟修订19件。",  # no total is told
        "任务完成率达98%，受理案件120件，审结100件。",
        "将56项检查计划精简至21项，精简率达62.5%。",
        "刑事案件破案66起，治安警情同比下降24.5%。",  # two things
        "受理300件，上年结转30件，审结325件。",
        "出庭应诉63件次（正职21件次，副职42件次），出庭率100%。",
        "受理复议案件356件，较2022年的298件增长19.5%，审结342件（含上年结转21件）。",
        "受理14555件、审结13580件，同比分别上升60.7%、68.8%。",
        "全市设立中心1个，县（区）工作站12个。",
        "受理信访举报115件，办结146件（部分为12月19日之前受理）。",
        "受理投诉1356件，同比多受理211件，增长18.4%。",
        "平均用时32天，少28天，听取意见达97%，听证115件；3年来复议后起诉率分别为11.4%、9.7%、6.2%。",
        "国务院部门办结行政复议案件4644件。\n涉企行政复议案件3万余件。",  # two things
        "抽取120卷，优秀36卷、良好60卷、合格22卷、不合格2卷，合格率98.3%。",  # all but those that failed
        "聘任法律顾问2名。每个社区配有1名法律顾问。",
        "对218部法规进行清理，提请修改24部、废止5部。",  # what was kept is not told
        "受理复议57起，被撤销2起、确认违法1起。",
        "作出处罚决定431件，其中警告20件，罚款418件，没收违法所得13件。",  # imposed together
        "收到投诉150件。审结诉讼案件158件。",
        "新收复议案件150件。通过和解结案41件，和解结案率31%。",
        "收到投诉150件。审结诉讼案件41件，审结率98%。",  # of another matter
        "收到投诉150件（含上年结转9件）。办结150件，办结率98%。",
        "受理复议案件11件，一审、二审应诉案件分别为6件、2件。",
        "受理纠纷98件（上年结转4件，新收94件），办结91件，正在办理7件。",
        "抽取处罚卷480宗、许可卷320宗，优秀卷192宗，优秀率为24%。",
        "耕地57.3万亩、基本农田48.65万亩，分别为下达任务的100.4%和100%。",
        "受理信访134件（网上89件、来信21件、来访24批61人次）。",
        "受理争议1562件（含集体争议19件，涉及412人），同比增长1.8%。",
        "败诉47件，败诉率12.1%，较2022年（13.8%）回落1.7个百分点。",
        "2118名民警通过考试，其中取得高级资格的246人，占在编民警总数的8.3%。",  # of another whole
        "受理投诉3280件、举报417件、咨询1906件，分别占58.5%、7.4%、34%。",
        "来信来访46批129人次，同比分别下降20.7%、14%。",
        "审查规范性文件26件，报送备案14件，备案率100%。",
        "已办结358件，综合纠错率为13.4%（撤销22件、责令履行9件、确认违法17件）。",
        "审查合同涉及金额1.2亿元。调解纠纷涉及金额616.5万元。",
        "审结复议案件120件，其中维持52件、撤销9件，直接纠错率7.5%；办结调解案件33件。",
        "任务完成率达到104.6%，税收完成预算的103.2%，案件数是去年的125%。",
        "呈现新特点、一是数量多，二是类型新，三是化解难。",
        "检查企业1260家次，发现隐患3412处，责令改正2960处，立案36件，罚款88万元。",
        "建成公共法律服务中心1个、工作站14个、工作室186个，共计201个。",
        "收到依申请公开53件，上年结转2件，答复54件。",
        "交办工单18620件，响应率、办结率、满意率分别为100%、98.6%、97.2%。",
        "处罚被申请复议9件，复议决定撤销变更2件。强制被申请复议1件，复议决定撤销变更0件。",  # of different things
        "受理87件；审结95件（含上年结转12件）。",  # what was carried over is among what was closed
        "市政府收到60件，占收到申请总数的12.5%。县政府收到420件，占收到申请总数的87.5%。",
        "示例县行政复议工作报告\n一、案件办理情况\n受理151件。\n二、案件审理情况\n审结135件。",  # 一、 is no title
        "行政诉讼案件量下降近三成，复议案件量增长1.2倍。",
        "应诉案件42件，审结38件，败诉3件。",  # steps of one matter
        "受理前化解9件，审结30件。",
        "受理案件200件，行政处罚类50件，占25%；市场监管类40件，占20%；被申请人为乡镇的12件，占审结案件的9%。",  # of another whole
    ],
)
def test_accuses_nobody_where_the_words_allow_another_reading(text: str) -> None:
    assert rules(text) == []


REPORT = (
    """示例市人民政府关于2023年度法治政府建设情况的报告
现将2022年法治政府建设情况报告如下：
一、主要举措和成效
（一）持续推进行政复议。全年收到行政复议申请328件，常务会议学法4次。全市涉企政务服务事项梳理完成。
（二）规范行政执法。评查执法案卷253卷，全市持证行政执法人员1253人，编制完成权责清单1253项。
二、存在的不足和原因
一是行政应诉工作还需进一步加强；二是行政执法水平有待提高。
三、2024年工作安排
继续推进各项工作，努力完成全年任务。
"""
    + "坚持依法行政，持续推进法治政府建设各项任务落地见效，营造良好的法治环境。\n" * 22
)


def test_reads_a_report_as_a_whole() -> None:
    told = [(finding.rule, finding.message.zh) for finding in found(REPORT)]
    assert ("year", "标题写的是 2023 年，正文写“现将…2022年…”") in told
    assert ("weak_point", "不足中提到“行政应诉”，但全文没有一个有关的数据") in told
    missing = [message for rule, message in told if rule == "contents"]
    assert len(missing) == 1
    assert missing[0].startswith("没有找到“党政主要负责人履行推进法治建设第一责任人职责情况”")
    assert not any("行政执法" in message for rule, message in told if rule == "weak_point")


def test_finds_sentences_copied_from_another_report() -> None:
    sentence = "全年组织开展行政执法案卷评查3次，评查案卷120卷，发现并督促整改问题56个。"
    (copied,) = [f for f in found(f"今年的报告。{sentence}", 去年=f"去年的报告。{sentence}") if f.rule == "copied"]
    assert copied.severity == "warning"
    assert not [f for f in found("今年的报告。", 去年=sentence) if f.rule == "copied"]


def test_json_has_what_was_promised_and_quotes_the_source() -> None:
    source = "發布信息22,400餘條，罰沒款３．５萬元，同比下降12%。"
    told = as_json(check(source))
    news, money, fall = told["figures"]
    assert (news["value"], news["unit"], news["base_value"], news["qualifier"]) == (22400, "条", 22400, "余")
    assert (money["value"], money["unit"], money["base_value"], money["base_unit"]) == (3.5, "万元", 35000, "元")
    assert (fall["value"], fall["kind"]) == (-12, "change")
    for figure in told["figures"]:
        assert source[figure["offset"] :].startswith(figure["quote"])
    assert set(told["figures"][0]) >= {
        "value", "unit", "base_value", "base_unit", "qualifier", "kind", "scope", "account", "quote", "offset",
    }  # fmt: skip
