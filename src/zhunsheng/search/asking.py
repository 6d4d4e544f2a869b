"""Finding (查找): every room registers the kinds of things that are found of it; a question is put to all of them.

A kind says which of its things answer a question that an officer may ask, and how each reads. It is asked for keys first
and told which of them to show, so that the number of queries does not grow with what is found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access
from zhunsheng.search.places import with_places
from zhunsheng.search.wording import Question

MOST = 1_000
"""So many of one kind are found at most; who finds more has to say more."""


class Hit(NamedTuple):
    """One thing found. ``key`` leads the desk to its page; ``notes`` are said below the title."""

    key: Any
    title: Words | str
    notes: tuple[Words | str, ...] = ()
    on: date | None = None
    standing: Words | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that can be found. ``find`` gives keys, at most so many, the most fitting first; ``show`` reads the
    things of some keys, in their order, leaving out what may not be seen. ``what`` says by what it is found,
    ``by_initials`` that initials of pinyin do too."""

    key: str
    name: Words
    what: Words
    find: Callable[[Question, Access, int], Sequence[Any]]
    show: Callable[[Sequence[Any], Access], list[Hit]]
    by_initials: bool = True


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    """Let a room say what of it is found."""
    _kinds[kind.key] = kind


def kinds() -> dict[str, Kind]:
    """Every kind by its key."""
    return _kinds


def find(question: Question, access: Access, *, most: int = MOST) -> list[tuple[Kind, list[Any], bool]]:
    """Of each kind the keys of what answers the question, and whether there are more than ``most``; a fixed number of queries."""
    found = []
    question = with_places(question, access)
    for kind in _kinds.values() if question else ():
        keys = list(kind.find(question, access, most + 1))
        found.append((kind, keys[:most], len(keys) > most))
    return found
