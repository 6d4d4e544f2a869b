"""Counting: worked examples by hand, and the same counted day by day."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.kernel.calendar import CalendarRangeError
from zhunsheng.kernel.limits import Amount, Basis, Extension, Kind, Limit, LimitError, Unit, extension_problem
from zhunsheng.kernel.reckoning import add_months, merge_stops, reckon
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import packaged_calendar

CALENDAR = packaged_calendar()
BASIS = Basis("a_law", "1", "2020", Words("某法第一条", "Law, Article 1"))
STARTS = st.dates(date(2010, 1, 1), date(2025, 6, 30))


def limit(value, unit, kind=Kind.DEADLINE, rolls=False, **more):
    return Limit("example", Words("示例", "Example"), kind, unit, value, BASIS, rolls=rolls, **more)


def due(rule, start, **more):
    return reckon(rule, start, CALENDAR, **more).due


WD, CD, MONTH, YEAR = Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH, Unit.YEAR


@pytest.mark.parametrize(
    ("rule", "start", "end"),
    [
        (limit(5, WD), date(2024, 9, 26), date(2024, 10, 9)),
        (limit(7, WD), date(2024, 2, 7), date(2024, 2, 22)),  # 8, 9, then 18 (make-up) to 22 February
        (limit(15, CD, rolls=True), date(2024, 1, 27), date(2024, 2, 18)),  # ends on 11 February in Spring Festival
        (limit(15, CD), date(2024, 1, 27), date(2024, 2, 11)),
        (limit(1, CD, rolls=True), date(2024, 9, 28), date(2024, 9, 29)),  # a Sunday, but a make-up day
        (limit(60, CD, rolls=True), date(2024, 8, 2), date(2024, 10, 8)),  # 1 October
        (limit(1, MONTH), date(2024, 1, 31), date(2024, 2, 29)),
        (limit(1, MONTH), date(2023, 1, 31), date(2023, 2, 28)),
        (limit(3, MONTH), date(2023, 11, 30), date(2024, 2, 29)),
        (limit(1, YEAR), date(2024, 2, 29), date(2025, 2, 28)),
        (limit(2, YEAR), date(2022, 3, 1), date(2024, 3, 1)),
        (limit(6, MONTH, rolls=True), date(2024, 4, 1), date(2024, 10, 8)),
        (limit(24, Unit.HOUR), datetime(2024, 9, 30, 18), datetime(2024, 10, 1, 18)),
        (limit(24, Unit.HOUR), date(2024, 9, 30), datetime(2024, 10, 1)),
        (limit(0, Unit.SAME_DAY), date(2024, 10, 1), date(2024, 10, 1)),
        (limit(5, WD, Kind.ADVANCE_NOTICE), date(2024, 10, 15), date(2024, 10, 8)),
        (limit(3, CD, Kind.ADVANCE_NOTICE), date(2024, 10, 15), date(2024, 10, 11)),
        (limit(6, MONTH, Kind.WINDOW_BEFORE), date(2024, 8, 31), date(2024, 2, 29)),
        (limit(2, Unit.TIMES_PER_YEAR, Kind.PERIODIC), date(2024, 10, 15), date(2024, 12, 31)),
        (limit(None, Unit.FIXED_DATE, Kind.FIXED_DATE, fixed_date=(3, 1)), date(2024, 3, 1), date(2024, 3, 1)),
        (limit(None, Unit.FIXED_DATE, Kind.FIXED_DATE, fixed_date=(3, 1)), date(2024, 3, 2), date(2025, 3, 1)),
    ],
)
def test_worked_examples(rule, start, end):
    assert due(rule, start) == end


D = date(2024, 3, 1)


@pytest.mark.parametrize(
    ("rule", "stops", "end"),
    [
        (limit(60, CD), [(date(2024, 4, 1), date(2024, 4, 11))], date(2024, 5, 10)),
        (limit(60, CD), [(date(2024, 2, 1), date(2024, 3, 11))], date(2024, 5, 9)),  # 2 to 10 March are lost
        (limit(60, CD), [(date(2024, 2, 1), date(2024, 3, 2))], date(2024, 4, 30)),  # over before the first day
        (limit(60, CD), [(date(2024, 4, 30), date(2024, 5, 6))], date(2024, 5, 6)),  # stopped on the last day
        (limit(60, CD), [(date(2024, 5, 1), date(2024, 6, 1))], date(2024, 4, 30)),  # after the end
        (limit(60, CD), [(date(2024, 4, 1), date(2024, 4, 1))], date(2024, 4, 30)),  # nothing
        (limit(3, MONTH), [(date(2024, 4, 1), date(2024, 4, 11))], date(2024, 6, 11)),
        (limit(5, WD), [(date(2024, 3, 5), date(2024, 3, 7))], date(2024, 3, 12)),  # 4, 7, 8, 11, 12 March
        (limit(60, CD), [(date(2024, 4, 1), None)], None),
        (limit(60, CD), [(date(2024, 5, 1), None)], date(2024, 4, 30)),
        # Day 30 is Sunday 31 March; stopped on the Monday to which it moves, which is then still to come.
        (limit(30, CD, rolls=True), [(date(2024, 4, 1), date(2024, 4, 3))], date(2024, 4, 3)),
        (limit(30, CD, rolls=True), [(date(2024, 4, 1), date(2024, 4, 4))], date(2024, 4, 7)),  # Qingming, then make-up
        (limit(30, CD, rolls=True), [(date(2024, 4, 1), None)], None),
        (limit(30, CD, rolls=True), [(date(2024, 4, 2), None)], date(2024, 4, 1)),
        (limit(30, CD), [(date(2024, 4, 1), None)], date(2024, 3, 31)),
    ],
)
def test_pauses(rule, stops, end):
    assert due(rule, D, stops=stops) == end


def test_extensions_of_the_same_unit_are_one_period_and_roll_once():
    """Sixty days end on a day off; ninety are counted through, not from the day after it."""
    rule = limit(60, CD, rolls=True)
    assert due(rule, date(2024, 8, 2), extensions=[Amount(30, CD)]) == date(2024, 10, 31)


def test_extension_in_another_unit_runs_from_the_natural_end():
    assert due(limit(1, MONTH), date(2024, 1, 31), extensions=[Amount(10, CD)]) == date(2024, 3, 10)
    assert due(limit(3, CD), date(2024, 9, 27), extensions=[Amount(2, WD)]) == date(2024, 10, 9)


@pytest.mark.parametrize(
    "rule", [limit(3, CD, Kind.ADVANCE_NOTICE), limit(24, Unit.HOUR), limit(2, Unit.TIMES_PER_YEAR, Kind.PERIODIC)]
)
def test_what_cannot_be_stopped_says_so(rule):
    with pytest.raises(LimitError) as caught:
        reckon(rule, D, CALENDAR, stops=[(D, None)])
    assert rule.words().en in caught.value.words.en


def test_what_is_no_time_says_so():
    with pytest.raises(LimitError, match="3000元"):
        reckon(limit(3000, Unit.CNY, Kind.THRESHOLD), D, CALENDAR)
    with pytest.raises(LimitError, match="文书载明"):
        reckon(limit(None, Unit.SPECIFIED_IN_DOCUMENT, Kind.DOCUMENT_SET), D, CALENDAR)


@pytest.mark.parametrize("rule", [limit(10**6, YEAR), limit(10**9, CD), limit(10**5, WD), limit(99, YEAR, rolls=True)])
def test_out_of_reach(rule):
    with pytest.raises(CalendarRangeError):
        reckon(rule, D, CALENDAR, explain=True)


def test_steps_number_only_what_counts():
    steps = reckon(limit(5, WD), date(2024, 10, 8), CALENDAR, [(date(2024, 10, 9), date(2024, 10, 10))], explain=True)
    assert [step.en for step in steps.steps][2:] == [
        "2024-10-09: stopped, not counted",
        "2024-10-10 to 2024-10-11: working days 1 to 2",
        "2024-10-12 (make-up working day): working day 3",
        "2024-10-13: weekend, not counted",
        "2024-10-14 to 2024-10-15: working days 4 to 5",
    ]


def test_steps_of_a_notice_leave_out_both_ends():
    steps = reckon(limit(2, WD, Kind.ADVANCE_NOTICE), date(2024, 10, 15), CALENDAR, explain=True).steps
    text = " ".join(step.en for step in steps)
    assert "working day 2" in text
    assert "working day 3" not in text


def test_steps_say_how_much_a_pause_really_takes_out():
    steps = reckon(limit(10, CD), D, CALENDAR, [(date(2024, 2, 1), date(2024, 3, 4))], explain=True).steps
    assert any("2 days of the period not counted" in step.en for step in steps)


def test_one_is_singular():
    assert Amount(1, CD).words().en == "1 day"
    assert limit(1, Unit.TIMES_PER_YEAR).words().en == "once a year"
    assert limit(1, MONTH).words() == Words("1个月", "1 month")


def test_ceiling_for_limit_and_extensions_together():
    rule = limit(30, CD, extension=Extension(None, total=Amount(90, CD)))
    assert extension_problem(rule, Amount(60, CD)) is None
    assert extension_problem(rule, Amount(61, CD)) is not None
    assert extension_problem(rule, Amount(31, CD), granted=[Amount(30, CD)]) is not None
    assert extension_problem(rule, Amount(2, MONTH)) is not None
    assert extension_problem(rule, Amount(0, CD)) is not None


def near(start, offsets):
    return [(start + timedelta(days=a), start + timedelta(days=a + length)) for a, length in offsets]


OFFSETS = st.lists(st.tuples(st.integers(-20, 90), st.integers(0, 30)), max_size=5)
COUNTED = st.sampled_from([WD, CD])


def naive(value, unit, start, stops):
    """Day after day: count each that is counted and not stopped."""
    day = start
    while value:
        day += timedelta(days=1)
        stopped = any(first <= day < until for first, until in stops)
        if not stopped and (unit is CD or CALENDAR.is_working(day)):
            value -= 1
    return day


@given(start=STARTS, value=st.integers(1, 40), unit=COUNTED, offsets=OFFSETS)
def test_counting_is_walking_day_by_day(start, value, unit, offsets):
    stops = near(start, offsets)
    assert due(limit(value, unit), start, stops=stops) == naive(value, unit, start, stops)


@given(start=STARTS, value=st.integers(1, 40), unit=COUNTED, offsets=OFFSETS, dice=st.randoms())
def test_order_and_overlap_of_pauses_do_not_matter(start, value, unit, offsets, dice):
    stops = near(start, offsets)
    shuffled = [*stops, *stops]
    dice.shuffle(shuffled)
    rule = limit(value, unit, rolls=unit is CD)
    assert due(rule, start, stops=shuffled) == due(rule, start, stops=stops)


@given(
    start=STARTS, value=st.integers(1, 12), unit=st.sampled_from([WD, CD, MONTH, YEAR]), offsets=OFFSETS,
    more=st.integers(1, 30), longer=st.integers(0, 30), extra=st.sampled_from([WD, CD, MONTH]),
)  # fmt: skip
def test_a_longer_extension_never_ends_sooner(start, value, unit, offsets, more, longer, extra):
    rule, stops = limit(value, unit, rolls=unit is not WD), near(start, offsets)
    plain = due(rule, start, stops=stops)
    short = due(rule, start, stops=stops, extensions=[Amount(more, extra)])
    long = due(rule, start, stops=stops, extensions=[Amount(more + longer, extra)])
    assert plain <= long
    assert short <= long


@given(start=STARTS, value=st.integers(1, 40), unit=st.sampled_from([CD, MONTH]))
def test_rolling_moves_to_the_first_working_day_and_no_further(start, value, unit):
    natural = due(limit(value, unit), start)
    rolled = due(limit(value, unit, rolls=True), start)
    assert rolled == CALENDAR.next_working_day(natural)


@given(event=STARTS, value=st.integers(1, 30))
def test_notice_leaves_that_many_whole_days_between(event, value):
    end = due(limit(value, WD, Kind.ADVANCE_NOTICE), event)
    between = [end + timedelta(days=n) for n in range(1, (event - end).days)]
    assert sum(CALENDAR.is_working(day) for day in between) == value
    assert (event - due(limit(value, CD, Kind.ADVANCE_NOTICE), event)).days - 1 == value


@given(day=STARTS, months=st.integers(0, 60))
def test_months_end_on_the_corresponding_day_or_the_last(day, months):
    end = add_months(day, months)
    assert (end.year - day.year) * 12 + end.month - day.month == months
    assert end.day == day.day or (end + timedelta(days=1)).day == 1


@given(offsets=OFFSETS)
def test_merged_pauses_do_not_touch(offsets):
    merged = merge_stops(near(D, offsets))
    assert all(first < until for first, until in merged)
    assert all(a[1] < b[0] for a, b in pairwise(merged))


@given(start=STARTS, value=st.integers(1, 12), unit=st.sampled_from([WD, CD, MONTH, YEAR]), offsets=OFFSETS)
def test_explaining_changes_nothing(start, value, unit, offsets):
    rule, stops = limit(value, unit, rolls=True), near(start, offsets)
    assert reckon(rule, start, CALENDAR, stops, explain=True).due == due(rule, start, stops=stops)
    assert reckon(replace(rule, at_least=Amount(1, unit)), start, CALENDAR, stops, explain=True).steps


def test_the_least_of_a_range_is_a_wait_that_no_holiday_moves():
    rule = limit(1, YEAR, Kind.RANGE, rolls=True, at_least=Amount(3, MONTH))
    assert due(rule, date(2025, 7, 4)) == date(2026, 7, 6)  # 4 July 2026 is a Saturday
    assert due(rule.least, date(2025, 7, 4)) == date(2025, 10, 4)
    assert not rule.least.ends_in_duty
    plain = limit(5, WD)
    assert plain.least is plain
