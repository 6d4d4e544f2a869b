"""Mending a workbook on the page, and taking a whole import back: within some days, untouched, with a reason, visibly."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from docx import Document

from tests.desk.county import SYSTEM, days_ago
from tests.desk.test_imports import GOOD, START, book, changed, checked
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case
from zhunsheng.desk import background, import_undo
from zhunsheng.desk.models import Job, Upload
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.verification import verify
from zhunsheng.papers.models import Paper
from zhunsheng.security.models import AuditEntry

pytestmark = pytest.mark.once

LIST = f"/cases/{SYSTEM}/"


def lines(page):
    """The wrong cells shown to be mended: (row, column, text)."""
    return [(row.number, cell.column, cell.text) for row in page.context["wrong_rows"] for cell in row.wrong]


# --- mending ---------------------------------------------------------------------------------------------------------


def test_wrong_cells_are_mended_on_the_page_and_the_file_is_read_so(county, owner):
    address, page = checked(
        owner, book(GOOD, changed(送审日期="去年春天"), changed(类别="随便", 事项名称="《第三件》"))
    )
    assert lines(page) == [(3, 1, "去年春天"), (4, 3, "随便")]
    text = page.content.decode()
    assert '<option value="行政协议">' in text
    assert "去年春天、《示例采购协议》、行政协议" in text
    mended = {"cell_3_1": str(days_ago(20)), "cell_4_3": "随便"}
    page = owner.post(f"{address}mend/", mended, follow=True)
    assert lines(page) == [(4, 3, "随便")]
    page = owner.post(f"{address}mend/", {"cell_4_3": "规范性文件"}, follow=True)
    assert "写入 3 件案件" in page.content.decode()
    assert page.context["mended"] == [(3, 1, "去年春天", str(days_ago(20))), (4, 3, "随便", "规范性文件")]
    page = owner.post(f"{address}run/", follow=True)
    assert Case.objects.count() == 3
    assert Case.objects.get(title="《第三件》").fields["kind"] == "normative_document"
    kept = Upload.objects.get()
    assert (kept.corrections, kept.checked["problems"]) == ({}, [])
    assert AuditEntry.objects.get(action="cases.import").detail["mended"] == 2


def test_what_was_mended_can_be_given_back(county, owner):
    address, _page = checked(owner, book(changed(送审日期="去年春天")))
    owner.post(f"{address}mend/", {"cell_2_1": "2020"})
    page = owner.post(f"{address}mend/", {"cell_2_1": "前年"}, follow=True)
    assert page.context["mended"] == [(2, 1, "去年春天", "前年")]
    page = owner.post(f"{address}mend/", {"reset": "1"}, follow=True)
    assert (page.context["mended"], lines(page)) == ([], [(2, 1, "去年春天")])


def test_only_rows_found_wrong_are_written_over(county, owner, colleague):
    address, page = checked(owner, book(GOOD, changed(送审日期="去年春天")))
    assert colleague.post(f"{address}mend/", {"cell_3_1": "2020-01-02"}).status_code == 404
    for cells in ({"cell_2_2": "《改掉》"}, {"cell_3_1": "去年春天"}, {"cell_3_99": "1"}, {"cell_x": "1"}, {}):
        page = owner.post(f"{address}mend/", cells, follow=True)
        assert "没有改动" in page.content.decode()
    assert Upload.objects.get().corrections == {}


def test_the_wrong_rows_given_back_hold_what_was_mended(county, owner):
    address, _page = checked(owner, book(GOOD, changed(送审日期="去年春天", 类别="随便")))
    owner.post(f"{address}mend/", {"cell_3_3": "行政协议"})
    owner.post(f"{address}run/", {"take_good": "1"})
    from openpyxl import load_workbook

    marked = owner.get(f"{address}annotated/")
    sheet = load_workbook(io.BytesIO(b"".join(marked.streaming_content))).worksheets[0]
    assert [row[:3] for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        ("去年春天", "《示例采购协议》", "行政协议")
    ]
    assert Upload.objects.get().checked["cells"] == {}


def test_two_cells_that_do_not_fit_are_mended_at_either(county, owner):
    """The review was accepted before it came in; what is mistaken is the day that is not blamed."""
    address, page = checked(owner, book(changed(收件日期=days_ago(40))))
    ((row, column, _text),) = lines(page)
    assert (row, column) == (2, 1)
    others = [cell.column for cell in page.context["wrong_rows"][0].others]
    assert others == [2, 3, 4, 5, 6, 7]
    page = owner.post(f"{address}mend/", {"cell_2_1": str(days_ago(20)), "cell_2_7": str(days_ago(19))}, follow=True)
    assert page.context["mended"] == [(2, 7, str(days_ago(40)), str(days_ago(19)))]
    assert "写入 1 件案件" in page.content.decode()


def test_a_row_without_a_cell_to_blame_is_left_to_the_sheet(county, owner):
    headings = ["送审日期", "事项名称", "类别"]
    file = book([days_ago(3), "《示例》", "行政协议"], headings=headings)
    _address, page = checked(owner, file)
    assert page.context["problems"]
    assert "请增加" in page.content.decode()


# --- taking back -----------------------------------------------------------------------------------------------------


@pytest.fixture
def imported(county, owner):
    address, _page = checked(owner, book(GOOD, changed(事项名称="《第二件》", 收件日期=None)))
    owner.post(f"{address}run/")
    return address


def undo(client, address, **values):
    return client.post(f"{address}undo/", {"reason": "年度错了", "confirmed": "1", **values}, follow=True)


def received(county):
    key = f"{SYSTEM}.received"
    return figures(county.region.pk, days_ago(400), days_ago(0), only=[key])[key].value


def test_a_whole_import_is_taken_back(county, owner, imported):
    assert received(county) == 2
    assert "撤回这次导入" in owner.get(imported).content.decode()
    page = undo(owner, imported)
    assert "已于" in page.content.decode()
    assert "撤回：年度错了" in page.content.decode()
    assert "<h1>已撤回 2 件</h1>" in page.content.decode()
    assert received(county) == 0
    assert list(verify()) == []
    assert Case.objects.exclude(voided_on=None).count() == 2
    assert AuditEntry.objects.get(action="cases.undo_import").detail["cases"] == 2
    assert 'id="undo"' not in page.content.decode()
    again = undo(owner, imported)
    assert "已经不能撤回" in again.content.decode()


def test_void_cases_leave_the_lists_and_stay_readable(county, owner, imported):
    number = Case.objects.first().number
    undo(owner, imported)
    page = owner.get(LIST)
    assert (page.context["total"], len(page.context["rows"])) == (0, 0)
    assert owner.get("/").context["counts"]["open"] == 0
    void = owner.get(LIST, {"course": "voided"})
    assert [row.light.words for row, _cells in void.context["rows"]] == ["已作废", "已作废"]
    assert [row.state.zh for row, _cells in void.context["rows"]] == ["作废", "作废"]
    text = owner.get(f"/case/{Case.objects.first().pk}/").content.decode()
    assert number in text
    assert "作废，不再办理" in text
    assert "年度错了" in text
    assert "/act/accept/" not in text
    postings = owner.get(f"/case/{Case.objects.first().pk}/?tab=postings").content.decode()
    assert "-1" in postings
    fresh = county.review()
    assert fresh.number != number


def test_a_void_paper_says_so(county, owner, imported):
    case = Case.objects.get(title="《第二件》")
    Paper.objects.create(
        case_id=case.pk, sequence=1, system=SYSTEM, version=case.version, kind="completion_notice", number="示1号",
        issued_on=days_ago(3), organ=county.justice, values={"organ": "示例县司法局"},
    )  # fmt: skip
    undo(owner, imported)
    paper = Paper.objects.get()
    assert "document-banner" in owner.get(f"/case/{case.pk}/paper/{paper.pk}/").content.decode()
    file = owner.get(f"/case/{case.pk}/paper/{paper.pk}/document/")
    assert Document(io.BytesIO(b"".join(file.streaming_content))).paragraphs[0].text == "已作废"


def test_a_touched_case_keeps_the_import_and_is_listed(county, owner, imported):
    case = Case.objects.get(title="《第二件》")
    perform(case.pk, "accept", on=days_ago(0), officer=county.owner)
    page = owner.get(imported)
    assert [(number, words.zh) for _pk, number, words in page.context["touched"]] == [(case.number, "有新的办理记录")]
    assert "不能整批撤回" in page.content.decode()
    page = undo(owner, imported)
    assert "什么都没有改动" in page.content.decode()
    assert not Case.objects.exclude(voided_on=None).exists()
    assert received(county) == 2


def test_after_the_days_it_stays(county, owner, imported):
    Upload.objects.update(imported_at=timezone.now() - timedelta(days=import_undo.DAYS, minutes=1))
    assert "撤回这次导入" not in owner.get(imported).content.decode()
    assert "已经不能撤回" in undo(owner, imported).content.decode()
    assert not Case.objects.exclude(voided_on=None).exists()


def test_a_reason_and_a_tick_are_asked_for(county, owner, colleague, imported):
    for values in ({"reason": " "}, {"confirmed": ""}):
        assert "请写明理由，并勾选确认" in undo(owner, imported, **values).content.decode()
    assert colleague.post(f"{imported}undo/", {"reason": "x", "confirmed": "1"}).status_code == 404
    assert not Case.objects.exclude(voided_on=None).exists()


def test_the_same_file_may_be_imported_again_after_it_was_taken_back(county, owner):
    content = book(GOOD).getvalue()

    def again():
        file = io.BytesIO(content)
        file.name = "台账.xlsx"
        return file

    address, _page = checked(owner, again())
    owner.post(f"{address}run/")
    undo(owner, address)
    _address, page = checked(owner, again())
    assert page.context["before"] is None
    assert owner.get(START).status_code == 200


def test_many_are_taken_back_in_the_background(county, owner, imported, monkeypatch):
    monkeypatch.setattr(import_undo, "AT_ONCE", 1)
    page = undo(owner, imported)
    job = Job.objects.get(kind="undo")
    assert page.redirect_chain[-1][0] == f"/jobs/{job.pk}/"
    assert "撤回导入" in page.content.decode()
    undo(owner, imported)
    assert Job.objects.filter(kind="undo").count() == 1
    assert background.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 2)
    assert Case.objects.exclude(voided_on=None).count() == 2


def test_the_page_of_an_import_asks_a_fixed_number_of_queries(county, owner, imported, django_assert_max_num_queries):
    with django_assert_max_num_queries(24) as few:
        owner.get(imported)
    most = len(few.captured_queries)
    address, _page = checked(owner, book(*(changed(事项名称=f"《{n}》") for n in range(9))))
    owner.post(f"{address}run/")
    with django_assert_max_num_queries(most):
        assert len(owner.get(address).context["rows"]) == 9
