"""督导演示: the points of this year read from a text as an officer would, confirmed into tasks that stand in every state, and two
months of returns. Inspections, rectification, assessment and debriefs of today stand in ``now.yaml``.

The text is invented, in the form such plans have; the facts are recognisable as invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from zhunsheng.assessment.consolidating import returns_of, tell
from zhunsheng.assessment.returns import RETURNS, period_ended
from zhunsheng.assessment.returns import raise_due as raise_returns
from zhunsheng.assessment.scoring import ASSESSMENT
from zhunsheng.cases.actions import link_cases, perform
from zhunsheng.cases.giving import give
from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import CaseScript, StepScript, replay
from zhunsheng.demonstration.places import City
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty, Officer
from zhunsheng.supervision.confirming import confirm
from zhunsheng.supervision.models import TASKS
from zhunsheng.supervision.planning import read_in, set_defaults

PLAN = Path(__file__).with_name("plan.txt")
NOTHING: Mapping[str, Any] = {}
WORDS: Mapping[str, Mapping[str, Any]] = {
    "report": {"progress": "已制定方案，正在组织实施（演示）"},
    "submit": {"progress": "已经完成（演示）", "evidence": "示演函〔示例〕1号"},
    "verify": {"opinion": "属实（演示）"},
    "give_back": {"opinion": "请补充通报文号（演示）"},
    "cancel": {"cancel_reason": "与另一项任务合并（演示）"},
}
IN_TIME = (
    ("take_up", "report", "submit", "verify"), ("take_up", "report"), ("take_up", "report", "submit"), ("take_up",),
    ("take_up", "submit", "give_back"), (),
)  # fmt: skip
"""How tasks go whose day is to come; what a unit has not taken up is only assigned."""
PAST = (IN_TIME[0], ("take_up_late", "report"), IN_TIME[0], (), ("take_up_late", "submit", "verify"))
"""How tasks went whose day is over: most in time, some late, some not at all."""
BY_OFFICE = frozenset({"verify", "give_back", "cancel", "accept"})
BY_HEAD = frozenset({"submit", "send"})


@dataclass(frozen=True)
class _Staff:
    """Who supervises, and who works and signs in the units; the last two do not sign in."""

    office: Officer
    clerk: Officer
    head: Officer

    def take(self, case: Case, action: str, on: date, today: date, values: Mapping[str, Any] = NOTHING) -> None:
        """A step by whoever takes it."""
        officer = self.office if action in BY_OFFICE else self.head if action in BY_HEAD else self.clerk
        perform(case.pk, action, on=on, officer=officer, values=values or WORDS.get(action, NOTHING), today=today)


def supervise(city: City, today: date) -> None:
    """The plan, its tasks and the returns of the last two months."""
    staff = _staff(city)
    past: list[Case] = []
    to_come: list[Case] = []
    for task in _divided(city, staff.office, today):
        (past if _due(task) < today else to_come).append(task)
    for tasks, courses in ((past, PAST), (to_come[:-1], IN_TIME)):
        for number, task in enumerate(tasks):
            _go(staff, task, courses[number % len(courses)], today)
    _go(staff, to_come[-1], ("cancel",), today)
    last_month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    _report(staff, last_month, today, waiting=1)
    _report(staff, today.replace(day=1), today, waiting=len(city.departments) // 2)


def give_list(city: City, today: date) -> None:
    """A list given as evidence: a task of the bureau of justice is proven by the contracts it reviews."""
    office = Officer.objects.get(username="lingdao")
    task = Case.objects.filter(system=TASKS, organ=city.justice, closed_on=None).earliest("pk")
    asked = {"organ": str(city.justice.pk), "f_kind": "agreement"}
    give(task.pk, "legality_review", asked, officer=office, access=access_of(office, today))


def tie_up(today: date) -> None:
    """The problem an inspection found is put right in its name, and the month before last was told to the level above, twice."""
    inspection = Case.objects.get(system="rule_of_law_inspection", state="rectifying")
    problem = Case.objects.get(system="assessment_rectification", fields__source="inspection")
    link_cases(inspection.pk, problem.pk)
    office = Officer.objects.get(username="lingdao")
    period = period_ended("month", (today.replace(day=1) - timedelta(days=1)).replace(day=1))
    cases = returns_of(access_of(office, today), period)
    for receiver in ("示例省法治工作机构（演示）", "示例省统计机构（演示）"):
        tell(inspection.organ, period, cases, receiver, office)


def score(city: City, opened_on: date, checked_on: date) -> None:
    """An indicator of ``now.yaml`` worked out by its formula from the tasks: confirmed by the units, taken over when checked."""
    values = {"year": checked_on.year, "indicator_code": "演示-04", "self_by": checked_on.isoformat()}
    steps = [
        StepScript("open", opened_on, values),
        StepScript("confirm_score", opened_on),
        StepScript("take_score", checked_on),
    ]
    scripts = [CaseScript(city.department(unit), steps) for unit in ("城市管理局", "交通运输局")]
    replay(ASSESSMENT, scripts, officers=city.officers)


def _staff(city: City) -> _Staff:
    clerk, head = Officer.objects.filter(pk__in=city.officers).order_by("pk")[:2]
    for officer, role in ((clerk, "unit"), (head, "unit_head")):
        for system in (TASKS, RETURNS):
            Duty.objects.create(
                officer=officer, organ=city.government, system=system, role=role, whole_tree=True,
                title="演示：代各单位填报", valid_from=date(2018, 1, 1),
            )  # fmt: skip
    return _Staff(Officer.objects.get(username="lingdao"), clerk, head)


def _divided(city: City, office: Officer, today: date) -> list[Case]:
    """The points of the year read, looked through and confirmed; gives the tasks."""
    issued_on = min(date(today.year, 1, 6), today)
    text = PLAN.read_text(encoding="utf-8").replace("{year}", str(today.year))
    plan = read_in(
        text, organ=city.government, officer=office, level="points", is_own=True, mark=f"要点{today.year}",
        name=PLAN.name, issued_on=issued_on,
    )  # fmt: skip
    set_defaults(plan, office, version=plan.version, lead="市司法局", due_on=date(today.year, 12, 31).isoformat())
    plan.refresh_from_db()
    confirm(plan, office, on=today, version=plan.version)
    return list(Case.objects.filter(system=TASKS, opened_on__gte=issued_on).order_by("pk"))


def _due(task: Case) -> date:
    return date.fromisoformat(task.fields["due_on"])


def _go(staff: _Staff, task: Case, course: tuple[str, ...], today: date) -> None:
    """The steps of a course, spread over the time there was for them; what is late was done since."""
    is_late, due_on = "take_up_late" in course, _due(task)
    first = due_on + timedelta(days=1) if is_late else task.opened_on
    last = today if is_late else min(due_on, today)
    for number, action in enumerate(course, 1):
        staff.take(task, action, first + (last - first) * number // (len(course) + 1), today)


def _report(staff: _Staff, raised_on: date, today: date, *, waiting: int) -> None:
    """The returns raised on a day: sent and accepted, the last ones not sent yet, one before them given back."""
    raise_returns(raised_on)
    cases = list(Case.objects.filter(system=RETURNS, opened_on=raised_on).order_by("pk"))
    on = min(raised_on + timedelta(days=9), today)
    for number, case in enumerate(cases[: len(cases) - waiting], 1):
        if case.fields.get("changes"):
            staff.take(case, "explain", on, today, {"difference": "业务量随季节变动（演示）"})
        staff.take(case, "send", on, today)
        if number == len(cases) - waiting:
            staff.take(case, "give_back", on, today, {"return_reason": "请补充典型做法（演示）"})
        elif number % 4:
            staff.take(case, "accept", on, today)
