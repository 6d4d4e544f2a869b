"""Reading bodies (看机构): who sits where on a day under which name, where a seat is empty, and which cases wait for a meeting.
Writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Q, QuerySet

from zhunsheng.bodies.models import Body, Item, Seat
from zhunsheng.cases.models import Case
from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.body import CompiledBody
from zhunsheng.kernel.meeting import MeetingState, Office
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Duty, Officer, Organ


class Gap(StrEnum):
    """Why a seat is empty."""

    VACANT = "vacant"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Member:
    """A seat as it is on a day: who is called to a meeting by it, as what, and why it is empty, if it is."""

    seat: Seat
    name: str
    post: str
    gap: Gap | None = None


NOT_OVER = (MeetingState.CALLED, MeetingState.HELD)
"""Meetings to come, or without minutes yet."""

_ORDER = {office.value: index for index, office in enumerate(Office)}


def declared_body(body: Body, day: date) -> CompiledBody:
    """What is declared of bodies of its kind on a day. Raises ``UnknownSystem``."""
    return systems()[body.kind].body_on(day)


def members_on(bodies: Iterable[Body], day: date) -> dict[int, list[Member]]:
    """Body -> its seats on a day, the chair first; a fixed number of queries.

    A seat of a post is empty when nobody holds a duty of that title in the organ; a seat of an officer when he is not
    active or holds no duty any more.
    """
    seats = list(Seat.objects.on(day).filter(body__in=[body.pk for body in bodies]).select_related("officer", "organ"))
    posts = _holders_of_posts(seats, day)
    serving = set(
        Duty.objects.on(day).filter(officer__in=[seat.officer_id for seat in seats if seat.officer_id])
        .values_list("officer", flat=True)
    )  # fmt: skip
    found: dict[int, list[Member]] = {}
    for seat in sorted(seats, key=lambda seat: (_ORDER[seat.office], seat.position, seat.pk)):
        found.setdefault(seat.body_id, []).append(_member(seat, posts, serving))
    return found


def _member(seat: Seat, posts: Mapping[tuple[int, str], list[str]], serving: set[int]) -> Member:
    if seat.officer is not None:
        gone = not seat.officer.is_active or seat.officer.pk not in serving
        return Member(seat, seat.officer.name, seat.post, Gap.LEFT if gone else None)
    if seat.organ is None:
        return Member(seat, seat.person, seat.post)
    names = posts.get((seat.organ.pk, seat.post), []) if seat.post else []
    return Member(
        seat, "、".join(names), f"{seat.organ.name}{seat.post}", Gap.VACANT if seat.post and not names else None
    )


def _holders_of_posts(seats: list[Seat], day: date) -> dict[tuple[int, str], list[str]]:
    named = [seat for seat in seats if seat.organ_id and seat.post]
    wanted = Q(organ__in={seat.organ_id for seat in named}, title__in={seat.post for seat in named})
    held: dict[tuple[int, str], list[str]] = {}
    duties = Duty.objects.on(day).filter(wanted, officer__is_active=True).order_by("pk")
    for organ, title, name in duties.values_list("organ", "title", "officer__name"):
        names = held.setdefault((organ, title), [])
        if name not in names:
            names.append(name)
    return held


def has_chair(members: Iterable[Member]) -> bool:
    """Whether somebody leads the body."""
    return any(member.seat.office == Office.CHAIR and member.gap is None for member in members)


def officers_to_seat(organs: Iterable[Organ], day: date) -> list[Officer]:
    """The active officers with a duty in one of the organs on a day, by name."""
    duties = Duty.objects.on(day).filter(organ__in=list(organs)).values("officer")
    return list(Officer.objects.filter(pk__in=duties, is_active=True).order_by("name", "pk"))


def cases_waiting(access: Access, kind: str) -> QuerySet[Case]:
    """The cases an officer may see that stand where their procedure waits for a body of a kind, and are on no agenda."""
    standing = Q(pk__in=())
    for owner in systems().values():
        for version, compiled in owner.compiled.items():
            states = {state for name in compiled.waiting_for(kind) for state in compiled.before[name]}
            if states:
                standing |= Q(system=owner.slug, version=version, state__in=states)
    listed = Item.objects.filter(withdrawn="", result="", meeting__state__in=NOT_OVER).values("cases")
    rows = Case.visible.to(access).filter(standing, closed_on=None).exclude(pk__in=listed.exclude(cases=None))
    return rows.order_by("last_on", "pk")
