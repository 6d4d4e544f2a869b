"""Declared lists: entries field by field, and two lists item by item."""

from datetime import date

import pytest
from pydantic import ValidationError

from zhunsheng.kernel.register import Difference, Register, changed_fields, compare, in_force_on, parse_entry

LABEL = {"zh": "示例", "en": "Example"}
DECLARED = {
    "name": LABEL, "basis": "12", "in_force": {"from": date(2024, 1, 1)}, "key": "code", "title": "name",
    "fields": {"code": {**LABEL, "zh": "编码"}, "name": LABEL, "since": {**LABEL, "type": "date"}},
    "required": ["name"], "compare": ["name", "since"], "editors": "clerk", "approvers": "head",
    "roles": {"clerk": LABEL, "head": LABEL},
}  # fmt: skip
REGISTER = Register.model_validate(DECLARED)


def test_entry_is_kept_in_one_form():
    values, problems = parse_entry(REGISTER, {"code": " Ａ１ ", "name": "甲", "since": "2024/3/5"})
    assert (values, problems) == ({"code": "A1", "name": "甲", "since": "2024-03-05"}, [])


def test_every_problem_of_an_entry_is_named():
    values, problems = parse_entry(REGISTER, {"since": "soon", "name": "", "colour": "red"})
    assert values == {}
    assert [problem.field for problem in problems] == ["colour", "code", "name", "since"]
    assert all(problem.words.zh and problem.words.en for problem in problems)


def test_two_lists_are_compared_element_by_element():
    here = {"1": {"name": "甲"}, "2": {"name": "乙"}, "3": {"name": "丙", "since": "2024-01-01"}}
    there = {"2": {"name": "乙"}, "3": {"name": "丁"}, "4": {"name": "戊"}}
    rows = compare(REGISTER, here, there)
    assert [(row.key, row.difference) for row in rows] == [
        ("1", Difference.ONLY_HERE), ("2", Difference.SAME), ("3", Difference.DIFFERS), ("4", Difference.ONLY_THERE),
    ]  # fmt: skip
    assert rows[2].fields == ("name", "since")
    assert {row.difference for row in compare(REGISTER, here, here)} == {Difference.SAME}


def test_changed_fields():
    assert changed_fields({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 5, "d": 4}) == ["b", "c", "d"]


@pytest.mark.parametrize(
    ("day", "holds"),
    [(date(2024, 1, 1), True), (date(2023, 12, 31), False), (date(2024, 6, 30), True), (date(2024, 7, 1), False)],
)
def test_last_day_in_force_is_the_day_before_its_end(day, holds):
    assert in_force_on(date(2024, 1, 1), date(2024, 7, 1), day) is holds


@pytest.mark.parametrize(
    "change", [{"key": "nothing"}, {"required": ["nothing"]}, {"approvers": "nobody"}, {"compare": ["x"]}]
)
def test_declaration_that_names_what_is_not_there_does_not_load(change):
    with pytest.raises(ValidationError):
        Register.model_validate({**DECLARED, **change})
