"""Officers' ledgers in and out: what is exported is read back to the same cases; what is wrong is said cell by cell."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from tests.cases.place import (
    APPLICATION,
    HOTLINE,
    ORDER,
    RECONSIDERATION,
    TODAY,
    counts,
    empty_the_cases,
    everything,
    live,
    order_steps,
    scenario_steps,
)
from zhunsheng import workbooks
from zhunsheng.cases.actions import open_case, perform, settle_due
from zhunsheng.cases.importing import UnknownColumns, import_cases
from zhunsheng.cases.models import Case, CaseLink, Event
from zhunsheng.cases.reading import links_of
from zhunsheng.cases.replay import StepScript
from zhunsheng.cases.verification import verify_cases
from zhunsheng.cases.workbook import export_cases, write_template
from zhunsheng.orgs.models import Organ
from zhunsheng.registers.models import Entry, Revision
from zhunsheng.security import guards
from zhunsheng.security.models import AuditEntry
from zhunsheng.workbooks import WorkbookError

pytestmark = pytest.mark.once

HEADINGS = [
    "序号", "工单编号", "诉求人姓名", "诉求人电话", "诉求渠道", "诉求类型", "诉求内容", "事发地点", "受理建单日期", "承办单位", "派单交办日期",
    "签收日期", "答复反馈日期", "答复内容", "回访日期", "是否解决", "满意度", "办结日期", "结案方式", "备注",
]  # fmt: skip
GOOD = [
    1, "热2025-1", "示例甲", "13800000000", "电话", "投诉", "路灯不亮", "示例路", "2025/3/3", "示例县城管局", "2025.3.4", "2025年3月4日", "20250305",
    "已经修复", 45722, "是", "满意", "2025-03-07", "已解决", "",
]  # fmt: skip


def book(*rows, sheets=None):
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = "台账"
    for row in rows:
        sheet.append(row)
    for title in sheets or ():
        made.create_sheet(title)
    file = io.BytesIO()
    made.save(file)
    return file


def row(**changes):
    """The good row with the named cells changed, by heading."""
    return [changes.get(heading, cell) for heading, cell in zip(HEADINGS, GOOD, strict=True)]


def take(place, file, **options):
    return import_cases(HOTLINE, file, organ=place.hotline, today=TODAY, **options)


def only(result):
    assert len(result.problems) == 1, [p.sentence("zh") for p in result.problems]
    return result.problems[0]


# --- reading ---------------------------------------------------------------------------------------------------------


def test_ledger_with_title_total_and_signature_rows_is_read(place):
    file = book(
        ["示例县热线中心2025年工单台账"],
        ["填报单位：示例县热线中心", None, "填报时间：2025年6月"],
        HEADINGS,
        GOOD,
        HEADINGS,
        row(工单编号="热2025-2", 诉求人姓名="示例乙"),
        ["合计", None, None, None, None, 2],
        ["填报人：示例丙", None, "审核人：示例丁"],
    )
    result = take(place, file)
    assert not result.problems
    assert (result.cases, result.rows, result.skipped) == (2, 2, [5, 7, 8])
    first, second = Case.objects.order_by("pk")
    assert (first.state, first.outcome, first.opened_on, first.closed_on) == (
        "closed",
        "resolved",
        date(2025, 3, 3),
        date(2025, 3, 7),
    )
    assert first.fields["caller"] == {"name": "示例甲", "kind": "person", "phone": "13800000000"}
    days = dict(first.events.values_list("action", "on"))
    assert days["call_back"] == date(2025, 3, 6), "an Excel serial number is a date"
    assert days["reply"] == date(2025, 3, 5)
    assert first.events.get(sequence=1).note == "原案号：热2025-1"
    assert second.fields["caller"]["name"] == "示例乙"
    assert not list(verify_cases(lambda done, total: None))


def test_a_file_that_unpacks_to_more_than_is_held_is_refused_before_it_is_read(place):
    """A megabyte of blanks repeated: some kilobytes on the disk, all of it in memory if it were opened."""
    file = book(HEADINGS, GOOD)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("xl/texts.xml", b" " * (workbooks.HELD_LIMIT + 1))
    with pytest.raises(WorkbookError, match="展开后"):
        take(place, file)


def test_heading_over_two_rows_is_read(place):
    upper = [None, "诉求人", None, None, None, None, "受理建单", "派单交办", None]
    lower = ["序号", "姓名", "电话", "诉求渠道", "诉求类型", "诉求内容", "日期", "日期", "承办单位"]
    result = take(
        place,
        book(
            ["台账"],
            upper,
            lower,
            [1, "示例甲", 13800000000, "电话", "咨询", "问路", 45719, date(2025, 3, 4), "示例县水务局"],
        ),
    )
    assert not result.problems
    case = Case.objects.get()
    assert case.state == "dispatched"
    assert case.fields["caller"]["phone"] == "13800000000"


def test_steps_of_one_day_are_put_in_a_possible_order(place):
    days = dict.fromkeys(
        ("受理建单日期", "派单交办日期", "签收日期", "答复反馈日期", "回访日期", "办结日期"), "2025-03-03"
    )
    assert not take(place, book(HEADINGS, row(**days))).problems
    actions = list(Event.objects.order_by("sequence").values_list("action", flat=True))
    assert actions == ["order", "dispatch", "receive", "reply", "call_back", "close"]


def test_row_runs_under_the_version_of_its_first_day(place):
    headings = ["申请人", "被申请人", "被申请复议的行政行为", "复议事项", "行政管理领域", "复议请求", "收到申请日期"]
    cells = ["示例甲、示例乙", "示例县公安局", "行政处罚决定", "行政处罚", "公安", "撤销"]
    file = book(headings, [*cells, "2023-12-29"], [*cells, "2024-01-02"])
    result = import_cases(RECONSIDERATION, file, organ=place.government, today=TODAY)
    assert not result.problems
    versions = list(Case.objects.order_by("pk").values_list("version", flat=True))
    assert versions == [date(2018, 1, 1), date(2024, 1, 1)]
    assert [party["name"] for party in Case.objects.first().fields["applicant"]] == ["示例甲", "示例乙"]


def test_what_the_law_did_since_is_settled_with_the_import(place):
    headings = ["申请人", "被申请人", "被申请复议的行政行为", "复议事项", "行政管理领域", "复议请求", "收到申请日期"]
    file = book(headings, ["示例甲", "示例县公安局", "行政处罚决定", "行政处罚", "公安", "撤销", "2024-09-26"])
    import_cases(RECONSIDERATION, file, organ=place.government, today=date(2024, 10, 10))
    assert Case.objects.get().state == "hearing"
    assert Event.objects.get(action="deem_accepted").on == date(2024, 10, 9), "the holiday of October lies in between"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_in_use(place, encoding):
    text = "\r\n".join(",".join(str(cell) for cell in line) for line in (HEADINGS, row(诉求内容="路灯不亮，请修")))
    assert take(place, io.BytesIO(text.encode(encoding))).cases == 1
    assert Case.objects.get().fields["matter"] == "路灯不亮，请修"


# --- problems --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "heading", "says"),
    [
        ({"受理建单日期": "三月三日"}, "受理建单日期", "不是日期"),
        ({"诉求类型": "表扬"}, "诉求类型", "不在可选项中"),
        ({"诉求人电话": "12"}, "诉求人电话", "电话号码"),
        ({"诉求人电话": 1380000000012345678}, "诉求人电话", "末尾几位已经丢失"),
        ({"诉求内容": None}, "诉求内容", "必须填写"),
        ({"办结日期": "2025-03-01"}, "受理建单日期", "晚于后面环节的日期"),
        ({"答复反馈日期": "2025-03-10"}, "回访日期", "只能在"),
        ({"办结日期": "2027-01-01"}, "办结日期", "晚于今天"),
        ({"受理建单日期": "/"}, "受理建单日期", "没有填写起始环节"),
        ({"受理建单日期": "2016-03-03"}, "受理建单日期", "没有有效的程序版本"),
        ({"结案方式": "圆满"}, "结案方式", "不是本程序的结果"),
        ({"结案方式": None}, "结案方式", "须从中选择结果"),
        ({"结案方式": "不予受理"}, "结案方式", "不予受理"),
        ({"是否解决": "否"}, "办结日期", "诉求人回访时表示未解决"),
        ({"回访日期": None, "是否解决": None}, "满意度", "没有该环节的日期"),
        ({"诉求人姓名": None}, "诉求人电话", "姓名"),
    ],
)
def test_problem_is_put_to_its_cell_and_nothing_is_written(place, changes, heading, says):
    before = counts()
    result = take(place, book(["台账"], HEADINGS, GOOD, row(工单编号="热2025-2", **changes)))
    problem = only(result)
    column = HEADINGS.index(heading) + 1
    assert (problem.sheet, problem.row, problem.column, problem.name.zh) == ("台账", 4, column, heading)
    assert says in problem.words.zh
    assert problem.sentence("zh").startswith(f"工作表「台账」第4行第{column}列（{heading}）：")
    assert result.cases == 0
    assert counts() == before


def test_every_problem_of_a_row_is_told_at_once(place):
    result = take(place, book(HEADINGS, row(诉求类型="表扬", 诉求人电话="12", 满意度="很好", 受理建单日期="昨天")))
    assert [problem.name.zh for problem in result.problems] == ["诉求人电话", "诉求类型", "受理建单日期", "满意度"]


def test_same_number_twice_is_told(place):
    problem = only(take(place, book(HEADINGS, GOOD, GOOD)))
    assert (problem.row, problem.name.zh) == (3, "工单编号")
    assert "第2行" in problem.words.zh


def test_marked_workbook_shows_the_cells_and_lists_the_problems(place):
    marked = io.BytesIO()
    take(place, book(["台账"], HEADINGS, GOOD, row(工单编号="热2025-2", 诉求类型="表扬")), annotated=marked)
    made = load_workbook(marked)
    cell = made["台账"].cell(4, HEADINGS.index("诉求类型") + 1)
    assert cell.value == "表扬"
    assert cell.fill.fgColor.rgb.endswith("FFC7CE")
    assert "不在可选项中" in cell.comment.text
    assert made["台账"].cell(3, HEADINGS.index("诉求类型") + 1).comment is None
    listed = list(made["问题清单"].iter_rows(min_row=2, values_only=True))
    assert [line[:4] for line in listed] == [("台账", 4, HEADINGS.index("诉求类型") + 1, "诉求类型")]


def test_marked_workbook_can_be_corrected_and_imported(place):
    marked = io.BytesIO()
    file = book(["台账"], HEADINGS, GOOD, row(工单编号="热2025-2", 诉求类型="表扬"))
    result = take(place, file, annotated=marked, take_good=True)
    assert result.cases == 1
    made = load_workbook(marked)
    assert made["台账"].max_row == 3, "the title, the header and the wrong row"
    made["台账"].cell(3, HEADINGS.index("诉求类型") + 1).value = "建议"
    corrected = io.BytesIO()
    made.save(corrected)
    assert take(place, corrected).cases == 1
    assert Case.objects.count() == 2


def test_dry_run_writes_nothing(place):
    before = counts()
    result = take(place, book(HEADINGS, GOOD), dry_run=True)
    assert (result.cases, result.problems) == (1, [])
    assert counts() == before


def test_unknown_columns_must_be_decided_about(place):
    headings = [*HEADINGS, "处理时长", "来电内容"]
    cells = [*row(诉求内容=None), "4天", "水管漏水"]
    with pytest.raises(UnknownColumns) as raised:
        take(place, book(headings, cells))
    assert raised.value.columns == [(21, "处理时长"), (22, "来电内容")]
    mapping = {"处理时长": "", "来电内容": "matter"}
    without = [heading for heading in headings if heading != "诉求内容"]
    shorter = [cell for heading, cell in zip(headings, cells, strict=True) if heading != "诉求内容"]
    assert take(place, book(without, shorter), mapping=mapping).cases == 1
    assert Case.objects.get().fields["matter"] == "水管漏水"
    result = take(place, book(headings, [*GOOD, "4天", "x"]), ignore_unknown=True)
    assert len(result.warnings) == 2
    with pytest.raises(WorkbookError, match="没有这个字段"):
        take(place, book(headings, cells), mapping={"来电内容": "content"})


def test_column_of_what_the_law_does_is_told_and_not_read(place):
    headings = [
        "申请人",
        "被申请人",
        "被申请复议的行政行为",
        "复议事项",
        "行政管理领域",
        "复议请求",
        "收到申请日期",
        "视为受理日期",
    ]
    file = book(
        headings, ["示例甲", "示例县公安局", "行政处罚决定", "行政处罚", "公安", "撤销", "2024-09-26", "2024-09-30"]
    )
    result = import_cases(RECONSIDERATION, file, organ=place.government, today=TODAY, ignore_unknown=True)
    assert not result.problems
    assert any("视为受理日期" in warning.zh for warning in result.warnings)
    assert Event.objects.get(action="deem_accepted").on == date(2024, 10, 9)


def test_organ_of_a_row_lies_below_that_of_the_import(place):
    headings = [*HEADINGS, "办理机关"]
    result = import_cases(HOTLINE, book(headings, [*GOOD, "示例县水务局"]), organ=place.government, today=TODAY)
    assert not result.problems
    assert Case.objects.get().organ == place.water
    problem = only(take(place, book(headings, [*GOOD, "示例县水务局"])))
    assert problem.name.zh == "办理机关"


def test_organ_of_a_row_is_the_one_there_is_and_not_its_namesake_of_before(place):
    Organ.objects.filter(pk=place.water.pk).update(valid_to=date(2020, 1, 1))
    today = Organ.objects.create(region=place.region, name=place.water.name, kind="department", parent=place.government)
    import_cases(HOTLINE, book([*HEADINGS, "办理机关"], [*GOOD, today.name]), organ=place.government, today=TODAY)
    assert Case.objects.get().organ == today


# --- files that are no tables ----------------------------------------------------------------------------------------


def _encrypted():
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空的"),
        (_encrypted(), "密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "xls"),
        (b"PK\x03\x04" + b"\0" * 40, "损坏"),
        (b"%PDF-1.7\n\xff\xfe\xfd\xff", "既不是 xlsx"),
        ("序号,诉求内容\n1,路灯".encode("utf-16"), "既不是 xlsx"),
        ("序号,甲,乙\n1,2,3\n".encode(), "没有找到表头"),
    ],
)
def test_what_is_no_table_is_refused_in_words(place, data, says):
    before = counts()
    with pytest.raises(WorkbookError, match=says):
        take(place, io.BytesIO(data))
    assert counts() == before


def test_truncated_workbook_is_refused(place):
    data = book(HEADINGS, *[row(工单编号=f"热{n}") for n in range(200)]).getvalue()
    with pytest.raises(WorkbookError, match="损坏"):
        take(place, io.BytesIO(data[: len(data) // 2]))
    assert not Case.objects.exists()


def test_workbook_broken_in_the_middle_of_a_sheet_writes_nothing(place):

    whole = book(HEADINGS, *[row(工单编号=f"热{n}") for n in range(300)])
    broken = io.BytesIO()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data[: len(data) - 2000] if name.endswith("sheet1.xml") else data)
    before = counts()
    with pytest.raises(WorkbookError, match="损坏"):
        take(place, broken)
    assert counts() == before


def test_sheet_that_is_not_there_is_named(place):
    with pytest.raises(WorkbookError, match=r"没有工作表「二月」.*台账"):
        take(place, book(HEADINGS, GOOD), sheet="二月")


# --- round trips -----------------------------------------------------------------------------------------------------


def _round_trip(slug, organ, today):
    stream = io.BytesIO()
    exported = export_cases(Case.objects.all(), slug, stream)
    before = everything()
    empty_the_cases(list(Case.objects.values_list("pk", flat=True)))
    result = import_cases(slug, stream, organ=organ, today=today)
    assert not result.problems, [problem.sentence("zh") for problem in result.problems]
    assert result.cases == exported.cases
    return exported, before, everything()


@pytest.mark.parametrize(
    "slug", [HOTLINE, RECONSIDERATION, "info_disclosure_request", "legality_review", "normative_document"]
)
def test_worked_examples_come_back_from_a_workbook(place, slug):
    walked = [live(slug, place.hotline, steps) for _, steps in scenario_steps(slug)]
    assert walked
    settle_due(TODAY - timedelta(days=1))
    stream = io.BytesIO()
    left_out = {number for number, _ in export_cases(Case.objects.all(), slug, stream).left_out}
    kept = [case for case in Case.objects.order_by("pk") if case.number not in left_out]
    assert len(kept) >= len(walked) / 2, "most worked examples can be told in one row"
    empty_the_cases([case.pk for case in Case.objects.filter(number__in=left_out)])
    exported, before, after = _round_trip(slug, place.government, TODAY)
    assert exported.cases == len(kept)
    for there, back in zip(before, after, strict=True):
        assert back == there


def test_case_that_no_row_can_tell_is_listed_with_its_reason(place):
    again = live(
        HOTLINE,
        place.hotline,
        [*order_steps()[:5], StepScript("send_again", date(2025, 3, 7)), StepScript("receive", date(2025, 3, 7))],
    )
    assigned = live(HOTLINE, place.hotline, order_steps()[:3])
    perform(assigned.pk, "office.hold", on=date(2025, 3, 10), values={"text": "等待鉴定"}, today=TODAY)
    plain = live(HOTLINE, place.hotline, order_steps())
    stream = io.BytesIO()
    result = export_cases(Case.objects.all(), HOTLINE, stream)
    assert result.cases == 1
    assert dict(result.left_out).keys() == {again.number, assigned.number}
    assert "签收" in dict(result.left_out)[again.number]
    made = load_workbook(stream)
    assert [r[0] for r in made.worksheets[0].iter_rows(min_row=2, values_only=True)] == [plain.number]
    assert {r[0] for r in made.worksheets[1].iter_rows(min_row=2, values_only=True)} == {again.number, assigned.number}


def test_text_in_an_export_never_becomes_a_formula(place):
    steps = order_steps()
    steps[0] = StepScript("order", steps[0].on, {**ORDER, "matter": '=HYPERLINK("http://example.invalid","x")'})
    live(HOTLINE, place.hotline, steps)
    stream = io.BytesIO()
    export_cases(Case.objects.all(), HOTLINE, stream)
    sheet = load_workbook(stream).worksheets[0]
    cell = next(c for c in sheet[2] if isinstance(c.value, str) and c.value.startswith("=HYPERLINK"))
    assert cell.data_type == "s"
    assert _round_trip(HOTLINE, place.hotline, TODAY)[0].cases == 1


def test_masked_export_shows_no_name_and_no_number(place):
    steps = order_steps()
    steps[0] = StepScript("order", steps[0].on, {**ORDER, "caller": {"name": "张示例", "phone": "13800000000"}})
    live(HOTLINE, place.hotline, steps)
    stream = io.BytesIO()
    export_cases(Case.objects.all(), HOTLINE, stream, masked=True)
    texts = [str(cell) for line in load_workbook(stream).worksheets[0].iter_rows(values_only=True) for cell in line]
    assert "张某某" in texts
    assert not [text for text in texts if "张示例" in text or "13800000000" in text]


def test_value_given_at_a_later_step_keeps_its_step(place):
    steps = [
        StepScript("file", date(2023, 3, 1), APPLICATION),
        StepScript("change_respondent", date(2023, 3, 2), {"respondent": ["示例县城管局"]}),
    ]
    live(RECONSIDERATION, place.government, steps, today=date(2023, 3, 3))
    _, before, after = _round_trip(RECONSIDERATION, place.government, date(2023, 3, 3))
    assert after[0] == before[0]
    assert Event.objects.get(action="file").values["respondent"][0]["name"] == "示例县公安局"


def test_empty_form_is_read_and_offers_the_choices(place):
    stream = io.BytesIO()
    write_template(HOTLINE, stream)
    made = load_workbook(stream)
    sheet = made.worksheets[0]
    headings = {cell.value: cell for cell in sheet[1]}
    assert {"案号", "诉求人", "诉求类型", "受理建单日期", "办结日期"} <= headings.keys()
    assert "必填" in headings["诉求类型"].comment.text
    letter = headings["诉求类型"].column_letter
    validation = next(v for v in sheet.data_validations.dataValidation if f"{letter}2" in v.sqref)
    column = validation.formula1.split("$")[1]
    assert [cell.value for cell in made["选项"][column] if cell.value] == ["咨询", "求助", "投诉", "举报", "建议"]
    values = {
        "诉求人": "示例甲",
        "诉求渠道": "电话",
        "诉求类型": "投诉",
        "诉求内容": "路灯不亮",
        "受理建单日期": date(2025, 3, 3),
    }
    for heading, value in values.items():
        sheet.cell(2, headings[heading].column).value = value
    filled = io.BytesIO()
    made.save(filled)
    assert take(place, filled).cases == 1


def test_import_leaves_an_audit_record(place):
    take(place, book(HEADINGS, GOOD))
    assert AuditEntry.objects.filter(action="cases.replay", subject=f"system:{HOTLINE}").count() == 1


def test_every_declared_procedure_has_a_form_whose_headings_are_read_back():
    from zhunsheng.cases.columns import Columns, Target
    from zhunsheng.catalogue.loading import systems

    for slug, owner in systems().items():
        if not owner.procedures:
            continue
        columns = Columns(owner)
        targets = [Target("field", name) for name in columns.fields]
        targets += [Target("field", name, at=action) for action in columns.actions for name in columns.fields]
        targets += [columns.named(f"action:{name}") for name in columns.actions]
        for target in targets:
            found = columns.target(columns.heading_of(target))
            assert found._replace(also="") == target, (slug, target)
        write_template(slug, io.BytesIO())


def test_a_total_that_counts_steps_is_no_case():
    from zhunsheng.cases.cells import is_day

    assert [is_day(cell) for cell in (3, "2", "", None, "无", "2020-13-02", "2020.3.9", 43895)] == [
        False, False, False, False, False, False, True, True,
    ]  # fmt: skip


# --- linked cases ---------------------------------------------------------------------------------------------------


def asked_by_number(queries):
    return sum('"cases_case"."number" IN' in query["sql"] for query in queries.captured_queries)


def test_a_row_names_the_case_it_rests_on_by_its_number(place):
    """A major contract is taken in where the row names the review it passed, and the two are linked."""
    today = date(2026, 11, 20)
    matter = {"matter": "示例协议", "kind": "agreement", "submitting_unit": "示例县城管局", "materials": "草案"}
    review = open_case(
        "legality_review", "submit", organ=place.government, on=date(2026, 3, 2), values=matter, today=today
    )
    told = {
        "登记合同日期": "2026-03-09", "合同编号": "HT-1", "合同名称": "示例协议", "合同类别": "工程建设", "重大合同": "是", "相对方": "示例公司",
        "相对方类型": "单位", "相对方是中小企业": "否", "合同金额（元）": 500, "签订日期": "2026-03-09", "履行期限至": "2027-03-09", "双方主要义务": "建设",
    }  # fmt: skip

    def taken(linked):
        file = book([*told, "关联案件"], [*told.values(), linked])
        return import_cases("contract_performance", file, organ=place.government, today=today)

    without = import_cases("contract_performance", book([*told], [*told.values()]), organ=place.government, today=today)
    assert "加一列「关联案件」" in only(without).sentence("zh")
    assert "须先经合法性审查" in only(taken("")).sentence("zh")
    assert "须先经合法性审查" in only(taken(review.number)).sentence("zh"), "the review is not finished"
    assert "案号为「示1号」的有 0 件" in only(taken("示1号")).sentence("zh")
    for action, day, values in (
        ("accept", 3, {}), ("assign_reviewer", 3, {"reviewer_name": "示例甲"}),
        ("draft_opinion", 5, {"proposed_conclusion": "合法", "opinion_text": "无", "opinions_given": 0}),
    ):  # fmt: skip
        perform(review.pk, action, on=date(2026, 3, day), values=values, today=today)
    perform(review.pk, "issue_opinion", on=date(2026, 3, 6), outcome="lawful", today=today)
    with CaptureQueriesContext(connection) as queries:
        [contract] = taken(review.number).case_ids
    assert [link.case for link in links_of(contract)] == [str(review.pk)]
    with CaptureQueriesContext(connection) as more:
        many = import_cases(
            "contract_performance",
            book([*told, "关联案件"], *([*(told | {"合同编号": f"HT-{n}"}).values(), review.number] for n in range(2, 6))),
            organ=place.government, today=today,
        )  # fmt: skip
    assert [len(links_of(one)) for one in many.case_ids] == [1] * 4
    assert asked_by_number(more) == asked_by_number(queries) == 1


MAJOR = {
    "contract_number": "HT-1", "contract_name": "示例协议", "kind": "works", "major": True, "sme": False, "amount": "500",
    "counterparty": {"name": "示例公司", "kind": "organisation"}, "signed_on": "2026-03-09", "ends_on": "2027-03-09", "duties": "建设",
}  # fmt: skip
"""A major contract: it is entered only with the review that it passed."""


def test_what_rests_on_another_case_comes_back_with_its_link(place):
    """A case whose step waits for a linked one is a row like any other; the row names that one by its number."""
    today = date(2026, 11, 20)
    review = live("legality_review", place.government, [
        StepScript("submit", date(2026, 3, 2), {"matter": "示例协议", "kind": "agreement", "submitting_unit": "示例县城管局", "materials": "草案"}),
        StepScript("accept", date(2026, 3, 3)),
        StepScript("assign_reviewer", date(2026, 3, 3), {"reviewer_name": "示例甲"}),
        StepScript("draft_opinion", date(2026, 3, 5), {"proposed_conclusion": "合法", "opinion_text": "无", "opinions_given": 0}),
        StepScript("issue_opinion", date(2026, 3, 6), {}, "lawful"),
    ])  # fmt: skip
    contract = open_case("contract_performance", "enter", organ=place.government, on=date(2026, 3, 9), values=MAJOR, today=today, source=review)  # fmt: skip
    stream = io.BytesIO()
    exported = export_cases(Case.objects.filter(pk=contract.pk), "contract_performance", stream)
    assert (exported.cases, exported.left_out) == (1, [])
    CaseLink.objects.all().delete()
    empty_the_cases([contract.pk])
    with guards.away():  # what the step wrote into its list
        Revision.objects.all().delete()
        Entry.objects.all().delete()
    result = import_cases("contract_performance", stream, organ=place.government, today=today)
    assert [problem.sentence("zh") for problem in result.problems] == []
    [back] = result.case_ids
    assert [link.case for link in links_of(back)] == [str(review.pk)]
    again = Case.objects.get(pk=back)
    assert (again.state, again.fields, again.title) == (contract.state, contract.fields, contract.title)


def test_a_link_no_number_can_name_is_said(place):
    review = Case.objects.create(
        system="legality_review", version=date(2019, 9, 1), organ=place.government, path=place.government.path, number="示审 1号",
        title="示例协议", state="closed", opened_on=date(2026, 3, 2), last_on=date(2026, 3, 6), closed_on=date(2026, 3, 6),
        outcome="lawful", fields={}, course={}, sequence=0,
    )  # fmt: skip
    contract = open_case("contract_performance", "enter", organ=place.government, on=date(2026, 3, 9), values=MAJOR, today=date(2026, 11, 20), source=review)  # fmt: skip
    [(number, reason)] = export_cases(
        Case.objects.filter(pk=contract.pk), "contract_performance", io.BytesIO()
    ).left_out
    assert (number, "不能用案号指明" in reason) == (contract.number, True)
    CaseLink.objects.all().delete()
    [(_, reason)] = export_cases(Case.objects.filter(pk=contract.pk), "contract_performance", io.BytesIO()).left_out
    assert "以关联案件为前提" in reason
