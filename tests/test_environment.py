"""What an operator sets through the environment is understood, or refused with words that help."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from zhunsheng import environment


@pytest.mark.parametrize(("value", "meant"), [("1", True), ("Yes", True), ("0", False), ("off", False), ("", False)])
def test_boolean(monkeypatch: pytest.MonkeyPatch, value: str, meant: bool) -> None:
    monkeypatch.setenv("ZHUNSHENG_DEBUG", value)
    assert environment.boolean("ZHUNSHENG_DEBUG") is meant


def test_boolean_refuses_anything_else_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHUNSHENG_DEBUG", "maybe")
    with pytest.raises(ImproperlyConfigured, match=r"ZHUNSHENG_DEBUG='maybe'.*只能填"):
        environment.boolean("ZHUNSHENG_DEBUG")


def test_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZHUNSHENG_LOCK_MINUTES", raising=False)
    assert environment.number("ZHUNSHENG_LOCK_MINUTES", default=15, least=1, most=60) == 15
    monkeypatch.setenv("ZHUNSHENG_LOCK_MINUTES", " 60 ")
    assert environment.number("ZHUNSHENG_LOCK_MINUTES", default=15, least=1, most=60) == 60


@pytest.mark.parametrize("value", ["0", "61", "-5", "1.5", "ten"])
def test_number_refuses_what_is_none_or_out_of_bounds(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ZHUNSHENG_LOCK_MINUTES", value)
    with pytest.raises(ImproperlyConfigured, match=r"ZHUNSHENG_LOCK_MINUTES=.*只能填 1 到 60"):
        environment.number("ZHUNSHENG_LOCK_MINUTES", default=15, least=1, most=60)


def test_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHUNSHENG_ALLOWED_HOSTS", " a.example , b.example,")
    assert environment.names("ZHUNSHENG_ALLOWED_HOSTS", default=["c"]) == ["a.example", "b.example"]


def test_names_refuses_an_empty_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHUNSHENG_ALLOWED_HOSTS", " , ")
    with pytest.raises(ImproperlyConfigured, match="ZHUNSHENG_ALLOWED_HOSTS"):
        environment.names("ZHUNSHENG_ALLOWED_HOSTS", default=["c"])


def test_directory_refuses_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ZHUNSHENG_HOME", str(tmp_path / "file"))
    with pytest.raises(ImproperlyConfigured, match="ZHUNSHENG_HOME"):
        environment.directory("ZHUNSHENG_HOME", default=tmp_path)


def test_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    first = environment.secret(path)
    assert environment.secret(path) == first
    assert len(first) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_secret_refuses_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    path.write_text("\n")
    with pytest.raises(ImproperlyConfigured, match="secret_key"):
        environment.secret(path)


def test_database_is_sqlite_unless_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ZHUNSHENG_DATABASE_URL", raising=False)
    assert environment.database("ZHUNSHENG_DATABASE_URL", default=tmp_path / "a")["NAME"] == str(tmp_path / "a")


def test_database_reads_an_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZHUNSHENG_DATABASE_URL", "postgres://clerk:word@machine:5433/plumb")
    found = environment.database("ZHUNSHENG_DATABASE_URL", default=tmp_path)
    assert (found["ENGINE"], found["NAME"], found["HOST"], found["PORT"]) == (
        "django.db.backends.postgresql",
        "plumb",
        "machine",
        5433,
    )


@pytest.mark.parametrize(
    "address", ["mysql://u:hidden@h/n", "postgres://u:hidden@h", "postgres://u:hidden@h:port/n", "hidden"]
)
def test_database_refuses_other_addresses_without_repeating_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str
) -> None:
    monkeypatch.setenv("ZHUNSHENG_DATABASE_URL", address)
    with pytest.raises(ImproperlyConfigured, match="ZHUNSHENG_DATABASE_URL") as refusal:
        environment.database("ZHUNSHENG_DATABASE_URL", default=tmp_path)
    assert "hidden" not in str(refusal.value)


@pytest.mark.parametrize(
    ("https", "expected"),
    [("1", "31536000 True True True 1 False"), ("0", "0 False False False 0 False")],
)
def test_https_keeps_cookies_and_browsers_to_it(tmp_path: Path, https: str, expected: str) -> None:
    program = (
        "from django.conf import settings as s; print(s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_SECURE, "
        "s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE, s.PROXIES, s.SECURE_HSTS_INCLUDE_SUBDOMAINS)"
    )
    told = {**os.environ, "ZHUNSHENG_HOME": str(tmp_path), "ZHUNSHENG_HTTPS": https}
    told["DJANGO_SETTINGS_MODULE"] = "zhunsheng.settings"
    done = subprocess.run([sys.executable, "-c", program], env=told, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == expected
