"""The catalogue of services, the list of proofs and the service hall together: rates come from the marks of the catalogue,
the window takes names from it and asks for no proof that is not kept."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.orgs.duties import without_duties
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.catalogue.loading import system
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.postings import forget_accounts
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty, Officer, Organ, OrganKind, Region
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.registers.agreeing import agree, agreements
from zhunsheng.registers.models import ChangeSet
from zhunsheng.registers.reading import entries_on

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


def test_the_list_of_licences_is_laid_beside_the_list_of_powers(bureau):
    """Of the department's powers only licences count, and what somebody may not see of his own list is not shown."""
    other = Organ.objects.create(region=bureau.region, name="示例县教育局", mark="示教", kind=OrganKind.DEPARTMENT)
    for organ, code, kind, basis in (
        (bureau, "A1", "licensing", "示例法第一条"), (bureau, "A2", "licensing", "示例法第二条"),
        (bureau, "A3", "penalty", "示例法第三条"), (other, "B1", "licensing", "示例法第四条"),
    ):  # fmt: skip
        enter("power_list", organ, code, name="示例许可", power_type=kind, basis=basis, implementing_organ=organ.name)
    for code, basis in (("A1", "示例法第一条"), ("A2", "示例法第九条"), ("A9", "示例法第一条")):
        enter("administrative_license_list", bureau, code, name="示例许可", basis=basis, implementing_organ=bureau.name)
    keeper = Officer.objects.create_officer("keeper", None, name="示例甲")
    Duty.objects.create(officer=keeper, organ=bureau, system="administrative_license_list")

    def counts():
        declared = system("administrative_license_list").register_on(TODAY)
        rows = agreements("administrative_license_list", declared, access_of(keeper, TODAY), TODAY)
        return {row.organ.name: {difference.value: n for difference, n in row.counts.items()} for row in rows}

    assert counts() == {"示例县民政局": {"same": 1, "differs": 1, "only_here": 1}}
    Duty.objects.create(officer=keeper, organ=other, system="administrative_license_list")
    assert counts()["示例县教育局"] == {"only_there": 1}
    without_duties(keeper, organ=bureau)
    assert list(counts()) == ["示例县教育局"]


def test_items_of_regulation_are_matched_by_the_power_they_name(bureau):
    enter(
        "power_list",
        bureau,
        "A3",
        name="示例处罚",
        power_type="penalty",
        basis="示例法",
        implementing_organ=bureau.name,
    )
    declared = system("regulatory_item_list").register_on(TODAY)
    ours = {"J1": {"power_item_code": "A3", "name": "示例监管"}, "J2": {"name": "示例监管"}}
    theirs = {"A3": {"name": "示例处罚"}, "A4": {"name": "示例检查"}}
    found = {item.key: item.difference.value for item in agree(declared, ours, theirs)}
    assert found == {"A3": "same", "A4": "only_there", "J2": "only_here"}


def test_the_page_opens_with_the_list_that_must_agree(bureau, client):
    enter(
        "power_list",
        bureau,
        "A1",
        name="示例许可",
        power_type="licensing",
        basis="示例法",
        implementing_organ=bureau.name,
    )
    keeper = Officer.objects.create_officer("keeper", "示例口令一二三", name="示例甲")
    Duty.objects.create(officer=keeper, organ=bureau, system="administrative_license_list")
    client.force_login(keeper)
    address = reverse("desk:register-comparison", args=["administrative_license_list"])
    page = client.get(address)
    assert (page.context["asked"].side.name, page.context["different"]) == ("权责清单中的行政许可", 1)
    assert page.context["agreement_total"] == [0, 0, 0, 1]
    taken = {"here": bureau.pk, "there": "c", "key": ["A1"], "what": "adopt"}
    client.post(reverse("desk:register-settle", args=["administrative_license_list"]), taken)
    line = ChangeSet.objects.get().lines.get()
    assert (line.kind, line.key, line.values["basis"]) == ("add", "A1", "示例法")


def test_a_claimed_licence_is_written_into_both_lists(bureau):
    enter(
        "power_list",
        bureau,
        "A1",
        name="示例许可",
        power_type="licensing",
        basis="示例法",
        implementing_organ=bureau.name,
    )
    offered = {
        "batch": "第一批", "source": "licence", "item_code": "FW-1", "name": "示例许可", "item_type": "licensing",
        "basis": "示例法第一条", "department": bureau.name, "answer_by": "2021-01-31",
    }  # fmt: skip
    sheet = {
        "on_application": True, "statutory_days": 20, "promised_days": 5, "materials": "申请书", "material_count": 1,
        "adds_conditions": False, "online": True, "can_be_handled": True,
    }  # fmt: skip
    case = open_case("service_item_claim", "offer", organ=bureau, on=FIRST, values=offered, today=TODAY)
    perform(case.pk, "claim", on=FIRST, values={"power_code": "A1"}, today=TODAY)
    perform(case.pk, "configure", on=FIRST, values=sheet, today=TODAY)
    perform(case.pk, "publish_licence", on=FIRST, values={"set_by": "law"}, today=TODAY)
    for slug, key in (("service_item_catalog", "FW-1"), ("administrative_license_list", "A1")):
        row = entries_on(slug, access=None, true_on=FIRST).get()
        assert (row.entry.key, row.values["name"], row.values["promised_days"]) == (key, "示例许可", 5)
    assert rates("time_cut") == {"time_cut": Decimal("75.0")}
