"""The words pages use for dates, time left and values (措辞). No database, no markup; everything in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.fields import FieldDeclaration, FieldType
from zhunsheng.kernel.figures import qualify
from zhunsheng.kernel.limits import Unit
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import soon_until

NOTHING = "—"
"""What stands where there is no value."""


@dataclass(frozen=True)
class Light:
    """A light: its colour's name and the words that say the same (colour never speaks alone)."""

    kind: str
    words: str


def language() -> str:
    return get_language() or "zh-hans"


def in_a_row(words: Iterable[str]) -> str:
    """Several words in a row, parted as the reader's language parts them."""
    return pgettext("之间", "、").join(words)


def say(words: Any) -> str:
    """Words, or anything with two names, in the reader's language; a plain text as it stands."""
    if isinstance(words, Words):
        return words.within(language())
    if hasattr(words, "zh"):
        return (
            words.words.within(language()) if hasattr(words, "words") else Words(words.zh, words.en).within(language())
        )
    return str(words)


def name_of(organ: Any) -> str:
    """The name of an organ or region in the reader's language, as far as it has one."""
    return organ.name_en if language().startswith("en") and organ.name_en else organ.name


def who(officer: Any, principal: Any = None) -> str:
    """Who did something, and for whom when he acted for somebody who was away: 示例乙（代示例甲）."""
    if officer is None:
        return NOTHING
    return (
        _("%(who)s（代%(principal)s）") % {"who": officer.name, "principal": principal.name}
        if principal
        else officer.name
    )


def weekday(day: date) -> str:
    names = [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")]
    return names[day.weekday()]


def time_left(due: date, unit: Unit | str, today: date, calendar: Calendar) -> Light:
    """How a running limit stands: 逾期 3 天, 今天到期, 剩 2 个工作日 (calendar days for limits counted so)."""
    if due < today:
        days = (today - due).days
        return Light("overdue", ngettext("逾期 %(n)s 天", "逾期 %(n)s 天", days) % {"n": days})
    kind = "soon" if due < soon_until(today, calendar) else "good"
    if due == today:
        return Light("soon", _("今天到期"))
    if unit == Unit.WORKING_DAY:
        left = calendar.working_days_between(today, due)
        return Light(kind, ngettext("剩 %(n)s 个工作日", "剩 %(n)s 个工作日", left) % {"n": left})
    left = (due - today).days
    return Light(kind, ngettext("剩 %(n)s 天", "剩 %(n)s 天", left) % {"n": left})


def number(value: Decimal | int | None, decimals: int = 0) -> str:
    """A number as tables show it, with thousands separators; with the decimals of its figure, else no needless ones."""
    if value is None:
        return NOTHING
    if decimals:
        return f"{value:,.{decimals}f}"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,}"


def figure_value(figure: Any) -> str:
    """A figure's number with separators, decimals and the qualifier it was stated with."""
    if figure.value is None:
        return NOTHING
    text = f"{figure.value:,.{figure.decimals}f}"
    return say(qualify(text, figure.qualifier)) if figure.qualifier else text


_OF_YEAR = re.compile(r"(\d{4}) 年：(.+)")
_NOTICE = re.compile(r"国务院办公厅关于(\d{4})年部分节假日安排的通知")


def calendar_words(version: str) -> str:
    """Which working calendar a day was counted by: words for the name of the data package, and the notice of a year by what it
    is called in the reader's language, as far as it has its usual name."""
    text = version.replace("chinesecalendar", _("国务院办公厅历年放假通知，数据版本"))
    text = _OF_YEAR.sub(lambda found: _("%(year)s 年：%(name)s") % {"year": found[1], "name": found[2]}, text)
    return _NOTICE.sub(lambda found: _("国务院办公厅关于%(year)s年部分节假日安排的通知") % {"year": found[1]}, text)


def value_of(declared: FieldDeclaration, value: Any) -> str:
    """A field's value in words. Masking is done before, by the caller."""
    if value in (None, "", []):
        return NOTHING
    if isinstance(value, list):
        return in_a_row(value_of(declared, item) for item in value)
    if declared.type in (FieldType.CHOICE, FieldType.CHOICES):
        return say(declared.choices[value]) if value in declared.choices else str(value)
    if declared.type is FieldType.BOOLEAN:
        return _("是") if value else _("否")
    if declared.type is FieldType.MONEY:
        return number(Decimal(str(value)))
    if isinstance(value, Mapping):
        return str(value.get("name", ""))
    if declared.type is FieldType.DATETIME:
        return str(value).replace("T", " ")
    return str(value)
