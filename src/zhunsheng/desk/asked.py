"""What a page is asked for in its address: a day; of figures region, year and run of months (地区与期间).

Reads addresses and offers choices; no figure is read here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.http import Http404
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from zhunsheng.desk.wording import language, name_of, say
from zhunsheng.kernel.fields import FieldError, parse_date
from zhunsheng.ledger.months import Months, days_of, written
from zhunsheng.ledger.series import halves_and_quarters
from zhunsheng.orgs.access import regions_of
from zhunsheng.orgs.models import Organ, Region
from zhunsheng.typed import whole_number

FIRST_YEAR = 2015
RUN = "run"


def day_asked(request: Any, name: str = "day") -> tuple[date, str]:
    """The day in the address, today when there is none, and what is wrong with it."""
    if not request.GET.get(name):
        return request.day, ""
    try:
        return parse_date(request.GET[name]), ""
    except FieldError as error:
        return request.day, say(error.words)


@dataclass(frozen=True)
class Asked:
    """Which region and months a page is about, and what else could be asked. ``wrong`` says what could not be read."""

    region: Region
    year: int
    span: str
    months: Months
    regions: list[Region]
    years: list[int]
    wrong: str = ""

    @property
    def first(self) -> date:
        return days_of(self.months)[0]

    @property
    def last(self) -> date:
        return days_of(self.months)[1]

    @property
    def before(self) -> Months:
        """The same months a year earlier."""
        return self.months[0] - 100, self.months[1] - 100

    @property
    def query(self) -> str:
        return query_of(self.region.pk, self.months)

    @property
    def last_year(self) -> int:
        return self.year - 1

    @property
    def words(self) -> str:
        return period_words(self.months)

    @property
    def words_before(self) -> str:
        return period_words(self.before)

    @property
    def region_choices(self) -> list[tuple[str, str]]:
        return [(region.pk, name_of(region)) for region in self.regions]

    @property
    def year_choices(self) -> list[tuple[int, str]]:
        return [(year, _("%(year)s 年") % {"year": year}) for year in self.years]

    @property
    def spans(self) -> list[tuple[str, str]]:
        """The periods of a year to choose from."""
        names = [(key, part_of_year_words(key)) for key in halves_and_quarters(self.year)]
        return [*names, (RUN, _("任选月份"))] if self.span == RUN else names

    @property
    def ends(self) -> tuple[str, str]:
        """Both months as they are written in the fields of a run: 2026-03."""
        return written(self.months[0]), written(self.months[1])


def period_words(months: Months) -> str:
    """A run of months in words: 2026 年, 2026 年上半年, 2026 年 3 月, 2025 年 7 月至 2026 年 6 月."""
    first, last = months
    year, key = last // 100, span_of(months)
    if key == "year":
        return _("%(year)s 年") % {"year": year}
    if first == last:
        return _month_of_year(first)
    if key != RUN:
        return _("%(year)s 年%(part)s") % {"year": year, "part": part_of_year_words(key)}
    return _("%(first)s至 %(last)s") % {"first": _month_of_year(first), "last": _month_of_year(last)}


def _month_of_year(month: int) -> str:
    if language().startswith("en"):
        return f"{month_name(month % 100)} {month // 100}"
    return _("%(year)s 年 %(month)s 月") % {"year": month // 100, "month": month % 100}


def month_name(month: int) -> str:
    """A month alone: 3 月, in English by its name."""
    return str(MONTHS[month]) if language().startswith("en") else _("%(n)s 月") % {"n": month}


def part_of_year_words(key: str) -> str:
    """A customary period of a year in words."""
    if key.startswith("m"):
        return month_name(int(key[1:]))
    return {
        "year": _("全年"), "h1": _("上半年"), "h2": _("下半年"),
        "q1": _("一季度"), "q2": _("二季度"), "q3": _("三季度"), "q4": _("四季度"),
    }[key]  # fmt: skip


@lru_cache(1000)
def span_of(months: Months) -> str:
    """The key of a customary period; ``run`` for any other run of months."""
    return next((key for key, span in halves_and_quarters(months[1] // 100).items() if span == months), RUN)


def query_of(region: str, months: Months) -> str:
    """The address of a region and run of months, as short as it can be said."""
    first, last = months
    year, key = last // 100, span_of(months)
    text = f"?region={region}&year={year}"
    if key == RUN:
        return f"{text}&span=run&from={written(first)}&to={written(last)}"
    return text if key == "year" else f"{text}&span={key}"


def asked_of(request: Any) -> Asked:
    """The region and months in the address, else the officer's own region and this year. 404 for a region out of reach;
    a run of months that cannot be read is said and the year shown."""
    regions = regions_of(request.access)
    if not regions:
        raise Http404
    code = request.GET.get("region", "")
    own = Organ.objects.filter(pk__in=request.access.organs()).values_list("region_id", flat=True).first()
    region = next((r for r in regions if r.pk == (code or own)), None)
    if region is None:
        raise Http404
    this_year = request.day.year
    year = whole_number(request.GET.get("year"), FIRST_YEAR, this_year) or this_year
    span = request.GET.get("span", "year")
    spans, wrong = halves_and_quarters(year), ""
    months = spans.get(span)
    if span == RUN:
        ends = [_month(request.GET.get(name, ""), this_year) for name in ("from", "to")]
        if None in ends or ends[0] > ends[1]:
            wrong = _("月份请写成 2026-03，起始月份不得晚于终止月份，不早于 %(year)s 年；现在显示全年") % {
                "year": FIRST_YEAR
            }
        else:
            months, year = (ends[0], ends[1]), ends[1] // 100
    if months is None:
        span, months = "year", spans["year"]
    return Asked(region, year, span, months, regions, list(range(this_year, FIRST_YEAR - 1, -1)), wrong)


def _month(text: str, this_year: int) -> int | None:
    found = re.fullmatch(r"(\d{4})-?(\d{1,2})", text.strip(), re.ASCII)
    if not found:
        return None
    year, month = int(found[1]), int(found[2])
    return year * 100 + month if FIRST_YEAR <= year <= this_year and 1 <= month <= 12 else None
