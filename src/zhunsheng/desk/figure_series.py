"""Time series (时间序列): figures of a region over years, quarters or months beside each other, with the breaks of their definition.

The page and its file are the same table. Numbers come from ``ledger.series``, breaks from ``ledger.breaks``.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhunsheng.desk.asked import FIRST_YEAR, Asked, asked_of, month_name, period_words, query_of
from zhunsheng.desk.figure_pages import COURSES, TITLE, course_choices, head_line
from zhunsheng.desk.figure_tables import page_behind, system_of
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.wording import name_of, say
from zhunsheng.desk.workbook import workbook_file
from zhunsheng.kernel.figures import change_rate
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.breaks import Break, breaks
from zhunsheng.ledger.figures import PERCENT, declared_as, derived, figure_names, is_level, ratios
from zhunsheng.ledger.months import Months
from zhunsheng.ledger.series import courses, figure_called, is_declared
from zhunsheng.security.audit import record
from zhunsheng.spreadsheets import csv_cell
from zhunsheng.typed import whole_number

SERIES = Words("时间序列", "Time series")
MOST = 8
YEARS_BACK = {"year": 5, "quarter": 2, "month": 2}
_LENGTHS = {"year": 12, "quarter": 3, "month": 1}
_FOUND_SHOWN = 20


@dataclass(frozen=True)
class Point:
    """A figure in one period: its number, where that leads, and how it stands to the period before."""

    value: Decimal | None
    address: str
    change: str = ""


@dataclass(frozen=True)
class PeriodRow:
    """One row of the table of a figure: the name of the period and a number for each year, or the only one."""

    name: str
    points: list[Point]
    broken: bool = False


@dataclass(frozen=True)
class Series:
    """A figure as the page shows it; ``chart`` is for the drawing, ``notes`` say what cannot be compared. Where there is no more
    than one number there is nothing to draw: ``alone`` is its period and itself."""

    name: str
    words: str
    unit: str
    decimals: int
    heads: list[str]
    lines: list[PeriodRow]
    chart: dict[str, Any]
    notes: list[str]
    level: bool
    declared: bool
    without: str
    alone: list[tuple[str, Point]]

    @property
    def chart_id(self) -> str:
        return f"chart-{self.name}"


@dataclass(frozen=True)
class Chosen:
    """What the page is asked for."""

    asked: Asked
    names: list[str]
    by: str
    since: int

    @property
    def years(self) -> list[int]:
        return list(range(self.since, self.asked.year + 1))

    @property
    def periods(self) -> list[Months]:
        """All periods in the order of time."""
        step = _LENGTHS[self.by]
        return [(y * 100 + m, y * 100 + m + step - 1) for y in self.years for m in range(1, 13, step)]

    @property
    def first(self) -> date:
        return date(self.since, 1, 1)

    @property
    def last(self) -> date:
        return date(self.asked.year, 12, 31)


def chosen_of(request: Any) -> Chosen:
    """The figures, the years and their division in the address; what is not known is left out."""
    asked = asked_of(request)
    by = request.GET.get("by", "")
    by = by if by in COURSES else "year"
    since = whole_number(request.GET.get("since"))
    since = asked.year - YEARS_BACK[by] if since is None else since
    names = dict.fromkeys(n for n in request.GET.get("figures", "").split(",") if n in figure_names())
    return Chosen(asked, [n for n in names if n not in derived()][:MOST], by, max(FIRST_YEAR, min(since, asked.year)))


@officers_only
def figure_series(request: Any) -> HttpResponse:
    """The chosen figures, each with its chart, its numbers and what cannot be compared; ``add`` finds another."""
    chosen = chosen_of(request)
    text = request.GET.get("add", "").strip()
    known = figure_called(text) if text else None
    if known and known not in derived() and known not in chosen.names and len(chosen.names) < MOST:
        return HttpResponseRedirect(_address(request, [*chosen.names, known]))
    context = {
        "here": "figures", "tab": "series", "asked": chosen.asked, "by": chosen.by, "courses": course_choices(),
        "since": chosen.since, "since_choices": [(y, _("%(year)s 年起") % {"year": y}) for y in reversed(range(FIRST_YEAR, chosen.asked.year + 1))],
        "series": _series(request, chosen), "text": text, "found": _found(request, chosen, text), "full": len(chosen.names) >= MOST,
        "most": MOST, "kin": _kin(request, chosen),
    }  # fmt: skip
    trail = [Crumb(TITLE, reverse("desk:figures") + chosen.asked.query), Crumb(SERIES)]
    return page(request, "desk/figure_series.html", context, trail=trail)


@officers_only
def figure_series_file(request: Any) -> FileResponse:
    """The same as a workbook, or with ``form=csv`` as csv: one row a period, one column a figure."""
    chosen = chosen_of(request)
    heads, rows = _rows(chosen, request.day)
    title = _("%(region)s时间序列") % {"region": name_of(chosen.asked.region)}
    record("figures.export", f"region:{chosen.asked.region.pk}", request.user.pk, rows=len(rows))
    form = "csv" if request.GET.get("form") == "csv" else "xlsx"
    who = f"-{request.user.username}" if form == "csv" else ""  # a csv has no place to say who took it out
    name = f"{title}-{chosen.since}-{chosen.asked.year}{who}.{form}".replace(" ", "")
    if form == "csv":
        text = io.StringIO(newline="")
        csv.writer(text).writerows([heads, *(map(csv_cell, row) for row in rows)])
        content = io.BytesIO(text.getvalue().encode("utf-8-sig"))
        return FileResponse(content, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
    notes = [[], *([f"{words_of_figure(key)}：{note}"] for key in chosen.names for note in _notes(key, chosen, None))]
    file, _count = workbook_file(title, heads, [*rows, *notes], head_line(request, chosen.asked), request.user)
    return FileResponse(file, as_attachment=True, filename=name)


def words_of_figure(name: str) -> str:
    """A figure in words."""
    return say(declared_as(name))


def _address(request: Any, names: list[str]) -> str:
    query = request.GET.copy()
    query.pop("add", None)
    query["figures"] = ",".join(names)
    return f"{reverse('desk:figure-series')}?{query.urlencode(safe=',')}"


def _found(request: Any, chosen: Chosen, text: str) -> list[tuple[str, str]]:
    """Figures whose name or another of their names has the text in it, with where each is added."""
    if not text or len(chosen.names) >= MOST:
        return []
    sought = text.casefold()
    names = [
        name for name in figure_names()
        if name not in derived() and name not in chosen.names
        and any(sought in words.casefold() for words in (declared_as(name).zh, declared_as(name).en, name, *declared_as(name).aliases))
    ]  # fmt: skip
    return [(_in_full(name), _address(request, [*chosen.names, name])) for name in names[:_FOUND_SHOWN]]


def _kin(request: Any, chosen: Chosen) -> list[tuple[str, str]]:
    """The other figures of the system of the last that was chosen."""
    if not chosen.names or len(chosen.names) >= MOST:
        return []
    system = chosen.names[-1].partition(".")[0]
    names = [n for n in figure_names() if n.startswith(f"{system}.") and n not in chosen.names and n not in derived()]
    return [(words_of_figure(name), _address(request, [*chosen.names, name])) for name in names[:_FOUND_SHOWN]]


def _in_full(name: str) -> str:
    system = system_of(name)
    return f"{say(system.name)} · {words_of_figure(name)}" if system else words_of_figure(name)


def _series(request: Any, chosen: Chosen) -> list[Series]:
    found = courses(chosen.names, chosen.asked.region.pk, chosen.periods)
    this_month = request.day.year * 100 + request.day.month
    laid = []
    for name in chosen.names:
        behind = page_behind(name)
        told = {period: value if period[0] <= this_month else None
                for period, value in zip(chosen.periods, found[name].values, strict=True)}  # fmt: skip
        fallen = breaks(name, chosen.first, chosen.last)
        points = {period: Point(value, behind + query_of(chosen.asked.region.pk, period), _change(name, told, period, this_month))
                  for period, value in told.items()}  # fmt: skip
        known = [(period_words(period), point) for period, point in points.items() if point.value is not None]
        heads, lines = _table(chosen, points, fallen, this_month)
        unit = PERCENT if name in ratios() and not ratios()[name].unit else declared_as(name).unit
        laid.append(Series(
            name, words_of_figure(name), say(unit), ratios()[name].decimals if name in ratios() else 0, heads, lines,
            _chart(chosen, lines) if len(known) > 1 else {}, _notes(name, chosen, found[name].began, fallen), is_level(name), is_declared(name),
            _address(request, [other for other in chosen.names if other != name]),
            known if len(known) < 2 else [],
        ))  # fmt: skip
    return laid


def _change(name: str, told: dict[Months, Decimal | None], period: Months, this_month: int) -> str:
    """The change against the year before; a rate in points; nothing of a year that is not over, and of what is stated: it is often
    a place or a round number."""
    now, before = told[period], told.get((period[0] - 100, period[1] - 100))
    if now is None or before is None or is_declared(name) or period[1] > this_month:
        return ""
    if name in ratios() and not ratios()[name].unit:
        return _("%(n)s 个百分点") % {"n": f"{now - before:+}"} if now != before else _("持平")
    rate = change_rate(now, before)
    return "" if rate is None else f"{rate:+}%" if rate else _("持平")


def _table(
    chosen: Chosen, points: dict[Months, Point], fallen: list[Break], this_month: int
) -> tuple[list[str], list[PeriodRow]]:
    """By years one row a year; by quarters and months one row each and the years beside each other."""
    if chosen.by == "year":
        broken = {one.on.year for one in fallen}
        over = {p: p[1] <= this_month for p in chosen.periods}
        names = {p: (_("%(year)s 年") if over[p] else _("%(year)s 年（至今）")) % {"year": p[0] // 100} for p in over}
        return [], [PeriodRow(names[p], [points[p]], p[0] // 100 in broken) for p in chosen.periods]
    step = _LENGTHS[chosen.by]
    quarters = [_("一季度"), _("二季度"), _("三季度"), _("四季度")]
    rows = []
    for number, month in enumerate(range(1, 13, step)):
        name = quarters[number] if chosen.by == "quarter" else month_name(month)
        rows.append(PeriodRow(name, [points[y * 100 + month, y * 100 + month + step - 1] for y in chosen.years]))
    return [str(year) for year in chosen.years], rows


def _chart(chosen: Chosen, lines: list[PeriodRow]) -> dict[str, Any]:
    """One line over the years, or one line for each year."""
    names = [_("各年")] if chosen.by == "year" else [_("%(year)s 年") % {"year": year} for year in chosen.years]
    values = zip(*([point.value for point in line.points] for line in lines), strict=True)
    return {
        "months": [line.name for line in lines],
        "lines": [{"name": name, "values": [None if v is None else float(v) for v in column]}
                  for name, column in zip(names, values, strict=True)],
        "breaks": [line.name for line in lines if line.broken],
        "break_name": _("口径变动"),
    }  # fmt: skip


def _notes(name: str, chosen: Chosen, began: int | None, fallen: list[Break] | None = None) -> list[str]:
    """What of a series cannot be compared, and why."""
    notes = [words_of_break(one) for one in (breaks(name, chosen.first, chosen.last) if fallen is None else fallen)]
    if began and began > chosen.since * 100 + 1:
        notes.append(
            _("平台内第一笔入账在 %(month)s，以前没有数（写“—”），不是零。") % {"month": period_words((began, began))}
        )
    if is_declared(name):
        notes.append(_("申报数由单位按来源文件填报，各年的统计口径以来源文件为准。"))
    return notes


def words_of_break(one: Break) -> str:
    """A break as the page says it."""
    said = [
        (_("开始计入：%(steps)s"), one.added), (_("不再计入：%(steps)s"), one.dropped),
        (_("办理条件、结果、期限或者分类有变：%(steps)s"), one.altered),
    ]  # fmt: skip
    joined = pgettext("之间", "；").join(
        words % {"steps": pgettext("并列", "、").join(map(say, steps))} for words, steps in said if steps
    )
    return _("%(day)s起按《%(statute)s》新的程序办理，%(changes)s。这一天前后的数不能直接相减。") % {
        "day": one.on.isoformat(), "statute": say(one.statute), "changes": joined,
    }  # fmt: skip


def _rows(chosen: Chosen, today: date) -> tuple[list[str], list[list[Any]]]:
    """One row a period, a column for each figure, and the breaks that fall into it."""
    found = courses(chosen.names, chosen.asked.region.pk, chosen.periods)
    fallen = {name: breaks(name, chosen.first, chosen.last) for name in chosen.names}
    heads = [_("期间")]
    for name in chosen.names:
        unit = PERCENT if name in ratios() and not ratios()[name].unit else declared_as(name).unit
        heads.append(f"{_in_full(name)}（{say(unit)}）")
    rows: list[list[Any]] = []
    for index, period in enumerate(chosen.periods):
        if period[0] > today.year * 100 + today.month:
            break
        here = [f"{words_of_figure(name)}：{one.on.isoformat()}" for name in chosen.names for one in fallen[name]
                if period[0] <= one.on.year * 100 + one.on.month <= period[1]]  # fmt: skip
        rows.append(
            [
                period_words(period),
                *(found[name].values[index] for name in chosen.names),
                pgettext("之间", "；").join(here),
            ]
        )
    return [*heads, _("口径变动")], rows
