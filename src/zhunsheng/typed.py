"""Whole numbers and days as they are typed into addresses and forms (键入的数和日期), by anybody and of any length.

For what is no field of a declaration or of a form, which read their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

LARGEST = 2**63 - 1
"""What the database keeps as the key of a row."""


def whole_number(typed: str | None, least: int = 0, most: int = LARGEST) -> int | None:
    """A number within bounds; None for anything else. Python itself refuses a number of thousands of digits with an error."""
    text = (typed or "").strip()
    if not text.isdecimal() or len(text) > len(str(LARGEST)):
        return None
    number = int(text)
    return number if least <= number <= most else None


def whole_numbers(typed: Iterable[str]) -> list[int]:
    """Those of some texts that are numbers, as boxes that were ticked send them."""
    return [number for number in map(whole_number, typed) if number is not None]


def typed_day(typed: str | None) -> date | None:
    """A day; None for anything else."""
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        return None
