"""Opinions of a legality review one by one: numbers, text and counts were written down by hand."""

from datetime import date

import pytest

from zhunsheng.kernel.craft import ListEntry, NotPossible, Work
from zhunsheng.systems.rulemaking.legality_review.craft import answer_opinion, enter_opinion, strike_opinion

NUMBER, ORGAN = "示法审〔2021〕1号", "示例县司法局"


def _entry(serial, number=NUMBER, organ=ORGAN, **values):
    return ListEntry(f"{number}-{serial}", organ, {"review": number, "opinion": "修改表述", **values})


def _work(fields, *entries):
    return Work(fields, {"legality_review": entries}, {}, NUMBER, ORGAN, date(2021, 3, 3))


OTHERS = (_entry("07", number="示法审〔2021〕2号"), _entry("09", organ="邻县司法局"))
TWO = (_entry("01", clause="第三条", opinion="删去“本地”", ground="条例第五条"), _entry("03"))


def test_an_opinion_is_numbered_after_the_last_and_joins_the_text():
    values = enter_opinion(_work({"opinion": "补充施行日期", "clause": "第九条"}, *TWO, *OTHERS)).values
    assert values["opinion_code"] == f"{NUMBER}-04"
    assert values["opinions_given"] == values["opinions_unanswered"] == 3
    assert values["opinion_text"].splitlines() == ["1．（第三条）删去“本地”（依据：条例第五条）", "2．修改表述", "3．（第九条）补充施行日期"]  # fmt: skip


def test_what_is_struck_leaves_the_text():
    values = strike_opinion(_work({"opinion_code": f"{NUMBER}-01"}, *TWO)).values
    assert (values["opinions_given"], values["opinion_text"]) == (1, "1．修改表述")


def test_answers_come_to_how_many_were_adopted_and_why_not():
    answered = _entry("01", adoption="not_adopted", adoption_reason="另有依据"), _entry("03"), _entry("04")
    values = answer_opinion(_work({"opinion_code": f"{NUMBER}-03", "opinion_adoption": "partly", "opinion_adoption_reason": "保留备案"}, *answered)).values  # fmt: skip
    assert values == {"opinions_adopted": 1, "opinions_unanswered": 1, "adoption": "partly", "non_adoption_reason": "1．另有依据\n2．保留备案"}  # fmt: skip


@pytest.mark.parametrize(("said", "all_in_all"), [("adopted", "all"), ("partly", "partly"), ("not_adopted", "none")])
def test_one_opinion_alone_says_it_all(said, all_in_all):
    assert answer_opinion(_work({"opinion_code": f"{NUMBER}-01", "opinion_adoption": said}, _entry("01"))).values["adoption"] == all_in_all  # fmt: skip


def test_an_opinion_of_another_review_is_no_opinion_of_this_one():
    with pytest.raises(NotPossible, match="本件没有意见"):
        strike_opinion(_work({"opinion_code": OTHERS[0].key}, *TWO, *OTHERS))
