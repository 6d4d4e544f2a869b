"""存疑: what a person should look at in a plan that was read: lost characters, numbers that jump, measures without a task, days
without a year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from zhunsheng.plans.cleaning import LOST, Doubt
from zhunsheng.plans.numbering import value_of
from zhunsheng.plans.outline import Measure, Plan

_DAY = re.compile(r"\d月|[上下]半年|季度[前内底末]|年底前|年内")


def doubts_of(plan: Plan, cleaned: Sequence[Doubt], *, whole: bool) -> list[Doubt]:
    """The doubts of the cleaning and those of the reading; ``whole``: not of a part alone."""
    return [*_of_measures(cleaned, plan, whole), *_of_numbers(plan), *_of_headings(plan), *_of_tasks(plan.measures)]


def _of_measures(cleaned: Sequence[Doubt], plan: Plan, whole: bool) -> Iterator[Doubt]:
    """The doubts of the cleaning, said of the measure where they lie in one; of a part alone those that lie in it."""
    for doubt in cleaned:
        place = int(doubt.where.strip("第行"))
        within = next((m for m in reversed(plan.measures) if m.line <= place and LOST in f"{m.title}{m.text}"), None)
        if within is not None and LOST in doubt.text:
            yield Doubt(f"{doubt.where}，措施{within.number}", doubt.text)
        elif whole:
            yield doubt


def _of_numbers(plan: Plan) -> Iterator[Doubt]:
    """No parts, or numbers that jump."""
    if not plan.parts and not plan.measures:
        yield Doubt("全文", "没有找到“一、”“第一条”“1.”这样的编号，请核对文件")
    elif not plan.parts:
        yield Doubt("全文", "没有找到“一、”这样编号的部分，措施按所见编号读出，请核对")
    yield from _jumps("部分", [part.number for part in plan.parts])
    for part in plan.parts:
        own = [heading.number for heading in plan.headings if heading.part == part.number]
        yield from _jumps(f"第{part.number}部分的标题", own)
    for number in [part.number for part in plan.parts] or [""]:
        own = [m.number.strip("第条（）、") for m in plan.measures if m.part == number and not m.of_heading]
        yield from _jumps(f"第{number}部分的措施" if number else "措施", own)


def _jumps(name: str, numbers: Sequence[str]) -> Iterator[Doubt]:
    """Numbers go on by one, or begin anew under another heading."""
    for before, after in pairwise(filter(None, map(value_of, numbers))):
        if after not in (before + 1, 1):
            yield Doubt(name, f"编号从 {before} 到 {after}，可能漏读或者原文缺号")


def _of_headings(plan: Plan) -> Iterator[Doubt]:
    for heading in plan.headings:
        own = [m for m in plan.measures if (m.part, m.heading) == (heading.part, heading.number)]
        if heading.text and any(not measure.of_heading for measure in own):
            yield Doubt(f"标题（{heading.number}）{heading.title}", "标题下有引导语，未列为措施；其中有任务的请补上")


def _of_tasks(measures: Sequence[Measure]) -> Iterator[Doubt]:
    for measure in measures:
        where = f"措施{measure.number} {measure.title}"
        if not measure.tasks:
            yield Doubt(where, "没有读出任务，请核对")
        for task in measure.tasks:
            if task.due and not task.due_on and _DAY.search(task.due) and "每" not in task.due:
                yield Doubt(where, f"期限没有写年份，请补上：{task.due}")
