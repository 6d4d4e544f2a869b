"""What the public sees of lists: what was published, as it was published, nothing else; what is withdrawn says why it is gone."""

import csv
import gzip
import io
import json
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree

from tests.registers.county import item, make_county
from zhunsheng.kernel.fields import FieldDeclaration
from zhunsheng.orgs.refusals import Refused
from zhunsheng.portal import reading
from zhunsheng.registers import actions
from zhunsheng.registers.finding import PUBLISHED
from zhunsheng.registers.models import Entry
from zhunsheng.search import proving
from zhunsheng.search.models import Text

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LIST = "power_list"
BEGIN, FIRST, SECOND = date(2024, 1, 1), date(2024, 3, 5), date(2024, 6, 1)


@pytest.fixture
def county(db):
    made = make_county()
    for key, name in (("A1", "对擅自施工的处罚"), ("A2", "对超载运输的处罚")):
        actions.apply_entry_change(
            LIST, made.housing, "add", key, item(item_code=key, name=name, remarks="内部备注"), BEGIN
        )
    return made


def change(county, key, kind="change", on=SECOND, **values):
    return actions.apply_entry_change(LIST, county.housing, kind, key, values, on)


def publish(county, day=FIRST, **more):
    return actions.publish(LIST, more.pop("organ", county.housing), day, county.reviewer, **more)


def text(address, **query):
    response = Client().get(address, query)
    assert response.status_code == 200, address
    return response.content.decode()


def number_of(key):
    return Entry.objects.get(key=key).pk


def found(typed):
    return {find.line.title for find in reading.finds(reading.find(reading.question_of(typed)), "zh")}


def test_nothing_is_public_before_it_is_published(county):
    assert "对擅自施工的处罚" not in text("/public/") + text("/public/lists/") + text("/public/search/", q="施工")
    client = Client()
    assert client.get(f"/public/entry/{number_of('A1')}/").status_code == 404
    assert client.get(f"/public/lists/{LIST}/").status_code == 404


def test_a_version_stays_what_was_published(county):
    version = publish(county)
    change(county, "A1", name="改过的名称")
    change(county, "A2", kind="remove")
    page = text(f"/public/version/{version.pk}/")
    assert "对擅自施工的处罚" in page
    assert "对超载运输的处罚" in page
    assert "改过的名称" not in page + text(f"/public/entry/{number_of('A1')}/")
    assert "内部备注" not in page + text(f"/public/entry/{number_of('A1')}/") + text(
        f"/public/version/{version.pk}/data.json"
    )
    assert "与公布时一致" in text(f"/public/version/{version.pk}/proof/")


def test_any_past_day_and_what_changed_between_two_versions(county):
    first = publish(county)
    change(county, "A1", basis="建筑法第六十五条")
    change(county, "A2", kind="remove")
    second = publish(county, SECOND)
    assert f"/public/version/{first.pk}/" in text(f"/public/lists/{LIST}/", day="2024-05-31")
    assert f"/public/version/{second.pk}/" in text(f"/public/lists/{LIST}/", day="2024-06-01")
    assert "以前没有公布过" in text(f"/public/lists/{LIST}/", day="2024-03-04")
    assert "不是已经过去的日期" in text(f"/public/lists/{LIST}/", day="2024-13-01")
    compared = text(f"/public/version/{second.pk}/", against=first.pk)
    assert "<del>建筑法第六十四条</del> → <ins>建筑法第六十五条</ins>" in compared
    course = text(f"/public/entry/{number_of('A1')}/")
    assert "<ins>建筑法第六十五条</ins>" in course
    assert "现行：见第 2 版" in course
    gone = Client().get(f"/public/entry/{number_of('A2')}/")
    assert gone.status_code == 410
    assert "已移出" in gone.content.decode()
    assert "这不是最新的一版" in text(f"/public/version/{first.pk}/")


def test_an_entry_gone_from_its_organ_but_not_from_the_region_still_stands(county):
    publish(county, organ=county.government, whole_region=True)
    publish(county)
    change(county, "A2", kind="remove")
    publish(county, SECOND)
    assert "现行：见第 1 版" in text(f"/public/entry/{number_of('A2')}/")
    assert found("超载") == {"对超载运输的处罚"}


def assert_stone(response):
    assert response.status_code == 410
    assert "名称写错" in response.content.decode()


def test_what_is_withdrawn_is_gone_from_every_page_and_says_why(county):
    first = publish(county)
    change(county, "A1", name="不该公布的名称")
    second = publish(county, SECOND)
    assert found("不该公布") == {"不该公布的名称"}
    with pytest.raises(Refused) as refused:
        actions.withdraw(second, county.keeper, reason="写错")
    assert refused.value.refusal.code == "role"
    with pytest.raises(Refused):
        actions.withdraw(second, county.reviewer, reason=" ")
    actions.withdraw(second, county.reviewer, reason="名称写错")
    with pytest.raises(Refused):
        actions.withdraw(second, county.reviewer, reason="名称写错")
    client = Client()
    assert_stone(client.get(f"/public/version/{second.pk}/"))
    for form in ("csv", "json", "xlsx"):
        assert_stone(client.get(f"/public/version/{second.pk}/data.{form}"))
    assert_stone(client.get(f"/public/version/{second.pk}/proof/"))
    everywhere = [
        "/public/", "/public/lists/", f"/public/lists/{LIST}/", f"/public/version/{first.pk}/", "/public/feed.atom",
        f"/public/entry/{number_of('A1')}/", f"/public/version/{first.pk}/?against={second.pk}",
        "/public/sitemap-versions.xml", "/public/search/?q=处罚", "/public/search/?q=不该公布",
    ]  # fmt: skip
    for address in everywhere:
        page = text(address)
        assert "不该公布的名称" not in page, address
        assert f"/public/version/{second.pk}/" not in page, address
    assert found("擅自施工") == {"对擅自施工的处罚"}
    assert found("不该公布") == set()
    # What was withdrawn counts for its number only: a list of an earlier day may follow, which the day of a standing one forbids.
    assert publish(county, date(2024, 5, 1)).number == 3
    assert found("擅自施工") == {"对擅自施工的处罚"}


def test_the_search_knows_other_words_and_traditional_script(county):
    publish(county)
    assert found("對超載運輸的處罰") == {"对超载运输的处罚"}
    assert found("罚款 施工") == {"对擅自施工的处罚"}
    assert found("施工的罰款") == {"对擅自施工的处罚"}, "a word of the field within a phrase, in traditional script"
    assert found("罚款 没有的词") == set()
    assert found("请问超载运输怎么处罚") == set(), "only what a question begins and ends with is left out"
    assert found("请问擅自施工的罚款是什么") == found("怎么办理擅自施工要多久") == {"对擅自施工的处罚"}
    assert found("怎么办") == set()
    assert "对超载运输的处罚" in text("/public/search/", q="超载")


def test_what_is_called_so_comes_before_what_only_says_so(county):
    actions.apply_entry_change(
        LIST, county.housing, "add", "A3", item(item_code="A3", name="对其他行为的处罚", basis="擅自施工条例"), FIRST
    )
    publish(county)
    keys = reading.find(reading.question_of("擅自施工"))
    assert keys == [number_of("A1"), number_of("A3")]


def test_what_the_public_finds_is_proved_and_made_anew_like_the_rest(county):
    publish(county)
    kept = Text.objects.filter(kind=PUBLISHED)
    before = sorted(kept.values_list("record", "text"))
    assert [record for record, _ in before] == [number_of("A1"), number_of("A2")]
    kept.filter(record=number_of("A1")).update(text="别的")
    Text.objects.filter(kind=PUBLISHED, record=number_of("A2")).delete()
    assert len(list(proving.verify(lambda done, total: None))) == 2
    proving.rebuild(lambda done, total: None)
    assert sorted(kept.values_list("record", "text")) == before


def test_a_persons_name_stands_as_publications_write_it():
    party = FieldDeclaration.model_validate({"zh": "当事人", "en": "Party", "type": "party"})
    person = {"name": "示例甲", "kind": "person", "identity_number": "110101199001011237"}
    assert reading.said(party, person, "zh") == "示某某"
    assert reading.said(party, {"name": "示例公司", "kind": "organisation"}, "zh") == "示例公司"


def test_open_data_holds_the_published_fields_and_no_formula(county):
    change(county, "A1", on=BEGIN, name="=1+1")
    version = publish(county)
    rows = list(csv.reader(io.StringIO(b"".join(Client().get(f"/public/version/{version.pk}/data.csv").streaming_content)
                                       .decode("utf-8-sig"))))  # fmt: skip
    assert rows[0][:2] == ["单位", "编码"]
    assert [row[1] for row in rows[1:]] == ["A1", "A2"]
    assert "'=1+1" in rows[1]
    data = json.loads(text(f"/public/version/{version.pk}/data.json"))
    assert (data["digest"], data["version"], len(data["entries"])) == (version.digest, 1, 2)
    assert "remarks" not in data["fields"]


def places(address):
    """The addresses a map of the site names."""
    found = etree.fromstring(text(address).encode()).iterfind(".//{*}loc")
    return [one.text.removeprefix("http://testserver") for one in found]


def test_feed_and_sitemap_are_well_formed_and_name_what_stands(county):
    version = publish(county)
    feed = etree.fromstring(text("/public/feed.atom").encode())
    links = [link.get("href") for link in feed.iterfind(".//{*}entry/{*}link")]
    assert [link.removeprefix("http://testserver") for link in links] == [f"/public/version/{version.pk}/"]
    assert feed.findtext("{*}entry/{*}author/{*}name") == version.organ.name
    parts = places("/public/sitemap.xml")
    assert f"/public/version/{version.pk}/" in {place for part in parts for place in places(part)}
    assert "Disallow: /" in text("/robots.txt")


def test_pages_ask_so_many_queries_however_long_the_list_is(county):
    version = publish(county)
    pages = ["/public/", "/public/lists/", f"/public/version/{version.pk}/", f"/public/entry/{number_of('A1')}/",
             "/public/search/?q=处罚", f"/public/version/{version.pk}/?q=处罚"]  # fmt: skip

    def counts():
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as asked:
                text(page)
            found.append(len(asked))
        return found

    few = counts()
    for n in range(30):
        actions.apply_entry_change(
            LIST, county.housing, "add", f"B{n:02d}", item(item_code=f"B{n:02d}", name=f"对行为{n}的处罚"), BEGIN
        )
    pages[2] = f"/public/version/{publish(county).pk}/"
    pages[5] = pages[2] + "?q=处罚"
    assert counts() == few


def test_who_mistypes_an_address_is_told_as_the_public_is(county):
    response = Client().get("/public/entry/999999/")
    assert response.status_code == 404
    assert "可能还没有公布" in response.content.decode()
    assert "岗位" not in response.content.decode()
    assert "岗位" in Client().get("/no-such-page/").content.decode()


def test_the_public_needs_no_session_and_a_page_is_light(county):
    version = publish(county)
    response = Client().get(f"/public/version/{version.pk}/")
    assert "sessionid" not in response.cookies
    assert len(response.content) < 40_000
    packed = Client().get(f"/public/version/{version.pk}/", headers={"accept-encoding": "gzip"})
    assert gzip.decompress(packed.content)[:15] == b"<!DOCTYPE html>"
    assert "Content-Encoding" not in Client().get("/sign-in/", headers={"accept-encoding": "gzip"})
    assert "<script" not in response.content.decode()
