"""更正: what a correction of a published report changes, sentence by sentence, and the notice that goes with it.

Nothing is written here: a correction is a report of its own, begun and published by ``drafts``; both versions are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from zhunsheng.papers.document import Banner, Block, Document, Paragraph, Run, Signature, Table, Title, chinese_date
from zhunsheng.reports.composing import CORRECTED
from zhunsheng.reports.kept import as_printed
from zhunsheng.reports.models import ReportDraft, Sentence


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence that a correction changes: as it was published and as it is now; empty where it was not, or is no more."""

    section: str
    before: str
    after: str


def changes(correction: ReportDraft) -> list[Change]:
    """What a correction says otherwise than the report it corrects, as far as it is confirmed. Two queries."""
    published = {row.position: row for row in correction.corrects.sentences.all()}
    found = []
    for row in correction.sentences.order_by("position"):
        if row.is_waiting:
            continue
        before, after = _said(published.get(row.position)), _said(row)
        if before != after:
            found.append(Change(row.section, before, after))
    return found


def _said(row: Sentence | None) -> str:
    """What the reader of a report reads; of a picture its title and its figures."""
    if row is None or row.left_out:
        return ""
    drawn = [] if row.runs else [f"{one['name'][0]}{one['year']}年{one['printed']}" for one in row.figures]
    return as_printed(row) + (f"（{'，'.join(drawn)}）" if drawn else "")


def notice_of(correction: ReportDraft, report: Document) -> Document:
    """更正说明: the notice of a correction, published and filed with both versions. ``report``: the corrected report."""
    published = chinese_date(timezone.localdate(correction.corrects.published_at))
    said = f"{published}公开的《{report.title}》有误，现予更正。更正理由：{correction.reason}。更正内容如下："
    rows = tuple(
        (str(number), one.section, one.before or "（无）", one.after or "（删去）")
        for number, one in enumerate(changes(correction), 1)
    )
    blocks: list[Block] = [
        *(block for block in report.blocks if isinstance(block, Banner) and block.text != CORRECTED),
        Title(f"关于更正《{report.title}》的说明"), Paragraph((Run(said),)), Table(("序号", "所在部分", "原文", "更正后"), rows),
        *(block for block in report.blocks if isinstance(block, Signature)),
    ]  # fmt: skip
    return Document(tuple(blocks), across=True)
