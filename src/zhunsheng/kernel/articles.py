"""The paragraphs of a legal text (条文), each with the article or section it stands in. Reads no file and judges nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_ARTICLE = re.compile(r"^\s*(第[零〇一二三四五六七八九十百千0-9]+条)")
_SECTION = re.compile(r"^\s*([一二三四五六七八九十]+、)")


class Paragraph(NamedTuple):
    """One paragraph; ``place``: the article or section it stands in, empty before the first."""

    place: str
    text: str


def placed(lines: Iterable[str]) -> list[Paragraph]:
    """Lines of text with the place each stands in."""
    place, found = "", []
    for line in lines:
        text = line.strip().replace("　", "")
        if not text:
            continue
        begins = _ARTICLE.match(text) or _SECTION.match(text)
        if begins:
            place = begins[1].rstrip("、")
        found.append(Paragraph(place, text))
    return found
