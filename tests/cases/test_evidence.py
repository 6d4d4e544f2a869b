"""A list as evidence: counted anew by the same words, opened by whoever may see it, and a change after a check shown and held up."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.desk.county import SYSTEM, days_ago, make_county, officer, signed_in
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.evidence import lists_of
from zhunsheng.cases.giving import give, take_back
from zhunsheng.cases.models import Case
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty
from zhunsheng.orgs.refusals import Refused

AGREEMENTS = {"f_kind": "agreement", "first": days_ago(30).isoformat(), "sort": "title", "page": "2"}


@pytest.fixture
def county(db):
    made = make_county()
    for number in range(3):
        made.review(matter=f"协议{number}", on=days_ago(number))
    made.review(matter="文件", kind="other")
    made.review(matter="别处的协议", organ=made.housing)
    made.office = officer("office", "示例丁", made.government, system="task_ledger", whole_tree=True)
    told = {
        "year": 2026,
        "task": "审查协议",
        "duty": "lead",
        "level": "county",
        "requirement": "逐件审查",
        "due_on": days_ago(-9),
    }
    made.task = open_case("task_ledger", "assign", organ=made.justice, on=days_ago(9), officer=made.office, values=told)
    perform(made.task.pk, "take_up", on=days_ago(9), officer=made.owner)
    return made


def _give(county, query=AGREEMENTS, case=None, person=None, slug=SYSTEM):
    person = person or county.owner
    return give((case or county.task).pk, slug, query, officer=person, access=access_of(person, days_ago(0)))


def _now(case):
    return [(one.row.count, one.checked, one.now, one.is_changed) for one in lists_of([case], days_ago(0))[case.pk]]


def test_a_list_is_counted_at_each_step_and_a_change_is_seen(county):
    # Three agreements of the bureau; its other matter and the agreement of the other bureau do not count.
    row = _give(county)
    assert (row.count, row.organ, row.query) == (3, county.justice, f"f_kind=agreement&first={days_ago(30)}")
    perform(county.task.pk, "submit", on=days_ago(0), officer=county.owner, values={"progress": "已完成"})
    county.review(matter="又一份协议")
    with pytest.raises(Refused, match="佐证清单的件数与报请时不一致"):
        perform(county.task.pk, "verify", on=days_ago(0), officer=county.office, values={"opinion": "属实"})
    perform(county.task.pk, "give_back", on=days_ago(0), officer=county.office, values={"opinion": "请核对"})
    perform(county.task.pk, "submit", on=days_ago(0), officer=county.owner, values={"progress": "已核对"})
    task = perform(county.task.pk, "verify", on=days_ago(0), officer=county.office, values={"opinion": "属实"})
    assert task.fields["verified_lists"] == "1. 合法性审查：4件"
    assert _now(task) == [(3, 4, 4, False)]
    county.review(matter="核查以后的协议")
    assert _now(Case.objects.get(pk=task.pk)) == [(3, 4, 5, True)]
    with pytest.raises(Refused, match="不能撤下"):
        take_back(task.pk, row.pk, officer=county.owner, access=access_of(county.owner, days_ago(0)))


def test_everybody_sees_the_number_and_only_who_may_the_list(county):
    _give(county)
    address = reverse("desk:case", args=[county.task.pk]) + "?tab=links"
    own = signed_in(county.owner)
    [line] = own.get(address).context["lists"]
    assert (line.given.now, line.words) == (3, ["示例县司法局", f"自 {days_ago(30)}", "类别：行政协议"])
    assert own.get(line.address).context["count"] == 3
    page = signed_in(county.office).get(address)
    [seen] = page.context["lists"]
    assert (seen.given.now, seen.address, "协议0" in page.content.decode()) == (3, "", False)


def test_a_list_is_picked_from_its_page_and_taken_back(county):
    own = signed_in(county.owner)
    led = own.get(reverse("desk:evidence-pick", args=[county.task.pk]) + f"?system={SYSTEM}")
    listed = own.get(led.url + "&f_kind=agreement").content.decode()
    assert "审查协议 选清单" in listed
    address = reverse("desk:evidence", args=[SYSTEM])
    assert f'{address}?for={county.task.pk}&amp;f_kind=agreement"' in listed
    chosen = own.get(f"{address}?for={county.task.pk}&f_kind=agreement").context
    assert (chosen["row"].count, [name for name, _cases in chosen["offered"]]) == (3, ["任务分解与责任台账"])
    done = own.post(address, {"for": county.task.pk, "f_kind": "agreement"}, follow=True)
    assert "已附清单：合法性审查 3 件" in done.content.decode()
    mine = own.get(reverse("desk:my-tasks")).context["lines"]
    assert [(line.proof.words, line.figure) for line in mine] == [("有佐证", "清单 1 个")]
    [line] = done.context["lists"]
    gone = own.post(reverse("desk:evidence-remove", args=[county.task.pk, line.given.row.pk]), follow=True)
    assert "示例甲 于" in gone.content.decode()
    assert _now(county.task) == []


def test_what_proves_nothing_is_refused(county):
    for query, words in (
        ({"course": "overdue"}, "每天都在变"), ({"q": "查无此事"}, "一件也没有"), ({"first": "2026年"}, "日期"),
        ({"organ": str(county.housing.pk)}, "看不到这个单位"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=words):
            _give(county, query)
    _give(county)
    with pytest.raises(Refused, match="已经附过"):
        _give(county)
    with pytest.raises(Refused, match="不承办"):
        _give(county, case=Case.objects.filter(system=SYSTEM)[0])
    assert signed_in(county.colleague).get(reverse("desk:evidence-pick", args=[county.task.pk])).status_code == 404


def test_a_score_is_not_settled_on_a_list_that_changed(county):
    Duty.objects.create(
        officer=county.office, organ=county.government, system="performance_assessment", whole_tree=True
    )
    head = officer("head", "示例戊", county.government, whole_tree=True)
    told = {
        "year": 2025,
        "indicator_code": "A1",
        "group": "依法决策",
        "indicator": "协议审查",
        "kind": "quality",
        "weight": "5",
    }
    line = Case.objects.create(
        system="performance_assessment", version=county.task.version, organ=county.justice, path=county.justice.path,
        state="scored", fields=told, opened_on=days_ago(60), last_on=days_ago(60),
    )  # fmt: skip
    for query in ({"f_kind": "agreement"}, {"f_kind": "other"}, {"q": "协议"}):
        _give(county, query, case=line)
    score = {"score": "5", "score_reason": "属实"}
    perform(line.pk, "verify", on=days_ago(30), officer=county.office, values=score)
    sheet = reverse("desk:assessment-sheet", args=[county.justice.pk]) + "?year=2025"
    page = signed_in(head).get(sheet)
    assert [[given.given.now for given in one.lists] for one in page.context["lines"]] == [[3, 1, 3]]
    assert page.context["changed"] == 0
    county.review(matter="补办的协议")
    page = signed_in(head).get(sheet)
    assert (page.context["changed"], "佐证有变动" in page.content.decode()) == (1, True)
    with pytest.raises(Refused, match="佐证清单的件数有变动"):
        perform(line.pk, "settle", on=days_ago(0), officer=head)
    perform(line.pk, "verify", on=days_ago(20), officer=county.office, values=score)
    assert perform(line.pk, "settle", on=days_ago(0), officer=head).state == "settled"


def test_a_figure_that_changed_since_the_check_is_seen_on_task_and_sheet(county):
    figure, year = "收到合法性审查事项", days_ago(0).year
    told = {
        "year": year,
        "task": "收件",
        "duty": "lead",
        "level": "county",
        "requirement": "做到",
        "due_on": days_ago(-9),
        "figure": figure,
    }
    task = open_case("task_ledger", "assign", organ=county.justice, on=days_ago(0), officer=county.office, values=told)
    line = Case.objects.create(
        system="performance_assessment", version=county.task.version, organ=county.justice, path=county.justice.path,
        state="scored", fields={"year": year, "kind": "quality", "weight": "5", "figure": figure}, opened_on=days_ago(0),
        last_on=days_ago(0),
    )  # fmt: skip
    head = officer("head", "示例戊", county.government, whole_tree=True)
    perform(line.pk, "verify", on=days_ago(0), officer=head, values={"score": "5", "score_reason": "属实"})
    perform(task.pk, "take_up", on=days_ago(0), officer=county.owner)
    perform(task.pk, "submit", on=days_ago(0), officer=county.owner, values={"progress": "已完成"})
    task = perform(task.pk, "verify", on=days_ago(0), officer=county.office, values={"opinion": "属实"})
    own, sheet = signed_in(county.owner), reverse("desk:assessment-sheet", args=[county.justice.pk]) + f"?year={year}"
    closed = reverse("desk:my-tasks") + "?show=done"
    assert [one.proof.words for one in own.get(closed).context["lines"]] == ["有记录"]
    assert own.get(sheet).context["changed"] == 0
    county.review(matter="核查以后收到的")
    assert [one.proof.words for one in own.get(closed).context["lines"]] == [
        f"核查时 {task.fields['verified_value']}，有变动"
    ]
    assert own.get(sheet).context["changed"] == 1


def test_lists_are_counted_in_as_many_queries_however_many_there_are(county):
    _give(county)
    with CaptureQueriesContext(connection) as few:
        lists_of([county.task], days_ago(0))
    for query in ({"f_kind": "other"}, {"q": "协议"}, {"state": "submitted"}):
        _give(county, query)
    with CaptureQueriesContext(connection) as more:
        assert [one.now for one in lists_of([county.task], days_ago(0))[county.task.pk]] == [3, 1, 3, 4]
    assert len(more) == len(few) == 2
