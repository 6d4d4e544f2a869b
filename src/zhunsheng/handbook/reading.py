"""Reading the handbook (阅读): which pages there are in a language, and one of them as HTML.

The pages are Markdown in ``docs/`` beside the sources, or in the package where it was installed without them. Markup
other than Markdown is shown as text, and only links within the handbook stay links.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

import zhunsheng

PACKAGE = Path(zhunsheng.__file__).parent
INDEX = "README"
PICTURES = "pictures"
_BESIDE = PACKAGE.parent.parent / "docs"
DOCS = _BESIDE if (_BESIDE / "zh").is_dir() else PACKAGE / "docs"


@dataclass(frozen=True)
class Chapter:
    """A page as HTML: its title, taken out of the text, and the rest."""

    title: str
    html: str


@cache
def chapters(language: str) -> Mapping[str, str]:
    """Path below ``docs/<language>``, without its ending → title."""
    root = DOCS / language
    return {
        path.relative_to(root).with_suffix("").as_posix(): _title(path.read_text(encoding="utf-8"))
        for path in sorted(root.rglob("*.md"))
    }


def _title(text: str) -> str:
    return next((line.removeprefix("# ").strip() for line in text.splitlines() if line.startswith("# ")), "")


def chapter(language: str, path: str, address: Callable[[str], str], picture: Callable[[str], str]) -> Chapter:
    """One page; ``address`` gives the place of another by its path, ``picture`` that of a picture by its name.

    Raises ``KeyError`` where there is no such page.
    """
    title = chapters(language)[path]
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse((DOCS / language / f"{path}.md").read_text(encoding="utf-8"))
    if tokens and tokens[0].type == "heading_open":
        tokens = tokens[3:]
    for token in tokens:
        if token.type == "table_open":
            token.attrSet("class", "table")
        if token.children:
            token.children = _within(token.children, language, path, address, picture)
    return Chapter(title, markdown.renderer.render(tokens, markdown.options, {}))


def _within(
    tokens: list[Token], language: str, path: str, address: Callable[[str], str], picture: Callable[[str], str]
) -> list[Token]:
    """The tokens of a line with its links led to the pages of the handbook; a link elsewhere loses its mark."""
    kept: list[Token] = []
    dropped = False
    for token in tokens:
        if token.type == "link_open":
            target = _target(language, path, str(token.attrGet("href") or ""))
            dropped = target is None
            if target is not None:
                token.attrSet("href", address(target))
        elif token.type == "image":
            name = posixpath.basename(str(token.attrGet("src") or ""))
            token.attrSet("src", picture(name))
        if not (dropped and token.type in ("link_open", "link_close")):
            kept.append(token)
    return kept


def _target(language: str, path: str, link: str) -> str | None:
    """The path of the page a link leads to; None when it is no page of the handbook in this language."""
    plain = posixpath.normpath(posixpath.join(posixpath.dirname(path), link.partition("#")[0]))
    target = plain.removesuffix(".md")
    return target if target in chapters(language) else None


def picture_file(name: str) -> Path | None:
    """The file of a picture, when there is one of that name."""
    return next((path for path in (DOCS / PICTURES).glob("*.png") if path.name == name), None)
