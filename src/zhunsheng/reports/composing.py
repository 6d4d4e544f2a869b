"""撰写报告: a report composed from an outline and the ledger. Every number in it is a figure of the ledger.

What the report says is in the outline; how it looks is decided in papers. A figure nobody posted is never printed as
zero: it is left out, or shown as missing, and listed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from zhunsheng.kernel.figures import change_rate, qualify
from zhunsheng.kernel.words import chinese_number
from zhunsheng.ledger.balances import watermark
from zhunsheng.ledger.figures import Figure, figures, region_prefix
from zhunsheng.ledger.models import Balance, Posting
from zhunsheng.orgs.models import Organ, OrganKind, Region
from zhunsheng.papers.document import (
    Addressee,
    Banner,
    Block,
    Document,
    FigureReference,
    Heading,
    Number,
    Paragraph,
    Run,
    Signature,
    Title,
)
from zhunsheng.reports.outline import PLACEHOLDER, Outline, OutlineParagraph, read_outline
from zhunsheng.reports.outline_choice import chosen_outline
from zhunsheng.security.models import AuditEntry

NO_NUMBER = "（文号待编）"
MISSING = "（缺）"
DEMONSTRATION = "演示数据，均为虚构，不得作为正式文件使用"


class ReportError(ValueError):
    """A report that cannot be composed; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class UsedFigure:
    """A figure that stands in the report: as read from the ledger, for which year, in which section, as printed."""

    figure: Figure
    year: int
    section: str
    printed: str


@dataclass(frozen=True, slots=True)
class Composed:
    """A composed report: the outline it follows, the document, the figures it rests on, and (account, year) of those that
    were not there."""

    form: Outline
    document: Document
    used: tuple[UsedFigure, ...]
    missing: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class _Composition:
    """What is needed and gathered while composing."""

    year: int
    places: Mapping[str, str]
    years: Mapping[int, Mapping[str, Figure]]
    used: list[UsedFigure] = field(default_factory=list)
    missing: dict[tuple[str, int], None] = field(default_factory=dict)


def region_of(code: str) -> Region:
    """The region of a code. Raises ``ReportError``."""
    found = Region.objects.filter(code=code).first()
    if found is None:
        known = "、".join(f"{region.code} {region.name}" for region in Region.objects.order_by("code")[:5])
        raise ReportError(f"没有代码为 {code} 的行政区划" + (f"，已有：{known} 等" if known else "，请先建立行政区划"))
    return found


def year_of(region_code: str, year: int) -> tuple[date, date]:
    """First and last day of a year that has data. Raises ``ReportError`` when nothing was posted in it."""
    region = region_of(region_code)
    inside = Q(
        organ__region__code__startswith=region_prefix(region_code), month__range=(year * 100 + 1, year * 100 + 12)
    )
    # Folded balances first: a region without data must not cost a walk through every posting.
    if not (Balance.objects.filter(inside).exists() or Posting.objects.filter(inside, pk__gt=watermark()).exists()):
        raise ReportError(
            f"{region.name}（{region_code}）{year} 年没有任何入账，请核对年度，或者先办理、导入当年的数据"
        )
    return date(year, 1, 1), date(year, 12, 31)


def is_demonstration(region_code: str) -> bool:
    """Whether the demonstration was loaded for the region or one it lies in."""
    around = {region_code, *(region_code[:length].ljust(6, "0") for length in (2, 4, 6))}
    return AuditEntry.objects.filter(action="demo.load", subject__in=[f"region:{code}" for code in around]).exists()


def government_of(region: Region, day: date) -> Organ | None:
    """The region's government on a day."""
    organs = Organ.objects.filter(region=region, kind=OrganKind.GOVERNMENT, valid_from__lte=day)
    return organs.filter(Q(valid_to=None) | Q(valid_to__gt=day)).order_by("path").first()


def compose(region_code: str, year: int, *, number: str = "", on: date | None = None, outline: str = "") -> Composed:
    """Compose a report. ``number``: its document number, once it has one; ``on``: its date, today when not given;
    ``outline``: the one the region has chosen for the year when not given.

    Raises ``ReportError`` for an unknown region or a year without data, ``OutlineError`` for a bad outline.
    """
    region = region_of(region_code)
    year_of(region_code, year)
    on = on or timezone.localdate()
    government = government_of(region, on)
    form = read_outline(outline or chosen_outline(government, year))
    organ = government.name if government else f"{region.name}人民政府"
    level = region.name[-1] if region.name[-1] in "省市县区州旗盟" else ""
    work = _Composition(
        year, {"region": region.name, "level": level, "organ": organ, "year": str(year)}, _read(form, region_code, year)
    )
    blocks: list[Block] = [Banner(DEMONSTRATION)] if is_demonstration(region_code) else []
    blocks += [Number(number or NO_NUMBER), Title(_plain(form.title, work))]
    if form.addressee:
        blocks.append(Addressee(_plain(form.addressee, work)))
    blocks.append(Paragraph((Run(_plain("".join(f"{sentence}。" for sentence in form.opening), work)),)))
    blocks += _sections(form, work)
    blocks.append(Paragraph((Run(_plain("".join(f"{sentence}。" for sentence in form.closing), work)),)))
    blocks.append(Signature(organ, on))
    return Composed(form, Document(tuple(blocks)), tuple(work.used), tuple(work.missing))


def _read(form: Outline, region_code: str, year: int) -> dict[int, dict[str, Figure]]:
    """The figures the outline asks for, of the year and of the year before."""
    asked = list(form.accounts())
    earlier = {account for account, before in asked if before}
    return {
        year: figures(region_code, date(year, 1, 1), date(year, 12, 31), {account for account, _ in asked}),
        year - 1: figures(region_code, date(year - 1, 1, 1), date(year - 1, 12, 31), earlier),
    }


def _plain(text: str, work: _Composition) -> str:
    return PLACEHOLDER.sub(lambda found: work.places[found[2]], text)


def _sections(form: Outline, work: _Composition) -> list[Block]:
    """The sections that have something to say, numbered once it is known which."""
    blocks: list[Block] = []
    ordinal = 0
    for section in form.sections:
        written = [(p.heading, runs) for p in section.paragraphs if (runs := _paragraph(p, section.heading, work))]
        if not written:
            continue
        ordinal += 1
        blocks.append(Heading(1, f"{chinese_number(ordinal)}、{section.heading}"))
        for index, (heading, runs) in enumerate(written, 1):
            if heading:
                blocks.append(Heading(2, f"（{chinese_number(index)}）{heading}"))
            blocks.append(Paragraph(tuple(runs)))
    return blocks


def _paragraph(paragraph: OutlineParagraph, section: str, work: _Composition) -> list[Run]:
    """The paragraph's runs; none when none of its figures is there."""
    sentences = [_sentence(sentence, section, work) for sentence in paragraph.sentences]
    if not any(run.figure for runs in sentences for run in runs):
        return []
    return [run for runs in sentences for run in runs]


def _sentence(sentence: str, section: str, work: _Composition) -> list[Run]:
    """The sentence's runs; none when it asks for figures and none is there.

    A later clause whose figure is missing is left out; in the clause that carries the sentence it shows as missing.
    """
    clauses = [_clause(clause, section, work) for clause in sentence.split("，")]
    if any(clause.absent for clause in clauses) and not any(clause.present for clause in clauses):
        return []
    carrying = next((index for index, clause in enumerate(clauses) if clause.present or clause.absent), 0)
    runs: list[Run] = []
    for index, clause in enumerate(clauses):
        if index > carrying and clause.absent:
            continue
        runs += ([Run("，")] if runs else []) + clause.runs
        work.used += clause.present
    return [*runs, Run("。")]


@dataclass(slots=True)
class _Clause:
    runs: list[Run] = field(default_factory=list)
    present: list[UsedFigure] = field(default_factory=list)
    absent: bool = False


def _clause(text: str, section: str, work: _Composition) -> _Clause:
    clause = _Clause()
    position = 0
    for found in PLACEHOLDER.finditer(text):
        if found.start() > position:
            clause.runs.append(Run(text[position : found.start()]))
        position = found.end()
        if found[2] in work.places:
            clause.runs.append(Run(work.places[found[2]]))
            continue
        change, account, previous = bool(found[1]), found[2], bool(found[3])
        years = (work.year, work.year - 1) if change else (work.year - 1,) if previous else (work.year,)
        read = [(work.years[year].get(account), year) for year in years]
        absent = [(account, year) for figure, year in read if figure is None or figure.value is None]
        printed = "" if absent else _change(read) if change else printed_figure(read[0][0])
        if not printed:
            work.missing.update(dict.fromkeys(absent))
            clause.absent = True
            clause.runs.append(Run(MISSING))
            continue
        declared = any(figure.source == "declared" for figure, _ in read)
        clause.runs.append(Run(printed, FigureReference(account, years[0], declared)))
        clause.present += [UsedFigure(figure, year, section, printed) for figure, year in read]
    if position < len(text):
        clause.runs.append(Run(text[position:]))
    return clause


def printed_figure(figure: Figure) -> str:
    """A figure as reports write it: 98件, 22400余条, 99.4%."""
    return f"{qualify(figure.shown(), figure.qualifier).zh}{figure.unit.zh}"


def plain_number(value: Decimal | None) -> int | float | None:
    """A figure's number as workbooks and JSON hold it."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _change(read: Sequence[tuple[Figure, int]]) -> str:
    """The change against the year before in words: 增长, 下降 or 持平; nothing when there was nothing to compare with.

    Of figures that are percentages themselves the difference is in percentage points.
    """
    (now, _), (before, _) = read
    if now.unit.zh == "%":
        change, unit = now.value - before.value, "个百分点"
    else:
        change, unit = change_rate(now.value, before.value), "%"
    if change is None:
        return ""
    if not change:
        return "持平" if now.value == before.value else "基本持平"
    amount = re.sub(r"\.0+$", "", f"{abs(change)}")
    return f"{'增长' if change > 0 else '下降'}{amount}{unit}"
