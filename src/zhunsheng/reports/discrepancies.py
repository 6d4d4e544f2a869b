"""差异清单: figures of a confirmed report that the ledger does not say any more. Found, listed, never put right in silence."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from zhunsheng.kernel.words import Words
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.handing_out import as_told
from zhunsheng.reports.composing import period_of
from zhunsheng.reports.drafts import figure_of
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
        """The sentence as it was confirmed."""
        return "".join(run[0] for run in self.sentence.runs) or self.sentence.template.split("：", 2)[1]


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
