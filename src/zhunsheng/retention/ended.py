"""到期: the files whose retention is over, and what stands against destroying them.

A period is counted in whole calendar years after the year in which the case was closed, so that nothing goes before its day
by any way of counting. Reads only; gives no titles and no names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from zhunsheng.cases.models import Case, CaseLink
from zhunsheng.kernel.words import Words
from zhunsheng.local.retention import FOR_GOOD, RETENTION
from zhunsheng.local.values import Decision, Decisions, decisions
from zhunsheng.orgs.models import Organ
from zhunsheng.retention.models import Hold, ListedFile, State
from zhunsheng.retention.parts import parts

MOST = 100
"""Files shown, and put on one list, at most."""
CASES = "cases."
"""How the keys of periods of case files begin; those of lists, the audit trail and reports are noted, and decided by people."""


class Ended(NamedTuple):
    """A file whose retention is over; ``until`` is its last day, ``hindrance`` why it must stay nevertheless."""

    record: int
    system: str
    number: str
    organ: Organ
    path: str
    opened_on: date
    closed_on: date
    until: date
    basis: str
    hindrance: Words | None


def last_day(closed_on: date, years: int) -> date:
    """The last day of a retention of so many years."""
    return date(closed_on.year + years, 12, 31)


def said(decision: Decision) -> str:
    """By what a file is kept for how long."""
    years = (decision.value or {}).get("years")
    return f"{decision.cited.zh}：{years}年"


def ended(within: Q, day: date) -> list[Ended]:
    """The files, of those named, whose retention is over on a day, the oldest first. For an officer: ``of_office``."""
    known = decisions()
    rows = Case.objects.filter(_over(known, within, day) & within).select_related("organ").order_by("closed_on", "pk")
    found = [
        Ended(row.pk, row.system, row.number, row.organ, row.path, row.opened_on, row.closed_on,
              last_day(row.closed_on, (decision.value or {})["years"]), said(decision), None)
        for row in rows.defer("fields", "course", "title")[:MOST]
        if (decision := known.on(RETENTION, CASES + row.system, row.path, day)) and row.closed_on is not None
    ]  # fmt: skip
    why = hindrances([one.record for one in found], day)
    return [one._replace(hindrance=why.get(one.record)) for one in found]


def _over(known: Decisions, within: Q, day: date) -> Q:
    """The files whose retention is over, told so that the database alone finds the oldest, however many others are older and
    stay: of each kind of work, and of the organs where the same period holds, those closed before a day."""
    organs: dict[tuple[str, int], list[str]] = {}
    kinds = [key.removeprefix(CASES) for key in known.keys(RETENTION) if key.startswith(CASES)]
    held = Case.objects.filter(within, system__in=kinds).exclude(closed_on=None)
    for system, path in held.order_by().values_list("system", "path").distinct():
        decision = known.on(RETENTION, CASES + system, path, day)
        if decision is not None and decision.value is not None and decision.value["term"] != FOR_GOOD:
            organs.setdefault((system, decision.value["years"]), []).append(path)
    over = Q(pk__in=())
    for (system, years), paths in organs.items():
        over |= Q(system=system, path__in=paths, closed_on__lt=date(day.year - years, 1, 1))
    return over


def hindrances(cases: Sequence[int], day: date, but: int | None = None) -> Mapping[int, Words]:
    """Of some files those that must stay, each with the first reason. ``but``: a list that does not count as another one."""
    found: dict[int, Words] = {}
    for case, words in _hindrances(cases, day, but):
        found.setdefault(case, words)
    return found


def _hindrances(cases: Sequence[int], day: date, but: int | None) -> Iterator[tuple[int, Words]]:
    for case, reason in Hold.objects.filter(record__in=cases, lifted_at=None).values_list("record", "reason"):
        yield case, Words(f"暂停销毁：{reason}", f"on hold: {reason}")
    rows = Case.objects.filter(pk__in=cases)
    for case in rows.filter(closed_on=None).values_list("pk", flat=True):
        yield case, Words("尚未办结", "not closed")
    for case, due in rows.filter(next_due__gte=day).values_list("pk", "next_due"):
        yield case, Words(f"期限还在计算，至 {due}", f"a limit still runs, until {due}")
    yield from _linked(cases)
    waiting = ListedFile.objects.filter(record__in=cases, proposal__state=State.PROPOSED).exclude(proposal=but)
    for case, proposal in waiting.values_list("record", "proposal"):
        yield case, Words(f"已列入第 {proposal} 号清册", f"on list {proposal} already")
    for part in parts():
        yield from part.hindered(cases)


def _linked(cases: Sequence[int]) -> Iterable[tuple[int, Words]]:
    """Files linked to a case that is open or on hold, such as a reconsideration or a lawsuit about it."""
    links = CaseLink.objects.filter(Q(case__in=cases) | Q(other__in=cases)).values_list("case", "other")
    pairs = [(a, b) for one in links for a, b in (one, one[::-1])]
    others = {b for _a, b in pairs}
    still = dict(Case.objects.filter(pk__in=others, closed_on=None, voided_on=None).values_list("pk", "number"))
    held = dict(Hold.objects.filter(record__in=others, lifted_at=None).values_list("record", "number"))
    for case, other in pairs:
        if other in still:
            yield case, Words(f"关联的 {still[other]} 尚未办结", f"{still[other]}, linked to it, is not closed")
        elif other in held:
            yield case, Words(f"关联的 {held[other]} 暂停销毁", f"{held[other]}, linked to it, is on hold")
