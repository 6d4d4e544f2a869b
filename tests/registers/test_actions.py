"""Change sets, single and bulk changes, corrections: who may, what is refused in which words, what is posted."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from tests.registers.county import item
from zhunsheng.ledger.models import Posting
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers import actions, change_sets
from zhunsheng.registers.change_sets import ProposedLine
from zhunsheng.registers.models import ChangeSet, Entry, Revision
from zhunsheng.registers.reading import entries_on
from zhunsheng.registers.verification import verify_registers
from zhunsheng.security.models import AuditEntry

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 5)


def prepare(county, *lines, on=DAY, officer=None):
    return change_sets.prepare_change_set("power_list", county.housing, "年度调整", on, lines, officer or county.keeper)


def apply(county, kind, key, values=None, on=DAY, organ=None, register="power_list", **more):
    return actions.apply_entry_change(register, organ or county.housing, kind, key, values or {}, on, **more)


def listed(on, register="power_list"):
    return {row.entry.key: row.values for row in entries_on(register, access=None, true_on=on)}


def balances(*accounts, register="power_list"):
    """Account and breakdown -> sum of postings, without those that are zero."""
    found = Counter()
    for posting in Posting.objects.filter(account__key__in=[f"{register}.{name}" for name in accounts]):
        found[posting.account.key.removeprefix(f"{register}."), posting.breakdown] += posting.value
    return {key: value for key, value in found.items() if value}


def refused(code):
    return pytest.raises(Refused, check=lambda error: error.refusal.code == code)


def test_change_set_goes_from_draft_to_the_list(county):
    change_set = prepare(
        county, ProposedLine("add", "C1", item()), ProposedLine("add", "C2", item(power_type="行政许可"))
    )
    assert listed(DAY) == {}
    change_sets.submit(change_set.pk, county.keeper)
    change_sets.approve(change_set.pk, county.reviewer)
    assert {key: values["power_type"] for key, values in listed(DAY).items()} == {"C1": "penalty", "C2": "licensing"}
    assert listed(date(2024, 3, 4)) == {}
    assert {row.change_set_id for row in Revision.objects.all()} == {change_set.pk}
    assert balances("items", "items_added") == {
        ("items", "power_type=penalty"): 1,
        ("items", "power_type=licensing"): 1,
        ("items_added", "power_type=penalty"): 1,
        ("items_added", "power_type=licensing"): 1,
    }
    posting = Posting.objects.filter(account__key="power_list.items", breakdown="power_type=penalty").get()
    assert (posting.source, posting.source_id) == ("register", Entry.objects.get(key="C1").pk)
    assert (posting.on, posting.organ_id) == (DAY, county.housing.pk)
    recorded = AuditEntry.objects.filter(subject=f"change_set:{change_set.pk}").order_by("pk")
    assert [entry.action for entry in recorded] == ["register.prepare", "register.submit", "register.approve"]


def test_returned_change_set_can_be_revised_and_submitted_again(county):
    change_set = prepare(county, ProposedLine("add", "C1", item()))
    change_sets.submit(change_set.pk, county.keeper)
    change_sets.return_for_changes(change_set.pk, county.reviewer, "依据应写到条")
    assert ChangeSet.objects.get(pk=change_set.pk).note == "依据应写到条"
    change_sets.take_line_out(change_set.pk, change_set.lines.get().pk, county.keeper)
    change_sets.put_lines(change_set.pk, [ProposedLine("add", "C9", item())], county.keeper)
    change_sets.submit(change_set.pk, county.keeper)
    change_sets.approve(change_set.pk, county.reviewer)
    assert list(listed(DAY)) == ["C9"]


def test_rejected_change_set_leaves_the_list_alone(county):
    change_set = prepare(county, ProposedLine("add", "C1", item()))
    change_sets.submit(change_set.pk, county.keeper)
    with refused("missing"):
        change_sets.reject(change_set.pk, county.reviewer, " ")
    change_sets.reject(change_set.pk, county.reviewer, "没有法律依据")
    with refused("state"):
        change_sets.approve(change_set.pk, county.reviewer)
    assert listed(DAY) == {}


def test_nothing_to_change_is_recorded(county):
    change_set = prepare(county, ProposedLine("none", reason="经核对无补充修改事项"))
    change_sets.submit(change_set.pk, county.keeper)
    change_sets.approve(change_set.pk, county.reviewer)
    line = change_set.lines.get()
    assert (line.kind, line.reason) == ("none", "经核对无补充修改事项")
    assert not Entry.objects.exists()
    assert AuditEntry.objects.get(action="register.approve").detail["none"] == 1


def test_change_set_without_lines_is_refused(county):
    with refused("no_lines"):
        prepare(county)
    assert not ChangeSet.objects.exists()


def test_who_prepared_cannot_approve(county):
    change_set = prepare(county, ProposedLine("add", "C1", item()), officer=county.reviewer)
    change_sets.submit(change_set.pk, county.reviewer)
    with refused("own_change_set"):
        change_sets.approve(change_set.pk, county.reviewer)
    assert listed(DAY) == {}


def test_roles_are_those_of_the_declaration(county):
    with refused("role") as caught:
        prepare(county, ProposedLine("none"), officer=county.culture_keeper)
    assert "部门清单管理员" in caught.value.sentence("zh")
    assert "Keeper of the department's list" in caught.value.sentence("en")
    change_set = prepare(county, ProposedLine("add", "C1", item()))
    change_sets.submit(change_set.pk, county.keeper)
    for officer in (county.keeper, county.stranger):
        with refused("role"):
            change_sets.approve(change_set.pk, officer)


def test_every_wrong_line_is_named(county):
    apply(county, "add", "C1", item())
    with pytest.raises(Refused) as caught:
        prepare(
            county,
            ProposedLine("add", "C1", item()),
            ProposedLine("change", "C2", {"name": "改名"}),
            ProposedLine("add", "C3", item(power_type="审批", basis="")),
            ProposedLine("add", "C4", item()),
            ProposedLine("add", "C4", item()),
        )
    assert [(n, r.code, r.field) for n, r in caught.value.refusals] == [
        (1, "exists", "item_code"),
        (2, "missing", "item_code"),
        (3, "field", "power_type"),
        (3, "field", "basis"),
        (5, "twice", "item_code"),
    ]
    text = caught.value.sentence("zh")
    assert "「权责清单」「事项编码」为「C1」的条目" in text
    assert "实施依据" in text
    assert not ChangeSet.objects.exists()


def test_line_that_no_longer_fits_stops_the_approval(county):
    change_set = prepare(county, ProposedLine("add", "C1", item()), ProposedLine("add", "C2", item()))
    change_sets.submit(change_set.pk, county.keeper)
    apply(county, "add", "C2", item())
    with refused("exists"):
        change_sets.approve(change_set.pk, county.reviewer)
    assert list(listed(DAY)) == ["C2"]
    assert ChangeSet.objects.get().state == "submitted"


@pytest.mark.parametrize(
    ("kind", "on", "code"),
    [
        ("add", date(2024, 4, 1), "exists"),
        ("add", date(2024, 1, 1), "exists"),
        ("change", date(2024, 3, 4), "before_current"),
        ("remove", date(2024, 3, 4), "before_current"),
        ("change", date(2017, 12, 31), "no_version"),
    ],
)
def test_order_of_days(county, kind, on, code):
    apply(county, "add", "C1", item())
    with refused(code):
        apply(county, kind, "C1", item(name="另一名称"), on)
    assert Revision.objects.count() == 1


def test_days_of_a_removed_entry_cannot_be_taken_again(county):
    apply(county, "add", "C1", item())
    apply(county, "remove", "C1", on=date(2024, 6, 1))
    for kind in ("add", "change", "remove"):
        with refused("overlap"):
            apply(county, kind, "C1", item(), date(2024, 5, 31))
    with refused("missing") as caught:
        apply(county, "remove", "C1", on=date(2024, 7, 1))
    assert "2024-06-01" in caught.value.refusal.reason.zh
    apply(county, "add", "C1", item(), date(2024, 7, 1))
    assert "C1" not in listed(date(2024, 6, 30))
    assert "C1" in listed(date(2024, 7, 1))


def test_change_keeps_what_it_does_not_name_and_moves_the_stock(county):
    apply(county, "add", "C1", item(handling_unit="执法大队"))
    entry = apply(county, "change", "C1", {"power_type": "inspection", "handling_unit": None}, date(2024, 5, 1))
    values = listed(date(2024, 5, 1))["C1"]
    assert values == {**item(power_type="inspection"), "item_code": "C1"}
    assert listed(date(2024, 4, 30))["C1"]["handling_unit"] == "执法大队"
    assert balances("items", "items_added", "items_changed") == {
        ("items", "power_type=inspection"): 1,
        ("items_added", "power_type=penalty"): 1,
        ("items_changed", "power_type=inspection"): 1,
    }
    apply(county, "remove", "C1", on=date(2024, 6, 1))
    assert balances("items", "items_removed") == {("items_removed", "power_type=inspection"): 1}
    assert {posting.source_id for posting in Posting.objects.all()} == {entry.pk}


def test_change_that_changes_nothing_writes_nothing(county):
    apply(county, "add", "C1", item())
    before = Posting.objects.count()
    apply(county, "change", "C1", item(), date(2024, 5, 1))
    assert (Revision.objects.count(), Posting.objects.count()) == (1, before)


def test_entry_added_and_removed_on_one_day_was_never_in_force(county):
    apply(county, "add", "C1", item())
    apply(county, "remove", "C1")
    assert listed(DAY) == {}
    assert balances("items", "items_added", "items_removed") == {}


def test_key_cannot_be_changed(county):
    apply(county, "add", "C1", item())
    with refused("other_key"):
        apply(county, "change", "C1", {"item_code": "C2"}, date(2024, 5, 1))
    assert set(listed(date(2024, 5, 1))) == {"C1"}


def test_case_is_kept_with_what_it_wrote(county):
    apply(county, "add", "C1", item(), case_id=4711, officer=county.keeper)
    revision = Revision.objects.get()
    assert (revision.case_id, revision.officer_id) == (4711, county.keeper.pk)


def test_correction_keeps_the_wrong_revision_as_known_then(county):
    entry = apply(county, "add", "C1", item())
    wrong = Revision.objects.get()
    actions.correct(entry, DAY, {"power_type": "licensing"}, reason="类型填错", officer=county.reviewer)
    wrong.refresh_from_db()
    right = Revision.objects.get(known_to=None)
    assert wrong.known_to == right.known_from
    assert (right.correction, right.reason, right.valid_from) == (True, "类型填错", DAY)
    then = entries_on("power_list", access=None, true_on=DAY, known_at=wrong.known_from)
    assert [row.values["power_type"] for row in then] == ["penalty"]
    assert balances("items", "items_added", "items_changed") == {
        ("items", "power_type=licensing"): 1,
        ("items_added", "power_type=licensing"): 1,
    }


def test_correction_of_the_day_of_a_change_moves_both_revisions(county):
    entry = apply(county, "add", "C1", item())
    apply(county, "change", "C1", {"name": "新名称"}, date(2024, 6, 1))
    actions.correct(entry, date(2024, 6, 1), valid_from=date(2024, 5, 1), reason="文件自5月1日起施行")
    assert listed(date(2024, 4, 30))["C1"]["name"] == item()["name"]
    assert listed(date(2024, 5, 1))["C1"]["name"] == "新名称"
    posted = Counter()
    for posting in Posting.objects.filter(account__key="power_list.items_changed"):
        posted[posting.on] += posting.value
    assert {day: value for day, value in posted.items() if value} == {date(2024, 5, 1): 1}
    with refused("overlap"):
        actions.correct(entry, date(2024, 5, 1), valid_from=date(2024, 3, 5), reason="再提前")


def test_entry_entered_by_mistake_is_taken_out_of_the_figures(county):
    entry = apply(county, "add", "C1", item())
    actions.correct(entry, DAY, valid_to=DAY, reason="误录")
    assert listed(date(2024, 12, 31)) == {}
    assert balances("items", "items_added", "items_removed") == {}
    apply(county, "add", "C1", item(), date(2024, 1, 1))
    assert "C1" in listed(date(2024, 1, 1))


@pytest.mark.parametrize(
    ("on", "arguments", "code"),
    [
        (date(2024, 3, 4), {"values": {"name": "改"}}, "missing"),
        (DAY, {"values": {}}, "unchanged"),
        (DAY, {"values": {"name": ""}}, "field"),
        (DAY, {"valid_to": date(2024, 3, 1)}, "date_order"),
        (DAY, {"values": {"name": "改"}, "reason": ""}, "missing"),
    ],
)
def test_refused_corrections(county, on, arguments, code):
    entry = apply(county, "add", "C1", item())
    with refused(code):
        actions.correct(entry, on, **{"reason": "更正", **arguments})
    assert Revision.objects.count() == 1


def test_only_an_approver_corrects(county):
    entry = apply(county, "add", "C1", item())
    with refused("role"):
        actions.correct(entry, DAY, {"name": "改"}, reason="更正", officer=county.keeper)
    assert Revision.objects.get().entry == entry  # no second one


def test_key_unique_everywhere(county):
    values = {"kind": "department", "competence": "三定规定", "confirmed_on": "2024-03-01"}
    slug = "normdoc_maker_registry"
    entry = apply(county, "add", "住建局", values, register=slug)
    with refused("exists") as caught:
        apply(county, "add", "住建局", values, register=slug, organ=county.culture)
    assert county.housing.name in caught.value.refusal.reason.zh
    changed = apply(county, "change", "住建局", {"kind": "authorised"}, date(2024, 5, 1), county.culture, slug)
    assert changed == entry
    assert balances("makers", register=slug) == {("makers", "kind=authorised"): 1}


@pytest.mark.usefixtures("unkept")
def test_bulk_says_the_same_as_single_changes(county):
    lines = [(county.housing, "add", f"C{n}", item(), DAY, None) for n in range(5)]
    lines += [
        (county.housing, "change", "C1", {"power_type": "reward"}, date(2024, 5, 1), 7),
        (county.culture, "add", "C1", item(), date(2024, 5, 1), None),
        (county.housing, "change", "C1", {"power_type": "levy"}, date(2024, 6, 1), 8),
        (county.housing, "remove", "C2", {}, date(2024, 7, 1), None),
    ]
    assert actions.apply_changes_in_bulk("power_list", iter(lines), county.keeper) == 9
    in_bulk = _state()
    for model in (Revision, Entry, Posting):
        model.objects.all().delete()
    for organ, kind, key, values, on, case_id in lines:
        apply(county, kind, key, values, on, organ, officer=county.keeper, case_id=case_id)
    assert _state() == in_bulk
    assert in_bulk[1]["power_list.items", date(2024, 6, 1), "power_type=levy"] == Decimal(1)


def _state():
    rows = Counter(
        (r.entry.organ_id, r.entry.key, r.values["power_type"], r.valid_from, r.valid_to, r.case_id, r.known_to is None)
        for r in Revision.objects.select_related("entry")
    )
    postings = Counter()
    for posting in Posting.objects.select_related("account"):
        postings[posting.account.key, posting.on, posting.breakdown] += posting.value
    return rows, {key: value for key, value in postings.items() if value}


def test_bulk_is_all_or_nothing_and_names_the_line(county, monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 2)
    lines = [(county.housing, "add", f"C{n}", item(), DAY, None) for n in range(3)]
    lines.append((county.housing, "change", "C9", {"name": "改"}, DAY, None))
    with pytest.raises(Refused) as caught:
        actions.apply_changes_in_bulk("power_list", lines)
    assert [(n, r.code) for n, r in caught.value.refusals] == [(4, "missing")]
    assert not Entry.objects.exists()
    assert not Posting.objects.exists()


@pytest.mark.usefixtures("unkept")
def test_ledger_that_disagrees_with_the_list_is_found(county):
    def findings():
        return list(verify_registers(lambda done, total: None))

    entry = apply(county, "add", "C1", item())
    apply(county, "change", "C1", {"power_type": "reward"}, date(2024, 5, 1))
    assert findings() == []
    Posting.objects.filter(account__key="power_list.items_changed").update(value=2)
    assert len(findings()) == 1
    assert "power_list.items_changed 2024-05-01" in findings()[0]
    Posting.objects.filter(account__key="power_list.items_changed").update(value=1)
    Revision.objects.filter(entry=entry, known_to=None, valid_to=date(2024, 5, 1)).update(valid_to=date(2024, 6, 1))
    assert any("重叠" in finding for finding in findings())
