"""The legislation of the demonstration year: two local regulations and one rule of the government, from the yearly plan and the
public consultation to the executive meeting that passed each (see ``meetings``), and after it to publication or adoption.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from zhunsheng.cases.actions import link_cases, open_case, perform
from zhunsheng.cases.replay import CaseScript, StepScript
from zhunsheng.demonstration.places import City
from zhunsheng.demonstration.telling import Days, Told, tell
from zhunsheng.orgs.models import Officer
from zhunsheng.registers.actions import apply_entry_change


class Project(NamedTuple):
    """A line of the yearly plan."""

    code: str
    title: str
    kind: str
    by: str


PROJECTS = (
    Project("2020-法-01", "平顶山市城市公共汽车客运条例", "regulation", "交通运输局"),
    Project("2020-法-02", "平顶山市河道保护条例", "regulation", "水利局"),
    Project("2020-规-01", "平顶山市河道采砂管理办法", "rule", "水利局"),
)
MATTERS = {"rule": "government_rule", "regulation": "other"}
"""What a project is for the executive meeting."""
LISTED = date(2020, 1, 6)
HEAD = frozenset({"publish", "submit_to_congress"})
"""What the head of the government does; the clerk of the justice bureau does the rest."""


class Deliberated(NamedTuple):
    """A case that waits for a meeting: its title, what kind of matter it is there, and its steps from that day on."""

    case: int
    title: str
    matter: str
    steps: Sequence[StepScript]


def list_in_plan(city: City) -> None:
    """The three projects in the plan of the year."""
    for project in PROJECTS:
        values = {
            "project_code": project.code, "project_title": project.title, "project_kind": project.kind, "plan_year": 2020,
            "drafting_unit": city.department(project.by).name, "finish_by": "2020-11-30", "origin": "plan", "progress": "planned",
        }  # fmt: skip
        apply_entry_change("legislation_plan", city.government, "add", project.code, values, LISTED)


def propose(city: City, meetings: Sequence[date]) -> list[tuple[date, Deliberated]]:
    """Take each project as far as the meeting it is put to; gives the day of that meeting."""
    days = Days(2020, "legislation")
    clerk = Officer.objects.get(username="chengban")
    found = []
    for number, project in enumerate(PROJECTS):
        consulted = _consulted(city, project, days, number, clerk)
        proposed = days.working[70 + 3 * number]
        deliberated = next(day for day in meetings if day >= proposed)
        steps = _script(city, project, days, number, proposed, deliberated).steps
        passed = next(place for place, step in enumerate(steps) if step.action == "pass")
        first = steps[0]
        case = open_case(
            "legislation_project", first.action, organ=city.government, on=first.on, officer=clerk, values=first.values
        )
        link_cases(case.pk, consulted, officer=clerk)
        for step in steps[1:passed]:
            perform(case.pk, step.action, on=step.on, officer=clerk, values=step.values)
        found.append(
            (deliberated, Deliberated(case.pk, f"{project.title}（草案）", MATTERS[project.kind], steps[passed:]))
        )
    return found


def go_on(waiting: Deliberated) -> None:
    """Take a project that was passed to its end; the meeting names itself in the case."""
    clerk, head = (Officer.objects.get(username=name) for name in ("chengban", "lingdao"))
    for step in waiting.steps:
        officer = head if step.action in HEAD else clerk
        perform(waiting.case, step.action, on=step.on, officer=officer, values=step.values, outcome=step.outcome)


def _consulted(city: City, project: Project, days: Days, number: int, clerk: Officer) -> int:
    """The consultation on the draft, with its result published; gives the case."""
    announced, closed = days.working[25 + number], days.working[50 + number]
    told: list[Told] = [
        ("announce", announced, {
            "draft_title": f"{project.title}（征求意见稿）", "draft_kind": "rule" if project.kind == "rule" else "local_regulation",
            "drafting_unit": city.department(project.by).name, "business_related": False, "announced_on": announced.isoformat(),
            "closing_on": days.working[49 + number].isoformat(),
        }),
        ("close", closed), ("summarise", days.after(closed, 1, 2), {"summary": "征求意见期间没有收到意见建议。"}),
        ("publish_result", days.after(closed, 3, 4), {"feedback_on": days.after(closed, 3, 3).isoformat()}, "answered"),
    ]  # fmt: skip
    steps = tell("public_consultation", city.government, told, project.title).steps
    case = open_case(
        "public_consultation", "announce", organ=city.government, on=announced, officer=clerk, values=steps[0].values
    )
    for step in steps[1:]:
        perform(case.pk, step.action, on=step.on, officer=clerk, values=step.values, outcome=step.outcome)
    return case.pk


def _script(city: City, project: Project, days: Days, number: int, proposed: date, deliberated: date) -> CaseScript:
    begun, drafted = days.working[4 + number], days.working[20 + number]
    unit: dict[str, Any] = {"lead_unit": city.department(project.by).name}
    told: list[Told] = [
        ("begin", begun, {"project_code": project.code}), ("organise", begun, unit | {
            "work_plan": "一月调研，二月征求意见，四月送审", "responsible_leader": "示例副市长", "drafting_team": "示例起草小组",
        }),
        ("log_meeting", days.working[8 + number], {
            "meeting_held_on": days.working[8 + number].isoformat(), "meeting_note": "到两个县（市、区）调研",
        }),
        ("start_drafting", days.working[9 + number]), ("draft", drafted),
        ("join_department", drafted, {"department": city.department("生态环境局").name}),
        ("submit", days.working[56 + number], {"signed_by": "示例局长"}), ("review", days.working[62 + number]), ("propose", proposed),
        ("pass", deliberated),
    ]  # fmt: skip
    if project.kind == "rule":
        published = days.after(deliberated, 2, 3)
        in_force = days.after(published, 35, 38)
        told += [
            ("publish", published, {
                "order_number": "平顶山市人民政府令第（示例）号", "published_on": published.isoformat(), "effective_on": in_force.isoformat(),
            }, "issued"),
            ("file_state_council", days.after(published, 5, 8)), ("take_effect", in_force),
        ]  # fmt: skip
    else:
        submitted = days.after(deliberated, 2, 3)
        adopted = days.after(submitted, 55, 60)
        approved = days.after(adopted, 20, 25)
        told += [
            ("submit_to_congress", submitted, {"congress_bill": f"平政议〔2020〕{number + 1}号"}),
            ("record_adoption", approved, {"adopted_on": adopted.isoformat(), "approved_on": approved.isoformat()}, "adopted"),
        ]  # fmt: skip
    return tell("legislation_project", city.government, told, project.title)
