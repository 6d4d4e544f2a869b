"""The county under load, made before (``found``) and looked at afterwards (``look``), each in a process of its own.

It is the county the pages are measured in (``benchmarks.county``). What its officers will do is told here too, as the forms
of the pages take it, so that whoever drives them needs no database.
"""

from __future__ import annotations

import json
import random
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PASSWORD = "Shili-Fuzai-2026"  # noqa: S105 - of invented officers in a place that goes away
TALES = 40
"""Different cases of each kind; each is taken again and again."""
PROGRAMS = 3


def found(officers: int, replayed: int, cases: int) -> dict[str, Any]:
    """Set up the county; gives who signs in, what each may open, and how its cases go."""
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command
    from django.db.models import Max

    from benchmarks.county import REGISTER, STORIES, found_county, live
    from benchmarks.multiplying import multiply
    from zhunsheng.api.accounts import SCOPES, make_token, open_account
    from zhunsheng.cases.models import Event
    from zhunsheng.orgs.models import Officer

    call_command("migrate", interactive=False, verbosity=0)
    county = found_county()
    live(county, replayed)
    count = multiply(cases) if cases > replayed else replayed
    opens = {
        organ.pk: sorted({story.slug for story in STORIES if organ in story.organs(county)}) for organ in county.organs
    }
    # Everybody of the hotline, then one after the other from each organ that opens cases.
    busy = [organ for organ in county.organs if opens[organ.pk] and organ != county.hotline]
    rows = [county.clerks[county.hotline.pk], *zip(*(county.clerks[organ.pk] for organ in busy), strict=True)]
    people = [(one, organ) for row in rows[1:] for one, organ in zip(row, busy, strict=True)]
    people = [*((one, county.hotline) for one in rows[0]), *people][:officers]
    Officer.objects.filter(pk__in=[one.pk for one, _organ in people]).update(password=make_password(PASSWORD))
    programs = []
    for number in range(PROGRAMS):
        account = open_account(None, county.hotline, f"svc-{number + 1}", f"示例程序{number + 1}", "负载试验", "*", "*")
        programs.append(
            {"token": make_token(None, account, "负载试验", list(SCOPES), 30)[1], "organ": county.hotline.pk}
        )
    return {
        "cases": count, "since": Event.objects.aggregate(last=Max("pk"))["last"], "register": REGISTER, "programs": programs, "tales": _tales(county),
        "officers": [
            {"username": one.username, "organ": organ.pk, "opens": opens[organ.pk]} for one, organ in people
        ],
    }  # fmt: skip


def _tales(county: Any) -> dict[str, list[list[dict[str, Any]]]]:
    """For each system, cases step by step: the action, what is typed into its form, and the values a program would send."""
    from benchmarks.county import STORIES
    from zhunsheng.catalogue.loading import system
    from zhunsheng.demonstration.telling import tell
    from zhunsheng.law.working_days import packaged_calendar

    draw, day = random.Random(20261126), packaged_calendar().next_working_day(_today())
    tales: dict[str, list[list[dict[str, Any]]]] = defaultdict(list)
    for story in STORIES:
        compiled = system(story.slug).procedure_on(_today())
        for number in range(TALES):
            told = [(action, day, values, *((outcome,) if outcome else ()))
                    for action, _after, values, outcome in story.parts(draw, number)]  # fmt: skip
            steps = tell(story.slug, county.hotline, told).steps
            tales[story.slug].append([
                {"action": step.action, "outcome": step.outcome, "values": step.values,
                 "typed": _typed(compiled, step.values), "not_by": _not_by(compiled, step.action)} for step in steps
            ])  # fmt: skip
    return tales


def _not_by(compiled: Any, action: str) -> list[str]:
    """The steps whose officer may not take this one in the same case."""
    return sorted({one for gate in compiled.procedure.gates if action in gate.on for one in gate.not_by})


def _today() -> Any:
    from django.utils import timezone

    return timezone.localdate()


def _typed(compiled: Any, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Values as the fields of a form send them."""
    from zhunsheng.desk.forms import PREFIX
    from zhunsheng.kernel.fields import FieldType

    typed: list[tuple[str, str]] = []
    for name, value in values.items():
        declared, field = compiled.all_fields[name], PREFIX + name
        if declared.type is FieldType.PARTY:
            for party in value if isinstance(value, list) else [value]:
                row = party if isinstance(party, Mapping) else {"name": str(party)}
                kind = row.get("kind") or (declared.kind.value if declared.kind else "person")
                typed += [(f"{field}-name", str(row["name"])), (f"{field}-kind", kind), (f"{field}-number", ""),
                          (f"{field}-phone", str(row.get("phone", ""))), (f"{field}-address", "")]  # fmt: skip
        elif isinstance(value, bool):
            typed.append((field, "true" if value else "false"))
        elif isinstance(value, list) and declared.type in (FieldType.CHOICES, FieldType.ORGAN):
            typed += [(field, str(one)) for one in value]
        else:
            typed.append((field, "\n".join(map(str, value)) if isinstance(value, list) else str(value)))
    return typed


def look(told: Path, since: int) -> dict[str, Any]:
    """What is left of what was acknowledged; and how many cases uploads have become, of how many rows."""
    from tools.left import look as look_at
    from zhunsheng.desk.models import Upload

    imports = list(Upload.objects.exclude(imported_at=None).values_list("rows", "cases"))
    known = {case for _rows, cases in imports for case in cases}
    writes = {(case, sequence) for case, sequence in json.loads(told.read_text(encoding="ascii"))}
    found = look_at(writes, since, known)
    return found | {"rows": sum(rows for rows, _cases in imports), "imported": len(known)}


def main(arguments: list[str]) -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhunsheng.settings")
    import django

    django.setup()
    match arguments:
        case ["found", officers, replayed, cases]:
            said = found(int(officers), int(replayed), int(cases))
        case ["look", told, since]:
            said = look(Path(told), int(since))
        case _:
            raise SystemExit("found OFFICERS REPLAYED CASES | look FILE SINCE")
    sys.stdout.write(json.dumps(said, ensure_ascii=False, default=str) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
