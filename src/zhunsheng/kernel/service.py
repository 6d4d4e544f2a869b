"""The declared service (网上办事): what of a procedure a party may do himself over the public pages, and what he is told.

It adds no step and no right: it names steps of the procedure beside it, the fields they are asked with, each with the article
that demands it, and plain words for every state. ``problems`` holds it against the procedure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from zhunsheng.kernel.action import THE_LAW, Action
from zhunsheng.kernel.declaration import BasisField, Declaration, Labelled, Names
from zhunsheng.kernel.fields import FieldError, FieldType, parse
from zhunsheng.kernel.procedure import Procedure

PARTS = ("identity_number", "credit_code", "phone", "address")
"""What can be asked of a party beside the name."""


class Slot(Labelled):
    """One of several parties that are asked for: 您本人, 对方. ``parts`` are asked beside the name, ``?`` marks an optional one.
    ``kinds``: what it may be; the identity number is asked of persons only, the credit code of organisations only."""

    parts: Names = []
    kinds: list[Literal["person", "organisation", "organ"]] = ["person"]
    required: bool = True


class Asked(Declaration):
    """A field an applicant is asked. ``called``: other words for it where those of officers are not plain enough.
    ``slots``: of a field that holds parties."""

    field: str
    basis: BasisField
    required: bool = True
    called: Labelled | None = None
    hint: Labelled | None = None
    slots: list[Slot] = []


class Sheet(Labelled):
    """One page of the form."""

    asks: list[Asked] = Field(min_length=1)


class AskedMaterial(Labelled):
    """A material that is to be handed in."""

    basis: BasisField
    required: bool = False
    hint: Labelled | None = None


class OwnStep(Labelled):
    """A step the party may take himself later. ``note``: he may say something with it; ``files``: hand in materials."""

    asks: list[Asked] = []
    note: Labelled | None = None
    files: bool = False
    outcome: str | None = None
    hint: Labelled | None = None


class ByOrgan(Declaration):
    """A choice nobody is asked, because an organ that is named says it: the first whose word is in the name, else ``otherwise``.
    ``organ``: the field of parties that holds it."""

    organ: str
    words: dict[str, str] = Field(min_length=1)
    otherwise: str

    def choice(self, named: Any) -> str:
        """The choice that follows from the party or the parties in the field."""
        parties = named if isinstance(named, list) else [named or {}]
        names = " ".join(str(party.get("name", "")) for party in parties)
        return next((code for code, word in self.words.items() if word in names), self.otherwise)


class Service(Labelled):
    """What people may hand in and follow online.

    ``want``: what they come for. ``opens``: the step that begins the case; ``fixed``: what is filled in without asking;
    ``today``: dates that are the day it is sent; ``by_organ``: what follows from an organ that is named. ``states``: what
    each state of the procedure means for the party. ``papers``: those shown to him; ``reading``: the step that opening one
    for the first time comes to, where it is possible. ``limits``: deadlines shown; ``answers``: fields shown once they are
    filled in. ``by_site``: what service of papers over the site rests on, if it is offered. ``afterwards``: what can be
    done against the result.
    """

    want: Literal["information", "remedy", "report", "dispute", "help", "rules"]
    summary: Labelled
    who: Labelled
    before: list[Labelled] = []
    opens: str
    fixed: dict[str, Any] = {}
    today: Names = []
    by_organ: dict[str, ByOrgan] = {}
    sheets: list[Sheet] = Field(min_length=1)
    materials: dict[str, AskedMaterial] = {}
    states: dict[str, Labelled]
    steps: dict[str, OwnStep] = {}
    papers: Names = []
    reading: dict[str, str] = {}
    limits: Names = []
    answers: Names = []
    by_site: BasisField | None = None
    afterwards: Labelled | None = None

    @property
    def asks(self) -> list[Asked]:
        """Every field of the form, page by page."""
        return [asked for sheet in self.sheets for asked in sheet.asks]

    def unasked(self, values: Mapping[str, Any], today: str) -> dict[str, Any]:
        """What is filled in without asking, beside what was."""
        told = {name: rule.choice(values.get(rule.organ)) for name, rule in self.by_organ.items()}
        return {**self.fixed, **dict.fromkeys(self.today, today), **told}


def problems(service: Service, procedure: Procedure) -> Iterator[str]:
    """What does not fit the procedure, each in words."""
    opening = procedure.actions.get(service.opens)
    if opening is None or not opening.start:
        yield f"opens 应当是程序的起始环节，{service.opens} 不是"
        return
    yield from _step_problems(
        procedure, service.opens, opening, service.asks, {*service.fixed, *service.today, *service.by_organ}
    )
    for name, value in _constants(service):
        if name in opening.field_names:
            try:
                parse(procedure.all_fields[name], value)
            except FieldError as error:
                yield f"固定的「{name}」：{error.words.zh}"
    for name in service.today:
        if name in procedure.all_fields and procedure.all_fields[name].type is not FieldType.DATE:
            yield f"today 只能写日期字段，{name} 不是"
    asked = {one.field for one in service.asks}
    yield from (
        f"by_organ 的 {rule.organ} 没有问当事人" for rule in service.by_organ.values() if rule.organ not in asked
    )
    if missing := [name for name in procedure.states if name not in service.states]:
        yield f"没有向当事人说明这些状态：{'、'.join(missing)}"
    yield from _strangers("状态", service.states, procedure.states)
    yield from _strangers("文书", [*service.papers, *service.reading], procedure.papers)
    yield from _strangers("字段", service.answers, procedure.all_fields)
    yield from _strangers("期限", service.limits, procedure.deadlines)
    yield from _strangers("环节", [*service.steps, *service.reading.values()], procedure.actions)
    yield from (f"阅读 {paper} 的文书不在 papers 中" for paper in service.reading if paper not in service.papers)
    for name, step in service.steps.items():
        action = procedure.actions.get(name)
        if action is None:
            continue
        yield from _step_problems(procedure, name, action, step.asks, set())
        if len(action.outcome) > 1 and step.outcome not in action.outcome:
            yield f"环节 {name} 有几种结果，须写明当事人办理的是哪一种（outcome）"
    for name in service.reading.values():
        if name in procedure.actions and procedure.actions[name].required_fields:
            yield f"阅读文书不能填写内容，环节 {name} 需要填写"


def _constants(service: Service) -> Iterator[tuple[str, Any]]:
    """Every value the service itself fills in, by its field."""
    yield from service.fixed.items()
    for name, rule in service.by_organ.items():
        yield from ((name, code) for code in (*rule.words, rule.otherwise))


def _step_problems(
    procedure: Procedure, name: str, action: Action, asks: list[Asked], filled: set[str]
) -> Iterator[str]:
    """What is wrong with a step as a party takes it: who takes it, and what he is asked."""
    if THE_LAW in action.by or action.craft is not None:
        yield f"环节 {name} 由法律或者程序自动办理，当事人不能办理"
    asked = {one.field for one in asks}
    yield from (f"环节 {name} 不填写 {one}" for one in sorted((asked | filled) - {*action.field_names}))
    yield from (
        f"环节 {name} 必须填写 {one}，但没有问当事人"
        for one in action.required_fields
        if one not in asked | filled and not (not action.start and one in _held(procedure))
    )
    needed = {one.field for one in asks if one.required}
    yield from (
        f"环节 {name} 必须填写的 {one} 不能是选填"
        for one in action.required_fields
        if one in asked and one not in needed
    )
    for one in asks:
        declared = procedure.all_fields.get(one.field)
        if declared is None:
            continue
        if (declared.type is FieldType.PARTY) != bool(one.slots):
            yield f"字段 {one.field}：当事人字段须写 slots，其他字段不写"
        for slot in one.slots:
            yield from (
                f"字段 {one.field}：没有「{part}」这一项" for part in slot.parts if part.rstrip("?") not in PARTS
            )
        if len(one.slots) > 1 and not declared.many:
            yield f"字段 {one.field} 只能填写一个当事人"


def _held(procedure: Procedure) -> set[str]:
    """Fields a case may hold already when a later step is taken."""
    return {name for action in procedure.actions.values() if action.start for name in action.field_names}


def _strangers(kind: str, named: Any, known: Any) -> Iterator[str]:
    yield from (f"提到了没有声明的{kind} {name}" for name in named if name not in known)
