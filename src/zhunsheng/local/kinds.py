"""The kinds of settings (设定类别): a room that lets places decide something registers here what, and what a value must be.

Nothing is stored or resolved here; no kind is known by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhunsheng.kernel.words import Words
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.refusals import refused


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing a place may decide: its name, the system it belongs to, and what holds while nobody has decided.
    ``is_current``: it is about what begins now, not only about cases under an older version of the law."""

    key: str
    name: Words
    system: str
    otherwise: Words
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """A decision that is asked for, its value read already."""

    key: str
    organ: Organ
    since: date
    value: Mapping[str, Any] | None


def _anything(wanted: Wanted) -> None:
    """A kind that needs no check beyond the form of its values."""


def _as_it_is(value: Mapping[str, Any]) -> dict[str, Any]:
    return dict(value)


def _as_written(key: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    return dict(raw)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of setting.

    ``read(key, raw)`` gives the canonical value or raises ``Refused`` at the field that is wrong; ``say(key, value)`` puts
    it into words. ``check`` raises ``Refused`` for what only the database knows. ``needs_document``: a decision of this
    kind binds others, so the document it rests on must be named. ``pack(value)``: what is taken along
    to another installation; ``unpack(key, packed)``: what is read of it there.
    """

    code: str
    words: Words
    things: Callable[[], Mapping[str, Thing]]
    read: Callable[[str, Mapping[str, Any]], dict[str, Any]]
    say: Callable[[str, Mapping[str, Any]], Words]
    check: Callable[[Wanted], None] = _anything
    needs_document: bool = False
    pack: Callable[[Mapping[str, Any]], dict[str, Any]] = _as_it_is
    unpack: Callable[[str, Mapping[str, Any]], dict[str, Any]] = _as_written


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    """Let places decide a kind of thing."""
    _kinds[kind.code] = kind


def kinds() -> Mapping[str, Kind]:
    """Code -> kind, in the order in which the rooms registered them."""
    return _kinds


def kind_of(code: str) -> Kind:
    """The kind of a code. Raises ``Refused``."""
    if code not in _kinds:
        raise refused("kind_unknown", f"没有「{code}」这类设定", f"there is no kind of setting “{code}”", "kind")
    return _kinds[code]


def thing_of(kind: Kind, key: str) -> Thing:
    """The thing of a key. Raises ``Refused``."""
    found = kind.things().get(key)
    if found is None:
        raise refused(
            "thing_unknown",
            f"「{kind.words.zh}」中没有「{key}」这一项",
            f"there is no “{key}” among “{kind.words.en}”",
            "key",
        )
    return found
