"""A declared procedure told in words (办事说明): for every step who takes it, when, on which ground, and what follows;
for every limit from when to when it runs. A lawyer and a new clerk read the same.

Everything is read off the declaration, nothing is added to it. Figures are told in ``explaining_figures``, lists in
``explaining_lists``; pages and printed references only lay out what is said here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from zhunsheng.catalogue.course import moves_of, order_of, steps_of
from zhunsheng.catalogue.loading import System, systems
from zhunsheng.catalogue.wording import (
    Citation,
    citation,
    condition_words,
    listed,
    one_of,
    quoted,
    statute_of,
    value_words,
)
from zhunsheng.kernel.action import Action
from zhunsheng.kernel.compiled import CompiledDeadline, CompiledProcedure
from zhunsheng.kernel.limits import Kind, Limit
from zhunsheng.kernel.procedure import SpecifiedLimit
from zhunsheng.kernel.words import NOTHING, Words

IN_THE_PAPER = Words("文书载明的日期", "the day written in the paper")


@dataclass(frozen=True)
class Demand:
    """What must hold before a step, or the reason given when it does not, with its ground."""

    words: Words
    cited: Citation


@dataclass(frozen=True)
class Step:
    """One step. ``before`` is empty for a step that opens a case, ``after`` None where the state stays, ``by`` empty
    where the law does it by itself."""

    key: str
    name: Words
    hint: Words | None
    before: tuple[Words, ...]
    after: Words | None
    by: tuple[Words, ...]
    cited: Citation
    asks: tuple[Words, ...]
    may_fill: tuple[Words, ...]
    outcomes: tuple[Words, ...]
    papers: tuple[Words, ...]
    condition: Words | None
    demands: tuple[Demand, ...]
    effects: tuple[Words, ...]


@dataclass(frozen=True)
class LimitTold:
    """One limit: its length, its ground, and the sentences that say when it runs and what ends, stops or extends it."""

    key: str
    name: Words
    limit: Limit
    length: Words
    cited: Citation
    sentences: tuple[Words, ...]

    @property
    def law_id(self) -> str:
        """The id under which the law room knows it; empty for a setting or a day written in the paper."""
        return self.limit.id if self.limit.scope != "setting" and "." not in self.limit.id else ""


@dataclass(frozen=True)
class PaperTold:
    """One paper: the steps that issue it, whether it is numbered, and its ground."""

    name: Words
    steps: tuple[Words, ...]
    number: str
    cited: Citation


@dataclass(frozen=True)
class Explained:
    """A whole procedure in one version."""

    system: System
    compiled: CompiledProcedure
    roles: list[tuple[Words, tuple[Words, ...]]]
    states: list[tuple[str, Words, bool, tuple[Words, ...]]]
    """(key, name, whether it ends the case, the steps that may be taken in it), in the order of the course."""
    steps: list[Step]
    limits: list[LimitTold]
    papers: list[PaperTold]
    outcomes: list[tuple[Words, Citation | None]]
    linked: list[System]


def explain(system: System, compiled: CompiledProcedure) -> Explained:
    """Everything a procedure says, in words."""
    procedure = compiled.procedure
    actions = procedure.actions
    order = steps_of(compiled)
    known = systems()
    return Explained(
        system, compiled,
        roles=[
            (role.words, tuple(actions[name].words for name in order if key in actions[name].by))
            for key, role in procedure.roles.items()
        ],
        states=[
            (state, procedure.states[state].words, procedure.states[state].final,
             tuple(actions[name].words for name in order if state in compiled.before[name]))
            for state in order_of(compiled, moves_of(compiled))
        ],
        steps=[step_of(compiled, name) for name in order],
        limits=[limit_of(compiled, key) for key in procedure.deadlines],
        papers=[
            PaperTold(paper.words, tuple(actions[name].words for name in order if key in actions[name].papers),
                      paper.number or "", citation(compiled, paper.basis))
            for key, paper in procedure.papers.items()
        ],
        outcomes=[
            (outcome.words, citation(compiled, outcome.basis) if outcome.basis else None)
            for outcome in procedure.outcomes.values()
        ],
        linked=[known[slug] for slug in procedure.links if slug in known],
    )  # fmt: skip


# --- steps -------------------------------------------------------------------------------------------------------


def step_of(compiled: CompiledProcedure, key: str, running: Collection[str] | None = None) -> Step:
    """One step with everything that belongs to it; of a case with the limits ``running``, what it does to others is left
    out."""
    procedure = compiled.procedure
    action = procedure.actions[key]
    fields = compiled.all_fields
    required = set(action.required_fields)
    typed = [name for name in action.field_names if name not in action.worked_out]
    return Step(
        key, action.words, action.hint.words if action.hint else None,
        before=tuple(state.words for name, state in procedure.states.items() if name in compiled.before[key]),
        after=procedure.states[action.to].words if action.to else None,
        by=tuple(procedure.roles[role].words for role in action.by if role in procedure.roles),
        cited=citation(compiled, action.basis),
        asks=tuple(fields[name].words for name in typed if name in required),
        may_fill=tuple(fields[name].words for name in typed if name not in required),
        outcomes=tuple(procedure.outcomes[name].words for name in action.outcome),
        papers=tuple(procedure.papers[name].words for name in action.papers),
        condition=condition_words(action.when, fields, procedure.outcomes) if action.when else None,
        demands=tuple(
            Demand(gate.gate.words, citation(compiled, gate.gate.basis)) for gate in compiled.gates.get(key, ())
        ),
        effects=(*_fixes(compiled, key, action), *_works_out(compiled, action), *_effects_on_limits(compiled, key, running), *_effects_on_lists(action), *_once(action)),
    )  # fmt: skip


def _fixes(compiled: CompiledProcedure, key: str, action: Action) -> Iterable[Words]:
    """The fields a step fills in by itself."""
    for name, value in action.fixed.items():
        field = compiled.all_fields[name]
        fixed = quoted(value_words(value, field.choices))
        yield Words(
            f"自动填写{quoted(field.words).zh}：{fixed.zh}", f"fills in {quoted(field.words).en} with {fixed.en}"
        )
    for slug, taken in action.takes_over.items():
        names = listed(quoted(compiled.all_fields[name].words) for name in taken)
        other = quoted(systems()[slug].name)
        yield Words(f"{names.zh}先取关联的{other.zh}中的内容", f"{names.en} begin with what the linked {other.en} says")
    if action.list_change is not None:
        names = listed(quoted(compiled.all_fields[name].words) for name in action.list_change.gives)
        other = quoted(systems()[action.list_change.register_slug].name)
        yield Words(f"{names.zh}先取本单位{other.zh}的变更中的内容", f"{names.en} begin with the change of {other.en}")
    for name in action.reads:
        filled = quoted(compiled.all_fields[name].words)
        yield Words(f"从统计账取数填入{filled.zh}", f"fills in {filled.en} from the ledger of figures")
    if action.changes is not None:
        filled = quoted(compiled.all_fields[action.changes.into].words)
        yield Words(
            f"变动{action.changes.per_cent}%以上的数列入{filled.zh}",
            f"lists in {filled.en} what moved by {action.changes.per_cent}% or more",
        )
    if action.recounts is not None:
        filled = quoted(compiled.all_fields[action.recounts].words)
        yield Words(
            f"把附的清单重新点数，填入{filled.zh}", f"counts the lists given as evidence anew and fills in {filled.en}"
        )
    if action.asks:
        names = listed(quoted(compiled.all_fields[name].words) for name in action.asks)
        yield Words(f"同时交办给{names.zh}", f"asks {names.en} to handle the matter")
    passed = dict.fromkeys(name for wanted in compiled.discussions(key) for name in wanted.gives)
    for name in passed:
        filled = quoted(compiled.all_fields[name].words)
        yield Words(f"从通过本事项的会议带出{filled.zh}", f"fills in {filled.en} from the meeting that passed it")
    own = {*action.reads, *passed, action.changes.into if action.changes else "", action.recounts or ""}
    for name in (name for name in compiled.given[key] if name not in own):
        filled = quoted(compiled.all_fields[name].words)
        yield Words(f"从清单带出{filled.zh}", f"fills in {filled.en} from the list")


def _works_out(compiled: CompiledProcedure, action: Action) -> Iterable[Words]:
    """The fields a function of the system fills in."""
    names = [quoted(compiled.all_fields[name].words) for name in action.field_names if name in action.worked_out]
    if names:
        yield Words(
            f"由平台算出：{'、'.join(name.zh for name in names)}", f"works out {', '.join(name.en for name in names)}"
        )


def _effects_on_limits(compiled: CompiledProcedure, key: str, running: Collection[str] | None) -> Iterable[Words]:
    """What a step does to each limit it touches."""
    for touched in compiled.deadlines_by_action.get(key, ()):
        if running is None or touched.key in running:
            yield from _effects_on_running(touched, key)
        if key in touched.declaration.from_:
            started = _limit_effect("开始计算", "starts", touched)
            held = _held(compiled, touched)
            yield Words(f"{held.zh}{started.zh}", f"{held.en}{started.en}")


def _effects_on_running(touched: CompiledDeadline, key: str) -> Iterable[Words]:
    declared = touched.declaration
    if key in declared.until:
        yield _limit_effect("完成", "meets", touched)
    elif key == declared.lapse:
        yield _limit_effect("因期满而发生", "follows when it runs out:", touched)
    elif key in declared.voided_by:
        yield _limit_effect("不再计算", "ends without being met:", touched)
    if key in declared.stopped_by:
        yield _limit_effect("停止计算", "stops", touched)
    if any(key in resuming for resuming in touched.resumes.values()):
        yield _limit_effect("接着计算", "resumes", touched)
    if key == declared.extended_by:
        yield _limit_effect("延长", "extends", touched)


def _limit_effect(zh: str, en: str, touched: CompiledDeadline) -> Words:
    length = _length_of(touched)
    name = touched.declaration
    return Words(f"期限「{name.zh}」（{length.zh}）{zh}", f"{en} the limit “{name.en}” ({length.en})")


def _held(compiled: CompiledProcedure, touched: CompiledDeadline) -> Words:
    """The condition under which a limit begins to run, as the opening of a sentence; empty where there is none."""
    if not touched.declaration.when:
        return NOTHING
    held = condition_words(touched.declaration.when, compiled.all_fields, compiled.procedure.outcomes)
    return Words(f"{held.zh}时，", f"where {held.en}: ")


_CHANGES = {
    "add": Words("写入", "adds an entry to"), "change": Words("改写", "changes an entry of"),
    "remove": Words("移出", "takes an entry out of"),
}  # fmt: skip


def _effects_on_lists(action: Action) -> Iterable[Words]:
    known = systems()
    for write in action.registers:
        name, change = known[write.register_slug].name, _CHANGES[write.change]
        yield Words(f"{change.zh}清单「{name.zh}」", f"{change.en} the list “{name.en}”")
    for slug in action.craft.writes if action.craft else ():
        name = known[slug].name
        yield Words(f"写入清单「{name.zh}」", f"writes into the list “{name.en}”")


def _once(action: Action) -> Iterable[Words]:
    if action.afresh:
        yield Words("所填内容每次重新填写，不沿用上一次的", "what is filled in is filled in anew each time")
    if action.once:
        yield Words("一件案件只能办一次", "possible only once in a case")


# --- limits ------------------------------------------------------------------------------------------------------


def limit_of(compiled: CompiledProcedure, key: str) -> LimitTold:
    """One limit in words."""
    touched = compiled.deadlines[key]
    cited = Citation(touched.limit.basis.cited, statute_of(compiled, touched.declaration.basis))
    return LimitTold(
        key, touched.declaration.words, touched.limit, _length_of(touched), cited, tuple(_runs(compiled, touched))
    )


def _length_of(touched: CompiledDeadline) -> Words:
    if isinstance(touched.declaration.limit, SpecifiedLimit):
        return IN_THE_PAPER
    return touched.limit.words()


def _runs(compiled: CompiledProcedure, touched: CompiledDeadline) -> Iterable[Words]:
    procedure, declared = compiled.procedure, touched.declaration
    actions = procedure.actions

    def steps(names: Iterable[str]) -> Words:
        return one_of(actions[name].words for name in names)

    yield _start(compiled, touched, steps(declared.from_))
    if declared.when:
        held = condition_words(declared.when, compiled.all_fields, procedure.outcomes)
        yield Words(f"只在{held.zh}时适用", f"applies only where {held.en}")
    if declared.met_on:
        done = quoted(compiled.all_fields[declared.met_on].words)
        yield Words(
            f"在{done.zh}之日（没有填写的为办理日）已经办理，不晚于期满的即为完成",
            f"met where {done.en} (else the day of the step) is not after it",
        )
    if declared.until:
        until = steps(declared.until)
        yield Words(f"办理{until.zh}即为完成", f"met by {until.en}")
    for stop, resuming in touched.resumes.items():
        first, then = steps([stop]), steps(name for name in actions if name in resuming)
        yield Words(f"{first.zh}后停止计算，{then.zh}后接着算", f"stopped by {first.en}, resumed by {then.en}")
    if declared.extended_by:
        yield _extension(touched.limit, steps([declared.extended_by]))
    if declared.lapse:
        follows = steps([declared.lapse])
        yield Words(f"期满依法发生{follows.zh}", f"when it runs out, {follows.en} takes place by law")
    if declared.voided_by:
        ended = steps(declared.voided_by)
        yield Words(f"办理{ended.zh}的不再计算", f"ends unmet with {ended.en}")
    if declared.who and declared.who in procedure.roles:
        bound = procedure.roles[declared.who]
        yield Words(f"由{bound.zh}遵守", f"to be kept by: {bound.en}")


def _start(compiled: CompiledProcedure, touched: CompiledDeadline, steps: Words) -> Words:
    declared = touched.declaration
    if isinstance(declared.limit, SpecifiedLimit):
        day = quoted(compiled.all_fields[declared.limit.specified].words)
        return Words(f"自{steps.zh}起，到{day.zh}为止", f"from {steps.en} up to {day.en}")
    if declared.counted_from is None:
        return Words(f"自{steps.zh}起算", f"runs from {steps.en}")
    day = quoted(compiled.all_fields[declared.counted_from].words)
    if touched.limit.kind is Kind.ADVANCE_NOTICE:
        return Words(f"{steps.zh}后，须在{day.zh}之前满这一期限", f"after {steps.en}, in full before {day.en}")
    return Words(f"{steps.zh}后，从{day.zh}之日起算", f"after {steps.en}, counted from {day.en}")


def _extension(limit: Limit, by: Words) -> Words:
    extension = limit.extension
    if extension is None:
        return Words(f"可以由{by.zh}延长", f"may be extended by {by.en}")
    length = extension.amount.words() if extension.amount else None
    zh = f"可以由{by.zh}延长{length.zh if length else '（长度由批准人定）'}"
    en = f"may be extended by {by.en}{f' by {length.en}' if length else ', the length being left to whoever approves it'}"
    if extension.times > 1:
        zh, en = f"{zh}，最多{extension.times}次", f"{en}, {extension.times} times at most"
    if extension.total:
        total = extension.total.words()
        zh, en = f"{zh}，合计不超过{total.zh}", f"{en}, {total.en} in all at most"
    return Words(zh, en)
