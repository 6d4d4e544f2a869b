"""Operation logs: JSON lines without personal data, kept long enough; and refusals of access in the audit trail."""

from __future__ import annotations

import json
import logging
import runpy
from datetime import date, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from tests.cases.place import HOTLINE, live, make_place, order_steps
from zhunsheng import settings as settings_module
from zhunsheng.orgs.models import Officer
from zhunsheng.security.audit import changed, kind_of
from zhunsheng.security.logs import DailyFile, forget_old
from zhunsheng.security.models import AuditEntry


def test_a_line_quotes_nobody(tmp_path):
    handler = DailyFile(tmp_path)
    logger = logging.getLogger("zhunsheng.example")
    logger.addHandler(handler)
    try:
        int("示例甲 410101199001011234")
    except ValueError:
        logger.exception("job %s of %s", 7, "示例甲")
    finally:
        logger.removeHandler(handler)
        handler.close()
    (file,) = tmp_path.iterdir()
    assert file.stem == date.today().isoformat()
    (line,) = file.read_text().splitlines()
    assert "示例甲" not in line
    assert "4101" not in line
    said = json.loads(line)
    assert (said["message"], said["numbers"], said["error"]) == ("job %s of %s", [7], "ValueError")
    assert said["where"][0].startswith("test_logs.py:")


def test_logs_are_removed_only_after_their_term(tmp_path):
    today = date(2026, 11, 20)
    for days in (0, 180, 181):
        (tmp_path / f"{(today - timedelta(days=days)).isoformat()}.jsonl").write_text("{}\n")
    (tmp_path / "notes.jsonl").write_text("")
    assert forget_old(tmp_path, 180, today) == 1
    assert sorted(file.stem for file in tmp_path.iterdir()) == ["2026-05-24", "2026-11-20", "notes"]


def test_logs_cannot_be_kept_for_less_than_six_months(monkeypatch):
    """Six months have 184 days at most (March to August)."""
    assert (date(2026, 9, 1) - date(2026, 3, 1)).days == 184
    monkeypatch.setenv("ZHUNSHENG_LOG_DAYS", "183")
    with pytest.raises(ImproperlyConfigured, match="184"):
        runpy.run_path(settings_module.__file__)
    monkeypatch.setenv("ZHUNSHENG_LOG_DAYS", "184")
    assert runpy.run_path(settings_module.__file__)["LOG_DAYS"] == 184


@pytest.mark.django_db
def test_a_refusal_is_a_security_event():
    place = make_place()
    case = live(HOTLINE, place.hotline, order_steps()[:1])
    client = Client()
    client.force_login(place.stranger)
    assert client.get(reverse("desk:case", args=[case.pk])).status_code in (403, 404)
    entry = AuditEntry.objects.get(action="security.refused")
    assert (entry.kind, entry.officer_id, entry.subject) == ("security", place.stranger.pk, "page:desk:case")
    assert entry.detail["pk"] == case.pk
    client.force_login(place.operator)
    assert client.get(reverse("desk:case", args=[case.pk])).status_code == 200
    assert AuditEntry.objects.filter(action="security.refused").count() == 1


def test_entries_are_of_the_kind_of_their_action():
    kinds = {
        action: str(kind_of(action))
        for action in ("case.void", "orgs.add", "case.print", "security.sign_in", "orgs.set_password")
    }
    assert kinds == {
        "case.void": "course", "orgs.add": "change", "case.print": "security", "security.sign_in": "security",
        "orgs.set_password": "security",
    }  # fmt: skip


@pytest.mark.django_db
def test_a_change_tells_before_and_after_without_names():
    place = make_place()
    person = Officer.objects.get(pk=place.operator.pk)
    person.name, person.is_active = "示例乙", False
    found = changed(person)["changed"]
    assert found["is_active"] == [True, False]
    assert found["name"][0] != found["name"][1]
    assert "示例" not in json.dumps(found, ensure_ascii=False)
    assert set(found) == {"name", "is_active"}
