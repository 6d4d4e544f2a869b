"""Workbooks: what is exported comes back without a change; what officers send is read, checked, and handed back marked."""

import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook

from tests.registers.county import item
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty
from zhunsheng.registers import actions, change_sets
from zhunsheng.registers.exporting import export_list
from zhunsheng.registers.importing import annotated, import_workbook, plan_import, read_list
from zhunsheng.registers.models import ChangeSet
from zhunsheng.registers.reading import compare_lists, declared_for, entries_on, tally, values_by_key
from zhunsheng.security.models import AuditEntry
from zhunsheng.workbooks import WorkbookError

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DAY = date(2024, 3, 5)
HEADER = ["序号", "事项编码", "职权名称", "权力类型", "实施依据", "实施主体"]


def good(code, name="甲事项"):
    return [1, code, name, "行政处罚", "建筑法第六十四条", "住建局"]


def workbook(*rows, merge=(), title="Sheet"):
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for area in merge:
        book.active.merge_cells(area)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def plan(county, file, **options):
    return plan_import("power_list", county.housing, DAY, file, officer=county.keeper, **options)


def lines(found):
    return [(str(line.kind), line.key) for line in found.lines]


def sentences(found, language="zh"):
    return [problem.sentence(language) for problem in found.problems]


@pytest.fixture
def filled(county):
    tricky = {
        "C1": item(basis="第一款\n第二款  =1+1", exercise_level=["city", "county"]),
        "00123": item(name="=cmd|'/C calc'!A0", remarks="007"),
        "4104000000012345678": item(name="-1", time_limit="3个工作日"),
    }
    for key, values in tricky.items():
        actions.apply_entry_change("power_list", county.housing, "add", key, values, date(2024, 1, 1))
    actions.apply_entry_change("power_list", county.culture, "add", "W1", item(), date(2024, 1, 1))
    return county


def exported(county, language="zh", officer=None, **options):
    file = io.BytesIO()
    access = access_of(officer or county.keeper, DAY)
    count = export_list("power_list", file, access=access, true_on=DAY, language=language, **options)
    file.seek(0)
    return count, file


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("whole_list", [False, True])
def test_export_comes_back_without_a_change(filled, language, whole_list):
    count, file = exported(filled, language, organ=filled.housing)
    assert count == 3
    found, change_set = import_workbook(
        "power_list", filled.housing, DAY, file, officer=filled.keeper, title="核对", whole_list=whole_list
    )
    assert (sentences(found), lines(found), found.unchanged, found.read) == ([], [], 3, 3)
    assert change_set is None
    assert not ChangeSet.objects.exists()


def test_exported_cells_are_text_and_never_formulas(filled):
    _, file = exported(filled)
    sheet = load_workbook(file).active
    assert sheet["A1"].value == "权责清单"
    assert "2024-03-05" in sheet["A2"].value
    assert [cell.value for cell in sheet[3]][:4] == ["序号", "填报单位", "事项编码", "事项名称"]
    cells = {sheet.cell(row, 3).value: sheet.cell(row, 4) for row in range(4, sheet.max_row + 1)}
    assert set(cells) == {"C1", "00123", "4104000000012345678"}
    assert all((cell.data_type, cell.number_format) == ("s", "@") for cell in cells.values())


def test_export_shows_a_past_day_and_only_what_the_officer_sees(filled):
    actions.apply_entry_change("power_list", filled.housing, "remove", "C1", {}, date(2024, 2, 1))
    assert exported(filled)[0] == 2
    assert exported(filled, officer=filled.culture_keeper)[0] == 1
    assert exported(filled, officer=filled.stranger)[0] == 0
    file = io.BytesIO()
    assert export_list("power_list", file, access=None, true_on=date(2024, 1, 31)) == 4


def test_officers_workbook_is_recognised(filled):
    file = workbook(
        ["示例县住建局2024年权责清单台账"],
        ["填报单位（盖章）：", None, None, "填报时间：2024年3月"],
        ["序号", "事项信息", None, None, "实施依据", "实施主体 *"],
        [None, "职权编码", "事项名称（必填）", " 权力\n类型 ", None, None],
        [1, "Ｃ２ ", "新事项", "行政许可", "建筑法第七条", "住建局"],
        ["小计", None, None, 1],
        [],
        [2, 123, "改名的事项", "行政处罚", "建筑法第六十四条", "住建局"],
        [3, "C1", item()["name"], "行政处罚", "第一款\n第二款  =1+1", item()["implementing_organ"]],
        ["合计：", None, None, 3],
        ["填报人：", None, "审核人："],
        merge=("A1:F1", "B3:D3", "A3:A4", "E3:E4", "F3:F4"),
    )
    found = plan(filled, file)
    assert sentences(found) == []
    assert lines(found) == [("add", "C2"), ("add", "123")]
    assert found.lines[0].values["power_type"] == "行政许可"
    assert (found.unchanged, found.skipped) == (1, [6, 10, 11])


def test_columns_left_out_stay_and_empty_cells_empty(filled):
    actions.apply_entry_change("power_list", filled.housing, "change", "C1", {"handling_unit": "大队"}, DAY)
    assert lines(plan(filled, workbook(["事项编码", "备注"], ["C1", None], ["00123", "007"]))) == []
    found, change_set = import_workbook(
        "power_list", filled.housing, DAY, workbook(["事项编码", "承办机构"], ["C1", None]),
        officer=filled.keeper, title="核对",
    )  # fmt: skip
    assert lines(found) == [("change", "C1")]
    change_sets.submit(change_set.pk, filled.keeper)
    change_sets.approve(change_set.pk, filled.reviewer)
    values = values_by_key(entries_on("power_list", access=None, true_on=DAY))["C1"]
    assert "handling_unit" not in values
    assert values["exercise_level"] == ["city", "county"]


def test_whole_list_removes_what_is_not_in_it(filled):
    file = workbook(["事项编码", "备注"], ["C1", None])
    assert lines(plan(filled, file)) == []
    assert sorted(lines(plan(filled, file, whole_list=True))) == [
        ("remove", "00123"),
        ("remove", "4104000000012345678"),
    ]
    unread = workbook(["事项编码", "备注"], ["C1", None], [None, "编码漏填"])
    assert lines(plan(filled, unread, whole_list=True)) == []


def bad_rows():
    return workbook(
        HEADER,
        good("A1"),
        [2, None, "没有编码", "行政处罚", "依据", "住建局"],
        [3, "A3", "乙事项", "行政审批", None, "住建局"],
        [4, "A1", "丙事项", "行政处罚", "依据", "住建局"],
        [5, 41040000000123456789, "丁事项", "行政处罚", "#REF!", "住建局"],
    )


def test_problems_say_row_column_and_what_to_do(county):
    found = plan(county, bad_rows())
    assert lines(found) == [("add", "A1")]
    said = sentences(found)
    places = ["第3行第2列（事项编码）", "第4行第4列（权力类型）", "第4行第5列（实施依据）", "第5行第2列（事项编码）",
              "第6行第2列（事项编码）", "第6行第5列（实施依据）"]  # fmt: skip
    assert [sentence.partition("：")[0] for sentence in said] == places
    for sentence, part in zip(
        said, ["必须填写", "行政许可", "必须填写", "与第2行重复", "文本格式", "公式错误 #REF!"], strict=True
    ):
        assert part in sentence
    assert sentences(found, "en")[1].startswith("row 4, column 4 (Type of power): ")


def test_nothing_is_written_with_problems_unless_chosen(county):
    arguments = ("power_list", county.housing, DAY)
    options = {"officer": county.keeper, "title": "导入"}
    _, change_set = import_workbook(*arguments, bad_rows(), **options)
    assert change_set is None
    assert not ChangeSet.objects.exists()
    _, change_set = import_workbook(*arguments, bad_rows(), **options, take_good_rows=True)
    assert [line.key for line in change_set.lines.all()] == ["A1"]


def test_rows_the_list_refuses_are_problems_too(filled):
    actions.apply_entry_change("power_list", filled.housing, "change", "C1", {"name": "后来的"}, date(2024, 9, 1))
    found = plan(filled, workbook(["事项编码", "事项名称"], ["C1", "现在改"]))
    assert lines(found) == []
    assert "2024-09-01" in sentences(found)[0]
    other = workbook(["单位", *HEADER[1:]], [filled.culture.name, *good("A1")[1:]])
    assert filled.housing.name in sentences(plan(filled, other))[0]


def test_workbook_comes_back_marked(county):
    file = bad_rows()
    back = io.BytesIO(annotated(file, plan(county, file)))
    book = load_workbook(back)
    marked = {cell.coordinate for row in book["Sheet"].iter_rows() for cell in row if cell.comment}
    assert marked == {"B3", "D4", "E4", "B5", "B6", "E6"}
    assert "行政许可" in book["Sheet"]["D4"].comment.text
    assert book["Sheet"]["D4"].fill.start_color.rgb == "FFFFC7CE"
    assert book["Sheet"]["D4"].value == "行政审批"
    assert [cell.value for cell in book["问题清单"][2]][:3] == [3, 2, "事项编码"]
    book["Sheet"]["D4"].value = "行政许可"
    again = io.BytesIO()
    book.save(again)
    second = load_workbook(io.BytesIO(annotated(again, plan(county, again))))
    assert second["Sheet"]["D4"].comment is None
    assert second["Sheet"]["E4"].comment is not None
    assert second.sheetnames == ["Sheet", "问题清单"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_both_encodings_and_handed_back(county, encoding):
    text = (
        "事项编码,事项名称,权力类型,实施依据,实施主体\r\n001,甲,行政处罚,建筑法,住建局\r\n002,乙,审批,建筑法,住建局\r\n"
    )
    file = io.BytesIO(text.encode(encoding))
    found = plan(county, file)
    assert lines(found) == [("add", "001")]
    back = load_workbook(io.BytesIO(annotated(file, found)))
    assert back.worksheets[0]["A3"].value == "002"
    assert back.worksheets[0]["C3"].comment is not None


def _truncated():
    data = workbook(HEADER, *[good(f"C{n}") for n in range(200)]).getvalue()
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "空的"),
        (_truncated(), "损坏"),
        (b"PK\x03\x04 and nothing else", "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版 xls"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"%PDF-1.7 \xff\xfe\x00\x81", "既不是 xlsx"),
        ("姓名,电话\n甲,1".encode(), "没有找到表头"),
    ],
)
def test_what_is_no_table_is_said_clearly(county, data, part):
    with pytest.raises(WorkbookError) as caught:
        plan(county, io.BytesIO(data))
    assert part in caught.value.words.zh
    assert caught.value.words.en


def test_dates_and_wrong_dimensions_do_not_mislead(county):
    file = workbook(
        ["事项编码", "事项名称", "权力类型", "实施依据", "实施主体", "备注"], [*good("A1")[1:], datetime(2024, 3, 5)]
    )
    assert plan(county, file).lines[0].values["remarks"] == "2024-03-05"


def test_uploaded_upper_list_is_compared_without_being_written(filled):
    upper = workbook(
        ["事项编码", "事项名称", "权力类型", "实施依据"],
        ["C1", item()["name"], "行政处罚", "第一款\n第二款  =1+1"],
        ["00123", "上级名称", "行政处罚", item()["basis"]],
        ["X9", "只有上级有", "行政许可", "法"],
    )
    declared = declared_for("power_list", DAY)
    there, problems = read_list(upper, declared)
    assert problems == []
    ours = values_by_key(entries_on("power_list", access=None, true_on=DAY, organ=filled.housing))
    rows = compare_lists(declared, ours, there)
    assert tally(rows) == {"same": 1, "differs": 1, "only_here": 1, "only_there": 1}
    assert not ChangeSet.objects.exists()


@pytest.mark.parametrize("unmasked", [False, True])
def test_sensitive_cells_are_masked_and_still_come_back_unchanged(county, unmasked):
    slug = "enforcement_personnel"
    for officer, role in ((county.keeper, "unit_editor"), (county.culture_keeper, "*")):
        Duty.objects.create(officer=officer, organ=county.housing, system=slug, role=role)
    number = "11010519491231002X"  # the example of the standard GB 11643
    values = {"name": "示例甲", "identity_number": number, "unit": "执法大队", "kind": "执法", "status": "在岗",
              "exam_score": "87.50", "class_hours": 60, "issued_on": "2024-01-02"}  # fmt: skip
    actions.apply_entry_change(slug, county.housing, "add", "Z001", values, date(2024, 1, 2))
    file = io.BytesIO()
    access = access_of(county.keeper, DAY)
    export_list(slug, file, access=access, true_on=DAY, unmasked=unmasked)
    row = [cell.value for cell in load_workbook(file).active[4]]
    assert (number in row) is unmasked
    assert ("1101**********002X" in row) is not unmasked
    assert 87.5 in row
    assert 60 in row
    assert AuditEntry.objects.filter(action="register.export_unmasked").count() == unmasked
    file.seek(0)
    found = plan_import(slug, county.housing, DAY, file, officer=county.keeper, whole_list=True)
    assert (sentences(found), lines(found), found.unchanged) == ([], [], 1)
