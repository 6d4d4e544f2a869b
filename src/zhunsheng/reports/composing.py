"""撰写报告: a report composed from an outline and the ledger. Every number in it is a figure of the ledger.

What the report says is in the outline; how it looks is decided in papers. A figure nobody posted is never printed as
zero: it is left out, or shown as missing, and listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db.models import Q
from django.utils import timezone

from zhunsheng.kernel.figures import change_rate, qualify
from zhunsheng.kernel.words import chinese_number, written_number
from zhunsheng.ledger.balances import watermark
from zhunsheng.ledger.figures import Figure, figures, region_prefix
from zhunsheng.ledger.models import Balance, Posting
from zhunsheng.ledger.postings import month_of
from zhunsheng.orgs.models import Organ, OrganKind, Region
from zhunsheng.papers.document import (
    Addressee,
    Banner,
    Block,
    Chart,
    Document,
    FigureReference,
    Heading,
    Note,
    Number,
    Paragraph,
    Run,
    Signature,
    Title,
)
from zhunsheng.reports.drafting import DRAFTERS, Records, records_of
from zhunsheng.reports.outline import PLACEHOLDER, STATUTORY, Outline, OutlineParagraph, read_outline
from zhunsheng.reports.outline_choice import chosen_outline
from zhunsheng.security.models import AuditEntry

NO_NUMBER = "（文号待编）"
MISSING = "（缺）"
TO_CONFIRM = "〔待确认〕"
"""Behind a sentence drafted from records until an officer has confirmed it."""
TO_WRITE = "【待撰写：{}】"
"""In the place of a statutory content no record tells of."""
UNCONFIRMED = "草稿：尚未逐句确认，不得作为正式文件使用"
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
    confirmed: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence of the report: where it stands (``paragraph`` counts within the section), its words with places for
    figures, what it prints, the figures in it; of a chart the picture, of what was drafted its sources."""

    section: str
    heading: str
    paragraph: int
    template: str
    runs: tuple[Run, ...] = ()
    used: tuple[UsedFigure, ...] = ()
    chart: Chart | None = None
    sources: tuple[tuple[str, str], ...] = ()
    waits: bool = False
    """Drafted from records and not confirmed by anybody yet."""

    @property
    def printed(self) -> tuple[Run, ...]:
        """What it prints, with the mark of what waits to be confirmed."""
        return (*self.runs[:-1], Run(TO_CONFIRM), self.runs[-1]) if self.waits and self.runs else self.runs


@dataclass(frozen=True, slots=True)
class Composed:
    """A composed report: the outline it follows, the document, the figures it rests on, (account, year) of those that
    were not there, and its sentences."""

    form: Outline
    document: Document
    used: tuple[UsedFigure, ...]
    missing: tuple[tuple[str, int], ...]
    sentences: tuple[Written, ...] = ()


@dataclass(slots=True)
class Composition:
    """What is needed and gathered while composing."""

    region: Region
    year: int
    places: Mapping[str, str]
    years: Mapping[int, Mapping[str, Figure]]
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
    _check_posted(region_of(region_code), year)
    return date(year, 1, 1), date(year, 12, 31)


def _check_posted(region: Region, year: int) -> None:
    inside = _posted_in(region.code, (date(year, 1, 1), date(year, 12, 31)))
    # Folded balances first: a region without data must not cost a walk through every posting.
    if not (Balance.objects.filter(inside).exists() or Posting.objects.filter(inside, pk__gt=watermark()).exists()):
        raise ReportError(
            f"{region.name}（{region.code}）{year} 年没有任何入账，请核对年度，或者先办理、导入当年的数据"
        )


def _posted_in(region_code: str, period: tuple[date, date]) -> Q:
    months = tuple(month_of(day) for day in period)
    return Q(organ__region__code__startswith=region_prefix(region_code), month__range=months)


def is_demonstration(region_code: str) -> bool:
    """Whether the demonstration was loaded for the region or one it lies in."""
    around = {region_code, *(region_code[:length].ljust(6, "0") for length in (2, 4, 6))}
    return AuditEntry.objects.filter(action="demo.load", subject__in=[f"region:{code}" for code in around]).exists()


def government_of(region: Region, day: date) -> Organ | None:
    """The region's government on a day."""
    organs = Organ.objects.filter(region=region, kind=OrganKind.GOVERNMENT, valid_from__lte=day)
    return organs.filter(Q(valid_to=None) | Q(valid_to__gt=day)).order_by("path").first()


def compose(
    region_code: str, year: int, *, number: str = "", on: date | None = None, outline: str = "", to: str = ""
) -> Composed:
    """Compose a report, marked as a draft. ``number``: its document number, once it has one; ``on``: its date, today when not given;
    ``outline``: the one the region has chosen for the year when not given; ``to``: a key of ``ADDRESSEES``.

    Raises ``ReportError`` for an unknown region or a year without data, ``OutlineError`` for a bad outline.
    """
    region = region_of(region_code)
    _check_posted(region, year)
    government = government_of(region, on or timezone.localdate())
    chosen = outline or chosen_outline(government, year)
    form = read_outline(chosen)
    work = composition(form, region, year, government)
    written = tuple(_written(form, work))
    document = document_of(form, work, written, number=number, on=on, to=to, remark=UNCONFIRMED)
    used = tuple(used for sentence in written for used in sentence.used)
    return Composed(form, document, used, tuple(work.missing), written)


def composition(
    form: Outline, region: Region, year: int, government: Organ | None = None, also: Iterable[str] = ()
) -> Composition:
    """What is needed to compose by an outline: the words for the place, the figures it asks for, and others."""
    government = government or government_of(region, timezone.localdate())
    organ = government.name if government else f"{region.name}人民政府"
    level = region.name[-1] if region.name[-1] in "省市县区州旗盟" else ""
    places = {"region": region.name, "level": level, "organ": organ, "year": str(year), "next_year": str(year + 1)}
    return Composition(region, year, places, _read(form, region.code, year, also))


def document_of(
    form: Outline, work: Composition, written: Sequence[Written], *, number: str = "", on: date | None = None,
    to: str = "", remark: str = "",
) -> Document:  # fmt: skip
    """The sentences as an official document with its head, its opening and its end, for those it goes to. ``remark``
    stands above everything, such as 草稿."""
    addressee = ADDRESSEES[to] if to else form.addressee
    blocks: list[Block] = [Banner(DEMONSTRATION)] if is_demonstration(work.region.code) else []
    blocks += [Banner(remark)] if remark else []
    blocks += [Number(number or NO_NUMBER), Title(_plain(form.title, work))]
    if addressee:
        blocks.append(Addressee(_plain(addressee, work)))
    blocks.append(Paragraph((Run(_plain("".join(f"{sentence}。" for sentence in form.opening), work)),)))
    blocks += _laid_out(written)
    if form.closing:
        blocks.append(Paragraph((Run(_plain("".join(f"{sentence}。" for sentence in form.closing), work)),)))
    blocks.append(Signature(work.places["organ"], on or timezone.localdate()))
    if to == PUBLIC:
        blocks.append(Note("此件公开发布"))
    return Document(tuple(blocks))


PUBLIC = "public"


ADDRESSEES = {"congress": "{level}人大常委会", "committee": "{level}委", "superior": "上级人民政府", PUBLIC: ""}
"""Whom a report can go to and how the head of the paper addresses them; the public is not addressed."""


def _read(form: Outline, region_code: str, year: int, also: Iterable[str] = ()) -> dict[int, dict[str, Figure]]:
    """The figures the outline asks for, of the year and of the year before."""
    asked = list(form.accounts())
    earlier = {account for account, before in asked if before} | set(also)
    names = {year: {account for account, _ in asked} | set(also), year - 1: earlier}
    return {of: _told(region_code, period_of(form, of), wanted) for of, wanted in names.items()}


def _told(region_code: str, period: tuple[date, date], names: Iterable[str]) -> dict[str, Figure]:
    """The figures of a period a report may tell. That nothing was posted in a system all the time (it was not in use yet) is
    no fact of that time: its zeros are not there; a zero beside records of the same system is one."""
    read = figures(region_code, *period, names)
    kept = _systems_kept(region_code, period) if any(figure.value == 0 for figure in read.values()) else set()
    return {name: one for name, one in read.items() if one.value != 0 or name.partition(".")[0] in kept}


def _systems_kept(region_code: str, period: tuple[date, date]) -> set[str]:
    """The systems with a posting of a region in a period."""
    inside = _posted_in(region_code, period)
    rows = (Balance.objects.filter(inside), Posting.objects.filter(inside, pk__gt=watermark()))
    return {key.partition(".")[0] for found in rows for key in found.values_list("account__key", flat=True).distinct()}


def period_of(form: Outline, year: int) -> tuple[date, date]:
    """The days of a year a report by an outline is about."""
    return date(year, 1, 1), date(year, 6, 30) if form.half else date(year, 12, 31)


def _plain(text: str, work: Composition) -> str:
    return PLACEHOLDER.sub(lambda found: work.places[found[2]], text)


def _written(form: Outline, work: Composition) -> Iterator[Written]:
    """The sentences of the outline that have something to say."""
    drafts = any(paragraph.draft for section in form.sections for paragraph in section.paragraphs)
    records = records_of(work.region, work.year) if drafts else None
    for section in form.sections:
        for index, paragraph in enumerate(section.paragraphs):
            yield from _paragraph(paragraph, section.heading, index, work, records)


def _paragraph(
    paragraph: OutlineParagraph, section: str, index: int, work: Composition, records: Records | None
) -> list[Written]:
    """The paragraph's sentences and charts; none when none of its figures is there and nothing was drafted."""
    place = (section, paragraph.heading, index)
    lines = [written for text in paragraph.sentences if (written := sentence_of(place, text, work)).runs]
    asks = any("." in found[1] for text in paragraph.sentences for found in PLACEHOLDER.findall(text))
    if asks and not any(run.figure for line in lines for run in line.runs):
        lines = []
    if paragraph.draft and records:
        drafts = [
            sentence_of(place, escaped(one.text), work, one.sources) for one in DRAFTERS[paragraph.draft](records)
        ]
        lines += drafts
        if not drafts and (content := STATUTORY.get(paragraph.draft)):
            lines.append(sentence_of(place, TO_WRITE.format(content), work))
    charts = [chart_of(place, chart.as_text(), work) for chart in paragraph.charts]
    return [*lines, *(chart for chart in charts if chart.used)]


def is_to_write(template: str) -> bool:
    """Whether a sentence stands in the place of a statutory content no record tells of."""
    return template.startswith(TO_WRITE.partition("{")[0])


def _laid_out(written: Sequence[Written]) -> list[Block]:
    """The sentences as paragraphs under headings, numbered once it is known which there are."""
    blocks: list[Block] = []
    for ordinal, (section, inside) in enumerate(groupby(written, lambda one: one.section), 1):
        blocks.append(Heading(1, f"{chinese_number(ordinal)}、{section}"))
        second, above = 0, ""
        for (_paragraph_number, heading), lines in groupby(inside, lambda one: (one.paragraph, one.heading)):
            if heading and heading != above:
                second += 1
                blocks.append(Heading(2, f"（{chinese_number(second)}）{heading}"))
            above = heading
            sentences = list(lines)
            if runs := tuple(run for line in sentences for run in line.printed):
                blocks.append(Paragraph(runs))
            blocks += [line.chart for line in sentences if line.chart]
    return blocks


def escaped(text: str) -> str:
    """Words taken from records as a sentence of an outline: without full stop, and no brace in them is a place."""
    return text.replace("{", "｛").replace("}", "｝").strip().rstrip("。；;")


def chart_of(place: tuple[str, str, int], text: str, work: Composition) -> Written:
    """A chart from its text 图：题目：{指标}{指标}: the year beside the year before; none without a figure."""
    _mark, title, rest = text.split("：", 2)
    used: list[UsedFigure] = []
    for _change, account, _previous in PLACEHOLDER.findall(rest):
        for year in (work.year, work.year - 1):
            figure = work.years[year].get(account)
            if figure is not None and figure.value is not None:
                used.append(UsedFigure(figure, year, place[0], printed_figure(figure)))
    return Written(*place, text, (), tuple(used), picture_of(title, work.year, used) if used else None)


def picture_of(title: str, year: int, used: Sequence[UsedFigure]) -> Chart:
    """The chart of some figures: one group for each, a bar for the year and one for the year before."""
    groups: dict[str, dict[int, Decimal | None]] = {}
    for one in used:
        groups.setdefault(one.figure.name.zh, {})[one.year] = one.figure.value
    years = (year, year - 1) if any(year - 1 in values for values in groups.values()) else (year,)
    rows = tuple((name, tuple(values.get(of) for of in years)) for name, values in groups.items())
    return Chart(title, used[0].figure.unit.zh, tuple(f"{of}年" for of in years), rows)


def sentence_of(
    place: tuple[str, str, int], sentence: str, work: Composition, sources: tuple[tuple[str, str], ...] = ()
) -> Written:
    """The sentence as it prints; without runs when it asks for figures and none is there.

    A later clause whose figure is missing is left out; in the clause that carries the sentence it shows as missing.
    """
    clauses = [_clause(clause, place[0], work) for clause in sentence.split("，")]
    if any(clause.absent for clause in clauses) and not any(clause.present for clause in clauses):
        return Written(*place, sentence, sources=sources)
    carrying = next((index for index, clause in enumerate(clauses) if clause.present or clause.absent), 0)
    runs: list[Run] = []
    used: list[UsedFigure] = []
    for index, clause in enumerate(clauses):
        if index > carrying and clause.absent:
            continue
        runs += ([Run("，")] if runs else []) + clause.runs
        used += clause.present
    return Written(*place, sentence, (*runs, Run("。")), tuple(used), sources=sources, waits=bool(sources))


@dataclass(slots=True)
class _Clause:
    runs: list[Run] = field(default_factory=list)
    present: list[UsedFigure] = field(default_factory=list)
    absent: bool = False


def _clause(text: str, section: str, work: Composition) -> _Clause:
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
    """A figure as reports write it: 98件, 22400余条, 99.4%, 120万元."""
    shown = _in_ten_thousands(figure) or re.sub(r"(?<=\d)\.0+$", "", figure.shown())
    return f"{qualify(shown, figure.qualifier).zh}{figure.unit.zh}"


def _in_ten_thousands(figure: Figure) -> str:
    """A large round number in 万 or 亿, where two decimals say all of it; money from the first ten thousand on."""
    least = 10**4 if figure.unit.zh == "元" else 10**5
    for word, times, smallest in (("亿", 10**8, 10**8), ("万", 10**4, least)):
        if figure.value is not None and figure.value >= smallest and not figure.value * 100 % times:
            return f"{written_number(figure.value / times)}{word}"
    return ""


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
