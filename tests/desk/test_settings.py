"""The pages of local settings: who sees and who decides, what a preview says, and that it writes nothing."""

from datetime import date, timedelta
from io import BytesIO

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.desk.county import SYSTEM, days_ago, officer, signed_in
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.models import Case, Deadline
from zhunsheng.catalogue.loading import system
from zhunsheng.catalogue.scenarios import Step, command_for, read_scenarios
from zhunsheng.desk.models import Upload
from zhunsheng.local.actions import decide
from zhunsheng.local.models import Setting
from zhunsheng.orgs.models import Duty
from zhunsheng.papers.models import Paper, PaperTemplate

pytestmark = pytest.mark.once

LIMIT = ["limit", "legality_review_other"]
TEMPLATE = "legality_review.completion_notice.2019-09-01"
RULES = "示例县合法性审查办法（示政办〔2026〕3号）"


@pytest.fixture
def person(county):
    """The administrator of local settings, who looks after reviews as well."""
    made = officer("keeper", "示例丁", county.government, system="local", role="administrator", whole_tree=True)
    Duty.objects.create(officer=made, organ=county.government, system=SYSTEM, whole_tree=True)
    return made


@pytest.fixture
def keeper(person):
    return signed_in(person)


def at(name, *arguments):
    return reverse(f"desk:{name}", args=arguments)


def typed(county, **changes):
    return {"organ": county.government.pk, "since": "2025-03-05", "value": "6", "unit": "working_day",
            "document": RULES, "article": "8", "reason": "印发", **changes}  # fmt: skip


def decided(person, county, **changes):
    values = {"value": 6, "unit": "working_day", **changes}
    return decide(person, *LIMIT, county.government, date(2025, 3, 5), values, document=RULES, article="8",
                  reason="印发")  # fmt: skip


def file(*lines, name="函.docx"):
    word = docx.Document()
    for line in lines:
        word.add_paragraph(line)
    stream = BytesIO()
    word.save(stream)
    return SimpleUploadedFile(name, stream.getvalue())


GOOD = ("{{单位}}补充材料函", "{{文号}}", "{{送审单位}}：请于{{期限：补充材料}}前补送。", "{{日期}}")


# --- who ---------------------------------------------------------------------------------------------------------------

READ = [("settings", []), ("setting", LIMIT), ("setting", ["number", SYSTEM]), ("setting", ["template", TEMPLATE]),
        ("setting", ["retention", f"cases.{SYSTEM}"]), ("setting", ["outline", "yearly"]), ("template-start", [TEMPLATE])]  # fmt: skip
CHANGE = [("setting-decide", LIMIT), ("setting-withdraw", LIMIT), ("setting-count", LIMIT[1:]), ("settings-import", []),
          ("settings-export", [])]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), READ)
def test_whoever_has_a_duty_reads(keeper, owner, stranger, client, name, arguments):
    address = at(name, *arguments)
    assert [c.get(address).status_code for c in (keeper, owner, stranger, client)] == [200, 200, 404, 302]


@pytest.mark.parametrize(("name", "arguments"), CHANGE)
def test_only_administrators_change(county, keeper, stranger, client, name, arguments):
    clerk = signed_in(officer("clerk", "示例戊", county.justice, system=SYSTEM))
    address = at(name, *arguments)
    assert [c.get(address).status_code for c in (keeper, clerk, stranger, client)] == [200, 404, 404, 302]
    assert [c.post(address).status_code for c in (clerk, stranger)] == [404, 404]


def test_administrator_of_a_bureau_decides_for_it_and_not_above(county):
    bureau = signed_in(officer("bureau", "示例戊", county.justice, system="local", role="administrator"))
    page = bureau.post(at("setting-decide", *LIMIT), typed(county))
    assert page.status_code == 422
    assert not Setting.objects.exists()
    bureau.post(at("setting-decide", *LIMIT), {**typed(county, organ=county.justice.pk), "step": "confirm"})
    assert Setting.objects.get().organ == county.justice


def test_duty_can_be_given_on_the_pages_of_people(county, keeper):
    administrator = officer("people", "示例己", county.government, system="orgs", role="administrator", whole_tree=True)
    client = signed_in(administrator)
    person = officer("new", "示例庚", county.justice, system=SYSTEM)
    post = {"organ": county.justice.pk, "post": "local:administrator", "on": days_ago(0).isoformat()}
    assert client.post(at("appoint", person.pk), post).status_code == 302
    assert Duty.objects.filter(officer=person, system="local", role="administrator").exists()
    assert "本地设定 · 本地设定管理员" in client.get(at("officer", person.pk)).content.decode()


@pytest.mark.parametrize("kind", ["", "limit", "number", "template", "retention", "outline"])
def test_list_of_every_kind_asks_the_database_little(county, person, keeper, kind):
    decided(person, county)
    keeper.get(at("settings"), {"kind": kind})
    with CaptureQueriesContext(connection) as asked:
        page = keeper.get(at("settings"), {"kind": kind})
    assert page.status_code == 200
    assert len(asked) <= 14


def test_list_says_value_owner_day_document_and_default(county, person, keeper):
    decided(person, county)
    page = keeper.get(at("settings"), {"organ": county.justice.pk}).content.decode()
    for words in ("6个工作日", "示例县人民政府", "上级设定", "2025-03-05", f"{RULES}第八条", "10个工作日"):
        assert words in page
    assert "缺省值，未核对" not in page
    assert "缺省值，未核对" in keeper.get(at("settings"), {"kind": "limit"}).content.decode()
    assert "没有符合条件" in keeper.get(at("settings"), {"kind": "limit", "q": "没有这项"}).content.decode()


def test_retention_says_that_nothing_is_destroyed_by_itself(keeper):
    for address in (at("setting", "retention", f"cases.{SYSTEM}"), at("settings") + "?kind=retention"):
        assert "期限届满不会自动销毁" in keeper.get(address).content.decode()


def test_unknown_kind_and_thing(keeper):
    for arguments in (["nothing", "x"], ["limit", "nothing"], ["template", "legality_review.nothing.2019-09-01"]):
        assert keeper.get(at("setting", *arguments)).status_code == 404


# --- limits ------------------------------------------------------------------------------------------------------------


def test_preview_then_decision(county, keeper, person):
    case = county.accepted(on=date(2025, 3, 6))
    before = Deadline.objects.get(case=case, key="other_review").due_on
    page = keeper.post(at("setting-decide", *LIMIT), typed(county))
    shown = page.content.decode()
    assert (page.status_code, "改为" in shown, "6个工作日" in shown) == (200, True, True)
    assert [move.case_id for move, _ in page.context["moves"].earlier] == [case.pk]
    assert not Setting.objects.exists()
    answer = keeper.post(at("setting-decide", *LIMIT), {**typed(county), "step": "confirm"}, follow=True)
    assert "已设定" in answer.content.decode()
    row = Setting.objects.get()
    assert (row.entered_by, row.document, row.article, row.reason) == (person, RULES, "8", "印发")
    assert Deadline.objects.get(case=case, key="other_review").due_on == before, "running limits are left by default"


@pytest.mark.parametrize(("ticked", "day"), [(True, date(2025, 3, 14)), (False, date(2025, 3, 20))])
def test_running_limits_are_counted_anew_as_asked(county, keeper, ticked, day):
    """Ten working days from 6 March 2025 end on the 20th, six on the 14th."""
    case = county.accepted(on=date(2025, 3, 6))
    confirm = [f"{case.pk}:other_review"] if ticked else []
    keeper.post(
        at("setting-decide", *LIMIT), {**typed(county), "step": "confirm", "apply": "since", "confirm": confirm}
    )
    assert Deadline.objects.get(case=case, key="other_review").due_on == day


def test_case_an_administrator_may_not_see_is_counted_only(county):
    other = officer("other", "示例戊", county.government, system="local", role="administrator", whole_tree=True)
    case = county.accepted(on=date(2025, 3, 6))
    client = signed_in(other)
    page = client.post(at("setting-decide", *LIMIT), typed(county))
    assert (page.context["moves"].earlier, page.context["moves"].hidden) == ([], 1)
    assert case.number not in page.content.decode()
    client.post(at("setting-decide", *LIMIT), {
        **typed(county), "step": "confirm", "apply": "since", "confirm": [f"{case.pk}:other_review"]})  # fmt: skip
    assert Deadline.objects.get(case=case, key="other_review").due_on == date(2025, 3, 20), "kept: nobody saw it"


def test_older_limits_are_counted_anew_on_their_own_page(county, keeper, person):
    case = county.accepted(on=date(2025, 3, 4))
    decided(person, county, value=12)
    address = at("setting-count", LIMIT[1])
    assert "没有在办期限会因此改变" in keeper.get(address).content.decode()
    page = keeper.get(address, {"older": "1"})
    assert [(move.case_id, move.new) for move, _ in page.context["moves"].later] == [(case.pk, date(2025, 3, 20))]
    assert keeper.post(address, {"older": "1", "step": "confirm", "reason": " "}).status_code == 422
    keeper.post(address, {"older": "1", "step": "confirm", "reason": "办法规定在办的也适用"})
    assert Case.objects.get(pk=case.pk).events.filter(action="office.revalue", note="办法规定在办的也适用").exists()
    assert Deadline.objects.get(case=case, key="other_review").due_on == date(2025, 3, 20)


def test_receipt_and_history_name_the_document(county, keeper, person, owner):
    decided(person, county)
    case = county.accepted(on=date(2025, 3, 6))
    shown = owner.get(at("case", case.pk)).content.decode()
    assert f"本地规定：6个工作日（{RULES}第八条，2025-03-05 起施行）" in shown
    assert '<span class="declared-mark">本地规定</span>' in shown
    history = keeper.get(at("setting", *LIMIT)).content.decode()
    assert "示例丁" in history
    assert RULES in history


def test_limit_of_the_place_that_has_not_begun_shows_what_would_hold(county, owner, person):
    decided(person, county)
    case = county.review(on=date(2025, 3, 6))
    assert f"{RULES}第八条" in owner.get(at("case", case.pk)).content.decode()


def test_withdrawn(county, keeper, person):
    decided(person, county)
    preview = keeper.post(
        at("setting-withdraw", *LIMIT), {"organ": county.government.pk, "since": "2025-04-01", "reason": "废止"}
    )
    assert "10个工作日" in preview.content.decode()
    keeper.post(at("setting-withdraw", *LIMIT), {
        "organ": county.government.pk, "since": "2025-04-01", "reason": "废止", "step": "confirm"})  # fmt: skip
    row = Setting.objects.order_by("-pk").first()
    assert (row.value, row.valid_from, row.reason) == (None, date(2025, 4, 1), "废止")
    assert "撤销" in keeper.get(at("setting", *LIMIT)).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"value": "x"}, "value"), ({"since": "2025-02-30"}, "since"), ({"document": ""}, "document"), ({"reason": ""}, "reason"),
     ({"unit": "hour"}, "unit"), ({"organ": "9999"}, "organ")],
)  # fmt: skip
def test_wrong_entry_is_said_at_its_field(county, keeper, changes, field):
    page = keeper.post(at("setting-decide", *LIMIT), typed(county, **changes))
    assert page.status_code == 422
    assert field in page.context["form"].errors


def test_future_value_leaves_everything_running(county, keeper):
    county.accepted(on=date(2025, 3, 6))
    tomorrow = (days_ago(0) + timedelta(days=1)).isoformat()
    page = keeper.post(at("setting-decide", *LIMIT), typed(county, since=tomorrow))
    assert "将来才生效" in page.content.decode()
    assert page.context["moves"] is None


def test_extension_asks_in_the_unit_of_the_place(county, owner, person):
    """The general term of mediation is a month with another; this place gives thirty days, and ten more."""
    decide(person, "limit", "people_mediation_month", county.government, date(2025, 1, 1),
           {"value": 30, "unit": "calendar_day", "extension": 10}, document=RULES, reason="印发")  # fmt: skip
    mediation, on = system("people_mediation"), date(2025, 3, 6)
    compiled, sample = mediation.procedure_on(on), read_scenarios(mediation)
    start = compiled.procedure.deadlines["mediation"].from_[0]
    values = command_for(compiled, sample, Step(action=start), on, None).values
    case = open_case("people_mediation", start, organ=county.justice, on=on, values=values)
    extends = compiled.procedure.deadlines["mediation"].extended_by
    page = owner.get(at("act", case.pk, extends))
    assert page.context["form"].fields["amount"].label == "延长多久（日）"
    assert page.context["form"].fields["amount"].initial == 10


def test_form_begins_with_what_holds_the_extension_too(keeper):
    """Five working days and five more, as declared; nobody who changes the one is to lose the other unawares."""
    form = keeper.get(at("setting-decide", "limit", "hotline_handling")).context["form"]
    assert [form[name].value() for name in ("value", "unit", "extension")] == ["5", "working_day", "5"]


# --- numbers -----------------------------------------------------------------------------------------------------------


def test_next_number_is_shown_before_a_pattern_is_set(county, keeper):
    year = days_ago(0).year + 1
    data = {"organ": county.justice.pk, "since": f"{year}-01-01", "pattern": "{代字}法审字〔{年份}〕第{序号}号", "mark": "",
            "first": "7", "reason": "统一编号"}  # fmt: skip
    address = at("setting-decide", "number", SYSTEM)
    assert f"示司法审字〔{year}〕第7号" in keeper.post(address, data).content.decode()
    assert not Setting.objects.exists()
    keeper.post(address, {**data, "step": "confirm"})
    shown = keeper.get(at("setting", "number", SYSTEM), {"organ": county.justice.pk}).content.decode()
    assert f"示司法审字〔{year}〕第7号" in shown
    county.review()
    page = keeper.post(address, {**data, "since": f"{year - 1}-01-01"})
    assert page.status_code == 422
    assert "已经按原格式编到 1 号" in page.content.decode()


# --- templates ---------------------------------------------------------------------------------------------------------


def uploaded(county, *lines, **changes):
    return {"organ": county.government.pk, "since": "2025-03-05", "reason": "统一文书", "file": file(*lines), **changes}


def test_wrong_template_is_answered_with_every_place(county, keeper):
    page = keeper.post(at("setting-decide", "template", TEMPLATE), uploaded(county, "{{文号}}", "{{申清人}}", "{{日期"))
    shown = page.content.decode()
    assert page.status_code == 422
    for words in ("有 4 处须改正", "正文第 2 段（{{申清人}}）", "没有「申清人」这个字段", "正文第 3 段（{{日期）", "花括号不成对",
                  "缺少日期"):  # fmt: skip
        assert words in shown
    assert not PaperTemplate.objects.exists()


def test_template_is_previewed_then_set_then_used(county, keeper, owner):
    address = at("setting-decide", "template", TEMPLATE)
    page = keeper.post(address, uploaded(county, *GOOD))
    assert page.status_code == 200
    assert "示例县人民政府补充材料函" in page.content.decode()
    kept = PaperTemplate.objects.get()
    assert not Setting.objects.exists()
    sample = keeper.get(at("template-sample", TEMPLATE, kept.pk))
    assert "补充材料函" in docx.Document(BytesIO(b"".join(sample.streaming_content))).paragraphs[0].text
    confirm = {
        "organ": county.government.pk,
        "since": "2025-03-05",
        "reason": "统一文书",
        "template": kept.pk,
        "step": "confirm",
    }
    keeper.post(address, confirm)
    assert Setting.objects.get().value["template"] == kept.pk
    case = county.review(on=date(2025, 3, 6))
    perform(case.pk, "request_completion", on=date(2025, 3, 6), values={"missing_materials": "说明"})
    paper = Paper.objects.get()
    shown = owner.get(at("paper", case.pk, paper.pk)).content.decode()
    assert "示例县司法局补充材料函" in shown
    assert f'href="{at("paper-document", case.pk, paper.pk)}"' in shown
    assert "示例县司法局补充材料函" in owner.get(at("case-print", case.pk)).content.decode(), (
        "in the printed file as well"
    )
    content = b"".join(owner.get(at("paper-document", case.pk, paper.pk)).streaming_content)
    lines = [p.text for p in docx.Document(BytesIO(content)).paragraphs]
    assert lines[0] == "示例县司法局补充材料函"
    assert lines[2] == "示例住房和城乡建设局：请于2025年3月11日前补送。"


def test_nobody_sets_a_file_another_has_uploaded_or_reads_it_before(county, keeper, person):
    other = officer("other", "示例戊", county.government, system="local", role="administrator", whole_tree=True)
    signed_in(other).post(at("setting-decide", "template", TEMPLATE), uploaded(county, *GOOD))
    kept = PaperTemplate.objects.get()
    confirm = {
        "organ": county.government.pk,
        "since": "2025-03-05",
        "reason": "统一文书",
        "template": kept.pk,
        "step": "confirm",
    }
    assert keeper.post(at("setting-decide", "template", TEMPLATE), confirm).status_code == 422
    assert keeper.get(at("template-sample", TEMPLATE, kept.pk)).status_code == 404
    assert keeper.get(at("template-file", TEMPLATE, kept.pk)).status_code == 404
    assert not Setting.objects.exists()


def test_template_of_another_organ_is_not_given_out(county, keeper, owner, colleague):
    keeper.post(at("setting-decide", "template", TEMPLATE), uploaded(county, *GOOD, organ=county.housing.pk))
    kept = PaperTemplate.objects.get()
    keeper.post(at("setting-decide", "template", TEMPLATE), {
        "organ": county.housing.pk, "since": "2025-03-05", "reason": "示例", "template": kept.pk, "step": "confirm"})  # fmt: skip
    address = at("template-file", TEMPLATE, kept.pk)
    assert [c.get(address).status_code for c in (keeper, colleague, owner)] == [200, 200, 404]


# --- taking along ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("unkept")
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_export_is_read_again(county, keeper, person, form):
    decided(person, county)
    content = b"".join(keeper.get(at("settings-export"), {"form": form}).streaming_content)
    Setting.objects.all().delete()
    data = {"organ": county.government.pk, "how": "names", "reason": "新装系统"}
    preview = keeper.post(at("settings-import"), {**data, "file": SimpleUploadedFile(f"设定.{form}", content)})
    assert "将导入 1 项设定" in preview.content.decode()
    assert not Setting.objects.exists()
    upload = Upload.objects.get()
    keeper.post(at("settings-import"), {**data, "upload": upload.pk, "step": "confirm"})
    assert Setting.objects.get().value == {"value": 6, "unit": "working_day", "extension": None}
    upload.refresh_from_db()
    assert upload.imported_at is not None


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"settings: [", b"[1]"])
def test_file_that_holds_no_settings(county, keeper, content):
    data = {
        "organ": county.government.pk,
        "how": "names",
        "reason": "示例",
        "file": SimpleUploadedFile("x.yaml", content),
    }
    page = keeper.post(at("settings-import"), data)
    assert page.status_code == 422
    assert page.context["form"].errors["file"]


def test_wrong_line_is_shown_and_nothing_imported(county, keeper):
    content = "settings: [{kind: limit, key: x, organ: 示例县人民政府, since: 2026-01-01, value: {}}]".encode()
    data = {
        "organ": county.government.pk,
        "how": "names",
        "reason": "示例",
        "file": SimpleUploadedFile("x.yaml", content),
    }
    page = keeper.post(at("settings-import"), data)
    assert page.status_code == 422
    assert "没有「x」这一项" in page.content.decode()
