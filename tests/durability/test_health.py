"""How the installation is: a word for everybody, details for the administrators, and every fault seen."""

from __future__ import annotations

import json
import os
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.cases.place import HOTLINE, live, make_place, order_steps
from zhunsheng.desk import background
from zhunsheng.durability import backup, drill, health
from zhunsheng.orgs.models import Duty
from zhunsheng.security import chain, guards

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def place(db, settings, tmp_path):
    settings.HOME = tmp_path
    return make_place()


def wrong():
    return {check.key for check in health.checks() if not check.is_well}


def test_outsiders_are_told_a_word_and_administrators_why(place):
    client = Client()
    assert client.get("/healthz/live").json() == client.get("/healthz/ready").json() == {"status": "ok"}
    assert client.get("/healthz").json() == {"status": "attention"}
    client.force_login(place.operator)
    assert client.get("/healthz").json() == {"status": "attention"}
    Duty.objects.create(officer=place.head, organ=place.government, system="orgs", role="auditor")
    client.force_login(place.head)
    told = client.get("/healthz").json()
    assert told["checks"]["backup"] == {"ok": False, "zh": "没有备份", "en": "there is none"}
    assert told["checks"]["database"]["ok"]


def test_everything_in_order_is_ok_and_each_fault_is_seen(place, settings):
    live(HOTLINE, place.hotline, order_steps())
    background._sign().touch()
    background._seal()
    backup.folder().mkdir()
    file = backup.folder() / "zhunsheng-20261120T020000.backup"
    file.touch()
    drill.note(file, passed=True)
    assert wrong() <= {"calendar"}
    with guards.away():
        assert "chain" in wrong()
    long_ago = time.time() - 3 * 24 * 3600
    os.utime(file, (long_ago, long_ago))
    os.utime(background._sign(), (long_ago, long_ago))
    drill.note(file, passed=False)
    assert wrong() - {"calendar"} == {"backup", "worker", "drill"}
    assert json.loads((settings.HOME / "last-drill.json").read_text())["passed"] is False
    assert chain.head().number == 1


def test_a_clock_that_was_set_back_is_seen_until_it_has_caught_up(place, monkeypatch):
    now = timezone.now()
    live(HOTLINE, place.hotline, order_steps())
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=2))
    chain.seal()
    assert "clock" not in wrong()
    monkeypatch.setattr(timezone, "now", lambda: now)
    clock = next(check for check in health.checks() if check.key == "clock")
    assert (clock.is_well, clock.told.en.split(",")[0]) == (False, "records are 7200 seconds ahead")
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=2, seconds=-30))
    assert "clock" not in wrong()
