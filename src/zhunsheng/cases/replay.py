"""Replaying records (回放): many cases, each a list of dated steps, through the same kernel and the same writer.

Used by imports of officers' workbooks and by the demonstration. All or nothing unless the caller chooses to take what
is right; every refusal says which case, which step and why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from zhunsheng.bulk import without_collection
from zhunsheng.cases.actions import link_many, organ_of_entry, printable_key, register_values
from zhunsheng.cases.facts import Remembered, facts_for, given_by_platform
from zhunsheng.cases.issuers import Remembered as RememberedOrgans
from zhunsheng.cases.issuers import issuers
from zhunsheng.cases.recording import CaseRecord, RegisterChange, Step, write
from zhunsheng.catalogue.loading import System, UnknownSystem, system
from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.case_state import CaseState, Link
from zhunsheng.kernel.transition import Command, CompiledProcedure, Refusal, act, settle
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import calendar
from zhunsheng.ledger.balances import fold
from zhunsheng.local.values import Decisions, decisions
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.orgs.refusals import Refused
from zhunsheng.security.audit import record as audit

NO_FACTS: Mapping[str, bool | date] = {}
NOTHING_GIVEN: Mapping[str, Any] = {}
CHUNK = 2_000
"""Cases written at once."""


class StepScript(NamedTuple):
    """One step as a record tells it."""

    action: str
    on: date
    values: Mapping[str, Any] = {}
    outcome: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CaseScript:
    """One case as a record tells it. ``reference`` names it in messages (第 12 行). ``links``: linked cases for gates."""

    organ: Organ
    steps: Sequence[StepScript]
    reference: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplayProblem:
    """Why a case was not taken: the case's place in the input (from 0), its reference, the step and the refusal."""

    index: int
    reference: str
    step: int
    refusal: Refusal


@dataclass(slots=True)
class ReplayResult:
    """What a replay did; ``case_ids`` of the cases written, in the order of the input."""

    cases: int = 0
    steps: int = 0
    case_ids: list[int] = field(default_factory=list)
    problems: list[ReplayProblem] = field(default_factory=list)


class ReplayRefused(Exception):
    """Nothing was written; ``result.problems`` says which cases could not be replayed and why."""

    def __init__(self, result: ReplayResult) -> None:
        first = result.problems[0] if result.problems else None
        example = f"，例如{first.reference}：{first.refusal.sentence('zh')}" if first else ""
        super().__init__(f"{len(result.problems)} 件不能导入{example}")
        self.result = result


def replay(
    slug: str,
    scripts: Iterable[CaseScript],
    *,
    officer: Officer | None = None,
    officers: Sequence[int] = (),
    take_good: bool = False,
    progress: Callable[[int], None] | None = None,
    today: date | None = None,
    settle_through: date | None = None,
    accept: Callable[[ReplayResult], bool] | None = None,
    access: Access | None = None,
) -> ReplayResult:
    """Replay cases of one system in one transaction. ``officers`` are the officers to whom steps are put down in turn
    by role (none: no officer). ``settle_through``: after its last step a case takes the course the law gives it up to
    the end of that day. ``accept`` is asked last whether the result is to stand. ``access``: of whoever brings the record, who
    issues the papers of another organ in it. Raises ``ReplayRefused`` when it is
    not, or when a case cannot be taken and ``take_good`` is not chosen."""
    owner = system(slug)
    result = ReplayResult()
    with transaction.atomic(), without_collection():
        walker = _Walker(owner, calendar(), today or timezone.localdate(), officers, settle_through, access)
        numbered = enumerate(scripts)
        while chunk := list(islice(numbered, CHUNK)):
            _replay_chunk(walker, chunk, result)
            if progress is not None:
                progress(len(chunk))
        if (result.problems and not take_good) or (accept is not None and not accept(result)):
            raise ReplayRefused(result)
        audit("cases.replay", f"system:{slug}", officer.pk if officer else None, cases=result.cases, steps=result.steps)
    fold()
    return result


@dataclass(slots=True)
class _Walker:
    """What stays the same while the cases of one replay are walked."""

    owner: System
    calendar: Calendar
    today: date
    officers: Sequence[int]
    settle_through: date | None = None
    access: Access | None = None
    organs: RememberedOrgans = field(default_factory=dict)
    decisions: Decisions = field(default_factory=decisions)
    entries: Remembered = field(default_factory=dict)
    roles: dict[date, frozenset[str]] = field(default_factory=dict)
    clerks: dict[tuple[date, str], str] = field(default_factory=dict)

    def roles_of(self, compiled: CompiledProcedure) -> frozenset[str]:
        found = self.roles.get(compiled.version)
        if found is None:
            found = self.roles[compiled.version] = frozenset(compiled.procedure.roles)
        return found

    def officer_for(self, compiled: CompiledProcedure, action: str) -> str:
        """Each role of a procedure is put down to another officer, so that gates on persons hold."""
        if not self.officers:
            return ""
        key = (compiled.version, action)
        found = self.clerks.get(key)
        if found is None:
            declared = compiled.procedure.actions.get(action)
            names = list(compiled.procedure.roles)
            position = names.index(declared.by[0]) if declared and declared.by[0] in names else 0
            found = self.clerks[key] = str(self.officers[position % len(self.officers)])
        return found


def _replay_chunk(walker: _Walker, chunk: list[tuple[int, CaseScript]], result: ReplayResult) -> None:
    records: list[CaseRecord] = []
    links: list[tuple[Link, ...]] = []
    walker.decisions, walker.entries = decisions(), {}  # lists are written between chunks, not within one
    for index, script in chunk:
        walked = _walk(walker, script)
        if isinstance(walked, tuple):
            step, refusal = walked
            result.problems.append(ReplayProblem(index, script.reference, step, refusal))
        else:
            records.append(walked)
            links.append(script.links)
            result.steps += len(walked.steps)
    if not records:
        return
    changes = write(records, walker.calendar, known=walker.decisions)
    link_many((record.case_id, int(link.case)) for record, told in zip(records, links, strict=True) for link in told)
    refused = _apply_in_bulk(changes)
    if refused is not None:
        # The list takes all of the chunk's entries or none, and cannot be asked case by case.
        result.problems.append(ReplayProblem(chunk[0][0], chunk[0][1].reference, 0, refused))
        raise ReplayRefused(result)
    result.cases += len(records)
    result.case_ids += [record.case_id for record in records]


def _entered(compiled: CompiledProcedure, action: str, values: Mapping[str, Any], steps: list[Step]) -> dict[str, bool]:
    """The entries a gate asks for that the case itself made in an earlier step: lists are written when the case is."""
    found: dict[str, bool] = {}
    for compiled_gate in compiled.gates.get(action, ()):
        wanted = compiled_gate.gate.registered
        if wanted is None or wanted.where or wanted.key not in values:
            continue
        if any(
            write.register_slug == wanted.register_slug and write.change != "remove"
            and step.transition.case.fields.get(write.key) == values[wanted.key]
            for step in steps for write in step.transition.registers
        ):  # fmt: skip
            found[wanted.fact] = True
    return found


def _walk(walker: _Walker, script: CaseScript) -> CaseRecord | tuple[int, Refusal]:
    """The record of one case, or the step that was refused and why."""
    if not script.steps:
        return 0, Refusal("empty", Words("没有任何办理日期", "no step has a date"))
    try:
        compiled = walker.owner.procedure_on(script.steps[0].on)
    except UnknownSystem as error:
        return 0, Refusal("not_in_force", error.words)
    roles = walker.roles_of(compiled)
    organ, organ_id = script.organ, script.organ.pk
    organ_key = str(organ_id)
    local = walker.decisions.limits_for(organ.path)
    steps: list[Step] = []
    state: CaseState | None = None
    for number, told in enumerate(script.steps):
        if state is not None and state.clocks:
            for done in settle(compiled, state, told.on - timedelta(days=1), walker.calendar, local):
                steps.append(Step(done, None, None))
                state = done.case
        officer = walker.officer_for(compiled, told.action)
        facts: Mapping[str, bool | date] = NO_FACTS
        given = NOTHING_GIVEN
        if told.action in compiled.asking:
            known = {**compiled.kept(told.action, state.fields), **told.values} if state is not None else told.values
            facts = facts_for(compiled, told.action, known, organ_id, told.on, remembered=walker.entries) | _entered(
                compiled, told.action, known, steps
            )
            given = given_by_platform(compiled, told.action, known, organ, told.on, walker.entries)
        command = Command(
            told.action, told.on, walker.today, officer, organ_key, roles, told.values, told.outcome, told.note, facts,
            local=local, given=given, links=script.links if state is None else (),
        )  # fmt: skip
        if script.links and state is not None and state.links != script.links:
            state = state._replace(links=script.links)
        taken = act(compiled, state, command, walker.calendar)
        if isinstance(taken, Refusal):
            return number, taken
        elsewhere = issuers(
            compiled, told.action, taken.papers, taken.case.fields, told.on, organ, walker.access, walker.organs
        )
        steps.append(Step(taken, int(officer) if officer else None, organ_id, told.note, issuers=elsewhere))
        state = taken.case
    if walker.settle_through is not None and state is not None and state.clocks:
        through = settle(compiled, state, walker.settle_through, walker.calendar, local)
        steps += [Step(done, None, None) for done in through]
    return CaseRecord(compiled, organ, steps, handler_id=steps[0].officer_id)


def _apply_in_bulk(changes: list[RegisterChange]) -> Refusal | None:
    """Make the entries of lists; gives the first reason why one cannot be made."""
    if not changes:
        return None
    from zhunsheng.registers.actions import apply_changes_in_bulk

    by_register: dict[str, list[tuple[Organ, str, str, dict[str, Any], date, int]]] = {}
    for change in changes:
        line = (
            organ_of_entry(change),
            change.write.change,
            printable_key(change),
            register_values(change),
            change.on,
            change.record.case_id,
        )
        by_register.setdefault(change.write.register_slug, []).append(line)
    try:
        for register, lines in by_register.items():
            apply_changes_in_bulk(register, lines)
    except Refused as error:
        return error.refusal
    return None
