"""Part 4: the last day of a limit in working days, against walking day by day with the holiday library."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

import chinese_calendar

from benchmarks.measuring import Line, compared, medians, rate
from zhunsheng.kernel.limits import Unit
from zhunsheng.kernel.reckoning import reckon
from zhunsheng.law.statutes import limits
from zhunsheng.law.working_days import packaged_calendar

WORKING_DAYS = 20


def _walked(day: date) -> date:
    left = WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= chinese_calendar.is_workday(day)
    return day


def measure(full: bool) -> list[Line]:
    """Dates a second: twenty working days from days of 2020 to 2025."""
    draw = random.Random(20)
    days = [date(2020, 1, 1) + timedelta(days=draw.randrange(6 * 365)) for _ in range(2_000 if full else 500)]
    calendar = packaged_calendar()
    limit = next(one for one in limits().values() if one.unit is Unit.WORKING_DAY and one.value == WORKING_DAYS)

    def runner(count: Callable[[date], date], times: int) -> Callable[[], float]:
        return lambda: rate(len(days) * times, lambda: [count(day) for _ in range(times) for day in days])

    def added(day: date) -> date:
        return calendar.add_working_days(day, WORKING_DAYS)

    def reckoned(day: date) -> date:
        return reckon(limit, day, calendar).due

    expected = [_walked(day) for day in days]
    assert expected == [added(day) for day in days] == [reckoned(day) for day in days], "the ways of counting differ"
    results = medians(5, {"added": runner(added, 20), "reckoned": runner(reckoned, 20), "walked": runner(_walked, 1)})
    walking = [("walking day by day", results["walked"], 100)]
    return [
        *compared("20 working days: Calendar.add_working_days", results["added"], walking, "dates/s"),
        *compared(f"a limit of 20 working days ({limit.id}): reckon", results["reckoned"], walking, "dates/s"),
    ]
