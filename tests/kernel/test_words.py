"""Numbers in words: read as they are written, whoever writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.kernel.words import chinese_number, whole_number


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("三十", 30), ("十", 10), ("十五", 15), ("二十一", 21), ("一百", 100), ("一百零二", 102), ("一百一十", 110), ("二〇三", 203),
        ("88", 88), ("一千零一", 1001), ("两万三千", 23_000), ("一千二百三十四万", 12_340_000), ("十亿", 10**9), ("二〇二六", 2026),
    ],
)  # fmt: skip
def test_a_whole_number(written, value):
    assert whole_number(written) == value


@pytest.mark.parametrize("written", ["", "①", "2.1", "第三", "一" * 50, "三点五", "-3"])
def test_what_is_none(written):
    assert whole_number(written) is None


@given(st.integers(0, 999))
def test_what_is_written_is_read(number):
    assert whole_number(chinese_number(number)) == number == whole_number(str(number))
