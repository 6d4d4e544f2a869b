"""Proving bookings (核入账): each posting has a record it comes from, declared figures stand as they were stated, and everything is
booked in the month it belongs to. What records come to is asked of the rooms that made them (``owing``). Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import ExtractMonth, ExtractYear

from zhunsheng.ledger.models import Period, Posting, Source, Statement
from zhunsheng.ledger.months import next_month
from zhunsheng.ledger.owing import completed_records, destroyed, posters


def verify_bookings() -> Iterator[str]:
    """Every posting that nothing gave, or that stands in a month in which it has no place, in words."""
    yield from _of_no_record()
    yield from _statements()
    yield from _months()


def _of_no_record() -> Iterator[str]:
    known = [Source.DECLARED, *(poster.source for poster in posters)]
    for source in Posting.objects.exclude(source__in=known).order_by().values_list("source", flat=True).distinct():
        yield f"入账的来源「{source}」不存在"
    for poster in posters:
        record = poster.records(None).filter(pk=OuterRef("source_id"))
        rows = Posting.objects.filter(~Exists(record), source=poster.source).order_by()
        lone = set(rows.values_list("source_id", flat=True))
        gone = destroyed[poster.source](lone) if lone and poster.source in destroyed else ()
        for key in sorted(lone.difference(gone)):
            yield f"{poster.source.label} {key}：有入账，没有这条记录"


def _statements() -> Iterator[str]:
    """Each statement posts by how much it differs from the one before it."""
    posted: dict[int, list[tuple[int, int, int, Decimal, str]]] = {}
    rows = Posting.objects.filter(source=Source.DECLARED).values_list(
        "source_id", "account", "organ", "on", "value", "breakdown"
    )
    on: date
    for statement, account, organ, on, value, breakdown in rows.iterator():
        posted.setdefault(statement, []).append((account, organ, on.year, value, breakdown))
    before: dict[tuple[int, int, int], Decimal] = {}
    for one in Statement.objects.order_by("pk").iterator():
        slot = (one.account_id, one.organ_id, one.year)
        change = one.value - before.get(slot, Decimal(0))
        before[slot] = one.value
        there = posted.pop(one.pk, [])
        if there != [(*slot, change, "")]:
            came = sum((row[3] for row in there), Decimal(0))
            yield f"申报 {one.pk}：应入账 {change.normalize():f}，实入账 {came.normalize():f}（{len(there)} 笔）"
    for statement in sorted(posted):
        yield f"申报 {statement}：有入账，没有这项申报"


def _months() -> Iterator[str]:
    """A posting is booked in the month of its day, or the first one after it that was open when it was written; nothing comes into
    a month after it was closed but what completing books there."""
    closed = {
        (region, month): last for region, month, last in Period.objects.values_list("region", "month", "last_posting")
    }
    completed = completed_records()
    closed_before = Period.objects.filter(
        region=OuterRef("organ__region"), month=OuterRef("month"), last_posting__lt=OuterRef("pk")
    )
    rows = Posting.objects.annotate(own=ExtractYear("on") * 100 + ExtractMonth("on")).filter(
        ~Q(month=F("own")) | Q(adjusts__isnull=False) | Exists(closed_before)
    )
    found = rows.order_by("pk").values_list(
        "pk", "source", "source_id", "account__key", "organ__region", "own", "month", "adjusts"
    )
    for pk, source, record, account, region, own, month, adjusts in found.iterator():
        booked = own
        while closed.get((region, booked), pk) < pk:
            booked = next_month(booked)
        right = {(booked, own if booked != own else None)}
        if booked != own and completed(source, record):
            right.add((own, own))
        if (month, adjusts) not in right:
            yield f"入账 {pk}（{account}）：{own} 的事项应记入 {booked}，实记入 {month}"
