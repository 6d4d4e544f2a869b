"""What a round of the survey of satisfaction comes to."""

from datetime import date

import pytest

from zhunsheng.kernel.craft import NotPossible, Work
from zhunsheng.spreadsheets import workbook_of
from zhunsheng.systems.enforcement.enforcement_satisfaction import craft
from zhunsheng.workbooks import records


def work(*rows):
    files = {craft.ANSWERS: workbook_of("结果", craft.COLUMNS, rows)} if rows else {}
    return Work({"survey_year": 2026, "subject": "enforcement"}, {}, files, "示满意1", "示例司法局", date(2026, 5, 20))


def test_satisfied_and_fairly_satisfied_are_summed_by_unit():
    done = craft.sum_up(work(("甲局", 100, 80, 10), ("乙局", 50, 20, 5), ("丙局", 3, 1, 1), ("合计", 153, 101, 16)))
    assert done.values == {
        "sample": 153, "satisfied": 117, "rate": "76.47", "units": 3,
        "lowest": "乙局（50.00%）\n丙局（66.67%）\n甲局（90.00%）",
    }  # fmt: skip
    assert [row["单位"] for _, row in records(done.files[craft.RESULTS], ("位次", "单位"))] == ["甲局", "丙局", "乙局"]
    assert [(entry.key, entry.values["rate"]) for entry in done.entries] == [
        ("示满意1 甲局", "90.00"), ("示满意1 丙局", "66.67"), ("示满意1 乙局", "50.00"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ((), r"请先把「调查结果\.xlsx」上传"),
        ((("甲局", 10, 9, 2),), "第2行满意和基本满意的人数多于有效样本"),
        ((("甲局", 10, 9, 0), ("甲局", 10, 9, 0)), "第3行没有单位，或者单位「甲局」出现了两次"),
        ((("甲局", "约百人", 9, 0),), "第2行的人数应当是整数"),
    ],
)
def test_a_sheet_that_does_not_do_is_refused_by_its_row(rows, says):
    with pytest.raises(NotPossible, match=says):
        craft.sum_up(work(*rows))
