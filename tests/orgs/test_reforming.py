"""Reforms: what they touch is what they move; what was, stays; cases, lists and duties go on with the successor."""

from dataclasses import replace
from datetime import date

import pytest

from tests.orgs.county import PEOPLE, POWERS, REVIEW, days_ago
from tests.orgs.duties import only_in
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case
from zhunsheng.ledger.checks import run_checks
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.verification import verify
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.delegating import delegate
from zhunsheng.orgs.lines import name_line
from zhunsheng.orgs.models import Duty, Line, Officer, Organ, Reform
from zhunsheng.orgs.reforming import NewOrgan, Plan, carry_out, check, nobody_left, touched_by
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.registers.change_sets import ProposedLine, prepare_change_set
from zhunsheng.registers.models import Entry
from zhunsheng.registers.reading import entries_on, history
from zhunsheng.security.models import AuditEntry

REASON = {"reason": "机构改革方案", "document": "示委〔2026〕1号"}


def new(name="示例县文化和旅游局"):
    return NewOrgan(name, "department", "示文旅")


def merger(county, on=None, **changes):
    values = {
        "sources": (county.culture, county.tourism), "new": new(), "parent": county.government, "kind": "merge",
        "on": on or days_ago(3),
    } | changes  # fmt: skip
    return Plan(**values)


def merge(county, **changes):
    carry_out(merger(county, **changes), county.administrator, **REASON)
    return Organ.objects.get(name="示例县文化和旅游局")


def values_of(region, first, last):
    return {key: (f.value, dict(f.breakdown)) for key, f in figures(region, first, last).items()}


def refusal_of(plan, county, **more):
    with pytest.raises(Refused) as caught:
        carry_out(plan, county.administrator, **{**REASON, **more})
    return caught.value.refusal


def test_a_merger_moves_open_cases_and_leaves_closed_ones(county):
    running = county.review(county.culture, days_ago(10))
    other = county.review(county.tourism, days_ago(9))
    done = county.review(county.culture, days_ago(12))
    perform(done.pk, "office.terminate", on=days_ago(11), values={"text": "不再办理"})
    target = merge(county)
    for case in (running, other):
        before = case.sequence
        case.refresh_from_db()
        assert (case.organ, case.path) == (target, target.path)
        last = case.events.get(sequence=before + 1)
        assert (last.action, last.on, last.values["to"]) == ("office.transfer", days_ago(3), str(target.pk))
        assert "示委〔2026〕1号" in last.values["text"]
    done.refresh_from_db()
    assert done.organ == county.culture
    assert list(verify()) == []


def test_the_officers_go_along_and_see_new_and_old(county):
    running = county.review(county.culture, days_ago(10))
    done = county.review(county.culture, days_ago(12))
    perform(done.pk, "office.terminate", on=days_ago(11), values={"text": "不再办理"})
    target = merge(county)
    access = access_of(county.culture_officer, days_ago(0))
    assert access.organs() == [target.pk]
    assert set(Case.visible.to(access)) == {running, done}
    before = access_of(county.culture_officer, days_ago(4))
    assert before.organs() == [county.culture.pk]
    terms = Duty.objects.filter(officer=county.culture_officer).order_by("pk").values_list("organ", "valid_to")
    assert list(terms) == [(county.culture.pk, days_ago(3)), (target.pk, None)]
    moved = Duty.objects.get(officer=county.tourism_officer, organ=target)
    assert (moved.system, moved.valid_from) == (REVIEW, days_ago(3))


def test_the_old_organs_are_closed_with_their_successor_and_what_was_below_hangs_below_it(county):
    case = county.review(county.team, days_ago(10))
    target = merge(county)
    for organ in (county.culture, county.tourism, county.team):
        organ.refresh_from_db()
    assert (county.culture.valid_to, county.culture.successor) == (days_ago(3), target)
    assert (county.team.parent, county.team.path) == (target, f"{target.path}{county.team.pk}/")
    case.refresh_from_db()
    assert (case.organ, case.path) == (county.team, county.team.path)
    assert county.team.former_forms.get().parent == county.culture
    assert list(verify()) == []


def test_lists_go_to_the_successor_on_the_day_and_were_with_the_old_organ_before(county):
    start = date(2024, 3, 1)
    county.power(county.culture, "A1", start)
    county.power(county.tourism, "B1", start)
    county.power(county.tourism, "A1", start)
    county.power(county.housing, "A1", start)
    target = merge(county)

    def on(day):
        rows = entries_on(POWERS, access=None, true_on=day)
        return sorted((row.entry.organ.name, row.entry.key, row.values["implementing_organ"]) for row in rows)

    housing = ("示例县住房和城乡建设局", "A1", "示例县住房和城乡建设局")
    assert on(days_ago(4)) == sorted(
        [("示例县文化局", "A1", "示例县文化局"), ("示例县旅游局", "A1", "示例县旅游局"),
         ("示例县旅游局", "B1", "示例县旅游局"), housing]
    )  # fmt: skip
    assert on(days_ago(3)) == sorted([(target.name, "A1", target.name), (target.name, "B1", target.name), housing])
    assert list(verify()) == []


def test_figures_before_the_reform_are_unchanged(county):
    start = date(2024, 3, 1)
    county.power(county.culture, "A1", start)
    county.power(county.tourism, "B1", start)
    county.certified(county.culture, "Z1", county.culture, start)
    county.review(county.culture, date(2024, 5, 6))
    region = county.region.pk
    before = {month: values_of(region, date(2024, month, 1), date(2024, month, 28)) for month in (3, 5, 6)}
    whole = values_of(region, date(2024, 1, 1), date(2024, 12, 31))
    today = values_of(region, days_ago(0), days_ago(0))
    merge(county)
    assert {month: values_of(region, date(2024, month, 1), date(2024, month, 28)) for month in (3, 5, 6)} == before
    assert values_of(region, date(2024, 1, 1), date(2024, 12, 31)) == whole
    stock = "enforcement_personnel.personnel"
    assert values_of(region, days_ago(0), days_ago(0))[stock] == today[stock]
    assert today[stock][0] == 1


def test_nothing_counts_as_added_or_removed_by_a_reform_but_as_moved(county):
    """Two bureaus become one: the list is no longer and no shorter for it, save where both had the same item."""
    for organ, code in ((county.culture, "A1"), (county.culture, "A2"), (county.tourism, "A1"), (county.housing, "C1")):
        county.power(organ, code, date(2024, 3, 1))
    maker = {"kind": "department", "competence": "示例法第五条", "confirmed_on": "2024-03-01"}
    apply_entry_change("normdoc_maker_registry", county.government, "add", "示例县文化局", maker, date(2024, 3, 1))
    merge(county, on=days_ago(0))
    found = values_of(county.region.pk, days_ago(0), days_ago(0))

    def value(name):
        return (found[name][0] if name in found else 0) or 0

    assert [value(f"power_list.{name}") for name in ("items_added", "items_removed", "items_changed")] == [0, 0, 0]
    assert [value(f"power_list.{name}") for name in ("items_moved_out", "items_moved_in", "items")] == [3, 2, 3]
    makers = ("confirmed", "removed", "moved_out", "moved_in", "makers")
    assert [value(f"normdoc_maker_registry.{name}") for name in makers] == [0, 0, 1, 1, 1]
    checks = run_checks(county.region.code, days_ago(0), days_ago(0))
    assert [
        c.declaration.zh for c in checks if c.system in ("power_list", "normdoc_maker_registry") and not c.holds
    ] == []
    assert list(verify()) == []


def test_what_is_decided_after_a_reform_counts_again(county):
    county.power(county.culture, "A1", date(2024, 3, 1))
    county.power(county.tourism, "B1", date(2024, 3, 1))
    target = merge(county)
    apply_entry_change(POWERS, target, "change", "A1", {"name": "示例处罚事项甲"}, days_ago(3))
    apply_entry_change(POWERS, target, "remove", "B1", {}, days_ago(2))
    figures_since = values_of(county.region.pk, days_ago(3), days_ago(0))
    counted = {
        name: (figures_since[f"power_list.{name}"][0] if f"power_list.{name}" in figures_since else 0) or 0
        for name in ("items_added", "items_moved_in", "items_removed", "items")
    }
    assert counted == {"items_added": 0, "items_moved_in": 2, "items_removed": 1, "items": 1}
    told = [(h.kind.value, h.row.moved_in, h.row.reason) for h in history(Entry.objects.get(organ=target, key="A1"))]
    assert told == [("add", True, "机构改革（合并），示委〔2026〕1号"), ("change", True, "")]
    assert list(verify()) == []


def test_lists_elsewhere_bear_the_new_name(county):
    county.certified(county.housing, "Z1", county.culture, date(2024, 3, 1))
    merge(county)

    def unit(day):
        return entries_on(PEOPLE, access=None, true_on=day).get().values["unit"]

    assert (unit(days_ago(4)), unit(days_ago(3))) == ("示例县文化局", "示例县文化和旅游局")


def test_what_is_shown_before_is_what_is_moved(county):
    county.review(county.culture, days_ago(10))
    asked = county.review(county.housing, days_ago(10))
    perform(asked.pk, "office.assign", on=days_ago(9),
            values={"to": str(county.tourism.pk), "due": days_ago(5), "text": "请提出意见"})  # fmt: skip
    county.power(county.culture, "A1", date(2024, 3, 1))
    plan = merger(county)
    shown = {line.what.zh: line.count for line in touched_by(plan)}
    assert shown == {
        "任职": 2, "下级单位": 1, "在办：合法性审查": 1, "未答复的交办和会签": 1, "清单：权责清单": 1,
    }  # fmt: skip
    target = merge(county)
    assert {line[0]: line[2] for line in Reform.objects.get().moved} == shown
    request = asked.assignments.get(state="open")
    assert (request.to_organ, request.due_on, request.text) == (
        target, days_ago(3), f"请提出意见（原办理期限 {days_ago(5)}）"
    )  # fmt: skip
    assert sorted(asked.assignments.values_list("state", flat=True)) == ["open", "withdrawn"]
    assert list(verify()) == []
    entry = AuditEntry.objects.get(action="orgs.reform")
    assert (entry.officer, entry.detail["targets"]) == (county.administrator, [target.pk, target.pk])


def test_lines_and_delegations_go_on_with_the_successor(county):
    """A city bureau looks at reviews and powers of the culture bureau; on the merger it looks at the new one, and still at what the
    old one closed. Whoever acts for an officer of the old one acts for him in the new one."""
    city = Organ.objects.create(region=county.region, name="示例市司法局", kind="department", mark="示市司")
    root = Officer.objects.create_officer("root", "correct horse 42", name="示例总管")
    for organ in (city, county.government):
        Duty.objects.create(officer=root, organ=organ, system="orgs", role="security", whole_tree=True)
    looker = Officer.objects.create_officer("looker", "correct horse 42", name="示例壬")
    Duty.objects.create(officer=looker, organ=city)
    name_line(root, city, county.culture, [REVIEW, POWERS], "示市委〔2025〕1号", days_ago(30))
    name_line(root, county.culture, county.housing, [POWERS], "示县委〔2025〕1号", days_ago(30))
    deputy = Officer.objects.create_officer("deputy", "correct horse 42", name="示例癸")
    Duty.objects.create(officer=deputy, organ=county.culture, system=POWERS)
    delegate(county.culture_officer, county.culture_officer, deputy, days_ago(0), days_ago(-3), "公出")
    done = county.review(county.culture, days_ago(12))
    perform(done.pk, "office.terminate", on=days_ago(11), values={"text": "不再办理"})
    running = county.review(county.culture, days_ago(10))
    assert {line.what.zh: line.count for line in touched_by(merger(county))}["条线关系"] == 2
    target = merge(county)
    later = county.review(target, days_ago(1))
    assert set(Case.visible.to(access_of(looker, days_ago(0)))) == {done, running, later}
    lines = Line.objects.order_by("pk").values_list("superior", "organ", "systems", "basis", "first_day")
    assert list(lines)[2:] == [
        (city.pk, target.pk, [REVIEW, POWERS], "示市委〔2025〕1号", days_ago(3)),
        (target.pk, county.housing.pk, [POWERS], "示县委〔2025〕1号", days_ago(3)),
    ]
    acting = [h for h in access_of(deputy, days_ago(0)).holdings if h.principal is not None]
    assert {(h.organ, h.principal) for h in acting if not h.inherited and h.line is None} == {
        (target.pk, county.culture_officer.pk)
    }


def test_a_superior_that_gives_work_away_looks_at_it_no_more(county):
    root = Officer.objects.create_officer("root", "correct horse 42", name="示例总管")
    Duty.objects.create(officer=root, organ=county.government, system="orgs", role="security", whole_tree=True)
    name_line(root, county.culture, county.housing, [REVIEW, POWERS], "示县委〔2025〕1号", days_ago(30))
    plan = merger(
        county, kind="split", sources=(county.culture,), target=county.tourism, new=None, parent=None, systems=(POWERS,)
    )
    carry_out(plan, county.administrator, **REASON)
    held = Line.objects.on(days_ago(0)).order_by("pk").values_list("superior", "systems", "first_day")
    assert list(held) == [(county.tourism.pk, [POWERS], days_ago(3)), (county.culture.pk, [REVIEW], days_ago(30))]


def test_a_case_on_hold_stays_on_hold_and_later_steps_are_not_overtaken(county):
    case = county.review(county.culture, days_ago(10))
    perform(case.pk, "office.hold", on=days_ago(1), values={"text": "等待材料"})
    target = merge(county)
    case.refresh_from_db()
    assert case.organ == target
    steps = list(case.events.order_by("sequence").values_list("action", "on"))[-3:]
    assert steps == [(f"office.{verb}", days_ago(1)) for verb in ("resume", "transfer", "hold")]
    assert list(verify()) == []


def test_undecided_changes_of_lists_are_continued(county):
    only_in(county.culture_officer, POWERS)
    values = {
        "name": "示例", "power_type": "penalty", "basis": "建筑法第六十四条", "implementing_organ": county.culture.name,
    }  # fmt: skip
    change = prepare_change_set(
        POWERS, county.culture, "新增", days_ago(0), [ProposedLine("add", "C1", values)], county.culture_officer
    )
    target = merge(county)
    change.refresh_from_db()
    assert (change.organ, change.path) == (target, target.path)


def test_merging_into_one_that_stays(county):
    case = county.review(county.tourism, days_ago(10))
    own = county.review(county.culture, days_ago(10))
    carry_out(merger(county, sources=(county.tourism,), target=county.culture, new=None, parent=None),
              county.administrator, **REASON)  # fmt: skip
    case.refresh_from_db()
    county.culture.refresh_from_db()
    assert (case.organ, county.culture.valid_to) == (county.culture, None)
    assert own.sequence == Case.objects.get(pk=own.pk).sequence


def test_a_division_takes_only_the_chosen_work_and_people(county):
    goes = county.review(county.culture, days_ago(10))
    county.power(county.culture, "A1", date(2024, 3, 1))
    plan = Plan("split", days_ago(3), (county.culture,), new=new("示例县文物局"), parent=county.government,
                systems=(REVIEW,), people=(county.culture_officer.pk,))  # fmt: skip
    assert nobody_left(plan), "the only officer goes along"
    assert not nobody_left(replace(plan, people=()))
    carry_out(plan, county.administrator, **REASON)
    target = Organ.objects.get(name="示例县文物局")
    goes.refresh_from_db()
    county.culture.refresh_from_db()
    assert (goes.organ, county.culture.valid_to, county.culture.successor) == (target, None, None)
    assert Entry.objects.get(register=POWERS).organ == county.culture
    assert access_of(county.culture_officer, days_ago(0)).organs() == [target.pk]
    assert county.culture.passed_on.get().systems == [REVIEW]


def test_renaming_keeps_the_old_name_and_touches_no_case(county):
    case = county.review(county.culture, days_ago(10))
    county.certified(county.housing, "Z1", county.culture, date(2024, 3, 1))
    plan = Plan("rename", days_ago(3), (county.culture,), new=NewOrgan("示例县文化广电局", mark="示广"))
    carry_out(plan, county.administrator, **REASON)
    county.culture.refresh_from_db()
    former = county.culture.former_forms.get()
    assert (county.culture.name, former.name, former.until) == ("示例县文化广电局", "示例县文化局", days_ago(3))
    assert Case.objects.get(pk=case.pk).sequence == case.sequence
    assert entries_on(PEOPLE, access=None, true_on=days_ago(0)).get().values["unit"] == "示例县文化广电局"


def test_moving_takes_everything_along_in_the_tree(county):
    case = county.review(county.team, days_ago(10))
    county.power(county.team, "A1", date(2024, 3, 1))
    carry_out(Plan("move", days_ago(3), (county.team,), parent=county.housing), county.administrator, **REASON)
    county.team.refresh_from_db()
    assert county.team.path == f"{county.housing.path}{county.team.pk}/"
    assert Case.objects.get(pk=case.pk).path == county.team.path
    assert Entry.objects.get(register=POWERS).path == county.team.path
    assert list(verify()) == []


def test_successors_of_successors_care_for_what_was_closed(county):
    done = county.review(county.culture, days_ago(12))
    perform(done.pk, "office.terminate", on=days_ago(11), values={"text": "不再办理"})
    first = merge(county)
    carry_out(Plan("abolish", days_ago(2), (first,), target=county.housing), county.administrator, **REASON)
    access = access_of(county.culture_officer, days_ago(0))
    assert (access.organs(), list(Case.visible.to(access))) == ([county.housing.pk], [done])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"on": date(2999, 1, 1)}, "future"),
        ({"new": None, "parent": None}, "target"),
        ({"new": NewOrgan("示例县住房和城乡建设局", "department")}, "same_name"),
        ({"new": NewOrgan("示例县文旅局", "department", "示建")}, "same_name"),
        ({"new": NewOrgan(" ", "department")}, "missing"),
        ({"parent": None}, "missing"),
        ({"sources": ()}, "missing"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(county, changes, code):
    case = county.review(county.culture, days_ago(10))
    assert refusal_of(merger(county, **changes), county).code == code
    assert not Reform.objects.exists()
    assert Case.objects.get(pk=case.pk).sequence == case.sequence


def test_an_organ_cannot_go_to_what_is_below_it_or_is_no_more(county):
    below = merger(county, sources=(county.culture,), kind="abolish", target=county.team, new=None, parent=None)
    assert refusal_of(below, county).code == "circle"
    circle = Plan("move", days_ago(3), (county.culture,), parent=county.team)
    assert refusal_of(circle, county).code == "circle"
    merge(county)
    county.culture.refresh_from_db()
    closed = Plan("abolish", days_ago(2), (county.housing,), target=county.culture)
    assert refusal_of(closed, county).code == "closed"


def test_a_list_that_cannot_go_stops_everything(county):
    """An item that ends in the future at the successor overlaps the one that would come; nobody guesses."""
    case = county.review(county.tourism, days_ago(10))
    county.power(county.culture, "A1", date(2024, 3, 1))
    county.power(county.tourism, "A1", date(2024, 3, 1))
    from zhunsheng.registers.actions import apply_entry_change

    apply_entry_change(POWERS, county.culture, "remove", "A1", {}, date(2999, 1, 1))
    plan = merger(county, sources=(county.tourism,), target=county.culture, new=None, parent=None)
    assert refusal_of(plan, county).code == "list"
    case.refresh_from_db()
    county.tourism.refresh_from_db()
    assert (case.organ, county.tourism.valid_to) == (county.tourism, None)
    assert not Reform.objects.exists()


def test_only_an_administrator_of_all_that_is_involved(county):
    with pytest.raises(Refused) as caught:
        check(merger(county), county.culture_officer)
    assert caught.value.refusal.code == "role"
