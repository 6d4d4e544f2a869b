"""In a browser without a network: the form of a step keeps what was typed and is sent when there is a network again."""

import pytest
from playwright.sync_api import expect

from tests.desk.county import make_county, sit_down
from tests.desk.test_case_browser import STEP, open_step
from zhunsheng.cases.models import Case

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def county(live_server, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return make_county()


def test_a_step_taken_without_a_network_is_sent_when_there_is_one_again(county, live_server, page):
    site, case = live_server.url, county.accepted()
    before = Case.objects.get(pk=case.pk).state
    sit_down(page, site, "owner")
    form = open_step(page, site, case, "assign_reviewer")
    page.context.set_offline(True)
    form.locator("[name=value_reviewer_name]").fill("示例戊")
    form.locator("button.btn-primary").click()
    expect(page.locator("#kept-offline")).to_be_visible()
    expect(page.locator("#connection-error")).to_be_hidden()
    assert Case.objects.get(pk=case.pk).state == before
    page.context.set_offline(False)
    expect(page.locator(".message-success")).to_contain_text("已办理")
    assert Case.objects.get(pk=case.pk).fields["reviewer_name"] == "示例戊"
    assert page.evaluate("window.sessionStorage.length") == 0


def test_what_was_typed_without_a_network_is_there_again_after_the_page_was_left(county, live_server, page):
    site, case = live_server.url, county.accepted()
    sit_down(page, site, "owner")
    form = open_step(page, site, case, "assign_reviewer")
    page.context.set_offline(True)
    form.locator("[name=value_reviewer_name]").fill("示例戊")
    expect(page.locator("#kept-offline")).to_be_visible()
    page.context.set_offline(False)
    page.goto(f"{site}/case/{case.pk}/")
    form = open_step(page, site, case, "assign_reviewer")
    expect(page.locator("#restored-offline")).to_be_visible()
    expect(page.locator(f"{STEP} [name=value_reviewer_name]")).to_have_value("示例戊")
    page.locator(f"{STEP} button.btn-primary").click()
    expect(page.locator(".message-success")).to_contain_text("已办理")
