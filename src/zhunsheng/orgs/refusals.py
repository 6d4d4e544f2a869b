"""Why something cannot be done to organs and people (不予办理): the exception of this room and the checks everybody shares.

Writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from zhunsheng.kernel.transition import Refusal
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.models import Officer, Organ

ROOM = "orgs"
"""The system under which duties of this room are held."""
ADMINISTRATOR = "administrator"
"""机关与人员管理员: the role that may change organs, officers and duties of its organs."""
ROLES = {ADMINISTRATOR: Words("机关与人员管理员", "Administrator of organs and people")}


class Room(NamedTuple):
    """A room of the house whose duties are held like those of a system."""

    name: Words
    roles: Mapping[str, Words]


_rooms = {ROOM: Room(Words("机关与人员", "Organs and people"), ROLES)}


def register_roles(room: str, name: Words, roles: Mapping[str, Words]) -> None:
    """Let duties of a room be given: the name under which they are held, and role → its name."""
    _rooms[room] = Room(name, roles)


def rooms() -> Mapping[str, Room]:
    """The rooms whose duties can be held, beside the systems."""
    return _rooms


class Refused(Exception):
    """Something that was not possible; ``refusal`` says why. Nothing has been written."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence("zh"))
        self.refusal = refusal


def refused(code: str, zh: str, en: str, field: str | None = None) -> Refused:
    """A refusal in both languages, at a field of the form where there is one."""
    return Refused(Refusal(code, Words(zh, en), field=field))


def administers(access: Access, organ: Organ) -> bool:
    """Whether an officer may change an organ, its people and what is below it."""
    return bool(access.roles(ROOM, organ.path, frozenset(ROLES)))


def check_administrator(officer: Officer, *organs: Organ) -> Access:
    """In whose right the officer administers the organs. Raises ``Refused`` when he does not administer each of them."""
    access = access_of(officer, timezone.localdate())
    right = access.capacities[0]
    for organ in organs:
        found = access.capacity_for(lambda one, organ=organ: administers(one, organ))
        if found.principal is not None:
            right = found
        if not administers(found, organ):
            raise refused(
                "role",
                f"由{ROLES[ADMINISTRATOR].zh}办理，您在「{organ.name}」没有这一岗位",
                f"this is for its administrator; you do not hold that role in “{organ.name}”",
            )
    return right


def behalf(right: Access | None) -> dict[str, int]:
    """What the audit trail adds where something is done for somebody who is away (乙代甲)."""
    return {} if right is None or right.principal is None else {"for": right.principal}


def check_administrator_of(officer: Officer, person: Officer) -> Access:
    """In whose right the officer administers a person. Raises ``Refused`` unless he administers every organ in which the
    person holds a duty now or later; of one who holds none any more, every organ there was."""
    if person.pk == officer.pk:
        raise refused("own", "不能对自己的账号这样办理", "not possible for one's own account")
    lasting = Q(valid_to=None) | Q(valid_to__gt=timezone.localdate())
    duties = list(person.duties.filter(lasting).select_related("organ")) or list(person.duties.select_related("organ"))
    if not duties:
        raise refused("role", "该人员没有任职，不由您管理", "the officer holds no duty; not yours to administer")
    right = check_administrator(officer, *(duty.organ for duty in duties))
    if person.pk in right.people:
        raise refused(
            "own", "不能对您所代办的人的账号这样办理，请由其他管理员办理",
            "not possible for him for whom you act; another administrator has to",
        )  # fmt: skip
    return right


def check_in_being(organ: Organ, on: date, field: str) -> None:
    """Raises ``Refused`` when an organ does not exist on a day."""
    if organ.valid_to is not None and organ.valid_to <= on:
        raise refused(
            "closed", f"「{organ.name}」已于 {organ.valid_to} 撤销，请改选承接它的单位",
            f"“{organ.name}” was closed on {organ.valid_to}; choose its successor", field,
        )  # fmt: skip
    if on < organ.valid_from:
        raise refused(
            "not_yet", f"「{organ.name}」{organ.valid_from} 才设立，日期 {on} 过早",
            f"“{organ.name}” was set up on {organ.valid_from}, after {on}", field,
        )  # fmt: skip


def text_of(value: str, longest: int, field: str, zh: str, en: str) -> str:
    """A text that must be there and fit its column. Raises ``Refused``."""
    text = value.strip()
    if not text:
        raise refused("missing", f"须填写{zh}", f"the {en} must be filled in", field)
    if len(text) > longest:
        raise refused("too_long", f"{zh}最多 {longest} 字", f"the {en} takes at most {longest} characters", field)
    return text
