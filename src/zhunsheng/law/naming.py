"""Finding statutes named in texts (条文的引用): whether a text names a statute, and which of its articles.

For texts people wrote: 《中华人民共和国行政处罚法》第三十条、第三十一条第二款, with or without brackets, in either kind of figures.
Nothing is decided here about what a citation means.
"""

from __future__ import annotations

import re
from functools import cache

from zhunsheng.kernel.words import whole_number
from zhunsheng.law.statutes import Statute

_SIGNS = "0-9零〇一二三四五六七八九十百千两"
_N = f"[{_SIGNS}]{{1,9}}"
"""No article has a longer number; what goes on for thousands of digits is none."""
_BEFORE = re.compile(r"(?:\s|》|（[^）]*）|\([^)]*\))*")
"""What may stand between a name and its articles: the closing bracket, a year."""
_NEXT = re.compile(rf"\s*(?P<joint>[、，,和及与]|至|—|-)?\s*第(?P<article>{_N})条(?:之(?P<branch>{_N}))?")
_PARTS = re.compile(rf"(?:[、，,和及与]?\s*(?:第\s*[（(]?{_N}[)）]?\s*[款项目]|[（(]{_N}[)）]\s*[项目]?))*")
"""Paragraphs, points and items of an article."""
_DECLARED = re.compile(rf"^第?(?P<article>{_N})条?(?:之(?P<branch>{_N}))?(?![{_SIGNS}])")
_LONGER = ("实施", "施行", "解释", "适用", "若干", "有关", "条例", "细则", "办法", "规定", "修正案")
"""What makes of the name of a statute the name of another: 行政复议法 is not 行政复议法实施条例."""


@cache
def names_of(statute: Statute) -> tuple[str, ...]:
    """What a statute is called, the longest first."""
    names = {statute.name.zh, statute.short.zh}
    names |= {name.removeprefix("中华人民共和国") for name in names}
    return tuple(sorted(names, key=len, reverse=True))


def cited_in(text: str, statute: Statute) -> frozenset[str] | None:
    """The articles of a statute that a text names; empty where it names none, None where it does not name the statute."""
    found: set[str] | None = None
    for name in names_of(statute):
        for place in re.finditer(re.escape(name), text):
            if _is_the_name(text, place.start(), place.end()):
                found = (found or set()) | _articles_at(text, place.end())
    return None if found is None else frozenset(found)


def _articles_at(text: str, position: int) -> set[str]:
    """The articles named one after another from a place on; 至 stands for those between as well."""
    before = _BEFORE.match(text, position)
    position = before.end() if before else position
    found: set[str] = set()
    last = 0
    while match := _NEXT.match(text, position):
        article = whole_number(match["article"]) or 0
        if match["joint"] in ("至", "—", "-") and last < article < last + 300:
            found |= {str(between) for between in range(last + 1, article)}
        found.add(_written(match["article"], match["branch"]))
        last = article
        parts = _PARTS.match(text, match.end())
        position = parts.end() if parts else match.end()
    return found


def _is_the_name(text: str, start: int, end: int) -> bool:
    """Whether what stands there is the whole name of a statute and not a part of a longer one."""
    opened, closed = text.rfind("《", 0, start), text.rfind("》", 0, start)
    if opened <= closed:
        return not text.startswith(_LONGER, end)
    ends = text.find("》", end)
    inside = re.sub(r"（[^）]*）|\([^)]*\)", "", text[opened + 1 : ends if ends >= 0 else len(text)])
    return inside.strip().removeprefix("中华人民共和国") == text[start:end].removeprefix("中华人民共和国")


def _written(article: str, branch: str | None) -> str:
    return f"{whole_number(article)}" + (f"之{whole_number(branch)}" if branch else "")


def articles_of(written: str) -> frozenset[str]:
    """The articles of a declared citation or of what was typed: ``30,88``, 第三十条、第八十八条, ``30之1``; what is no article
    (``point 13``) as it stands."""
    found = set()
    for part in re.split(r"[,，、;；]+", written):
        if text := part.strip():
            match = _DECLARED.match(text)
            found.add(_written(match["article"], match["branch"]) if match else text)
    return frozenset(found)


def article_order(article: str) -> tuple[int, str]:
    """Sorts articles by their number; those without one come last."""
    found = re.search(r"\d{1,9}", article)
    return (int(found[0]) if found else 10_000, article)
