"""Traditional script on the public pages (繁体): the texts of a page as it leaves, for whoever chose it beside the languages.

Only what is read is turned: texts, and the attributes that are read out. Addresses, what forms hand in and what is marked
``translate="no"`` stay: names of people, what somebody typed, papers that were delivered. Nothing that is kept is ever turned.
Words of the field, names of places and masked names (于某某) that the dictionaries get wrong stand first in ``traditional.json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest

TRADITIONAL = "zh-hant"
"""What the switch of languages keeps. The site speaks simplified script all the same; pages are turned at the end."""

_ATTRIBUTES = r"""(?:[^<>"']|"[^"]*"|'[^']*')*"""
_MARKUP = re.compile(
    rf"""<!--.*?-->
    |<(script|style|textarea)\b.*?</\1\s*>
    |<(\w+)\b{_ATTRIBUTES}\btranslate="no"{_ATTRIBUTES}>.*?</\2\s*>
    |<option\b(?!{_ATTRIBUTES}\bvalue=){_ATTRIBUTES}>[^<]*
    |<{_ATTRIBUTES}>""",
    re.DOTALL | re.VERBOSE,
)
"""What is not a text of the page. An option without a value of its own hands in what it says."""
_NAMED = re.compile(r"(?<=[人员长任师][：:])[\u4e00-\u9fff]{2,4}(?:、[\u4e00-\u9fff]{2,4})*(?![\u4e00-\u9fff])")
"""What reads like names after a word for persons: 联系人：于明、范立."""
_SURNAMES = frozenset("于余范后朴郁涂岳党种干咸占游")
"""Surnames that the dictionaries take for another word, which is written otherwise."""
_READ_OUT = re.compile(r"""(?<=\s)(aria-label|alt|title|placeholder|data-label)="([^"]*)\"""")


def is_chosen(request: HttpRequest) -> bool:
    """Whether the visitor reads traditional script."""
    return request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) == TRADITIONAL


def in_traditional_script(page: str) -> str:
    """A whole page with its texts in traditional script."""
    return "".join(_pieces(page))


def _pieces(page: str) -> Iterator[str]:
    at = 0
    for markup in _MARKUP.finditer(page):
        yield _turned(page[at : markup.start()])
        is_tag = markup[1] is None and markup[2] is None
        yield _turned_tag(markup[0]) if is_tag else markup[0]
        at = markup.end()
    yield _turned(page[at:])


def _turned(text: str) -> str:
    """A text in traditional script; after a word for persons a surname stays one."""
    turn, pieces, at = _converter().convert, [], 0
    for named in _NAMED.finditer(text):
        names = "、".join(
            name[0] + turn(name[1:]) if name[0] in _SURNAMES else turn(name) for name in named[0].split("、")
        )
        pieces += [turn(text[at : named.start()]), names]
        at = named.end()
    return "".join([*pieces, turn(text[at:])])


def _turned_tag(tag: str) -> str:
    tag = _READ_OUT.sub(lambda found: f'{found[1]}="{_turned(found[2])}"', tag)
    return tag.replace('lang="zh-Hans"', 'lang="zh-Hant"')


@cache
def _converter() -> Any:
    """Read when first needed."""
    from opencc import OpenCC

    return OpenCC(str(Path(__file__).with_name("traditional.json")))
