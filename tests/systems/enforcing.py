"""What must stand in the lists before an organ enforces: itself, the item, and two officers with certificates. No test lives here."""

from datetime import date

from zhunsheng.orgs.models import Organ
from zhunsheng.registers.actions import apply_entry_change


def certify(
    organ: Organ, number: str, since: date, kind: str = "enforcement", status: str = "in_service", **more: str
) -> None:
    """An officer with a certificate."""
    values = {"name": f"示例{number}", "unit": organ.name, "kind": kind, "status": status, **more}
    apply_entry_change("enforcement_personnel", organ, "add", number, values, since)


def may_enforce(organ: Organ, item: str, since: date, *certificates: str) -> None:
    """All of it, from a day on."""
    subject = {"name": organ.name, "kind": "statutory", "legal_basis": "示例法第三条", "level": "city"}
    apply_entry_change("enforcement_subject", organ, "add", "11410400MB0000000L", subject, since)
    power = {"name": item, "power_type": "penalty", "basis": "示例法第四十条", "implementing_organ": organ.name}
    apply_entry_change("power_list", organ, "add", "CF-001", power, since)
    for number in certificates:
        certify(organ, number, since)
