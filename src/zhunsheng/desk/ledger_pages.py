"""Keeping the ledger (台账管理): the relations figures must keep, and the closing of months.

Closing is done by ``ledger.periods``; a closed month stays closed, and what comes late is shown as a correction.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.asked import Asked, asked_of, period_words
from zhunsheng.desk.figure_pages import SIGNS, TITLE, sign_found
from zhunsheng.desk.figure_records import lines_of
from zhunsheng.desk.figure_tables import address_of_figure, part_key, words_of
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.wording import say
from zhunsheng.kernel.figures import Term, parse_check
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.checks import CheckOutcome, run_checks
from zhunsheng.ledger.completing import outstanding
from zhunsheng.ledger.figures import booked_in
from zhunsheng.ledger.models import Period, Posting
from zhunsheng.ledger.months import first_day, month_of
from zhunsheng.ledger.periods import PeriodError, close
from zhunsheng.ledger.readings import accounts, region_prefix
from zhunsheng.ledger.stating import LEDGER, STATISTICIAN
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Organ, Region
from zhunsheng.typed import whole_number

CHECKS = Words("勾稽核对", "Relations")
CLOSING = Words("结账", "Closing")
LATE_SHOWN = 50


@dataclass(frozen=True)
class TermLine:
    """One summand of a relation: its words, its number, where it leads."""

    words: str
    value: Decimal
    minus: bool
    address: str


@dataclass(frozen=True)
class CheckLine:
    """A relation with both sides taken apart."""

    check: CheckOutcome
    sign: str
    left: list[TermLine]
    right: list[TermLine]
    is_in_words: bool

    @property
    def found(self) -> str:
        """The sign between the sides as they are."""
        return sign_found(self.check)

    @property
    def apart(self) -> Decimal:
        return Decimal(0) if self.check.holds else abs(self.check.left - self.check.right)


def check_line(check: CheckOutcome, asked: Asked) -> CheckLine:
    """A relation of a region and period with a way to the records of each summand."""
    parsed = parse_check(check.declaration.that)
    terms = [_term(check, term, value, asked) for term, value in zip(parsed.terms, check.values, strict=True)]
    middle = len(parsed.left)
    in_words = check.declaration.zh != check.declaration.that
    return CheckLine(check, SIGNS[parsed.relation], terms[:middle], terms[middle:], in_words)


def _term(check: CheckOutcome, term: Term, value: Decimal, asked: Asked) -> TermLine:
    account = f"{check.system}.{term.account}"
    words, part = words_of(account, term.breakdown or ""), part_key(account, term.breakdown or "")
    months = asked.months
    if term.at == "opening":
        words, before = _("期初%(words)s") % {"words": words}, _month_before(months[0])
        months = (before, before)
    elif term.at == "closing":
        words = _("期末%(words)s") % {"words": words}
    return TermLine(words, value, term.sign < 0, address_of_figure(account, asked.region.pk, months, part))


def _month_before(month: int) -> int:
    return month - 1 if month % 100 > 1 else month - 89


def grouped(checks: list[CheckOutcome], asked: Asked) -> dict[str, list[tuple[Words, list[CheckLine]]]]:
    """The relations by system, in the catalogue's order; apart those of systems in which nothing happened (``still``)."""
    found: dict[str, list[tuple[Words, list[CheckLine]]]] = {"groups": [], "still": []}
    for owner in systems().values():
        if own := [check for check in checks if check.system == owner.slug]:
            happened = any(value for check in own for value in check.values)
            found["groups" if happened else "still"].append((owner.name, [check_line(check, asked) for check in own]))
    return found


@officers_only
def checks(request: Any) -> HttpResponse:
    """勾稽核对: every relation of a region and period, holding or not, with both sides."""
    asked = asked_of(request)
    found = run_checks(asked.region.pk, asked.first, asked.last)
    failing = [check for check in found if not check.holds]
    only = request.GET.get("failing") == "1"
    query = request.GET.copy()
    query["failing"] = "1"
    context = {
        "here": "figures", "tab": "checks", "asked": asked, "total": len(found), "failing": len(failing),
        "only_failing": only, "failing_query": query.urlencode(),
        **grouped(failing if only else found, asked),
    }  # fmt: skip
    trail = [Crumb(TITLE, reverse("desk:figures") + asked.query), Crumb(CHECKS)]
    return page(request, "desk/checks.html", context, trail=trail)


def may_keep(access: Access, organ: Organ) -> bool:
    """Whether the officer holds the statistician's role towards an organ."""
    return bool(access.roles(LEDGER, organ.path, frozenset({STATISTICIAN})))


def may_close(access: Access, region: Region) -> bool:
    """Whether the officer may close a region's months: a statistician of one of its topmost organs (its government)."""
    tops = Organ.objects.filter(region=region).filter(Q(parent=None) | ~Q(parent__region=region))
    return any(may_keep(access, organ) for organ in tops)


@dataclass(frozen=True)
class MonthLine:
    """One month of the year: closed or not, what is booked in it, what came late for it."""

    month: int
    period: Period | None
    is_over: bool
    entries: int
    late: int

    @property
    def words(self) -> str:
        return period_words((self.month, self.month))


def months_of(asked: Asked, this_month: int) -> list[MonthLine]:
    """The months of a year. Five queries."""
    months = (asked.year * 100 + 1, asked.year * 100 + 12)
    closed = Period.objects.filter(region=asked.region, month__range=months).select_related("closed_by")
    periods = {period.month: period for period in closed}
    booked = booked_in(asked.region.pk, *months)
    inside = Posting.objects.filter(organ__region__code__startswith=region_prefix(asked.region.pk))
    late = dict(inside.filter(adjusts__range=months).order_by().values_list("adjusts").annotate(Count("pk")))
    return [MonthLine(m, periods.get(m), m < this_month, booked.get(m, 0), late.get(m, 0))
            for m in range(months[0], months[1] + 1)]  # fmt: skip


@officers_only
def closing(request: Any) -> HttpResponse:
    """结账: the months of a year; of a chosen one its relations and late corrections, and its closing."""
    asked = asked_of(request)
    permitted = may_close(request.access, asked.region)
    if request.method == "POST":
        return _close(request, asked, permitted)
    lines, owing = months_of(asked, month_of(request.day)), outstanding()
    context: dict[str, Any] = {
        "here": "figures", "tab": "closing", "asked": asked, "months": lines, "may_close": permitted,
        "can_be_closed": 0 if owing else sum(line.is_over and line.period is None for line in lines), "completing": owing,
    }  # fmt: skip
    text = request.GET.get("month", "")
    chosen = next((line for line in lines if str(line.month) == text and (line.is_over or line.period)), None)
    if chosen is not None:
        context |= _month(request, asked, chosen)
    trail = [Crumb(TITLE, reverse("desk:figures") + asked.query), Crumb(CLOSING)]
    return page(request, "desk/closing.html", context, trail=trail)


def _month(request: Any, asked: Asked, line: MonthLine) -> dict[str, Any]:
    """What is shown of one month."""
    day = first_day(line.month)
    found = run_checks(asked.region.pk, day, day)
    of_month = Asked(
        asked.region, asked.year, f"m{line.month % 100}", (line.month, line.month), asked.regions, asked.years
    )
    rows = Posting.objects.filter(
        organ__region__code__startswith=region_prefix(asked.region.pk), adjusts=line.month
    ).select_related("account", "organ")
    names = accounts()
    late = [
        (
            shown,
            say(names[shown.posting.account.key]) if shown.posting.account.key in names else shown.posting.account.key,
        )
        for shown in lines_of(request.access, None, rows.order_by("-pk")[:LATE_SHOWN])
    ]
    for shown, _name in late:
        shown.posting.booked_year = shown.posting.month // 100
    return {
        "chosen": line.month, "chosen_words": line.words, "chosen_period": line.period, "late": late,
        "late_count": line.late, "checks_total": len(found), "checks_failing": sum(not c.holds for c in found),
        **grouped(found, of_month),
    }  # fmt: skip


def _close(request: Any, asked: Asked, permitted: bool) -> HttpResponse:
    if not permitted:
        raise Http404
    month, confirmed = (whole_number(request.POST.get(name)) for name in ("month", "confirmed"))
    back = f"{reverse('desk:closing')}?region={asked.region.pk}&year={asked.year}"
    if month is None:
        return HttpResponseRedirect(back)
    back = f"{back}&month={month}#month"
    if confirmed != month:
        messages.error(request, _("请先勾选确认，再结账"))
        return HttpResponseRedirect(back)
    try:
        right = request.access.capacity_for(lambda one: may_close(one, asked.region))
        period = close(asked.region, month, request.user, right)
    except PeriodError as error:
        messages.error(request, say(error.words))
    else:
        messages.success(request, _("%(month)s已结账") % {"month": period_words((period.month, period.month))})
    return HttpResponseRedirect(back)
