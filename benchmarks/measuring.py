"""How things are measured: competitors take turns, medians count, every result is a line of the table.

What is measured lives in the parts; which part runs on which database in ``__main__``.
"""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. ``reached`` is None where there is no goal."""

    what: str
    ours: str
    theirs: str = ""
    ratio: str = ""
    goal: str = ""
    reached: bool | None = None


def medians(rounds: int, competitors: dict[str, Callable[[], float]]) -> dict[str, float]:
    """Let every competitor run in turn (A B C A B C …), ``rounds`` times; the median of what each returned."""
    results: dict[str, list[float]] = {name: [] for name in competitors}
    for _ in range(rounds):
        for name, run in competitors.items():
            gc.collect()
            results[name].append(run())
    return {name: statistics.median(values) for name, values in results.items()}


def rate(count: int, run: Callable[[], object]) -> float:
    """How many a second, when one run does ``count``."""
    started = perf_counter()
    run()
    return count / (perf_counter() - started)


def seconds(run: Callable[[], object], times: int = 1) -> float:
    """How long one run takes, averaged over ``times``."""
    started = perf_counter()
    for _ in range(times):
        run()
    return (perf_counter() - started) / times


def compared(what: str, ours: float, others: Iterable[tuple[str, float, float]], unit: str) -> list[Line]:
    """A line for each competitor (name, result, goal of ours as a multiple of it); more is better."""
    return [
        Line(f"{what} : {name}", f"{ours:,.0f} {unit}", f"{theirs:,.0f} {unit}", f"{ours / theirs:.2f}",
             f"≥ {goal:g}", ours >= goal * theirs)
        for name, theirs, goal in others
    ]  # fmt: skip
