"""The yearly evaluation of good faith reads what contracts have posted; nobody types it, and an unknown unit is not clean."""

from datetime import date

import pytest

from zhunsheng.cases.actions import open_case, perform, settle_due
from zhunsheng.catalogue.loading import system
from zhunsheng.catalogue.scenarios import read_scenarios
from zhunsheng.ledger.postings import forget_accounts
from zhunsheng.orgs.models import Duty, Officer, Organ, OrganKind, Region
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers.models import Revision

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture
def unit():
    forget_accounts()
    region = Region.objects.create(code="999904", name="示例县")
    return Organ.objects.create(region=region, name="示例县交通运输局", mark="示交", kind=OrganKind.DEPARTMENT)


@pytest.fixture
def officer(unit):
    officer = Officer.objects.create_officer("monitor", None, name="示例监测员")
    Duty.objects.create(officer=officer, organ=unit, valid_from=date(2020, 1, 1))
    return officer


@pytest.fixture
def contract(unit, officer):
    """Half a million to a small firm, due on 1 August 2025 and not paid."""
    sample = read_scenarios(system("contract_performance")).sample
    needed = system("contract_performance").procedure_on(TODAY).procedure.actions["enter"].required_fields
    values = {name: sample[name] for name in needed}
    case = open_case("contract_performance", "enter", organ=unit, on=date(2025, 7, 1), officer=officer, values=values, today=TODAY)  # fmt: skip
    given = {"delivered_on": "2025-07-02", "payable": "500000"}
    return perform(case.pk, "deliver", on=date(2025, 7, 2), officer=officer, values=given, today=TODAY)


def evaluate(unit, officer, name):
    values = {"unit": name, "evaluated_year": 2025, "begun_on": "2026-01-12"}
    return open_case("government_integrity", "evaluate", organ=unit, on=date(2026, 1, 12), officer=officer, values=values, today=TODAY)  # fmt: skip


def conclude(case, officer):
    values = {"grade": "good", "findings": "没有失信记录"}
    return perform(case.pk, "conclude", on=date(2026, 1, 13), officer=officer, values=values, today=TODAY)


def test_a_payment_not_made_falls_overdue_and_is_read_by_the_evaluation(unit, officer, contract):
    paid = {"paid": "500000", "paid_on": "2025-08-05"}
    with pytest.raises(Refused, match="不适用"):
        perform(contract.pk, "pay", on=date(2025, 8, 5), officer=officer, values=paid, today=TODAY)
    assert settle_due(date(2025, 8, 4)) == 1
    contract.refresh_from_db()
    assert contract.fields["overdue"] is True
    assert Revision.objects.get(entry__register="contract_performance").values["state"] == "performing"
    case = evaluate(unit, officer, unit.name)
    read = {name: case.fields.get(name) for name in ("unit_found", "overdue", "sme_overdue", "overdue_amount")}
    assert (read["unit_found"], int(read["overdue"]), int(read["sme_overdue"])) == (unit.name, 1, 1)
    assert float(read["overdue_amount"]) == 500_000
    with pytest.raises(Refused, match="逾期未付的合同款"):
        conclude(case, officer)


def test_a_unit_nobody_knows_is_not_found_clean(unit, officer):
    case = evaluate(unit, officer, "示例县无名局")
    with pytest.raises(Refused, match="没有这个单位"):
        conclude(case, officer)
    assert conclude(evaluate(unit, officer, unit.name), officer).state == "closed"
