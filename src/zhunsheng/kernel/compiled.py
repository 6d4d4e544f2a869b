"""A declaration made ready to be walked (编译后的程序), and the words in which a step is asked for and answered.

``Command`` asks, ``Transition`` or ``Refusal`` answers. What is allowed is in ``checking``, what a step comes to in
``transition``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from zhunsheng.kernel.action import OUTCOME, DiscussedFact, RegisterWrite
from zhunsheng.kernel.case_state import CaseState, Link, Request
from zhunsheng.kernel.citing import citation_of
from zhunsheng.kernel.clock import ClockEvent
from zhunsheng.kernel.conditions import Predicate, asked_fields, compile_condition
from zhunsheng.kernel.declaration import BasisDeclaration
from zhunsheng.kernel.fields import NUMBERED, FieldDeclaration, FieldType, Sensitivity, names_to_seal, parse
from zhunsheng.kernel.limits import NO_LOCAL, Amount, Limit, LocalValues
from zhunsheng.kernel.postings import Posting, PostingRule
from zhunsheng.kernel.procedure import DeadlineDeclaration, Gate, Procedure
from zhunsheng.kernel.words import NOTHING, Words


class Command(NamedTuple):
    """What somebody wants to do to a case.

    ``on`` is the legal day of the step, ``today`` the day it is entered. ``facts`` are answers that only the shell
    can give: is this key in force in that list (``RegisterFact.fact``), was it discussed there, or on which day last
    (``DiscussedFact.fact``).
    ``given`` is what the platform fills in by itself (figures of the ledger, entries of lists).
    ``amount`` is the length of an extension. ``principal`` is the officer for whom this one acts while he is away
    (委托代办). ``local`` is what the place of the case has set for limits the statutes leave to it. ``links``: what a case is
    opened from; later a case knows its own.
    """

    action: str
    on: date
    today: date
    officer: str = ""
    organ: str = ""
    roles: frozenset[str] = frozenset()
    values: Mapping[str, Any] = {}
    outcome: str | None = None
    note: str = ""
    facts: Mapping[str, bool | date] = {}
    amount: Amount | None = None
    request: int | None = None
    principal: str = ""
    local: LocalValues = NO_LOCAL
    given: Mapping[str, Any] = {}
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a step is not possible: a stable code, the reason in words, the article, and the field where there is one."""

    code: str
    reason: Words
    basis: Words = NOTHING
    field: str | None = None

    def sentence(self, language: str) -> str:
        """The reason with its article, for a page or a message."""
        text, cited = self.reason.within(language), self.basis.within(language)
        return (
            f"{text}（{cited}）" if cited and not language.startswith("en") else f"{text} ({cited})" if cited else text
        )


class Transition(NamedTuple):
    """A step that was possible: the case after it, and everything that follows from it."""

    case: CaseState
    action: str
    on: date
    sets: Mapping[str, Any]
    outcome: str | None = None
    clock_events: tuple[tuple[str, ClockEvent], ...] = ()
    papers: tuple[str, ...] = ()
    postings: tuple[Posting, ...] = ()
    registers: tuple[RegisterWrite, ...] = ()
    request: Request | None = None
    transferred_to: str | None = None
    by_law: bool = False


@dataclass(frozen=True)
class CompiledGate:
    gate: Gate
    when: Predicate | None
    condition: Predicate | None


@dataclass(frozen=True)
class CompiledDeadline:
    key: str
    declaration: DeadlineDeclaration
    limit: Limit
    when: Predicate | None
    resumes: Mapping[str, frozenset[str]]


class CompiledProcedure:
    """A declaration made ready to be walked many times: conditions are functions, every list is indexed by action."""

    def __init__(
        self,
        slug: str,
        procedure: Procedure,
        limits: Mapping[str, Limit],
        posting_rules: Mapping[str, list[PostingRule]],
        citations: Mapping[str, Words],
    ) -> None:
        self.slug = slug
        self.procedure = procedure
        self.limits = limits
        self.posting_rules = posting_rules
        self._statute_names = citations
        self.all_fields = procedure.all_fields
        self.final = frozenset(name for name, state in procedure.states.items() if state.final)
        self.before = {name: frozenset(procedure.states_before(name)) for name in procedure.actions}
        self.when = {name: compile_condition(action.when) for name, action in procedure.actions.items()}
        self.deadlines = {key: self._compile_deadline(key, d) for key, d in procedure.deadlines.items()}
        self.owed = frozenset(
            key for key, d in procedure.deadlines.items() if limits[key].ends_in_duty and not d.if_needed
        )
        """The limits by whose end something must have been done, whatever anybody thinks of the case."""
        self.lapsing = frozenset(key for key, d in procedure.deadlines.items() if d.lapse)
        """Those whose end has a consequence by law."""

    @property
    def version(self) -> date:
        return self.procedure.in_force.from_

    @cached_property
    def _afresh(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(action.field_names) for name, action in self.procedure.actions.items() if action.afresh}

    def kept(self, action: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a case says as a step begins: everything, or without what the step fills in afresh."""
        anew = self._afresh.get(action)
        return {name: value for name, value in fields.items() if name not in anew} if anew else fields

    @cached_property
    def posts_by_time(self) -> frozenset[str]:
        """The actions of which it depends on limits met or on days gone by what they post."""
        asks = {
            name: any(r.in_time or r.late or r.days_since for r in rules) for name, rules in self.posting_rules.items()
        }
        return frozenset(name for name in asks if asks[name])

    @cached_property
    def has_settings(self) -> bool:
        """Whether it leaves the length of any limit to the place."""
        return any(limit.setting is not None for limit in self.limits.values())

    @cached_property
    def party_fields(self) -> list[str]:
        """The fields that hold parties."""
        return [name for name, declared in self.all_fields.items() if declared.type is FieldType.PARTY]

    @cached_property
    def sealed_fields(self) -> frozenset[str]:
        """The fields in whose values something is kept encrypted."""
        return names_to_seal(self.all_fields)

    @cached_property
    def numbered_fields(self) -> Mapping[str, FieldDeclaration]:
        """Those in which an identity number may stand."""
        return {name: field for name, field in self.all_fields.items() if field.type in NUMBERED}

    @cached_property
    def sealed_in_papers(self) -> frozenset[str]:
        """Those of them that a paper says."""
        return names_to_seal(self.all_fields, printed=True)

    @cached_property
    def choice_fields(self) -> list[str]:
        """The fields with a few values to choose from, one of them to a case: what lists are filtered by."""
        return [
            name
            for name, declared in self.all_fields.items()
            if declared.type in (FieldType.CHOICE, FieldType.BOOLEAN)
            and not declared.many
            and declared.sensitivity is not Sensitivity.SENSITIVE
        ]

    @cached_property
    def title_fields(self) -> list[str]:
        """The fields the title of a case is made of."""
        return [name for name in self.all_fields if "{" + name + "}" in self.procedure.title]

    def _compile_deadline(self, key: str, declaration: DeadlineDeclaration) -> CompiledDeadline:
        resumes = {stop: frozenset(resuming) for stop, resuming in declaration.stopped_by.items()}
        return CompiledDeadline(key, declaration, self.limits[key], compile_condition(declaration.when), resumes)

    @cached_property
    def gates(self) -> dict[str, list[CompiledGate]]:
        index: dict[str, list[CompiledGate]] = {}
        for gate in self.procedure.gates:
            compiled = CompiledGate(gate, compile_condition(gate.when), compile_condition(gate.condition))
            for action in gate.on:
                index.setdefault(action, []).append(compiled)
        return index

    def _looks_at_values(self, action: str, gate: Gate) -> bool:
        """Whether a gate asks about what the action itself fills in, so that it can only be judged with the values."""
        declared = self.procedure.actions[action]
        asked = asked_fields(gate.when) | asked_fields(gate.condition) | {*gate.fields}
        asked |= {gate.registered.key} if gate.registered else set()
        asked |= {gate.named} if gate.named else set()
        asked |= {gate.within.day} if gate.within and gate.within.day else set()
        given = {*declared.field_names, *declared.fixed, *self.given[action], *([OUTCOME] if declared.outcome else [])}
        return declared.start or not asked.isdisjoint(given)

    @cached_property
    def gates_of_values(self) -> dict[str, list[CompiledGate]]:
        """Action -> its gates that are judged together with the values filled in (for a start action all of them)."""
        chosen = {a: [g for g in gates if self._looks_at_values(a, g.gate)] for a, gates in self.gates.items()}
        return {action: gates for action, gates in chosen.items() if gates}

    @cached_property
    def gates_before(self) -> dict[str, list[CompiledGate]]:
        """Action -> its gates that can be judged before anything is filled in."""
        chosen = {a: [g for g in gates if not self._looks_at_values(a, g.gate)] for a, gates in self.gates.items()}
        return {action: gates for action, gates in chosen.items() if gates}

    def discussions(self, action: str) -> list[DiscussedFact]:
        """The discussions an action waits for, and the one it begins from."""
        own = self.procedure.actions[action].discussed if action in self.procedure.actions else None
        asked = [gate.gate.discussed for gate in self.gates.get(action, ())]
        return [found for found in (*asked, own) if found is not None]

    def waiting_for(self, body: str) -> list[str]:
        """The actions that wait for a discussion in a body of this kind, or begin from one."""
        return [
            name
            for name in self.procedure.actions
            if any(body in discussed.bodies for discussed in self.discussions(name))
        ]

    @cached_property
    def deadlines_by_action(self) -> dict[str, list[CompiledDeadline]]:
        """Action -> the deadlines it touches in any way."""
        index: dict[str, list[CompiledDeadline]] = {}
        for compiled in self.deadlines.values():
            d = compiled.declaration
            resuming = [name for names in compiled.resumes.values() for name in names]
            named = [*d.from_, *d.until, *d.stopped_by, *resuming, *d.voided_by]
            named += [name for name in (d.extended_by, d.lapse) if name]
            for action in dict.fromkeys(named):
                index.setdefault(action, []).append(compiled)
        return index

    @cached_property
    def cited(self) -> dict[str, Words]:
        """Action -> its basis in words."""
        return {name: self.citation(action.basis) for name, action in self.procedure.actions.items()}

    @cached_property
    def accepted(self) -> dict[str, frozenset[str]]:
        """Action -> the fields it may fill."""
        return {name: frozenset(action.field_names) for name, action in self.procedure.actions.items()}

    @cached_property
    def required(self) -> dict[str, list[tuple[str, bool]]]:
        """Action -> (field, whether it must be filled)."""
        return {
            name: [(item.rstrip("?"), not item.endswith("?")) for item in action.sets]
            for name, action in self.procedure.actions.items()
        }

    @cached_property
    def fixed(self) -> dict[str, dict[str, Any]]:
        """Action -> the values it fills in by itself."""
        return {
            name: {field: parse(self.all_fields[field], value) for field, value in action.fixed.items()}
            for name, action in self.procedure.actions.items()
        }

    @cached_property
    def given(self) -> dict[str, tuple[str, ...]]:
        """Action -> the fields the platform fills in, in their order: what the entry of a list gives, what the meeting that passed
        the case gives where the step does not ask for it, figures it reads, how many cases the lists given as evidence hold."""
        found: dict[str, dict[str, None]] = {name: {} for name in self.procedure.actions}
        for gate in self.procedure.gates:
            if gate.registered:
                for action in gate.on:
                    found[action] |= dict.fromkeys(gate.registered.gives)
            if gate.discussed:
                for action in gate.on:
                    asked = self.procedure.actions[action].field_names
                    found[action] |= dict.fromkeys(name for name in gate.discussed.gives if name not in asked)
        for name, declared in self.procedure.actions.items():
            found[name] |= dict.fromkeys(declared.reads)
            if declared.changes is not None:
                found[name] |= {declared.changes.into: None}
            if declared.recounts is not None:
                found[name] |= {declared.recounts: None}
        return {name: tuple(fields) for name, fields in found.items()}

    @cached_property
    def asking(self) -> frozenset[str]:
        """The actions that ask whether something stands in a list, or of which the platform fills something in."""
        by_lists = {name for name, gates in self.gates.items() if any(each.gate.registered for each in gates)}
        return frozenset(by_lists | {name for name, fields in self.given.items() if fields})

    def citation(self, basis: BasisDeclaration | None) -> Words:
        """A basis in words."""
        return citation_of(basis, self.procedure.basis, self._statute_names)
