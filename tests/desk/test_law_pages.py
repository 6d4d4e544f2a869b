"""The pages of the law and of the working calendar: what everybody may read, what an administrator may enter."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.desk.county import SYSTEM, officer, signed_in
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.models import Case, Deadline
from zhunsheng.desk.calendar_pages import ranges_of
from zhunsheng.law.models import HolidayNotice
from zhunsheng.law.statutes import limits, statutes
from zhunsheng.law.usage import uses, uses_of_limit, uses_of_statute
from zhunsheng.orgs.models import Duty
from zhunsheng.security.models import AuditEntry

pytestmark = pytest.mark.once

NOTICE = {"year": "2087", "document": "示例：2087 年放假安排", "name": ["元旦", "春节"], "first": ["2087-01-01", ""],
          "last": ["2087-01-02", ""], "made_up": []}  # fmt: skip
WORKED = {**NOTICE, "name": ["国庆节"], "first": ["2087-10-01"], "last": ["2087-10-01"], "made_up": ["2087-01-04", ""]}


@pytest.fixture(autouse=True)
def fresh_stamp():
    HolidayNotice.forget_stamp()
    yield
    HolidayNotice.forget_stamp()


@pytest.fixture
def keeper(county):
    """The administrator of the law alone: no duty in any system of work."""
    return signed_in(officer("keeper", "示例丁", county.government, system="law", role="administrator"))


@pytest.fixture
def clerk(county):
    """A duty in one system of work, none in the law."""
    return signed_in(officer("clerk", "示例戊", county.justice, system=SYSTEM))


def running(county, on):
    """A matter accepted in 2087, its review due within five working days of it, in the year without a notice."""
    values = {"matter": "《示例协议》", "kind": "agreement", "submitting_unit": "示例局", "materials": "草案"}
    case = open_case(SYSTEM, "submit", organ=county.justice, on=on, values=values, today=on)
    return perform(case.pk, "accept", on=on, today=on)


def due(case):
    return Case.objects.get(pk=case.pk).next_due


# --- everybody -------------------------------------------------------------------------------------------------------

PAGES = [
    ("desk:calendar", []),
    ("desk:statutes", []),
    ("desk:statute", ["administrative_reconsideration_law"]),
    ("desk:limits", []),
    ("desk:limit", ["fy_accept_review_5d"]),
]


@pytest.mark.parametrize(("name", "arguments"), PAGES)
def test_law_is_open_to_every_officer_and_to_nobody_else(clerk, client, name, arguments):
    address = reverse(name, args=arguments)
    assert clerk.get(address).status_code == 200
    assert client.get(address).status_code == 302


@pytest.mark.parametrize(("name", "arguments"), PAGES)
def test_pages_of_the_law_ask_the_database_little(clerk, name, arguments):
    clerk.get(reverse(name, args=arguments))
    with CaptureQueriesContext(connection) as asked:
        clerk.get(reverse(name, args=arguments))
    assert len(asked) <= 12


@pytest.mark.django_db
def test_statutes_and_limits_of_every_sort_have_their_page(clerk):
    for key in list(statutes())[::10]:
        assert clerk.get(reverse("desk:statute", args=[key])).status_code == 200, key
    for key in list(limits())[::20]:
        assert clerk.get(reverse("desk:limit", args=[key])).status_code == 200, key


def test_unknown_statute_and_limit(clerk):
    assert clerk.get(reverse("desk:statute", args=["nothing"])).status_code == 404
    assert clerk.get(reverse("desk:limit", args=["nothing"])).status_code == 404


def test_statute_is_found_by_name_and_kind(clerk):
    shown = clerk.get(reverse("desk:statutes"), {"q": "行政复议法", "kind": "law"}).content.decode()
    assert reverse("desk:statute", args=["administrative_reconsideration_law"]) in shown
    assert reverse("desk:statute", args=["civil_code"]) not in shown
    assert "清除筛选" in clerk.get(reverse("desk:statutes"), {"q": "没有这部法"}).content.decode()


def test_limits_not_checked_can_be_told_apart(clerk):
    shown = clerk.get(reverse("desk:limits"), {"checked": "no"}).content.decode()
    wanted = {key for key, limit in limits().items() if not limit.verified}
    assert wanted
    assert all(reverse("desk:limit", args=[key]) in shown for key in wanted)
    assert reverse("desk:limit", args=["fy_accept_review_5d"]) not in shown


def test_statute_names_the_step_that_rests_on_it(clerk):
    """Article 30 of the Reconsideration Law stands in the procedure of reconsideration; a clerk of review cannot go there."""
    used = uses_of_statute("administrative_reconsideration_law")
    assert any(use.article == "30" and use.system.slug == "administrative_reconsideration" for use in used)
    assert [use.article for use in used][-1] != "30"
    shown = clerk.get(reverse("desk:statute", args=["administrative_reconsideration_law"])).content.decode()
    assert "行政复议" in shown
    assert reverse("desk:cases", args=["administrative_reconsideration"]) not in shown


def test_the_uses_of_a_statute_stand_by_system_and_what_versions_say_alike_stands_once(clerk):
    context = clerk.get(reverse("desk:statute", args=["administrative_reconsideration_law"])).context
    rows = [row for system in context["using"] for row in system.rows]
    assert len(rows) == context["uses"] < len(uses_of_statute("administrative_reconsideration_law"))
    assert all(sum(count for _part, count in system.parts) == len(system.rows) for system in context["using"])
    told = {(row.use.system.slug, row.use.article, row.use.part, row.use.name) for row in rows}
    assert len(told) == len(rows)


def test_uses_cite_only_what_is_known():
    assert {use.statute for use in uses()} <= statutes().keys()
    assert {use.limit for use in uses() if use.limit} <= limits().keys()
    assert any(use.system.slug == "administrative_reconsideration" for use in uses_of_limit("fy_accept_review_5d"))


# --- the calculator --------------------------------------------------------------------------------------------------


def test_limit_is_counted_with_its_steps(clerk):
    """27, 29 (make-up day) and 30 September, 8 and 9 October 2024."""
    shown = clerk.get(reverse("desk:limit", args=["fy_accept_review_5d"]), {"start": "2024-09-26"}).content.decode()
    assert "<strong>2024-10-09</strong>" in shown
    assert "2024-09-29（调休上班）：第 2 个工作日" in shown


def test_pause_and_extension_are_counted(clerk):
    asked = {"start": "2024-03-01", "extend": "30", "stop": ["2024-03-11", ""], "resume": ["2024-03-21", ""]}
    shown = clerk.get(reverse("desk:limit", args=["fy_decide_ordinary_60d"]), asked).content.decode()
    # day 90 after 1 March is 30 May; ten days of pause make it 9 June, a Sunday, and the 10th is Dragon Boat Festival
    assert "<strong>2024-06-11</strong>" in shown


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"start": "2024-02-30"}, "起算日"),
        ({"start": "2024-03-01", "extend": "31"}, "最多延长30日"),
        ({"start": "2024-03-01", "extend": "x"}, "不是数"),
        ({"start": "2024-03-01", "stop": ["2024-03-11"], "resume": ["2024-03-01"]}, "早于停止日"),
        ({"start": "2024-03-01", "stop": [""], "resume": ["2024-03-01"]}, "停止日"),
        ({"start": "1700-03-01"}, "1990"),
    ],
)
def test_what_cannot_be_counted_is_said(clerk, asked, said):
    answer = clerk.get(reverse("desk:limit", args=["fy_decide_ordinary_60d"]), asked)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_english_answer_holds_no_chinese_sentence(clerk):
    clerk.cookies["django_language"] = "en"
    shown = clerk.get(reverse("desk:limit", args=["fy_accept_review_5d"]), {"start": "2024-09-26"}).content.decode()
    assert "(make-up working day): working day 2" in shown


# --- the calendar ----------------------------------------------------------------------------------------------------


def test_year_shows_days_off_and_make_up_days_in_words(clerk):
    shown = clerk.get(reverse("desk:calendar"), {"year": "2024"}).content.decode()
    assert '<td class="day-holiday" title="国庆节">1<span class="day-mark">休</span></td>' in shown
    assert '<td class="day-make_up" title="调休上班">29<span class="day-mark">班</span></td>' in shown
    assert "国务院办公厅历年放假通知，数据版本" in shown


def test_days_stand_under_their_weekdays(clerk):
    """1 February 2026 is a Sunday: six empty cells before it."""
    shown = clerk.get(reverse("desk:calendar"), {"year": "2026"}).content.decode()
    february = shown.partition("<caption>2 月</caption>")[2].partition("</table>")[0]
    first_week = february.partition("<tbody>")[2].partition("</tr>")[0]
    assert first_week.count("<td></td>") == 6
    assert ">1</td>" in first_week


def test_unknown_year_says_that_it_is_provisional(clerk):
    shown = clerk.get(reverse("desk:calendar"), {"year": "2087"}).content.decode()
    assert "尚未录入" in shown
    assert 'day-holiday" title' not in shown


@pytest.mark.parametrize("year", ["", "x", "1989", "9999", "²⁰²⁴", "20240"])
def test_senseless_year_is_this_year(clerk, year):
    assert clerk.get(reverse("desk:calendar"), {"year": year}).status_code == 200


def test_ranges_join_neighbouring_days_of_one_holiday():
    days = {date(2087, 1, 1): "元旦", date(2087, 1, 2): "元旦", date(2087, 1, 3): "春节", date(2087, 1, 5): "春节"}
    assert [(r.name, r.days) for r in ranges_of(days)] == [("元旦", 2), ("春节", 1), ("春节", 1)]


# --- who may enter ---------------------------------------------------------------------------------------------------


def test_only_an_administrator_of_the_law_may_enter(county, keeper, clerk, stranger, owner):
    for address in (reverse("desk:calendar-notice"), reverse("desk:calendar-project", args=[2087])):
        for person, status in ((keeper, 200), (owner, 200), (clerk, 404), (stranger, 404)):
            assert person.get(address).status_code == status
    for person in (clerk, stranger):
        assert person.post(reverse("desk:calendar-notice"), {**NOTICE, "enter": "1", "reason": "x"}).status_code == 404
        assert person.post(reverse("desk:calendar-project", args=[2087]), {"reason": "x"}).status_code == 404
    assert not HolidayNotice.objects.exists()
    assert reverse("desk:calendar-notice") not in clerk.get(reverse("desk:calendar")).content.decode()
    assert reverse("desk:calendar-notice") in keeper.get(reverse("desk:calendar")).content.decode()


def test_administrator_of_another_system_is_none_of_the_law(county):
    person = officer("other", "示例己", county.justice, system=SYSTEM, role="administrator")
    assert signed_in(person).get(reverse("desk:calendar-notice")).status_code == 404
    Duty.objects.create(officer=person, organ=county.justice, system="law", role="clerk")
    assert signed_in(person).get(reverse("desk:calendar-notice")).status_code == 404


# --- entering --------------------------------------------------------------------------------------------------------


def test_preview_shows_old_and_new_day_and_writes_nothing(county, owner):
    case = running(county, on=date(2087, 1, 1))
    before = due(case)
    answer = owner.post(reverse("desk:calendar-notice"), {**NOTICE, "preview": "1"}).content.decode()
    assert case.number in answer
    assert before.isoformat() in answer
    assert due(case) == before
    assert not HolidayNotice.objects.exists()


def test_entering_moves_what_rests_on_the_year(county, owner):
    case = running(county, on=date(2087, 1, 1))
    before = due(case)
    answer = owner.post(reverse("desk:calendar-notice"), {**NOTICE, "enter": "1", "reason": "通知公布"}, follow=True)
    assert "已录入 2087 年放假安排" in answer.content.decode()
    assert HolidayNotice.objects.get().entered_by == county.owner
    assert due(case) > before
    assert AuditEntry.objects.get(action="law.notice").detail["reason"] == "通知公布"
    assert AuditEntry.objects.get(action="case.reproject").officer == county.owner


def test_nothing_is_entered_without_a_reason(county, owner):
    answer = owner.post(reverse("desk:calendar-notice"), {**NOTICE, "enter": "1", "reason": " "})
    assert answer.status_code == 422
    assert "请写明理由" in answer.content.decode()
    assert not HolidayNotice.objects.exists()


def test_known_year_is_replaced_only_after_it_was_shown(county, owner):
    owner.post(reverse("desk:calendar-notice"), {**NOTICE, "enter": "1", "reason": "通知公布"})
    other = {**NOTICE, "document": "更正"}
    shown = owner.post(reverse("desk:calendar-notice"), {**other, "enter": "1", "reason": "更正"})
    assert shown.status_code == 422
    assert HolidayNotice.objects.get().document == NOTICE["document"]
    assert 'name="replace"' in shown.content.decode()
    owner.post(reverse("desk:calendar-notice"), {**other, "enter": "1", "reason": "更正", "replace": "1"})
    assert HolidayNotice.objects.get().document == "更正"
    assert "更正" in owner.get(reverse("desk:calendar-notice"), {"year": "2087"}).content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"year": "x"}, "年份"),
        ({"document": ""}, "通知名称"),
        ({"first": ["", ""], "last": ["", ""]}, "放假日"),
        ({"first": ["2087-02-30", ""]}, "元旦"),
        ({"last": ["2086-12-01", ""]}, "起止日期"),
        ({"name": ["", ""]}, "节日名称"),
        ({"first": ["2087-01-01", "2087-01-02"], "last": ["2087-01-03", "2087-01-05"]}, "同时写在"),
        ({"made_up": ["2087-01-06"]}, "不是周末"),
        ({"made_up": ["下周六"]}, "调休上班日"),
        ({"first": ["2085-01-01", ""], "last": ["2085-01-02", ""]}, "2087"),
    ],
)
def test_wrong_notice_comes_back_with_what_was_typed(owner, change, said):
    answer = owner.post(reverse("desk:calendar-notice"), {**NOTICE, **change, "preview": "1"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert "days_off" not in text
    assert "make_up_days" not in text
    assert not HolidayNotice.objects.exists()


# --- days that would become earlier ----------------------------------------------------------------------------------


def test_earlier_day_is_kept_until_it_is_ticked(county, owner):
    case = running(county, on=date(2087, 1, 3))
    before = due(case)
    preview = owner.post(reverse("desk:calendar-notice"), {**WORKED, "preview": "1"}).content.decode()
    key = f"{case.pk}:{Deadline.objects.get(case=case, state='running', due_on=before).key}"
    assert f'name="confirm" value="{key}"' in preview
    owner.post(reverse("desk:calendar-notice"), {**WORKED, "enter": "1", "reason": "通知公布"})
    assert due(case) == before
    assert "等待决定" in owner.get(reverse("desk:calendar"), {"year": "2087"}).content.decode()
    address = reverse("desk:calendar-project", args=[2087])
    assert owner.post(address, {"confirm": key}).status_code == 422
    owner.post(address, {"confirm": key, "reason": "已重新告知"})
    assert due(case) < before
    assert "等待决定" not in owner.get(reverse("desk:calendar"), {"year": "2087"}).content.decode()


def test_nobody_decides_on_a_case_he_may_not_see(county, keeper):
    case = running(county, on=date(2087, 1, 3))
    before = due(case)
    key = f"{case.pk}:{Deadline.objects.get(case=case, state='running', due_on=before).key}"
    preview = keeper.post(reverse("desk:calendar-notice"), {**WORKED, "preview": "1"}).content.decode()
    assert case.number not in preview
    assert "另有" in preview
    keeper.post(
        reverse("desk:calendar-notice"), {**WORKED, "enter": "1", "reason": "通知公布", "confirm": [key, "*", "x:y"]}
    )
    assert HolidayNotice.objects.exists()
    assert due(case) == before


def test_preview_asks_as_often_for_many_cases_as_for_one(county, owner):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            owner.post(reverse("desk:calendar-notice"), {**NOTICE, "preview": "1"})
        return len(asked)

    running(county, on=date(2087, 1, 1))
    queries()
    one = queries()
    for _ in range(5):
        running(county, on=date(2087, 1, 1))
    assert queries() == one
