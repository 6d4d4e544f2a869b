"""Time series: every number beside its chart, a break told where the procedure changed, and the same table as a file."""

import io
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.desk.county import SYSTEM, days_ago
from zhunsheng.ledger.breaks import breaks
from zhunsheng.ledger.postings import PostingRow, post

pytestmark = pytest.mark.once

RECEIVED, RATE = f"{SYSTEM}.received", f"{SYSTEM}.adoption_rate"
THIS_YEAR = days_ago(0).year


@pytest.fixture
def told(county):
    """Two in the year before last, three in the last year; nothing earlier."""
    organ = county.review().organ
    for number, year in enumerate((THIS_YEAR - 2, THIS_YEAR - 2, *[THIS_YEAR - 1] * 3)):
        post([PostingRow(RECEIVED, organ.pk, date(year, 5, 6), 1, (), "case", 9000 + number, 1, None)])
    return county


def opened(client, **query):
    return client.get(reverse("desk:figure-series"), {"figures": RECEIVED, **query})


def test_years_stand_below_each_other_with_the_change_and_none_before_the_first_posting(told, owner):
    [series] = opened(owner, since=THIS_YEAR - 3).context["series"]
    told_so = [(line.points[0].value, line.points[0].change) for line in series.lines]
    assert told_so == [(None, ""), (2, ""), (3, "+50.0%"), (1, "")]  # a year that is not over is not compared
    assert f"{THIS_YEAR - 2} 年 5 月" in series.notes[-1]
    assert series.chart["lines"][0]["values"] == [None, 2.0, 3.0, 1.0]


def test_months_stand_beside_each_other_by_year(told, owner):
    [series] = opened(owner, by="month", since=THIS_YEAR - 2).context["series"]
    assert series.heads == [str(THIS_YEAR - 2), str(THIS_YEAR - 1), str(THIS_YEAR)]
    assert [point.value for point in series.lines[4].points][:2] == [2, 3]


def test_a_figure_is_found_by_its_name_added_and_taken_off(told, owner):
    added = opened(owner, add="意见采纳率")
    assert added.status_code in (200, 302)
    found = owner.get(reverse("desk:figure-series"), {"add": "收到合法性"}).content.decode()
    assert f"figures={RECEIVED}" in found
    both = opened(owner, figures=f"{RECEIVED},{RATE},no.such")
    assert [series.name for series in both.context["series"]] == [RECEIVED, RATE]
    assert both.context["series"][0].without.endswith(f"figures={RATE}")
    assert "没有找到" in opened(owner, add="没有这个指标").content.decode()


def test_the_file_is_the_same_table(told, owner):
    query = {"figures": f"{RECEIVED},{RATE}", "since": THIS_YEAR - 2}
    book = owner.get(reverse("desk:figure-series-file"), query)
    rows = list(load_workbook(io.BytesIO(b"".join(book.streaming_content))).active.values)
    assert [row[1] for row in rows[3:6]] == [2, 3, 1]
    text = b"".join(owner.get(reverse("desk:figure-series-file"), {**query, "form": "csv"}).streaming_content)
    lines = text.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("期间,合法性审查 · 收到合法性审查事项（件）,")
    assert lines[2].startswith(f"{THIS_YEAR - 1} 年,3,")


def test_a_break_is_told_where_a_new_version_counts_otherwise():
    [one] = breaks("administrative_reconsideration.received", date(2020, 1, 1), date(2025, 12, 31))
    assert one.on == date(2024, 1, 1)
    assert one.statute.zh.endswith("行政复议法")
    assert [step.zh for step in one.added] == ["收到转送的申请"]
    assert breaks("administrative_reconsideration.received", date(2024, 1, 1), date(2025, 12, 31)) == []
    limits = breaks("administrative_reconsideration.closed_in_time", date(2023, 1, 1), date(2024, 12, 31))[0].altered
    assert any("期限" in words.zh for words in limits), limits


def test_a_single_number_is_shown_and_not_drawn(county, owner):
    county.review()
    page = opened(owner, since=THIS_YEAR - 3)
    [series] = page.context["series"]
    assert (series.chart, [(words, point.value) for words, point in series.alone]) == ({}, [(f"{THIS_YEAR} 年", 1)])
    assert "data-chart" not in page.content.decode()
