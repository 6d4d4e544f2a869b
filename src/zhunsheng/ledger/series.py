"""Figures side by side (并列取数): one figure over several periods, or over the organs of a region; figures of one organ.

The numbers are read once and laid out in memory, so that a chart costs one query. What a figure means is in ``figures``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from zhunsheng.kernel.figures import LeastEach, OrgansWith, summand
from zhunsheng.ledger.figures import (
    Figure,
    declared_as,
    derived,
    figure_from,
    figure_names,
    figures,
    ingredients,
    kinds_standing,
    organs_figure,
    organs_holding,
    parts,
    ratios,
)
from zhunsheng.ledger.months import Months, first_day
from zhunsheng.ledger.readings import Reading, accounts, grouped_readings
from zhunsheng.orgs.models import Organ


def merged(readings: Iterable[Mapping[str, Reading]]) -> dict[str, Reading]:
    """What several organs hold together."""
    total: dict[str, Reading] = {}
    for found in readings:
        for key, reading in found.items():
            sum_ = total.setdefault(key, Reading())
            sum_.flow += reading.flow
            sum_.opening += reading.opening
            sum_.closing += reading.closing
            sum_.entries += reading.entries
            sum_.entries_ever += reading.entries_ever
            for kept, more in ((sum_.parts, reading.parts), (sum_.part_levels, reading.part_levels)):
                for part, value in more.items():
                    kept[part] = kept.get(part, Decimal(0)) + value
    return total


def is_another(figure: Figure, kept: Decimal) -> bool:
    """Whether a figure is no longer the number that was kept of it, as it is written down."""
    return figure.value is None or Decimal(figure.shown()) != kept


def of_organ(names: Iterable[str], organ: Organ, first: date, last: date) -> dict[str, Figure]:
    """Figures of one organ with everything below it. Least values are those of its region, whose organs they count."""
    asked = set(names)
    least = {name for name in asked if isinstance(derived().get(name), LeastEach)}
    counted = {name for name in asked if isinstance(derived().get(name), OrgansWith)}
    summed = asked - least - counted
    found = figures(organ.region_id, first, last, least) if least else {}
    if counted:
        inside = set(Organ.objects.filter(path__startswith=organ.path).values_list("pk", flat=True))
        holding = organs_holding(counted, organ.region_id, first, last)
        everywhere = kinds_standing([name for name in counted if holding[name]], organ.region_id, last)
        standing = {key: kind for key, kind in everywhere.items() if key in inside}
        for name, held in holding.items():
            own = {key: value for key, value in held.items() if key in inside}
            found[name] = organs_figure(name, derived()[name], own, standing)
    apart = grouped_readings(organ.region_id, first, last, "organ_id", ingredients(summed), below=organ.path)
    together = merged(apart.values())
    return found | {name: figure_from(name, together) for name in summed}


@cache
def _named() -> dict[str, str]:
    """The names of figures that are no other's, each with its key."""
    keys: dict[str, list[str]] = {}
    for name in figure_names():
        keys.setdefault(declared_as(name).zh, []).append(name)
    return {zh: found[0] for zh, found in keys.items() if len(found) == 1}


def figure_called(text: str) -> str | None:
    """The figure of a key or of a Chinese name that only one has; None when there is none."""
    return text if text in figure_names() else _named().get(text.strip())


@dataclass(frozen=True, slots=True)
class Course:
    """What a figure came to in each of several periods, and the month of the first posting behind it (yyyymm; 0 where it is
    before all of them, None where there is none)."""

    figures: list[Figure]
    began: int | None

    @property
    def values(self) -> list[Decimal | None]:
        return [figure.value for figure in self.figures]


def courses(names: Sequence[str], region_code: str, periods: Sequence[Months]) -> dict[str, Course]:
    """Several figures in each period. Not for derived ones, which are no sums of months. One query."""
    if wrong := [name for name in names if name in derived()]:
        raise ValueError(f"{wrong[0]} is no sum of months and has no course over time")
    if not periods or not names:
        return {name: Course([], None) for name in names}
    first, last = min(begin for begin, _ in periods), max(end for _, end in periods)
    by_month = grouped_readings(
        region_code,
        first_day(first),
        first_day(last),
        "month",
        ingredients(names),
        parted=any(map(_names_parts, names)),
    )
    within = {period: _of_period(by_month, period) for period in dict.fromkeys(periods)}
    found = {}
    for name in names:
        behind = ingredients([name])
        held = {month: [r for key, r in readings.items() if key in behind] for month, readings in by_month.items()}
        began = [month for month, readings in held.items() if any(reading.entries for reading in readings)]
        # What was there before stands in the first month without a posting, of levels in month 0.
        if any(not reading.entries for month in (0, first) for reading in held.get(month, ())):
            began.append(0)
        each = [figure_from(name, within[period]) for period in periods]
        found[name] = Course(each, min(began, default=None))
    return found


def _names_parts(name: str) -> bool:
    """Whether a figure is made of parts of its accounts."""
    return name in parts() or (
        name in ratios() and any(summand(item).part for item in (*ratios()[name].of, *ratios()[name].over))
    )


def _of_period(by_month: Mapping[int, Mapping[str, Reading]], period: Months) -> dict[str, Reading]:
    """The reading of a run of months from the flows of all months up to its end (month 0: what was before them all)."""
    first, last = period
    before = merged(found for month, found in by_month.items() if month < first)
    within = merged(found for month, found in by_month.items() if first <= month <= last)
    for key, reading in before.items():
        whole = within.setdefault(key, Reading())
        whole.opening = reading.flow
        whole.closing += reading.flow
        whole.entries_ever += reading.entries
        for part, value in reading.parts.items():
            whole.part_levels[part] = whole.part_levels.get(part, Decimal(0)) + value
    return within


def over_organs(
    name: str, region_code: str, first: date, last: date, *, parted: bool = False
) -> dict[int, dict[str, Reading]]:
    """Organ -> what it alone holds in the accounts a figure is read from; ``figure_from(name, merged(…))`` makes the
    figure of several. With ``parted`` all breakdowns, else those alone that the figure is made of. One query."""
    parted = parted or _names_parts(name)
    return grouped_readings(region_code, first, last, "organ_id", ingredients([name]), parted=parted)


def figure_of(name: str, readings: Iterable[Mapping[str, Reading]]) -> Figure:
    """A figure of some organs together; of a derived one the account it is read from."""
    if name in derived():
        [account] = ingredients([name])
        return figure_from(account, merged(readings))
    return figure_from(name, merged(readings))


def halves_and_quarters(year: int) -> dict[str, Months]:
    """The customary periods of a year by their keys in addresses: year, h1, h2, q1 … q4, m1 … m12."""
    spans = {"year": (1, 12), "h1": (1, 6), "h2": (7, 12)}
    spans |= {f"q{n}": (3 * n - 2, 3 * n) for n in range(1, 5)}
    spans |= {f"m{n}": (n, n) for n in range(1, 13)}
    return {key: (year * 100 + begin, year * 100 + end) for key, (begin, end) in spans.items()}


def is_declared(name: str) -> bool:
    """Whether a figure is stated from papers and has no records in the platform."""
    return name in accounts() and accounts()[name].declared
