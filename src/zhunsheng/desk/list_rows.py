"""The cases a list shows (选出的案件), in their order: those ``cases.choosing`` keeps, put into parts for pages.

Lists may be a million cases long: every part of one is in the order of an index; see docs. What was chosen is read in
``list_filters``.
"""

from __future__ import annotations

from django.db.models import F, Q, QuerySet

from zhunsheng.cases import choosing
from zhunsheng.cases.choosing import DEFAULT_SORT
from zhunsheng.cases.finding import reading
from zhunsheng.cases.models import Case
from zhunsheng.desk.list_filters import SORTS
from zhunsheng.desk.paging import Part

QUICKLY_SORTED = ("opened_on", "number", "due", "closed_on")
"""Columns a list of any length is sorted by, each with an index of its own."""
MOST_SORTED = 20_000
"""Rows up to which a list is sorted by any other column."""
MANY = 2_000
"""Cases with a text from which on a page of them is read from its beginning, not looked up."""
_FILLED = {"due": Q(closed_on=None, next_due__isnull=False), "closed_on": Q(closed_on__isnull=False)}
"""The columns that can be empty, and when they are not."""


class Chosen(choosing.Chosen):
    """The cases of a list, as they are sorted."""

    @property
    def is_short(self) -> bool:
        """Whether it can be sorted by any column."""
        return self.counted.total <= MOST_SORTED

    def may_sort(self, key: str) -> bool:
        return self.is_short or key in QUICKLY_SORTED

    @property
    def sort(self) -> str:
        """The column it is sorted by: the one asked for, where a list of this length can be."""
        return self.filters.sort if self.may_sort(self.filters.sort.lstrip("-")) else DEFAULT_SORT

    def parts(self) -> list[Part]:
        """The cases as their sorting parts them: those with a value in the column, then the others, newest first."""
        rows, key = self.rows, self.sort.lstrip("-")
        if self._question and self.counted.total > MANY:
            rows = self._kept.filter(reading(self._question))
        if not (self.counted.tallied or self._question or self.filters.days):
            rows = rows.filter(is_tallied=False)
        if key not in _FILLED:
            return [Part(_sorted(rows, self.sort), self.counted.total)]
        filled, others = rows.filter(_FILLED[key]), rows.exclude(_FILLED[key])
        number = self._count(filled, key == "closed_on" and self.filters.course in ("", "closed")).total
        return [Part(_plainly(filled, self.filters.sort), number),
                Part(_plainly(others, DEFAULT_SORT), self.counted.total - number)]  # fmt: skip

    def in_order(self) -> QuerySet[Case]:
        """All of them as they were asked for, for what takes its time."""
        return _sorted(self.rows, self.filters.sort)


def _plainly(rows: QuerySet[Case], sort: str) -> QuerySet[Case]:
    """In the order of a column in which none of the rows is empty; said so that an index can have it."""
    sign = "-" if sort.startswith("-") else ""
    return rows.order_by(f"{sign}{SORTS[sort.lstrip('-')]}", f"{sign}pk")


def _sorted(rows: QuerySet[Case], sort: str) -> QuerySet[Case]:
    """Sorted by a column; what has no value there comes last, either way round."""
    key = sort.lstrip("-")
    if key in SORTS and key not in _FILLED:
        return _plainly(rows, sort)
    names = (F(SORTS.get(key, f"fields__{key}")), F("pk"))
    if sort.startswith("-"):
        return rows.order_by(*(name.desc(nulls_last=True) for name in names))
    return rows.order_by(*(name.asc(nulls_last=True) for name in names))
