"""The declared list (清单、名录、目录): its fields, its key, what is compared with another list, who approves.

Entries themselves, their two axes of time and their versions are kept by the registers room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from pydantic import Field, model_validator

from zhunsheng.kernel.conditions import Predicate, asked_fields, compile_condition
from zhunsheng.kernel.declaration import BasisDeclaration, BasisField, Condition, Declaration, Labelled, Names
from zhunsheng.kernel.fields import FieldDeclaration, FieldError
from zhunsheng.kernel.procedure import Version
from zhunsheng.kernel.words import Words


class ChangeKind(StrEnum):
    """What a line of a change set does to an entry; ``none`` records that nothing had to change."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    NONE = "none"


ENTRY = "entry."
"""Before the name of an event of a list, where an account names it beside steps of a procedure."""
MOVED_IN, MOVED_OUT = "moved_in", "moved_out"
"""An entry came from, or went to, another organ by a reform: nobody decided to add or remove it."""
LIST_EVENTS = (*ChangeKind, MOVED_IN, MOVED_OUT)
"""What may happen to an entry, as accounts name it; ``none`` never posts."""


class Counterpart(Labelled):
    """The part of another list that must say the same as this one, organ by organ (清单一致). ``where``: which of its entries.
    ``by``: the field that holds the other list's key; without it both have the same key and the compared fields as well.
    """

    register_slug: str = Field(alias="register")
    where: Condition = {}
    by: str | None = None


class EntryGate(Labelled):
    """What an entry must say before it stands in the list, whoever writes it and by whatever way (闸门); its name is the reason
    given when it does not. Asked of what is written: what stood there before hinders nobody from ending or moving it."""

    when: Condition = {}
    condition: Condition
    basis: BasisField

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The fields it looks at, those that have to be mended first."""
        return tuple(dict.fromkeys([*sorted(asked_fields(self.condition)), *sorted(asked_fields(self.when))]))

    @cached_property
    def opens(self) -> Predicate:
        """Whether the values of an entry meet it."""
        when, condition = compile_condition(self.when), compile_condition(self.condition)
        return lambda values: (when is not None and not when(values)) or condition is None or condition(values)


class Register(Declaration):
    """A versioned list. ``key``: the field that identifies an entry inside one organ's list (or everywhere, with
    ``unique_everywhere``)."""

    name: Labelled
    description: Labelled | None = None
    basis: BasisField
    in_force: Version
    key: str
    title: str
    fields: dict[str, FieldDeclaration]
    required: Names = []
    compare: Names = []
    counterpart: Counterpart | None = None
    editors: Names
    approvers: Names
    roles: dict[str, Labelled]
    public: Names = []
    gates: list[EntryGate] = []
    list_columns: list[str] = []
    unique_everywhere: bool = False
    per_organ: bool = True
    aliases: list[str] = Field(default=[])

    @model_validator(mode="after")
    def _consistent(self) -> Register:
        named = [self.key, self.title, *self.required, *self.compare, *self.public, *self.list_columns]
        named += [self.counterpart.by] if self.counterpart and self.counterpart.by else []
        named += [name for gate in self.gates for name in gate.asked]
        unknown = [
            name for name in named if name not in self.fields and name not in ("organ", "valid_from", "valid_to")
        ]
        unknown += [role for role in (*self.editors, *self.approvers) if role not in self.roles]
        if unknown:
            raise ValueError(f"清单「{self.name.zh}」提到了没有声明的 {'、'.join(unknown)}")
        return self


@dataclass(frozen=True, slots=True)
class EntryProblem:
    """What is wrong with one field of an entry; ``basis``: the ground, where a gate says so."""

    field: str
    words: Words
    basis: BasisDeclaration | None = None


def parse_entry(register: Register, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[EntryProblem]]:
    """The canonical values of an entry and what is wrong with it, field by field."""
    parsed: dict[str, Any] = {}
    problems = [
        EntryProblem(name, Words(f"清单没有「{name}」这个字段", f"the list has no field “{name}”"))
        for name in values
        if name not in register.fields
    ]
    for name, field in register.fields.items():
        try:
            value = field.parse(values.get(name))
        except FieldError as error:
            problems.append(EntryProblem(name, error.words))
            continue
        if value is None:
            if name == register.key or name in register.required:
                problems.append(EntryProblem(name, Words(f"「{field.zh}」必须填写", f"“{field.en}” must be filled in")))
            continue
        parsed[name] = value
    return parsed, problems


def shut_gates(register: Register, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[EntryProblem]:
    """The gates that an entry does not meet, of those that ask about something newly written; each told at the first field it
    finds wrong."""
    changed = set(changed_fields(before, after))
    return [
        EntryProblem(gate.asked[0], gate.words, gate.basis)
        for gate in register.gates
        if not changed.isdisjoint(gate.asked) and not gate.opens(after)
    ]


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The fields whose values differ, in the order of their names."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


class Difference(StrEnum):
    """How an item of one list stands to another list."""

    SAME = "same"
    DIFFERS = "differs"
    ONLY_HERE = "only_here"
    ONLY_THERE = "only_there"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One item of two lists: which compared fields differ."""

    key: str
    difference: Difference
    here: Mapping[str, Any] | None
    there: Mapping[str, Any] | None
    fields: tuple[str, ...] = ()


def compare(
    register: Register, here: Mapping[str, Mapping[str, Any]], there: Mapping[str, Mapping[str, Any]]
) -> list[Comparison]:
    """Two lists item by item and, inside an item, element by element (三级四同), in the order of their keys."""
    rows: list[Comparison] = []
    for key in sorted({*here, *there}):
        ours, theirs = here.get(key), there.get(key)
        if ours is None:
            rows.append(Comparison(key, Difference.ONLY_THERE, None, theirs))
        elif theirs is None:
            rows.append(Comparison(key, Difference.ONLY_HERE, ours, None))
        else:
            differing = tuple(name for name in register.compare if ours.get(name) != theirs.get(name))
            rows.append(Comparison(key, Difference.DIFFERS if differing else Difference.SAME, ours, theirs, differing))
    return rows


def in_force_on(valid_from: date, valid_to: date | None, day: date) -> bool:
    """Whether an entry is in force on a day (``valid_to`` is its first day out of force)."""
    return valid_from <= day and (valid_to is None or day < valid_to)
