"""报告稿所载: a kept report as it reads: what a confirmed sentence printed then, what another prints now. Nothing is written
here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone

from zhunsheng.kernel.words import Words
from zhunsheng.ledger.figures import Figure, figure_names
from zhunsheng.ledger.models import Posting
from zhunsheng.papers.document import FigureReference, Run, Table
from zhunsheng.reports.checking.reading import figures_of
from zhunsheng.reports.checking.structure import structured
from zhunsheng.reports.composing import CORRECTED, NOT_FINAL, UNCONFIRMED, Composed, composition, document_of
from zhunsheng.reports.confidentiality import Hit, hits_in
from zhunsheng.reports.models import ReportDraft, Sentence, Stage
from zhunsheng.reports.outline import PLACEHOLDER, read_outline
from zhunsheng.reports.own_outlines import labelled
from zhunsheng.reports.sentences import (
    CHART,
    TABLE,
    Composition,
    UsedFigure,
    Written,
    picture_of,
    table_printed,
    written_of,
)


def work_of(draft: ReportDraft) -> Composition:
    return composition(read_outline(draft.outline), draft.region, draft.year, also=_accounts(draft))


def _accounts(draft: ReportDraft) -> set[str]:
    """The figures the sentences ask for, among them those an officer put in."""
    texts = draft.sentences.values_list("template", flat=True)
    return {name for text in texts for _c, name, _p in PLACEHOLDER.findall(text) if name in figure_names()}


def reads(sentence: Sentence, work: Composition) -> Written:
    """A sentence with what it prints: as confirmed, else as the ledger has it now."""
    place = (sentence.section, sentence.heading, sentence.paragraph)
    sources = tuple((str(what), str(where)) for what, where in sentence.sources)
    if sentence.confirmed_at is not None:
        return _as_confirmed(sentence, place, sources)
    return written_of(place, sentence.template, work, sources)


def _as_confirmed(sentence: Sentence, place: tuple[str, str, int], sources: tuple[tuple[str, str], ...]) -> Written:
    by = f"{sentence.confirmed_by.name} {timezone.localtime(sentence.confirmed_at):%Y-%m-%d %H:%M}"
    used = tuple(
        UsedFigure(figure_of(kept), kept["year"], place[0], kept["printed"], by + _stands(kept))
        for kept in sentence.figures
    )
    text = sentence.template
    if text.startswith(CHART):
        return Written(*place, text, (), used, picture_of(text.split("：", 2)[1], sentence.draft.year, used))
    if text.startswith(TABLE):
        return Written(*place, text, (), used, table_printed(text, [cell for (cell,) in sentence.runs]))
    runs = tuple(Run(text, FigureReference(*figure) if figure else None) for text, *figure in sentence.runs)
    return Written(*place, text, runs, used, None, sources)


def _stands(kept: dict[str, Any]) -> str:
    """Why a figure stands though the ledger came to say otherwise, for the working paper."""
    return f"；照用原数：{kept['stands']['why']}" if kept.get("stands") else ""


def words_of(sentence: Sentence) -> str:
    """A sentence as an officer rewrites it, with its fields by their names."""
    return labelled(sentence.template).replace("{{", "｛｛").replace("}}", "｝｝")


def as_printed(sentence: Sentence) -> str:
    """A sentence as it was confirmed; of a chart its title, of a table its words."""
    between = " " if sentence.template.startswith(TABLE) else ""
    return between.join(run[0] for run in sentence.runs) or sentence.template.split("：", 2)[1]


def as_kept(written: Written) -> tuple[list[list[Any]], list[dict[str, Any]]]:
    """What a sentence prints (of a table its cells) and the figures in it, as its row keeps them; ``posted`` is the last posting
    there is, so that those that come afterwards can be named."""
    posted = Posting.objects.aggregate(last=Max("pk"))["last"] or 0
    runs: list[list[Any]] = [
        [run.text, *([run.figure.account, run.figure.year, run.figure.declared] if run.figure else [])]
        for run in written.runs
    ]
    if isinstance(written.block, Table):
        runs = [[cell] for row in (written.block.header, *written.block.rows) for cell in row]
    figures = [
        {
            "account": one.figure.account, "year": one.year, "printed": one.printed, "value": str(one.figure.value),
            "name": [one.figure.name.zh, one.figure.name.en], "unit": [one.figure.unit.zh, one.figure.unit.en],
            "qualifier": one.figure.qualifier, "records": one.figure.records, "source": one.figure.source,
            "kind": one.figure.kind, "decimals": one.figure.decimals,
            "numerator": None if one.figure.numerator is None else str(one.figure.numerator),
            "denominator": None if one.figure.denominator is None else str(one.figure.denominator),
            "definition": [one.figure.definition.zh, one.figure.definition.en] if one.figure.definition else None,
            "posted": posted,
        }
        for one in written.used
    ]  # fmt: skip
    return runs, figures


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
    """Every sentence of a draft with what it prints."""
    return list(_read(draft, draft.sentences.all(), work_of(draft)))


def _read(draft: ReportDraft, rows: QuerySet[Sentence], work: Composition) -> Iterator[tuple[Sentence, Written]]:
    for row in rows.select_related("confirmed_by", "edited_by").order_by("position"):
        row.draft = draft
        yield row, reads(row, work)


def composed_of(draft: ReportDraft, to: str | None = None, on: date | None = None) -> Composed:
    """A draft as a composed report: its document, its figures, what is missing."""
    form, work = read_outline(draft.outline), work_of(draft)
    taken = [
        (row, one) for row, one in _read(draft, draft.sentences.filter(left_out=False), work) if one.runs or one.block
    ]
    written = [one for _row, one in taken]
    day = on or (timezone.localtime(draft.confirmed_at).date() if draft.confirmed_at else None)
    remark = CORRECTED if draft.corrects_id else ""
    if draft.stage == Stage.DRAFT:
        remark = NOT_FINAL if all(row.confirmed_at for row, _one in taken) else UNCONFIRMED
    document = document_of(
        form, work, written, number=draft.number, on=day, to=draft.audience if to is None else to, remark=remark
    )
    used = tuple(used for one in written for used in one.used)
    return Composed(form, document, used, tuple(work.missing), tuple(written))


def typed_in(sentence: Sentence, written: Written) -> list[str]:
    """The figures an officer wrote into a sentence himself: no record opens behind them, and nothing keeps them right."""
    if not sentence.edited_by_id:
        return []
    text, taken = "", set()
    for run in written.runs:
        if run.figure:
            taken.update(range(len(text), len(text) + len(run.text)))
        text += run.text
    return [text[one.start : one.end] for one in figures_of(structured(text)) if one.start not in taken]


def secrecy_hits(draft: ReportDraft) -> list[Hit]:
    """Passages of a draft that may be secret or personal."""
    return hits_in(composed_of(draft).document)
