"""The pages of delegation: naming and ending from the browser, who sees what, and what 待办 says of it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.desk.county import SYSTEM, days_ago, officer, signed_in
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Event
from zhunsheng.orgs.delegating import delegate
from zhunsheng.orgs.models import Delegation

pytestmark = pytest.mark.once

TODAY = days_ago(0)
LIST = "/delegations/"


@pytest.fixture
def deputy(county):
    return officer("deputy", "示例丁", county.justice, system="people_mediation", role="mediator")


def form(person):
    return reverse("desk:delegate", args=[person.pk])


def values(to, days=3, **more):
    return {"to": to.pk, "first_day": TODAY, "last_day": TODAY + timedelta(days=days), "reason": "公出", **more}


def test_an_officer_names_who_acts_and_takes_it_back(county, owner, deputy):
    page = owner.get(form(county.owner))
    assert [key for key, _name in page.context["form"].fields["to"].choices] == ["", str(deputy.pk)]
    page = owner.post(form(county.owner), values(deputy, systems=[SYSTEM]), follow=True)
    assert page.redirect_chain[-1][0] == LIST
    (line,) = page.context["lines"]
    assert (line.light.words, line.systems, line.reason, line.may_end) == ("代办中", "合法性审查", "公出", True)
    owner.post(reverse("desk:end-delegation", args=[line.row.pk]))
    (line,) = owner.get(LIST).context["lines"]
    assert (line.light.words, line.may_end) == ("已提前结束", False)


def test_what_is_wrong_is_said_at_its_field(county, owner, deputy):
    page = owner.post(form(county.owner), values(deputy, days=-1))
    assert page.status_code == 422
    assert "早于起始日期" in page.context["form"].errors["last_day"][0]
    assert not Delegation.objects.exists()
    text = page.content.decode()
    heard = {name for names in re.findall(r'aria-describedby="([^"]+)"', text) for name in names.split()}
    assert {"id_last_day_helptext", "id_last_day_error", "id_systems_helptext"} <= heard
    assert heard <= set(re.findall(r' id="([^"]+)"', text))


def test_an_administrator_names_for_others_and_others_do_not(county, owner, colleague, deputy):
    administrator = officer("admin", "示例庚", county.government, system="orgs", role="administrator", whole_tree=True)
    desk = signed_in(administrator)
    assert desk.post(form(county.owner), values(deputy)).status_code == 302
    assert Delegation.objects.get().named_by == administrator
    assert colleague.get(form(county.owner)).status_code == 404
    assert signed_in(deputy).get(form(county.owner)).status_code == 404
    assert signed_in(deputy).post(form(county.owner), values(deputy)).status_code == 404
    assert colleague.get(LIST).context["lines"] == []
    made = Delegation.objects.get()
    assert colleague.post(reverse("desk:end-delegation", args=[made.pk])).status_code == 404
    signed_in(deputy).post(reverse("desk:end-delegation", args=[made.pk]))
    assert Delegation.objects.get().ended_at is None


def test_the_reason_is_for_those_whom_it_concerns(county, owner, deputy):
    officer("third", "示例戊", county.justice, system=SYSTEM, role="reviewer")
    delegate(county.owner, county.owner, deputy, TODAY, TODAY, "住院")
    third = signed_in(county.owner.__class__.objects.get(username="third"))
    (line,) = third.get(LIST).context["lines"]
    assert (line.reason, line.may_end) == ("", False)
    assert "住院" not in third.get(LIST).content.decode()
    assert "住院" in signed_in(deputy).get(LIST).content.decode()


def test_to_do_shows_what_is_done_for_others(county, owner, deputy):
    case = county.accepted()
    desk = signed_in(deputy)
    assert desk.get("/").context["counts"]["open"] == 0
    delegate(county.owner, county.owner, deputy, TODAY, TODAY + timedelta(days=2), "公出", systems=[SYSTEM])
    page = desk.get("/")
    assert page.context["counts"]["delegated"] == 1
    assert ("delegated", "代办的", 1) in [(key, str(name), count) for key, name, count in page.context["tabs"]]
    text = page.content.decode()
    assert "您正在代示例甲办理（合法性审查）" in text
    ((row, marks),) = desk.get("/", {"show": "delegated"}).context["rows"]
    assert (row.case.pk, [light.words for light in marks]) == (case.pk, ["代示例甲"])
    assert "您的事由示例丁代办" in owner.get("/").content.decode()
    assert "代办的" not in owner.get("/").content.decode()
    desk.post(f"/case/{case.pk}/act/assign_reviewer/", {"on": TODAY, "value_reviewer_name": "示例戊"})
    assert Event.objects.get(action="assign_reviewer").on_behalf_of == county.owner
    assert "示例丁（代示例甲）" in desk.get(f"/case/{case.pk}/").content.decode()


def test_each_tab_holds_what_its_name_says(county, owner, deputy):
    """Ours, below, asked: nothing of others in the first, nothing of ours in the others; those asked sort by their day."""
    ours = county.accepted(matter="《本局》")
    soon, late = (
        county.accepted(matter="《急》", organ=county.housing),
        county.accepted(matter="《缓》", organ=county.housing),
    )
    for case, days in ((late, 9), (soon, 2)):
        due = (TODAY + timedelta(days=days)).isoformat()
        perform(case.pk, "office.assign", on=TODAY, values={"to": str(county.justice.pk), "text": "请协助", "due": due})
    government = signed_in(officer("government", "示例己", county.government, whole_tree=True))

    def shown(client, **query):
        return [row.case.title for row, _marks in client.get("/", query).context["rows"]]

    assert shown(owner, show="ours") == [ours.title]
    assert shown(owner, show="asked") == ["《急》", "《缓》"]
    assert shown(government, show="ours") == []
    assert set(shown(government, show="below")) == {"《本局》", "《急》", "《缓》"}
    assert shown(owner, show="ours", due="overdue") == []
    text = owner.get("/").content.decode()
    assert '您单位有 <a href="?show=ours">1</a> 件未办结' in text
    assert '交办、会签给您单位的有 <a href="?show=asked">2</a> 件没有答复' in text
    assert '下级单位有 <a href="?show=below">3</a> 件' in government.get("/").content.decode()


def test_the_list_asks_a_fixed_number_of_queries(county, owner, deputy, django_assert_max_num_queries):
    delegate(county.owner, county.owner, deputy, TODAY, TODAY, "公出", systems=[SYSTEM])
    with django_assert_max_num_queries(20) as few:
        owner.get(LIST)
    most = len(few.captured_queries)
    for days in range(1, 6):
        day = TODAY + timedelta(days=days)
        delegate(county.owner, county.owner, deputy, day, day, "公出", systems=[SYSTEM])
    with django_assert_max_num_queries(most):
        assert len(owner.get(LIST).context["lines"]) == 6
