"""The least of each quarter: whole quarters that are over, of the organs of the region itself, folded or not."""

from datetime import date

import pytest

from zhunsheng.ledger.balances import fold
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.postings import PostingRow, post
from zhunsheng.ledger.series import courses
from zhunsheng.orgs.models import Organ, Region

STUDIES = "leader_law_study.exec_meeting_law_study_sessions"
LEAST = "leader_law_study.exec_meeting_law_study_min_per_quarter"
PER_YEAR = "leader_law_study.leader_lectures_min_per_year"


def studied(organ, *days, account=STUDIES):
    post([PostingRow(account, organ.pk, day, 1, source="meeting", source_id=1) for day in days])


def least(place, first, last, name=LEAST):
    return figures(place.region.code, first, last, [name])[name].value


def test_the_quarter_with_the_fewest_counts(place):
    quarters = [date(2024, 2, 1), date(2024, 5, 6), date(2024, 5, 7), date(2024, 9, 30), date(2024, 10, 8)]
    studied(place.government, *quarters)
    year = (date(2024, 1, 1), date(2024, 12, 31))
    assert least(place, *year) == 1
    fold()
    studied(place.government, date(2024, 3, 31), date(2024, 7, 1), date(2024, 12, 31))
    assert least(place, *year) == 2
    assert least(place, date(2024, 4, 1), date(2024, 6, 30)) == 2
    assert least(place, date(2024, 2, 1), date(2024, 5, 31)) is None  # no whole quarter


def test_a_quarter_without_any_is_zero_and_no_record_at_all_is_no_figure(place):
    year = (date(2024, 1, 1), date(2024, 12, 31))
    assert least(place, *year) is None
    studied(place.government, date(2024, 2, 1), date(2024, 5, 6), date(2024, 12, 1))
    assert least(place, *year) == 0


def test_what_regions_below_do_is_theirs(place):
    below = Region.objects.create(code="999912", name="示例乡", parent=place.region)
    town = Organ.objects.create(region=below, name="示例乡人民政府", kind="town", parent=place.government)
    studied(town, *(date(2024, month, 1) for month in (1, 4, 7, 10)))
    studied(place.government, date(2024, 2, 1))
    assert least(place, date(2024, 1, 1), date(2024, 12, 31)) == 0


def test_a_quarter_that_is_not_over_does_not_count_yet(place):
    from django.utils import timezone

    today = timezone.localdate()
    first = date(today.year, 1, 1)
    studied(place.government, *(date(today.year - 1, month, 1) for month in (1, 4, 7, 10)))
    over = (today.month - 1) // 3
    assert least(place, first, today) == (0 if over else None)
    assert least(place, first, today, PER_YEAR) is None


def test_it_has_no_course_over_time(place):
    with pytest.raises(ValueError, match="no course"):
        courses([LEAST], place.region.code, [(202401, 202403)])
