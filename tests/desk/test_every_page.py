"""In a browser: every page of the site in both languages: it opens, can be used without eyes and on a phone, and is light.

The pages come from gallery.kinds, so that a page that stands in no line there fails here. One walk uses the keyboard only.
"""

import re
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from gallery.browser import NARROW, WIDE, open_kind, route_of, sign_in, speak
from gallery.kinds import KINDS, NO_PAGE, missing, routes
from gallery.scene import Place, set_scene
from tests.desk.county import PASSWORD, County, days_ago, make_county, officer
from zhunsheng.orgs.models import Officer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

GRAVE = {"serious", "critical"}
MOST_REQUESTS = 12
HEAVIEST, HEAVIEST_PAGE = 1_600_000, 300_000
"""Bytes before compression: with styles, scripts and the charts, and the page alone."""
# What a page is built of is the same in both languages, and judging it takes longest: it is done in Chinese, and what stands
# around every page of the desk, its head and its menu, is judged with the first of them.
AXE = """isFirst => axe.run(isFirst ? document : {exclude: [['header.top'], ['nav.menu']]}, {resultTypes: ['violations']})
    .then(found => found.violations.map(one => ({
        rule: one.id, impact: one.impact, help: one.help, where: one.nodes.slice(0, 3).map(node => node.html.slice(0, 160))
    })))"""
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


def faults(page: Page, is_chinese: bool, is_first: bool) -> list[str]:
    """What is wrong with the page that is open, for somebody without eyes, on a phone, or on a slow line; ``is_first``: of those
    with this head and menu."""
    own, everything, requests = page.evaluate(LOADED)
    found = []
    if own > HEAVIEST_PAGE or everything > HEAVIEST or requests > MOST_REQUESTS:
        found.append(f"too heavy: {own:,} of {everything:,} bytes, {requests} requests")
    text = page.evaluate(TEXT)
    found += [f"not meant to be read: {mark}" for mark in ("<<<<<<<", "{{", "{%", "None", "Words(") if mark in text]
    if is_chinese:
        found += [
            f"{one['rule']} ({one['help']}): {one['where']}"
            for one in page.evaluate(AXE, is_first)
            if one["impact"] in GRAVE
        ]
        accounts = " ".join(Officer.objects.values_list("username", flat=True))
        known = ENGLISH | set(re.findall(r"[A-Za-z]{3,}", accounts))
        words = set(re.findall(r"[A-Za-z]{3,}", re.sub(r"\b[0-9a-f]{12,}\b", "", text)))
        found += [f"English: {word}" for word in sorted(words - known)]
    page.set_viewport_size(NARROW)
    if wide := page.evaluate(TOO_WIDE):
        found.append(f"wider than a phone: {wide}")
    return found


@pytest.mark.parametrize(("language", "size"), [("zh", WIDE), ("en", NARROW)])
def test_every_page(live_server, browser: Browser, scene, language, size):
    site, problems, shown = live_server.url, [], set()
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    signed_in, stranger = (browser.new_context(viewport=size).new_page() for _ in range(2))
    sign_in(signed_in, site, "chief", PASSWORD)
    errors: list[str] = []
    judged: set[bool] = set()
    for page in (signed_in, stranger):
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.add_init_script(axe)
        speak(page.context, site, language)
    for kind in KINDS:
        page = signed_in if kind.signed_in else stranger
        page.set_viewport_size(size)
        status = open_kind(page, site, kind, scene)
        shown.add(route_of(page, site))
        told = errors + faults(page, language == "zh", kind.signed_in not in judged)
        judged.add(kind.signed_in)
        if status != kind.status:
            told.append(f"status {status} instead of {kind.status}")
        problems += [f"{kind.name} ({language}): {problem}" for problem in told]
        errors.clear()
    for page in (signed_in, stranger):
        page.context.close()
    assert problems == [], "\n".join(problems)
    unseen = missing(shown)
    assert not unseen, (
        f"Nobody looks at {', '.join(sorted(unseen))}. Add a line to KINDS in gallery/kinds.py (and its record to "
        "gallery/scene), or, when it is no page of its own, to NO_PAGE there."
    )


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
