"""The search of the desk: what an officer finds, what nobody finds who may not see it, what is masked, how it is shown."""

from datetime import date

import pytest
from django.urls import reverse

from tests.desk.county import SYSTEM, days_ago, officer, signed_in
from tests.orgs.duties import only_in
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case
from zhunsheng.orgs.models import Duty, Organ
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.search.asking import MOST, kinds
from zhunsheng.search.indexing import take_in
from zhunsheng.security.models import AuditEntry

ADDRESS = "/search/"
RECONSIDERATION = "administrative_reconsideration"


def found(client, typed, **query):
    """Kind → the titles of what is found."""
    page = client.get(ADDRESS, {"q": typed, **query})
    assert page.status_code == 200
    return {group.kind.key: [plain(line.title) for line in group.lines] for group in page.context["shown"]}


def plain(marked):
    return marked.replace("<mark>", "").replace("</mark>", "")


@pytest.fixture
def dispute(county):
    return county.dispute()


@pytest.mark.parametrize("is_indexed", [False, True])
def test_a_case_by_its_number_its_title_and_one_character(county, owner, is_indexed):
    case = county.review(matter="《示例道路开挖协议》")
    county.review(matter="《示例绿化协议》")
    if is_indexed:
        take_in()
    year = days_ago(0).year
    for typed in (
        case.number,
        f"{year}-1",
        f"[{year}]1号",
        f"{year}年第1号",
        "道路",
        "道 开挖",
        "挖",
        "示例 路开",
        "開挖",
    ):
        assert found(owner, typed) == {"case": [f"{case.number}　《示例道路开挖协议》"]}, typed
    assert len(found(owner, "协议")["case"]) == 2


def test_what_was_asked_is_marked_and_each_line_leads_to_its_page(county, owner):
    case = county.review(matter="<b>示例</b>道路协议")
    page = owner.get(ADDRESS, {"q": "道路"})
    text = page.content.decode()
    assert "&lt;b&gt;示例&lt;/b&gt;<mark>道路</mark>协议" in text
    assert f'href="{reverse("desk:case", args=[case.pk])}"' in text
    assert "“道路”共找到 1 条" in text


def test_papers_entries_organs_people_systems_figures_and_law(county, owner):
    case = county.review()
    perform(case.pk, "return_unreviewed", on=case.opened_on, values={"return_reason": "材料不齐"})
    values = {
        "name": "示例处罚事项",
        "power_type": "penalty",
        "basis": "建筑法第六十四条",
        "implementing_organ": "示例县司法局",
    }
    apply_entry_change("power_list", county.justice, "add", "A-1", values, days_ago(3))
    assert found(owner, "例处罚事项") == {"entry": ["A-1　示例处罚事项"]}
    assert found(owner, "示例县司法局")["organ"] == ["示例县司法局"]
    assert found(owner, "sfj")["organ"] == ["示例县司法局"]
    assert found(owner, "示例甲") == {"officer": ["示例甲"]}
    for typed in ("合法性审查", "hfxsc"):  # its own name before those it is part of
        systems = found(owner, typed)["system"]
        assert systems[0] == "合法性审查"
        assert all("合法性审查" in name for name in systems)
    assert "收到合法性审查事项" in found(owner, "hfxsc", kind="figure")["figure"]
    assert "中华人民共和国行政复议法" in found(owner, "行政復議法")["statute"]
    assert "limit" in found(owner, "复议 申请期限")


def test_every_page_of_what_is_found_opens(county, owner, dispute):
    perform(dispute.pk, "accept", on=days_ago(0), values={"track": "ordinary"})
    values = {
        "name": "示例处罚事项",
        "power_type": "penalty",
        "basis": "建筑法第六十四条",
        "implementing_organ": "示例县司法局",
    }
    apply_entry_change("power_list", county.justice, "add", "A-1", values, days_ago(3))
    Duty.objects.create(officer=county.owner, organ=county.justice, system="orgs", role="administrator")
    opened = set()
    for typed in ("示例", "复议", "限期", "受理通知书"):
        page = owner.get(ADDRESS, {"q": typed})
        for group in page.context["shown"]:
            opened.add(group.kind.key)
            for line in group.lines:
                assert owner.get(line.address).status_code == 200, line.address
    assert opened == set(kinds())


def test_an_organ_is_found_by_the_name_it_had(county, owner):
    from zhunsheng.orgs.reforming import NewOrgan, Plan, carry_out

    keeper = officer("keeper", "示例管理员", county.government, system="orgs", role="administrator", whole_tree=True)
    plan = Plan("rename", days_ago(1), (county.housing,), new=NewOrgan("示例县城乡建设局", mark="示建"))
    carry_out(plan, keeper, reason="机构改革", document="示委〔2026〕1号")
    assert found(owner, "住房和城乡")["organ"] == ["示例县城乡建设局"]
    assert "曾用名：示例县<mark>住房和城乡</mark>建设局" in owner.get(ADDRESS, {"q": "住房和城乡"}).content.decode()


# --- who finds what --------------------------------------------------------------------------------------------------


def test_another_organ_finds_nothing_of_ours(county, dispute, colleague):
    case = county.review(matter="《示例道路开挖协议》")
    for typed in ("道路开挖", case.number, "限期拆除", dispute.number, f"{days_ago(0).year}-1"):
        assert found(colleague, typed) == {}, typed
        assert case.number not in colleague.get("/search/suggest/", {"q": typed}).content.decode()


def test_somebody_without_duties_finds_the_law_and_nothing_else(county, dispute, stranger):
    county.review(matter="《示例道路开挖协议》")
    for typed in ("示例", "道路", "司法局", "示例甲", "合法性审查", "sfj"):
        assert set(found(stranger, typed)) <= {"statute", "limit"}, typed
    assert found(stranger, "行政复议法")["statute"] != []
    posted = stranger.post("/search/party/", {"q": "示例丁"})
    assert posted.context["shown"] == []
    assert "desk:search-party" not in posted.content.decode()


def test_not_signed_in_is_asked_to_sign_in(client, county):
    for address in (ADDRESS, "/search/suggest/?q=示例"):
        assert client.get(address)["Location"].startswith("/sign-in/")


def test_a_duty_in_one_system_finds_no_other(county, dispute, owner):
    case = county.review(matter="《示例限期拆除协议》")
    only_in(county.owner, SYSTEM)
    for _ in range(2):
        assert found(owner, "限期拆除") == {"case": [f"{case.number}　《示例限期拆除协议》"]}
        take_in()
    assert "system" not in found(owner, "人民调解")


def test_people_of_other_organs_are_not_found(county, owner):
    assert "officer" not in found(owner, "示例乙")
    assert "officer" not in found(owner, "示例丙")


def test_an_ended_duty_ends_the_finding(county, owner):
    county.review(matter="《示例道路开挖协议》")
    Duty.objects.filter(officer=county.owner).update(valid_to=days_ago(0))
    assert found(owner, "道路开挖") == {}


def test_what_is_asked_of_an_organ_is_found_there(county, colleague):
    case = county.accepted(matter="《示例道路开挖协议》")
    perform(case.pk, "office.assign", on=days_ago(0), officer=county.owner,
            values={"to": str(county.housing.pk), "text": "请提出意见"})  # fmt: skip
    assert list(found(colleague, "道路开挖")) == ["case"]


# --- masking ---------------------------------------------------------------------------------------------------------


def test_a_masked_name_is_neither_found_nor_shown(dispute, owner):
    for _ in range(2):
        for typed in ("示例丁", "例丁", "丁", "slzd", "13800001234", "138"):
            assert "case" not in found(owner, typed), typed
        shown = owner.get(ADDRESS, {"q": "拆除"}).content.decode()
        assert ("示某某不服" in shown, "示例丁" in shown) == (True, False)
        assert len(found(owner, "示某某")["case"]) == 1
        take_in()


def test_a_person_is_found_by_the_whole_name_and_that_is_recorded(dispute, county, owner, colleague):
    page = owner.post("/search/party/", {"q": " 示例丁 "})
    assert [line.address for line in page.context["shown"][0].lines] == [reverse("desk:case", args=[dispute.pk])]
    assert "示某某不服" in page.content.decode()
    entry = AuditEntry.objects.get(action="case.find_party")
    assert (entry.officer, entry.detail) == (county.owner, {"found": 1})
    for typed in ("示例", "丁", "示例丁某", ""):
        assert owner.post("/search/party/", {"q": typed}).context["shown"] == [], typed
    assert colleague.post("/search/party/", {"q": "示例丁"}).context["shown"] == []
    assert owner.get("/search/party/", {"q": "示例丁"}).status_code == 405


# --- the page --------------------------------------------------------------------------------------------------------


def test_an_empty_question_says_what_can_be_searched(county, owner):
    for typed in ("", "  ", "《》"):
        text = owner.get(ADDRESS, {"q": typed}).content.decode()
        assert "能查什么" in text
        assert "导入前的原案号" in text
    assert "没有找到“乌有甲乙丙”" in owner.get(ADDRESS, {"q": "乌有甲乙丙"}).content.decode()


def test_one_kind_is_shown_in_full_page_by_page(county, owner, monkeypatch):
    for _ in range(7):
        county.review()
    everything = owner.get(ADDRESS, {"q": "示例道路"}).context
    assert [(group.kind.key, group.count, len(group.lines)) for group in everything["shown"]] == [("case", 7, 5)]
    monkeypatch.setattr("zhunsheng.desk.search_pages.PAGE_SIZE", 4)
    last = owner.get(ADDRESS, {"q": "示例道路", "kind": "case", "page": 2}).context
    assert [len(group.lines) for group in last["shown"]] == [3]
    assert MOST == 1_000


def test_the_newest_comes_first(county, owner):
    county.review(matter="《示例新协议》", on=days_ago(1))
    county.review(matter="《示例旧协议》", on=days_ago(400))
    take_in()
    county.review(matter="《示例最新协议》", on=days_ago(0))
    assert [title.split("　")[1] for title in found(owner, "协议")["case"]] == [
        "《示例最新协议》",
        "《示例新协议》",
        "《示例旧协议》",
    ]


def test_suggestions_lead_to_pages_and_to_all_results(county, owner):
    case = county.review(matter="《示例道路开挖协议》")
    text = owner.get("/search/suggest/", {"q": "道路"}).content.decode()
    assert f'href="{reverse("desk:case", args=[case.pk])}"' in text
    assert 'href="/search/?q=%E9%81%93%E8%B7%AF"' in text
    assert owner.get("/search/suggest/", {"q": "《"}).content.decode().strip() == ""


def test_no_query_for_each_hit(county, owner, dispute, django_assert_max_num_queries):
    def fill(count):
        for number in range(count):
            case = county.review(matter="《示例协议》")
            perform(case.pk, "return_unreviewed", on=case.opened_on, values={"return_reason": "材料不齐"})
            values = {
                "name": "示例事项",
                "power_type": "penalty",
                "basis": "示例法第一条",
                "implementing_organ": "示例县司法局",
            }
            apply_entry_change("power_list", county.justice, "add", f"{case.pk}-{number}", values, days_ago(3))

    fill(2)
    take_in()
    owner.get(ADDRESS, {"q": "示例"})
    with django_assert_max_num_queries(40) as few:
        assert len(found(owner, "示例")["case"]) == 3
    fill(3)
    take_in()
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert len(found(owner, "示例")["case"]) == 5


def test_english(county, owner):
    county.review()
    owner.post("/language/setlang/", {"language": "en"})
    text = owner.get(ADDRESS, {"q": "示例道路"}).content.decode()
    assert "1 found for “示例道路”" in text
    assert "Legality review" in text
    assert "Justice Bureau" in owner.get(ADDRESS, {"q": "example justice"}).content.decode()


def test_a_long_question_is_cut_and_harmless(county, owner):
    county.review()
    for typed in (
        "示例" * 500,
        "' OR 1=1 --",
        '"示例" AND *',
        "示例'':*&|!()",
        "%_\\",
        "示 例 道 路 开 挖 协 议 书 甲 乙",
    ):
        assert owner.get(ADDRESS, {"q": typed}).status_code == 200, typed


def test_organs_of_another_region_are_not_found(county, owner):
    from zhunsheng.orgs.models import Region

    region = Region.objects.create(code="999902", name="别县")
    Organ.objects.create(region=region, name="别县司法局", kind="department", valid_from=date(2000, 1, 1))
    assert found(owner, "司法局")["organ"] == ["示例县司法局"]


def test_a_stranger_in_the_top_bar_has_the_field_too(county, stranger):
    assert 'id="find"' in stranger.get("/").content.decode()
    assert signed_in(county.owner).get("/").content.decode().count('id="find"') == 1
    assert Case.objects.count() == 0


# --- where to look ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_indexed", [False, True])
def test_a_system_or_an_organ_beside_other_words_says_where_to_look(county, owner, dispute, is_indexed):
    case = county.review(matter="《示例限期拆除协议》")
    if is_indexed:
        take_in()
    both = {case.number, dispute.number}

    def numbers(typed):
        return {title.split("　")[0] for title in found(owner, typed, kind="case").get("case", ())}

    assert numbers("限期拆除") == numbers("司法局 限期拆除") == numbers("限期拆除 示例县司法局") == both
    assert (
        numbers("行政复议 限期拆除") == numbers("xzfy 限期拆除") == numbers("司法局 行政复议 拆除") == {dispute.number}
    )
    assert numbers(f"合法性审查 {days_ago(0).year}-1") == {case.number}
    assert numbers("人民调解 限期拆除") == numbers("热线 限期拆除") == set()
    assert numbers("行政复议") == numbers("行政复议 司法局") == set()  # the name of a system alone opens the system


def test_the_search_of_a_list_finds_the_same_and_no_masked_name(county, owner, dispute):
    def listed(typed):
        return [row.case.pk for row, _cells in owner.get(f"/cases/{RECONSIDERATION}/", {"q": typed}).context["rows"]]

    for _ in range(2):
        for typed in (dispute.number, f"[{days_ago(1).year}]1", "拆除", "限期 城乡建设局", "示某某"):
            assert listed(typed) == [dispute.pk], typed
        for typed in ("示例丁", "丁", "拆除书"):
            assert listed(typed) == [], typed
        take_in()
    assert "按当事人姓名或者身份号码查" in owner.get(f"/cases/{RECONSIDERATION}/", {"q": "示例丁"}).content.decode()
