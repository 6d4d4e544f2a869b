"""What is encrypted in the database: how it lies there, that it is found and read again, new keys, lost keys, and rows from before."""

import json

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.urls import reverse

from tests.cases.place import APPLICATION, RECONSIDERATION, TODAY
from zhunsheng.bulk import to_json, update_row
from zhunsheng.cases.actions import open_case
from zhunsheng.cases.drafts import draft_of, keep_draft
from zhunsheng.cases.finding import of_number
from zhunsheng.cases.models import Case
from zhunsheng.catalogue.loading import systems
from zhunsheng.orgs.access import access_of
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.registers.models import Entry, Revision
from zhunsheng.security import keys
from zhunsheng.security.commands import keys as command
from zhunsheng.security.models import NumberDigest
from zhunsheng.security.resealing import columns, in_use, key_ids, reseal_all
from zhunsheng.security.sealing import MARK, open_text, seal_text

NUMBER, OTHER = "11010519491231002X", "440524188001010014"
PERSON = {"name": "示例甲", "kind": "person", "identity_number": NUMBER, "phone": "13800001234", "address": "示例路1号"}


@pytest.fixture
def place(db):
    from tests.cases.place import make_place

    return make_place()


@pytest.fixture
def own_keys(settings, tmp_path):
    settings.HOME = tmp_path
    return keys.keys()


@pytest.fixture
def case(place, own_keys):
    return open_case(RECONSIDERATION, "file", organ=place.lighting, on=TODAY, officer=place.lighting_officer,
                     values={**APPLICATION, "applicant": [PERSON, "示例乙"]}, today=TODAY)  # fmt: skip


def everything_stored():
    """All text of all tables, as a thief of the database reads it."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own tables
            found += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(found)


def test_the_database_tells_no_number_telephone_or_address(case, place):
    values = {
        "name": "示例戊",
        "unit": "示例局",
        "kind": "enforcement",
        "status": "in_service",
        "identity_number": OTHER,
    }
    apply_entry_change("enforcement_personnel", place.water, "add", "示执1号", values, TODAY)
    assert keep_draft(case, "accept", place.lighting_officer, [("who", [NUMBER])])
    stored = everything_stored()
    for secret in (NUMBER, OTHER, "13800001234", "示例路1号"):
        assert secret not in stored
    assert "示例甲" in stored, "names are not sealed: cases are found by them"
    read = Case.objects.get(pk=case.pk)
    assert read.fields["applicant"][0] == PERSON
    assert read.events.get().values["applicant"][0] == PERSON
    assert draft_of(case, "accept", place.lighting_officer).typed == {"who": [NUMBER]}
    assert Revision.objects.get().values["identity_number"] == OTHER
    assert Case.objects.values_list("fields__act", flat=True).get() == "行政处罚决定"


def test_a_field_of_no_such_kind_is_stored_as_it_is_and_asks_for_no_key(place, own_keys, monkeypatch):
    monkeypatch.setattr(keys, "keys", lambda: pytest.fail("a key was asked for"))
    monkeypatch.setattr("zhunsheng.security.sealing.keys", keys.keys)
    case = open_case(RECONSIDERATION, "file", organ=place.lighting, on=TODAY, values=APPLICATION, today=TODAY)
    assert Case.objects.get(pk=case.pk).fields["act"] == "行政处罚决定"


def test_an_identity_number_finds_its_case_for_those_who_may_see_it(case, place):
    assert of_number(NUMBER, access_of(place.lighting_officer, TODAY), 10) == [case.pk]
    assert of_number(OTHER, access_of(place.lighting_officer, TODAY), 10) == []
    assert of_number(NUMBER, access_of(place.operator, TODAY), 10) == []
    assert of_number(NUMBER, access_of(place.stranger, TODAY), 10) == []


def test_the_page_finds_cases_and_entries_by_number_and_an_entry_no_more_by_its_former_one(case, place, client):
    values = {
        "name": "示例戊",
        "unit": "示例局",
        "kind": "enforcement",
        "status": "in_service",
        "identity_number": NUMBER,
    }
    apply_entry_change("enforcement_personnel", place.lighting, "add", "示执1号", values, TODAY)
    client.force_login(place.lighting_officer)
    address = reverse("desk:search-party")
    page = client.post(address, {"q": f" {NUMBER.lower()} "})
    assert [(group.kind.key, group.count) for group in page.context["shown"]] == [("case", 1), ("entry", 1)]
    apply_entry_change("enforcement_personnel", place.lighting, "change", "示执1号", {"identity_number": OTHER}, TODAY)
    entry = Entry.objects.get()
    assert list(NumberDigest.objects.filter(kind="entry").values_list("record")) == [(entry.pk,)]
    assert [group.kind.key for group in client.post(address, {"q": NUMBER}).context["shown"]] == ["case"]


def test_a_new_key_of_either_algorithm_seals_everything_and_the_old_one_can_go(case):
    for algorithm, key_id in (("sm4-gcm", "k2"), ("aes-256-gcm", "k3")):
        told = CliRunner().invoke(command, ["rotate", "--algorithm", algorithm])
        assert told.exit_code == 0, told.output
        assert f"新密钥 {key_id} " in told.output
        assert in_use() == {key_id}
        assert Case.objects.get(pk=case.pk).fields["applicant"][0] == PERSON
    assert CliRunner().invoke(command, ["forget"], input="y\n").exit_code == 0
    assert [key.id for key in keys.keys().all] == ["d1", "k3"]
    assert Case.objects.get(pk=case.pk).fields["applicant"][0] == PERSON
    assert NUMBER not in CliRunner().invoke(command, ["list"]).output
    assert (keys.path().stat().st_mode & 0o777, keys.path().parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_without_the_key_nothing_is_read_and_the_error_says_what_to_do(case, settings, tmp_path):
    settings.HOME = tmp_path / "stolen"
    with pytest.raises(ImproperlyConfigured, match=r"k1.*keys"):
        Case.objects.get(pk=case.pk)


def test_rows_from_before_are_sealed_found_and_left_alone_the_second_time(case):
    NumberDigest.objects.all().delete()
    update_row(Case, case.pk, {"fields": to_json({**APPLICATION, "applicant": [PERSON]})})
    assert NUMBER in everything_stored()
    assert reseal_all() == 1
    assert NUMBER not in everything_stored()
    assert NumberDigest.objects.filter(kind="case", record=case.pk).count() == 1
    assert reseal_all() == 0


def test_a_value_opens_in_no_other_field_and_no_changed_one_opens(own_keys):
    sealed = seal_text("示例甲", "phone")
    assert sealed.startswith(f"{MARK}k1:")
    assert seal_text("示例甲", "phone") != sealed, "the same text never looks the same twice"
    assert open_text(sealed, "phone") == "示例甲"
    for name, text in (("address", sealed), ("phone", sealed[:-8] + "AAAAAAA=")):
        with pytest.raises(ImproperlyConfigured):
            open_text(text, name)


def test_keys_come_from_the_environment_and_a_broken_one_is_refused(own_keys, monkeypatch):
    sealed = seal_text("示例", "phone")
    monkeypatch.setenv("ZHUNSHENG_KEYS", ";".join(key.line for key in own_keys.all))
    keys.path().unlink()
    assert open_text(sealed, "phone") == "示例"
    assert not keys.path().exists()
    assert "ZHUNSHENG_KEYS" in CliRunner().invoke(command, ["rotate"]).output
    for broken in ("k1 aes-256-gcm AAAA", own_keys.current.line, "nonsense"):
        monkeypatch.setenv("ZHUNSHENG_KEYS", broken)
        with pytest.raises(ImproperlyConfigured, match="恢复原来的密钥"):
            keys.keys()


def test_every_declared_field_of_the_kind_is_sealed_and_none_that_lists_are_keyed_titled_or_counted_by():
    seen = 0
    for owner in systems().values():
        for register in owner.registers:
            seen += sum(field.is_sealed for field in register.fields.values())
            for name in {register.key, register.title, *register.public, *register.compare}:
                assert name not in register.fields or not register.fields[name].is_sealed, (owner.slug, name)
        for procedure in owner.procedures:
            declared = procedure.all_fields
            seen += sum(field.is_sealed for field in declared.values())
            assert not any(field.is_sealed and (field.counted or field.cites) for field in declared.values()), (
                owner.slug
            )
    assert seen >= 25
    assert {column.model._meta.label for column in columns()} == {
        "cases.Case", "cases.Event", "cases.Draft", "registers.Revision", "registers.ChangeLine", "papers.Paper", "desk.Upload",
        "intake.Begun",
    }  # fmt: skip


def test_the_keys_have_the_lengths_of_their_algorithms(own_keys):
    assert len(own_keys.current.secret) * 8 in AES256.key_sizes
    assert key_ids(json.dumps({"phone": seal_text("1", "phone")})) == {"k1"}
