"""Working days of the People's Republic of China (工作日), make-up days (调休) included.

A ``Calendar`` is a value: two prefix tables made once from a list of exceptions, so that every question after
that is a look-up. Where the exceptions come from (a data package, notices entered by an administrator) is not
decided here.

A year is *certain* when the yearly notice on public holidays is known. In any other year weekends alone are
counted as days off, and every date that rests on such a year is provisional.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property

from zhunsheng.kernel.words import BilingualError, Words

FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2100, 12, 31)
_BASE = FIRST_DAY.toordinal()
_DAYS = LAST_DAY.toordinal() - _BASE + 1


HOLIDAYS = (
    Words("元旦", "New Year's Day"),
    Words("春节", "Spring Festival"),
    Words("清明节", "Tomb-sweeping Day"),
    Words("劳动节", "Labour Day"),
    Words("端午节", "Dragon Boat Festival"),
    Words("中秋节", "Mid-autumn Festival"),
    Words("国庆节", "National Day"),
    Words("抗战胜利纪念日", "Anti-Fascist 70th Day"),
)
"""The names of public holidays; a notice may use others, which then show as they were entered."""
_ENGLISH = {words.zh: words.en for words in HOLIDAYS}


class DayKind(StrEnum):
    """What a day is for the counting of working days."""

    WORKING = "working"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


class CalendarRangeError(BilingualError):
    """A count that begins or ends outside the years the calendar can count (1990 to 2100), in both languages."""

    def __init__(self, day: date) -> None:
        first, last = FIRST_DAY.year, LAST_DAY.year
        super().__init__(
            f"自 {day} 起的计算超出可计算范围（{first}—{last} 年）",
            f"counting from {day} leaves the years that can be counted ({first} to {last})",
        )


class Calendar:
    """Which days are working days.

    ``holidays`` maps a day off to the name of the holiday; ``make_up_days`` are weekend days worked in exchange
    (they win over a weekend, never over a holiday); ``certain_years`` are the years whose
    notice is known; ``version`` names the state of the data and is kept on receipts.
    """

    def __init__(
        self,
        holidays: Mapping[date, str],
        make_up_days: Iterable[date],
        certain_years: Iterable[int],
        version: str,
    ) -> None:
        self.holidays = dict(holidays)
        self.make_up_days = frozenset(make_up_days) - self.holidays.keys()
        self.certain_years = frozenset(certain_years)
        self.version = version

    @cached_property
    def _tables(self) -> tuple[array[int], array[int]]:
        """(ordinals of all working days, number of working days before each day of the range and before the day after it)."""
        working = array("i")
        before = array("i")
        off = {d.toordinal() for d in self.holidays}
        made_up = {d.toordinal() for d in self.make_up_days}
        for ordinal in range(_BASE, _BASE + _DAYS):
            before.append(len(working))
            weekday = (ordinal + 6) % 7  # 0 is Monday, as date.weekday()
            if ordinal in made_up or (weekday < 5 and ordinal not in off):
                working.append(ordinal)
        before.append(len(working))
        return working, before

    def _index(self, day: date) -> int:
        index = day.toordinal() - _BASE
        if not 0 <= index < _DAYS:
            raise CalendarRangeError(day)
        return index

    def kind(self, day: date) -> DayKind:
        """The kind of a day."""
        if day in self.make_up_days:
            return DayKind.MAKE_UP
        if day in self.holidays:
            return DayKind.HOLIDAY
        return DayKind.WEEKEND if day.weekday() > 4 else DayKind.WORKING

    def holiday_words(self, day: date) -> Words | None:
        """The name of the holiday a day belongs to; None where it belongs to none."""
        name = self.holidays.get(day)
        return None if name is None else Words(name, _ENGLISH.get(name, name))

    def is_working(self, day: date) -> bool:
        """Whether the day is a working day."""
        _working, before = self._tables
        index = self._index(day)
        return before[index + 1] > before[index]

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day`` (before it, when negative); ``day`` itself never counts.

        With ``count`` 0 the day itself is returned, working day or not.
        """
        if count == 0:
            return day
        working, before = self._tables
        index = self._index(day)
        position = before[index + 1] + count - 1 if count > 0 else before[index] + count
        if not 0 <= position < len(working):
            raise CalendarRangeError(day)
        return date.fromordinal(working[position])

    def working_days_between(self, after: date, through: date) -> int:
        """How many working days lie after ``after`` up to and including ``through`` (negative if reversed)."""
        if through < after:
            return -self.working_days_between(through, after)
        _, before = self._tables
        return before[self._index(through) + 1] - before[self._index(after) + 1]

    def next_working_day(self, day: date) -> date:
        """``day`` if it is a working day, else the first working day after it."""
        working, before = self._tables
        position = before[self._index(day)]
        if position >= len(working):
            raise CalendarRangeError(day)
        return date.fromordinal(working[position])

    def is_certain(self, first: date, last: date) -> bool:
        """Whether every year touched by the span has its notice of public holidays."""
        return all(year in self.certain_years for year in range(first.year, last.year + 1))

    def uncertain_years(self, first: date, last: date) -> list[int]:
        """The years of the span whose notice is not known."""
        return [year for year in range(first.year, last.year + 1) if year not in self.certain_years]

    @cached_property
    def _exceptions(self) -> list[date]:
        return sorted({*self.holidays, *self.make_up_days})

    def exceptions_within(self, first: date, last: date) -> list[date]:
        """Holidays and make-up days of the span, in order."""
        days = self._exceptions
        return days[bisect_left(days, first) : bisect_right(days, last)]

    def amended(
        self, holidays: Mapping[date, str], make_up_days: Iterable[date], certain_years: Iterable[int], version: str
    ) -> Calendar:
        """A calendar in which every year of ``certain_years`` is taken from the given notice alone.

        Days of the notice in a neighbouring year (around New Year's Day) win over what was known of them.
        """
        years = frozenset(certain_years)
        made_up = frozenset(make_up_days)
        kept_holidays = {d: name for d, name in self.holidays.items() if d.year not in years and d not in made_up}
        kept_make_up = {d for d in self.make_up_days if d.year not in years and d not in holidays}
        return Calendar({**kept_holidays, **holidays}, kept_make_up | made_up, self.certain_years | years, version)


def each_day(first: date, last: date) -> Iterable[date]:
    """The days from ``first`` to ``last``, both included."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)
