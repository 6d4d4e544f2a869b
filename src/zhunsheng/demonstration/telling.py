"""Telling a case (编排): from a few dated steps to a full script, with days drawn from the year by a fixed seed.

What an example leaves out is taken from the system's own sample values, so a demonstration never has to name a field
that it is not about. The samples speak of 示例县; here they speak of the place.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from zhunsheng.cases.replay import CaseScript, StepScript
from zhunsheng.catalogue.loading import system
from zhunsheng.catalogue.scenarios import read_scenarios
from zhunsheng.kernel.case_state import Link
from zhunsheng.law.working_days import packaged_calendar
from zhunsheng.orgs.models import Organ

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
_SAMPLE_PLACE = re.compile("示例[县市区]")

Told = tuple[str, date] | tuple[str, date, Mapping[str, Any]] | tuple[str, date, Mapping[str, Any], str]
"""(action, day, values, outcome); the last two may be left out."""


class Days:
    """Days of one year, drawn by a seed of their own so that the demonstration is always the same."""

    def __init__(self, year: int, seed: str) -> None:
        self.random = random.Random(f"{year}:{seed}")  # noqa: S311 - a repeatable choice, nothing secret
        self.calendar = packaged_calendar()
        self.first, self.last = date(year, 1, 1), date(year, 12, 31)
        self.working = [
            day
            for ordinal in range(self.first.toordinal(), self.last.toordinal() + 1)
            if self.calendar.is_working(day := date.fromordinal(ordinal))
        ]

    def working_day(self, until: float = 1.0) -> date:
        """A working day in the first ``until`` of the year."""
        return self.working[self.random.randrange(max(1, int(len(self.working) * until)))]

    def any_day(self, until: float = 1.0) -> date:
        """Any day in the first ``until`` of the year."""
        return self.first + timedelta(days=self.random.randrange(int(366 * until) - 1))

    def after(self, day: date, least: int, most: int) -> date:
        """A working day between ``least`` and ``most`` working days after ``day``."""
        return self.calendar.add_working_days(day, self.random.randint(least, most))

    def pick(self, among: Sequence[Any]) -> Any:
        """One of several."""
        return self.random.choice(among)


@cache
def _wanted(slug: str, version: date) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """Action -> its required fields, and the sample values of the system."""
    compiled = system(slug).procedure_of(version)
    scenarios = read_scenarios(system(slug))
    required = {name: action.required_fields for name, action in compiled.procedure.actions.items()}
    return required, scenarios.sample if scenarios else {}


def _of_place(value: Any, place: str) -> Any:
    """A sample value as the place would say it, however deep it stands."""
    if isinstance(value, str):
        return _SAMPLE_PLACE.sub(place, value)
    if isinstance(value, Mapping):
        return {key: _of_place(inner, place) for key, inner in value.items()}
    return [_of_place(inner, place) for inner in value] if isinstance(value, list) else value


def tell(
    slug: str, organ: Organ, told: Sequence[Told], reference: str = "", links: tuple[Link, ...] = ()
) -> CaseScript:
    """A script whose steps have every field their actions require, none on a day before that of the step told before it."""
    required, sample = _wanted(slug, system(slug).procedure_on(told[0][1]).version)
    filled: set[str] = set()
    steps: list[StepScript] = []
    day = told[0][1]
    for step in told:
        day = max(day, step[1])
        values = dict(step[2]) if len(step) > 2 else {}
        for name in required.get(step[0], ()):
            if name not in values and name not in filled and name in sample:
                values[name] = _of_place(sample[name], organ.region.name)
        filled.update(values)
        steps.append(StepScript(step[0], day, values, step[3] if len(step) > 3 else None))
    return CaseScript(organ, steps, reference, links)


def person(number: int) -> str:
    """A name nobody bears: 示例 and a family name and a number."""
    return f"示例{SURNAMES[number % len(SURNAMES)]}{number:04d}"
