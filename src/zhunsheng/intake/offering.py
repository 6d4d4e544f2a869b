"""Which services are open online (网上办事开通), and with which organs: a setting of the place, closed where nobody has decided.

An organ takes what is handed in when it has been opened for it and somebody there holds a duty to take it. Reads only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Q
from django.utils import timezone

from zhunsheng.catalogue.loading import System, systems
from zhunsheng.kernel.service import Service
from zhunsheng.kernel.words import Words
from zhunsheng.local.kinds import Kind, Thing
from zhunsheng.local.values import Decisions, decisions
from zhunsheng.orgs.models import EVERY_ROLE, EVERY_SYSTEM, Duty, Organ
from zhunsheng.orgs.refusals import refused
from zhunsheng.orgs.terms import in_being

ONLINE = "online"
OPEN, EACH, CLOSED = "open", "each", "closed"
"""Open with the organ it is set for, open with that and each below it, closed."""
_LONGEST = 300


@dataclass(frozen=True)
class Place:
    """An organ that takes a service online, and where else it can be found."""

    organ: Organ
    where: str


@dataclass(frozen=True)
class Offer:
    """A service that is open, with the organs that take it."""

    slug: str
    system: System
    service: Service
    places: tuple[Place, ...]

    def place_of(self, pk: str) -> Place | None:
        """The place of an organ; the only one where there is nothing to choose."""
        if len(self.places) == 1:
            return self.places[0]
        return next((place for place in self.places if str(place.organ.pk) == pk), None)


def services() -> Mapping[str, Service]:
    """Every service that is declared, by the slug of its system."""
    return {slug: found.service for slug, found in systems().items() if found.service is not None}


def offers(day: date) -> list[Offer]:
    """What is open on a day; one query for duties beside that for settings."""
    known = decisions()
    wanted = [slug for slug in services() if known.of(ONLINE, slug)]
    if not wanted:
        return []
    duties = Duty.objects.on(day).filter(Q(system__in=wanted) | Q(system=EVERY_SYSTEM), officer__is_active=True)
    duties = (
        duties.filter(organ__in=Organ.objects.filter(in_being(day))).select_related("organ").order_by("organ__path")
    )
    held = [(duty.organ, duty.system, duty.role) for duty in duties]
    found = (_offer(slug, held, known, day) for slug in wanted)
    return [offer for offer in found if offer.places]


def offer_of(slug: str, day: date) -> Offer | None:
    """A service that is open on a day."""
    return next((offer for offer in offers(day) if offer.slug == slug), None)


def _offer(slug: str, held: list[tuple[Organ, str, str]], known: Decisions, day: date) -> Offer:
    system, service = systems()[slug], services()[slug]
    by = {*system.procedure_on(day).procedure.actions[service.opens].by, EVERY_ROLE}
    places: dict[int, Place] = {}
    for organ, of_system, role in held:
        if of_system not in (slug, EVERY_SYSTEM) or role not in by or organ.pk in places:
            continue
        decision = known.on(ONLINE, slug, organ.path, day)
        if (
            decision is not None
            and decision.value is not None
            and _takes(decision.value["state"], decision.path == organ.path)
        ):
            places[organ.pk] = Place(organ, str(decision.value.get("where", "")))
    return Offer(slug, system, service, tuple(places.values()))


def _takes(state: str, is_own: bool) -> bool:
    return state == EACH or (state == OPEN and is_own)


def where_of(slug: str, path: str) -> str:
    """Where one can turn with a service besides, as the organ of this path has said; empty where nobody has."""
    decision = decisions().on(ONLINE, slug, path, timezone.localdate())
    return str(decision.value.get("where", "")) if decision is not None and decision.value is not None else ""


# --- the setting -------------------------------------------------------------------------------------------------------


@cache
def _things() -> Mapping[str, Thing]:
    closed = Words("没有开通", "not open")
    return {slug: Thing(slug, service.words, slug, closed) for slug, service in services().items()}


def _read(key: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    state = raw.get("state")
    if state not in (OPEN, EACH, CLOSED):
        raise refused("state", "请选择开通或者不开通", "choose open or closed", "state")
    where = str(raw.get("where") or "").strip()
    if len(where) > _LONGEST:
        raise refused(
            "too_long", f"办理地点最多 {_LONGEST} 字", f"the place takes at most {_LONGEST} characters", "where"
        )
    return {"state": state, "where": where}


def _say(key: str, value: Mapping[str, Any]) -> Words:
    where = value.get("where", "")
    if value["state"] == CLOSED:
        return Words("没有开通", "not open")
    zh, en = ("各单位分别受理", "each organ takes it") if value["state"] == EACH else ("已开通", "open")
    return Words(f"{zh}{'：' + where if where else ''}", f"{en}{': ' + where if where else ''}")


KIND = Kind(ONLINE, Words("网上办事", "Online services"), _things, _read, _say)
