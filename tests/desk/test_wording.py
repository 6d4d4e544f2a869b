"""How pages write values: times with a blank, choices by their names, several one after the other."""

import pytest

from zhunsheng.desk.wording import value_of
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
