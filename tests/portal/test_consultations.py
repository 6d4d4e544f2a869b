"""A consultation between the public and the office: what is open and until when, a comment with its receipt, the table of opinions,
what is published of them, and that nothing else ever is. The last test plays both sides in a browser."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree
from playwright.sync_api import Page, expect

from tests.desk.county import days_ago, make_county, officer, signed_in, sit_down
from tests.portal.test_lists import text
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.models import Case
from zhunsheng.cases.verification import verify_cases
from zhunsheng.intake.models import Receipt
from zhunsheng.law import models as law
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers.models import Revision

pytestmark = pytest.mark.once

SYSTEM = "public_consultation"
DRAFT = "示例县公园管理办法（草案）\n第一条 为了管理公园，制定本办法。\n第二条 公园每日六时开放。"
OPINION, NAME = "建议五时开放，我家住园边", "示例壬癸"


def announced(organ, *, opened=40, closing=0, **more):
    """A consultation that began so many days ago; a document of no effect on business: seven working days at least."""
    first, last = days_ago(0) - timedelta(days=opened), days_ago(0) + timedelta(days=closing)
    values = {
        "draft_title": "示例县公园管理办法（草案）", "draft_kind": "normative_document", "drafting_unit": "示例县住房和城乡建设局",
        "business_related": False, "explanation": "为了方便晨练", "channels": ["website"], "ways": "示例路1号；0000-0000000",
        "announced_on": first.isoformat(), "closing_on": last.isoformat(), "draft_text": DRAFT,
    } | more  # fmt: skip
    return open_case(SYSTEM, "announce", organ=organ, on=first, values=values)


@pytest.fixture
def county(db):
    made = make_county()
    made.drafter = officer("drafter", "示例丁", made.government, system=SYSTEM, role="drafter")
    return made


@pytest.fixture
def case(county):
    return announced(county.government)


def form_of(page):
    """The hidden half of a form, which a browser sends back."""
    return dict(re.findall(r'<input type="hidden" name="(form_mark|question)" value="([^"]+)"', page))


def send(case, client=None, **typed):
    """A comment as somebody sends it who takes his time; a question is answered with the sum."""
    client, address = client or Client(), f"/public/consultations/{case.pk}/comment/"
    page = client.get(address).content.decode()
    response = client.post(address, {**form_of(page), **typed})
    asked = re.search(r'<label for="answer">([^<]+)</label>', response.content.decode())
    if asked:
        digits = {word: n for n, word in enumerate("零一二三四五六七八九")}
        one, sign, other = re.match(r"(.)(加上|减去)(.)等于", asked[1]).groups()
        answer = digits[one] + digits[other] if sign == "加上" else digits[one] - digits[other]
        response = client.post(address, {**form_of(response.content.decode()), **typed, "answer": answer})
    return response


@pytest.mark.django_db
class TestBetweenBothSides:
    def test_a_comment_becomes_an_opinion_with_the_number_of_its_receipt(self, case):
        page = text(f"/public/consultations/{case.pk}/")
        assert f'href="/public/consultations/{case.pk}/comment/?article=%E7%AC%AC%E4%BA%8C%E6%9D%A1"' in page
        assert "今天截止" in page
        assert case.fields["draft_title"] in text("/public/")
        assert f'href="/public/consultations/{case.pk}/"' in text("/public/search/", q="公园管理")
        response = send(case, article="第二条", opinion=OPINION, from_name=NAME)
        assert response.status_code == 200
        receipt = Receipt.objects.get()
        row = Revision.objects.get(entry__register=SYSTEM)
        assert row.entry.key == f"{case.number}-{receipt.number}"
        assert (row.values["channel"], row.values["article"], row.values["opinion"]) == ("website", "第二条", OPINION)
        # The same form sent again, as by somebody who clicks twice, is the same opinion.
        client = Client()
        page = client.get(f"/public/consultations/{case.pk}/comment/").content.decode()
        for _twice in range(2):
            send_again = {**form_of(page), "opinion": "支持"}
            client.post(f"/public/consultations/{case.pk}/comment/", send_again)
        assert list(verify_cases(lambda done, total: None)) == []

    def test_what_is_wrong_is_said_and_nothing_is_kept(self, case):
        response = send(case, opinion=" ")
        assert response.status_code == 422
        assert "请填写意见内容" in response.content.decode()
        assert "草案里没有“第九条”" in send(case, opinion="好", article="第九条").content.decode()
        assert "最多 5000 字" in send(case, opinion="好" * 5001).content.decode()
        assert not Receipt.objects.exists()
        assert Client().get("/public/consultations/999999/comment/").status_code == 404

    def test_the_law_s_least_time_counts_where_the_notice_says_less(self, county):
        short = announced(county.government, opened=2, closing=-1)
        assert "延至这一天" in text(f"/public/consultations/{short.pk}/")
        assert send(short, opinion="来得及").status_code == 200
        explained = announced(county.government, opened=2, closing=-1, shortened_reason="防汛紧急")
        assert "防汛紧急" in text(f"/public/consultations/{explained.pk}/")
        late = Client().get(f"/public/consultations/{explained.pk}/comment/")
        assert late.status_code == 409
        assert "没有接收新的意见" in late.content.decode()

    def test_the_office_answers_and_only_the_gist_is_ever_published(self, county, case):
        send(case, article="第二条", opinion=OPINION, from_name=NAME)
        send(case, opinion="支持")
        desk = signed_in(county.drafter)
        values = {"channel": "phone", "received_on": days_ago(0).isoformat(), "opinion": "来电意见暗号"}
        perform(case.pk, "enter_opinion", on=days_ago(0), officer=county.drafter, values=values)
        table = f"/case/{case.pk}/opinions/"
        page = desk.get(table).content.decode()
        assert "收到意见 3 条，其中 3 条还没有写明采纳情况" in page
        assert OPINION in page
        assert NAME not in page
        keys = list(Revision.objects.filter(known_to=None).order_by("pk").values_list("entry__key", flat=True))
        assert keys[2] == f"{case.number}-001"
        refused = desk.post(table, {"opinion": keys[:1], "adoption": "not_adopted"})
        assert refused.status_code == 422
        assert "须说明理由" in refused.content.decode()
        assert desk.post(table, {"opinion": keys[:1], "adoption": "partly", "adoption_reason": "冬季除外", "gist": "提前到五时"}).status_code == 302  # fmt: skip
        perform(case.pk, "close", on=days_ago(0), officer=county.drafter)
        with pytest.raises(Refused, match="没有写明采纳情况"):
            perform(case.pk, "summarise", on=days_ago(0), officer=county.drafter, values={"summary": "已经研究"})
        assert desk.post(table, {"opinion": keys[1:], "adoption": "irrelevant"}).status_code == 302
        closed = perform(case.pk, "summarise", on=days_ago(0), officer=county.drafter, values={"summary": "已经研究"})
        assert (closed.fields["opinions_received"], closed.fields["opinions_adopted"]) == (3, 1)
        everywhere = [
            f"/public/consultations/{case.pk}/",
            "/public/consultations/",
            "/public/consultations/feed.atom",
            "/public/",
        ]
        assert not any(word in text(one) for one in everywhere for word in ("提前到五时", "已经研究"))
        perform(
            case.pk,
            "publish_result",
            on=days_ago(0),
            officer=county.drafter,
            values={"feedback_on": days_ago(0).isoformat()},
        )
        page = text(f"/public/consultations/{case.pk}/")
        for said in (
            "提前到五时",
            "冬季除外",
            "共收到意见 3 条",
            "部分采纳 <strong>1</strong>",
            "与草案无关 <strong>2</strong>",
        ):
            assert said in page, said
        assert not any(word in text(one) for one in everywhere for word in (OPINION, NAME, "来电意见暗号"))
        assert (
            etree.fromstring(text("/public/consultations/feed.atom").encode())
            .findtext(".//{*}entry/{*}title")
            .endswith("已公布采纳情况")
        )

    def test_a_stranger_finds_neither_the_table_nor_another_s_comment(self, county, case):
        slip = re.findall(r"<dd>([^<]+)</dd>", send(case, opinion=OPINION).content.decode())
        assert signed_in(county.colleague).get(f"/case/{case.pk}/opinions/").status_code == 404
        for number, code, status in (("", "", 422), (slip[0], "AAAAA-AAAAA", 422), (*slip, 200)):
            client = Client()
            page = client.get("/public/consultations/own/").content.decode()
            answer = client.post("/public/consultations/own/", {**form_of(page), "number": number, "code": code})
            assert answer.status_code == status, number
            assert (OPINION in answer.content.decode()) == (status == 200)

    def test_the_numbers_of_a_consultation_are_taken_over_by_the_document(self, county, case):
        send(case, opinion=OPINION)
        table = f"/case/{case.pk}/opinions/"
        signed_in(county.drafter).post(table, {"opinion": Revision.objects.get().entry.key, "adoption": "adopted"})
        for action, values in (("close", {}), ("summarise", {"summary": "已经研究"}), ("publish_result", {"feedback_on": days_ago(0).isoformat()})):  # fmt: skip
            perform(case.pk, action, on=days_ago(0), officer=county.drafter, values=values)
        from zhunsheng.cases.actions import link_cases
        from zhunsheng.cases.matters import taken_over
        from zhunsheng.cases.reading import procedure_of

        document = open_case("normative_document", "propose", organ=county.government, on=days_ago(0), values={
            "document_title": "示例县公园管理办法", "maker_kind": "government", "level": "county", "theme": "城市管理",
            "drafting_unit": "示例局", "purpose": "管理公园", "business_related": False, "economic_activity": False,
        })  # fmt: skip
        link_cases(document.pk, case.pk)
        taken = taken_over(procedure_of(document), "close_consultation", document.pk, None)
        assert (taken["opinions_received"], taken["opinions_adopted"]) == (1, 1)

    def test_pages_ask_so_many_queries_however_many_opinions_there_are(self, county, case, monkeypatch):
        monkeypatch.setattr(law, "_STAMP_LIFETIME", 86400)  # else new notices of holidays are asked for now and then
        desk = signed_in(county.drafter)
        pages = [
            (Client(), f"/public/consultations/{case.pk}/"),
            (Client(), "/public/consultations/"),
            (desk, f"/case/{case.pk}/opinions/"),
        ]

        def counts():
            found = []
            for client, address in pages:
                with CaptureQueriesContext(connection) as asked:
                    assert client.get(address).status_code == 200
                found.append(len(asked))
            return found

        send(case, opinion="第一条意见")
        announced(county.government)
        few = counts()
        for n in range(5):
            send(case, opinion=f"意见{n}")
            announced(county.government)
        assert counts() == few


@pytest.mark.django_db(transaction=True)
def test_a_consultation_from_draft_to_feedback(live_server, page: Page):
    county = make_county()
    officer("drafter", "示例丁", county.government, system=SYSTEM, role="drafter")
    site, context = (
        live_server.url,
        page.context.browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 800}),
    )
    sit_down(page, site, "drafter", f"/cases/{SYSTEM}/new/announce/")
    form = page.locator("#step-form")
    typed = {
        "draft_title": "示例县公园管理办法（草案）", "explanation": "为了方便晨练", "ways": "示例路1号",
        "announced_on": days_ago(40).isoformat(), "closing_on": days_ago(0).isoformat(), "draft_text": DRAFT,
    }  # fmt: skip
    for name, value in typed.items():
        form.locator(f"[name=value_{name}]").first.fill(value)
    form.locator("[name=value_draft_kind]").first.select_option("normative_document")
    form.locator("[name=value_drafting_unit]").first.select_option("示例县住房和城乡建设局")
    form.locator("[name=value_business_related][value=false]").check()
    form.locator("[name=value_channels][value=website]").check()
    form.locator("button.btn-primary").click()
    page.wait_for_url(re.compile(r"/case/\d+/$"))
    case = Case.objects.get(system=SYSTEM)

    citizen = context.new_page()
    citizen.goto(f"{site}/public/")
    citizen.click("text=示例县公园管理办法（草案）")
    citizen.get_by_role("link", name="对第二条提意见").click()
    citizen.fill("#opinion", OPINION)
    citizen.wait_for_timeout(3200)  # whoever is quicker is asked a question
    citizen.click("main button:has-text('提交')")
    expect(citizen.locator(".slip dd")).to_have_count(2)  # reading texts does not wait for the page to come
    number, code = citizen.locator(".slip dd").all_inner_texts()

    page.click("text=公众意见")
    expect(page.locator("main")).to_contain_text(OPINION)
    page.check("[name=opinion]")
    page.select_option("#adoption", "adopted")
    page.fill("#gist", "开放时间提前到五时")
    page.click("main button:has-text('答复')")
    expect(page.locator("main")).to_contain_text("已答复 1 条意见")
    for action, values in (("close", {}), ("summarise", {"summary": "采纳了提前开放的意见"}), ("publish_result", {"feedback_on": days_ago(0).isoformat()})):  # fmt: skip
        page.goto(f"{site}/case/{case.pk}/act/{action}/")
        for name, value in values.items():
            page.locator(f"#step-form [name=value_{name}]").first.fill(value)
        page.click("#step-form button.btn-primary")
        page.wait_for_url(re.compile(r"/case/\d+/$"))

    citizen.goto(f"{site}/public/consultations/{case.pk}/")
    expect(citizen.locator("main")).to_contain_text("共收到意见 1 条：采纳 1")
    expect(citizen.locator("main")).to_contain_text("开放时间提前到五时")
    citizen.goto(f"{site}/public/consultations/own/")
    citizen.fill("#number", number)
    citizen.fill("#code", code)
    citizen.click("main button:has-text('查询')")
    expect(citizen.locator(".standing")).to_have_text("采纳")
    context.close()
