"""In a browser: merge two departments, see what that touches, and find the cases and lists with the successor."""

import pytest
from playwright.sync_api import Page, expect

from tests.desk.county import days_ago, make_county, officer, sit_down
from zhunsheng.registers.actions import apply_entry_change

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def test_two_departments_are_merged(live_server, page: Page):
    county = make_county()
    officer("administrator", "示例庚", county.government, system="orgs", role="administrator", whole_tree=True)
    case = county.accepted()
    values = {
        "item_code": "A1", "name": "示例处罚事项", "power_type": "penalty", "basis": "建筑法第六十四条",
        "implementing_organ": county.housing.name,
    }  # fmt: skip
    apply_entry_change("power_list", county.housing, "add", "A1", values, days_ago(30))
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    site = live_server.url
    sit_down(page, site, "administrator", "/organs/")
    page.click(f"main >> text={county.housing.name}")
    page.click("main >> text=机构改革")
    page.check(f"text={county.justice.name}")
    page.fill("[name=on]", days_ago(1).isoformat())
    page.fill("[name=name]", "示例县综合局")
    page.fill("[name=document]", "示委〔2026〕1号")
    page.fill("[name=reason]", "机构改革方案")
    page.click("text=下一步")
    touched = page.locator("main table")
    expect(touched).to_contain_text("在办：合法性审查")
    expect(touched).to_contain_text("清单：权责清单")
    page.click("main button:has-text('执行')")
    expect(page.locator(".message-success")).to_contain_text("机构改革已执行")
    page.click("text=退出")
    sit_down(page, site, "owner", "/")
    expect(page.locator("main")).to_contain_text(case.title)
    page.goto(f"{site}/registers/power_list/")
    expect(page.locator("main")).to_contain_text("示例县综合局")
    page.goto(f"{site}/case/{case.pk}/")
    expect(page.locator(".timeline > li").first).to_contain_text("机构改革（合并），示委〔2026〕1号")
    assert problems == []
