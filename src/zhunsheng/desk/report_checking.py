"""Checking a report on the desk (核对报告): text pasted or a file sent, shown with its figures marked and what was found beside.

Nothing is kept: neither the text nor what was found in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.http import HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from zhunsheng.desk.asked import FIRST_YEAR
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.told_pages import name_of_figure
from zhunsheng.desk.wording import say
from zhunsheng.kernel.words import Words, written_number
from zhunsheng.ledger.figures import figure_names
from zhunsheng.orgs.access import regions_of
from zhunsheng.orgs.models import Region
from zhunsheng.plans.sources import SourceError, text_in
from zhunsheng.reports.checking.checking import Checked, check
from zhunsheng.reports.checking.findings import KINDS, RULES, SEVERITIES, Finding
from zhunsheng.reports.checking.ledger_side import lay_beside_ledger
from zhunsheng.reports.composing import ReportError
from zhunsheng.typed import whole_number

TITLE = Words("核对报告", "Check a report")
LONGEST = 200_000
"""Characters of a text that is checked while somebody waits."""


@dataclass(frozen=True)
class FindingLine:
    """A finding as the page lists it: its number, what it is, and the passages it is about."""

    number: int
    rule: str
    severity: str
    weight: str
    message: str
    passages: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FigureLine:
    """A figure as the page lists it."""

    number: int
    shown: str
    words: str
    kind: str
    scope: str
    account: str
    account_name: str
    sure: int


@officers_only
def report_check(request: Any) -> HttpResponse:
    regions = regions_of(request.access)
    context: dict[str, Any] = {
        "here": "reports", "tab": "check", "regions": regions, "years": range(request.day.year, FIRST_YEAR - 1, -1),
        "text": request.POST.get("text", ""), "region": request.POST.get("region", ""), "year": request.POST.get("year", ""),
    }  # fmt: skip
    if request.method == "POST":
        try:
            context |= _checked(request, regions)
        except (SourceError, ReportError) as error:
            context["wrong"] = say(error.words)
    status = 422 if context.get("wrong") else 200
    return page(request, "desk/report_check.html", context, trail=[Crumb(TITLE)], status=status)


def _checked(request: Any, regions: list[Region]) -> dict[str, Any]:
    """The report that was sent, checked. Raises ``SourceError`` or ``ReportError`` in words."""
    file, other = request.FILES.get("file"), request.FILES.get("against")
    text = text_in(file.read(), file.name) if file else request.POST.get("text", "")
    if not text.strip():
        raise SourceError(
            "没有读到文字：请粘贴报告正文，或者选择一个文件",
            "nothing to read: paste the text of the report or choose a file",
        )
    if len(text) > LONGEST:
        raise SourceError(
            f"文字有 {len(text)} 个字，一次最多核对 {LONGEST} 个字；请只留报告正文",
            f"the text has {len(text)} characters, at most {LONGEST} are checked at a time; keep only the report itself",
        )
    checked = check(text, {other.name: text_in(other.read(), other.name)} if other else None)
    region = next((r for r in regions if r.pk == request.POST.get("region")), None)
    if region is not None:
        year = whole_number(request.POST.get("year"), FIRST_YEAR, request.day.year)
        if year is None:
            raise SourceError("与台账对照时请选择年度", "choose the year of the ledger")
        lay_beside_ledger(checked, region.pk, year)
    matched = sum(bool(figure.account) for figure in checked.figures)
    return {
        "checked": checked, "title": checked.structure.title, "marked": marked(checked), "findings": finding_lines(checked),
        "figures": figure_lines(checked), "matched": matched, "file_name": file.name if file else "",
        "relations": [(say(RULES[one.rule]), say(one.message)) for one in checked.relations],
    }  # fmt: skip


def finding_lines(checked: Checked) -> list[FindingLine]:
    """The findings in the order of the check, each with its passages and where they are marked."""
    lines = []
    for number, finding in enumerate(checked.findings, 1):
        quotes = [checked.cleaned.original(*place)[0].strip() for place in finding.places]
        passages = tuple((f"found-{number}-{index}", quote) for index, quote in enumerate(quotes))
        severity = say(SEVERITIES[finding.severity])
        lines.append(
            FindingLine(number, say(RULES[finding.rule]), severity, finding.severity, say(finding.message), passages)
        )
    return lines


def figure_lines(checked: Checked) -> list[FigureLine]:
    """The figures in the order of the text."""
    known = figure_names()
    return [
        FigureLine(
            number, f"{written_number(figure.value)}{figure.unit}{figure.qualifier and f'（{figure.qualifier}）'}", figure.label,
            say(KINDS[figure.kind]), figure.scope, figure.account if figure.account in known else "",
            name_of_figure(figure.account) if figure.account else "", round(figure.sureness * 100),
        )
        for number, figure in enumerate(checked.figures, 1)
    ]  # fmt: skip


def marked(checked: Checked) -> SafeString:
    """The text as it was given, every figure and every passage of a finding marked."""
    source = checked.cleaned.source
    figures = _figure_spans(checked)
    passages = _passage_spans(checked)
    cuts = sorted({0, len(source), *(edge for start, end, _n in (*figures, *passages) for edge in (start, end))})
    pieces: list[SafeString] = []
    begun: set[str] = set()
    for start, end in pairwise(cuts):
        here = [(number, finding) for first, last, (number, finding) in passages if first <= start and end <= last]
        notes = [
            (anchor, number.partition("-")[0])
            for first, last, (number, _finding) in passages
            if first == start and (anchor := f"found-{number}") not in begun
        ]
        begun |= {anchor for anchor, _number in notes}
        links = format_html_join(
            "", '<a class="found-mark" id="{}" href="#finding-{}">{}</a>', ((a, n, n) for a, n in notes)
        )
        words: SafeString | str = source[start:end]
        figure = next((number for first, last, number in figures if first <= start and end <= last), None)
        if figure is not None:
            words = format_html('<a class="figure-mark" id="mark-{}" href="#figure-{}">{}</a>', figure, figure, words)
        if here:
            weight = min((finding.severity for _n, finding in here), key=list(SEVERITIES).index)
            words = format_html('<span class="found found-{}">{}</span>', weight, words)
        pieces.append(format_html("{}{}", links, words))
    return SafeString("".join(pieces))


def _figure_spans(checked: Checked) -> list[tuple[int, int, int]]:
    spans: dict[tuple[int, int], int] = {}
    for number, figure in enumerate(checked.figures, 1):
        quote, start = checked.cleaned.original(figure.start, figure.end)
        spans.setdefault((start, start + len(quote)), number)
    return [(start, end, number) for (start, end), number in spans.items() if end > start]


def _passage_spans(checked: Checked) -> list[tuple[int, int, tuple[str, Finding]]]:
    spans = []
    for number, finding in enumerate(checked.findings, 1):
        for index, place in enumerate(finding.places):
            quote, start = checked.cleaned.original(*place)
            if quote:
                spans.append((start, start + len(quote), (f"{number}-{index}", finding)))
    return spans
