"""In a browser: amend the list of powers, have it reviewed by another officer, see the figure move, publish it."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.desk.county import make_county, officer, sit_down
from zhunsheng.registers.actions import apply_entry_change

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def problems(page: Page):
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def test_amend_review_and_publish(live_server, page, problems):
    county = make_county()
    officer("reviewer", "示例丁", county.government, system="power_list", whole_tree=True)
    values = {
        "name": "旧的名称",
        "power_type": "penalty",
        "basis": "示例法第三条",
        "implementing_organ": "示例县司法局",
    }
    apply_entry_change("power_list", county.justice, "add", "A1", values, date(2024, 1, 1))
    home = live_server.url

    sit_down(page, home, "owner", "/registers/power_list/")
    page.click("text=A1")
    expect(page.locator("h1")).to_have_text("旧的名称")
    page.click("summary:has-text('变更')")
    page.click("text=新拟一项变更")
    page.fill("[name=title]", "按新法调整")
    page.click("button:has-text('下一步')")
    page.fill("[name=value_name]", "新的名称")
    page.click("button:has-text('保存')")
    expect(page.locator("ins")).to_have_text("新的名称")
    page.click("text=新增条目")
    page.fill("[name=value_item_code]", "A2")
    page.fill("[name=value_name]", "增加的事项")
    page.select_option("[name=value_power_type]", "licensing")
    page.fill("[name=value_basis]", "示例法第四条")
    page.fill("[name=value_implementing_organ]", "示例县司法局")
    page.click("button:has-text('保存')")
    figure = page.locator("tr", has_text="行政职权事项").first
    expect(figure.locator("td").nth(2)).to_have_text("1")
    expect(figure.locator("td").nth(3)).to_have_text("2")
    page.click("button:has-text('提交审定')")
    expect(page.locator(".message").first).to_contain_text("待审定")
    change_set = page.url

    sit_down(page, home, "reviewer", change_set.removeprefix(home))
    page.click("button:has-text('同意')")
    expect(page.locator(".message-success")).to_contain_text("已生效")
    page.goto(f"{home}/figure/power_list.items/")
    expect(page.locator(".figure-value")).to_contain_text("2")

    page.goto(f"{home}/registers/power_list/versions/new/")
    page.select_option("[name=organ]", label="示例县司法局")
    page.click("main button:has-text('公布')")
    expect(page.locator("article")).to_contain_text("新的名称")
    expect(page.locator(".check-holds")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    for address in (page.url, change_set, f"{home}/registers/power_list/", f"{home}/registers/power_list/comparison/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    assert problems == []
