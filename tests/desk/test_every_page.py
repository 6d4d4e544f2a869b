"""In a browser: every page of the site in both languages: it opens, can be used without eyes and on a phone, and is light.

The pages come from gallery.kinds, so that a page that stands in no line there fails here. One walk uses the keyboard only.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect

from gallery.browser import NARROW, WIDE, open_kind, route_of, sign_in, speak
from gallery.kinds import KINDS, NO_PAGE, Kind, missing, routes
from gallery.scene import Place, set_scene
from tests.desk.county import PASSWORD, County, days_ago, make_county, officer
from zhunsheng.orgs.models import Officer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

MOST_REQUESTS = 12
HEAVIEST, HEAVIEST_PAGE = 1_600_000, 300_000
"""Bytes before compression: with styles, scripts and the charts, and the page alone."""
# What a page is built of is the same in both languages, and judging it takes longest: it is done in Chinese, and what stands
# around every page of the desk, its head and its menu, is judged with the first of them.
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
ACCESSIBILITY = Path(__file__).with_name("accessibility.js").read_text(encoding="utf-8")
LOADED = """() => {
    const [page] = performance.getEntriesByType('navigation'), parts = performance.getEntriesByType('resource');
    return [page.decodedBodySize, parts.reduce((sum, part) => sum + part.decodedBodySize, page.decodedBodySize), parts.length];
}"""
TEXT = """() => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (walk.nextNode()) {
        const place = walk.currentNode.parentElement;
        if (!place.closest('[lang=en], code, script, noscript')) { found.push(walk.currentNode.textContent); }
    }
    return found.join(' ');
}"""
ENGLISH = {
    "Excel", "xlsx", "csv", "JSON", "docx", "html", "pdf", "txt", "Chrome", "Linux", "TOTP", "Microsoft", "Authenticator", "SHA", "Cookie",
    "Sheet", "xzfy", "Word", "WPS", "DOCX", "PDF", "PostgreSQL", "https", "README", "Ctrl", "Enter", "Esc",
}  # fmt: skip
"""What an officer reads in English every day: programs, kinds of files and keys; and what his own workbook calls its sheet."""
TOO_WIDE = """() => {
    if (document.documentElement.scrollWidth <= window.innerWidth) { return []; }
    const scrolls = element => element && (getComputedStyle(element).overflowX !== 'visible' || scrolls(element.parentElement));
    const out = [...document.body.querySelectorAll('*')]
        .filter(one => one.getBoundingClientRect().right > window.innerWidth + 1 && !scrolls(one.parentElement));
    return [document.documentElement.scrollWidth + ' pixels', ...out.slice(0, 3).map(one => one.outerHTML.slice(0, 120))];
}"""


@pytest.fixture
def county(settings, tmp_path) -> County:
    settings.MEDIA_ROOT = tmp_path
    return make_county()


@pytest.fixture
def scene(county) -> dict[str, Any]:
    chief = officer("chief", "示例戊", county.government, whole_tree=True)
    organs = (county.government, county.justice, county.housing)
    year = days_ago(0).year
    return set_scene(Place(chief, *organs, (county.justice, county.housing), "示例县住房保障局", year, PASSWORD))


@dataclass
class Judge:
    """Says what axe finds; remembers whose head and menu, and which looks of a text, it has judged."""

    around: set[Page] = field(default_factory=set)
    known: list[str] = field(default_factory=list)

    def grave(self, page: Page) -> list[str]:
        told = page.evaluate(ACCESSIBILITY, {"isFirst": page not in self.around, "known": self.known})
        self.around.add(page)
        self.known = told["passed"]
        return [f"{one['rule']} ({one['help']}): {one['where']}" for one in told["found"]]


def resize(page: Page, size: ViewportSize) -> None:
    """The browser takes its time for it even where nothing changes."""
    if page.viewport_size != size:
        page.set_viewport_size(size)


def faults(page: Page, judge: Judge | None) -> list[str]:
    """What is wrong with the page that is open, for somebody without eyes, on a phone, or on a slow line; the judge comes to those
    in Chinese."""
    own, everything, requests = page.evaluate(LOADED)
    found = []
    if own > HEAVIEST_PAGE or everything > HEAVIEST or requests > MOST_REQUESTS:
        found.append(f"too heavy: {own:,} of {everything:,} bytes, {requests} requests")
    text = page.evaluate(TEXT)
    found += [f"not meant to be read: {mark}" for mark in ("<<<<<<<", "{{", "{%", "None", "Words(") if mark in text]
    if judge:
        found += judge.grave(page)
        accounts = " ".join(Officer.objects.values_list("username", flat=True))
        known = ENGLISH | set(re.findall(r"[A-Za-z]{3,}", accounts))
        words = set(re.findall(r"[A-Za-z]{3,}", re.sub(r"\b[0-9a-f]{12,}\b", "", text)))
        found += [f"English: {word}" for word in sorted(words - known)]
    resize(page, NARROW)
    if wide := page.evaluate(TOO_WIDE):
        found.append(f"wider than a phone: {wide}")
    return found


PARTS = 3


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_in_chinese(live_server, browser: Browser, scene, part):
    """In parts, so that several processors look at once."""
    first, last = (len(KINDS) * number // PARTS for number in (part, part + 1))
    problems, _shown = looked_at(KINDS[first:last], live_server.url, browser, scene, "zh", WIDE)
    assert problems == [], "\n".join(problems)


def test_every_page_in_english(live_server, browser: Browser, scene):
    problems, shown = looked_at(KINDS, live_server.url, browser, scene, "en", NARROW)
    assert problems == [], "\n".join(problems)
    unseen = missing(shown)
    assert not unseen, (
        f"Nobody looks at {', '.join(sorted(unseen))}. Add a line to KINDS in gallery/kinds.py (and its record to "
        "gallery/scene), or, when it is no page of its own, to NO_PAGE there."
    )


def is_complaint(said: ConsoleMessage) -> bool:
    """Whether the console tells of something wrong; of pages that are refused on purpose the browser tells there, too."""
    return said.type in ("error", "warning") and not said.text.startswith("Failed to load resource")


def looked_at(
    kinds: Sequence[Kind], site: str, browser: Browser, scene: dict[str, Any], language: str, size: ViewportSize
) -> tuple[list[str], set[str]]:
    """What is wrong with the pages, and the routes they were on."""
    problems, shown = [], set()
    signed_in, stranger = (browser.new_context(viewport=size).new_page() for _ in range(2))
    sign_in(signed_in, site, "chief", PASSWORD)
    errors: list[str] = []
    judge = Judge() if language == "zh" else None
    for page in (signed_in, stranger):
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if is_complaint(said) else None)
        if judge:
            page.add_init_script(AXE)
        speak(page.context, site, language)
    for kind in kinds:
        page = signed_in if kind.signed_in else stranger
        resize(page, size)
        status = open_kind(page, site, kind, scene)
        shown.add(route_of(page, site))
        told = errors + faults(page, judge)
        if status != kind.status:
            told.append(f"status {status} instead of {kind.status}")
        problems += [f"{kind.name} ({language}): {problem}" for problem in told]
        errors.clear()
    for page in (signed_in, stranger):
        page.context.close()
    return problems, shown


def test_a_text_too_pale_is_found_on_a_page_whose_looks_are_known(live_server, county, page: Page):
    page.add_init_script(AXE)
    judge = Judge()
    page.goto(f"{live_server.url}/sign-in/")
    assert judge.grave(page) == []
    known = judge.known
    assert known
    page.reload()
    assert judge.grave(page) == []
    assert judge.known == known
    page.evaluate("document.querySelector('main label').style.color = '#ccc'")
    assert [fault.partition(" ")[0] for fault in judge.grave(page)] == ["color-contrast"]
    page.evaluate("document.querySelector('main label').style.color = ''")
    page.evaluate("document.querySelector('main').style.backgroundColor = '#555'")
    assert "color-contrast" in {fault.partition(" ")[0] for fault in judge.grave(page)}


def test_a_row_without_a_name_is_found_among_rows_built_alike(page: Page):
    rows = "<li><a href='#'>示例</a></li>" * 9
    page.set_content(f"<!doctype html><html lang='zh'><title>示例</title><main><h1>示例</h1><ul>{rows}</ul></main>")
    page.evaluate(AXE)
    assert Judge().grave(page) == []
    page.evaluate("document.querySelectorAll('li a')[6].textContent = ''")
    assert [fault.partition(" ")[0] for fault in Judge().grave(page)] == ["link-name"]


def test_what_is_said_to_be_no_page_is_a_route():
    assert set().union(*NO_PAGE.values()) <= set(routes())


def test_the_whole_way_by_keyboard(live_server, county, page: Page):
    """Skip link, menu, list, open with Enter, take a step, leave: no mouse."""
    case = county.accepted()
    keys, focused = page.keyboard, page.locator(":focus")

    def tab_to(what: str) -> None:
        for _ in range(60):
            keys.press("Tab")
            if focused.count() and what in (focused.inner_text() or focused.get_attribute("name") or ""):
                return
        raise AssertionError(f"the keyboard does not reach {what}")

    page.goto(f"{live_server.url}/sign-in/")
    keys.type("owner")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    page.wait_for_url(f"{live_server.url}/")
    keys.press("Tab")
    expect(focused).to_have_text("跳到正文")
    tab_to("合法性审查")
    keys.press("Enter")
    page.wait_for_url("**/cases/legality_review/**")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.locator("main")).to_be_focused()
    tab_to(case.number)
    keys.press("Enter")
    page.wait_for_url(f"**/case/{case.pk}/")
    tab_to("确定承办人")
    keys.press("Enter")
    expect(page.locator("#action-form form")).to_be_visible()
    tab_to("value_reviewer_name")
    keys.type("示例戊")
    tab_to("确定承办人")
    keys.press("Enter")
    expect(page.locator(".message-success")).to_contain_text("已办理：确定承办人")
    tab_to("退出")
    keys.press("Enter")
    page.wait_for_url(f"{live_server.url}/sign-in/")
