"""Drafts that grow line by line, what they will change before anybody approves, and what may not be done to them."""

from datetime import date
from decimal import Decimal

import pytest

from tests.registers.county import item
from tests.registers.test_actions import listed, refused
from zhunsheng.orgs.models import Duty
from zhunsheng.registers import actions, change_sets
from zhunsheng.registers.change_sets import ProposedLine
from zhunsheng.registers.models import ChangeLine, ChangeSet, ChangeSetState
from zhunsheng.registers.preview import movements, preview_lines
from zhunsheng.registers.reading import declared_for

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 5)
LATER = date(2024, 6, 1)


@pytest.fixture
def draft(county):
    return change_sets.begin_change_set("power_list", county.housing, "按新法调整", DAY, county.keeper)


@pytest.fixture
def standing(county):
    """Two entries in force since the year before."""
    for key in ("A1", "A2"):
        actions.apply_entry_change("power_list", county.housing, "add", key, item(), date(2023, 1, 1))


def moved(change_set):
    return {m.account.partition(".")[2]: (m.value, m.parts) for m in movements(change_set)}


def test_a_line_of_the_same_entry_takes_the_place_of_the_one_before(county, draft):
    change_sets.put_lines(
        draft.pk, [ProposedLine("add", "C1", item()), ProposedLine("add", "C2", item())], county.keeper
    )
    change_sets.put_lines(draft.pk, [ProposedLine("add", "C1", item(name="另一名称"))], county.keeper)
    assert {line.key: line.values["name"] for line in draft.lines.all()} == {"C2": item()["name"], "C1": "另一名称"}


def test_a_wrong_line_leaves_the_draft_as_it_was(county, draft):
    change_sets.put_lines(draft.pk, [ProposedLine("add", "C1", item())], county.keeper)
    with refused("missing"):
        change_sets.put_lines(
            draft.pk,
            [ProposedLine("add", "C2", item()), ProposedLine("change", "nothing", {"name": "甲"})],
            county.keeper,
        )
    assert list(draft.lines.values_list("key", flat=True)) == ["C1"]


def test_an_empty_draft_cannot_be_submitted(county, draft):
    with refused("no_lines"):
        change_sets.submit(draft.pk, county.keeper)
    change_sets.put_lines(draft.pk, [ProposedLine("none", reason="经核对无需调整")], county.keeper)
    assert change_sets.submit(draft.pk, county.keeper).state == ChangeSetState.SUBMITTED


def test_a_line_can_be_taken_out_and_a_draft_given_up(county, draft):
    change_sets.put_lines(draft.pk, [ProposedLine("add", "C1", item())], county.keeper)
    change_sets.take_line_out(draft.pk, draft.lines.get().pk, county.keeper)
    assert ChangeLine.objects.count() == 0
    change_sets.discard(draft.pk, county.keeper)
    draft.refresh_from_db()
    assert draft.state == ChangeSetState.DISCARDED
    with refused("state"):
        change_sets.put_lines(draft.pk, [ProposedLine("add", "C1", item())], county.keeper)


def test_a_day_that_does_not_fit_a_line_is_refused(county, draft, standing):
    change_sets.put_lines(draft.pk, [ProposedLine("change", "A1", {"name": "新名称"})], county.keeper)
    with refused("before_current"):
        change_sets.rename(draft.pk, county.keeper, title="改期", effective_on=date(2022, 1, 1))
    draft.refresh_from_db()
    assert (draft.title, draft.effective_on) == ("按新法调整", DAY)
    assert change_sets.rename(draft.pk, county.keeper, title="改期", effective_on=LATER).effective_on == LATER


@pytest.mark.parametrize("who", ["culture_keeper", "stranger"])
def test_others_put_nothing_into_a_draft(county, draft, who):
    other = getattr(county, who)
    for act in (
        lambda: change_sets.put_lines(draft.pk, [ProposedLine("add", "C1", item())], other),
        lambda: change_sets.take_line_out(draft.pk, 1, other),
        lambda: change_sets.rename(draft.pk, other, title="改", effective_on=DAY),
        lambda: change_sets.discard(draft.pk, other),
        lambda: change_sets.begin_change_set("power_list", county.housing, "越权", DAY, other),
    ):
        with refused("role"):
            act()
    assert (list(ChangeSet.objects.all()), draft.lines.count()) == ([draft], 0)


def test_who_last_worked_on_a_draft_cannot_decide_it(county, draft):
    """An approver who also edits answers for the lines he put in."""
    Duty.objects.create(officer=county.reviewer, organ=county.housing, system="power_list", role="department")
    change_sets.put_lines(draft.pk, [ProposedLine("add", "C1", item())], county.reviewer)
    change_sets.submit(draft.pk, county.keeper)
    with refused("own_change_set"):
        change_sets.approve(draft.pk, county.reviewer)
    draft.refresh_from_db()
    assert draft.state == ChangeSetState.SUBMITTED


def test_preview_shows_before_and_after_and_the_figures_that_move(county, draft, standing):
    change_sets.put_lines(
        draft.pk,
        [
            ProposedLine("add", "C1", item()),
            ProposedLine("change", "A1", {"power_type": "licensing"}),
            ProposedLine("remove", "A2"),
        ],
        county.keeper,
    )
    declared = declared_for("power_list", DAY)
    shown = {found.line.key: found for found in preview_lines(draft, declared, list(draft.lines.all()))}
    assert (shown["A1"].fields, shown["A1"].before["power_type"], shown["A1"].after["power_type"]) == (
        ("power_type",), "penalty", "licensing",
    )  # fmt: skip
    assert (shown["C1"].before, shown["C1"].after["name"]) == ({}, item()["name"])
    assert (shown["A2"].before["name"], shown["A2"].after) == (item()["name"], {})
    # Of two penalties one becomes a licence, one goes, and a new one comes.
    assert moved(draft)["items"] == (
        Decimal(0), {"power_type=licensing": Decimal(1), "power_type=penalty": Decimal(-1)},
    )  # fmt: skip
    assert {key: value for key, (value, _parts) in moved(draft).items()} == {
        "items": 0, "enforcement_items": 0, "items_added": 1, "items_changed": 1, "items_removed": 1,
    }  # fmt: skip
    assert set(listed(DAY)) == {"A1", "A2"}


def test_an_applied_change_set_still_shows_what_it_changed(county, draft, standing):
    change_sets.put_lines(
        draft.pk, [ProposedLine("change", "A1", {"name": "新名称"}), ProposedLine("remove", "A2")], county.keeper
    )
    expected = moved(draft)
    change_sets.submit(draft.pk, county.keeper)
    change_sets.approve(draft.pk, county.reviewer)
    actions.apply_entry_change("power_list", county.housing, "change", "A1", {"name": "更新的名称"}, LATER)
    draft.refresh_from_db()
    shown = {
        found.line.key: found for found in preview_lines(draft, declared_for("power_list"), list(draft.lines.all()))
    }
    assert (shown["A1"].before["name"], shown["A1"].after["name"]) == (item()["name"], "新名称")
    assert moved(draft) == expected
