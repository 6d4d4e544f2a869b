"""A limit running on one matter: what its events come to, in whatever order the causes of a stop begin and end."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.kernel.case_state import dump_clock_event, load_clock_event
from zhunsheng.kernel.clock import ClockError, ClockEvent, ClockEventKind, ClockState, is_open, open_causes, read
from zhunsheng.kernel.limits import Amount, Basis, Kind, Limit, Unit
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import packaged_calendar

CALENDAR = packaged_calendar()
SIXTY = Limit("example", Words("示例", "Example"), Kind.DEADLINE, Unit.CALENDAR_DAY, 60,
              Basis("a_law", "1", "2020", Words("某法第一条", "Law, Article 1")))  # fmt: skip
K = ClockEventKind
MARCH = date(2024, 3, 1)
ARMED = ClockEvent(K.ARMED, MARCH)


def at(day):
    return MARCH + timedelta(days=day)


def receipt(*events):
    return read(SIXTY, [ARMED, *events], CALENDAR)


def test_running():
    found = receipt()
    assert (found.state, found.due_date) == (ClockState.RUNNING, date(2024, 4, 30))
    assert not found.is_overdue(date(2024, 4, 30))
    assert found.is_overdue(date(2024, 5, 1))
    assert found.remaining(date(2024, 4, 28), CALENDAR) == 2


def test_stopped_has_no_end_and_is_never_overdue():
    found = receipt(ClockEvent(K.STOPPED, at(10), "appraisal"))
    assert (found.state, found.due, found.stopped_since) == (ClockState.STOPPED, None, at(10))
    assert not found.is_overdue(date(2030, 1, 1))


def test_causes_are_resumed_each_on_its_own():
    """From day 10 to day 30 something stops it; twenty days are added to the sixty."""
    first = [ClockEvent(K.STOPPED, at(10), "a"), ClockEvent(K.STOPPED, at(15), "b")]
    one = [*first, ClockEvent(K.RESUMED, at(20), "a")]
    assert open_causes([ARMED, *one]) == {"b"}
    assert receipt(*one).due is None
    assert receipt(*one, ClockEvent(K.RESUMED, at(30), "b")).due_date == at(80)


def test_met_lapsed_voided():
    assert receipt(ClockEvent(K.MET, at(5))).met_on == at(5)
    assert receipt(ClockEvent(K.MET, at(61))).is_overdue(at(61))
    assert not receipt(ClockEvent(K.MET, at(60))).is_overdue(at(400))
    assert receipt(ClockEvent(K.LAPSED, at(60))).state is ClockState.LAPSED
    assert not receipt(ClockEvent(K.VOIDED, at(5))).is_overdue(at(400))
    assert is_open([ARMED])
    assert not is_open([ARMED, ClockEvent(K.MET, at(5))])


def test_armed_again_it_starts_afresh():
    events = [ClockEvent(K.EXTENDED, at(3), amount=Amount(30, Unit.CALENDAR_DAY)), ClockEvent(K.ARMED, at(10))]
    assert receipt(*events).due_date == at(70)


def test_correction_moves_the_start_and_keeps_the_rest():
    events = [ClockEvent(K.EXTENDED, at(3), amount=Amount(30, Unit.CALENDAR_DAY)), ClockEvent(K.CORRECTED, at(2))]
    assert receipt(*events).due_date == at(92)


def test_provisional_only_where_the_calendar_matters():
    rolling = Limit("x", SIXTY.name, Kind.DEADLINE, Unit.CALENDAR_DAY, 60, SIXTY.basis, rolls=True)
    late = [ClockEvent(K.ARMED, date(2090, 3, 1))]
    assert read(rolling, late, CALENDAR).uncertain_years == (2090,)
    assert not read(SIXTY, late, CALENDAR).provisional


@pytest.mark.parametrize(
    "events",
    [
        [],
        [ClockEvent(K.MET, MARCH)],
        [ClockEvent(K.EXTENDED, MARCH, amount=Amount(1, Unit.CALENDAR_DAY)), ARMED],
        [ARMED, ClockEvent(K.RESUMED, at(1), "a")],
        [ARMED, ClockEvent(K.STOPPED, at(1), "a"), ClockEvent(K.RESUMED, at(2), "b")],
        [ARMED, ClockEvent(K.STOPPED, at(5), "a"), ClockEvent(K.RESUMED, at(4), "a")],
        [ARMED, ClockEvent(K.EXTENDED, at(1))],
    ],
)
def test_contradictions(events):
    with pytest.raises(ClockError):
        read(SIXTY, events, CALENDAR)


PAUSES = st.lists(st.tuples(st.integers(0, 80), st.integers(0, 20)), min_size=1, max_size=3)


@given(pauses=PAUSES)
def test_the_order_of_causes_does_not_matter(pauses):
    pairs = [
        (ClockEvent(K.STOPPED, at(day), str(n)), ClockEvent(K.RESUMED, at(day + length), str(n)))
        for n, (day, length) in enumerate(pauses)
    ]
    ends = {receipt(*(event for pair in order for event in pair)).due for order in permutations(pairs)}
    assert len(ends) == 1
    every_stop_first = [stop for stop, _ in pairs] + [resume for _, resume in pairs]
    assert {receipt(*every_stop_first).due} == ends


@given(pauses=PAUSES, extension=st.integers(1, 90))
def test_kept_and_read_again_it_says_the_same(pauses, extension):
    events = [ARMED, ClockEvent(K.EXTENDED, at(1), amount=Amount(extension, Unit.CALENDAR_DAY))]
    for n, (day, length) in enumerate(pauses):
        events += [ClockEvent(K.STOPPED, at(day), str(n)), ClockEvent(K.RESUMED, at(day + length), str(n))]
    kept = [load_clock_event(dump_clock_event(event)) for event in events]
    assert kept == events
    assert read(SIXTY, kept, CALENDAR) == read(SIXTY, events, CALENDAR)
