"""Time limits (期限) as the statutes put them: their kinds and units, and the value ``Limit``.

Which limits exist and what they say is data of the law room; dates are counted in ``reckoning``; a limit running on
a case (stopped, extended, met) is the business of ``clock``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from zhunsheng.kernel.words import BilingualError, Spoken, Words


class Kind(Spoken):
    """What a rule of time demands."""

    DEADLINE = "deadline", "办理期限", "deadline"
    ADVANCE_NOTICE = "advance_notice", "提前告知", "advance notice"
    WINDOW_BEFORE = "window_before", "届满前的时段", "window before an end"
    MIN_PERIOD = "min_period", "最短期限", "minimum period"
    MIN_WAIT = "min_wait", "最短等待", "minimum wait"
    MAX_PERIOD = "max_period", "最长期限", "maximum period"
    FIXED_PERIOD = "fixed_period", "固定期间", "fixed period"
    FIXED_DATE = "fixed_date", "固定日期", "fixed date"
    PERIODIC = "periodic", "定期", "periodic"
    RANGE = "range", "幅度", "range"
    VALIDITY = "validity", "有效期", "validity"
    LIMITATION = "limitation", "时效", "limitation"
    BAR = "bar", "禁止期", "bar"
    RETENTION = "retention", "保存期", "retention"
    TRIGGER = "trigger", "触发条件", "trigger"
    START_POINT = "start_point", "起算点", "starting point"
    TYPICAL = "typical", "一般做法", "usual, not binding"
    THRESHOLD = "threshold", "数量标准", "threshold"
    GATE = "gate", "前提条件", "condition"
    RULE = "rule", "规则", "rule"
    DEEMING_RULE = "deeming_rule", "视为规则", "deeming rule"
    SUSPENSION_RULE = "suspension_rule", "中止规则", "suspension rule"
    DOCUMENT_SET = "document_set", "文书载明", "set in the paper"
    SANCTION = "sanction", "法律后果", "consequence"
    LOCAL_TYPICAL = "local_typical", "地方一般做法", "usual in a place, not binding"


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
    Unit.PERSON: Words("人", "persons"),
    Unit.CNY: Words("元", "yuan"),
    Unit.PERCENT: Words("%", "per cent"),
    Unit.PERCENT_PER_DAY: Words("%（每日）", "per cent a day"),
    Unit.SCORE: Words("分", "points"),
    Unit.CLASS_HOUR_PER_YEAR: Words("课时（每年）", "class hours a year"),
}

LENGTHS = frozenset({Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH, Unit.YEAR, Unit.HOUR})
"""The units of a length of time; the others that are time name a day or a frequency."""

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
ROLLING_UNITS = frozenset({Unit.CALENDAR_DAY, Unit.MONTH, Unit.YEAR})
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


_WAITS = frozenset({Kind.MIN_PERIOD, Kind.MIN_WAIT, Kind.WINDOW_BEFORE, Kind.RETENTION, Kind.TRIGGER, Kind.START_POINT})


class LimitError(BilingualError):
    """A limit that cannot be counted as asked; the message says in both languages why and what to give instead."""


def end_rolls(kind: Kind, unit: Unit, statute_has_own_rule: bool) -> bool:
    """Whether an end that falls on a day off moves to the next working day.

    A statute with a rule of its own (or one it refers to) rolls the end of every period it sets; where the
    statute is silent the general rule of the Civil Code (Article 203) is applied to deadlines only, so that no
    power of an organ (a seizure, say) is ever lengthened by a holiday. Working days never end on a day off.
    """
    if unit not in ROLLING_UNITS:
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
        english = unit.en[:-1] if self.value == 1 and self.unit in LENGTHS else unit.en
        return Words(f"{self.value}{unit.zh}", f"{self.value} {english}".rstrip())


@dataclass(frozen=True, slots=True)
class Extension:
    """How far a limit may be extended: ``amount`` None means the law leaves the length to the approver.

    ``total`` is a ceiling for the limit and its extensions together, in the unit of the limit.
    """

    amount: Amount | None
    times: int = 1
    approver: Words | None = None
    condition: Words | None = None
    total: Amount | None = None


@dataclass(frozen=True, slots=True)
class LocalValue:
    """What a place has decided on a limit the statutes leave to it (本地规定): how long, from which day, by which document.

    ``entry`` names the record of the decision. The clock that is armed under it keeps the whole of it, so that what it
    comes to can be counted again for ever, whatever is decided later.
    """

    entry: int
    since: date
    amount: Amount
    extension: int | None
    cited: Words


LocalValues: TypeAlias = Mapping[str, Sequence[tuple[date, LocalValue | None]]]
"""Setting -> what one place decided on it, in the order of the days from which it holds; None: nothing of its own."""


NO_LOCAL: LocalValues = {}
"""A place that has set nothing."""


def local_on(values: LocalValues, setting: str, day: date) -> LocalValue | None:
    """What the place has set for a limit on a day; None where what is declared holds."""
    found = None
    for since, value in values.get(setting, ()):
        if since > day:
            break
        found = value
    return found


@dataclass(frozen=True, slots=True)
class Limit:
    """A rule of time. ``value`` is None where the law gives no number; a fixed date is kept as (month, day).

    ``setting`` is the name under which a place may set a value of its own, ``local`` the value it has set.
    """

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
    procedure: Words | None = None
    who: Words | None = None
    consequence: Words | None = None
    setting: str | None = None
    local: LocalValue | None = None

    def __hash__(self) -> int:
        return hash(self.id)

    def as_set(self, local: LocalValue | None) -> Limit:
        """The limit as a place has set it; itself where the place has set nothing."""
        if local is None or local == self.local:
            return self
        amount = local.amount
        return replace(
            self, value=amount.value, unit=amount.unit, local=local,
            extension=Extension(Amount(local.extension, amount.unit)) if local.extension else None,
            rolls=end_rolls(self.kind, amount.unit, statute_has_own_rule=False),
            basis=Basis("", "", local.since.isoformat(), local.cited),
        )  # fmt: skip

    @property
    def least(self) -> Limit:
        """Of a range its shortest period, which opens what follows; any other limit itself."""
        if self.at_least is None:
            return self
        amount = self.at_least
        return replace(self, kind=Kind.MIN_PERIOD, value=amount.value, unit=amount.unit, at_least=None, rolls=False)

    @property
    def has_time(self) -> bool:
        """Whether the rule counts time at all (a threshold of persons or money does not)."""
        return self.unit in TIME_UNITS and (self.value is not None or self.fixed_date is not None)

    @property
    def ends_in_duty(self) -> bool:
        """Whether something must have been done by its end; the end of a minimum period, or of the years a record is kept,
        only opens what follows."""
        return self.kind not in _WAITS

    def words(self) -> Words:
        """The length in words, such as ``5个工作日``."""
        if self.fixed_date:
            month, day = self.fixed_date
            return Words(f"每年{month}月{day}日", f"{month:02d}-{day:02d} of each year")
        if self.unit is Unit.SAME_DAY:
            return Words("当日", "the same day")
        if self.unit is Unit.IMMEDIATE:
            return Words("立即", "at once")
        if self.unit is Unit.SPECIFIED_IN_DOCUMENT:
            return Words("文书载明的期限", "as written in the paper")
        if self.unit is Unit.ANNUAL:
            return Words("每年", "yearly")
        if self.value is None:
            return Words("由人判断", "left to judgement")
        if self.unit is Unit.TIMES_PER_YEAR:
            return Words(f"每年{self.value}次", "once a year" if self.value == 1 else f"{self.value} times a year")
        words = Amount(self.value, self.unit).words()
        if self.at_least is None:
            return words
        least = self.at_least.words()
        return Words(f"{least.zh}至{words.zh}", f"{least.en} to {words.en}")


_LONGEST = {Unit.WORKING_DAY: 3650, Unit.CALENDAR_DAY: 3650, Unit.MONTH: 120, Unit.YEAR: 10}
"""More than any extension comes to: a guard against slips of the pen where the law leaves the length open."""


def longest_extension(limit: Limit, granted: Sequence[Amount] = ()) -> Amount | None:
    """The most by which a limit may still be extended at one time; None where the law leaves the length open.

    Where the law sets a ceiling for the whole period it is what the ceiling leaves over.
    """
    extension = limit.extension
    if extension is None or extension.total is None:
        return extension.amount if extension else None
    used = (limit.value or 0) + sum(amount.value for amount in granted)
    return Amount(max(extension.total.value - used, 0), extension.total.unit)


def extension_problem(limit: Limit, amount: Amount, granted: Sequence[Amount] = ()) -> Words | None:
    """Why a limit that was extended by ``granted`` may not be extended by ``amount`` more; None when it may."""
    most = longest_extension(limit, granted)
    if most is None:
        unit = amount.unit if amount.unit in _LONGEST else limit.unit
        most = Amount(_LONGEST.get(unit, 0), unit)
    one, at_most = Amount(1, most.unit).words(), most.words()
    if amount.unit is not most.unit:
        return Words(
            f"「{limit.name.zh}」的延长以{UNIT_WORDS[most.unit].zh}计，最多{at_most.zh}",
            f"an extension of “{limit.name.en}” is counted in {UNIT_WORDS[most.unit].en}, {at_most.en} at most",
        )
    if amount.value < 1:
        return Words(
            f"「{limit.name.zh}」延长的长度至少为{one.zh}", f"an extension of “{limit.name.en}” is at least {one.en}"
        )
    if amount.value > most.value:
        return Words(
            f"「{limit.name.zh}」最多延长{at_most.zh}", f"“{limit.name.en}” may be extended by {at_most.en} at most"
        )
    return None
