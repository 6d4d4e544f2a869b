"""In a browser: a report from its draft to the public, and the record that changes afterwards."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.desk.county import days_ago, make_county, officer, sit_down
from zhunsheng.ledger.postings import PostingRow, post
from zhunsheng.orgs.access import access_of
from zhunsheng.reports import drafts, kept
from zhunsheng.reports.models import ReportDraft

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def test_from_draft_to_confirmed_published_and_the_discrepancy(live_server, page: Page):
    county = make_county()
    head = officer("writer", "示例庚", county.government, whole_tree=True)
    other = officer("checker", "示例辛", county.government, whole_tree=True)

    def received(number: int) -> None:
        post(
            [
                PostingRow(
                    "administrative_reconsideration.received", county.government.pk, days_ago(0), number, source_id=1
                )
            ]
        )

    received(5)
    year = days_ago(0).year
    sit_down(page, live_server.url, "writer", f"/reports/{county.region.pk}/{year}/")
    page.click("form[action$='begin/'] button")
    expect(page.locator("main")).to_contain_text("草稿，待确认")
    expect(page.locator("main")).to_contain_text("收到行政复议申请5件")
    final = page.locator("button", has_text="定稿")
    expect(final).to_be_disabled()
    page.locator("button", has_text="确认").first.click()
    expect(page.locator("main")).to_contain_text(re.compile(r"已确认\s+示例庚"))
    draft = ReportDraft.objects.get()
    for row, _written in kept.sentences_of(draft):
        if not row.confirmed_at:
            drafts.leave_out(row.pk, head, access_of(head, days_ago(0)))
    page.reload()
    page.fill("#number", "示政文〔2026〕1号")
    page.locator("button", has_text="定稿").click()
    expect(page.locator("main")).to_contain_text("公开前应当作保密审查")
    page.locator("button", has_text="审查通过").click()
    expect(page.locator(".alert-danger")).to_contain_text("不能自己作保密审查")
    drafts.check_secrecy(draft.pk, "", other, access_of(other, days_ago(0)))
    page.goto(f"{live_server.url}/report-drafts/{draft.pk}/")
    page.locator("button", has_text="公开").click()
    expect(page.locator("h1")).to_contain_text("已公开")
    expect(page.locator("#differences")).to_have_count(0)
    received(2)
    page.reload()
    expect(page.locator("#differences")).to_contain_text("5件")
    expect(page.locator("#differences")).to_contain_text("7件")
    with page.expect_download() as file:
        page.click("text=PDF >> nth=0")
    assert file.value.suggested_filename.endswith(".pdf")
