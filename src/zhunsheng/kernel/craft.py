"""Work of a system's own (专门计算): what a function in its ``craft.py`` is given, and what it comes to.

A draw, the marking of papers: what a declaration cannot say, as a pure function of what the case holds. It reads no
database and no clock, so the same files give the same answer to everybody. The shell hands in and writes down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from zhunsheng.kernel.words import BilingualError

NO_FILES: Mapping[str, bytes] = {}


class ListEntry(NamedTuple):
    """An entry of a list as it is in force on the day of the step, without its sensitive fields."""

    key: str
    organ: str
    values: Mapping[str, Any]


class ClosedCase(NamedTuple):
    """A closed case of another system as a catalogue of files lists it, names of persons masked; nothing of its contents."""

    system: str
    outcome: str
    organ: str
    number: str
    title: str
    closed_on: str


class Work(NamedTuple):
    """What a function is given: the fields of the case with those the officer has filled in, the lists it reads, the
    files of the case by name, and the catalogue of closed cases it asks for. ``secret`` is fresh and random; what is made
    of it must be kept by the function."""

    fields: Mapping[str, Any]
    lists: Mapping[str, Sequence[ListEntry]]
    files: Mapping[str, bytes]
    number: str
    organ: str
    on: date
    secret: str = ""
    closed: Sequence[ClosedCase] = ()


class EntryWrite(NamedTuple):
    """An entry the function makes in a list; the list must stand in ``writes`` of the step."""

    register: str
    change: Literal["add", "change", "remove"]
    key: str
    values: Mapping[str, Any]


class Worked(NamedTuple):
    """What it comes to: values of fields, files by name (filed with the case), entries of lists."""

    values: Mapping[str, Any]
    files: Mapping[str, bytes] = NO_FILES
    entries: Sequence[EntryWrite] = ()


class NotPossible(BilingualError):
    """The work cannot be done with what was given; ``words`` say what is wrong and what to do."""


Craft = Callable[[Work], Worked]
