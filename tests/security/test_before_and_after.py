"""A change of data tells what was and what is: every action that changes a row says so, and what may be personal only as a mark."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone

import zhunsheng
from tests.cases.place import make_place
from zhunsheng.local.actions import decide
from zhunsheng.orgs.delegating import delegate, end_delegation
from zhunsheng.orgs.models import Duty
from zhunsheng.registers.change_sets import begin_change_set, discard, rename
from zhunsheng.security.audit import kind_of
from zhunsheng.security.models import AuditEntry, AuditKind
from zhunsheng.security.searching import names

ONLY_ADDS = {
    "exchange.claim", "exchange.make", "exchange.take_in", "orgs.name_line",
    "bodies.give_seat", "bodies.set_up", "cases.import", "cases.replay", "demo.load", "law.change", "law.notice",
    "ledger.close", "ledger.complete", "ledger.completed", "ledger.hand_out", "ledger.state", "meetings.call", "meetings.hand_on", "meetings.invite",
    "meetings.notice", "meetings.put", "orgs.add", "orgs.add_officer", "orgs.add_service_officer", "orgs.appoint",
    "orgs.delegate", "orgs.found", "plan.read", "register.publish", "report.outline", "retention.hold",
    "retention.propose",
}  # fmt: skip
"""Actions after which every row that was there says what it said."""
TOLD_OTHERWISE = {
    "cases.undo_import": "each case is made void by an event of its own",
    "cases.void": "each case is made void by an event of its own",
    "law.project": "what moved on each case stands in its clock entries",
    "ledger.begin_completing": "values counted once a year are counted anew from the records",
    "local.recount": "what moved on each case stands in its clock entries",
    "meetings.call_members": "the calls follow the seats of the day, each kept with its own days",
    "orgs.reform": "what a reform touched is kept with the reform itself, line by line",
    "register.bulk": "both are read from the revisions of each entry",
    "register.correct": "both are read from the revisions of the entry",
}
BY_KIND = {"register.add", "register.change", "register.remove"}
"""Written as the kind of the change: what was and what is are read from the revisions of the entry."""
NOT_WRITTEN = {"meetings.attend", "register.apply"}
"""Older names, in trails written before."""
LOOKED_AT = {"cases.upload", "material.lost", "orgs.name_region"}
"""Files of the desk itself, and what was found to be missing: no row of the records is changed."""


def calls():
    """(pattern of the action, whether what was and what is goes with it) of every entry that is written."""
    found = []
    for file in Path(zhunsheng.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) in {"record", "audit", "audit.record"}
                and node.args
            ):
                continue
            tells = any(
                keyword.arg == "changed" or (keyword.arg is None and ast.unparse(keyword.value).startswith("changed"))
                for keyword in node.keywords
            )
            first = node.args[0]
            for part in [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]:
                if isinstance(part, ast.Constant):
                    found.append((re.escape(str(part.value)), tells))
                elif isinstance(part, ast.JoinedStr):
                    bits = (re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"\w+" for v in part.values)
                    found.append(("".join(bits), tells))
    return found


def is_told(action, written):
    """Whether every entry of an action tells: those written under its name, else those whose name is put together."""
    exact = [tells for pattern, tells in written if pattern == re.escape(action)]
    return all(exact) if exact else any(tells for pattern, tells in written if re.fullmatch(pattern, action))


def test_every_action_that_changes_a_row_tells_what_was_and_what_is():
    written = calls()
    changes = {action for action in names() if kind_of(action) == AuditKind.CHANGE}
    telling = {action for action in changes - BY_KIND - NOT_WRITTEN if is_told(action, written)}
    assert telling >= {"local.decide", "meetings.settle", "plan.correct", "register.withdraw", "retention.lift"}
    assert changes - telling == ONLY_ADDS | set(TOLD_OTHERWISE) | BY_KIND | NOT_WRITTEN | (LOOKED_AT & changes)
    unnamed = {p for p, tells in written if not tells and kind_of(re.sub(r"\\", "", p)) == AuditKind.CHANGE}
    left = {p for p in unnamed if not any(re.fullmatch(p, a) for a in changes | LOOKED_AT)}
    assert left <= {re.escape("orgs.name_region")}


@pytest.fixture
def place(db):
    return make_place()


def told(action):
    return AuditEntry.objects.filter(action=action).latest("pk").detail.get("changed")


@pytest.mark.django_db
def test_what_was_and_what_is_by_hand(place):
    today = timezone.localdate()
    made = delegate(place.operator, place.operator, place.head, today, today, reason="出差")
    end_delegation(place.operator, made.pk)
    changed = told("orgs.end_delegation")
    assert changed.keys() == {"ended_by_id", "ended_at"}
    assert changed["ended_by_id"] == [None, place.operator.pk]

    for years in ("10", "30"):
        decide(None, "retention", "cases.hotline_workorder", place.government, date(2026, 1, 1),
               {"term": "years", "years": years}, reason="试", document="示例文件")  # fmt: skip
    assert told("local.decide") == {"value": [{"term": "years", "years": 10}, {"term": "years", "years": 30}]}


@pytest.mark.django_db
def test_what_may_be_personal_is_told_as_a_mark(place):
    Duty.objects.create(officer=place.operator, organ=place.lighting, system="*", role="*")
    draft = begin_change_set("power_list", place.lighting, "为示例甲改", date(2026, 3, 1), place.operator)
    rename(draft.pk, place.operator, title="为示例乙改", effective_on=date(2026, 4, 1))
    changed = told("register.revise")
    assert changed["effective_on"] == ["2026-03-01", "2026-04-01"]
    assert all(mark.startswith("***") and len(mark) == 11 for mark in changed["title"])
    assert changed["title"][0] != changed["title"][1]
    discard(draft.pk, place.operator)
    assert told("register.discard")["state"] == ["draft", "discarded"]
    assert not AuditEntry.objects.filter(detail__icontains="示例乙").exists()
