"""Yearly tables (年度报表) on the desk: each with every cell a way to its records, two figures that go by one word beside each
other, and the days on which all of it is due. Numbers come from ``reports``."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from zhunsheng.cases.models import Case
from zhunsheng.desk.asked import asked_of
from zhunsheng.desk.figure_tables import address_of_figure, part_key
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.report_pages import TITLE, asked_for
from zhunsheng.desk.told_pages import name_of_figure
from zhunsheng.desk.wording import name_of, say
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import limits
from zhunsheng.ledger.models import Source
from zhunsheng.papers.document import Spot, laid_out
from zhunsheng.papers.docx import to_docx
from zhunsheng.papers.pdf import NoFaceError, to_pdf
from zhunsheng.reports.publication import due_days
from zhunsheng.reports.same_words import PAIRS, beside, comparable
from zhunsheng.reports.yearly_tables import Cell, document_of, filled, title_of, workbook_of, yearly_tables
from zhunsheng.security.audit import record

TABLES = Words("年度报表", "Yearly tables")
SAME_WORDS = Words("同名异数", "Same words, other numbers")
CALENDAR = Words("报送公开日历", "Days of reporting")
SHOWN = 30


def _name(request: Any) -> str:
    name = request.GET.get("table", "") or next(iter(yearly_tables()))
    if name not in yearly_tables():
        raise Http404
    return name


@officers_only
def report_tables(request: Any, region: str, year: int) -> HttpResponse:
    """One of the yearly tables of a region and year, the others as tabs."""
    asked = asked_for(request, region, year)
    name = _name(request)
    table = yearly_tables()[name]

    def cell_of(cell: Cell) -> tuple[str, str]:
        if cell.value is None:
            return cell.shown, ""
        return cell.shown, address_of_figure(cell.account, region, asked.months, part_key(cell.account, cell.part))

    parts = []
    for part in filled(table, asked.region, year):
        heads, rows = part.texts(say, cell_of)
        lines = laid_out(heads, rows, part.labels)
        named = [_named(line, part.labels) for line in lines[len(heads) :]]
        parts.append((part.part, lines[: len(heads)], named, part.broken))
    context = {
        "here": "reports", "asked": asked, "tables": yearly_tables(), "name": name, "table": table, "parts": parts,
        "due": limits()[table.due],
    }  # fmt: skip
    trail = [Crumb(TITLE, reverse("desk:report", args=[region, year])), Crumb(TABLES)]
    return page(request, "desk/report_tables.html", context, trail=trail)


def _named(line: list[Spot], labels: int) -> tuple[list[Spot], list[Spot]]:
    """The names of a row and its numbers."""
    return [spot for spot in line if spot.column < labels], [spot for spot in line if spot.column >= labels]


@officers_only
def report_table_file(request: Any, region: str, year: int) -> HttpResponse:
    """下载: a yearly table as xlsx, docx or PDF."""
    asked = asked_for(request, region, year)
    table = yearly_tables()[_name(request)]
    kind = request.GET.get("form", "xlsx")
    try:
        content = {
            "xlsx": lambda: workbook_of(table, asked.region, year),
            "docx": lambda: to_docx(document_of(table, asked.region, year)),
            "pdf": lambda: to_pdf(document_of(table, asked.region, year)),
        }[kind]()
    except KeyError:
        raise Http404 from None
    except NoFaceError as error:
        messages.error(request, say(error.words))
        return HttpResponseRedirect(reverse("desk:report-tables", args=[region, year]))
    record("report.table", f"region:{region}", request.user.pk, year=year, kind=kind)
    return FileResponse(
        io.BytesIO(content), as_attachment=True, filename=f"{title_of(table, asked.region, year)}.{kind}"
    )


@officers_only
def same_words(request: Any, region: str, year: int) -> HttpResponse:
    """Two figures that go by one word beside each other: how each counts, where it stands, the records in one alone."""
    asked = asked_for(request, region, year)
    names = comparable()
    chosen = (request.GET.get("one") or PAIRS[0][0], request.GET.get("other") or PAIRS[0][1])
    if not set(chosen) <= set(names):
        raise Http404
    found = beside(asked.region, year, chosen)
    context = {
        "here": "reports", "asked": asked, "chosen": chosen, "found": found,
        "choices": [(name, name_of_figure(name)) for name in names],
        "pairs": [(one, other, name_of_figure(one), name_of_figure(other)) for one, other in PAIRS],
        "made": list(zip(found.sides, found.makeup, strict=True)),
        "alone": [
            (side, other, len(records), elsewhen, _shown(request, sorted(records)[:SHOWN]))
            for side, other, records, elsewhen in zip(found.sides, found.sides[::-1], found.only, found.elsewhen, strict=True)
        ],
    }  # fmt: skip
    trail = [
        Crumb(TITLE, reverse("desk:report", args=[region, year])),
        Crumb(TABLES, reverse("desk:report-tables", args=[region, year])),
        Crumb(SAME_WORDS),
    ]
    return page(request, "desk/same_words.html", context, trail=trail)


def _shown(request: Any, records: list[tuple[str, int]]) -> list[tuple[str, str]]:
    """(what, address) of those records the officer may see as cases."""
    wanted = [number for source, number in records if source == Source.CASE]
    cases = Case.visible.to(request.access).filter(pk__in=wanted).order_by("pk")
    return [(case.number or case.title, reverse("desk:case", args=[case.pk])) for case in cases]


@officers_only
def report_calendar(request: Any) -> HttpResponse:
    """报送公开日历: the days of the year by law, what is met, what is next."""
    asked = asked_of(request)
    found = due_days(asked.region, asked.year, request.day, request.access)
    coming = [day for day in found if day.left >= 0 and day.is_met is not True]
    context = {
        "here": "reports", "asked": asked, "days": found, "next": coming[0] if coming else None,
        "reported": asked.year - 1,
    }  # fmt: skip
    trail = [
        Crumb(TITLE, reverse("desk:report", args=[asked.region.pk, asked.year - 1])),
        Crumb(f"{name_of(asked.region)} {asked.year}"),
        Crumb(CALENDAR),
    ]
    return page(request, "desk/report_calendar.html", context, trail=trail)
