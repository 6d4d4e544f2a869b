"""Work of a system's own on a step (专门计算): what its function is given is read here, what it comes to is written here.

The functions are in ``craft.py`` of their systems, see ``kernel.craft``. Only ``cases.actions`` calls this.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from zhunsheng.cases.finding import masked_title
from zhunsheng.cases.models import Case, Volume
from zhunsheng.cases.reading import procedure_of
from zhunsheng.catalogue.crafts import craft_of
from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.action import ClosedCases
from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.case_state import CaseState
from zhunsheng.kernel.craft import ClosedCase, ListEntry, NotPossible, Work, Worked
from zhunsheng.kernel.fields import Sensitivity
from zhunsheng.kernel.office import is_verb
from zhunsheng.kernel.transition import Command, CompiledProcedure, Refusal, check, typed_values
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer, Organ


class _Files(Mapping[str, bytes]):
    """The files of a case by name, the newest of a name; read when asked for."""

    def __init__(self, case: Case) -> None:
        rows = case.materials.filter(voided_at=None, volume=Volume.MAIN, paper=None).order_by("pk")
        self._digests = dict(rows.values_list("file_name", "digest"))

    def __getitem__(self, name: str) -> bytes:
        from zhunsheng.cases.materials import path_of

        return path_of(self._digests[name]).read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self._digests)

    def __len__(self) -> int:
        return len(self._digests)


def work_out(
    compiled: CompiledProcedure, state: CaseState, row: Case, command: Command, working_days: Calendar
) -> Worked | Refusal | None:
    """What the function of a step comes to; None where the step has none. Asked only when the step may be taken."""
    declared = None if is_verb(command.action) else compiled.procedure.actions.get(command.action)
    if declared is None or declared.craft is None:
        return None
    refusal = check(compiled, state, command, working_days)
    if refusal is not None:
        return refusal
    typed = typed_values(compiled, state, command)
    if isinstance(typed, Refusal):
        return typed
    lists = {slug: entries_of(slug, row.organ, command.on) for slug in declared.craft.reads}
    work = Work(
        {**compiled.kept(command.action, row.fields), **typed},
        lists,
        _Files(row),
        row.number,
        row.organ.name,
        command.on,
        secrets.token_hex(32),
    )
    if declared.craft.closed is not None:
        work = work._replace(closed=closed_cases(declared.craft.closed, row.organ, work.fields))
    try:
        return craft_of(compiled.slug, declared.craft.function)(work)
    except NotPossible as problem:
        return Refusal("work", problem.words, field=problem.field)


def entries_of(slug: str, organ: Organ, on: date) -> list[ListEntry]:
    """The entries of a list in force in the organ's region, in the order of organs and keys; sensitive fields stay behind."""
    from zhunsheng.registers.reading import entries_on

    fields = system(slug).register_on(on).fields
    kept = {name for name, field in fields.items() if field.sensitivity is not Sensitivity.SENSITIVE}
    rows = entries_on(slug, access=None, true_on=on, region=organ.region_id)
    return [
        ListEntry(
            row.entry.key, row.entry.organ.name, {name: value for name, value in row.values.items() if name in kept}
        )
        for row in rows
    ]


def closed_cases(wanted: ClosedCases, organ: Organ, fields: Mapping[str, Any]) -> list[ClosedCase]:
    """The catalogue of cases closed in a period in the organ's region, in the order of organs and numbers; one query.

    Whoever may take the step is given it whatever else he may see: number and masked title, nothing of the contents.
    """
    first, *last = (fields[name] for name in wanted.period)
    days = (first, last[0]) if last else (date(int(first), 1, 1), date(int(first), 12, 31))
    rows = Case.objects.filter(
        system__in=wanted.of, closed_on__range=days, voided_on=None, organ__region=organ.region_id,
    ).exclude(number="").select_related("organ").defer("course").order_by("path", "number", "pk")  # fmt: skip
    found = []
    for case in rows.iterator(chunk_size=2_000):
        title = masked_title(procedure_of(case), case.title, case.fields)
        found.append(ClosedCase(case.system, case.outcome, case.organ.name, case.number, title, str(case.closed_on)))
    return found


def file_away(row: Case, sequence: int, worked: Worked, on: date, officer: Officer, access: Access) -> None:
    """File what a function has made with the step it belongs to, and make its entries."""
    from zhunsheng.cases.materials import add_material
    from zhunsheng.registers.actions import apply_changes_in_bulk

    for name, content in worked.files.items():
        add_material(row, [content], file_name=name, officer=officer, access=access, sequence=sequence)
    registers = list(dict.fromkeys(entry.register for entry in worked.entries))
    for register in registers:
        lines: list[tuple[Organ, str, str, Mapping[str, Any], date, int | None]] = [
            (row.organ, entry.change, entry.key, entry.values, on, row.pk)
            for entry in worked.entries
            if entry.register == register
        ]
        apply_changes_in_bulk(register, lines, officer)
