"""Which cases filters keep (筛选), and how many: read from the words of an address, asked of the cases an officer may see.

Lists may be a million cases long. Counts come from the tally where it can answer (``tallying``), texts from the search.
The desk's lists put them in order and into pages; evidence that is a list is counted anew by the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Q, QuerySet

from zhunsheng.cases.finding import holding
from zhunsheng.cases.models import Case
from zhunsheng.cases.tallying import Counted, choice, count
from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.fields import FieldDeclaration, FieldError, parse_date
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import calendar, soon_until
from zhunsheng.orgs.access import Access, below
from zhunsheng.orgs.models import Organ
from zhunsheng.search.wording import Question, asked
from zhunsheng.typed import whole_number

FIELD = "f_"
"""Before the names of declared fields in an address."""
DAYS = ("first", "last", "closed_first", "closed_last")
DEFAULT_SORT = "-opened_on"
_DAYS = {
    "first": "opened_on__gte", "last": "opened_on__lte", "closed_first": "closed_on__gte", "closed_last": "closed_on__lte",
}  # fmt: skip
_OPENED = frozenset(("first", "last"))


@dataclass(frozen=True)
class Filters:
    """What was chosen in the list of a system; ``wrong`` names dates that could not be read."""

    system: str = ""
    text: str = ""
    state: str = ""
    outcome: str = ""
    course: str = ""
    organ: str = ""
    days: Mapping[str, date] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    sort: str = DEFAULT_SORT
    wrong: tuple[Words, ...] = ()

    @property
    def is_any(self) -> bool:
        return bool(self.text or self.state or self.outcome or self.course or self.organ or self.days or self.fields)


def filters_in(query: Mapping[str, str], compiled: CompiledProcedure) -> Filters:
    """The filters in the words of an address. A date that cannot be read is named, not guessed at."""
    days: dict[str, date] = {}
    wrong = []
    for name in DAYS:
        if query.get(name):
            try:
                days[name] = parse_date(query[name])
            except FieldError as error:
                wrong.append(error.words)
    fields = {name: query[FIELD + name] for name in filtered_fields(compiled) if query.get(FIELD + name)}
    return Filters(
        compiled.slug, query.get("q", "").strip(), query.get("state", ""), query.get("outcome", ""), query.get("course", ""),
        query.get("organ", ""), days, fields, wrong=tuple(wrong),
    )  # fmt: skip


def filtered_fields(compiled: CompiledProcedure) -> dict[str, FieldDeclaration]:
    """The declared fields one can filter by: those with a few values to choose from."""
    return {name: compiled.all_fields[name] for name in compiled.choice_fields}


# --- how far cases have come -----------------------------------------------------------------------------------------


def overdue(today: date) -> Q:
    """Open cases whose nearest limit has run out."""
    return Q(closed_on=None, next_due__lt=today)


def due_within(today: date, before: date) -> Q:
    """Open cases whose nearest limit ends from today on and before a day."""
    return Q(closed_on=None, next_due__gte=today, next_due__lt=before)


def due_soon(today: date, calendar: Calendar) -> Q:
    """Open cases with fewer than three working days left."""
    return due_within(today, soon_until(today, calendar))


def in_course(state: str = "open") -> Q:
    return Q(closed_on=None) if state == "open" else Q(closed_on__isnull=False)


# --- which, and how many ---------------------------------------------------------------------------------------------


class Chosen:
    """The cases of a system that filters keep, of those an officer may see. What is asked for it is asked once."""

    def __init__(self, filters: Filters, access: Access, today: date) -> None:
        self.filters, self.access, self.today = filters, access, today

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
        path = Organ.objects.filter(pk=whole_number(self.filters.organ)).values_list("path", flat=True).first()
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

    @cached_property
    def counted(self) -> Counted:
        """How many the filters keep."""
        if self._is_text_alone:
            return Counted(0, self._held.count())
        return self._count(self.rows, self.filters.course in ("", "closed"))

    @cached_property
    def _is_text_alone(self) -> bool:
        """Whether nothing is asked but a text and when the cases began, which texts answer without their cases."""
        filters = self.filters
        return bool(self._question) and filters.days.keys() <= _OPENED and not (
            filters.state or filters.outcome or filters.course or filters.organ or filters.fields or self._has_voided
        )  # fmt: skip

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
