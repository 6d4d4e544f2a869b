"""In a browser: a meeting is called, an item without legality review is refused, attendance and the head speaking last are
recorded, the minutes are printed, and the figure opens into the meeting."""

import pytest
from playwright.sync_api import Page, expect

from tests.bodies.county import make_county
from tests.desk.county import sit_down
from zhunsheng.bodies.models import Meeting
from zhunsheng.cases.models import Case

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def press(page: Page, name: str) -> None:
    page.locator("main .btn", has_text=name).first.click()


def test_a_document_is_passed_at_a_meeting(live_server, page: Page):
    county = make_county()
    body = county.executive()
    unreviewed, ready = county.document(reviewed=False), county.document()
    Case.objects.filter(pk=ready.pk).update(title="示例县已审查办法")
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    site = live_server.url
    sit_down(page, site, "secretary")

    # 召集
    page.goto(f"{site}/bodies/{body.pk}/")
    expect(page.locator("main table").first).to_contain_text("示例局长")
    press(page, "召集")
    page.fill("[name=ordinal]", "32")
    page.fill("[name=starts_at]", f"{county.today.isoformat()}T09:30")
    page.fill("[name=place]", "第一会议室")
    page.click("main button:has-text('召集')")
    expect(page.locator("h1")).to_contain_text("示例县人民政府第32次常务会议")
    meeting = Meeting.objects.get()

    # 列入议题: refused without a review, with the article
    press(page, "列入议题")
    page.fill("[name=number]", unreviewed.number)
    page.click("main button:has-text('列入')")
    expect(page.locator("[role=alert]").first).to_contain_text("未经合法性审核")
    expect(page.locator("[role=alert]").first).to_contain_text("市县依法行政决定第十三项")
    page.fill("[name=number]", "")
    page.check("text=示例县已审查办法")
    page.fill("[name=reporter]", "示例县司法局")
    page.click("main button:has-text('列入')")
    expect(page.locator("#agenda")).to_contain_text("1. 示例县已审查办法")
    press(page, "列入议题")
    page.select_option("[name=kind]", "study")
    page.fill("[name=title]", "会前学法")
    page.fill("[name=law]", "《中华人民共和国行政复议法》")
    page.click("main button:has-text('列入')")
    page.locator("#agenda button:has-text('提前')").click()
    expect(page.locator("#agenda")).to_contain_text("1. 会前学法")

    # 通知
    press(page, "印发通知")
    page.click("main button:has-text('印发')")
    expect(page.locator(".official")).to_contain_text("关于召开示例县人民政府第32次常务会议的通知")
    page.goto(f"{site}/meetings/{meeting.pk}/")

    # 登记到会: everybody is listed as present; one is on leave and a reason is asked for
    press(page, "登记到会")
    row = page.locator("tr", has_text="示例副县长")
    row.locator("text=请假").click()
    page.click("main button:has-text('登记')")
    expect(page.locator(".field-error")).to_contain_text("请假的原因")
    row.locator("input[type=text]").fill("出差")
    page.click("main button:has-text('登记')")
    expect(page.locator("main")).to_contain_text("应到 4 人，实到 3 人。")

    # 结论: the head has to speak last
    page.locator("#agenda tr", has_text="会前学法").locator("text=结论").click()
    page.click("main button:has-text('保存')")
    page.locator("#agenda tr", has_text="已审查办法").locator("text=结论").click()
    turns = {name: page.locator("tr", has_text=name).locator("[name^=turn-]") for name in ("示例县长", "示例局长")}
    page.fill("[name=settled]", "修改后按程序印发。")
    turns["示例县长"].fill("1")
    turns["示例局长"].fill("2")
    page.click("main button:has-text('保存')")
    expect(page.locator("[role=alert]").first).to_contain_text("主要负责人应当最后发表意见")
    turns["示例县长"].fill("3")
    page.keyboard.press("Enter")
    expect(page.locator("#agenda")).to_contain_text("2 人发言")
    expect(page.locator("main")).to_contain_text("全部议题已有结论，可以印发纪要。")

    # 纪要, and the figure
    press(page, "印发纪要")
    page.click("main button:has-text('印发')")
    minutes = page.locator(".official")
    expect(minutes).to_contain_text("示例县人民政府第32次常务会议纪要")
    expect(minutes).to_contain_text("请假：副县长 示例副县长")
    expect(page.locator("text=下载")).to_be_visible()
    page.goto(f"{site}/meetings/{meeting.pk}/")
    page.click("main >> text=政府常务会议学法")
    expect(page.locator(".figure-value")).to_contain_text("1")
    page.click(".figure-value a")
    page.click("main >> text=示例县人民政府第32次常务会议")
    page.wait_for_url(f"{site}/meetings/{meeting.pk}/")

    # the case goes on, and names the meeting by itself
    page.goto(f"{site}/case/{ready.pk}/act/deliberate/")
    expect(page.locator("[name=value_meeting_name]")).to_have_value("示例县人民政府第32次常务会议")
    page.goto(f"{site}/case/{ready.pk}/?tab=links")
    expect(page.locator("main")).to_contain_text("上会情况")
    assert problems == []
