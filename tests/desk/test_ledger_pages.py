"""Pages of the ledger: relations with both sides, closing with its corrections, stated figures, figures told."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.desk.county import SYSTEM, days_ago, officer, signed_in
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.models import HandedOut, Period, Posting, Statement
from zhunsheng.ledger.months import month_of
from zhunsheng.ledger.periods import close

pytestmark = pytest.mark.once

RECEIVED = f"{SYSTEM}.received"
STATED = "enterprise_legal_checkup.enterprises_legal_checkup"
CLOSING = reverse("desk:closing")


@pytest.fixture
def statistician(county):
    duty = {"system": "ledger", "role": "statistician", "whole_tree": True}
    return signed_in(officer("counting", "示例庚", county.government, **duty))


def last_month():
    """A day of the month before this one."""
    return days_ago(0).replace(day=1) - (days_ago(0) - days_ago(1))


def months_page(client, day, **more):
    return client.get(CLOSING, {"year": day.year, "month": month_of(day), **more})


def close_month(client, day, confirmed=True):
    month = str(month_of(day))
    given = {"month": month, "confirmed": month if confirmed else ""}
    return client.post(f"{CLOSING}?year={day.year}", given, follow=True)


def test_closing_names_the_month_and_wants_a_confirmation(county, statistician):
    day = last_month()
    county.review(on=day)
    text = months_page(statistician, day).content.decode()
    assert f"示例县 {day.year} 年 {day.month} 月结账" in text
    close_month(statistician, day, confirmed=False)
    assert not Period.objects.exists()
    close_month(statistician, day)
    period = Period.objects.get()
    assert (period.month, period.closed_by.username) == (month_of(day), "counting")
    assert "示例庚" in months_page(statistician, day).content.decode()


def test_a_late_posting_shows_as_a_correction_of_the_closed_month(county, statistician):
    day = last_month()
    close_month(statistician, day)
    county.review(on=day)
    page = months_page(statistician, day)
    assert page.context["chosen"] == month_of(day)
    late = [(line.posting.adjusts, line.posting.month) for line, _ in page.context["late"]]
    assert set(late) == {(month_of(day), month_of(days_ago(0)))}
    assert len(late) == Posting.objects.exclude(adjusts=None).count() > 0
    records = statistician.get(reverse("desk:records", args=[RECEIVED]), {"corrections": 1}).context
    assert [line.posting.adjusts for line in records["lines"]] == [month_of(day)]


@pytest.mark.parametrize("who", ["owner", "colleague", "stranger"])
def test_only_the_statistician_of_the_government_closes(county, request, who):
    assert close_month(request.getfixturevalue(who), last_month()).status_code == 404
    assert not Period.objects.exists()


def test_a_month_that_is_not_over_is_not_closed(county, statistician):
    assert "还没有结束" in close_month(statistician, days_ago(0)).content.decode()
    assert not Period.objects.exists()


def test_relations_show_every_summand_with_its_records(county, owner):
    county.review()
    context = owner.get(reverse("desk:checks")).context
    [lines] = [lines for system, lines in context["groups"] if system.zh == "合法性审查"]
    whole = next(line for line in lines if any(term.words == "收到合法性审查事项" for term in line.left))
    assert sum(-t.value if t.minus else t.value for t in whole.left) == whole.check.left == 1
    assert all("/figure/" in term.address for term in (*whole.left, *whole.right))
    assert context["failing"] == 0


def stating(**more):
    return {"account": STATED, "value": "3", "year": str(days_ago(0).year), "source_paper": "示例文件一",
            "qualifier": "", **more}  # fmt: skip


def test_a_second_statement_posts_the_difference_and_keeps_the_first(county, statistician):
    organ, address = str(county.justice.pk), reverse("desk:state-figure")
    for value in ("3", "5"):
        assert statistician.post(address, stating(organ=organ, value=value)).status_code == 302
    assert list(Posting.objects.order_by("pk").values_list("value", flat=True)) == [3, 2]
    page = statistician.get(reverse("desk:declared"))
    assert [(line.value, line.posted, line.is_superseded) for line in page.context["lines"]] == [
        ("5", 2, False),
        ("3", 3, True),
    ]
    assert page.content.decode().count("declared-mark") == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [({"value": "三"}, "value"), ({"value": "1e40"}, "value"), ({"value": "NaN"}, "value"), ({"value": "1.234"}, "value"),
     ({"year": "20"}, "year"), ({"year": "2999"}, "year"), ({"source_paper": " "}, "source_paper"),
     ({"qualifier": "左右"}, "qualifier"), ({"account": RECEIVED}, "account"), ({"organ": "0"}, "organ")],
)  # fmt: skip
def test_a_statement_that_cannot_stand_says_where_and_writes_nothing(county, statistician, given, field):
    page = statistician.post(reverse("desk:state-figure"), stating(**{"organ": str(county.justice.pk), **given}))
    assert page.status_code == 422
    assert list(page.context["wrong"]) == [field]
    assert not Statement.objects.exists()
    assert not Posting.objects.exists()


def test_a_statement_for_a_closed_year_is_refused(county, statistician):
    year = days_ago(0).year - 1
    close(county.region, year * 100 + 12, None)
    given = stating(organ=str(county.justice.pk), year=str(year))
    assert "已经结账" in statistician.post(reverse("desk:state-figure"), given).context["wrong"]["year"]


def test_who_is_no_statistician_finds_no_form(county, stranger, colleague):
    officer("plain", "示例辛", county.housing, role="handler")
    assert stranger.get(reverse("desk:state-figure")).status_code == 404
    plain = signed_in(type(county.owner).objects.get(username="plain"))
    assert plain.get(reverse("desk:state-figure")).status_code == 404
    given = stating(organ=str(county.justice.pk))  # an organ of others
    assert colleague.post(reverse("desk:state-figure"), given).status_code == 422


def tell(client, value="1", whom="示例市司法局"):
    given = {"value": value, "to_whom": whom, "purpose": "电话询问"}
    return client.post(reverse("desk:hand-out", args=[RECEIVED]), given)


def test_whoever_is_asked_again_sees_the_earlier_answer_first(county, owner):
    county.review()
    assert tell(owner).status_code == 302
    form = owner.get(reverse("desk:hand-out", args=[RECEIVED])).content.decode()
    assert form.index("示例市司法局") < form.index('name="to_whom"')
    assert "示例市司法局" in owner.get(reverse("desk:figure", args=[RECEIVED])).content.decode()


def test_a_figure_that_changed_since_is_listed_until_the_receiver_is_told_again(county, owner):
    county.review()
    tell(owner)
    told = reverse("desk:handed-out")
    assert owner.get(told).context["differing"] == 0
    county.review()
    page = owner.get(told, {"differing": 1})
    [answer] = page.context["answers"]
    assert (page.context["differing"], answer.row.value, answer.current) == (1, 1, 2)
    tell(owner, "2")
    assert owner.get(told).context["differing"] == 0
    assert HandedOut.objects.count() == 2


def test_nothing_is_noted_without_receiver_or_number(county, owner):
    county.review()
    assert list(tell(owner, whom=" ").context["wrong"]) == ["to_whom"]
    assert list(tell(owner, value="两件").context["wrong"]) == ["value"]
    assert not HandedOut.objects.exists()


def test_a_report_notes_its_figures_once(county, owner):
    county.review(on=days_ago(0))
    year = days_ago(0).year
    address = reverse("desk:report-document", args=[county.region.pk, year])
    used = {(u.figure.account, u.year) for u in _composed(county, year).used}
    for _ in range(2):
        b"".join(owner.get(address).streaming_content)
    assert HandedOut.objects.count() == len(used)
    county.review()
    b"".join(owner.get(address).streaming_content)
    changed = HandedOut.objects.filter(pk__gt=len(used))
    assert all(
        row.value
        == figures(county.region.pk, days_ago(0).replace(month=1, day=1), days_ago(0).replace(month=12, day=1))[
            row.account
        ].value
        for row in changed
    )


def _composed(county, year):
    from zhunsheng.reports.composing import compose

    return compose(county.region.pk, year)


def test_strangers_find_none_of_the_pages(county, stranger):
    for name in ("checks", "closing", "declared", "handed-out", "figures-workbook"):
        assert stranger.get(reverse(f"desk:{name}")).status_code == 404
    assert stranger.get(reverse("desk:hand-out", args=[RECEIVED])).status_code == 404


def test_the_workbook_has_the_fixed_head_and_the_notes(county, owner):
    county.review()
    file = b"".join(owner.get(reverse("desk:figures-workbook")).streaming_content)
    rows = list(load_workbook(BytesIO(file)).active.values)
    assert rows[0][0] == "示例县指标表"
    assert all(word in rows[1][0] for word in ("统计期间", "生成时间", "示例甲", "计量单位"))
    [received] = [row for row in rows if row[2] == "收到合法性审查事项"]
    assert received[3] == Decimal(1)
    assert "统计说明" in [row[0] for row in rows]
