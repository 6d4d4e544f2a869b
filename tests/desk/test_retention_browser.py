"""In a browser: the archivist chooses all that can go and proposes it, two reviewers agree, and figures open to what remains."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.desk.county import SYSTEM, make_county, officer, sit_down
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.models import Case
from zhunsheng.local.actions import decide
from zhunsheng.local.retention import RETENTION
from zhunsheng.retention.actions import ARCHIVIST, REVIEWER
from zhunsheng.retention.models import ROOM

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
LONG_AGO = date(2020, 1, 6)


def test_files_are_proposed_reviewed_twice_and_destroyed(live_server, page: Page, browser_context_args):
    county, site = make_county(), live_server.url
    for username, role in (("dang", ARCHIVIST), ("yi", REVIEWER), ("er", REVIEWER)):
        officer(username, f"示例{username}", county.justice, system=ROOM, role=role)
    decide(None, RETENTION, f"cases.{SYSTEM}", county.justice, date(2020, 1, 1), {"term": "years", "years": "2"}, reason="试",
           document="示例县文件材料归档范围和保管期限表")  # fmt: skip
    decide(None, RETENTION, "reports", county.justice, date(2020, 1, 1), {"term": "years", "years": "30"}, reason="试",
           document="示例县文件材料归档范围和保管期限表")  # fmt: skip
    values = {"matter": "《示例协议》", "kind": "agreement", "submitting_unit": "示例单位", "materials": "草案、说明"}
    for _ in range(3):
        case = open_case(SYSTEM, "submit", organ=county.justice, on=LONG_AGO, values=values)
        perform(case.pk, "return_unreviewed", on=LONG_AGO, values={"return_reason": "材料不齐"})
    newer = open_case(SYSTEM, "submit", organ=county.justice, on=date(2025, 1, 6), values=values)

    sit_down(page, site, "dang", "/retention/")
    boxes = page.locator("input[name=cases]")
    expect(boxes).to_have_count(3)
    expect(page.locator("section", has=page.locator("h2", has_text="由人工决定的"))).to_contain_text("30年")
    page.check("text=全选可以提出的")
    assert all(box.is_checked() for box in boxes.all())
    boxes.nth(2).uncheck()
    page.fill("#propose-reason", "保管期限已满，没有继续保存的价值")
    page.click("button:has-text('提出销毁')")
    expect(page.locator("main")).to_contain_text("已提出，请两位鉴定人办理")
    address = page.url
    page.goto(f"{site}/retention/")
    expect(page.locator("input[name=cases]")).to_have_count(1)

    for username, told in (("yi", "还须另一位鉴定人办理"), ("er", "已销毁，可以下载证明")):
        sit_down(page, site, username, address.removeprefix(site))
        page.click("main button:has-text('同意') >> nth=0")
        expect(page.locator("main")).to_contain_text(told)
    assert set(Case.objects.exclude(pk=newer.pk).values_list("pk", flat=True)) == {case.pk}
    with page.expect_download() as download:
        page.click("a:has-text('证明')")
    assert download.value.suggested_filename.endswith(".docx")
