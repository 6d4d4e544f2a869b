"""骨架: what was read from a plan: its parts, headings and measures, each with its lines, the tasks, and what is doubtful."""

from __future__ import annotations

from dataclasses import dataclass, field

from zhunsheng.plans.cleaning import Doubt
from zhunsheng.plans.responsible import Remark
from zhunsheng.plans.tasks import Task


@dataclass(slots=True)
class Piece:
    """A numbered line with what stands below it before the next: from its ``line`` to its ``last``. ``stated``: what a remark
    behind it, or a row of a table, says of who and when; ``standard``: what the table wants of it."""

    number: str
    title: str
    text: str = ""
    line: int = 0
    last: int = 0
    stated: Remark = field(default_factory=Remark)
    standard: str = ""


@dataclass(slots=True)
class Part(Piece):
    """一、 a part of the plan."""


@dataclass(slots=True)
class Heading(Piece):
    """（一） a heading of a part; ``shown``: its number as a reader knows it."""

    part: str = ""
    shown: str = ""


@dataclass(slots=True)
class Measure(Piece):
    """One measure with the tasks in it; ``number`` is its own, or that of the heading or part it is the text of."""

    part: str = ""
    heading: str = ""
    of_heading: bool = False
    is_sentence: bool = False
    """Its title with the remark behind it is a whole sentence: a paragraph below it is another."""
    tasks: list[Task] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """What was read from a plan; ``year`` where it is of one year."""

    title: str = ""
    year: int | None = None
    parts: list[Part] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
