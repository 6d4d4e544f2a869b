"""Part 3: bulk replay through the kernel, with numbers, clocks, deadlines, postings, parties and audit."""

from __future__ import annotations

from django.db import connection

from benchmarks.measuring import Line, medians, rate
from benchmarks.office import SYSTEM, found_office, orders
from zhunsheng.cases.replay import replay

GOALS = {"sqlite": 10_000, "postgresql": 5_000}


def measure(full: bool) -> list[Line]:
    """Steps a second of one replay."""
    office = found_office()
    count = 10_000 if full else 3_000

    def run() -> float:
        scripts = list(orders(office.hotline, count))
        steps = sum(len(script.steps) for script in scripts)
        return rate(steps, lambda: replay(SYSTEM, scripts, officers=office.officers))

    result = medians(3, {"replay": run})["replay"]
    goal = GOALS[connection.vendor]
    return [
        Line(
            f"bulk replay of {count:,} cases",
            f"{result:,.0f} steps/s",
            goal=f"≥ {goal:,} steps/s",
            reached=result >= goal,
        )
    ]
