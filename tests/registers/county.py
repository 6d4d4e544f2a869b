"""A small county with two departments, their keepers and reviewers. The lists are those the platform declares."""

from dataclasses import dataclass

from zhunsheng.ledger.postings import forget_accounts
from zhunsheng.orgs.models import Duty, Officer, Organ, Region


@dataclass
class County:
    government: Organ
    housing: Organ
    culture: Organ
    keeper: Officer
    reviewer: Officer
    culture_keeper: Officer
    stranger: Officer


def item(**values):
    """The values of one administrative power."""
    return {
        "name": "对未取得许可擅自施工的处罚",
        "power_type": "penalty",
        "basis": "建筑法第六十四条",
        "implementing_organ": "示例县住房和城乡建设局",
    } | values


def make_county():
    """The county with its duties for the list of powers."""
    forget_accounts()
    region = Region.objects.create(code="999901", name="示例县")
    government = Organ.objects.create(region=region, name="示例县人民政府", kind="government")
    housing = Organ.objects.create(region=region, name="示例县住房和城乡建设局", kind="department", parent=government)
    culture = Organ.objects.create(region=region, name="示例县文化和旅游局", kind="department", parent=government)

    def officer(username, organ, role, **duty):
        made = Officer.objects.create_officer(username, None, name=f"示例{username}")
        if organ is not None:
            Duty.objects.create(officer=made, organ=organ, system="power_list", role=role, **duty)
        return made

    return County(
        government,
        housing,
        culture,
        officer("keeper", housing, "department"),
        officer("reviewer", government, "*", whole_tree=True),
        officer("culture_keeper", culture, "department"),
        officer("stranger", None, ""),
    )
