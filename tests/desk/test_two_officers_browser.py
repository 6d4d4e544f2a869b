"""In two browsers: two officers at one case. Each is told of the other, the second of what changed, nothing is lost."""

import pytest
from playwright.sync_api import expect

from tests.desk.county import make_county, sit_down
from zhunsheng.cases.models import Case, Draft
from zhunsheng.orgs.models import Duty

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
STEP = "#action-form form#step-form"


def signed_in(new_context, site, username):
    """A page of a browser of his own."""
    page = new_context().new_page()
    sit_down(page, site, username)
    return page


def open_form(page, site, case, action):
    page.goto(f"{site}/case/{case.pk}/")
    page.click(f".now a[href='/case/{case.pk}/act/{action}/']")
    expect(page.locator(STEP)).to_be_visible()


def test_two_officers_at_one_case(live_server, new_context):
    county = make_county()
    Duty.objects.create(officer=county.colleague, organ=county.justice)
    site, case = live_server.url, county.accepted()
    first, second = signed_in(new_context, site, "owner"), signed_in(new_context, site, "colleague")
    problems = []
    for page in (first, second):
        page.on("pageerror", lambda error: problems.append(str(error)))
    open_form(first, site, case, "assign_reviewer")
    open_form(second, site, case, "assign_reviewer")
    expect(second.locator("#presence")).to_contain_text("示例甲正在办理“确定承办人”")

    second.fill(f"{STEP} [name=value_reviewer_name]", "示例庚")
    second.fill(f"{STEP} [name=note]", "示例庚熟悉此类协议")
    expect(second.locator(".draft-saved")).to_contain_text("已保存草稿")
    first.fill(f"{STEP} [name=value_reviewer_name]", "示例戊")
    first.click(f"{STEP} button.btn-primary")
    expect(first.locator(".message-success")).to_contain_text("已办理")

    # Told before he sends it: opening the form is a question too, and so is every ten seconds.
    second.evaluate("htmx.trigger('#presence', 'load')")
    told = second.locator("#presence .message-warning")
    expect(told).to_contain_text("示例甲")
    expect(told).to_contain_text("示例戊")
    expect(second.locator(f"{STEP} [name=value_reviewer_name]")).to_have_value("示例庚")

    # He sends it all the same: refused, with what changed, and everything he typed still there.
    second.click(f"{STEP} button.btn-primary")
    warning = second.locator("#action-form .message-warning").first
    expect(warning).to_contain_text("没有提交")
    expect(warning).to_contain_text("示例戊")
    expect(second.locator(f"{STEP} [name=value_reviewer_name]")).to_have_value("示例庚")
    expect(second.locator(f"{STEP} [name=note]")).to_have_value("示例庚熟悉此类协议")
    assert Case.objects.get().fields["reviewer_name"] == "示例戊"
    assert Draft.objects.get(officer=county.colleague).typed["value_reviewer_name"] == ["示例庚"]

    # The first has gone on to the case itself; the second leaves and finds his draft.
    first.evaluate("htmx.trigger('#presence', 'load')")
    expect(first.locator("#presence")).to_contain_text("示例乙正在办理“确定承办人”")
    second.goto(f"{site}/case/{case.pk}/act/assign_reviewer/")
    expect(second.locator("[name=note]")).to_have_value("示例庚熟悉此类协议")
    assert problems == []
