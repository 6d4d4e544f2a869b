"""In a browser: a limit of the place with its document, and a template of the place from its errors to the paper that is issued."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect

from tests.desk.county import SYSTEM, days_ago, make_county, officer, sit_down
from zhunsheng.cases.models import Case
from zhunsheng.law.working_days import calendar

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
TEMPLATE = "legality_review.completion_notice.2019-09-01"
RULES = "示例县合法性审查办法（示政办〔2026〕3号）"


@pytest.fixture
def county(live_server):
    made = make_county()
    officer("keeper", "示例丁", made.government, system="local", role="administrator", whole_tree=True)
    return made


@pytest.fixture
def site(live_server, page: Page):
    """The address of the site; no script on its pages may fail."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield live_server.url
    assert problems == []


def submit(page: Page, site: str) -> Case:
    """A matter submitted today by the officer who is signed in."""
    page.goto(f"{site}/cases/{SYSTEM}/new/submit/")
    form = page.locator("#step-form")
    for name, value in (("matter", "《示例协议》"), ("submitting_unit", "示例局"), ("materials", "草案")):
        form.locator(f"[name=value_{name}]").first.fill(value)
    kind = form.locator("[name=value_kind]").first
    if kind.evaluate("field => field.type") == "radio":
        form.locator("[name=value_kind][value=agreement]").check()
    else:
        kind.select_option("agreement")
    form.locator("button.btn-primary").click()
    page.wait_for_url(re.compile(r"/case/\d+/$"))
    return Case.objects.latest("pk")


def test_limit_of_the_place_reaches_the_receipt(county, site, page: Page):
    sit_down(page, site, "keeper", "/")
    page.click("text=法规与日历")
    page.click(".menu >> text=本地设定")
    page.click("main >> text=本地期限")
    page.click("main >> text=协议、议题和其他涉法事务的审查时间")
    expect(page.locator("main")).to_contain_text("缺省值，未核对")
    page.click(".head-tools a.btn-primary")
    page.fill("[name=value]", "6")
    page.fill("[name=since]", days_ago(1).isoformat())
    page.click("main button:has-text('预览')")
    expect(page.locator(".field-error")).to_have_count(2)
    page.fill("[name=document]", RULES)
    page.fill("[name=article]", "8")
    page.fill("[name=reason]", "印发")
    page.click("main button:has-text('预览')")
    expect(page.locator("main")).to_contain_text("没有在办期限会因此改变")
    page.click("main .buttons button.btn-primary")
    expect(page.locator(".message-success")).to_contain_text("已设定")
    expect(page.locator("main")).to_contain_text(f"{RULES}第八条")

    sit_down(page, site, "owner")
    case = submit(page, site)
    page.click(f".now a[href='/case/{case.pk}/act/accept/']")
    page.locator("#step-form button.btn-primary").click()
    expect(page.locator(".now")).to_contain_text(calendar().add_working_days(days_ago(0), 6).isoformat())
    page.click("text=怎么算的 >> nth=0")
    receipt = page.locator(".receipt").first
    expect(receipt).to_contain_text(f"本地规定：6个工作日（{RULES}第八条")
    expect(receipt.locator(".declared-mark")).to_have_text("本地规定")


def docx_file(path: Path, *lines: str) -> Path:
    word = docx.Document()
    for line in lines:
        word.add_paragraph(line)
    word.save(str(path))
    return path


def test_template_of_the_place_is_used_for_the_paper(county, site, page: Page, tmp_path):
    sit_down(page, site, "keeper", f"/settings/template/{TEMPLATE}/")
    with page.expect_download() as started:
        page.click("text=下载起始模板")
    started.value.save_as(tmp_path / "start.docx")
    lines = [p.text for p in docx.Document(str(tmp_path / "start.docx")).paragraphs]
    assert "{{文号}}" in lines

    page.click(".head-tools a.btn-primary")
    page.set_input_files("[name=file]", docx_file(tmp_path / "wrong.docx", *lines, "联系人：{{联系人员}}"))
    page.fill("[name=since]", (days_ago(0) - timedelta(days=1)).isoformat())
    page.fill("[name=reason]", "统一文书")
    page.click("main button:has-text('预览')")
    problem = page.locator(".problem-list")
    expect(problem).to_contain_text(f"正文第 {len(lines) + 1} 段（联系人：{{{{联系人员}}}}）")
    expect(problem).to_contain_text("没有「联系人员」这个字段")

    page.set_input_files("[name=file]", docx_file(tmp_path / "right.docx", *lines, "联系电话：0375-0000000"))
    page.click("main button:has-text('预览')")
    expect(page.locator(".docx-screen")).to_contain_text("联系电话：0375-0000000")
    page.click("main .buttons button.btn-primary")
    expect(page.locator(".message-success")).to_contain_text("已设定")

    sit_down(page, site, "owner")
    case = submit(page, site)
    page.evaluate("document.querySelectorAll('.now details').forEach(function (d) { d.open = true; })")
    page.click(f".now a[href='/case/{case.pk}/act/request_completion/']")
    form = page.locator("#step-form")
    form.locator("[name=value_missing_materials]").fill("起草说明{{文号}}")
    form.locator("button.btn-primary").click()
    expect(page.locator(".timeline")).to_contain_text("要求补充材料")
    page.goto(f"{site}/case/{case.pk}/?tab=papers")
    page.click("main >> text=补充材料通知书 >> nth=0")
    expect(page.locator(".docx-screen")).to_contain_text("起草说明{{文号}}")
    with page.expect_download() as issued:
        page.click("main >> text=下载")
    content = Path(issued.value.path()).read_bytes()
    text = "\n".join(p.text for p in docx.Document(BytesIO(content)).paragraphs)
    assert "联系电话：0375-0000000" in text
    assert f"示司法审补〔{days_ago(0).year}〕1号" in text
    assert "起草说明{{文号}}" in text
    assert "{{单位}}" not in text
