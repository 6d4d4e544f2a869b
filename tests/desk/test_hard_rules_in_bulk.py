"""The hard rules through the other doors: one step for many cases at once, and a person who is only named."""

from datetime import date

import pytest
from django.urls import reverse

from tests.cases.place import APPLICATION, RECONSIDERATION, make_place
from tests.desk.county import signed_in
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.orgs.models import Duty, Officer
from zhunsheng.orgs.refusals import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DAY = date(2026, 3, 4)
WORDS = "立案人员不得审理自己受理的案件"


@pytest.fixture
def place():
    return make_place()


def accepted(place):
    case = open_case(RECONSIDERATION, "file", organ=place.government, on=DAY, values=APPLICATION | {"channel": "post"})
    return perform(case.pk, "accept", on=DAY, officer=place.head, values={"track": "ordinary"})


def assigned(*officers):
    return {"officers": list(officers), "panel_size": 2, "major": False, "technical": False}


def test_whoever_accepted_a_case_is_not_put_down_among_those_who_try_it(place):
    case = accepted(place)
    other = Officer.objects.create_officer("other", None, name="示例乙")
    Duty.objects.create(officer=other, organ=place.government, whole_tree=True)
    for named in (["示例head", "示例丙"], ["示例丙、示例head"]):
        with pytest.raises(Refused, match=WORDS) as refused:
            perform(case.pk, "assign_officers", on=DAY, officer=other, values=assigned(*named))
        assert refused.value.refusal.field == "officers", "said where the name was put down"
    assert "officers" in perform(case.pk, "assign_officers", on=DAY, officer=other, values=assigned("示例乙", "示例丙")).fields  # fmt: skip


def test_many_cases_at_once_are_refused_like_one(place):
    cases = [accepted(place), accepted(place)]
    sent = {
        "cases": " ".join(f"{case.pk}:{case.sequence}" for case in cases), "action": "assign_officers", "on": DAY.isoformat(),
        "value_officers": "示例乙\n示例丙", "value_panel_size": "2", "value_major": "false", "value_technical": "false",
    }  # fmt: skip
    address = reverse("desk:bulk", args=[RECONSIDERATION])
    browser = signed_in(place.head)
    for step in ("preview", "run"):
        assert browser.post(address, sent | {"step": step}).content.decode().count(WORDS) == 2
    for case in cases:
        case.refresh_from_db()
        assert "officers" not in case.fields
