"""The cases a list shows (选出的案件): which the filters keep of those an officer may see, how many, in what order.

Lists may be a million cases long. Counts come from the tally where it can answer (``cases.tallying``), texts from the
search, and every part of a list is in the order of an index; see docs. What was chosen is read in ``list_filters``.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property

from django.db.models import F, Q, QuerySet

from zhunsheng.cases.finding import holding, reading
from zhunsheng.cases.models import Case
from zhunsheng.cases.tallying import Counted, choice, count
from zhunsheng.desk.case_rows import due_soon, in_course, overdue
from zhunsheng.desk.list_filters import DEFAULT_SORT, SORTS, Filters
from zhunsheng.desk.paging import Part
from zhunsheng.law.working_days import calendar
from zhunsheng.orgs.access import Access, below
from zhunsheng.orgs.models import Organ
from zhunsheng.search.wording import Question, asked

QUICKLY_SORTED = ("opened_on", "number", "due", "closed_on")
"""Columns a list of any length is sorted by, each with an index of its own."""
MOST_SORTED = 20_000
"""Rows up to which a list is sorted by any other column."""
MANY = 2_000
"""Cases with a text from which on a page of them is read from its beginning, not looked up."""
_FILLED = {"due": Q(closed_on=None, next_due__isnull=False), "closed_on": Q(closed_on__isnull=False)}
"""The columns that can be empty, and when they are not."""
_DAYS = {
    "first": "opened_on__gte", "last": "opened_on__lte", "closed_first": "closed_on__gte", "closed_last": "closed_on__lte",
}  # fmt: skip
_OPENED = frozenset(("first", "last"))


class Chosen:
    """The cases of a system that filters keep, of those an officer may see. What is asked for it is asked once."""

    def __init__(self, filters: Filters, access: Access, today: date) -> None:
        self.filters, self.access, self.today = filters, access, today

    # --- which

    @cached_property
    def visible(self) -> QuerySet[Case]:
        """Every case of the system the officer may see, but those made void."""
        rows = Case.visible.to(self.access).filter(system=self.filters.system).order_by()
        return rows.exclude(pk__in=self._voided.values("pk")) if self._has_voided else rows

    @property
    def _voided(self) -> QuerySet[Case]:
        return Case.objects.filter(system=self.filters.system, voided_on__isnull=False)

    @cached_property
    def _has_voided(self) -> bool:
        """Whether any is void. Where none is, which is the rule, nothing is asked of each row."""
        return self._voided.exists()

    @cached_property
    def rows(self) -> QuerySet[Case]:
        """The cases the filters keep."""
        return self._kept.filter(pk__in=self._held) if self._question else self._kept

    @cached_property
    def _kept(self) -> QuerySet[Case]:
        """What the filters keep, whatever text is asked for. Cases made void are shown when asked for and never else."""
        filters, rows = self.filters, self.visible
        if filters.course == "voided":
            rows = Case.visible.to(self.access).filter(pk__in=self._voided.values("pk")).order_by()
        rows = rows.filter(self._alike("path"))
        conditions = {
            "open": in_course, "closed": lambda: in_course("closed"), "overdue": lambda: overdue(self.today),
            "soon": lambda: due_soon(self.today, calendar()),
        }  # fmt: skip
        if filters.course in conditions:
            rows = rows.filter(conditions[filters.course]())
        for name, day in filters.days.items():
            rows = rows.filter(**{_DAYS[name]: day})
        if "closed_last" in filters.days:
            # Nothing is closed before it began; said, it spares looking at all that began later.
            rows = rows.filter(opened_on__lte=filters.days["closed_last"])
        return rows

    def _alike(self, path_field: str) -> Q:
        """What is asked of the columns in which the tally and cases are alike."""
        filters, condition = self.filters, Q()
        if filters.state:
            condition &= Q(state=filters.state)
        if filters.outcome:
            condition &= Q(outcome=filters.outcome)
        if filters.organ:
            condition &= below(self._organ_path, path_field)
        for name, value in filters.fields.items():
            condition &= Q(choices__contains=choice(name, value))
        return condition

    @cached_property
    def _organ_path(self) -> str:
        number = int(self.filters.organ) if self.filters.organ.isdecimal() else 0
        path = Organ.objects.filter(pk=number).values_list("path", flat=True).first()
        return path or "-"  # no organ is there

    @cached_property
    def _question(self) -> Question:
        """What the text asks; nothing when there is no word in it."""
        return asked(self.filters.text)

    @cached_property
    def _held(self) -> QuerySet[Case]:
        """The keys of the cases that hold the text; those begun in the wanted days alone where that is all else asked."""
        days = self.filters.days
        return holding(self._question, self.filters.system, self.access, days.get("first"), days.get("last"))

    # --- how many

    @cached_property
    def counted(self) -> Counted:
        """How many the filters keep."""
        filters = self.filters
        only_text = self._question and filters.days.keys() <= _OPENED and not (
            filters.state or filters.outcome or filters.course or filters.organ or filters.fields or self._has_voided
        )  # fmt: skip
        if only_text:
            return Counted(0, self._held.count())  # of texts alone, without their cases
        return self._count(self.rows, filters.course in ("", "closed"))

    @cached_property
    def total(self) -> int:
        """How many there are without any filter."""
        return self.counted.total if not self.filters.is_any else count(
            self.visible, self.access, self.filters.system, Q()
        ).total  # fmt: skip

    def _count(self, rows: QuerySet[Case], has_closed: bool) -> Counted:
        if self._question or self.filters.days:
            return Counted(0, rows.count())
        return count(rows, self.access, self.filters.system, self._alike("organ__path") if has_closed else None)

    # --- in what order

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
