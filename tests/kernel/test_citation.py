"""How an article or a point of a policy is written in a citation."""

import pytest

from zhunsheng.kernel.citing import article_words
from zhunsheng.kernel.words import chinese_number


@pytest.mark.parametrize(
    ("article", "zh", "en"),
    [
        ("30", "第三十条", "Article 30"),
        ("30,88", "第三十条、第八十八条", "Articles 30 and 88"),
        ("point 13", "第十三项", "Point 13"),
        ("point 13,point 15", "第十三项、第十五项", "Points 13 and 15"),
        ("part 4", "第四部分", "Part 4"),
    ],
)
def test_articles_and_points(article, zh, en):
    assert article_words(article) == (zh, en)


@pytest.mark.parametrize(
    ("number", "chinese"),
    [(0, "零"), (1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (100, "一百"), (103, "一百零三"),
     (110, "一百一十"), (115, "一百一十五"), (260, "二百六十")],
)  # fmt: skip
def test_numbers_as_statutes_write_them(number, chinese):
    assert chinese_number(number) == chinese
