"""In a browser: a workbook with mistakes is mended on the page, imported and taken back; one step for several cases of
which one is refused."""

import io

import pytest
from playwright.sync_api import Page, expect

from tests.desk.county import days_ago, make_county, sit_down
from tests.desk.test_imports import GOOD, book, changed
from zhunsheng.cases.models import Case

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def at_home(live_server, page: Page):
    county = make_county()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    sit_down(page, live_server.url, "owner")
    return page, county, problems


def send(page: Page, file: io.BytesIO) -> None:
    page.set_input_files(
        "#file",
        {
            "name": "台账.xlsx",
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": file.getvalue(),
        },
    )
    page.click("main button:has-text('上传')")
    page.select_option("select[name=column_4]", "submitting_unit")
    page.click("main button:has-text('检查')")


def test_a_workbook_is_mended_imported_and_taken_back(at_home, live_server):
    page, _county, problems = at_home
    page.goto(f"{live_server.url}/cases/legality_review/")
    page.click("main >> text=导入")
    send(page, book(GOOD, changed(送审日期="去年春天", 事项名称="《改好的》")))
    expect(page.locator("main h1")).to_have_text("有问题要改正")
    expect(page.locator("main table")).to_contain_text("第 3 行第 1 列")
    with page.expect_download() as download:
        page.click("text=标注表")
    assert download.value.suggested_filename.endswith(".xlsx")
    expect(page.locator(".mending tbody tr").first).to_contain_text("《改好的》")
    page.fill("[name=cell_3_1]", "前年")
    page.click("main button:has-text('改正')")
    expect(page.locator("[name=cell_3_1]")).to_have_value("前年")
    page.fill("[name=cell_3_1]", days_ago(20).isoformat())
    page.click("main button:has-text('改正')")
    expect(page.locator("main h1")).to_have_text("可以导入")
    expect(page.locator("main")).to_contain_text("已在网页上改正 1 格")
    expect(page.locator("main")).to_contain_text("写入 2 件案件")
    page.click("main button:has-text('导入')")
    expect(page.locator("main h1")).to_have_text("已导入 2 件")
    expect(page.locator("main table")).to_contain_text("《改好的》")
    assert Case.objects.count() == 2
    page.fill("#undo-reason", "年度错了")
    page.check("#undo input[type=checkbox]")
    page.click("#undo button:has-text('撤回')")
    expect(page.locator(".message-warning")).to_contain_text("撤回：年度错了")
    page.click("main table a >> nth=0")
    expect(page.locator(".now")).to_contain_text("作废，不再办理")
    page.goto(f"{live_server.url}/figure/legality_review.received/")
    expect(page.locator(".figure-value")).to_contain_text("0")
    assert problems == []


def test_one_step_for_several_cases(at_home, live_server):
    page, county, problems = at_home
    for matter, days in (("《一》", 9), ("《二》", 8), ("《三》", 1)):
        county.review(matter=matter, on=days_ago(days))
    page.goto(f"{live_server.url}/cases/legality_review/?state=submitted")
    expect(page.locator(".bulk-bar.is-wanted")).to_have_count(0)
    page.check("[data-tick-all]")
    expect(page.locator(".bulk-bar.is-wanted")).to_contain_text("勾选的 3")
    page.click("text=批量办理")
    page.select_option("#action", "accept")
    page.click("text=下一步")
    page.fill("[name=on]", days_ago(5).isoformat())
    page.click("text=下一步")
    expect(page.locator("main .sentence")).to_contain_text("2 件可以办理，1 件不能")
    page.click("text=确认办理")
    expect(page.locator("main .sentence")).to_contain_text("已办理 2 件，1 件没有办理")
    assert Case.objects.filter(state="submitted").count() == 1
    assert problems == []
