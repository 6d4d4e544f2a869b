"""A short run of ``tools/faults``: writers are killed in the middle of what they do. The long run is that program itself."""

import os

import pytest

from tools.faults.kinds import attempt
from tools.left import line, row, what_is_wrong


def test_writers_that_are_killed_lose_nothing_and_leave_nothing_half():
    found = attempt("writers", seed=int.from_bytes(os.urandom(2)), rounds=1, each=16)
    assert not what_is_wrong(found), found
    assert found["found"] == found["acknowledged"] >= 16
    assert (found["cut_off"], found["beyond"] <= 2) == (2, True), (
        "at most the write each of two was not told of any more"
    )


WELL = {
    "acknowledged": 9, "found": 9, "lost": 0, "beyond": 1, "cut_off": 1, "halves": 0, "disorder": 0, "series": 1,
    "gaps_or_doubles": 0, "figures": [], "chain": [], "sealed": 9, "wrong": [],
}  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"lost": 1}, {"beyond": 2}, {"halves": 1}, {"disorder": 1}, {"gaps_or_doubles": 1}, {"figures": ["x"]},
        {"chain": ["x"]}, {"acknowledged": 0}, {"wrong": ["a form taken twice"]},
    ],
)  # fmt: skip
def test_a_run_that_lost_something_is_not_called_well(wrong):
    assert not what_is_wrong(WELL)
    assert what_is_wrong({**WELL, **wrong})
    assert "9 | 9 | 0 | 1 | 1 | 0 | 1 series, none with gaps" in line(*row(WELL))
