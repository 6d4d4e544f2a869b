"""报告稿: a report from its draft to the public: composed, confirmed sentence by sentence, made final, checked, published.

The only writer of drafts. What stands in a sentence is decided in ``composing``; what a change of records afterwards comes to
in ``discrepancies``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from zhunsheng.kernel.words import Words
from zhunsheng.ledger.figures import Figure, figure_names
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer, Organ, Region
from zhunsheng.orgs.refusals import refused
from zhunsheng.papers.document import Document, FigureReference, Run
from zhunsheng.reports.composing import (
    ADDRESSEES,
    MISSING,
    UNCONFIRMED,
    Composed,
    Composition,
    UsedFigure,
    Written,
    chart_of,
    compose,
    composition,
    document_of,
    government_of,
    is_to_write,
    picture_of,
    sentence_of,
)
from zhunsheng.reports.confidentiality import Hit, hits_in
from zhunsheng.reports.models import ReportDraft, Sentence, Stage
from zhunsheng.reports.outline import PLACEHOLDER, PLACES, read_outline
from zhunsheng.reports.own_outlines import coded, labelled
from zhunsheng.security.audit import changed, record

SYSTEM = "annual_report"
"""The system whose roles write, confirm and make final: 撰写人员, 审核人员, 审定负责人."""
WRITERS, CONFIRMERS, FINAL = frozenset({"drafter"}), frozenset({"drafter", "reviewer", "head"}), frozenset({"head"})
LONGEST = 2000
_WRITTEN = re.compile(r"[{｛]{2}([^{}｛｝]+)[}｝]{2}")


def may(access: Access, government: Organ | None, roles: frozenset[str]) -> bool:
    """Whether the officer holds one of the roles towards a region's government."""
    return government is not None and bool(access.roles(SYSTEM, government.path, roles))


def _must(access: Access, region: Region, roles: frozenset[str], zh: str, en: str) -> None:
    if not may(access, government_of(region, timezone.localdate()), roles):
        raise refused("role", zh, en)


# --- writing -----------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(region: Region, year: int, outline: str, officer: Officer, access: Access, audience: str = "") -> ReportDraft:
    """Compose a report and keep it as a draft. Raises ``Refused``, ``ReportError``, ``OutlineError``."""
    _must(
        access,
        region,
        WRITERS,
        "只有本级政府年度报告的撰写人员可以起草报告",
        "only a drafter of the government's yearly report composes it",
    )
    if draft_of(region, year, outline) is not None:
        raise refused("exists", "这份报告已经起草，请在原稿上修改", "this report is drafted already; change the draft")
    composed = compose(region.code, year, outline=outline)
    draft = ReportDraft.objects.create(
        region=region, year=year, outline=outline, audience=audience, composed_by=officer, composed_at=timezone.now()
    )
    Sentence.objects.bulk_create(
        Sentence(draft=draft, position=index, section=one.section, heading=one.heading, paragraph=one.paragraph,
                 template=one.template, sources=[list(source) for source in one.sources])
        for index, one in enumerate(composed.sentences, 1)
    )  # fmt: skip
    _noted("begin", draft, officer, sentences=len(composed.sentences))
    return draft


@transaction.atomic
def send_to(pk: int, audience: str, officer: Officer, access: Access) -> ReportDraft:
    """报送对象: whom the report goes to, by the outline where empty; at any time until it is final. Raises ``Refused``."""
    draft = _locked(pk, Stage.DRAFT)
    _must(
        access,
        draft.region,
        WRITERS,
        "只有年度报告的撰写人员可以改报送对象",
        "only a drafter of the report says whom it goes to",
    )
    if audience and audience not in ADDRESSEES:
        raise refused("audience", "请选择报送对象", "choose whom the report goes to", "audience")
    draft.audience = audience
    draft.save(update_fields=["audience"])
    _noted("send_to", draft, officer, audience=audience)
    return draft


def draft_of(region: Region, year: int, outline: str = "") -> ReportDraft | None:
    """The draft of a region's report on a year that is not void, by the named outline, else the one begun last."""
    found = ReportDraft.objects.filter(region=region, year=year).exclude(stage=Stage.VOID)
    return (found.filter(outline=outline) if outline else found).order_by("pk").last()


def _open(pk: int) -> Sentence:
    sentence = Sentence.objects.select_for_update().select_related("draft__region").get(pk=pk)
    if sentence.draft.stage != Stage.DRAFT:
        raise refused("stage", "报告已经定稿，不能再改", "the report is final and cannot be changed")
    return sentence


@transaction.atomic
def confirm(pk: int, officer: Officer, access: Access) -> Sentence:
    """Confirm a sentence: what it prints now is kept, with its figures. Raises ``Refused``."""
    sentence = _open(pk)
    _must(
        access,
        sentence.draft.region,
        CONFIRMERS,
        "只有年度报告的撰写、审核、审定人员可以确认",
        "only those who write, review or approve the report confirm it",
    )
    written = _written(sentence, _work(sentence.draft))
    if not (written.runs or written.chart):
        raise refused(
            "empty",
            "这句话要用的指标还没有入账，请先补数、改写或者不采用",
            "the figures of this sentence are not posted; supply them, rewrite it or leave it out",
        )
    if any(run.text == MISSING for run in written.runs):
        raise refused(
            "missing",
            "这句话还有缺数，请补数或者改写后再确认",
            "a figure is missing in this sentence; supply it or rewrite the sentence",
        )
    if is_to_write(sentence.template):
        raise refused(
            "to_write",
            "这一部分是法定内容，还没有写，请先改写再确认",
            "this part is required by law and not written yet; rewrite it first",
        )
    _freeze(sentence, written)
    sentence.confirmed_by, sentence.confirmed_at, sentence.left_out = officer, timezone.now(), False
    sentence.save()
    _noted("confirm", sentence.draft, officer, sentence=sentence)
    return sentence


def _freeze(sentence: Sentence, written: Written) -> None:
    sentence.runs = [
        [run.text, *([run.figure.account, run.figure.year, run.figure.declared] if run.figure else [])]
        for run in written.runs
    ]
    sentence.figures = [
        {
            "account": one.figure.account, "year": one.year, "printed": one.printed, "value": str(one.figure.value),
            "name": [one.figure.name.zh, one.figure.name.en], "unit": [one.figure.unit.zh, one.figure.unit.en],
            "qualifier": one.figure.qualifier, "records": one.figure.records, "source": one.figure.source,
            "kind": one.figure.kind, "decimals": one.figure.decimals,
            "numerator": None if one.figure.numerator is None else str(one.figure.numerator),
            "denominator": None if one.figure.denominator is None else str(one.figure.denominator),
            "definition": [one.figure.definition.zh, one.figure.definition.en] if one.figure.definition else None,
        }
        for one in written.used
    ]  # fmt: skip


@transaction.atomic
def rewrite(pk: int, text: str, officer: Officer, access: Access) -> Sentence:
    """Change the words of a sentence; it has to be confirmed again. Figures stay places: {{系统：指标}}. Raises
    ``Refused``."""
    sentence = _open(pk)
    _must(
        access, sentence.draft.region, WRITERS, "只有年度报告的撰写人员可以改写", "only a drafter rewrites the report"
    )
    text = coded(" ".join(text.split()).rstrip("。"))
    if not text:
        raise refused(
            "empty",
            "请写内容；不要这句话的，点“不用”",
            "write something; to do without the sentence choose Leave out",
            "text",
        )
    if len(text) > LONGEST:
        raise refused("long", f"最多 {LONGEST} 字", f"at most {LONGEST} characters", "text")
    for zh, en in problems_of(text):
        raise refused("figure", zh, en, "text")
    sentence.template, sentence.edited_by, sentence.left_out = text, officer, False
    _unconfirm(sentence)
    sentence.save()
    _noted("rewrite", sentence.draft, officer, sentence=sentence)
    return sentence


def problems_of(text: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the places for figures in a sentence."""
    for _change, name, _previous in PLACEHOLDER.findall(text):
        if name not in PLACES and name not in figure_names():
            yield f"没有「{name}」这个指标", f"there is no figure “{name}”"
    rest = PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        found = _WRITTEN.search(text)
        if found:
            yield f"没有「{found[1]}」这个指标，指标写成 {{{{系统：指标}}}}", f"there is no figure “{found[1]}”"
        else:
            yield "花括号不成对：指标写成 {{系统：指标}}", "braces are not in pairs: a figure is written {{系统：指标}}"


@transaction.atomic
def leave_out(pk: int, officer: Officer, access: Access) -> Sentence:
    """Do without a sentence; it stays in the draft, struck out, and can be taken up again by rewriting or confirming."""
    sentence = _open(pk)
    _must(access, sentence.draft.region, WRITERS, "只有年度报告的撰写人员可以删改", "only a drafter changes the report")
    sentence.left_out = True
    _unconfirm(sentence)
    sentence.save()
    _noted("leave_out", sentence.draft, officer, sentence=sentence)
    return sentence


def _unconfirm(sentence: Sentence) -> None:
    sentence.confirmed_by = sentence.confirmed_at = None
    sentence.runs, sentence.figures = [], []


@transaction.atomic
def make_final(pk: int, number: str, officer: Officer, access: Access) -> ReportDraft:
    """定稿: when every sentence is confirmed or left out. Raises ``Refused``."""
    draft = _locked(pk, Stage.DRAFT)
    _must(
        access,
        draft.region,
        FINAL,
        "只有年度报告的审定负责人可以定稿",
        "only the approving head makes the report final",
    )
    waiting = draft.sentences.filter(confirmed_at=None, left_out=False).count()
    if waiting:
        raise refused(
            "unconfirmed",
            f"还有 {waiting} 句没有确认，逐句确认后才能定稿",
            f"{waiting} sentences are not confirmed yet",
        )
    draft.number, draft.stage = number.strip()[:80], Stage.CONFIRMED
    draft.confirmed_by, draft.confirmed_at = officer, timezone.now()
    draft.save()
    _noted("make_final", draft, officer)
    return draft


@transaction.atomic
def check_secrecy(pk: int, note: str, officer: Officer, access: Access) -> ReportDraft:
    """保密审查: note who looked whether anything in the final report is secret or personal. Where something was found the note
    says why it may stand. Raises ``Refused``."""
    draft = _locked(pk, Stage.CONFIRMED)
    _must(
        access,
        draft.region,
        frozenset({"reviewer", "head"}),
        "只有年度报告的审核、审定人员可以办理保密审查",
        "only a reviewer or the approving head checks for secrets",
    )
    if draft.confirmed_by_id == officer.pk and draft.composed_by_id == officer.pk:
        raise refused(
            "same",
            "起草并定稿的人不能自己作保密审查",
            "whoever wrote the report and made it final does not check it for secrets",
        )
    found = secrecy_hits(draft)
    if found and not note.strip():
        raise refused(
            "note",
            f"有 {len(found)} 处疑似涉密或者个人信息，请写明处理意见",
            f"{len(found)} passages may be secret or personal; say what was decided",
            "note",
        )
    draft.checked_by, draft.checked_at, draft.check_note = officer, timezone.now(), note.strip()[:300]
    draft.save()
    _noted("check_secrecy", draft, officer, hits=len(found))
    return draft


@transaction.atomic
def publish(pk: int, officer: Officer, access: Access) -> ReportDraft:
    """公开: only after the check for secrets. Raises ``Refused``."""
    draft = _locked(pk, Stage.CONFIRMED)
    _must(
        access,
        draft.region,
        CONFIRMERS,
        "只有年度报告的撰写、审核、审定人员可以公开",
        "only those who write, review or approve the report publish it",
    )
    if draft.checked_at is None:
        raise refused("unchecked", "还没有作保密审查，不能公开", "it has not been checked for secrets yet")
    draft.stage, draft.published_by, draft.published_at = Stage.PUBLISHED, officer, timezone.now()
    draft.save()
    _noted("publish", draft, officer)
    return draft


@transaction.atomic
def make_void(pk: int, officer: Officer, access: Access) -> ReportDraft:
    """作废: a report that is not published; another can be drafted. Raises ``Refused``."""
    draft = ReportDraft.objects.select_for_update().select_related("region").get(pk=pk)
    _must(
        access, draft.region, FINAL, "只有年度报告的审定负责人可以作废报告稿", "only the approving head voids the draft"
    )
    if draft.stage in (Stage.PUBLISHED, Stage.VOID):
        raise refused("stage", "已经公开或者作废的报告不能作废", "a published or void report cannot be voided")
    draft.stage = Stage.VOID
    draft.save()
    _noted("void", draft, officer)
    return draft


def _locked(pk: int, stage: Stage) -> ReportDraft:
    draft = ReportDraft.objects.select_for_update().select_related("region").get(pk=pk)
    if draft.stage != stage:
        with override("zh-hans"):  # the Chinese half of the sentence, whoever reads it
            now = str(draft.get_stage_display())
        raise refused("stage", f"报告现在是“{now}”，不能这样办", "the report is not at the stage for this")
    return draft


def _noted(action: str, draft: ReportDraft, officer: Officer, sentence: Sentence | None = None, **detail: Any) -> None:
    others = [] if sentence is None else [sentence]
    place = {} if sentence is None else {"sentence": sentence.position}
    record(
        f"report.{action}", f"draft:{draft.pk}", officer.pk, region=draft.region_id, year=draft.year, **place, **detail,
        **changed(draft, *others),
    )  # fmt: skip


# --- reading -----------------------------------------------------------------------------------------------------


def _work(draft: ReportDraft) -> Composition:
    return composition(read_outline(draft.outline), draft.region, draft.year, also=_accounts(draft))


def _accounts(draft: ReportDraft) -> set[str]:
    """The figures the sentences ask for, among them those an officer put in."""
    texts = draft.sentences.values_list("template", flat=True)
    return {name for text in texts for _c, name, _p in PLACEHOLDER.findall(text) if name in figure_names()}


def _written(sentence: Sentence, work: Composition) -> Written:
    place = (sentence.section, sentence.heading, sentence.paragraph)
    sources = tuple((str(what), str(where)) for what, where in sentence.sources)
    if sentence.confirmed_at is not None:
        return _as_confirmed(sentence, place, sources)
    if sentence.template.startswith("图："):
        return chart_of(place, sentence.template, work)
    return sentence_of(place, sentence.template, work, sources)


def _as_confirmed(sentence: Sentence, place: tuple[str, str, int], sources: tuple[tuple[str, str], ...]) -> Written:
    by = f"{sentence.confirmed_by.name} {timezone.localtime(sentence.confirmed_at):%Y-%m-%d %H:%M}"
    used = tuple(UsedFigure(figure_of(kept), kept["year"], place[0], kept["printed"], by) for kept in sentence.figures)
    runs = tuple(Run(text, FigureReference(*figure) if figure else None) for text, *figure in sentence.runs)
    chart = None
    if sentence.template.startswith("图："):
        chart = picture_of(sentence.template.split("：", 2)[1], sentence.draft.year, used)
    return Written(*place, sentence.template, runs, used, chart, sources)


def words_of(sentence: Sentence) -> str:
    """A sentence as an officer rewrites it, with its fields by their names."""
    return labelled(sentence.template).replace("{{", "｛｛").replace("}}", "｝｝")


def figure_of(kept: dict[str, Any]) -> Figure:
    """A figure as it was when the sentence was confirmed."""

    def number(name: str) -> Decimal | None:
        return None if kept[name] is None else Decimal(kept[name])

    definition = Words(*kept["definition"]) if kept["definition"] else None
    return Figure(
        kept["account"], Words(*kept["name"]), Words(*kept["unit"]), number("value"), kept["source"], kept["records"],
        kept["kind"], kept["decimals"], number("numerator"), number("denominator"), kept["qualifier"],
        definition=definition,
    )  # fmt: skip


def sentences_of(draft: ReportDraft) -> list[tuple[Sentence, Written]]:
    """Every sentence of a draft with what it prints: as confirmed, else as the ledger has it now."""
    rows = draft.sentences.select_related("confirmed_by", "edited_by").order_by("position")
    work = _work(draft)
    found = []
    for row in rows:
        row.draft = draft
        found.append((row, _written(row, work)))
    return found


def composed_of(draft: ReportDraft, to: str | None = None, on: date | None = None) -> Composed:
    """A draft as a composed report: its document, its figures, what is missing."""
    form, work = read_outline(draft.outline), _work(draft)
    rows = draft.sentences.select_related("confirmed_by").order_by("position").filter(left_out=False)
    written = []
    for row in rows:
        row.draft = draft
        one = _written(row, work)
        if one.runs or one.chart:
            written.append(one)
    day = on or (timezone.localtime(draft.confirmed_at).date() if draft.confirmed_at else None)
    remark = UNCONFIRMED if draft.stage == Stage.DRAFT else ""
    document: Document = document_of(
        form, work, written, number=draft.number, on=day, to=draft.audience if to is None else to, remark=remark
    )
    used = tuple(used for one in written for used in one.used)
    return Composed(form, document, used, tuple(work.missing), tuple(written))


def secrecy_hits(draft: ReportDraft) -> list[Hit]:
    """Passages of a draft that may be secret or personal."""
    return hits_in(composed_of(draft).document)
