"""The cases a list shows (选出的案件), in their order: those ``cases.choosing`` keeps, put into parts for pages.

Lists may be a million cases long: every part of one is in the order of an index; see docs. What was chosen is read in
``list_filters``.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property

from django.db.models import F, Q, QuerySet

from zhunsheng.cases import choosing
from zhunsheng.cases.choosing import DEFAULT_SORT, Filters
from zhunsheng.cases.finding import newest_holding, reading
from zhunsheng.cases.models import Case
from zhunsheng.cases.tallying import Counted
from zhunsheng.desk.list_filters import SORTS
from zhunsheng.desk.paging import PAGE_SIZE, Part
from zhunsheng.orgs.access import Access
from zhunsheng.typed import whole_number

QUICKLY_SORTED = ("opened_on", "number", "due", "closed_on")
"""Columns a list of any length is sorted by, each with an index of its own."""
MOST_SORTED = 20_000
"""Rows up to which a list is sorted by any other column."""
MANY = 2_000
"""Cases with a text from which on a page of them is read from its beginning, not looked up."""
COUNTED = 500
"""Steps in which cases with a text alone are counted."""
_FILLED = {"due": Q(closed_on=None, next_due__isnull=False), "closed_on": Q(closed_on__isnull=False)}
"""The columns that can be empty, and when they are not."""


class Chosen(choosing.Chosen):
    """The cases of a list, as they are sorted. ``most``: those with a text alone are read from the newest on, and no more of
    them than so many, which is quick of a rare word and of a frequent one; how many there are in all is not counted then."""

    def __init__(self, filters: Filters, access: Access, today: date, most: int | None = None) -> None:
        super().__init__(filters, access, today)
        self.most = most

    @cached_property
    def _newest(self) -> list[int] | None:
        """The keys of cases with a text alone, one more than ``most`` where there are more."""
        if self.most is None or self.filters.sort != DEFAULT_SORT or not self._is_text_alone:
            return None
        days = self.filters.days
        return newest_holding(
            self._question, self.filters.system, self.access, days.get("first"), days.get("last"), self.most + 1
        )

    @cached_property
    def counted(self) -> Counted:
        return super().counted if self._newest is None else Counted(0, len(self._newest[: self.most]))

    @property
    def is_more(self) -> bool:
        """Whether there are more than are counted."""
        return self._newest is not None and len(self._newest) > self.counted.total

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
        if self._newest is not None:
            return [Part(self._newest, self.counted.total)]
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


def counted_at(page: str | None) -> int:
    """How many cases with a text alone are counted for a page: those up to it, and the rest of their step."""
    number = whole_number(page, most=1_000_000) or 1
    return (number * PAGE_SIZE // COUNTED + 1) * COUNTED


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
