"""Texts keep in step with their records, whoever writes them; the proof finds what was tampered with, and mends it."""

from datetime import date

import pytest
from click.testing import CliRunner

from tests.cases.place import (
    APPLICATION,
    HOTLINE,
    ORDER,
    RECONSIDERATION,
    TODAY,
    live,
    order_steps,
    scenario_steps,
    script,
)
from tests.orgs.county import PEOPLE, POWERS, days_ago
from tests.orgs.test_reforming import REASON, merge
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.finding import CASES, PAPERS
from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import StepScript, replay
from zhunsheng.cli import main
from zhunsheng.orgs.access import Access, Holding
from zhunsheng.orgs.models import Duty, Officer
from zhunsheng.orgs.reforming import NewOrgan, Plan, carry_out
from zhunsheng.papers.models import Paper
from zhunsheng.registers.actions import apply_changes_in_bulk, apply_entry_change, correct
from zhunsheng.registers.finding import ENTRIES
from zhunsheng.registers.models import Entry
from zhunsheng.search import proving
from zhunsheng.search.indexing import count_waiting, take_in
from zhunsheng.search.models import Text
from zhunsheng.search.wording import asked


def findings():
    return list(proving.verify(lambda done, total: None))


def seen_by(organ, whole_tree=False):
    return Access(0, (Holding(organ.pk, organ.path, "*", "*", whole_tree),))


def found(kind, typed, organ, **more):
    return list(kind.find(asked(typed), seen_by(organ, **more), 100))


# --- cases and papers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "slug", [HOTLINE, RECONSIDERATION, "info_disclosure_request", "legality_review", "normative_document"]
)
def test_every_walk_of_a_system_keeps_in_step(place, slug):
    walks = [steps for _, steps in scenario_steps(slug)]
    for steps in walks:
        live(slug, place.hotline, steps)
    replay(slug, [script(place.hotline, steps) for steps in walks], today=TODAY)
    assert Text.objects.filter(kind="case").count() == 2 * len(walks)
    assert findings() == []


def test_a_replayed_case_is_found_by_number_title_and_organisation(place):
    steps = [StepScript("file", date(2025, 3, 3), APPLICATION)]
    case_id = replay(RECONSIDERATION, [script(place.hotline, steps)], today=TODAY).case_ids[0]
    number = Case.objects.get(pk=case_id).number
    for typed in (number, "2025-1", "行政处罚决定", "公安局", "处罚 公安", "罚"):
        assert found(CASES, typed, place.hotline) == [case_id], typed
    for typed in ("示例甲", "甲", "2025-2", "罚处"):
        assert found(CASES, typed, place.hotline) == [], typed
    assert found(CASES, "处罚", place.lighting) == []


def test_an_imported_case_is_found_by_the_number_it_had(place):
    steps = [StepScript("file", date(2025, 3, 3), APPLICATION, note="原案号：复2019-77")]
    case_id = replay(RECONSIDERATION, [script(place.hotline, steps)], today=TODAY).case_ids[0]
    for _ in range(2):
        assert found(CASES, "复2019-77", place.hotline) == found(CASES, "2019-77", place.hotline) == [case_id]
        hit = CASES.show([case_id], seen_by(place.hotline))[0]
        assert "原案号：复2019-77" in [note.zh for note in hit.notes if hasattr(note, "zh")]
        perform(case_id, "change_respondent", on=date(2025, 3, 4), values={"respondent": ["示例县水务局"]}, today=TODAY)
    assert (found(CASES, "水务局", place.hotline), findings()) == ([case_id], [])


def test_what_a_step_changes_is_found_as_it_is_now(place):
    case = live(RECONSIDERATION, place.hotline, [StepScript("file", date(2025, 3, 3), APPLICATION)])
    take_in()
    assert found(CASES, "县公安局", place.hotline) == [case.pk]
    perform(case.pk, "change_respondent", on=date(2025, 3, 4), values={"respondent": ["示例县水务局"]}, today=TODAY)
    for _ in range(2):
        assert (found(CASES, "水务局", place.hotline), found(CASES, "县公安局", place.hotline)) == ([case.pk], [])
        take_in()
    assert findings() == []


def test_a_numbered_paper_is_found_by_number_and_name(place):
    case = live(RECONSIDERATION, place.hotline, [
        StepScript("file", date(2025, 3, 3), APPLICATION), StepScript("accept", date(2025, 3, 5), {"track": "ordinary"}),
    ])  # fmt: skip
    paper = Paper.objects.filter(case_id=case.pk).exclude(number="").first()
    assert (case.pk, paper.sequence) in found(PAPERS, paper.number, place.hotline)
    hit = PAPERS.show([(case.pk, paper.sequence)], seen_by(place.hotline))[0]
    assert hit.title.zh.startswith(paper.number)
    assert "示例甲" not in "".join(str(note) for note in hit.notes)
    assert PAPERS.show([(case.pk, paper.sequence)], seen_by(place.lighting)) == []


def test_a_transferred_case_is_found_where_it_went(place):
    case = open_case(HOTLINE, "order", organ=place.hotline, on=date(2025, 3, 3), values=ORDER, today=TODAY)
    take_in()
    perform(
        case.pk,
        "office.transfer",
        on=date(2025, 3, 3),
        values={"to": str(place.lighting.pk), "text": "属其职责"},
        today=TODAY,
    )
    assert (found(CASES, "示例路", place.hotline), found(CASES, "示例路", place.lighting)) == ([], [case.pk])
    take_in()
    assert (found(CASES, "示例路", place.hotline), found(CASES, "示例路", place.lighting)) == ([], [case.pk])
    assert findings() == []


def test_what_is_asked_of_an_organ_is_found_there_until_it_has_answered(place):
    case = open_case(HOTLINE, "order", organ=place.hotline, on=date(2025, 3, 3), values=ORDER, today=TODAY)
    step = {"on": date(2025, 3, 3), "today": TODAY}
    perform(case.pk, "office.assign", values={"to": str(place.water.pk), "text": "请核实"}, **step)
    assert (found(CASES, "示例路", place.water), found(CASES, "示例路", place.lighting)) == ([case.pk], [])
    officer = Officer.objects.create_officer("water", None, name="示例丁")
    Duty.objects.create(officer=officer, organ=place.water)
    perform(case.pk, "office.reply", request=1, values={"text": "已核实"}, officer=officer, **step)
    assert found(CASES, "示例路", place.water) == []


def test_a_refused_step_leaves_no_text(place):
    from zhunsheng.orgs.refusals import Refused

    with pytest.raises(Refused):
        open_case(HOTLINE, "order", organ=place.hotline, on=date(2025, 3, 3), values={}, today=TODAY)
    assert not Text.objects.exists()


# --- lists -----------------------------------------------------------------------------------------------------------


def test_an_entry_is_found_by_what_it_last_says(county):
    county.power(county.culture, "A-100", days_ago(30))
    entry = Entry.objects.get()
    for typed in ("A-100", "a 100", "处罚事项", "建筑法", "文化局"):
        assert found(ENTRIES, typed, county.culture) == [entry.pk], typed
    take_in()
    apply_entry_change(POWERS, county.culture, "change", "A-100", {"name": "营业演出许可"}, days_ago(20))
    assert (found(ENTRIES, "演出", county.culture), found(ENTRIES, "处罚事项", county.culture)) == ([entry.pk], [])
    correct(entry, days_ago(20), {"name": "临时演出许可"}, reason="名称填错")
    assert (found(ENTRIES, "临时", county.culture), found(ENTRIES, "营业", county.culture)) == ([entry.pk], [])
    apply_entry_change(POWERS, county.culture, "remove", "A-100", {}, days_ago(10))
    assert ENTRIES.show([entry.pk], seen_by(county.culture))[0].standing.zh == f"止于 {days_ago(10)}"
    assert found(ENTRIES, "临时", county.tourism) == []
    assert findings() == []


def test_entries_made_in_bulk_are_found(county):
    values = {
        "name": "示例许可",
        "power_type": "licensing",
        "basis": "建筑法第六十四条",
        "implementing_organ": county.culture.name,
    }
    lines = [(county.culture, "add", f"B-{n}", values, days_ago(5), None) for n in range(1, 4)]
    apply_changes_in_bulk(POWERS, lines, county.culture_officer)
    assert len(found(ENTRIES, "示例许可", county.culture)) == 3
    assert len(found(ENTRIES, "b-2", county.government, whole_tree=True)) == 1
    assert findings() == []


def test_sensitive_fields_of_an_entry_are_not_searched(county):
    number = "11010119900307002X"
    values = {
        "name": "示例戊",
        "unit": "示例县文化局",
        "kind": "enforcement",
        "status": "in_service",
        "identity_number": number,
    }
    apply_entry_change(PEOPLE, county.culture, "add", "示执1号", values, days_ago(5))
    assert len(found(ENTRIES, "示例戊", county.culture)) == 1
    for typed in (number, number[:6], "002X"):
        assert found(ENTRIES, typed, county.culture) == [], typed


# --- reforms ---------------------------------------------------------------------------------------------------------


def test_a_merger_takes_cases_entries_and_their_texts_along(county):
    running = county.review(county.culture, days_ago(10), "《合并前的协议》")
    county.power(county.culture, "C-1", days_ago(30), "合并前的事项")
    while take_in():
        pass
    target = merge(county)
    assert found(CASES, "合并前", target) == [running.pk]
    assert [hit.key[0] for hit in ENTRIES.show(found(ENTRIES, "合并前", target), seen_by(target))] == [POWERS]
    assert findings() == []


def test_a_subtree_that_hangs_elsewhere_is_found_there(county):
    case = county.review(county.team, days_ago(10))
    county.power(county.team, "D-1", days_ago(30))
    while take_in():
        pass
    carry_out(Plan("move", days_ago(3), (county.team,), parent=county.housing), county.administrator, **REASON)
    for _ in range(2):
        assert found(CASES, "示例协议", county.housing, whole_tree=True) == [case.pk]
        assert found(CASES, "示例协议", county.team) == [case.pk]
        assert found(CASES, "示例协议", county.culture, whole_tree=True) == []
        assert len(found(ENTRIES, "D-1", county.housing, whole_tree=True)) == 1
        take_in()
    assert findings() == []


def test_a_new_name_is_found_in_the_lists_that_bear_it(county):
    county.certified(county.housing, "示执2号", county.culture, days_ago(20))
    new = NewOrgan("示例县文化广电局", mark="示广")
    carry_out(Plan("rename", days_ago(3), (county.culture,), new=new), county.administrator, **REASON)
    assert len(found(ENTRIES, "文化广电局", county.housing)) == 1
    assert findings() == []


# --- proof -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def two_cases(place):
    live(HOTLINE, place.hotline, order_steps())
    live(RECONSIDERATION, place.hotline, [StepScript("file", date(2025, 3, 3), APPLICATION)])
    return list(Case.objects.order_by("pk"))


def mend():
    return sum(len(step.wrong) for step in proving.mend())


@pytest.mark.parametrize(
    "tamper",
    [
        lambda first, second: Text.objects.filter(record=first.pk).update(text=" 别的 "),
        lambda first, second: Text.objects.filter(record=first.pk).update(path="/999/"),
        lambda first, second: Text.objects.filter(record=first.pk).delete(),
        lambda first, second: Text.objects.filter(record=second.pk, kind="case").update(record=second.pk + 100, id=10_000),
        lambda first, second: Case.objects.filter(pk=first.pk).update(title="改过的标题"),
    ],
)  # fmt: skip
def test_what_was_tampered_with_is_noticed_and_mended(two_cases, place, tamper):
    assert findings() == []
    tamper(*two_cases)
    assert findings() != []
    assert mend() >= 1
    assert findings() == []
    assert len(found(CASES, "2025-1", place.hotline)) == 2


def test_texts_of_a_database_from_before_the_search_are_made_by_the_worker(transactional_db, two_cases, place):
    from zhunsheng.desk.background import next_waiting, work

    Text.objects.all().delete()
    assert (found(CASES, "2025-1", place.hotline), proving.is_current()) == ([], False)
    rounds = iter(range(20))
    work(
        until=lambda: (
            next(rounds, None) is None or (next_waiting() is None and proving.is_current() and not count_waiting())
        )
    )
    assert (len(found(CASES, "2025-1", place.hotline)), proving.is_current(), count_waiting()) == (2, True, 0)


def test_commands(two_cases):
    runner = CliRunner()
    assert runner.invoke(main, ["search", "verify"]).exit_code == 0
    Text.objects.filter(record=two_cases[0].pk).delete()
    result = runner.invoke(main, ["search", "verify"])
    assert (result.exit_code, f"{two_cases[0].pk} 的可查内容与记录不符" in result.output) == (1, True)
    assert "其中 1 件记录" in runner.invoke(main, ["search", "rebuild"]).output
    assert (findings(), count_waiting()) == ([], 0)
