"""Accounts, ratios and the relations between figures."""

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from zhunsheng.kernel.figures import Figures, change_rate, evaluate_check, mean, parse_check, percentage, qualify
from zhunsheng.kernel.postings import posting_rules

DAY = date(2024, 3, 1)
LABEL = {"zh": "示例", "en": "Example"}


def test_a_rise_and_a_fall():
    assert change_rate(27, 39) == Decimal("-30.8")
    assert change_rate(39, 27) == Decimal("44.4")
    assert change_rate(5, 0) is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "decimals", "shown"),
    [
        (1, 3, 1, "33.3"),
        (2, 3, 2, "66.67"),
        (1, 8, 1, "12.5"),
        (1, 800, 1, "0.1"),
        (5, 10000, 1, "0.1"),
        (0, 7, 1, "0.0"),
        (7, 7, 0, "100"),
    ],
)
def test_percentages_round_half_up(numerator, denominator, decimals, shown):
    assert str(percentage(numerator, denominator, decimals)) == shown


def test_nothing_to_divide_by():
    assert percentage(1, 0, 1) is None
    assert mean(1, 0, 1) is None


def test_days_since_a_date_are_posted_and_make_a_mean():
    account = {**LABEL, "on": "close", "days_since": "began"}
    rules = posting_rules("s", Figures.model_validate({"accounts": {"days": account}}))["close"]
    assert [p.value for rule in rules for p in rule.postings(DAY, {"began": "2024-02-27"})] == [3]
    assert [p.value for rule in rules for p in rule.postings(DAY, {"began": "2024-03-01"})] == []
    assert [p.value for rule in rules for p in rule.postings(DAY, {})] == []
    assert mean(7, 3, 1) == Decimal("2.3")
    with pytest.raises(ValidationError, match="只能写一个"):
        Figures.model_validate({"accounts": {"days": {**account, "sum": "amount"}}})


def test_hours_between_two_times_are_posted_to_the_hundredth():
    account = {**LABEL, "on": "release", "hours_between": ["happened_at", "released_at"]}
    rules = posting_rules("s", Figures.model_validate({"accounts": {"hours": account}}))["release"]
    values = {"happened_at": "2024-02-29T21:40", "released_at": "2024-03-01T03:00"}
    assert [p.value for rule in rules for p in rule.postings(DAY, values)] == [Decimal("5.33")]
    assert [p.value for rule in rules for p in rule.postings(DAY, {"happened_at": "2024-02-29T21:40"})] == []


def holds(text, **values):
    def value(term):
        name = term.account if term.at == "flow" else f"{term.at}_{term.account}"
        return Decimal(values[f"{name}__{term.breakdown}" if term.breakdown else name])

    return evaluate_check(parse_check(text), value)


def test_relations():
    assert holds("received == accepted + refused", received=5, accepted=3, refused=2).holds
    result = holds("received == accepted + refused", received=5, accepted=3, refused=1)
    assert (result.holds, result.left, result.right) == (False, 5, 4)
    assert holds("a - b<=c", a=5, b=3, c=2).holds
    assert not holds("a>=c", a=1, c=2).holds
    assert holds(
        "opening.pending + received == closing.pending", opening_pending=1, received=2, closing_pending=3
    ).holds
    assert holds("closed.维持 == upheld", closed__维持=4, upheld=4).holds


@pytest.mark.parametrize(
    "text", ["a", "a = b", "a ==", "== b", "a b == c", "a + == b", "a == b == c", "a == 5", "a ** b == c", ""]
)
def test_what_is_no_relation_says_so(text):
    with pytest.raises(ValueError, match="勾稽关系"):
        parse_check(text)


def rules(**account):
    figures = Figures.model_validate({"accounts": {"x": {**LABEL, "on": "do", **account}}})
    return posting_rules("system", figures)


def test_what_an_action_posts():
    found = rules(less="undo", by=["area", "outcome"], when={"major": True})
    values = {"area": ["公安", "税务"], "outcome": None, "major": True}
    (posting,) = found["do"][0].postings(DAY, values)
    assert (posting.account, posting.value) == ("system.x", 1)
    assert posting.breakdown == (("area", "公安、税务"), ("outcome", ""))
    assert found["undo"][0].postings(DAY, values)[0].value == -1
    assert found["do"][0].postings(DAY, {**values, "major": False}) == ()


def test_sums_and_distinct():
    assert rules(sum="fine")["do"][0].postings(DAY, {"fine": "12.50"})[0].value == Decimal("12.50")
    assert rules(sum="fine")["do"][0].postings(DAY, {}) == ()
    both = rules(sum=["fine", "confiscated"])["do"][0]
    assert both.postings(DAY, {"fine": "12.50", "confiscated": "7.50"})[0].value == Decimal(20)
    assert both.postings(DAY, {"confiscated": "7.50"})[0].value == Decimal("7.50")
    assert both.postings(DAY, {"fine": "0"}) == ()
    once = rules(distinct={"field": "who"})["do"][0]
    assert once.postings(DAY, {"who": {"name": "甲", "identity_number": "1"}})[0].distinct == "1"
    assert once.postings(DAY, {"who": [{"name": "甲"}]})[0].distinct == "甲"
    assert once.postings(DAY, {}) == ()


@pytest.mark.parametrize(
    "figures",
    [
        {"accounts": {"x": LABEL}},
        {"accounts": {"x": {**LABEL, "on": "do", "declared": True}}},
        {"ratios": {"r": {**LABEL, "of": "x", "over": "y"}}},
        {"checks": ["x == y"]},
    ],
)
def test_figures_without_a_source_do_not_load(figures):
    with pytest.raises(ValidationError):
        Figures.model_validate(figures)


@pytest.mark.parametrize(
    ("qualifier", "zh", "en"),
    [
        ("余", "3000余", "over 3000"),
        ("近", "近3000", "nearly 3000"),
        ("不低于", "不低于3000", "at least 3000"),
        ("", "3000", "3000"),
    ],
)
def test_qualified_figures(qualifier, zh, en):
    assert qualify("3000", qualifier) == (zh, en)
