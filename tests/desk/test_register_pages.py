"""Lists in the browser: drafting and deciding changes, an entry's history, workbooks, comparison, versions; who may see."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from tests.desk.county import days_ago, officer, signed_in
from zhunsheng.desk.register_comparison import marked
from zhunsheng.registers import actions, change_sets
from zhunsheng.registers.change_sets import ProposedLine
from zhunsheng.registers.models import ChangeSet, ChangeSetState, Entry, PublishedVersion
from zhunsheng.registers.reading import entries_on

pytestmark = pytest.mark.once

SLUG = "power_list"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def reviewer(county):
    return signed_in(officer("reviewer", "示例丁", county.government, system=SLUG, whole_tree=True))


def values(**more):
    return {"name": "对示例行为的处罚", "power_type": "penalty", "basis": "示例法第三条",
            "implementing_organ": "示例县司法局"} | more  # fmt: skip


@pytest.fixture
def entry(county):
    return add(county.justice, "A1")


def add(organ, key, **more):
    return actions.apply_entry_change(SLUG, organ, "add", key, values(**more), date(2024, 1, 1))


def draft(county, *lines):
    row = change_sets.begin_change_set(SLUG, county.justice, "按新法调整", days_ago(0), county.owner)
    return change_sets.put_lines(row.pk, list(lines), county.owner) if lines else row


def at(name, *arguments):
    return reverse(f"desk:{name}", args=[SLUG, *arguments])


def texts(response):
    return response.content.decode()


def listed(day=None):
    return {row.entry.key: row.values for row in entries_on(SLUG, access=None, true_on=day or days_ago(0))}


# --- drafting and deciding -------------------------------------------------------------------------------------------


def test_a_change_from_draft_to_list(county, owner, reviewer, entry):
    begun = owner.post(at("register-change-new") + f"?entry={entry.pk}",
                       {"title": "按新法调整", "effective_on": days_ago(0).isoformat()})  # fmt: skip
    row = ChangeSet.objects.get()
    assert begun["Location"] == at("register-line", row.pk, "change") + "?key=A1"
    form = {f"value_{name}": value for name, value in values(name="新名称").items()}
    assert owner.post(begun["Location"], form).status_code == 302
    assert row.lines.get().values == {"name": "新名称"}
    assert owner.post(at("register-line", row.pk, "add"), {**form, "value_item_code": "A2"}).status_code == 302
    shown = texts(owner.get(at("register-change", row.pk)))
    assert "<del>对示例行为的处罚</del> → <ins>新名称</ins>" in shown
    assert "行政职权事项" in shown
    owner.post(at("register-decide", row.pk, "submit"))
    assert set(listed()) == {"A1"}
    reviewer.post(at("register-decide", row.pk, "approve"))
    assert {key: found["name"] for key, found in listed().items()} == {"A1": "新名称", "A2": "新名称"}
    assert "已生效" in texts(owner.get(at("register-changes")))


def test_who_prepared_it_does_not_decide_it(county, owner):
    row = draft(county, ProposedLine("none", reason="无需调整"))
    owner.post(at("register-decide", row.pk, "submit"))
    page = owner.get(at("register-change", row.pk))
    assert (page.context["may_decide"], page.context["own"]) == (False, True)
    refused = owner.post(at("register-decide", row.pk, "approve"), follow=True)
    assert "拟订人不能审定" in texts(refused)
    row.refresh_from_db()
    assert row.state == ChangeSetState.SUBMITTED


@pytest.mark.parametrize(("decision", "state"), [("return", "returned"), ("reject", "rejected")])
def test_returning_and_rejecting_need_a_reason(county, owner, reviewer, decision, state):
    row = draft(county, ProposedLine("none", reason="无需调整"))
    owner.post(at("register-decide", row.pk, "submit"))
    assert "须写明理由" in texts(reviewer.post(at("register-decide", row.pk, decision), follow=True))
    reviewer.post(at("register-decide", row.pk, decision), {"note": "依据不全"})
    row.refresh_from_db()
    assert (row.state, row.note) == (state, "依据不全")
    assert "依据不全" in texts(owner.get(at("register-change", row.pk)))


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(county, owner):
    row = draft(county)
    page = owner.post(at("register-line", row.pk, "add"), {"value_item_code": "A9", "value_name": "某项"})
    assert page.status_code == 422
    assert [page.context["form"][f"value_{name}"].errors for name in ("basis", "power_type")] == [["必须填写"]] * 2
    assert 'value="某项"' in texts(page)
    assert row.lines.count() == 0


def test_a_change_that_changes_nothing_is_no_line(county, owner, entry):
    row = draft(county)
    form = {f"value_{name}": value for name, value in values().items()}
    page = owner.post(at("register-line", row.pk, "change") + "?key=A1", form)
    assert page.status_code == 422
    assert "没有改动任何内容" in texts(page)


def test_lines_are_taken_out_and_drafts_discarded(county, owner):
    row = draft(county, ProposedLine("none", reason="无需调整"))
    owner.post(at("register-line-out", row.pk, row.lines.get().pk))
    assert row.lines.count() == 0
    owner.post(at("register-decide", row.pk, "discard"))
    assert owner.get(at("register-line", row.pk, "add")).status_code == 404


# --- who sees what ---------------------------------------------------------------------------------------------------


def test_for_others_it_does_not_exist(county, owner, colleague, stranger, entry):
    row = draft(county, ProposedLine("change", "A1", {"name": "新名称"}))
    pages = [at("register-entry", entry.pk), at("register-change", row.pk), at("register-change-head", row.pk),
             at("register-line", row.pk, "add"), at("register-import", row.pk)]  # fmt: skip
    everybody = [at("register"), at("register-changes"), at("register-comparison"), at("register-versions")]
    assert [owner.get(page).status_code for page in pages] == [200] * 5
    assert [colleague.get(page).status_code for page in pages] == [404] * 5
    assert [stranger.get(page).status_code for page in pages + everybody] == [404] * 9
    for address in (at("register-decide", row.pk, "submit"), at("register-line-out", row.pk, row.lines.get().pk),
                    at("register-import-take", row.pk)):  # fmt: skip
        assert colleague.post(address).status_code == 404
    row.refresh_from_db()
    assert (row.state, row.lines.count()) == ("draft", 1)
    assert colleague.get(at("register-changes")).context["total"] == 0
    assert "A1" not in texts(colleague.get(at("register-comparison"), {"here": county.justice.pk}))


def test_only_approvers_publish(county, colleague, stranger, entry):
    keeper = signed_in(officer("keeper", "示例己", county.justice, system=SLUG, role="department"))
    assert keeper.get(at("register-versions")).status_code == 200
    assert [client.get(at("register-publish")).status_code for client in (keeper, stranger)] == [404, 404]
    # An approver of one organ cannot publish the list of another by naming it.
    colleague.post(at("register-publish"), {"day": days_ago(0).isoformat(), "organ": county.justice.pk})
    assert PublishedVersion.objects.count() == 0


# --- the entry -------------------------------------------------------------------------------------------------------


def test_an_entry_tells_what_was_true_and_what_was_known(county, owner, entry):
    actions.apply_entry_change(SLUG, county.justice, "change", "A1", {"name": "第二个名称"}, date(2024, 6, 1))
    actions.correct(Entry.objects.get(), date(2024, 6, 1), {"name": "更正的名称"}, reason="录入有误")
    page = owner.get(at("register-entry", entry.pk))
    assert page.context["title"] == "更正的名称"
    assert [told.kind for told in page.context["timeline"]] == ["更正", "变更", "新增"]
    assert "录入有误" in texts(page)
    assert "<del>第二个名称</del> → <ins>更正的名称</ins>" in texts(page)
    assert {p.account.key for p, *_rest in page.context["postings"]} == {
        f"{SLUG}.items", f"{SLUG}.enforcement_items", f"{SLUG}.items_added", f"{SLUG}.items_changed",
    }  # fmt: skip
    assert owner.get(at("register-entry", entry.pk), {"day": "2024-03-01"}).context["title"] == "对示例行为的处罚"
    unknown = owner.get(at("register-entry", entry.pk), {"known_on": days_ago(1).isoformat()})
    assert unknown.context["current"] is None  # nothing of it had been recorded yesterday
    assert owner.get(at("register-entry", entry.pk), {"day": "昨天"}).context["wrong"]


# --- workbooks -------------------------------------------------------------------------------------------------------


def workbook(*rows):
    book = Workbook()
    for row in [("事项编码", "事项名称", "权力类型", "实施依据", "实施主体"), *rows]:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("清单.xlsx", file.getvalue())


def test_a_workbook_is_checked_marked_and_taken(county, owner, entry):
    row = draft(county)
    file = workbook(
        ("A1", "新名称", "行政处罚", "示例法第三条", "示例县司法局"),
        ("A2", "另一项", "乱写", "示例法第四条", "示例县司法局"),
        ("A3", "第三项", "行政许可", "示例法第五条", "示例县司法局"),
    )
    checked = owner.post(at("register-import", row.pk), {"file": file}, follow=True)
    assert "第3行第3列（权力类型）" in texts(checked)
    assert (checked.context["adds"], checked.context["changes"]) == (1, 1)
    assert row.lines.count() == 0
    back = owner.get(at("register-import-marked", row.pk))
    sheet = load_workbook(io.BytesIO(b"".join(back.streaming_content))).worksheets[0]
    assert sheet.cell(3, 3).comment is not None
    owner.post(at("register-import-take", row.pk))
    assert {line.key: line.kind for line in row.lines.all()} == {"A1": "change", "A3": "add"}
    assert "请重新选择文件" in texts(owner.post(at("register-import-take", row.pk), follow=True))


def test_a_file_that_is_no_table_is_refused(county, owner):
    row = draft(county)
    page = owner.post(at("register-import", row.pk), {"file": SimpleUploadedFile("a.xlsx", b"PK not a workbook")})
    assert page.status_code == 422
    assert page.context["form"].errors["file"]


def test_the_list_as_a_workbook(county, owner, colleague, entry):
    def keys(client):
        book = load_workbook(io.BytesIO(b"".join(client.get(at("register-workbook")).streaming_content)))
        return [row[2].value for row in book.active.iter_rows(min_row=4)]

    assert keys(owner) == ["A1"]
    assert keys(colleague) == []


# --- comparison ------------------------------------------------------------------------------------------------------


@pytest.fixture
def uploaded(county, owner, entry):
    add(county.justice, "A2")
    add(county.justice, "A3")
    file = workbook(
        ("A1", "对示例行为的处罚", "行政处罚", "示例法第三条", "省"),
        ("A2", "对示例活动的处罚", "行政处罚", "示例法第三条", "省"),
        ("U1", "上级事项", "行政许可", "示例法第九条", "省"),
    )
    return owner.post(at("register-comparison-upload"), {"file": file, "here": county.justice.pk}, follow=True)


def test_counters_rows_and_marks(uploaded):
    assert [(key, count) for key, _words, count in uploaded.context["counts"]] == [
        ("same", 1), ("differs", 1), ("only_here", 1), ("only_there", 1),
    ]  # fmt: skip
    assert [line.item.key for line in uploaded.context["lines"]] == ["A2", "A3", "U1"]
    assert "对示例<mark>行为</mark>的处罚" in texts(uploaded)
    assert "对示例<mark>活动</mark>的处罚" in texts(uploaded)


def test_filter_and_export(owner, uploaded):
    page = owner.get(at("register-comparison"), {"there": "w", "show": "only_there"})
    assert [line.item.key for line in page.context["lines"]] == ["U1"]
    content = owner.get(at("register-comparison-workbook"), {"there": "w", "show": ""}).streaming_content
    rows = [
        [cell.value for cell in row] for row in load_workbook(io.BytesIO(b"".join(content))).active.iter_rows(min_row=4)
    ]
    assert [(row[0], row[1]) for row in rows] == [("A2", "不同"), ("A3", "仅本级"), ("U1", "仅对方")]


def test_adopt_and_explain_make_lines(county, owner, uploaded):
    there = {"here": county.justice.pk, "there": "w"}
    owner.post(at("register-settle"), {**there, "key": ["A2", "U1"], "what": "adopt"})
    row = ChangeSet.objects.get()
    assert {line.key: (line.kind, line.values.get("name")) for line in row.lines.all()} == {
        "A2": ("change", "对示例活动的处罚"), "U1": ("add", "上级事项"),
    }  # fmt: skip
    owner.post(at("register-settle"), {**there, "key": ["A3"], "what": "explain", "reason": "本地特有", "into": row.pk})
    assert row.lines.get(key="A3").values == {"difference_reason": "本地特有"}
    page = owner.get(at("register-comparison"), {"there": "w"})
    assert [line.draft == row for line in page.context["lines"]] == [True, True, True]
    assert "请写明不一致的原因" in texts(
        owner.post(at("register-settle"), {**there, "key": ["A3"], "what": "explain"}, follow=True)
    )


def test_what_cannot_be_adopted_is_said_and_the_rest_taken(county, owner, entry):
    file = workbook(
        ("A1", "新名称", "行政处罚", "示例法第三条", "省"), ("U1", "上级事项", "行政许可", "示例法第九条", None)
    )
    owner.post(at("register-comparison-upload"), {"file": file})
    page = owner.post(at("register-settle"), {"there": "w", "key": ["A1", "U1"], "what": "adopt"}, follow=True)
    assert "「实施主体」必须填写" in texts(page)
    assert list(ChangeSet.objects.get().lines.values_list("key", flat=True)) == ["A1"]


@pytest.mark.parametrize(
    ("here", "there", "pieces"),
    [
        (
            "甲乙丙",
            "甲丁丙",
            ([("甲", False), ("乙", True), ("丙", False)], [("甲", False), ("丁", True), ("丙", False)]),
        ),
        ("相同", "相同", ([("相同", False)], [("相同", False)])),
        ("—", "有", ([("—", True)], [("有", True)])),
    ],
)
def test_marks_are_inside_the_text(here, there, pieces):
    assert marked(here, there) == pieces


# --- versions --------------------------------------------------------------------------------------------------------


def test_publish_open_download_and_compare(county, owner, reviewer, entry):
    day = days_ago(0).isoformat()
    for _round in range(2):
        published = reviewer.post(
            at("register-publish"), {"day": day, "organ": county.justice.pk, "scope": "", "note": ""}
        )
        assert published.status_code == 302
        actions.apply_entry_change(SLUG, county.justice, "change", "A1", {"name": "新名称"}, days_ago(0))
    first, second = PublishedVersion.objects.order_by("number")
    page = owner.get(at("register-version", first.pk))
    assert page.context["intact"] is True
    assert "对示例行为的处罚" in texts(page)
    assert "新名称" not in texts(page)
    compared = texts(owner.get(at("register-version", first.pk), {"against": second.pk}))
    assert "<del>对示例行为的处罚</del> → <ins>新名称</ins>" in compared
    file = owner.get(at("register-version-document", first.pk))
    assert b"".join(file.streaming_content).startswith(b"PK")


# --- cost ------------------------------------------------------------------------------------------------------------


def test_no_page_asks_a_query_for_each_row(county, owner, entry):
    row = draft(county, ProposedLine("change", "A1", {"name": "新名称"}))
    pages = [at("register"), at("register-entry", entry.pk), at("register-changes"), at("register-change", row.pk),
             at("register-comparison"), at("register-versions")]  # fmt: skip

    def queries():
        counts = []
        for page in pages:
            with CaptureQueriesContext(connection) as asked:
                owner.get(page)
            counts.append(len(asked))
        return counts

    actions.publish(SLUG, county.justice, days_ago(0), county.owner)
    queries()  # what is remembered between requests is asked once
    few = queries()
    keys = [f"B{number:02d}" for number in range(20)]
    for key in keys:
        add(county.justice, key)
        draft(county, ProposedLine("remove", key))
    change_sets.put_lines(row.pk, [ProposedLine("remove", key) for key in keys], county.owner)
    actions.apply_entry_change(SLUG, county.justice, "change", "A1", {"name": "另一名称"}, days_ago(0))
    for _round in range(3):
        actions.publish(SLUG, county.justice, days_ago(0), county.owner)
    assert queries() == few
