"""Who else has a case open: told to those who may see it, forgotten when they leave, and no reason to stay signed in."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.desk.county import days_ago, signed_in
from zhunsheng.cases.actions import perform
from zhunsheng.desk import background, presence
from zhunsheng.desk.models import Presence
from zhunsheng.orgs.models import Duty


@pytest.fixture
def other(county):
    Duty.objects.create(officer=county.colleague, organ=county.justice)
    return signed_in(county.colleague)


def ask(client, case, **values):
    return client.post(reverse("desk:presence", args=[case.pk]), {"seen": case.sequence, **values})


def test_each_is_told_of_the_other_and_of_what_he_is_filling_in(county, owner, other):
    case = county.accepted()
    assert ask(owner, case).context["others"] == []
    assert ask(other, case, acting="assign_reviewer").context["others"] == [("示例甲", "")]
    page = ask(owner, case)
    assert page.context["others"] == [("示例乙", "确定承办人")]
    assert "示例乙正在办理“确定承办人”" in page.content.decode()
    ask(other, case, acting="no_such_action")
    assert ask(owner, case).context["others"] == [("示例乙", "")]
    assert Presence.objects.count() == 2


def test_who_has_left_is_forgotten(county, owner, other):
    case = county.accepted()
    ask(other, case)
    Presence.objects.update(seen_at=timezone.now() - presence.GONE - timedelta(seconds=1))
    assert ask(owner, case).context["others"] == []
    Presence.objects.update(seen_at=timezone.now() - timedelta(days=2))
    background.forget_old_files()
    assert not Presence.objects.exists()


def test_what_is_new_is_told_with_who_and_what(county, owner, other):
    case = county.accepted()
    seen = case.sequence
    perform(case.pk, "assign_reviewer", on=days_ago(0), officer=county.colleague, values={"reviewer_name": "示例戊"})
    page = owner.post(reverse("desk:presence", args=[case.pk]), {"seen": seen, "acting": "assign_reviewer"})
    (line,) = page.context["newer"]
    assert (line.name, [field.text for field in line.fields]) == ("确定承办人", ["示例戊"])
    text = page.content.decode()
    assert "示例乙" in text
    assert "保留为草稿" in text
    assert ask(owner, case.__class__.objects.get()).context["newer"] == []


def test_only_who_may_see_the_case_is_told_or_noted(county, colleague, stranger, client):
    case = county.accepted()
    for somebody in (colleague, stranger):
        assert ask(somebody, case).status_code == 404
    assert client.post(reverse("desk:presence", args=[case.pk])).status_code == 302
    assert not Presence.objects.exists()


def test_asking_again_soon_writes_nothing(county, owner, other, django_assert_max_num_queries):
    case = county.accepted()
    ask(owner, case)
    ask(other, case)
    before = Presence.objects.get(officer=county.owner).seen_at
    ask(owner, case)
    assert Presence.objects.get(officer=county.owner).seen_at == before
    ask(owner, case, acting="accept")
    assert Presence.objects.get(officer=county.owner).seen_at > before


def test_a_page_that_asks_by_itself_keeps_no_session_alive(county, owner):
    case = county.accepted()
    assert 'hx-headers=\'{"X-Unattended": "1"}\'' in owner.get(f"/case/{case.pk}/").content.decode()
