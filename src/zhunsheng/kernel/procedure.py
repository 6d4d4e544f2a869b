"""The declared procedure (程序): the course of one kind of case, as a lawyer can read and check it.

These classes say what a declaration may contain and refuse one that contradicts itself; ``transition.act`` walks
it. Everything that binds cites its basis; what no statute settles is marked as practice or as a setting.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field, model_validator

from zhunsheng.kernel.action import OUTCOME, THE_LAW, Action, DiscussedFact, FieldNamed
from zhunsheng.kernel.conditions import asked_fields
from zhunsheng.kernel.declaration import BasisField, Condition, Declaration, Labelled, Names
from zhunsheng.kernel.fields import FieldDeclaration, FieldError, FieldType, parse
from zhunsheng.kernel.limits import Kind, Unit


class State(Labelled):
    """A state of a case; a final one ends it. A resting one (in force, held) lasts without anything being expected."""

    final: bool = False
    resting: bool = False


class Outcome(Labelled):
    """How a case can end."""

    basis: BasisField | None = None


class PaperDeclaration(Labelled):
    """A paper (文书) issued in the case. ``number`` is a pattern of {mark}, {year} and {serial}."""

    number: str | None = None
    basis: BasisField
    template: str | None = None
    to: Names = []

    @model_validator(mode="after")
    def _number_has_year_and_serial(self) -> PaperDeclaration:
        if self.number is not None and not ("{year}" in self.number and "{serial}" in self.number):
            raise ValueError(f"文书「{self.zh}」的文号必须含 {{year}} 和 {{serial}}")
        return self


class WithinLimit(Declaration):
    """A gate that asks that a limit is not over on the day of the step, or on the day in the field ``day``. A limit that
    never began to run is not over."""

    deadline: str
    day: str | None = None


class TakenAs(Declaration):
    """A choice that goes by another name in the case before (承接换称): ``as``: what its ``field`` holds -> the own value. What is not
    named there is left to be filled in."""

    field: str
    as_: dict[str, Any] = Field(alias="as", min_length=1)


class LinkedCase(Declaration):
    """A gate that asks for a linked case of another system with one of these outcomes."""

    system: str
    outcome: Names = []


class RegisterFact(Declaration):
    """A gate that asks for an entry in force in a list; ``key``: a field of the case, or ``organ``. ``where``: a condition on
    the fields of the entry. ``until``: its field with the last day of its validity, which must not be over where it is filled in.
    ``gives``: field of the case -> field of the list it is filled in from, or ``organ``, that which keeps the entry."""

    register_slug: str = Field(alias="register")
    key: str
    where: Condition = {}
    until: str | None = None
    gives: dict[str, str] = {}

    @property
    def fact(self) -> str:
        """The name under which the shell answers."""
        return f"register:{self.register_slug}:{self.key}:{self.where or ''}{self.until or ''}"


class Gate(Labelled):
    """What must hold before an action (闸门); its name is the reason given in words when it does not.

    ``needs``: actions done before, all of them; ``needs_any``: at least one. ``not_done``: actions that must not
    have been taken. ``not_by``: the officer who took one of these may not take this; ``named``: nor be named in this field.
    ``fields``: must be filled.
    ``elapsed``: this minimum period (of a range the shortest) must be over. ``within``: this limit must not be over.
    ``linked``, ``registered``, ``discussed``: see their classes. ``since``: what is asked for by ``needs``, ``needs_any``,
    ``linked`` and ``discussed`` must have come about on the day the last of these actions was last taken, or later.
    """

    on: Names
    when: Condition = {}
    needs: Names = []
    needs_any: Names = []
    not_done: Names = []
    not_by: Names = []
    named: str | None = None
    fields: Names = []
    condition: Condition = {}
    elapsed: str | None = None
    within: WithinLimit | None = None
    linked: LinkedCase | None = None
    registered: RegisterFact | None = None
    discussed: DiscussedFact | None = None
    since: Names = []
    basis: BasisField

    @property
    def named_fact(self) -> str:
        """The name under which the shell answers whether one of those officers is named."""
        return f"named:{self.named}:{'+'.join(self.not_by)}"

    @model_validator(mode="after")
    def _demands_something(self) -> Gate:
        if self.named and not self.not_by:
            raise ValueError(f"闸门「{self.zh}」写了 named，没有写是哪些环节的办理人（not_by）")
        demands = (self.needs, self.needs_any, self.not_done, self.not_by, self.fields, self.condition,
                   self.elapsed, self.within, self.linked, self.registered, self.discussed)  # fmt: skip
        if not any(demands):
            raise ValueError(f"闸门「{self.zh}」没有提出任何要求")
        if self.since and not (self.needs or self.needs_any or self.linked or self.discussed):
            raise ValueError(
                f"闸门「{self.zh}」写了 since，没有写须在其后发生的 needs、needs_any、linked 或者 discussed"
            )
        return self


class SettingLimit(Labelled):
    """A limit no national statute settles: a setting of the place, with the value taken until it is set."""

    setting: str
    value: int
    unit: Unit
    kind: Kind = Kind.DEADLINE
    extension: int | None = None


class SpecifiedLimit(Labelled):
    """A limit written in the paper itself: the day in the named field of the case."""

    specified: str


class DeadlineDeclaration(Labelled):
    """A limit on this kind of case.

    ``limit``: the id of a statutory limit, a local setting, or a day written in the paper. It runs from each of the actions
    in ``from`` (from the day in field ``counted_from``, where given) until one in ``until``. ``met_on``: what had to be
    done was done before the case was opened, on the day in this field (left empty: the day of the step); where that day
    lies within the limit it is met as it begins, else it stays open and runs out at once. ``stopped_by`` pairs the action
    that stops it with the one that resumes it. ``extended_by``: the action that extends it. ``lapse``: the action that
    takes place by law when it runs out. ``still_due``: that action but marks it as late; what had to be done is waited for
    until it is done. ``voided_by``: actions that end it unmet. ``if_needed``: whether its action is needed at all is for people
    to judge (材料不齐的); it is shown, but the case goes on without and is not overdue by it.
    """

    limit: str | SettingLimit | SpecifiedLimit
    from_: Names = Field(alias="from")
    counted_from: str | None = None
    met_on: str | None = None
    until: Names = []
    when: Condition = {}
    stopped_by: dict[str, Names] = {}
    extended_by: str | None = None
    lapse: str | None = None
    still_due: bool = False
    voided_by: Names = []
    who: str | None = None
    if_needed: bool = False
    basis: BasisField

    @property
    def binds(self) -> bool:
        """Whether somebody who handles the case has to keep it. What others may do (起诉、申请复核) only ends with its time; what
        is done ``if_needed`` is for people to judge."""
        theirs = self.lapse is not None and not self.still_due and self.who is None
        return bool(self.until) and not theirs and not self.if_needed

    @model_validator(mode="after")
    def _is_marked_as_late(self) -> DeadlineDeclaration:
        if self.still_due and not self.lapse:
            raise ValueError(f"期限「{self.zh}」写了 still_due，没有写届满时标为逾期的 lapse")
        if self.if_needed and self.lapse:
            raise ValueError(f"期限「{self.zh}」写了 if_needed，届满没有后果，不能写 lapse")
        return self


class Version(Declaration):
    """The days on which cases may begin under this declaration; ``until`` is empty while it is in force."""

    from_: date = Field(alias="from")
    until: date | None = None


class Procedure(Declaration):
    """A procedure in one version of the law.

    ``takes_over``: system -> own field -> field of the linked case (or what else a step may take over), a choice of it under the
    own name, or {value: …}, that a new case begins with; fields of the same name need no mention. ``from_meetings``: own field -> what a meeting says of an item it
    settled, where new cases carry that out.
    """

    name: Labelled
    description: Labelled | None = None
    basis: str
    in_force: Version
    number: str
    title: str = "{number}"
    roles: dict[str, Labelled]
    parties: dict[str, FieldDeclaration] = {}
    fields: dict[str, FieldDeclaration] = {}
    states: dict[str, State]
    outcomes: dict[str, Outcome] = {}
    actions: dict[str, Action]
    papers: dict[str, PaperDeclaration] = {}
    gates: list[Gate] = []
    deadlines: dict[str, DeadlineDeclaration] = {}
    list_columns: list[str] = []
    links: Names = []
    takes_over: dict[str, dict[str, str | TakenAs | dict[Literal["value"], Any]]] = {}
    from_meetings: dict[str, Literal["title", "settled", "source"]] = {}

    @model_validator(mode="after")
    def _consistent(self) -> Procedure:
        problems = list(_problems(self))
        if problems:
            raise ValueError("；".join(problems))
        return self

    @property
    def all_fields(self) -> dict[str, FieldDeclaration]:
        """Parties and fields by name."""
        parties = {
            name: party if party.type is FieldType.PARTY else party.model_copy(update={"type": FieldType.PARTY})
            for name, party in self.parties.items()
        }
        return {**parties, **self.fields}

    @property
    def start_actions(self) -> list[str]:
        return [name for name, action in self.actions.items() if action.start]

    def states_before(self, action: str) -> list[str]:
        """The states from which an action may be taken (``*``: every state that is not final)."""
        declared = self.actions[action].from_
        if declared == ["*"]:
            return [name for name, state in self.states.items() if not state.final]
        return declared


def _problems(procedure: Procedure) -> list[str]:
    """Contradictions inside one declaration, each in words."""
    problems: list[str] = []
    names = {**procedure.parties, **procedure.fields}
    if len(names) != len(procedure.parties) + len(procedure.fields):
        problems.append("当事人与字段重名")

    organs = {name for name, field in procedure.fields.items() if field.type is FieldType.ORGAN}

    def known(kind: str, where: str, wanted: list[str], among: Any) -> None:
        problems.extend(f"{where}提到了没有声明的{kind} {name}" for name in wanted if name not in among)

    if not procedure.start_actions:
        problems.append("没有起始环节（start: true）")
    for key, action in procedure.actions.items():
        where = f"环节 {key} "
        if action.start == bool(action.from_):
            problems.append(f"{where}起始环节不写 from，其他环节必须写 from")
        if action.start and action.to is None:
            problems.append(f"{where}起始环节必须写明 to")
        if action.from_ != ["*"]:
            known("状态", where, action.from_, procedure.states)
        known("状态", where, [action.to] if action.to else [], procedure.states)
        known("角色", where, action.by, {*procedure.roles, THE_LAW})
        known("字段", where, action.field_names, names)
        problems.extend(_fixed_problems(procedure, where, action))
        problems.extend(_read_problems(procedure, where, action))
        known("关联系统", f"{where}承接 ", list(action.takes_over), procedure.links)
        known(
            "填写的字段",
            f"{where}承接 ",
            [n for taken in action.takes_over.values() for n in taken],
            action.field_names,
        )
        known("结果", where, action.outcome, procedure.outcomes)
        known("文书", where, action.papers, procedure.papers)
        known("环节", where, action.usually_before, procedure.actions)
        for write in action.registers:
            sources = [write.key, *(value for value in write.values.values() if isinstance(value, str))]
            known("字段", where, [s for s in sources if s not in _IMPLICIT], names)
            known("单位字段", where, [write.organ] if write.organ else [], organs)
            said = [value["said"] for value in write.values.values() if isinstance(value, dict) and "said" in value]
            known("填写的字段", where, said, action.field_names)
            limits = [value["due"] for value in write.values.values() if isinstance(value, dict) and "due" in value]
            known("期限", where, limits, procedure.deadlines)
        known("字段", where, [*sorted(asked_fields(action.when)), *action.fixed], {*names, OUTCOME})
        known("填写的字段", where, list(action.discussed.gives) if action.discussed else [], action.field_names)
        known("填写的字段", where, list(action.begins), action.field_names)
        problems.extend(_begun_problems(procedure, where, action))
        known("填写的字段", where, list(action.list_change.gives) if action.list_change else [], action.field_names)
        known("填写的字段", where, sorted(action.worked_out), action.field_names)
        problems.extend(_craft_problems(procedure, where, action))
    for index, gate in enumerate(procedure.gates, 1):
        where = f"第 {index} 个闸门 "
        known(
            "环节",
            where,
            [*gate.on, *gate.needs, *gate.needs_any, *gate.not_done, *gate.not_by, *gate.since],
            procedure.actions,
        )
        asked = asked_fields(gate.when) | asked_fields(gate.condition)
        known("字段", where, [*gate.fields, *sorted(asked), *filter(None, [gate.named])], {*names, OUTCOME})
        known("期限", where, [gate.elapsed] if gate.elapsed else [], procedure.deadlines)
        if gate.within:
            known("期限", where, [gate.within.deadline], procedure.deadlines)
            known("字段", where, [gate.within.day] if gate.within.day else [], names)
        if gate.registered:
            known("字段", where, [gate.registered.key], {*names, *_IMPLICIT})
            known("字段", where, list(gate.registered.gives), names)
            asked_for = {
                name
                for action in gate.on
                if action in procedure.actions
                for name in procedure.actions[action].field_names
            }
            problems.extend(
                f"{where}的 {name} 既由人填写又由清单给出" for name in gate.registered.gives if name in asked_for
            )
        if gate.discussed:
            known("字段", where, list(gate.discussed.gives), names)
    for key, deadline in procedure.deadlines.items():
        where = f"期限 {key} "
        resumed = [name for resuming in deadline.stopped_by.values() for name in resuming]
        mentioned = [*deadline.from_, *deadline.until, *deadline.stopped_by, *resumed, *deadline.voided_by]
        mentioned += [name for name in (deadline.extended_by, deadline.lapse) if name]
        known("环节", where, mentioned, procedure.actions)
        known(
            "字段",
            where,
            [*sorted(asked_fields(deadline.when)), *filter(None, [deadline.counted_from, deadline.met_on])],
            {*names, OUTCOME},
        )
        if isinstance(deadline.limit, SpecifiedLimit):
            known("字段", where, [deadline.limit.specified], names)
    for slug, taken in procedure.takes_over.items():
        known("关联系统", "承接 ", [slug], procedure.links)
        known("字段", "承接 ", list(taken), names)
    known("字段", "会议交办 ", list(procedure.from_meetings), names)
    known("字段", "列表 ", [c for c in procedure.list_columns if c not in _IMPLICIT], names)
    return problems


def _craft_problems(procedure: Procedure, where: str, action: Action) -> list[str]:
    """What is wrong with work of the system's own on a step."""
    if action.craft is None:
        return []
    if action.start or THE_LAW in action.by:
        return [f"{where}起始环节和依法自动发生的环节不能有专门计算（craft）"]
    closed = action.craft.closed
    if closed is None:
        return []
    types = [field.type for name in closed.period if (field := procedure.all_fields.get(name))]
    if types not in ([FieldType.INTEGER], [FieldType.DATE] * 2):
        return [f"{where}的专门计算要读的办结案件，期间（period）应当是一个年度（整数字段），或者起止两个日期字段"]
    return []


def _begun_problems(procedure: Procedure, where: str, action: Action) -> list[str]:
    """Fields a step begins with that cannot hold the organ of the case, the day of the step, or what another field says."""
    fields = procedure.all_fields
    fits = {"day": {FieldType.DATE}, "organ": {FieldType.ORGAN, FieldType.TEXT, FieldType.PARTY}}
    wrong = [
        name
        for name, what in action.begins.items()
        if name in fields and fields[name].type not in fits.get(what, {fields[what].type} if what in fields else set())
    ]
    return [f"{where}先填的「{name}」不能是本单位、办理日期或者同类字段「{action.begins[name]}」" for name in wrong]


def _fixed_problems(procedure: Procedure, where: str, action: Action) -> list[str]:
    """What is wrong with the values an action fills in by itself."""
    problems = [f"{where}的 {name} 既由人填写又写明了固定的值" for name in action.fixed if name in action.field_names]
    for name, value in action.fixed.items():
        if name in procedure.all_fields:
            try:
                if parse(procedure.all_fields[name], value) is None:
                    problems.append(f"{where}固定的「{name}」是空的")
            except FieldError as error:
                problems.append(f"{where}固定的「{name}」：{error.words.zh}")
    return problems


def _read_problems(procedure: Procedure, where: str, action: Action) -> list[str]:
    """What is wrong with the figures an action fills in."""
    problems: list[str] = []
    fields = procedure.all_fields
    for name, read in action.reads.items():
        organ = [] if read.organ in ("organ", "root") else [read.organ]
        figure = [read.figure.field] if isinstance(read.figure, FieldNamed) else []
        problems += [
            f"{where}取数提到了没有声明的字段 {asked}"
            for asked in (name, *read.period, *read.or_period, *organ, *figure, *read.part.values())
            if asked not in fields
        ]
        if name in action.field_names or name in action.fixed:
            problems.append(f"{where}的 {name} 既由人填写又自动取数")
        for period in (read.period, read.or_period):
            if [fields[asked].type for asked in period if asked in fields] not in _PERIODS:
                problems.append(
                    f"{where}取数「{name}」的期间（period）应当不写（办理当日），或者是一个年度、年度和月份、起止日期"
                )
    if action.changes is not None and (action.changes.into not in fields or not action.reads):
        problems.append(f"{where}的变动（changes）要写进一个声明的字段，并且这个环节要取数")
    if action.recounts is not None and (
        action.start or action.recounts not in fields or action.recounts in action.field_names
    ):
        problems.append(f"{where}的清单复点（recounts）要写进一个声明的、不由人填写的字段，并且不是起始环节")
    if any(name not in fields or fields[name].type is not FieldType.ORGAN for name in action.asks):
        problems.append(f"{where}的交办（asks）要写单位字段")
    answered = fields.get(action.answered) if action.answered in action.field_names else None
    if action.answered is not None and (
        answered is None
        or answered.type is not FieldType.LONG_TEXT
        or not any(other.asks for other in procedure.actions.values())
    ):
        problems.append(f"{where}承接交办的答复（answered）要写这个环节填写的长文本字段，程序里要有交办（asks）的环节")
    return problems


COUNT, TIMES, EACH = "count", "times", "each"
RECKONED = frozenset({COUNT, TIMES, EACH})
"""What a step takes over begins with one of these where the records of all linked cases come to it: how many there are
(``count.file_case``: of which that step was taken), how often a step was taken in them (``times.record_opinion``), whatever a field
has said (``each.opinion``)."""
DONE = "done"
"""Whether a step was taken in the linked case is taken over as ``done.hold_hearing``, true or false."""
PAPER = "paper"
"""What is taken over from a paper begins with this: ``paper.decision`` its number, ``paper.decision.issued_on`` its day."""
TAKEN_OVER = frozenset({"number", "title", "organ", OUTCOME, "opened_on", "closed_on"})
"""What may be taken over from a linked case beside its fields."""

_PERIODS = (*([FieldType.INTEGER] * n for n in range(4)), *([FieldType.DATE] * n for n in (1, 2)))

_IMPLICIT = frozenset({"number", "state", "organ", OUTCOME, "opened_on", "closed_on", "title", "officer"})
