"""The page of the chains (衔接) for lawyers: what each system finds in the one before, so that nobody types it again."""

from __future__ import annotations

from zhunsheng.catalogue.loading import systems
from zhunsheng.catalogue.ties import How, chains, ties
from zhunsheng.handbook.markdown import page, plain, table
from zhunsheng.kernel.words import Words

NAME = Words("系统之间的衔接", "How systems work together")
SEMICOLON = Words("；", "; ")


def chains_page(language: str) -> str:
    """Every chain with what ties each two systems."""
    intro = Words(
        "同一件事只填一次：上一个系统里有的，下一个系统取用。下面的衔接由声明读出。",
        "What is known is not typed again: each system takes what the one before it holds. Read off the declarations.",
    )
    lines = [f"# {NAME.within(language)}", "", intro.within(language), ""]
    heads = [Words("从", "From"), Words("到", "To"), Words("怎样衔接", "How"), Words("内容", "What")]
    for chain in chains():
        lines += [f"## {plain(chain.chain.words.within(language))}", ""]
        rows = [row for giver, taker in chain.hops for row in _rows(giver, taker, language)]
        lines += table([head.within(language) for head in heads], rows)
    return page(lines)


def _rows(giver: str, taker: str, language: str) -> list[list[str]]:
    """A row for each way in which two systems are tied, with everything it is about."""
    told: dict[How, list[str]] = {}
    for tie in ties().get((giver, taker), ()):
        told.setdefault(tie.how, []).append(plain(tie.what.within(language)))
    ends = [_link(giver, language), _link(taker, language)]
    return [[*ends, how.words.within(language), SEMICOLON.within(language).join(what)] for how, what in told.items()]


def _link(slug: str, language: str) -> str:
    return f"[{plain(systems()[slug].name.within(language))}](systems/{slug}.md)"
