"""Months as the ledger writes them (月份): a number such as 202609. A run of months is the first and the last of them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

Months = tuple[int, int]


def month_of(day: date) -> int:
    """The month of a day."""
    return day.year * 100 + day.month


def next_month(month: int) -> int:
    """The month after a month."""
    return month + 1 if month % 100 < 12 else month + 89


def first_day(month: int) -> date:
    """The first day of a month."""
    return date(month // 100, month % 100, 1)


def days_of(months: Months) -> tuple[date, date]:
    """The first and the last day of a run."""
    year, month = divmod(months[1], 100)
    return first_day(months[0]), date(year, month, monthrange(year, month)[1])


def each_of(months: Months) -> list[int]:
    """The months of a run, both ends within; none where the first lies after the last."""
    month, found = months[0], []
    while month <= months[1]:
        found.append(month)
        month = next_month(month)
    return found


def written(month: int) -> str:
    """A month as addresses and the fields of a form hold it: 2026-09."""
    return f"{month // 100}-{month % 100:02d}"
