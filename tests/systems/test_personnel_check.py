"""The check of enforcement personnel: the register of certificates laid beside the staff of the units."""

from datetime import date

import pytest

from zhunsheng.catalogue.crafts import craft_module
from zhunsheng.kernel.craft import ListEntry, NotPossible, Work
from zhunsheng.spreadsheets import workbook_of
from zhunsheng.workbooks import records

craft = craft_module("enforcement_personnel")
HEAD = ("姓名", "单位", "执法证号", "在岗情况")


def held(key, name, kind="enforcement", **more):
    return ListEntry(key, "示例县司法局", {"name": name, "unit": "示例局", "kind": kind, "status": "in_service"} | more)


HELD = [
    held("Z1", "示例甲"),
    held("Z2", "示例乙", valid_until="2021-02-28"),
    held("Z3", "示例丙"),
    held("Z4", "示例丁"),
    held("J1", "示例丁", "supervision"),
    held("F1", "示例戊", "auxiliary"),
    held("Z5", "示例己", unit="另一示例局"),  # has sent no list
]
STAFF = [
    ("示例甲", "示例局", "Z1", "在编在岗"),
    ("示例乙", "示例局", "", ""),
    ("示例丁", "示例局", "", "2021年1月退休"),
]


def work(*, held=HELD, staff=STAFF):
    files = {craft.STAFF: workbook_of("名册", HEAD, staff)} if staff is not None else {}
    return Work({}, {craft.PERSONNEL: held}, files, "示执清1", "示例县司法局", date(2021, 3, 15))


def test_who_retired_moved_or_is_on_no_list_and_what_is_over_is_found():
    made = craft.compare(work())
    assert made.values == {"holders": 5, "listed": 3, "gone": 3, "expired": 1, "doubtful": 4, "units_lacking": 1}
    told = {row["执法证号"]: row["原因"] for _, row in records(made.files[craft.FOUND], ("执法证号", "原因"))}
    assert told == {"Z2": "有效期至2021-02-28，已过期", "Z3": "不在在编人员名册", "Z4": "退休", "J1": "退休"}


def test_what_was_cancelled_or_renewed_since_is_no_longer_left():
    since = [held("Z1", "示例甲"), held("Z2", "示例乙", valid_until="2026-02-28"), held("Z3", "示例丙")]
    assert craft.compare_again(work(held=since)).values == {"left": 1}


@pytest.mark.parametrize("staff", [None, []])
def test_without_a_staff_list_nothing_is_compared(staff):
    with pytest.raises(NotPossible):
        craft.compare(work(staff=staff))
