"""On a phone without scripts: a citizen and officers play a request for information, a reconsideration and a hotline request to
the end."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desk.county import PASSWORD
from tests.desk.test_case_browser import sign_in, take
from tests.portal.citizen import PDF, make_place, today, unhurried
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case
from zhunsheng.kernel.office import Verb

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
PHONE = {"width": 390, "height": 800}


@pytest.fixture
def place(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    unhurried(monkeypatch)
    return make_place()


@pytest.fixture
def phone(browser: Browser, live_server, place):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, base_url=live_server.url)
    yield context.new_page()
    context.close()


def fill(page: Page, **typed: str) -> None:
    """Fill in the boxes of a page by the names of their fields (``__`` for a point) and go on."""
    for name, value in typed.items():
        box = page.locator(f"[name='{name.replace('__', '.')}']")
        if box.first.get_attribute("type") == "radio":
            page.check(f"[name='{name}'][value='{value}']")
        elif box.evaluate("one => one.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
    page.click("button[value=next]")


def hand_in(page: Page, slug: str, *sheets: dict[str, str]) -> tuple[str, str]:
    """Go from the list of services through the form to its receipt; gives number and code."""
    page.goto("/public/")
    page.click("footer >> text=办事")
    page.click(f"a[href='/public/services/{slug}/']")
    page.click("text=开始填写")
    for sheet in sheets:
        fill(page, **sheet)
    if page.locator("#box-file-identity").count():
        page.set_input_files(
            "#box-file-identity", {"name": "身份证明.pdf", "mimeType": "application/pdf", "buffer": PDF}
        )
    page.click("button[value=next]")
    if page.locator("[name=by_site]").count():
        page.check("[name=by_site]")
    page.click("button[value=next]")
    expect(page.locator("h1")).to_contain_text("已经提交")
    number, code = page.locator(".slip dd").all_inner_texts()
    return number, code


def follow(page: Page, number: str, code: str) -> None:
    page.goto("/public/follow/")
    page.fill("#number", number)
    page.fill("#code", code)
    page.click(".public-form button")


APPLICANT = {
    "applicant__0__name": "示例甲",
    "applicant__0__identity_number": "11010119900307758X",
    "applicant__0__phone": "13800000000",
}


def test_a_request_for_information(phone: Page, place):
    slip = hand_in(
        phone, "info_disclosure_request", {**APPLICANT, "applicant_kind": "natural"},
        {"information": "示例道路的规划文件", "form": "electronic"},
    )  # fmt: skip
    case = Case.objects.get()

    def officer(action, **more):
        return perform(case.pk, action, on=today(), officer=place.owner, **more)

    officer("confirm")
    by = today() + timedelta(days=10)
    officer("ask_supplement", values={"supplement_matters": "写明文号", "supplement_by": by})
    follow(phone, *slip)
    phone.get_by_label("打开《补正告知书》").click()
    expect(phone.locator(".official")).to_contain_text("写明文号")
    phone.click("text=返回办理")
    phone.fill("[name=information]", "示规〔2020〕1号")
    phone.click("form[action$='/act/'] button >> nth=0")
    expect(phone.get_by_role("status")).to_contain_text("提交补正")
    officer("consult_third", values={"third_party": {"name": "示例公司", "kind": "organisation"}})
    officer("third_served", values={"third_received_on": today()})
    officer("third_replied", values={"third_opinion": "agrees"})
    officer("review", values={"search_note": "已检索", "secrecy_review": "可以公开"})
    officer("extend", values={"extension_reason": "信息较多"})
    officer("answer", values={"reply_content": "予以公开"}, outcome="disclosed")
    follow(phone, *slip)
    phone.get_by_label("打开《政府信息公开申请答复书》").click()
    expect(phone.locator(".official")).to_contain_text("予以公开")
    assert case.events.filter(action=Verb.READ, online=True).count() == 2


def test_an_application_for_reconsideration(phone: Page, page: Page, place, live_server):
    slip = hand_in(
        phone, "administrative_reconsideration",
        {**APPLICANT, "applicant__0__address": "示例路 1 号", "respondent__0__name": "示例县住房和城乡建设局"},
        {"act": "行政处罚决定", "matter": "penalty", "area": "housing"},
        {"request": "撤销该处罚决定", "reasons": "没有违法"},
    )  # fmt: skip
    case = Case.objects.get()
    page.goto(f"{live_server.url}/sign-in/")
    page.fill("#id_username", "owner")
    page.fill("#id_password", PASSWORD)
    page.click("button[type=submit]")
    expect(page.locator("main")).to_contain_text(case.number)
    for action, values in (
        ("accept", {"track": "ordinary"}),
        ("assign_officers", {"officers": ["示例乙", "示例丙"], "panel_size": 2, "major": False, "technical": False}),
        ("send_copy", {}),
        ("copy_received", {}),
        ("reply", {"reply_summary": "合法", "respondent_staff": ["示例丁"]}),
        ("hear_opinions", {"opinions": "已经听取"}),
        ("propose", {"findings": "事实不清", "proposal": "撤销"}),
    ):
        perform(case.pk, action, on=today(), values=values)
    decided = {"decision_reasons": "事实不清", "decision_text": "撤销该处罚决定", "adopted_by": "by_head"}
    perform(case.pk, "decide", on=today(), values=decided, outcome="revoked")
    follow(phone, *slip)
    expect(phone.locator(".now")).to_contain_text("已经作出决定")
    phone.get_by_label("打开《行政复议决定书》").click()
    expect(phone.locator(".official")).to_contain_text("撤销该处罚决定")
    perform(case.pk, "serve", on=today())
    follow(phone, *slip)
    expect(phone.locator("main")).to_contain_text("对复议决定起诉")
    page.goto(f"{live_server.url}/case/{case.pk}/")
    expect(page.locator("main")).to_contain_text("当事人阅读文书")
    expect(page.locator("main")).to_contain_text("行政复议决定书")


def test_a_hotline_request_from_the_phone_to_satisfaction(phone: Page, page: Page, place, live_server):
    caller = {"caller__0__name": "示例甲", "caller__0__phone": "13800000000"}
    slip = hand_in(
        phone, "hotline_workorder", {"theme": "help", "matter": "示例路路灯不亮", "place": "示例路 1 号"}, caller
    )
    case, site = Case.objects.get(), live_server.url

    sign_in(page, site, "owner")
    expect(page.locator("main")).to_contain_text(case.number)
    take(page, site, case, "dispatch", 0, value_unit="示例县住房和城乡建设局")
    follow(phone, *slip)
    expect(phone.locator(".now")).to_contain_text("已经派给责任单位")
    take(page, site, case, "receive", 0)
    take(page, site, case, "reply", 0, value_reply="灯泡已经更换，当晚恢复照明")

    follow(phone, *slip)
    expect(phone.locator("main")).to_contain_text("灯泡已经更换，当晚恢复照明")
    phone.check("[name=resolved][value=true]")
    phone.check("[name=satisfaction][value=satisfied]")
    phone.click("form[action$='/act/'] button >> nth=0")
    expect(phone.get_by_role("status")).to_contain_text("评价答复")

    page.goto(f"{site}/case/{case.pk}/")
    expect(page.locator("main")).to_contain_text("满意")
    take(page, site, case, "close", 0, outcome="resolved")
    follow(phone, *slip)
    expect(phone.locator(".now")).to_contain_text("已经办结")
    case.refresh_from_db()
    assert (case.outcome, case.fields["satisfaction"]) == ("resolved", "satisfied")
    assert [event.online for event in case.events.filter(action__in=("order", "call_back")).order_by("pk")] == [
        True,
        True,
    ]
