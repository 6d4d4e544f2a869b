"""Reading lists: history, differences, comparison with another list, counts, and who sees what."""

from datetime import date

import pytest

from tests.registers.county import item
from zhunsheng.kernel.register import ChangeKind, Difference
from zhunsheng.orgs.access import access_of
from zhunsheng.registers import actions, change_sets
from zhunsheng.registers.models import Entry
from zhunsheng.registers.reading import (
    change_sets_of,
    compare_lists,
    count_by_organ,
    declared_for,
    differences,
    display,
    entries_on,
    history,
    tally,
    values_by_key,
)

pytestmark = pytest.mark.django_db
TODAY = date(2024, 12, 1)


@pytest.fixture
def lists(county):
    def apply(organ, kind, key, values, on):
        return actions.apply_entry_change("power_list", organ, kind, key, values, on, officer=county.keeper)

    apply(county.housing, "add", "H1", item(), date(2024, 1, 1))
    apply(county.housing, "add", "H2", item(power_type="licensing"), date(2024, 1, 1))
    apply(county.housing, "change", "H1", {"name": "新名称", "power_type": "levy"}, date(2024, 6, 1))
    apply(county.housing, "remove", "H2", {}, date(2024, 7, 1))
    apply(county.housing, "add", "H3", item(), date(2024, 8, 1))
    apply(county.culture, "add", "W1", item(), date(2024, 1, 1))
    return county


def keys(rows):
    return [row.entry.key for row in rows]


def test_a_list_on_a_day_is_one_query(lists, django_assert_num_queries):
    with django_assert_num_queries(1):
        rows = list(entries_on("power_list", access=None, true_on=TODAY))
        assert [row.entry.organ.name for row in rows] == [lists.housing.name, lists.housing.name, lists.culture.name]
    assert keys(rows) == ["H1", "H3", "W1"]


def test_last_day_in_force_is_the_day_before_the_removal(lists):
    for day, there in ((date(2024, 6, 30), True), (date(2024, 7, 1), False)):
        assert ("H2" in keys(entries_on("power_list", access=None, true_on=day))) is there


def test_officers_see_the_organs_of_their_duties(lists):
    def seen(officer, **where):
        access = access_of(officer, TODAY)
        return keys(entries_on("power_list", access=access, true_on=TODAY, **where))

    assert seen(lists.keeper) == ["H1", "H3"]
    assert seen(lists.culture_keeper) == ["W1"]
    assert seen(lists.reviewer) == ["H1", "H3", "W1"]
    assert seen(lists.stranger) == []
    assert seen(lists.keeper, organ=lists.culture) == []
    assert seen(lists.reviewer, organ=lists.government, below=True) == ["H1", "H3", "W1"]
    assert seen(lists.reviewer, organ=lists.government) == []
    assert seen(lists.reviewer, region="999901") == ["H1", "H3", "W1"]
    assert seen(lists.reviewer, region="999902") == []


def test_change_sets_are_seen_like_the_lists(lists):
    line = change_sets.ProposedLine("none")
    made = change_sets.prepare_change_set("power_list", lists.housing, "核对", TODAY, [line], lists.keeper)
    assert list(change_sets_of("power_list", access_of(lists.keeper, TODAY))) == [made]
    assert not change_sets_of("power_list", access_of(lists.culture_keeper, TODAY)).exists()


def test_history_tells_every_step_in_words_of_the_list(lists):
    entry = Entry.objects.get(key="H1")
    actions.correct(entry, date(2024, 1, 1), {"basis": "建筑法第六十五条"}, reason="条号有误")
    actions.correct(entry, date(2024, 6, 1), valid_from=date(2024, 5, 1), reason="日期有误")
    actions.apply_entry_change("power_list", lists.housing, "remove", "H1", {}, date(2024, 9, 1), reason="取消")
    told = [(h.kind, h.correction, h.on, h.fields, h.row.reason) for h in history(entry)]
    assert told == [
        (ChangeKind.ADD, False, date(2024, 1, 1), (), ""),
        (ChangeKind.CHANGE, False, date(2024, 6, 1), ("name", "power_type"), ""),
        (ChangeKind.CHANGE, True, date(2024, 1, 1), ("basis",), "条号有误"),
        (ChangeKind.CHANGE, True, date(2024, 5, 1), (), "日期有误"),
        (ChangeKind.REMOVE, False, date(2024, 9, 1), (), "取消"),
    ]


def test_differences_between_two_days(lists):
    found = differences("power_list", date(2024, 5, 31), TODAY, access=access_of(lists.keeper, TODAY))
    assert [(item.key, item.kind, item.fields) for item in found] == [
        ("H1", ChangeKind.CHANGE, ("name", "power_type")),
        ("H2", ChangeKind.REMOVE, ()),
        ("H3", ChangeKind.ADD, ()),
    ]
    assert differences("power_list", TODAY, TODAY, access=None) == []


def test_comparison_with_the_list_above_is_element_by_element(lists):
    ours = values_by_key(entries_on("power_list", access=None, true_on=TODAY, organ=lists.housing))
    above = {
        "H1": {**ours["H1"], "name": "上级名称", "handling_unit": "不比对的要素"},
        "H3": {**ours["H3"], "handling_unit": "不比对的要素"},
        "H8": {"item_code": "H8", **item()},
    }
    rows = compare_lists(declared_for("power_list", TODAY), ours, above)
    assert [(row.key, row.difference) for row in rows] == [
        ("H1", Difference.DIFFERS),
        ("H3", Difference.SAME),
        ("H8", Difference.ONLY_THERE),
    ]
    assert [(c.name.zh, c.here, c.there) for c in rows[0].cells if c.differs] == [("事项名称", "新名称", "上级名称")]
    assert [cell.here for cell in rows[0].cells if cell.field == "power_type"] == ["行政征收"]
    assert tally(rows) == {"same": 1, "differs": 1, "only_here": 0, "only_there": 1}


def test_counts(lists):
    rows = entries_on("power_list", access=None, true_on=TODAY)
    assert count_by_organ(rows) == [(lists.housing, 2), (lists.culture, 1)]


def test_values_as_they_are_shown(county):
    fields = declared_for("power_list", TODAY).fields
    assert display(fields["power_type"], "penalty") == "行政处罚"
    assert display(fields["power_type"], "penalty", "en") == "Penalty"
    assert display(fields["exercise_level"], ["city", "county"]) == "市级、县级"
    assert display(fields["name"], None) == ""
