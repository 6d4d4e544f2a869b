"""阶段目标: the stages of a task, read from what a plan puts into one sentence (6月底前…，9月底前…，年底前…), and written one to a line.

The last day of such a sentence is that of the task, the days before it are its milestones. They are proposed; an officer
confirms them with the plan.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from zhunsheng.kernel.words import Words
from zhunsheng.typed import typed_day

FEWEST_DAYS = 2
"""Days a sentence names at least where its clauses are stages of one task."""
_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})[\s　：:，,]*(.+)")
_BETWEEN = re.compile(r"[，,、\s]*")


class Milestone(NamedTuple):
    """What is to be reached, and by when."""

    due_on: date
    words: str


def with_milestones(tasks: Sequence[Mapping[str, Any]], whole: str) -> list[dict[str, Any]]:
    """The proposed tasks of a measure, those that are stages of one put together. ``whole``: the text they stand in."""
    found: list[dict[str, Any]] = []
    run: list[Mapping[str, Any]] = []
    for task in tasks:
        if run and not _goes_on(run, task, whole):
            found += _together(run, whole)
            run = []
        run.append(task)
    return [*found, *_together(run, whole)]


def _goes_on(run: Sequence[Mapping[str, Any]], task: Mapping[str, Any], whole: str) -> bool:
    """Whether a task is the next stage of those before it: in the same sentence, for the same organs, begun with a later day."""
    last = run[-1]
    if not (last["at"] and task["at"] and task["due_on"] and task["text"].startswith(task["due"])):
        return False
    if last["rhythm"] or task["rhythm"] or (last["due"] and not last["due_on"]):
        return False
    return (
        _BETWEEN.fullmatch(whole[last["at"][1] : task["at"][0]]) is not None
        and all(last[name] == task[name] for name in ("lead", "joint"))
        and last["due_on"] < task["due_on"]
    )


def _together(run: Sequence[Mapping[str, Any]], whole: str) -> list[dict[str, Any]]:
    dated = [task for task in run if task["due_on"]]
    if len(dated) < FEWEST_DAYS:
        return [dict(task) for task in run]
    start, end = run[0]["at"][0], run[-1]["at"][1]
    lines = [f"{task['due_on']} {_without_day(task)}" for task in dated[:-1]]
    return [
        {
            **run[0], "text": whole[start:end], "at": [start, end], "due": "、".join(task["due"] for task in dated),
            "due_on": dated[-1]["due_on"], "milestones": "\n".join(lines),
        }
    ]  # fmt: skip


def _without_day(task: Mapping[str, Any]) -> str:
    return str(task["text"]).removeprefix(task["due"]).strip("，, ") or str(task["text"])


def milestones_in(text: str) -> tuple[list[Milestone], list[Words]]:
    """The milestones written one to a line, a day before each, and what is wrong with the lines."""
    found: list[Milestone] = []
    problems = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        told = _LINE.fullmatch(line)
        day = typed_day(told[1]) if told else None
        if told is None or day is None:
            problems.append(
                Words(
                    f"阶段目标「{line[:20]}」要先写日期，例如 2026-06-30 公布清单",
                    f"begin the milestone “{line[:20]}” with its day, such as 2026-06-30 publish the list",
                )
            )
        else:
            found.append(Milestone(day, told[2].strip()))
    return sorted(found), problems


def problems_of(milestones: Sequence[Milestone], issued_on: date, due_on: date | None) -> list[Words]:
    """Milestones that lie before the plan or not before the day of the task; a task that comes again has none."""
    if milestones and due_on is None:
        return [Words("定期任务不设阶段目标", "a task that comes again has no milestones")]
    return [
        Words(
            f"阶段目标「{one.words[:20]}」的日期 {one.due_on} 应在印发日期 {issued_on} 以后、完成期限 {due_on} 以前",
            f"the day {one.due_on} of the milestone “{one.words[:20]}” must lie between {issued_on} and {due_on}",
        )
        for one in milestones if due_on is not None and not issued_on <= one.due_on < due_on
    ]  # fmt: skip


def lines_of(milestones: Sequence[Milestone]) -> str:
    """The same as they are written."""
    return "\n".join(f"{one.due_on.isoformat()} {one.words}" for one in milestones)
