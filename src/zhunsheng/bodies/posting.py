"""What bodies and meetings post to the ledger (入账), and what all they have posted must come to.

A body posts when it is set up and closed and when a seat is taken and left; a meeting when its minutes are issued. Which
accounts these reach is declared with the systems.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from zhunsheng.bodies.models import Attendance, Body, Item, Meeting, Seat
from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.meeting import ItemKind, MeetingState, Result
from zhunsheng.ledger.models import Source
from zhunsheng.ledger.owing import Poster
from zhunsheng.ledger.postings import PostingRow, post


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


# --- what stands in the ledger ---------------------------------------------------------------------------------------


def _bodies(slugs: Collection[str] | None) -> QuerySet[Body]:
    return Body.objects.all()  # accounts of any system may name what bodies do


def _bodies_come_to(keys: Sequence[int], lock: bool) -> dict[int, list[PostingRow]]:
    rows = Body.objects.filter(pk__in=keys).order_by("pk").prefetch_related("seats")
    found = rows.select_for_update(of=("self",)) if lock else rows
    return {body.pk: _rows(Source.BODY, body.pk, body.organ_id, _events_of_body(body)) for body in found}


def _meetings(slugs: Collection[str] | None) -> QuerySet[Meeting]:
    return Meeting.objects.all()


def _meetings_come_to(keys: Sequence[int], lock: bool) -> dict[int, list[PostingRow]]:
    """What is not concluded posts nothing."""
    rows = Meeting.objects.filter(pk__in=keys).order_by("pk").select_related("body").prefetch_related(
        Prefetch("items", Item.objects.all()), Prefetch("attendances", Attendance.objects.all())
    )  # fmt: skip
    found = rows.select_for_update(of=("self",)) if lock else rows
    return {
        meeting.pk: _rows(Source.MEETING, meeting.pk, meeting.body.organ_id, _events_of_meeting(meeting))
        if meeting.state == MeetingState.CONCLUDED
        else []
        for meeting in found
    }


BODIES = Poster(Source.BODY, _bodies, _bodies_come_to)
MEETINGS = Poster(Source.MEETING, _meetings, _meetings_come_to)
