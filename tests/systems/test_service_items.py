"""The catalogue of services, the list of proofs and the service hall together: rates come from the marks of the catalogue,
the window takes names from it and asks for no proof that is not kept."""

from datetime import date
from decimal import Decimal

import pytest

from zhunsheng.cases.actions import Refused, open_case, perform
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.postings import forget_accounts
from zhunsheng.orgs.models import Organ, OrganKind, Region
from zhunsheng.registers.actions import apply_entry_change

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
FIRST = date(2021, 1, 4)
YEAR = date(2021, 1, 1), date(2021, 12, 31)


@pytest.fixture
def bureau():
    forget_accounts()
    region = Region.objects.create(code="000000", name="示例县")
    return Organ.objects.create(region=region, name="示例县民政局", mark="示民", kind=OrganKind.DEPARTMENT)


def enter(slug, organ, key, **values):
    apply_entry_change(slug, organ, "add", key, values, FIRST)


def item(organ, code, statutory, promised, **marks):
    enter(
        "service_item_catalog", organ, code, name=f"示例事项{code}", item_type="licensing", on_application=True, online=True,
        can_be_handled=True, statutory_days=statutory, promised_days=promised, department=organ.name, power_code=f"Q{code}",
        **marks,
    )  # fmt: skip


def rates(*names):
    found = figures("000000", *YEAR, [f"service_item_catalog.{name}" for name in names])
    return {name.partition(".")[2]: figure.value for name, figure in found.items()}


def test_rates_are_counted_from_the_marks_and_follow_a_change(bureau):
    item(bureau, "1", 20, 3, modes=["one_visit"], no_visit=True)
    item(bureau, "2", 10, 3, modes=["one_visit", "mobile"])
    item(bureau, "3", 0, 0)
    # (20 + 10) - (3 + 3) = 24 of 30 days; two of three items need one visit at most; one of three none.
    assert rates("time_cut", "run_once_share", "no_visit_rate", "mobile_items") == {
        "time_cut": Decimal("80.0"), "run_once_share": Decimal("66.7"), "no_visit_rate": Decimal("33.33"),
        "mobile_items": 1,
    }  # fmt: skip
    apply_entry_change("service_item_catalog", bureau, "change", "2", {"promised_days": 6}, date(2021, 6, 1))
    figure = figures("000000", *YEAR, ["service_item_catalog.time_cut"])["service_item_catalog.time_cut"]
    assert (figure.numerator, figure.denominator, figure.value) == (21, 30, Decimal("70.0"))


def test_the_window_takes_names_from_the_catalogue_and_asks_for_no_cancelled_proof(bureau):
    item(bureau, "1", 20, 3)
    for key, status in (("ZM-1", "cancelled"), ("ZM-2", "kept")):
        enter("certificate_matter_list", bureau, key, name="示例证明", kind="proof", status=status)
    filed = {
        "applicant": {"name": "示例甲"}, "item_code": "1", "kind": "first", "channel": "hall", "window_name": "一号窗口",
    }  # fmt: skip
    with pytest.raises(Refused, match="没有这个编码"):
        open_case("one_window", "file", organ=bureau, on=FIRST, values={**filed, "item_code": "9"}, today=TODAY)
    case = open_case("one_window", "file", organ=bureau, on=FIRST, values=filed, today=TODAY)
    case.refresh_from_db()
    assert (case.fields["item_name"], case.fields["department"]) == ("示例事项1", "示例县民政局")
    asking = {"wanting": "示例证明", "proof_code": "ZM-1"}
    with pytest.raises(Refused, match="不得索要证明"):
        perform(case.pk, "ask_supplement", on=FIRST, values=asking, today=TODAY)
    perform(case.pk, "ask_supplement", on=FIRST, values={**asking, "proof_code": "ZM-2"}, today=TODAY)
    with pytest.raises(Refused, match="清单之外"):
        perform(case.pk, "accept", on=FIRST, today=TODAY)
    enter("administrative_license_list", bureau, "Q1", name="示例许可", basis="示例法", implementing_organ=bureau.name)
    perform(case.pk, "accept", on=FIRST, today=TODAY)
    case.refresh_from_db()
    assert case.state == "accepted"
