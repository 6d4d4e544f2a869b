"""What may be done to organs, officers and duties (机关与人员的办理): the only writer, beside ``reforming`` for reforms.

One call is one transaction and leaves an entry in the audit trail. Nothing is deleted: duties end, officers are
deactivated, organs are closed by a reform.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import override

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.meeting import KEEPER, KEEPER_WORDS
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.models import EVERY_ROLE, EVERY_SYSTEM, Duty, Officer, Organ, OrganKind, Region
from zhunsheng.orgs.refusals import (
    ADMINISTRATOR,
    ROOM,
    administers_or_authorises,
    authorises,
    behalf,
    check_administrator,
    check_administrator_of,
    check_apart,
    check_in_being,
    is_apart,
    refused,
    rooms,
    text_of,
)
from zhunsheng.orgs.terms import unended
from zhunsheng.security import passwords, sessions
from zhunsheng.security.audit import changed, record


def roles_of(system: str) -> dict[str, Words]:
    """Role → its name: those declared by the procedures and lists of a system or by a room of the house, and who keeps its
    bodies; empty for one that is not known."""
    if system in rooms():
        return dict(rooms()[system].roles)
    found: dict[str, Words] = {}
    if system in systems():
        owner = systems()[system]
        for declared in (*owner.procedures, *owner.registers):
            found |= {role: words.words for role, words in declared.roles.items()}
        if owner.bodies:
            found[KEEPER] = KEEPER_WORDS
    return found


def _region_code(code: str) -> str:
    """Raises ``Refused``."""
    if not re.fullmatch(r"\d{6}|\d{9}", code):
        raise refused("code", "行政区划代码是六位或者九位数字", "the code of a region has six or nine digits", "code")
    if Region.objects.filter(pk=code).exists():
        raise refused("same_name", f"行政区划 {code} 已经建立", f"the region {code} is there already", "code")
    return code


@transaction.atomic
def name_region(code: str, name: str) -> Region:
    """登记行政区划 of another installation: no organ of it is here. From the command line only. Raises ``Refused``."""
    above = (
        Region.objects.filter(pk__in={f"{code[:2]}0000", f"{code[:4]}00", code[:6]} - {code}).order_by("-code").first()
    )
    name = text_of(name, 60, "name", "名称", "name")
    made = Region.objects.create(code=_region_code(code), name=name, parent=above)
    record("orgs.name_region", f"region:{code}", None)
    return made


@transaction.atomic
def found_place(
    code: str, name: str, government: str, username: str, person: str, password: str,
    *, mark: str = "", above: str = "", others: Iterable[tuple[str, str, str, str]] = (),
) -> Officer:  # fmt: skip
    """建立地方: a region, its government, and the first administrator of its organs and people; ``others``: the security and
    the audit administrator as (role, account, name, password), who change it at once. From the command line only: while
    there is no administrator there is nobody to ask. Raises ``Refused``."""
    _region_code(code)
    superior = Region.objects.filter(pk=above).first() if above else None
    if above and superior is None:
        raise refused("unknown", f"没有行政区划 {above}", f"there is no region {above}", "above")
    region = Region.objects.create(code=code, name=text_of(name, 60, "name", "名称", "name"), parent=superior)
    seat = Organ(
        region=region, name=text_of(government, 120, "government", "政府名称", "name of the government"),
        mark=mark.strip(), kind=OrganKind.GOVERNMENT,
        parent=superior.organs.filter(kind=OrganKind.GOVERNMENT, valid_to=None).first() if superior else None,
    )  # fmt: skip
    seat.save()
    officer = _first(seat, ADMINISTRATOR, username, person, password)
    for role, account, name_of_other, first_password in others:
        _first(seat, role, account, name_of_other, first_password, must_change=True)
    record("orgs.found", f"region:{code}", officer.pk, organ=seat.pk)
    return officer


def _first(seat: Organ, role: str, username: str, name: str, password: str, *, must_change: bool = False) -> Officer:
    """One of the first administrators of a place."""
    username = text_of(username, 60, "username", "账号", "account")
    if Officer.objects.filter(username=username).exists():
        raise refused("same_name", f"账号「{username}」已经有人使用", f"the account “{username}” is taken", "username")
    officer = Officer(
        username=username, name=text_of(name, 60, "person", "姓名", "name"), must_change_password=must_change
    )
    _set(officer, password)
    officer.save()
    passwords.remember(officer)
    Duty.objects.create(officer=officer, organ=seat, system=ROOM, role=role, whole_tree=True)
    return officer


@transaction.atomic
def add_organ(
    officer: Officer, parent: Organ, name: str, kind: str, on: date,
    *, name_en: str = "", short_name: str = "", mark: str = "", code: str = "",
) -> Organ:  # fmt: skip
    """设立: a new organ below another, from a day. Raises ``Refused``."""
    right = check_administrator(officer, parent)
    check_in_being(parent, on, "parent")
    organ = new_organ(parent, name, kind, on, name_en=name_en, short_name=short_name, mark=mark, code=code)
    record("orgs.add", f"organ:{organ.pk}", officer.pk, parent=parent.pk, on=on.isoformat(), **behalf(right))
    return organ


def new_organ(
    parent: Organ, name: str, kind: str, on: date,
    *, name_en: str = "", short_name: str = "", mark: str = "", code: str = "", besides: Collection[int] = (),
) -> Organ:  # fmt: skip
    """The organ, written inside the caller's transaction. ``besides``: the organs whose mark it may go on with. Raises
    ``Refused`` for a name, mark or kind that cannot be."""
    name = text_of(name, 120, "name", "名称", "name")
    if kind not in OrganKind.values:
        raise refused("kind", "请选择单位类别", "choose the kind of organ", "kind")
    check_unused(parent, "name", name, on)
    check_unused(parent, "mark", mark.strip(), on, besides)
    organ = Organ(
        region=parent.region, parent=parent, name=name, name_en=name_en.strip(), short_name=short_name.strip(),
        mark=mark.strip(), code=code.strip(), kind=kind, valid_from=on,
    )  # fmt: skip
    organ.save()
    return organ


def check_unused(near: Organ, field: str, text: str, on: date, besides: Collection[int] = ()) -> None:
    """Raises ``Refused`` when another organ of the region in being has the name, or the mark, by which numbers are told apart."""
    same = Organ.objects.filter(unended(on), region=near.region_id, **{field: text})
    if text and same.exclude(pk__in=besides).exists():
        raise refused("same_name", f"本行政区划已经有「{text}」", f"the region has a “{text}” already", field)


@transaction.atomic
def appoint(
    officer: Officer, person: Officer, organ: Organ, system: str, role: str, on: date,
    *, until: date | None = None, title: str = "", whole_tree: bool = False,
) -> Duty:  # fmt: skip
    """任职: a role in an organ from a day, until before another where one is given. Raises ``Refused``.

    Nobody appoints himself, nor him for whom he acts; that is a rule of the platform, not of a statute.
    """
    right = check_administrator(officer, organ, may=authorises)
    if person.pk in right.people:
        raise refused(
            "own", "不能给自己任职，请由其他管理员办理", "nobody appoints himself; another administrator has to"
        )
    duty = _new_duty(person, organ, system, role, on, until, title, whole_tree)
    record(
        "orgs.appoint", f"duty:{duty.pk}", officer.pk, officer=person.pk, organ=organ.pk, system=system, role=role,
        valid_to=until and until.isoformat(), **behalf(right),
    )  # fmt: skip
    return duty


def _new_duty(
    person: Officer, organ: Organ, system: str, role: str, on: date, until: date | None, title: str, whole_tree: bool
) -> Duty:
    check_in_being(organ, on, "organ")
    if not person.is_active:
        raise refused("inactive", "该人员已停用，先启用再任职", "the officer is deactivated; activate first", "officer")
    known = {EVERY_ROLE, *roles_of(system)} if system == EVERY_SYSTEM or roles_of(system) else set()
    if role not in known:
        raise refused("role_unknown", "没有这个系统或者岗位，请重新选择", "there is no such system or role", "post")
    if until is not None and until <= on:
        raise refused("date_order", f"离任日期 {until} 须晚于任职日期 {on}", f"{until} must lie after {on}", "until")
    check_apart(person, system, role, on, until)
    duties = person.duties.filter(organ=organ, system=system, role=role)
    overlapping = duties.filter(unended(on))
    if until is not None:
        overlapping = overlapping.filter(valid_from__lt=until)
    if overlapping.exists():
        raise refused(
            "held", "该人员在这一期间已经担任这一岗位", "the officer holds this role in that term already", "post"
        )
    return Duty.objects.create(
        officer=person, organ=organ, system=system, role=role, title=title.strip()[:60], whole_tree=whole_tree,
        valid_from=on, valid_to=until,
    )  # fmt: skip


@transaction.atomic
def end_duty(officer: Officer, duty_id: int, on: date) -> Duty:
    """离任: ``on`` is the first day the duty is no longer held. Raises ``Refused``."""
    duty = Duty.objects.select_for_update(of=("self",)).select_related("organ").filter(pk=duty_id).first()
    if duty is None:
        raise refused("unknown", "没有这项任职，请刷新后重试", "there is no such duty; reload the page")
    right = check_administrator(officer, duty.organ, may=authorises)
    if duty.officer_id in right.people:
        raise refused(
            "own", "不能免去自己的任职，请由其他管理员办理", "nobody ends his own duty; another administrator has to"
        )
    if duty.valid_to is not None and duty.valid_to <= on:
        raise refused("ended", f"这项任职已于 {duty.valid_to} 终止", f"the duty ended on {duty.valid_to}", "on")
    if on < duty.valid_from:
        raise refused(
            "date_order", f"离任日期 {on} 早于任职日期 {duty.valid_from}", f"{on} lies before {duty.valid_from}", "on"
        )
    duty.valid_to = on
    duty.save(update_fields=("valid_to",))
    record(
        "orgs.end_duty",
        f"duty:{duty.pk}",
        officer.pk,
        officer=duty.officer_id,
        on=on.isoformat(),
        **changed(duty),
        **behalf(right),
    )
    return duty


@transaction.atomic
def add_officer(
    officer: Officer, username: str, name: str, password: str, organ: Organ, system: str, role: str, on: date,
    *, title: str = "", whole_tree: bool = False,
) -> Officer:  # fmt: skip
    """新增人员, with a first duty, so that somebody answers for the account; the password has to be changed at the first
    sign-in. Where there is a security administrator the account waits for him to activate it. Raises ``Refused``."""
    right = check_administrator(officer, organ)
    waits = is_apart(right, organ)
    username = text_of(username, 60, "username", "账号", "account")
    name = text_of(name, 60, "name", "姓名", "name")
    if Officer.objects.filter(username=username).exists():
        raise refused("same_name", f"账号「{username}」已经有人使用", f"the account “{username}” is taken", "username")
    person = Officer(username=username, name=name, must_change_password=True)
    _set(person, password)
    person.save()
    passwords.remember(person)
    _new_duty(person, organ, system, role, on, None, title, whole_tree)
    if waits:
        person.is_active = False
        person.save(update_fields=("is_active",))
    record(
        "orgs.add_officer", f"officer:{person.pk}", officer.pk, organ=organ.pk, system=system, role=role,
        is_active=person.is_active, **behalf(right),
    )  # fmt: skip
    return person


@transaction.atomic
def add_service_officer(
    officer: Officer | None, username: str, name: str, organ: Organ, system: str, role: str, on: date,
    *, whole_tree: bool = False,
) -> Officer:  # fmt: skip
    """新增服务账号: the officer's row of a program, with a first duty; nobody signs in with it. ``officer`` is None on the
    command line, where there is nobody to ask. Raises ``Refused``."""
    right = check_administrator(officer, organ) if officer else None
    username = text_of(username, 60, "username", "账号", "account")
    name = text_of(name, 60, "name", "名称", "name")
    if Officer.objects.filter(username=username).exists():
        raise refused("same_name", f"账号「{username}」已经有人使用", f"the account “{username}” is taken", "username")
    person = Officer(username=username, name=name, is_service=True)
    person.set_unusable_password()
    person.save()
    _new_duty(person, organ, system, role, on, None, "", whole_tree)
    record(
        "orgs.add_service_officer", f"officer:{person.pk}", officer.pk if officer else None, organ=organ.pk,
        system=system, role=role, is_active=True, **behalf(right),
    )  # fmt: skip
    return person


def _set(person: Officer, password: str) -> None:
    if person.is_service:
        raise refused(
            "service", "服务账号不能设置口令，请为它生成令牌",
            "nobody signs in with a service account; make a token for it",
        )  # fmt: skip
    if wrong := _wrong_with(person, password, "zh-hans"):
        raise refused("password", wrong, _wrong_with(person, password, "en"), "password")
    person.set_password(password)


def _wrong_with(person: Officer, password: str, language: str) -> str:
    with override(language):
        try:
            validate_password(password, person)
        except ValidationError as error:
            return " ".join(str(message) for message in error.messages)
    return ""


@transaction.atomic
def set_password(officer: Officer, person: Officer, password: str) -> None:
    """重设口令 of an officer one administers, who is signed out everywhere and has to change it at the next sign-in.

    Raises ``Refused``.
    """
    right = check_administrator_of(officer, person)
    _change(person, password, must_change=True)
    record("orgs.set_password", f"officer:{person.pk}", officer.pk, **behalf(right))


@transaction.atomic
def change_own_password(person: Officer, password: str) -> None:
    """修改口令: by the officer, who has shown to know the old one and is signed out everywhere. Raises ``Refused``."""
    _change(person, password, must_change=False)
    record("orgs.change_password", f"officer:{person.pk}", person.pk)


def _change(person: Officer, password: str, *, must_change: bool) -> None:
    _set(person, password)
    person.must_change_password = must_change
    person.save(update_fields=("password", "must_change_password"))
    passwords.remember(person)
    sessions.end_all(person.pk)


@transaction.atomic
def set_active(officer: Officer, person: Officer, active: bool) -> None:
    """停用、启用: an officer who is not active may not sign in; duties and history stay. Activating is for the security
    administrator. Raises ``Refused``."""
    right = check_administrator_of(officer, person, authorises if active else administers_or_authorises)
    person.is_active = active
    person.save(update_fields=("is_active",))
    if not active:
        sessions.end_all(person.pk)
    record(
        "orgs.activate" if active else "orgs.deactivate", f"officer:{person.pk}", officer.pk, **changed(person),
        **behalf(right),
    )  # fmt: skip
