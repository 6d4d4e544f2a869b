"""Plans of a province, a city, a department and a town, read as somebody read them by hand: beside each text stand its measures
(``# number title``) with their tasks (``- task | due | day | organs``)."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhunsheng.plans.reading import read_plan
from zhunsheng.plans.sources import text_of

TEXTS = Path(__file__).parent / "invented" / "by_hand"


def _by_hand(path: Path) -> list[tuple[str, str, list[tuple[str, ...]]]]:
    measures: list[tuple[str, str, list[tuple[str, ...]]]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            number, _, title = line[2:].partition(" ")
            measures.append((number, title, []))
        else:
            told = [part.strip() for part in line.removeprefix("- ").split("|")]
            measures[-1][2].append((*told, "")[:4])
    return measures


@pytest.mark.parametrize("name", ["province", "city", "department", "town"])
def test_a_plan_is_read_as_by_hand(name):
    read = [
        (m.number, m.title, [(t.text, t.due, t.due_on, "、".join(t.organs)) for t in m.tasks])
        for m in read_plan(text_of(TEXTS / f"{name}.txt")).measures
    ]
    by_hand = _by_hand(TEXTS / f"{name}.tasks")
    assert [number for number, _title, _tasks in read] == [number for number, _title, _tasks in by_hand]
    for (number, title, tasks), (_number, wanted_title, wanted) in zip(read, by_hand, strict=True):
        assert wanted_title in ("", title)
        assert tasks == wanted, number
