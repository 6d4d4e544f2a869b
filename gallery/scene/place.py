"""Where a scene is set: the place, and days counted from today. What happens there is made next door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from zhunsheng.law.working_days import calendar
from zhunsheng.orgs.models import Officer, Organ

DISPUTE, REVIEW, ORDER, POWERS = "administrative_reconsideration", "legality_review", "hotline_workorder", "power_list"


@dataclass(frozen=True)
class Place:
    """Who looks, and the organs that take part. ``lists``: the two whose lists are compared; ``renamed``: what the
    department is called after its reform; ``year``: the one whose figures are shown; ``password``: everybody's who signs
    in."""

    officer: Officer
    government: Organ
    office: Organ
    department: Organ
    lists: tuple[Organ, Organ]
    renamed: str
    year: int
    password: str
    busy_system: str = REVIEW


def ago(working_days: int) -> date:
    """The working day so many before tomorrow."""
    return calendar().add_working_days(timezone.localdate() + timedelta(days=1), -working_days)
