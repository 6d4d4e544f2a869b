"""Formulas of points: what they come to by hand, what is refused, and that cases are paid as a share or not at all."""

from decimal import Decimal

import pytest

from zhunsheng.kernel.formulas import FormulaError, Reference, read, references, units, value

A, B, RATE, BEFORE = Reference("收到"), Reference("办结"), Reference("办结率"), Reference("办结率", True)
VALUES = {A: Decimal(8), B: Decimal(6), RATE: Decimal("92.5"), BEFORE: Decimal("90.1"), Reference("空"): None}


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("1 + 2 × 3", "7"),
        ("(1＋2)×3", "9"),
        ("5×[办结]÷[收到]", "3.75"),
        ("10 − 4 − 3", "3"),
        ("8÷4÷2", "1"),
        ("−2+5", "3"),
        ("最小(5, [办结率]÷10)", "5"),
        ("最大(0，5−[收到]×0.5)", "1"),
        ("分档([办结率]; 60: 2, 80: 3.5, 95: 5)", "3.5"),
        ("分档([办结]; 10: 2)", "0"),
        ("分档([办结率]−【办结率｜上年】；-100：0，0：2)", "2"),
        ("10÷3", "3.33"),
        ("5×[空]", None),
        ("5÷([办结]−6)", None),
    ],
)
def test_what_a_formula_comes_to(text, points):
    assert value(read(text), VALUES) == (None if points is None else Decimal(points))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "结尾"), ("5×", "结尾"), ("5 5", "第 2 处「5」"), ("__import__('os')", "第 1 处"), ("eval([收到])", "第 1 处「eval」"),
        ("最小(1; 2)", "第 4 处「;」"), ("分档([收到]; 80: 2, 60: 1)", "从小到大"), ("[收到|去年]", "竖线后面只能写上年"),
        ("(" * 30 + "1" + ")" * 30, "套得太深"), ("2**9", "第 3 处"), ("1" * 501, "最多 500 字"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_where(text, said):
    with pytest.raises(FormulaError, match=said.replace("(", r"\(")):
        read(text)


def test_cases_divided_by_cases_are_a_share_and_everything_else_keeps_its_unit():
    of = {A: "件", B: "件", RATE: "%"}
    left = {
        text: units(read(text), of)
        for text in ("5×[办结]÷[收到]", "分档([办结]; 5: 1)", "[办结率]÷20", "[办结]÷10", "3")
    }
    assert left == {
        "5×[办结]÷[收到]": set(), "分档([办结]; 5: 1)": {"件"}, "[办结率]÷20": set(), "[办结]÷10": {"件"}, "3": set(),
    }  # fmt: skip
    assert units(read("5×([办结]÷[收到])"), of) == set()
    # Neither growth over last year nor a product hides that cases are paid for.
    now, last = Reference("收到"), Reference("收到", True)
    assert units(read("5×[收到]÷[收到|上年]"), {now: "件", last: "件"}) == {"件", "件（上年）"}
    assert units(read("[收到]×[办结]÷[收到]"), of) == {"件"}
    assert units(read("([收到]+[办结])÷[收到]"), of) == set()
    assert references(read("[办结率]−[办结率|上年]+[办结率]")) == [RATE, BEFORE]
