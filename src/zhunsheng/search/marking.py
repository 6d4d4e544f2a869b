"""Where in a text as it is shown that stands which was asked for (命中处), so that pages can mark it. Pure functions."""

from __future__ import annotations

import re
from functools import lru_cache

from zhunsheng.search.initials import stretch_of_initials
from zhunsheng.search.wording import Question

_SIGNS = r"[\W_]*"


def marked_stretches(text: str, question: Question, *, by_initials: bool = False) -> list[tuple[int, int]]:
    """The stretches of a text that were asked for, in order and apart from one another; of a name also by initials."""
    found = []
    for term in question.terms:
        spans = [match.span() for needle in term.needles for match in _pattern(needle).finditer(text)]
        if by_initials and not spans and (stretch := stretch_of_initials(term.typed, text)) is not None:
            spans.append(stretch)
        found += spans
    apart: list[tuple[int, int]] = []
    for first, last in sorted(found):
        if apart and first <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(last, apart[-1][1]))
        else:
            apart.append((first, last))
    return apart


@lru_cache(500)
def _pattern(needle: str) -> re.Pattern[str]:
    """The needle with any signs between its characters; its words of letters or digits from their beginning."""
    pieces = [piece if piece[0].isascii() else _SIGNS.join(piece) for piece in needle.split()]
    before = "(?<![0-9A-Za-z])" if needle.startswith(" ") else ""
    after = "(?![0-9A-Za-z])" if needle.endswith(" ") else ""
    return re.compile(before + _SIGNS.join(pieces) + after, re.IGNORECASE)
