"""The page 工作日历: a year at a glance, entering a notice of public holidays, and the limits that move with it.

Notices are entered in ``law.notices``; dates are counted in the kernel. Who may enter one: an administrator of the law.
"""

from __future__ import annotations

from calendar import Calendar as Weeks
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from zhunsheng.cases.models import Case, Deadline
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.wording import say
from zhunsheng.kernel.calendar import FIRST_DAY, HOLIDAYS, LAST_DAY, Calendar, DayKind
from zhunsheng.kernel.clock import ClockState
from zhunsheng.kernel.fields import FieldError, parse_date
from zhunsheng.kernel.words import Words
from zhunsheng.law import projection
from zhunsheng.law.duties import administers
from zhunsheng.law.models import HolidayNotice
from zhunsheng.law.notices import Notice, NoticeError, calendar_with, check_notice, enter_notice, known_source
from zhunsheng.law.notices import project_year as write_year
from zhunsheng.law.projection import Move, Tally
from zhunsheng.law.working_days import calendar
from zhunsheng.orgs.access import Access
from zhunsheng.typed import whole_number, whole_numbers

TITLE = Words("工作日历", "Working calendar")
YEARS = range(FIRST_DAY.year + 1, LAST_DAY.year)
SHOWN = 200
"""How many moves a preview lists one by one; the others are counted."""
RANGES, MADE_UP = 9, 10
"""How many holidays and make-up days the form takes."""
_KEYS = {
    "days_off": Words("放假日", "days off"), "make_up_days": Words("调休上班日", "make-up days"),
    "document": Words("通知名称", "name of the notice"), "year": Words("年份", "year"),
}  # fmt: skip


@dataclass(frozen=True)
class Day:
    """One cell of a month: its number, what it is, the word that says so, and the holiday's name."""

    number: int
    kind: DayKind
    mark: str
    title: str
    is_today: bool


@dataclass(frozen=True)
class Range:
    """Days off of one holiday, one after another."""

    name: str
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@officers_only
def year_at_a_glance(request: Any) -> HttpResponse:
    year = _year_asked(request) or request.day.year
    days = calendar()
    may_enter = administers(request.access)
    certain = year in days.certain_years
    holidays = {day: name for day, name in days.holidays.items() if day.year == year}
    context = {
        "here": "calendar", "year": year, "certain": certain, "source": known_source(year), "administers": may_enter,
        "before": year - 1 if year - 1 in YEARS else None, "after": year + 1 if year + 1 in YEARS else None,
        "months": [(month, _weeks(days, year, month, request.day)) for month in range(1, 13)],
        "weekdays": [_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")],
        "holidays": [(say(days.holiday_words(r.first)), r) for r in ranges_of(holidays)],
        "made_up": sorted(day for day in days.make_up_days if day.year == year),
        "working": sum(days.is_working(day) for day in _days_of(year)),
        "unsettled": _unsettled(year) if may_enter and certain else 0,
    }  # fmt: skip
    return page(request, "desk/calendar.html", context, trail=[Crumb(TITLE)])


def _year_asked(request: Any) -> int | None:
    return whole_number(request.GET.get("year"), YEARS[0], YEARS[-1])


def _days_of(year: int) -> Iterable[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))


def _weeks(days: Calendar, year: int, month: int, today: date) -> list[list[Day | None]]:
    weeks = Weeks().monthdatescalendar(year, month)
    return [[_cell(days, day, today) if day.month == month else None for day in week] for week in weeks]


def _cell(days: Calendar, day: date, today: date) -> Day:
    kind = days.kind(day)
    name = days.holiday_words(day)
    marks = {DayKind.HOLIDAY: _("休"), DayKind.MAKE_UP: _("班")}
    titles = {DayKind.HOLIDAY: say(name) if name else "", DayKind.MAKE_UP: _("调休上班")}
    return Day(day.day, kind, marks.get(kind, ""), titles.get(kind, ""), day == today)


def ranges_of(days_off: Mapping[date, str]) -> list[Range]:
    """Days off as ranges: neighbouring days of one name belong together."""
    ranges: list[Range] = []
    for day, name in sorted(days_off.items()):
        if ranges and ranges[-1].name == name and ranges[-1].last + timedelta(days=1) == day:
            ranges[-1] = Range(name, ranges[-1].first, day)
        else:
            ranges.append(Range(name, day, day))
    return ranges


def _unsettled(year: int) -> int:
    """How many running limits due in a year are still marked provisional although its holidays are known."""
    within = (date(year, 1, 1), date(year, 12, 31))
    return Deadline.objects.filter(state=ClockState.RUNNING, provisional=True, due_on__range=within).count()


# --- a notice ----------------------------------------------------------------------------------------------------


@dataclass
class NoticeForm:
    """The form of a notice as it was filled in, with what is wrong with it."""

    year: str
    document: str = ""
    rows: list[tuple[str, str, str]] = field(default_factory=list)
    made_up: list[str] = field(default_factory=list)
    problem: str = ""

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The same fields for the confirmation."""
        rows = [pair for row in self.rows for pair in zip(("name", "first", "last"), row, strict=True)]
        return [("year", self.year), ("document", self.document), *rows, *(("made_up", day) for day in self.made_up)]

    def read(self) -> Notice | None:
        """The notice; None with ``problem`` set when it does not hold."""
        try:
            return check_notice(
                {"year": year if (year := whole_number(self.year)) else self.year, "document": self.document,
                 "days_off": self._days_off(), "make_up_days": [_parsed(_("调休上班日"), day) for day in self.made_up if day]}
            )  # fmt: skip
        except NoticeError as error:
            self.problem = _without_keys(error.words)
        return None

    def _days_off(self) -> dict[date, str]:
        found: dict[date, str] = {}
        for name, first, last in self.rows:
            if not first and not last:
                continue
            begins = _parsed(name or _("放假日"), first or last)
            ends = _parsed(name or _("放假日"), last or first)
            if ends < begins or (ends - begins).days > 30:
                raise NoticeError(
                    f"{name}：{begins} 至 {ends} 不是一段假期，请核对起止日期",
                    f"{name}: {begins} to {ends} is no holiday; check its first and last day",
                )
            for n in range((ends - begins).days + 1):
                day = begins + timedelta(days=n)
                if day in found:
                    raise NoticeError(
                        f"{day} 同时写在「{found[day]}」和「{name}」里，请删去一处",
                        f"{day} stands in “{found[day]}” and in “{name}”; remove one of them",
                    )
                found[day] = name
        return found


def _parsed(where: str, text: str) -> date:
    try:
        return parse_date(text)
    except FieldError as error:
        raise NoticeError(f"{where}：{error.words.zh}", f"{where}: {error.words.en}") from None


def _without_keys(words: Words) -> str:
    """A sentence about a file of a notice, said about the form: with the labels of the page for the keys of the file."""
    text = say(words)
    for key, label in _KEYS.items():
        text = text.replace(key, say(label))
    return text


def _empty_form(year: int) -> NoticeForm:
    """The form for a year: what is entered of it, else its usual holidays without days."""
    stored = HolidayNotice.objects.filter(year=year).first()
    rows, document, made_up = [(words.zh, "", "") for words in HOLIDAYS[:7]], "", []
    if stored is not None:
        found = ranges_of({date.fromisoformat(day): name for day, name in stored.days_off.items()})
        rows = [(r.name, r.first.isoformat(), r.last.isoformat()) for r in found]
        document, made_up = stored.document, list(stored.make_up_days)
    return _padded(NoticeForm(str(year), document, rows, made_up))


def _padded(form: NoticeForm) -> NoticeForm:
    form.rows += [("", "", "")] * (RANGES - len(form.rows))
    form.made_up += [""] * (MADE_UP - len(form.made_up))
    return form


def _posted_form(data: Any) -> NoticeForm:
    names, firsts, lasts = (data.getlist(key) for key in ("name", "first", "last"))
    rows = [(n.strip(), a.strip(), b.strip()) for n, a, b in zip(names, firsts, lasts, strict=False)]
    made_up = [day.strip() for day in data.getlist("made_up")]
    return _padded(NoticeForm(data.get("year", "").strip(), data.get("document", "").strip(), rows, made_up))


@officers_only
def notice(request: Any) -> HttpResponse:
    """Fill in a notice, look at what moves, enter it with a reason."""
    if not administers(request.access):
        raise Http404
    if request.method != "POST":
        return _notice_page(request, _empty_form(_year_asked(request) or request.day.year + 1))
    form = _posted_form(request.POST)
    read = form.read()
    if read is None or "again" in request.POST:
        return _notice_page(request, form)
    reason = request.POST.get("reason", "").strip()
    if "enter" not in request.POST or not reason:
        problem = _("请写明理由，例如：国务院办公厅通知已经公布") if "enter" in request.POST else ""
        return _notice_preview(request, form, read, problem)
    replace = "replace" in request.POST
    if not replace and known_source(read.year) is not None:
        return _notice_preview(request, form, read, _("这一年的安排刚刚有人录入，请核对后再定"))
    tally = enter_notice(
        read, request.access.officer, reason=reason, replace=replace, confirmed=confirmed_moves(request),
        right=request.access.capacity_for(administers),
    )  # fmt: skip
    messages.success(request, _("已录入 %(year)s 年放假安排。") % {"year": read.year} + _in_words(tally))
    return HttpResponseRedirect(f"{reverse('desk:calendar')}?year={read.year}")


def _notice_page(request: Any, form: NoticeForm) -> HttpResponse:
    year = whole_number(form.year, most=LAST_DAY.year)
    known = known_source(year) if year else None
    context = {"here": "calendar", "form": form, "known": known}
    trail = [Crumb(TITLE, reverse("desk:calendar")), Crumb(Words("录入放假安排", "Enter a notice"))]
    return page(request, "desk/calendar_notice.html", context, trail=trail, status=422 if form.problem else 200)


def _notice_preview(request: Any, form: NoticeForm, read: Notice, problem: str) -> HttpResponse:
    context = {
        "here": "calendar", "form": form, "read": read, "ranges": ranges_of(read.days_off), "source": known_source(read.year),
        "problem": problem, "reason": request.POST.get("reason", ""), "chosen": request.POST.getlist("confirm"),
        "moves": moves_for(request.access, projection.preview(calendar_with(read), read.year)),
    }  # fmt: skip
    trail = [Crumb(TITLE, reverse("desk:calendar")), Crumb(Words("核对放假安排", "Check the notice"))]
    return page(request, "desk/calendar_preview.html", context, trail=trail, status=422 if problem else 200)


@officers_only
def project_year(request: Any, year: int) -> HttpResponse:
    """The limits of a year whose kept days are not what is counted now; decide on them."""
    if not administers(request.access) or year not in YEARS:
        raise Http404
    reason, problem = request.POST.get("reason", "").strip(), ""
    if request.method == "POST":
        if reason:
            right = request.access.capacity_for(administers)
            tally = write_year(
                year, request.access.officer, reason=reason, confirmed=confirmed_moves(request), right=right
            )
            messages.success(request, _("已重新推算 %(year)s 年的期限。") % {"year": year} + _in_words(tally))
            return HttpResponseRedirect(f"{reverse('desk:calendar')}?year={year}")
        problem = _("请写明理由，例如：已重新告知当事人")
    context = {
        "here": "calendar", "year": year, "problem": problem, "reason": reason, "chosen": request.POST.getlist("confirm"),
        "moves": moves_for(request.access, projection.preview(calendar(), year)),
    }  # fmt: skip
    trail = [Crumb(TITLE, f"{reverse('desk:calendar')}?year={year}"), Crumb(Words("重新推算", "Project anew"))]
    return page(request, "desk/calendar_project.html", context, trail=trail, status=422 if problem else 200)


# --- what moves --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moves:
    """What a calendar moves: how many of each sort, and those that are shown."""

    tally: Tally
    later: list[tuple[Move, Words]]
    earlier: list[tuple[Move, Words]]

    @property
    def hidden(self) -> int:
        """How many are counted only: of cases the officer may not see, or beyond what a page holds."""
        return self.tally.moved + self.tally.kept - len(self.later) - len(self.earlier)


def moves_for(access: Access, moves: Iterable[Move]) -> Moves:
    """The moves counted, with those of cases the officer may see, earlier ones apart. One query."""
    tally = Tally()
    later: list[Move] = []
    earlier: list[Move] = []
    for move in moves:
        tally.add(move, ())
        group = earlier if move.is_earlier else later
        if move.moves and len(group) < SHOWN:
            group.append(move)
    ids = {move.case_id for move in (*later, *earlier)}
    seen = set(Case.visible.to(access).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    names = {slug: system.name for slug, system in systems().items()}
    shown = ([(m, names[m.system]) for m in group if m.case_id in seen] for group in (later, earlier))
    return Moves(tally, *shown)


def confirmed_moves(request: Any) -> set[str]:
    """The earlier days the officer has decided on: only of cases the officer may see."""
    keys = request.POST.getlist("confirm")
    cases = {key.partition(":")[0] for key in keys}
    seen = {
        str(pk)
        for pk in Case.visible.to(request.access).filter(pk__in=whole_numbers(cases)).values_list("pk", flat=True)
    }
    return {key for key in keys if key.partition(":")[0] in seen}


def _in_words(tally: Tally) -> str:
    said = ngettext("改了 %(n)s 项期限", "改了 %(n)s 项期限", tally.moved) % {"n": tally.moved}
    if tally.kept:
        said += ngettext("，%(n)s 项会提前，保留原日期", "，%(n)s 项会提前，保留原日期", tally.kept) % {"n": tally.kept}
    return said + pgettext("句末", "。")
