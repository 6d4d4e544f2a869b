"""表扬和问责: what followed for whom from inspections, urging orders, checks and reviews: praise, criticism, talks, responsibility.

A line is a step somebody took on a case; which steps these are and where they say of whom and why stands here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Q

from zhunsheng.cases.models import Case, Event
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access

KINDS = {
    "praise": Words("表扬激励", "Praise"), "talk": Words("约谈", "Talks"), "criticism": Words("通报批评", "Criticism"),
    "responsibility": Words("追究责任", "Accountability"), "transfer": Words("移送线索", "Clues handed over"),
}  # fmt: skip


class Step(NamedTuple):
    """A step with a consequence: its kind, or by which field it is one; the field that says of whom (empty: the organ of the
    case), and the one that says why."""

    system: str
    action: str
    kind: str | tuple[str, Mapping[str, str]]
    whom: str
    why: str


_USES = {"praise": "praise", "incentive": "praise", "criticism": "criticism", "accountability": "responsibility"}
STEPS = (
    Step("rule_of_law_inspection", "commend", "praise", "unit", "praise"),
    Step("rule_of_law_inspection", "transfer", "transfer", "unit", "clue"),
    Step("government_inspection", "use_result", ("use_kind", _USES), "use_object", "use_reason"),
    Step("government_inspection", "hand_over_clue", "transfer", "object", "clue"),
    Step("supervision_platform", "talk", "talk", "", "matter"),
    Step("supervision_platform", "criticise", "criticism", "", "criticism"),
    Step("normdoc_interview", "hold", "talk", "unit", "facts"),
    Step("decision_accountability", "hold_responsible", "responsibility", "", "matter"),
    Step("enforcement_responsibility", "sanction", "responsibility", "unit", "fault"),
)
_STEPS = {(step.system, step.action): step for step in STEPS}


@dataclass(frozen=True)
class Consequence:
    """What followed for somebody, from which case, on which day."""

    case: Case
    on: date
    kind: str
    whom: str
    why: str

    @property
    def name(self) -> Words:
        return KINDS[self.kind]


def consequences_of(access: Access, year: int) -> list[Consequence]:
    """What followed in a year, of the cases an officer may see, the newest first. One query."""
    cases = Case.visible.to(access).filter(system__in={step.system for step in STEPS}, voided_on=None).order_by()
    wanted = reduce(or_, (Q(case__system=step.system, action=step.action) for step in STEPS))
    events = Event.objects.filter(wanted, case__in=cases, on__range=(date(year, 1, 1), date(year, 12, 31)))
    found = [_read(event) for event in events.select_related("case__organ").order_by("-on", "-pk")]
    return [one for one in found if one is not None]


def _read(event: Event) -> Consequence | None:
    """A step as it was taken; what the step does not say itself its case does. None where it has no consequence."""
    case, step = event.case, _STEPS[event.case.system, event.action]
    told = {**case.fields, **event.values}
    kind = step.kind if isinstance(step.kind, str) else step.kind[1].get(str(told.get(step.kind[0])), "")
    whom = str(told.get(step.whom) or "") if step.whom else case.organ.name
    return Consequence(case, event.on, kind, whom, str(told.get(step.why) or "")) if kind else None


def by_whom(found: Sequence[Consequence]) -> dict[str, Counter[str]]:
    """Whoever it concerns -> how often each kind; whom it concerns most often first."""
    counted: dict[str, Counter[str]] = {}
    for one in found:
        counted.setdefault(one.whom, Counter())[one.kind] += 1
    return dict(sorted(counted.items(), key=lambda item: -item[1].total()))
