"""The file of a case on its page: materials, previews of papers, drafts, urgings, opinions, the matter, and its list."""

import hashlib
import io
import json
import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document

from tests.desk.county import days_ago, officer, signed_in
from tests.orgs.duties import without_duties
from tests.systems.enforcing import may_enforce
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.materials import path_of
from zhunsheng.cases.models import Case, Draft, Material, Urging
from zhunsheng.orgs.models import Duty
from zhunsheng.papers.models import Paper
from zhunsheng.security.models import AuditEntry

pytestmark = pytest.mark.once

PDF = b"%PDF-1.4\n" + b"x" * 100
RECONSIDERATION = "administrative_reconsideration"
IN_PLACE = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def case(county):
    return county.accepted()


@pytest.fixture
def dispute(county):
    return county.dispute()


def upload(client, case, name="申请书.pdf", content=PDF, **values):
    file = SimpleUploadedFile(name, content)
    return client.post(
        reverse("desk:material-add", args=[case.pk]), {"file": file, "volume": "main", **values}, follow=True
    )


def address(name, case, *more):
    return reverse(f"desk:{name}", args=[case.pk, *more])


def words_in(response):
    document = Document(io.BytesIO(b"".join(response.streaming_content)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


# --- materials -----------------------------------------------------------------------------------------------------


def test_a_file_is_kept_under_its_hash_and_given_back_as_it_was(case, county, owner):
    page = upload(owner, case, title="复议申请书", sequence=1)
    row = Material.objects.get()
    assert "已上传 1 个文件" in page.content.decode()
    assert (row.title, row.file_name, row.sequence, row.size, row.added_by) == (
        "复议申请书",
        "申请书.pdf",
        1,
        len(PDF),
        county.owner,
    )
    assert row.digest == hashlib.sha256(PDF).hexdigest()
    assert path_of(row.digest).read_bytes() == PDF
    answer = owner.get(address("material", case, row.pk))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    done = AuditEntry.objects.filter(subject=f"case:{case.pk}", action__startswith="material.").values_list(
        "action", flat=True
    )
    assert list(done) == ["material.add", "material.download"]


def test_the_same_content_is_kept_once(case, county, owner):
    other = county.review()
    upload(owner, case)
    upload(owner, other, name="another.pdf")
    assert Material.objects.count() == 2
    assert len([path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("网页.html", b"<script>", "不是可以上传的类型"),
        ("图.svg", b"<svg onload='alert(1)'>", "不是可以上传的类型"),
        ("假.pdf", b"<html>", "与后缀名不符"),
        ("空.pdf", b"", ""),
    ],
)
def test_a_wrong_file_is_refused_and_leaves_nothing(case, owner, name, content, says):
    page = upload(owner, case, name=name, content=content).content.decode()
    assert says in page
    assert "已上传" not in page
    assert not Material.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_too_large_a_file_is_refused(case, owner, monkeypatch):
    monkeypatch.setattr("zhunsheng.cases.materials.LARGEST", 50)
    upload(owner, case)
    assert not Material.objects.exists()


@pytest.mark.parametrize("who", ["colleague", "stranger"])
def test_for_others_there_is_no_file(case, owner, who, request):
    upload(owner, case)
    row = Material.objects.get()
    client = request.getfixturevalue(who)
    assert client.get(address("material", case, row.pk)).status_code == 404
    assert client.get(address("file-list", case)).status_code == 404
    assert upload(client, case).status_code == 404
    assert client.post(address("material-void", case, row.pk), {"reason": "试"}).status_code == 404
    assert Client().get(address("material", case, row.pk)).status_code == 302
    assert Material.objects.get().voided_at is None


def test_a_file_opens_only_through_its_own_case(case, county, owner):
    upload(owner, case)
    assert owner.get(address("material", county.review(), Material.objects.get().pk)).status_code == 404


def test_who_is_asked_sees_the_main_volume_only_and_may_add_to_it(case, county, owner, colleague):
    upload(owner, case, name="合议.pdf", volume="inner")
    upload(owner, case, name="公开.pdf")
    perform(case.pk, "office.assign", on=days_ago(0), officer=county.owner,
            values={"to": str(county.housing.pk), "text": "请提出意见"})  # fmt: skip
    inner = Material.objects.get(volume="inner")
    page = colleague.get(address("case", case), {"tab": "papers"}).content.decode()
    assert "公开.pdf" in page
    assert "合议" not in page
    assert colleague.get(address("material", case, inner.pk)).status_code == 404
    assert "合议" not in words_in(colleague.get(address("file-list", case)))
    upload(colleague, case, name="内.pdf", volume="inner")
    upload(colleague, case, name="意见.pdf")
    assert sorted(Material.objects.values_list("file_name", flat=True)) == sorted(["合议.pdf", "公开.pdf", "意见.pdf"])


def test_void_keeps_the_file_and_needs_a_reason(case, owner):
    upload(owner, case)
    row = Material.objects.get()
    owner.post(address("material-void", case, row.pk), {"reason": " "})
    assert Material.objects.get().voided_at is None
    owner.post(address("material-void", case, row.pk), {"reason": "重复上传"})
    assert Material.objects.get().void_reason == "重复上传"
    assert "已作废：重复上传" in owner.get(address("case", case), {"tab": "papers"}).content.decode()
    assert owner.get(address("material", case, row.pk)).getvalue() == PDF


def test_content_that_was_changed_on_disk_is_not_given_out(case, owner):
    upload(owner, case)
    row = Material.objects.get()
    path_of(row.digest).write_bytes(b"%PDF-other")
    assert owner.get(address("material", case, row.pk)).status_code == 404
    assert AuditEntry.objects.filter(action="material.lost").exists()


def test_the_list_of_the_file_names_papers_and_materials_but_nothing_void(county, owner):
    case = county.review()
    perform(case.pk, "return_unreviewed", on=case.opened_on, values={"return_reason": "材料不齐"})
    paper = Paper.objects.get(case_id=case.pk)
    upload(owner, case, name="送审稿.pdf")
    upload(owner, case, name="废.pdf")
    owner.post(address("material-void", case, Material.objects.get(file_name="废.pdf").pk), {"reason": "传错"})
    upload(owner, case, name="盖章.pdf", paper=paper.pk)
    text = words_in(owner.get(address("file-list", case)))
    assert {"卷宗目录", "正卷", "副卷", "送审稿", "有签章扫描件", paper.number} <= set(text.split("\n"))
    assert "废" not in text.replace("作废", "")
    assert "盖章.pdf" in owner.get(address("case", case), {"tab": "papers"}).content.decode()


# --- previews and drafts -------------------------------------------------------------------------------------------


def test_the_paper_is_shown_before_it_is_issued_and_nothing_is_written(dispute, owner):
    before = Paper.objects.count()
    typed = {"on": days_ago(0), "value_correction_items": "补交身份证明"}
    shown = owner.post(address("act-preview", dispute, "ask_correction"), typed, headers=IN_PLACE).content.decode()
    assert "补交身份证明" in shown
    assert "取号后生成" in shown
    dispute.refresh_from_db()
    assert (Paper.objects.count(), dispute.state) == (before, "received")
    owner.post(address("act", dispute, "ask_correction"), {**typed, "expected_sequence": dispute.sequence})
    paper = Paper.objects.get()
    printed = owner.get(address("paper", dispute, paper.pk)).content.decode()
    start, end = shown.index("<article"), shown.index("</article>")
    assert shown[start:end].replace("（取号后生成）", paper.number) in printed


def test_a_half_filled_form_is_previewed_with_blanks(dispute, owner):
    answer = owner.post(address("act-preview", dispute, "ask_correction"), {"on": days_ago(0)}, headers=IN_PLACE)
    assert answer.status_code == 200
    assert "official-document" in answer.content.decode()


def test_without_scripts_a_button_previews_and_takes_no_step(dispute, owner):
    typed = {"on": days_ago(0), "value_correction_items": "补交身份证明", "preview": "1"}
    page = owner.post(address("act", dispute, "ask_correction"), typed)
    assert page.status_code == 200
    assert page.content.decode().count("补交身份证明") == 2  # in the field and in the paper
    dispute.refresh_from_db()
    assert dispute.state == "received"


def test_what_is_typed_comes_back_until_the_step_is_taken(dispute, county, owner):
    typed = {"on": days_ago(1), "expected_sequence": 99, "value_correction_items": "补交身份证明"}
    saved = owner.post(address("act-draft", dispute, "ask_correction"), typed, headers=IN_PLACE).content.decode()
    assert "已保存草稿" in saved
    page = owner.get(address("act", dispute, "ask_correction"))
    assert "的草稿" in page.content.decode()
    assert "补交身份证明" in page.content.decode()
    assert page.context["form"].initial["expected_sequence"] == dispute.sequence
    without_duties(county.colleague)
    Duty.objects.create(officer=county.colleague, organ=county.justice)
    assert (
        "补交身份证明"
        not in signed_in(county.colleague).get(address("act", dispute, "ask_correction")).content.decode()
    )
    owner.post(address("act", dispute, "ask_correction"), {**typed, "expected_sequence": dispute.sequence})
    assert not Draft.objects.exists()


def test_a_refused_step_keeps_its_draft_and_a_draft_can_be_thrown_away(dispute, owner):
    typed = {"on": days_ago(0), "expected_sequence": 0, "value_correction_items": "补交身份证明"}
    assert owner.post(address("act", dispute, "ask_correction"), typed).status_code == 422
    assert Draft.objects.get().typed["value_correction_items"] == ["补交身份证明"]
    owner.post(address("act-draft", dispute, "ask_correction"), {"discard": "1"})
    assert not Draft.objects.exists()


def test_parties_in_a_draft_come_back_in_their_rows(dispute, owner):
    parts = {"name": "示例丙公司", "kind": "organisation", "number": "", "phone": "", "address": ""}
    typed = {"on": days_ago(0), **{f"value_respondent-{part}": value for part, value in parts.items()}}
    owner.post(address("act-draft", dispute, "change_respondent"), typed)
    assert 'value="示例丙公司"' in owner.get(address("act", dispute, "change_respondent")).content.decode()


def test_a_draft_that_arrives_after_its_step_is_not_kept(dispute, owner):
    typed = {"on": days_ago(0), "expected_sequence": dispute.sequence, "value_correction_items": "补交身份证明"}
    assert owner.post(address("act", dispute, "ask_correction"), typed).status_code == 302
    assert owner.post(address("act-draft", dispute, "ask_correction"), typed, headers=IN_PLACE).content.strip() == b""
    assert not Draft.objects.exists()


@pytest.mark.parametrize("name", ["act-draft", "act-preview"])
def test_others_keep_and_preview_nothing(dispute, colleague, name):
    assert colleague.post(address(name, dispute, "ask_correction"), {"on": days_ago(0)}).status_code == 404
    assert not Draft.objects.exists()


def test_a_session_that_ended_is_said_and_does_not_replace_the_form(dispute):
    answer = Client().post(address("act", dispute, "ask_correction"), {"on": days_ago(0)}, headers=IN_PLACE)
    assert (answer.status_code, answer.content) == (401, b"")


# --- urging and opinions -------------------------------------------------------------------------------------------


@pytest.fixture
def asked(case, county):
    return perform(case.pk, "office.countersign", on=days_ago(0), officer=county.owner,
                   values={"to": str(county.housing.pk), "text": "请会签"})  # fmt: skip


def test_who_is_urged_sees_how_often_and_answering_ends_it(asked, county, owner, colleague):
    for text in ("请周五前答复", "再次催办"):
        owner.post(address("urge", asked), {"target": "assignment-1", "text": text})
    assert list(Urging.objects.values_list("count", flat=True)) == [1, 2]
    page = colleague.get("/", {"show": "urged"})
    assert page.context["counts"]["urged"] == 1
    assert "被催办 2 次" in page.content.decode()
    assert owner.get("/").context["counts"]["waiting"] == 1
    assert "被催办 2 次" in owner.get(address("case", asked)).content.decode()
    perform(
        asked.pk,
        "office.sign",
        on=days_ago(0),
        officer=county.colleague,
        values={"agrees": "否", "text": "缺依据"},
        request=1,
    )
    assert colleague.get("/").context["counts"]["urged"] == 0
    owner.post(address("urge", asked), {"target": "assignment-1", "text": "再催"})
    assert Urging.objects.count() == 2


def test_the_notice_of_urging_prints(asked, owner, colleague, stranger):
    owner.post(address("urge", asked), {"target": "assignment-1", "text": "请周五前答复"})
    where = address("urging-notice", asked, Urging.objects.get().pk)
    text = words_in(owner.get(where))
    assert {"催办通知", "请周五前答复"} <= set(text.split("\n"))
    assert asked.number in text
    assert stranger.get(where).status_code == 404


def test_urging_moves_neither_state_nor_limit(asked, owner):
    before = Case.objects.values().get(pk=asked.pk)
    owner.post(address("urge", asked), {"target": "assignment-1", "text": "请办"})
    assert Case.objects.values().get(pk=asked.pk) == before


def test_only_who_works_on_a_case_urges(asked, colleague, stranger):
    colleague.post(address("urge", asked), {"target": "organ", "text": "请办"})
    assert stranger.post(address("urge", asked), {"target": "organ", "text": "请办"}).status_code == 404
    assert not Urging.objects.exists()


def test_an_opinion_shows_agreement_and_what_became_of_it(asked, county, owner, colleague):
    perform(
        asked.pk,
        "office.sign",
        on=days_ago(0),
        officer=county.colleague,
        values={"agrees": "否", "text": "缺依据"},
        request=1,
    )
    use = address("use-opinion", asked, 1)
    assert colleague.post(use, {"adoption": "adopted"}).status_code == 404
    owner.post(use, {"adoption": "not"})
    line = owner.get(address("case", asked), {"tab": "assignments"}).context["assignments"][0]
    assert (line.agrees, line.use) == (False, None)
    owner.post(use, {"adoption": "not", "reason": "依据已经列明"})
    text = owner.get(address("case", asked), {"tab": "assignments"}).content.decode()
    assert "不同意" in text
    assert "不采纳" in text
    assert "依据已经列明" in text


def test_what_was_sent_back_is_listed_until_it_is_asked_again(case, county, owner):
    ask = {"on": days_ago(0), "officer": county.owner, "values": {"to": str(county.housing.pk), "text": "请办"}}
    perform(case.pk, "office.assign", **ask)
    assert owner.get("/").context["counts"]["returned"] == 0
    perform(
        case.pk, "office.send_back", on=days_ago(0), officer=county.colleague, values={"text": "不属我局"}, request=1
    )
    assert [row.case.pk for row, _ in owner.get("/", {"show": "returned"}).context["rows"]] == [case.pk]
    perform(case.pk, "office.assign", **ask)
    counts = owner.get("/").context["counts"]
    assert (counts["returned"], counts["waiting"], counts["ours"], counts["mine"]) == (0, 1, 1, 0)


def test_somebody_asked_to_sign_sees_the_case_wherever_his_duty_lies(case, county):
    signer = officer("signer", "示例辛", county.justice, system="people_mediation")
    assert signed_in(signer).get(address("case", case)).status_code == 404
    perform(case.pk, "office.add_signer", on=days_ago(0), officer=county.owner, values={"to": str(signer.pk)})
    assert signed_in(signer).get(address("case", case)).status_code == 200
    assert signed_in(signer).get("/", {"show": "asked"}).context["total"] == 1


# --- the matter ----------------------------------------------------------------------------------------------------


LAWSUIT = "/cases/litigation_response/new/receive/"


def test_a_lawsuit_takes_over_what_the_reconsideration_says(dispute, county, owner):
    page = owner.get(address("case", dispute), {"tab": "links"})
    opening = next(o.address for o in page.context["openings"] if "/litigation_response/" in o.address)
    form = owner.get(opening)
    text = form.content.decode()
    assert dispute.number in text
    assert "示例县住房和城乡建设局" in text
    assert "13800001234" not in text
    made = owner.post(opening, {
        "on": days_ago(0), "value_court_number": "（2026）示01行初1号", "value_court": "示例县人民法院", "value_level": "first",
        "value_cause": "行政处罚", "value_after_reconsideration": "true", "value_reconsideration_number": dispute.number,
    })  # fmt: skip
    assert made.status_code == 302, made.context["form"].errors
    suit = Case.objects.get(system="litigation_response")
    assert suit.fields["plaintiff"] == dispute.fields["applicant"]
    assert suit.fields["defendant"] == dispute.fields["respondent"]
    assert [row.case.pk for row in owner.get(address("case", dispute), {"tab": "links"}).context["links"]] == [suit.pk]


def test_nobody_takes_over_from_a_case_he_may_not_see(dispute, county, colleague, owner):
    openings = owner.get(address("case", dispute), {"tab": "links"}).context["openings"]
    opening = next(o.address for o in openings if "/litigation_response/" in o.address)
    assert colleague.get(opening).status_code == 404


def test_the_whole_matter_is_on_one_page_but_only_what_may_be_seen(county, owner):
    first, second, third = county.review(), county.review(), county.review()
    hidden = county.review(organ=county.housing)
    for one, other in ((first, second), (second, third), (third, hidden)):
        owner.post(address("link", one), {"number": other.number})
    from zhunsheng.cases.actions import link_cases

    link_cases(third.pk, hidden.pk)
    links = owner.get(address("case", first), {"tab": "links"}).context["links"]
    assert {row.case.pk for row in links} == {second.pk, third.pk}


def test_a_case_to_link_is_found_among_those_that_may_be_seen(county, owner):
    case, other = county.review(), county.review(matter="《示例桥梁协议》")
    county.review(matter="《示例桥梁补充协议》", organ=county.housing)
    page = owner.get(address("case", case), {"tab": "links", "find": "桥梁"})
    assert [row.case.pk for row in page.context["found"]] == [other.pk]


@pytest.mark.parametrize("tab", ["papers", "assignments", "links"])
def test_no_tab_asks_a_query_for_each_row(tab, case, county, owner, django_assert_max_num_queries):
    def fill():
        upload(owner, case, name="材料.pdf")
        perform(
            case.pk, "office.countersign", on=days_ago(0), officer=county.owner, values={"to": str(county.housing.pk)}
        )
        owner.post(address("urge", case), {"target": "organ", "text": "请办"})
        owner.post(address("link", case), {"number": county.accepted().number})

    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as seen:
            owner.get(address("case", case), {"tab": tab})
        return len(seen)

    fill()
    first = queries()
    perform(case.pk, "office.take_back", on=days_ago(0), officer=county.owner, values={"text": "重办"}, request=1)
    fill()
    assert queries() == first


def test_drafts_hold_plain_data(dispute, owner):
    owner.post(
        address("act-draft", dispute, "ask_correction"), {"on": days_ago(0), "value_correction_items": ["甲", "乙"]}
    )
    assert json.loads(json.dumps(Draft.objects.get().typed))["value_correction_items"] == ["甲", "乙"]


def test_a_form_begins_with_the_organ_and_the_day_of_the_step(county, owner):
    text = owner.get("/cases/enforcement_certificate/new/apply/").content.decode()
    [unit] = re.findall(r'<select name="value_unit".*?</select>', text, re.DOTALL)
    assert re.findall(r'value="([^"]+)" selected', unit) == [county.justice.name], "the first the officer may choose"
    assert 'data-follows="organ"' in unit
    today = days_ago(0)
    may_enforce(county.housing, "示例处罚", days_ago(30))
    values = {"kind": "enforcement", "name": "示例甲", "identity_number": "11010119900307053X", "staff": "on_staff", "exam_result": "passed"}  # fmt: skip
    case = open_case("enforcement_certificate", "apply", organ=county.housing, on=today, values={**values, "unit": county.housing.name}, today=today)  # fmt: skip
    perform(case.pk, "submit", on=today, today=today)
    issued = perform(case.pk, "issue", on=today, values={"certificate_number": "证1"}, today=today)
    assert issued.fields["issued_on"] == today.isoformat(), "where nobody says otherwise"
