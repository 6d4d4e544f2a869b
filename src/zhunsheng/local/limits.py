"""Limits a place sets itself (本地期限): every limit that the declared systems leave to the place, and who counts anew.

The kernel counts; which value holds where is in ``values``. Rooms that keep running limits register how they are counted
anew after a change: nothing running is touched unless an administrator asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from django.db import transaction

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.limits import LENGTHS, Amount, Limit, Unit
from zhunsheng.kernel.words import Words
from zhunsheng.law.projection import Move, Tally
from zhunsheng.local.actions import check_administrator, decide
from zhunsheng.local.kinds import Kind, Thing
from zhunsheng.local.values import LIMIT, Decisions, decisions
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.orgs.refusals import behalf, refused, text_of
from zhunsheng.security.audit import record
from zhunsheng.typed import whole_number

LONGEST = 3650
"""A guard against slips of the pen: no number above this is taken."""


class Declared(NamedTuple):
    """A limit left to the place, as the newest version of the system declares it that has it; ``deadlines``: what the
    versions call it; ``is_current``: the version in force now is among them."""

    limit: Limit
    system: str
    deadlines: frozenset[str]
    may_be_extended: bool
    is_current: bool


@cache
def declared() -> Mapping[str, Declared]:
    """Setting -> the limit as it is declared."""
    found: dict[str, Declared] = {}
    for owner in systems().values():
        newest = max(owner.compiled, default=None)
        for version in sorted(owner.compiled):
            for key, deadline in owner.compiled[version].deadlines.items():
                if (setting := deadline.limit.setting) is not None:
                    before = found[setting].deadlines if setting in found else frozenset()
                    extended = deadline.declaration.extended_by is not None
                    found[setting] = Declared(deadline.limit, owner.slug, before | {key}, extended, version == newest)
    return found


def in_words(amount: Amount, extension: int | None) -> Words:
    """``5个工作日，可延长5个工作日``."""
    zh, en = amount.words()
    if not extension:
        return Words(zh, en)
    more = Amount(extension, amount.unit).words()
    return Words(f"{zh}，可延长{more.zh}", f"{en}, may be extended by {more.en}")


def _things() -> Mapping[str, Thing]:
    found = {}
    for setting, (limit, slug, _deadlines, _extended, is_current) in declared().items():
        extension = limit.extension.amount.value if limit.extension and limit.extension.amount else None
        otherwise = in_words(Amount(limit.value or 0, limit.unit), extension)
        found[setting] = Thing(setting, limit.name, slug, otherwise, is_current)
    return found


def _number(raw: Mapping[str, Any], field: str, label: Words) -> int:
    number = whole_number(str(raw.get(field) or ""), 1, LONGEST)
    if number is None:
        raise refused(
            "number",
            f"{label.zh}须是 1 至 {LONGEST} 的整数",
            f"the {label.en} is a whole number from 1 to {LONGEST}",
            field,
        )
    return number


def units_for(setting: str) -> list[Unit]:
    """The units a limit may be set in: lengths of days; hours only where it is declared in hours."""
    unit = declared()[setting].limit.unit
    return [Unit.HOUR] if unit is Unit.HOUR else [u for u in Unit if u in LENGTHS and u is not Unit.HOUR]


def _read(setting: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    value = _number(raw, "value", Words("期限", "limit"))
    if raw.get("unit") not in units_for(setting):
        raise refused("unit", "请选择期限的单位", "choose the unit of the limit", "unit")
    extension = None
    if raw.get("extension") not in (None, ""):
        if not declared()[setting].may_be_extended:
            raise refused(
                "extension",
                "这一程序没有延长这个期限的环节，不能设定延长",
                "the procedure has no step that extends this limit",
                "extension",
            )
        extension = _number(raw, "extension", Words("可以延长的长度", "extension"))
    return {"value": value, "unit": str(raw["unit"]), "extension": extension}


def _say(setting: str, value: Mapping[str, Any]) -> Words:
    return in_words(Amount(value["value"], Unit(value["unit"])), value.get("extension"))


KIND = Kind(LIMIT, Words("本地期限", "Local limits"), _things, _read, _say, needs_document=True)


# --- running limits ----------------------------------------------------------------------------------------------


class Asked(NamedTuple):
    """Which running limits are to be counted anew: of one setting, below one organ, under these decisions. ``older``: also
    those armed before the day from which the value holds (where the document says so)."""

    setting: str
    path: str
    decisions: Decisions
    older: bool = False


class Counting(NamedTuple):
    """What a room registers: ``preview(asked)`` and ``write(asked, right, reason, confirmed)``; both give every
    move, and ``write`` keeps the days that would become earlier and are not confirmed."""

    preview: Callable[[Asked], Iterable[Move]]
    write: Callable[[Asked, Access | None, str, Collection[str]], Iterable[Move]]


_rooms: dict[str, Counting] = {}


def register_counting(room: str, counting: Counting) -> None:
    """Let the running limits a room keeps be counted anew."""
    _rooms[room] = counting


def preview(asked: Asked) -> Iterator[Move]:
    """Every running limit whose day would be another. Writes nothing."""
    for room in _rooms.values():
        yield from room.preview(asked)


def count_anew(asked: Asked, right: Access | None, reason: str, confirmed: Collection[str]) -> Tally:
    """Count them anew in somebody's right (None: the platform's). The caller holds the transaction."""
    tally = Tally()
    for room in _rooms.values():
        for move in room.write(asked, right, reason, confirmed):
            tally.add(move, confirmed)
    return tally


class Apply(StrEnum):
    """What becomes of running limits when a value changes: nothing, or they are counted anew: those armed from its day on, or
    all of them (where the document says so)."""

    NONE = "none"
    SINCE = "since"
    ALL = "all"


@transaction.atomic
def decide_limit(
    officer: Officer, setting: str, organ: Organ, since: date, value: Mapping[str, Any] | None, *,
    reason: str, document: str = "", article: str = "", apply: Apply = Apply.NONE, confirmed: Collection[str] = (),
) -> Tally:  # fmt: skip
    """Set a limit, or withdraw what was set, and count running ones anew as far as that is asked for. Raises ``Refused``."""
    decide(officer, LIMIT, setting, organ, since, value, reason=reason, document=document, article=article)
    if apply is Apply.NONE:
        return Tally()
    return recount(officer, setting, organ, reason=reason, older=apply is Apply.ALL, confirmed=confirmed)


@transaction.atomic
def recount(
    officer: Officer, setting: str, organ: Organ, *, reason: str, older: bool, confirmed: Collection[str]
) -> Tally:
    """Count the running limits of an organ and below it anew under what holds now. Raises ``Refused``."""
    right = check_administrator(officer, organ)
    reason = text_of(reason, 300, "reason", "理由", "reason")
    asked = Asked(setting, organ.path, decisions(), older)
    tally = count_anew(asked, right, reason, confirmed)
    record(
        "local.recount", f"limit:{setting}", officer.pk, organ=organ.pk, older=older, moved=tally.moved, kept=tally.kept,
        **behalf(right),
    )  # fmt: skip
    return tally
