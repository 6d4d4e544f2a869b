"""Cases as rows of a list (列表): which page of them, and what each row says about its limit. No query per row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from django.core.paginator import Page
from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from zhunsheng.cases.finding import masked_title
from zhunsheng.cases.models import ASKED, Case, Deadline, asked_of
from zhunsheng.cases.reading import procedure_of
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.deadline_lines import acts_within
from zhunsheng.desk.paging import PAGE_SIZE, Part, page_of_keys
from zhunsheng.desk.wording import Light, in_a_row, say, time_left
from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.checking import VOIDED
from zhunsheng.kernel.clock import ClockState
from zhunsheng.kernel.office import TERMINATED, VERBS, Verb
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access, Holding
from zhunsheng.prepared import Kept, fetch_kept, keep

VOID = VERBS[Verb.VOID].words
UNFINISHED = "unfinished"
"""Under what ``unfinished_by_system`` is noted."""
NOT_SHOWN = ("course", "choices")
"""What no list needs of a case, the widest column above all."""


@dataclass(frozen=True)
class CaseRow:
    """One row: the case, its system, what the law expects next and by when."""

    case: Case
    system: Words
    state: Words
    expected: tuple[Words, ...]
    due: date | None
    light: Light

    @property
    def expected_words(self) -> str:
        words = [say(act) for act in self.expected]
        return in_a_row(words) if len(words) > 1 else "".join(words)

    @property
    def address(self) -> str:
        return _before_key() + f"{self.case.pk}/"


@cache
def _before_key() -> str:
    """How the address of a case begins; a list has fifty of them."""
    return reverse("desk:case", args=[0]).removesuffix("0/")


def shown_title(case: Case) -> str:
    """The title with the names of persons masked, as everywhere else until somebody asks to see them."""
    return masked_title(procedure_of(case), case.title, case.fields)


def outcome_name(compiled: CompiledProcedure, outcome: str) -> str:
    """An outcome in words."""
    if outcome == TERMINATED:
        return _("终止办理")
    if outcome == VOIDED:
        return _("作废")
    declared = compiled.procedure.outcomes.get(outcome)
    return say(declared) if declared else outcome


def outcome_words(case: Case) -> str:
    """The outcome of a case in words; nothing while it has none."""
    return outcome_name(procedure_of(case), case.outcome) if case.outcome else ""


def page_of(parts: Sequence[Part], number: str | None, size: int = PAGE_SIZE) -> Page[Case]:
    """One page of cases with organs, handlers and running limits: two queries after those for its keys."""
    page: Page[Any] = page_of_keys(parts, number, size)
    keys = page.object_list
    found = {}
    for row in Case.objects.filter(pk__in=keys).defer(*NOT_SHOWN).select_related("organ", "handler"):
        found[row.pk], row.running = row, []
    running = Deadline.objects.filter(case__in=keys, state__in=(ClockState.RUNNING.value, ClockState.STOPPED.value))
    for deadline in running:
        if deadline.case_id in found:
            found[deadline.case_id].running.append(deadline)
    page.object_list = [found[key] for key in keys if key in found]
    return page


@cache
def _resting() -> Mapping[str, frozenset[str]]:
    """System → its states in which nothing is expected, as declared."""
    return {
        s.slug: frozenset(n for p in s.procedures for n, state in p.states.items() if state.resting)
        for s in systems().values()
    }


@cache
def _lasting() -> tuple[frozenset[str], Mapping[str, frozenset[str]]]:
    """The same by the names of states: those in which nothing is expected in any system, and for the others in which."""
    with_it: dict[str, set[str]] = {}
    for system in systems().values():
        for procedure in system.procedures:
            for state in procedure.states:
                with_it.setdefault(state, set()).add(system.slug)
    resting = {
        state: frozenset(slug for slug in slugs if state in _resting()[slug]) for state, slugs in with_it.items()
    }
    always = frozenset(state for state, slugs in resting.items() if slugs == with_it[state])
    return always, {state: slugs for state, slugs in resting.items() if slugs and state not in always}


def unfinished() -> Q:
    """Open cases with which something is to be done: not those that merely last, unless a limit runs on them."""
    always, others = _lasting()
    lasting = Q(state__in=always)
    for state, slugs in others.items():
        lasting |= Q(state=state, system__in=slugs)
    return Q(closed_on=None) & ~(Q(next_due=None) & lasting)


def unfinished_by_system(access: Access) -> dict[str, int]:
    """System → how many cases the officer may see are ``unfinished``. Every page asks it, so the states are told apart
    here; 待办, which counts them anyway, notes it."""
    if access.noted is not None and UNFINISHED in access.noted:
        return access.noted[UNFINISHED]
    found: dict[str, int] = {}
    asked = tuple(asked_of(access))
    for system, state, number, limited in fetch_kept(_open(connection.vendor, access.officer, access.holdings, asked)):
        wanted = limited if state in _resting().get(system, ()) else number
        if wanted:
            found[system] = found.get(system, 0) + wanted
    return found


@lru_cache(1_000)
def _open(vendor: str, officer: int, holdings: tuple[Holding, ...], asked: tuple[int, ...]) -> Kept | None:
    """What is asked for it on the database of a vendor: open cases by system and state, and those of them with a limit."""
    access = Access(officer, holdings, noted={ASKED: dict.fromkeys(asked)})
    counted = Case.visible.to(access).filter(closed_on=None).order_by().values_list("system", "state")
    columns = tuple(Case._meta.get_field(name) for name in ("system", "state", "id", "id"))
    return keep(counted.annotate(Count("pk"), Count("next_due")), columns)


def by_due(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Most urgent first; those without a limit last, oldest first."""
    return rows.order_by(F("next_due").asc(nulls_last=True), "opened_on", "pk")


def rows_for(cases: Iterable[Case], today: date, calendar: Calendar) -> list[CaseRow]:
    """What each case says in a list, from what ``page_of`` has fetched."""
    return [_row(case, today, calendar) for case in cases]


def _row(case: Case, today: date, calendar: Calendar) -> CaseRow:
    compiled = procedure_of(case)
    state = compiled.procedure.states[case.state]
    name = systems()[case.system].name
    if case.voided_on is not None:
        return CaseRow(case, name, VOID, (), None, Light("voided", _("已作废")))
    if case.closed_on is not None:
        return CaseRow(case, name, state.words, (), None, Light("closed", _("已办结")))
    running = [deadline for deadline in case.running if deadline.key in compiled.owed]
    dated = sorted(
        (d for d in running if d.due_on is not None and d.state == ClockState.RUNNING), key=lambda d: d.due_on
    )
    if dated:
        first = dated[0]
        declared = compiled.deadlines[first.key].declaration
        expected = acts_within(compiled, first.key, case.state) if declared.binds else (declared.words,)
        light = time_left(first.due_on, first.unit or compiled.limits[first.key].unit, today, calendar)
        return CaseRow(case, name, state.words, expected, first.due_on, light)
    if any(d.state == ClockState.STOPPED for d in running):
        return CaseRow(case, name, state.words, (), None, Light("stopped", _("已停止计算")))
    return CaseRow(case, name, state.words, (), None, Light("none", "—"))
