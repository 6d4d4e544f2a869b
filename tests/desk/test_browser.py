"""In a browser: open a case, act in place, see it on the timeline; the keyboard; the chart; a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.desk.county import make_county, sit_down

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def at_home(live_server, page: Page):
    """A signed-in page with two cases, and what the browser complained about."""
    county = make_county()
    case = county.accepted()
    county.review()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    sit_down(page, live_server.url, "owner", "/")
    return page, case, problems


def test_act_in_place_and_see_it_on_the_timeline(at_home):
    page, case, problems = at_home
    page.click(f"text={case.title}")
    page.click("text=确定承办人 >> visible=true")
    form = page.locator("#action-form form")
    expect(form).to_be_visible()
    form.locator("button[type=submit]").click()
    expect(page.locator(".field-error")).to_have_text("必须填写")
    page.fill("[name=value_reviewer_name]", "示例戊")
    form.locator("button[type=submit]").click()
    expect(page.locator(".timeline > li").first).to_contain_text("示例戊")
    expect(page.locator(".message-success")).to_contain_text("已办理：确定承办人")
    page.click("text=入账")
    expect(page.locator("#tab table")).to_contain_text("收到合法性审查事项")
    assert "tab=postings" in page.url
    assert problems == []


def test_the_keyboard_reaches_search_and_rows(at_home, live_server):
    page, _case, problems = at_home
    page.goto(f"{live_server.url}/cases/legality_review/")
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.locator("tr[data-href]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/case/*/")
    assert problems == []


def test_the_keys_are_listed_and_do_what_the_list_says(at_home, live_server):
    page, case, problems = at_home
    page.goto(f"{live_server.url}/cases/legality_review/")
    page.keyboard.press("?")
    expect(page.locator("#page-help .shortcuts")).to_be_visible()
    expect(page.locator("#page-help .shortcuts")).to_contain_text("到顶部的查找框")
    page.keyboard.press("?")
    expect(page.locator("#page-help .shortcuts")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr[data-href]").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("tr[data-href]").first).to_be_focused()
    page.keyboard.press("f")
    page.keyboard.type("j?2")
    expect(page.locator("#q")).to_have_value("j?2")
    page.goto(f"{live_server.url}/case/{case.pk}/")
    page.keyboard.press("6")
    expect(page.locator("#tab .tabs a[aria-current]")).to_contain_text("入账")
    page.keyboard.press("a")
    form = page.locator("#action-form form#step-form")
    expect(form).to_be_visible()
    form.locator("[name=note]").press("Control+Enter")
    expect(page.locator(".field-error, .message-success").first).to_be_visible()
    page.goto(f"{live_server.url}/case/{case.pk}/")
    page.keyboard.press("t")
    page.wait_for_url(f"{live_server.url}/")
    assert problems == []


def test_the_chart_is_drawn(at_home, live_server):
    page, _case, problems = at_home
    page.goto(f"{live_server.url}/figure/legality_review.received/")
    expect(page.locator("[data-chart] canvas")).to_be_visible()
    assert problems == []


def test_on_a_phone_nothing_is_wider_than_the_screen(at_home, live_server):
    page, case, _problems = at_home
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/", f"/case/{case.pk}/", "/cases/legality_review/", "/figure/legality_review.received/"):
        page.goto(live_server.url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    menu = page.locator("nav.menu")
    expect(menu).to_be_hidden()
    page.click(".menu-button")
    expect(menu).to_be_visible()
