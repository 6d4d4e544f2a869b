"""Messages to programs: what is told and to whom, signed, again until taken, given up in the end, and never sent inside."""

import base64
import hashlib
import hmac
import http.client
import importlib.util
import json
import socket
import ssl
import threading
import time
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.utils import timezone

from tests.api.test_client import EXAMPLE
from tests.orgs.duties import without_duties
from zhunsheng.api import addresses, webhooks
from zhunsheng.api.addresses import AddressRefused, is_allowed, send, target_of
from zhunsheng.api.models import Delivery, Subscription
from zhunsheng.cases.actions import perform
from zhunsheng.orgs.refusals import Refused
from zhunsheng.security import guards

LOCAL = ["127.0.0.0/8"]


@pytest.fixture
def receiver():
    """A receiver on this machine, which keeps what it gets and answers what it is told to."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.taken.append((dict(self.headers), body))
            self.send_response(server.answer)
            if server.answer == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.taken, server.answer = [], 204
    server.address = f"http://127.0.0.1:{server.server_address[1]}/in"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def subscribed(settings, county, account, receiver):
    settings.WEBHOOK_NETWORKS = LOCAL
    return webhooks.subscribe(county.administrator, account, receiver.address, ["case", "publication"])


def example():
    """The client of the handbook."""
    spec = importlib.util.spec_from_file_location("api_client", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_was_done_is_told_signed_and_without_contents(subscribed, receiver, county):
    subscription, secret = subscribed
    case = county.review()
    county.review(organ=county.housing)  # not of the account's organ
    assert webhooks.gather() == 1
    assert webhooks.gather() == 0
    assert webhooks.send_due() == 1
    [(headers, body)] = receiver.taken
    told = json.loads(body)
    assert (told["specversion"], told["type"], told["subject"]) == ("1.0", "zhunsheng.case.event", f"cases/{case.pk}")
    assert told["source"] == "urn:zhunsheng:zhunsheng"
    assert (told["data"]["action"], told["data"]["sequence"], told["data"]["number"]) == ("submit", 1, case.number)
    assert "道路" not in body.decode()
    assert headers["webhook-id"] == told["id"]
    signed = f"{told['id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    client = example()
    assert client.is_from_the_platform(secret, headers, body)
    assert not client.is_from_the_platform(secret, headers, body + b" ")
    assert not client.is_from_the_platform("whsec_" + base64.b64encode(b"another").decode(), headers, body)
    for name, value in (
        ("webhook-id", "case-0"),
        ("webhook-signature", "v1,"),
        ("webhook-timestamp", "1"),
        ("webhook-timestamp", ""),
    ):
        assert not client.is_from_the_platform(secret, headers | {name: value}, body), name
    old = {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) - 400)}
    again = webhooks.signature(secret.removeprefix("whsec_"), told["id"], int(old["webhook-timestamp"]), body)
    assert not client.is_from_the_platform(secret, old | {"webhook-signature": again}, body), "sent again much later"
    assert secret.removeprefix("whsec_") not in subscription.secret
    assert webhooks.send_due() == 0


def test_what_was_done_before_is_not_told_and_the_rest_in_order(subscribed, receiver, county):
    case = county.review()
    perform(case.pk, "accept", on=case.opened_on)
    webhooks.gather()
    webhooks.send_due()
    assert [json.loads(body)["data"]["action"] for _, body in receiver.taken] == ["submit", "accept"]


def test_a_receiver_that_fails_is_tried_again_later_and_given_up_in_the_end(subscribed, receiver, county):
    receiver.answer = 500
    county.review()
    webhooks.gather()
    now = timezone.now()
    assert webhooks.send_due(now) == 1
    delivery = Delivery.objects.get()
    assert (delivery.attempts, delivery.problem, delivery.next_at) == (1, "HTTP 500", now + timedelta(seconds=10))
    assert webhooks.send_due(now + timedelta(seconds=9)) == 0
    for _ in range(8):
        now = Delivery.objects.get().next_at
        assert webhooks.send_due(now) == 1
    delivery.refresh_from_db()
    assert (delivery.attempts, delivery.next_at) == (9, None)
    assert delivery.dead_at is not None
    receiver.answer = 200
    subscription = delivery.subscription
    assert webhooks.send_again(county.administrator, subscription.pk) == 1
    webhooks.send_due()
    assert Delivery.objects.get().delivered_at is not None
    ids = {headers["webhook-id"] for headers, _ in receiver.taken}
    assert (len(receiver.taken), len(ids)) == (10, 1)  # at least once, known by its id


def test_of_two_workers_one_sends_and_what_a_killed_one_sent_comes_again_under_its_id(
    subscribed, receiver, county, monkeypatch
):
    county.review()
    webhooks.gather()
    now, others = timezone.now(), []
    send = webhooks.send

    def sending(*arguments):
        others.append(webhooks.send_due(now))  # another worker, while this one is at it
        send(*arguments)
        raise KeyboardInterrupt  # killed before it could note the answer

    monkeypatch.setattr(webhooks, "send", sending)
    with pytest.raises(KeyboardInterrupt):
        webhooks.send_due(now)
    monkeypatch.setattr(webhooks, "send", send)
    assert others == [0]
    assert webhooks.send_due(now + webhooks.CLAIMED - timedelta(seconds=1)) == 0
    assert webhooks.send_due(now + webhooks.CLAIMED) == 1
    ids = [headers["webhook-id"] for headers, _body in receiver.taken]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert Delivery.objects.get().delivered_at is not None


def test_a_redirect_is_not_followed_and_a_message_of_an_ended_subscription_not_sent(subscribed, receiver, county):
    receiver.answer = 302
    county.review()
    webhooks.gather()
    webhooks.send_due()
    assert len(receiver.taken) == 1
    assert Delivery.objects.get().problem == "HTTP 302"
    webhooks.end_subscription(county.administrator, subscribed[0].pk)
    assert not Delivery.objects.exists()
    county.review()
    assert webhooks.gather() == 0


def test_a_receiver_that_answers_a_letter_at_a_time_holds_nobody_up(subscribed, county, settings, monkeypatch):
    monkeypatch.setattr(addresses, "WHOLE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def dripping():
            connection, _address = listening.accept()
            with connection, suppress(OSError):
                while True:
                    connection.sendall(b"H")
                    time.sleep(0.02)

        threading.Thread(target=dripping, daemon=True).start()
        with guards.away():
            Subscription.objects.update(address=f"http://127.0.0.1:{listening.getsockname()[1]}/in")
        county.review()
        webhooks.gather()
        began = time.monotonic()
        assert webhooks.send_due() == 1
        assert time.monotonic() - began < addresses.SECONDS
    delivery = Delivery.objects.get()
    assert (delivery.attempts, delivery.delivered_at) == (1, None)
    assert delivery.problem


def test_a_receiver_whose_certificate_nobody_vouches_for_gets_nothing(settings, county, account, receiver, tmp_path):
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]),
    )
    now = timezone.now()
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    own = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    pem = made.add_extension(own, critical=False).sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    pem += key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "own.pem").write_bytes(pem)
    https = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    https.load_cert_chain(tmp_path / "own.pem")
    receiver.socket = https.wrap_socket(receiver.socket, server_side=True)
    settings.WEBHOOK_NETWORKS = LOCAL
    webhooks.subscribe(county.administrator, account, receiver.address.replace("http:", "https:"), ["case"])
    county.review()
    webhooks.gather()
    assert webhooks.send_due() == 1
    assert receiver.taken == []
    assert "CERTIFICATE_VERIFY_FAILED" in Delivery.objects.get().problem


def test_only_rows_that_are_seen_by_then_are_told(subscribed, account, county):
    county.review()
    without_duties(account.officer)
    assert webhooks.gather() == 0


INSIDE = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",  # noqa: S104
    "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe", "::127.0.0.1",
)  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize("network", INSIDE)
def test_nothing_is_sent_inside(network, settings):
    assert not is_allowed(network, "https")
    host = f"[{network}]" if ":" in network else network
    with pytest.raises(AddressRefused):
        send(f"https://{host}/in", b"", {})
    settings.WEBHOOK_NETWORKS = ["10.0.0.0/8"]
    assert is_allowed(network, "http") == (network in ("10.1.2.3", "::ffff:10.0.0.1"))


@pytest.mark.once
@pytest.mark.parametrize(
    "address",
    ["ftp://93.184.215.14/", "https://user:pass@93.184.215.14/", "https:///x", "https://93.184.215.14:99999/", "http://93.184.215.14/",
     "https://93.184.215.14/a b", "https://93.184.215.14/#x", "https://localhost/", "https://2130706433/", "https://0x7f.1/", "file:///etc/passwd"],
)  # fmt: skip
def test_an_address_that_is_no_outside_https_is_refused(address):
    with pytest.raises(AddressRefused):
        target_of(address)


class Names:
    """A name server that answers each time with the next of its answers."""

    def __init__(self, *answers):
        self.answers = [list(answer) for answer in answers]

    def __call__(self, host, port, *_arguments, **_named):
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found
        ]


@pytest.mark.once
def test_a_name_that_leads_inside_by_any_of_its_answers_is_refused(monkeypatch):
    for answer in (["93.184.215.14", "127.0.0.1"], ["93.184.215.14", "::ffff:169.254.169.254"], ["fd00::1"]):
        monkeypatch.setattr(socket, "getaddrinfo", Names(answer))
        with pytest.raises(AddressRefused):
            target_of("https://rebinding.example/in")


def reached(monkeypatch, connecting):
    """Where a connection is made to when the name says something else after it was looked at."""
    monkeypatch.setattr(socket, "getaddrinfo", Names(["93.184.215.14"], ["127.0.0.1"]))
    seen = []

    def connect(address, *_arguments, **_named):
        host = address[0]
        seen.append(host if host[0].isdigit() else socket.getaddrinfo(host, address[1])[0][4][0])
        raise OSError("not in a test")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(OSError, match="not in a test"):
        connecting("https://rebinding.example/in", b"", {})
    return seen


@pytest.mark.once
def test_a_name_that_is_bound_anew_leads_nowhere_else(monkeypatch):
    """DNS rebinding: the first answer is outside, every later one inside."""
    assert reached(monkeypatch, send) == ["93.184.215.14"]
    monkeypatch.setattr(addresses._Pinned, "connect", http.client.HTTPConnection.connect)
    assert reached(monkeypatch, send) == ["127.0.0.1"], "a connection that asks for the name again is noticed"


def test_a_subscription_to_an_inner_address_is_refused(county, account):
    with pytest.raises(Refused) as refused:
        webhooks.subscribe(county.administrator, account, "https://127.0.0.1/in", ["case"])
    assert refused.value.refusal.field == "address"
    with pytest.raises(Refused):
        webhooks.subscribe(county.administrator, account, "https://93.184.215.14/in", ["all"])
    with pytest.raises(Refused):
        webhooks.subscribe(county.owner, county_account_of_housing(county), "https://93.184.215.14/in", ["case"])


def county_account_of_housing(county):
    from zhunsheng.api.accounts import open_account

    return open_account(county.administrator, county.housing, "svc-housing", "住建系统", "对接", "*", "*")
