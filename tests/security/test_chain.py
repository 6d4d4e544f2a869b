"""Rows that are never edited, and the chain that vouches for them. Tampering is done as somebody would who has the database."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from tests.cases.place import APPLICATION, HOTLINE, RECONSIDERATION, TODAY, live, make_place, order_steps
from zhunsheng.cases.actions import open_case
from zhunsheng.cases.models import Case, ClockEntry, Event
from zhunsheng.ledger.models import Posting
from zhunsheng.papers.models import NumberSeries
from zhunsheng.security import anchors, chain, guards
from zhunsheng.security.audit import record
from zhunsheng.security.commands import keys
from zhunsheng.security.models import AuditEntry, Head, Link, Release
from zhunsheng.security.verifying import verify


@pytest.fixture
def place(db):
    return make_place()


def found(anchored=()):
    return [(one.kind, one.table, one.row) for one in verify(anchored).findings]


def refused(write):
    with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
        write()


@pytest.mark.django_db
def test_the_database_refuses_what_edits_or_removes(place):
    case = live(HOTLINE, place.hotline, order_steps())
    event = Event.objects.get(case=case, sequence=2)
    refused(lambda: Event.objects.filter(pk=event.pk).update(note="改"))
    refused(lambda: Event.objects.filter(pk=event.pk).update(on=date(2025, 1, 1)))
    refused(lambda: Posting.objects.filter(source_id=case.pk).update(value=9))
    refused(lambda: ClockEntry.objects.filter(case=case).delete())
    refused(lambda: AuditEntry.objects.all().delete())
    refused(lambda: Case.objects.filter(pk=case.pk).update(number="示热热线〔2025〕99号"))
    series = NumberSeries.objects.get(organ=place.hotline)
    refused(lambda: NumberSeries.objects.filter(pk=series.pk).update(last=series.last - 1))
    Event.objects.filter(pk=event.pk).update(note=event.note)  # writes what is there already
    Case.objects.filter(pk=case.pk).update(title="另一标题")
    assert not guards.missing()


@pytest.mark.django_db
def test_what_is_made_void_is_made_void_once(place):
    from django.utils import timezone

    from zhunsheng.law.models import StatuteChange

    row = StatuteChange.objects.create(
        statute="x", kind="amended", on=date(2026, 1, 1), document="示例", reason="示例", entered_at=timezone.now()
    )
    changes = StatuteChange.objects.filter(pk=row.pk)
    changes.update(voided_at=timezone.now(), void_reason="误记")
    refused(lambda: changes.update(void_reason="另一理由"))
    refused(lambda: changes.update(voided_at=None))


@pytest.mark.django_db
def test_every_row_is_sealed_once_and_proven(place):
    case = live(HOTLINE, place.hotline, order_steps())
    assert chain.seal() > 0
    assert chain.seal() == 0
    live(HOTLINE, place.hotline, order_steps())
    record("orgs.add", "organ:1", None)
    chain.seal()
    proof = verify()
    assert (proof.findings, proof.links, proof.waiting) == ([], 2, 0)
    assert proof.rows["cases_event"] == Event.objects.count() == 12
    assert proof.rows["cases_case"] == 2
    assert proof.rows["ledger_posting"] == Posting.objects.count()
    assert proof.rows["security_auditentry"] == AuditEntry.objects.count()
    assert case.number in [row.number for row in Case.objects.all()]


@pytest.mark.django_db
@pytest.mark.parametrize("algorithm", chain.ALGORITHMS)
def test_a_changed_a_removed_and_a_put_in_row_are_named(place, settings, algorithm):
    settings.AUDIT_HASH = algorithm
    live(HOTLINE, place.hotline, order_steps())
    last = live(HOTLINE, place.hotline, order_steps())
    chain.seal()
    assert found() == []
    changed, removed = Event.objects.filter(case=last).order_by("pk").values_list("pk", flat=True)[1:3]
    posting = Posting.objects.order_by("pk").first()
    with guards.away():
        Event.objects.filter(pk=changed).update(values={"unit": "示例县水务局"})
        Event.objects.filter(pk=removed).delete()
        Posting.objects.filter(pk=posting.pk).update(value=posting.value + 1)
    assert found() == [
        ("changed", "cases_event", changed),
        ("missing", "cases_event", removed),
        ("changed", "ledger_posting", posting.pk),
    ]


@pytest.mark.django_db
def test_a_row_put_among_sealed_ones_is_named(place):
    live(HOTLINE, place.hotline, order_steps())
    record("orgs.add", "organ:1", None)
    last = AuditEntry.objects.order_by("-pk").first()
    AuditEntry.objects.create(pk=last.pk + 5, at=last.at, action="orgs.add", subject="organ:2")
    chain.seal()
    Head.objects.update(tables=_as_if_over(Head.objects.get().tables))
    chain.seal()  # nobody is under way that could fill the gap: it is closed
    assert found() == []
    AuditEntry.objects.create(pk=last.pk + 2, at=last.at, action="orgs.add", subject="organ:3")
    chain.seal()
    assert found() == [("inserted", "security_auditentry", last.pk + 2)]


def _as_if_over(tables):
    """Every open gap as if seen long ago, before any transaction that still runs."""
    return {
        name: {**table, "gaps": [[first, last, 0, 0] for first, last, *_ in table["gaps"]]}
        for name, table in tables.items()
    }


@pytest.mark.django_db
def test_a_changed_link_a_new_chain_and_a_cut_end_are_noticed(place, tmp_path):
    live(HOTLINE, place.hotline, order_steps())
    chain.seal()
    first = anchors.write(tmp_path)
    live(HOTLINE, place.hotline, order_steps())
    chain.seal()
    kept = list(anchors.read(tmp_path))
    assert found(kept) == []
    assert json.loads(first.read_text())["link"] == 1
    forged = Link.objects.get(number=2)
    forged.previous = chain.START
    with guards.away(), transaction.atomic():  # one that agrees with itself, but follows nothing
        Link.objects.filter(number=2).update(previous=chain.START, digest=chain.text_of_link(forged))
        assert ("link", "", 2) in found()
        transaction.set_rollback(True)
    assert found(kept) == []
    with guards.away():
        Link.objects.filter(number=2).update(algorithm="sm3")
        assert ("link", "", 2) in found(kept)
        Link.objects.filter(number=2).delete()
    assert found(kept)[0] == ("head", "", None)
    with guards.away():
        Link.objects.all().delete()
        Head.objects.all().delete()
        AuditEntry.objects.order_by("pk").first().delete()
    chain.seal()
    assert found() == []  # a chain written anew agrees with itself
    assert found(kept) == [("anchor", "", None)]


@pytest.mark.django_db
def test_missing_triggers_are_noticed_and_set_up_again(place):
    with guards.away():
        assert "trigger" in {one[0] for one in found()}
    assert found() == []


@pytest.mark.django_db
def test_encrypting_anew_leaves_the_chain_whole(place, settings, tmp_path):
    settings.HOME = tmp_path
    person = {"name": "示例甲", "kind": "person", "phone": "13800001234"}
    case = open_case(RECONSIDERATION, "file", organ=place.lighting, on=TODAY, officer=place.lighting_officer,
                     values={**APPLICATION, "applicant": [person]}, today=TODAY)  # fmt: skip
    chain.seal()
    events = Event.objects.filter(case=case).annotate(raw=Cast("values", TextField()))
    before = events.get()
    refused(lambda: Event.objects.filter(case=case).update(values={"area": "示例"}))
    assert CliRunner().invoke(keys, ["rotate"]).exit_code == 0
    after = events.get()
    assert after.raw != before.raw
    assert after.values == before.values
    assert found() == []
    refused(lambda: Event.objects.filter(case=case).update(values={"area": "示例"}))
    with guards.away():
        Event.objects.filter(case=case).update(values={**after.values, "request": "改"})
    assert found() == [("changed", "cases_event", after.pk)]
    (tmp_path / "keys" / "sealing").unlink()
    assert [one[0] for one in found()] == ["key"], (
        "without its keys nothing is proven, and nothing is said to be changed"
    )


@pytest.mark.django_db
def test_what_is_released_leaves_the_chain_whole_but_for_the_decision_nobody_has_made(place):
    """Lawful destruction, decided by two reviewers, is tried in tests/retention."""
    case = live(HOTLINE, place.hotline, order_steps())
    chain.seal()
    event = Event.objects.get(case=case, sequence=1)
    with transaction.atomic():
        chain.release(Event, [event.pk], "retention:1")
        Event.objects.filter(pk=event.pk).update(values={})
    chain.seal()
    proof = verify()
    assert ([(one.kind, one.table) for one in proof.findings], proof.released) == ([("released", "")], 1)
    assert "retention:1" in proof.findings[0].words.en
    refused(lambda: Release.objects.all().delete())
    other = Event.objects.get(case=case, sequence=2)
    refused(lambda: Event.objects.filter(pk=other.pk).update(values={}))


@pytest.mark.django_db(transaction=True)
def test_rows_that_are_committed_out_of_order_are_sealed_later(request):
    """A writer takes an id, waits, and commits after another has been sealed with a higher one."""
    if connection.vendor == "sqlite":
        record("orgs.add", "organ:1", None)  # one writer at a time: nothing can come out of order
        chain.seal()
        assert found() == []
        return
    taken, sealed = Barrier(2), Barrier(2)

    def slow():
        with transaction.atomic():
            record("orgs.add", "organ:1", None)
            taken.wait(20)
            sealed.wait(20)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(slow)
        taken.wait(20)
        record("orgs.add", "organ:2", None)
        assert chain.seal() == 1
        Head.objects.update(
            tables={
                k: {**t, "gaps": [[a, b, 0, n] for a, b, _s, n in t["gaps"]]}
                for k, t in Head.objects.get().tables.items()
            }
        )
        assert chain.seal() == 0  # old enough, but somebody who may fill it is under way
        sealed.wait(20)
        waiting.result()
    assert verify().waiting == 1
    assert chain.seal() == 1
    proof = verify()
    assert (proof.findings, proof.late, proof.waiting) == ([], 1, 0)


@pytest.mark.django_db
def test_the_command_names_what_was_changed(place, tmp_path):
    from zhunsheng.security.audit_commands import audit

    case = live(HOTLINE, place.hotline, order_steps())
    assert "已接入" in CliRunner().invoke(audit, ["seal"]).output
    answer = CliRunner().invoke(audit, ["verify", "--json"])
    assert (answer.exit_code, json.loads(answer.output)["findings"]) == (0, [])
    event = Event.objects.get(case=case, sequence=3)
    with guards.away():
        Event.objects.filter(pk=event.pk).update(note="改")
    answer = CliRunner().invoke(audit, ["verify"])
    assert answer.exit_code == 1
    assert f"cases_event 的记录 {event.pk} 被改动" in answer.output
