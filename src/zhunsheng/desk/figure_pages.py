"""Figures (指标): all of a region and year, one of them with its months, parts and checks, and the records behind it.

Numbers come from ``ledger``; this room only lays them out. A record opens only for who may see its case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zhunsheng.cases.models import Case
from zhunsheng.catalogue.fields_of_work import FIELDS_OF_WORK
from zhunsheng.catalogue.loading import System, systems
from zhunsheng.desk.case_page import part_names, part_words
from zhunsheng.desk.case_rows import PAGE_SIZE
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.wording import say
from zhunsheng.kernel.figures import parse_check
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.checks import CheckOutcome, run_checks
from zhunsheng.ledger.figures import Figure, by_month, figures, records_of
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Organ, Region
from zhunsheng.registers.models import Entry

TITLE = Words("指标", "Figures")
FIRST_YEAR = 2015


@dataclass(frozen=True)
class Asked:
    """Which region and year a page is about, and what else could be asked."""

    region: Region
    year: int
    regions: list[Region]
    years: list[int]

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        return date(self.year, 12, 31)

    @property
    def last_year(self) -> int:
        return self.year - 1

    @property
    def query(self) -> str:
        return f"?region={self.region.pk}&year={self.year}"


def regions_of(access: Access) -> list[Region]:
    """The regions whose figures an officer may see: those of the officer's organs, and with a duty over the whole tree
    those below."""
    whole = Q(pk__in=())
    for holding in access.holdings:
        if holding.whole_tree:
            whole |= Q(organs__path__startswith=holding.path)
    return list(Region.objects.filter(Q(organs__in=access.organs()) | whole).distinct().order_by("code"))


def asked_of(request: Any) -> Asked:
    """The region and year in the address, else the officer's own region and this year. 404 for a region out of reach."""
    regions = regions_of(request.access)
    if not regions:
        raise Http404
    code = request.GET.get("region", "")
    own = Organ.objects.filter(pk__in=request.access.organs()).values_list("region_id", flat=True).first()
    region = next((r for r in regions if r.pk == (code or own)), None)
    if region is None:
        raise Http404
    this_year = request.day.year
    text = request.GET.get("year", "")
    year = int(text) if text.isdecimal() and FIRST_YEAR <= int(text) <= this_year else this_year
    return Asked(region, year, regions, list(range(this_year, FIRST_YEAR - 1, -1)))


def system_of(account: str) -> System | None:
    """The system that declares an account; None for one that no system declares yet."""
    return systems().get(account.partition(".")[0])


@officers_only
def all_figures(request: Any) -> HttpResponse:
    """The figures of a region and year by fields of work."""
    asked = asked_of(request)
    now = figures(asked.region.pk, asked.first, asked.last)
    before = figures(asked.region.pk, date(asked.year - 1, 1, 1), date(asked.year - 1, 12, 31))
    everything = request.GET.get("all") == "1"
    by_system: dict[str, list[tuple[Figure, Figure | None]]] = {}
    for key, figure in now.items():
        known = figure.value is not None or (key in before and before[key].value is not None)
        if known or everything:
            by_system.setdefault(key.partition(".")[0], []).append((figure, before.get(key)))
    groups = [
        (name, [(s, by_system[s.slug]) for s in systems().values() if s.field_of_work == field and s.slug in by_system])
        for field, name in FIELDS_OF_WORK.items()
    ]
    rest = [line for slug, lines in by_system.items() if slug not in systems() for line in lines]
    failing = [c for c in run_checks(asked.region.pk, asked.first, asked.last) if not c.holds]
    context = {
        "here": "figures", "asked": asked, "groups": [(name, found) for name, found in groups if found], "rest": rest,
        "everything": everything, "unknown": sum(figure.value is None for figure in now.values()),
        "failing": check_lines(failing), "has_any": any(figure.value is not None for figure in now.values()),
    }  # fmt: skip
    return page(request, "desk/figures.html", context, trail=[Crumb(TITLE)])


@dataclass(frozen=True)
class Part:
    """One part of a figure, with its share of the whole in thousandths for the bar."""

    key: str
    words: str
    value: Decimal
    share: int


@officers_only
def figure(request: Any, account: str) -> HttpResponse:
    """One figure: the number, what it counts, its months, its parts, the checks it takes part in."""
    asked = asked_of(request)
    found = figures(asked.region.pk, asked.first, asked.last, only=[account]).get(account)
    if found is None:
        raise Http404
    system = system_of(account)
    months: list[tuple[str, Decimal, Decimal]] = []
    chart: dict[str, Any] = {}
    if found.kind == "account":
        values, before = (
            by_month(account, asked.region.pk, asked.year),
            by_month(account, asked.region.pk, asked.year - 1),
        )
        if asked.year == request.day.year:
            values = values[: request.day.month]
        names = [_("%(n)s 月") % {"n": n} for n in range(1, 13)]
        months = [(names[i], values[i] if i < len(values) else None, before[i]) for i in range(12)]
        chart = {
            "months": names, "values": [float(v) for v in values], "before": [float(v) for v in before],
            "this_year": str(asked.year), "last_year": str(asked.year - 1),
        }  # fmt: skip
    checks = [c for c in run_checks(asked.region.pk, asked.first, asked.last) if takes_part(c, account)]
    context = {
        "here": "figures", "asked": asked, "figure": found, "parts": parts_of(system, found), "months": months, "chart": chart,
        "checks": check_lines(checks), "terms": terms_of(system, account),
        "stock": bool(system and account.partition(".")[2] in system.figures.accounts
                      and system.figures.accounts[account.partition(".")[2]].stock),
    }  # fmt: skip
    trail = [Crumb(TITLE, reverse("desk:figures") + asked.query), Crumb(found.name)]
    return page(request, "desk/figure.html", context, trail=trail, system=system)


def takes_part(check: CheckOutcome, account: str) -> bool:
    return any(f"{check.system}.{term.account}" == account for term in parse_check(check.declaration.that).terms)


def check_lines(checks: list[CheckOutcome]) -> list[tuple[CheckOutcome, str, Words]]:
    """Each check with its relation as a sign and the system it belongs to."""
    signs = {"==": "＝", "<=": "≤", ">=": "≥"}
    return [(c, signs[parse_check(c.declaration.that).relation], systems()[c.system].name) for c in checks]


def terms_of(system: System | None, account: str) -> list[tuple[str, str]]:
    """Of a ratio the accounts above and below, (address part, words), so that each opens."""
    key = account.partition(".")[2]
    ratio = system.figures.ratios.get(key) if system else None
    if system is None or ratio is None:
        return []
    names = dict.fromkeys(item.partition(".")[0] for item in (*ratio.of, *ratio.over))
    return [(f"{system.slug}.{name}", say(system.figures.accounts[name])) for name in names]


def parts_of(system: System | None, found: Figure) -> list[tuple[str, list[Part]]]:
    """The breakdown by dimension, greatest part first."""
    dimensions: dict[str, list[Part]] = {}
    for key, value in found.breakdown.items():
        if value:
            title, words = part_names(system, key)
            share = int(abs(value) * 1000 / abs(found.value)) if found.value else 0
            dimensions.setdefault(title, []).append(Part(key, words, value, min(share, 1000)))
    return [(title, sorted(parts, key=lambda part: -part.value)) for title, parts in dimensions.items()]


@officers_only
def records(request: Any, account: str) -> HttpResponse:
    """The records behind a figure: every posting, each with the case or entry it came from."""
    asked = asked_of(request)
    found = figures(asked.region.pk, asked.first, asked.last, only=[account]).get(account)
    if found is None or found.kind != "account":
        raise Http404
    system = system_of(account)
    part = request.GET.get("part", "")
    rows = records_of(account, asked.region.pk, asked.first, asked.last, part or None)
    paginator = Paginator(rows, PAGE_SIZE)
    shown = paginator.get_page(request.GET.get("page"))
    cases, entries = sources_of(request.access, shown.object_list)
    lines = [
        (posting, cases.get(posting.source_id) if posting.source == "case" else None,
         entries.get(posting.source_id) if posting.source == "register" else None,
         "；".join(part_words(system, p) for p in posting.breakdown.split(";")) if posting.breakdown else "")
        for posting in shown
    ]  # fmt: skip
    context = {"here": "figures", "asked": asked, "figure": found, "page": shown, "lines": lines,
               "part": part_words(system, part) if part else ""}  # fmt: skip
    trail = [
        Crumb(TITLE, reverse("desk:figures") + asked.query),
        Crumb(found.name, reverse("desk:figure", args=[account]) + asked.query),
        Crumb(Words("记录", "Records")),
    ]
    return page(request, "desk/records.html", context, trail=trail, system=system)


def sources_of(access: Access, postings: Any) -> tuple[dict[int, Case], dict[int, Entry]]:
    """The cases and entries of some postings that the officer may see; two queries."""
    case_keys = {p.source_id for p in postings if p.source == "case"}
    entry_keys = {p.source_id for p in postings if p.source == "register"}
    cases = Case.visible.to(access).filter(pk__in=case_keys).only("number", "title", "system", "version", "fields")
    entries = Entry.visible.to(access).filter(pk__in=entry_keys)
    return {row.pk: row for row in cases}, {row.pk: row for row in entries}
