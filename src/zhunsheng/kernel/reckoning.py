"""Counting (期限计算): the only place where a limit and a day give a date, with every step in words.

How a limit came to be stopped or extended is the business of ``clock``; which days are working days of ``calendar``.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeAlias

from zhunsheng.kernel.calendar import FIRST_DAY, LAST_DAY, Calendar, CalendarRangeError, DayKind, each_day
from zhunsheng.kernel.limits import LENGTHS, ROLLING_UNITS, Amount, Kind, Limit, LimitError, Unit
from zhunsheng.kernel.words import Words

_BACKWARD = frozenset({Kind.ADVANCE_NOTICE, Kind.WINDOW_BEFORE})

Stop: TypeAlias = tuple[date, date | None]
"""A pause: from its first day up to, not including, its second; None while it lasts."""


@dataclass(slots=True)
class Reckoning:
    """The result of counting: ``due`` is None while a stop lasts. ``steps`` are filled only when asked for.

    ``touched`` is the span of days counted, ``end`` the day the period ends before it moves off a day off.
    """

    start: date
    due: date | datetime | None
    touched: tuple[date, date]
    steps: list[Words] = field(default_factory=list)
    end: date | None = None


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
    if not date.min.year <= year <= date.max.year:
        raise OverflowError("date value out of range")
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

    Raises ``LimitError`` when the rule counts no time or a form does not fit it, ``CalendarRangeError`` when the
    start or the end lies outside the years that can be counted.
    """
    if not limit.has_time:
        raise _not_a_time(limit)
    first = start.date() if isinstance(start, datetime) else start
    if not FIRST_DAY <= first <= LAST_DAY:
        raise CalendarRangeError(first)
    try:
        counted = _reckon(limit, start, first, calendar, stops, extensions, explain)
    except OverflowError:
        raise CalendarRangeError(first) from None
    if counted.touched[0] < FIRST_DAY or counted.touched[1] > LAST_DAY:
        raise CalendarRangeError(first)
    return counted


def _not_a_time(limit: Limit) -> LimitError:
    if limit.unit is Unit.SPECIFIED_IN_DOCUMENT:
        reason = Words(
            "期限由文书载明，法律没有给出日数。", "the period is written in the paper, the law gives no number."
        )
    elif limit.value is None:
        reason = Words("法律没有给出数字，须由人判断。", "the law gives no number; it is for a person to judge.")
    else:
        words = limit.words()
        reason = Words(f"它是数量（{words.zh}），不产生日期。", f"it is a quantity ({words.en}) and gives no date.")
    return LimitError(
        f"「{limit.name.zh}」（{limit.id}）不是可以计算的时间（{limit.kind}，{limit.unit}）：{reason.zh}",
        f"“{limit.name.en}” ({limit.id}) is not a time that can be counted ({limit.kind}, {limit.unit}): {reason.en}",
    )


def _reckon(
    limit: Limit,
    start: date | datetime,
    first: date,
    calendar: Calendar,
    stops: Sequence[Stop],
    extensions: Sequence[Amount],
    explain: bool,
) -> Reckoning:
    if limit.kind not in _BACKWARD and limit.unit in LENGTHS and limit.unit is not Unit.HOUR:
        return _reckon_forward(limit, first, calendar, stops, extensions, explain)
    if stops or extensions:
        words = limit.words()
        raise LimitError(
            f"「{limit.name.zh}」（{limit.id}）是{words.zh}，不能中止或者延长。",
            f"“{limit.name.en}” ({limit.id}) is {words.en}; it cannot be stopped or extended.",
        )
    if limit.unit is Unit.HOUR:
        return _reckon_hours(limit, start, explain)
    if limit.kind in _BACKWARD:
        return _reckon_backward(limit, first, calendar, explain)
    if limit.unit in (Unit.SAME_DAY, Unit.IMMEDIATE):
        words = limit.words()
        step = Words(
            f"{first}：应当{words.zh}办理", f"{first}: to be done {words.en}".replace("done the", "done on the")
        )
        return Reckoning(first, first, (first, first), [step] if explain else [])
    return _reckon_date_of_year(limit, first, explain)


def _reckon_hours(limit: Limit, start: date | datetime, explain: bool) -> Reckoning:
    length, backward = limit.words(), limit.kind in _BACKWARD
    moment = start if isinstance(start, datetime) else datetime(start.year, start.month, start.day)
    hours = timedelta(hours=limit.value or 0)
    due = moment - hours if backward else moment + hours
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
                f"自 {moment:%Y-%m-%d %H:%M} {'倒数' if backward else '起'}{length.zh}，至 {due:%Y-%m-%d %H:%M}，节假日不扣除",
                f"{length.en} {'back ' if backward else ''}from {moment:%Y-%m-%d %H:%M}, until {due:%Y-%m-%d %H:%M}, holidays included",
            )
        )
    first, last = sorted((moment.date(), due.date()))
    return Reckoning(moment.date(), due, (first, last), steps)


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
        words = limit.words()
        steps.append(Words(f"{due}：{words.zh}，年末为止", f"{due}: {words.en}, by the end of the year"))
    return Reckoning(first, due, (first, due), steps)


def _reckon_backward(limit: Limit, event: date, calendar: Calendar, explain: bool) -> Reckoning:
    """The last day for an advance notice (a working day where the limit is in working days), or a window's first day.

    The statutes do not say how days before an event count; the careful reading is taken: the full number of days
    lies between the notice and the event, and neither end counts.
    """
    value, length = limit.value or 0, limit.words()
    if limit.kind is Kind.WINDOW_BEFORE:
        due = _natural_end(event, Amount(-value, limit.unit), calendar)
        text = Words(
            f"{due}：自该日起（届满前{length.zh}）",
            f"{due}: from this day on ({length.en} before the end)",
        )
    else:
        earliest = _natural_end(event, Amount(-value, limit.unit), calendar)
        working = limit.unit is Unit.WORKING_DAY
        due = calendar.add_working_days(earliest, -1) if working else earliest - timedelta(days=1)
        last = Words("最后一个工作日", "the last working day") if working else Words("最后一日", "the last day")
        text = Words(
            f"{due}：与 {event} 之间隔足{length.zh}（两端不计），为{last.zh}",
            f"{due}: {last.en} that leaves {length.en} between it and {event}, neither of them counted",
        )
    steps: list[Words] = []
    if explain:
        steps.append(Words(f"{event}：倒数的起点，当日不计", f"{event}: counted back from this day, itself left out"))
        if limit.unit is Unit.WORKING_DAY:
            between = due + timedelta(days=1) if limit.kind is Kind.ADVANCE_NOTICE else due
            steps.extend(_runs(between, event - timedelta(days=1), calendar, [], backward=True))
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
    raise LimitError(f"单位 {amount.unit} 不能用来计算日期", f"the unit {amount.unit} cannot be counted in days")


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


def _moved(end: date, stops: Sequence[Stop], calendar: Calendar) -> date | None:
    """The first working day from ``end`` on; one that a stop takes out is as little the last day as one inside the period."""
    due = calendar.next_working_day(end)
    for first, until in stops:
        if first <= due and (until is None or due < until):
            if until is None:
                return None
            due = calendar.next_working_day(until)
    return due


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
    ends: list[date | None] = [start]
    for amount in amounts:
        ends.append(_end_with_stops(ends[-1], amount, merged, calendar) if ends[-1] is not None else None)
    end = due = ends[-1]
    if end is not None and limit.rolls and amounts[-1].unit in ROLLING_UNITS:
        due = _moved(end, merged, calendar)
    last_known = due or max([start, *(first for first, _ in merged)])
    result = Reckoning(start, due, (start, last_known), end=end)
    if explain:
        result.steps = [
            Words(
                f"{start}：{limit.start.zh or '起算事由发生'}，当日不计，自次日起算{limit.words().zh}",
                f"{start}: {limit.start.en or 'the event'}; the day itself is left out, {limit.words().en} from the next day",
            ),
            *_explain_extensions(limit, extensions),
            *_explain_stops(start, due, merged),
        ]
        for amount, first, last in zip(amounts, ends, ends[1:], strict=False):
            if first is not None and last is not None:
                result.steps += _explain_span(amount, first, last, calendar, merged)
        result.steps += _explain_end(limit, start, calendar, merged, end, due)
    return result


def _explain_extensions(limit: Limit, extensions: Sequence[Amount]) -> list[Words]:
    steps: list[Words] = []
    extension = limit.extension
    for granted in extensions:
        zh, en = granted.words()
        if extension is not None and extension.approver is not None:
            zh, en = f"{zh}（{extension.approver.zh}批准）", f"{en} (approved by: {extension.approver.en})"
        elif extension is not None and extension.condition is not None:
            zh, en = f"{zh}（{extension.condition.zh}）", f"{en} ({extension.condition.en})"
        steps.append(Words(f"延长{zh}", f"extended by {en}"))
    return steps


def _explain_stops(start: date, end: date | None, stops: Sequence[Stop]) -> list[Words]:
    """Each pause with the days it really takes out: those after the start and before the end."""
    steps: list[Words] = []
    for first, until in stops:
        if until is None and end is None:
            steps.append(Words(f"{first} 起停止计算，尚未恢复", f"stopped from {first}, not resumed yet"))
            continue
        if until is None:
            steps.append(
                Words(
                    f"{first} 起停止计算，在届满以后，不影响",
                    f"stopped from {first}, after the end: it changes nothing",
                )
            )
            continue
        last = until if end is None else min(until, end + timedelta(days=1))
        taken = max((last - max(first, start + timedelta(days=1))).days, 0)
        days = Amount(taken, Unit.CALENDAR_DAY).words()
        steps.append(
            Words(
                f"{first} 至 {until} 停止计算（{until} 当日恢复），期限内不计{days.zh}",
                f"stopped from {first}, resumed on {until}: {days.en} of the period not counted",
            )
        )
    return steps


def _explain_span(amount: Amount, start: date, end: date, calendar: Calendar, stops: Sequence[Stop]) -> list[Words]:
    """How one length runs from the day after ``start`` to ``end``."""
    if amount.unit is Unit.WORKING_DAY:
        return _runs(start + timedelta(days=1), end, calendar, stops)
    natural = _natural_end(start, amount, calendar)
    if amount.unit is Unit.CALENDAR_DAY:
        skipped = Words("（停止的日不计）", " (stopped days not counted)") if end != natural else Words("", "")
        return [
            Words(
                f"{end}：自 {start} 次日起第 {amount.value} 日{skipped.zh}",
                f"{end}: day {amount.value} after {start}{skipped.en}",
            )
        ]
    short = natural.day != start.day
    steps = [
        Words(
            f"{natural}：到期月的对应日" + ("（没有对应日，取月末日）" if short else ""),
            f"{natural}: the corresponding day" + (" (there is none: the month's last day)" if short else ""),
        )
    ]
    if end != natural:
        later = Amount((end - natural).days, Unit.CALENDAR_DAY).words()
        steps.append(Words(f"{end}：因停止计算推后{later.zh}", f"{end}: {later.en} later because of the stops"))
    return steps


def _explain_end(
    limit: Limit, start: date, calendar: Calendar, stops: Sequence[Stop], end: date | None, due: date | None
) -> list[Words]:
    if end is None or due is None:
        return [Words("恢复以后才能确定届满之日", "the end is known only after it is resumed")]
    steps: list[Words] = []
    if due != end:
        off = _day_off_words(end, calendar)
        target = Words("其后第一个工作日", "the next working day")
        if due != calendar.next_working_day(end):
            target = Words("其后第一个没有停止计算的工作日", "the next working day that is not stopped")
        steps.append(
            Words(
                f"{end} {off.zh}，顺延至{target.zh} {due}（{limit.roll_basis.zh}）",
                f"{end} is {off.en}: moved to {target.en}, {due} ({limit.roll_basis.en})",
            )
        )
    if limit.kind in (Kind.MIN_PERIOD, Kind.MIN_WAIT):
        steps.append(
            Words(f"{due} 届满，其后方可进行下一步", f"the period ends on {due}; the next step may follow after it")
        )
    if limit.at_least is not None:
        least = _end_with_stops(start, limit.at_least, stops, calendar)
        steps.append(
            Words(
                f"{least}：最短期限（{limit.at_least.words().zh}）届满",
                f"{least}: the shortest period ({limit.at_least.words().en}) ends",
            )
        )
    return steps


_WEEKDAYS = Words("一二三四五六日", "Monday Tuesday Wednesday Thursday Friday Saturday Sunday")


def _day_off_words(day: date, calendar: Calendar) -> Words:
    holiday = calendar.holiday_words(day)
    if holiday is not None:
        return Words(f"为休假日（{holiday.zh}）", f"a public holiday ({holiday.en})")
    return Words(f"为周{_WEEKDAYS.zh[day.weekday()]}", f"a {_WEEKDAYS.en.split()[day.weekday()]}")


def _runs(first: date, last: date, calendar: Calendar, stops: Sequence[Stop], backward: bool = False) -> list[Words]:
    """The days from ``first`` to ``last`` in runs of one kind, the working days numbered (from the last, backward)."""
    runs: list[tuple[str, list[date]]] = []
    previous: tuple[str, Words | None] | None = None
    for day in sorted(each_day(first, last), reverse=backward):
        if any(a <= day and (b is None or day < b) for a, b in stops):
            kind, detail = "stopped", None
        else:
            kind, detail = calendar.kind(day).value, calendar.holiday_words(day)
        if (kind, detail) == previous:
            runs[-1][1].append(day)
        else:
            runs.append((kind, [day]))
            previous = (kind, detail)
    steps: list[Words] = []
    counted = 0
    for kind, days in runs:
        when = Words(str(days[0]), str(days[0]))
        if len(days) > 1:
            when = Words(f"{days[0]} 至 {days[-1]}", f"{days[0]} to {days[-1]}")
        if kind in (DayKind.WORKING, DayKind.MAKE_UP):
            numbers = Words(f"{counted + 1}", f"{counted + 1}")
            if len(days) > 1:
                numbers = Words(f"{counted + 1} 至 {counted + len(days)}", f"{counted + 1} to {counted + len(days)}")
            counted += len(days)
            note = Words("（调休上班）", " (make-up working day)") if kind == DayKind.MAKE_UP else Words("", "")
            plural = "s" if len(days) > 1 else ""
            steps.append(
                Words(
                    f"{when.zh}{note.zh}：第 {numbers.zh} 个工作日",
                    f"{when.en}{note.en}: working day{plural} {numbers.en}",
                )
            )
        elif kind == DayKind.HOLIDAY:
            name = calendar.holiday_words(days[0]) or Words("", "")
            steps.append(
                Words(f"{when.zh}：{name.zh}放假，不计", f"{when.en}: public holiday ({name.en}), not counted")
            )
        elif kind == DayKind.WEEKEND:
            steps.append(Words(f"{when.zh}：周末，不计", f"{when.en}: weekend, not counted"))
        else:
            steps.append(Words(f"{when.zh}：停止计算，不计", f"{when.en}: stopped, not counted"))
    return steps
