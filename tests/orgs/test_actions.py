"""Organs, officers and duties: who may change them, what is refused, and that the audit trail says it."""

from functools import partial

import pytest
from django.db import DatabaseError, transaction

from tests.orgs.county import PASSWORD, REVIEW, days_ago
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.actions import (
    add_officer,
    add_organ,
    appoint,
    change_own_password,
    end_duty,
    roles_of,
    set_active,
    set_password,
)
from zhunsheng.orgs.models import Duty, Officer
from zhunsheng.orgs.refusals import Refused
from zhunsheng.security import chain, guards
from zhunsheng.security.models import AuditEntry
from zhunsheng.security.verifying import verify


def code_of(action, *arguments, **named):
    with pytest.raises(Refused) as caught:
        action(*arguments, **named)
    return caught.value.refusal.code


def test_an_organ_is_added_below_its_superior(county):
    organ = add_organ(county.administrator, county.government, "示例县林业局", "department", days_ago(1), mark="示林")
    assert (organ.path, organ.region) == (f"{county.government.path}{organ.pk}/", county.region)
    assert AuditEntry.objects.get(action="orgs.add").subject == f"organ:{organ.pk}"
    again = (county.administrator, county.government, "示例县林业局", "department", days_ago(0))
    assert code_of(add_organ, *again) == "same_name"
    alike = (county.administrator, county.government, "示例县林业执法队", "enforcement_team", days_ago(0))
    assert code_of(partial(add_organ, mark=" 示林"), *alike) == "same_name", "document numbers of both would read alike"
    assert (
        code_of(add_organ, county.culture_officer, county.government, "示例县水利局", "department", days_ago(0))
        == "role"
    )


def test_an_appointment_gives_its_rights_for_its_term(county):
    duty = appoint(county.administrator, county.stranger, county.housing, REVIEW, "*", days_ago(5))
    assert access_of(county.stranger, days_ago(5)).organs() == [county.housing.pk]
    assert access_of(county.stranger, days_ago(6)).organs() == []
    end_duty(county.administrator, duty.pk, days_ago(0))
    assert access_of(county.stranger, days_ago(1)).organs() == [county.housing.pk]
    assert access_of(county.stranger, days_ago(0)).organs() == []
    assert [e.action for e in AuditEntry.objects.order_by("pk")] == ["orgs.appoint", "orgs.end_duty"]


@pytest.mark.parametrize(
    ("system", "role", "more", "code"),
    [
        ("no_such", "*", {}, "role_unknown"),
        (REVIEW, "no_such", {}, "role_unknown"),
        ("*", "reviewer", {}, "role_unknown"),
        (REVIEW, "*", {"until": days_ago(9)}, "date_order"),
    ],
)
def test_appointments_that_cannot_be(county, system, role, more, code):
    arguments = (county.administrator, county.stranger, county.housing, system, role, days_ago(5))
    assert code_of(appoint, *arguments, **more) == code
    assert not county.stranger.duties.exists()


def test_nobody_appoints_himself_or_holds_the_same_twice(county):
    own = (county.administrator, county.administrator, county.housing, "*", "*", days_ago(0))
    assert code_of(appoint, *own) == "own"
    twice = (county.administrator, county.culture_officer, county.culture, "*", "*", days_ago(0))
    assert code_of(appoint, *twice) == "held"


def test_administering_one_organ_is_not_administering_another(county):
    Duty.objects.create(officer=county.tourism_officer, organ=county.tourism, system="orgs", role="administrator")
    appoint(county.tourism_officer, county.stranger, county.tourism, REVIEW, "*", days_ago(0))
    elsewhere = (county.tourism_officer, county.stranger, county.culture, REVIEW, "*", days_ago(0))
    assert code_of(appoint, *elsewhere) == "role"
    assert code_of(set_password, county.tourism_officer, county.culture_officer, "a long enough one") == "role"


def test_a_new_officer_has_a_duty_and_has_to_change_the_password(county):
    post = (county.housing, REVIEW, "*", days_ago(0))
    weak = (county.administrator, "xinren", "示例己", "12345678", *post)
    assert code_of(add_officer, *weak) == "password"
    person = add_officer(county.administrator, "xinren", "示例己", PASSWORD, *post)
    assert person.check_password(PASSWORD)
    assert person.must_change_password
    change_own_password(person, "another horse 43")
    assert not Officer.objects.get(pk=person.pk).must_change_password
    assert code_of(add_officer, county.administrator, "xinren", "示例庚", PASSWORD, *post) == "same_name"
    assert all("horse" not in str(entry.detail) for entry in AuditEntry.objects.all())


def test_a_deactivated_officer_may_do_nothing_and_keeps_the_record(county):
    set_active(county.administrator, county.culture_officer, False)
    officer = Officer.objects.get(pk=county.culture_officer.pk)
    assert access_of(officer, days_ago(0)).holdings == ()
    assert officer.duties.count() == 1
    assert code_of(set_active, county.administrator, county.administrator, False) == "own"


def test_roles_are_those_declared():
    assert set(roles_of("power_list")) == {"department", "staffing", "justice", "government"}
    assert set(roles_of("orgs")) == {"administrator", "security", "auditor"}
    assert roles_of("no_such") == {}


def told():
    return [(one.table, one.row) for one in verify().findings]


def test_who_may_do_what_is_never_edited_and_proven_against_the_trail(county):
    """Whoever has the database could lend himself a duty for an hour: reopen an ended one, move one, open an account."""
    duty = appoint(county.administrator, county.stranger, county.housing, REVIEW, "*", days_ago(5))
    end_duty(county.administrator, duty.pk, days_ago(1))
    set_active(county.administrator, Officer.objects.get(pk=county.culture_officer.pk), False)
    chain.seal()
    assert told() == []
    rows = Duty.objects.filter(pk=duty.pk)
    for write in (lambda: rows.update(role="reviewer"), lambda: rows.update(organ=county.culture), rows.delete):
        with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
            write()
    with guards.away():
        rows.update(valid_to=None)
        Officer.objects.filter(pk=county.culture_officer.pk).update(is_active=True)
    assert told() == [("orgs_duty", duty.pk), ("orgs_officer", county.culture_officer.pk)]
    with guards.away():
        rows.update(valid_to=days_ago(1), whole_tree=True)
        Officer.objects.filter(pk=county.culture_officer.pk).update(is_active=False, username="another")
    assert told() == [("orgs_duty", duty.pk), ("orgs_officer", county.culture_officer.pk)]
