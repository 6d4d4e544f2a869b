"""Long lists: however they are counted, sorted and cut into pages, they hold the same cases in the same order."""

from itertools import product

import pytest

from tests.desk.county import SYSTEM, days_ago
from zhunsheng.cases import tallying
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case
from zhunsheng.desk import list_rows
from zhunsheng.desk.list_filters import SORTS, Filters
from zhunsheng.desk.paging import page_of_keys
from zhunsheng.orgs.access import access_of
from zhunsheng.search import indexing

FILTERS = (
    {}, {"course": "open"}, {"course": "closed"}, {"course": "overdue"}, {"state": "submitted"}, {"outcome": "not_reviewed"},
    {"fields": {"kind": "agreement"}}, {"fields": {"kind": "agreement"}, "course": "closed"}, {"days": {"first": days_ago(40)}},
    {"days": {"closed_first": days_ago(30), "closed_last": days_ago(3)}}, {"text": "协议"}, {"text": "协议", "course": "closed"},
    {"text": "协议", "days": {"first": days_ago(40), "last": days_ago(4)}}, {"text": "查无此事"}, {"course": "voided"},
)  # fmt: skip
"""Of every kind one, and some together."""


@pytest.fixture
def cases(county):
    """Thirty of two organs: some new, some overdue, some closed, begun on many days and several on one."""
    for number in range(30):
        organ = county.housing if number % 5 == 0 else county.justice
        kind = "agreement" if number % 3 else "other"
        case = county.review(
            matter=f"第{number}号{'协议' if number % 2 else '文件'}",
            kind=kind,
            on=days_ago(number * 3 // 2 + 2),
            organ=organ,
        )
        if number % 4 == 1:
            perform(case.pk, "accept", on=case.opened_on)
        elif number % 4 == 2:
            perform(case.pk, "return_unreviewed", on=days_ago(number // 2 + 1), values={"return_reason": "材料不齐"})
    return county


def plainly(filters, access):
    """The keys that the filters keep, one condition after the other."""
    found = []
    for case in Case.visible.to(access).filter(system=SYSTEM):
        days = {
            "first": case.opened_on,
            "last": case.opened_on,
            "closed_first": case.closed_on,
            "closed_last": case.closed_on,
        }
        late = case.closed_on is None and case.next_due is not None and case.next_due < days_ago(0)
        fits = [
            filters.course != "open" or case.closed_on is None, filters.course != "closed" or case.closed_on is not None,
            filters.course != "overdue" or late, filters.course != "voided", filters.state in ("", case.state),
            filters.outcome in ("", case.outcome), filters.text in case.title,
            all(case.fields.get(name) == value for name, value in filters.fields.items()),
            all(days[n] is not None and (days[n] >= day if n.endswith("first") else days[n] <= day) for n, day in filters.days.items()),
        ]  # fmt: skip
        if all(fits):
            found.append(case)
    return found


def in_pages(chosen, size=7):
    """The keys page by page."""
    first = page_of_keys(chosen.parts(), "1", size)
    pages = [page_of_keys(chosen.parts(), str(number), size).object_list for number in first.paginator.page_range]
    return [key for page in pages for key in page]


def order_of(case, key):
    value = {"organ": case.path, "due": case.next_due if case.closed_on is None else None}.get(key) or getattr(
        case, SORTS[key]
    )
    return value, case.pk


@pytest.mark.parametrize("is_folded", [False, True])
def test_counts_and_pages_are_those_of_the_rows(cases, is_folded, monkeypatch):
    monkeypatch.setattr(list_rows, "MANY", 5)
    if is_folded:
        assert tallying.fold() > 5
    for officer, given in product((cases.owner, cases.colleague, cases.stranger), FILTERS):
        access = access_of(officer, days_ago(0))
        filters = Filters(SYSTEM, **given)
        expected = plainly(filters, access)
        chosen = list_rows.Chosen(filters, access, days_ago(0))
        assert chosen.counted.total == len(expected), given
        assert chosen.total == len(plainly(Filters(SYSTEM), access))
        newest = sorted(expected, key=lambda case: (case.opened_on, case.pk), reverse=True)
        assert in_pages(chosen) == [case.pk for case in newest], given


@pytest.mark.parametrize("read_through", [0, 3, 15, 1000])
def test_the_newest_with_a_word_are_the_same_however_many_are_read_through_first(cases, monkeypatch, read_through):
    """PostgreSQL reads so many before it goes by the index; the stranger is asked something in cases that are not his."""
    monkeypatch.setattr(indexing, "READ_THROUGH", read_through)
    for officer, most in product((cases.owner, cases.colleague, cases.stranger), (1, 4, 100)):
        access, filters = access_of(officer, days_ago(0)), Filters(SYSTEM, text="协议")
        newest = sorted(plainly(filters, access), key=lambda case: (case.opened_on, case.pk), reverse=True)
        assert in_pages(list_rows.Chosen(filters, access, days_ago(0), most)) == [case.pk for case in newest[:most]]


def test_cases_with_a_frequent_word_are_counted_only_as_far_as_their_page_wants(cases, owner, monkeypatch):
    access, filters = access_of(cases.owner, days_ago(0)), Filters(SYSTEM, text="协议")
    newest = sorted(plainly(filters, access), key=lambda case: (case.opened_on, case.pk), reverse=True)
    keys = [case.pk for case in newest]
    assert len(keys) > 10
    few, all_of_them = (list_rows.Chosen(filters, access, days_ago(0), most) for most in (10, len(keys)))
    assert (in_pages(few), few.counted.total, few.is_more) == (keys[:10], 10, True)
    assert (in_pages(all_of_them), all_of_them.counted.total, all_of_them.is_more) == (keys, len(keys), False)
    since = Filters(SYSTEM, text="协议", days={"first": days_ago(20)})
    assert in_pages(list_rows.Chosen(since, access, days_ago(0), 100)) == [
        case.pk for case in newest if case.opened_on >= days_ago(20)
    ]

    pages = (None, "x", "1", "9", "10", "19", "20")
    assert [list_rows.counted_at(page) for page in pages] == [500, 500, 500, 500, 1000, 1000, 1500]
    monkeypatch.setattr(list_rows, "COUNTED", 2)
    monkeypatch.setattr(list_rows, "PAGE_SIZE", 1)
    shown = owner.get(f"/cases/{SYSTEM}/", {"q": "协议", "page": "3"})
    assert "筛选后超过 4 条" in shown.content.decode()
    assert "筛选出的全部" not in shown.content.decode()
    assert [row.case.pk for row, _cells in shown.context["rows"]] == keys[:4]


@pytest.mark.parametrize("key", SORTS)
@pytest.mark.parametrize("sign", ["", "-"])
def test_every_sorting_holds_all_rows_those_without_a_value_last(cases, key, sign):
    access = access_of(cases.owner, days_ago(0))
    filters = Filters(SYSTEM, sort=sign + key)
    rows = plainly(filters, access)
    filled = [
        case for case in rows if order_of(case, key)[0] not in (None, "") or key in ("outcome", "number", "title")
    ]
    pages = in_pages(list_rows.Chosen(filters, access, days_ago(0)))
    assert sorted(pages) == sorted(case.pk for case in rows)
    ordered = sorted(filled, key=lambda case: order_of(case, key), reverse=bool(sign))
    assert pages[: len(filled)] == [case.pk for case in ordered]


def test_a_very_long_list_is_sorted_by_what_has_an_index(cases, owner, monkeypatch):
    monkeypatch.setattr(list_rows, "MOST_SORTED", 10)
    monkeypatch.setattr("zhunsheng.desk.case_lists.MOST_SORTED", 10)
    page = owner.get(f"/cases/{SYSTEM}/", {"sort": "matter"})
    days = [row.case.opened_on for row, _cells in page.context["rows"]]
    assert days == sorted(days, reverse=True), "as if nothing had been asked for"
    assert page.context["sorted_by"] == "opened_on"
    text = page.content.decode()
    assert "超过 10 条的" in text
    heads = {key: to for key, _name, to in page.context["columns"]}
    assert (page.context["number_sort"], heads["opened_on"], heads["matter"]) == ("number", "opened_on", "")
    few = owner.get(f"/cases/{SYSTEM}/", {"sort": "matter", "course": "overdue"})
    matters = [row.case.fields["matter"] for row, _cells in few.context["rows"]]
    assert matters == sorted(matters)
    assert len(matters) > 1
    assert "超过 10 条的" not in few.content.decode()
