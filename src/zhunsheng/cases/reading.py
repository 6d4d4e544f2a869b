"""Reading one case (阅案): from its row to the kernel's value, its receipts, and what may be done with it.

Reads only. Which cases an officer may see at all is ``Case.visible``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache, cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.utils import timezone

from zhunsheng.cases.capacity import acting_for, is_asked
from zhunsheng.cases.models import Case
from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.case_state import CaseState, Link, load_course
from zhunsheng.kernel.clock import Receipt, in_force, read
from zhunsheng.kernel.limits import NO_LOCAL, Limit, LocalValue, LocalValues
from zhunsheng.kernel.office import VERBS, Verb
from zhunsheng.kernel.transition import Command, CompiledProcedure, Refusal, check
from zhunsheng.law.working_days import calendar
from zhunsheng.local.values import decisions
from zhunsheng.orgs.access import HELD, Access, access_from, asked_by
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.prepared import Query, columns_of, fetch


def procedure_of(case: Case) -> CompiledProcedure:
    """The procedure a case runs under: the version in force on the day it began."""
    return system(case.system).procedure_of(case.version)


def state_of(case: Case, compiled: CompiledProcedure | None = None, links: tuple[Link, ...] | None = None) -> CaseState:
    """The kernel's value of a case; linked cases that are not given are looked up when its procedure asks for any (one
    query)."""
    compiled = compiled or procedure_of(case)
    course = load_course(case.course)
    if links is not None:
        course["links"] = links
    elif compiled.procedure.links and case.is_linked:
        course["links"] = links_of(case.pk)
    return CaseState(
        case.system, case.version, case.state, case.opened_on, case.last_on, str(case.organ_id), case.fields,
        case.outcome or None, sequence=case.sequence, **course,
    )  # fmt: skip


class _SetByPlace(Mapping[str, Sequence[tuple[date, LocalValue | None]]]):
    """What the place of an organ has set, read when the first limit is armed under it: most steps arm none."""

    def __init__(self, path: str) -> None:
        self.path = path

    @cached_property
    def _values(self) -> LocalValues:
        return decisions().limits_for(self.path)

    def __getitem__(self, setting: str) -> Sequence[tuple[date, LocalValue | None]]:
        return self._values[setting]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def local_limits(compiled: CompiledProcedure, path: str) -> LocalValues:
    """What the place of an organ has set of the limits a procedure leaves to it; asked only when one of those is armed."""
    return _SetByPlace(path) if compiled.has_settings else NO_LOCAL


def locked(case_id: int) -> Case:
    """The case with its organ, locked until the transaction ends. Raises ``Case.DoesNotExist``."""
    return _case_of(case_id, _fetch_locked(case_id, [case_id], with_access=False))


def locked_with_access(case_id: int, officer: Officer, day: date) -> tuple[Case, Access]:
    """The same, and the access an officer has on a day. Every step needs both: asked for together they cost one question less,
    which takes PostgreSQL and its client as long as the answer."""
    rows = _fetch_locked(case_id, [*asked_by(officer, day), case_id], with_access=True)
    case = _case_of(case_id, rows)
    held = [row[len(_CASE) + len(_ORGAN) + 1 :] for row in rows]
    return case, access_from(officer, (row for row in held if row[0] is not None))


def _fetch_locked(case_id: int, parameters: list[Any], *, with_access: bool) -> list[list[Any]]:
    """The rows of ``_locking``, which passes over a case that somebody else holds: what PostgreSQL reads beside a row it waits
    for is as old as the wait. Then the case is waited for alone, and all is read after that."""
    query = _locking(connection.vendor, with_access=with_access)
    if not (rows := fetch(query, parameters)):
        Case.objects.select_for_update().filter(pk=case_id).values_list("pk").first()
        rows = fetch(query, parameters)
    return rows


def _case_of(case_id: int, rows: list[list[Any]]) -> Case:
    if not rows:
        raise Case.DoesNotExist(f"没有编号为 {case_id} 的案件")
    case = Case.from_db(DEFAULT_DB_ALIAS, _CASE, rows[0][: len(_CASE)])
    case.organ = Organ.from_db(DEFAULT_DB_ALIAS, _ORGAN, rows[0][len(_CASE) : len(_CASE) + len(_ORGAN)])
    case.is_linked = rows[0][len(_CASE) + len(_ORGAN)]
    return case


_CASE, _ORGAN = ([field.attname for field in model._meta.concrete_fields] for model in (Case, Organ))


@cache
def _locking(vendor: str, *, with_access: bool) -> Query:
    """The columns of the case, then those of its organ, whether any case is linked to it (most are alone), then those of what is
    held: a row for each holding, and one without where there is none."""
    lock = "FOR UPDATE OF c SKIP LOCKED" if vendor == "postgresql" else ""
    held, joined = (", h.*", f"LEFT JOIN ({HELD.statement}) h ON TRUE") if with_access else ("", "")
    statement = (
        f"SELECT {columns_of(Case, 'c')}, {columns_of(Organ, 'o')}, "  # noqa: S608 - our own names
        f"EXISTS (SELECT 1 FROM cases_caselink l WHERE l.case_id = c.id OR l.other_id = c.id){held} "
        f"FROM cases_case c JOIN orgs_organ o ON o.id = c.organ_id {joined} WHERE c.id = %s {lock}"
    )
    fields = (*Case._meta.concrete_fields, *Organ._meta.concrete_fields, Case._meta.get_field("is_tallied"))
    return Query(statement, (*fields, *HELD.fields) if with_access else fields)


def links_of(case_id: int) -> tuple[Link, ...]:
    """The cases linked to a case, from either side, as gates see them. One query."""
    return tuple(_link(*row) for row in fetch(_links_query(), [case_id, case_id]))


@cache
def _links_query() -> Query:
    sides = (
        f"SELECT c.system, c.id, c.outcome, c.closed_on FROM cases_caselink l JOIN cases_case c ON c.id = l.{theirs} "  # noqa: S608
        f"WHERE l.{ours} = %s"
        for ours, theirs in (("case_id", "other_id"), ("other_id", "case_id"))
    )
    fields = tuple(Case._meta.get_field(name) for name in ("system", "id", "outcome", "closed_on"))
    return Query(" UNION ALL ".join(sides), fields)


def link_to(case: Case) -> Link:
    """A case as the gates of another see it that is linked to it."""
    return _link(case.system, case.pk, case.outcome, case.closed_on)


def _link(slug: str, pk: int, outcome: str | None, closed_on: date | None) -> Link:
    return Link(slug, str(pk), outcome or None, closed_on is not None or bool(outcome), closed_on)


def receipts(case: Case) -> dict[str, Receipt]:
    """Every limit that has begun to run on a case, counted anew with each step in words."""
    compiled = procedure_of(case)
    state = state_of(case, compiled)
    today = calendar()
    return {key: read(compiled.limits[key], events, today) for key, events in state.clocks.items() if events}


def limits_of(case: Case) -> dict[str, Limit]:
    """The limits that have begun to run on a case, each with the value of the place it runs under."""
    compiled = procedure_of(case)
    clocks = load_course(case.course)["clocks"]
    return {key: in_force(compiled.limits[key], events) for key, events in clocks.items() if key in compiled.limits}


def choices_for(case: Case, access: Access, on: date | None = None) -> list[tuple[str, Refusal | None]]:
    """Every action of the case's procedure with the reason why the officer may not take it now (None: may)."""
    from zhunsheng.cases.facts import facts_for

    compiled = procedure_of(case)
    today = timezone.localdate()
    state = state_of(case, compiled)
    working_days = calendar()
    facts: Mapping[str, bool | date] = {}
    found: list[tuple[str, Refusal | None]] = []
    for name in compiled.procedure.actions:
        facts = {**facts, **facts_for(compiled, name, case.fields, case.organ_id, today, case.pk)}
        right = acting_for(access, compiled, case.path, name)
        roles = right.roles(case.system, case.path, frozenset(compiled.procedure.roles))
        command = Command(
            name, on or today, today, str(access.officer), str(case.organ_id), roles, facts=facts,
            principal=str(right.principal or ""),
        )  # fmt: skip
        found.append((name, check(compiled, state, command, working_days)))
    return found


def verbs_for(case: Case, access: Access) -> list[Verb]:
    """The verbs of office work an officer with a role in the case may use now."""
    compiled = procedure_of(case)
    state = state_of(case, compiled)
    roles = access.roles(case.system, case.path, frozenset(compiled.procedure.roles))
    asked = {r.kind.value for r in state.requests if r.state == "open" and is_asked(access, r, case.system)}
    verbs: list[Verb] = []
    if "assignment" in asked:
        verbs += [Verb.REPLY, Verb.SEND_BACK]
    if asked - {"assignment"}:
        verbs.append(Verb.SIGN)
    if not roles:
        return verbs
    if case.closed_on is not None:
        return [*verbs, Verb.REOPEN] if state.outcome == "office.terminated" else verbs
    if state.held_in is not None:
        return [*verbs, Verb.RESUME]
    verbs += [Verb.ASSIGN, Verb.TRANSFER, Verb.COUNTERSIGN, Verb.ADD_SIGNER, Verb.HOLD, Verb.TERMINATE]
    if any(r.state == "open" for r in state.requests):
        verbs.append(Verb.TAKE_BACK)
    return [verb for verb in VERBS if verb in verbs]
