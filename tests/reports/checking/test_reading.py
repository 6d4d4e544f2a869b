"""Reading figures out of official Chinese: what is a figure, its value, unit, qualifier and kind, and what is none."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from zhunsheng.kernel.words import written_number
from zhunsheng.reports.checking.checking import check
from zhunsheng.reports.checking.cleaned import Cleaned, cleaned
from zhunsheng.reports.checking.figure import Figure
from zhunsheng.reports.checking.findings import KINDS
from zhunsheng.reports.checking.numerals import chinese_value
from zhunsheng.reports.checking.reading import figures_of
from zhunsheng.reports.checking.structure import structured


def read(text: str) -> list[Figure]:
    return figures_of(structured(cleaned(text).text))


def shown(text: str) -> list[str]:
    return [f"{written_number(figure.base_value)} {figure.base_unit}" for figure in read(text)]


TOLD = {
    "全年共受理行政复议案件1，286件": ["1286 件"],  # a number alone before a comma counts nothing
    "受理12件，148件在办": ["12 件", "148 件"],
    "全年共受理行政复议案件1,286件。": ["1286 件"],
    "发放宣传资料两万余份，接受咨询近三千人次": ["20000 份", "3000 人次"],
    "覆盖群众12.6万人次，罚没款358.4万元": ["126000 人次", "3584000 元"],
    "全区涉企检查频次下降四分之一，满意度达百分之九十八点五": ["-25 %", "98.5 %"],
    "党组会议、局务会议各学法2次": ["2 次", "2 次"],
    "受理率、按期办结率均达100%": ["100 %", "100 %"],
    "收到、办结申请分别为98件和95件": ["98 件", "95 件"],
    "受理、办结、上报数分别为12、15和20件": ["12 件", "15 件", "20 件"],
    "收到申请98件，其中受理89件，不予受理9件": ["98 件", "89 件", "9 件"],
    "行政诉讼案件27件，同比下降30.8%": ["27 件", "-30.8 %"],
    "较上年减少5件，败诉率降低2.3个百分点": ["-5 件", "-2.3 个百分点"],
    "办理时限由15个工作日压缩至3个工作日以内": ["15 工作日", "3 工作日"],
    "办结率由96%提高到99.5%": ["96 %", "99.5 %"],
    "律师万人比由2.8提高到3.1，每十万人拥有公证员1.3名": ["2.8 人/万人", "3.1 人/万人", "1.3 名"],
    "考核得分96.8，列全市前三": ["96.8 分", "3 位"],
    "按期办结率、回访率都是百分百": ["100 %", "100 %"],
    "出庭占比由两成提高到36.9%，四成以上的镇街执法人员不足10人": ["20 %", "36.9 %", "40 %", "10 人"],
    "已对1-11批395件信访件进行调查": ["395 件"],
    "综合得分居全市第3位，普法工作排名全省第一": ["3 位", "1 位"],
    "常务会议每季度至少学法1次，每年举办2期培训班": ["1 次/季度", "2 期/年"],
    "每三年一次的清理": ["3 年"],
    "12345平台转办诉求110件，110联动处置8890起，走访企业110余家": ["110 件", "8890 起", "110 家"],
    "全年未发生一起重大安全事故，无行政复议被纠错案件": ["0 起", "0 件"],
    "全县九成以上的村配备了法律顾问，占比超八成": ["90 %", "80 %"],
    "召开专题会议三次，组织十二场讲座": ["3 次", "12 场"],
    "推行“3+2”工作模式（镇司法所+2名网格员+1个调解室）": ["2 名", "1 个"],  # the name and its parts do not fit
    "构建“1+4”普法队伍（讲师团+4支宣讲队）": ["1 个", "4 支"],
    "办案量翻了近一番，行政处罚纠错率为零，无行政诉讼案件发生": ["2 倍", "0 %", "0 件"],
    "持证率仅为1/3，再犯罪率为0，7/24小时值守": ["33.33 %", "0 %"],
    "维持\n　　1 9 件、抽取 l20 卷，合格率l00%": ["19 件", "120 卷", "100 %"],
    "县长两次主持召开推进会，经过两轮论证，到七个乡镇督导": ["2 次", "2 轮", "7 个"],
    "信访46批97人次，同比分别下降一成和15.6%": ["46 批", "97 人次", "-10 %", "-15.6 %"],
    "处罚类2100，占34.2%；许可类705，占11.5%；征收类232件，占3.8%": [
        "2100 件",
        "34.2 %",
        "705 件",
        "11.5 %",
        "232 件",
        "3.8 %",
    ],
    "全年主动公开政府信息\n5928\n条，电子化率达\n90.3%\n，新增部分另行统计": [
        "5928 条",
        "90.3 %",
    ],  # set apart by a page
    "落实“四个一”要求，即一个专班、一套方案、一张清单、一次督导": ["4 项"],
}


@pytest.mark.parametrize("text", TOLD)
def test_tells_every_figure(text: str) -> None:
    assert shown(text) == TOLD[text]


@pytest.mark.parametrize(
    "text",
    [
        "根据《示例市行政规范性文件管理办法》（示政〔2023〕12号）第十二条第二款",
        "市政府第32次常务会议审议通过，公布第三批示范单位",
        "深化“1211”机制和行政执法三项制度，落实中央八项规定",
        "“八五”普法中期评估，12345热线，一网通办，两法衔接",
        "2023年3月15日，截至2023年12月底，“十四五”规划",
        "全面推行“双随机、一公开”，最多跑一次，一件事一次办",
        "法无授权不可为，实行无差别受理，统一标准，进一步规范",
        "列为全省十大创新举措之一，坚持百姓至上、一体推进",
        "办公地址：示例路53号，电话：0371-6482327，邮编：467000",
    ],
)
def test_takes_no_date_number_or_name_for_a_figure(text: str) -> None:
    assert shown(text) == []


def test_tells_the_qualifier_kind_scope_and_period() -> None:
    few, rate, rank = read("2022年，市本级开展培训20余场，全市出庭应诉率不低于95%，位居全省前10名。")
    assert (few.qualifier, few.kind, few.scope, few.period) == ("余", "count", "市本级", "2022")
    assert (rate.qualifier, rate.kind, rate.scope) == ("不低于", "rate", "全市")
    assert (rank.kind, rank.value, rank.unit) == ("rank", 10, "名")


def test_scope_and_aims_that_no_heading_tells() -> None:
    text = "示例市2023年总结\n州政府本级办理复议112件，占全州的23%。全市率先达标，评查案卷30卷，高出全省平均值3个百分点。\n2024年，将培训执法人员2000人次。"
    told_so = [(figure.scope, figure.kind) for figure in read(text)]
    assert told_so == [("州本级", "count"), ("州本级", "rate"), ("", "count"), ("", "change"), ("", "target")]


PLANNED = {
    "三、2024年重点工作\n培训法制员80人。": ["target"],
    "三、今后努力的方向\n培训法制员80人。": ["target"],
    "三、问题和打算\n一是力量不足，法制员仅9名。二是新建司法所3个，培训法制员80人。": ["count", "target", "target"],
    "一、成效\n培训法制员80人。下一步，评查案卷50卷。": ["count", "target"],
    "一、2023年重点工作\n培训法制员80人。": ["count"],
    "一、存在的问题\n法制员仅9名。": ["count"],
}


@pytest.mark.parametrize("text", PLANNED)
def test_what_comes_next_is_told_from_what_was_done(text: str) -> None:
    assert [figure.kind for figure in read(f"示例市2023年法治政府建设报告\n{text}")] == PLANNED[text]


def test_words_a_figure_belongs_to() -> None:
    labels = [figure.label for figure in read("收到行政复议申请98件，其中决定受理89件，对166件涉法事务进行审查。")]
    assert labels == ["收到行政复议申请", "决定受理", "涉法事务进行审查"]
    shared = [figure.label for figure in read("其中，已办结7件、未办结3件。")]
    assert shared == ["办结", "未办结"]
    again = [figure.label for figure in read("办理建议146件、提案193件，满意率分别为99%和100%。")]
    assert again == ["办理建议", "办理提案", "办理建议满意率", "办理提案满意率"]
    rates = [figure.label for figure in read("办理建议146件、提案193件，办结率均为100%，满意率分别为99%、98%。")]
    assert rates[-2:] == ["办理建议满意率", "办理提案满意率"]
    assert read("已审结的187件中败诉9件。")[0].label == "审结的"
    paired = [figure.label for figure in read("审批时限、申请材料压缩比例分别为60%和35%。")]
    assert paired == ["审批时限", "申请材料压缩比例"]


DIRTY = "發出《監督意見書》４１ 份；群眾滿意率達９９．２％，辦(bàn)理依申請公開案件４６人次&nbsp;。\n版權所有：示例市人民政府"


def test_reads_dirty_text_and_keeps_its_places() -> None:
    text: Cleaned = cleaned(DIRTY)
    assert text.text == "发出《监督意见书》41份；群众满意率达99.2%，办理依申请公开案件46人次。\n"
    assert shown(DIRTY) == ["41 份", "99.2 %", "46 人次"]
    rate = read(DIRTY)[1]
    quote, place = text.original(*rate.within)
    assert quote == "群眾滿意率達９９．２％"
    assert DIRTY[place : place + len(quote)] == quote


def test_joins_lines_that_a_page_broke() -> None:
    lines = [
        "全年共办理行政复议案件一百二十件，其中经调解、和解结",
        "案三十件，综合纠错率百分之二十五，行政机关负责人出庭应诉率百分之百",
    ]
    page = "\n".join(["本年度我市坚持依法行政，持续推进法治政府各项建设工作"] * 4 + lines)
    assert shown(page)[:2] == ["120 件", "30 件"]


def test_goes_on_over_the_edge_of_a_page() -> None:
    """Every line ends within a number, and every second one at the edge of a page."""
    numbers = range(101, 113)
    told = "".join(f"{number}件，本年度依法受理群众提出的各类行政争议申请" for number in numbers)
    lines = [told[place : place + 26] for place in range(1, len(told), 26)]
    for foot in ("\n\n— 3 —\n\n", "\n3\n示例市法治政府建设报告\n", "\n第 3 页 共 9 页\n"):
        page = told[0] + "\n".join(f"{line}{foot if place % 2 else ''}" for place, line in enumerate(lines))
        assert shown(page) == [f"{number} 件" for number in numbers]


def test_takes_a_point_behind_words_for_a_full_stop() -> None:
    written = "全年受理复议案件12件.行政处罚3.5万件.罚款9万元."
    assert cleaned(written).text.strip() == "全年受理复议案件12件。行政处罚3.5万件。罚款9万元。"
    figures = read(written)
    assert len({figure.sentence.start for figure in figures}) == len(figures) == 3


def test_reads_the_characters_that_fonts_give_as_radicals() -> None:
    assert shown("⾏政处罚12件，罚没⾦额3.5万元，⻋辆检查40⼈次。") == ["12 件", "35000 元", "40 人次"]


PASSAGES = {one["name"]: one for one in yaml.safe_load(Path(__file__).with_name("passages.yaml").read_text("utf-8"))}


ARITHMETIC = {
    "sum", "part", "rate", "impossible_rate", "change", "over_hundred", "closed_over_received", "told_twice", "same_number", "scope", "year",
}  # fmt: skip


NOTED = {"q": "qualifier", "s": "scope", "a": "account"}


@pytest.mark.parametrize("name", PASSAGES)
def test_every_figure_of_a_passage_is_told_and_nothing_else(name: str) -> None:
    checked = check(PASSAGES[name]["text"])
    left = [(f"{written_number(round(figure.base_value, 2))} {figure.base_unit}", figure) for figure in checked.figures]
    wanted = [one.split("|") for one in PASSAGES[name]["figures"]]
    assert Counter(words for words, _ in left) == Counter(words for words, *_ in wanted)
    for words, *notes in wanted:
        figure = left.pop(next(place for place, (read_words, _) in enumerate(left) if read_words == words))[1]
        for note in notes:
            said = NOTED.get(note[0]) if note not in KINDS else None
            assert getattr(figure, said or "kind") == (note[1:] if said else note), words
    # The passages are right: what is said of their numbers would be an accusation.
    assert [finding.message.zh for finding in checked.findings if finding.rule in ARITHMETIC] == []


TABLE = """行政处罚情况表
单位\t处罚（件）\t罚款（万元）\t同比（%）
区城管局\t120\t35.5\t12.5
示例镇\t30\t4\t-20
合计\t152\t39.5\t3.1"""


def test_a_table_tells_what_each_cell_counts_and_its_totals_are_added_up() -> None:
    checked = check(f"示例区2023年行政执法情况\n{TABLE}\n说明：以上均为全区数据。")
    cells = [(f.label, written_number(f.base_value), f.base_unit, f.kind, f.scope, f.period) for f in checked.figures]
    assert cells[:3] == [
        ("区城管局处罚", "120", "件", "count", "县区", "2023"),
        ("区城管局罚款", "355000", "元", "money", "县区", "2023"),
        ("区城管局同比", "12.5", "%", "change", "县区", "2023"),
    ]
    assert cells[5][1:4] == ("-20", "%", "change")
    assert [(one.rule, one.message.zh) for one in checked.findings] == [
        ("sum", "表中“合计处罚”为 152，各行相加为 150"),
    ]
    assert [one.message.zh for one in checked.relations] == ["表中“合计罚款”395000 与各行之和相符"]


@pytest.mark.parametrize("mark", ["|", "   ", "　　", " ", "\n", "\n\n", " |\n"])
def test_cells_are_parted_in_every_way_a_text_may_part_them(mark: str) -> None:
    assert shown(TABLE.replace("\t", mark)) == shown(TABLE)
    assert len(shown(TABLE)) == 9


def test_a_row_of_numbers_alone_has_no_name() -> None:
    assert shown("行政处罚（单位：宗）\n警告\t罚款\t合计\n21\t94\t115\n注：按决定的日期统计。") == [
        "21 宗",
        "94 宗",
        "115 宗",
    ]


def test_the_counters_of_a_web_page_are_no_table() -> None:
    assert shown("浏览次数\t385\n字号\t16\n联系电话\t86543210") == []


@pytest.mark.parametrize(
    ("written", "value"),
    [("二〇二三", 2023), ("一百零五", 105), ("三万六千", 36000), ("十", 10), ("两千三", 2003), ("百姓", None)],
)
def test_numerals(written: str, value: int | None) -> None:
    assert chinese_value(written) == value


def test_thousands_of_numerals_are_no_number() -> None:
    assert chinese_value("一" * 5000) is None


def test_outcomes_are_told_apart_and_a_sum_or_a_mean_is_no_count_of_one_thing() -> None:
    text = (
        "示例市2023年法治政府建设报告\n审结行政复议案件40件，其中维持20件、撤销5件、终止6件；撤销、变更和确认违法共9件。\n"
        "综合行政执法队开展行政检查900次，人均行政检查30次。"
    )
    accounts = {written_number(figure.value): figure.account for figure in check(text).figures}
    told = {"20": "upheld", "5": "revoked", "6": "terminated"}
    assert {number: accounts[number] for number in told} == {
        number: f"administrative_reconsideration.{key}" for number, key in told.items()
    }
    assert (accounts["9"], accounts["30"], accounts["900"]) == ("", "", "administrative_penalty_case.inspections")


SYSTEM = "administrative_reconsideration"
MEANT = {
    "全年审结行政复议申请135件。": f"{SYSTEM}.closed",
    "直接纠错（以撤销、责令履行等方式结案的行政复议案件）30件。": "",
    "复议决定撤销、变更或者确认违法2件。": "",
    "办理涉企行政复议案件38件。": "",
    "以县政府为被申请人的行政复议案件60件。": "",
    "行政处罚被提起行政诉讼5件。": "",
    "申请复议的行为中，行政处罚40件，占26.5%。": "",
    "梳理政务服务事项清单31个。": "",
    "行政复议审结率较上年提高了5.9%。": "",
    "各类执法案件涉及金额300万元。": "",
    "行政处罚40件。": "administrative_penalty_case.penalties",
    "作为被申请人被复议36件。": "",  # received by another organ
    "受理市场监管投诉举报87件。": "",
    "承诺时限压缩至法定时限的30%。": "",
    "行政处罚中，其他处罚104件。": "",
    "告知听证程序24件。": "",
    "执法人员持证率100%。": "",
    "办理人大建议、政协提案37件。": "proposal_handling.done",
    "开展规范性文件清理，废止14件。": "normdoc_cleanup.normdocs_repealed",
    "发出《行政执法监督意见书》41份。": "enforcement_supervision.opinions_issued",
    "组织《行政处罚法》专题测试2次。": "",
    "全年县政府常务会学法12次。": "leader_law_study.exec_meeting_law_study_sessions",
    "12名人民调解员共排查纠纷38件。": "people_mediation.mediators",
    "成立6个日常督查组，检查学校。": "",
    "政务服务事项入驻率达96.4%。": "",
    "上年结转政府信息公开申请2件。": "",
    "全年完成重大合同审查3件。": "legality_review.agreements_reviewed",
    "全年共收到代表建议128件。": "proposal_handling.npc_received",
    "全县化解矛盾纠纷291件。": "people_mediation.disputes_settled",
    "复议决定维持原行政行为31件。": f"{SYSTEM}.upheld",
    "行政处罚案件平均罚款金额8.8万元。": "",
    "全市行政机关败诉率同比下降7个百分点，行政复议机关纠错率上升5个百分点。": "litigation_response.loss_rate",
}


@pytest.mark.parametrize("text", MEANT)
def test_a_part_of_what_is_counted_is_not_what_an_account_counts(text: str) -> None:
    assert next(figure.account for figure in check(text).figures) == MEANT[text]


def test_the_head_of_several_columns_says_of_each_what_it_counts() -> None:
    text = """表一
示例县行政处罚实施情况统计表
行政处罚实施数量（宗） ||||||
警告、通报批评 | 罚款 | 吊销许可证、执照 | 行政拘留 | 合计（宗） | 罚没金额（万元） |
12 | 90 | 3 | 4 | 109 | 33.5 |
表二
示例县行政许可实施情况统计表
行政许可实施数量（宗） |||
许可数量 | 不予许可数量 | 撤销许可数量 |
264 | 2 | 1 |
"""
    penalty, window = "administrative_penalty_case", "one_window"
    assert [(figure.base_unit, figure.account) for figure in check(text).figures] == [
        ("宗", ""), ("宗", f"{penalty}.heaviest_fine"), ("宗", f"{penalty}.heaviest_revocation"),
        ("宗", f"{penalty}.heaviest_detention"), ("宗", f"{penalty}.penalties"), ("元", f"{penalty}.fines_and_confiscations"),
        ("宗", f"{window}.granted"), ("宗", f"{window}.refused"), ("宗", f"{window}.revoked"),
    ]  # fmt: skip


def test_a_number_that_is_the_aim_is_told_from_what_was_reached() -> None:
    assert [figure.kind for figure in read("空气优良298天，超额完成294天的年度考核目标。")] == ["count", "target"]
