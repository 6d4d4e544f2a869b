"""A county with departments and towns and the officer who divides its tasks, for tests of the supervision platform."""

from __future__ import annotations

from dataclasses import dataclass

from zhunsheng.ledger.postings import forget_accounts
from zhunsheng.orgs.models import Duty, Officer, Organ, OrganKind, Region


@dataclass
class Seat:
    government: Organ
    departments: list[Organ]
    towns: list[Organ]
    office: Officer
    clerk: Officer

    def organ(self, name: str) -> Organ:
        return next(organ for organ in (*self.departments, *self.towns) if organ.name.endswith(name))


def make_seat(departments: tuple[str, ...] = ("司法局", "财政局", "教育局", "大数据局"), towns: int = 3) -> Seat:
    """A county; the office sits at its government, the clerk in its bureau of justice."""
    forget_accounts()
    region = Region.objects.create(code="999902", name="示例县", name_en="Example County")
    government = Organ.objects.create(
        region=region, name="示例县人民政府", kind=OrganKind.GOVERNMENT, mark="示政", short_name="县政府"
    )
    below = {"region": region, "parent": government}
    found = [
        Organ.objects.create(name=f"示例县{name}", kind=OrganKind.DEPARTMENT, mark=f"示{name[:2]}", **below)
        for name in departments
    ]
    found_towns = [
        Organ.objects.create(name=f"示例县第{number}镇人民政府", kind=OrganKind.TOWN, mark=f"示镇{number}", **below)
        for number in range(1, towns + 1)
    ]
    office = Officer.objects.create_officer("office", "correct horse 42", name="示例甲")
    Duty.objects.create(officer=office, organ=government, whole_tree=True)
    clerk = Officer.objects.create_officer("clerk", "correct horse 42", name="示例乙")
    Duty.objects.create(officer=clerk, organ=found[0], system="task_ledger", role="unit")
    Duty.objects.create(officer=clerk, organ=found[0], system="task_ledger", role="unit_head")
    return Seat(government, found, found_towns, office, clerk)
