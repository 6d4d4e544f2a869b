"""The working calendar in force: the data package of holidays with the notices an administrator has entered on top.

The package is read once, at start. Entered notices win for their whole year; ``calendar()`` is what everybody uses.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from django.utils import timezone

from zhunsheng.kernel.calendar import HOLIDAYS, Calendar

if TYPE_CHECKING:
    from zhunsheng.law.models import HolidayNotice

SOON = 3
"""Fewer than so many working days left is 将到期. A habit of offices, not a rule of law."""

# The package names holidays in English; shown are the names of the regulation on public holidays.
_NAMES = {words.en: words.zh for words in HOLIDAYS}


@cache
def packaged_calendar() -> Calendar:
    """The calendar of the data package alone."""
    from chinese_calendar.constants import holidays, workdays

    days_off = {
        day: _NAMES.get(str(getattr(name, "value", name)), str(getattr(name, "value", name)))
        for day, name in holidays.items()
    }
    years = {day.year for day in days_off}
    return Calendar(days_off, workdays.keys(), years, f"chinesecalendar {version('chinesecalendar')}")


def today() -> date:
    """The day it is in China. As ``timezone.localdate``, which looks first whether somebody has set another zone: too long for
    what is asked at every step."""
    return datetime.now(timezone.get_default_timezone()).date()


_amended: tuple[str, Calendar] | None = None


def calendar() -> Calendar:
    """The calendar in force, entered notices included. Cheap: rebuilt only when a notice has been entered."""
    global _amended  # noqa: PLW0603 - one value a process, rebuilt when the stamp changes
    from zhunsheng.law.models import HolidayNotice

    stamp = HolidayNotice.stamp()
    if not stamp:
        return packaged_calendar()
    if _amended is None or _amended[0] != stamp:
        _amended = (stamp, amended_by(HolidayNotice.objects.all()))
    return _amended[1]


def amended_by(notices: Iterable[HolidayNotice]) -> Calendar:
    """The calendar of the package with notices on top, whether they are stored or not."""
    result = packaged_calendar()
    for notice in sorted(notices, key=lambda notice: notice.year):
        days_off = {date.fromisoformat(day): name for day, name in notice.days_off.items()}
        made_up = [date.fromisoformat(day) for day in notice.make_up_days]
        result = result.amended(days_off, made_up, [notice.year], f"{notice.year} 年：{notice.document}")
    return result


def soon_until(today: date, calendar: Calendar) -> date:
    """The first day that is no longer soon: with it, ``SOON`` working days are left."""
    return calendar.add_working_days(today, SOON)
