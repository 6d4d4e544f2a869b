"""The second factor (第二因素、动态口令): a code of six figures from an app, and recovery codes for when the phone is lost.

django-otp keeps the keys and checks the codes. Who must have a second factor is a setting, ``SECOND_FACTOR``.
"""

from __future__ import annotations

import base64
import hmac
from typing import Literal

import segno
from django.conf import settings
from django.db import transaction
from django.utils.safestring import SafeString, mark_safe
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from zhunsheng.catalogue.loading import systems
from zhunsheng.orgs.access import Access, Holding
from zhunsheng.orgs.actions import roles_of
from zhunsheng.orgs.models import EVERY_ROLE, EVERY_SYSTEM, Officer
from zhunsheng.orgs.refusals import (
    ADMINISTRATOR,
    ROLES,
    ROOM,
    authorises,
    behalf,
    check_administrator_of,
    refused,
    text_of,
)
from zhunsheng.security import sessions
from zhunsheng.security.audit import record
from zhunsheng.security.keys import keys
from zhunsheng.security.models import Passkey

LAW = "law"
"""The name under which duties in the law room are held."""
CODES = 10
"""How many recovery codes there are."""
FIGURES = 6
SHOWN = "second_factor"
"""The key under which a session knows that it was begun with a second factor, or has set one up."""


def is_on(person: Officer) -> bool:
    """Whether the officer signs in with a code as well; a passkey needs none."""
    return bool(TOTPDevice.objects.filter(user=person, confirmed=True).exists())


def codes_left(person: Officer) -> int:
    return int(StaticToken.objects.filter(device__user=person).count())


# --- who must have one -----------------------------------------------------------------------------------------------


def is_required(access: Access) -> bool:
    """Whether one of the officer's duties demands a second factor."""
    wanted = [entry.rpartition(":") for entry in settings.SECOND_FACTOR]
    return any(_covers(holding, system, role) for holding in access.holdings for system, _colon, role in wanted)


def _covers(holding: Holding, system: str, role: str) -> bool:
    if system and holding.system not in (EVERY_SYSTEM, system):
        return False
    if holding.role != EVERY_ROLE or role == EVERY_ROLE:
        return role in (EVERY_ROLE, holding.role)
    return holding.system == EVERY_SYSTEM or role in roles_of(holding.system)


def unknown_roles() -> list[str]:
    """The entries of the setting that name no role there is; one of them would demand nothing of anybody."""
    found = []
    for entry in settings.SECOND_FACTOR:
        system, _colon, role = entry.rpartition(":")
        slugs = (system,) if system else tuple(systems())
        is_room = (system in ("", ROOM, LAW) and role in (ADMINISTRATOR, EVERY_ROLE)) or (
            system in ("", ROOM) and role in ROLES
        )
        is_system = not system or system in systems()
        if not (is_room or (is_system and (role == EVERY_ROLE or any(role in roles_of(slug) for slug in slugs)))):
            found.append(entry)
    return found


# --- having one ------------------------------------------------------------------------------------------------------


def begin(person: Officer) -> TOTPDevice:
    """The key to be put into the app; it counts once a code from the app has confirmed it."""
    device: TOTPDevice = TOTPDevice.objects.get_or_create(user=person, confirmed=False, defaults={"name": "app"})[0]
    return device


def key_of(device: TOTPDevice) -> str:
    """The key as it is typed into an app, in groups of four."""
    text = base64.b32encode(device.bin_key).decode()
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))


def picture_of(device: TOTPDevice) -> SafeString:
    """The key as a picture for the app's camera: SVG, drawn here."""
    drawn = segno.make(device.config_url, error="m").svg_inline(border=4, light="#fff", omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - drawn by us from squares alone


@transaction.atomic
def confirm(person: Officer, code: str) -> list[str]:
    """启用: the app shows the right code, so the key counts, in place of one there was before. Gives new recovery codes.

    Raises ``Refused``.
    """
    device = TOTPDevice.objects.select_for_update().filter(user=person, confirmed=False).first()
    if device is None or not device.verify_token(_plain(code)):
        raise refused(
            "code", "动态口令不对。请核对应用里“准绳”一项当前的六位数字；仍不对的，请检查手机时间是否自动校准",
            "the code is wrong; check the six figures the app shows now for this account, and that the phone sets its "
            "clock by itself", "code",
        )  # fmt: skip
    TOTPDevice.objects.filter(user=person, confirmed=True).delete()
    device.confirmed = True
    device.save(update_fields=("confirmed",))
    record("security.second_factor_on", f"officer:{person.pk}", person.pk)
    return _renew_codes(person)


@transaction.atomic
def renew_codes(person: Officer) -> list[str]:
    """换发恢复码: the ones before are void."""
    record("security.recovery_codes", f"officer:{person.pk}", person.pk)
    return _renew_codes(person)


def _renew_codes(person: Officer) -> list[str]:
    StaticDevice.objects.filter(user=person).delete()
    return _give_codes(person, CODES)


def _give_codes(person: Officer, count: int) -> list[str]:
    device = StaticDevice.objects.get_or_create(user=person, defaults={"name": "recovery"})[0]
    codes = [StaticToken.random_token() for _n in range(count)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=kept(person.pk, code)) for code in codes)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


@transaction.atomic
def help_in(person: Officer) -> str:
    """A recovery code more, given on the machine to whom nobody else can help. Raises ``Refused``."""
    if not is_on(person):
        raise refused("off", "该人员没有启用动态口令，无需恢复码", "the officer has no second factor and needs no code")
    record("security.recovery_codes", f"officer:{person.pk}", None)
    return _give_codes(person, 1)[0]


def kept(person: int, code: str) -> str:
    """A recovery code as the database keeps it: a keyed digest, whose key is not in the database."""
    said = f"recovery code {person} {code}".encode()
    return base64.b32encode(hmac.digest(keys().for_digests.secret, said, "sha256")[:10]).decode().lower()


def _plain(code: str) -> str:
    return "".join(code.split()).replace("-", "").lower()


@transaction.atomic
def check(person: Officer, code: str) -> Literal["app", "recovery", ""]:
    """Whether a code is right, and of which kind. Each is good for one time."""
    plain = _plain(code)
    kind: Literal["app", "recovery"] = "app" if plain.isdecimal() and len(plain) == FIGURES else "recovery"
    model = TOTPDevice if kind == "app" else StaticDevice
    device = model.objects.select_for_update().filter(user=person, confirmed=True).first()
    if device is None or not device.verify_token(plain if kind == "app" else kept(person.pk, plain)):
        return ""
    record("security.second_factor", f"officer:{person.pk}", person.pk, kind=kind)
    return kind


# --- having none any more --------------------------------------------------------------------------------------------


@transaction.atomic
def turn_off(person: Officer) -> None:
    """停用: by the officer, who has shown to know the password."""
    _forget(person)
    record("security.second_factor_off", f"officer:{person.pk}", person.pk)


@transaction.atomic
def reset(officer: Officer, person: Officer, reason: str) -> None:
    """重置 by an administrator, for a lost phone; the person is signed out everywhere. Raises ``Refused``."""
    right = check_administrator_of(officer, person, authorises)
    reason = text_of(reason, 200, "reason", "理由", "reason")
    if not is_on(person):
        raise refused("off", "该人员没有启用动态口令，无需重置", "the officer has no second factor")
    _forget(person)
    Passkey.objects.filter(officer=person).delete()  # the lost telephone may hold one
    sessions.end_all(person.pk)
    record("security.second_factor_reset", f"officer:{person.pk}", officer.pk, reason=reason, **behalf(right))


def _forget(person: Officer) -> None:
    TOTPDevice.objects.filter(user=person).delete()
    StaticDevice.objects.filter(user=person).delete()
