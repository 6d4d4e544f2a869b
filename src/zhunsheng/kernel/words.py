"""Text in two languages, as declarations and receipts carry it.

Only the value lives here; which language a page shows is decided by the page.
"""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """A short text in Chinese and in English."""

    zh: str
    en: str

    def within(self, language: str) -> str:
        """The text for a language code such as ``zh-hans`` or ``en``."""
        return self.en if language.startswith("en") else self.zh
