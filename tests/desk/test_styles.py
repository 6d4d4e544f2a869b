"""The style sheets are whole: every block that is opened is closed, or all that follows it holds on some screens only. And no
function of a script takes the place of another of its name, which a script does not complain of."""

import re
from collections import Counter
from pathlib import Path

import pytest

import zhunsheng

STATIC = Path(zhunsheng.__file__).parent / "static"


def _ours(kind):
    return [path for path in sorted(STATIC.glob(f"*/*.{kind}")) if path.parent.name != "vendor"]


def _name(path):
    return path.stem


@pytest.mark.parametrize("sheet", _ours("css"), ids=_name)
def test_every_block_is_closed_before_the_next_part(sheet):
    depth = 0
    for number, line in enumerate(sheet.read_text(encoding="utf-8").splitlines(), 1):
        assert depth == 0 or not line.startswith("/*"), f"{sheet.name}, line {number}: a block above is not closed"
        depth += line.count("{") - line.count("}")
    assert depth == 0


@pytest.mark.parametrize("script", _ours("js"), ids=_name)
def test_no_function_of_a_script_is_declared_twice(script):
    names = Counter(re.findall(r"^ *function (\w+)", script.read_text(encoding="utf-8"), re.MULTILINE))
    assert [name for name, times in names.items() if times > 1] == []
