"""报送: returns raised by their arrangement and filled in from the ledger, one for each unit and period and never twice.

The list of the system says who reports in which rhythm; the worker asks once an hour. What a return goes through afterwards
is declared in the system; putting returns together is in ``consolidating``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import CaseScript, StepScript, replay
from zhunsheng.kernel.reckoning import add_months
from zhunsheng.orgs.history import in_tree_order
from zhunsheng.orgs.models import Organ, OrganKind
from zhunsheng.orgs.terms import unended
from zhunsheng.registers.models import Entry, Revision
from zhunsheng.registers.reading import entries_on

RETURNS = "monthly_report"
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


class Period(NamedTuple):
    """The months a return is about: how many, and the last of them."""

    year: int
    month: int
    months: int

    @property
    def first(self) -> date:
        return add_months(date(self.year, self.month, 1), 1 - self.months)


def period_ended(form: str, on: date) -> Period:
    """The newest period of a rhythm that is over on a day."""
    months = MONTHS[form]
    at = (on.year * 12 + on.month - 1) // months * months - 1
    return Period(at // 12, at % 12 + 1, months)


@transaction.atomic
def raise_due(on: date) -> int:
    """Raise the returns of the periods that have just ended, their figures drawn; gives how many. Asked again it raises
    nothing more."""
    # Whoever comes at the same time waits here, and then finds the returns raised.
    list(Entry.objects.select_for_update().filter(register=RETURNS).order_by("pk").values_list("pk", flat=True))
    wanted = {(_key(script), script.organ.pk): script for script in _wanted(on)}
    if not wanted:
        return 0
    years = {year for (year, _, _), _ in wanted}
    rows = Case.objects.filter(system=RETURNS, voided_on=None, fields__year__in=years)
    there = {
        ((f["year"], f["month"], f.get("months") or 1), organ) for f, organ in rows.values_list("fields", "organ_id")
    }
    scripts = [script for key, script in wanted.items() if key not in there]
    return replay(RETURNS, scripts, today=on).cases if scripts else 0


def _key(script: CaseScript) -> tuple[int, int, int]:
    values = script.steps[0].values
    return values["year"], values["month"], values["months"]


def _wanted(on: date) -> Iterator[CaseScript]:
    """A return for each unit of each arrangement whose period ended no longer ago than its days for reporting."""
    for row in entries_on(RETURNS, access=None, true_on=on):
        told: Mapping[str, Any] = row.values
        period = period_ended(str(told["form"]), on)
        ended = (date(period.year, period.month, 28) + timedelta(days=4)).replace(day=1)
        due_on = ended + timedelta(days=int(told["due_day"]) - 1)
        if on > due_on or row.valid_from > due_on:
            continue
        values = {
            "year": period.year, "month": period.month, "months": period.months, "form": told["form"],
            "due_on": due_on.isoformat(),
        }  # fmt: skip
        for organ in _units(row, on):
            steps = [StepScript("call", on, values, note=str(told["arrangement"])), StepScript("draw", on)]
            yield CaseScript(organ, steps, f"{told['arrangement']} {organ.name}")


def _units(row: Revision, on: date) -> list[Organ]:
    """The organs of the kinds of an arrangement below the government it belongs to, without those it leaves out."""
    keeper = row.entry.organ
    root = keeper if keeper.kind == OrganKind.GOVERNMENT or keeper.parent is None else keeper.parent
    below = Organ.objects.filter(path__startswith=root.path, kind__in=row.values["unit_kinds"], valid_from__lte=on)
    left_out = {name for name in re.split(r"[、，,；;\s]+", str(row.values.get("excepted") or "")) if name}
    found = below.filter(unended(on)).exclude(pk=root.pk)
    return [organ for organ in in_tree_order(found) if not {organ.name, organ.short_name} & left_out]
