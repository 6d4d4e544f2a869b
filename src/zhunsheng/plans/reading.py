"""读规划: an official plan read from its text: its numbered structure, its measures and the tasks inside them.

A heading that has text of its own and no numbered measures is a measure itself (the guarantees of most plans), and so is a
part of a plan that goes no deeper; a row of a table of responsibilities is one too, or says more of one read before.
"""

from __future__ import annotations

from zhunsheng.plans.cleaning import clean
from zhunsheng.plans.doubts import doubts_of
from zhunsheng.plans.filing import Filing
from zhunsheng.plans.numbering import mark_of, roles_in, with_plain_numbers
from zhunsheng.plans.outline import Measure, Plan
from zhunsheng.plans.tasks import Task, tasks_of
from zhunsheng.plans.titles import one_year, title_of
from zhunsheng.plans.wrapping import unwrapped, with_numbers_begun


def read_plan(source: str, part: str = "") -> Plan:
    """A plan read from its text. ``part``: only the parts whose number or title has this in it (the plan for the next year
    in a report)."""
    lines, lost = clean("\n".join(with_plain_numbers(list(unwrapped(with_numbers_begun(source).splitlines())))))
    plan = Plan(title_of(lines))
    plan.year = one_year(plan.title)
    filing = Filing(plan, roles_in(mark.kind for line in lines if (mark := mark_of(line.text))))
    for line in lines:
        filing.take(line)
    filing.finish()
    if part:
        _keep(plan, part)
        plan.year = one_year(plan.parts[0].title) if plan.parts else None
    for measure in plan.measures:
        measure.tasks = list(tasks_of(measure.title, measure.text, plan.year, measure.stated)) or _whole(measure)
    # A part of plain text in which nothing is asked of anybody is no measure, nor is a word an annex explains.
    plan.measures = [
        m for m in plan.measures if m.tasks or not (m.number.endswith("、") or (plan.parts and not m.part))
    ]
    plan.doubts = doubts_of(plan, lost, whole=not part)
    return plan


def _keep(plan: Plan, part: str) -> None:
    kept = {p.number for p in plan.parts if part == p.number or part in p.title}
    plan.parts = [p for p in plan.parts if p.number in kept]
    plan.headings = [h for h in plan.headings if h.part in kept]
    plan.measures = [m for m in plan.measures if m.part in kept]


def _whole(measure: Measure) -> list[Task]:
    """A measure for which somebody is named asks for something, whatever its words."""
    if not measure.stated:
        return []
    return [Task((measure.text or measure.title).strip("。")).under(measure.stated)]
