"""Part 1: the kernel alone, ``act()`` on cases that are never written down. Reported without a goal."""

from __future__ import annotations

from datetime import date

from benchmarks.measuring import Line, medians, rate
from benchmarks.office import SYSTEM, orders
from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.transition import Command, Transition, act
from zhunsheng.law.working_days import packaged_calendar
from zhunsheng.orgs.models import Organ


def measure(full: bool) -> list[Line]:
    """Steps a second: state, role and gates checked, fields parsed, clocks moved, postings made."""
    compiled = system(SYSTEM).procedure_on(date(2025, 1, 1))
    calendar = packaged_calendar()
    roles = frozenset(compiled.procedure.roles)
    told = [script.steps for script in orders(Organ(pk=1), 4_000 if full else 1_000)]
    today = date(2026, 1, 31)

    def walk() -> None:
        for steps in told:
            case = None
            for step in steps:
                command = Command(step.action, step.on, today, "1", "1", roles, step.values, step.outcome)
                taken = act(compiled, case, command, calendar)
                assert isinstance(taken, Transition), taken
                case = taken.case

    steps = sum(len(one) for one in told)
    result = medians(3, {"act": lambda: rate(steps, walk)})["act"]
    return [Line("the kernel alone: act()", f"{result:,.0f} steps/s")]
