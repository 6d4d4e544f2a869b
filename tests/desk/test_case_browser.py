"""In a browser: a whole reconsideration from application to the closed and printed file, and what happens to what was typed
when it fails."""

import io

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from tests.desk.county import days_ago, make_county, sit_down
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case, Draft
from zhunsheng.orgs.models import Duty
from zhunsheng.papers.models import Paper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

STEP = "#action-form form#step-form"


@pytest.fixture
def county(live_server, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    made = make_county()
    Duty.objects.create(officer=made.colleague, organ=made.justice)
    return made


def fill(form, days, values):
    form.locator("[name=on]").fill(days_ago(days).isoformat())
    for name, value in values.items():
        field = form.locator(f"[name={name}]").first
        kind = field.evaluate("field => field.type")
        if kind == "radio":
            form.locator(f"[name={name}][value={value}]").check()
        elif kind.startswith("select"):
            field.select_option(value)
        else:
            field.fill(value)


def open_step(page: Page, site: str, case: Case, action: str):
    page.goto(f"{site}/case/{case.pk}/")
    page.evaluate("document.querySelectorAll('.now details').forEach(function (d) { d.open = true; })")
    page.click(f".now a[href='/case/{case.pk}/act/{action}/']")
    form = page.locator(STEP)
    expect(form).to_be_visible()
    return form


def take(page: Page, site: str, case: Case, action: str, days: int, shown: str = "", **values: str) -> None:
    """Take a step in place; ``shown``: what the paper beside the form must say before it is taken."""
    form = open_step(page, site, case, action)
    fill(form, days, values)
    if shown:
        at = page.evaluate("document.activeElement.name")
        expect(page.locator(".preview article").first).to_contain_text(shown)
        assert page.evaluate("document.activeElement.name") == at, "a paper that came took the keyboard away"
    form.locator("button[type=submit].btn-primary").click()
    expect(page.locator(".message-success")).to_contain_text("已办理")


def test_a_whole_reconsideration(county, live_server, page):
    site = live_server.url
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    sit_down(page, site, "owner", "/cases/administrative_reconsideration/new/file/")
    expect(page.locator("#step-form [name=on]")).to_be_focused()
    expect(page.locator("#step-form [name=value_applicant-name]")).to_have_count(1)
    fill(page.locator("#step-form"), 9, {
        "value_applicant-name": "示例丁", "value_respondent-name": "示例县住房和城乡建设局", "value_act": "《限期拆除决定书》",
        "value_matter": "penalty", "value_area": "housing", "value_request": "撤销该决定",
    })  # fmt: skip
    page.click("#step-form button.btn-primary")
    page.wait_for_url("**/case/*/")
    case = Case.objects.get()

    page.goto(f"{site}/case/{case.pk}/?tab=papers")
    page.set_input_files(
        "#material-file", {"name": "复议申请书.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"}
    )
    page.click(".upload button[type=submit]")
    expect(page.locator("#tab")).to_contain_text("复议申请书")
    with page.expect_download() as download:
        page.click("#tab table a >> text=复议申请书")
    assert download.value.path().read_bytes() == b"%PDF-1.4 x"

    take(page, site, case, "accept", 8, "取号后生成", value_track="ordinary")
    sit_down(page, site, "colleague")
    take(page, site, case, "assign_officers", 8, value_officers="示例乙\n示例戊", value_panel_size="2", value_major="false",
         value_technical="false")  # fmt: skip
    take(page, site, case, "send_copy", 7, "示例县住房和城乡建设局")
    take(page, site, case, "copy_received", 7)
    take(page, site, case, "reply", 6, value_reply_summary="事实清楚", value_respondent_staff="示例己")
    take(page, site, case, "hear_opinions", 5, value_opinions="申请人坚持请求")
    take(page, site, case, "suspend", 5, "中止", value_suspension_ground="force_majeure")
    expect(page.locator(".deadline-list").first).to_contain_text("已停止计算")
    take(page, site, case, "resume", 3, "恢复")
    due = Case.objects.get().next_due
    take(page, site, case, "extend", 3, "案情复杂", value_extension_reason="案情复杂")
    assert Case.objects.get().next_due > due
    take(page, site, case, "propose", 2, value_findings="程序违法", value_proposal="撤销")
    take(page, site, case, "decide", 1, "撤销《限期拆除决定书》", outcome="revoked", value_decision_reasons="程序违法",
         value_decision_text="撤销《限期拆除决定书》。", value_adopted_by="by_head")  # fmt: skip
    issue_the_decision(page, site, case)
    take(page, site, case, "serve", 1)
    take(page, site, case, "archive", 0)
    print_the_file(page, site, case)
    case = Case.objects.get()
    assert (case.state, case.outcome) == ("closed", "revoked")
    assert problems == []
    assert not Draft.objects.exists()


def issue_the_decision(page: Page, site: str, case: Case) -> None:
    """Every paper stands there with its number; the decision is looked at, taken out, signed elsewhere and scanned in."""
    page.goto(f"{site}/case/{case.pk}/?tab=papers")
    for number in Paper.objects.filter(case_id=case.pk).exclude(number="").values_list("number", flat=True):
        expect(page.locator("#tab")).to_contain_text(number)
    decision = Paper.objects.get(case_id=case.pk, kind="decision")
    page.click(f"#tab a[href$='/paper/{decision.pk}/']")
    expect(page.locator("article")).to_contain_text("撤销《限期拆除决定书》")
    with page.expect_download() as download:
        page.click("main a:has-text('下载')")
    text = "\n".join(p.text for p in Document(io.BytesIO(download.value.path().read_bytes())).paragraphs)
    assert decision.number in text
    page.goto(f"{site}/case/{case.pk}/?tab=papers")
    row = page.locator("#tab table").first.locator("tr", has_text=decision.number)
    row.locator("summary:has-text('添加')").click()
    row.locator("input[type=file]").set_input_files(
        {"name": "决定书签章.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 signed"}
    )
    row.locator("button:has-text('上传')").click()
    expect(page.locator("#tab table").first.locator("tr", has_text=decision.number)).to_contain_text("决定书签章.pdf")


def print_the_file(page: Page, site: str, case: Case) -> None:
    """卷宗: the whole case prints on several pages, names masked until they are asked for."""
    page.goto(f"{site}/case/{case.pk}/")
    page.click("main .head-tools >> text=打印")
    file = page.locator(".whole-file")
    expect(file).to_contain_text("立卷归档")
    expect(file).to_contain_text("决定书签章.pdf")
    expect(file.locator(".case-title")).not_to_contain_text("示例丁")
    page.click("text=显示全名")
    expect(file.locator(".case-title")).to_contain_text("示例丁")
    printed = page.pdf()
    assert printed.startswith(b"%PDF")
    assert printed.count(b"/Type /Page\n") > 5


def test_a_stale_page_keeps_what_was_typed_and_the_draft_comes_back(county, live_server, page):
    site, case = live_server.url, county.accepted()
    sit_down(page, site, "owner")
    form = open_step(page, site, case, "assign_reviewer")
    perform(
        case.pk, "office.countersign", on=days_ago(0), values={"to": str(county.housing.pk)}, officer=county.colleague
    )
    form.locator("[name=value_reviewer_name]").fill("示例戊")
    expect(page.locator(".draft-saved")).to_contain_text("已保存草稿")
    expect(form.locator("[name=value_reviewer_name]")).to_be_focused()  # who types goes on where he was
    form.locator("button.btn-primary").click()
    expect(page.locator("#action-form .message-warning").first).to_contain_text("本案有新的办理记录")
    expect(page.locator("#action-form .message-warning").first).to_contain_text("示例乙")
    expect(page.locator("[name=value_reviewer_name]")).to_have_value("示例戊")
    page.context.clear_cookies()
    page.locator(f"{STEP} button.btn-primary").click()
    expect(page.locator("#session-ended")).to_be_visible()
    expect(page.locator("[name=value_reviewer_name]")).to_have_value("示例戊")
    sit_down(page, site, "owner")
    form = open_step(page, site, case, "assign_reviewer")
    expect(page.locator(".draft-line")).to_contain_text("的草稿")
    expect(form.locator("[name=value_reviewer_name]")).to_have_value("示例戊")
    form.locator("button.btn-primary").click()
    expect(page.locator(".message-success")).to_contain_text("已办理")
