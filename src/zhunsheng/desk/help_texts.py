"""The short help texts of pages (本页说明的文字), read from ``help.yaml``: what each page says in both languages, and which
pages of the handbook go on from there. Which address shows which text is decided by its name alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from zhunsheng.desk.wording import language
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import load_yaml


@dataclass(frozen=True)
class HelpText:
    """The help of a page: its sentences, and pages of the handbook by their path."""

    lines: tuple[Words, ...]
    more: tuple[str, ...]


def short_language() -> str:
    """The reader's language as folders of the handbook are named."""
    return "en" if language().startswith("en") else "zh"


@cache
def help_texts() -> Mapping[str, HelpText]:
    """Name of an address → its help."""
    return {
        name: HelpText(
            tuple(Words(zh, en) for zh, en in zip(entry["zh"], entry["en"], strict=True)), tuple(entry.get("more", ()))
        )
        for names, entry in _read().items()
        for name in names.split()
    }


def _read() -> Mapping[str, Mapping[str, list[str]]]:
    found: Mapping[str, Mapping[str, list[str]]] = load_yaml(Path(__file__).parent / "help.yaml")
    return found
