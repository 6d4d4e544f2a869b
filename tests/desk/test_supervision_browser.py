"""In a browser: the year begins. A plan is read, looked through beside its text and confirmed; thirty departments and eleven
towns have their tasks, one takes its task up, and the matrix shows it down to the town."""

import pytest
from playwright.sync_api import Page, expect

from tests.desk.test_organ_browser import sign_in
from tests.supervision.seat import make_seat
from zhunsheng.cases.models import Case

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

PLAN = """示例县2026年法治政府建设工作要点
一、规范行政执法
1.开展案卷评查。开展行政执法案卷自查。（责任单位：各部门；完成时限：年底前）
二、夯实基层基础
2.规范基层执法。公示执法事项。（责任单位：各乡镇；完成时限：年底前）
3.配齐审核人员。增加法制审核人员。（县编办负责，年底前完成）
"""
DEPARTMENTS = ("司法局", *(f"示例{number}局" for number in range(1, 30)))


@pytest.fixture
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "zh-CN"}


def test_a_plan_becomes_the_tasks_of_thirty_organs_and_eleven_towns(live_server, page: Page):
    make_seat(DEPARTMENTS, towns=11)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    site = live_server.url
    sign_in(page, site, "office")
    page.click("nav >> text=规划与要点")
    page.click("text=读入规划")
    page.fill("#id_pasted", PLAN)
    page.select_option("#id_level", "county")
    page.fill("#id_mark", "要26")
    page.fill("#id_issued_on", "2026-03-02")
    page.click("main button:has-text('读入')")
    expect(page.locator(".messages")).to_contain_text("已读出 3 项措施")
    expect(page.locator("#place-1")).to_have_text("1开展行政执法案卷自查")
    expect(page.locator("button:has-text('确认分解')")).to_be_disabled()
    page.click(".chip:has-text('缺 1')")
    expect(page.locator(".field-error")).to_contain_text("没有「县编办」这个单位")
    page.fill("#lead-0", "司法局")
    page.click("button:has-text('只保存')")
    expect(page.locator(".step-missing")).to_have_count(0)
    page.click("button:has-text('确认分解')")
    # Thirty departments, eleven towns, and the bureau of justice once more.
    expect(page.locator(".messages")).to_contain_text("已确认：3 项措施，42 件任务分解到单位")
    expect(page.locator("tr:has-text('规范基层执法')")).to_contain_text("0/11")
    assert Case.objects.filter(system="task_ledger").values("organ").distinct().count() == 41

    page.context.clear_cookies()
    sign_in(page, site, "clerk")
    page.click("nav >> text=我单位任务")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator("tr", has_text="增加法制审核人员").locator("a:has-text('认领')").click()
    page.click("main form button.btn-primary")
    expect(page.locator("main")).to_contain_text("推进中")

    page.context.clear_cookies()
    sign_in(page, site, "office")
    page.goto(f"{site}/supervision/matrix/?year=2026")
    expect(page.locator("tfoot")).to_contain_text("0/42")
    assert page.locator("thead th").count() == 2 + 41
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert not problems
    assert page.locator("thead th").last.inner_text().strip() == "第11镇人民政府"
