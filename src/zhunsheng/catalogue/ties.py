"""What one system takes from another (衔接), read off the declarations, and the chains of systems that type nothing twice.

A tie is declared where it works: a case begins with what a linked one holds, a gate asks for a linked case, an entry of a list
or a meeting, a step writes a list or reads a figure. ``chains.yaml`` names the chains; a hop without a tie fails a test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import RootModel

from zhunsheng.catalogue.loading import System, read_declaration, systems
from zhunsheng.kernel.action import Action, FieldNamed
from zhunsheng.kernel.declaration import Declaration, Labelled
from zhunsheng.kernel.fields import TEXTS, FieldDeclaration
from zhunsheng.kernel.procedure import Procedure
from zhunsheng.kernel.words import Spoken, Words


class How(Spoken):
    """How a system takes something from another."""

    TAKES_OVER = "takes_over", "关联开案，承接内容", "a case is opened from it and begins with what it holds"
    LINKED = "linked", "须有其结论", "its conclusion is asked for"
    GIVEN = "given", "由清单条目带出", "filled in from the entry of the list"
    REGISTERED = "registered", "须在清单中", "an entry of the list is asked for"
    WRITES = "writes", "办理时写入清单", "a step writes the list"
    READS = "reads", "由台账取数", "figures are read from its records"
    DISCUSSED = "discussed", "须经会议", "a meeting is asked for"
    TOLD = "told", "由会议带出", "filled in from the meeting that passed it"
    BESIDE = "beside", "清单比对", "the lists are laid side by side"


class Tie(NamedTuple):
    """``giver`` has something, ``taker`` works with it; ``what`` names the step, gate or fields."""

    giver: str
    taker: str
    how: How
    what: Words


class Chain(Declaration):
    """A chain of systems in the order of the work; each hop is (from, to)."""

    chain: Labelled
    hops: list[tuple[str, str]]


class _Chains(RootModel[list[Chain]]):
    pass


@cache
def chains() -> list[Chain]:
    """The chains that must work without typing twice. Raises ``DeclarationError``."""
    return read_declaration(Path(__file__).with_name("chains.yaml"), _Chains).root


@cache
def ties() -> dict[tuple[str, str], list[Tie]]:
    """(from, to) -> what ties the two, by the newest version of every declaration."""
    found: dict[tuple[str, str], list[Tie]] = {}
    for system in systems().values():
        for tie in _of(system):
            if tie.giver != tie.taker and tie not in found.get((tie.giver, tie.taker), ()):
                found.setdefault((tie.giver, tie.taker), []).append(tie)
    return found


def _of(system: System) -> Iterator[Tie]:
    if system.procedures:
        yield from _of_procedure(system.slug, system.procedures[-1])
    for register in system.registers[-1:]:
        if register.counterpart:
            yield Tie(register.counterpart.register_slug, system.slug, How.BESIDE, register.counterpart.words)
    for body in system.bodies[-1:]:
        for rule in body.gates:
            if rule.linked:
                yield Tie(rule.linked.system, system.slug, How.LINKED, rule.words)


def _of_procedure(slug: str, procedure: Procedure) -> Iterator[Tie]:
    fields = procedure.all_fields
    for giver in procedure.links:
        if shared := _handed_on(giver, procedure):
            yield Tie(giver, slug, How.TAKES_OVER, _listed(fields[name].words for name in shared))
    for gate in procedure.gates:
        if gate.linked:
            yield Tie(gate.linked.system, slug, How.LINKED, gate.words)
        if gate.registered:
            given = gate.registered.gives
            what = _listed(fields[name].words for name in given) if given else gate.words
            yield Tie(gate.registered.register_slug, slug, How.GIVEN if given else How.REGISTERED, what)
        for body in gate.discussed.bodies if gate.discussed else ():
            yield Tie(body, slug, How.DISCUSSED, gate.words)
    for action in procedure.actions.values():
        yield from _of_action(slug, action, fields)


def _of_action(slug: str, action: Action, fields: Mapping[str, FieldDeclaration]) -> Iterator[Tie]:
    for write in action.registers:
        yield Tie(slug, write.register_slug, How.WRITES, action.words)
    if action.discussed:
        told = _listed(fields[name].words for name in action.discussed.gives)
        yield from (Tie(body, slug, How.TOLD, told) for body in action.discussed.bodies)
    if action.list_change:
        changes = _listed(fields[name].words for name in action.list_change.gives)
        yield Tie(action.list_change.register_slug, slug, How.GIVEN, changes)
    for giver, taken in action.takes_over.items():
        yield Tie(giver, slug, How.TAKES_OVER, _listed(fields[name].words for name in taken))
    for read in action.reads.values():
        if not isinstance(read.figure, FieldNamed):
            yield Tie(read.figure.partition(".")[0], slug, How.READS, action.words)
    if action.craft:
        for name in action.craft.reads:
            yield Tie(name, slug, How.GIVEN, action.words)
        for name in action.craft.closed.of if action.craft.closed else ():
            yield Tie(name, slug, How.GIVEN, action.words)
        for name in action.craft.writes:
            yield Tie(slug, name, How.WRITES, action.words)


def _handed_on(giver: str, procedure: Procedure) -> list[str]:
    """The fields a case opened from another begins with: those it is opened with that the other has too, or that are named."""
    opening = {name for key in procedure.start_actions for name in procedure.actions[key].field_names}
    other = systems().get(giver)
    held = other.procedures[-1].all_fields if other and other.procedures else {}
    declared = procedure.takes_over.get(giver, {})
    return [
        name for name, field in procedure.all_fields.items()
        if name in opening and (name in declared or (name in held and _fits(held[name], field)))
    ]  # fmt: skip


def _fits(theirs: FieldDeclaration, own: FieldDeclaration) -> bool:
    """Whether a value can be handed on at all: of choices, whether one is offered by both."""
    if theirs.type is not own.type:
        return {theirs.type, own.type} <= TEXTS
    return not own.choices or bool(set(own.choices) & set(theirs.choices))


def _listed(words: Iterator[Words]) -> Words:
    found = list(words)
    return Words("、".join(each.zh for each in found), ", ".join(each.en for each in found))
