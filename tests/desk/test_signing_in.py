"""Signing in: what a password must be, being locked out and unlocked, the second factor, sessions and devices, headers."""

import base64
import re
import time
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

import zhunsheng
from tests.desk.county import PASSWORD, days_ago, officer, signed_in
from tests.orgs.duties import only_in
from zhunsheng.orgs.models import Duty, Officer
from zhunsheng.security import second_factor, sessions
from zhunsheng.security.commands import recovery_code
from zhunsheng.security.models import AuditEntry, Password, Session
from zhunsheng.security.second_factor import kept

pytestmark = pytest.mark.once

SIGN_IN, OWN_PASSWORD, SECURITY, FACTOR = (
    "/sign-in/",
    "/people/password/",
    "/people/security/",
    "/people/security/second-factor/",
)


@pytest.fixture
def administrator(county):
    return officer("administrator", "示例庚", county.government, system="orgs", role="administrator", whole_tree=True)


def sign_in(client, username="owner", password=PASSWORD, **extra):
    return client.post(SIGN_IN, {"username": username, "password": password}, **extra)


def fail(times, username="owner", **extra):
    return [sign_in(Client(), username, "not this one", **extra).status_code for _n in range(times)]


def entries(action):
    return list(AuditEntry.objects.filter(action=f"security.{action}").order_by("pk"))


# --- passwords -------------------------------------------------------------------------------------------------------


def change(client, password, old=PASSWORD):
    return client.post(OWN_PASSWORD, {"old": old, "password": password, "again": password})


@pytest.mark.parametrize(
    ("password", "zh", "en"),
    [
        ("Short 1", "至少 10 个字符", "at least 10 characters"),
        ("onlysmallletters", "至少 3 类", "at least 3 of"),
        ("Qwerty123456", "太常见", "too common"),
        ("Owner-owner-1", "与账号、姓名或者平台的名称太相近", "too much like the account"),
        ("Zhunsheng-2026", "与账号、姓名或者平台的名称太相近", "too much like the account"),
        (PASSWORD, "最近 5 次用过", "last 5 passwords"),
    ],
)
def test_a_bad_password_is_refused_in_both_languages(owner, password, zh, en):
    refused = change(owner, password)
    assert refused.status_code == 422
    assert zh in refused.content.decode()
    owner.cookies["django_language"] = "en"
    assert en in change(owner, password).content.decode()


def test_as_many_earlier_passwords_are_barred_as_the_setting_says(owner, settings):
    settings.PASSWORD_HISTORY = 2
    old = PASSWORD
    for new in ("First horse 1", "Second horse 2", "Third horse 3"):
        assert change(owner, new, old).status_code == 302
        old = new
    assert change(owner, "Second horse 2", old).status_code == 422
    assert change(owner, "First horse 1", old).status_code == 302
    assert Password.objects.count() == 2


def test_a_password_that_is_too_old_is_changed_first(county, owner):
    change(owner, "First horse 1")
    Password.objects.update(since=timezone.now() - timedelta(days=89, hours=23))
    client = Client()
    assert sign_in(client, password="First horse 1")["Location"] == "/"
    assert client.get("/").status_code == 200
    Password.objects.update(since=timezone.now() - timedelta(days=90))
    client = Client()
    sign_in(client, password="First horse 1")
    assert client.get("/")["Location"] == OWN_PASSWORD
    assert "90 天" in client.get(OWN_PASSWORD).content.decode()
    change(client, "Second horse 2", "First horse 1")
    assert client.get("/").status_code == 200


# --- lockout ---------------------------------------------------------------------------------------------------------


def test_five_failures_lock_the_account_and_say_until_when(county):
    assert fail(4) == [200] * 4
    before = timezone.localtime()
    locked = sign_in(Client(), password="not this one")
    assert locked.status_code == 429
    until = [f"{before + timedelta(minutes=15, seconds=s):%H:%M}" for s in (0, 60)]
    assert any(f"<strong>{at}</strong>" in locked.content.decode() for at in until)
    assert "登录失败 5 次" in locked.content.decode()
    assert sign_in(Client()).status_code == 429, "the right password does not help either"
    assert sign_in(Client(), "colleague").status_code == 302, "others at the same address are not touched"
    assert [entry.subject for entry in entries("sign_in_failed")] == [f"officer:{county.owner.pk}"] * 5
    assert [entry.detail for entry in entries("locked")] == [{"minutes": 15}]


def test_the_lock_ends_by_itself(county):
    from axes.models import AccessAttempt

    fail(5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert sign_in(Client()).status_code == 302


def test_an_administrator_unlocks_and_a_colleague_of_another_organ_does_not(county, administrator, colleague):
    fail(5)
    address = reverse("desk:unlock", args=[county.owner.pk])
    assert colleague.post(address).status_code == 404
    assert sign_in(Client()).status_code == 429
    desk = signed_in(administrator)
    assert "账号锁定至" in desk.get(reverse("desk:officer", args=[county.owner.pk])).content.decode()
    assert desk.post(address).status_code == 302
    assert sign_in(Client()).status_code == 302
    [entry] = entries("unlock")
    assert (entry.officer, entry.subject) == (administrator, f"officer:{county.owner.pk}")


def test_nobody_unlocks_himself(county, owner):
    fail(5)
    owner.post(reverse("desk:unlock", args=[county.owner.pk]))
    assert sign_in(Client()).status_code == 429


def test_an_address_is_locked_after_more_failures_over_all_accounts(county, settings):
    settings.LOCK_ADDRESS = 6
    bad = {"REMOTE_ADDR": "192.0.2.7"}
    assert fail(3, "owner", **bad) + fail(2, "nobody", **bad) == [200] * 5
    locked = sign_in(Client(), "colleague", "not this one", **bad)
    assert (locked.status_code, "网络地址" in locked.content.decode()) == (429, True)
    assert sign_in(Client(), "colleague", **bad).status_code == 429
    assert sign_in(Client(), "colleague", REMOTE_ADDR="192.0.2.8").status_code == 302


def test_signing_in_forgives_no_failures_of_others_at_the_same_address(county):
    fail(4)
    assert sign_in(Client(), "colleague").status_code == 302
    assert fail(1) == [429]


def test_behind_a_proxy_the_address_is_the_one_the_proxy_has_seen(county, settings):
    settings.PROXIES, settings.LOCK_ADDRESS = 1, 3
    for invented in ("198.51.100.1", "198.51.100.2", "198.51.100.3"):
        sign_in(Client(), "nobody", "x", HTTP_X_FORWARDED_FOR=f"{invented}, 192.0.2.7")
    assert sign_in(Client(), HTTP_X_FORWARDED_FOR="192.0.2.7").status_code == 429
    assert sign_in(Client(), HTTP_X_FORWARDED_FOR="192.0.2.8").status_code == 302
    assert sign_in(Client(), HTTP_X_FORWARDED_FOR="no address").status_code == 302


def test_guessing_the_password_in_an_open_session_counts_too(county, owner):
    for _n in range(4):
        assert change(owner, "First horse 1", "not this one").status_code == 422
    assert change(owner, "First horse 1", "not this one").status_code == 429
    assert change(owner, "First horse 1").status_code == 429
    assert Officer.objects.get(pk=county.owner.pk).check_password(PASSWORD)


def test_the_trail_holds_accounts_and_nothing_else_of_people(county):
    fail(5, REMOTE_ADDR="192.0.2.7")
    fail(1, "my-secret-typed-here", REMOTE_ADDR="192.0.2.7")
    client = Client()
    sign_in(client, "colleague", REMOTE_ADDR="192.0.2.7")
    client.post("/sign-out/")
    kept = AuditEntry.objects.filter(action__startswith="security.").order_by("pk")
    assert {entry.action for entry in kept} == {
        "security.sign_in_failed", "security.locked", "security.sign_in", "security.sign_out",
    }  # fmt: skip
    for entry in kept:
        text = f"{entry.subject} {entry.detail}"
        assert not any(word in text for word in ("192.0.2.7", "my-secret", "owner", "示例")), text


# --- second factor ---------------------------------------------------------------------------------------------------


class Phone:
    """An authenticator app: knows the key and gives one code after the other, as if time went by."""

    def __init__(self, key: str) -> None:
        self.key = base64.b32decode(key.replace(" ", ""))

    def code(self) -> str:
        return f"{totp(self.key):06d}"


def enrol(client):
    """Turn the second factor on by the page; the app and the recovery codes."""
    phone = Phone(client.get(FACTOR).context["key"])
    done = client.post(FACTOR, {"code": phone.code(), "old": PASSWORD})
    assert done.status_code == 200
    TOTPDevice.objects.update(last_t=-1)  # as if half a minute had passed: a code is good for one time
    return phone, done.context["codes"]


def test_with_a_second_factor_the_password_alone_opens_nothing(county, owner):
    phone, codes = enrol(owner)
    assert len(set(codes)) == 10
    client = Client()
    assert sign_in(client)["Location"] == "/sign-in/code/"
    assert client.get("/")["Location"].startswith(SIGN_IN)
    wrong = client.post("/sign-in/code/", {"code": "000000" if phone.code() != "000000" else "111111"})
    assert (wrong.status_code, "动态口令不对" in wrong.content.decode()) == (422, True)
    code = phone.code()
    assert client.post("/sign-in/code/", {"code": f" {code[:3]} {code[3:]} "})["Location"] == "/"
    assert client.get("/").status_code == 200
    again = Client()
    sign_in(again)
    assert again.post("/sign-in/code/", {"code": code}).status_code == 422, "a code is good for one time"
    assert [entry.detail for entry in entries("second_factor")] == [{"kind": "app"}]


def test_a_recovery_code_is_good_for_one_time(county, owner):
    _phone, codes = enrol(owner)
    client = Client()
    sign_in(client)
    assert client.post("/sign-in/code/", {"code": codes[3].upper()})["Location"] == SECURITY
    assert "恢复码还剩 9 个" in client.get(SECURITY).content.decode()
    again = Client()
    sign_in(again)
    assert again.post("/sign-in/code/", {"code": codes[3]}).status_code == 422


def test_recovery_codes_are_not_kept_and_those_of_before_become_digests(county, owner):
    _phone, codes = enrol(owner)
    plain = codes[0].replace("-", "")
    tokens = StaticToken.objects.filter(device__user=county.owner)
    before = set(tokens.values_list("token", flat=True))
    assert all(len(token) == 16 and plain not in token for token in before)
    tokens.filter(token=kept(county.owner.pk, plain)).update(token=plain)  # as the state before kept it
    import_module("zhunsheng.security.migrations.0007_recovery_codes").digest(apps, None)
    assert set(tokens.values_list("token", flat=True)) == before
    client = Client()
    sign_in(client)
    assert client.post("/sign-in/code/", {"code": codes[0]}).status_code == 302
    assert CliRunner().invoke(recovery_code, ["nobody"]).exit_code == 1
    given, again = CliRunner().invoke(recovery_code, ["owner"]).output.strip(), Client()
    sign_in(again)
    assert again.post("/sign-in/code/", {"code": given}).status_code == 302


def test_after_signing_in_with_a_code_the_page_asked_for_opens(county, owner):
    phone, _codes = enrol(owner)
    client = Client()
    client.post(f"{SIGN_IN}?next=/figures/", {"username": "owner", "password": PASSWORD, "next": "/figures/"})
    assert client.post("/sign-in/code/", {"code": phone.code()})["Location"] == "/figures/"


def test_wrong_codes_lock_the_account(county, owner):
    _phone, codes = enrol(owner)
    client = Client()
    sign_in(client)
    assert [client.post("/sign-in/code/", {"code": "wrong-one"}).status_code for _n in range(5)] == [422] * 4 + [429]
    assert client.post("/sign-in/code/", {"code": codes[0]}).status_code == 429
    assert [entry.detail["step"] for entry in entries("sign_in_failed")] == ["code"] * 5


def test_the_password_counts_for_five_minutes_and_while_it_is_the_password(county, owner):
    phone, _codes = enrol(owner)
    late, stale = Client(), Client()
    for client in (late, stale):
        sign_in(client)
    session = late.session
    session["pending_sign_in"]["until"] -= 301
    session.save()
    assert late.post("/sign-in/code/", {"code": phone.code()})["Location"] == SIGN_IN
    change(owner, "First horse 1")
    assert stale.post("/sign-in/code/", {"code": phone.code()})["Location"] == SIGN_IN


def test_the_code_page_opens_for_nobody_without_a_password(county):
    assert Client().get("/sign-in/code/")["Location"] == SIGN_IN
    assert Client().post("/sign-in/code/", {"code": "123456"})["Location"] == SIGN_IN


def test_setting_up_and_replacing_take_the_password_and_the_old_app_counts_until_then(county, owner):
    first = Phone(owner.get(FACTOR).context["key"])
    for old in ("", "not this one"):
        assert owner.post(FACTOR, {"code": first.code(), "old": old}).status_code == 422
    assert not second_factor.is_on(county.owner)
    phone, codes = enrol(owner)
    new = Phone(owner.get(FACTOR).context["key"])
    assert new.key != phone.key
    assert owner.post(FACTOR, {"code": new.code(), "old": "not this one"}).status_code == 422
    assert second_factor.check(county.owner, phone.code()) == "app"
    assert owner.post(FACTOR, {"code": new.code(), "old": PASSWORD}).status_code == 200
    TOTPDevice.objects.update(last_t=-1)
    assert second_factor.check(county.owner, codes[0]) == ""
    assert second_factor.check(county.owner, phone.code()) == ""
    assert second_factor.check(county.owner, new.code()) == "app"


def test_new_recovery_codes_and_turning_off_take_the_password(county, owner):
    _phone, codes = enrol(owner)
    for page in ("/people/security/recovery-codes/", "/people/security/second-factor/off/"):
        assert owner.get(page).status_code == 200
        assert owner.post(page, {"old": "not this one"}).status_code == 422
    new = owner.post("/people/security/recovery-codes/", {"old": PASSWORD}).context["codes"]
    assert not set(new) & set(codes)
    assert second_factor.check(county.owner, codes[0]) == ""
    owner.post("/people/security/second-factor/off/", {"old": PASSWORD})
    assert sign_in(Client())["Location"] == "/"
    assert second_factor.codes_left(county.owner) == 0


@pytest.mark.parametrize("demanded", ["administrator", "orgs:administrator", "*"])
def test_a_role_that_demands_it_opens_nothing_before_it_is_set_up(administrator, settings, demanded):
    settings.SECOND_FACTOR = [demanded]
    desk = signed_in(administrator)
    assert desk.get("/people/")["Location"] == FACTOR
    assert desk.get("/people/", headers={"HX-Request": "true"})["HX-Redirect"] == FACTOR
    assert "您的岗位要求" in desk.get(FACTOR).content.decode()
    enrol(desk)
    assert desk.get("/people/").status_code == 200
    assert desk.get("/people/security/second-factor/off/").status_code == 404


@pytest.mark.parametrize("demanded", [[], ["law:administrator"], ["legality_review:reviewer"]])
def test_it_is_demanded_of_nobody_else(administrator, settings, demanded):
    settings.SECOND_FACTOR = demanded
    assert signed_in(administrator).get("/people/").status_code == 200


def test_every_role_holds_the_demanded_one_where_the_system_has_it(county, settings):
    settings.SECOND_FACTOR = ["orgs:administrator"]
    assert signed_in(county.owner).get("/").status_code == 302, "a duty with every role in every system"
    only_in(county.owner, "legality_review")
    assert signed_in(county.owner).get("/").status_code == 200


def test_a_duty_that_demands_it_does_so_at_once(county, owner, settings):
    settings.SECOND_FACTOR = ["law:administrator"]
    only_in(county.owner, "legality_review")
    assert owner.get("/").status_code == 200
    Duty.objects.create(officer=county.owner, organ=county.justice, system="law", role="administrator")
    assert owner.get("/")["Location"] == FACTOR


def test_an_administrator_resets_a_lost_one_with_a_reason(county, administrator, owner, colleague):
    enrol(owner)
    address = reverse("desk:reset-second-factor", args=[county.owner.pk])
    assert colleague.post(address, {"reason": "手机丢失"}).status_code == 404
    assert owner.post(address, {"reason": "手机丢失"}).status_code == 404, "not one's own"
    desk = signed_in(administrator)
    assert desk.post(address, {"reason": " "}).status_code == 422
    assert desk.post(address, {"reason": "手机丢失"}).status_code == 302
    assert owner.get("/")["Location"].startswith(SIGN_IN), "signed out everywhere"
    assert sign_in(Client())["Location"] == "/"
    [entry] = entries("second_factor_reset")
    assert (entry.officer, entry.subject, entry.detail) == (
        administrator, f"officer:{county.owner.pk}", {"reason": "手机丢失"},
    )  # fmt: skip
    assert desk.get(address).status_code == 404, "there is none any more"


# --- sessions --------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def every_minute(monkeypatch):
    """As on the site, and not as in the other tests, which count queries."""
    monkeypatch.setattr(sessions, "EVERY", 60)


def let_pass(client, seconds):
    """Put a session back by some seconds, as if so much time had gone by."""
    row = Session.objects.get(pk=client.cookies["sessionid"].value)
    data = row.get_decoded()
    for key in ("signed_in", "seen"):
        data[key] -= seconds
    row.session_data = client.session.encode(data)
    row.expire_date -= timedelta(seconds=seconds)
    row.save()


def test_a_session_ends_when_nobody_asks_for_anything(owner):
    let_pass(owner, 29 * 60)
    assert owner.get("/").status_code == 200
    let_pass(owner, 29 * 60)
    assert owner.get("/").status_code == 200, "it lasts anew from every request"
    let_pass(owner, 30 * 60 + 1)
    ended = owner.get("/figures/?year=2020")
    assert ended["Location"] == "/sign-in/?next=/figures/%3Fyear%3D2020&ended=idle"
    assert "30 分钟没有操作" in owner.get(ended["Location"]).content.decode()


def test_what_a_page_asks_by_itself_keeps_no_session_alive(owner):
    let_pass(owner, 29 * 60)
    for _n in range(3):
        owner.get("/jobs/", headers={"X-Unattended": "1"})
    let_pass(owner, 2 * 60)
    assert owner.get("/").status_code == 302


def test_every_part_of_a_page_that_asks_again_and_again_says_that_nobody_did():
    folder = Path(zhunsheng.__file__).parent / "desk/templates"
    tags = [
        tag for file in folder.rglob("*.html") for tag in re.findall(r"<[a-z][^>]*hx-trigger=[^>]*>", file.read_text())
    ]
    asking = [tag for tag in tags if re.search(r"every \d", tag)]
    assert asking
    assert [tag for tag in asking if "X-Unattended" not in tag] == []


def test_a_session_lasts_no_longer_because_the_clock_was_set_back(owner):
    let_pass(owner, -3 * 24 * 3600)  # it seems to have begun in three days
    assert owner.get("/").status_code == 200
    data = owner.session
    assert abs(data["seen"] - time.time()) < 60
    assert abs(data["signed_in"] - time.time()) < 60
    let_pass(owner, 30 * 60 + 1)
    assert owner.get("/").status_code == 302


def test_a_session_ends_at_the_latest_some_hours_after_signing_in(owner):
    for _n in range(24):
        let_pass(owner, 29 * 60 + 50)
        owner.get("/")
    assert owner.get("/").status_code == 200
    let_pass(owner, 5 * 60)
    ended = owner.get("/")
    assert "ended=latest" in ended["Location"]
    assert "登录满 12 小时" in owner.get(ended["Location"]).content.decode()


def test_what_was_posted_too_late_leads_back_to_where_it_was_filled_in(county, owner):
    let_pass(owner, 31 * 60)
    origin = "http://testserver/figures/?year=2020"
    lost = owner.post("/people/add/", {"name": "示例"}, headers={"Referer": origin})
    assert lost["Location"] == "/sign-in/?next=/figures/%3Fyear%3D2020&ended=idle&unsaved=1"
    assert "没有保存" in owner.get(lost["Location"]).content.decode()
    abroad = Client().post("/people/add/", headers={"Referer": "http://elsewhere.example/figures/"})
    assert abroad["Location"] == "/sign-in/?next=/&unsaved=1"


def test_an_open_page_learns_how_long_its_session_lasts(county, owner):
    address = "/session/"
    quiet = {"X-Unattended": "1"}
    let_pass(owner, 10 * 60)
    told = owner.get(address, headers=quiet).json()
    assert (told["officer"], told["final"]) == (county.owner.pk, False)
    assert 1190 <= told["left"] <= 1200
    assert owner.post(address).json()["left"] > 1790
    for _n in range(24):
        let_pass(owner, 29 * 60)
        owner.post(address)
    told = owner.get(address, headers=quiet).json()
    assert told["final"] is True
    assert 13 * 60 < told["left"] <= (12 * 60 - 10 - 24 * 29) * 60
    assert Client().get(address).json() == {"officer": None}


def test_devices_are_listed_and_signed_out_by_their_officer_alone(county, colleague):
    chrome = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/78.0 Safari/537.36"
    )
    here, there, third = Client(HTTP_USER_AGENT=chrome), Client(REMOTE_ADDR="192.0.2.7"), Client()
    for client in (here, there, third):
        sign_in(client)
    page = here.get(SECURITY)
    devices = page.context["devices"]
    assert [device.is_this for device in devices] == [True, False, False]
    assert (devices[0].browser, devices[0].address) == ("Chrome · Windows", "127.0.0.1")
    for client in (here, there, third):
        assert client.cookies["sessionid"].value not in page.content.decode()
    [mark] = [device.mark for device in devices if device.address == "192.0.2.7"]
    colleague.post("/people/security/devices/", {"device": mark})
    colleague.post("/people/security/devices/")
    assert there.get("/").status_code == 200
    here.post("/people/security/devices/", {"device": mark})
    ended = there.get("/")
    assert "ended=elsewhere" in ended["Location"]
    assert third.get("/").status_code == 200
    here.post("/people/security/devices/")
    assert third.get("/").status_code == 302
    assert here.get("/").status_code == 200
    assert [entry.detail for entry in entries("end_session")] == [{"sessions": 1}, {"sessions": 1}]


def test_changing_the_password_signs_out_everywhere_else(county):
    here, there = Client(), Client()
    for client in (here, there):
        sign_in(client)
    assert change(here, "First horse 1").status_code == 302
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200
    assert Session.objects.filter(officer=county.owner).count() == 1


def test_a_password_set_by_an_administrator_and_deactivating_sign_out_at_once(county, administrator, owner, colleague):
    desk = signed_in(administrator)
    desk.post(reverse("desk:set-password", args=[county.owner.pk]), {"password": "First horse 1"})
    desk.post(reverse("desk:set-active", args=[county.colleague.pk]), {"active": "0"})
    assert [owner.get("/").status_code, colleague.get("/").status_code] == [302, 302]


def test_a_duty_begun_or_ended_counts_from_the_next_request(county, owner):
    case = county.review()
    address = reverse("desk:case", args=[case.pk])
    assert owner.get(address).status_code == 200
    Duty.objects.filter(officer=county.owner).update(valid_to=days_ago(0))
    assert owner.get(address).status_code == 404
    Duty.objects.create(officer=county.owner, organ=county.justice, system="legality_review")
    assert owner.get(address).status_code == 200


def test_sessions_long_ended_are_thrown_away(county, owner):
    old = Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timedelta(days=2))
    sign_in(Client(), "colleague")
    assert not Session.objects.filter(pk=old.pk).exists()
    assert Session.objects.filter(officer=county.owner).exists()


# --- what browsers are told ------------------------------------------------------------------------------------------


def test_pages_forbid_what_they_do_not_need(owner):
    response = owner.get("/")
    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'self'", "img-src": "'self' data:", "object-src": "'none'", "base-uri": "'none'",
        "form-action": "'self'", "frame-ancestors": "'none'",
    }  # fmt: skip
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]


def test_signing_out_lets_the_browser_forget(owner):
    """A form that waits for the network lies in the storage of the browser."""
    assert owner.post("/sign-out/")["Clear-Site-Data"] == '"storage"'


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(county):
    client = Client()
    client.get(SIGN_IN)
    sign_in(client)
    for name in ("sessionid", "csrftoken"):
        cookie = client.cookies[name]
        assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax"), name
    assert client.cookies["sessionid"]["max-age"] == "", "it goes when the browser is closed"
    assert configured.SESSION_COOKIE_AGE == 1800


@pytest.mark.parametrize(
    ("demanded", "unknown"),
    [
        (["*", "administrator", "law:administrator", "orgs:*", "reviewer", "legality_review:reviewer"], []),
        (
            ["administrater", "orgs:reviewer", "nothing:administrator"],
            ["administrater", "orgs:reviewer", "nothing:administrator"],
        ),
    ],
)
def test_a_role_that_does_not_exist_is_noticed_before_the_site_is_served(settings, demanded, unknown):
    settings.SECOND_FACTOR = demanded
    assert second_factor.unknown_roles() == unknown
