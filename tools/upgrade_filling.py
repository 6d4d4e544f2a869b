"""Run under the program of an earlier state and under today's (``upgrade``): fills a place, and writes down what its program reads in it.

Everything here has stood in the product since before columns were encrypted; it is given that program by PYTHONPATH.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from typing import Any

TODAY = date(2026, 11, 20)
PUT_RIGHT = (
    "annual_report", "annual_work_plan", "assessment_rectification", "emergency_plan", "induction_training", "monthly_report",
    "random_inspection", "supervision_platform", "task_ledger", "year_end_debrief",
)  # fmt: skip
"""The systems of which a declaration in force was put right since: late is marked, and no longer the end of a limit."""
NUMBERS = ("11010519491231002X", "440524188001010014")
PHONE, ADDRESS = "13800001234", "示例路1号"
RECOVERY = "abcdefgh"
"""A recovery code."""


def fill(cases: int) -> None:
    """Rows in every table whose columns were encrypted later: cases and their events by the thousand, papers, a draft, entries of a list
    and lines of a change, an upload; and the worked examples of the systems whose limits are declared otherwise since.
    Forms begun in public are left: they are encrypted when they are sent next, or forgotten."""
    from django.core.management import call_command
    from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

    call_command("migrate", interactive=False, verbosity=0)
    from tests.cases.place import APPLICATION, RECONSIDERATION, make_place, scenario_steps
    from zhunsheng.cases.actions import open_case
    from zhunsheng.cases.drafts import keep_draft
    from zhunsheng.cases.replay import CaseScript, StepScript, replay
    from zhunsheng.desk.models import Upload
    from zhunsheng.orgs.models import Duty
    from zhunsheng.registers.actions import apply_entry_change

    try:
        from zhunsheng.registers import change_sets
    except ImportError:  # of a program in which they had no room of their own
        from zhunsheng.registers import actions as change_sets
    line_of = change_sets.ProposedLine if hasattr(change_sets, "ProposedLine") else change_sets.Line

    place = make_place()
    Duty.objects.create(officer=place.head, organ=place.water, whole_tree=True)
    device = StaticDevice.objects.create(user=place.head, name="recovery")
    StaticToken.objects.create(device=device, token=_as_kept(place.head.pk))

    def application(number: int) -> dict[str, Any]:
        person = {
            "name": "示例甲",
            "kind": "person",
            "identity_number": NUMBERS[number % 2],
            "phone": PHONE,
            "address": ADDRESS,
        }
        return {**APPLICATION, "applicant": [person, "示例乙"]}

    def steps(number: int) -> list[StepScript]:
        return [
            StepScript("file", date(2026, 3, 2), application(number)),
            StepScript("accept", date(2026, 3, 4), {"track": "普通程序"}),
        ]

    for start in range(0, cases, 2_000):
        some = range(start, min(start + 2_000, cases))
        replay(RECONSIDERATION, [CaseScript(place.government, steps(number), f"n{number}") for number in some])
    for slug in PUT_RIGHT:
        examples = [CaseScript(place.water, steps, name) for name, steps in scenario_steps(slug)]
        replay(slug, examples, take_good=True, settle_through=TODAY)
    case = open_case(RECONSIDERATION, "file", organ=place.lighting, on=TODAY, officer=place.lighting_officer,
                     values=application(0), today=TODAY)  # fmt: skip
    keep_draft(case, "accept", place.lighting_officer, [("who", [NUMBERS[0]])])
    person = {
        "name": "示例戊",
        "unit": "示例局",
        "kind": "enforcement",
        "status": "in_service",
        "identity_number": NUMBERS[1],
    }
    apply_entry_change("enforcement_personnel", place.water, "add", "示执1号", person, TODAY)
    other = {**person, "name": "示例己", "identity_number": NUMBERS[0]}
    lines = [line_of("add", "示执2号", other)]
    change_sets.prepare_change_set("enforcement_personnel", place.water, "新增", TODAY, lines, place.head)
    Upload.objects.create(officer=place.operator, organ=place.hotline, system=RECONSIDERATION, name="示例.xlsx", digest="0" * 64,
                          checked={"rows": [PHONE]}, corrections={"2": {"phone": [PHONE, ADDRESS]}})  # fmt: skip


def _as_kept(officer: int) -> str:
    """A recovery code as the program keeps it: itself, or since only a digest of it."""
    try:
        from zhunsheng.security.second_factor import kept
    except ImportError:
        return RECOVERY
    return kept(officer, RECOVERY)


def read() -> dict[str, Any]:
    """What the program reads: contents, courses, figures."""
    from django.db.models import Count, Sum

    from zhunsheng.cases.models import Case, Deadline, Draft, Event
    from zhunsheng.desk.models import Upload
    from zhunsheng.ledger.models import Posting
    from zhunsheng.papers.models import Paper
    from zhunsheng.registers.models import ChangeLine, Revision
    from zhunsheng.security.models import AuditEntry

    def rows(model: Any, *names: str) -> list[list[Any]]:
        return [[getattr(row, name) for name in names] for row in model.objects.order_by("pk").iterator()]

    figures = (
        Posting.objects.values("account__key").annotate(count=Count("pk"), value=Sum("value")).order_by("account__key")
    )
    return {
        "cases": rows(Case, "pk", "number", "state", "sequence", "next_due", "fields"),
        "events": rows(Event, "pk", "case_id", "sequence", "action", "on", "values"),
        "papers": rows(Paper, "pk", "case_id", "number", "values"), "drafts": rows(Draft, "pk", "typed"),
        "deadlines": rows(Deadline, "pk", "case_id", "due_on"), "revisions": rows(Revision, "pk", "values"),
        "lines": rows(ChangeLine, "pk", "values"), "uploads": rows(Upload, "pk", "checked", "corrections"),
        "figures": list(figures.values_list("account__key", "count", "value")),
        "audit": list(AuditEntry.objects.order_by("pk").values_list("pk", "action", "subject", "officer_id")),
    }  # fmt: skip


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhunsheng.settings")
    import django

    django.setup()
    match arguments:
        case ["fill", cases]:
            fill(int(cases))
        case ["read"]:
            json.dump(read(), sys.stdout, ensure_ascii=False, default=str)
        case _:
            raise SystemExit("fill CASES | read")


if __name__ == "__main__":
    main(sys.argv[1:])
