"""The library of documents as the public sees it: standing, any past day, head data, redline, file, results of clean-ups; and what
the place says of its site."""

import io
from datetime import date

import docx
import pytest
from django.test import Client
from django.utils import timezone

from tests.portal.test_lists import text
from tests.registers.county import make_county
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.ledger.figures import figures
from zhunsheng.local.actions import decide
from zhunsheng.orgs.models import Duty, Organ, OrganKind, Region
from zhunsheng.orgs.refusals import Refused
from zhunsheng.portal import searches
from zhunsheng.registers import actions
from zhunsheng.registers.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LIBRARY = "normdoc_public_library"
FIRST, SECOND = date(2024, 1, 1), date(2024, 6, 1)
OLD_TEXT = "示例县公园管理办法\n第一条 为了管理公园，制定本办法。\n第二条 公园每日六时开放。\n第三条 禁止携犬。"
NEW_TEXT = (
    "示例县公园管理办法\n第一条 为了管理公园，制定本办法。\n第二条 公园每日五时开放。\n第三条 本办法自公布之日起施行。"
)


def enter(county, key, on=FIRST, kind="add", **values):
    given = {"document_title": f"文件{key}", "kind": "normative_document", "maker": "示例县人民政府", "published_on": "2023-05-01",
             "status": "valid"} if kind == "add" else {}  # fmt: skip
    return actions.apply_entry_change(LIBRARY, county.government, kind, key, given | values, on)


@pytest.fixture
def county(db):
    made = make_county()
    Duty.objects.create(officer=made.reviewer, organ=made.government, system=LIBRARY, role="*", whole_tree=True)
    enter(made, "示规〔2023〕1号", document_title="示例县公园管理办法", theme="城市管理", text=OLD_TEXT, drafting_unit="内部单位",
          index_number="000000000/2023-00001", made_on="2023-04-28", interpretation="为什么要管理公园")  # fmt: skip
    enter(made, "示规〔2023〕2号", valid_until="2023-12-31", drafting_unit="内部单位")
    enter(made, "示规〔2023〕3号", status="repealed", status_reason="2023年定期清理")
    actions.publish(LIBRARY, made.government, FIRST, made.reviewer, whole_region=True)
    enter(made, "示规〔2024〕4号", SECOND, published_on="2024-05-20", effective_on="2024-06-01", text=NEW_TEXT,
          replaces="示规〔2023〕1号", document_title="示例县公园管理办法（修订）")  # fmt: skip
    enter(made, "未公布的文件", date(2024, 7, 1), text="不该看到的正文")
    actions.publish(LIBRARY, made.government, SECOND, made.reviewer, whole_region=True)
    return made


def entry(key):
    return f"/public/entry/{Entry.objects.get(key=key).pk}/"


def listed(**query):
    page = text("/public/documents/", **query)
    return [
        name
        for name in ("文件示规〔2023〕2号", "文件示规〔2023〕3号", "公园管理办法</a>", "办法（修订）</a>", "未公布")
        if name in page
    ]


@pytest.mark.database
def test_the_library_shows_what_is_in_force_on_a_day(county):
    assert listed() == ["公园管理办法</a>", "办法（修订）</a>"]
    assert listed(standing="gone") == ["文件示规〔2023〕2号", "文件示规〔2023〕3号"]
    assert listed(standing="all", kind="rule") == []
    assert listed(day="2024-03-01") == ["公园管理办法</a>"]
    assert listed(q="禁止携犬") == ["公园管理办法</a>"]
    assert listed(theme="城市管理") == ["公园管理办法</a>"]
    assert "以前没有公布过文件库" in text("/public/documents/", day="2023-12-31")


def test_searches_of_a_month_that_is_over_become_a_figure_once(county, settings, tmp_path):
    settings.HOME = tmp_path
    for _ in range(3):
        listed(q="公园")
    listed(q="公园", page="2")  # turning pages and looking without words are no searches
    listed(theme="城市管理")
    today = timezone.localdate()
    [file] = (tmp_path / "searches").iterdir()
    assert (file.name, file.read_bytes()) == (f"{today:%Y-%m}", b"...")
    assert searches.post(today) == 0  # the month is not over
    file.rename(file.with_name("2025-11"))
    assert searches.post(date(2025, 12, 1)) == 1
    for name, count in (
        ("2025-11", 3),
        ("2025-12", 5),
    ):  # one posted before its file could be taken away, and the next month
        (tmp_path / "searches" / name).write_bytes(b"." * count)
    assert searches.post(date(2026, 1, 1)) == 2

    def counted(month):
        return figures(county.government.region_id, date(2025, month, 1), date(2025, month, 28))[searches.ACCOUNT].value

    assert (counted(11), counted(12)) == (3, 5)
    assert list((tmp_path / "searches").iterdir()) == []


def test_who_takes_the_feed_is_told_of_documents_in_force_only(county):
    feed = text("/public/documents/feed.atom")
    assert [name for name in ("公园管理办法</title>", "办法（修订）</title>") if name in feed] == [
        "公园管理办法</title>",
        "办法（修订）</title>",
    ]
    assert "《示例县公园管理办法》（示例县人民政府，示规〔2023〕1号）" in feed
    for not_told in ("示规〔2023〕2号", "示规〔2023〕3号", "未公布的文件", "内部单位"):
        assert not_told not in feed


def test_a_document_has_its_head_data_its_text_and_what_replaces_it(county):
    page = text(entry("示规〔2023〕1号"))
    for said in ("000000000/2023-00001", "2023-04-28", "城市管理", "主动公开", "第三条 禁止携犬。", "为什么要管理公园",
                 "《示例县公园管理办法》（示例县人民政府，示规〔2023〕1号）", "已由《示例县公园管理办法（修订）》替代",
                 'itemtype="https://schema.org/Legislation"', "InForce", '<meta name="PubDate" content="2023-05-01">'):  # fmt: skip
        assert said in page, said
    assert "内部单位" not in page
    assert "NotInForce" in text(entry("示规〔2023〕3号"))
    assert "文件库里没有登载正文" in text(entry("示规〔2023〕3号"))
    assert Client().get(entry("未公布的文件")).status_code == 404


def test_the_redline_shows_the_text_that_replaced_another(county):
    page = text(entry("示规〔2024〕4号") + "redline/")
    assert "公园每日<del>六</del><ins>五</ins>时开放" in page
    assert "<del>第三条 禁止携犬。</del>" in page
    assert "<p>第一条 为了管理公园，制定本办法。</p>" in page
    assert Client().get(entry("示规〔2023〕1号") + "redline/").status_code == 404  # nothing earlier
    assert Client().get(entry("未公布的文件") + "redline/").status_code == 404


def test_the_file_holds_the_text_as_published(county):
    response = Client().get(entry("示规〔2023〕1号") + "text.docx")
    said = "\n".join(p.text for p in docx.Document(io.BytesIO(b"".join(response.streaming_content))).paragraphs)
    assert "第二条 公园每日六时开放。" in said
    assert "示规〔2023〕1号" in said
    assert Client().get(entry("示规〔2023〕3号") + "text.docx").status_code == 404
    assert Client().get(entry("未公布的文件") + "text.docx").status_code == 404


def test_a_document_taken_out_of_the_library_leaves_its_stone_in_place_of_its_text(county):
    enter(county, "示规〔2024〕4号", date(2024, 8, 1), kind="remove")
    actions.publish(LIBRARY, county.government, date(2024, 8, 1), county.reviewer, whole_region=True)
    for address in ("", "redline/", "text.docx"):
        stone = Client().get(entry("示规〔2024〕4号") + address)
        assert stone.status_code == 410
        assert "已移出" in stone.content.decode()


def test_a_clean_up_is_public_once_its_results_are(county):
    values = {"campaign": "2024年定期清理", "campaign_kind": "regular", "document_number": "示规〔2023〕2号"}
    day = date(2024, 6, 3)
    case = open_case("normdoc_cleanup", "include", organ=county.government, on=day, values=values)
    for action, more in (("propose", {"proposed_conclusion": "repealed", "proposed_reason": "过时"}),
                         ("check_legality", {"legality_note": "同意"}), ("decide", {"decided_on": "2024-06-03"})):  # fmt: skip
        perform(case.pk, action, on=day, values=more, outcome="repealed" if action == "decide" else None)
    assert "2024年定期清理" not in text("/public/documents/cleanups/")
    perform(case.pk, "publish", on=day, values={"catalogue_name": "目录"})
    page = text("/public/documents/cleanups/")
    assert "2024年定期清理" in page
    assert "宣布失效或者废止 1" in page
    page = text("/public/documents/cleanups/", campaign="2024年定期清理")
    assert "文件示规〔2023〕2号" in page
    assert "内部单位" not in page
    assert Client().get("/public/documents/cleanups/?campaign=没有的").status_code == 404


def test_the_site_says_what_the_place_has_set_and_nothing_else(county):
    page = text("/public/")
    assert "SiteIDCode" not in page
    assert "网站标识码" not in page
    with pytest.raises(Refused):
        decide(None, "site", "site", county.government, FIRST, {"code": "12"}, reason="试")
    given = {
        "name": "示例县人民政府",
        "code": "9999010001",
        "organiser": "示例县人民政府办公室",
        "icp": "示ICP备00000001号",
    }
    decide(None, "site", "site", county.government, FIRST, given, reason="试")
    page = text("/public/")
    for said in ('<meta name="SiteIDCode" content="9999010001">', '<meta name="SiteName" content="示例县人民政府">', "主办：示例县人民政府办公室",
                 "示ICP备00000001号"):  # fmt: skip
        assert said in page, said
    assert "9999010001" in text("/public/about/")
    assert "公安备案号" not in text("/public/about/")


@pytest.mark.once
def test_where_several_places_publish_a_page_says_whose_it_is(county):
    decide(
        None,
        "site",
        "site",
        county.government,
        FIRST,
        {"organiser": "示例县办公室", "phone": "0000-0000000"},
        reason="试",
    )
    assert "示例县办公室" in text("/public/").partition("<footer")[2]
    region = Region.objects.create(code="999902", name="示例乡县")
    other = Organ.objects.create(region=region, name="示例乡县人民政府", kind=OrganKind.GOVERNMENT)
    decide(None, "site", "site", other, FIRST, {"organiser": "乡县办公室"}, reason="试")
    front = text("/public/").partition("<footer")[2]
    assert "示例县办公室" not in front
    assert 'href="/public/about/#of-999902"' in front
    about = text("/public/about/")
    assert "示例县办公室" in about
    assert "乡县办公室" in about.partition('id="of-999902"')[2]
    footer = text(entry("示规〔2023〕1号")).partition("<footer")[2]
    assert "示例县办公室" in footer
    assert "#of-999902" not in footer
