"""Working days: against the notices known by heart, and against a walk day by day through another package."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.kernel.calendar import LAST_DAY, Calendar, CalendarRangeError, DayKind
from zhunsheng.law.working_days import packaged_calendar

CALENDAR = packaged_calendar()
KNOWN_DAYS = st.dates(date(2005, 1, 1), date(2026, 10, 1))


def walk(day, count):
    """The same question answered day by day by the package itself."""
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not chinese_calendar.is_workday(day):
            day += step
    return day


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2024, 9, 29), DayKind.MAKE_UP),  # a Sunday worked for National Day
        (date(2024, 10, 12), DayKind.MAKE_UP),
        (date(2024, 10, 1), DayKind.HOLIDAY),
        (date(2024, 10, 7), DayKind.HOLIDAY),
        (date(2024, 10, 8), DayKind.WORKING),
        (date(2024, 10, 13), DayKind.WEEKEND),
        (date(2024, 2, 4), DayKind.MAKE_UP),  # before the Spring Festival
        (date(2024, 2, 9), DayKind.WORKING),  # its eve was not off in that year
        (date(2025, 1, 26), DayKind.MAKE_UP),
        (date(2025, 1, 28), DayKind.HOLIDAY),  # from 2025 the eve is a day off
    ],
)
def test_known_days(day, kind):
    assert CALENDAR.kind(day) is kind
    assert CALENDAR.is_working(day) is (kind in (DayKind.WORKING, DayKind.MAKE_UP))


@given(day=KNOWN_DAYS, count=st.integers(-60, 60))
def test_adding_is_walking_day_by_day(day, count):
    if walk_stays_known(day, count):
        assert CALENDAR.add_working_days(day, count) == walk(day, count)


def walk_stays_known(day, count):
    return date(2004, 6, 1) < day + timedelta(days=3 * count) < date(2026, 12, 31)


@given(day=KNOWN_DAYS, days=st.integers(0, 80))
def test_between_counts_each_day(day, days):
    end = day + timedelta(days=days)
    counted = sum(CALENDAR.is_working(day + timedelta(days=n)) for n in range(1, days + 1))
    assert CALENDAR.working_days_between(day, end) == counted
    assert CALENDAR.working_days_between(end, day) == -counted


@given(day=KNOWN_DAYS, count=st.integers(1, 200))
def test_adding_and_counting_agree(day, count):
    assert CALENDAR.working_days_between(day, CALENDAR.add_working_days(day, count)) == count


@given(day=KNOWN_DAYS)
def test_next_working_day_is_the_day_itself_or_the_first_after(day):
    found = CALENDAR.next_working_day(day)
    assert CALENDAR.is_working(found)
    assert CALENDAR.working_days_between(day, found) == (0 if found == day else 1)


def test_years_without_a_notice_are_not_certain():
    assert CALENDAR.uncertain_years(date(2026, 12, 1), date(2028, 1, 1)) == [2027, 2028]
    assert CALENDAR.is_certain(date(2024, 1, 1), date(2026, 12, 31))
    assert CALENDAR.is_working(date(2089, 10, 3)), "only weekends are left out"


def test_a_notice_replaces_its_year_and_wins_at_the_edges():
    before = Calendar({date(2030, 1, 1): "元旦", date(2031, 5, 1): "劳动节"}, [date(2031, 12, 28)], [2030], "v1")
    after = before.amended({date(2031, 12, 28): "元旦", date(2032, 1, 1): "元旦"}, [], [2032], "v2")
    assert after.kind(date(2031, 12, 28)) is DayKind.HOLIDAY
    assert after.kind(date(2030, 1, 1)) is DayKind.HOLIDAY
    assert after.certain_years == {2030, 2032}
    again = after.amended({date(2032, 1, 2): "元旦"}, [], [2032], "v3")
    assert again.kind(date(2032, 1, 1)) is DayKind.WORKING


@pytest.mark.parametrize(
    "ask",
    [
        lambda: CALENDAR.is_working(date(1989, 12, 31)),
        lambda: CALENDAR.is_working(date(2101, 1, 1)),
        lambda: CALENDAR.add_working_days(LAST_DAY, 1),
        lambda: CALENDAR.add_working_days(date(1990, 1, 1), -1),
        lambda: CALENDAR.next_working_day(date(2101, 1, 1)),
    ],
)
def test_outside_of_its_years_it_says_so(ask):
    with pytest.raises(CalendarRangeError) as caught:
        ask()
    assert "2100" in caught.value.words.zh
    assert "2100" in caught.value.words.en
