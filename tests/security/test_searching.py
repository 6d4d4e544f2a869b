"""The audit trail as an audit administrator reads it: his people only, by kind, and an export that says who took it."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.cases.place import HOTLINE, live, make_place, order_steps
from zhunsheng.cases.models import Case
from zhunsheng.desk.audit_words import Called
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty, Officer, Organ, Region
from zhunsheng.security import searching
from zhunsheng.security.audit import record
from zhunsheng.security.models import AuditEntry
from zhunsheng.security.searching import Asked

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SOURCE = Path(searching.__file__).parents[1]


@pytest.fixture
def auditor(db):
    place = make_place()
    person = Officer.objects.create_officer("shenji", None, name="示例审计")
    Duty.objects.create(officer=person, organ=place.government, system="orgs", role="auditor", whole_tree=True)
    other = Organ.objects.create(
        region=Region.objects.create(code="999903", name="他县"), name="他县政府", kind="government"
    )
    stranger = Officer.objects.create_officer("tashi", None, name="示例他县")
    Duty.objects.create(officer=stranger, organ=other)
    record("security.sign_in", f"officer:{stranger.pk}", stranger.pk)
    record("security.sign_in_failed", f"officer:{stranger.pk}", None)
    record("security.sign_in", f"officer:{place.operator.pk}", place.operator.pk)
    record("security.sign_in_failed", "officer:unknown", None)
    record("orgs.deactivate", f"officer:{place.operator.pk}", place.head.pk, changed={"is_active": [True, False]})
    live(HOTLINE, place.hotline, order_steps()[:2], officer=place.operator)
    return person


def found(reader, **asked):
    rows = searching.entries(access_of(reader, live_day()), Asked(**asked))
    return [(row.action, row.subject) for row in rows]


def live_day():
    from django.utils import timezone

    return timezone.localdate()


def test_an_auditor_reads_of_his_people_and_of_nobody_in_particular(auditor):
    operator = Officer.objects.get(username="operator")
    assert found(auditor) == [
        ("security.sign_in_failed", "officer:unknown"),
        ("security.sign_in", f"officer:{operator.pk}"),
    ]
    assert found(auditor, kind="change") == [("orgs.deactivate", f"officer:{operator.pk}")]
    assert found(auditor, kind="course") == [], "asked for case by case"
    (case,) = {row.subject for row in AuditEntry.objects.filter(action="case.order")}
    steps = ("case.office.assign", "case.dispatch", "case.order")  # whoever dispatches asks the organ by the same
    assert found(auditor, kind="course", subject=case) == [(step, case) for step in steps]
    assert found(auditor, person="示例operator", action="登录") == [("security.sign_in", f"officer:{operator.pk}")]
    assert found(auditor, person="tashi") == []
    assert found(operator) == []


def test_the_page_and_its_export_say_who_takes_it_out(auditor):
    client = Client()
    client.force_login(auditor)
    text = client.get("/audit/", {"kind": "change"}).content.decode()
    assert "停用账号" in text
    assert "启用：是 → 否" in text
    assert f">{Officer.objects.get(username='operator').name}</a>" in text, "people are called by their names"
    answer = client.get("/audit/export/", {"kind": "change"})
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.active
    assert "示例审计（shenji）" in sheet["A2"].value
    assert sheet["A2"].value.endswith(sheet.oddFooter.center.text)
    assert "示例审计（shenji）" in sheet.oddFooter.center.text
    assert [cell.value for cell in sheet[4]][3] == "停用账号"
    entry = AuditEntry.objects.get(action="security.audit_export")
    assert (entry.officer_id, entry.detail["rows"], entry.kind) == (auditor.pk, 1, "security")
    client.force_login(Officer.objects.get(username="head"))
    assert client.get("/audit/").status_code == client.get("/audit/export/").status_code == 404


@pytest.mark.parametrize(
    ("action", "subject", "detail", "told"),
    [
        ("bodies.set_up", "body:1", {"kind": "executive_meeting"}, "种类：政府常务会议、全体会议"),
        ("meetings.call", "meeting:1", {"form": "executive"}, "会议形式：常务会议"),
        ("meetings.put", "meeting:1", {"kind": "decision", "matter": "other"}, "种类：审议决定；事项：其他决定事项"),
        ("law.change", "statute:civil_code", {"kind": "amended"}, "种类：修改"),
        ("ledger.state", "statement:1", {"account": "legality_review.received"}, "指标：收到合法性审查事项"),
        ("ledger.close", "region:999900", {"month": 202603}, "月份：2026 年 3 月"),
    ],
)
def test_codes_are_called_as_they_are_declared(action, subject, detail, told):
    row = AuditEntry(action=action, subject=subject, detail=detail)
    assert Called([row]).told(row) == told


def test_the_course_of_a_case_is_found_by_its_number(auditor):
    client = Client()
    client.force_login(auditor)
    number = Case.objects.get().number
    assert "派单" in client.get("/audit/", {"kind": "course", "subject": number}).content.decode()


def test_every_detail_written_in_the_code_is_called_something():
    """Of ``record(action, subject, officer, name=value)``, so that no page shows an inner name."""
    written = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("record", "_noted"):
                written |= {keyword.arg for keyword in node.keywords if keyword.arg}
    assert len(written) > 60
    assert sorted(written - {"at"} - searching.details().keys()) == []


def test_every_action_written_in_the_code_is_called_something():
    """Those put together at run time are left to the room they belong to."""
    written = set()
    for file in SOURCE.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        written |= set(re.findall(r"(?:\brecord|\baudit)\(\s*\"([a-z_]+\.[a-z_]+)\"", text))
    assert len(written) > 80
    assert sorted(written - searching.names().keys()) == []
