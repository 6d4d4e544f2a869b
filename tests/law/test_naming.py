"""Which articles of a statute a text names, however people write it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunsheng.law.naming import articles_of, cited_in
from zhunsheng.law.statutes import statutes

LAW = statutes()["administrative_reconsideration_law"]
REGULATION = statutes()["administrative_reconsideration_regulation"]


def test_thousands_of_digits_are_no_article():
    assert cited_in(f"行政复议法第{'1' * 5000}条", LAW) == frozenset()
    assert articles_of("一" * 5000) == {"一" * 5000}


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("《中华人民共和国行政复议法》第三十条、第八十八条第二款", {"30", "88"}),
        ("行政复议法第30条", {"30"}),
        ("依据《行政复议法》", set()),
        (
            "《行政复议法》（2023年修订）第六十二条第一款、第六十四条第（三）项和第七十条，《行政处罚法》第三条",
            {"62", "64", "70"},
        ),
        ("行政复议法第三十条至第三十三条", {"30", "31", "32", "33"}),
        ("《行政复议法》第三十条第一款第（二）项、第（三）项，第四十条之一", {"30", "40之1"}),
        ("1.《行政复议法》第六条；2.《行政复议法》第七条。", {"6", "7"}),
        ("行政复议法实施条例第5条，行政复议法第六条", {"6"}),
    ],
)
def test_articles_named(text, articles):
    assert cited_in(text, LAW) == frozenset(articles)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "建筑法第六十四条",
        "《行政复议法实施条例》第四十二条",
        "行政复议法实施条例第5条",
        "《示例省实施〈行政复议法〉办法》第三条",
    ],
)
def test_statute_not_named(text):
    assert cited_in(text, LAW) is None


def test_longer_name_is_that_of_the_other():
    assert cited_in("《行政复议法实施条例》第四十二条", REGULATION) == {"42"}


@pytest.mark.parametrize(
    ("written", "articles"),
    [("30,88", {"30", "88"}), ("第三十条、第八十八条", {"30", "88"}), ("30之1", {"30之1"}), ("point 13,point 15", {"point 13", "point 15"}),
     ("第七十三条第四项", {"73"}), ("", set())],
)  # fmt: skip
def test_declared_citations(written, articles):
    assert articles_of(written) == frozenset(articles)


@settings(deadline=None)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=6, unique=True), st.sampled_from("、，和及"))
def test_articles_written_one_after_another_are_all_found(articles, joint):
    text = f"依照《行政复议法》{joint.join(f'第{article}条' for article in articles)}的规定"
    assert cited_in(text, LAW) == {str(article) for article in articles}


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read(text):
    assert cited_in(text, LAW) is None or "行政复议法" in text
    assert isinstance(articles_of(text), frozenset)
