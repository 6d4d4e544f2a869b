"""Where the law is used (引用): which step, gate, limit, paper or list of which system rests on an article.

Computed from the declarations once a process. The law knows no records: rooms that keep some register how they find those
that rest on a statute. Nothing is decided here, and no page is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from zhunsheng.catalogue.loading import System, systems
from zhunsheng.kernel.declaration import BasisDeclaration
from zhunsheng.kernel.procedure import Procedure
from zhunsheng.kernel.words import Spoken, Words
from zhunsheng.law.naming import article_order, articles_of
from zhunsheng.law.statutes import Statute

if TYPE_CHECKING:
    from zhunsheng.orgs.access import Access


class Part(Spoken):
    """What of a declaration rests on the law."""

    ACTION = "action", "环节", "step"
    GATE = "gate", "前提", "condition"
    DEADLINE = "deadline", "期限", "limit"
    PAPER = "paper", "文书", "paper"
    OUTCOME = "outcome", "结果", "outcome"
    LIST = "list", "清单", "list"
    BODY = "body", "议事机构", "body"


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


def concerned(statute: str, articles: frozenset[str]) -> list[Use]:
    """The uses of some articles of a statute (none named: of the whole), by article."""
    return [
        use for use in uses_of_statute(statute) if not articles or not articles.isdisjoint(articles_of(use.article))
    ]


# --- records -----------------------------------------------------------------------------------------------------


class Resting(NamedTuple):
    """A record that rests on a statute: what it is, its name, the articles, the system, and how to find it (``case`` or
    ``entry`` and its key)."""

    what: Words
    name: str
    articles: tuple[str, ...]
    system: str
    kind: str
    pk: int


Finder: TypeAlias = "Callable[[Statute, frozenset[str], Access], Iterator[Resting]]"
_finders: dict[str, Finder] = {}


def register_resting(room: str, find: Finder) -> None:
    """Let a room say which of its records rest on articles of a statute (none named: on any), as far as an officer may see
    them."""
    _finders[room] = find


def resting(statute: Statute, articles: frozenset[str], access: Access) -> Iterator[Resting]:
    """Every record that rests on a statute and that the officer may see, room by room."""
    for find in _finders.values():
        yield from find(statute, articles, access)
