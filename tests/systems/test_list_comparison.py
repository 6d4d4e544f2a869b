"""A department's list of powers laid beside the list above and beside its licences. Expected counts were found by reading."""

import io

import pytest
from openpyxl import load_workbook

from zhunsheng.kernel.craft import ListEntry, NotPossible, Work
from zhunsheng.spreadsheets import workbook_of
from zhunsheng.systems.functions.power_list_assessment.craft import ABOVE, RESULT, compare_lists

POWERS = [
    ("A1", {"name": "公共场所卫生许可", "power_type": "licensing", "basis": "传染病防治法"}),
    ("A2", {"name": "对违法采血的处罚", "power_type": "penalty", "basis": "献血法 第十八条"}),
    ("A3", {"name": "本地事项", "power_type": "inspection", "basis": "本地规定", "difference_reason": "市级自有"}),
    ("A4", {"name": "饮用水供水单位许可", "power_type": "licensing", "basis": "传染病防治法"}),
]
LICENCES = [("A1", {"name": "公共场所卫生许可"}), ("B9", {"name": "已经取消的许可"})]
HEAD = ("事项编码", "事项名称", "权力类型", "实施依据")
ROWS = [
    ("A1", "公共场所卫生许可", "行政许可", "传染病防治法"),
    ("A2", "对违法采血行为的处罚", "行政强制", "献血法第十八条"),
    ("A5", "上级新增事项", "行政处罚", "某法"),
]


def work(files, department="示例县卫健委"):
    def entries(rows, organ):
        return [ListEntry(key, organ, values) for key, values in rows]

    powers = [*entries(POWERS, "示例县卫健委"), *entries([("Z1", {"name": "别的单位"})], "示例县教育局")]
    lists = {"power_list": powers, "administrative_license_list": entries(LICENCES, "示例县卫健委")}
    return Work({"assessed": department}, lists, files, "1号", "示例县委编办", None)


def test_items_meet_by_code_and_elements_are_compared_one_by_one():
    worked = compare_lists(work({ABOVE: workbook_of("清单", HEAD, ROWS)}))
    # Only above: A5. Only here: A3 (explained), A4 (not). A2 differs in name and type; the space in its basis is no difference.
    assert worked.values == {
        "items_above": 3, "only_above": 1, "only_here": 2, "elements_different": 2, "differences": 4, "unexplained": 3,
        "licences_unlisted": 1, "licences_unfounded": 1,
    }  # fmt: skip
    sheet = load_workbook(io.BytesIO(worked.files[RESULT])).active
    assert [tuple(cell or "" for cell in row) for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        ("A5", "上级新增事项", "仅上级有", "", ""),
        ("A3", "本地事项", "仅本级有", "", "市级自有"),
        ("A4", "饮用水供水单位许可", "仅本级有", "", ""),
        ("A2", "对违法采血的处罚", "要素不同", "事项名称、权力类型", ""),
        ("A4", "饮用水供水单位许可", "权责清单有、许可清单没有", "", ""),
        ("B9", "已经取消的许可", "许可清单有、权责清单没有", "", ""),
    ]


def test_it_says_what_is_wanting():
    with pytest.raises(NotPossible, match=r"上级清单\.xlsx"):
        compare_lists(work({}))
    with pytest.raises(NotPossible, match="没有「示例县财政局」的事项"):
        compare_lists(work({}, "示例县财政局"))
