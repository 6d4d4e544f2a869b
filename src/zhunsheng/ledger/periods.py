"""Closing of periods (结账): a closed month takes no more postings; what comes late is booked later and says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhunsheng.kernel.words import BilingualError
from zhunsheng.ledger.balances import fold, watermark
from zhunsheng.ledger.checks import CheckOutcome, run_checks
from zhunsheng.ledger.completing import is_current
from zhunsheng.ledger.models import Period
from zhunsheng.ledger.months import month_of
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer, Region
from zhunsheng.orgs.refusals import behalf
from zhunsheng.security.audit import record


class PeriodError(BilingualError):
    """A month that cannot be closed; ``words`` says why, ``failed`` which relations do not hold."""

    def __init__(self, zh: str, en: str, failed: Sequence[CheckOutcome] = ()) -> None:
        super().__init__(zh, en)
        self.failed = failed


@transaction.atomic
def close(region: Region, month: int, officer: Officer | None, right: Access | None = None) -> Period:
    """Close a past month of a region; ``right`` is the capacity in which it is done. Raises ``PeriodError`` when it is not
    over, closed already, or a check fails, and while records are still to be completed."""
    year, number = divmod(month, 100)
    if not 1 <= number <= 12:
        raise PeriodError(f"「{month}」不是月份，请写成 202609", f"“{month}” is not a month; write 202609")
    if month >= month_of(timezone.localdate()):
        raise PeriodError(f"{year} 年 {number} 月还没有结束，不能结账", f"{year}-{number:02d} is not over yet")
    if Period.objects.filter(region=region, month=month).exists():
        raise PeriodError(f"{year} 年 {number} 月已经结账", f"{year}-{number:02d} is closed already")
    if not is_current():
        raise PeriodError(
            "新版本更改了指标的入账规则，原有记录还没有补记完，补记完才能结账",
            "a newer version counts by other rules, and earlier records are not completed yet; close when they are",
        )
    fold()
    day = date(year, number, 1)
    failed = [outcome for outcome in run_checks(region.code, day, day) if not outcome.holds]
    if failed:
        names = "；".join(f"{o.declaration.zh}（{o.left} ≠ {o.right}）" for o in failed)
        names_en = "; ".join(f"{o.declaration.en} ({o.left} / {o.right})" for o in failed)
        raise PeriodError(f"勾稽关系不成立，不能结账：{names}", f"relations do not hold: {names_en}", failed)
    period = Period.objects.create(
        region=region, month=month, closed_at=timezone.now(), closed_by=officer, last_posting=watermark()
    )
    record("ledger.close", f"region:{region.code}", officer.pk if officer else None, month=month, **behalf(right))
    return period
