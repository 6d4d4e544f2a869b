"""考核得分: the assessment sheet of an organ, worked out anew beside what was checked, and what would be if a figure differed.

What is wrong between the two is shown, not mended: the case is checked again. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from zhunsheng.cases.evidence import GivenList, lists_of
from zhunsheng.cases.models import Case
from zhunsheng.kernel.formulas import Reference
from zhunsheng.ledger.figures import Figure
from zhunsheng.ledger.formulas import Worked, is_formula, work_out
from zhunsheng.ledger.series import figure_called, is_another, of_organ
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Organ

ASSESSMENT = "performance_assessment"


@dataclass(frozen=True)
class SheetLine:
    """One indicator of an organ: its case, what its formula comes to now, and what it would come to."""

    case: Case
    worked: Worked | None
    supposed: Decimal | None = None
    lists: Sequence[GivenList] = ()
    figure: Figure | None = None

    def _points(self, name: str) -> Decimal | None:
        given = self.case.fields.get(name)
        return None if given in (None, "") else Decimal(str(given))

    @property
    def group(self) -> str:
        return str(self.case.fields.get("group") or "")

    @property
    def weight(self) -> Decimal | None:
        return self._points("weight")

    @property
    def self_score(self) -> Decimal | None:
        return self._points("self_score")

    @property
    def score(self) -> Decimal | None:
        return self._points("score")

    @property
    def now(self) -> Decimal | None:
        """What the formula comes to from the records of today."""
        return self.worked.points if self.worked else None

    @property
    def is_changed(self) -> bool:
        """证据变动: since the check the records have changed, so that the formula comes to other points, the figure is another, or
        a list holds another number."""
        checked = self._points("computed")
        moved = checked is not None and self.worked is not None and self.now != checked
        return moved or self.is_figure_changed or any(one.checked is not None and one.is_changed for one in self.lists)

    @property
    def is_figure_changed(self) -> bool:
        checked = self._points("verified")
        return checked is not None and self.figure is not None and is_another(self.figure, checked)


def cases_of(access: Access, year: int, organ: Organ | None = None) -> list[Case]:
    """The lines of a year's assessment an officer may see, of one organ or of all. One query."""
    rows = Case.visible.to(access).filter(system=ASSESSMENT, voided_on=None, fields__year=year)
    if organ is not None:
        rows = rows.filter(organ=organ)
    return sorted(
        rows.select_related("organ"), key=lambda case: (case.path, str(case.fields.get("indicator_code")), case.pk)
    )


def sheet(cases: Sequence[Case], organ: Organ, year: int, supposed: Mapping[Reference, Decimal]) -> list[SheetLine]:
    """The lines of an organ, worked out from the records of today; the figures are read once, the lists counted anew."""
    texts = {text for case in cases if is_formula(text := str(case.fields.get("formula") or ""))}
    worked = work_out(texts, organ, date(year, 1, 1), date(year, 12, 1)) if texts else {}
    given = lists_of(cases, timezone.localdate())
    named = {case.pk: figure_called(str(case.fields.get("figure") or "")) for case in cases}
    keys = {key for key in named.values() if key is not None}
    figures = of_organ(keys, organ, date(year, 1, 1), date(year, 12, 1)) if keys else {}
    lines = []
    for case in cases:
        own = worked.get(str(case.fields.get("formula") or ""))
        touched = own is not None and any(name in supposed for name in own.sources)
        lines.append(
            SheetLine(
                case,
                own,
                own.if_it_were(supposed) if own is not None and touched else None,
                given[case.pk],
                figures.get(named[case.pk] or ""),
            )
        )
    return lines


def total(values: Iterable[Decimal | None]) -> Decimal:
    return sum((value for value in values if value is not None), Decimal(0))


def compare(cases: Sequence[Case]) -> tuple[list[str], dict[Organ, dict[str, Decimal]]]:
    """The groups of a year, and organ -> group -> points, in the order of the organs: nobody is ranked here."""
    groups: dict[str, None] = {}
    found: dict[Organ, dict[str, Decimal]] = {}
    for case in cases:
        group = str(case.fields.get("group") or "")
        groups[group] = None
        own = found.setdefault(case.organ, {})
        if case.fields.get("score") not in (None, ""):
            own[group] = own.get(group, Decimal(0)) + Decimal(str(case.fields["score"]))
    return list(groups), found
