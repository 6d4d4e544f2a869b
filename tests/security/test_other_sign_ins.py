"""Signing in with a passkey, in a browser with a device of its own, and through an identity provider that really speaks OpenID Connect."""

import hashlib
import json
from urllib.parse import urlsplit

import cbor2
import oidc_provider_mock
import pytest
import requests
from axes.models import AccessAttempt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect
from webauthn.helpers import bytes_to_base64url

from tests.desk.county import PASSWORD, make_county
from zhunsheng.orgs.models import Officer
from zhunsheng.security import passkeys
from zhunsheng.security.models import AuditEntry, Passkey

USER = oidc_provider_mock.User
pytestmark = [
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
    pytest.mark.once,
]  # within the provider


@pytest.fixture
def county(db):
    return make_county()


# --- passkeys --------------------------------------------------------------------------------------------------------


def own_device(page: Page, *, verifies: bool = True):
    """A device that keeps passkeys, as a telephone does; ``verifies``: it makes sure who holds it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": verifies, "automaticPresenceSimulation": True,
    }})  # fmt: skip
    return session, made["authenticatorId"]


@pytest.mark.django_db(transaction=True)
def test_a_passkey_is_made_signs_in_alone_and_is_taken_away(live_server, page: Page):
    county = make_county()
    TOTPDevice.objects.create(user=county.owner, name="app")
    site, problems = live_server.url, []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if "Content Security" in message.text else None)
    session, device = own_device(page)
    client = Client()
    client.force_login(county.owner)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}
    page.context.add_cookies([cookie])
    page.goto(f"{site}/people/security/passkeys/add/")
    page.fill("#id_old", PASSWORD)
    page.fill("#id_name", "办公室电脑")
    page.click("main button >> text=继续")
    page.click("main button >> text=添加")
    expect(page.locator("main")).to_contain_text("办公室电脑")
    key = Passkey.objects.get()
    assert key.officer == county.owner

    page.context.clear_cookies()
    page.goto(f"{site}/sign-in/?next=/calendar/")
    page.click("text=密钥登录")
    page.wait_for_url(f"{site}/calendar/")
    key.refresh_from_db()
    assert key.used_at is not None
    assert AuditEntry.objects.filter(action="security.second_factor", detail={"kind": "passkey"}).count() == 1

    page.context.clear_cookies()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto(f"{site}/sign-in/")
    page.click("text=密钥登录")
    expect(page.get_by_role("alert").first).to_contain_text("没有得到通行密钥")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})

    passkeys.remove(county.owner, key.pk)
    page.goto(f"{site}/sign-in/")
    page.click("text=密钥登录")
    expect(page.get_by_role("alert").first).to_contain_text("通行密钥没有通过")
    assert problems == []


def test_what_no_passkey_said_lets_nobody_in_and_is_a_failed_sign_in(county):
    Passkey.objects.create(
        officer=county.owner, name="试", credential="abc", public_key=b"x", added_at="2026-01-01T00:00Z"
    )
    client = Client()
    client.post(reverse("desk:sign-in-passkey-options"))
    for answer in (
        "",
        "{}",
        '{"id": "unknown"}',
        '{"id": "\\u0000"}',
        "[" * 100_000,
        '{"id": "abc"}',
        '{"id": "abc", "rawId": "abc", "type": "public-key", "response": {}}',
    ):
        assert (
            client.post(reverse("desk:sign-in-passkey"), {"answer": answer})["Location"] == "/sign-in/?refused=passkey"
        )
    assert client.get("/")["Location"].startswith("/sign-in/")
    assert AuditEntry.objects.filter(action="security.sign_in_failed").count() == 2


class OwnKey:
    """A passkey as a device keeps it, which says whatever it is told to say."""

    def __init__(self, officer):
        self.key, self.uses = ec.generate_private_key(ec.SECP256R1()), 0
        point = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})
        Passkey.objects.create(
            officer=officer, name="试", credential="AAAA", public_key=public, added_at="2026-01-01T00:00Z"
        )

    def answer(self, challenge, *, origin="http://testserver", site="testserver", flags=0x05):
        self.uses += 1
        said = json.dumps({"type": "webauthn.get", "challenge": challenge, "origin": origin}).encode()
        device = hashlib.sha256(site.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4)
        signature = self.key.sign(device + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": said, "authenticatorData": device, "signature": signature}
        response = {name: bytes_to_base64url(part) for name, part in parts.items()}
        return json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": response})


def test_an_answer_of_a_passkey_counts_once_for_this_site_and_from_its_holder_alone(county):
    key, client = OwnKey(county.owner), Client()

    def asked():
        return json.loads(client.post(reverse("desk:sign-in-passkey-options")).content)["challenge"]

    def sent(answer):
        return client.post(reverse("desk:sign-in-passkey"), {"answer": answer})["Location"]

    refused = "/sign-in/?refused=passkey"
    for wrong in ({"origin": "https://elsewhere.example"}, {"site": "elsewhere.example"}, {"flags": 0x01}):
        assert sent(key.answer(asked(), **wrong)) == refused, wrong
    assert sent(key.answer(bytes_to_base64url(b"made up" * 5))) == refused
    AccessAttempt.objects.all().delete()  # wrong ones count as failed sign-ins do
    right = key.answer(asked())
    assert sent(right) == "/"
    assert client.get("/").status_code == 200
    client.post("/sign-out/")
    assert sent(right) == refused
    challenge = asked()
    first, again = key.answer(challenge, flags=0x01), key.answer(challenge)
    assert [sent(first), sent(again)] == [refused, refused], "a challenge is answered once, rightly or wrongly"


def test_adding_and_removing_take_the_password(county):
    desk = Client()
    desk.force_login(county.owner)
    add = reverse("desk:passkey-add")
    assert desk.post(add, {"name": "试", "old": "not this one"}).status_code == 422
    assert "data-options" in desk.post(add, {"name": "试", "old": PASSWORD}).content.decode()
    desk.post(reverse("desk:passkey-made"), {"name": "试", "answer": "{}"})
    assert not Passkey.objects.exists()
    key = Passkey.objects.create(
        officer=county.owner, name="试", credential="abc", public_key=b"x", added_at="2026-01-01T00:00Z"
    )
    remove = reverse("desk:passkey-remove", args=[key.pk])
    assert desk.post(remove, {"old": "not this one"}).status_code == 422
    other = Client()
    other.force_login(county.colleague)
    assert other.post(remove, {"old": PASSWORD}).status_code == 404
    assert desk.post(remove, {"old": PASSWORD}).status_code == 302
    assert not Passkey.objects.exists()


# --- OpenID Connect --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def provider():
    users = [USER(sub=f"id-{name}", claims={"preferred_username": name}) for name in ("owner", "nobody-here")]
    with oidc_provider_mock.run_server_in_thread(user_claims=[*users, USER(sub="id-nameless")]) as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def connected(settings, provider):
    settings.OPENID_ISSUER, settings.OPENID_CLIENT, settings.OPENID_SECRET = provider, "zhunsheng", "a secret of tests"
    return provider


def come_back_as(client, sub, then="/"):
    """What the browser does: to the provider, sign in there, and back with what it was given."""
    there = client.get(reverse("desk:sign-in-provider"), {"next": then})["Location"]
    assert "code_challenge_method=S256" in there
    assert "nonce=" in there
    back = urlsplit(requests.post(there, data={"sub": sub}, allow_redirects=False, timeout=10).headers["Location"])
    return client.get(f"{back.path}?{back.query}"), f"{back.path}?{back.query}"


def test_whom_the_provider_vouches_for_is_let_in_and_lands_on_the_page_asked_for(county, connected):
    client = Client()
    assert "统一身份认证" in client.get("/sign-in/").content.decode()
    answer, address = come_back_as(client, "id-owner", "/calendar/")
    assert answer["Location"] == "/calendar/"
    assert client.get("/calendar/").wsgi_request.user == county.owner
    assert AuditEntry.objects.filter(action="security.sign_in", officer=county.owner).count() == 1
    assert Client().get(address)["Location"] == "/sign-in/?refused=provider", (
        "what was said to one browser opens no other"
    )


def test_nobody_gets_an_account_by_the_provider_and_a_deactivated_one_stays_shut(county, connected):
    for sub, how in (("id-nobody-here", "account"), ("id-nameless", "provider")):
        client = Client()
        answer, _ = come_back_as(client, sub)
        assert answer["Location"] == f"/sign-in/?refused={how}"
        assert client.get("/")["Location"].startswith("/sign-in/")
    Officer.objects.filter(pk=county.owner.pk).update(is_active=False)
    assert come_back_as(Client(), "id-owner")[0]["Location"] == "/sign-in/?refused=account"
    assert "没有为您开设账号" in Client().get("/sign-in/?refused=account").content.decode()


def test_a_second_factor_is_asked_for_all_the_same(county, connected):
    TOTPDevice.objects.create(user=county.owner, name="app")
    client = Client()
    assert come_back_as(client, "id-owner")[0]["Location"] == "/sign-in/code/"
    assert client.get("/")["Location"].startswith("/sign-in/")


def test_it_leads_to_no_other_site_and_a_provider_that_is_away_is_said_so(county, connected, settings):
    assert come_back_as(Client(), "id-owner", "https://elsewhere.example/")[0]["Location"] == "/"
    settings.OPENID_ISSUER = "http://127.0.0.1:9"
    assert Client().get(reverse("desk:sign-in-provider"))["Location"] == "/sign-in/?refused=provider"
    settings.OPENID_ISSUER = ""
    for name in ("sign-in-provider", "sign-in-provider-back"):
        assert Client().get(reverse(f"desk:{name}")).status_code == 404
    assert "统一身份认证" not in Client().get("/sign-in/").content.decode()
