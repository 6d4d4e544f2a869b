"""What the platform can count is typed by nobody: lines of the change of a list, certificates and cases of a street. No page is
opened here."""

from datetime import UTC, date, datetime

import pytest

from tests.cases.place import make_place
from tests.systems.enforcing import certify, may_enforce
from tests.systems.test_chains import begin, take
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.facts import given_by_list_change
from zhunsheng.catalogue.loading import system
from zhunsheng.orgs.models import Organ
from zhunsheng.registers import change_sets
from zhunsheng.registers.actions import apply_entry_change, publish
from zhunsheng.registers.change_sets import ProposedLine
from zhunsheng.registers.models import ChangeSet

pytestmark = [pytest.mark.django_db, pytest.mark.once]
OPENED = date(2026, 12, 1)


def _power(name):
    return {"name": name, "power_type": "penalty", "basis": "示例法第四十条", "implementing_organ": "示例县城管局"}


def _prepared(organ, officer, effective_on, *lines):
    change = change_sets.prepare_change_set("power_list", organ, "年度调整", effective_on, lines, officer)
    at = datetime(2026, 12, 2, 2, tzinfo=UTC)  # the clock of the tests stands before the day the version begins
    ChangeSet.objects.filter(pk=change.pk).update(prepared_at=at)
    return change


def test_the_answer_of_a_department_begins_with_the_change_of_its_list():
    place = make_place()
    bureau, keeper = place.lighting, place.lighting_officer
    for key in ("CF-1", "CF-2", "CF-3"):
        apply_entry_change("power_list", bureau, "add", key, _power(key), date(2025, 1, 6))
    early = change_sets.prepare_change_set("power_list", bureau, "以前的变更", OPENED, [ProposedLine("remove", "CF-3")], keeper)  # fmt: skip
    case = begin("power_list_change", "ask", bureau, OPENED, round_name="年度调整", origin="request", answer_by="2026-12-25")  # fmt: skip
    compiled = system(case.system).procedure_of(case.version)
    assert given_by_list_change(compiled, "answer_round", case) == {}, "prepared before it was asked"
    change_sets.discard(early.pk, keeper)
    lines = [
        ProposedLine("add", "CF-4", _power("CF-4")), ProposedLine("add", "CF-5", _power("CF-5")),
        ProposedLine("change", "CF-1", _power("CF-1修改")), ProposedLine("remove", "CF-2"), ProposedLine("none", "CF-3"),
    ]  # fmt: skip
    change = _prepared(bureau, keeper, date(2026, 12, 10), *lines)
    given_up = _prepared(bureau, keeper, date(2026, 12, 10), ProposedLine("remove", "CF-3"))
    change_sets.discard(given_up.pk, keeper)
    case = take(case, (date(2026, 12, 3), "answer_round", {"answer": "both", "legal_basis": "示例法第四十条"}))
    assert [case.fields[name] for name in ("items_added", "items_changed", "items_removed")] == [2, 1, 1]

    change_sets.submit(change.pk, keeper)
    change_sets.approve(change.pk, place.head)
    assert "list_version" not in given_by_list_change(compiled, "publish", case), "no version was published yet"
    publish("power_list", bureau, date(2026, 11, 20), place.head)
    case.opened_on = date(2026, 11, 2)  # so that a version published by the clock of the tests came after it
    published = given_by_list_change(compiled, "publish", case)
    assert published == {"list_version": "第1版（2026-11-20）", "listed_on": "2026-12-10"}


def test_certificates_and_cases_of_a_street_are_counted():
    place = make_place()
    street = Organ.objects.create(
        region=place.region, name="示例街道办事处", mark="示街", kind="street", parent=place.government
    )
    since = date(2025, 1, 6)
    may_enforce(street, "对占道经营的处罚", since, "街1", "街2")
    certify(place.government, "街3", since)  # of the government itself
    certify(street, "街4", since, status="suspended")
    certify(place.government, "街5", since, unit=street.name)
    case = begin("street_power_list", "propose", place.lighting, OPENED, item_code="CF-001", street=street.name,
                 giver="示例县城管局", provincial_decision="示例政〔2025〕12号", need="占道经营多发")  # fmt: skip
    case = take(case, (date(2026, 12, 2), "assess", {"able": True, "capacity": "有持证人员"}))
    assert case.fields["certified"] == 3
    case = take(
        case,
        (date(2026, 12, 3), "train", {"trained": 3, "training": "跟班学习"}),
        (date(2026, 12, 4), "take_over", {"taken_on": "2026-12-04", "next_evaluation": "2026-12-31"}),
    )
    clue = {"source": "inspection", "area": "city", "matter": "占道经营案", "found_on": "2026-12-07", "violation_ended_on": "2026-12-07", "life_or_finance": False}  # fmt: skip
    filed = {"party": {"name": "示例商行", "kind": "organisation"}, "item_code": "CF-001", "certificate_a": "街1", "certificate_b": "街2"}  # fmt: skip
    for _ in range(2):
        one = open_case("administrative_penalty_case", "register_clue", organ=street, on=date(2026, 12, 8), values=clue, today=date(2026, 12, 8))  # fmt: skip
        perform(one.pk, "file_case", on=date(2026, 12, 9), values=filed, today=date(2026, 12, 9))
    told = {"evaluation_result": "good", "evaluation": "平稳", "next_evaluation": "2027-12-31"}
    case = take(case, (date(2026, 12, 21), "evaluate", told))
    assert case.fields["cases_handled"] == 2
