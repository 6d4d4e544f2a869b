"""What of a file is on its way to the public when the file is destroyed (随案销毁): copies go with it; one that stands public has
to be withdrawn first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zhunsheng.kernel.words import Words
from zhunsheng.releases.finding import RELEASED
from zhunsheng.releases.models import Release, State
from zhunsheng.retention.parts import Part
from zhunsheng.search.keeping import keep_instead


def clear(case: int) -> int:
    """Delete the copies made of a case, and what they are found by."""
    rows = Release.objects.filter(case=case)
    keep_instead((RELEASED,), list(rows.values_list("pk", flat=True)), [])
    return rows.delete()[0]


def hindered(cases: Sequence[int]) -> Iterable[tuple[int, Words]]:
    """Cases of which something stands public."""
    for case in Release.objects.filter(case__in=cases, state=State.PUBLISHED).values_list("case", flat=True):
        yield case, Words("有文书正在公开，须先撤回", "a paper of it stands public and has to be withdrawn first")


PART = Part("release", clear, hindered)
