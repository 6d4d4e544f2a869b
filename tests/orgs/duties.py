"""Duties as tests want them: rows are never edited or removed, so one is ended on its first day, as if it had not been."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from zhunsheng.orgs.models import Duty, Officer


def without_duties(officer: Officer, **those: Any) -> None:
    """The officer holds none of his duties any more, of all or of those named."""
    Duty.objects.filter(officer=officer, **those).update(valid_to=F("valid_from"))


def only_in(officer: Officer, system: str, role: str = "*") -> None:
    """He holds each of his duties in one system instead."""
    held = list(Duty.objects.filter(officer=officer))
    without_duties(officer)
    for one in held:
        Duty.objects.create(
            officer=officer, organ=one.organ, system=system, role=role, title=one.title, whole_tree=one.whole_tree
        )
