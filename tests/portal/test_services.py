"""Services online: what is open, forms up to the receipt, and the matter as its holder follows it and nobody else."""

import logging
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.desk.county import signed_in
from tests.portal.citizen import NATURAL, RECONSIDERATION, REQUEST, WHERE, Citizen, make_place, today, unhurried
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case, Material
from zhunsheng.cases.reading import receipts as limits_of
from zhunsheng.intake import guarding, uploads
from zhunsheng.intake.models import Begun, Receipt
from zhunsheng.intake.offering import ONLINE, offers, services
from zhunsheng.kernel.office import Verb
from zhunsheng.local.actions import decide
from zhunsheng.security.models import AuditEntry

pytestmark = pytest.mark.django_db
FORM = "/public/services/info_disclosure_request/form/"


@pytest.fixture
def place(db, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    unhurried(monkeypatch)
    return make_place()


@pytest.fixture
def citizen(place):
    return Citizen()


def asked(citizen):
    """A request for information that was handed in."""
    citizen.apply("info_disclosure_request", *REQUEST)
    return Case.objects.get()


# --- what is open ---


def test_only_what_the_place_has_opened_is_offered(place):
    page = Citizen().get("/public/services/").page
    assert all(service.zh in page for service in services().values())
    decide(None, ONLINE, "hotline_workorder", place.justice, today(), {"state": "closed"}, reason="停办")
    assert services()["hotline_workorder"].zh not in Citizen().get("/public/services/").page
    assert Citizen().get("/public/services/hotline_workorder/").status == 404
    assert Citizen().get("/public/services/hotline_workorder/form/").status == 404
    assert [offer.places[0].organ for offer in offers(today())][:1] == [place.justice]
    assert WHERE in Citizen().get("/public/services/people_mediation/").page
    found = Citizen().get("/public/search/?q=人民調解").page
    assert 'href="/public/services/people_mediation/"' in found
    assert "/public/services/hotline_workorder/" not in Citizen().get("/public/search/?q=12345").page


def test_opened_for_each_organ_below_people_choose(place):
    decide(None, ONLINE, "info_disclosure_request", place.government, today(), {"state": "each"}, reason="试")
    citizen = Citizen().get(FORM)
    assert "示例县住房和城乡建设局" in citizen.page
    assert citizen.send(go="next", **REQUEST[0]).status == 422
    assert "请选择向哪个单位提出" in citizen.reasons()
    citizen.send(go="next", organ=str(place.housing.pk), **REQUEST[0])
    citizen.send(go="next", **REQUEST[1])
    citizen.send(go="next", **{"file-identity": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
    citizen.send(go="next")
    assert Case.objects.get().organ == place.housing


@pytest.mark.once
def test_every_declared_service_can_be_begun(place):
    for slug in services():
        citizen = Citizen().get(f"/public/services/{slug}/form/")
        assert citizen.status == 200, slug
        citizen.send(go="next")
        assert citizen.status == 422, slug
        assert citizen.reasons(), slug


# --- forms ---


def test_what_is_wrong_stands_above_and_beside(citizen):
    citizen.get(FORM).send(go="next", **REQUEST[0] | {"applicant__0__phone": "1"})
    assert citizen.status == 422
    assert "电话号码应为 5 至 15 位数字" in citizen.reasons()
    assert 'href="#box-applicant.0.phone"' in citizen.page
    assert 'value="示例甲"' in citizen.page, "what was typed stays"
    citizen.send(go="next", **REQUEST[0])
    assert citizen.send(go="next", **REQUEST[1] | {"form": ""}).status == 422
    assert "请选择“希望怎样提供”" in citizen.reasons()
    citizen.send(go="next", **REQUEST[1])
    assert citizen.send(go="next").status == 422
    assert "请上传“身份证明”" in citizen.reasons()


def test_handing_in_opens_a_case_like_any_other(citizen, place):
    case = asked(citizen)
    assert (case.system, case.organ, case.state) == ("info_disclosure_request", place.justice, "unconfirmed")
    event = case.events.get()
    assert (event.online, event.officer, event.action) == (True, None, "log")
    material = Material.objects.get()
    assert (material.title, material.added_by, material.file_name) == ("身份证明", None, "身份证明.pdf")
    assert not Begun.objects.exists()
    desk = signed_in(place.owner)
    assert case.number in desk.get("/").content.decode()
    assert "当事人网上办理" in desk.get(f"/case/{case.pk}/").content.decode()
    assert "当事人网上提交" in desk.get(f"/case/{case.pk}/?tab=papers").content.decode()
    said = str(list(AuditEntry.objects.values("action", "subject", "detail")))
    assert "示例甲" not in said
    assert "示例路 1 号" not in said


def test_a_form_sent_twice_is_one_case_with_one_receipt(citizen):
    citizen.get(FORM)
    for typed in REQUEST:
        citizen.send(go="next", **typed)
    citizen.send(go="next", **{"file-identity": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
    last = citizen.page
    first = citizen.send(go="next").shown_slip()
    citizen.page = last
    assert citizen.send(go="next").shown_slip() == first
    assert Case.objects.count() == 1


def test_a_draft_is_gone_on_with_on_another_day_and_machine(citizen):
    citizen.get(FORM).send(go="next", **REQUEST[0])
    number, code = citizen.send(go="save", **REQUEST[1]).shown_slip()
    with connection.cursor() as cursor:
        cursor.execute("SELECT typed FROM intake_begun")
        assert "示例甲" not in str(cursor.fetchall()), "what was typed is sealed"
    other = Citizen("198.51.100.9").get("/public/services/resume/")
    assert other.send("number", number=number, code="A" * 10).status == 422
    other.send("number", number=number, code=code)
    assert 'value="示例甲"' in other.page
    other.send(go="next")
    assert "示例道路的规划文件" in other.page
    assert Case.objects.count() == 0


def test_files_that_are_not_taken_say_why_and_the_rest_stays(citizen, settings):
    citizen.get(FORM)
    for typed in REQUEST:
        citizen.send(go="next", **typed)
    citizen.send(go="upload", **{"file-identity": SimpleUploadedFile("程序.pdf", b"MZ\x90")})
    assert citizen.status == 422
    assert "与后缀名不符" in citizen.reasons()
    citizen.send(go="upload", **{"file-identity": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
    assert citizen.status == 200
    remove = citizen.form().xpath(".//button[starts-with(@value, 'remove-')]/@value")
    assert "a.pdf" not in citizen.send(go=remove[0]).page
    settings.PUBLIC_FILES = 0
    citizen.send(go="upload", **{"file-identity": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
    assert "最多上传 0 个文件" in citizen.reasons()


@pytest.mark.once
def test_what_is_typed_clumsily_is_understood_and_what_is_too_long_is_not_lost(citizen):
    clumsy = {"applicant__0__phone": "（010）8888—8888", "applicant__0__name": "示例\u200b甲😀"}
    citizen.get(FORM).send(go="next", **REQUEST[0] | clumsy)
    long = "字" * 20_000
    citizen.send(go="next", **REQUEST[1] | {"information": long})
    assert citizen.status == 422
    assert "最多 8000 字" in citizen.reasons()
    assert citizen.form().fields["information"].strip() == long
    number, code = citizen.send(go="save", **REQUEST[1] | {"information": long}).shown_slip()
    again = Citizen("198.51.100.9").get("/public/services/resume/").send("number", number=number, code=code)
    again.send(go="next")
    assert again.form().fields["information"].strip() == long, "not in a draft either"
    again.send(go="next", **REQUEST[1] | {"information": "\x00\u200b "})
    assert "请填写“您要哪些政府信息”" in again.reasons()
    again.send(go="next", **REQUEST[1])
    again.send(go="next", **{"file-identity": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
    assert again.send(go="next").status == 200
    applicant = Case.objects.get().fields["applicant"]
    assert (applicant["phone"], applicant["name"]) == ("01088888888", "示例甲😀")


@pytest.mark.once
def test_who_goes_back_to_the_first_page_finds_the_second_as_it_was(citizen):
    first = citizen.get(FORM).page
    for typed in REQUEST:
        citizen.send(go="next", **typed)
    citizen.page = first
    citizen.send(go="next", **REQUEST[0] | {"applicant__0__phone": "13900000000"})
    assert "示例道路的规划文件" in citizen.page
    assert Begun.objects.count() == 1
    citizen.send(go="next", **REQUEST[1])
    citizen.send(go="next", **{"file-identity": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
    citizen.send(go="next")
    assert Case.objects.get().fields["applicant"]["phone"] == "13900000000"
    last = citizen.client.post(FORM, {"handle": "x"})
    assert last.status_code == 410


@pytest.mark.once
def test_a_refused_step_keeps_what_was_typed_and_says_where(place):
    citizen = Citizen().apply("administrative_reconsideration", *RECONSIDERATION)
    case = Case.objects.get()
    perform(case.pk, "ask_correction", on=today(), officer=place.owner, values={"correction_items": "送达地址"})
    perform(case.pk, "correction_served", on=today(), officer=place.owner)
    macro = SimpleUploadedFile("地址.docm", b"PK\x03\x04")
    citizen.follow().step("complete_correction", note="住址是示例路 1 号", files=macro)
    assert citizen.status == 422
    assert 'href="#box-files-complete_correction"' in citizen.page
    assert "住址是示例路 1 号" in citizen.form("note").fields["note"]
    citizen.step("complete_correction", note="长" * 9000)
    assert citizen.form("note").fields["note"].count("长") == 9000
    assert "最多 8000 字" in citizen.reasons()
    case.refresh_from_db()
    assert case.state == "correcting"


@pytest.mark.once
def test_what_was_written_for_a_step_outlasts_the_half_hour(place):
    citizen = Citizen().apply("administrative_reconsideration", *RECONSIDERATION)
    case = Case.objects.get()
    perform(case.pk, "ask_correction", on=today(), officer=place.owner, values={"correction_items": "送达地址"})
    perform(case.pk, "correction_served", on=today(), officer=place.owner)
    citizen.follow()
    form = citizen.form("note")
    written = "第一段\n第二段"
    late = dict(form.form_values()) | {"note": written, "pass": "over"}
    assert citizen.post(form.action, late).status == 422
    assert "已经过了 30 分钟" in citizen.reasons()
    citizen.send("number", number=citizen.slip[0], code="A" * 10)
    assert citizen.send("number", number=citizen.slip[0], code=citizen.slip[1]).status == 200
    assert "您填写的内容还在" in citizen.said
    assert citizen.form("note").fields["note"] == written
    assert citizen.step("complete_correction").status == 200
    assert case.events.last().note == written


@pytest.mark.once
def test_the_public_has_its_own_words_where_nothing_can_be_shown(place, monkeypatch, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert "看办理" in Client().post("/public/rate/", {"reason": "字" * 200}).content.decode()
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("zhunsheng.portal.pages.newest_in_force", None)
    broken = client.get("/public/")
    assert broken.status_code == 500
    assert "看办理" in broken.content.decode()
    assert "待办" not in broken.content.decode()
    refused = Client(enforce_csrf_checks=True).post("/language/setlang/", {"language": "en", "next": "/public/"})
    assert refused.status_code == 403
    assert 'href="/public/"' in refused.content.decode()


@pytest.mark.once
def test_a_body_too_large_is_refused_in_words_before_it_is_read(place):
    class Unread:
        def read(self, *_size):
            raise AssertionError("the body was read")

        readline = read

    response = Client().generic(
        "POST", FORM, b"", "multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": str(2 * 1024**3), "wsgi.input": Unread()},
    )  # fmt: skip
    assert response.status_code == 413
    assert f"一次提交最多 {uploads.body_limit() // 1024 // 1024} MB" in response.content.decode()


def test_a_flood_is_held_off_and_a_person_gets_through(place):
    machine = Citizen("203.0.113.5").get(FORM)
    page = machine.page
    for _ in range(guarding.FREE + 5):
        machine.page = page
        machine.send(go="next", **REQUEST[0])
    assert machine.status == 422
    assert "等于几" in machine.page
    assert Begun.objects.count() == 1, "one form is one form, however often it is sent"
    assert Citizen("198.51.100.9").apply("info_disclosure_request", *REQUEST).slip[0]


# --- following ---


def test_a_wrong_number_and_a_wrong_code_are_answered_alike(citizen):
    asked(citizen)
    number, code = citizen.slip
    other = Citizen("198.51.100.9").apply("info_disclosure_request", *REQUEST)
    wrong = []
    for typed_number, typed_code in ((number, other.slip[1]), (other.slip[0], code)):
        stranger = Citizen("203.0.113.5").follow(typed_number, typed_code)
        wrong.append((stranger.status, stranger.reasons()))
        assert "示例道路" not in stranger.page
    assert wrong[0] == wrong[1]
    assert wrong[0][0] == 422
    assert "应为 10 位数字" in Citizen().follow("1234567890", code).reasons()
    assert citizen.follow(number.replace(" ", ""), code.lower()).status == 200


def test_nobody_comes_to_another_matter_by_its_papers(citizen, place):
    mine = asked(citizen)
    perform(mine.pk, "confirm", on=today(), officer=place.owner, values=NATURAL)
    other = Citizen("198.51.100.9").apply("info_disclosure_request", *REQUEST)
    theirs = Case.objects.exclude(pk=mine.pk).get()
    perform(theirs.pk, "confirm", on=today(), officer=place.owner, values=NATURAL)
    pass_ = other.follow().form("pass").fields["pass"]
    form = next(one for one in [citizen.follow().form("paper")])
    assert other.post("/public/follow/paper/", {"pass": pass_, "paper": form.fields["paper"]}).status == 404
    assert other.post("/public/follow/act/", {"pass": pass_, "step": "confirm"}).status == 404
    assert other.post("/public/follow/paper/", {"pass": "x", "paper": form.fields["paper"]}).status == 422
    file = Material.objects.filter(case=theirs).get()
    assert other.post("/public/follow/file/", {"pass": pass_, "file": str(file.pk)}).status == 404
    assert not mine.events.filter(action=Verb.READ).exists()


def test_looking_up_asks_the_same_number_of_queries_however_long_the_course(citizen, place):
    case = asked(citizen)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked_for:
            citizen.send("number", number=citizen.slip[0], code=citizen.slip[1])
        assert citizen.status == 200
        return len(asked_for)

    citizen.get("/public/follow/")
    page, before = citizen.page, queries()
    perform(case.pk, "confirm", on=today(), officer=place.owner, values=NATURAL)
    for _ in range(3):
        perform(case.pk, "ask_reason", on=today(), officer=place.owner, values={"excess_note": "多"})
        perform(case.pk, "give_reason", on=today(), officer=place.owner, values={"applicant_reason": "用"})
    citizen.page = page
    assert queries() <= before + 1  # the files of papers


@pytest.mark.once
def test_what_was_typed_is_in_no_log(citizen, caplog):
    with caplog.at_level(logging.DEBUG):
        asked(citizen)
        citizen.follow()
        citizen.follow(code="AAAAA-AAAAA")
    for secret in ("示例甲", "示例路 1 号", "13800000000", citizen.slip[1]):
        assert secret not in "\n".join(
            line.getMessage() for line in caplog.records if not line.name.startswith("django.db")
        )


# --- a request for information, from its correction to the answer ---


def test_a_request_with_correction_third_party_and_extension_to_the_answer(citizen, place):
    case = asked(citizen)

    def officer(action, **more):
        return perform(case.pk, action, on=today(), officer=place.owner, **more)

    assert "等待工作机构与您确认" in citizen.follow().said
    officer("confirm", values=NATURAL)
    supplement_by = today() + timedelta(days=10)
    officer("ask_supplement", values={"supplement_matters": "写明文号", "supplement_by": supplement_by})
    citizen.follow()
    assert f"至 {supplement_by}" in citizen.said
    citizen.open_paper("补正告知书")
    assert "写明文号" in citizen.said
    citizen.back().step("supplemented", information="示规〔2020〕1号")
    assert "已经提交“提交补正”" in citizen.said
    case.refresh_from_db()
    assert (case.state, case.fields["information"]) == ("received", "示规〔2020〕1号")
    assert case.events.get(action="supplemented").online

    officer("consult_third", values={"third_party": {"name": "示例公司", "kind": "organisation"}})
    assert "正在征求第三方意见" in citizen.follow().said
    officer("third_served", values={"third_received_on": today()})
    officer("third_replied", values={"third_opinion": "agrees"})
    before = limits_of(Case.objects.get())["reply"].due_date
    officer("review", values={"search_note": "已检索", "secrecy_review": "可以公开"})
    officer("extend", values={"extension_reason": "信息较多"})
    due = limits_of(Case.objects.get())["reply"].due_date
    assert due > before
    assert f"至 {due}" in citizen.follow().said
    officer("answer", values={"reply_content": "予以公开"}, outcome="disclosed")
    citizen.follow().open_paper("政府信息公开申请答复书")
    assert "予以公开" in citizen.said
    read = case.events.get(action=Verb.READ, values__text__startswith="政府信息公开申请答复书")
    assert (read.online, read.officer) == (True, None)
    citizen.back().open_paper("政府信息公开申请答复书")
    assert case.events.filter(action=Verb.READ).count() == 2, "only the first time counts"
    desk = signed_in(place.owner).get(f"/case/{case.pk}/").content.decode()
    assert "当事人阅读文书" in desk


def test_reading_the_notice_begins_the_time_to_supplement_where_that_was_agreed(place):
    agreed = Citizen().apply("administrative_reconsideration", *RECONSIDERATION, by_site="1")
    not_agreed = Citizen("198.51.100.9").apply("administrative_reconsideration", *RECONSIDERATION)
    cases = list(Case.objects.order_by("pk"))
    assert Receipt.objects.get(case=cases[0]).by_site
    for case, citizen in zip(cases, (agreed, not_agreed), strict=True):
        perform(case.pk, "ask_correction", on=today(), officer=place.owner, values={"correction_items": "送达地址"})
        citizen.follow().open_paper("行政复议补正通知书")
        citizen.back()
    assert cases[0].events.filter(action="correction_served", online=True).exists()
    assert "提交补正材料 至" in agreed.said
    assert not cases[1].events.filter(action="correction_served").exists()
    agreed.step("complete_correction", note="补充送达地址", files=SimpleUploadedFile("地址.pdf", b"%PDF-1.7"))
    cases[0].refresh_from_db()
    assert cases[0].state == "received"
    assert cases[0].events.last().note == "补充送达地址"
    assert Material.objects.filter(case=cases[0], file_name="地址.pdf", sequence=cases[0].sequence).exists()


def test_withdrawing_wants_a_tick_and_ends_the_matter(citizen):
    case = asked(citizen)
    perform(case.pk, "confirm", on=today(), values=NATURAL)
    assert citizen.follow().step("withdraw").status == 422
    assert "请先勾选“确认”" in citizen.reasons()
    citizen.step("withdraw", sure="1")
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("ended", "withdrawn")


def test_a_hotline_request_to_the_word_whether_it_helped(place):
    caller = {"caller__0__name": "示例甲", "caller__0__phone": "13800000000"}
    citizen = Citizen().apply("hotline_workorder", {"theme": "help", "matter": "路灯不亮"}, caller)
    case = Case.objects.get()
    perform(case.pk, "dispatch", on=today(), values={"unit": "示例县住房和城乡建设局"})
    perform(case.pk, "reply", on=today(), values={"reply": "已经修好"})
    assert "已经修好" in citizen.follow().said
    citizen.step("call_back", resolved="true", satisfaction="satisfied")
    case.refresh_from_db()
    assert (case.fields["resolved"], case.fields["satisfaction"]) == (True, "satisfied")
    assert "评价答复" not in citizen.follow().page, "who has said it is not asked once more"
    assert "满意度 满意" in citizen.said
    perform(case.pk, "send_again", on=today())
    perform(case.pk, "reply", on=today(), values={"reply": "重新修好"})
    assert "评价答复" in citizen.follow().page


def test_a_paper_read_moves_no_work_and_cannot_be_read_by_an_officer(citizen, place):
    case = asked(citizen)
    perform(case.pk, "confirm", on=today(), officer=place.owner, values=NATURAL)
    case.refresh_from_db()
    with pytest.raises(Exception, match="由当事人办理"):
        perform(case.pk, Verb.READ, on=today(), officer=place.owner, values={"paper": 1, "text": "x"})
    citizen.follow().open_paper("政府信息公开申请登记回执")
    after = Case.objects.get()
    assert (after.state, after.last_on, after.sequence) == (case.state, case.last_on, case.sequence + 1)
