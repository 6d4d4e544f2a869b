"""Whatever holds from one day until before another (起止日期): organs, duties, seats, entries of lists.

``valid_from`` is the first day, ``valid_to`` the first day no longer; it is empty as long as no end is known.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q


def unended(day: date) -> Q:
    """What has not ended by a day: it holds then, or begins later."""
    return Q(valid_to=None) | Q(valid_to__gt=day)


def in_being(day: date) -> Q:
    """What holds on a day."""
    return Q(valid_from__lte=day) & unended(day)
