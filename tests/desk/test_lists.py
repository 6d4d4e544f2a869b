"""Lists: sentences and totals are right, filters keep what they say, and no list asks a query for each row."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.desk.county import SYSTEM, days_ago, officer, signed_in
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case

ADDRESS = f"/cases/{SYSTEM}/"


@pytest.fixture
def cases(county):
    """Three that are open (one long overdue, one new, one waiting) and one that is closed."""
    old = county.accepted(matter="《旧协议》", on=days_ago(120))
    new = county.accepted(matter="《新协议》", on=days_ago(0))
    waiting = county.review(matter="《待检协议》", on=days_ago(2))
    closed = county.review(matter="《退回协议》", on=days_ago(5))
    perform(closed.pk, "return_unreviewed", on=days_ago(4), values={"return_reason": "材料不齐"})
    return {"old": old, "new": new, "waiting": waiting, "closed": closed}


def listed(client, **query):
    page = client.get(ADDRESS, query)
    return [row.case.title for row, _cells in page.context["rows"]], page.context


def test_the_sentence_counts_and_each_number_opens_its_cases(cases, county, owner):
    page = owner.get("/")
    counts = page.context["counts"]
    assert (counts["open"], counts["ours"], counts["overdue"], counts["ours_soon"], counts["mine"]) == (3, 3, 1, 0, 0)
    text = page.content.decode()
    assert '您单位有 <a href="?show=ours">3</a> 件未办结' in text
    assert '已逾期 <a class="overdue-number" href="?show=ours&amp;due=overdue">1</a> 件' in text
    narrowed = owner.get("/", {"show": "ours", "due": "overdue"}).context
    assert [row.case.pk for row, _marks in narrowed["rows"]] == [cases["old"].pk]
    shown = owner.get("/", {"show": "overdue"}).context
    assert [row.case.pk for row, _marks in shown["rows"]] == [cases["old"].pk]
    assert shown["rows"][0][0].light.words.startswith("逾期 ")


def test_the_most_urgent_comes_first_and_says_what_is_to_be_done(cases, owner):
    rows = [row for row, _marks in owner.get("/").context["rows"]]
    assert [row.case.title for row in rows] == ["《旧协议》", "《新协议》", "《待检协议》"]
    assert [words.zh for words in rows[0].expected] == ["出具合法性审查意见"]
    assert rows[0].due < days_ago(0)


def test_a_minimum_time_is_nothing_to_be_late_for(county, owner):
    county.review(matter="《重大决策》", kind="major_decision", on=days_ago(60))
    row, _marks = owner.get("/").context["rows"][0]
    assert row.light.kind not in ("overdue", "soon")


def test_an_empty_page_says_what_would_be_there(county, owner):
    assert "没有待办" in owner.get("/").content.decode()
    assert "还没有案件" in owner.get(ADDRESS).content.decode()


def test_filters(cases, owner):
    assert listed(owner)[0] == ["《新协议》", "《待检协议》", "《退回协议》", "《旧协议》"]
    assert listed(owner, course="overdue")[0] == ["《旧协议》"]
    assert listed(owner, course="closed")[0] == ["《退回协议》"]
    assert listed(owner, outcome="not_reviewed")[0] == ["《退回协议》"]
    assert listed(owner, state="submitted")[0] == ["《待检协议》"]
    assert listed(owner, q="待检")[0] == ["《待检协议》"]
    assert listed(owner, q=cases["new"].number)[0] == ["《新协议》"]
    assert listed(owner, first=days_ago(6), last=days_ago(3))[0] == ["《退回协议》"]
    assert listed(owner, sort="due")[0][0] == "《旧协议》"


def test_totals_before_and_after_filtering(cases, owner):
    _, context = listed(owner, course="open")
    assert (context["total"], context["count"]) == (4, 3)
    assert "共 4 条，筛选后 3 条" in owner.get(ADDRESS, {"course": "open"}).content.decode()


def test_a_date_that_is_none_is_named(cases, owner):
    page = owner.get(ADDRESS, {"first": "去年"})
    assert "「去年」不是日期" in page.content.decode()
    assert page.context["count"] == 4


def test_pages(county, owner, monkeypatch):
    first = county.review(on=days_ago(9))
    for _ in range(3):
        county.review()
    monkeypatch.setattr("zhunsheng.desk.case_rows.page_of.__defaults__", (3,))
    context = owner.get(ADDRESS, {"page": 2}).context
    assert [row.case.pk for row, _ in context["rows"]] == [first.pk]
    assert context["page"].paginator.num_pages == 2


def test_the_workbook_holds_the_chosen_rows(cases, owner):
    response = owner.get(f"{ADDRESS}workbook/", {"course": "open"})
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "合法性审查台账"
    assert rows[2][:3] == ("序号", "案号", "事项名称")
    assert [row[2] for row in rows[3:]] == ["《新协议》", "《待检协议》", "《旧协议》"]
    assert rows[3][1] == cases["new"].number


def test_a_cell_that_begins_like_a_formula_stays_text(county, owner):
    county.review(matter='\x07=HYPERLINK("http://example.test")')
    response = owner.get(f"{ADDRESS}workbook/")
    cell = load_workbook(BytesIO(b"".join(response.streaming_content))).active["C4"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://example.test")')


def test_every_system_opens(county, owner):
    from zhunsheng.catalogue.loading import systems
    from zhunsheng.desk.menu import address_of

    for system in systems().values():
        assert owner.get(address_of(system)).status_code == 200, system.slug
        if system.registers:
            assert (
                owner.get(f"/registers/{system.slug}/", {"known": "then", "day": "2020-05-01", "q": "甲"}).status_code
                == 200
            )
    assert not Case.objects.exists()


def test_cases_and_the_list_they_write_lead_to_each_other(county):
    person = signed_in(officer("yuan", "示例戊", county.justice, system="emergency_plan", role="*"))
    cases = person.get("/cases/emergency_plan/").content.decode()
    assert '<a class="btn" href="/registers/emergency_plan/">应急预案库</a>' in cases
    tabs = person.get("/registers/emergency_plan/").context["tabs"]
    assert ("cases", "办件", "/cases/emergency_plan/", 0) in tabs
    assert "/registers/" not in person.get("/cases/emergency_drill/").content.decode()
