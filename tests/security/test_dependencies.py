"""What the product is built on is looked at before a release: known weaknesses, what could not be looked up, and how long ago the
versions were taken anew. What is asked of the database of weaknesses itself is pip-audit's."""

import re
from datetime import date
from pathlib import Path

import pytest

from tools.audit_dependencies import TERM, judged, renewed_on

ROOT = Path(__file__).resolve().parents[2]
SOUND = {"name": "a", "version": "1.0", "vulns": []}
WEAK = {"name": "b", "version": "2.0", "vulns": [{"id": "CVE-1", "fix_versions": ["2.1"]}]}
SKIPPED = {"name": "c", "skip_reason": "no connection"}


@pytest.mark.parametrize(
    ("found", "age", "before_a_release", "otherwise", "said"),
    [
        ([SOUND], 90, 0, 0, ""),
        ([SOUND, WEAK], 0, 1, 1, "b 2.0: CVE-1 → 2.1"),
        ([SOUND, SKIPPED], 0, 2, 0, "!! 1 个依赖没有查到"),
        ([SKIPPED, SKIPPED], 0, 2, 0, "!! no connection"),
        ([], 0, 2, 0, "NOT CHECKED: none of 7"),
        ([SOUND], 91, 1, 0, "!! 依赖 91 天没有更新"),
    ],
)
def test_a_release_waits_for_what_is_known_weak_not_looked_up_or_renewed_too_long_ago(
    found, age, before_a_release, otherwise, said
):
    lines, ends = judged(found, 7, "no network", age, required=True)
    assert (ends, judged(found, 7, "no network", age, required=False)[1]) == (before_a_release, otherwise)
    assert said in "\n".join(lines)
    assert bool(lines) == bool(said)


def test_the_term_is_the_one_the_policy_tells_and_the_day_of_renewal_is_known():
    policy = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert re.findall(r"(\d+) (?:天|days)", policy) == [str(TERM), str(TERM)]
    assert date(2026, 11, 26) <= renewed_on() <= date.today()
    assert "> requirements/renewed" in (ROOT / "tools/lock.sh").read_text(encoding="utf-8")
