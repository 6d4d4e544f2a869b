"""The declared body (议事机构): what bodies of one kind are called and deal with, and what they must keep to when they meet.

Pure: who sits where, when they meet and what they decide is kept by the room bodies. What happens to bodies and meetings
has the names of ``EVENTS``, to which accounts post as to actions of a procedure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

from pydantic import model_validator

from zhunsheng.kernel.case_state import Link
from zhunsheng.kernel.checking import fits_link
from zhunsheng.kernel.citing import citation_of
from zhunsheng.kernel.compiled import Refusal
from zhunsheng.kernel.conditions import Predicate, asked_fields, compile_condition
from zhunsheng.kernel.declaration import BasisDeclaration, BasisField, Condition, Declaration, Labelled
from zhunsheng.kernel.fields import FieldDeclaration, FieldType
from zhunsheng.kernel.meeting import Holder, ItemKind, Office, Presence, Result, Stance, Standing
from zhunsheng.kernel.procedure import LinkedCase, PaperDeclaration, Version
from zhunsheng.kernel.words import Spoken, Words


class Event(NamedTuple):
    """Something that happens to a body or a meeting: its words, and the values accounts may ask of it."""

    words: Words
    values: frozenset[str]


EVENTS: Mapping[str, Event] = {
    "body.set_up": Event(Words("设立议事机构", "A body is set up"), frozenset({"body"})),
    "body.closed": Event(Words("撤销议事机构", "A body is closed"), frozenset({"body"})),
    "seat.taken": Event(Words("增补席位", "A seat is taken"), frozenset({"body", "office", "holder"})),
    "seat.left": Event(Words("席位离任", "A seat is left"), frozenset({"body", "office", "holder"})),
    "meeting.held": Event(Words("会议印发纪要", "Minutes are issued"), frozenset({"body", "form", "studied"})),
    "meeting.settled": Event(
        Words("议题有结论", "An item is settled"),
        frozenset({"body", "form", "kind", "matter", "result", "rule_of_law", "reviewed"}),
    ),
    "meeting.attended": Event(
        Words("登记到会情况", "Somebody was called"), frozenset({"body", "form", "standing", "presence"})
    ),
}
"""What bodies and meetings post by; all of a meeting posts when its minutes are issued."""


ITEM_VALUES = frozenset({"kind", "matter", "form", "result", "rule_of_law", "reviews_every_item"})
"""What the conditions of a body's gates may ask of an item."""


class BodyGate(Labelled):
    """What must hold before an item is put on an agenda or settled; its name is the reason given when it does not.

    ``linked``: a linked case; ``condition``: on the item; ``recorded``: who spoke in which order is recorded;
    ``head_last``: where it is, the head spoke last; ``dissent``: whoever disagreed is recorded with his words;
    ``reasons``: a result most of the members were against has its reasons.
    """

    on: Literal["put", "settle"]
    when: Condition = {}
    condition: Condition = {}
    linked: LinkedCase | None = None
    recorded: bool = False
    head_last: bool = False
    dissent: bool = False
    reasons: bool = False
    basis: BasisField

    @model_validator(mode="after")
    def _demands_something(self) -> BodyGate:
        if not any((self.condition, self.linked, self.recorded, self.head_last, self.dissent, self.reasons)):
            raise ValueError(f"闸门「{self.zh}」没有提出任何要求")
        return self


class Body(Declaration):
    """Bodies of one kind in one version of the law. ``offices`` names those who sit in it, ``forms`` its meetings."""

    name: Labelled
    description: Labelled | None = None
    basis: BasisField
    in_force: Version
    offices: dict[Office, Labelled]
    forms: dict[str, Labelled]
    items: list[ItemKind]
    matters: dict[str, Labelled] = {}
    notice: PaperDeclaration
    minutes: PaperDeclaration
    gates: list[BodyGate] = []

    @model_validator(mode="after")
    def _consistent(self) -> Body:
        problems = []
        if Office.CHAIR not in self.offices or Office.MEMBER not in self.offices:
            problems.append("必须写明 chair 和 member 怎样称呼")
        if not self.forms or not self.items:
            problems.append("至少有一种会议（forms）和一类议题（items）")
        for index, gate in enumerate(self.gates, 1):
            unknown = sorted((asked_fields(gate.when) | asked_fields(gate.condition)) - ITEM_VALUES)
            if unknown:
                problems.append(f"第 {index} 个闸门提到了议题没有的 {'、'.join(unknown)}")
        if problems:
            raise ValueError("；".join(problems))
        return self


class Speaker(NamedTuple):
    """Somebody who spoke on an item, in the order they did: who, for what, and whether the words are recorded."""

    who: str
    stance: Stance
    has_words: bool = False


class Discussed(NamedTuple):
    """An item as the gates see it. ``head``: who has to speak last, where there is one; ``reasons``: whether a result
    the members were against is explained. ``links``: the cases linked to it or to the case it decides."""

    values: Mapping[str, Any]
    links: tuple[Link, ...] = ()
    speakers: Sequence[Speaker] = ()
    head: str = ""
    reasons: bool = False


@dataclass(frozen=True)
class CompiledBody:
    """A declaration ready to be asked."""

    slug: str
    declared: Body
    statutes: Mapping[str, Words]

    @cached_property
    def gates(self) -> list[tuple[BodyGate, Predicate | None, Predicate | None]]:
        """Each gate with its conditions as functions."""
        return [(g, compile_condition(g.when), compile_condition(g.condition)) for g in self.declared.gates]

    def check(self, on: Literal["put", "settle"], item: Discussed) -> Refusal | None:
        """Why an item may not be put, or not be settled like this; None when it may."""
        for gate, when, condition in self.gates:
            if gate.on != on or (when is not None and not when(item.values)):
                continue
            if not _opens(gate, condition, item):
                return Refusal("gate", Words(gate.zh, gate.en), self.citation(gate.basis))
        return None

    def citation(self, basis: BasisDeclaration) -> Words:
        """A basis in words."""
        return citation_of(basis, "", self.statutes)


def _opens(gate: BodyGate, condition: Predicate | None, item: Discussed) -> bool:
    if condition is not None and not condition(item.values):
        return False
    if gate.linked is not None and not any(fits_link(link, gate.linked) for link in item.links):
        return False
    if gate.recorded and not item.speakers:
        return False
    if gate.head_last and item.speakers and item.head and item.speakers[-1].who != item.head:
        return False
    if gate.dissent and any(s.stance is Stance.DISAGREE and not s.has_words for s in item.speakers):
        return False
    return not gate.reasons or item.reasons or not _is_against_the_members(item)


def _is_against_the_members(item: Discussed) -> bool:
    """Whether more of the members who spoke were against the result than for it; the head's own word does not count."""
    others = [speaker.stance for speaker in item.speakers if speaker.who != item.head]
    balance = others.count(Stance.AGREE) - others.count(Stance.DISAGREE)
    result = item.values.get("result")
    if result in (Result.PASSED, Result.PASSED_WITH_CHANGES):
        return balance < 0
    return result == Result.NOT_PASSED and balance > 0


def event_fields(bodies: Mapping[str, Body]) -> dict[str, FieldDeclaration]:
    """What may be asked of the events, as fields with their choices; of names declared twice the last body's count."""
    names = {slug: body.name for slug, body in bodies.items()}
    forms = {key: words for body in bodies.values() for key, words in body.forms.items()}
    matters = {key: words for body in bodies.values() for key, words in body.matters.items()}
    offices = {str(key): words for body in bodies.values() for key, words in body.offices.items()}
    return {
        "body": _choice("议事机构", "Body", names),
        "form": _choice("会议形式", "Form of meeting", forms),
        "matter": _choice("决定事项", "Matter", matters),
        "office": _choice("身份", "Office", offices),
        "holder": _choice("担任者", "Holder", _labels(Holder)),
        "kind": _choice("议题类别", "Kind of item", _labels(ItemKind)),
        "result": _choice("结果", "Result", _labels(Result)),
        "standing": _choice("参会方式", "Standing", _labels(Standing)),
        "presence": _choice("到会情况", "Presence", _labels(Presence)),
        "studied": FieldDeclaration(zh="会上学法", en="Law was studied", type=FieldType.BOOLEAN),
        "rule_of_law": FieldDeclaration(zh="法治建设议题", en="On the rule of law", type=FieldType.BOOLEAN),
        "reviewed": FieldDeclaration(zh="经合法性审查", en="Reviewed for legality", type=FieldType.BOOLEAN),
    }


def _labels(kind: type[Spoken]) -> dict[str, Labelled]:
    return {value.value: Labelled(zh=value.words.zh, en=value.words.en) for value in kind}


def _choice(zh: str, en: str, of: Mapping[str, Labelled]) -> FieldDeclaration:
    return FieldDeclaration(zh=zh, en=en, type=FieldType.CHOICE, of={**of})
