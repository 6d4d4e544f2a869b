"""Experts are drawn from those in service without an interest; the draw can be repeated, and who withdraws is replaced."""

import hashlib
from datetime import date

import pytest

from zhunsheng.kernel.craft import ListEntry, NotPossible, Work
from zhunsheng.systems.technology.expert_pool.craft import draw_experts, drawn_from, name_experts, replace_expert

POOL = {
    "A": {"unit": "示例大学"},
    "B": {"unit": "示例公司"},
    "C": {"unit": "示例设计院", "conflicts": "示例公司、示例集团"},
    "D": {"unit": "示例大学", "term_until": "2025-10-19"},
    "E": {"unit": "示例大学", "status": "paused"},
    "F": {"unit": "示例大学", "field": "law"},
    "G": {"unit": "示例研究所", "term_until": "2025-10-20"},
    "H": {"unit": "示例研究所"},
}


def work(drawn_by="s", **fields):
    entries = [
        ListEntry(code, "示例局", {"name": f"专家{code}", "field": "transport", "status": "active", **values})
        for code, values in POOL.items()
    ]
    asked = {"field": "transport", "wanted": 2, "interested": "示例公司", "held_on": "2025-10-20", **fields}
    return Work(asked, {"expert_pool": entries}, {}, "示专家〔2025〕1号", "示例局", date(2025, 9, 30), drawn_by)


def test_only_those_of_the_field_in_service_and_without_an_interest_are_drawn_and_anybody_can_repeat_it():
    found = draw_experts(work()).values
    assert found["candidates"] == "A、G、H"
    order = sorted("AGH", key=lambda code: hashlib.sha256(f"s|{code}".encode()).hexdigest())
    assert found["drawn"] == "、".join(order[:2])
    assert found["experts"] == "、".join(f"专家{code}" for code in order[:2])
    assert found["seed"] == "s"
    assert draw_experts(work()).values == found


def test_every_expert_is_drawn_about_as_often_as_another():
    drawn = [drawn_from("AGH", str(seed), 1)[0] for seed in range(3000)]
    assert all(900 < drawn.count(code) < 1100 for code in "AGH")


def test_too_few_experts_are_said_with_what_to_do():
    with pytest.raises(NotPossible) as refused:
        draw_experts(work(wanted=4))
    assert "只有 3 名，需要 4 名" in refused.value.words.zh


def test_who_withdraws_is_replaced_by_one_never_chosen_and_the_rest_stay():
    first = draw_experts(work()).values
    leaving, staying = first["drawn"].split("、")
    found = replace_expert(work("t", **first, recused_code=leaving)).values
    other = next(code for code in "AGH" if code not in first["drawn"])
    assert (found["drawn"], found["recused"], found["candidates"]) == (f"{staying}、{other}", leaving, other)
    with pytest.raises(NotPossible, match="不在选用的专家之中"):
        replace_expert(work("t", **first, recused_code="B"))
    with pytest.raises(NotPossible, match="只有 0 名"):
        replace_expert(work("u", **{**first, **found}, recused_code=other))


@pytest.mark.parametrize(
    ("choice", "problem"), [("A", "指定了 1 名"), ("A、B", "利害关系"), ("A、C", "利害关系"), ("A、D", "聘期")]
)
def test_whoever_is_named_is_held_to_the_same(choice, problem):
    with pytest.raises(NotPossible, match=problem):
        name_experts(work(choice=choice))


def test_experts_may_be_named_where_nothing_stands_in_the_way():
    assert name_experts(work(choice="A，H")).values == {"drawn": "A、H", "experts": "专家A、专家H"}
