"""Entering a notice of public holidays (放假安排): what such a file must hold, and the one way it gets into the database.

Which days are working days is then counted by the kernel; dates that rest on the year are projected anew, in the same
transaction, by the rooms that keep them (see ``projection``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from zhunsheng.kernel.calendar import FIRST_DAY, LAST_DAY, Calendar
from zhunsheng.kernel.words import BilingualError
from zhunsheng.law import projection
from zhunsheng.law.projection import Tally

if TYPE_CHECKING:
    from zhunsheng.law.models import HolidayNotice
    from zhunsheng.orgs.access import Access

_KEYS = ("year", "document", "days_off", "make_up_days")
_EDGE = timedelta(days=31)
"""How far the days of a notice may reach into a neighbouring year (around New Year's Day)."""


class NoticeError(BilingualError):
    """A notice that cannot be taken, in both languages: where it is wrong, what is wrong, what to write."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it was read: ``days_off`` maps each day off to the name of the holiday."""

    year: int
    document: str
    days_off: Mapping[date, str]
    make_up_days: tuple[date, ...]


class _Loader(yaml.SafeLoader):
    """Plain YAML in which a key written twice is an error: a day would silently be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise NoticeError(f"「{key}」写了两次，请删去一处", f"“{key}” is written twice; remove one of them")
        return super().construct_mapping(node, deep)


def read_notice(path: Path) -> Notice:
    """The notice in a YAML file with year, document, days_off {date: name} and make_up_days [date].

    Raises ``NoticeError``.
    """
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, ValueError) as error:
        raise NoticeError(f"{path.name} 读不出来：{error}", f"{path.name} cannot be read: {error}") from error
    return check_notice(data)


def check_notice(data: Any) -> Notice:
    """The notice in plain data. Raises ``NoticeError``."""
    if not isinstance(data, Mapping) or set(data) != set(_KEYS):
        keys = "、".join(_KEYS)
        raise NoticeError(
            f"放假安排应当且只能写明 {keys}", f"a notice holds these keys and no others: {', '.join(_KEYS)}"
        )
    year, document = data["year"], str(data["document"] or "").strip()
    if isinstance(year, bool) or not isinstance(year, int) or not FIRST_DAY.year < year < LAST_DAY.year:
        raise NoticeError(f"year 应为四位年份，不是「{year}」", f"year is a year of four digits, not “{year}”")
    if not document or len(document) > 120:
        raise NoticeError(
            "document 应为通知的名称或者文号（120 字以内）", "document is the name of the notice, in 120 characters"
        )
    off, made_up = data["days_off"], data["make_up_days"]
    if not isinstance(off, Mapping) or not off:
        raise NoticeError(
            "days_off 应为 日期: 节日名称，至少一日", "days_off is date: name of the holiday, at least one"
        )
    if made_up is not None and not isinstance(made_up, list):
        raise NoticeError("make_up_days 应为日期的列表", "make_up_days is a list of dates")
    days_off = {_day("days_off", year, day): _holiday(day, name) for day, name in off.items()}
    make_up_days = [_day("make_up_days", year, day) for day in made_up or ()]
    for day in make_up_days:
        if make_up_days.count(day) > 1 or day in days_off:
            raise NoticeError(f"{day} 写了两次，请删去一处", f"{day} is written twice; remove one of them")
        if day.weekday() < 5:
            raise NoticeError(
                f"make_up_days 中的 {day} 不是周末，调休上班日应为周六、周日",
                f"{day} in make_up_days is not at a weekend; a make-up day is a Saturday or Sunday",
            )
    return Notice(year, document, days_off, tuple(sorted(make_up_days)))


def _day(key: str, year: int, value: Any) -> date:
    try:
        day = value if type(value) is date else date.fromisoformat(str(value))
    except ValueError:
        raise NoticeError(
            f"{key} 中的「{value}」不是日期，请写成 {year}-01-01",
            f"“{value}” in {key} is not a date; write {year}-01-01",
        ) from None
    if not date(year, 1, 1) - _EDGE <= day <= date(year, 12, 31) + _EDGE:
        raise NoticeError(
            f"{key} 中的 {day} 不在 {year} 年及其前后", f"{day} in {key} is not in or next to the year {year}"
        )
    return day


def _holiday(day: Any, name: Any) -> str:
    text = str(name or "").strip()
    if not text:
        raise NoticeError(f"days_off 中的 {day} 没有写明节日名称", f"{day} in days_off has no name of a holiday")
    return text


def known_source(year: int) -> str | None:
    """Where the holidays of a year are known from: a notice entered or the data package; None when they are not."""
    from zhunsheng.law.models import HolidayNotice
    from zhunsheng.law.working_days import packaged_calendar

    document = HolidayNotice.objects.filter(year=year).values_list("document", flat=True).first()
    if document is None and year in packaged_calendar().certain_years:
        return packaged_calendar().version
    return document


def already_known(year: int, source: str) -> NoticeError:
    """Why a year is not entered a second time."""
    return NoticeError(
        f"{year} 年的放假安排已经有了（{source}）；确要以新的代替，请加 --replace",
        f"the holidays of {year} are known already ({source}); to replace them add --replace",
    )


def calendar_with(notice: Notice) -> Calendar:
    """The calendar as it would be with a notice that has not been entered yet."""
    from zhunsheng.law.models import HolidayNotice
    from zhunsheng.law.working_days import amended_by

    return amended_by([*HolidayNotice.objects.exclude(year=notice.year), _row_of(notice, HolidayNotice())])


def _row_of(notice: Notice, row: HolidayNotice) -> HolidayNotice:
    row.year, row.document = notice.year, notice.document
    row.days_off = {day.isoformat(): name for day, name in sorted(notice.days_off.items())}
    row.make_up_days = [day.isoformat() for day in notice.make_up_days]
    return row


def enter_notice(
    notice: Notice, officer_id: int | None, *, reason: str, replace: bool = False, confirmed: Collection[str] = (),
    right: Access | None = None,
) -> Tally:  # fmt: skip
    """Put a notice into the database and project the dates that rest on its year anew: one transaction, audited.

    ``confirmed``: keys of the moves to an earlier day that a person has decided on (``projection.EVERYTHING`` for all);
    the others keep their later day. Raises ``NoticeError`` without a reason, or when the year is known already and
    ``replace`` is not asked for.
    """
    from django.db import transaction

    from zhunsheng.law.models import HolidayNotice

    check_reason(reason)
    with transaction.atomic():
        existing = HolidayNotice.objects.select_for_update().filter(year=notice.year).first()
        source = known_source(notice.year)
        if source is not None and not replace:
            raise already_known(notice.year, source)
        row = _row_of(notice, existing or HolidayNotice())
        row.entered_by_id = officer_id
        row.save()
        tally = projection.write(calendar_with(notice), notice.year, officer_id, confirmed)
        _record(
            "law.notice", notice.year, officer_id, tally, reason, document=notice.document,
            days_off=len(notice.days_off), make_up_days=len(notice.make_up_days), replaced=source is not None,
            right=right,
        )  # fmt: skip
    HolidayNotice.forget_stamp()
    return tally


def project_year(
    year: int, officer_id: int | None, *, reason: str, confirmed: Collection[str] = (), right: Access | None = None
) -> Tally:
    """Project the dates that rest on a year anew under the calendar in force: after a new data package, or to decide on
    days that were kept. One transaction, audited. Raises ``NoticeError`` without a reason."""
    from django.db import transaction

    from zhunsheng.law.models import HolidayNotice
    from zhunsheng.law.working_days import calendar

    check_reason(reason)
    HolidayNotice.forget_stamp()
    with transaction.atomic():
        tally = projection.write(calendar(), year, officer_id, confirmed)
        _record("law.project", year, officer_id, tally, reason, right=right)
    return tally


def check_reason(reason: str) -> None:
    """Raises ``NoticeError`` when there is none."""
    if not reason.strip():
        raise NoticeError("请写明理由（如通知公布）", "give a reason, such as the notice having been published")


def _record(
    action: str, year: int, officer_id: int | None, tally: Tally, reason: str, *, right: Access | None, **detail: Any
) -> None:
    from zhunsheng.orgs.refusals import behalf
    from zhunsheng.security import audit

    audit.record(
        action, f"holiday_notice:{year}", officer_id, reason=reason.strip(), moved=tally.moved, kept=tally.kept,
        settled=tally.settled, **detail, **behalf(right),
    )  # fmt: skip
