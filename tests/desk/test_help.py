"""本页说明 and 帮助: pages offer their help, made of the declarations where it can be; the handbook opens in both languages.

That every page has a text is tested in ``tests/test_documentation.py``.
"""

import pytest
from django.test import Client
from django.urls import reverse

from tests.desk.county import SYSTEM, officer, signed_in
from zhunsheng.desk.help_texts import help_texts
from zhunsheng.handbook.reading import DOCS, INDEX, chapters
from zhunsheng.orgs.models import Duty

pytestmark = pytest.mark.once


@pytest.fixture
def everywhere(county):
    """Somebody with every role in the government and below, and an old duty to administer it besides."""
    person = officer("everywhere", "示例壬", county.government, whole_tree=True)
    Duty.objects.create(officer=person, organ=county.government, system="orgs", role="administrator", whole_tree=True)
    return signed_in(person)


def help_of(client, address, **headers):
    return client.get(reverse("desk:page-help"), {"of": address}, headers=headers)


# --- every page ------------------------------------------------------------------------------------------------------


def test_pages_offer_their_help_and_it_opens(county, everywhere):
    case = county.accepted()
    addresses = [
        "/", f"/case/{case.pk}/", f"/case/{case.pk}/act/assign_reviewer/", f"/cases/{SYSTEM}/", f"/cases/{SYSTEM}/new/submit/",
        "/figure/legality_review.received/", "/figures/checks/", "/reports/999901/2026/", "/calendar/", "/law/limits/",
        "/registers/power_list/", f"/organs/{county.justice.pk}/", "/people/add/", "/help/", f"/help/systems/{SYSTEM}/",
    ]  # fmt: skip
    for address in addresses:
        shown = everywhere.get(address)
        assert shown.status_code == 200, address
        assert shown.context["help_address"] in shown.content.decode().replace("&amp;", "&"), address
        told = help_of(everywhere, address)
        assert told.status_code == 200, address
        assert "</html>" in told.content.decode()
        part = help_of(everywhere, address, **{"HX-Request": "true"}).content.decode()
        assert "</html>" not in part
        assert "全部帮助" in part


def test_the_sign_in_page_has_its_help(db):
    assert help_texts()["sign-in"].lines[0].zh in Client().get("/sign-in/").content.decode()


# --- what declarations say -------------------------------------------------------------------------------------------


def text_of(client, address):
    return help_of(client, address).content.decode()


def test_a_list_tells_its_system(owner):
    text = text_of(owner, "/cases/administrative_reconsideration/")
    for words in (
        "主要依据：中华人民共和国行政复议法",
        "立案人员",
        "收到申请〔行政复议法第二十二条、第三十条〕",
        "行政复议意见书",
    ):
        assert words in text, words
    assert "受理审查（通知补正）：5个工作日〔行政复议法（2023）第三十条第一款、第八十八条〕" in text
    assert reverse("desk:guide", args=["administrative_reconsideration"]) in text


def test_a_case_tells_where_it_stands_and_what_each_step_does(county, owner):
    case = county.accepted(kind="normative_document")
    text = text_of(owner, f"/case/{case.pk}/")
    assert "状态是「待分办」" in text
    assert "规范性文件合法性审核：" in text
    assert "确定承办人〔通行做法：由审查部门负责人确定承办人〕办理后：审查中" in text
    assert "出具合法性审查意见〔" not in text.split("现在可以办的环节")[1].split("<p")[0]
    english = text_of_in_english(owner, f"/case/{case.pk}/")
    assert "Steps you may take now" in english


def text_of_in_english(client, address):
    client.post("/language/setlang/", {"language": "en"})
    return text_of(client, address)


def test_a_list_of_entries_tells_its_key_fields_and_who_approves(owner):
    text = text_of(owner, "/registers/power_list/")
    assert "必填：事项编码、事项名称、权力类型、实施依据、实施主体" in text
    assert "由部门清单管理员拟订变更，机构编制部门审核人员、司法行政部门审核人员、本级人民政府审定。" in text
    assert "与上级清单比对：事项名称、权力类型、实施依据" in text


def test_a_figure_tells_which_steps_post_to_it(owner):
    text = text_of(owner, "/figure/administrative_reconsideration.received/")
    assert "「收到申请」、「收到转送的申请」办理时各计 1" in text
    assert "期初待受理审查 ＋ 收到行政复议申请 ＝" in text


def test_help_of_a_case_is_for_those_who_may_see_it(county, owner, colleague, stranger):
    case = county.accepted()
    assert help_of(owner, f"/case/{case.pk}/").status_code == 200
    assert [help_of(who, f"/case/{case.pk}/").status_code for who in (colleague, stranger)] == [404, 404]
    assert Client().get(reverse("desk:page-help"), {"of": "/"}).status_code == 302


@pytest.mark.parametrize("address", ["", "/nothing/", "/sign-out/", "https://elsewhere.example/", "/cases/nothing/"])
def test_what_is_no_page_has_no_help(owner, address):
    assert help_of(owner, address).status_code == 404


# --- the handbook ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_the_handbook_opens(owner, language):
    """What the program writes of itself is built alike in both languages."""
    if language == "en":
        owner.post("/language/setlang/", {"language": "en"})
    pages = chapters(language).items()
    assert len(pages) > 200
    for path, title in pages:
        if language == "en" and path.startswith("reference/systems/"):
            continue
        response = owner.get(reverse("desk:handbook", args=[path]))
        assert response.status_code == 200, path
        assert response.context["chapter"].title == title
    assert owner.get(reverse("desk:help")).status_code == 200


def test_links_and_tables_of_the_handbook_are_led_to_its_pages(owner):
    text = owner.get(reverse("desk:handbook", args=[INDEX])).content.decode()
    assert f'href="{reverse("desk:handbook", args=["how-to/close-a-month"])}"' in text
    assert ".md" not in text
    assert "<table" in owner.get(reverse("desk:handbook", args=["reference/environment"])).content.decode()


def test_nothing_but_the_handbook_is_read(owner):
    assert (DOCS / "zh").is_dir()
    for path in ("../../README", "nothing", "tutorial", "explanation/../../../pyproject"):
        assert owner.get(f"/help/handbook/{path}/").status_code == 404, path
    for name in ("README.md", "..%2F..%2Fpyproject.toml", "nothing.png"):
        assert owner.get(f"/help/pictures/{name}").status_code == 404, name
