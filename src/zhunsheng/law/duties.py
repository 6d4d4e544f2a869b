"""The duty of this room (法规与日历管理员): whoever holds it may enter notices of holidays and changes of statutes.

Both hold for the whole installation, so it does not matter in which organ the duty is held.
"""

from __future__ import annotations

from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import EVERY_ROLE, EVERY_SYSTEM

ROOM = "law"
"""The system under which the duty is held."""
ADMINISTRATOR = "administrator"
NAME = Words("法规与日历", "Law and calendar")
ROLES = {ADMINISTRATOR: Words("法规与日历管理员", "Administrator of law and calendar")}


def administers(access: Access) -> bool:
    """Whether an officer holds the duty."""
    return any(
        holding.system in (EVERY_SYSTEM, ROOM) and holding.role in (EVERY_ROLE, ADMINISTRATOR)
        for holding in access.holdings
    )
