"""The limits of a case as its party is told of them (期限): those the service names, running or stopped, with how they are
counted."""

from __future__ import annotations

from django.utils import timezone

from zhunsheng.cases.reading import receipts, state_of
from zhunsheng.desk.deadline_lines import DeadlineLine, deadline_lines
from zhunsheng.intake.applying import Followed
from zhunsheng.law.working_days import calendar


def shown_lines(found: Followed) -> list[DeadlineLine]:
    """The limits that are shown, the nearest first."""
    case, compiled = found.case, found.compiled
    lines = deadline_lines(compiled, state_of(case, compiled), receipts(case), timezone.localdate(), calendar())
    return [line for line in lines if line.key in found.service.limits and line.is_running]
