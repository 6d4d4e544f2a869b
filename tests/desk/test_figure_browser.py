"""In a browser: close a month, post late, see the correction; from a figure over an organ to its records."""

import pytest
from playwright.sync_api import Page, expect

from tests.desk.county import SYSTEM, days_ago, make_county, officer, sit_down
from zhunsheng.ledger.months import month_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def test_close_a_month_post_late_and_follow_the_figure_to_its_records(live_server, page: Page):
    county = make_county()
    officer("counting", "示例庚", county.government, whole_tree=True)
    county.review(organ=county.housing)
    sit_down(page, live_server.url, "counting")
    day = days_ago(days_ago(0).day)  # the last day of the month before
    page.goto(f"{live_server.url}/figures/closing/?year={day.year}&month={month_of(day)}")
    page.check("input[name=confirmed]")
    page.click("#month button[type=submit]")
    expect(page.locator(".message-success")).to_contain_text("已结账")
    county.review(on=day)
    page.reload()
    expect(page.locator("#month")).to_contain_text("收到合法性审查事项")
    page.goto(f"{live_server.url}/figure/{SYSTEM}.received/")
    expect(page.locator("[data-chart] canvas")).to_be_visible()
    page.locator("#organs tbody tr").filter(has_text="示例县司法局").locator("a").click()
    expect(page.locator("main table")).to_contain_text(f"更正 {month_of(day)}")
