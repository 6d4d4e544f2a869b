"""The state of one case as the kernel sees it: a value, made anew by every step.

Also its plain form for storage (``dump``/``load``). What a step does to it is decided in ``transition``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from zhunsheng.kernel.clock import ClockEvent, ClockEventKind
from zhunsheng.kernel.limits import Amount, LocalValue, Unit
from zhunsheng.kernel.words import Words


class Done(NamedTuple):
    """How often an action was taken on a case, when first and last, by whom last, and for whom if not for himself."""

    first: date
    last: date
    times: int
    officer: str
    principal: str = ""


def done_again(before: Done | None, on: date, officer: str, principal: str) -> Done:
    """What is known of an action taken now that was taken before, or not yet."""
    first, times = (before.first, before.times) if before else (on, 0)
    return Done(first, on, times + 1, officer, principal)


class RequestKind(StrEnum):
    """What one organ or officer asks of another on a case."""

    ASSIGNMENT = "assignment"
    COUNTERSIGNATURE = "countersignature"
    SIGNATURE = "signature"


class RequestState(StrEnum):
    """How a request stands."""

    OPEN = "open"
    ANSWERED = "answered"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class Request(NamedTuple):
    """A piece of a case given to somebody else (交办、会签、加签). ``to`` is an organ, for a signature an officer."""

    number: int
    kind: RequestKind
    to: str
    state: RequestState
    on: date
    due: date | None = None
    lead: bool = True


def in_state(requests: tuple[Request, ...], before: RequestState, after: RequestState) -> tuple[Request, ...]:
    """What was asked, with all that stands in one state put in another: when a case ends, what nobody has answered ends with it;
    when it is reopened, it is asked again."""
    return tuple(r._replace(state=after) if r.state is before else r for r in requests)


class Link(NamedTuple):
    """A linked case of another system and its outcome so far; ``ended_on`` where it is closed and the day is known."""

    system: str
    case: str
    outcome: str | None
    closed: bool
    ended_on: date | None = None


class CaseState(NamedTuple):
    """One case. ``version`` is the day its procedure came into force; ``held_in`` the state to resume after a hold,
    or to reopen into after 终止办理.
    """

    system: str
    version: date
    state: str
    opened_on: date
    last_on: date
    organ: str
    fields: Mapping[str, Any] = {}
    outcome: str | None = None
    done: Mapping[str, Done] = {}
    clocks: Mapping[str, tuple[ClockEvent, ...]] = {}
    requests: tuple[Request, ...] = ()
    links: tuple[Link, ...] = ()
    sequence: int = 0
    held_in: str | None = None

    @property
    def values(self) -> dict[str, Any]:
        """The fields with the outcome beside them, as conditions and accounts read them."""
        return {**self.fields, "outcome": self.outcome}


def _dump_moment(moment: date | datetime) -> str:
    return moment.isoformat()


def _load_moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def dump_course(case: CaseState) -> dict[str, Any]:
    """The parts of a case that are not columns of their own, as JSON holds them."""
    course: dict[str, Any] = {
        "done": {name: _dump_done(done) for name, done in case.done.items()},
        "clocks": {name: [dump_clock_event(event) for event in events] for name, events in case.clocks.items()},
    }
    if case.requests:
        course["requests"] = [
            [r.number, r.kind, r.to, r.state, r.on.isoformat(), r.due and r.due.isoformat(), r.lead]
            for r in case.requests
        ]
    if case.links:
        course["links"] = [link[:4] for link in case.links]
    if case.held_in:
        course["held_in"] = case.held_in
    return course


def _dump_done(done: Done) -> list[Any]:
    row: list[Any] = [done.first.isoformat(), done.last.isoformat(), done.times, done.officer]
    return [*row, done.principal] if done.principal else row


def dump_clock_event(event: ClockEvent) -> list[Any]:
    """A clock event as a short JSON list."""
    row: list[Any] = [str(event.kind), _dump_moment(event.on)]
    if event.cause or event.amount or event.local:
        row.append(event.cause)
    if event.amount or event.local:
        row += [event.amount.value, str(event.amount.unit)] if event.amount else [None, None]
    if event.local:
        row.append(dump_local(event.local))
    return row


def load_clock_event(row: list[Any]) -> ClockEvent:
    """The reverse of ``dump_clock_event``."""
    amount = Amount(row[3], Unit(row[4])) if len(row) > 4 and row[3] is not None else None
    local = load_local(row[5]) if len(row) > 5 else None
    return ClockEvent(ClockEventKind(row[0]), _load_moment(row[1]), row[2] if len(row) > 2 else "", amount, local)


def dump_local(local: LocalValue) -> list[Any]:
    """The value of a place as a short JSON list."""
    amount = local.amount
    return [local.entry, local.since.isoformat(), amount.value, str(amount.unit), local.extension, *local.cited]


def load_local(row: list[Any]) -> LocalValue:
    """The reverse of ``dump_local``."""
    entry, since, value, unit, extension, *cited = row
    return LocalValue(entry, date.fromisoformat(since), Amount(value, Unit(unit)), extension, Words(*cited))


def load_course(course: Mapping[str, Any]) -> dict[str, Any]:
    """Keyword arguments of ``CaseState`` from the stored form."""
    day = date.fromisoformat
    return {
        "done": {name: Done(day(d[0]), day(d[1]), *d[2:]) for name, d in course.get("done", {}).items()},
        "clocks": {
            name: tuple(load_clock_event(row) for row in rows) for name, rows in course.get("clocks", {}).items()
        },
        "requests": tuple(
            Request(r[0], RequestKind(r[1]), r[2], RequestState(r[3]), day(r[4]), day(r[5]) if r[5] else None, r[6])
            for r in course.get("requests", ())
        ),
        "links": tuple(Link(*row) for row in course.get("links", ())),
        "held_in": course.get("held_in"),
    }
