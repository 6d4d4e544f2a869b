"""Reading figures (取数): what an account, a ratio or a count of organs comes to for a region and a run of months.

One query for everything, whose cost depends on the number of balances, not on the number of postings or cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Q, Count, QuerySet, Subquery, Sum
from django.utils import timezone

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.figures import Account as DeclaredAccount
from zhunsheng.kernel.figures import LeastEach, OrgansWith, Ratio, mean, parse_check, percentage, summand
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import load_yaml
from zhunsheng.ledger.balances import mark_to_read, watermark
from zhunsheng.ledger.models import Account, Balance, Posting, Statement
from zhunsheng.ledger.months import days_of, month_of

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
        return (
            f"{self.value:.{self.decimals}f}"
            if self.decimals or self.value != int(self.value)
            else str(int(self.value))
        )


@dataclass(slots=True)
class Reading:
    """What one account holds for the asked months: the flow, the levels at both ends, the parts, and the postings behind
    it in these months and ever."""

    flow: Decimal = Decimal(0)
    opening: Decimal = Decimal(0)
    closing: Decimal = Decimal(0)
    entries: int = 0
    entries_ever: int = 0
    parts: dict[str, Decimal] = field(default_factory=dict)
    part_levels: dict[str, Decimal] = field(default_factory=dict)
    part_entries: dict[str, int] = field(default_factory=dict)
    part_entries_ever: dict[str, int] = field(default_factory=dict)

    def records(self, stock: bool, part: str = "") -> int:
        """The postings behind the figure, or behind one ``dimension=value`` of it."""
        if part:
            return (self.part_entries_ever if stock else self.part_entries).get(part, 0)
        return self.entries_ever if stock else self.entries


def region_prefix(code: str) -> str:
    """The codes below a region share this prefix: 410400 -> 4104, 410000 -> 41, 410402 -> 410402."""
    while len(code) > 2 and len(code) <= 6 and code.endswith("00"):
        code = code[:-2]
    return code


@cache
def declared_accounts() -> dict[str, DeclaredAccount]:
    """Accounts that are stated from papers and belong to no declared system yet."""
    data: dict[str, Any] = load_yaml(Path(__file__).parent / "declared.yaml") or {}
    return {key: DeclaredAccount.model_validate({**entry, "declared": True}) for key, entry in data.items()}


@cache
def accounts() -> dict[str, DeclaredAccount]:
    """Every account, ``system.key``."""
    found = {f"{s.slug}.{key}": account for s in systems().values() for key, account in s.figures.accounts.items()}
    return {**declared_accounts(), **found}


def readings(
    region_code: str, first: date, last: date, only: Iterable[str] | None = None, *, parted: bool = True
) -> dict[str, Reading]:
    """Account -> what it holds for a region from the month of ``first`` to the month of ``last``. Two queries."""
    return grouped_readings(region_code, first, last, "", only, parted=parted).get(0, {})


@cache
def _levels() -> list[str]:
    """The accounts of which anybody asks how much they held at an end of a period."""
    asked = {
        f"{s.slug}.{term.account}"
        for s in systems().values()
        for check in s.figures.checks
        for term in parse_check(check.that).terms
        if term.at != "flow"
    }
    return sorted(asked | {key for key, account in accounts().items() if account.stock})


def grouped_readings(
    region_code: str, first: date, last: date, by: str, only: Iterable[str] | None = None, *, parted: bool = True,
    below: str = "",
) -> dict[int, dict[str, Reading]]:  # fmt: skip
    """The same apart for each organ (``by`` ``organ_id``) or month (``month``, all before ``first`` together as month 0); for
    ``""`` one group, 0. But by organ, of mere flows nothing before the period is summed, only known to have been: the past
    grows, a period does not. ``only`` keeps the named accounts, ``below`` the organs whose path begins so; without ``parted``
    breakdowns are left out. Two queries, the first for the watermark."""
    mark = mark_to_read()
    account, balance, posting = (connection.ops.quote_name(m._meta.db_table) for m in (Account, Balance, Posting))
    key, begin, end = connection.ops.quote_name("key"), month_of(first), month_of(last)
    inside, named = "organ_id IN (SELECT id FROM orgs_organ WHERE region_id LIKE %s)", ""
    where: list[Any] = [f"{region_prefix(region_code)}%"]
    if below:
        inside = "organ_id IN (SELECT id FROM orgs_organ WHERE region_id LIKE %s AND path LIKE %s)"
        where.append(f"{below}%")
    keys = [] if only is None else sorted(set(only))
    if only is not None:
        if not keys:
            return {}
        named = f"{key} IN ({_marks(keys)}) AND "
        inside += f" AND account_id IN (SELECT id FROM {account} WHERE {key} IN ({_marks(keys)}))"  # noqa: S608
        where += keys
    # The signs keep SQLite from other ways to the few postings above the watermark than by their id.
    above = inside.replace("organ_id IN", "+organ_id IN").replace("account_id IN", "+account_id IN")
    tail = f"account_id, organ_id, breakdown, month, value, 1 AS entries FROM {posting} WHERE id > %s AND {above} AND +month <= %s"
    folded = f"account_id, organ_id, breakdown, month, value, entries FROM {balance} WHERE {inside} AND "
    parts, values = [tail], [mark, *where, end]
    if by == "organ_id":
        parts.append(f"{folded} month <= %s")
        values += [*where, end]
    else:
        known = f"SELECT 1 FROM {balance} WHERE account_id = e.id AND {inside} AND month < %s"  # noqa: S608
        parts += [f"{folded} month BETWEEN %s AND %s",
                  f"id, 0, '', %s, 0, 0 FROM {account} e WHERE {named}EXISTS ({known})"]  # fmt: skip
        values += [*where, begin, end, begin, *keys, *where, begin]
        if levels := [level for level in _levels() if only is None or level in keys]:
            held = f"account_id IN (SELECT id FROM {account} WHERE {key} IN ({_marks(levels)}))"  # noqa: S608
            parts.append(f"{folded} month < %s AND {held}")
            values += [*where, begin, *levels]
    column, group, since = by or "0", [by] if by else [], begin
    if by == "month":
        column, since = f"CASE WHEN month < {begin} THEN 0 ELSE month END", 0
        group = [column]
    shown = "breakdown" if parted else "''"
    group += ["account_id", "breakdown"] if parted else ["account_id"]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.part, a.{key}, s.breakdown, s.flow, s.opening, s.entries, s.ever FROM ("  # noqa: S608 - names only
            f"SELECT {column} AS part, account_id, {shown} AS breakdown, SUM(CASE WHEN month >= %s THEN value ELSE 0 END) AS flow, "
            "SUM(CASE WHEN month < %s THEN value ELSE 0 END) AS opening, "
            "SUM(CASE WHEN month >= %s THEN entries ELSE 0 END) AS entries, SUM(entries) AS ever "
            f"FROM (SELECT {' UNION ALL SELECT '.join(parts)}) x "
            f"GROUP BY {', '.join(group)}) s JOIN {account} a ON a.id = s.account_id",
            [since, since, since, *values],
        )
        rows = cursor.fetchall()
    found: dict[int, dict[str, Reading]] = {}
    for member, key, breakdown, summed, before, entries, ever in rows:
        reading = found.setdefault(member, {}).setdefault(key, Reading())
        flow, opening = _exact(summed), _exact(before)
        reading.flow += flow
        reading.opening += opening
        reading.closing += opening + flow
        reading.entries += entries
        reading.entries_ever += ever
        for part in breakdown.split(";") if breakdown else ():
            reading.parts[part] = reading.parts.get(part, Decimal(0)) + flow
            reading.part_levels[part] = reading.part_levels.get(part, Decimal(0)) + opening + flow
            reading.part_entries[part] = reading.part_entries.get(part, 0) + entries
            reading.part_entries_ever[part] = reading.part_entries_ever.get(part, 0) + ever
    return found


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _exact(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(round(value, 2)))


def part_of(reading: Reading, name: str, stock: bool) -> Decimal:
    """One breakdown value of an account, whichever dimension it belongs to."""
    parts = reading.part_levels if stock else reading.parts
    return sum((value for key, value in parts.items() if key.split("=", 1)[1] == name), Decimal(0))


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
    """Every figure, ``system.key``: accounts, ratios, and those derived from one account."""
    return (*accounts(), *ratios(), *derived())


@cache
def ratios() -> dict[str, Ratio]:
    """Every ratio, ``system.key``."""
    return {f"{s.slug}.{key}": ratio for s in systems().values() for key, ratio in s.figures.ratios.items()}


@cache
def derived() -> dict[str, OrgansWith | LeastEach]:
    """Every figure read from one account otherwise than by summing it, ``system.key``: counts of organs, least values."""
    return {
        f"{s.slug}.{key}": read
        for s in systems().values()
        for key, read in (*s.figures.organs.items(), *s.figures.least.items())
    }


def declared_as(name: str) -> DeclaredAccount | Ratio | OrgansWith | LeastEach:
    """The declaration of a figure."""
    return accounts().get(name) or ratios().get(name) or derived()[name]


def ingredients(names: Iterable[str]) -> set[str]:
    """The accounts some figures are read from."""
    found: set[str] = set()
    for name in names:
        slug = name.partition(".")[0]
        if name in ratios():
            ratio = ratios()[name]
            found |= {f"{slug}.{summand(item).account}" for item in (*ratio.of, *ratio.over)}
        elif name in derived():
            found.add(f"{slug}.{derived()[name].account}")
        else:
            found.add(name)
    return found


def is_level(name: str) -> bool:
    """Whether a figure is a level at the end of the period (年末数), not a flow within it."""
    return all(accounts()[key].stock for key in ingredients([name]) if key in accounts())


def figure_from(name: str, found: Mapping[str, Reading], stated: Statement | None = None) -> Figure:
    """An account's or a ratio's figure from readings, whatever period or organs these are of."""
    if name not in ratios():
        return _account_figure(name, accounts()[name], found.get(name), stated)
    ratio, slug = ratios()[name], name.partition(".")[0]
    above, below = _sum(slug, ratio.of, found), _sum(slug, ratio.over, found)
    unit, divided = (ratio.unit.words, mean) if ratio.unit else (PERCENT, percentage)
    definition = ratio.definition.words if ratio.definition else None
    return Figure(name, ratio.words, unit, divided(above, below, ratio.decimals), "records", int(below), "ratio",
                  ratio.decimals, above, below, definition=definition)  # fmt: skip


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
    Three queries."""
    wanted = {name: f"{name.partition('.')[0]}.{derived()[name].account}" for name in names}
    own = {"account__key__in": set(wanted.values()), "organ__region": region_code, "month__lte": month_of(last)}
    held: dict[str, tuple[dict[int, Decimal], int]] = {}
    for rows in (Balance.objects.filter(**own), Posting.objects.filter(**own, pk__gt=watermark())):
        size = Sum("entries") if rows.model is Balance else Count("pk")
        for key, month, value, count in (
            rows.values_list("account__key", "month").annotate(Sum("value"), size).order_by()
        ):
            months, entries = held.get(key, ({}, 0))
            months[month] = months.get(month, Decimal(0)) + _exact(value)
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
    """How many postings were booked in each of some months (yyyymm). Three queries."""
    inside = {"organ__region__code__startswith": region_prefix(region_code), "month__range": (first, last)}
    counted: dict[int, int] = {}
    for rows in (Balance.objects.filter(**inside), Posting.objects.filter(**inside, pk__gt=watermark())):
        size = Sum("entries") if rows.model is Balance else Count("pk")
        for month, number in rows.values_list("month").annotate(size).order_by():
            counted[month] = counted.get(month, 0) + number
    return counted


def by_month(account: str, region_code: str, year: int) -> list[Decimal]:
    """The flow of each month of a year (for a stock account the level at each month's end)."""
    declared = accounts().get(account)
    where = {"account__key": account, "organ__region__code__startswith": region_prefix(region_code)}
    sums: dict[int, Decimal] = {}
    for rows in (Balance.objects.filter(**where), Posting.objects.filter(**where, pk__gt=watermark())):
        for month, value in rows.filter(month__lte=year * 100 + 12).values_list("month").annotate(Sum("value")):
            sums[month] = sums.get(month, Decimal(0)) + _exact(value)
    months = [year * 100 + month for month in range(1, 13)]
    if declared is not None and declared.stock:
        return [sum((value for m, value in sums.items() if m <= month), Decimal(0)) for month in months]
    return [sums.get(month, Decimal(0)) for month in months]
