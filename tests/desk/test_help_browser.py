"""In a browser: the help of a page opens by its key and on the page itself; the tour is walked, gone back and left by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.desk.county import make_county, sit_down

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def at_home(live_server, page: Page):
    county = make_county()
    case = county.accepted()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    sit_down(page, live_server.url, "owner", "/")
    return page, case, problems


def test_help_opens_in_place_by_its_key(at_home, live_server):
    page, case, problems = at_home
    page.goto(f"{live_server.url}/case/{case.pk}/")
    page.keyboard.press("?")
    expect(page.locator("#page-help")).to_contain_text("现在可以办的环节")
    expect(page.locator("#page-help summary")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_text("现在可以办的环节")).to_be_hidden()
    page.fill("[name=q] >> visible=true", "")
    page.keyboard.press("?")
    expect(page.get_by_text("现在可以办的环节")).to_be_hidden()  # typing a question mark is typing
    assert problems == []


def test_the_tour_by_keyboard(at_home, live_server):
    page, case, problems = at_home
    page.click("text=看导览")
    expect(page.locator("#tour")).to_be_focused()
    expect(page.locator("#tour-title")).to_have_text("要办的事在这里")
    for title in ("打开一件", "现在能办什么，依据哪一条", "日子是怎么数的"):
        page.keyboard.press("ArrowRight")
        expect(page.locator("#tour-title")).to_have_text(title)
        expect(page.locator(".tour-target")).to_have_count(1)
    expect(page.locator(".tour-target .receipt").first).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#tour-title")).to_have_text("现在能办什么，依据哪一条")
    page.keyboard.press("Escape")
    page.wait_for_url(f"{live_server.url}/case/{case.pk}/")
    expect(page.locator("#tour")).to_have_count(0)
    page.goto(live_server.url)
    expect(page.get_by_text("看导览")).to_have_count(0)
    assert problems == []


def test_on_a_phone_the_tour_leaves_the_page_readable(at_home, live_server):
    page, case, _problems = at_home
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/case/{case.pk}/?tour=3&case={case.pk}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator("#tour").bounding_box()
    assert box is not None
    assert box["height"] < 844 * 0.56
