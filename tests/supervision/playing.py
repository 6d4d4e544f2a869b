"""Playing officers in a browser: who sits before it, what day it is, and every field somebody fills in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.desk.county import sit_down
from zhunsheng.cases.models import Case
from zhunsheng.orgs.models import Officer


def calendar_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int, int], date]:
    """Turns the calendar of the platform to nine o'clock of a day; everything that asks what day it is gets this one."""

    def turn_to(year: int, month: int, day: int) -> date:
        at = timezone.make_aware(datetime(year, month, day, 9))
        monkeypatch.setattr(timezone, "now", lambda: at)
        return at.date()

    return turn_to


@dataclass
class Player:
    """A browser, and the fields filled in at it: (name of the field, what was typed)."""

    page: Page
    site: str
    typed: list[tuple[str, str]] = field(default_factory=list)

    def comes(self, person: Officer) -> Player:
        sit_down(self.page, self.site, person)
        self.typed = []
        return self

    def opens(self, address: str) -> Page:
        self.page.goto(f"{self.site}{address}")
        return self.page

    def types(self, selector: str, text: str) -> None:
        """Fill in or choose; every field counts as one."""
        target = self.page.locator(selector).first
        kind = target.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type || e.tagName.toLowerCase()")
        if kind == "radio":
            self.page.check(f"{selector}[value='{text}']")
        elif kind == "select":
            target.select_option(text)
        else:
            target.fill(text)
        self.typed.append((selector, text))

    def step(self, case: Case | int, action: str, **values: Any) -> None:
        """Take one step of a case on its own page; every value is typed."""
        self.opens(f"/case/{case if isinstance(case, int) else case.pk}/act/{action}/")
        for name, text in values.items():
            self.types(f"#step-form [name=value_{name}]", text)
        self.submits()

    def submits(self) -> None:
        self.page.click("#step-form button.btn-primary")
        expect(self.page.locator(".message-success")).to_contain_text("已办理")
