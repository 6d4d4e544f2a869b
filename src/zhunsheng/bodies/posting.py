"""What bodies and meetings post to the ledger (入账), and the proof that it is there and nothing else.

A body posts when it is set up and closed and when a seat is taken and left; a meeting when its minutes are issued. Which
accounts these reach is declared with the systems.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from zhunsheng.bodies.models import Attendance, Body, Item, Meeting, Seat
from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.meeting import ItemKind, MeetingState, Result
from zhunsheng.ledger.models import Posting, Source
from zhunsheng.ledger.postings import PostingRow, breakdown_text, post

CHUNK = 1_000
_Line = tuple[str, date, str]


def _rows(
    source: Source, record: int, organ: int, events: Iterable[tuple[str, date, Mapping[str, Any]]]
) -> list[PostingRow]:
    """The postings some events come to in the accounts of every system, those that are alike as one."""
    sums: Counter[tuple[str, date, tuple[tuple[str, str], ...]]] = Counter()
    for event, on, values in events:
        for owner in systems().values():
            for rule in owner.posting_rules.get(event, ()):
                for found in rule.postings(on, values):
                    sums[found.account, found.on, found.breakdown] += int(found.value)
    return [
        PostingRow(account, organ, on, value, breakdown, source.value, record)
        for (account, on, breakdown), value in sums.items()
        if value
    ]


# --- bodies ----------------------------------------------------------------------------------------------------------


def post_body(body: Body, event: str, on: date) -> None:
    """Post that a body was set up or closed."""
    post(_rows(Source.BODY, body.pk, body.organ_id, [(event, on, {"body": body.kind})]))


def post_seat(body: Body, seat: Seat, event: str, on: date, sign: int = 1) -> None:
    """Post that a seat was taken or left; with ``sign`` -1 take that back."""
    rows = _rows(Source.BODY, body.pk, body.organ_id, [(event, on, _seat_values(body, seat))])
    post([row._replace(value=row.value * sign) for row in rows])


def _seat_values(body: Body, seat: Seat) -> dict[str, Any]:
    return {"body": body.kind, "office": seat.office, "holder": seat.holder}


def _events_of_body(body: Body) -> Iterator[tuple[str, date, Mapping[str, Any]]]:
    values = {"body": body.kind}
    yield "body.set_up", body.valid_from, values
    if body.valid_to is not None:
        yield "body.closed", body.valid_to, values
    for seat in body.seats.all():
        yield "seat.taken", seat.valid_from, _seat_values(body, seat)
        if seat.valid_to is not None:
            yield "seat.left", seat.valid_to, _seat_values(body, seat)


# --- meetings --------------------------------------------------------------------------------------------------------


def post_meeting(meeting: Meeting, sign: int = 1) -> None:
    """Post what a concluded meeting comes to; with ``sign`` -1 take it back, before it is corrected."""
    rows = _rows(Source.MEETING, meeting.pk, meeting.body.organ_id, _events_of_meeting(meeting))
    post([row._replace(value=row.value * sign) for row in rows])


def _events_of_meeting(meeting: Meeting) -> Iterator[tuple[str, date, Mapping[str, Any]]]:
    on = timezone.localdate(meeting.starts_at)
    own = {"body": meeting.body.kind, "form": meeting.form}
    items = [item for item in meeting.items.all() if not item.withdrawn]
    studied = any(item.kind == ItemKind.STUDY and item.result == Result.DONE for item in items)
    yield "meeting.held", on, {**own, "studied": studied}
    for item in items:
        yield "meeting.settled", on, {
            **own, "kind": item.kind, "matter": item.matter, "result": item.result, "rule_of_law": item.rule_of_law,
            "reviewed": item.reviewed,
        }  # fmt: skip
    for attendance in meeting.attendances.all():
        if not attendance.voided:
            yield "meeting.attended", on, {**own, "standing": attendance.standing, "presence": attendance.presence}


# --- proof -----------------------------------------------------------------------------------------------------------


def verify_bodies(progress: Callable[[int, int], None]) -> Iterator[str]:
    """Every difference between bodies with their seats and what they posted, in words."""
    rows = Body.objects.prefetch_related("seats")
    yield from _verify(Source.BODY, "议事机构", rows, _events_of_body, progress)


def verify_meetings(progress: Callable[[int, int], None]) -> Iterator[str]:
    """Every difference between meetings and what they posted, in words; what is not concluded must post nothing."""
    rows = Meeting.objects.select_related("body").prefetch_related(
        Prefetch("items", Item.objects.all()), Prefetch("attendances", Attendance.objects.all())
    )

    def events(meeting: Meeting) -> Iterator[tuple[str, date, Mapping[str, Any]]]:
        return _events_of_meeting(meeting) if meeting.state == MeetingState.CONCLUDED else iter(())

    yield from _verify(Source.MEETING, "会议", rows, events, progress)


def _verify(source: Source, what: str, rows: Any, events: Callable[[Any], Any], progress: Any) -> Iterator[str]:
    total, done, last = rows.count(), 0, 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        posted: dict[int, Counter[_Line]] = {}
        found = Posting.objects.filter(source=source, source_id__gt=last, source_id__lte=chunk[-1].pk)
        for record, account, on, breakdown, value in found.values_list(
            "source_id", "account__key", "on", "breakdown", "value"
        ):
            posted.setdefault(record, Counter())[account, on, breakdown] += value
        for row in chunk:
            expected: Counter[_Line] = Counter()
            for line in _rows(source, row.pk, 0, events(row)):
                expected[line.account, line.on, breakdown_text(line.breakdown)] += Decimal(line.value)
            there = posted.get(row.pk, Counter())
            for key in sorted({*expected, *there}):
                if expected[key] != there[key]:
                    yield f"{what} {row.pk}：{key[0]} {key[1]} 分项「{key[2]}」应入账 {expected[key]}，实入账 {there[key]}"
        last, done = chunk[-1].pk, done + len(chunk)
        progress(done, total)
