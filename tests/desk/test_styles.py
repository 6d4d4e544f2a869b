"""The style sheets are whole: every block that is opened is closed, or all that follows it holds on some screens only."""

from pathlib import Path

import pytest

import zhunsheng

SHEETS = sorted((Path(zhunsheng.__file__).parent / "static").glob("*/*.css"))


@pytest.mark.parametrize("sheet", [s for s in SHEETS if s.parent.name != "vendor"], ids=lambda sheet: sheet.stem)
def test_every_block_is_closed_before_the_next_part(sheet):
    depth = 0
    for number, line in enumerate(sheet.read_text(encoding="utf-8").splitlines(), 1):
        assert depth == 0 or not line.startswith("/*"), f"{sheet.name}, line {number}: a block above is not closed"
        depth += line.count("{") - line.count("}")
    assert depth == 0
