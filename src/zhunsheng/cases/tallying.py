"""Counting cases (计数): exact totals of long lists that cost little, as figures do it with balances.

Most cases of a list are closed and change no more. Those are folded into the tally, one row for all that are alike in
what lists are filtered by; a count is the tally plus the cases that are not in it, in one query, so it is exact at any
moment. No writer waits for another: a step on a case that is in the tally takes that one case out, and the worker folds.
Who may see a case is not decided here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet, Sum, Value

from zhunsheng.bulk import run
from zhunsheng.cases.models import Case, Tally
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.orgs.access import Access

FOLDED_AT_ONCE = 5_000
"""Cases folded by one transaction."""
ALIKE = ("system", "organ_id", "state", "outcome", "choices")
"""In what the cases of one row of the tally are alike."""


def choice(name: str, value: Any) -> str:
    """One choice as ``Case.choices`` holds it; a part of its text when the case has made it."""
    text = str(value).lower() if isinstance(value, bool) else str(value).replace(";", "；")
    return f";{name}={text};"


def choices_of(compiled: CompiledProcedure, fields: Mapping[str, Any]) -> str:
    """What a case says in the fields that lists can be filtered by: ``;theme=help;urgent=true;``."""
    made = (choice(name, fields[name]) for name in compiled.choice_fields if fields.get(name) not in (None, ""))
    return "".join(made).replace(";;", ";")


class Counted(NamedTuple):
    """How many cases there are: those in the tally, and the others."""

    tallied: int
    others: int

    @property
    def total(self) -> int:
        return self.tallied + self.others


def count(rows: QuerySet[Case], access: Access, system: str, tallied: Q | None) -> Counted:
    """How many cases of a system ``rows`` holds, of those the officer may see. ``tallied`` says of rows of the tally what
    ``rows`` says of cases; None when it holds none that can be in it. One query."""
    others = rows.filter(is_tallied=False).order_by().values("is_tallied").annotate(n=Count("pk"))
    parts = others.values_list("is_tallied", "n")
    if tallied is not None:
        folded = Tally.visible.to(access).filter(tallied, system=system).values(is_tallied=Value(True))
        parts = parts.union(folded.annotate(n=Sum("cases")).values_list("is_tallied", "n"), all=True)
    found = {bool(is_tallied): number or 0 for is_tallied, number in parts}
    return Counted(found.get(True, 0), found.get(False, 0))


# --- folding ---------------------------------------------------------------------------------------------------------


def fold() -> int:
    """Take every closed case into the tally that is not in it; gives how many."""
    folded = 0
    while some := _fold_some():
        folded += some
    return folded


@transaction.atomic
def _fold_some() -> int:
    rows = Case.objects.filter(is_tallied=False, closed_on__isnull=False, voided_on=None)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)  # whoever works on a case now comes before
    found = list(rows.values_list("pk", *ALIKE)[:FOLDED_AT_ONCE])
    if found:
        Case.objects.filter(pk__in=[key for key, *_ in found]).update(is_tallied=True)
        add(Counter(tuple(alike) for _, *alike in found))
    return len(found)


def add(numbers: Mapping[tuple[Any, ...], int]) -> None:
    """Add to the tally, inside the caller's transaction; in one order everywhere, so that no two wait for each other."""
    quote = connection.ops.quote_name
    table, columns = quote(Tally._meta.db_table), ", ".join(map(quote, ALIKE))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({columns}, cases) VALUES (%s, %s, %s, %s, %s, %s) "  # noqa: S608 - our own names
            f"ON CONFLICT ({columns}) DO UPDATE SET cases = {table}.cases + excluded.cases",
            [(*alike, number) for alike, number in sorted(numbers.items())],
        )


def take_out(case: Case) -> None:
    """Take one case out of the tally, as it is in it: a step follows. The caller holds the case and marks its row."""
    quote = connection.ops.quote_name
    where = " AND ".join(f"{quote(column)} = %s" for column in ALIKE)
    run(
        f"UPDATE {quote(Tally._meta.db_table)} SET cases = cases - 1 WHERE {where}",  # noqa: S608 - our own names
        [getattr(case, column) for column in ALIKE],
    )


def verify_tally() -> Iterator[str]:
    """Every row of the tally that is not the number of the cases in it, in words."""
    rows = Case.objects.filter(is_tallied=True).order_by().values_list(*ALIKE).annotate(n=Count("pk"))
    counted = {tuple(alike): number for *alike, number in rows}
    kept = {tuple(alike): number for *alike, number in Tally.objects.values_list(*ALIKE, "cases")}
    for alike in sorted(counted.keys() | kept.keys()):
        if counted.get(alike, 0) != kept.get(alike, 0):
            where = "、".join(str(part) for part in alike if part)
            yield f"计数（{where}）应为 {counted.get(alike, 0)} 件，存的是 {kept.get(alike, 0)} 件"
