"""How pages write values: times with a blank, choices by their names, several one after the other."""

import pytest
from django.utils.translation import override

from zhunsheng.desk.wording import calendar_words, value_of
from zhunsheng.kernel.fields import FieldDeclaration
from zhunsheng.registers.reading import display


def field(**more):
    return FieldDeclaration.model_validate({"zh": "示例", "en": "Example", **more})


@pytest.mark.parametrize(
    ("declared", "value", "shown"),
    [
        (field(type="datetime"), "2026-03-05T09:30", "2026-03-05 09:30"),
        (field(type="date"), "2026-03-05", "2026-03-05"),
        (field(type="choice", of={"a": {"zh": "甲", "en": "A"}}), "a", "甲"),
        (field(many=True), ["甲", "乙"], "甲、乙"),
        (field(type="boolean"), False, "否"),
    ],
)
def test_pages_of_cases_and_of_lists_write_a_value_alike(declared, value, shown):
    assert value_of(declared, value) == display(declared, value) == shown


def test_a_calendar_is_called_in_the_readers_language():
    notice = "国务院办公厅关于2026年部分节假日安排的通知"
    assert (
        calendar_words(f"2026 年：{notice}（国办发明电〔2025〕7号）") == f"2026 年：{notice}（国办发明电〔2025〕7号）"
    )
    with override("en"):
        assert (
            calendar_words(notice) == "Notice of the General Office of the State Council on the public holidays of 2026"
        )
        assert calendar_words("2026 年：示例通知") == "2026: 示例通知", "what a place called it otherwise stays"
        assert "chinesecalendar" not in calendar_words("chinesecalendar 1.11.0")
