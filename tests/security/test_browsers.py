"""What a scanner of web sites looks at: headers, cookies, the content policy, forged forms, errors. Those of every route are looked at
where every route is walked (tests/desk/test_routes.py)."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as configured
from django.test import Client, override_settings

from tests.desk.county import PASSWORD, make_county
from tests.desk.headers import wrong_headers
from zhunsheng.cases.models import Case

pytestmark = pytest.mark.once


def test_an_address_that_is_none_carries_its_headers_too(db):
    assert wrong_headers(Client().get("/nowhere/"), "nowhere") == []


def test_a_missing_header_is_noticed():
    """A test of the test above."""
    with override_settings(X_FRAME_OPTIONS="SAMEORIGIN"):
        assert wrong_headers(Client().get("/robots.txt"), "robots")


def test_over_https_cookies_go_by_https_alone_and_browsers_are_told():
    asked = (
        "from zhunsheng import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE, "
        "s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, "
        "s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME, s.LARGE_TEXT_COOKIE_NAME, s.MESSAGES_COOKIE_NAME)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", asked],
        env={**os.environ, "ZHUNSHENG_HTTPS": "1", "ZHUNSHENG_HSTS_SUBDOMAINS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.split() == [
        "True", "True", "True", "31536000", "True", "__Host-sessionid", "__Host-csrftoken", "__Host-language",
        "__Host-large-text", "__Host-messages",
    ]  # fmt: skip


def test_browsers_take_the_cookies_bound_to_the_host(db):
    """A cookie of such a name counts only where it is Secure, of the whole site and of no wider domain."""
    county = make_county()
    bound = {"SESSION_COOKIE_NAME": "__Host-sessionid", "CSRF_COOKIE_NAME": "__Host-csrftoken", "LANGUAGE_COOKIE_NAME": "__Host-language",
             "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True, "LANGUAGE_COOKIE_SECURE": True}  # fmt: skip
    with override_settings(**bound):
        client = Client()
        client.get("/sign-in/", secure=True)
        client.post("/sign-in/", {"username": "owner", "password": PASSWORD}, secure=True)
        client.post("/language/setlang/", {"language": "en", "next": "/"}, secure=True)
        assert client.get("/", secure=True).status_code == 200, county.owner
        assert set(client.cookies) == {"__Host-sessionid", "__Host-csrftoken", "__Host-language"}
        assert all((one["secure"], one["path"], one["domain"]) == (True, "/", "") for one in client.cookies.values())


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "MADEUP"])
def test_kinds_of_requests_nobody_needs_are_refused(db, method):
    answer = Client().generic(method, "/portal/", headers={"X-Secret": "示例"})
    assert (answer.status_code, b"X-Secret" in answer.content, answer["X-Content-Type-Options"]) == (
        405,
        False,
        "nosniff",
    )


def test_a_form_without_the_token_of_its_page_writes_nothing(db):
    county = make_county()
    client = Client(enforce_csrf_checks=True)
    client.force_login(county.owner)
    answer = client.post(
        "/cases/legality_review/new/submit/", {"value_matter": "示例"}, headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 403
    assert not Case.objects.exists()


def test_signing_in_gives_a_new_session_and_signing_out_ends_it(db):
    county = make_county()
    client = Client()
    client.post("/sign-in/passkey/options/")
    before = client.cookies["sessionid"].value
    client.post("/sign-in/", {"username": county.owner.username, "password": PASSWORD})
    after = client.cookies["sessionid"].value
    assert after != before
    assert client.get("/").status_code == 200
    client.post("/sign-out/")
    client.cookies["sessionid"] = after
    assert client.get("/").status_code == 302


def test_an_error_shows_nothing_of_the_inside_and_is_logged(db, monkeypatch, caplog):
    assert configured.DEBUG is False
    monkeypatch.setattr("zhunsheng.desk.frame.access_of", lambda *_: 1 / 0)
    county = make_county()
    client = Client(raise_request_exception=False)
    client.force_login(county.owner)
    answer = client.get("/people/")
    assert answer.status_code == 500
    for word in ("Traceback", "ZeroDivisionError", "zhunsheng/", "access_of"):
        assert word not in answer.content.decode()
    assert [row.exc_info[0] for row in caplog.records if row.levelname == "ERROR"] == [ZeroDivisionError]
