"""A county with two bureaus, a third that stays, their officers and the administrator of all of them."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.models import Case
from zhunsheng.ledger.postings import forget_accounts
from zhunsheng.orgs.models import Duty, Officer, Organ, OrganKind, Region
from zhunsheng.registers.actions import apply_entry_change

REVIEW = "legality_review"
POWERS = "power_list"
PEOPLE = "enforcement_personnel"
PASSWORD = "correct horse 42"


@dataclass
class County:
    region: Region
    government: Organ
    culture: Organ
    tourism: Organ
    housing: Organ
    team: Organ
    administrator: Officer
    culture_officer: Officer
    tourism_officer: Officer
    stranger: Officer

    def review(self, organ: Organ, on: date, matter="《示例协议》") -> Case:
        """A matter submitted for review and accepted, so that a limit runs."""
        values = {"matter": matter, "kind": "agreement", "submitting_unit": organ.name, "materials": "草案、说明"}
        case = open_case(REVIEW, "submit", organ=organ, on=on, values=values)
        return perform(case.pk, "accept", on=on)

    def power(self, organ: Organ, code: str, on: date, name="示例处罚事项") -> None:
        """An item in the list of powers of an organ."""
        values = {
            "item_code": code, "name": name, "power_type": "penalty", "basis": "建筑法第六十四条",
            "implementing_organ": organ.name,
        }  # fmt: skip
        apply_entry_change(POWERS, organ, "add", code, values, on)

    def certified(self, keeper: Organ, number: str, unit: Organ, on: date) -> None:
        """A person with a certificate, of a unit, in the list another organ keeps."""
        values = {"name": "示例戊", "unit": unit.name, "kind": "enforcement", "status": "in_service"}
        apply_entry_change(PEOPLE, keeper, "add", number, values, on)


def days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def make_county() -> County:
    forget_accounts()
    region = Region.objects.create(code="999901", name="示例县", name_en="Example County")
    government = Organ.objects.create(region=region, name="示例县人民政府", kind=OrganKind.GOVERNMENT, mark="示")

    def organ(name, mark, parent=government, kind=OrganKind.DEPARTMENT):
        return Organ.objects.create(region=region, name=name, mark=mark, parent=parent, kind=kind)

    def officer(username, where=None, **duty):
        person = Officer.objects.create_officer(username, PASSWORD, name=f"示例{username}")
        if where is not None:
            Duty.objects.create(officer=person, organ=where, **duty)
        return person

    culture = organ("示例县文化局", "示文")
    tourism = organ("示例县旅游局", "示旅")
    housing = organ("示例县住房和城乡建设局", "示建")
    team = organ("示例县文化执法队", "", culture, OrganKind.ENFORCEMENT_TEAM)
    return County(
        region, government, culture, tourism, housing, team,
        officer("administrator", government, system="orgs", role="administrator", whole_tree=True),
        officer("culture", culture), officer("tourism", tourism, system=REVIEW), officer("stranger"),
    )  # fmt: skip
