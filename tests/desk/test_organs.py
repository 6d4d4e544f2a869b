"""The pages of organs and reforms: who sees what, the tree on any day, a reform shown before it is carried out."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.desk.county import SYSTEM, days_ago, officer, signed_in
from zhunsheng.cases.models import Case
from zhunsheng.orgs.models import Organ, OrganKind, Reform
from zhunsheng.orgs.reforming import NewOrgan, Plan, carry_out

pytestmark = pytest.mark.once


@pytest.fixture
def administrator(county):
    return officer("administrator", "示例庚", county.government, system="orgs", role="administrator", whole_tree=True)


@pytest.fixture
def desk(administrator):
    return signed_in(administrator)


def reform_address(organ, kind="merge"):
    return reverse("desk:reform-organ", args=[organ.pk, kind])


def merger(county, **changes):
    return {
        "on": days_ago(2).isoformat(), "others": [county.justice.pk], "target": "", "name": "示例县综合局",
        "short_name": "", "mark": "示综", "name_en": "", "kind": "department", "parent": county.government.pk,
        "document": "示委〔2026〕1号", "reason": "机构改革方案",
    } | changes  # fmt: skip


def test_the_tree_is_that_of_the_day(county, administrator, desk):
    carry_out(Plan("rename", days_ago(2), (county.housing,), new=NewOrgan("示例县城乡建设局")), administrator,
              reason="更名", document="示委〔2026〕2号")  # fmt: skip
    now = desk.get("/organs/").content.decode()
    assert "示例县城乡建设局" in now
    assert "示例县住房和城乡建设局" not in now
    before = desk.get("/organs/", {"day": days_ago(3).isoformat()}).content.decode()
    assert "示例县住房和城乡建设局" in before
    assert "示例县城乡建设局" not in before
    organ = desk.get(reverse("desk:organ", args=[county.housing.pk])).content.decode()
    assert "示例县住房和城乡建设局" in organ


def test_a_wrong_day_is_said_and_today_is_shown(county, owner):
    page = owner.get("/organs/", {"day": "2026-13-01"})
    assert page.status_code == 200
    assert page.context["wrong"]


def test_colleagues_see_organs_but_not_the_people_or_cases_of_others(county, owner, colleague):
    case = county.review()
    own = owner.get(reverse("desk:organ", args=[county.justice.pk]))
    assert "示例甲" in own.content.decode()
    assert [count for _, _, count in own.context["open_cases"]] == [1]
    other = colleague.get(reverse("desk:organ", args=[county.justice.pk]))
    assert other.context["held"] == []
    assert other.context["open_cases"] == []
    assert case.number not in other.content.decode()


@pytest.mark.parametrize("address", ["/organs/", "/reforms/", "/people/", "/posts/"])
def test_without_duty_or_sign_in_there_is_nothing(county, stranger, address):
    assert stranger.get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_only_an_administrator_gets_the_forms(county, colleague, desk):
    restricted = [
        reform_address(county.justice), reverse("desk:add-organ", args=[county.justice.pk]),
        reverse("desk:add-organ", args=[county.government.pk]),
    ]  # fmt: skip
    assert [colleague.get(a).status_code for a in restricted] == [404, 404, 404]
    assert [desk.get(a).status_code for a in restricted] == [200, 200, 200]
    assert colleague.post(reform_address(county.justice), {**merger(county), "step": "confirm"}).status_code == 404
    assert not Reform.objects.exists()


def test_a_merger_is_shown_before_it_is_carried_out(county, desk):
    case = county.accepted()
    address = reform_address(county.housing)
    shown = desk.post(address, merger(county))
    lines = {line.what.zh: line.count for line in shown.context["lines"]}
    assert lines == {"任职": 2, "在办：合法性审查": 1}
    assert not Reform.objects.exists()
    done = desk.post(address, {**merger(county), "step": "confirm"})
    reform = Reform.objects.get()
    assert done["Location"] == reverse("desk:reform", args=[reform.pk])
    target = Organ.objects.get(name="示例县综合局")
    assert Case.objects.get(pk=case.pk).organ == target
    page = desk.get(done["Location"]).content.decode()
    assert "示例县住房和城乡建设局" in page
    assert "示委〔2026〕1号" in desk.get("/reforms/").content.decode()
    old = desk.get(reverse("desk:organ", args=[county.housing.pk])).content.decode()
    assert f"已于 {days_ago(2)} 撤销" in old
    assert desk.get(address).status_code == 404


def test_a_reform_says_what_each_organ_was_and_became_then(county, administrator, desk):
    """Also when the organ has changed again since."""
    move = Plan("move", days_ago(3), (county.housing,), parent=county.justice)
    moved = carry_out(move, administrator, reason="调整隶属", document="示委〔2026〕3号")
    again = Plan("rename", days_ago(2), (county.housing,), new=NewOrgan("示例县城乡建设局"))
    carry_out(again, administrator, reason="更名", document="示委〔2026〕4号")
    page = desk.get(reverse("desk:reform", args=[moved.pk])).content.decode()
    told = re.sub(r"<[^>]*>", "", page[page.index("变更前") :])
    assert "示例县住房和城乡建设局（示例县人民政府）　→　示例县住房和城乡建设局（示例县司法局）" in told


def test_the_officers_find_their_cases_with_the_successor(county, owner, desk):
    case = county.accepted()
    desk.post(reform_address(county.housing), {**merger(county), "step": "confirm"})
    listed = owner.get(reverse("desk:cases", args=[SYSTEM]))
    assert case.number in listed.content.decode()
    assert "示例县综合局" in owner.get(reverse("desk:case", args=[case.pk])).content.decode()
    assert owner.get(reverse("desk:act", args=[case.pk, "assign_reviewer"])).status_code == 200


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(county, desk):
    page = desk.post(reform_address(county.housing), merger(county, name="", reason="保留的事由"))
    assert page.status_code == 422
    assert "承接单位二选一" in str(page.context["form"].errors["target"])
    assert "保留的事由" in page.content.decode()


def test_changing_leads_back_to_the_form(county, desk):
    page = desk.post(reform_address(county.housing), {**merger(county), "step": "change"})
    assert "示例县综合局" in page.content.decode()
    assert page.context["form"]["document"].value() == "示委〔2026〕1号"


@pytest.mark.parametrize("kind", ["merge", "split", "rename", "move", "abolish"])
def test_every_kind_has_its_form_in_both_languages(county, desk, kind):
    assert desk.get(reform_address(county.housing, kind)).status_code == 200
    desk.cookies["django_language"] = "en"
    assert desk.get(reform_address(county.housing, kind)).status_code == 200


def test_an_organ_is_set_up_from_the_page_of_its_superior(county, desk):
    values = {"name": "示例县林业局", "kind": "department", "on": days_ago(1).isoformat(), "mark": "示林"}
    done = desk.post(reverse("desk:add-organ", args=[county.government.pk]), values)
    assert done["Location"] == reverse("desk:organ", args=[Organ.objects.get(name="示例县林业局").pk])


def test_queries_do_not_grow_with_organs(county, desk, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    desk.get("/organs/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        desk.get("/organs/")
    for number in range(30):
        Organ.objects.create(region=county.region, name=f"示例单位{number}", parent=county.housing,
                             kind=OrganKind.INNER_BODY)  # fmt: skip
    with django_assert_num_queries(len(few)):
        desk.get("/organs/")
