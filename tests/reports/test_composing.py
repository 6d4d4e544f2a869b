"""The composed report: its sentences, and that no number in it comes from anywhere but the ledger."""

import re
from datetime import date
from decimal import Decimal

import pytest

from tests.reports.city import CODE, YEAR, found_city, post_year, record
from zhunsheng.cases.replay import replay
from zhunsheng.demonstration.telling import tell
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.figures import Figure, figures
from zhunsheng.ledger.postings import PostingRow, post, state_figure
from zhunsheng.orgs.models import Officer, Organ, Region
from zhunsheng.papers.document import Addressee, Banner, Heading, Number, Paragraph, Signature, Title
from zhunsheng.reports.composing import (
    DEMONSTRATION,
    ReportError,
    compose,
    composition,
    is_demonstration,
)
from zhunsheng.reports.outline import read_outline
from zhunsheng.reports.sentences import printed_figure, sentence_of
from zhunsheng.security.audit import record as audit

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def city(db: None) -> Organ:
    organ = found_city()
    post_year(organ)
    return organ


def _text(code: str = CODE, year: int = YEAR) -> str:
    document = compose(code, year).document
    return "\n".join(block.text for block in document.blocks if isinstance(block, Paragraph))


def test_sentences_state_the_figures_as_posted(city: Organ) -> None:
    text = _text()
    for sentence in (
        "市政府全年收到行政复议申请98件，决定受理89件，决定不予受理9件。",
        "全年办理行政应诉案件30件。",
        "经复议后诉讼的案件27件，上年为39件，同比下降30.8%。",  # (39 - 27) / 39 = 30.77 %
        "交办事项30381件，办结30209件，办结率为99.4%。",  # 30209 / 30381 = 99.43 %
        "公布1个政府工作部门的行政职权事项3149项。",
        "市政府门户网站发布信息22400余条。",
    ):
        assert sentence in text


def test_every_number_comes_from_the_ledger(city: Organ) -> None:
    composed = compose(CODE, YEAR)
    read = {year: figures(CODE, date(year, 1, 1), date(year, 12, 31)) for year in (YEAR, YEAR - 1)}
    printed = 0
    for run in composed.document.runs():
        if run.figure is None:
            assert re.findall(r"\d+", run.text) in ([], [str(YEAR)])
            continue
        printed += 1
        figure = read[run.figure.year][run.figure.account]
        if run.text.startswith(("增长", "下降")):
            before = read[run.figure.year - 1][run.figure.account]
            assert run.text == "下降30.8%"
            assert (figure.value, before.value) == (27, 39)
        else:
            assert run.text == printed_figure(figure)
        assert run.figure.declared == (figure.source == "declared")
    # 复议 3, 应诉 1 and 3 with the year before and the change, 热线 3, 权责 2, 门户 1, 最多跑一次 1
    assert printed == 14


def test_a_zero_is_told_only_beside_records_of_its_system(city: Organ) -> None:
    record(city, "people_mediation.disputes_mediated", 5, YEAR - 1)  # mediation was not kept here in the year itself
    record(city, "administrative_reconsideration.refused", -9)
    assert figures(CODE, date(YEAR, 1, 1), date(YEAR, 12, 31))["people_mediation.disputes_mediated"].value == 0
    text, missing = _text(), compose(CODE, YEAR).missing
    assert "调解矛盾纠纷" not in text
    assert ("people_mediation.disputes_mediated", YEAR) in missing
    assert "决定受理89件，没有不予受理的。" in text
    assert ("administrative_reconsideration.refused", "没有不予受理的") in {
        (one.figure.account, one.printed) for one in compose(CODE, YEAR).used
    }


def test_a_clause_of_zeros_is_said_in_words_or_left_out(city: Organ) -> None:
    work = composition(read_outline("annual-report"), city.region, YEAR)
    nothing = "{administrative_reconsideration.refused}"
    accepted = "受理{administrative_reconsideration.accepted}"

    def said(sentence: str) -> str:
        return "".join(run.text for run in sentence_of(("", "", 0), sentence, work).runs)

    assert said(f"不予受理{nothing}（为零时写：没有不予受理的），{accepted}") == "不予受理9件，受理89件。"
    record(city, "administrative_reconsideration.refused", -9)
    work = composition(read_outline("annual-report"), city.region, YEAR)
    assert said(f"不予受理{nothing}（为零时写：没有不予受理的），{accepted}") == "没有不予受理的，受理89件。"
    assert said(f"不予受理{nothing}（为零时写：），{accepted}") == "受理89件。"
    assert said(f"不予受理{nothing}（为零时写：）") == ""


def test_used_figures_are_those_printed(city: Organ) -> None:
    composed = compose(CODE, YEAR)
    used = {(item.figure.account, item.year) for item in composed.used}
    assert used == {(run.figure.account, run.figure.year) for run in composed.document.runs() if run.figure}
    assert ("people_mediation.disputes_found", YEAR) in composed.missing
    assert used.isdisjoint(composed.missing)


def test_what_nobody_posted_is_never_a_zero(city: Organ) -> None:
    text = _text()
    for word in ("人民调解", "人大代表建议", "信息公开申请"):
        assert word not in text
    assert not re.search(r"(?<!\d)0[件项个%]", text)


def test_the_clause_that_carries_a_sentence_shows_what_is_missing(city: Organ) -> None:
    assert "不见面审批事项占（缺），占比居全省第99位。" in _text()


def test_a_reported_zero_is_printed(city: Organ) -> None:
    state_figure("decision_expert_argument.expert_argument_meetings", city, YEAR, 0, "示例文件二")
    assert "组织召开专题论证会0次。" in _text()


def test_a_section_without_figures_is_left_out_and_the_rest_is_numbered(city: Organ) -> None:
    headings = [
        block.text for block in compose(CODE, YEAR).document.blocks if isinstance(block, Heading) and block.level == 1
    ]
    assert headings == [
        "一、依法全面履行政府职能", "二、依法预防和化解社会矛盾纠纷", "三、强化对行政权力的制约和监督",
        "四、存在的不足和原因", "五、党政主要负责人履行推进法治建设第一责任人职责情况", "六、下一年度主要安排",
    ]  # fmt: skip


def test_a_statutory_part_no_record_tells_of_keeps_its_place(city: Organ) -> None:
    assert _text().count("【待撰写：") == 3
    officer = Officer.objects.create_officer("writer", None, name="示例庚")
    found = tell("assessment_rectification", city, [("tell", date(YEAR, 3, 2), {"problem": "执法文书不规范"})])
    replay("assessment_rectification", [found], officers=[officer.pk])
    assert "执法文书不规范〔待确认〕。" in _text()


def test_what_was_put_right_after_the_year_is_still_to_be_done_in_its_report(city: Organ) -> None:
    clerks = [Officer.objects.create_officer(name, None, name=f"示例{name}").pk for name in ("甲", "乙")]
    for demanded, done in (("补正文书", YEAR + 1), ("配发记录仪", YEAR)):
        steps = [
            ("tell", date(YEAR, 3, 2), {"problem": f"没有{demanded}", "requirement": demanded}), ("plan", date(YEAR, 3, 9)),
            ("report", date(done, 6, 1), {"evidence": "示例记录"}), ("check", date(done, 6, 8)), ("recheck", date(done, 9, 8)),
        ]  # fmt: skip
        replay("assessment_rectification", [tell("assessment_rectification", city, steps)], officers=clerks)
    text = _text()
    assert "没有补正文书〔待确认〕。没有配发记录仪〔待确认〕。" in text
    assert "抓好问题整改：补正文书〔待确认〕。" in text


def test_a_report_of_half_a_year_has_the_figures_of_six_months(city: Organ) -> None:
    record(city, "administrative_reconsideration.received", 98)
    post([PostingRow("administrative_reconsideration.received", city.pk, date(YEAR, 7, 1), Decimal(50), source_id=2)])
    half = read_outline("annual-report").model_copy(update={"title": "{region}{year}年上半年报告"})
    figure = composition(half, city.region, YEAR).years[YEAR]["administrative_reconsideration.received"]
    assert figure.value == 98 + 98


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [(3, 2, "同比增长50%"), (2, 3, "同比下降33.3%"), (3, 3, "同比持平"), (2001, 2000, "同比增长0.1%"), (20001, 20000, "同比基本持平")],
)  # fmt: skip
def test_the_change_is_named_by_its_sign(now: int, before: int, said: str) -> None:
    organ = found_city()
    record(organ, "litigation_response.after_reconsideration", now)
    record(organ, "litigation_response.after_reconsideration", before, YEAR - 1)
    assert f"{said}。" in _text()


def test_without_a_year_before_no_change_is_stated() -> None:
    organ = found_city()
    record(organ, "litigation_response.after_reconsideration", 27)
    assert "经复议后诉讼的案件27件。" in _text()


def test_frame_of_the_document(city: Organ) -> None:
    blocks = compose(CODE, YEAR, number="示政文〔2021〕33号", on=date(2021, 5, 28)).document.blocks
    assert blocks[:4] == (
        Banner("草稿：尚未逐句确认，不得作为正式文件使用"),
        Number("示政文〔2021〕33号"),
        Title("示例市人民政府\n关于2020年度法治政府建设情况的报告"),
        Addressee("市人大常委会"),
    )
    assert blocks[-1] == Signature("示例市人民政府", date(2021, 5, 28))


def test_a_county_reports_to_its_own_congress() -> None:
    organ = found_city("示例县", "419921")
    record(organ, "administrative_reconsideration.received", 5)
    composed = compose("419921", YEAR)
    assert Addressee("县人大常委会") in composed.document.blocks
    assert Number("（文号待编）") in composed.document.blocks
    assert "县政府全年收到行政复议申请5件。" in _text("419921")


def test_demonstration_is_marked_and_nothing_else_is(city: Organ) -> None:
    assert Banner(DEMONSTRATION) not in compose(CODE, YEAR).document.blocks
    audit("demo.load", f"region:{CODE}", None)
    assert compose(CODE, YEAR).document.blocks[0] == Banner(DEMONSTRATION)
    assert is_demonstration("419921")
    assert not is_demonstration("410100")


def test_an_unknown_region_is_refused(city: Organ) -> None:
    with pytest.raises(ReportError, match=r"999999.*419900 示例市"):
        compose("999999", YEAR)


def test_a_year_without_data_is_refused(city: Organ) -> None:
    with pytest.raises(ReportError, match="2021 年没有任何入账"):
        compose(CODE, YEAR + 1)


def test_a_region_without_data_is_refused_though_another_has_some(city: Organ) -> None:
    Region.objects.create(code="429900", name="另一市")
    with pytest.raises(ReportError, match="另一市"):
        compose("429900", YEAR)


@pytest.mark.parametrize(
    ("value", "unit", "qualifier", "printed"),
    [("22400", "条", "余", "22400余条"), ("70", "项", "多", "70多项"), ("20", "次", "近", "近20次"), ("98.79", "%", "", "98.79%"),
     ("1200000", "元", "", "120万元"), ("45300", "元", "", "4.53万元"), ("45321", "元", "", "45321元"), ("100000", "份", "余", "10万余份"),
     ("36000", "人", "", "3.6万人"), ("22400", "件", "", "22400件"), ("139414", "个", "", "139414个"), ("350000000", "元", "超过", "超过3.5亿元")],
)  # fmt: skip
def test_qualifiers_stand_where_reports_put_them(value: str, unit: str, qualifier: str, printed: str) -> None:
    number = Decimal(value)
    figure = Figure("a.b", Words("甲", "A"), Words(unit, unit), number, "declared", 1, "account",
                    0 if number == int(number) else 2, qualifier=qualifier)  # fmt: skip
    assert printed_figure(figure) == printed
