"""Signing in through the government's own identity provider (统一身份认证, OpenID Connect): who it says somebody is.

Authlib keeps to the protocol: discovery, state, nonce, PKCE, the signature and the dates of the token. Accounts are not made
here: an officer is known by the account an administrator gave him, which one claim of the token has to name.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from joserfc.errors import JoseError
from requests import RequestException

from zhunsheng.orgs.models import Officer


class NotKnown(Exception):
    """The provider could not be asked, or what it said does not hold. The reason is for the log, not for the page."""


def is_on() -> bool:
    return bool(settings.OPENID_ISSUER)


@lru_cache(2)
def _client(issuer: str, client: str, secret: str) -> Any:
    registry = OAuth()
    return registry.register(
        "provider", client_id=client, client_secret=secret or None,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile", "code_challenge_method": "S256", "timeout": 10,
            **({} if secret else {"token_endpoint_auth_method": "none"}),
        },
    )  # fmt: skip


def client() -> Any:
    return _client(settings.OPENID_ISSUER, settings.OPENID_CLIENT, settings.OPENID_SECRET)


def send_there(request: HttpRequest, back: str) -> HttpResponse:
    """To the provider's page. Raises ``NotKnown`` when it cannot be reached, or calls itself another than the one named here."""
    try:
        issuer = client().load_server_metadata()["issuer"]
        if issuer.rstrip("/") != settings.OPENID_ISSUER.rstrip("/"):
            raise NotKnown("another issuer")
        return client().authorize_redirect(request, back)
    except (RequestException, AuthlibBaseError, ValueError, KeyError) as error:
        raise NotKnown(type(error).__name__) from error


def account_told(request: HttpRequest) -> str:
    """The account the provider vouches for, when the browser comes back. Raises ``NotKnown``."""
    try:
        token = client().authorize_access_token(request)
    except (RequestException, AuthlibBaseError, JoseError, ValueError, KeyError) as error:
        raise NotKnown(type(error).__name__) from error
    account = (token.get("userinfo") or {}).get(settings.OPENID_CLAIM)
    if not isinstance(account, str) or not account:
        raise NotKnown(f"no claim {settings.OPENID_CLAIM}")
    return account


def officer_of(account: str) -> Officer | None:
    """The officer with this account, who may sign in."""
    return Officer.objects.filter(username=account, is_active=True).first()
