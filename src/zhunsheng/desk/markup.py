"""Small markup that comes by the hundred on one page (标记): lines of the menu, choices, cells, lights.

Templates spend most of their time on what they repeat, so these are written by functions; all else is in templates. Every
text is escaped here: nothing passed in is markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from zhunsheng.desk.menu import MenuEntry
from zhunsheng.desk.wording import Light, number, say

SHORT = 11
"""What has fewer characters is not broken into lines."""


def menu_lines(entries: Iterable[MenuEntry]) -> SafeString:
    """The systems of a field of work, each with the number of its open cases."""
    title = escape(_("未办结"))
    lines = []
    for name, address, open_cases, is_current in entries:
        current = ' aria-current="page"' if is_current else ""
        count = f'<span class="menu-count" title="{title}">{number(open_cases)}</span>' if open_cases else ""
        lines.append(f'<li><a href="{escape(address)}"{current}>{escape(say(name))}{count}</a></li>')
    return mark_safe("".join(lines))  # noqa: S308 - escaped above


def options(choices: Mapping[Any, Any] | Iterable[tuple[Any, Any]], chosen: Any = "") -> SafeString:
    """What can be chosen, value and words, with the one that is."""
    pairs = choices.items() if isinstance(choices, Mapping) else choices
    lines = []
    for value, words in pairs:
        selected = " selected" if str(value) == str(chosen) else ""
        lines.append(f'<option value="{escape(str(value))}"{selected}>{escape(say(words))}</option>')
    return mark_safe("".join(lines))  # noqa: S308 - escaped above


def cells(columns: Iterable[tuple[str, str]]) -> SafeString:
    """The cells of a row, each with the head of its column, which narrow screens repeat in it."""
    lines = []
    for label, text in columns:
        narrow = ' class="nowrap"' if len(text) < SHORT else ""
        lines.append(f'<td{narrow} data-label="{escape(label)}">{escape(text)}</td>')
    return mark_safe("".join(lines))  # noqa: S308 - escaped above


def light(shown: Light) -> SafeString:
    """A light: its colour and its words."""
    return mark_safe(f'<span class="light light-{escape(shown.kind)}">{escape(shown.words)}</span>')  # noqa: S308 - escaped above
