"""Why something cannot be done to organs and people (不予办理): the exception of this room and the checks everybody shares.

Writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from django.utils import timezone

from zhunsheng.kernel.transition import Refusal
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import OFFICES, Access, access_of
from zhunsheng.orgs.models import ADMINISTRATION, EVERY_ROLE, EVERY_SYSTEM, Duty, Officer, Organ
from zhunsheng.orgs.terms import unended

ROOM = ADMINISTRATION
"""The system under which duties of this room are held."""
ADMINISTRATOR, SECURITY, AUDITOR = "administrator", "security", "auditor"
"""三员: the system administrator keeps organs, accounts and passwords; the security administrator gives and ends duties, admits
accounts and lets operators in; the audit administrator reads the trail. Nobody holds two of the three, nor one of them and work
on cases."""
ROLES = {
    ADMINISTRATOR: Words("系统管理员", "System administrator"),
    SECURITY: Words("安全管理员", "Security administrator"),
    AUDITOR: Words("审计管理员", "Audit administrator"),
}
Right = Callable[[Access, Organ], bool]


class Room(NamedTuple):
    """A room of the house whose duties are held like those of a system."""

    name: Words
    roles: Mapping[str, Words]


_rooms = {ROOM: Room(Words("机关与人员", "Organs and people"), ROLES)}


def register_roles(room: str, name: Words, roles: Mapping[str, Words]) -> None:
    """Let duties of a room be given: the name under which they are held, and role → its name."""
    _rooms[room] = Room(name, roles)
    OFFICES.add(room)


def rooms() -> Mapping[str, Room]:
    """The rooms whose duties can be held, beside the systems."""
    return _rooms


class Refused(Exception):
    """Something that was not possible; ``refusal`` says why. Nothing has been written."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal

    def __str__(self) -> str:
        return self.sentence("zh")

    def sentence(self, language: str) -> str:
        """The reason with its article."""
        return self.refusal.sentence(language)

    @property
    def words(self) -> Words:
        """The sentence in both languages, as a command ends with it."""
        return Words(self.sentence("zh"), self.sentence("en"))


def refused(code: str, zh: str, en: str, field: str | None = None) -> Refused:
    """A refusal in both languages, at a field of the form where there is one."""
    return Refused(Refusal(code, Words(zh, en), field=field))


def administers(access: Access, organ: Organ) -> bool:
    """Whether an officer may change an organ, its accounts and what is below it."""
    return not access.offices(ROOM, organ.path).isdisjoint((ADMINISTRATOR, EVERY_ROLE))


def authorises(access: Access, organ: Organ) -> bool:
    """Whether an officer may give and end duties in an organ: its security administrator; while it has none, the system
    administrator."""
    if SECURITY in access.offices(ROOM, organ.path):
        return True
    return administers(access, organ) and not is_apart(access, organ)


def is_apart(access: Access, organ: Organ) -> bool:
    """Whether an organ has a security administrator. Who they are is asked once a page."""
    if access.noted is None or "security" not in access.noted:
        held = Duty.objects.on(timezone.localdate()).filter(system=ROOM, role=SECURITY, officer__is_active=True)
        found = list(held.values_list("organ__path", "whole_tree"))
        if access.noted is None:
            return _is_below(organ, found)
        access.noted["security"] = found
    return _is_below(organ, access.noted["security"])


def _is_below(organ: Organ, held: Iterable[tuple[str, bool]]) -> bool:
    return any(organ.path.startswith(path) if whole_tree else organ.path == path for path, whole_tree in held)


def administers_or_authorises(access: Access, organ: Organ) -> bool:
    """Whether an officer is the system or the security administrator of an organ."""
    return administers(access, organ) or authorises(access, organ)


_WHO = {administers: (ADMINISTRATOR,), authorises: (SECURITY,), administers_or_authorises: (ADMINISTRATOR, SECURITY)}


def check_administrator(officer: Officer, *organs: Organ, may: Right = administers) -> Access:
    """In whose right the officer administers the organs, or does there what else is asked. Raises ``Refused`` when he may
    not in each of them."""
    access = replace(access_of(officer, timezone.localdate()), noted={})
    right = access.capacities[0]
    for organ in organs:
        found = access.capacity_for(lambda one, organ=organ: may(one, organ))
        if found.principal is not None:
            right = found
        if not may(found, organ):
            roles = [ROLES[role] for role in _WHO[may]]
            raise refused(
                "role",
                f"由{'或者'.join(role.zh for role in roles)}办理，您在「{organ.name}」没有这一岗位",
                f"this is for the {' or the '.join(role.en.lower() for role in roles)}; you do not hold that role in “{organ.name}”",
            )
    return right


def behalf(right: Access | None) -> dict[str, int]:
    """What the audit trail adds where something is done for somebody who is away (乙代甲)."""
    return {} if right is None or right.principal is None else {"for": right.principal}


def check_administrator_of(officer: Officer, person: Officer, may: Right = administers) -> Access:
    """In whose right the officer administers a person, or does what else is asked. Raises ``Refused`` unless he may in every
    organ in which the person holds a duty now or later; of one who holds none any more, every organ there was."""
    if person.pk == officer.pk:
        raise refused("own", "不能对自己的账号这样办理", "not possible for one's own account")
    organs = organs_of(person)
    if not organs:
        raise refused("role", "该人员没有任职，不由您管理", "the officer holds no duty; not yours to administer")
    right = check_administrator(officer, *organs, may=may)
    if person.pk in right.people:
        raise refused(
            "own", "不能对您所代办的人的账号这样办理，请由其他管理员办理",
            "not possible for him for whom you act; another administrator has to",
        )  # fmt: skip
    return right


def organs_of(person: Officer) -> list[Organ]:
    """The organs whose administrators answer for a person: those in which he holds a duty now or later; of one who holds
    none any more, every organ there was."""
    lasting = unended(timezone.localdate())
    duties = person.duties.select_related("organ")
    return [duty.organ for duty in list(duties.filter(lasting)) or list(duties)]


def may_all(may: Right, access: Access, organs: Sequence[Organ]) -> bool:
    """Whether an officer may in every one of some organs, and there is one."""
    return bool(organs) and all(may(access, organ) for organ in organs)


def check_apart(person: Officer, system: str, role: str, on: date, until: date | None = None) -> None:
    """Raises ``Refused`` where a duty would join what is kept apart: two of the three administrators in one person, or one of
    them and work on cases and lists. ``*`` is no role of an administrator: there is no superuser."""
    if system == ROOM and role not in ROLES:
        raise refused(
            "role_unknown", "请选定一个管理员岗位，管理员岗位不能全部担任", "choose one of the administrators", "post"
        )
    held = person.duties.filter(unended(on))
    if until is not None:
        held = held.filter(valid_from__lt=until)
    others = set(held.values_list("system", "role"))
    administrators = {each for each in others if each[0] == ROOM}
    if system == ROOM and administrators - {(ROOM, role)}:
        raise refused(
            "apart", "系统管理员、安全管理员、审计管理员不能由同一人担任",
            "the system, security and audit administrator are three people", "post",
        )  # fmt: skip
    works = system == EVERY_SYSTEM or system not in rooms()
    held_works = any(each == EVERY_SYSTEM or each not in rooms() for each, _role in others)
    if (administrators and works) or (system == ROOM and held_works):
        raise refused(
            "apart", "管理员不得兼任办理业务的岗位，请另用一个账号由另一人担任",
            "an administrator holds no duty of work on cases and lists; it is for somebody else", "post",
        )  # fmt: skip


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
