"""分项: what some values of a breakdown come to, as a figure of its own."""

from datetime import date
from decimal import Decimal

import pytest

from tests.reports.city import CODE, YEAR, found_city
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.postings import PostingRow, post
from zhunsheng.ledger.series import courses

pytestmark = pytest.mark.django_db
WHOLE, UPHELD, REVOKED = (f"administrative_reconsideration.{key}" for key in ("closed", "upheld", "revoked"))


def test_a_part_is_what_its_values_come_to_and_nothing_where_nothing_was_posted():
    city = found_city()
    first, last = date(YEAR, 1, 1), date(YEAR, 12, 31)
    assert figures(CODE, first, last, [UPHELD])[UPHELD].value is None
    for outcome, value in (("upheld", 3), ("revoked", 2), ("partly_revoked", 1)):
        post([PostingRow(WHOLE, city.pk, date(YEAR, 6, 1), Decimal(value), (("outcome", outcome),), source_id=1)])
    found = figures(CODE, first, last, [UPHELD, REVOKED])
    assert {name: (figure.value, figure.records, figure.kind) for name, figure in found.items()} == {
        UPHELD: (3, 1, "part"), REVOKED: (3, 2, "part"),
    }  # fmt: skip
    halves = [(YEAR * 100 + 1, YEAR * 100 + 6), (YEAR * 100 + 7, YEAR * 100 + 12)]
    assert courses([REVOKED], CODE, halves)[REVOKED].values == [3, 0]
