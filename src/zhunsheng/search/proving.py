"""Proving the search (核对索引) and making it anew: every text is made again from its record and compared with what is kept.

A room that keeps texts registers what its records should be found by; the search never imports it. Whoever makes texts
anew changes only those that are wrong, a few at a time, so that the site goes on meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from django.db import models, transaction

from zhunsheng.bulk import keys_in_turn
from zhunsheng.catalogue.loading import systems
from zhunsheng.search import indexing
from zhunsheng.search.keeping import Found, keep_instead
from zhunsheng.search.models import Edition, Text

Progress = Callable[[int, int], None]
CHUNK = 1_000
_RULES = 4
"""Raised when the words of records are folded or chosen in another way."""


class Keeper(NamedTuple):
    """What a room keeps texts of: the kinds, the table of their records, and what should be kept of some of these by id;
    asked with a lock, it holds the records until the transaction ends."""

    kinds: tuple[str, ...]
    model: type[models.Model]
    texts: Callable[[Sequence[int], bool], Iterable[Found]]


_keepers: list[Keeper] = []


def register_keeper(keeper: Keeper) -> None:
    """Let a room say of what records it keeps texts."""
    _keepers.append(keeper)


class Step(NamedTuple):
    """A stretch of records looked at: how many of their kind so far, of how many, and which are not found by what they say."""

    keeper: Keeper
    done: int
    total: int
    wrong: list[int]


def walk() -> Iterator[Step]:
    """Look at every record, some at a time."""
    for keeper in _keepers:
        manager = keeper.model._default_manager
        texts = Text.objects.filter(kind__in=keeper.kinds)
        total, done, last = manager.count(), 0, 0
        for chunk in keys_in_turn(manager.all(), CHUNK):
            within = texts.filter(record__gt=last, record__lte=chunk[-1])
            last, done = chunk[-1], done + len(chunk)
            yield Step(keeper, done, max(total, done), sorted(_differing(keeper, chunk, within)))
        beyond = texts.filter(record__gt=last).values_list("record", flat=True).distinct()
        yield Step(keeper, total, total, sorted(beyond))


def verify(progress: Progress) -> Iterator[str]:
    """Every difference between records and what is kept to find them by, in words; nothing when all agree."""
    for step in walk():
        progress(step.done, step.total)
        yield from (f"{step.keeper.model._meta.verbose_name} {record} 的可查内容与记录不符" for record in step.wrong)
    if lost := indexing.count_lost():
        yield f"{lost} 条可查内容标为已编入索引，索引中却没有"


def mend() -> Iterator[Step]:
    """Put right every text that is not what its record says, while the caller goes on asking; remembers that it was done."""
    for step in walk():
        if step.wrong:
            _put_right(step.keeper, step.wrong)
        yield step
    Edition.objects.update_or_create(pk=1, defaults={"digest": digest()})


@transaction.atomic
def _put_right(keeper: Keeper, records: list[int]) -> None:
    """Their texts as they should be, while nobody else changes the records: one that came into being meanwhile is there."""
    keep_instead(keeper.kinds, records, list(keeper.texts(records, True)))


def rebuild(progress: Progress) -> int:
    """Put right every text, empty the index and take everything in; gives of how many records the text was wrong."""
    mended = 0
    for step in mend():
        mended += len(step.wrong)
        progress(step.done, step.total)
    with transaction.atomic():
        indexing.empty()
    take_in_all(progress)
    return mended


def take_in_all(progress: Progress) -> None:
    """Take in whatever waits."""
    done, total = 0, indexing.count_waiting()
    while taken := indexing.take_in():
        done += taken
        progress(done, max(done, total))


def _differing(keeper: Keeper, chunk: Sequence[int], texts: models.QuerySet[Text]) -> set[int]:
    kept: dict[int, list[tuple[object, ...]]] = {}
    for row in texts.values_list(*Found._fields):
        kept.setdefault(row[1], []).append((*row[:5], row[5].isoformat(), row[6]))
    wanted: dict[int, list[tuple[object, ...]]] = {}
    for found in keeper.texts(chunk, False):
        wanted.setdefault(found.record, []).append(tuple(found))
    return {
        record
        for record in {*kept, *wanted}
        if sorted(kept.get(record, ())) != sorted(wanted.get(record, ()))  # type: ignore[type-var]
    }


# --- the edition -----------------------------------------------------------------------------------------------------


@cache
def digest() -> str:
    """Changes whenever a declaration does, or the rules by which texts are made: then every text is looked at again."""
    found = hashlib.sha256(str(_RULES).encode())
    for owner in systems().values():
        for path in sorted(owner.folder.glob("*.yaml")):
            found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def is_current() -> bool:
    """Whether every text was made by the declarations of today."""
    return Edition.objects.filter(pk=1, digest=digest()).exists()
