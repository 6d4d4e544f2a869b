"""Conditions of declarations on the fields of a case."""

from datetime import date

import pytest

from zhunsheng.kernel.conditions import ConditionError, asked_fields, compile_condition


@pytest.mark.parametrize(
    ("condition", "values", "holds"),
    [
        ({"track": "general"}, {"track": "general"}, True),
        ({"track": "general"}, {"track": "summary"}, False),
        ({"track": "general"}, {}, False),
        ({"major": True}, {"major": True}, True),
        ({"major": True}, {"major": False}, False),
        ({"area": ["公安", "税务"]}, {"area": "税务"}, True),
        ({"area": ["公安", "税务"]}, {"area": ["海关", "公安"]}, True),
        ({"area": "公安"}, {"area": ["海关", "公安"]}, True),
        ({"area": ["公安"]}, {"area": {"name": "x"}}, False),
        ({"amount": {"ge": 3000}}, {"amount": "3000"}, True),
        ({"amount": {"ge": 3000}}, {"amount": "2999.99"}, False),
        ({"amount": {"ge": 1, "le": 5}}, {"amount": 6}, False),
        ({"amount": {"ge": 1}}, {"amount": None}, False),
        ({"amount": {"ge": 1}}, {"amount": "many"}, False),
        ({"amount": {"le": 1}}, {"amount": "nan"}, False),
        ({"note": {"present": True}}, {"note": ""}, False),
        ({"note": {"present": False}}, {"note": []}, True),
        ({"outcome": {"not": "refused"}}, {"outcome": "accepted"}, True),
        ({"kinds": {"is": "fine", "not": ["closure", "detention"]}}, {"kinds": ["warning", "fine"]}, True),
        ({"kinds": {"is": "fine", "not": ["closure", "detention"]}}, {"kinds": ["fine", "closure"]}, False),
        ({"kinds": {"is": ["fine", "warning"], "not": "closure"}}, {"kinds": []}, False),
        ({"second": {"not": {"field": "first"}}}, {"first": "A1", "second": "A1"}, False),
        ({"second": {"not": {"field": "first"}}}, {"first": "A1", "second": "A2"}, True),
        ({"second": {"is": {"field": "first"}}}, {"first": "A1", "second": "A2"}, False),
        ({"party.kind": "person"}, {"party": {"name": "示例甲", "kind": "person"}}, True),
        ({"party.kind": {"not": "person"}}, {"party": {"name": "示例甲", "kind": "person"}}, False),
        ({"party.kind": {"not": "person"}}, {}, True),
        ({"outcome": {"not": ["refused", "void"]}}, {"outcome": "void"}, False),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, False),
        ({"adopted": {"le": {"field": "given"}}}, {"adopted": 5, "given": "5"}, True),
        ({"adopted": {"le": {"field": "given"}}}, {"adopted": 6, "given": 5}, False),
        ({"adopted": {"le": {"field": "given"}}}, {"adopted": 6}, False),
        ({"closes": {"ge": {"field": "opens"}}}, {"closes": "2024-03-10", "opens": "2024-03-05"}, True),
        ({"closes": {"ge": {"field": "opens"}}}, {"closes": "2024-03-05T08:00", "opens": "2024-03-06"}, False),
        ({"told": {"ge": {"field": "known"}}}, {"told": "2024-03-05T08:00", "known": "2024-03-05T09:00"}, False),
        ({"told": {"ge": {"field": "known"}}}, {"told": "2024-03-05", "known": "2024-03-05T09:00"}, True),
        ({"closes": {"ge": "2024-03-05"}}, {"closes": "2024-03-05"}, True),
        ({"closes": {"ge": date(2024, 3, 5)}}, {"closes": "2024-03-04"}, False),
        ({"closes": {"ge": "2024-03-05"}}, {"closes": 20250101}, False),
        ({"standard": {"without": ["罚款", "罚没"]}}, {"standard": "案卷合格率"}, True),
        ({"standard": {"without": ["罚款", "罚没"]}}, {"standard": "年度罚没收入"}, False),
        ({"standard": {"without": "罚款"}}, {}, True),
        ({"standard": {"without": ["罚没…额"]}}, {"standard": "罚 没入库 总额"}, False),
        ({"basis": {"without": {"listed": "minutes"}}}, {"basis": "示例县政府常务会 议纪要〔2024〕3号"}, False),
        ({"basis": {"without": {"listed": "minutes"}}}, {"basis": "建筑法第六十四条"}, True),
        ({"standard": {"without": ["罚没…额"]}}, {"standard": "罚没额"}, False),
        ({"standard": {"without": ["罚没…额"]}}, {"standard": "罚没物品登记，金额相符"}, True),
        ({"standard": {"without": ["罚没…额"]}}, {"standard": "罚没物品的登记保管处置全部相符的名额"}, True),
    ],
)
def test_conditions(condition, values, holds):
    test = compile_condition(condition)
    assert test is not None
    assert test(values) is holds


def test_no_condition_is_none():
    assert compile_condition({}) is None


@pytest.mark.parametrize(
    "condition",
    [
        {"a": {"gt": 3}},
        {"a": {"ge": "many"}},
        {"a": {"le": None}},
        {"a": {"le": {"other": "b"}}},
        {"a": {"not": {"other": "b"}}},
    ],
)
def test_what_is_no_condition_says_so(condition):
    with pytest.raises(ConditionError, match="a"):
        compile_condition(condition)


def test_fields_compared_with_are_asked_for_too():
    assert asked_fields({"a": 1, "b": {"le": {"field": "c"}, "ge": 2}}) == {"a", "b", "c"}
    assert asked_fields({"party.kind": "person"}) == {"party"}
