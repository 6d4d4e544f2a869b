"""Days that move when the calendar changes (重新推算): what a running limit came to before and comes to now.

The law knows no cases. Rooms that keep dates register here how they find and write what moves; entering a notice asks
them all. Nothing is counted or stored in this module.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.words import Words

EVERYTHING = "*"
"""Among confirmed keys: every day that would become earlier."""


@dataclass(frozen=True, slots=True)
class Move:
    """A running limit whose stored day is no longer what is counted, or has become certain (``old == new``).

    ``case_id`` and ``limit`` say whose; ``provisional`` says whether the new day still rests on an unknown year;
    ``armed_on`` is the day of the step from which it runs, where that matters.
    """

    case_id: int
    number: str
    system: str
    limit: str
    name: Words
    old: date
    new: date
    provisional: bool
    armed_on: date | None = None

    @property
    def key(self) -> str:
        """Names the move when a person confirms it."""
        return f"{self.case_id}:{self.limit}"

    @property
    def is_earlier(self) -> bool:
        """Whether it takes days away from somebody who may have been told the old day."""
        return self.new < self.old

    @property
    def moves(self) -> bool:
        return self.new != self.old


@dataclass(slots=True)
class Tally:
    """How many days moved, were kept because they would become earlier, or only became certain."""

    moved: int = 0
    kept: int = 0
    settled: int = 0

    def add(self, move: Move, confirmed: Collection[str]) -> None:
        if not move.moves:
            self.settled += 1
        elif is_kept(move, confirmed):
            self.kept += 1
        else:
            self.moved += 1


class Projection(NamedTuple):
    """What a room registers: ``preview(calendar, year)`` and ``write(calendar, year, officer id, confirmed)``; both
    give every move, and ``write`` keeps those that ``is_kept``."""

    preview: Callable[[Calendar, int], Iterable[Move]]
    write: Callable[[Calendar, int, int | None, Collection[str]], Iterable[Move]]


_projections: dict[str, Projection] = {}


def register_projection(room: str, projection: Projection) -> None:
    """Have the dates a room keeps projected anew with every notice."""
    _projections[room] = projection


def is_kept(move: Move, confirmed: Collection[str]) -> bool:
    """Whether a day stays as it is: it would become earlier, and nobody has decided that it may."""
    return move.is_earlier and EVERYTHING not in confirmed and move.key not in confirmed


def preview(calendar: Calendar, year: int) -> Iterator[Move]:
    """Every move the calendar brings to dates that may rest on a year. Writes nothing."""
    for projection in _projections.values():
        yield from projection.preview(calendar, year)


def write(calendar: Calendar, year: int, officer_id: int | None, confirmed: Collection[str]) -> Tally:
    """Write the moves. The caller holds the transaction."""
    tally = Tally()
    for projection in _projections.values():
        for move in projection.write(calendar, year, officer_id, confirmed):
            tally.add(move, confirmed)
    return tally
