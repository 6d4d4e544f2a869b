"""What an identity provider may say: a token that does not hold in any point lets nobody in, and one that holds is not kept."""

import base64
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.desk.county import make_county
from zhunsheng.security.models import Session

pytestmark = pytest.mark.once
OWN, OTHER = (ECKey.generate_key("P-256", {"kid": "one"}) for _ in range(2))


class Provider(HTTPServer):
    """It signs whatever it is told to; its metadata and keys are as they ought to be."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        self.token, self.says_issuer = "", self.address


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        provider = self.server
        if self.path == "/keys":
            return self.tell({"keys": [OWN.as_dict(private=False)]})
        return self.tell({
            "issuer": provider.says_issuer, "authorization_endpoint": f"{provider.address}/authorize",
            "token_endpoint": f"{provider.address}/token", "jwks_uri": f"{provider.address}/keys",
            "id_token_signing_alg_values_supported": ["ES256"],
        })  # fmt: skip

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.tell({"access_token": "the access token", "token_type": "Bearer", "id_token": self.server.token})

    def tell(self, said):
        content = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def provider(settings):
    server = Provider()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    settings.OPENID_ISSUER, settings.OPENID_CLIENT, settings.OPENID_SECRET = server.address, "zhunsheng", "a secret"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def county(db):
    return make_county()


def signed(claims, key=OWN, **head):
    return jwt.encode({"alg": "ES256", "kid": "one", **head}, claims, key)


def spelt(head, claims):
    parts = (json.dumps(one).encode() for one in (head, claims))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def unsigned(claims):
    return f"{spelt({'alg': 'none'}, claims)}."


def by_the_public_key(claims):
    """The old mistake: what everybody knows taken for a secret."""
    text = spelt({"alg": "HS256", "kid": "one"}, claims)
    mark = hmac.digest(OWN.as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def without(claims, name):
    return {key: value for key, value in claims.items() if key != name}


TOKENS = {
    "of another key": lambda claims: signed(claims, OTHER),
    "with a key it brings along": lambda claims: signed(claims, OTHER, jwk=OTHER.as_dict(private=False)),
    "unsigned": unsigned,
    "of another algorithm": by_the_public_key,
    "over": lambda claims: signed({**claims, "exp": int(time.time()) - 600}),
    "for another program": lambda claims: signed({**claims, "aud": "another"}),
    "of another provider": lambda claims: signed({**claims, "iss": "http://127.0.0.1:9"}),
    "of another sign-in": lambda claims: signed({**claims, "nonce": "another"}),
    "for another purpose": lambda claims: signed(without(claims, "nonce"), typ="at+jwt"),
    "no token": lambda claims: "nothing",
}


def come_back(client, provider, make):
    there = parse_qs(urlsplit(client.get(reverse("desk:sign-in-provider"))["Location"]).query)
    now = int(time.time())
    claims = {
        "iss": provider.address, "aud": "zhunsheng", "sub": "1", "preferred_username": "owner", "iat": now, "exp": now + 300,
        "nonce": there["nonce"][0],
    }  # fmt: skip
    provider.token = make(claims)
    return client.get(reverse("desk:sign-in-provider-back"), {"code": "given", "state": there["state"][0]})


@pytest.mark.parametrize("make", TOKENS.values(), ids=TOKENS)
def test_a_token_that_does_not_hold_lets_nobody_in(county, provider, make):
    client = Client()
    assert come_back(client, provider, make)["Location"] == "/sign-in/?refused=provider"
    assert client.get("/")["Location"].startswith("/sign-in/")


def test_a_token_that_holds_lets_in_and_is_not_kept(county, provider):
    client = Client()
    answer = come_back(client, provider, signed)
    assert answer["Location"] == "/"
    assert client.get("/").wsgi_request.user == county.owner
    kept = json.dumps([row.get_decoded() for row in Session.objects.all()], default=str)
    told = f"{kept}{answer.headers}{client.cookies}"
    assert "the access token" not in told
    assert provider.token not in told


def test_a_provider_that_calls_itself_another_is_not_believed(county, provider):
    provider.says_issuer = "http://127.0.0.1:9"
    assert Client().get(reverse("desk:sign-in-provider"))["Location"] == "/sign-in/?refused=provider"
