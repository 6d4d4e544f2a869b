"""The reference of all limits the product knows, by statute, in one language: id, length, article, extension, where it holds."""

from __future__ import annotations

from collections.abc import Iterable

from zhunsheng.handbook.markdown import code, page, plain, table
from zhunsheng.kernel.limits import Limit
from zhunsheng.kernel.words import Words
from zhunsheng.law.answers import scope_words
from zhunsheng.law.naming import article_order
from zhunsheng.law.statutes import limits, statutes
from zhunsheng.law.usage import uses

HEADS = (
    Words("编号", "Id"),
    Words("期限", "Limit"),
    Words("长度", "Length"),
    Words("依据", "Ground"),
    Words("说明", "Remark"),
)


def limits_page(language: str) -> str:
    """Every limit, by the statute that sets it."""
    title = Words("期限", "Limits").within(language)
    intro = Words(
        "平台认得的全部期限，按法规排列。「未核对」的没有对照过原文，「地方」的只在一地有效，程序不能直接引用。粗体的由系统在用。",
        "Every limit the platform knows, by statute. What is marked “not checked” was not compared with the text, what names a "
        "place holds there only; no procedure can cite either. Those in bold are used by a system.",
    )  # fmt: skip
    lines = [f"# {title}", "", intro.within(language), ""]
    used = {use.limit for use in uses() if use.limit}
    for key, statute in statutes().items():
        own = sorted((one for one in limits().values() if one.basis.statute == key),
                     key=lambda one: (article_order(one.basis.article), one.id))  # fmt: skip
        if own:
            lines += [f"## {plain(statute.name.within(language))}", ""]
            lines += table(
                [head.within(language) for head in HEADS], [_row(one, language, one.id in used) for one in own]
            )
    return page(lines)


def _row(limit: Limit, language: str, is_used: bool) -> tuple[str, ...]:
    name = plain(limit.name.within(language))
    length = f"{limit.kind.words.within(language)} {limit.words().within(language)}"
    remarks = "；".join(_remarks(limit, language)) if language == "zh" else "; ".join(_remarks(limit, language))
    return (
        code(limit.id),
        f"**{name}**" if is_used else name,
        plain(length),
        plain(limit.basis.cited.within(language)),
        plain(remarks),
    )


def _remarks(limit: Limit, language: str) -> Iterable[str]:
    if limit.start.zh:
        yield Words(f"自{limit.start.zh}", f"from {limit.start.en}").within(language)
    if limit.extension:
        length = limit.extension.amount.words() if limit.extension.amount else Words("，长度由批准人定", "as approved")
        yield Words(f"可延长{length.zh}", f"may be extended: {length.en}").within(language)
    if limit.scope != "national":
        yield scope_words(limit.scope).within(language)
    if not limit.verified:
        yield Words("未核对", "not checked").within(language)
