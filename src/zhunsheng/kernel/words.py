"""Text in two languages, as declarations and receipts carry it.

Only the value, and the kinds and errors that say it, live here; which language a page shows is decided by the page.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Words(NamedTuple):
    """A short text in Chinese and in English."""

    zh: str
    en: str

    def within(self, language: str) -> str:
        """The text for a language code such as ``zh-hans`` or ``en``."""
        return self.en if language.startswith("en") else self.zh


class Spoken(StrEnum):
    """A value with its words; the words stand beside the code."""

    words: Words

    def __new__(cls, value: str, zh: str, en: str) -> Spoken:
        member = str.__new__(cls, value)
        member._value_ = value
        member.words = Words(zh, en)
        return member


class BilingualError(Exception):
    """What cannot be done, in both languages: what is wrong and what to do. ``field``: where in a form, if anywhere.

    No ``ValueError``, so that whoever catches those of a library does not take it for one of them.
    """

    def __init__(self, zh: str, en: str, field: str | None = None) -> None:
        super().__init__(zh)
        self.words = Words(zh, en)
        self.field = field


NOTHING = Words("", "")


def chinese_number(number: int) -> str:
    """A number from 0 to 999 in Chinese, as statutes number their articles and papers their parts: 十二, 一百零三."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    written = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        written += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        written += "零"
    return written + (_DIGITS[ones] if ones or not number else "")


def whole_number(written: str) -> int | None:
    """A whole number in Arabic or Chinese digits: 30, 三十, 一百零二, 二〇三, 两万三千; None where it is none."""
    if not written or len(written) > _LONGEST or any(sign not in _VALUES and sign not in _PLACES for sign in written):
        return None
    if all(sign in _VALUES for sign in written):
        return int("".join(str(_VALUES[sign]) for sign in written))
    total, section, digit = 0, 0, 0
    for sign in written:
        place = _PLACES.get(sign)
        if place is None:
            digit = _VALUES[sign]
        elif place < 10**4:
            section, digit = section + (digit or 1) * place, 0
        else:
            total, section, digit = total + (section + digit or 1) * place, 0, 0
    return total + section + digit


def written_number(value: Decimal) -> str:
    """A number as texts write it: without the zeros a database keeps after it, and never with an exponent."""
    return f"{value.normalize():f}"


def plain_number(value: Decimal | None) -> int | float | None:
    """A figure's number as workbooks and JSON hold it."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


_DIGITS = "零一二三四五六七八九"
_VALUES = {sign: value for signs in (_DIGITS, "0123456789") for value, sign in enumerate(signs)} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_LONGEST = 40
"""Nobody writes a number of more signs."""
