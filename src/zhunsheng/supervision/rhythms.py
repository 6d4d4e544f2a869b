"""常态化任务: duties that come again raise their own tasks, one for each unit and turn, and never twice.

The list says in which rhythm and for whom; the worker asks once an hour what is due. A turn that has begun is raised, one
that is over is not raised any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import CaseScript, StepScript, replay
from zhunsheng.kernel.reckoning import add_months
from zhunsheng.orgs.models import Organ
from zhunsheng.registers.models import Entry, Revision
from zhunsheng.registers.reading import entries_on
from zhunsheng.supervision.models import TASKS
from zhunsheng.supervision.naming import level_of, organs_below, organs_named

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12, "two_years": 24, "three_years": 36, "five_years": 60}


class Turn(NamedTuple):
    """One turn of a rhythm, both days within."""

    first: date
    last: date


def turn_of(rhythm: str, starts_on: date, on: date) -> Turn:
    """The turn a day lies in; rhythms of several years count from the year they start in."""
    months = MONTHS[rhythm]
    since = date(starts_on.year, 1, 1)
    passed = (on.year - since.year) * 12 + on.month - 1
    first = add_months(since, passed // months * months)
    return Turn(first, add_months(first, months) - timedelta(days=1))


@transaction.atomic
def raise_due(on: date) -> int:
    """Raise what is due of all recurring duties; gives how many tasks. Asked again it raises nothing more."""
    # Whoever comes at the same time waits here, and then finds the tasks raised.
    list(Entry.objects.select_for_update().filter(register=TASKS).order_by("pk").values_list("pk", flat=True))
    wanted = list(_wanted(on))
    if not wanted:
        return 0
    names = {script.steps[0].values["rhythm"] for script in wanted}
    mark = Coalesce(KeyTextTransform("rhythm", "fields"), Value(""), output_field=TextField())
    since = min(script.steps[0].values["period_from"] for script in wanted)
    rows = Case.objects.filter(system=TASKS, opened_on__gte=since, voided_on=None)
    rows = rows.annotate(mark=mark).filter(mark__in=names)
    there = set(rows.values_list("mark", "organ_id"))
    scripts = [s for s in wanted if (s.steps[0].values["rhythm"], s.organ.pk) not in there]
    return replay(TASKS, scripts, today=on).cases if scripts else 0


def _wanted(on: date) -> Iterator[CaseScript]:
    """A task for each unit of each duty in force on the day; one query for the list, and one for each organ that keeps it."""
    trees: dict[int, list[Organ]] = {}
    for row in entries_on(TASKS, access=None, true_on=on):
        root = _root(row.entry.organ)
        if root.pk not in trees:
            trees[root.pk] = organs_below(root, on)
        yield from _scripts(row, trees[root.pk], on)


def _root(organ: Organ) -> Organ:
    """The organ under which the units of a list are looked for: the one it belongs to, where it is no government itself."""
    return organ.parent if organ.kind != "government" and organ.parent is not None else organ


def _scripts(row: Revision, among: list[Organ], on: date) -> Iterator[CaseScript]:
    told: Mapping[str, Any] = row.values
    starts = date.fromisoformat(told["starts_on"]) if told.get("starts_on") else row.valid_from
    if starts > on or told.get("rhythm") not in MONTHS:
        return
    turn = turn_of(str(told["rhythm"]), starts, on)
    due_on = max(on, turn.last - timedelta(days=int(told.get("days_before") or 0)))
    copied = ("evidence_wanted", "figure", "wanted", "measure_code")
    for organ in organs_named(str(told["units"]), among).organs:
        values = {
            "year": turn.last.year, "task_no": row.entry.key, "task": f"{told['duty']}（{turn_words(turn)}）",
            "duty": "lead", "level": level_of(organ), "requirement": told["requirement"], "due_on": due_on.isoformat(),
            "period_from": turn.first.isoformat(), "period_to": turn.last.isoformat(),
            "rhythm": f"{row.entry_id}@{turn.first.isoformat()}", **{name: told[name] for name in copied if told.get(name)},
        }  # fmt: skip
        yield CaseScript(organ, [StepScript("assign", on, values)], f"{row.entry.key} {organ.name}")


def turn_words(turn: Turn) -> str:
    """A turn as papers name it: 2026年3月, 2026年第一季度, 2026年上半年, 2026年, 2026—2027年."""
    first, last = turn
    if first.year != last.year:
        return f"{first.year}—{last.year}年"
    months = last.month - first.month + 1
    if months == 1:
        return f"{first.year}年{first.month}月"
    if months == 3:
        return f"{first.year}年第{'一二三四'[first.month // 3]}季度"
    return f"{first.year}年{'' if months == 12 else '上半年' if first.month == 1 else '下半年'}"
