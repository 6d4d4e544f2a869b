"""报送公开日历: the days of each year on which reports and yearly tables are due by law, each with how it was counted.

The limits are those of the law data; nothing here is a day of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhunsheng.cases.models import Case
from zhunsheng.kernel.limits import Limit
from zhunsheng.kernel.reckoning import Reckoning, reckon
from zhunsheng.law.statutes import limits
from zhunsheng.law.working_days import calendar
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Region
from zhunsheng.reports.models import ReportDraft, Stage

YEARLY = (
    "gk_annual_dept_0131", "sx_annual_stats_0131", "gz_annual_catalog_0131", "fz_report_dept_0301", "gk_annual_gov_0331",
    "kx_disclose_0331", "fz_report_province_0401", "fz_report_publish_0401",
)  # fmt: skip
"""The limits of the year by id: when reports are given and published."""
ENDINGS = {"fz_report_province_0401": "0000", "gz_annual_catalog_0131": "00"}
"""How the code of a region ends that a limit binds, where it does not bind all: provinces, and cities, which make rules as they do."""


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day of the calendar: the limit, how it was counted, days left (negative when past), whether it is met already (None:
    the platform does not know)."""

    limit: Limit
    counted: Reckoning
    left: int
    is_met: bool | None

    @property
    def on(self) -> date:
        return self.counted.due  # type: ignore[return-value] - a fixed date of the year is a date


def due_days(region: Region, year: int, today: date, access: Access) -> list[DueDay]:
    """What is due in a year on the year before, in order of the days. Three queries."""
    drafts = ReportDraft.visible.to(access).filter(region=region, year=year - 1)
    published = drafts.filter(stage=Stage.PUBLISHED).exists()
    sent = (
        Case.visible.to(access)
        .filter(system="annual_report", organ__region=region, fields__report_year=year - 1, voided_on=None)
        .exclude(state__in=("drafting", "reviewing", "approving", "sending"))
        .exists()
    )
    met = {"fz_report_publish_0401": published, "fz_report_dept_0301": sent}
    days = calendar()
    found = []
    for name in YEARLY:
        if not region.code.endswith(ENDINGS.get(name, "")):
            continue
        limit = limits()[name]
        counted = reckon(limit, date(year, 1, 1), days, explain=True)
        found.append(DueDay(limit, counted, (counted.due - today).days, met.get(name)))
    return sorted(found, key=lambda day: day.counted.due)
