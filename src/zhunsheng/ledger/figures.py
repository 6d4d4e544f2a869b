"""Figures (取数): what an account, a ratio or a count of organs comes to for a region and a run of months, and its records.

What accounts hold is read in ``readings``; here it is put together and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Count, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.figures import Account as DeclaredAccount
from zhunsheng.kernel.figures import LeastEach, OrgansWith, Part, Ratio, mean, percentage, summand
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.balances import between_folds
from zhunsheng.ledger.models import Account, Balance, Posting, Statement
from zhunsheng.ledger.months import days_of, month_of
from zhunsheng.ledger.readings import (
    Reading,
    accounts,
    entries_of,
    exact,
    grouped_readings,
    part_of,
    readings,
    region_prefix,
)
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.terms import in_being

PERCENT = Words("%", "%")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as pages and reports show it. ``value`` is None when nothing was ever posted or there is nothing to
    divide by; a reported zero is zero. ``breakdown`` maps ``dimension=value`` to its part."""

    account: str
    name: Words
    unit: Words
    value: Decimal | None
    source: str
    records: int
    kind: str
    decimals: int = 0
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    qualifier: str = ""
    breakdown: Mapping[str, Decimal] = field(default_factory=dict)
    definition: Words | None = None

    def shown(self) -> str:
        """The value with its decimals, without unit or thousands separators."""
        if self.value is None:
            return "—"
        return self.written(self.value)

    def written(self, value: Decimal) -> str:
        """Any value of this figure, likewise."""
        return f"{value:.{self.decimals}f}" if self.decimals or value != int(value) else str(int(value))


def figures(
    region_code: str,
    first: date,
    last: date,
    only: Iterable[str] | None = None,
    found: Mapping[str, Reading] | None = None,
) -> dict[str, Figure]:
    """Every figure of a region for the months from ``first`` to ``last``; ``only`` keeps the named ones. ``found``: the
    readings of these months, where the caller has them."""
    wanted = set(only) if only is not None else None
    names = [name for name in figure_names() if wanted is None or name in wanted]
    if found is None:
        found = readings(region_code, first, last, None if wanted is None else ingredients(names))
    is_stated = any(name in accounts() and accounts()[name].declared for name in names)
    stated = _statements(region_code, first.year, last.year) if is_stated else {}
    counted = [name for name in names if _is_read_by_organ(derived().get(name))]
    held = organs_holding(counted, region_code, first, last) if counted else {}
    standing = kinds_standing([name for name in counted if held[name]], region_code, last)
    least = [name for name in names if isinstance(derived().get(name), LeastEach) and name not in counted]
    lows = _lows(least, region_code, last) if least else {}
    result: dict[str, Figure] = {}
    for name in names:
        read = derived().get(name)
        if isinstance(read, OrgansWith):
            result[name] = organs_figure(name, read, held[name], standing)
        elif isinstance(read, LeastEach) and name in held:
            result[name] = _least_organ_figure(name, read, held[name])
        elif isinstance(read, LeastEach):
            result[name] = _least_figure(name, read, lows[name], first, last)
        else:
            result[name] = figure_from(name, found, stated.get(name))
    return result


@cache
def figure_names() -> tuple[str, ...]:
    """Every figure, ``system.key``: accounts, ratios, parts, and those derived from one account."""
    return (*accounts(), *ratios(), *parts(), *derived())


@cache
def ratios() -> dict[str, Ratio]:
    """Every ratio, ``system.key``."""
    return {f"{s.slug}.{key}": ratio for s in systems().values() for key, ratio in s.figures.ratios.items()}


@cache
def parts() -> dict[str, Part]:
    """Every part of a breakdown that is a figure of its own, ``system.key``."""
    return {f"{s.slug}.{key}": part for s in systems().values() for key, part in s.figures.parts.items()}


@cache
def derived() -> dict[str, OrgansWith | LeastEach]:
    """Every figure read from one account otherwise than by summing it, ``system.key``: counts of organs, least values."""
    return {
        f"{s.slug}.{key}": read
        for s in systems().values()
        for key, read in (*s.figures.organs.items(), *s.figures.least.items())
    }


def declared_as(name: str) -> DeclaredAccount | Ratio | Part | OrgansWith | LeastEach:
    """The declaration of a figure."""
    return accounts().get(name) or ratios().get(name) or parts().get(name) or derived()[name]


def ingredients(names: Iterable[str]) -> set[str]:
    """The accounts some figures are read from."""
    found: set[str] = set()
    for name in names:
        slug = name.partition(".")[0]
        if name in ratios():
            ratio = ratios()[name]
            found |= {f"{slug}.{summand(item).account}" for item in (*ratio.of, *ratio.over)}
        elif name in parts():
            found |= {f"{slug}.{summand(item).account}" for item in parts()[name].of}
        elif name in derived():
            found.add(f"{slug}.{derived()[name].account}")
        else:
            found.add(name)
    return found


def is_level(name: str) -> bool:
    """Whether a figure is a level at the end of the period (年末数), not a flow within it."""
    return all(accounts()[key].stock for key in ingredients([name]) if key in accounts())


def figure_from(name: str, found: Mapping[str, Reading], stated: Statement | None = None) -> Figure:
    """The figure of an account, a ratio or a part from readings, whatever period or organs these are of."""
    slug = name.partition(".")[0]
    if name in parts():
        return _part_figure(name, parts()[name], found)
    if name not in ratios():
        return _account_figure(name, accounts()[name], found.get(name), stated)
    ratio = ratios()[name]
    above, below = _sum(slug, ratio.of, found), _sum(slug, ratio.over, found)
    unit, divided = (ratio.unit.words, mean) if ratio.unit else (PERCENT, percentage)
    definition = ratio.definition.words if ratio.definition else None
    return Figure(name, ratio.words, unit, divided(above, below, ratio.decimals), "records", int(below), "ratio",
                  ratio.decimals, above, below, definition=definition)  # fmt: skip


def _part_figure(name: str, part: Part, found: Mapping[str, Reading]) -> Figure:
    """Nought where the whole was posted and nothing of it is in the part; nothing where nothing was posted at all."""
    slug = name.partition(".")[0]
    value = _sum(slug, part.of, found) if any(key in found for key in ingredients([name])) else None
    entries = 0
    for item in part.of:
        _sign, account, of = summand(item)
        if (reading := found.get(f"{slug}.{account}")) is not None:
            entries += entries_of(reading, of, accounts()[f"{slug}.{account}"].stock)
    definition = part.definition.words if part.definition else None
    return Figure(name, part.words, part.unit.words, value, "records", entries, "part", definition=definition)


def kinds_standing(names: Iterable[str], region_code: str, on: date) -> dict[int, str]:
    """The organs of a region and below with their kinds on a day; none where no count asks for kinds. At most one query."""
    if not any(isinstance(read := derived()[name], OrgansWith) and read.kinds for name in names):
        return {}
    rows = Organ.objects.filter(in_being(on), region__code__startswith=region_prefix(region_code))
    return dict(rows.values_list("pk", "kind"))


def organs_counted(counted: OrgansWith, holding: set[int], standing: Mapping[int, str]) -> set[int]:
    """The organs a count is of. ``standing``: the organs there are, with their kinds, where it asks for kinds."""
    if not counted.kinds:
        return holding
    among = {organ for organ, kind in standing.items() if kind in counted.kinds}
    return among - holding if counted.lacking else among & holding


def organs_figure(
    name: str, counted: OrgansWith, held: Mapping[int, tuple[Decimal, int]], standing: Mapping[int, str]
) -> Figure:
    holding = organs_counted(counted, {organ for organ, (level, _) in held.items() if level}, standing)
    entries = sum(entries for level, entries in held.values() if level)
    definition = counted.definition.words if counted.definition else None
    return Figure(name, counted.words, counted.unit.words, Decimal(len(holding)) if entries else None, "records", entries,
                  "organs", definition=definition)  # fmt: skip


def _is_read_by_organ(read: OrgansWith | LeastEach | None) -> bool:
    return isinstance(read, OrgansWith) or (isinstance(read, LeastEach) and read.each == "organ")


def _least_organ_figure(name: str, low: LeastEach, held: Mapping[int, tuple[Decimal, int]]) -> Figure:
    values = [level for level, _ in held.values() if level]
    definition = low.definition.words if low.definition else None
    return Figure(name, low.words, low.unit.words, min(values, default=None), "records",
                  sum(entries for level, entries in held.values() if level), "least", definition=definition)  # fmt: skip


def _lows(names: Iterable[str], region_code: str, last: date) -> dict[str, tuple[dict[int, Decimal], int]]:
    """Of each figure of the least period: the flow of each month of the region's own organs, and the postings behind it.
    Four queries."""
    wanted = {name: f"{name.partition('.')[0]}.{derived()[name].account}" for name in names}
    own = {"account__key__in": set(wanted.values()), "organ__region": region_code, "month__lte": month_of(last)}
    held: dict[str, tuple[dict[int, Decimal], int]] = {}
    for key, month, count, value in _entries(own, ("account__key", "month"), Sum("value")):
        months, entries = held.get(key, ({}, 0))
        months[month] = months.get(month, Decimal(0)) + exact(value)
        held[key] = months, entries + count
    return {name: held.get(account, ({}, 0)) for name, account in wanted.items()}


def _least_figure(name: str, low: LeastEach, held: tuple[dict[int, Decimal], int], first: date, last: date) -> Figure:
    months, entries = held
    span = 3 if low.each == "quarter" else 12
    sums = [
        sum((months.get(month, Decimal(0)) for month in range(begin, begin + span)), Decimal(0))
        for begin in _beginnings(first, last, span)
    ]
    value = min(sums) if sums and entries else None
    definition = low.definition.words if low.definition else None
    return Figure(name, low.words, low.unit.words, value, "records", entries, "least", definition=definition)


def _beginnings(first: date, last: date, span: int) -> list[int]:
    """The first months of the quarters or years that lie within some months and are over."""
    end = min(month_of(last), month_of(timezone.localdate()) - 1)
    months = [year * 100 + month for year in range(first.year, last.year + 1) for month in range(1, 13, span)]
    return [begin for begin in months if begin >= month_of(first) and begin + span - 1 <= end]


def _account_figure(key: str, account: DeclaredAccount, reading: Reading | None, stated: Statement | None) -> Figure:
    value: Decimal | None = None
    breakdown: Mapping[str, Decimal] = {}
    entries = 0
    if reading is not None:
        value = reading.closing if account.stock else reading.flow
        breakdown = reading.part_levels if account.stock else reading.parts
        entries = reading.entries_ever if account.stock else reading.entries
        if account.declared and not reading.entries:
            value = None
    decimals = 0 if value is None or value == int(value) else 2
    return Figure(
        key, account.words, account.unit.words, value, "declared" if account.declared else "records", entries, "account",
        decimals, qualifier=stated.qualifier if stated and account.declared else "", breakdown=breakdown,
        definition=account.definition.words if account.definition else None,
    )  # fmt: skip


def _sum(slug: str, items: Iterable[str], found: Mapping[str, Reading]) -> Decimal:
    total = Decimal(0)
    declared = accounts()
    for item in items:
        sign, account, part = summand(item)
        key = f"{slug}.{account}"
        reading = found.get(key)
        if reading is not None:
            stock = declared[key].stock
            total += sign * (part_of(reading, part, stock) if part else (reading.closing if stock else reading.flow))
    return total


def organs_holding(
    names: Iterable[str], region_code: str, first: date, last: date
) -> dict[str, dict[int, tuple[Decimal, int]]]:
    """Of each count of organs: organ -> (what it holds in the account, postings behind it). One query."""
    wanted = {name: f"{name.partition('.')[0]}.{derived()[name].account}" for name in names}
    apart = grouped_readings(region_code, first, last, "organ_id", wanted.values())
    held: dict[str, dict[int, tuple[Decimal, int]]] = {name: {} for name in wanted}
    for name, account in wanted.items():
        stock = accounts()[account].stock
        for organ, found in apart.items():
            if account in found:
                reading = found[account]
                held[name][organ] = (
                    (reading.closing, reading.entries_ever) if stock else (reading.flow, reading.entries)
                )
    return held


def _statements(region_code: str, first_year: int, last_year: int) -> dict[str, Statement]:
    rows = (
        Statement.objects.filter(
            organ__region__code__startswith=region_prefix(region_code), year__range=(first_year, last_year)
        )
        .select_related("account")
        .order_by("pk")
    )
    return {statement.account.key: statement for statement in rows}


def records_of(
    account: str, region_code: str, first: date, last: date, breakdown: str | None = None, below: str = ""
) -> QuerySet[Posting]:
    """The postings behind an account's figure, newest first; for a stock account all up to the end. ``breakdown`` is one
    ``dimension=value`` of the figure, ``below`` the path of an organ whose subtree alone is wanted."""
    declared = accounts().get(account)
    own = Subquery(Account.objects.filter(key=account).values("pk"))  # one value, so that an index gives the order
    rows = Posting.objects.filter(
        account=own, organ__region__code__startswith=region_prefix(region_code), month__lte=month_of(last)
    )
    if declared is None or not declared.stock:
        rows = rows.filter(month__gte=month_of(first))
    if breakdown:
        rows = rows.filter(
            Q(breakdown=breakdown)
            | Q(breakdown__startswith=f"{breakdown};")
            | Q(breakdown__endswith=f";{breakdown}")
            | Q(breakdown__contains=f";{breakdown};")
        )
    if below:
        rows = rows.filter(organ__path__startswith=below)
    # Nothing is booked in a month before its day; said, it spares looking at all that came later.
    rows = rows.filter(on__lte=days_of((month_of(first), month_of(last)))[1])
    return rows.select_related("organ").order_by("-on", "-pk")


def booked_in(region_code: str, first: int, last: int) -> dict[int, int]:
    """How many postings were booked in each of some months (yyyymm). Four queries."""
    inside = {"organ__region__code__startswith": region_prefix(region_code), "month__range": (first, last)}
    counted: dict[int, int] = {}
    for month, number in _entries(inside, ("month",)):
        counted[month] = counted.get(month, 0) + number
    return counted


def _entries(inside: Mapping[str, Any], columns: Sequence[str], *sums: Sum) -> list[tuple[Any, ...]]:
    """Of the balances and of the postings not folded yet: how many postings there are by some columns, and what they come to."""

    def read(mark: int) -> list[tuple[Any, ...]]:
        folded, above = Balance.objects.filter(**inside), Posting.objects.filter(**inside, pk__gt=mark)
        return [
            row
            for rows, size in ((folded, Sum("entries")), (above, Count("pk")))
            for row in rows.values_list(*columns).annotate(size, *sums).order_by()
        ]

    return between_folds(read)
