"""Small markup that comes by the hundred on one page (标记): lines of the menu, choices, lights, rows of long tables.

Templates spend most of their time on what they repeat, so these are written by functions; all else is in templates. Every
text is escaped here: nothing passed in is markup. ``format_html`` would escape by itself, and takes sixteen times as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import quote

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from zhunsheng.desk.case_rows import CaseRow, shown_title
from zhunsheng.desk.figure_tables import OrganLine, Part, PeriodLine
from zhunsheng.desk.menu import MenuEntry
from zhunsheng.desk.wording import NOTHING, Light, figure_value, language, name_of, number, say
from zhunsheng.kernel.words import Words

SHORT = 14
"""What is narrower is not broken into lines: six Chinese characters, or a day."""


def _joined(pieces: Iterable[str]) -> SafeString:
    """Pieces in which every text was escaped, as markup."""
    return mark_safe("".join(pieces))  # noqa: S308 - escaped where they are written


def menu_lines(entries: Iterable[MenuEntry]) -> SafeString:
    """The systems of a field of work, each with the number of its open cases."""
    title, spoken = escape(_("未办结")), language()
    lines = []
    for name, address, open_cases, is_current in entries:
        linked, named = _menu_line(name, address, spoken)
        current = ' aria-current="page"' if is_current else ""
        count = f'<span class="menu-count" title="{title}">{number(open_cases)}</span>' if open_cases else ""
        lines.append(f"{linked}{current}{named}{count}</a></li>")
    return _joined(lines)


@lru_cache(2_000)
def _menu_line(name: Words, address: str, spoken: str) -> tuple[str, str]:
    """What is always the same of a line, before and after what is not."""
    return f'<li><a href="{escape(address)}"', f">{escape(name.within(spoken))}"


def options(choices: Mapping[Any, Any] | Iterable[tuple[Any, Any]], chosen: Any = "") -> SafeString:
    """What can be chosen, value and words, with the one that is."""
    pairs = choices.items() if isinstance(choices, Mapping) else choices
    lines = []
    for value, words in pairs:
        selected = " selected" if str(value) == str(chosen) else ""
        lines.append(f'<option value="{escape(str(value))}"{selected}>{escape(say(words))}</option>')
    return _joined(lines)


def light(shown: Light) -> SafeString:
    """A light: its colour and its words."""
    return _joined([f'<span class="light light-{escape(shown.kind)}">{escape(shown.words)}</span>'])


# --- cases -----------------------------------------------------------------------------------------------------------


def list_rows(rows: Iterable[tuple[CaseRow, Iterable[tuple[str, str]]]], may_act: bool) -> SafeString:
    """The rows of a list of cases, each with the cells of its columns; where something may be done with them, to be ticked."""
    due = escape(_("期限"))
    lines = []
    for row, columns in rows:
        address, called = escape(row.address), escape(row.case.number)
        tick = (
            f'<td class="tick"><label><input type="checkbox" form="bulk" name="case" value="{row.case.pk}" '
            f'aria-label="{called}"></label></td>' if may_act else ""
        )  # fmt: skip
        lines.append(
            f'<tr tabindex="0" data-href="{address}">{tick}<td class="nowrap"><a href="{address}">{called}</a></td>'
            f'{_cells(columns)}<td class="nowrap lights" data-label="{due}">{light(row.light)}</td></tr>'
        )
    return _joined(lines)


def _cells(columns: Iterable[tuple[str, str]]) -> str:
    """The cells of a row, each with the head of its column, which narrow screens repeat in it."""
    lines = []
    for label, text in columns:
        narrow = ' class="nowrap"' if len(text) + sum(map(_is_wide, text)) < SHORT else ""
        lines.append(f'<td{narrow} data-label="{escape(label)}">{escape(text)}</td>')
    return "".join(lines)


def _is_wide(character: str) -> bool:
    """Whether a character takes the room of two Latin ones."""
    return character > "\u2e80"


def to_do_rows(rows: Iterable[tuple[CaseRow, Iterable[Light]]]) -> SafeString:
    """The rows of 待办: the matter, whose it is, what is to be done and by when, and since when it runs."""
    names = (_("单位"), _("应当办理"), _("期限"), _("开始日期"), _("按程序接着办"))
    organ, expected, due, opened, onward = map(escape, names)
    lines = []
    first = ' data-tour="row"'
    for row, marks in rows:
        case, address = row.case, escape(row.address)
        day = f"{row.due} " if row.due else ""
        doing = escape(row.expected_words) or f'<span class="quiet">{onward}</span>'
        told = "".join(f"{light(mark)} " for mark in marks)
        handler = f'<div class="quiet small">{escape(case.handler.name)}</div>' if case.handler else ""
        lines.append(
            f'<tr{first} tabindex="0" data-href="{address}">'
            f'<td><a href="{address}">{escape(shown_title(case) or case.number)}</a><div class="quiet small">{escape(say(row.system))}'
            f' · <span class="nowrap">{escape(case.number)}</span> · <span class="nowrap">{escape(say(row.state))}</span></div>'
            f"{told}</td>"
            f'<td class="whose" data-label="{organ}">{escape(name_of(case.organ))}{handler}</td>'
            f'<td data-label="{expected}">{doing}</td>'
            f'<td class="nowrap" data-label="{due}"><span>{day}{light(row.light)}</span></td>'
            f'<td class="nowrap" data-label="{opened}">{case.opened_on}</td></tr>'
        )
        first = ""
    return _joined(lines)


# --- figures ---------------------------------------------------------------------------------------------------------


def period_rows(lines: Iterable[PeriodLine], by: str, decimals: int) -> SafeString:
    """The rows of a figure over time: each period with its number and, but for whole years, that of the year before."""
    found = []
    for line in lines:
        earlier = f'<td class="right quiet">{_linked(number(line.before, decimals), line.address_before)}</td>'
        found.append(
            f'<tr><td>{escape(line.name)}</td><td class="right">{_linked(number(line.value, decimals), line.address)}</td>{earlier if by != "year" else ""}</tr>'
        )
    return _joined(found)


def organ_rows(lines: Iterable[OrganLine]) -> SafeString:
    """The rows of a figure by organ, each with the way down to the organs below and its share as a bar."""
    itself = escape(_("（本级）"))
    found = []
    for line in lines:
        figure, name = line.figure, escape(name_of(line.organ))
        sides = (
            f' <span class="quiet small">{number(figure.numerator)} ÷ {number(figure.denominator)}</span>'
            if figure.numerator is not None else ""
        )  # fmt: skip
        own = f' <span class="quiet">{itself}</span>' if line.is_itself else ""
        way = f'<a href="{escape(line.drill)}">{name} ▸</a>' if line.drill else name
        found.append(
            f'<tr><td>{way}{own}</td><td class="right nowrap">'
            f"{_linked(figure_value(figure), line.address)}{sides}</td>{_bar(line.share)}</tr>"
        )
    return _joined(found)


def part_rows(parts: Iterable[Part], records: str) -> SafeString:
    """The rows of a figure by its parts, each with the way to its records and its share as a number and a bar."""
    found = []
    for part in parts:
        address = f"{records}&part={quote(part.key)}"
        found.append(
            f'<tr><td>{_linked(part.words, address)}</td><td class="right">{_linked(number(part.value), address)}</td>'
            f'<td class="right quiet">{part.per_cent}</td>{_bar(part.share)}</tr>'
        )
    return _joined(found)


def _linked(shown: str, address: str) -> str:
    """A number or a name that leads somewhere; what is not there leads nowhere."""
    return f'<a href="{escape(address)}">{escape(shown)}</a>' if address and shown != NOTHING else escape(shown)


def _bar(share: int) -> str:
    return (
        '<td class="share"><svg class="breakdown-bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="rest" width="1000" height="10"/><rect width="{share}" height="10"/></svg></td>'
    )
