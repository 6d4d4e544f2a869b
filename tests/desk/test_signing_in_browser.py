"""In a browser: the whole way of the second factor, being locked out, and a form that outlives its session."""

import base64
from datetime import timedelta

import pytest
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect

from tests.desk.county import PASSWORD, SYSTEM, make_county
from zhunsheng.security.models import Session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def problems(page: Page):
    """What the browser complained about: errors of scripts, and what the content security policy has stopped."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if "Content Security" in message.text else None)
    return found


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/sign-in/")
    page.fill("#id_username", "owner")
    page.fill("#id_password", PASSWORD)
    page.click("button >> text=登录")


def code(page: Page, text: str) -> None:
    page.fill("#id_code", text)
    page.click("button >> text=登录")


def test_second_factor_recovery_code_and_lockout(live_server, page: Page, problems):
    make_county()
    site = live_server.url
    sign_in(page, site)
    page.click(".top-person a")
    page.click("main a.btn-primary")
    expect(page.locator(".qr svg path").first).to_be_visible()
    page.click("text=不能扫描")
    key = base64.b32decode((page.locator(".key").text_content() or "").replace(" ", ""))
    page.fill("#id_code", f"{totp(key):06d}")
    page.fill("#id_old", PASSWORD)
    page.click("button >> text=启用")
    expect(page.locator(".codes code")).to_have_count(10)
    codes = page.locator(".codes code").all_text_contents()
    TOTPDevice.objects.update(last_t=-1)  # as if half a minute had passed

    page.click("header >> text=退出")
    sign_in(page, site)
    page.wait_for_url(f"{site}/sign-in/code/")
    code(page, "000000")
    expect(page.get_by_role("alert")).to_contain_text("动态口令不对")
    code(page, f"{totp(key):06d}")
    page.wait_for_url(f"{site}/")

    page.click("header >> text=退出")
    sign_in(page, site)
    code(page, codes[0])
    page.wait_for_url(f"{site}/people/security/")
    expect(page.locator("main")).to_contain_text("恢复码还剩 9 个")
    expect(page.locator("main")).to_contain_text("本机")

    page.click("header >> text=退出")
    sign_in(page, site)
    for _n in range(5):
        code(page, codes[0])
    expect(page.get_by_role("alert")).to_contain_text("登录失败 5 次，已锁定")
    sign_in(page, site)
    expect(page.get_by_role("alert")).to_contain_text("以后可以再次登录")
    assert problems == []


def test_a_half_filled_form_outlives_its_session(live_server, page: Page, problems):
    make_county()
    site = live_server.url
    sign_in(page, site)
    page.wait_for_url(f"{site}/")
    page.goto(f"{site}/cases/{SYSTEM}/new/submit/")
    page.fill("[name=value_matter]", "《示例道路开挖协议》")
    warning = page.locator("#session")
    expect(warning).to_be_hidden()

    row = Session.objects.get(officer__isnull=False)
    data = row.get_decoded()
    data["seen"] -= 27 * 60
    row.session_data = row.get_session_store_class()().encode(data)
    row.save()
    look_again(page)
    expect(warning).to_contain_text("登录将在 3 分钟内结束")
    page.click("#session >> text=继续")
    expect(warning).to_be_hidden()

    Session.objects.update(expire_date=row.expire_date - timedelta(days=1))
    look_again(page)
    expect(warning.locator("text=登录已经结束")).to_be_visible()
    with page.expect_popup() as opened:
        page.click("#session >> text=登录 >> visible=true")
    sign_in(opened.value, site)
    opened.value.wait_for_url(f"{site}/")
    look_again(page)
    expect(warning).to_be_hidden()
    page.click(".action-form button[type=submit]")
    expect(page.locator("[name=value_matter]")).to_have_value("《示例道路开挖协议》")
    expect(page.locator(".field-error").first).to_have_text("必须填写")
    assert problems == []


def look_again(page: Page) -> None:
    """What happens when somebody comes back to a window."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
