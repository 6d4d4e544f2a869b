"""A limit running on one matter (时限): an append-only list of clock events and one pure reading of it.

There is no stored verdict anywhere: whether a limit is stopped, met or overdue is what ``read()`` finds in the
events. The result is a ``Receipt``: the date, every counting step in words, the article and the version of the law.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.limits import Amount, Kind, Limit, LocalValue, Unit
from zhunsheng.kernel.reckoning import Reckoning, Stop, reckon
from zhunsheng.kernel.words import Words


class ClockEventKind(StrEnum):
    """What can happen to a running limit."""

    ARMED = "armed"
    STOPPED = "stopped"
    RESUMED = "resumed"
    EXTENDED = "extended"
    CORRECTED = "corrected"
    REVALUED = "revalued"
    RECOUNTED = "recounted"
    MET = "met"
    LAPSED = "lapsed"
    VOIDED = "voided"


class ClockEvent(NamedTuple):
    """One entry of the clock's ledger.

    ``on`` is the legal day of the event (a datetime where the limit runs in hours). ``cause`` names why it was
    stopped: causes run side by side, each resumed on its own. ``amount`` is the length of an extension.
    ``corrected`` moves the day the limit runs from to ``on``. ``local`` is the value of the place it was armed under;
    ``revalued`` puts another in its place, from the start of the limit on (None: what is declared). ``recounted``: what
    stands before it was recorded anew on that day, after the declaration had been put right; it counts for nothing itself.
    """

    kind: ClockEventKind
    on: date | datetime
    cause: str = ""
    amount: Amount | None = None
    local: LocalValue | None = None


_ENDS = (ClockEventKind.MET, ClockEventKind.LAPSED, ClockEventKind.VOIDED)
_NO_CAUSES: frozenset[str] = frozenset()


class ClockState(StrEnum):
    """How a limit stands."""

    RUNNING = "running"
    STOPPED = "stopped"
    MET = "met"
    LAPSED = "lapsed"
    VOIDED = "voided"


class ClockError(ValueError):
    """Clock events that contradict each other."""


def as_date(moment: date | datetime) -> date:
    """The calendar day of a date or datetime."""
    return moment.date() if isinstance(moment, datetime) else moment


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a limit comes to on one matter, and how it was counted.

    ``due`` is None while the limit is stopped. ``provisional`` says that a year it touches has no notice of
    public holidays yet. ``met_on`` is the day it was kept (or lapsed).
    """

    limit: Limit
    state: ClockState
    start: date
    due: date | datetime | None
    provisional: bool
    uncertain_years: tuple[int, ...]
    met_on: date | None
    stopped_since: date | None
    steps: tuple[Words, ...]
    calendar_version: str

    @property
    def due_date(self) -> date | None:
        """The day it ends, hours cut off."""
        return None if self.due is None else as_date(self.due)

    def is_overdue(self, as_of: date) -> bool:
        """Whether the end of the last day has passed without the limit being met (or it was met too late)."""
        if self.due_date is None or self.state is ClockState.VOIDED:
            return False
        return (self.met_on or as_of) > self.due_date

    def remaining(self, as_of: date, calendar: Calendar) -> int | None:
        """Days left after ``as_of``: working days for a limit in working days, else calendar days; negative if late."""
        if self.due_date is None:
            return None
        if self.limit.unit is Unit.WORKING_DAY:
            return calendar.working_days_between(as_of, self.due_date)
        return (self.due_date - as_of).days


@dataclass(slots=True)
class _Reading:
    """What the events say before anything is counted."""

    start: date | datetime | None = None
    state: ClockState = ClockState.RUNNING
    met_on: date | None = None
    extensions: list[Amount] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    open_stops: dict[str, date] = field(default_factory=dict)
    local: LocalValue | None = None
    revalued_on: date | None = None
    recounted_on: date | None = None


def _gather(events: Iterable[ClockEvent]) -> _Reading:
    reading = _Reading()
    for event in events:
        day = as_date(event.on)
        if reading.start is None and event.kind is not ClockEventKind.ARMED:
            raise ClockError(f"{day}：期限还没有起算，不能记为 {event.kind}")
        match event.kind:
            case ClockEventKind.ARMED:
                # Armed again (after material was completed, say) it starts afresh.
                reading = _Reading(event.on, extensions=[event.amount] if event.amount else [], local=event.local)
            case ClockEventKind.CORRECTED:
                reading.start = event.on
            case ClockEventKind.REVALUED:
                reading.local, reading.revalued_on = event.local, day
            case ClockEventKind.RECOUNTED:
                reading.recounted_on = day
            case ClockEventKind.STOPPED:
                reading.open_stops.setdefault(event.cause, day)
            case ClockEventKind.RESUMED:
                since = reading.open_stops.pop(event.cause, None)
                if since is None:
                    raise ClockError(f"{day}：没有以「{event.cause}」为由停止的期限，不能恢复")
                if day < since:
                    raise ClockError(f"{day}：恢复日早于停止日 {since}")
                reading.stops.append((since, day))
            case ClockEventKind.EXTENDED:
                if event.amount is None:
                    raise ClockError(f"{day}：延长没有写明长度")
                reading.extensions.append(event.amount)
            case ClockEventKind.MET:
                reading.state, reading.met_on = ClockState.MET, day
            case ClockEventKind.LAPSED:
                reading.state, reading.met_on = ClockState.LAPSED, day
            case ClockEventKind.VOIDED:
                reading.state = ClockState.VOIDED
    reading.stops.extend((since, None) for since in reading.open_stops.values())
    return reading


def in_force(limit: Limit, events: Sequence[ClockEvent]) -> Limit:
    """The limit as it runs on one matter: with the value of the place it was armed under, where there is one."""
    if limit.setting is None:
        return limit
    local = None
    for event in events:
        if event.kind in (ClockEventKind.ARMED, ClockEventKind.REVALUED):
            local = event.local
    return limit.as_set(local)


def due_of(limit: Limit, events: tuple[ClockEvent, ...], calendar: Calendar) -> date | None:
    """The last day alone; None while it is stopped."""
    return standing(limit, events, calendar).due


def _count(limit: Limit, reading: _Reading, calendar: Calendar, explain: bool) -> Reckoning:
    if reading.start is None:
        raise ClockError(f"期限「{limit.name.zh}」（{limit.id}）还没有起算")
    if limit.kind is Kind.DOCUMENT_SET:
        return _as_written(as_date(reading.start), reading)
    if not limit.has_time:
        start = as_date(reading.start)
        words = Words(
            f"{start} 起算：法律没有规定日数（及时办理），须由人判断",
            f"from {start}: the law gives no number of days; it is for a person to judge",
        )
        return Reckoning(start, None, (start, start), [words])
    return reckon(limit, reading.start, calendar, reading.stops, reading.extensions, explain)


def _as_written(start: date, reading: _Reading) -> Reckoning:
    """A limit whose last day is written in the paper: kept as the days from its start, never moved by anything."""
    due = start + timedelta(days=sum(amount.value for amount in reading.extensions))
    return Reckoning(
        start, due, (start, due), [Words(f"{due}：文书载明的期限", f"{due}: the day written in the paper")]
    )


def uncertain_years(limit: Limit, counted: Reckoning, calendar: Calendar) -> list[int]:
    """The years without a notice of public holidays that a date rests on.

    A count of working days rests on every year it passes through; other units only on the year of an end that may
    roll, from the day it falls on to the day it moves to.
    """
    if limit.unit is Unit.WORKING_DAY:
        return calendar.uncertain_years(*counted.touched)
    return calendar.uncertain_years(counted.end or counted.touched[1], counted.touched[1]) if limit.rolls else []


def read(limit: Limit, events: Sequence[ClockEvent], calendar: Calendar) -> Receipt:
    """Replay the events of one clock into a receipt.

    Raises ``ClockError`` when the events contradict each other (resumed without being stopped, never armed).
    """
    reading = _gather(events)
    limit = limit.as_set(reading.local)
    counted = _count(limit, reading, calendar, explain=True)
    state = reading.state
    stopped_since = min(reading.open_stops.values()) if reading.open_stops else None
    if state is ClockState.RUNNING and stopped_since is not None:
        state = ClockState.STOPPED
    uncertain = uncertain_years(limit, counted, calendar)
    return Receipt(
        limit=limit,
        state=state,
        start=as_date(reading.start) if reading.start else counted.start,
        due=counted.due,
        provisional=bool(uncertain),
        uncertain_years=tuple(uncertain),
        met_on=reading.met_on,
        stopped_since=stopped_since if state is ClockState.STOPPED else None,
        steps=(*_recounted_steps(reading), *_local_steps(reading), *counted.steps),
        calendar_version=calendar.version,
    )


def _recounted_steps(reading: _Reading) -> list[Words]:
    """That the limit was recorded anew, and when."""
    day = reading.recounted_on
    if day is None:
        return []
    return [
        Words(
            f"{day}：程序声明更正后，由办理记录重新记录",
            f"{day}: recorded anew from what was done, after the declaration of the procedure was put right",
        )
    ]


def _local_steps(reading: _Reading) -> list[Words]:
    """Which decision of the place the limit is counted under, and since when, where it was not so from the start."""
    steps: list[Words] = []
    if reading.revalued_on is not None:
        day = reading.revalued_on
        steps.append(
            Words(
                f"{day}：决定按改变后的本地规定重新推算", f"{day}: decided to count anew under the changed local rule"
            )
        )
    if reading.local is not None:
        (zh, en), since, cited = reading.local.amount.words(), reading.local.since, reading.local.cited
        steps.append(
            Words(
                f"本地规定：{zh}（{cited.zh}，{since} 起施行）", f"local rule: {en} ({cited.en}, in force from {since})"
            )
        )
    return steps


def open_causes(events: Sequence[ClockEvent]) -> frozenset[str]:
    """The causes for which the clock is stopped at present."""
    if not any(event.kind is ClockEventKind.STOPPED for event in events):
        return _NO_CAUSES
    return frozenset(_gather(events).open_stops)


def extensions_granted(events: Sequence[ClockEvent]) -> int:
    """How often the clock has been extended since it was last armed."""
    return len(_gather(events).extensions)


def is_open(events: Sequence[ClockEvent]) -> bool:
    """Whether the clock still waits to be met (running or stopped)."""
    for event in reversed(events):
        if event.kind in _ENDS:
            return False
        if event.kind is ClockEventKind.ARMED:
            return True
    return False


def summary(events: Sequence[ClockEvent]) -> tuple[ClockState, date | None]:
    """How a clock stands, and the day it was met or lapsed, without counting anything."""
    return _summary(_gather(events))


def _summary(reading: _Reading) -> tuple[ClockState, date | None]:
    if reading.state is ClockState.RUNNING and reading.open_stops:
        return ClockState.STOPPED, None
    return reading.state, reading.met_on


class Standing(NamedTuple):
    """How a limit stands on one matter: the limit in force there, the day it was met or lapsed, the last day (none while it is
    stopped), and whether that rests on a year without a notice of public holidays."""

    limit: Limit
    state: ClockState
    ended_on: date | None
    due: date | None
    provisional: bool

    @property
    def binds(self) -> bool:
        """Whether something must be done by its last day."""
        return self.state is ClockState.RUNNING and self.limit.ends_in_duty


@lru_cache(10_000)
def standing(limit: Limit, events: tuple[ClockEvent, ...], calendar: Calendar) -> Standing:
    """What the shell keeps as an index, without words. Remembered: of many matters most run under the same few limits, from
    and to the same days."""
    reading = _gather(events)
    limit = limit.as_set(reading.local)
    counted = _count(limit, reading, calendar, explain=False)
    due = None if counted.due is None else as_date(counted.due)
    return Standing(limit, *_summary(reading), due, bool(uncertain_years(limit, counted, calendar)))
