"""On a phone without scripts: a citizen and officers play a request for information, a reconsideration and a hotline request to
the end."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desk.county import sit_down
from tests.desk.test_case_browser import take
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


def go_on(page: Page) -> None:
    """To the next sheet, and not before it has come: what is counted then must not be of the sheet before."""
    with page.expect_navigation():
        page.click("button[value=next]")


def fill(page: Page, **typed: str) -> None:
    """Fill in the boxes of a page by the names of their fields (``__`` for a point) and go on; what is folded is opened."""
    folded = page.locator("details.step:not([open]) > summary")
    while folded.count():
        folded.first.click()
    for name, value in typed.items():
        box = page.locator(f"[name='{name.replace('__', '.')}']")
        if box.first.get_attribute("type") == "radio":
            page.check(f"[name='{name}'][value='{value}']")
        elif box.evaluate("one => one.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
    go_on(page)


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
    go_on(page)
    if page.locator("[name=by_site]").count():
        page.check("[name=by_site]")
    go_on(page)
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


def test_a_request_for_information(phone: Page, page: Page, place, live_server):
    slip = hand_in(
        phone, "info_disclosure_request", {"applicant__0__name": "示例甲", "applicant__0__phone": "13800000000"},
        {"information": "示例道路的规划文件", "form": "electronic"},
    )  # fmt: skip
    case, site = Case.objects.get(), live_server.url

    sit_down(page, site, "owner", "/")
    expect(page.locator("main")).to_contain_text(case.number)
    take(page, site, case, "confirm", 0, value_applicant_kind="natural")
    by = (today() + timedelta(days=10)).isoformat()
    take(page, site, case, "ask_supplement", 0, value_supplement_matters="写明文号", value_supplement_by=by)
    follow(phone, *slip)
    phone.get_by_label("打开《补正告知书》").click()
    expect(phone.locator(".official")).to_contain_text("写明文号")
    phone.click("text=返回办理")
    phone.fill("[name=information]", "示规〔2020〕1号")
    phone.click("form[action$='/act/'] button >> nth=0")
    expect(phone.get_by_role("status")).to_contain_text("提交补正")

    third = {"value_third_party-name": "示例公司", "value_third_party-kind": "organisation"}
    take(page, site, case, "consult_third", 0, **third)
    follow(phone, *slip)
    expect(phone.locator(".now")).to_contain_text("所需时间不计入答复期限")
    take(page, site, case, "third_served", 0, value_third_received_on=today().isoformat())
    take(page, site, case, "third_replied", 0, value_third_opinion="agrees")
    take(page, site, case, "review", 0, value_search_note="已检索", value_secrecy_review="可以公开")
    take(page, site, case, "extend", 0, value_extension_reason="信息较多")
    take(page, site, case, "answer", 0, outcome="disclosed", value_reply_content="予以公开")
    follow(phone, *slip)
    phone.get_by_label("打开《政府信息公开申请答复书》").click()
    expect(phone.locator(".official")).to_contain_text("予以公开")
    assert case.events.filter(action=Verb.READ, online=True).count() == 2


def test_an_application_for_reconsideration(phone: Page, page: Page, place, live_server):
    slip = hand_in(
        phone, "administrative_reconsideration",
        {**APPLICANT, "applicant__0__address": "示例路 1 号", "respondent__0__name": "示例县住房和城乡建设局"},
        {"act": "行政处罚决定", "matter": "penalty"},
        {"request": "撤销该处罚决定", "reasons": "没有违法"},
    )  # fmt: skip
    case, site = Case.objects.get(), live_server.url
    assert case.fields["area"] == "housing", "what the name of the organ says nobody is asked"

    sit_down(page, site, "owner", "/")
    expect(page.locator("main")).to_contain_text(case.number)
    page.goto(f"{site}/case/{case.pk}/?tab=papers")
    expect(page.locator("#tab")).to_contain_text("身份证明.pdf")
    take(page, site, case, "accept", 0, value_track="ordinary")
    for action, values in (  # these by hand: ``test_a_whole_reconsideration`` of the desk
        ("assign_officers", {"officers": ["示例乙", "示例丙"], "panel_size": 2, "major": False, "technical": False}),
        ("send_copy", {}),
        ("copy_received", {}),
        ("reply", {"reply_summary": "合法", "respondent_staff": ["示例丁"]}),
        ("hear_opinions", {"opinions": "已经听取"}),
        ("propose", {"findings": "事实不清", "proposal": "撤销"}),
    ):
        perform(case.pk, action, on=today(), values=values)
    take(page, site, case, "decide", 0, outcome="revoked", value_decision_reasons="事实不清",
         value_decision_text="撤销该处罚决定", value_adopted_by="by_head")  # fmt: skip
    follow(phone, *slip)
    expect(phone.locator(".now")).to_contain_text("已经作出决定")
    phone.get_by_label("打开《行政复议决定书》").click()
    expect(phone.locator(".official")).to_contain_text("撤销该处罚决定")
    take(page, site, case, "serve", 0)
    follow(phone, *slip)
    expect(phone.locator("main")).to_contain_text("对复议决定起诉")
    page.goto(f"{site}/case/{case.pk}/")
    expect(page.locator("main")).to_contain_text("当事人阅读文书")
    expect(page.locator("main")).to_contain_text("行政复议决定书")


def test_a_hotline_request_from_the_phone_to_satisfaction(phone: Page, page: Page, place, live_server):
    caller = {"caller__0__name": "示例甲", "caller__0__phone": "13800000000"}
    slip = hand_in(
        phone, "hotline_workorder", {"theme": "help", "matter": "示例路路灯不亮", "place": "示例路 1 号"}, caller
    )
    case, site = Case.objects.get(), live_server.url

    sit_down(page, site, "owner", "/")
    expect(page.locator("main")).to_contain_text(case.number)
    take(page, site, case, "dispatch", 0, value_unit="示例县住房和城乡建设局")
    follow(phone, *slip)
    expect(phone.locator(".now")).to_contain_text("已经派给责任单位")
    take(page, site, case, "receive", 0)
    take(page, site, case, "reply", 0, value_reply="灯泡已经更换，当晚恢复照明")

    follow(phone, *slip)
    expect(phone.locator("main")).to_contain_text("灯泡已经更换，当晚恢复照明")
    phone.check("[name=resolved][value=true]")
    phone.check("[name=satisfaction][value=very_satisfied]")
    phone.click("form[action$='/act/'] button >> nth=0")
    expect(phone.get_by_role("status")).to_contain_text("评价答复")

    page.goto(f"{site}/case/{case.pk}/")
    expect(page.locator("main")).to_contain_text("满意")
    take(page, site, case, "close", 0, outcome="resolved")
    follow(phone, *slip)
    expect(phone.locator(".now")).to_contain_text("已经办结")
    case.refresh_from_db()
    assert (case.outcome, case.fields["satisfaction"]) == ("resolved", "very_satisfied")
    assert [event.online for event in case.events.filter(action__in=("order", "call_back")).order_by("pk")] == [
        True,
        True,
    ]
