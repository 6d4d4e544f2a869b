"""差异清单: figures of a confirmed report that the ledger does not say any more, and the records that came since. Found, listed,
decided on by an officer, never put right in silence. Deciding is in ``drafts``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from zhunsheng.kernel.words import Words
from zhunsheng.ledger.figures import figures, ingredients, region_prefix
from zhunsheng.ledger.handing_out import as_told
from zhunsheng.ledger.models import Posting
from zhunsheng.ledger.postings import month_of
from zhunsheng.ledger.readings import accounts
from zhunsheng.papers.document import Banner, Block, Document, Paragraph, Run, Table, Title, chinese_date
from zhunsheng.reports.composing import DEMONSTRATION, is_demonstration, period_of
from zhunsheng.reports.kept import as_printed, figure_of
from zhunsheng.reports.models import ReportDraft, Sentence
from zhunsheng.reports.outline import read_outline

LOOKED_AT, SHOWN = 500, 5
"""Of the postings since the confirmation so many are looked at, and so many named for a figure."""


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
    value: str
    """What it is now, as ``stands`` is compared with it."""
    posted: int | None
    """The last posting there was when the sentence was confirmed; None where that was not kept."""
    stands: str
    """Why the figure stands as it was confirmed, where somebody decided so on what the ledger says now."""

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
            decided = kept.get("stands") or {}
            stands = decided["why"] if decided.get("value") == str(value) else ""
            found.append(
                Discrepancy(
                    row,
                    kept["account"],
                    then.name,
                    kept["year"],
                    kept["printed"],
                    told,
                    apart,
                    str(value),
                    kept.get("posted"),
                    stands,
                )
            )
    return found


def key_of(one: Discrepancy) -> tuple[int, str, int]:
    return one.sentence.pk, one.account, one.year


def undecided(draft: ReportDraft) -> list[Discrepancy]:
    """Those nobody has decided on yet."""
    return [one for one in discrepancies(draft) if not one.stands]


def posted_since(draft: ReportDraft, found: Iterable[Discrepancy]) -> list[list[Posting]]:
    """For each discrepancy the postings that came since its sentence was confirmed, the newest first, the last few. One query."""
    found = list(found)
    marks = [one.posted for one in found if one.posted is not None]
    if not marks:
        return [[] for _one in found]
    inside = Posting.objects.filter(
        pk__gt=min(marks), organ__region__code__startswith=region_prefix(draft.region_id),
        account__key__in=ingredients(one.account for one in found),
    )  # fmt: skip
    rows = list(inside.select_related("account", "organ").order_by("-pk")[:LOOKED_AT])
    form = read_outline(draft.outline)
    since = []
    for one in found:
        behind = ingredients([one.account])
        first, last = map(month_of, period_of(form, one.year))
        since.append(
            [
                row
                for row in rows
                if one.posted is not None
                and row.pk > one.posted
                and row.account.key in behind
                and row.month <= last
                and (row.month >= first or accounts()[row.account.key].stock)
            ][:SHOWN]
        )
    return since


def document_of(draft: ReportDraft, records: Mapping[tuple[int, str, int], str] | None = None) -> Document:
    """The list as a document, to be looked into and filed with the report. ``records``: by ``key_of`` what to call those that came
    since, as far as the reader may see them."""
    rows = tuple(
        (
            str(number), one.name.zh, f"{one.year}年", one.printed, one.now or "—", (records or {}).get(key_of(one), "") or "—",
            one.quote, one.stands or "待决定",
        )
        for number, one in enumerate(discrepancies(draft), 1)
    )  # fmt: skip
    day = chinese_date(timezone.localdate())
    said = f"报告确认以后，下列数据的记录有变动（截至{day}）。" if rows else f"截至{day}，报告的数据与台账一致。"
    blocks: list[Block] = [Banner(DEMONSTRATION)] if is_demonstration(draft.region_id) else []
    blocks += [Title(f"{draft.region.name}{draft.year}年度报告数据差异清单"), Paragraph((Run(said),))]
    blocks += [Table(("序号", "指标", "年度", "报告", "现在", "变动的记录", "原句", "处理"), rows)] if rows else []
    return Document(tuple(blocks), across=True)
