"""Time limits (期限) as the statutes put them, and the counting of one limit from one day.

What lives here: the kinds and units of limits, the value ``Limit``, and ``reckon()``, the only place where a date
is counted. Which limits exist and what they say is data of the law room; a limit running on a case (stopped,
extended, met) is the business of ``clock``.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from zhunsheng.kernel.calendar import Calendar, DayKind, each_day
from zhunsheng.kernel.words import Words


class Kind(StrEnum):
    """What a rule of time demands."""

    DEADLINE = "deadline"
    ADVANCE_NOTICE = "advance_notice"
    WINDOW_BEFORE = "window_before"
    MIN_PERIOD = "min_period"
    MIN_WAIT = "min_wait"
    MAX_PERIOD = "max_period"
    FIXED_PERIOD = "fixed_period"
    FIXED_DATE = "fixed_date"
    PERIODIC = "periodic"
    RANGE = "range"
    VALIDITY = "validity"
    LIMITATION = "limitation"
    BAR = "bar"
    RETENTION = "retention"
    TRIGGER = "trigger"
    START_POINT = "start_point"
    TYPICAL = "typical"
    THRESHOLD = "threshold"
    GATE = "gate"
    RULE = "rule"
    DEEMING_RULE = "deeming_rule"
    SUSPENSION_RULE = "suspension_rule"
    DOCUMENT_SET = "document_set"
    SANCTION = "sanction"
    LOCAL_TYPICAL = "local_typical"


class Unit(StrEnum):
    """What a limit is counted in. Only the first eight are time."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    YEAR = "year"
    HOUR = "hour"
    SAME_DAY = "same_day"
    IMMEDIATE = "immediate"
    FIXED_DATE = "fixed_date"
    TIMES_PER_YEAR = "times_per_year"
    ANNUAL = "annual"
    RULE = "rule"
    SPECIFIED_IN_DOCUMENT = "specified_in_document"
    PERSON = "person"
    CNY = "cny"
    PERCENT = "percent"
    PERCENT_PER_DAY = "percent_per_day"
    SCORE = "score"
    CLASS_HOUR_PER_YEAR = "class_hour_per_year"


UNIT_WORDS: dict[Unit, Words] = {
    Unit.WORKING_DAY: Words("个工作日", "working days"),
    Unit.CALENDAR_DAY: Words("日", "days"),
    Unit.MONTH: Words("个月", "months"),
    Unit.YEAR: Words("年", "years"),
    Unit.HOUR: Words("小时", "hours"),
}

TIME_UNITS = frozenset(
    {
        Unit.WORKING_DAY,
        Unit.CALENDAR_DAY,
        Unit.MONTH,
        Unit.YEAR,
        Unit.HOUR,
        Unit.SAME_DAY,
        Unit.IMMEDIATE,
        Unit.FIXED_DATE,
        Unit.TIMES_PER_YEAR,
        Unit.ANNUAL,
    }
)
_BACKWARD = frozenset({Kind.ADVANCE_NOTICE, Kind.WINDOW_BEFORE})
_ROLLING_UNITS = frozenset({Unit.CALENDAR_DAY, Unit.MONTH, Unit.YEAR})
_ROLLING_UNDER_OWN_RULE = frozenset(
    {
        Kind.DEADLINE,
        Kind.FIXED_PERIOD,
        Kind.MAX_PERIOD,
        Kind.LIMITATION,
        Kind.VALIDITY,
        Kind.BAR,
        Kind.RANGE,
        Kind.TYPICAL,
    }
)
GENERAL_ROLL = Words("民法典第二百零三条", "Civil Code, Article 203")


class LimitError(ValueError):
    """A limit that cannot be counted as asked; the message says why and what to give instead."""


def end_rolls(kind: Kind, unit: Unit, statute_has_own_rule: bool) -> bool:
    """Whether an end that falls on a day off moves to the next working day.

    A statute with a rule of its own (or one it refers to) rolls the end of every period it sets; where the
    statute is silent the general rule of the Civil Code (Article 203) is applied to deadlines only, so that no
    power of an organ (a seizure, say) is ever lengthened by a holiday. Working days never end on a day off.
    """
    if unit not in _ROLLING_UNITS:
        return False
    return kind in _ROLLING_UNDER_OWN_RULE if statute_has_own_rule else kind is Kind.DEADLINE


@dataclass(frozen=True, slots=True)
class Basis:
    """A citation: the statute's key, the article numbers, the version, and the citation in words."""

    statute: str
    article: str
    version: str
    cited: Words


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of units of time."""

    value: int
    unit: Unit

    def words(self) -> Words:
        unit = UNIT_WORDS.get(self.unit, Words("", ""))
        english = unit.en[:-1] if self.value == 1 else unit.en
        return Words(f"{self.value}{unit.zh}" if unit.zh != "日" else f"{self.value}日", f"{self.value} {english}")


@dataclass(frozen=True, slots=True)
class Extension:
    """How far a limit may be extended: ``amount`` None means the law leaves the length to the approver."""

    amount: Amount | None
    times: int = 1
    approver: Words | None = None
    condition: Words | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A rule of time. ``value`` is None where the law gives no number; a fixed date is kept as (month, day)."""

    id: str
    name: Words
    kind: Kind
    unit: Unit
    value: int | None
    basis: Basis
    start: Words = Words("", "")
    fixed_date: tuple[int, int] | None = None
    at_least: Amount | None = None
    extension: Extension | None = None
    pauses: tuple[Words, ...] = ()
    rolls: bool = False
    roll_basis: Words = GENERAL_ROLL
    scope: str = "national"
    verified: bool = True
    note: Words | None = None

    @property
    def has_time(self) -> bool:
        """Whether the rule counts time at all (a threshold of persons or money does not)."""
        return self.unit in TIME_UNITS and (self.value is not None or self.fixed_date is not None)

    def words(self) -> Words:
        """The length in words, such as ``5个工作日``."""
        if self.fixed_date:
            month, day = self.fixed_date
            return Words(f"每年{month}月{day}日", f"{month:02d}-{day:02d} of each year")
        if self.value is None:
            return Words("由人判断", "left to judgement")
        return Amount(self.value, self.unit).words()


Stop: TypeAlias = tuple[date, date | None]
"""A pause: from its first day up to, not including, its second; None while it lasts."""


@dataclass(slots=True)
class Reckoning:
    """The result of counting: ``due`` is None while a stop lasts. ``steps`` are filled only when asked for."""

    start: date
    due: date | datetime | None
    touched: tuple[date, date]
    steps: list[Words] = field(default_factory=list)


def merge_stops(stops: Iterable[Stop]) -> list[Stop]:
    """Stops in order with overlaps joined, so that a day stopped twice is taken out once."""
    merged: list[Stop] = []
    for first, until in sorted(stops, key=lambda stop: (stop[0], stop[1] or date.max)):
        if until is not None and until <= first:
            continue
        if merged and (merged[-1][1] is None or first <= merged[-1][1]):
            previous_first, previous_until = merged[-1]
            if previous_until is None:
                continue
            merged[-1] = (previous_first, None if until is None else max(previous_until, until))
        else:
            merged.append((first, until))
    return merged


def add_months(day: date, months: int) -> date:
    """The corresponding day ``months`` later (earlier if negative); the month's last day where there is none."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def reckon(
    limit: Limit,
    start: date | datetime,
    calendar: Calendar,
    stops: Sequence[Stop] = (),
    extensions: Sequence[Amount] = (),
    explain: bool = False,
) -> Reckoning:
    """Count one limit from one day.

    ``start`` is the day of the event the limit runs from (for advance notice: the event it counts back from);
    that day itself never counts. A stop takes out its days from the first up to, not including, the day of
    resumption; stops may overlap. ``extensions`` are the lengths granted, in order.

    Raises ``LimitError`` when the rule counts no time or a form does not fit it.
    """
    if not limit.has_time:
        raise LimitError(
            f"「{limit.name.zh}」（{limit.id}）不是可以计算的时间（{limit.kind}，{limit.unit}）："
            + ("法律没有给出数字，须由人判断。" if limit.value is None else "它是数量门槛，不产生日期。")
        )
    if limit.unit is Unit.HOUR:
        return _reckon_hours(limit, start, stops, extensions, explain)
    first = start.date() if isinstance(start, datetime) else start
    if limit.kind in _BACKWARD or limit.unit in (Unit.FIXED_DATE, Unit.TIMES_PER_YEAR, Unit.ANNUAL):
        if stops or extensions:
            raise LimitError(f"「{limit.name.zh}」（{limit.id}）是{limit.words().zh}，不能中止或者延长。")
        if limit.kind in _BACKWARD:
            return _reckon_backward(limit, first, calendar, explain)
        return _reckon_date_of_year(limit, first, explain)
    if limit.unit in (Unit.SAME_DAY, Unit.IMMEDIATE):
        words = Words(f"{first}：应当{'当日' if limit.unit is Unit.SAME_DAY else '立即'}办理", f"{first}: the same day")
        return Reckoning(first, first, (first, first), [words] if explain else [])
    return _reckon_forward(limit, first, calendar, stops, extensions, explain)


def _reckon_hours(
    limit: Limit, start: date | datetime, stops: Sequence[Stop], extensions: Sequence[Amount], explain: bool
) -> Reckoning:
    if stops or extensions:
        raise LimitError(f"「{limit.name.zh}」（{limit.id}）以小时计算，法律没有规定中止或者延长。")
    moment = start if isinstance(start, datetime) else datetime(start.year, start.month, start.day)
    due = moment + timedelta(hours=limit.value or 0)
    steps: list[Words] = []
    if explain:
        if not isinstance(start, datetime):
            steps.append(
                Words(
                    f"{start}：没有给出时刻，自当日 00:00 起算（较严）", f"{start}: no time given, counted from 00:00"
                )
            )
        steps.append(
            Words(
                f"自 {moment:%Y-%m-%d %H:%M} 起 {limit.value} 小时，至 {due:%Y-%m-%d %H:%M}，节假日不扣除",
                f"{limit.value} hours from {moment:%Y-%m-%d %H:%M} end at {due:%Y-%m-%d %H:%M}, holidays included",
            )
        )
    return Reckoning(moment.date(), due, (moment.date(), due.date()), steps)


def _reckon_date_of_year(limit: Limit, first: date, explain: bool) -> Reckoning:
    month, day = limit.fixed_date or (12, 31)
    due = date(first.year, month, day)
    if due < first:
        due = date(first.year + 1, month, day)
    steps: list[Words] = []
    if explain and limit.fixed_date:
        steps.append(
            Words(f"{due}：每年固定日期，当日为最后一日", f"{due}: a fixed date of each year, itself the last day")
        )
    elif explain:
        times = limit.value or 1
        steps.append(
            Words(f"{due}：每年不少于 {times} 次，年末为止", f"{due}: at least {times} a year, by the end of it")
        )
    return Reckoning(first, due, (first, due), steps)


def _reckon_backward(limit: Limit, event: date, calendar: Calendar, explain: bool) -> Reckoning:
    value = limit.value or 0
    if limit.kind is Kind.WINDOW_BEFORE:
        due = _natural_end(event, Amount(-value, limit.unit), calendar)
        text = Words(
            f"{due}：自该日起（届满前 {limit.words().zh}）",
            f"{due}: from this day on ({limit.words().en} before the end)",
        )
    elif limit.unit is Unit.WORKING_DAY:
        due = calendar.add_working_days(event, -(value + 1))
        text = Words(
            f"{due}：与 {event} 之间隔足 {value} 个工作日（两端不计），最迟当日通知",
            f"{due}: {value} whole working days lie between it and {event}; notice is due on it at the latest",
        )
    else:
        due = _natural_end(event, Amount(-value, limit.unit), calendar) - timedelta(days=1)
        text = Words(
            f"{due}：与 {event} 之间隔足 {limit.words().zh}（两端不计），最迟当日办理",
            f"{due}: {limit.words().en} lie between it and {event}, both ends left out; it is the last day",
        )
    steps: list[Words] = []
    if explain:
        steps.append(Words(f"{event}：倒数的起点，当日不计", f"{event}: counted back from this day, itself left out"))
        if limit.unit is Unit.WORKING_DAY:
            steps.extend(_runs(due, event - timedelta(days=1), calendar, [], backward_from=event))
        steps.append(text)
    return Reckoning(event, due, (due, event), steps)


def _natural_end(start: date, amount: Amount, calendar: Calendar) -> date:
    """The end of a period without stops: the day itself is left out, months end on the corresponding day."""
    match amount.unit:
        case Unit.WORKING_DAY:
            return calendar.add_working_days(start, amount.value)
        case Unit.CALENDAR_DAY:
            return start + timedelta(days=amount.value)
        case Unit.MONTH:
            return add_months(start, amount.value)
        case Unit.YEAR:
            return add_months(start, 12 * amount.value)
    raise LimitError(f"单位 {amount.unit} 不能用来计算日期")


def _end_with_stops(start: date, amount: Amount, stops: Sequence[Stop], calendar: Calendar) -> date | None:
    """The end of a period after ``start`` when the days of ``stops`` (merged, in order) do not count."""
    working = amount.unit is Unit.WORKING_DAY
    natural = _natural_end(start, amount, calendar)
    # Months and years stopped on the way are no longer whole: what is left is carried over in days.
    remaining = amount.value if working else (natural - start).days
    day = start
    for first, until in stops:
        if until is not None and until - timedelta(days=1) <= day:
            continue
        last_before = first - timedelta(days=1)
        if last_before > day:
            counted = calendar.working_days_between(day, last_before) if working else (last_before - day).days
            if counted >= remaining:
                break
            remaining -= counted
        if until is None:
            return None
        day = until - timedelta(days=1)
    if not remaining:
        return day
    return calendar.add_working_days(day, remaining) if working else day + timedelta(days=remaining)


def _reckon_forward(
    limit: Limit,
    start: date,
    calendar: Calendar,
    stops: Sequence[Stop],
    extensions: Sequence[Amount],
    explain: bool,
) -> Reckoning:
    merged = merge_stops(stops) if stops else []
    amounts = [Amount(limit.value or 0, limit.unit)]
    for granted in extensions:
        # The same unit runs on as one period, so that its end is found (and rolled) once.
        if granted.unit is amounts[-1].unit:
            amounts[-1] = Amount(amounts[-1].value + granted.value, granted.unit)
        else:
            amounts.append(granted)
    end: date | None = start
    for amount in amounts:
        if end is not None:
            end = _end_with_stops(end, amount, merged, calendar)
    rolled = end
    if end is not None and limit.rolls and amounts[-1].unit in _ROLLING_UNITS:
        rolled = calendar.next_working_day(end)
    last_known = rolled or max([start, *(first for first, _ in merged)])
    result = Reckoning(start, rolled, (start, last_known))
    if explain:
        result.steps = _explain_forward(limit, start, calendar, merged, extensions, amounts, end, rolled)
    return result


def _explain_forward(
    limit: Limit,
    start: date,
    calendar: Calendar,
    stops: Sequence[Stop],
    extensions: Sequence[Amount],
    amounts: Sequence[Amount],
    end: date | None,
    rolled: date | None,
) -> list[Words]:
    steps = [
        Words(
            f"{start}：{limit.start.zh or '起算事由发生'}，当日不计，自次日起算 {limit.words().zh}",
            f"{start}: {limit.start.en or 'the event'}; the day itself is left out, {limit.words().en} run from the next day",
        )
    ]
    for granted in extensions:
        approver = limit.extension.approver if limit.extension else None
        steps.append(
            Words(
                f"延长 {granted.words().zh}" + (f"（{approver.zh}批准）" if approver else ""),
                f"extended by {granted.words().en}" + (f" (approved by {approver.en})" if approver else ""),
            )
        )
    for first, until in stops:
        if until is None:
            steps.append(Words(f"{first} 起停止计算，尚未恢复", f"stopped from {first}, not resumed yet"))
        else:
            steps.append(
                Words(
                    f"{first} 至 {until} 停止计算（{until} 当日恢复），扣除 {(until - first).days} 日",
                    f"stopped from {first}, resumed on {until}: {(until - first).days} days are taken out",
                )
            )
    if end is None:
        steps.append(Words("恢复以后才能确定届满之日", "the end is known only after it is resumed"))
        return steps
    if any(amount.unit is Unit.WORKING_DAY for amount in amounts):
        steps.extend(_runs(start + timedelta(days=1), end, calendar, stops))
    elif len(amounts) == 1 and amounts[0].unit in (Unit.MONTH, Unit.YEAR) and not stops:
        steps.append(
            Words(
                f"{end}：届满月的对应日" + ("（没有对应日，取月末日）" if end.day != start.day else ""),
                f"{end}: the corresponding day"
                + (" (there is none: the month's last day)" if end.day != start.day else ""),
            )
        )
    else:
        steps.append(
            Words(
                f"{end}：自 {start} 次日起第 {(end - start).days} 日" + ("（含停止的日数）" if stops else ""),
                f"{end}: day {(end - start).days} after {start}" + (" (stopped days included)" if stops else ""),
            )
        )
    if rolled is not None and rolled != end:
        steps.append(
            Words(
                f"{end} {_day_off_words(end, calendar).zh}，顺延至其后第一个工作日 {rolled}（{limit.roll_basis.zh}）",
                f"{end} is {_day_off_words(end, calendar).en}: moved to the next working day {rolled} ({limit.roll_basis.en})",
            )
        )
    if limit.kind in (Kind.MIN_PERIOD, Kind.MIN_WAIT) and rolled is not None:
        steps.append(
            Words(
                f"{rolled} 届满，其后方可进行下一步", f"the period ends on {rolled}; the next step may follow after it"
            )
        )
    return steps


_WEEKDAYS = Words("一二三四五六日", "Mon Tue Wed Thu Fri Sat Sun")


def _day_off_words(day: date, calendar: Calendar) -> Words:
    holiday = calendar.holidays.get(day)
    if holiday:
        return Words(f"为休假日（{holiday}）", f"a public holiday ({holiday})")
    return Words(f"为周{_WEEKDAYS.zh[day.weekday()]}", f"a {_WEEKDAYS.en.split()[day.weekday()]}")


def _runs(
    first: date, last: date, calendar: Calendar, stops: Sequence[Stop], backward_from: date | None = None
) -> list[Words]:
    """The days from ``first`` to ``last`` in runs of one kind, the working days numbered."""
    days = list(each_day(first, last))
    if backward_from is not None:
        days.reverse()
    runs: list[tuple[str, str, list[date]]] = []
    for day in days:
        if any(a <= day and (b is None or day < b) for a, b in stops):
            key, detail = "stopped", ""
        else:
            key, detail = calendar.kind(day).value, calendar.holidays.get(day, "")
        if runs and runs[-1][0] == key and runs[-1][1] == detail:
            runs[-1][2].append(day)
        else:
            runs.append((key, detail, [day]))
    steps: list[Words] = []
    counted = 0
    for key, detail, span in runs:
        when = str(span[0]) if len(span) == 1 else f"{span[0]} 至 {span[-1]}"
        when_en = str(span[0]) if len(span) == 1 else f"{span[0]} to {span[-1]}"
        if key in (DayKind.WORKING, DayKind.MAKE_UP):
            numbers = f"{counted + 1}" if len(span) == 1 else f"{counted + 1}至{counted + len(span)}"
            numbers_en = numbers.replace("至", " to ")
            counted += len(span)
            note = ("（调休上班）", " (make-up working day)") if key == DayKind.MAKE_UP else ("", "")
            steps.append(
                Words(f"{when}{note[0]}：第 {numbers} 个工作日", f"{when_en}{note[1]}: working day {numbers_en}")
            )
        elif key == DayKind.HOLIDAY:
            steps.append(Words(f"{when}：{detail}放假，不计", f"{when_en}: public holiday ({detail}), not counted"))
        elif key == DayKind.WEEKEND:
            steps.append(Words(f"{when}：周末，不计", f"{when_en}: weekend, not counted"))
        else:
            steps.append(Words(f"{when}：停止计算，不计", f"{when_en}: stopped, not counted"))
    return steps
