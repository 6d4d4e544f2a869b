"""差异清单: figures of a confirmed report that the ledger does not say any more. Found, listed, never put right in silence."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from zhunsheng.kernel.words import Words
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.handing_out import as_told
from zhunsheng.papers.document import Banner, Block, Document, Paragraph, Run, Table, Title, chinese_date
from zhunsheng.reports.composing import DEMONSTRATION, is_demonstration, period_of
from zhunsheng.reports.kept import as_printed, figure_of
from zhunsheng.reports.models import ReportDraft, Sentence
from zhunsheng.reports.outline import read_outline


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A figure of a confirmed sentence and what it is now; ``now`` is None when there is no number any more."""

    sentence: Sentence
    account: str
    name: Words
    year: int
    printed: str
    now: str | None
    apart: Decimal | None

    @property
    def quote(self) -> str:
        return as_printed(self.sentence)


def discrepancies(draft: ReportDraft) -> list[Discrepancy]:
    """What the confirmed sentences of a draft say otherwise than the ledger does now. Two readings, however many there are."""
    rows = list(draft.sentences.exclude(confirmed_at=None).filter(left_out=False).order_by("position"))
    asked: dict[int, set[str]] = {}
    for row in rows:
        for kept in row.figures:
            asked.setdefault(kept["year"], set()).add(kept["account"])
    form = read_outline(draft.outline)
    now = {year: figures(draft.region_id, *period_of(form, year), names) for year, names in asked.items()}
    found = []
    for row in rows:
        for kept in row.figures:
            then, current = figure_of(kept), now[kept["year"]].get(kept["account"])
            value = current.value if current else None
            if value == then.value:
                continue
            apart = value - then.value if value is not None and then.value is not None else None
            told = None if current is None or value is None else as_told(current)
            found.append(Discrepancy(row, kept["account"], then.name, kept["year"], kept["printed"], told, apart))
    return found


def document_of(draft: ReportDraft) -> Document:
    """The list as a document, to be looked into and filed with the report."""
    rows = tuple(
        (str(number), one.name.zh, f"{one.year}年", one.printed, one.now or "—", one.quote)
        for number, one in enumerate(discrepancies(draft), 1)
    )
    day = chinese_date(timezone.localdate())
    said = f"报告确认以后，下列数据的记录有变动（截至{day}）。" if rows else f"截至{day}，报告的数据与台账一致。"
    blocks: list[Block] = [Banner(DEMONSTRATION)] if is_demonstration(draft.region_id) else []
    blocks += [Title(f"{draft.region.name}{draft.year}年度报告数据差异清单"), Paragraph((Run(said),))]
    blocks += [Table(("序号", "指标", "年度", "报告", "现在", "原句"), rows)] if rows else []
    return Document(tuple(blocks), across=True)
