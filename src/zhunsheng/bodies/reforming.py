"""What a reform of organs touches of bodies (机构改革中的议事机构): seats of an organ that is no more go to its successor, bodies
it kept go on with the successor, and so do the meetings that were called. What was, stays with the organs of then.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from zhunsheng.bodies.actions import end_body, end_seat, new_seat
from zhunsheng.bodies.models import Attendance, Body, Meeting, Seat
from zhunsheng.bodies.posting import post_body
from zhunsheng.kernel.meeting import MeetingState
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.reforming import Move, Plan, Touched
from zhunsheng.orgs.terms import unended


def touched(plan: Plan) -> list[Touched]:
    """Seats of the organs in bodies kept elsewhere, bodies they keep, and open meetings they are called to."""
    sources = [organ for organ in plan.sources if organ != plan.target]
    if not plan.passes_on_work:
        return []
    lines = [
        Touched(
            Words("保管的议事机构", "Bodies kept by the organ"),
            _bodies(sources, plan.systems, plan.on).count(),
            Words("连同席位和以后的会议由承接单位继续", "go on at the successor with their seats and coming meetings"),
        )
    ]
    if plan.closes:
        lines += [
            Touched(
                Words("议事机构的席位", "Seats in bodies"),
                _seats(sources, plan.on).exclude(body__in=_bodies(sources, plan.systems, plan.on)).count(),
                Words("自施行日起由承接单位担任", "are held by the successor from that day"),
            ),
            Touched(
                Words("未办结会议的参会通知", "Calls to open meetings"),
                _calls(sources).count(),
                Words("改为通知承接单位", "go to the successor"),
            ),
        ]
    return lines


def _bodies(organs: Iterable[Organ], systems: tuple[str, ...], on: date) -> Any:
    rows = Body.objects.filter(unended(on), organ__in=organs)
    return rows.filter(kind__in=systems) if systems else rows


def _seats(organs: Iterable[Organ], on: date) -> Any:
    return Seat.objects.filter(unended(on), organ__in=organs)


def _calls(organs: Iterable[Organ]) -> Any:
    return Attendance.objects.filter(organ__in=organs, voided=False, presence="", meeting__state=MeetingState.CALLED)


def move(wanted: Move) -> None:
    """Let bodies go on with the successor, then seats; a division takes only bodies of the kinds that go."""
    for source, target in wanted.passing:
        for body in list(_bodies([source], wanted.systems, wanted.on).select_related("organ").order_by("pk")):
            _continue(body, target, wanted)
        if wanted.systems:
            continue
        for seat in list(_seats([source], wanted.on).select_related("body", "organ").order_by("pk")):
            _hand_over(seat, target, wanted)
        for call in list(_calls([source]).order_by("pk")):
            _call_instead(call, source, target)


def _continue(body: Body, target: Organ, wanted: Move) -> None:
    """Close a body here and go on with it there, with its seats and the meetings called from that day on."""
    on = max(wanted.on, body.valid_from)
    lasting = body.seats.filter(unended(on)).select_related("officer", "organ")
    seats = [(seat, seat.valid_to) for seat in lasting.order_by("pk")]
    end_body(body, on, wanted.note.zh)
    again = Body(
        kind=body.kind, organ=target, name=body.name.replace(body.organ.name, target.name), name_en=body.name_en,
        document=wanted.note.zh[:200], rules=body.rules, quorum=body.quorum, proxies_count=body.proxies_count,
        reviews_every_item=body.reviews_every_item, valid_from=on, continues=body,
    )  # fmt: skip
    again.save()
    post_body(again, "body.set_up", on)
    for seat, until in seats:
        goes = seat.organ_id == body.organ_id and not wanted.systems
        _begin(again, seat, target if goes else seat.organ, max(on, seat.valid_from), until, wanted)
    coming = Meeting.objects.filter(body=body, state=MeetingState.CALLED, starts_at__date__gte=on)
    coming.update(body=again)


def _hand_over(seat: Seat, target: Organ, wanted: Move) -> None:
    """End a seat and begin it for the successor, unless the successor sits there already as the same."""
    on, until = max(wanted.on, seat.valid_from), seat.valid_to
    end_seat(seat.body, seat, on, wanted.note.zh)
    there = _seats([target], on).filter(body=seat.body, office=seat.office, post=seat.post)
    if not there.exists():
        _begin(seat.body, seat, target, on, until, wanted)


def _begin(body: Body, seat: Seat, organ: Organ | None, on: date, until: date | None, wanted: Move) -> None:
    again = Seat(
        body=body, office=seat.office, officer=seat.officer, organ=organ, person=seat.person, post=seat.post,
        position=seat.position, valid_from=on, valid_to=until, document=wanted.note.zh[:200],
    )  # fmt: skip
    new_seat(body, again)


def _call_instead(call: Attendance, source: Organ, target: Organ) -> None:
    """Call the successor in place of an organ that is no more, unless it is called already."""
    call.voided = True
    call.save(update_fields=("voided",))
    if not call.meeting.attendances.filter(organ=target, voided=False).exists():
        post = call.post.replace(source.name, target.name)
        Attendance.objects.create(
            meeting=call.meeting, standing=call.standing, office=call.office, organ=target, post=post
        )
