"""In a browser: a case found by its number, by two characters, an organ by initials; the keyboard; a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.desk.county import make_county, sit_down

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def at_home(live_server, page: Page):
    """A signed-in page with two cases, and what the browser complained about."""
    county = make_county()
    case = county.review()
    county.review(matter="《示例绿化协议》")
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    sit_down(page, live_server.url, "owner", "/")
    return page, case, problems


def test_find_by_number_by_two_characters_and_by_initials(at_home):
    page, case, problems = at_home
    for typed, title in ((case.number, case.title), ("道路", case.title), ("slxsfj", "示例县司法局")):
        page.keyboard.press("/")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        page.wait_for_url("**/search/?q=*")
        expect(page.locator(".finds [data-find]").first).to_contain_text(title)
        expect(page.locator("#find")).to_have_value(typed)
        page.locator("h1").click()
    page.click(".finds [data-find]")
    page.wait_for_url("**/organs/*/")
    assert problems == []


def test_suggestions_are_chosen_with_the_arrow_keys(at_home, live_server):
    page, case, problems = at_home
    field, options = page.locator("#find"), page.locator("#suggestions [role=option]")
    page.keyboard.press("/")
    page.keyboard.type("道路")
    expect(options).to_have_count(2)  # the case, and all results
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "suggestion-1")
    page.keyboard.press("Escape")
    expect(page.locator("#suggestions")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/case/{case.pk}/")
    assert problems == []


def test_arrow_keys_go_through_the_results(at_home, live_server):
    page, case, problems = at_home
    page.goto(f"{live_server.url}/search/?q=协议")
    finds = page.locator("[data-find]")
    finds.first.focus()
    page.keyboard.press("ArrowDown")
    expect(finds.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/case/{case.pk}/")
    assert problems == []


def test_on_a_phone_the_field_and_the_results_fit(at_home, live_server):
    page, _case, _problems = at_home
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/search/?q=道路")
    assert page.locator("#find").bounding_box()["width"] > 300
    expect(page.locator(".finds mark").first).to_have_text("道路")
    page.fill("#find", "绿化")
    expect(page.locator("#suggestions [role=option]").first).to_contain_text("绿化")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
