"""When a linked case has ended as a gate asks."""

import pytest

from zhunsheng.kernel.case_state import Link
from zhunsheng.kernel.checking import fits_link
from zhunsheng.kernel.procedure import LinkedCase


@pytest.mark.parametrize(
    ("link", "outcomes", "fits"),
    [
        (Link("case_transfer", "1", "transferred", True), [], True),
        (Link("case_transfer", "1", None, True), [], True),
        (Link("case_transfer", "1", None, False), [], False),
        (Link("case_transfer", "1", "office.terminated", True), [], False),
        (Link("case_transfer", "1", "office.voided", True), [], False),
        (Link("case_transfer", "1", "transferred", True), ["returned"], False),
        (Link("case_file_review", "1", "transferred", True), [], False),
    ],
)
def test_a_case_broken_off_by_the_office_serves_no_gate(link, outcomes, fits):
    assert fits_link(link, LinkedCase(system="case_transfer", outcome=outcomes)) is fits
