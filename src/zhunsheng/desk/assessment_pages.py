"""整改看板, 表扬问责, 考核 (Rectification, consequences, assessment): problems by organ and source, what followed for whom, the sheet
of an organ with what-if, organs compared.

Counting and points are the room of assessment's; what-if is asked in the address and nothing of it is kept.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zhunsheng.assessment import reference as reference_scheme
from zhunsheng.assessment.binder import APPLICATION
from zhunsheng.assessment.consequences import KINDS, by_whom, consequences_of
from zhunsheng.assessment.rectifying import RECTIFICATION, Standing, by_organ, problems_of, read_problems, together
from zhunsheng.assessment.schemes import Scheme, places, scheme_for, schemes_of
from zhunsheng.assessment.scoring import ASSESSMENT, SheetLine, cases_of, compare, sheet, total
from zhunsheng.cases.models import Case
from zhunsheng.catalogue.loading import system
from zhunsheng.desk.asked import FIRST_YEAR
from zhunsheng.desk.evidence_pages import ListLine, lines_of
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.told_pages import decimal_of
from zhunsheng.desk.wording import number, say
from zhunsheng.kernel.formulas import Reference
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.figures import Figure
from zhunsheng.ledger.formulas import measured
from zhunsheng.orgs.history import in_tree_order
from zhunsheng.orgs.models import Organ
from zhunsheng.typed import whole_number

RECTIFICATIONS = Words("整改看板", "Rectification")
CONSEQUENCES = Words("表扬问责", "Praise and accountability")
ASSESSMENTS = Words("考核得分", "Assessment")
ROWS = 50
"""Lines on one page of what followed."""


def year_asked(request: Any) -> int:
    return whole_number(request.GET.get("year"), FIRST_YEAR, request.day.year) or request.day.year


def years_offered(request: Any) -> list[int]:
    return list(range(request.day.year, max(FIRST_YEAR, request.day.year - 6) - 1, -1))


# --- rectification ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BoardLine:
    """How the problems of one organ, or of one source, stand."""

    organ: Organ | None
    name: Words | None
    key: str
    standing: Standing


@officers_only
def rectifications(request: Any) -> HttpResponse:
    """The problems of a year by organ and by source; a source chosen in the address keeps only its own."""
    year, source = year_asked(request), request.GET.get("source", "")
    names = system(RECTIFICATION).procedures[-1].fields["source"].choices
    problems = read_problems(problems_of(request.access, year), request.day)
    sources = [
        BoardLine(None, name, key, together([one for one in problems if one.source == key]))
        for key, name in names.items()
    ]
    chosen = [one for one in problems if one.source == source] if source in names else problems
    counted = by_organ(chosen)
    organs = in_tree_order(Organ.objects.filter(pk__in=counted))
    context = {
        "here": "rectifications", "year": year, "years": years_offered(request), "source": source if source in names else "",
        "source_name": names.get(source), "sources": [line for line in sources if line.standing.total],
        "lines": [BoardLine(organ, None, "", counted[organ.pk]) for organ in organs], "whole": together(chosen),
    }  # fmt: skip
    return page(request, "desk/rectifications.html", context, trail=[Crumb(RECTIFICATIONS)])


@officers_only
def consequences(request: Any) -> HttpResponse:
    """What followed for whom in a year, by unit and step by step; a kind chosen in the address keeps only its own."""
    year, kind = year_asked(request), request.GET.get("kind", "")
    every = consequences_of(request.access, year)
    chosen = [one for one in every if one.kind == kind] if kind in KINDS else every
    counted = Counter(one.kind for one in every)
    context = {
        "here": "consequences", "year": year, "years": years_offered(request), "kind": kind if kind in KINDS else "",
        "kinds": [(key, name, counted[key]) for key, name in KINDS.items()],
        "units": [(whom, [(KINDS[key], told[key]) for key in KINDS]) for whom, told in by_whom(chosen).items()],
        "any": bool(every), "lines": Paginator(chosen, ROWS).get_page(request.GET.get("page")),
    }  # fmt: skip
    return page(request, "desk/consequences.html", context, trail=[Crumb(CONSEQUENCES)])


# --- assessment ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OrganLine:
    """An organ among the others: points by group, their sum, that of the year before, the grade; the place where it is ranked."""

    organ: Organ
    points: list[tuple[str, Decimal | None]]
    whole: Decimal
    before: Decimal | None
    bar: int
    grade: str
    scheme: Scheme | None
    place: int | None = None


def _ranked(lines: Sequence[OrganLine]) -> tuple[list[OrganLine], dict[str, str]]:
    """The organs whose scheme ranks them in order of their places, those of each scheme by themselves; then the others as they
    were, with what their schemes say."""
    shown: list[OrganLine] = []
    by_scheme: dict[Scheme, list[OrganLine]] = {}
    for line in lines:
        if line.scheme is not None and line.scheme.ranked:
            by_scheme.setdefault(line.scheme, []).append(line)
    for own in by_scheme.values():
        numbered = zip(own, places([line.whole for line in own]), strict=True)
        shown += sorted((replace(line, place=place) for line, place in numbered), key=lambda line: line.place or 0)
    left = [line for line in lines if line.scheme is None or not line.scheme.ranked]
    said = {line.scheme.name if line.scheme else "": line.scheme.ground if line.scheme else "" for line in left}
    return [*shown, *left], said


def _applications(request: Any, year: int) -> list[Case]:
    """The applications for models of a year, each with a binder of its evidence. One query."""
    rows = Case.visible.to(request.access).filter(system=APPLICATION, voided_on=None, fields__year=year)
    return list(rows.select_related("organ").order_by("path", "pk"))


@officers_only
def assessment(request: Any) -> HttpResponse:
    """Organs side by side by group, in the order of the organs; points of the year before beside the sum. Places only where
    the scheme of their kind ranks them."""
    year = year_asked(request)
    cases = cases_of(request.access, year)
    groups, found = compare(cases)
    _, before = compare(cases_of(request.access, year - 1))
    earlier = {organ.pk: total(points.values()) for organ, points in before.items()}
    schemes = schemes_of(year, min(request.day, date(year, 12, 31)))
    most = max((total(points.values()) for points in found.values()), default=Decimal(0))
    lines = []
    for organ, points in found.items():
        whole, scheme = total(points.values()), scheme_for(organ, schemes)
        grade = scheme.grade([case for case in cases if case.organ_id == organ.pk]) if scheme else ""
        bar = round(100 * whole / most) if most > 0 else 0
        shown = [(group, points.get(group)) for group in groups]
        lines.append(OrganLine(organ, shown, whole, earlier.get(organ.pk), bar, grade, scheme))
    wants_ranks = request.GET.get("rank") == "1"
    lines, unranked = _ranked(lines) if wants_ranks else (lines, {})
    context = {
        "here": "assessment", "year": year, "years": years_offered(request), "groups": groups, "lines": lines,
        "ranked": wants_ranks, "unranked": unranked, "any_ranked": any(line.place for line in lines),
        "any_grade": any(line.grade for line in lines), "applications": _applications(request, year),
    }  # fmt: skip
    return page(request, "desk/assessment.html", context, trail=[Crumb(ASSESSMENTS)])


@officers_only
def reference(request: Any) -> HttpResponse:
    """参考指标: the reference scheme as a workbook to change and to import into the list of indicators."""
    year = year_asked(request)
    name = f"{year}年参考指标.xlsx"
    return FileResponse(io.BytesIO(reference_scheme.workbook(year)), as_attachment=True, filename=name)


@dataclass(frozen=True)
class Evidence:
    """A figure a formula rests on, with its value of today and the one supposed."""

    reference: Reference
    account: str
    name: Words
    unit: Words
    value: str
    field: str
    supposed: str


@dataclass(frozen=True)
class ShownLine:
    """A line of the sheet with its evidence, its formula with the figures by name, and the name of its state."""

    line: SheetLine
    formula: str
    state: Words
    evidence: list[Evidence]
    lists: list[ListLine]
    figure: Figure | None


@officers_only
def assessment_sheet(request: Any, organ: int) -> HttpResponse:
    """考核表: each indicator with its points, what the formula comes to today, its evidence, and what would be if it differed."""
    year = year_asked(request)
    cases = cases_of(request.access, year, organ_or_404(organ))
    if not cases:
        raise Http404
    plain = sheet(cases, cases[0].organ, year, {})
    supposed, wrong = _supposed(request, plain)
    lines = sheet(cases, cases[0].organ, year, supposed) if supposed else plain
    states = system(ASSESSMENT).procedures[-1].states
    shown = [
        ShownLine(
            line,
            _in_words(line),
            states[line.case.state].words,
            _evidence(request, line),
            lines_of(request, line.lists),
            _plain_figure(line),
        )
        for line in lines
    ]
    scheme = scheme_for(cases[0].organ, schemes_of(year, min(request.day, date(year, 12, 31))))
    instead = [line.now if line.supposed is None else line.supposed for line in lines]
    whole = [line.score if line.supposed is None else line.supposed for line in lines]
    is_whole = scheme is not None and None not in whole and not any(line.case.fields.get("vetoed") for line in lines)
    context = {
        "here": "assessment", "year": year, "organ": cases[0].organ, "lines": shown, "wrong": wrong, "supposed": bool(supposed),
        "weight": total(line.weight for line in lines if line.case.fields.get("kind") in ("quantity", "quality")),
        "self_score": total(line.self_score for line in lines), "score": total(line.score for line in lines),
        "now": total(line.now for line in lines), "instead": total(instead),
        "whole": total(whole), "grade_instead": scheme.grade_of(total(whole)) if scheme and is_whole else "",
        "may_suppose": any(one.evidence for one in shown),
        "changed": sum(line.is_changed for line in lines), "grade": scheme.grade(cases) if scheme else "", "scheme": scheme,
    }  # fmt: skip
    trail = [Crumb(ASSESSMENTS, f"{reverse('desk:assessment')}?year={year}"), Crumb(_("考核表"))]
    return page(request, "desk/assessment_sheet.html", context, trail=trail)


def organ_or_404(pk: int) -> Organ:
    organ = Organ.objects.filter(pk=pk).first()
    if organ is None:
        raise Http404
    return organ


def _plain_figure(line: SheetLine) -> Figure | None:
    """The figure of a line, where no formula shows it already."""
    sources = line.worked.sources.values() if line.worked else ()
    return line.figure if line.figure and line.figure.account not in {one.account for one in sources} else None


def _field(reference: Reference, account: str) -> str:
    return f"if-{account}{'-before' if reference.before else ''}"


def _supposed(request: Any, lines: Sequence[SheetLine]) -> tuple[Mapping[Reference, Decimal], list[str]]:
    """The values asked for instead of the real ones; what is no number is said and left out."""
    found: dict[Reference, Decimal] = {}
    wrong: dict[str, None] = {}
    for line in lines:
        for reference, figure in line.worked.sources.items() if line.worked else ():
            text = request.GET.get(_field(reference, figure.account), "").strip()
            if text:
                value = decimal_of(text)
                if value is None:
                    wrong[_("「%(text)s」不是数，请写数字，最多两位小数") % {"text": text}] = None
                else:
                    found[reference] = value
    return found, list(wrong)


def _number(figure: Figure) -> str:
    """The value of a figure as a formula takes it; empty where there is nothing to measure."""
    value = measured(figure)
    return "" if value is None else number(value, figure.decimals)


def _in_words(line: SheetLine) -> str:
    """The formula with its figures by their names, whatever way they are written in it."""
    text = str(line.case.fields.get("formula") or "")
    for reference, figure in line.worked.sources.items() if line.worked else ():
        text = text.replace(reference.name, say(figure.name))
    return text


def _evidence(request: Any, line: SheetLine) -> list[Evidence]:
    if line.worked is None:
        return []
    return [
        Evidence(
            reference, figure.account, figure.name, figure.unit, _number(figure), field, request.GET.get(field, "")
        )
        for reference, figure in line.worked.sources.items()
        for field in (_field(reference, figure.account),)
    ]
