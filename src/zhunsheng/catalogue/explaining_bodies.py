"""Declared bodies told in words (议事机构说明): who sits in them, how they meet, what must hold before an item is put or settled;
and the fields their events are asked by, which tables of figures are broken down by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from zhunsheng.catalogue.explaining import Demand
from zhunsheng.catalogue.loading import System, systems
from zhunsheng.catalogue.wording import Citation
from zhunsheng.kernel.body import EVENTS, Body, BodyGate, CompiledBody, event_fields
from zhunsheng.kernel.declaration import BasisDeclaration
from zhunsheng.kernel.fields import FieldDeclaration
from zhunsheng.kernel.figures import Account
from zhunsheng.kernel.meeting import KEEPER_WORDS
from zhunsheng.kernel.words import Words


@dataclass(frozen=True)
class BodyTold:
    """A kind of body in one version. ``before``: what must hold before an item is put; ``ending``: before it is settled."""

    declared: Body
    cited: Citation
    keeper: Words
    offices: list[Words]
    forms: list[Words]
    items: list[Words]
    matters: list[Words]
    before: list[Demand]
    ending: list[Demand]
    papers: list[tuple[Words, str]]


def explain_body(compiled: CompiledBody) -> BodyTold:
    """Everything that is declared of bodies of a kind, in words."""
    declared = compiled.declared

    def cited(basis: BasisDeclaration) -> Citation:
        return Citation(compiled.citation(basis), basis.statute or "" if basis.article else "")

    def demands(on: str) -> list[Demand]:
        gates: list[BodyGate] = [gate for gate in declared.gates if gate.on == on]
        return [Demand(gate.words, cited(gate.basis)) for gate in gates]

    return BodyTold(
        declared, cited(declared.basis), KEEPER_WORDS,
        offices=[words.words for words in declared.offices.values()], forms=[words.words for words in declared.forms.values()],
        items=[kind.words for kind in declared.items], matters=[words.words for words in declared.matters.values()],
        before=demands("put"), ending=demands("settle"),
        papers=[(paper.words, paper.number or "") for paper in (declared.notice, declared.minutes)],
    )  # fmt: skip


@cache
def event_fields_of(slug: str) -> Mapping[str, FieldDeclaration]:
    """What figures of a system may ask of bodies and meetings; names of its own bodies before those of others."""
    known = {other: system.bodies[-1] for other, system in systems().items() if system.bodies}
    own = {slug: known[slug]} if slug in known else {}
    return event_fields({**{other: body for other, body in known.items() if other != slug}, **own})


def fields_of(system: System) -> Mapping[str, FieldDeclaration]:
    """Every field a breakdown or condition of the system's figures may name, the newest version of each."""
    found: dict[str, FieldDeclaration] = {}
    if any(name in event_fields_of(system.slug) for a in system.figures.accounts.values() for name in (*a.by, *a.when)):
        found |= event_fields_of(system.slug)
    for register in system.registers:
        found |= register.fields
    for procedure in system.procedures:
        found |= procedure.all_fields
    return found


def asked_by(system: System, account: Account) -> Mapping[str, FieldDeclaration]:
    """The fields an account asks: what is counted of bodies and meetings has names of its own, which a procedure may have too."""
    events = event_fields_of(system.slug) if any(name in EVENTS for name in account.on) else {}
    return {**fields_of(system), **events}
