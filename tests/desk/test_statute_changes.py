"""The pages on changes of statutes: who notes them, what is shown before, where the mark stands, and the workbook."""

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests.cases.place import APPLICATION
from tests.desk.county import SYSTEM, days_ago, officer, signed_in
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.models import Case
from zhunsheng.law.changes import note_change
from zhunsheng.law.models import StatuteChange
from zhunsheng.orgs.models import Duty
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.registers.models import Entry

pytestmark = pytest.mark.once

LAW = "administrative_reconsideration_law"
RECONSIDERATION = "administrative_reconsideration"


@pytest.fixture
def keeper(county):
    person = officer("keeper", "示例丁", county.government, system="law", role="administrator")
    Duty.objects.create(officer=person, organ=county.government, whole_tree=True)
    return signed_in(person)


@pytest.fixture
def clerk(county):
    return signed_in(officer("clerk", "示例戊", county.justice, system=SYSTEM))


def at(name, *arguments):
    return reverse(f"desk:{name}", args=arguments or [LAW])


def typed(**changes):
    return {"kind": "amended", "on": days_ago(0).isoformat(), "articles": "第三十条", "document": "示例：主席令第1号",
            "version": "", "reason": "修改决定公布", **changes}  # fmt: skip


def application(county, on):
    return open_case(RECONSIDERATION, "file", organ=county.government, on=on, values=APPLICATION, today=on)


def power(county, basis="《行政复议法》第三十条"):
    values = {
        "item_code": "A1",
        "name": "示例事项",
        "power_type": "penalty",
        "basis": basis,
        "implementing_organ": "示例局",
    }
    apply_entry_change("power_list", county.housing, "add", "A1", values, days_ago(100))
    return Entry.objects.get(key="A1")


def test_everybody_looks_and_only_the_administrator_notes(county, keeper, clerk, client):
    assert [c.get(at("statute-resting")).status_code for c in (keeper, clerk, client)] == [200, 200, 302]
    assert [c.get(at("statute-change")).status_code for c in (keeper, clerk, client)] == [200, 404, 302]
    assert clerk.post(at("statute-change"), {**typed(), "step": "confirm"}).status_code == 404
    assert not StatuteChange.objects.exists()
    assert [c.get(at("statute-resting", "nothing")).status_code for c in (keeper, clerk)] == [404, 404]


def test_preview_lists_what_rests_on_the_articles_and_writes_nothing(county, keeper):
    case, entry = application(county, days_ago(1)), power(county)
    page = keeper.post(at("statute-change"), typed())
    shown = page.content.decode()
    assert {group.what.zh for group in page.context["groups"]} >= {
        "环节",
        "期限",
        "法定期限",
        "清单条目：权责清单",
        "在办案件",
    }
    assert reverse("desk:case", args=[case.pk]) in shown
    assert reverse("desk:register-entry", args=["power_list", entry.pk]) in shown
    assert reverse("desk:limit", args=["fy_accept_review_5d"]) in shown
    assert "示例甲" not in shown
    assert not StatuteChange.objects.exists()
    answer = keeper.post(at("statute-change"), {**typed(), "step": "confirm"}, follow=True).content.decode()
    row = StatuteChange.objects.get()
    assert (row.articles, row.kind, row.on) == (["30"], "amended", days_ago(0))
    assert "第三十条" in answer
    assert "已标记的变动" in answer


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"articles": "无"}, "articles"),
        ({"document": ""}, "document"),
        ({"on": "2026-02-30"}, "on"),
        ({"kind": ""}, "kind"),
    ],
)
def test_wrong_entry_is_said_at_its_field(keeper, changes, field):
    page = keeper.post(at("statute-change"), typed(**changes))
    assert page.status_code == 422
    assert page.context["form"].errors[field]


def test_officer_sees_only_his_own_and_is_led_to_the_guide_elsewhere(county, clerk):
    application(county, days_ago(1))
    shown = clerk.get(at("statute-resting"), {"articles": "30"})
    assert "在办案件" not in {group.what.zh for group in shown.context["groups"]}
    assert reverse("desk:guide", args=[RECONSIDERATION]) in shown.content.decode()


def test_mark_stands_wherever_the_statute_is_cited(county, keeper):
    case, entry = application(county, days_ago(1)), power(county)
    mark = f"该条依据自 {days_ago(0)} 起已修改，请核对"
    pages = [
        at("case", case.pk),
        at("act", case.pk, "accept"),
        at("limit", "fy_accept_review_5d"),
        reverse("desk:limits"),
        reverse("desk:statutes"),
    ]
    assert all(mark not in keeper.get(page).content.decode() for page in pages)
    note_change(None, LAW, "amended", days_ago(0), articles="30", document="示例", reason="示例")
    for page in pages:
        assert mark in keeper.get(page).content.decode(), page
    shown = keeper.get(at("case", case.pk)).context
    reasons = {action.zh: said for action, _, said in (*shown["refused"], *shown["elsewhere"])}
    assert (reasons["视为受理"], reasons["送达"]) == (mark, "")  # Articles 30; 75 and 88
    sentence = f"《行政复议法》第三十条自 {days_ago(0)} 起已修改，请核对"
    for page in (at("guide", RECONSIDERATION), at("register-entry", "power_list", entry.pk)):
        assert sentence in keeper.get(page).content.decode(), page
    other = power_elsewhere(county)
    assert "起已修改" not in keeper.get(at("register-entry", "power_list", other.pk)).content.decode()


def power_elsewhere(county):
    values = {
        "item_code": "A2",
        "name": "示例事项二",
        "power_type": "penalty",
        "basis": "建筑法第六十四条",
        "implementing_organ": "示例局",
    }
    apply_entry_change("power_list", county.housing, "add", "A2", values, days_ago(100))
    return Entry.objects.get(key="A2")


def test_limit_that_ended_before_the_day_bears_no_mark(county, keeper):
    on = date(2026, 8, 3)
    case = perform(application(county, on).pk, "accept", on=on, values={"track": "ordinary"}, today=on)
    note_change(None, LAW, "amended", days_ago(0), articles="30", document="示例", reason="示例")
    page = keeper.get(at("case", case.pk))
    assert [line.key for line in page.context["ended"] if line.changed] == []
    assert page.context["ended"]


def test_voided_note_shows_no_more(county, keeper, clerk):
    case = application(county, days_ago(1))
    row = note_change(None, LAW, "amended", days_ago(0), articles="30", document="示例", reason="示例")
    assert clerk.post(at("statute-change-void", LAW, row.pk), {"reason": "误录"}).status_code == 404
    keeper.post(at("statute-change-void", LAW, row.pk), {"reason": ""})
    assert StatuteChange.objects.get().voided_at is None
    keeper.post(at("statute-change-void", LAW, row.pk), {"reason": "误录"})
    assert "起已修改" not in keeper.get(at("case", case.pk)).content.decode()
    assert "误录" in keeper.get(at("statute")).content.decode()


def test_workbook_holds_everything_with_addresses(county, keeper):
    cases = [application(county, days_ago(1)) for _ in range(3)]
    power(county, "=《行政复议法》第三十条")
    answer = keeper.get(at("resting-workbook"), {"articles": "30"})
    *rows, last = load_workbook(BytesIO(b"".join(answer.streaming_content))).active.iter_rows(values_only=True)
    assert last[0].startswith("导出人：")
    assert rows[0] == ("类别", "名称", "条文", "系统", "链接")
    links = {row[4] for row in rows[1:]}
    assert {f"http://testserver{at('case', case.pk)}" for case in cases} <= links
    assert any(row[0] == "清单条目：权责清单" and row[2] == "第三十条" for row in rows)
    assert len(rows) - 1 == sum(
        group.count for group in keeper.get(at("statute-resting"), {"articles": "30"}).context["groups"]
    )


def test_number_of_queries_does_not_grow_with_cases(county, keeper):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            keeper.get(at("statute-resting"), {"articles": "30"})
        return len(asked)

    application(county, days_ago(1))
    queries()
    one = queries()
    for _ in range(4):
        application(county, days_ago(1))
    assert queries() == one
    assert Case.objects.count() == 5
