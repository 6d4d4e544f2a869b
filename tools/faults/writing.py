"""What writes in a trial, and what looks at it afterwards, each in a process of its own: ``python -m tools.faults.writing …``.

Writers open orders of a hotline through the actions and take them further. Each write that came back is noted outside the
database, on the disk, before the next one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

TODAY = date(2026, 11, 20)
SHIFTS = (0, 90, -90, 86_400, -86_400, 400 * 86_400, -400 * 86_400)
"""Seconds by which a clock that jumps is wrong."""


def write_on(acknowledged: Path, seed: int, *, twice: float = 0.2, jumps: bool = False) -> None:
    """Open orders and take them further until killed; every write that came back goes into the file at once. With ``jumps``
    the clock of this process is set forward and back meanwhile, and it seals the chain by that clock."""
    from django.db import DatabaseError, InterfaceError, close_old_connections, connection

    from tests.cases.place import HOTLINE, ORDER
    from zhunsheng.cases.actions import open_case, perform
    from zhunsheng.orgs.models import Organ
    from zhunsheng.orgs.refusals import Refused
    from zhunsheng.security import chain

    draw = random.Random(seed)
    hotline = Organ.objects.get(mark="示热")
    set_clock = _adjustable_clock() if jumps else None
    today = None if jumps else TODAY
    with acknowledged.open("a", buffering=1, encoding="ascii") as told:

        def note(*what: Any) -> None:
            told.write(json.dumps(what) + "\n")
            os.fsync(told.fileno())

        while True:
            try:
                connection.ensure_connection()
            except (DatabaseError, InterfaceError):
                time.sleep(0.1)  # nothing was tried, so nothing can have been written
                continue
            try:
                if set_clock and draw.random() < 0.2:
                    chain.seal()
                    set_clock(draw.choice(SHIFTS))
                case = open_case(HOTLINE, "order", organ=hotline, on=date(2025, 3, 3), values=ORDER, today=today)
                note(case.pk, case.number, 1)
                step = {
                    "on": date(2025, 3, 4),
                    "values": {"unit": "示例县城管局"},
                    "expected_sequence": 1,
                    "today": today,
                }
                case = perform(case.pk, "dispatch", **step)
                note(case.pk, case.number, 2)
                if draw.random() < twice:  # the same form once more: refused, for the case has moved on
                    try:
                        perform(case.pk, "dispatch", **step)
                        note(case.pk, case.number, "twice")
                    except Refused:
                        pass
            except (DatabaseError, InterfaceError):
                note("failed")
                connection.close()
                close_old_connections()
                time.sleep(0.1)


def _adjustable_clock() -> Any:
    """Lets this process believe another time: whatever asks Python or Django for it is given that."""
    from datetime import UTC, datetime

    from django.utils import timezone

    true_time, shift = time.time, 0

    def set_clock(seconds: int) -> None:
        nonlocal shift
        shift = seconds

    time.time = lambda: true_time() + shift
    timezone.now = lambda: datetime.now(UTC) + timedelta(seconds=shift)
    return set_clock


def found_place() -> None:
    """The tables and a small county."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    from tests.cases.place import make_place

    make_place()


def look(told: Path) -> dict[str, Any]:
    """What is left of what was acknowledged; and whether the same form was taken twice, steps were all audited, the series of numbers
    stands where it ought to, and limits count from the day given whatever the clock said."""
    from tools.left import look as look_at
    from zhunsheng.cases.models import Case, Event
    from zhunsheng.ledger.models import Posting
    from zhunsheng.papers.models import NumberSeries
    from zhunsheng.security.models import AuditEntry

    lines = json.loads(told.read_text())
    writes = {(one[0], one[2]) for one in lines if isinstance(one[0], int) and one[2] != "twice"}
    found = look_at(writes)
    taken = sum(NumberSeries.objects.filter(organ__mark="示热").values_list("last", flat=True))
    days = Case.objects.filter(sequence=2, closed_on=None).values("next_due").distinct().count()
    orders = Posting.objects.filter(source="case", account__key="hotline_workorder.orders").count()
    numbers = {one[0]: one[1] for one in lines if isinstance(one[0], int)}
    kept = dict(Case.objects.values_list("pk", "number"))
    ought = {
        "numbers other than told": all(kept.get(case, number) == number for case, number in numbers.items()),
        "orders that are in no figure": orders == len(kept),
        "a form taken twice": not any(len(one) == 3 and one[2] == "twice" for one in lines),
        "the series of numbers": taken == len(kept),
        "steps not audited": AuditEntry.objects.filter(action__startswith="case.").count() == Event.objects.count(),
        "limits by a wrong clock": days <= 1,
    }
    return found | {"cut_off": lines.count(["failed"]), "wrong": [name for name, is_so in ought.items() if not is_so]}


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhunsheng.settings")
    import django

    django.setup()
    parser = argparse.ArgumentParser()
    parser.add_argument("--found", action="store_true")
    parser.add_argument("--write", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jumps", action="store_true")
    parser.add_argument("--look", type=Path)
    asked = parser.parse_args()
    if asked.write:
        write_on(asked.write, asked.seed, jumps=asked.jumps)
    elif asked.found:
        found_place()
    elif asked.look:
        sys.stdout.write(json.dumps(look(asked.look)) + "\n")


if __name__ == "__main__":
    main()
