"""Worked examples (``scenarios.yaml``): a few dated steps and what must then be true. Each one is a test.

``sample`` gives every field a value, so that an example writes down only what it is about; roles are all held and
each role is a different officer unless the example says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import Field

from zhunsheng.catalogue.loading import System, read_declaration
from zhunsheng.kernel.action import THE_LAW
from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.case_state import CaseState, Link
from zhunsheng.kernel.clock import read
from zhunsheng.kernel.declaration import Declaration
from zhunsheng.kernel.limits import Amount, Unit
from zhunsheng.kernel.office import is_verb, perform_verb
from zhunsheng.kernel.postings import Posting
from zhunsheng.kernel.transition import Command, CompiledProcedure, Refusal, Transition, act, settle


class Step(Declaration):
    """One step of an example; ``refused`` is the code of the refusal that must come instead."""

    action: str
    values: dict[str, Any] = {}
    outcome: str | None = None
    officer: str | None = None
    roles: list[str] | None = None
    amount: str | None = None
    links: list[dict[str, Any]] = []
    registered: list[str] = []
    discussed: list[str] = []
    reads: dict[str, Any] = {}
    refused: str | None = None
    says: str | None = None


class Expectation(Declaration):
    """What must be true at the end of a day."""

    state: str | None = None
    outcome: str | None = None
    event: str | None = None
    due: dict[str, date | str | None] = {}
    overdue: list[str] = []
    provisional: list[str] = []


class Scenario(Declaration):
    """A worked example: ``given`` steps by day, ``then`` expectations by day, postings of each account at the end."""

    it: str
    zh: str
    given: list[dict[date, str | Step]]
    then: dict[date, Expectation] = {}
    posts: dict[str, int | float] = {}
    papers: list[str] = []


class Scenarios(Declaration):
    """The worked examples of a system."""

    sample: dict[str, Any] = {}
    scenarios: list[Scenario] = Field(min_length=1)


@dataclass
class Walk:
    """A case as an example leaves it."""

    case: CaseState | None = None
    events: list[str] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)
    steps: list[Transition] = field(default_factory=list)

    def take(self, step: Transition) -> None:
        self.case = step.case
        self.steps.append(step)
        self.events.append(step.action)
        self.postings.extend(step.postings)
        self.papers.extend(step.papers)


def read_scenarios(system: System) -> Scenarios | None:
    """The worked examples of a system, if it has any."""
    path = system.folder / "scenarios.yaml"
    return read_declaration(path, Scenarios) if path.exists() else None


def run_scenario(system: System, scenarios: Scenarios, scenario: Scenario, calendar: Calendar) -> list[str]:
    """Play one example; everything that turned out otherwise, in words (empty: the example holds)."""
    problems: list[str] = []
    walk = Walk()
    days = [(day, step) for entry in scenario.given for day, step in entry.items()]
    compiled = system.procedure_on(days[0][0])
    pending = dict(sorted(scenario.then.items()))
    for day, written in days:
        for expected_day in [d for d in pending if d < day]:
            problems += _expect(compiled, walk, expected_day, pending.pop(expected_day), calendar)
        step = Step(action=written) if isinstance(written, str) else written
        problems += _take(compiled, scenarios, walk, day, step, calendar)
    for expected_day, expectation in pending.items():
        problems += _expect(compiled, walk, expected_day, expectation, calendar)
    for account, wanted in scenario.posts.items():
        total = sum(p.value for p in walk.postings if p.account in (account, f"{system.slug}.{account}"))
        if total != wanted:
            problems.append(f"指标 {account} 应入账 {wanted}，实际 {total}")
    problems += [f"应当出具文书 {paper}" for paper in scenario.papers if paper not in walk.papers]
    return problems


def steps_of(system: System, scenarios: Scenarios, scenario: Scenario, calendar: Calendar) -> list[Transition]:
    """Every step an example takes, in order; those it shows as refused are no steps."""
    walk = Walk()
    days = [(day, step) for entry in scenario.given for day, step in entry.items()]
    compiled = system.procedure_on(days[0][0])
    for day, written in days:
        _take(compiled, scenarios, walk, day, Step(action=written) if isinstance(written, str) else written, calendar)
    return walk.steps


def _settle(compiled: CompiledProcedure, walk: Walk, through: date, calendar: Calendar) -> None:
    if walk.case is not None:
        for step in settle(compiled, walk.case, through, calendar):
            walk.take(step)


def _take(
    compiled: CompiledProcedure, scenarios: Scenarios, walk: Walk, day: date, step: Step, calendar: Calendar
) -> list[str]:
    _settle(compiled, walk, date.fromordinal(day.toordinal() - 1), calendar)
    command = command_for(compiled, scenarios, step, day, walk.case)
    case = walk.case
    links = tuple(
        Link(
            str(link["system"]), "example", link.get("outcome"), bool(link.get("closed", True)), link.get("ended_on")
        )
        for link in step.links
    )  # fmt: skip
    if case is None:
        command = command._replace(links=links)
    elif links:
        case = case._replace(links=links)
    verb = case is not None and is_verb(step.action)
    result = perform_verb(compiled, case, command) if verb else act(compiled, case, command, calendar)
    if isinstance(result, Refusal):
        if step.refused is None:
            return [f"{day} {step.action} 被拒绝：{result.sentence('zh')}（{result.code}）"]
        if step.refused != result.code:
            return [f"{day} {step.action} 应以 {step.refused} 被拒绝，实际是 {result.code}：{result.sentence('zh')}"]
        if step.says and step.says not in result.sentence("zh"):
            return [f"{day} {step.action} 的拒绝理由应含「{step.says}」，实际是：{result.sentence('zh')}"]
        return []
    if step.refused is not None:
        return [f"{day} {step.action} 应当被拒绝（{step.refused}），实际办成了"]
    walk.take(result)
    return []


def command_for(
    compiled: CompiledProcedure, scenarios: Scenarios, step: Step, day: date, case: CaseState | None
) -> Command:
    """The command of a step: what the action asks for and the step leaves out is taken from the sample."""
    action = compiled.procedure.actions.get(step.action)
    values = dict(step.values)
    if action is not None:
        have = compiled.kept(step.action, case.fields) if case is not None else {}
        for name in action.required_fields:
            if name not in values and name not in have and name in scenarios.sample:
                values[name] = scenarios.sample[name]
    filled = compiled.given.get(step.action, ())
    given = {name: step.reads.get(name, scenarios.sample.get(name)) for name in filled}
    roles = frozenset(step.roles) if step.roles is not None else frozenset(compiled.procedure.roles)
    by = action.by if action is not None else []
    officer = step.officer or (f"officer:{by[0]}" if by else "officer")
    if THE_LAW in by and step.roles is None:
        roles = roles - {THE_LAW}
    amount = None
    if step.amount:
        number, unit = step.amount.split(" ", 1)
        amount = Amount(int(number), _UNITS[unit.strip()])
    return Command(
        step.action, day, day, officer, "organ", roles, values, step.outcome,
        facts=_facts(compiled, step), amount=amount, given=given,
    )  # fmt: skip


def _facts(compiled: CompiledProcedure, step: Step) -> dict[str, bool]:
    asked = [g.gate.discussed for g in compiled.gates.get(step.action, ()) if g.gate.discussed]
    facts = {wanted.fact: not set(step.discussed).isdisjoint(wanted.bodies) for wanted in asked}
    wanted_entries = [g.gate.registered for g in compiled.gates.get(step.action, ()) if g.gate.registered]
    return {**facts, **{wanted.fact: wanted.register_slug in step.registered for wanted in wanted_entries}}


_UNITS = {
    "days": Unit.CALENDAR_DAY, "day": Unit.CALENDAR_DAY, "working days": Unit.WORKING_DAY, "working day": Unit.WORKING_DAY,
    "months": Unit.MONTH, "month": Unit.MONTH, "years": Unit.YEAR, "year": Unit.YEAR,
}  # fmt: skip


def _expect(
    compiled: CompiledProcedure, walk: Walk, day: date, expectation: Expectation, calendar: Calendar
) -> list[str]:
    _settle(compiled, walk, day, calendar)
    case = walk.case
    if case is None:
        return [f"{day} 案件还没有开始"]
    problems: list[str] = []
    if expectation.state is not None and case.state != expectation.state:
        problems.append(f"{day} 应处于 {expectation.state}，实际 {case.state}")
    if expectation.outcome is not None and case.outcome != expectation.outcome:
        problems.append(f"{day} 结果应为 {expectation.outcome}，实际 {case.outcome}")
    if expectation.event is not None and expectation.event not in walk.events:
        problems.append(f"{day} 应当发生 {expectation.event}，实际发生了 {'、'.join(walk.events)}")
    for key, wanted in expectation.due.items():
        events = case.clocks.get(key)
        receipt = read(compiled.limits[key], events, calendar) if events else None
        actual: Any = None if receipt is None else receipt.state.value if receipt.due is None else receipt.due_date
        if isinstance(wanted, str) and receipt is not None:
            actual = receipt.state.value
        if actual != wanted:
            problems.append(f"{day} 期限 {key} 应为 {wanted}，实际 {actual}")
    for key in expectation.overdue:
        events = case.clocks.get(key)
        if not events or not read(compiled.limits[key], events, calendar).is_overdue(day):
            problems.append(f"{day} 期限 {key} 应已逾期")
    for key in expectation.provisional:
        events = case.clocks.get(key)
        if not events or not read(compiled.limits[key], events, calendar).provisional:
            problems.append(f"{day} 期限 {key} 应为暂定")
    return problems
