"""Passkeys (通行密钥): signing in with the lock of one's phone or computer or a security key, in place of password and code. The device
has to make sure who holds it, so a passkey is both factors at once, and nothing that could be told to a false page.

py_webauthn reads and checks what browsers send; which passkey is whose stands here. The challenge stays in the session.
"""

from __future__ import annotations

import json
import time
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from zhunsheng.orgs.models import Officer
from zhunsheng.orgs.refusals import refused, text_of
from zhunsheng.security.audit import record
from zhunsheng.security.models import Passkey

CHALLENGE = "passkey_challenge"
SECONDS = 300
"""How long a challenge may be answered."""
MOST = 10
"""Passkeys one officer may have."""


def _site(request: HttpRequest) -> tuple[str, str]:
    """The name passkeys are bound to, and the origin a browser must say it came from."""
    host = request.get_host()
    return host.rpartition(":")[0] or host, f"{request.scheme}://{host}"


def _challenge(request: HttpRequest, challenge: bytes, what: str) -> None:
    request.session[CHALLENGE] = [what, bytes_to_base64url(challenge), int(time.time()) + SECONDS]


def _answered(request: HttpRequest, what: str) -> bytes | None:
    """The challenge that is being answered; each can be once."""
    asked, challenge, until = request.session.pop(CHALLENGE, ["", "", 0])
    return base64url_to_bytes(challenge) if asked == what and until >= time.time() else None


def of(person: Officer) -> list[Passkey]:
    return list(Passkey.objects.filter(officer=person).order_by("pk"))


# --- having one ------------------------------------------------------------------------------------------------------


def begin_adding(request: HttpRequest, person: Officer) -> str:
    """What a browser needs to make a passkey, as JSON."""
    name, _origin = _site(request)
    options = generate_registration_options(
        rp_id=name, rp_name="准绳", user_name=person.username, user_display_name=person.name, user_id=str(person.pk).encode(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential)) for key in of(person)],
    )  # fmt: skip
    _challenge(request, options.challenge, "add")
    return options_to_json(options)


@transaction.atomic
def add(request: HttpRequest, person: Officer, name: str, answer: str) -> Passkey:
    """启用: what the browser made counts from now on. Raises ``Refused``."""
    challenge = _answered(request, "add")
    if challenge is None:
        raise refused("late", "时间过长，请重新添加", "it took too long; add it again")
    if Passkey.objects.filter(officer=person).count() >= MOST:
        raise refused("many", f"最多 {MOST} 个，请先停用不用的", f"at most {MOST}; remove one that is not used")
    site, origin = _site(request)
    try:
        made = verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=site, expected_origin=origin,
            require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError) as error:
        raise refused(
            "passkey", "设备的答复不对，没有添加，请重试", "the device's answer is wrong; nothing was added"
        ) from error
    credential = bytes_to_base64url(made.credential_id)
    if Passkey.objects.filter(credential=credential).exists():
        raise refused("passkey", "这个通行密钥已经添加", "this passkey was added already")
    key = Passkey.objects.create(
        officer=person, name=text_of(name, 60, "name", "名称", "name"), credential=credential, public_key=made.credential_public_key,
        uses=made.sign_count, added_at=timezone.now(),
    )  # fmt: skip
    record("security.passkey_on", f"officer:{person.pk}", person.pk)
    return key


@transaction.atomic
def remove(person: Officer, key_id: int) -> None:
    """停用 by the officer. Raises ``Refused``."""
    if not Passkey.objects.filter(officer=person, pk=key_id).delete()[0]:
        raise refused("unknown", "没有这个通行密钥，请刷新后重试", "there is no such passkey; reload the page")
    record("security.passkey_off", f"officer:{person.pk}", person.pk)


# --- signing in ------------------------------------------------------------------------------------------------------


def begin_signing_in(request: HttpRequest) -> str:
    """What a browser needs to ask for a passkey, as JSON; whose it will be is not known yet."""
    name, _origin = _site(request)
    options = generate_authentication_options(rp_id=name, user_verification=UserVerificationRequirement.REQUIRED)
    _challenge(request, options.challenge, "sign in")
    return options_to_json(options)


def whose(answer: str) -> Officer | None:
    """Whose passkey an answer is said to come from, before anything of it was checked."""
    try:
        credential = str(json.loads(answer)["id"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if "\x00" in credential:  # no database keeps it
        return None
    key = Passkey.objects.filter(credential=credential, officer__is_active=True).select_related("officer").first()
    return key.officer if key else None


@transaction.atomic
def check(request: HttpRequest, person: Officer, answer: str) -> bool:
    """Whether an answer comes from a passkey of the officer, for this site and the challenge just given."""
    challenge = _answered(request, "sign in")
    credential: Any = json.loads(answer)["id"]
    key = Passkey.objects.select_for_update().filter(officer=person, credential=credential).first()
    if challenge is None or key is None:
        return False
    site, origin = _site(request)
    try:
        shown = verify_authentication_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=site, expected_origin=origin,
            credential_public_key=bytes(key.public_key), credential_current_sign_count=key.uses, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError):
        return False
    key.uses, key.used_at = shown.new_sign_count, timezone.now()
    key.save(update_fields=("uses", "used_at"))
    record("security.second_factor", f"officer:{person.pk}", person.pk, kind="passkey")
    return True
