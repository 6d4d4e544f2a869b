"""Named mechanisms (推进机制): what an administrator defined as a check list, and how each leg stands in a year.

A leg stands by its figure, or by the tasks of the measures it names; nobody reports on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zhunsheng.desk.asked import query_of
from zhunsheng.desk.frame import Crumb, may_work_in, officers_only, page
from zhunsheng.desk.task_pages import year_asked, years_offered
from zhunsheng.desk.wording import Light, number, say
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.figures import Figure, figures
from zhunsheng.ledger.series import figure_called
from zhunsheng.plans.responsible import organs_in
from zhunsheng.registers.models import Revision
from zhunsheng.registers.reading import entries_on
from zhunsheng.supervision.counting import Tally, by_measure, tasks_of, together

SLUG = "mechanism_1211"
TITLE = Words("推进机制", "Mechanisms")


@dataclass(frozen=True)
class Leg:
    """One leg of a mechanism: what it wants, what there is, and whether that is enough, in words."""

    code: str
    name: str
    source: str
    wanted: str
    shown: str
    address: str
    light: Light


@officers_only
def mechanisms(request: Any) -> HttpResponse:
    """Every mechanism with its legs and the state of each in a year."""
    if not may_work_in(request.access, SLUG):
        raise Http404
    year = year_asked(request) or request.day.year
    rows = list(entries_on(SLUG, access=request.access, true_on=request.day))
    values = _values(rows, year)
    tallies = by_measure(tasks_of(request.access, year=year), request.day)
    groups: dict[str, list[Leg]] = {}
    for row in rows:
        groups.setdefault(str(row.values["mechanism"]), []).append(_leg(row, values, tallies, year))
    context = {
        "here": "mechanisms", "year": year, "years": years_offered(request, year),
        "groups": [(name, legs, sum(leg.light.kind == "good" for leg in legs)) for name, legs in groups.items()],
    }  # fmt: skip
    return page(request, "desk/mechanisms.html", context, trail=[Crumb(TITLE)])


def _values(rows: list[Revision], year: int) -> dict[tuple[str, str], Figure]:
    """(region, figure) -> the figure of the year. The figures of a region are read together."""
    asked: dict[str, set[str]] = {}
    for row in rows:
        if figure := figure_called(str(row.values.get("figure") or "")):
            asked.setdefault(row.entry.organ.region_id, set()).add(figure)
    found = {}
    for region, wanted in asked.items():
        for name, figure in figures(region, date(year, 1, 1), date(year, 12, 31), wanted).items():
            found[region, name] = figure
    return found


def _leg(row: Revision, values: dict[tuple[str, str], Figure], tallies: dict[str, Tally], year: int) -> Leg:
    told, region = row.values, row.entry.organ.region_id
    wanted = str(told.get("wanted") or "")
    name = figure_called(str(told.get("figure") or ""))
    shown, address = "", ""
    if name is not None and (figure := values.get((region, name))) is not None:
        shown = f"{say(figure.name)} {number(figure.value, figure.decimals)} {say(figure.unit)}"
        address = reverse("desk:figure", args=[name]) + query_of(region, (year * 100 + 1, year * 100 + 12))
        light = _reached(figure.value or Decimal(0), wanted)
        wanted = f"{wanted} {say(figure.unit)}" if wanted else ""
    elif codes := organs_in(str(told.get("measure_codes") or "")):
        tally = together(tallies.get(code, Tally()) for code in codes)
        shown = _("任务 %(done)s/%(total)s 项") % {"done": tally.done, "total": tally.total}
        alone = f"{reverse('desk:my-tasks')}?{urlencode({'measure': codes[0], 'year': year})}"
        address = alone if len(codes) == 1 else f"{reverse('desk:matrix')}?year={year}"
        light = _by_tasks(tally)
    else:
        light = Light("waiting", _("没有取数指标，也没有对应措施"))
    return Leg(row.entry.key, str(told["leg"]), str(told.get("source") or ""), wanted, shown, address, light)


def _reached(value: Decimal, wanted: str) -> Light:
    try:
        least = Decimal(wanted) if wanted else Decimal(1)
    except InvalidOperation:
        least = Decimal(1)
    if value >= least:
        return Light("good", _("已达到"))
    return Light("soon", _("还差 %(left)s") % {"left": f"{least - value:f}"})


def _by_tasks(tally: Tally) -> Light:
    if tally.late:
        return Light("overdue", _("逾期 %(number)s 项") % {"number": tally.late})
    if tally.total and tally.done == tally.total:
        return Light("good", _("已达到"))
    return Light("waiting", _("推进中") if tally.total else _("没有任务"))
