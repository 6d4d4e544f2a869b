"""The search of the desk (全局搜索): the field in the top bar, what it suggests while one types, and the page of results.

Rooms say what is found (``search.asking``); here is only which page each kind of thing opens, and what was asked is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_POST

from zhunsheng.cases.finding import CASE, of_number, of_party
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.menu import address_of
from zhunsheng.desk.paging import PAGE_SIZE
from zhunsheng.desk.wording import say
from zhunsheng.kernel.fields import identity_number_in
from zhunsheng.kernel.words import Words
from zhunsheng.registers.finding import ENTRY
from zhunsheng.registers.finding import of_number as entries_of_number
from zhunsheng.search.asking import MOST, Hit, Kind, find, kinds
from zhunsheng.search.marking import marked_stretches
from zhunsheng.search.proving import is_current
from zhunsheng.search.wording import Question, asked

TITLE = Words("查找", "Search")
PAGES: dict[str, Callable[[Any], str]] = {
    "system": lambda key: address_of(systems()[key]),
    "case": lambda key: reverse("desk:case", args=[key]),
    "paper": lambda key: reverse("desk:paper", args=key),
    "entry": lambda key: reverse("desk:register-entry", args=key),
    "organ": lambda key: reverse("desk:organ", args=[key]),
    "officer": lambda key: reverse("desk:officer", args=[key]),
    "figure": lambda key: reverse("desk:figure", args=[key]),
    "statute": lambda key: reverse("desk:statute", args=[key]),
    "limit": lambda key: reverse("desk:limit", args=[key]),
}
"""Kind → the page of one such thing; in this order they are shown."""

SHOWN = 5
"""So many of each kind are shown when every kind is."""
SUGGESTED = 2
SUGGESTED_IN_ALL = 8
MOST_OF_ONE_NAME = 100


@dataclass(frozen=True)
class FoundLine:
    """One thing found, ready to be shown: what was asked is marked."""

    address: str
    title: SafeString
    notes: SafeString
    on: date | None
    standing: Words | None


@dataclass(frozen=True)
class Group:
    """What was found of one kind."""

    kind: Kind
    count: int
    is_more: bool
    lines: list[FoundLine]


@officers_only
def search(request: Any) -> HttpResponse:
    """The results: of every kind a few, or of one kind all."""
    question = asked(request.GET.get("q", ""))
    chosen = request.GET.get("kind", "")
    found = [item for item in _in_order(find(question, request.access)) if item[1]]
    groups = [Group(kind, len(keys), is_more, []) for kind, keys, is_more in found]
    shown, pages = [], None
    for kind, keys, is_more in found:
        if chosen == kind.key:
            pages = Paginator(keys, PAGE_SIZE).get_page(request.GET.get("page"))
            shown = [Group(kind, len(keys), is_more, _lines(kind, pages.object_list, request.access, question))]
        elif not chosen:
            shown.append(Group(kind, len(keys), is_more, _lines(kind, keys[:SHOWN], request.access, question)))
    return _results(request, question, groups, shown, chosen, pages)


def _results(
    request: Any, question: Question, groups: list[Group], shown: list[Group], chosen: str, pages: Page[Any] | None = None,
    *, by_name: bool = False,
) -> HttpResponse:  # fmt: skip
    context = {
        "question": question, "groups": groups, "shown": shown, "chosen": chosen, "page": pages, "by_name": by_name,
        "total": sum(group.count for group in groups), "is_more": any(group.is_more for group in groups), "most": MOST,
        "searched": [kinds()[key] for key in PAGES], "is_current": is_current(),
        "may_ask_names": bool(request.access.holdings),
    }  # fmt: skip
    return page(request, "desk/search.html", context, trail=[Crumb(TITLE)])


@officers_only
@require_POST
def by_party(request: Any) -> HttpResponse:
    """按姓名或者证件号码查: the cases of a person by the whole name; by the identity number also the entries of lists. It is
    not in the address, and that it was asked is recorded."""
    question = asked(request.POST.get("q", ""))
    most, found = MOST_OF_ONE_NAME + 1, {}
    if number := identity_number_in(question.typed):
        found = {CASE: of_number(number, request.access, most), ENTRY: entries_of_number(number, request.access, most)}
    elif question.typed:
        found = {CASE: of_party(question.typed, request.access, most)}
    groups = []
    for kind, keys in ((kinds()[key], keys) for key, keys in found.items() if keys):
        lines = _lines(kind, keys[:MOST_OF_ONE_NAME], request.access, question)
        groups.append(Group(kind, len(lines), len(keys) > MOST_OF_ONE_NAME, lines))
    return _results(request, question, groups, groups, "" if len(groups) > 1 else CASE, by_name=True)


@officers_only
def suggest(request: Any) -> HttpResponse:
    """What might be meant while one is typing: the first few of every kind."""
    question = asked(request.GET.get("q", ""))
    lines: list[tuple[Kind, FoundLine]] = []
    for kind, keys, _is_more in _in_order(find(question, request.access, most=SUGGESTED)):
        lines += [(kind, line) for line in _lines(kind, keys, request.access, question)]
    return render(request, "desk/_suggestions.html", {"question": question, "lines": lines[:SUGGESTED_IN_ALL]})


def _in_order(found: list[tuple[Kind, list[Any], bool]]) -> list[tuple[Kind, list[Any], bool]]:
    order = list(PAGES)
    return sorted(found, key=lambda item: order.index(item[0].key))


def _lines(kind: Kind, keys: Sequence[Any], access: Any, question: Question) -> list[FoundLine]:
    return [_line(kind, hit, question) for hit in kind.show(keys, access)] if keys else []


def _line(kind: Kind, hit: Hit, question: Question) -> FoundLine:
    notes = format_html_join(" · ", "{}", ((_note(say(note), question),) for note in hit.notes))
    title = marked(say(hit.title), question, by_initials=kind.by_initials)
    return FoundLine(PAGES[kind.key](hit.key), title, notes, hit.on, hit.standing)


NOTE = 80
"""So many characters of a note are shown, from a little before what was asked."""


def _note(text: str, question: Question) -> SafeString:
    if len(text) > NOTE:
        stretches = marked_stretches(text, question)
        first = max(0, stretches[0][0] - 15) if stretches else 0
        text = ("…" if first else "") + text[first : first + NOTE] + ("…" if first + NOTE < len(text) else "")
    return marked(text, question)


def marked(text: str, question: Question, *, by_initials: bool = False) -> SafeString:
    """A text in which what was asked is marked."""
    parts, place = [], 0
    for first, last in marked_stretches(text, question, by_initials=by_initials):
        parts += [conditional_escape(text[place:first]), "<mark>", conditional_escape(text[first:last]), "</mark>"]
        place = last
    return mark_safe("".join([*parts, conditional_escape(text[place:])]))  # noqa: S308 - every part is escaped
