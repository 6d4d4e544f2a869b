"""报告稿: confirmed sentence by sentence, final, checked, published; and what changes afterwards is found, not followed."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from tests.reports.city import CODE, YEAR, found_city, post_year, record
from zhunsheng.ledger.postings import PostingRow, post
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty, Officer, Region
from zhunsheng.orgs.refusals import Refused
from zhunsheng.papers.document import Addressee, Banner, Paragraph, Table
from zhunsheng.reports import drafts, kept
from zhunsheng.reports.composing import CORRECTED, NOT_FINAL, UNCONFIRMED
from zhunsheng.reports.confidentiality import hits_of
from zhunsheng.reports.corrections import changes, notice_of
from zhunsheng.reports.discrepancies import discrepancies, document_of, key_of, posted_since, undecided
from zhunsheng.reports.models import ReportDraft, Stage
from zhunsheng.reports.working_paper import COLUMNS, working_document, working_paper

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 5)


class Writer:
    """Somebody with a role in the yearly report, and what he holds."""

    def __init__(self, organ, name: str, role: str) -> None:
        self.officer = Officer.objects.create_officer(name, name, name=f"示例{name}")
        Duty.objects.create(officer=self.officer, organ=organ, system="annual_report", role=role)
        self.as_ = (self.officer, access_of(self.officer, TODAY))


@pytest.fixture
def city(db):
    organ = found_city()
    post_year(organ)
    return organ


@pytest.fixture
def people(city):
    return {role: Writer(city, role, role) for role in ("drafter", "reviewer", "head")}


@pytest.fixture
def draft(city, people) -> ReportDraft:
    return drafts.begin(city.region, YEAR, "annual-report", *people["drafter"].as_, "congress")


def _reconsideration(draft: ReportDraft):
    return draft.sentences.get(template__contains="administrative_reconsideration.received")


def _confirm_all(draft: ReportDraft, who: Writer) -> None:
    for row, written in kept.sentences_of(draft):
        if row.template.startswith("【待撰写"):
            drafts.rewrite(row.pk, "工作还有薄弱环节", *who.as_)
        (drafts.leave_out if written.is_lacking else drafts.confirm)(row.pk, *who.as_)


def test_a_draft_says_so_until_every_sentence_is_confirmed_and_it_is_final(draft, people):
    assert Banner(UNCONFIRMED) in kept.composed_of(draft).document.blocks
    with pytest.raises(Refused, match=r"还有 \d+ 句没有确认"):
        drafts.make_final(draft.pk, "示政文〔2021〕1号", *people["head"].as_)
    _confirm_all(draft, people["drafter"])
    assert [block for block in kept.composed_of(draft).document.blocks if isinstance(block, Banner)] == [
        Banner(NOT_FINAL)
    ]
    with pytest.raises(Refused, match="审定负责人"):
        drafts.make_final(draft.pk, "", *people["reviewer"].as_)
    final = drafts.make_final(draft.pk, "示政文〔2021〕1号", *people["head"].as_)
    document = kept.composed_of(final).document
    assert not any(isinstance(block, Banner) for block in document.blocks)
    with pytest.raises(Refused, match="已经定稿"):
        drafts.rewrite(_reconsideration(draft).pk, "别的话", *people["drafter"].as_)


def test_what_was_confirmed_stands_and_the_change_is_listed(draft, people, city):
    row = drafts.confirm(_reconsideration(draft).pk, *people["reviewer"].as_)
    assert discrepancies(draft) == []
    record(city, "administrative_reconsideration.received", 2)  # 98 and 2 are 100
    text = "".join(b.text for b in kept.composed_of(draft).document.blocks if isinstance(b, Paragraph))
    assert "收到行政复议申请98件" in text
    (found,) = discrepancies(draft)
    assert (found.sentence.pk, found.printed, found.now, found.apart) == (row.pk, "98件", "100件", 2)
    ((late,),) = posted_since(draft, [found])
    assert (late.account.key, late.value) == ("administrative_reconsideration.received", 2)
    named = {key_of(found): "示例复〔2020〕99号"}
    (listed,) = [block for block in document_of(draft, named).blocks if isinstance(block, Table)]
    assert listed.rows[0][1:6] == ("收到行政复议申请", "2020年", "98件", "100件", "示例复〔2020〕99号")
    assert listed.rows[0][-1] == "待决定"
    drafts.rewrite(row.pk, "收到申请{{行政复议：收到行政复议申请}}", *people["drafter"].as_)
    again = drafts.confirm(row.pk, *people["drafter"].as_)
    assert "".join(run[0] for run in again.runs) == "收到申请100件。"
    assert discrepancies(draft) == []


def test_a_report_is_final_only_when_each_change_is_decided_on(draft, people, city):
    row = _reconsideration(draft)
    _confirm_all(draft, people["drafter"])
    record(city, "administrative_reconsideration.received", 2)
    with pytest.raises(Refused, match="有 1 处数据确认以后变动了"):
        drafts.make_final(draft.pk, "", *people["head"].as_)
    with pytest.raises(Refused, match="写明照用原数的理由"):
        drafts.keep_figures(row.pk, " ", *people["drafter"].as_)
    drafts.keep_figures(row.pk, "截止日以后补录", *people["drafter"].as_)
    (found,) = discrepancies(draft)
    assert "截止日以后补录" in found.stands
    assert undecided(draft) == []
    record(city, "administrative_reconsideration.received", 1)  # what changes once more is asked once more
    assert [one.now for one in undecided(draft)] == ["101件"]
    drafts.keep_figures(row.pk, "截止日以后补录", *people["drafter"].as_)
    composed = kept.composed_of(drafts.make_final(draft.pk, "", *people["head"].as_))
    assert any("照用原数：截止日以后补录" in used.confirmed for used in composed.used)
    assert any(
        "收到行政复议申请98件" in block.text for block in composed.document.blocks if isinstance(block, Paragraph)
    )


def test_a_final_report_goes_back_and_only_what_changed_is_confirmed_again(draft, people, city):
    row = _reconsideration(draft)
    _confirm_all(draft, people["drafter"])
    drafts.make_final(draft.pk, "", *people["head"].as_)
    drafts.check_secrecy(draft.pk, "", *people["reviewer"].as_)
    record(city, "administrative_reconsideration.received", 2)
    with pytest.raises(Refused, match="审定负责人可以退回"):
        drafts.reopen(draft.pk, *people["drafter"].as_)
    again = drafts.reopen(draft.pk, *people["head"].as_)
    assert (again.stage, again.confirmed_by, again.checked_at) == (Stage.DRAFT, None, None)
    assert [one.pk for one in draft.sentences.filter(confirmed_at=None, left_out=False)] == [row.pk]
    drafts.confirm(row.pk, *people["drafter"].as_)
    assert discrepancies(again) == []
    drafts.make_final(draft.pk, "", *people["head"].as_)


def test_a_confirmed_sentence_is_read_anew_before_the_report_is_final(draft, people, city):
    row = drafts.confirm(_reconsideration(draft).pk, *people["drafter"].as_)
    record(city, "administrative_reconsideration.received", 2)
    drafts.read_anew(row.pk, *people["reviewer"].as_)
    assert discrepancies(draft) == []
    (shown,) = [written for one, written in kept.sentences_of(draft) if one.pk == row.pk]
    assert "收到行政复议申请100件" in "".join(run.text for run in shown.runs)


def test_a_sentence_with_a_figure_that_is_not_there_cannot_be_confirmed(draft, people):
    row = draft.sentences.get(template__contains="no_visit_rate")
    with pytest.raises(Refused, match="缺数"):
        drafts.confirm(row.pk, *people["drafter"].as_)


def test_a_part_the_law_asks_for_stays_until_somebody_wrote_it(draft, people):
    waiting = draft.sentences.filter(template__startswith="【待撰写")
    assert [row.section for row in waiting] == [
        "存在的不足和原因", "党政主要负责人履行推进法治建设第一责任人职责情况", "下一年度主要安排",
    ]  # fmt: skip
    with pytest.raises(Refused, match="法定内容"):
        drafts.confirm(waiting[0].pk, *people["drafter"].as_)


def test_whom_it_goes_to_is_changed_until_it_is_final(draft, people):
    def addressed() -> list[str]:
        draft.refresh_from_db()
        return [b.text for b in kept.composed_of(draft).document.blocks if isinstance(b, Addressee)]

    assert addressed() == ["市人大常委会"]
    drafts.send_to(draft.pk, "superior", *people["drafter"].as_)
    assert addressed() == ["上级人民政府"]
    Region.objects.filter(code=CODE).update(parent=Region.objects.create(code="410000", name="示例省"))
    assert addressed() == ["示例省人民政府"]
    drafts.send_to(draft.pk, "public", *people["drafter"].as_)
    assert addressed() == []
    with pytest.raises(Refused, match="请选择报送对象"):
        drafts.send_to(draft.pk, "everybody", *people["drafter"].as_)
    with pytest.raises(Refused, match="撰写人员"):
        drafts.send_to(draft.pk, "", *people["reviewer"].as_)
    _confirm_all(draft, people["drafter"])
    drafts.make_final(draft.pk, "", *people["head"].as_)
    with pytest.raises(Refused, match="已定稿"):
        drafts.send_to(draft.pk, "", *people["drafter"].as_)


@pytest.mark.once
def test_figures_written_by_hand_are_told_from_those_of_the_ledger(draft, people):
    row = _reconsideration(draft)
    drafts.rewrite(
        row.pk, "收到行政复议申请{administrative_reconsideration.received}，走访企业35家", *people["drafter"].as_
    )
    by_hand = {one.pk: kept.typed_in(one, written) for one, written in kept.sentences_of(draft)}
    assert by_hand.pop(row.pk) == ["35家"]
    assert not any(by_hand.values())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("收到{{复议：没有的}}", "没有「复议：没有的」"),
        ("收到{no.such}", "没有「no.such」"),
        ("收到{{year", "花括号"),
        ("。", "请写内容"),
    ],
)
def test_a_sentence_that_asks_for_what_is_not_there_is_refused(draft, people, text, told):
    with pytest.raises(Refused, match=told):
        drafts.rewrite(_reconsideration(draft).pk, text, *people["drafter"].as_)
    assert "administrative_reconsideration.received" in _reconsideration(draft).template


def test_only_those_with_the_role_write_and_one_report_is_drafted_once(draft, people, city):
    stranger = Writer(city, "stranger", "nothing")
    with pytest.raises(Refused, match="撰写人员"):
        drafts.begin(city.region, YEAR, "public-report", *stranger.as_)
    with pytest.raises(Refused, match="已经起草"):
        drafts.begin(city.region, YEAR, "annual-report", *people["drafter"].as_)


def test_it_is_published_only_after_somebody_else_looked_for_secrets(draft, people):
    row = _reconsideration(draft)
    drafts.rewrite(
        row.pk, "申请人电话13812345678，收到申请{administrative_reconsideration.received}", *people["drafter"].as_
    )
    _confirm_all(draft, people["drafter"])
    drafts.make_final(draft.pk, "", *people["head"].as_)
    with pytest.raises(Refused, match="还没有作保密审查"):
        drafts.publish(draft.pk, *people["drafter"].as_)
    with pytest.raises(Refused, match="有 1 处疑似"):
        drafts.check_secrecy(draft.pk, "", *people["reviewer"].as_)
    drafts.check_secrecy(draft.pk, "为公开的值班电话", *people["reviewer"].as_)
    assert drafts.publish(draft.pk, *people["drafter"].as_).stage == Stage.PUBLISHED
    with pytest.raises(Refused, match="不能作废"):
        drafts.make_void(draft.pk, *people["head"].as_)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("机密★10年，联系电话13812345678", ["密级标志", "电话号码"]),
        ("身份证110101199003074557", ["身份证件号码"]),
        ("申请人王某某不服", ["自然人姓名"]),
        ("住示例市示例路12号", ["详细住址"]),
        ("保守国家秘密，收到行政复议申请98件，涉及申请人182人次，交办30381件，办结率99.4%", []),
        ("依据豫发〔2021〕31号文件，示例〔2024〕0123456号，2023-01-05", []),
    ],
)
def test_passages_that_may_be_secret_or_personal_are_found(text, kinds):
    assert [hit.kind.zh for hit in hits_of(text)] == kinds


def test_the_working_paper_says_who_confirmed_and_the_cut_off_day(draft, people):
    drafts.confirm(_reconsideration(draft).pk, *people["reviewer"].as_)
    sheet = openpyxl.load_workbook(BytesIO(working_paper(kept.composed_of(draft), CODE, YEAR)))["取数底稿"]
    names = [name for name, _width in COLUMNS]
    rows = [
        dict(zip(names, [cell.value for cell in row], strict=True))
        for row in sheet.iter_rows(min_row=3, max_col=len(names))
    ]
    row = next(row for row in rows if row["指标编码"] == "administrative_reconsideration.received")
    assert (row["数值"], row["截止日"], row["记录数"], row["取数范围"]) == (98, "2020年12月31日", 1, "示例市及所属机关")
    assert row["确认人"].startswith("示例reviewer ")
    document = working_document(kept.composed_of(draft), CODE, YEAR)
    table = next(block for block in document.blocks if isinstance(block, Table))
    printed = [dict(zip(table.header, cells, strict=True)) for cells in table.rows]
    assert {"报告写法": "98件", "截止日": "2020年12月31日", "来源": "办理记录"}.items() <= next(
        line for line in printed if line["指标名称"] == "收到行政复议申请"
    ).items()
    assert {row["确认人"] for row in rows if row["指标编码"] == "litigation_response.cases"} == {"未确认"}


def test_the_five_contents_take_the_charts_of_last_year_along(city, people):
    post(
        [
            PostingRow(
                "administrative_reconsideration.received", city.pk, date(YEAR - 1, 6, 1), Decimal(120), source_id=1
            )
        ]
    )
    draft = drafts.begin(city.region, YEAR, "five-contents", *people["drafter"].as_)
    row = draft.sentences.get(template__startswith="图：")
    drafts.confirm(row.pk, *people["drafter"].as_)
    chart = next(one.block for one in kept.composed_of(draft).sentences if one.block)
    assert chart.groups[0] == ("收到行政复议申请", (Decimal(98), Decimal(120)))
    assert chart.series == ("2020年", "2019年")


def _publish(draft: ReportDraft, people) -> ReportDraft:
    drafts.make_final(draft.pk, draft.number, *people["head"].as_)
    drafts.check_secrecy(draft.pk, "没有涉密内容", *people["reviewer"].as_)
    return drafts.publish(draft.pk, *people["drafter"].as_)


def test_a_published_report_that_proves_wrong_is_corrected_beside_it(draft, people, city):
    _confirm_all(draft, people["drafter"])
    with pytest.raises(Refused, match="不能这样办"):
        drafts.correct(
            draft.pk, "漏报", *people["head"].as_
        )  # a report nobody has read yet is sent back, not corrected
    _publish(draft, people)
    record(city, "administrative_reconsideration.received", 2)
    with pytest.raises(Refused, match="审定负责人可以决定更正"):
        drafts.correct(draft.pk, "漏报", *people["drafter"].as_)
    with pytest.raises(Refused, match="请写明更正理由"):
        drafts.correct(draft.pk, " 。", *people["head"].as_)
    correction = drafts.correct(draft.pk, "漏报两件申请。", *people["head"].as_)
    with pytest.raises(Refused, match="已经在更正"):
        drafts.correct(draft.pk, "漏报", *people["head"].as_)
    row = _reconsideration(correction)
    assert [one.pk for one in correction.sentences.filter(confirmed_at=None, left_out=False)] == [row.pk]
    drafts.confirm(row.pk, *people["drafter"].as_)
    (change,) = changes(correction)
    assert ("收到行政复议申请98件" in change.before, "收到行政复议申请100件" in change.after) == (True, True)
    correction = _publish(correction, people)
    draft.refresh_from_db()
    assert (draft.stage, correction.reason) == (Stage.CORRECTED, "漏报两件申请")
    assert "98件" in "".join(run[0] for run in _reconsideration(draft).runs)  # what was published stands
    document = kept.composed_of(correction).document
    assert Banner(CORRECTED) in document.blocks
    (listed,) = [block for block in notice_of(correction, document).blocks if isinstance(block, Table)]
    assert listed.rows == (("1", row.section, change.before, change.after),)


def test_a_correction_that_changes_nothing_is_not_made_final(draft, people):
    _confirm_all(draft, people["drafter"])
    _publish(draft, people)
    correction = drafts.correct(draft.pk, "误报", *people["head"].as_)
    with pytest.raises(Refused, match="没有不同"):
        drafts.make_final(correction.pk, "", *people["head"].as_)
    drafts.make_void(correction.pk, *people["head"].as_)
    again = drafts.correct(draft.pk, "误报", *people["head"].as_)
    drafts.leave_out(_reconsideration(again).pk, *people["drafter"].as_)
    (change,) = changes(again)
    assert change.after == ""
    _publish(again, people)
    draft.refresh_from_db()
    assert draft.stage == Stage.CORRECTED
