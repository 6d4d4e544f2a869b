"""The columns of a workbook of cases (表列): what a heading stands for, and in what order the steps of one day were taken.

Import, export and the empty form all ask here, so that what one writes the other reads. No cells and no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import NamedTuple

from zhunsheng.catalogue.loading import System
from zhunsheng.kernel.action import THE_LAW, Action
from zhunsheng.kernel.fields import FieldDeclaration, FieldType
from zhunsheng.kernel.procedure import Procedure
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.workbooks import heading, without_remark

AT = "·"
"""Parts an action from what was filled in at it: 变更被申请人·被申请人."""


class Target(NamedTuple):
    """What a column holds. ``kind``: step (the day an action was taken), law (the day of what the law does by itself),
    field, outcome, number, organ, linked (numbers of cases it is put on one matter with), or ignored. ``part``: one particular of a party. ``at``: the action a value was filled
    in at, empty for the first that asks for it. ``also``: an action whose day this field gives too."""

    kind: str
    name: str = ""
    part: str = ""
    at: str = ""
    also: str = ""


PARTS: Mapping[str, tuple[str, ...]] = {
    "identity_number": ("公民身份号码", "身份证号", "身份证号码", "身份证", "证件号码", "identity number"),
    "credit_code": ("统一社会信用代码", "信用代码", "credit code"),
    "phone": ("电话", "联系电话", "手机号", "手机", "电话号码", "phone"),
    "address": ("地址", "住址", "住所", "联系地址", "address"),
    "kind": ("类型", "类别", "kind"),
    "name": ("姓名", "名称", "姓名或者名称", "姓名或名称", "name"),
}
OUTCOME_NAMES = ("结果", "办理结果", "结案方式", "处理结果", "审结方式", "办结方式", "办结结果", "审理结果", "outcome")
NUMBER_NAMES = ("案号", "编号", "文号", "案件编号", "办件编号", "收件号", "工单编号", "原案号", "number")
ORGAN_NAMES = ("办理机关", "承办机关", "organ in charge")
LINKED_NAMES = ("关联案件", "关联案件案号", "关联案号", "linked cases")
STATE_NAMES = ("状态", "办理状态", "当前状态", "state")
IGNORED_NAMES = (*STATE_NAMES, "序号", "备注", "no.", "no", "remarks")


def linked_systems(procedure: Procedure) -> set[str]:
    """The systems whose cases a case of a procedure may be linked to."""
    return {*procedure.links, *(gate.linked.system for gate in procedure.gates if gate.linked)}


def _step_names(action: Action) -> tuple[str, ...]:
    return (f"{action.zh}日期", f"{action.zh}时间", f"{action.en} date", action.zh, action.en)


def _step(name: str, action: Action) -> Target:
    return Target("law" if action.by == [THE_LAW] else "step", name)


class Columns:
    """Headings of the workbooks of one system, whatever version of its procedure a row falls under."""

    def __init__(self, owner: System) -> None:
        self.fields: dict[str, FieldDeclaration] = {}
        self.actions: dict[str, Action] = {}
        for procedure in reversed(owner.procedures):
            for name, declared in procedure.all_fields.items():
                self.fields.setdefault(name, declared)
            for name, action in procedure.actions.items():
                self.actions.setdefault(name, action)
        self._names: dict[str, Target] = {}
        self._action_names: dict[str, str] = {}
        self._name_fields_and_actions()
        for kind, names in (("outcome", OUTCOME_NAMES), ("number", NUMBER_NAMES), ("organ", ORGAN_NAMES),
                            ("ignored", IGNORED_NAMES)):  # fmt: skip
            self._add(names, Target(kind))
        self.may_link = any(linked_systems(procedure) for procedure in owner.procedures)
        if self.may_link:
            self._add(LINKED_NAMES, Target("linked"))
        self._order = self._in_order(owner)

    def _add(self, names: Iterable[str], target: Target) -> None:
        for name in names:
            self._names.setdefault(heading(name), target)

    def _name_fields_and_actions(self) -> None:
        """Names win over aliases, what is written as a day over what is not, and Chinese over English."""
        for name, declared in self.fields.items():
            self._add((declared.zh,), Target("field", name))
        for name, action in self.actions.items():
            for text in _step_names(action):
                self._action_names.setdefault(heading(text), name)
            for text in _step_names(action)[:3]:
                found = self._names.setdefault(heading(text), _step(name, action))
                # 公布日期 is a field and says when 公布 took place.
                if found.kind == "field" and self.fields[found.name].type is FieldType.DATE and not found.also:
                    self._names[heading(text)] = found._replace(also=name)
        for name, declared in self.fields.items():
            self._add(declared.aliases, Target("field", name))
        for name, action in self.actions.items():
            self._add((action.zh,), _step(name, action))
        for name, declared in self.fields.items():
            self._add((declared.en,), Target("field", name))
            if declared.type is FieldType.PARTY:
                for part, words in PARTS.items():
                    for label in (declared.zh, *declared.aliases, f"{declared.en} "):
                        self._add((f"{label}{word}" for word in words), Target("field", name, part))
        for name, action in self.actions.items():
            self._add((action.en,), _step(name, action))

    def target(self, text: str) -> Target | None:
        """What a heading stands for; None when it is not known."""
        plain = heading(text)
        if not plain:
            return None
        found = self._names.get(plain) or self._names.get(without_remark(plain))
        if found is None and AT in plain:
            action, _, rest = plain.partition(AT)
            within = self.target(rest)
            if action in self._action_names and within is not None and within.kind in ("field", "outcome"):
                return within._replace(at=self._action_names[action], also="")
        return found

    def named(self, key: str) -> Target | None:
        """The target of a name as declarations write it: a field, an action, ``action:name``, ``field.part``, outcome."""
        name, _, part = key.partition(".")
        if name in self.fields and (not part or part in PARTS):
            return Target("field", name, part)
        if (action := key.removeprefix("action:")) in self.actions:
            return _step(action, self.actions[action])
        known = ("outcome", "number", "organ", *(("linked",) if self.may_link else ()))
        return Target(key) if key in known else None

    def heading_of(self, target: Target) -> str:
        """A heading that is read back as this target."""
        if target.at:
            return f"{self.actions[target.at].zh}{AT}{self.heading_of(target._replace(at=''))}"
        candidates: tuple[str, ...]
        if target.kind in ("step", "law"):
            candidates = _step_names(self.actions[target.name])
        elif target.kind == "field":
            declared = self.fields[target.name]
            candidates = (declared.zh, *declared.aliases, declared.en)
            if target.part:
                candidates = tuple(f"{label}{word}" for label in candidates for word in PARTS[target.part])
        else:
            candidates = {
                "outcome": OUTCOME_NAMES, "number": NUMBER_NAMES, "organ": ORGAN_NAMES, "linked": LINKED_NAMES,
            }[target.kind]  # fmt: skip
        for text in candidates:
            found = self.target(text)
            if found is not None and found._replace(also="") == target:
                return text
        raise ValueError(f"「{target.name}」没有可以辨认的列名，请在声明中改名或者加别名")

    def _in_order(self, owner: System) -> dict[Target, int]:
        """Columns in the order of the course: each action, then what is first filled in at it."""
        order: dict[Target, int] = {}
        places: list[Target] = []
        accepted = {
            name: [f.rstrip("?") for p in reversed(owner.procedures) if name in p.actions for f in p.actions[name].sets]
            for name in self.actions
        }
        seen: set[str] = set()
        for name, action in self.actions.items():
            places.append(_step(name, action))
            for field in dict.fromkeys(accepted[name]):
                if field not in seen:
                    seen.add(field)
                    places += [Target("field", field), *(Target("field", field, part) for part in PARTS)]
                places += [Target("field", field, part, name) for part in ("", *PARTS)]
            places.append(Target("outcome", at=name))
        for place in places:
            order.setdefault(place, len(order))
        return order

    def sorted(self, targets: Iterable[Target]) -> list[Target]:
        """Targets in the order of the course of the case."""
        return sorted(targets, key=lambda target: self._order.get(target, len(self._order)))


def in_order(compiled: CompiledProcedure, days: Mapping[str, date]) -> list[str]:
    """The actions of one case by day; those of one day in the order declared, as far as each is then possible.

    Only states and earlier actions are asked about: whether a step is right is for the kernel to say.
    """
    declared = {name: index for index, name in enumerate(compiled.procedure.actions)}
    by_day = sorted(days, key=lambda name: (days[name], declared.get(name, len(declared))))
    groups = [list(group) for _, group in groupby(by_day, key=lambda name: days[name])]
    if all(len(group) == 1 for group in groups):
        return by_day
    return _walk(compiled, groups, None, frozenset(), set()) or by_day


def _walk(
    compiled: CompiledProcedure,
    groups: list[list[str]],
    state: str | None,
    done: frozenset[str],
    failed: set[tuple[str | None, frozenset[str]]],
) -> list[str] | None:
    """An order in which every action finds its state, or None."""
    if not groups:
        return []
    if (state, done) in failed:
        return None
    actions = compiled.procedure.actions
    for name in groups[0]:
        action = actions.get(name)
        if action is None or not _is_possible(compiled, name, action, state, done):
            continue
        rest = [other for other in groups[0] if other != name]
        after = _walk(compiled, [rest, *groups[1:]] if rest else groups[1:], action.to or state, done | {name}, failed)
        if after is not None:
            return [name, *after]
    for name, action in actions.items():
        # What the law does by itself has no day in the workbook.
        if action.by == [THE_LAW] and name not in done and state in compiled.before[name]:
            after = _walk(compiled, groups, action.to or state, done | {name}, failed)
            if after is not None:
                return [step for step in after if step != name]
    failed.add((state, done))
    return None


def _is_possible(
    compiled: CompiledProcedure, name: str, action: Action, state: str | None, done: frozenset[str]
) -> bool:
    if action.start or state is None:
        return action.start and state is None
    if state not in compiled.before[name]:
        return False
    return all(
        done.issuperset(gate.needs) and (not gate.needs_any or not done.isdisjoint(gate.needs_any))
        and done.isdisjoint(gate.not_done)
        for gate in (compiled_gate.gate for compiled_gate in compiled.gates.get(name, ()) if compiled_gate.when is None)
    )  # fmt: skip
