"""Citations in words (依据): an article, a point of a policy, a part; of a statute, or what stands in the place of one.

Which statutes there are, and in which versions, is data of the law room.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from zhunsheng.kernel.declaration import BasisDeclaration
from zhunsheng.kernel.words import NOTHING, Words, chinese_number

_NUMBERED = re.compile(r"^(part |point |)(\d+)(.*)$")
_NOUNS = {"part ": "部分", "point ": "项", "": "条"}


def article_words(article: str) -> Words:
    """``30,88`` as 第三十条、第八十八条 and Articles 30 and 88, as statutes number them; ``point 13`` (policies have points, not
    articles) as 第十三项 and Point 13, ``part 4`` as 第四部分 and Part 4; anything else as it stands."""
    parts = [part.strip() for part in article.replace("，", ",").split(",")]
    zh = "、".join(_NUMBERED.sub(_in_statutes_form, part) for part in parts)
    noun = next((word.capitalize() for word in ("point", "part") if parts[0].startswith(f"{word} ")), "Article")
    numbers = " and ".join(part.removeprefix("point ").removeprefix("part ") for part in parts)
    return Words(zh, f"{noun} {numbers}" if len(parts) == 1 else f"{noun}s {numbers}")


def _in_statutes_form(part: re.Match[str]) -> str:
    return f"第{chinese_number(int(part[2]))}{_NOUNS[part[1]]}{part[3]}"


def cited_article(statute: Words, article: str) -> Words:
    """An article of a statute: 行政复议法第三十条, Administrative Reconsideration Law, Article 30."""
    zh, en = article_words(article)
    return Words(f"{statute.zh}{zh}", f"{statute.en}, {en}")


def citation_of(basis: BasisDeclaration | None, own: str, statutes: Mapping[str, Words]) -> Words:
    """A basis in words: the statute (``own`` where it names none) and its article, or that it is practice or a setting."""
    if basis is None:
        return NOTHING
    if basis.practice:
        return Words(f"通行做法：{basis.practice.zh}", f"office practice: {basis.practice.en}")
    if basis.setting:
        return Words(f"本地设定：{basis.setting.zh}", f"local setting: {basis.setting.en}")
    return cited_article(statutes[basis.statute or own], basis.article or "")
