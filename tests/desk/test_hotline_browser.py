"""In a browser: a hotline order is taken, dispatched (which asks the bureau), returned by the bureau it went to, given to another, answered, called
back and closed; each finds it under 待办 where it stands."""

import pytest
from playwright.sync_api import Page, expect

from tests.desk.county import make_county, officer, sit_down
from tests.desk.test_case_browser import fill, take
from zhunsheng.cases.models import Assignment, Case
from zhunsheng.orgs.models import Organ

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
SITE_TABS = {"asked": "交办给我们的", "waiting": "等待他人的", "returned": "被退回的"}


@pytest.fixture
def county(live_server):
    """The county with a hotline and a water bureau, and an officer in each."""
    made = make_county()
    for username, name, organ in (("operator", "示例丁", "示例县热线中心"), ("water", "示例戊", "示例县水利局")):
        where = Organ.objects.create(
            region=made.region, parent=made.government, kind="department", name=organ, mark=organ[-4:-2]
        )
        officer(username, name, where)
    return made


def verb(page: Page, site: str, case: Case, action: str, values: dict[str, str]) -> None:
    """An answer to what was asked, from the top of the page."""
    page.goto(f"{site}/case/{case.pk}/")
    page.click(f".waiting-line a[href^='/case/{case.pk}/act/{action}/']")
    form = page.locator("#action-form form#step-form")
    expect(form).to_be_visible()
    fill(form, 0, values)
    form.locator("button[type=submit].btn-primary").click()
    expect(page.locator(".message-success")).to_contain_text("已办理")


def tab_of(page: Page, site: str, tab: str):
    page.goto(f"{site}/?show={tab}")
    expect(page.locator(".tabs a[aria-current]")).to_contain_text(SITE_TABS[tab])
    return page.locator("main table")


def test_a_hotline_order_from_the_call_to_the_call_back(county, live_server, page):
    site = live_server.url
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    sit_down(page, site, "operator", "/cases/hotline_workorder/")
    page.click("main .head-tools >> text=受理建单")
    page.click("#step-form summary")
    fill(page.locator("#step-form"), 0, {
        "value_channel": "phone", "value_theme": "complaint", "value_matter": "小区门前路面塌陷积水", "value_place": "示例路1号",
        "value_caller-name": "示例己",
    })  # fmt: skip
    page.click("#step-form button.btn-primary")
    page.wait_for_url("**/case/*/")
    case = Case.objects.get()
    take(page, site, case, "dispatch", 0, value_unit="示例县住房和城乡建设局")
    expect(page.locator(".waiting-line")).to_contain_text("已交办示例县住房和城乡建设局，等待答复")
    expect(tab_of(page, site, "waiting")).to_contain_text(case.number)

    sit_down(page, site, "colleague")
    tab_of(page, site, "asked").locator("a").first.click()
    expect(page.locator(".waiting-line")).to_contain_text("示例县热线中心")
    verb(page, site, case, "office.send_back", {"value_text": "该处为供水管线，属水利部门职责"})

    sit_down(page, site, "operator", "/")
    expect(page.locator("main .sentence")).to_contain_text("被退回的有 1 件")
    tab_of(page, site, "returned").locator("a").first.click()
    expect(page.locator(".waiting-line")).to_contain_text("已退回：该处为供水管线")
    take(page, site, case, "return_request", 0, value_return_ground="not_responsible", value_return_reason="供水管线")
    take(page, site, case, "redispatch", 0, value_unit="示例县水利局")
    page.goto(f"{site}/?show=returned")
    expect(page.locator("main")).to_contain_text("没有这样的事项")

    sit_down(page, site, "water")
    tab_of(page, site, "asked").locator("a").first.click()
    verb(page, site, case, "office.reply", {"value_text": "管线已经修复，路面已恢复"})

    sit_down(page, site, "operator")
    take(page, site, case, "receive", 0)
    take(page, site, case, "reply", 0)  # the form begins with what the bureau has answered
    take(page, site, case, "call_back", 0, value_resolved="true", value_satisfaction="satisfied")
    take(page, site, case, "close", 0, outcome="resolved")
    expect(page.locator(".now")).to_contain_text("办结")
    page.goto(site)
    expect(page.locator("main .sentence")).to_contain_text("0 件未办结")
    case = Case.objects.get()
    assert (case.state, case.outcome, case.fields["reply"]) == ("closed", "resolved", "管线已经修复，路面已恢复")
    assert list(Assignment.objects.order_by("number").values_list("state", flat=True)) == ["returned", "answered"]
    page.goto(f"{site}/figure/hotline_workorder.orders_done/")
    expect(page.locator(".figure-value")).to_contain_text("1")
    assert problems == []
