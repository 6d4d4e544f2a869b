"""How an article or a point of a policy is written in a citation."""

import pytest

from zhunsheng.kernel.transition import article_en, article_zh


@pytest.mark.parametrize(
    ("article", "zh", "en"),
    [
        ("30", "第30条", "Article 30"),
        ("30,88", "第30条、第88条", "Articles 30 and 88"),
        ("point 13", "第13项", "Point 13"),
        ("point 13,point 15", "第13项、第15项", "Points 13 and 15"),
        ("part 4", "第4部分", "Part 4"),
    ],
)
def test_articles_and_points(article, zh, en):
    assert article_zh(article) == zh
    assert article_en(article) == en
