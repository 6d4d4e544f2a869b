"""Tables of one figure (分表): over time, by organ, by part; and how a change is said. Numbers come from the ledger.

No HTTP and no markup: pages and workbooks lay these out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from zhunsheng.catalogue.loading import System, systems
from zhunsheng.desk.asked import FIRST_YEAR, Asked, month_name, period_words, query_of
from zhunsheng.desk.case_page import part_names
from zhunsheng.desk.wording import name_of, say
from zhunsheng.kernel.figures import OrgansWith, Ratio, change_rate, summand
from zhunsheng.ledger.figures import Figure, derived, ingredients, kinds_standing, organs_counted, parts, ratios
from zhunsheng.ledger.months import Months
from zhunsheng.ledger.readings import accounts, region_prefix
from zhunsheng.ledger.series import courses, figure_of, over_organs
from zhunsheng.orgs.models import Organ
from zhunsheng.typed import whole_number

YEARS_SHOWN = 6


def system_of(account: str) -> System | None:
    """The system that declares an account; None for one that no system declares yet."""
    return systems().get(account.partition(".")[0])


def change_words(now: Figure, before: Figure | None) -> str:
    """The change against the same months a year earlier; nothing where there is nothing to compare. Stated figures are
    often places or rounded numbers, of which a rate would say more than is known."""
    if before is None or now.value is None or before.value is None or now.source == "declared":
        return ""
    if now.unit.zh == "%":
        points = now.value - before.value
        return _("%(n)s 个百分点") % {"n": f"{points:+}"} if points else _("持平")
    rate = change_rate(now.value, before.value)
    if rate is None:
        return ""
    return f"{rate:+}%" if rate else _("持平")


def page_behind(name: str) -> str:
    """The page a number leads to: an account to its records, any other figure to its own."""
    return reverse("desk:records" if name in accounts() else "desk:figure", args=[name])


def address_of_figure(name: str, region: str, months: Months, part: str = "") -> str:
    """Where a number leads."""
    more = f"&{urlencode({'part': part})}" if part else ""
    return page_behind(name) + query_of(region, months) + more


@dataclass(frozen=True)
class Side:
    """One summand of a ratio: its words, its number, where it leads."""

    words: str
    value: Decimal
    address: str


def sides_of(name: str, found: Mapping[str, Figure], asked: Asked) -> tuple[list[Side], list[Side]]:
    """What stands above and below a ratio, or makes a part, each number with its way to the records."""
    made = parts().get(name) or ratios()[name]
    both: list[list[Side]] = []
    for items in (made.of, made.over if isinstance(made, Ratio) else []):
        sides = []
        for item in items:
            sign, key, part = summand(item)
            account = f"{name.partition('.')[0]}.{key}"
            figure, of = found[account], part_key(account, part)
            value = figure.value or Decimal(0)
            if part:
                value = sum((v for k, v in figure.breakdown.items() if k.split("=", 1)[1] == part), Decimal(0))
            address = address_of_figure(account, asked.region.pk, asked.months, of)
            sides.append(Side(words_of(account, part), sign * value, address))
        both.append(sides)
    return both[0], both[1]


def part_key(account: str, part: str) -> str:
    """``dimension=value`` of a part named by its value alone, as ratios and relations name it; nothing for no part."""
    if not part:
        return ""
    system, dimensions = system_of(account), accounts()[account].by
    keys = [f"{dimension}={part}" for dimension in dimensions]
    return next((key for key in keys if part_names(system, key)[1] != part), keys[0] if keys else f"outcome={part}")


def words_of(account: str, part: str = "") -> str:
    """An account, or one part of it, in words: 审结·撤销."""
    words = say(accounts()[account])
    return f"{words}·{part_names(system_of(account), part_key(account, part))[1]}" if part else words


@dataclass(frozen=True)
class PeriodLine:
    """One row of the table over time."""

    name: str
    value: Decimal | None
    before: Decimal | None
    address: str
    address_before: str


def periods_of(asked: Asked, by: str) -> list[tuple[str, Months]]:
    """The periods of a course by ``month``, ``quarter`` or ``year``, with their names."""
    year = asked.year
    if by == "year":
        return [(_("%(year)s 年") % {"year": y}, (y * 100 + 1, y * 100 + 12))
                for y in range(max(FIRST_YEAR, year - YEARS_SHOWN + 1), year + 1)]  # fmt: skip
    if by == "quarter":
        names = [_("一季度"), _("二季度"), _("三季度"), _("四季度")]
        return [(name, (year * 100 + 3 * n + 1, year * 100 + 3 * n + 3)) for n, name in enumerate(names)]
    return [(month_name(n), (year * 100 + n, year * 100 + n)) for n in range(1, 13)]


def course_of(name: str, asked: Asked, by: str, today: int) -> tuple[list[PeriodLine], dict[str, Any], Figure]:
    """The figure over time, beside the year before, the same for the chart, and what it was in the asked months a year before:
    months that are read for the course anyhow. ``today`` is this month (yyyymm): periods that have not begun have no number."""
    named = periods_of(asked, by)
    periods = [months for _name, months in named]
    earlier = [] if by == "year" else [(first - 100, last - 100) for first, last in periods]
    [course] = courses([name], asked.region.pk, [*periods, *earlier, asked.before]).values()
    values = course.values
    region, behind = asked.region.pk, page_behind(name)
    lines = []
    for index, (words, months) in enumerate(named):
        value = values[index] if months[0] <= today else None
        old = earlier[index] if earlier else None
        lines.append(
            PeriodLine(
                words,
                value,
                values[len(periods) + index] if old else None,
                behind + query_of(region, months),
                behind + query_of(region, old) if old else "",
            )
        )
    chart = {
        "months": [line.name for line in lines],
        "values": [_plain(line.value) for line in lines if line.value is not None or by != "month"],
        "before": [_plain(line.before) for line in lines] if earlier else [],
        "this_year": period_words((asked.year * 100 + 1, asked.year * 100 + 12)) if earlier else _("各年"),
        "last_year": period_words((asked.year * 100 - 99, asked.year * 100 - 88)) if earlier else "",
    }
    return lines, chart, course.figures[-1]


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


@dataclass(frozen=True)
class OrganLine:
    """One organ, or what an organ has itself apart from those below it, with its share of the greatest for the bar."""

    organ: Organ
    is_itself: bool
    figure: Figure
    share: int
    address: str
    drill: str


@dataclass(frozen=True)
class OrganTable:
    """The organs below one organ, with the way down to it."""

    way: list[tuple[str, str]]
    lines: list[OrganLine]


def organs_of(name: str, asked: Asked, chosen: str) -> OrganTable:
    """The figure by the organs below the chosen one (from the top when none is); of a count of organs those counted."""
    found = over_organs(name, asked.region.pk, asked.first, asked.last)
    organs = {o.pk: o for o in Organ.objects.filter(region__code__startswith=region_prefix(asked.region.pk))}
    address = reverse("desk:figure", args=[name]) + asked.query
    [counted, *more] = sorted(ingredients([name]))
    if not more and name not in accounts():
        shown = {pk: figure_of(name, [found[pk]] if pk in found else []) for pk in organs}
        those = {pk for pk, figure in shown.items() if figure.value}
        read = derived().get(name)
        if isinstance(read, OrgansWith):
            those = organs_counted(read, those, kinds_standing([name], asked.region.pk, asked.last))
        flat = [(organ, shown[pk], False, "") for pk, organ in organs.items() if pk in those]
        return OrganTable([], _organ_lines(flat, counted, asked))

    children: dict[int | None, list[Organ]] = {}
    for organ in organs.values():
        children.setdefault(organ.parent_id if organ.parent_id in organs else None, []).append(organ)
    below: dict[int, list[Mapping[str, Any]]] = {}
    for pk in found.keys() & organs.keys():
        for step in organs[pk].path.strip("/").split("/"):
            below.setdefault(int(step), []).append(found[pk])
    here = organs.get(whole_number(chosen))
    tops = [organ for organ in children.get(None, ()) if organ.pk in below]
    if here is None and len(tops) == 1:
        here = tops[0]
    rows = []
    if here is not None and here.pk in found:
        rows.append((here, figure_of(name, [found[here.pk]]), True, ""))
    for organ in children.get(here.pk, ()) if here is not None else tops:
        if held := below.get(organ.pk):
            deeper = any(child.pk in below for child in children.get(organ.pk, ()))
            drill = f"{address}&organ={organ.pk}#organs" if deeper else ""
            rows.append((organ, figure_of(name, held), False, drill))
    way = []
    if here is not None:
        steps = [int(step) for step in here.path.strip("/").split("/")]
        way = [(name_of(organs[step]), f"{address}&organ={step}#organs") for step in steps if step in organs]
    shown = [row for row in rows if row[1].value is not None]
    return OrganTable(way, _organ_lines(shown, name, asked))


def _organ_lines(rows: Sequence[tuple[Organ, Figure, bool, str]], name: str, asked: Asked) -> list[OrganLine]:
    greatest = max((abs(figure.value) for _o, figure, _i, _d in rows if figure.value is not None), default=None)
    behind = reverse("desk:records", args=[name]) + asked.query
    lines = []
    for organ, figure, itself, drill in rows:
        share = int(abs(figure.value) * 1000 / greatest) if greatest and figure.value is not None else 0
        records = f"{behind}&organ={organ.pk}{'&own=1' if itself else ''}"
        lines.append(OrganLine(organ, itself, figure, share, records if name in accounts() else drill, drill))
    return sorted(lines, key=lambda line: (not line.is_itself, -(line.figure.value or 0)))


@dataclass(frozen=True)
class Part:
    """One part of a figure, with its share of the whole in thousandths for the bar."""

    key: str
    words: str
    value: Decimal
    share: int

    @property
    def per_cent(self) -> str:
        return f"{Decimal(self.share) / 10:.1f}%"


def parts_of(system: System | None, found: Figure) -> list[tuple[str, list[Part]]]:
    """The breakdown by dimension, greatest part first."""
    dimensions: dict[str, list[Part]] = {}
    for key, value in found.breakdown.items():
        if value:
            title, words = part_names(system, key)
            share = int(abs(value) * 1000 / abs(found.value)) if found.value else 0
            dimensions.setdefault(title, []).append(Part(key, words, value, min(share, 1000)))
    return [(title, sorted(parts, key=lambda part: -part.value)) for title, parts in dimensions.items()]
