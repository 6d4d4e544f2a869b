"""How the installation is: a word for everybody, details for the administrators, and every fault seen."""

from __future__ import annotations

import os
import shutil
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from tests.cases.place import HOTLINE, live, make_place, order_steps
from zhunsheng.desk import background
from zhunsheng.desk.models import Job
from zhunsheng.durability import backup, health
from zhunsheng.ledger.commands import ledger
from zhunsheng.ledger.models import Edition, Posting
from zhunsheng.orgs.models import Duty
from zhunsheng.security import chain, guards, proofs
from zhunsheng.security.audit_commands import audit

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


def test_everything_in_order_is_ok_and_each_fault_is_seen(place, settings, monkeypatch):
    live(HOTLINE, place.hotline, order_steps())
    background._sign().touch()
    background._seal()
    backup.folder().mkdir()
    file = backup.folder() / "zhunsheng-20261120T020000.backup"
    file.touch()
    for kind in health.PROOFS:
        proofs.note(kind, passed=True)
    assert wrong() <= {"calendar"}
    with guards.away():
        assert "chain" in wrong()
    long_ago = time.time() - 3 * 24 * 3600
    os.utime(file, (long_ago, long_ago))
    os.utime(background._sign(), (long_ago, long_ago))
    proofs.note("drill", passed=False)
    job = Job.objects.create(kind="export", officer=place.operator, system=HOTLINE, total=1)
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(hours=1))
    Edition.objects.update(digest="of an earlier version")
    assert wrong() - {"calendar"} == {"backup", "worker", "drill", "queue", "ledger"}
    assert chain.head().number == 1
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: SimpleNamespace(free=health.LEAST_FREE - 1))
    assert "disk" in wrong()
    (settings.HOME / "last-audit.json").unlink()
    assert "audit" in wrong()


def test_what_comes_with_the_days_is_seen(place, monkeypatch):
    """A year without its notice of holidays, and proofs nobody has made for long."""
    proofs.note("postings", passed=True)
    assert "postings" not in wrong()
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=41))
    assert "postings" in wrong()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=5 * 366))
    assert "calendar" in wrong()


def test_without_its_database_or_a_migration_the_site_is_not_ready(place, monkeypatch):
    monkeypatch.setattr(health, "_is_migrated", False)
    newest = MigrationRecorder.Migration.objects.filter(app="ledger").order_by("-pk").first()
    newest.delete()
    assert [Client().get(f"/healthz{path}").status_code for path in ("/live", "/ready", "")] == [200, 503, 503]
    newest.save(force_insert=True)
    assert Client().get("/healthz/ready").status_code == 200

    def away(*_arguments, **_named):
        raise OperationalError("could not connect")

    monkeypatch.setattr(connection, "cursor", away)
    assert [Client().get(f"/healthz{path}").status_code for path in ("/live", "/ready", "")] == [200, 503, 503]


def test_what_a_proof_has_found_is_told_until_it_agrees_again(place):
    live(HOTLINE, place.hotline, order_steps())
    chain.seal()
    verifying = {"postings": (ledger, ["verify"]), "audit": (audit, ["verify"])}

    def ends():
        return {key: CliRunner().invoke(*command).exit_code for key, command in verifying.items()}

    assert ends() == {"postings": 0, "audit": 0}
    assert wrong().isdisjoint(verifying)
    given = Posting.objects.order_by("pk").first()
    planted = []
    for value in (1, -1):
        planted.append(Posting.objects.get(pk=given.pk))
        planted[-1].pk, planted[-1].value = None, value
        planted[-1].save(force_insert=True)
    chain.seal()
    assert ends() == {"postings": 1, "audit": 0}, "the chain vouches for rows, not for what gave them"
    assert "postings" in wrong()
    with guards.away():
        Posting.objects.filter(pk__in=[row.pk for row in planted]).delete()
    assert ends() == {"postings": 0, "audit": 1}
    assert wrong() & verifying.keys() == {"audit"}


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
