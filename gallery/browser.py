"""Opens a kind of page in a browser: signed in or not, in a language, at a width.

Makes no records and keeps no pictures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import Resolver404, resolve
from playwright.sync_api import BrowserContext, Page

from gallery.kinds import Kind

LANGUAGES = {"zh": "zh-hans", "en": "en", "hant": "zh-hant"}
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
UNREST = ".htmx-request, .htmx-swapping, .htmx-settling"
"""What is there as long as a part of the page is being fetched."""


def sign_in(page: Page, site: str, username: str, password: str) -> None:
    page.goto(f"{site}/sign-in/")
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.click("main form button.btn-primary")
    page.wait_for_url(f"{site}/")


def speak(context: BrowserContext, site: str, language: str) -> None:
    """Have every further page in a language; ``hant`` is traditional script, which only the public's pages speak."""
    context.add_cookies([{"name": "django_language", "value": LANGUAGES[language], "url": site}])


def open_kind(page: Page, site: str, kind: Kind, scene: Mapping[str, Any]) -> int:
    """Open a page and take its steps; gives the status of the page that is shown at the end."""
    answers: list[int] = []

    def note(response: Any) -> None:
        if response.request.is_navigation_request() and response.status // 100 != 3:
            answers.append(response.status)

    page.on("response", note)
    page.goto(site + kind.address.format(**scene))
    if kind.steps:
        kind.steps(page, scene)
    page.wait_for_load_state("load")
    page.wait_for_selector(UNREST, state="detached")
    page.remove_listener("response", note)
    return answers[-1]


def route_of(page: Page, site: str) -> str:
    """The name of the route of the page that is shown, empty where it has none."""
    path = page.url.removeprefix(site).partition("?")[0]
    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return ""
