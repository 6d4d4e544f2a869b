"""第一天导览: offered once, six steps on real pages, left and taken again at any time; with pictures for who has no case yet."""

import pytest
from django.urls import reverse

from tests.desk.county import officer, signed_in
from zhunsheng.desk.models import TourAnswer
from zhunsheng.desk.tour import steps
from zhunsheng.handbook.reading import picture_file

pytestmark = pytest.mark.once

ANSWER = "/help/tour/answer/"


def shown(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.context["tour"], response.content.decode()


def test_the_offer_comes_once(owner, county):
    assert "看导览" in owner.get("/").content.decode()
    answered = owner.post(ANSWER, {"take": "0"})
    assert answered["Location"] == "/"
    assert "看导览" not in owner.get("/").content.decode()
    assert TourAnswer.objects.get().officer == county.owner
    assert owner.post(ANSWER, {"take": "1"})["Location"] == "/?tour=1"
    assert "看导览" not in owner.get("/").content.decode()
    assert "看导览" in owner.get("/help/tour/").content.decode()


def test_who_holds_no_duty_is_offered_nothing(stranger):
    assert "看导览" not in stranger.get("/").content.decode()


def test_six_steps_lead_over_real_pages_and_back(owner, county):
    case = county.accepted()
    address, seen = "/?tour=1", []
    while address:
        tour, text = shown(owner, address)
        assert tour.is_here, address
        assert f'data-tour="{tour.step.target}"' in text, address
        assert tour.step.title.zh in text
        seen.append(address.partition("?")[0])
        if tour.back:
            assert shown(owner, tour.back)[0].number == tour.number - 1
        assert "tour=" not in tour.leave
        address = tour.onward
    assert seen == [
        "/", "/", f"/case/{case.pk}/", f"/case/{case.pk}/", f"/case/{case.pk}/act/assign_reviewer/",
        "/figure/legality_review.received/",
    ]  # fmt: skip
    case.refresh_from_db()
    assert case.sequence == 2  # nothing was done to it


def test_without_a_case_pictures_stand_in(owner):
    for number, step in enumerate(steps(), 1):
        tour, text = shown(owner, f"/?tour={number}")
        assert (tour.number, tour.is_here) == (number, number == 1)
        if number > 1:
            assert step.picture_address in text


@pytest.mark.parametrize("address", ["/?tour=0", "/?tour=7", "/?tour=x", "/?tour=1&case=999999", "/"])
def test_an_address_that_asks_for_no_step_shows_none_or_the_page(owner, address):
    tour, _text = shown(owner, address)
    assert tour is None or tour.number == 1


def test_a_case_of_others_is_not_shown(county, colleague):
    case = county.accepted()
    tour, text = shown(colleague, f"/?tour=2&case={case.pk}")
    assert case.number not in text
    assert f"/case/{case.pk}/" not in tour.onward


def test_every_step_has_its_picture_in_both_languages(db):
    names = [f"{step.picture}-{language}.png" for step in steps() for language in ("zh", "en")]
    assert [name for name in names if picture_file(name) is None] == []
    client = signed_in(officer("reader", "示例庚", None))
    response = client.get(reverse("desk:handbook-picture", args=[names[0]]))
    assert b"".join(response.streaming_content).startswith(b"\x89PNG")
    text = client.get("/help/tour/").content.decode()
    assert all(step.title.zh in text and step.picture_address in text for step in steps())


def test_who_only_administers_is_told_where_to_begin(county):
    keeper = signed_in(
        officer("keeper", "示例辛", county.government, system="orgs", role="administrator", whole_tree=True)
    )
    assert "管理员的第一天" in keeper.get("/").content.decode()


def test_who_handles_cases_is_not(owner):
    assert "管理员的第一天" not in owner.get("/").content.decode()
