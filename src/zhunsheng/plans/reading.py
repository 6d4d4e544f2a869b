"""读规划: the numbered structure of an official plan (一、（一）1.（1）), its measures and the tasks inside them.

A heading that has text of its own and no numbered measures is a measure itself (the guarantees of most plans).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from zhunsheng.plans.cleaning import LOST, Doubt, Line, clean
from zhunsheng.plans.tasks import Task, tasks_of

_NUMBERS = "一二三四五六七八九十百"
_PART = re.compile(rf"^([{_NUMBERS}]{{1,4}})、\s*(.+)$")
_HEADING = re.compile(rf"^（([{_NUMBERS}]{{1,4}})）\s*(.+)$")
_MEASURE = re.compile(r"^(\d{1,3})[.．、]\s*(?!\d)(.+)$")
_ITEM = re.compile(r"^（(\d{1,3})）\s*(.+)$")
_REMARK = re.compile(r"^（[^（）]{1,20}）$|^(解读文章|附件|相关链接|分享到)")
LONGEST_TITLE = 40
"""A first sentence that is longer is no title."""


@dataclass(slots=True)
class Part:
    """一、 a part of the plan; ``text`` is what stands in it before its first heading."""

    number: str
    title: str
    text: str = ""


@dataclass(slots=True)
class Heading:
    """（一） a heading of a part."""

    part: str
    number: str
    title: str


@dataclass(slots=True)
class Measure:
    """One measure with the tasks in it; ``number`` is its own, or that of the heading it is the text of."""

    part: str
    heading: str
    number: str
    title: str
    text: str = ""
    line: int = 0
    tasks: list[Task] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """What was read from a plan."""

    title: str = ""
    parts: list[Part] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def read_plan(source: str, part: str = "") -> Plan:
    """A plan read from its text. ``part``: only the parts whose number or title has this in it (the plan for the next year
    in a report)."""
    lines, doubts = clean(source)
    plan = Plan(_title(lines))
    reader = _Reader(plan)
    for line in lines:
        reader.take(line)
    reader.finish()
    if part:
        _keep(plan, part)
    for measure in plan.measures:
        measure.tasks = list(tasks_of(measure.title, measure.text))
    plan.doubts = [*_of_parts(doubts, plan, part), *_doubts(plan)]
    return plan


class _Reader:
    """Takes the lines of a plan one by one and puts each where it belongs."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.open: Part | Measure | None = None

    def take(self, line: Line) -> None:
        plan, text = self.plan, line.text
        if found := _PART.match(text):
            title, rest = _split(found[2])
            self.open = Part(found[1], title, rest)
            plan.parts.append(self.open)
        elif (found := _HEADING.match(text)) and plan.parts:
            title, rest = _split(found[2])
            part = plan.parts[-1].number
            plan.headings.append(Heading(part, found[1], title))
            self.open = Measure(part, found[1], f"（{found[1]}）", title, rest, line.number)
            plan.measures.append(self.open)
        elif (found := _MEASURE.match(text)) and plan.parts:
            title, rest = _split(found[2])
            part = plan.parts[-1].number
            own = plan.headings[-1].number if plan.headings and plan.headings[-1].part == part else ""
            self.open = Measure(part, own, found[1], title, rest, line.number)
            plan.measures.append(self.open)
        elif self.open is not None and not _REMARK.match(text):
            item = _ITEM.match(text)
            self.open.text = f"{self.open.text}{item[2] if item else text}"

    def finish(self) -> None:
        """Headings without text of their own are no measures."""
        self.plan.measures = [m for m in self.plan.measures if m.text or not m.number.startswith("（")]


def _split(text: str) -> tuple[str, str]:
    """The title and what follows it in the same line: up to the first full stop. A long first sentence is text; what stands
    before its first comma names it."""
    title, stop, rest = text.partition("。")
    if len(title) > LONGEST_TITLE:
        return title.partition("，")[0][:LONGEST_TITLE], text
    return title.strip(), rest.strip() if stop else ""


def _title(lines: Sequence[Line]) -> str:
    """The last line before the first part that reads like the title of a plan."""
    named = ""
    for line in lines:
        if _PART.match(line.text):
            break
        if len(line.text) <= 60 and re.search(r"(方案|规划|纲要|计划|要点|报告)(（[^）]*）)*$", line.text):
            named = line.text.partition("：")[2].strip("《》") or line.text
    return re.sub(r"^(?:名\s*称|标\s*题)\s+", "", named)


def _keep(plan: Plan, part: str) -> None:
    kept = {p.number for p in plan.parts if part == p.number or part in p.title}
    plan.parts = [p for p in plan.parts if p.number in kept]
    plan.headings = [h for h in plan.headings if h.part in kept]
    plan.measures = [m for m in plan.measures if m.part in kept]


def _of_parts(doubts: Sequence[Doubt], plan: Plan, part: str) -> Iterator[Doubt]:
    """The doubts of the cleaning, said of the measure where they lie in one; of a part alone those that lie in it."""
    for doubt in doubts:
        place = int(doubt.where.strip("第行"))
        within = next((m for m in reversed(plan.measures) if m.line <= place and LOST in f"{m.title}{m.text}"), None)
        if within is not None and LOST in doubt.text:
            yield Doubt(f"{doubt.where}，措施{within.number}", doubt.text)
        elif not part:
            yield doubt


def _doubts(plan: Plan) -> Iterator[Doubt]:
    """What a person should look at: numbers that jump, measures in which no task was found, no parts at all."""
    if not plan.parts:
        yield Doubt("全文", "没有找到“一、”这样编号的部分，请核对文件")
    for name, numbers in (("部分", [p.number for p in plan.parts]), *_headings_by_part(plan)):
        yield from _jumps(name, [_value(number) for number in numbers])
    for part in plan.parts:
        counted = [int(m.number) for m in plan.measures if m.part == part.number and m.number.isdecimal()]
        restart = any(after == 1 for _before, after in pairwise(counted))
        if not restart:
            yield from _jumps(f"第{part.number}部分的措施", counted)
    yield from (Doubt(f"措施{m.number} {m.title}", "没有读出任务，请核对") for m in plan.measures if not m.tasks)


def _headings_by_part(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    for part in plan.parts:
        yield f"第{part.number}部分的标题", [h.number for h in plan.headings if h.part == part.number]


def _jumps(name: str, numbers: Sequence[int]) -> Iterator[Doubt]:
    for before, after in pairwise(numbers):
        if after != before + 1:
            yield Doubt(name, f"编号从 {before} 到 {after}，可能漏读或者原文缺号")


def _value(number: str) -> int:
    """A Chinese ordinal up to ninety-nine."""
    tens, ten, ones = number.rpartition("十") if "十" in number else ("", "", number)
    digit = {c: n for n, c in enumerate("一二三四五六七八九", 1)}
    return (digit.get(tens, 1) * 10 if ten else 0) + digit.get(ones, 0)
