"""Part 8: the matrix measure × organ, the tree of plans and the comparison over 200 organs with 150 tasks each, twelve months of
reports on them, against counting the same in a bare table with a column for each thing asked.

The tasks go through the replay, so they are cases like any other; the bare table is what a developer would make for this
question alone. Pages are asked in this process, with their frame and menu.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.db import connection
from django.test import Client

from benchmarks.measuring import Line, medians, seconds
from benchmarks.office import Office, found_office
from zhunsheng.cases.replay import CaseScript, StepScript, replay
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty
from zhunsheng.supervision.counting import by_measure_and_organ, level_below, tasks_of
from zhunsheng.supervision.naming import organs_below

ORGANS, TASKS, MEASURES = 200, 150, 26
YEAR = 2025
TODAY = date(2026, 1, 5)
LONGEST = 0.3
"""Seconds a whole page may take."""
MOST_TIMES = 10
"""A whole page, with frame and menu, against the bare count alone."""
PAGES = ("/supervision/", "/supervision/matrix/?year=2025", "/supervision/board/?year=2025", "/supervision/tasks/")


def _scripts(office: Office, months: int) -> Iterator[CaseScript]:
    told = {"year": YEAR, "level": "county", "requirement": "按规划要求完成", "due_on": f"{YEAR}-12-20"}
    for organ in office.organs:
        for number in range(TASKS):
            own = {
                "task": f"第{number}项任务", "duty": "joint" if number % 3 else "lead", "measure_code": f"市-{number % MEASURES}"
            }  # fmt: skip
            steps = [StepScript("assign", date(YEAR, 1, 6), {**told, **own}), StepScript("take_up", date(YEAR, 1, 8))]
            is_done = number % 4 == 0  # in December, before the month is reported
            steps += [
                StepScript("report", date(YEAR, month, 25), {"progress": "推进正常"})
                for month in range(1, months + 1) if month < 12 or not is_done
            ]  # fmt: skip
            if is_done:
                proof = {"progress": "完成", "evidence": "示〔2025〕1号"}
                steps += [
                    StepScript("submit", date(YEAR, 12, 1), proof),
                    StepScript("verify", date(YEAR, 12, 3), {"opinion": "属实"}),
                ]
            yield CaseScript(organ, sorted(steps, key=lambda step: step.on))


def _bare_table() -> None:
    """The same tasks with a column for each thing the matrix asks."""
    text = (
        "fields ->> 'measure_code'" if connection.vendor == "postgresql" else "json_extract(fields, '$.measure_code')"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE bare_task AS SELECT organ_id, {text} AS measure, state, next_due FROM cases_case "  # noqa: S608
            "WHERE system = 'task_ledger'"
        )
        cursor.execute("CREATE INDEX bare_task_place ON bare_task (measure, organ_id)")
        cursor.execute("ANALYZE")


def _group_by() -> dict[tuple[str, int, str], int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT measure, organ_id, state, COUNT(*) FROM bare_task GROUP BY measure, organ_id, state")
        return {(measure, organ, state): number for measure, organ, state, number in cursor.fetchall()}


def measure(full: bool) -> list[Line]:
    """Milliseconds of the counts and of the pages."""
    office = found_office(ORGANS)
    government = office.organs[0]
    Duty.objects.create(officer=office.officer, organ=government, whole_tree=True)
    replay(
        "task_ledger", _scripts(office, 12 if full else 0), officers=office.officers, today=TODAY, settle_through=TODAY
    )
    _bare_table()
    rows = tasks_of(access_of(office.officer, TODAY), government, YEAR)
    level = level_below(government, organs_below(government, TODAY))
    counted = by_measure_and_organ(rows, TODAY, level)
    bare = _group_by()
    assert sum(t.total for organs in counted.values() for t in organs.values()) == sum(bare.values()) == ORGANS * TASKS
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(office.officer)

    def opened(address: str) -> float:
        return seconds(lambda: _answered(client, address))

    results = medians(5, {
        "ours": lambda: seconds(lambda: by_measure_and_organ(rows, TODAY, level)), "bare": lambda: seconds(_group_by),
        **{address: lambda address=address: opened(address) for address in PAGES},  # type: ignore[misc]
    })  # fmt: skip
    what = f"{ORGANS} organs × {TASKS} tasks" + (" × 12 months" if full else "")
    lines = [
        Line(f"counts of the matrix, {what} : GROUP BY in a bare table", f"{results['ours'] * 1000:.1f} ms",
             f"{results['bare'] * 1000:.1f} ms", f"{results['ours'] / results['bare']:.1f}")
    ]  # fmt: skip
    for address in PAGES:
        ratio = results[address] / results["bare"]
        lines.append(
            Line(f"{address}, {what} : GROUP BY in a bare table", f"{results[address] * 1000:.1f} ms",
                 f"{results['bare'] * 1000:.1f} ms", f"{ratio:.1f}", f"≤ {MOST_TIMES}", ratio <= MOST_TIMES)
        )  # fmt: skip
        lines.append(
            Line(f"{address}, {what} : {LONGEST * 1000:.0f} ms", f"{results[address] * 1000:.1f} ms", "",
                 f"{results[address] / LONGEST:.2f}", "≤ 1", results[address] <= LONGEST)
        )  # fmt: skip
    return lines


def _answered(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, address
