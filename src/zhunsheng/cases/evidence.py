"""清单佐证: evidence that is a list. A row says which cases of which system; how many there are is counted anew at any moment.

Counted are the cases of the organ the list was given for, whatever the reader may see: only the number is told, and whoever may see
the cases opens them as the list. What a step counted is kept with it (``recounts``), so that a change after it shows. Rows are
written in ``giving``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Count, IntegerField, QuerySet, Value
from django.http import QueryDict
from django.utils import timezone

from zhunsheng.cases.choosing import DAYS, FIELD, Chosen, Filters, filters_in
from zhunsheng.cases.finding import reading
from zhunsheng.cases.models import Case, ListEvidence
from zhunsheng.catalogue.loading import system, systems
from zhunsheng.kernel.procedure import Procedure
from zhunsheng.orgs.access import Access, Holding

KEPT = frozenset(("q", "state", "outcome", "course", *DAYS))
"""The words of an address that say which cases, beside those of declared fields; the organ stands in the row."""
PASSING = frozenset(("overdue", "soon", "voided"))
"""Filters that keep other cases from one day to the next; they prove nothing."""
_LINE = re.compile(r"(\d+)\. .*：(\d+)件")


def takes_lists(procedure: Procedure) -> bool:
    """Whether a list may be given to a case as evidence: some step counts it."""
    return any(action.recounts for action in procedure.actions.values())


def systems_that_take() -> list[str]:
    return [slug for slug, one in systems().items() if any(takes_lists(procedure) for procedure in one.procedures)]


def words_of(query: Mapping[str, str]) -> str:
    """What of an address says which cases, always in the same order."""
    kept = QueryDict(mutable=True)
    for name in sorted(query):
        if query[name] and (name in KEPT or name.startswith(FIELD)):
            kept[name] = query[name]
    return kept.urlencode()


def filters_of(row: ListEvidence) -> Filters:
    return filters_in(QueryDict(row.query).dict(), system(row.system).procedure_on(timezone.localdate(row.given_at)))


class _Counted(Chosen):
    """The cases of a given list: of its organ alone, nothing that was only asked of it, and none that are void."""

    _has_voided = True

    def __init__(self, row: ListEvidence, on: date) -> None:
        seen = Holding(row.organ_id, row.organ.path, row.system, "", row.whole_tree, inherited=True)
        super().__init__(filters_of(row), Access(0, (seen,)), on)

    @cached_property
    def rows(self) -> QuerySet[Case]:
        """Texts are read case by case: nothing is asked of the index before, so that all lists are one query."""
        return self._kept.filter(reading(self._question)) if self._question else self._kept


def count_of(row: ListEvidence, on: date) -> int:
    """How many cases a list holds, given yet or not."""
    return _Counted(row, on).rows.count()


def counts_of(rows: Iterable[ListEvidence], on: date) -> dict[int, int]:
    """Row -> how many cases it holds now. One query, however many rows; their organs come with them."""
    parts = [
        _Counted(row, on).rows.order_by().values("system").annotate(n=Count("pk"), row=Value(row.pk, IntegerField()))
        .values_list("row", "n")
        for row in rows
    ]  # fmt: skip
    if not parts:
        return {}
    first, *others = parts
    return dict(first.union(*others, all=True)) if others else dict(first)


@dataclass(frozen=True)
class GivenList:
    """A list given to a case: its place among those of the case, how many it holds now, and how many when a step counted it."""

    row: ListEvidence
    place: int
    now: int
    checked: int | None

    @property
    def before(self) -> int:
        return self.row.count if self.checked is None else self.checked

    @property
    def is_changed(self) -> bool:
        """佐证变动: it holds another number than when it was last counted, or, where nobody counted it yet, when it was given."""
        return self.row.voided_at is None and self.now != self.before


def lists_of(cases: Sequence[Case], on: date, *, with_voided: bool = False) -> dict[int, list[GivenList]]:
    """Case -> the lists given to it. Two queries."""
    found: dict[int, list[ListEvidence]] = {}
    rows = ListEvidence.objects.filter(case__in=cases).select_related("organ", "given_by", "on_behalf_of", "voided_by")
    for row in rows.order_by("pk"):
        found.setdefault(row.case_id, []).append(row)
    counts = counts_of([row for own in found.values() for row in own if row.voided_at is None], on)
    by_case = {}
    for case in cases:
        checked = _checked(case) if case.pk in found else {}
        by_case[case.pk] = [
            GivenList(row, place, counts.get(row.pk, 0), checked.get(place))
            for place, row in enumerate(found.get(case.pk, ()), 1)
            if with_voided or row.voided_at is None
        ]
    return by_case


def given_to(cases: Iterable[Case]) -> dict[int, int]:
    """Case -> how many lists were given to it. One query."""
    rows = ListEvidence.objects.filter(case__in=cases, voided_at=None).order_by()
    return dict(rows.values_list("case").annotate(Count("pk")))


def told_of(case_id: int, on: date) -> str | None:
    """What a step keeps of the lists given to its case, a line for each; nothing where none was given. Two queries."""
    rows = list(ListEvidence.objects.filter(case=case_id).select_related("organ").order_by("pk"))
    counts = counts_of([row for row in rows if row.voided_at is None], on)
    lines = [
        f"{place}. {systems()[row.system].name.zh}：{counts.get(row.pk, 0)}件"
        for place, row in enumerate(rows, 1) if row.voided_at is None
    ]  # fmt: skip
    return "\n".join(lines) or None


def _checked(case: Case) -> dict[int, int]:
    """Place of a list -> how many it held when a step of the case last counted it."""
    from zhunsheng.cases.reading import procedure_of

    steps = procedure_of(case).procedure.actions
    taken = case.course.get("done", {})
    counted = [
        (taken[name][1], place, action.recounts)
        for place, (name, action) in enumerate(steps.items())
        if action.recounts and name in taken
    ]
    if not counted:
        return {}
    *_order, field = max(counted)
    return {int(place): int(number) for place, number in _LINE.findall(str(case.fields.get(str(field)) or ""))}
