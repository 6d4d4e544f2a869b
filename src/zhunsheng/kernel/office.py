"""The verbs of office work (办文动作) that every case knows, whatever its procedure: 交办 转办 退回 撤回 会签 加签 中止 恢复 终止 重开 作废.

They move work between organs and people. They never touch a statutory limit: only an action of the procedure, with
its article, can stop a clock; one verb counts limits anew whose length the place itself has set. Pure functions beside
``transition.act``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from zhunsheng.kernel.case_state import CaseState, Request, RequestKind, RequestState, done_again, in_state, load_local
from zhunsheng.kernel.checking import VOIDED, check_days, voided
from zhunsheng.kernel.clock import ClockEvent, ClockEventKind, is_open
from zhunsheng.kernel.fields import FieldError, parse_date
from zhunsheng.kernel.transition import Command, CompiledProcedure, Refusal, Transition
from zhunsheng.kernel.words import Words

PREFIX = "office."


class Verb(StrEnum):
    """The verbs; their names start with ``office.`` so that no action of a procedure can be mistaken for one."""

    ASSIGN = "office.assign"
    REPLY = "office.reply"
    SEND_BACK = "office.send_back"
    TAKE_BACK = "office.take_back"
    TRANSFER = "office.transfer"
    COUNTERSIGN = "office.countersign"
    ADD_SIGNER = "office.add_signer"
    SIGN = "office.sign"
    HOLD = "office.hold"
    RESUME = "office.resume"
    TERMINATE = "office.terminate"
    REOPEN = "office.reopen"
    VOID = "office.void"
    REVALUE = "office.revalue"
    READ = "office.read"


@dataclass(frozen=True, slots=True)
class VerbDeclaration:
    """What a verb is called and which values it takes (``?``: optional)."""

    words: Words
    values: tuple[str, ...]


VERBS: Mapping[Verb, VerbDeclaration] = {
    Verb.ASSIGN: VerbDeclaration(Words("交办", "Assign"), ("to", "due?", "lead?", "text")),
    Verb.REPLY: VerbDeclaration(Words("办理回复", "Reply"), ("text",)),
    Verb.SEND_BACK: VerbDeclaration(Words("退回", "Send back"), ("text",)),
    Verb.TAKE_BACK: VerbDeclaration(Words("撤回", "Take back"), ("text",)),
    Verb.TRANSFER: VerbDeclaration(Words("转办", "Transfer"), ("to", "text")),
    Verb.COUNTERSIGN: VerbDeclaration(Words("会签", "Ask to countersign"), ("to", "text?")),
    Verb.ADD_SIGNER: VerbDeclaration(Words("加签", "Add a signer"), ("to", "text?")),
    Verb.SIGN: VerbDeclaration(Words("签署意见", "Sign"), ("agrees", "text?")),
    Verb.HOLD: VerbDeclaration(Words("暂停办理", "Put on hold"), ("text",)),
    Verb.RESUME: VerbDeclaration(Words("恢复办理", "Resume"), ("text?",)),
    Verb.TERMINATE: VerbDeclaration(Words("终止办理", "Terminate"), ("text",)),
    Verb.REOPEN: VerbDeclaration(Words("重开", "Reopen"), ("text",)),
    Verb.VOID: VerbDeclaration(Words("作废", "Void"), ("text",)),
    Verb.REVALUE: VerbDeclaration(Words("重新推算期限", "Count limits anew"), ("limits", "text")),
    Verb.READ: VerbDeclaration(Words("当事人阅读文书", "The party reads a paper"), ("paper", "text")),
}

_VALUE_WORDS = {
    "to": Words("办理单位或者人员", "organ or person"),
    "text": Words("理由或者内容", "reason or content"),
    "agrees": Words("是否同意", "whether it is agreed to"),
    "due": Words("办理期限", "due day"),
    "lead": Words("是否主办", "whether it leads"),
    "limits": Words("期限", "limits"),
    "paper": Words("文书", "paper"),
}

TERMINATED = "office.terminated"
"""The outcome of a case ended by 终止办理, which no procedure declares."""


def is_verb(action: str) -> bool:
    """Whether an action is one of the verbs of office work."""
    return action.startswith(PREFIX)


def perform_verb(compiled: CompiledProcedure, case: CaseState, command: Command) -> Transition | Refusal:
    """Apply a verb of office work to a case, or say why it cannot be."""
    try:
        verb = Verb(command.action)
    except ValueError:
        return Refusal(
            "unknown_action", Words(f"没有「{command.action}」这个办文动作", f"there is no verb “{command.action}”")
        )
    words = VERBS[verb].words
    if (refusal := check_days(case, command)) is not None:
        return refusal
    for name in VERBS[verb].values:
        if not name.endswith("?") and command.values.get(name) in (None, ""):
            label = _VALUE_WORDS[name]
            return Refusal(
                "missing", Words(f"「{words.zh}」须填写{label.zh}", f"“{words.en}” needs the {label.en}"), field=name
            )
    if case.outcome == VOIDED:
        return voided()
    if verb is Verb.REVALUE:
        return _revalue(compiled, case, command)
    if verb is Verb.READ:  # a paper can be read whatever becomes of the case, and the work goes on from where it was
        return _result(compiled, _done(case, command)._replace(last_on=case.last_on), command)
    closed = case.state in compiled.final
    if closed and verb not in (Verb.REOPEN, Verb.VOID):
        return Refusal(
            "closed", Words(f"案件已经办结，不能{words.zh}", f"the case is closed; “{words.en}” is not possible")
        )
    if case.held_in is not None and verb not in (Verb.RESUME, Verb.REOPEN, Verb.VOID):
        return Refusal("held", Words("案件已经暂停办理，先恢复办理", "the case is on hold; resume it first"))
    return _VERBS[verb](compiled, case, command)


def _done(case: CaseState, command: Command, **changes: Any) -> CaseState:
    record = done_again(case.done.get(command.action), command.on, command.officer, command.principal)
    return case._replace(last_on=command.on, sequence=case.sequence + 1,
                   done={**case.done, command.action: record}, **changes)  # fmt: skip


def _result(compiled: CompiledProcedure, case: CaseState, command: Command, **extra: Any) -> Transition:
    """The transition of a verb; accounts may name verbs too, so that a case terminated leaves what is pending, where it stood in it."""
    state = case.held_in if command.action == Verb.TERMINATE else case.state
    named = compiled.posting_rules.get(command.action, ())
    rules = (rule for rule in named if rule.counts_in(state) and rule.fits(frozenset(), frozenset()))
    postings = tuple(posting for rule in rules for posting in rule.postings(command.on, case.values))
    return Transition(case, command.action, command.on, dict(command.values), postings=postings, **extra)


_NO = (False, None, "", "0", "false", "no", "否")


def _open(kind: RequestKind) -> Callable[[CompiledProcedure, CaseState, Command], Transition | Refusal]:
    def ask(compiled: CompiledProcedure, case: CaseState, command: Command) -> Transition | Refusal:
        due: date | None = None
        if command.values.get("due"):
            try:
                due = parse_date(command.values["due"])
            except FieldError as error:
                return Refusal("field", error.words, field="due")
            if due < command.on:
                return Refusal(
                    "date_order",
                    Words(f"办理期限 {due} 早于交办日期 {command.on}", f"the due day {due} lies before {command.on}"),
                    field="due",
                )
        to = str(command.values["to"])
        if any(r.kind is kind and r.to == to and r.state is RequestState.OPEN for r in case.requests):
            return Refusal(
                "asked_already",
                Words(
                    f"已经向同一对象{VERBS[Verb(command.action)].words.zh}，尚未答复",
                    "the same is asked already and not answered yet",
                ),
                field="to",
            )
        lead = command.values.get("lead", True) not in _NO
        request = Request(len(case.requests) + 1, kind, to, RequestState.OPEN, command.on, due, lead)
        return _result(compiled, _done(case, command, requests=(*case.requests, request)), command, request=request)

    return ask


def _close(
    state: RequestState, kinds: frozenset[RequestKind], by_recipient: bool
) -> Callable[[CompiledProcedure, CaseState, Command], Transition | Refusal]:
    def answer(compiled: CompiledProcedure, case: CaseState, command: Command) -> Transition | Refusal:
        found = next((r for r in case.requests if r.number == command.request), None)
        if found is None or found.kind not in kinds:
            return Refusal(
                "no_request", Words("没有这一交办、会签或者加签", "there is no such request"), field="request"
            )
        if found.state is not RequestState.OPEN:
            return Refusal(
                "answered",
                Words("该项已经答复、退回或者撤回", "it has been answered, returned or taken back already"),
                field="request",
            )
        asked = (command.officer, command.principal) if found.kind is RequestKind.SIGNATURE else (command.organ,)
        if by_recipient and found.to not in asked:
            return Refusal("role", Words("只有承办的单位或者人员可以答复", "only the organ or person asked may answer"))
        closed = found._replace(state=state)
        requests = tuple(closed if r.number == found.number else r for r in case.requests)
        return _result(compiled, _done(case, command, requests=requests), command, request=closed)

    return answer


def _transfer(compiled: CompiledProcedure, case: CaseState, command: Command) -> Transition | Refusal:
    to = str(command.values["to"])
    if to == case.organ:
        return Refusal("same_organ", Words("案件已经由该单位办理", "the organ has the case already"), field="to")
    return _result(compiled, _done(case, command, organ=to), command, transferred_to=to)


def _hold(compiled: CompiledProcedure, case: CaseState, command: Command) -> Transition | Refusal:
    return _result(compiled, _done(case, command, held_in=case.state), command)


def _resume(compiled: CompiledProcedure, case: CaseState, command: Command) -> Transition | Refusal:
    if case.held_in is None:
        return Refusal("not_held", Words("案件没有暂停", "the case is not on hold"))
    return _result(compiled, _done(case, command, held_in=None), command)


def _terminate(compiled: CompiledProcedure, case: CaseState, command: Command) -> Transition | Refusal:
    final = [name for name, state in compiled.procedure.states.items() if state.final]
    if not final:
        return Refusal("no_final", Words("本程序没有办结状态", "the procedure has no final state"))
    requests = in_state(case.requests, RequestState.OPEN, RequestState.ENDED)
    state = "closed" if "closed" in final else final[-1]
    after = _done(case, command, state=state, outcome=TERMINATED, held_in=case.state, requests=requests)
    return _result(compiled, after, command)


def _void(compiled: CompiledProcedure, case: CaseState, command: Command) -> Transition | Refusal:
    """Nothing runs on and nothing waits any more. What the case posted is reversed by the shell, which knows it."""
    final = [name for name, state in compiled.procedure.states.items() if state.final]
    state = case.state if case.state in compiled.final or not final else final[-1]
    ended = ClockEvent(ClockEventKind.VOIDED, command.on)
    events = tuple((key, ended) for key, history in case.clocks.items() if is_open(history))
    clocks = {**case.clocks, **{key: (*case.clocks[key], event) for key, event in events}}
    requests = in_state(case.requests, RequestState.OPEN, RequestState.ENDED)
    after = _done(case, command, state=state, outcome=VOIDED, held_in=None, clocks=clocks, requests=requests)
    return _result(compiled, after, command, clock_events=events)


def _reopen(compiled: CompiledProcedure, case: CaseState, command: Command) -> Transition | Refusal:
    if case.outcome != TERMINATED:
        return Refusal(
            "not_terminated",
            Words(
                "只有终止办理的案件可以重开；依法办结的案件按其救济途径处理",
                "only a terminated case can be reopened; one closed by law has its own remedies",
            ),
        )
    requests = in_state(case.requests, RequestState.ENDED, RequestState.OPEN)
    after = _done(case, command, state=case.held_in or case.state, outcome=None, held_in=None, requests=requests)
    return _result(compiled, after, command)


def _revalue(compiled: CompiledProcedure, case: CaseState, command: Command) -> Transition | Refusal:
    """Count running limits anew under what the place has set since. ``limits``: limit -> the value (``dump_local``), or
    None for what is declared. Neither the work nor its days are touched, so a case may rest or have come to its end."""
    events: list[tuple[str, ClockEvent]] = []
    try:
        wanted = {key: load_local(dumped) if dumped else None for key, dumped in command.values["limits"].items()}
    except (AttributeError, TypeError, ValueError):
        return Refusal("field", Words("不是本地规定的值", "not the value of a place"), field="limits")
    for key, local in wanted.items():
        limit, history = compiled.limits.get(key), case.clocks.get(key, ())
        if limit is None or limit.setting is None or not is_open(history):
            return Refusal(
                "no_limit",
                Words("该期限没有在计算，或者不由本地规定", "the limit does not run, or is not the place's to set"),
                field="limits",
            )
        events.append((key, ClockEvent(ClockEventKind.REVALUED, command.on, local=local)))
    clocks = {**case.clocks, **{key: (*case.clocks[key], event) for key, event in events}}
    after = _done(case, command, clocks=clocks)._replace(last_on=case.last_on)
    return _result(compiled, after, command, clock_events=tuple(events))


_ANSWERABLE = frozenset({RequestKind.COUNTERSIGNATURE, RequestKind.SIGNATURE})
_ASSIGNED = frozenset({RequestKind.ASSIGNMENT})

_VERBS: Mapping[Verb, Callable[[CompiledProcedure, CaseState, Command], Transition | Refusal]] = {
    Verb.ASSIGN: _open(RequestKind.ASSIGNMENT),
    Verb.COUNTERSIGN: _open(RequestKind.COUNTERSIGNATURE),
    Verb.ADD_SIGNER: _open(RequestKind.SIGNATURE),
    Verb.REPLY: _close(RequestState.ANSWERED, _ASSIGNED, by_recipient=True),
    Verb.SEND_BACK: _close(RequestState.RETURNED, _ASSIGNED, by_recipient=True),
    Verb.TAKE_BACK: _close(RequestState.WITHDRAWN, _ASSIGNED | _ANSWERABLE, by_recipient=False),
    Verb.SIGN: _close(RequestState.ANSWERED, _ANSWERABLE, by_recipient=True),
    Verb.TRANSFER: _transfer,
    Verb.HOLD: _hold,
    Verb.RESUME: _resume,
    Verb.TERMINATE: _terminate,
    Verb.REOPEN: _reopen,
    Verb.VOID: _void,
}
