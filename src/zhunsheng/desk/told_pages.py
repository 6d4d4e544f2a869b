"""Figures stated and figures told (申报数、报数登记): their lists and forms.

``ledger.stating`` and ``ledger.handing_out`` do the writing; nobody is told another number without it being seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhunsheng.desk.asked import Asked, asked_of
from zhunsheng.desk.figure_pages import TITLE
from zhunsheng.desk.figure_tables import system_of
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.ledger_pages import may_keep
from zhunsheng.desk.paging import PAGE_SIZE
from zhunsheng.desk.wording import number, say
from zhunsheng.kernel.figures import qualify
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.figures import declared_as, figure_names, figures
from zhunsheng.ledger.handing_out import (
    HandingOutError,
    Telling,
    as_told,
    asked_again,
    compare,
    differences,
    hand_out,
    handed_out,
)
from zhunsheng.ledger.models import HandedOut, Posting, Source, Statement
from zhunsheng.ledger.readings import accounts, region_prefix
from zhunsheng.ledger.stating import QUALIFIERS, StatementError, declared_names, is_amount, state, statements
from zhunsheng.orgs.models import Organ
from zhunsheng.typed import whole_number

DECLARED = Words("申报数", "Stated figures")
STATE = Words("申报", "State a figure")
TOLD = Words("报数登记", "Figures told")
TELL = Words("登记报数", "Note a figure told")


def name_of_figure(name: str) -> str:
    """The name of any figure; of one that is gone its key."""
    return say(declared_as(name)) if name in figure_names() else name


def decimal_of(text: str) -> Decimal | None:
    """A number as written by hand, with or without separators; None when it is none, or more than the ledger holds."""
    try:
        value = Decimal(text.strip().replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None
    return value if is_amount(value) else None


# --- stated figures --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StatementLine:
    """One statement with what it posted; superseded when the organ stated the year's figure again."""

    statement: Statement
    name: str
    value: str
    posted: Decimal
    is_superseded: bool


def organs_to_state(request: Any, asked: Asked) -> list[Organ]:
    """The organs of the region for which the officer may state figures."""
    inside = Organ.objects.filter(region__code__startswith=region_prefix(asked.region.pk), valid_to=None)
    return [organ for organ in inside if may_keep(request.access, organ)]


@officers_only
def declared(request: Any) -> HttpResponse:
    """The statements of a region and year, newest first."""
    asked = asked_of(request)
    account = request.GET.get("account", "")
    if account and account not in declared_names():
        raise Http404
    rows = statements(asked.region.pk, account).filter(year=asked.year)
    shown = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    latest: dict[tuple[int, int], int] = {}
    for pk, key, organ in rows.order_by("pk").values_list("pk", "account_id", "organ_id"):
        latest[key, organ] = pk
    posted = Posting.objects.filter(source=Source.DECLARED, source_id__in=[row.pk for row in shown])
    change = dict(posted.values_list("source_id", "value"))
    lines = [
        StatementLine(row, name_of_figure(row.account.key), say(qualify(number(row.value), row.qualifier)),
                      change.get(row.pk, Decimal(0)), latest[row.account_id, row.organ_id] != row.pk)
        for row in shown
    ]  # fmt: skip
    context = {
        "here": "figures", "tab": "declared", "asked": asked, "page": shown, "lines": lines, "account": account,
        "name": name_of_figure(account) if account else "", "may_state": bool(organs_to_state(request, asked)),
    }  # fmt: skip
    trail = [Crumb(TITLE, reverse("desk:figures") + asked.query), Crumb(DECLARED)]
    return page(request, "desk/declared.html", context, trail=trail)


@officers_only
def state_figure(request: Any) -> HttpResponse:
    """The form to state a figure that has no records. 404 for who is no statistician."""
    asked = asked_of(request)
    organs = organs_to_state(request, asked)
    if not organs:
        raise Http404
    given = {
        "account": request.GET.get("account", ""), "organ": str(organs[0].pk), "year": str(asked.year), "value": "",
        "qualifier": "", "source_paper": "",
    }  # fmt: skip
    wrong: dict[str, str] = {}
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in given}
        statement = _state(request, given, {str(organ.pk): organ for organ in organs}, wrong)
        if statement is not None:
            messages.success(request, _("已申报：%(name)s") % {"name": name_of_figure(given["account"])})
            query = f"?region={asked.region.pk}&year={statement.year}&account={given['account']}"
            return HttpResponseRedirect(reverse("desk:declared") + query)
    choices = sorted(((key, _choice(key)) for key in declared_names()), key=lambda choice: choice[0])
    context = {"here": "figures", "asked": asked, "organs": organs, "given": given, "wrong": wrong, "choices": choices,
               "qualifiers": QUALIFIERS}  # fmt: skip
    trail = [Crumb(TITLE, reverse("desk:figures") + asked.query), Crumb(DECLARED, reverse("desk:declared") + asked.query),
             Crumb(STATE)]  # fmt: skip
    return page(request, "desk/state_figure.html", context, trail=trail, status=422 if wrong else 200)


def _choice(key: str) -> str:
    account = accounts()[key]
    system = system_of(key)
    name = _("%(name)s（%(unit)s）") % {"name": say(account), "unit": say(account.unit)}
    return f"{say(system.name)} · {name}" if system else name


def _state(
    request: Any, given: Mapping[str, str], organs: Mapping[str, Organ], wrong: dict[str, str]
) -> Statement | None:
    value = decimal_of(given["value"])
    if value is None:
        wrong["value"] = _("请写数字，最多两位小数，例如 22400")
    year = whole_number(given["year"], 1000, 9999)
    if year is None:
        wrong["year"] = _("请写四位年度，例如 2026")
    if given["organ"] not in organs:
        wrong["organ"] = _("请选择您有统计岗的单位")
    if wrong or value is None or year is None:
        return None
    organ = organs[given["organ"]]
    right = request.access.capacity_for(lambda one: may_keep(one, organ))
    try:
        return state(given["account"], organ, year, value, given["source_paper"],
                     qualifier=given["qualifier"], officer=request.user, right=right)  # fmt: skip
    except StatementError as error:
        wrong[error.field] = say(error.words)
        return None


# --- figures told ----------------------------------------------------------------------------------------------------


@officers_only
def register_of_told(request: Any) -> HttpResponse:
    """报数登记: what was told of a region for periods ending in a year, with the numbers of today beside."""
    asked = asked_of(request)
    account, text = request.GET.get("account", ""), request.GET.get("q", "").strip()
    only = request.GET.get("differing") == "1"
    differing = differences(asked.region, asked.year)
    rows = handed_out(asked.region, account).filter(last__range=(asked.year * 100 + 1, asked.year * 100 + 12))
    if text:
        named = [name for name in figure_names() if text.casefold() in name_of_figure(name).casefold()]
        rows = rows.filter(
            Q(to_whom__icontains=text) | Q(purpose__icontains=text) | Q(paper__icontains=text) | Q(account__in=named)
        )
    if only:
        rows = rows.filter(pk__in=[comparison.row.pk for comparison in differing])
    shown = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "here": "figures", "tab": "handed-out", "asked": asked, "page": shown, "answers": compare(shown.object_list),
        "text": text, "account": account, "name": name_of_figure(account) if account else "",
        "differing": len(differing), "only_differing": only, "again": asked_again(asked.region, asked.year),
    }  # fmt: skip
    trail = [Crumb(TITLE, reverse("desk:figures") + asked.query), Crumb(TOLD)]
    return page(request, "desk/handed_out.html", context, trail=trail)


@officers_only
def tell(request: Any, account: str) -> HttpResponse:
    """The form to note a figure told by telephone or letter. What was answered before stands above it."""
    asked = asked_of(request)
    found = figures(asked.region.pk, asked.first, asked.last, only=[account]).get(account)
    if found is None or found.value is None:
        raise Http404
    given = {"value": found.shown(), "to_whom": "", "purpose": "", "paper": ""}
    wrong: dict[str, str] = {}
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in given}
        value = decimal_of(given["value"])
        if value is None:
            wrong["value"] = _("请写数字，最多两位小数，例如 22400")
        else:
            telling = Telling(account, *asked.months, value, as_told(found, value))
            texts = {name: given[name] for name in ("to_whom", "purpose", "paper")}
            try:
                hand_out(asked.region, [telling], officer=request.user, **texts)
            except HandingOutError as error:
                wrong[error.field] = say(error.words)
            else:
                messages.success(request, _("已登记：%(told)s") % {"told": telling.told})
                return HttpResponseRedirect(reverse("desk:figure", args=[account]) + asked.query)
    answers = compare(_earlier(asked, account))
    context = {"here": "figures", "asked": asked, "figure": found, "given": given, "wrong": wrong, "answers": answers}
    trail = [
        Crumb(TITLE, reverse("desk:figures") + asked.query),
        Crumb(found.name, reverse("desk:figure", args=[account]) + asked.query),
        Crumb(TELL),
    ]
    return page(request, "desk/hand_out.html", context, trail=trail, status=422 if wrong else 200)


def _earlier(asked: Asked, account: str) -> list[HandedOut]:
    """What was told of this figure for this very period."""
    first, last = asked.months
    return list(handed_out(asked.region, account).filter(first=first, last=last)[:PAGE_SIZE])
