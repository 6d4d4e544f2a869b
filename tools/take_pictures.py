"""Takes the pictures of the handbook anew: the steps of the first-day tour, on a demonstration that is being served.

    zhunsheng demo load && zhunsheng serve
    python -m tools.take_pictures http://127.0.0.1:8000

Signs in as a clerk of the demonstration, walks the tour in both languages, and writes docs/pictures/. Nothing is changed there:
no step is taken.
"""

import sys
from pathlib import Path

import yaml
from playwright.sync_api import Page, sync_playwright

from tools import ensure_browser

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs/pictures"
NAMES = [
    step["picture"] for step in yaml.safe_load((ROOT / "src/zhunsheng/desk/tour.yaml").read_text(encoding="utf-8"))
]
CLERK = "gongkai"
WIDTH, HEIGHT = 1140, 400
LANGUAGES = {"zh": "zh-CN", "en": "en"}


def sign_in(page: Page, site: str, language: str) -> None:
    page.goto(f"{site}/sign-in/")
    page.fill("#id_username", CLERK)
    page.fill("#id_password", page.locator("p code").first.inner_text())  # what the page says of the demonstration
    page.press("#id_password", "Enter")
    page.wait_for_selector("nav.menu")
    if language == "en":
        page.click("button[name=language][value=en]")
        page.wait_for_selector("html[lang=en]")


def take(page: Page, file: Path) -> None:
    """The part of the page that the step points at, with some of what is around it; without the words of the tour."""
    page.evaluate("document.querySelector('#tour').hidden = true")
    target = page.locator(".tour-target")
    box = target.bounding_box()
    if box is None:
        raise SystemExit(f"{page.url}: nothing is pointed at")
    page.evaluate("top => window.scrollTo(0, window.scrollY + top)", box["y"] - 90)
    left = page.evaluate("document.querySelector('main').getBoundingClientRect().left")
    page.screenshot(path=file, clip={"x": left, "y": 0, "width": WIDTH - left, "height": HEIGHT})


def main(site: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=ensure_browser.browser(), args=["--no-sandbox", "--disable-gpu"]
        )
        for language, locale in LANGUAGES.items():
            page = browser.new_context(viewport={"width": WIDTH, "height": 900}, locale=locale).new_page()
            sign_in(page, site, language)
            page.goto(f"{site}/?tour=1")
            for name in NAMES:
                take(page, PICTURES / f"{name}-{language}.png")
                if onward := page.get_attribute("#tour", "data-tour-onward"):
                    page.goto(site + onward)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
