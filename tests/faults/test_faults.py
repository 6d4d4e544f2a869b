"""A short run of ``tools/faults``: writers are killed in the middle of what they do. The long run is that program itself."""

import os

import pytest

from tools.faults.kinds import attempt
from tools.faults.trial import is_well


def test_writers_that_are_killed_lose_nothing_and_leave_nothing_half():
    found = attempt("writers", seed=int.from_bytes(os.urandom(2)), rounds=1, each=16)
    assert is_well(found), found
    assert found["found"] == found["acknowledged"] >= 16
    assert found["written"] - found["found"] <= 2, "at most the write each of two writers was not told of any more"


@pytest.mark.parametrize(
    "wrong",
    [
        {"lost": 1},
        {"halves": 1},
        {"gaps_or_doubles": 1},
        {"figures_equal": False},
        {"chain": ["x"]},
        {"disorder": 1},
        {"due_days": 2},
        {"acknowledged": 0},
    ],
)
def test_a_run_that_lost_something_is_not_called_well(wrong):
    well = {
        "acknowledged": 9, "lost": 0, "halves": 0, "gaps_or_doubles": 0, "done_twice": 0, "chain": [], "figures_equal": True,
        "audit_entries": True, "disorder": 0, "due_days": 1,
    }  # fmt: skip
    assert is_well(well)
    assert not is_well({**well, **wrong})
