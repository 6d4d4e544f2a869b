"""Patterns of numbers a place sets: what may be set, from when it holds, and that no number is lost or given twice."""

from datetime import date

import pytest

from tests.cases.place import HOTLINE, ORDER, RECONSIDERATION, order_steps, script
from zhunsheng.cases.actions import open_case
from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import replay
from zhunsheng.local.actions import checked, decide
from zhunsheng.local.kinds import kind_of
from zhunsheng.local.models import Setting
from zhunsheng.local.values import decisions
from zhunsheng.orgs.refusals import Refused
from zhunsheng.papers.models import NumberSeries, Paper
from zhunsheng.papers.number_patterns import declared, next_numbers

pytestmark = pytest.mark.once


def patterned(place, pattern, organ=None, since=date(2026, 1, 1), key=HOTLINE, **more):
    value = None if pattern is None else {"pattern": pattern, **more}
    return decide(place.administrator, "number", key, organ or place.hotline, since, value, reason="统一编号")


def number_of(place, on, organ=None):
    return open_case(HOTLINE, "order", organ=organ or place.hotline, on=on, values=ORDER).number


def test_pattern_holds_from_its_year_on_for_the_organ_and_below(place):
    patterned(place, "{代字}政务热线〔{年份}〕第{序号}号", organ=place.government)
    assert number_of(place, date(2025, 12, 30)) == "示热热线〔2025〕1号"
    assert number_of(place, date(2026, 1, 5)) == "示热政务热线〔2026〕第1号"
    assert number_of(place, date(2026, 1, 6)) == "示热政务热线〔2026〕第2号"
    assert number_of(place, date(2026, 1, 6), organ=place.lighting) == "示城管政务热线〔2026〕第1号"
    patterned(place, None, organ=place.government, since=date(2027, 1, 1))
    (then,) = next_numbers(HOTLINE, [place.hotline], 2027, decisions())
    assert then.number == "示热热线〔2027〕1号"


def test_own_mark_and_first_serial_hold_for_the_organ_itself(place):
    patterned(place, "{代字}字〔{年份}〕{序号}号", mark="示12345热", first="58")
    assert [number_of(place, date(2026, 1, day)) for day in (5, 6)] == [
        "示12345热字〔2026〕58号",
        "示12345热字〔2026〕59号",
    ]
    assert NumberSeries.objects.get().last == 59


def test_import_takes_numbers_from_the_same_series(place):
    patterned(place, "{代字}热〔{年份}〕{序号}号")
    replay(HOTLINE, [script(place.hotline, order_steps(date(2026, 1, 5))[:1]) for _ in range(3)])
    assert sorted(Case.objects.values_list("number", flat=True)) == [f"示热热〔2026〕{n}号" for n in (1, 2, 3)]
    assert number_of(place, date(2026, 1, 6)) == "示热热〔2026〕4号"


def test_numbers_of_papers_follow_their_own_setting(place):
    key = "legality_review.completion_notice"
    patterned(place, "{代字}补字〔{年份}〕{序号}号", organ=place.government, key=key, since=date(2025, 1, 1))
    review = {"matter": "示例协议", "kind": "agreement", "submitting_unit": "示例局", "materials": "草案"}
    case = open_case("legality_review", "submit", organ=place.government, on=date(2025, 3, 5), values=review)
    from zhunsheng.cases.actions import perform

    perform(case.pk, "request_completion", on=date(2025, 3, 5), values={"missing_materials": "说明"})
    assert Paper.objects.get().number == "示政补字〔2025〕1号"
    assert case.number == "示政法审〔2025〕1号"


@pytest.mark.parametrize(
    ("pattern", "more", "field"),
    [
        ("", {}, "pattern"),
        ("{代字}字{序号}号", {}, "pattern"),
        ("{代字}字〔{年份}〕号", {}, "pattern"),
        ("{代字}〔{年份}〕{序号}{序号}号", {}, "pattern"),
        ("{代字}〔{年份}{序号}〕号", {}, "pattern"),
        ("{代字}〔{年份}〕第1{序号}号", {}, "pattern"),
        ("{单位}〔{年份}〕{序号}号", {}, "pattern"),
        ("{代字〔{年份}〕{序号}号", {}, "pattern"),
        ("{代字}{代字}〔{年份}〕{序号}号", {}, "pattern"),
        ("热线〔{年份}〕{序号}号", {"mark": "示"}, "pattern"),
        ("长" * 60 + "{年份}-{序号}", {}, "pattern"),
        ("{代字}〔{年份}〕{序号}号", {"mark": "示{year}"}, "mark"),
        ("{代字}〔{年份}〕{序号}号", {"first": "0"}, "first"),
        ("{代字}〔{年份}〕{序号}号", {"first": "一"}, "first"),
        ("{代字}〔{年份}〕{序号}号", {"since": date(2026, 7, 1)}, "since"),
    ],
)
def test_wrong_pattern_is_refused_at_its_field(place, pattern, more, field):
    with pytest.raises(Refused) as refused:
        patterned(place, pattern, **more)
    assert refused.value.refusal.field == field
    assert not Setting.objects.exists()


def test_year_that_has_begun_keeps_its_pattern(place):
    number_of(place, date(2026, 1, 5))
    with pytest.raises(Refused) as refused:
        patterned(place, "{代字}热〔{年份}〕{序号}号")
    assert (refused.value.refusal.field, refused.value.refusal.code) == ("since", "begun")
    assert "已经按原格式编到 1 号" in str(refused.value)
    patterned(place, "{代字}热〔{年份}〕{序号}号", since=date(2027, 1, 1))
    assert number_of(place, date(2026, 1, 6)) == "示热热线〔2026〕2号"


@pytest.mark.parametrize(
    ("pattern", "mark"),
    [
        ("示城管热线〔{年份}〕{序号}号", ""),
        ("{代字}热线〔{年份}〕{序号}号", "示城管"),
        ("示城管热线〔{序号}〕{年份}号", ""),
    ],
)
def test_numbers_another_organ_gives_are_refused(place, pattern, mark):
    """The lighting bureau would number its own orders 示城管热线〔2026〕1号."""
    with pytest.raises(Refused) as refused:
        patterned(place, pattern, mark=mark)
    assert refused.value.refusal.code == "clash"
    assert "示例县城管局" in str(refused.value)


def test_one_mark_for_a_whole_tree_is_refused(place):
    with pytest.raises(Refused) as refused:
        patterned(place, "{代字}热〔{年份}〕{序号}号", organ=place.government, mark="示")
    assert refused.value.refusal.code == "clash"


def test_next_number_and_what_shares_its_series(place):
    number_of(place, date(2026, 1, 5))
    number_of(place, date(2026, 1, 6))
    (now,) = next_numbers(HOTLINE, [place.hotline], 2026, decisions())
    assert (now.number, now.shared) == ("示热热线〔2026〕3号", ())
    raw = {"pattern": "{代字}复〔{年份}〕{序号}号", "first": "7"}
    with pytest.raises(Refused):
        checked(kind_of("number"), HOTLINE, place.hotline, date(2026, 1, 1), raw, "", "")
    coming = checked(kind_of("number"), HOTLINE, place.hotline, date(2027, 1, 1), raw, "", "")
    (then,) = next_numbers(HOTLINE, [place.hotline], 2027, decisions().with_(coming))
    assert then.number == "示热复〔2027〕7号"
    assert [words.zh for words in then.shared] == ["行政复议：案号"]


def test_declared_patterns_name_cases_and_papers():
    assert declared()[RECONSIDERATION] == "{mark}复〔{year}〕{serial}号"
    assert declared()[f"{RECONSIDERATION}.acceptance_notice"] == "{mark}复受〔{year}〕{serial}号"
