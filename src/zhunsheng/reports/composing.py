"""撰写报告: a report composed from an outline and the ledger. Every number in it is a figure of the ledger.

What the report says is in the outline; how it looks is decided in papers. A figure nobody posted is never printed as
zero: it is left out, or shown as missing, and listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import QuerySet
from django.utils import timezone

from zhunsheng.kernel.words import BilingualError, chinese_number
from zhunsheng.ledger.balances import watermark
from zhunsheng.ledger.figures import Figure, figures, region_prefix
from zhunsheng.ledger.models import Balance, Posting
from zhunsheng.ledger.postings import month_of
from zhunsheng.orgs.models import Organ, OrganKind, Region
from zhunsheng.orgs.terms import in_being
from zhunsheng.papers.document import (
    Addressee,
    Banner,
    Block,
    Document,
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
from zhunsheng.reports.sentences import Composition, UsedFigure, Written, sentence_of, written_of
from zhunsheng.security.models import AuditEntry

NO_NUMBER = "（文号待编）"
TO_WRITE = "【待撰写：{}】"
"""In the place of a statutory content no record tells of."""
UNCONFIRMED = "草稿：尚未逐句确认，不得作为正式文件使用"
NOT_FINAL = "草稿：尚未定稿，不得作为正式文件使用"
CORRECTED = "更正版：更正的内容和理由见更正说明"
DEMONSTRATION = "演示数据，均为虚构，不得作为正式文件使用"


class ReportError(BilingualError):
    """A report that cannot be composed; the words say why and what to do."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A composed report: the outline it follows, the document, the figures it rests on, (account, year) of those that
    were not there, and its sentences."""

    form: Outline
    document: Document
    used: tuple[UsedFigure, ...]
    missing: tuple[tuple[str, int], ...]
    sentences: tuple[Written, ...] = ()


def region_of(code: str) -> Region:
    """The region of a code. Raises ``ReportError``."""
    found = Region.objects.select_related("parent").filter(code=code).first()
    if found is None:
        known = [f"{region.code} {region.name}" for region in Region.objects.order_by("code")[:5]]
        zh, en = f"没有代码为 {code} 的行政区划", f"there is no region {code}"
        if known:
            raise ReportError(f"{zh}，已有：{'、'.join(known)} 等", f"{en}; there are {', '.join(known)} and others")
        raise ReportError(f"{zh}，请先建立行政区划", f"{en}; found one first")
    return found


def year_of(region_code: str, year: int) -> tuple[date, date]:
    """First and last day of a year that has data. Raises ``ReportError`` when nothing was posted in it."""
    _check_posted(region_of(region_code), year)
    return date(year, 1, 1), date(year, 12, 31)


def _check_posted(region: Region, year: int) -> None:
    if not any(rows.exists() for rows in _posted_in(region.code, (date(year, 1, 1), date(year, 12, 31)))):
        raise ReportError(
            f"{region.name}（{region.code}）{year} 年没有任何入账，请核对年度，或者先办理、导入当年的数据",
            f"nothing was posted in {region.code} in {year}; check the year, or work or import its cases first",
        )


def _posted_in(region_code: str, period: tuple[date, date]) -> tuple[QuerySet[Balance], QuerySet[Posting]]:
    """What is posted of a region in a period. Folded balances come first: a region without data must not cost a walk through
    every posting."""
    months = tuple(month_of(day) for day in period)
    inside = {"organ__region__code__startswith": region_prefix(region_code), "month__range": months}
    return Balance.objects.filter(**inside), Posting.objects.filter(**inside, pk__gt=watermark())


def is_demonstration(region_code: str) -> bool:
    """Whether the demonstration was loaded for the region or one it lies in."""
    around = {region_code, *(region_code[:length].ljust(6, "0") for length in (2, 4, 6))}
    return AuditEntry.objects.filter(action="demo.load", subject__in=[f"region:{code}" for code in around]).exists()


def government_of(region: Region, day: date) -> Organ | None:
    """The region's government on a day."""
    return Organ.objects.filter(in_being(day), region=region, kind=OrganKind.GOVERNMENT).order_by("path").first()


def compose(
    region_code: str, year: int, *, number: str = "", on: date | None = None, outline: str | Outline = "", to: str = ""
) -> Composed:
    """Compose a report, marked as a draft. ``number``: its document number, once it has one; ``on``: its date, today when not given;
    ``outline``: its name or itself, the one the region has chosen for the year when not given; ``to``: a key of ``ADDRESSEES``.

    Raises ``ReportError`` for an unknown region or a year without data, ``OutlineError`` for a bad outline.
    """
    region = region_of(region_code)
    _check_posted(region, year)
    government = government_of(region, on or timezone.localdate())
    form = outline if isinstance(outline, Outline) else read_outline(outline or chosen_outline(government, year))
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
    places = {
        "region": region.name, "level": level, "organ": organ, "above": region.parent.name if region.parent else "上级",
        "year": str(year), "next_year": str(year + 1),
    }  # fmt: skip
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
    if form.opening:
        blocks.append(Paragraph((Run(_plain("".join(f"{sentence}。" for sentence in form.opening), work)),)))
    blocks += _laid_out(written)
    if form.closing:
        blocks.append(Paragraph((Run(_plain("".join(f"{sentence}。" for sentence in form.closing), work)),)))
    blocks.append(Signature(work.places["organ"], on or timezone.localdate()))
    if to == PUBLIC:
        blocks.append(Note("此件公开发布"))
    return Document(tuple(blocks))


PUBLIC = "public"


ADDRESSEES = {"congress": "{level}人大常委会", "committee": "{level}委", "superior": "{above}人民政府", PUBLIC: ""}
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
    posted = _posted_in(region_code, period)
    return {key.partition(".")[0] for rows in posted for key in rows.values_list("account__key", flat=True).distinct()}


def period_of(form: Outline, year: int) -> tuple[date, date]:
    """The days of a year a report by an outline is about."""
    return date(year, 1, 1), date(year, 6, 30) if form.half else date(year, 12, 31)


def _plain(text: str, work: Composition) -> str:
    return PLACEHOLDER.sub(lambda found: work.places[found[2]], text)


def _written(form: Outline, work: Composition) -> Iterator[Written]:
    """The sentences of the outline that have something to say."""
    drafts = any(paragraph.draft for section in form.sections for paragraph in section.paragraphs)
    records = records_of(work.region, work.year, period_of(form, work.year)[1]) if drafts else None
    for section in form.sections:
        for index, paragraph in enumerate(section.paragraphs):
            yield from _paragraph(paragraph, section.heading, index, work, records)


def _paragraph(
    paragraph: OutlineParagraph, section: str, index: int, work: Composition, records: Records | None
) -> list[Written]:
    """The paragraph's sentences, charts and tables; none when none of its figures is there and nothing was drafted."""
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
    blocks = [written_of(place, one.as_text(), work) for one in (*paragraph.charts, *paragraph.tables)]
    return [*lines, *(one for one in blocks if one.block)]


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
            blocks += [line.block for line in sentences if line.block]
    return blocks


def escaped(text: str) -> str:
    """Words taken from records as a sentence of an outline: without full stop, and no brace in them is a place."""
    return text.replace("{", "｛").replace("}", "｝").strip().rstrip("。；;")
