"""The calendar of reporting: which days of the year bind a province, a city, a county."""

from datetime import date

import pytest

from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Officer, Region
from zhunsheng.reports.publication import due_days

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 5)


def test_the_calendar_lists_what_binds_a_region_of_its_level():
    access = access_of(Officer.objects.create_officer("reader", "reader", name="示例甲"), TODAY)

    def due(code):
        region = Region.objects.create(code=code, name=f"示例{code}")
        return {day.limit.id for day in due_days(region, TODAY.year, TODAY, access)}

    province, city, county = due("990000"), due("990100"), due("990101")
    assert province - city == {"fz_report_province_0401"}
    assert city - county == {"gz_annual_catalog_0131"}
    assert len(county) == 6
