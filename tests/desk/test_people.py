"""The pages of people: who is seen, appointing and ending, passwords, who holds which role."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.desk.county import PASSWORD, SYSTEM, days_ago, officer, signed_in
from zhunsheng.orgs.models import Duty, Officer

pytestmark = pytest.mark.once


@pytest.fixture
def administrator(county):
    return officer("administrator", "示例庚", county.government, system="orgs", role="administrator", whole_tree=True)


@pytest.fixture
def desk(administrator):
    return signed_in(administrator)


def page_of(person):
    return reverse("desk:officer", args=[person.pk])


def test_people_are_those_of_the_organs_in_reach(county, owner, desk):
    assert [person.name for person, _ in owner.get("/people/").context["rows"]] == ["示例甲"]
    assert len(desk.get("/people/").context["rows"]) == 3
    assert [person.name for person, _ in desk.get("/people/", {"q": "乙"}).context["rows"]] == ["示例乙"]


def test_others_do_not_exist_but_oneself_does(county, owner, stranger):
    assert owner.get(page_of(county.colleague)).status_code == 404
    assert stranger.get(page_of(county.owner)).status_code == 404
    assert stranger.get(page_of(county.stranger)).status_code == 200


def test_appointing_and_ending_from_the_page(county, desk):
    values = {"organ": county.housing.pk, "post": f"{SYSTEM}:*", "on": days_ago(3).isoformat(), "title": "科员"}
    assert desk.post(reverse("desk:appoint", args=[county.owner.pk]), values)["Location"] == page_of(county.owner)
    duty = Duty.objects.get(officer=county.owner, organ=county.housing)
    assert (duty.system, duty.role, duty.valid_from) == (SYSTEM, "*", days_ago(3))
    assert "科员" in desk.get(page_of(county.owner)).content.decode()
    desk.post(reverse("desk:end-duty", args=[duty.pk]), {"on": days_ago(0).isoformat()})
    duty.refresh_from_db()
    assert duty.valid_to == days_ago(0)
    again = desk.post(reverse("desk:end-duty", args=[duty.pk]), {"on": days_ago(0).isoformat()})
    assert again.status_code == 422


def test_a_colleague_gets_no_form_of_anothers_organ(county, colleague):
    """Of one's own organ everybody with every role is administrator; of another organ one is not."""
    duty = Duty.objects.get(officer=county.owner)
    pages = [("appoint", county.owner.pk), ("set-password", county.owner.pk), ("end-duty", duty.pk)]
    assert [colleague.get(reverse(f"desk:{name}", args=[pk])).status_code for name, pk in pages] == [404] * 3
    assert colleague.post(reverse("desk:set-active", args=[county.owner.pk]), {"active": "0"}).status_code == 404
    assert Officer.objects.get(pk=county.owner.pk).is_active


def test_a_new_officer_first_changes_the_password(county, desk):
    values = {
        "username": "xinren", "name": "示例辛", "password": "a first horse 41", "organ": county.housing.pk,
        "post": f"{SYSTEM}:*", "on": days_ago(0).isoformat(), "title": "",
    }  # fmt: skip
    assert desk.post("/people/add/", {**values, "password": "short"}).status_code == 422
    assert desk.post("/people/add/", values).status_code == 302
    person = Client()
    person.post("/sign-in/", {"username": "xinren", "password": "a first horse 41"})
    assert person.get("/")["Location"] == "/people/password/"
    wrong = {"old": "not this one", "password": PASSWORD, "again": PASSWORD}
    assert person.post("/people/password/", wrong).status_code == 422
    assert person.post("/people/password/", {**wrong, "old": "a first horse 41"})["Location"] == "/"
    assert person.get("/").status_code == 200
    assert Officer.objects.get(username="xinren").check_password(PASSWORD)


def test_deactivating_shuts_out_and_activating_lets_in_again(county, desk):
    address = reverse("desk:set-active", args=[county.colleague.pk])
    desk.post(address, {"active": "0"})
    sign_in = {"username": "colleague", "password": PASSWORD}
    assert Client().post("/sign-in/", sign_in).status_code == 200
    assert "已停用" in desk.get("/people/").content.decode()
    desk.post(address, {"active": "1"})
    assert Client().post("/sign-in/", sign_in).status_code == 302


def test_who_holds_a_role_on_a_day(county, desk):
    Duty.objects.create(officer=county.stranger, organ=county.housing, system=SYSTEM, role="*", valid_from=days_ago(5),
                        valid_to=days_ago(1))  # fmt: skip
    then = desk.get("/posts/", {"system": SYSTEM, "day": days_ago(2).isoformat()})
    assert county.stranger in [duty.officer for duty in then.context["everywhere"]]
    now = desk.get("/posts/", {"system": SYSTEM})
    assert county.stranger not in [duty.officer for duty in now.context["everywhere"]]
    assert now.context["rows"]


def test_queries_do_not_grow_with_people(county, desk, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for address in ("/people/", f"/posts/?system={SYSTEM}"):
        desk.get(address)
        with CaptureQueriesContext(connection) as few:
            desk.get(address)
        for number in range(20):
            officer(f"o{len(address)}{number}", "示例", county.housing)
        with django_assert_num_queries(len(few)):
            desk.get(address)
