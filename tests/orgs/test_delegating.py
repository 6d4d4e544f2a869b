"""Delegation while away: whose access it widens and when, what is refused, and that it is one query."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desk.county import make_county, officer
from tests.orgs.county import days_ago
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.actions import appoint, end_duty, set_active, set_password
from zhunsheng.orgs.delegating import candidates, delegate, end_delegation
from zhunsheng.orgs.models import Delegation, Duty
from zhunsheng.orgs.refusals import Refused
from zhunsheng.security import chain, guards
from zhunsheng.security.models import AuditEntry
from zhunsheng.security.verifying import verify

pytestmark = pytest.mark.django_db
TODAY = days_ago(0)


@pytest.fixture
def county(db):
    return make_county()


@pytest.fixture
def deputy(county):
    """A colleague of the owner in the same bureau, with a duty for one system."""
    return officer("deputy", "示例丁", county.justice, system="people_mediation", role="mediator")


def later(days):
    return TODAY + timedelta(days=days)


def code(refused) -> str:
    return refused.value.refusal.code


def roles(person, system, path, day=TODAY):
    return access_of(person, day).roles(system, path, frozenset({"reviewer", "head"}))


def test_the_delegate_holds_what_the_delegator_holds_from_the_first_day_to_the_last(county, deputy):
    path = county.justice.path
    assert roles(deputy, "legality_review", path) == set()
    delegate(county.owner, county.owner, deputy, TODAY, later(2), "公出")
    assert roles(deputy, "legality_review", path) == {"reviewer", "head"}
    assert roles(deputy, "legality_review", path, later(2)) == {"reviewer", "head"}
    assert roles(deputy, "legality_review", path, later(3)) == set()
    assert roles(deputy, "legality_review", path, days_ago(1)) == set()
    own, other = access_of(deputy, TODAY).capacities
    assert (own.principal, other.principal) == (None, county.owner.pk)
    assert own.roles("legality_review", path, frozenset({"head"})) == set()
    assert (other.person, other.people) == (county.owner.pk, {county.owner.pk, deputy.pk})
    assert access_of(county.owner, TODAY).capacities == (access_of(county.owner, TODAY),)


def test_only_the_systems_named_are_delegated(county, deputy):
    delegate(
        county.owner, county.owner, deputy, TODAY, later(2), "公出", systems=["legality_review", "hotline_workorder"]
    )
    path = county.justice.path
    assert roles(deputy, "legality_review", path) == {"reviewer", "head"}
    assert roles(deputy, "administrative_reconsideration", path) == set()
    assert access_of(deputy, TODAY).systems() == {"people_mediation", "legality_review", "hotline_workorder"}


def test_a_duty_that_ends_meanwhile_is_delegated_no_longer(county, deputy):
    delegate(county.owner, county.owner, deputy, TODAY, later(9), "公出")
    Duty.objects.filter(officer=county.owner).update(valid_to=later(3))
    assert roles(deputy, "legality_review", county.justice.path, later(2))
    assert not roles(deputy, "legality_review", county.justice.path, later(3))
    Duty.objects.filter(officer=county.owner).update(valid_to=None)
    county.owner.is_active = False
    county.owner.save()
    assert not roles(deputy, "legality_review", county.justice.path)


def test_what_was_delegated_is_not_delegated_on(county, deputy):
    third = officer("third", "示例戊", county.justice, system="hotline_workorder", role="clerk")
    delegate(county.owner, county.owner, deputy, TODAY, later(5), "公出")
    with pytest.raises(Refused) as refused:
        delegate(deputy, deputy, third, TODAY, later(5), "休假", systems=["legality_review"])
    assert code(refused) == "not_held"
    delegate(deputy, deputy, third, TODAY, later(5), "休假")
    assert access_of(third, TODAY).systems() == {"hotline_workorder", "people_mediation"}
    assert not roles(third, "legality_review", county.justice.path)


def test_who_is_away_too_cannot_act_for_another(county, deputy):
    third = officer("third", "示例戊", county.justice)
    delegate(third, third, deputy, later(1), later(3), "休假")
    with pytest.raises(Refused) as refused:
        delegate(county.owner, county.owner, third, later(3), later(5), "公出")
    assert code(refused) == "away"
    assert delegate(county.owner, county.owner, third, later(4), later(5), "公出").delegate == third


@pytest.mark.parametrize(
    ("first", "last", "systems", "expected"),
    [
        (0, -1, (), "date_order"),
        (-1, 2, (), "past"),
        (6, 9, (), None),
        (3, 9, (), "overlap"),
        (3, 9, ("legality_review",), "overlap"),
    ],
)
def test_days_and_overlaps(county, deputy, first, last, systems, expected):
    delegate(county.owner, county.owner, deputy, TODAY, later(5), "公出")
    third = officer("third", "示例戊", county.justice)
    if expected is None:
        assert delegate(county.owner, county.owner, third, later(first), later(last), "公出", systems=systems).pk
        return
    with pytest.raises(Refused) as refused:
        delegate(county.owner, county.owner, third, later(first), later(last), "公出", systems=systems)
    assert code(refused) == expected
    assert Delegation.objects.count() == 1


def test_other_systems_may_go_to_somebody_else(county, deputy):
    third = officer("third", "示例戊", county.justice)
    delegate(county.owner, county.owner, deputy, TODAY, later(5), "公出", systems=["legality_review"])
    delegate(county.owner, county.owner, third, TODAY, later(5), "公出", systems=["hotline_workorder"])
    assert not roles(third, "administrative_reconsideration", county.justice.path) - roles(
        third, "hotline_workorder", county.justice.path
    )
    assert Delegation.objects.on(TODAY).count() == 2


def test_who_may_name_whom(county, deputy):
    """Oneself; an administrator of all the organs; never oneself for another, nobody without a duty near by."""
    administrator = officer("admin", "示例庚", county.government, system="orgs", role="administrator", whole_tree=True)
    for who, to, expected in (
        (county.colleague, deputy, "role"),
        (administrator, administrator, "own"),
        (county.owner, county.owner, "self"),
        (county.owner, county.stranger, "no_duty"),
        (county.owner, county.colleague, "no_duty"),
    ):
        with pytest.raises(Refused) as refused:
            delegate(who, county.owner, to, TODAY, later(2), "公出")
        assert code(refused) == expected, who.name
    assert set(candidates(county.owner, TODAY)) == {deputy, administrator}
    with pytest.raises(Refused) as refused:
        delegate(county.owner, county.owner, deputy, TODAY, later(2), "  ")
    assert code(refused) == "missing"
    made = delegate(administrator, county.owner, deputy, TODAY, later(2), "病假，由办公室登记")
    entry = AuditEntry.objects.get(action="orgs.delegate")
    assert (entry.officer, entry.subject) == (administrator, f"delegation:{made.pk}")
    assert entry.detail["delegate"] == deputy.pk
    assert "病假" not in str(entry.detail)


def test_ending_early_takes_the_access_back_at_once(county, deputy):
    made = delegate(county.owner, county.owner, deputy, TODAY, later(9), "公出")
    with pytest.raises(Refused) as refused:
        end_delegation(county.colleague, made.pk)
    assert code(refused) == "role"
    end_delegation(county.owner, made.pk)
    assert not roles(deputy, "legality_review", county.justice.path)
    with pytest.raises(Refused) as refused:
        end_delegation(county.owner, made.pk)
    assert code(refused) == "ended"
    assert AuditEntry.objects.get(action="orgs.end_delegation").officer == county.owner
    assert delegate(county.owner, county.owner, deputy, TODAY, later(9), "再次公出").pk != made.pk


def test_an_administrators_delegate_does_nothing_to_him_or_himself(county, deputy):
    """Nobody widens his own rights, neither through the one he acts for nor for that one."""
    administrator = officer("admin", "示例庚", county.justice, system="orgs", role="administrator", whole_tree=True)
    delegate(administrator, administrator, deputy, TODAY, later(9), "公出")
    for person in (deputy, administrator):
        with pytest.raises(Refused) as refused:
            appoint(deputy, person, county.justice, "legality_review", "reviewer", TODAY)
        assert code(refused) == "own"
        with pytest.raises(Refused) as refused:
            set_password(deputy, person, "a long new password")
        assert code(refused) == "own"
        with pytest.raises(Refused) as refused:
            end_duty(deputy, person.duties.first().pk, later(1))
        assert code(refused) == "own"
    set_active(deputy, county.owner, False)
    entry = AuditEntry.objects.get(action="orgs.deactivate")
    assert (entry.officer, entry.detail["for"]) == (deputy, administrator.pk)
    with pytest.raises(Refused) as refused:
        delegate(deputy, administrator, deputy, later(10), later(11), "继续代办")
    assert code(refused) == "own"


def test_access_with_a_delegation_is_one_query(county, deputy):
    delegate(county.owner, county.owner, deputy, TODAY, later(2), "公出", systems=["legality_review"])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        access_of(deputy, TODAY)
    assert len(queries) == 1


def test_one_that_was_ended_is_not_taken_up_again_unseen(county, deputy):
    made = delegate(county.owner, county.owner, deputy, TODAY, later(5), "公出")
    end_delegation(county.owner, made.pk)
    chain.seal()
    assert verify().findings == []
    with guards.away():
        Delegation.objects.filter(pk=made.pk).update(ended_at=None, ended_by=None)
    assert [(one.kind, one.table, one.row) for one in verify().findings] == [("untold", "orgs_delegation", made.pk)]
