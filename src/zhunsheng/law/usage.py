"""Where the law is used (引用): which step, gate, limit, paper or list of which system rests on an article.

Computed from the declarations once a process. Nothing is decided here, and no page is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from zhunsheng.catalogue.loading import System, systems
from zhunsheng.kernel.procedure import BasisDeclaration, Procedure
from zhunsheng.kernel.words import Words


class Part(StrEnum):
    """What of a declaration rests on the law."""

    ACTION = "action"
    GATE = "gate"
    DEADLINE = "deadline"
    PAPER = "paper"
    OUTCOME = "outcome"
    LIST = "list"
    BODY = "body"


PART_WORDS = {
    Part.ACTION: Words("环节", "step"),
    Part.GATE: Words("前提", "condition"),
    Part.DEADLINE: Words("期限", "limit"),
    Part.PAPER: Words("文书", "paper"),
    Part.OUTCOME: Words("结果", "outcome"),
    Part.LIST: Words("清单", "list"),
    Part.BODY: Words("议事机构", "body"),
}


@dataclass(frozen=True, slots=True)
class Use:
    """One place that cites an article; ``version`` is the day the declaration came into force, ``limit`` the id of the
    limit it runs under, where it is one."""

    statute: str
    article: str
    system: System
    version: date
    part: Part
    name: Words
    limit: str | None = None


@cache
def uses() -> tuple[Use, ...]:
    """Every use of every statute, in the order of the systems."""
    return tuple(use for system in systems().values() for use in _of_system(system))


def uses_of_statute(key: str) -> list[Use]:
    """The uses of a statute, by article."""
    return sorted((use for use in uses() if use.statute == key), key=lambda use: article_order(use.article))


def uses_of_limit(key: str) -> list[Use]:
    """The limits of procedures that run under a limit of the law."""
    return [use for use in uses() if use.limit == key]


def article_order(article: str) -> tuple[int, str]:
    """Sorts articles by their number; those without one come last."""
    found = re.search(r"\d+", article)
    return (int(found[0]) if found else 10_000, article)


def _of_system(system: System) -> Iterator[Use]:
    for procedure in system.procedures:
        yield from _of_procedure(system, procedure)
    for register in system.registers:
        yield from _use(system, register.in_force.from_, Part.LIST, register.name.words, register.basis, "")
    for body in system.bodies:
        yield from _use(system, body.in_force.from_, Part.BODY, body.name.words, body.basis, "")
        for rule in body.gates:
            yield from _use(system, body.in_force.from_, Part.GATE, rule.words, rule.basis, "")


def _of_procedure(system: System, procedure: Procedure) -> Iterator[Use]:
    version, own = procedure.in_force.from_, procedure.basis
    for action in procedure.actions.values():
        yield from _use(system, version, Part.ACTION, action.words, action.basis, own)
    for gate in procedure.gates:
        yield from _use(system, version, Part.GATE, gate.words, gate.basis, own)
    for deadline in procedure.deadlines.values():
        limit = deadline.limit if isinstance(deadline.limit, str) else None
        yield from _use(system, version, Part.DEADLINE, deadline.words, deadline.basis, own, limit)
    for paper in procedure.papers.values():
        yield from _use(system, version, Part.PAPER, paper.words, paper.basis, own)
    for outcome in procedure.outcomes.values():
        if outcome.basis is not None:
            yield from _use(system, version, Part.OUTCOME, outcome.words, outcome.basis, own)


def _use(
    system: System, version: date, part: Part, name: Words, basis: BasisDeclaration, own: str, limit: str | None = None
) -> Iterator[Use]:
    if basis.article:
        yield Use(basis.statute or own, basis.article, system, version, part, name, limit)
