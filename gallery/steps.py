"""What has to be done on a page before the picture: forms filled in, rows ticked, things unfolded.

Found by name and type, never by words, because pages are opened in both languages. Nothing here writes a record.
"""

from __future__ import annotations

import io
from base64 import b32decode
from collections.abc import Mapping
from typing import Any

from django_otp.oath import totp
from openpyxl import Workbook
from playwright.sync_api import Page

Scene = Mapping[str, Any]
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUBMIT = "main form:not([role=search]) button.btn-primary[type=submit]"


def workbook(*rows: tuple[object, ...]) -> io.BytesIO:
    """A workbook of one sheet, as an officer would send it."""
    made = Workbook()
    for row in rows:
        made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    return file


def send(page: Page, button: str = SUBMIT) -> None:
    """Send a form and wait for the page that answers."""
    with page.expect_navigation():
        page.locator(button).first.click()


def send_the_form_empty(page: Page, scene: Scene) -> None:
    page.evaluate("document.querySelectorAll('main form').forEach(form => { form.noValidate = true; })")
    if page.locator("#step-form").count():  # htmx puts the answer in place; without it the page is answered whole
        page.evaluate("document.querySelector('#step-form').submit()")
        page.wait_for_selector(".field-error")
    else:
        send(page)


# --- signing in --------------------------------------------------------------------------------------------------------


def _sign_in(page: Page, username: str, password: str) -> None:
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    send(page)


def sign_in_wrongly(page: Page, scene: Scene) -> None:
    """As nobody there is, so that no account gets locked."""
    _sign_in(page, page.evaluate("'shili' + Date.now() % 100000"), "wrong")


def lock_out(page: Page, scene: Scene) -> None:
    while page.locator("#id_username").count():
        _sign_in(page, "suoding", "wrong")


def sign_in_half(page: Page, scene: Scene) -> None:
    """As somebody who has to give a code as well."""
    _sign_in(page, scene["newcomer_name"], scene["password"])


def turn_second_factor_on(page: Page, scene: Scene) -> None:
    key = (page.locator("code.key").text_content() or "").replace(" ", "")
    page.fill("[name=code]", f"{totp(b32decode(key + '=' * (-len(key) % 8))):06d}")
    page.fill("[name=old]", scene["password"])
    send(page)


def turn_second_factor_off(page: Page, scene: Scene) -> None:
    page.fill("[name=old]", scene["password"])
    send(page)


def send_without_token(page: Page, scene: Scene) -> None:
    page.evaluate("document.querySelector('main form.sheet [name=csrfmiddlewaretoken]').remove()")
    _sign_in(page, "shili", "wrong")


def type_a_question(page: Page, scene: Scene) -> None:
    page.locator("#find").press_sequentially("示例", delay=20)
    page.wait_for_selector(".suggestion")


def ask_for_a_party(page: Page, scene: Scene) -> None:
    page.fill(".by-name [name=q]", "示例丁")
    send(page, ".by-name button")


def show_the_error_page(page: Page, scene: Scene) -> None:
    """The page of a programming error, which a sound site has no address for."""
    from django.template.loader import render_to_string

    body = render_to_string("500.html")
    page.route("**/something-went-wrong/", lambda route: route.fulfill(status=500, body=body, content_type="text/html"))
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + "/something-went-wrong/")


def open_more_filters(page: Page, scene: Scene) -> None:
    page.locator(".filter-more > summary").click()


def open_the_help(page: Page, scene: Scene) -> None:
    page.locator("#page-help > summary").click()
    page.wait_for_selector("#page-help p")


def choose_columns(page: Page, scene: Scene) -> None:
    page.locator(".list-tools .popup > summary").first.click()


def unfold_a_receipt(page: Page, scene: Scene) -> None:
    page.locator(".deadline-list .unfold > summary").first.click()


def begin_the_first_step(page: Page, scene: Scene) -> None:
    page.locator(".now .buttons a.btn").first.click()
    page.wait_for_selector("#action-form form")


def to_bulk_choice(page: Page, scene: Scene) -> None:
    for box in page.locator("input[form=bulk][name=case]").all():
        box.check()
    send(page, "button[form=bulk]")


def to_bulk_form(page: Page, scene: Scene) -> None:
    to_bulk_choice(page, scene)
    page.select_option("#action", "accept")
    send(page)


def to_bulk_preview(page: Page, scene: Scene) -> None:
    to_bulk_form(page, scene)
    send(page)


def to_bulk_without_ticks(page: Page, scene: Scene) -> None:
    send(page, "button[form=bulk]")


def upload_a_list(page: Page, scene: Scene) -> None:
    """A list of which one row is new, one changed and one wrong."""
    rows = workbook(
        ("事项编码", "事项名称", "权力类型", "实施依据", "实施主体"),
        ("示例-01", "对示例行为的行政处罚（修订）", "行政处罚", "示例法第三条", "示例局"),
        ("示例-08", "示例许可", "行政许可", "示例法第八条", "示例局"),
        ("示例-09", "示例检查", "没有这种类型", "示例法第九条", "示例局"),
    )
    page.set_input_files("[type=file]", {"name": "上级清单.xlsx", "mimeType": SHEET, "buffer": rows.getvalue()})
    send(page)


def fill_in_a_notice(page: Page, scene: Scene) -> None:
    """The first holiday of next year, invented."""
    page.fill("#document", "示例放假通知")
    page.fill("#first-1", f"{scene['next_year']}-01-01")
    page.fill("#last-1", f"{scene['next_year']}-01-03")
    send(page)


def preview_a_setting(page: Page, scene: Scene) -> None:
    for name, text in (("value", "7"), ("document", "示例市合法性审查办法"), ("article", "8"), ("reason", "办法印发")):
        page.fill(f"[name={name}]", text)
    send(page)


def to_reform_preview(page: Page, scene: Scene) -> None:
    page.locator("[name=others]").nth(1).check()  # the first is the superior
    page.fill("[name=name]", "示例综合局")
    page.fill("[name=document]", "示委〔2026〕1号")
    page.fill("[name=reason]", "机构改革方案")
    send(page)


# --- reports -----------------------------------------------------------------------------------------------------------

REPORT = """示例{place}{year}年法治政府建设情况报告
{year}年，收到行政复议申请{received}件，审结{closed}件，按时审结率100%。其中撤销8件，确认违法3件，维持{kept}件。
办理行政应诉案件27件，同比下降30.8%，负责人出庭应诉26件，出庭率97.73%。
"""


def check_a_report(page: Page, scene: Scene) -> None:
    """One whose parts do not make up the whole."""
    page.fill("#text", REPORT.format(place="市", year=2020, received=98, closed=89, kept=70))
    send(page, ".check-form button.btn-primary")


def compare_reports(page: Page, scene: Scene) -> None:
    told = (("市", 2019, 76, 70, 59), ("市", 2020, 98, 89, 78), ("县", 2020, 31, 30, 19))
    names = ("place", "year", "received", "closed", "kept")
    files = [
        {"name": f"示例{one[0]}{one[1]}.txt", "mimeType": "text/plain", "buffer": REPORT.format(**dict(zip(names, one, strict=True))).encode()}
        for one in told
    ]  # fmt: skip
    page.set_input_files("#files", files)
    send(page, ".check-form button.btn-primary")


# --- the public's forms ----------------------------------------------------------------------------------------------------


def send_a_service_empty(page: Page, scene: Scene) -> None:
    """At once, so that the question for machines is asked too."""
    send(page, "button[value=next]")


def follow_a_receipt(page: Page, scene: Scene) -> None:
    page.fill("#number", scene["receipt_number"])
    page.fill("#code", scene["receipt_code"])
    send(page, ".public-form button[type=submit]")


def open_a_paper(page: Page, scene: Scene) -> None:
    follow_a_receipt(page, scene)
    send(page, "form[action$='/paper/'] button")
