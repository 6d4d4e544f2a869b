"""The few shapes of Markdown the reference is written in. Text goes in as it is and comes out as text, never as markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

LANGUAGES = ("zh", "en")

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|])")


def plain(text: str) -> str:
    """A text that must not be read as markup."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def code(text: str) -> str:
    """A word of the machine: a code, an option, a pattern. A bar would end the cell of a table."""
    return "`" + text.replace("|", "\\|") + "`"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table whose cells are Markdown already; no lines for no rows."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *lines, ""] if lines else []


def bullets(items: Iterable[str]) -> list[str]:
    lines = [f"- {item}" for item in items]
    return [*lines, ""] if lines else []


def page(lines: Iterable[str]) -> str:
    """The text of a page; ends in one line feed."""
    return "\n".join(lines).rstrip("\n") + "\n"
