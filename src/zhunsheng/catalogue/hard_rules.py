"""The hard rules (硬约束): what the platform refuses or holds against everybody, and where it is shown to.

Which rule is shown by which worked example, gate of a body, pair of lists or least figure is told in ``hard_rules.yaml``; here
that is held against the declarations. Nothing is refused here: the gates of the systems do that.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import RootModel

from zhunsheng.catalogue.loading import System, ground_of, read_declaration, systems
from zhunsheng.catalogue.scenarios import Scenario, Step, read_scenarios
from zhunsheng.kernel.declaration import Declaration, Labelled
from zhunsheng.kernel.words import Words


class ByExample(Declaration):
    """A worked example of a system, and words of the refusal in it."""

    system: str
    example: str
    says: str = ""


class ByBody(Declaration):
    """A gate of a body, by words of its name."""

    body: str
    says: str


class ByLists(Declaration):
    """A list that is laid beside another."""

    list: str
    agrees_with: str


class ByEntry(Declaration):
    """A list that takes no such entry, by words of its gate."""

    list: str
    says: str


class HardRule(Declaration):
    """One rule and everything that shows it."""

    rule: Labelled
    examples: list[ByExample] = []
    bodies: list[ByBody] = []
    lists: list[ByLists] = []
    entries: list[ByEntry] = []
    least: list[str] = []


class _HardRules(RootModel[list[HardRule]]):
    pass


class Shown(NamedTuple):
    """One thing that shows a rule: the system, what it is called there, what it says when it refuses, and its ground."""

    system: System
    name: Words
    says: Words
    ground: Words


NO_GROUND = Words("", "")


@cache
def hard_rules() -> list[HardRule]:
    """The rules in their order. Raises ``DeclarationError``."""
    return read_declaration(Path(__file__).with_name("hard_rules.yaml"), _HardRules).root


def problems(rule: HardRule) -> list[str]:
    """What of a rule is not there: an example that is gone or refuses nothing any more, a gate, a list, a figure."""
    return [str(what) for what, shown in _all(rule) if shown is None]


def shown_by(rule: HardRule) -> list[Shown]:
    """Everything that shows a rule, as far as it is there."""
    return [shown for _, shown in _all(rule) if shown is not None]


def _all(rule: HardRule) -> Iterator[tuple[object, Shown | None]]:
    for example in rule.examples:
        yield example, _by_example(example)
    for body in rule.bodies:
        yield body, _by_body(body)
    for pair in rule.lists:
        yield pair, _by_lists(pair)
    for entry in rule.entries:
        yield entry, _by_entry(entry)
    for figure in rule.least:
        yield figure, _by_figure(figure)


def _by_example(wanted: ByExample) -> Shown | None:
    system = systems().get(wanted.system)
    examples = read_scenarios(system) if system else None
    found = next((each for each in examples.scenarios if each.it == wanted.example), None) if examples else None
    if system is None or found is None:
        return None
    name = Words(found.zh, found.it)
    if wanted.says:
        return _refusal_in(system, found, name, wanted.says)
    ends = [then for then in found.then.values() if then.overdue or then.event]
    return Shown(system, name, NO_GROUND, NO_GROUND) if ends else None


def _refusal_in(system: System, example: Scenario, name: Words, says: str) -> Shown | None:
    """The gate an example is refused by with these words."""
    steps = [(day, step) for given in example.given for day, step in given.items() if isinstance(step, Step)]
    refused = {step.action for _, step in steps if step.refused and step.says and step.says in says}
    if not refused:
        return None
    started = min(day for given in example.given for day in given)
    compiled = system.procedure_on(started)
    for gate in compiled.procedure.gates:
        if says in gate.zh and refused.intersection(gate.on):
            return Shown(system, name, gate.words, compiled.citation(gate.basis))
    return None


def _by_body(wanted: ByBody) -> Shown | None:
    system = systems().get(wanted.body)
    for body in reversed(system.bodies if system else ()):
        compiled = system.body_on(body.in_force.from_) if system else None
        for gate in body.gates:
            if compiled and system and wanted.says in gate.zh:
                return Shown(system, body.name.words, gate.words, compiled.citation(gate.basis))
    return None


def _by_lists(wanted: ByLists) -> Shown | None:
    system = systems().get(wanted.list)
    counterpart = system.registers[-1].counterpart if system and system.registers else None
    if system is None or counterpart is None or counterpart.register_slug != wanted.agrees_with:
        return None
    says = Words(f"比对：{counterpart.zh}", f"laid beside: {counterpart.en}")
    return Shown(system, system.registers[-1].name.words, says, NO_GROUND)


def _by_entry(wanted: ByEntry) -> Shown | None:
    system = systems().get(wanted.list)
    for register in system.registers[-1:] if system else ():
        for gate in register.gates:
            if system and wanted.says in gate.zh:
                return Shown(system, register.name.words, gate.words, ground_of(gate.basis))
    return None


def _by_figure(wanted: str) -> Shown | None:
    slug, _, key = wanted.partition(".")
    system = systems().get(slug)
    least = system.figures.least.get(key) if system else None
    return (
        Shown(system, least.words, Words("由记录得出的下限", "the least, out of the records"), NO_GROUND)
        if system and least
        else None
    )
