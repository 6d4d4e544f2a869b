"""核对规划: a plan read into a proposal, and what an officer makes of it before anything follows from it.

A proposal holds the measures with their text, and in each the tasks as they will be raised: what, who leads, who cooperates,
by when or in which rhythm, by which stages, to what standard, proven by what. ``at`` is where a task stands in the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhunsheng.kernel.words import BilingualError
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.plans.cleaning import Doubt
from zhunsheng.plans.outline import Measure, Plan
from zhunsheng.plans.reading import read_plan
from zhunsheng.plans.tasks import Task
from zhunsheng.security.audit import changed, record
from zhunsheng.supervision.milestones import with_milestones
from zhunsheng.supervision.models import MEASURES, POINTS, TASKS, PlanLevel, PlanText
from zhunsheng.supervision.naming import organs_below, organs_named

OFFICE = frozenset({"office"})
TASK_FIELDS = ("text", "lead", "joint", "due_on", "rhythm", "milestones", "standard", "evidence", "figure", "wanted")
RHYTHMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"每(?:1|一)?个?月|按月"), "month"),
    (re.compile(r"每(?:1|一)?个?季度?|按季"), "quarter"),
    (re.compile(r"每半年|上、?下半年"), "half_year"),
    (re.compile(r"每(?:2|二|两)年"), "two_years"),
    (re.compile(r"每(?:3|三)年"), "three_years"),
    (re.compile(r"每(?:5|五)年"), "five_years"),
    (re.compile(r"每人每年|每年|全年|年度"), "year"),
)


class PlanRefused(BilingualError):
    """What cannot be done with a plan, in words."""


def may_plan(access: Access, path: str) -> bool:
    """Whether the officer makes plans for an organ: he assigns its tasks."""
    return bool(access.roles(TASKS, path, OFFICE))


@transaction.atomic
def read_in(
    text: str, *, organ: Organ, officer: Officer, level: str, is_own: bool, mark: str, part: str = "", name: str = "",
    issued_on: date | None = None,
) -> PlanText:  # fmt: skip
    """Read a plan and keep what was read for an officer to look through. Raises ``PlanRefused``."""
    plan = read_plan(text, part)
    if not plan.measures:
        raise PlanRefused(
            "没有读出措施：正文里没有“一、”“（一）”“1.”“第一条”这样的编号，也没有任务分工表；请核对文件，或者只粘贴正文",
            "no measure was read: there are no numbers such as 一、（一）1. and no table of responsibilities",
        )
    system = POINTS if level == PlanLevel.POINTS else MEASURES
    row = PlanText.objects.create(
        system=system, organ=organ, path=organ.path, title=(plan.title or name)[:200], mark=mark, level=level,
        is_own=is_own, year=plan.year, issued_on=issued_on or timezone.localdate(), source=text, source_name=name[:200], proposal=proposal_of(plan, organs_below(organ, timezone.localdate())), officer=officer,
    )  # fmt: skip
    record("plan.read", f"plan:{row.pk}", officer.pk, measures=len(plan.measures))
    return row


def proposal_of(plan: Plan, among: Sequence[Organ]) -> dict[str, Any]:
    """A plan as it was read, for an officer to look through. Whom a sentence names leads where he is one of these organs."""
    parts = {part.number: part.title for part in plan.parts}
    headings = {(heading.part, heading.number): heading.title for heading in plan.headings}
    measures = [
        {
            "number": measure.number, "title": measure.title, "text": measure.text,
            "place": headings.get((measure.part, measure.heading)) or parts.get(measure.part, ""),
            "code": code, "upper": "", "lead": "", "due_on": "", "checked": False, "kept": True,
            "tasks": _proposed(measure, among), "doubts": [doubt.text for doubt in plan.doubts if _is_about(doubt, measure)],
        }
        for measure, code in zip(plan.measures, _codes(plan.measures), strict=True)
    ]  # fmt: skip
    told = {doubt for measure in plan.measures for doubt in plan.doubts if _is_about(doubt, measure)}
    return {
        "measures": measures,
        "doubts": [[doubt.where, doubt.text] for doubt in plan.doubts if doubt not in told],
        "lead": "", "due_on": "",
    }  # fmt: skip


def _codes(measures: Sequence[Measure]) -> list[str]:
    """A number for each measure that no other has: its part and its own, and its heading where numbers begin anew under
    each; what is still the same is counted."""
    found: list[str] = []
    plain = [_code(measure, with_heading=False) for measure in measures]
    for measure, code in zip(measures, plain, strict=True):
        own = _code(measure, with_heading=True) if plain.count(code) > 1 else code
        found.append(own if own not in found else f"{own}-{sum(one.startswith(own) for one in found) + 1}")
    return found


def _code(measure: Measure, *, with_heading: bool) -> str:
    number = measure.number.strip("（）、")
    if measure.number.endswith("、") and measure.part == number:
        return number  # the part is the measure
    heading = measure.heading if with_heading and not measure.of_heading else ""
    return "-".join(one for one in (measure.part, heading, number) if one)


def _is_about(doubt: Doubt, measure: Measure) -> bool:
    """Whether a doubt is about this measure: it names it, or a line of it."""
    if line := re.match(r"第(\d+)行", doubt.where):
        return measure.line <= int(line[1]) <= max(measure.last, measure.line) and "措施" in doubt.where
    return doubt.where == f"措施{measure.number} {measure.title}"


def _proposed(measure: Measure, among: Sequence[Organ]) -> list[dict[str, Any]]:
    whole, cursor, tasks = measure.text or measure.title, 0, []
    for task in measure.tasks:
        place = _place(task, whole, cursor)
        cursor = place[1] if place else cursor
        named = [name for name in task.organs if name not in (*task.lead, *task.joint)]
        lead = task.lead or tuple(name for name in named if organs_named(name, among).organs)
        tasks.append(
            {
                "text": task.text, "at": place, "due": task.due, "due_on": task.due_on, "rhythm": rhythm_in(task.due),
                "lead": "、".join(lead), "joint": "、".join(task.joint),
                "named": "、".join(name for name in named if name not in lead), "standard": measure.standard, "evidence": "",
                "figure": "", "wanted": "", "milestones": "", "taken": True,
            }
        )  # fmt: skip
    return with_milestones(tasks, whole)


def _place(task: Task, whole: str, cursor: int) -> list[int] | None:
    """Where a task stands in its measure; its first clause where the text between was put together."""
    for words in (task.text, task.text.partition("，")[0]):
        start = whole.find(words, cursor)
        if start >= 0:
            return [start, start + len(words)]
    return None


def rhythm_in(due: str) -> str:
    """The rhythm the words of a deadline speak of; empty where they speak of a day."""
    return next((rhythm for pattern, rhythm in RHYTHMS if pattern.search(due)), "")


@transaction.atomic
def correct(
    plan: PlanText, number: int, officer: Officer, *, version: int, tasks: Sequence[Mapping[str, Any]], upper: str = "",
    kept: bool = True, title: str = "", lead: str = "", due_on: str = "",
) -> None:  # fmt: skip
    """Keep what an officer made of one measure; ``lead`` and ``due_on`` stand for its tasks that have none. Raises ``PlanRefused`` where somebody else changed the plan meanwhile."""
    row = _changeable(plan, version)
    measure = row.proposal["measures"][number]
    before = measure["tasks"]
    measure["tasks"] = [
        {**(before[place] if place < len(before) else {"at": None, "due": ""}), **told}
        for place, told in enumerate(tasks)
    ]
    measure |= {
        "upper": upper,
        "lead": lead,
        "due_on": due_on,
        "kept": kept,
        "checked": True,
        "title": title or measure["title"],
    }
    _keep(row, officer, measure=measure["code"])


@transaction.atomic
def set_defaults(plan: PlanText, officer: Officer, *, version: int, lead: str, due_on: str) -> None:
    """Who leads and by when where the plan does not say."""
    row = _changeable(plan, version)
    row.proposal |= {"lead": lead, "due_on": due_on}
    _keep(row, officer)


@transaction.atomic
def void(plan: PlanText, officer: Officer) -> None:
    """作废: a plan that was read and not confirmed; what is confirmed stays. Raises ``PlanRefused``."""
    row = PlanText.objects.select_for_update().get(pk=plan.pk)
    if row.confirmed_at is not None:
        raise PlanRefused("这个规划已经确认，任务已经分解", "the plan was confirmed and its tasks were raised")
    row.voided_at = timezone.now()
    row.save(update_fields=["voided_at"])
    record("plan.void", f"plan:{row.pk}", officer.pk, **changed(row))


def _changeable(plan: PlanText, version: int) -> PlanText:
    row = PlanText.objects.select_for_update().get(pk=plan.pk)
    if row.confirmed_at is not None:
        raise PlanRefused("这个规划已经确认，任务已经分解", "the plan was confirmed and its tasks were raised")
    if row.version != version or row.voided_at is not None:
        raise PlanRefused(
            "您打开页面以后别人改过这个规划，请核对后再保存",
            "somebody changed the plan since you opened the page; look again before saving",
        )
    row.proposal = deepcopy(row.proposal)  # what was read stays, for the audit trail
    return row


def _keep(row: PlanText, officer: Officer, **told: Any) -> None:
    row.version += 1
    row.save(update_fields=["proposal", "version"])
    record("plan.correct", f"plan:{row.pk}", officer.pk, **changed(row), **told)
