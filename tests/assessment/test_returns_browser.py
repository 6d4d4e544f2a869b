"""In the browser: a return comes filled in, is sent, given back, sent again and accepted, and the month is put together."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from docx import Document
from playwright.sync_api import expect

from tests.desk.county import PASSWORD, make_county, officer
from zhunsheng.assessment.returns import RETURNS, raise_due
from zhunsheng.cases.models import Case
from zhunsheng.orgs.models import Duty
from zhunsheng.registers.actions import apply_entry_change

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def _signed_in(new_context, site, username):
    page = new_context(locale="zh-CN").new_page()
    page.goto(f"{site}/sign-in/")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.click("text=登录")
    page.wait_for_url(f"{site}/")
    return page


def _step(page, site, case, action, **fields):
    page.goto(f"{site}/case/{case.pk}/act/{action}/")
    for name, text in fields.items():
        page.fill(f"#step-form [name=value_{name}]", text)
    page.click("#step-form button.btn-primary")
    expect(page.locator(".message-success")).to_contain_text("已办理")


def test_a_month_from_raised_to_put_together(live_server, new_context):
    county, today, site = make_county(), timezone.localdate(), live_server.url
    arranged = {"arrangement": "月报", "form": "month", "unit_kinds": ["department"], "due_day": 60}
    first = today.replace(year=today.year - 1, month=1, day=1)
    apply_entry_change(RETURNS, county.government, "add", "M1", arranged, first, officer=county.owner)
    assert raise_due(today) == 2
    head = officer("unit-head", "示例丁", county.justice, system=RETURNS, role="unit_head")
    Duty.objects.create(officer=head, organ=county.justice, system=RETURNS, role="unit")
    officer("office", "示例戊", county.government, system=RETURNS, role="office", whole_tree=True)
    case = Case.objects.get(system=RETURNS, organ=county.justice)
    assert case.state == "drawn"
    unit, office = _signed_in(new_context, site, "unit-head"), _signed_in(new_context, site, "office")
    _step(unit, site, case, "send")
    _step(office, site, case, "give_back", return_reason="请补充典型做法")
    _step(unit, site, case, "explain", words="示例做法")
    _step(unit, site, case, "send")
    _step(office, site, case, "accept")
    office.goto(f"{site}/assessment/returns/")
    expect(office.locator(".sentence")).to_contain_text("应报 2 个单位，已报 1 个（审核通过 1 个）")
    expect(office.locator("main")).to_contain_text("由单位填写 1 处文字，没有手工填写的数")
    office.fill("#to_whom", "市委依法治市办")
    with office.expect_download() as taken:
        office.click("main button.btn-primary")
    texts = [paragraph.text for paragraph in Document(taken.value.path()).paragraphs]
    assert "示例县司法局：示例做法" in texts
    office.goto(f"{site}/figures/told/?year={(today.replace(day=1) - timedelta(days=1)).year}")
    expect(office.locator("main")).to_contain_text("市委依法治市办")
