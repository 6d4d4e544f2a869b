"""Citations in a draft (引用依据) held against the list of statutes and the library of documents: repealed, not yet in force,
an article that does not exist. That an article says what the draft says of it is for a person to compare.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from zhunsheng.kernel.articles import Paragraph
from zhunsheng.kernel.words import chinese_number, whole_number
from zhunsheng.law.statutes import Statute, StatuteVersion, statutes

_NUMBER = "[零〇一二三四五六七八九十百千0-9]{1,9}"
_PART = rf"(?:第{_NUMBER}款)?(?:第[（(]?{_NUMBER}[）)]?项)?"
_CITED = re.compile(rf"《([^《》]{{2,80}})》([（(][^（()）]{{2,30}}[）)])?((?:第{_NUMBER}条{_PART}[、，和及至以]*)*)")
_ARTICLE = re.compile(rf"第({_NUMBER})条")
_EDITION = re.compile(r"(\d{4})年?(?:修订|修正|制定|版本?|公布)")


class Citation(NamedTuple):
    """What is cited where, and what the lists say. ``fine`` is None where they know nothing of it."""

    place: str
    name: str
    articles: str
    finding: str
    fine: bool | None


def citations(
    paragraphs: Sequence[Paragraph], library: Sequence[Mapping[str, Any]], day: date, own_title: str = ""
) -> Iterator[Citation]:
    """Every citation once at each place, in the order of the text; the title of the draft itself is none."""
    known = {_plain(name): statute for statute in statutes().values() for name in (statute.name.zh, statute.short.zh)}
    documents = {_plain(str(entry.get("document_title", ""))): entry for entry in library}
    seen: set[tuple[str, str, str]] = set()
    own = _plain(own_title)
    for paragraph in paragraphs:
        for name, edition, articles in _CITED.findall(paragraph.text):
            plain = _plain(name)
            key = (paragraph.place, plain, articles)
            is_own = plain == own or (plain in own and plain not in known and plain not in documents)
            if key in seen or is_own:
                continue
            seen.add(key)
            if plain in known:
                finding, fine = _of_statute(known[plain], edition, articles, day)
            elif plain in documents:
                finding, fine = _of_document(documents[plain])
            else:
                finding, fine = "法规清单和文件库中没有，请人工核对是否现行有效", None
            yield Citation(paragraph.place, name, articles.strip("、，和及至以"), finding, fine)


def _plain(name: str) -> str:
    """A name as it is compared: without 中华人民共和国, marks of titles within it, and what stands in brackets."""
    return re.sub(r"[（(].*?[)）]|[〈〉<>《》\s]", "", name).removeprefix("中华人民共和国")


def _of_statute(statute: Statute, edition: str, articles: str, day: date) -> tuple[str, bool | None]:
    version = statute.version_on(day)
    if version is None:
        begins = [v.in_force for v in statute.versions if v.in_force and v.in_force > day]
        if begins:
            return f"尚未施行，自{begins[0]}起施行", False
        return ("已经失效", False) if statute.versions else ("清单中没有版本，请人工核对", None)
    named = _EDITION.search(edition)
    if named is not None and named[1] != version.version:
        return f"写的是{named[1]}年版本，{day}施行的是{version.version}年版本，请核对条号", False
    named = [whole_number(n) or 0 for n in _ARTICLE.findall(articles)]
    wrong = [n for n in named if version.articles and n > version.articles]
    if wrong:
        return (
            f"没有第{chinese_number(wrong[0])}条（{version.version}年版本共{version.articles}条），可能是旧法条号",
            False,
        )
    after = _next(statute, version, day)
    if after is not None:
        return f"现行有效；{after.in_force}起施行{after.version}年版本，条号可能变化", None
    return ("现行有效，请对照条文内容" if articles else "现行有效"), True


def _next(statute: Statute, version: StatuteVersion, day: date) -> StatuteVersion | None:
    later = [v for v in statute.versions if v.in_force and v.in_force > day and v is not version]
    return later[0] if later else None


_STATUS = {"repealed": "已经废止或者宣布失效", "expired": "有效期已经届满", "to_revise": "清理结论为拟修订"}


def _of_document(entry: Mapping[str, Any]) -> tuple[str, bool | None]:
    status = str(entry.get("status", ""))
    number = entry.get("number", "")
    if status in ("repealed", "expired"):
        return f"{_STATUS[status]}（{number}），不得作为依据", False
    if status == "to_revise":
        return f"现行有效（{number}），{_STATUS[status]}", None
    return f"现行有效（{number}）", True
