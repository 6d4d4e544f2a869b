"""The yearly report (报告): the page as it prints with every figure a link, its sections with what is missing, and files.

Composing is the reports room's; nothing is written here but the audit entry of a file taken out and, of the report
itself, that its figures were told (报数登记).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from zhunsheng.desk.asked import Asked, asked_of
from zhunsheng.desk.figure_pages import check_lines
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.report_drafts import AUDIENCES, files_of
from zhunsheng.desk.told_pages import name_of_figure
from zhunsheng.desk.wording import name_of
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.checks import run_checks
from zhunsheng.papers.document import FigureReference, Heading
from zhunsheng.papers.html import to_html
from zhunsheng.reports.composing import Composed, ReportError, compose, government_of, is_to_write
from zhunsheng.reports.drafts import WRITERS, may
from zhunsheng.reports.models import ReportDraft
from zhunsheng.reports.outline import PLACEHOLDER
from zhunsheng.reports.outline_choice import chosen_outline
from zhunsheng.reports.own_outlines import outlines_for

TITLE = Words("报告", "Report")


@dataclass(frozen=True)
class SectionLine:
    """One section of the outline: how many figures stand in it and which were not there, whether it has still to be
    written and whether sentences drafted from records wait to be confirmed."""

    heading: str
    figures: int
    missing: tuple[tuple[str, int, str], ...]
    is_written: bool
    to_write: bool
    waits: bool


@officers_only
def reports(request: Any) -> HttpResponse:
    """The report of the officer's own region for the year that has ended; or of the region and year asked for."""
    asked = asked_of(request)
    year = asked.year if request.GET.get("year") else request.day.year - 1
    return HttpResponseRedirect(reverse("desk:report", args=[asked.region.pk, year]))


def asked_for(request: Any, region: str, year: int) -> Asked:
    request.GET = request.GET.copy()
    request.GET["region"], request.GET["year"], request.GET["span"] = region, str(year), "year"
    asked = asked_of(request)
    if asked.year != year:
        raise Http404
    return asked


@officers_only
def report(request: Any, region: str, year: int) -> HttpResponse:
    asked = asked_for(request, region, year)
    context: dict[str, Any] = {"here": "reports", "tab": "report", "asked": asked}
    government = government_of(asked.region, request.day)
    chosen = chosen_outline(government, year)
    try:
        composed = compose(region, year, outline=chosen)
    except ReportError:
        context["nothing"] = True
    else:

        def address(figure: FigureReference) -> str:
            return f"{reverse('desk:figure', args=[figure.account])}?region={region}&year={figure.year}"

        failing = [c for c in run_checks(region, asked.first, asked.last) if not c.holds]
        context |= {
            "shown": to_html(composed.document, address), "sections": sections_of(composed),
            "used": len(composed.used), "missing": len(composed.missing), "checks": check_lines(failing),
            "outlines": outlines_for(asked.region), "chosen": chosen,
            "audiences": AUDIENCES, "may_begin": may(request.access, government, WRITERS),
            "drafts": ReportDraft.visible.to(request.access).filter(region=region, year=year).order_by("pk"),
        }  # fmt: skip
    return page(request, "desk/report.html", context, trail=[Crumb(TITLE), Crumb(f"{name_of(asked.region)} {year}")])


def sections_of(composed: Composed) -> list[SectionLine]:
    """The sections of the outline, in its order, with what stands in each and what is missing."""
    written = {block.text.partition("、")[2] for block in composed.document.blocks if isinstance(block, Heading)}
    absent = dict(composed.missing)
    lines = []
    for section in composed.form.sections:
        text = " ".join(sentence for paragraph in section.paragraphs for sentence in paragraph.sentences)
        named = dict.fromkeys(found[1] for found in PLACEHOLDER.findall(text) if found[1] in absent)
        missing = tuple((a, absent[a], name_of_figure(a)) for a in named)
        count = sum(used.section == section.heading for used in composed.used)
        inside = [sentence for sentence in composed.sentences if sentence.section == section.heading]
        lines.append(
            SectionLine(
                section.heading, count, missing, section.heading in written,
                any(is_to_write(sentence.template) for sentence in inside), any(sentence.waits for sentence in inside),
            )
        )  # fmt: skip
    return lines


@officers_only
def report_document(request: Any, region: str, year: int) -> HttpResponse:
    """下载: the report as a .docx file, with ``form=pdf`` as PDF."""
    return files_of(request, _composed(request, region, year), region, year)


@officers_only
def report_working_paper(request: Any, region: str, year: int) -> HttpResponse:
    """取数底稿: where every figure of the report comes from, as an .xlsx file."""
    request.GET = request.GET.copy()
    request.GET["form"] = "xlsx"
    return files_of(request, _composed(request, region, year), region, year)


def _composed(request: Any, region: str, year: int) -> Composed:
    asked_for(request, region, year)
    try:
        return compose(region, year)
    except ReportError as error:
        raise Http404 from error
