"""Acting on cases (办理): the only writer of cases. Pages, imports, commands and tests all come through here.

One call is one transaction: the row is locked, what the law did meanwhile is settled, the kernel decides, the steps
are written with their clocks, papers, postings and audit; or nothing is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

from zhunsheng.cases.asking import answers, following
from zhunsheng.cases.capacity import ANSWERS, acting_for, request_of
from zhunsheng.cases.crafting import file_away, work_out
from zhunsheng.cases.facts import facts_for, given_by_list_change, given_by_meetings, given_by_platform
from zhunsheng.cases.issuers import issuers
from zhunsheng.cases.matters import begun, day_of_step, taken_over
from zhunsheng.cases.models import Case, CaseLink
from zhunsheng.cases.organs import organ_called
from zhunsheng.cases.reading import link_to, local_limits, locked, locked_with_access, state_of
from zhunsheng.cases.recording import CaseRecord, RegisterChange, Step, opened, printable, write
from zhunsheng.catalogue.loading import UnknownSystem, system
from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.case_state import CaseState, Link, Request
from zhunsheng.kernel.checking import voided
from zhunsheng.kernel.clock import as_date, due_of
from zhunsheng.kernel.limits import Amount
from zhunsheng.kernel.office import Verb, is_verb, perform_verb
from zhunsheng.kernel.postings import identity_of
from zhunsheng.kernel.transition import Command, CompiledProcedure, Refusal, Transition, act, settle
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import calendar
from zhunsheng.law.working_days import today as this_day
from zhunsheng.local.values import decisions
from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.orgs.refusals import Refused, refused
from zhunsheng.orgs.terms import unended
from zhunsheng.security.audit import record as audit

logger = logging.getLogger(__name__)
NO_VALUES: Mapping[str, Any] = {}


class _Right(NamedTuple):
    """Who takes a step: the officer, in what capacity (neither for an import or a command), with which roles."""

    officer: Officer | None
    access: Access | None
    roles: frozenset[str]

    @property
    def officer_id(self) -> int | None:
        return self.officer.pk if self.officer else None

    @property
    def principal_id(self) -> int | None:
        return self.access.principal if self.access else None

    @property
    def principal(self) -> str:
        """As the kernel takes it."""
        return str(self.principal_id or "")


def _right(
    officer: Officer | None, access: Access | None, compiled: CompiledProcedure, path: str, action: str,
    request: Request | None = None,
) -> _Right:  # fmt: skip
    """The right in which a step is taken; without an officer (an import, a command) every declared role is there."""
    declared = frozenset(compiled.procedure.roles)
    if access is None:
        return _Right(None, None, declared)
    access = acting_for(access, compiled, path, action, request)
    return _Right(officer, access, access.roles(compiled.slug, path, declared))


@transaction.atomic
def open_case(
    slug: str,
    action: str,
    *,
    organ: Organ,
    on: date,
    officer: Officer | None = None,
    values: Mapping[str, Any] = NO_VALUES,
    outcome: str | None = None,
    note: str = "",
    today: date | None = None,
    online: bool = False,
    source: Case | None = None,
) -> Case:
    """Open a case under the procedure in force on ``on``. Raises ``Refused``.

    ``source``: the case it is opened from; the two are linked, and the gates of the opening see it.
    ``online``: a party does it himself over the public pages; what a party may do at all is seen to there.
    """
    today = today or this_day()
    try:
        compiled = system(slug).procedure_on(on)
    except UnknownSystem as error:
        raise refused("not_in_force", *error.words) from error
    right = _right(officer, officer and access_of(officer, today), compiled, organ.path, action)
    facts = facts_for(compiled, action, values, organ.pk, on)
    known = decisions()
    command = Command(
        action, on, today, str(right.officer_id or ""), str(organ.pk), right.roles, values, outcome, note, facts,
        principal=right.principal, local=known.limits_for(organ.path),
        given=given_by_platform(compiled, action, values, organ, on), links=(link_to(source),) if source else (),
    )  # fmt: skip
    working_days = calendar()
    result = act(compiled, None, command, working_days)
    if isinstance(result, Refusal):
        raise Refused(result)
    step = Step(
        result, right.officer_id, None if online else organ.pk, note, "", right.principal_id, online,
        issuers(compiled, action, result.papers, result.case.fields, on, organ, right.access),
    )  # fmt: skip
    record = CaseRecord(compiled, organ, [step], handler_id=right.principal_id or right.officer_id)
    apply_register_changes(write([record], working_days, known=known))
    case = opened(record)
    if source is not None:
        link_cases(source.pk, case.pk, officer=officer)
    for verb, told, _ in following(case, compiled, command, None, case.fields) if officer else ():
        case = perform(case.pk, verb, on=on, officer=officer, values=told, today=today)
    return case


@transaction.atomic
def perform(
    case_id: int,
    action: str,
    *,
    on: date,
    officer: Officer | None = None,
    values: Mapping[str, Any] = NO_VALUES,
    outcome: str | None = None,
    note: str = "",
    amount: Amount | None = None,
    request: int | None = None,
    expected_sequence: int | None = None,
    today: date | None = None,
    online: bool = False,
) -> Case:
    """Take one step of a case, or use a verb of office work on it. Raises ``Refused``.

    ``expected_sequence``: the number of events the officer saw; when the case has moved on meanwhile the step is
    refused (``stale``) and nothing is lost. ``online``: as with ``open_case``.
    """
    today = today or this_day()
    row, access = locked_with_access(case_id, officer, today) if officer else (locked(case_id), None)
    if expected_sequence is not None and expected_sequence != row.sequence:
        raise refused(
            "stale",
            "案件在您打开页面之后已经有新的办理记录，请核对后再办",
            "the case has moved on since you opened the page; look again before acting",
        )
    compiled = system(row.system).procedure_of(row.version)
    working_days = calendar()
    state = state_of(row, compiled)
    local = local_limits(compiled, row.path)
    steps = [Step(done, None, None) for done in settle(compiled, state, on - timedelta(days=1), working_days, local)]
    if steps:
        state = steps[-1].transition.case
    organ = row.organ
    asked = request_of(state, request)
    right = _right(officer, access, compiled, row.path, action, asked)
    acting = _acting_organ(right.access, row, asked)
    links = state.links if compiled.procedure.links else None
    values = {**known_beforehand(compiled, action, row, right.access, on, links), **values}
    known = {**compiled.kept(action, row.fields), **values}
    command = Command(
        action, on, today, str(right.officer_id or ""), acting, right.roles, values, outcome, note,
        facts_for(compiled, action, known, organ.pk, on, row.pk), amount, request, right.principal, local,
        given_by_platform(compiled, action, known, organ, on, case_id=row.pk),
    )  # fmt: skip
    # Whoever acts for nobody (an import, a command) says himself what a function would have worked out.
    crafted = work_out(compiled, state, row, command, working_days) if officer is not None else None
    if isinstance(crafted, Refusal):
        raise Refused(crafted)
    if crafted is not None:
        command = command._replace(values={**values, **crafted.values})
    result = _decide(compiled, state, command, working_days)
    if isinstance(result, Refusal):
        raise Refused(result)
    extension = f"{amount.value} {amount.unit.value}" if amount else ""
    text = note or str(values.get("text", ""))
    step = Step(
        result, right.officer_id, None if online else int(acting), text, extension, right.principal_id, online,
        issuers(compiled, action, result.papers, result.case.fields, on, organ, right.access),
    )  # fmt: skip
    steps.append(step)
    if officer is not None:
        for verb, told, number in following(row, compiled, command, state, result.case.fields):
            asking = perform_verb(
                compiled, steps[-1].transition.case, command._replace(action=verb, values=told, request=number)
            )
            if isinstance(asking, Refusal):
                raise Refused(asking)
            steps.append(step._replace(transition=asking, note=str(told["text"]), extension=""))
    record = CaseRecord(compiled, organ, steps, row, row.pk)
    if result.transferred_to is not None:
        record.moved_to = Organ.objects.get(pk=int(result.transferred_to))
    apply_register_changes(write([record], working_days))
    if crafted is not None and officer is not None and right.access is not None:
        file_away(row, result.case.sequence, crafted, on, officer, right.access)
    return row


def known_beforehand(
    compiled: CompiledProcedure,
    action: str,
    row: Case,
    access: Access | None,
    on: date,
    links: Collection[Link] | None = None,
) -> dict[str, Any]:
    """What a step takes for granted where nobody says otherwise: what linked cases say, what was answered, what a meeting
    settled, what a change of a list comes to."""
    typed = compiled.procedure.actions[action].field_names if action in compiled.procedure.actions else ()
    return {
        **_begun_anew(compiled, action, row, on), **taken_over(compiled, action, row.pk, access, links), **answers(compiled, action, row),
        **given_by_meetings(compiled, action, row.pk, on, typed), **given_by_list_change(compiled, action, row),
    }  # fmt: skip


def _begun_anew(compiled: CompiledProcedure, action: str, row: Case, on: date) -> dict[str, Any]:
    """What a step begins with that the case does not say already; the day is that of this step, not of an earlier one."""
    kept = compiled.kept(action, row.fields)
    found = begun(compiled, action, row.organ, on, row.fields)
    return {name: value for name, value in found.items() if kept.get(name) is None} | day_of_step(compiled, action, on)


def _decide(
    compiled: CompiledProcedure, state: CaseState, command: Command, working_days: Calendar
) -> Transition | Refusal:
    if not is_verb(command.action):
        return act(compiled, state, command, working_days)
    if command.action == Verb.VOID:  # leaves postings and entries of lists to be reversed: see ``voiding``
        return Refusal("not_alone", Words("案件不能单独作废", "a case is not made void by itself"))
    if command.action == Verb.REVALUE:
        return Refusal("role", Words("由本地设定管理员办理", "this is for the administrator of local settings"))
    if command.action == Verb.READ and command.officer:
        return Refusal("role", Words("由当事人办理", "this is for the party"))
    to = str(command.values.get("to") or "")
    if to and not _can_be_asked(command.action, to, command.on):
        return Refusal(
            "field", Words(f"没有「{to}」这个单位或者人员", f"there is no organ or officer “{to}”"), field="to"
        )
    if command.officer and not command.roles and command.action not in ANSWERS:
        return Refusal("role", Words("您不承办本案", "the case is not yours to handle"))
    return perform_verb(compiled, state, command)


def _can_be_asked(verb: str, to: str, on: date) -> bool:
    """Whether there is such an organ on the day, or such an officer."""
    if not to.isdecimal() or len(to) > 18:
        return False
    if verb == Verb.ADD_SIGNER:
        return Officer.objects.filter(pk=int(to), is_active=True).exists()
    return Organ.objects.filter(unended(on), pk=int(to)).exists()


def _acting_organ(access: Access | None, row: Case, asked: Request | None) -> str:
    """The organ an officer acts for: the one that was asked or that of the case if a duty is held there, else that of the
    first duty held."""
    if access is None:
        return str(row.organ_id)
    organs = access.organs()
    if asked is not None and asked.kind != "signature" and int(asked.to) in organs:
        return asked.to
    return str(row.organ_id if row.organ_id in organs or not organs else organs[0])


def apply_register_changes(changes: list[RegisterChange]) -> None:
    """Make the entries of lists that steps of cases write, so that nobody types them again."""
    if not changes:
        return
    from zhunsheng.registers.actions import apply_entry_change

    for change in changes:
        apply_entry_change(
            change.write.register_slug, organ_of_entry(change), change.write.change,
            printable_key(change), register_values(change), change.on,
            officer=Officer.objects.filter(pk=change.officer_id).first() if change.officer_id else None,
            case_id=change.record.case_id,
        )  # fmt: skip


def _source(change: RegisterChange, name: str) -> Any:
    record, state = change.record, change.state
    row = record.row
    implicit = {
        "number": record.number or (row.number if row else ""),
        "title": record.title or (row.title if row else ""),
        "organ": record.organ.name,
        "state": state.state,
        "outcome": state.outcome,
        "opened_on": state.opened_on.isoformat(),
        "closed_on": change.on.isoformat(),
        "officer": change.officer_id,
    }
    value = state.fields.get(name, implicit.get(name))
    return printable(value) if isinstance(value, Mapping) else value


def _declared_value(change: RegisterChange, source: Mapping[str, Any]) -> Any:
    """A value given in the declaration, what this step said itself, or the last day of a limit."""
    if "said" in source:
        value = change.said.get(source["said"])
        return printable(value) if isinstance(value, Mapping) else value
    return source["value"] if "value" in source else _last_day(change, source["due"])


def _last_day(change: RegisterChange, limit: str) -> str | None:
    events = change.state.clocks.get(limit)
    due = due_of(change.record.compiled.limits[limit], events, calendar()) if events else None
    return as_date(due).isoformat() if due is not None else None


def organ_of_entry(change: RegisterChange) -> Organ:
    """Whose part of the list the entry stands in: the organ a field names, else that which has the case."""
    organ = change.record.organ
    named = organ_called(change.state.fields.get(change.write.organ), organ, change.on) if change.write.organ else None
    return named or organ


def printable_key(change: RegisterChange) -> str:
    """The key of the entry: an identifying number where the source is a party that has one, else its value."""
    value = change.state.fields.get(change.write.key)
    return identity_of(value) or "" if isinstance(value, Mapping) else str(_source(change, change.write.key))


def register_values(change: RegisterChange) -> dict[str, Any]:
    """The values of the entry: from the fields of the case, given in the declaration, or the last day of a limit."""
    values: dict[str, Any] = {}
    for name, source in change.write.values.items():
        value = _declared_value(change, source) if isinstance(source, dict) else _source(change, source)
        if isinstance(value, list):
            value = printable(value)
        if value not in (None, ""):
            values[name] = value
    return values


@transaction.atomic
def link_cases(case_id: int, other_id: int, *, officer: Officer | None = None) -> None:
    """Put two cases on one matter; each may then serve the other's gates."""
    if case_id == other_id:
        raise refused("self_link", "案件不能与自身关联", "a case cannot be linked to itself")
    if Case.objects.filter(pk__in=(case_id, other_id), voided_on__isnull=False).exists():
        raise Refused(voided())
    first, second = sorted((case_id, other_id))
    CaseLink.objects.get_or_create(case_id=first, other_id=second)
    audit("case.link", f"case:{case_id}", officer.pk if officer else None, other=other_id)


@transaction.atomic
def link_many(pairs: Iterable[tuple[int, int]], *, officer: Officer | None = None) -> None:
    """Put many pairs of cases, new ones, on one matter each; one entry in the audit trail."""
    links = [CaseLink(case_id=min(pair), other_id=max(pair)) for pair in pairs]
    if links:
        CaseLink.objects.bulk_create(links, batch_size=500, ignore_conflicts=True)
        audit("case.link_many", "cases", officer.pk if officer else None, links=len(links))


def _log_unsettled(case_id: int, error: Exception) -> None:
    logger.error("the law could not take its course on case %s", case_id, exc_info=error)


def settle_due(through: date, unsettled: Callable[[int, Exception], None] = _log_unsettled) -> int:
    """Let the law take its course on every case whose limit ran out by the end of ``through``; gives how many.

    A closed case may still have one: the time to sue runs on when its file is kept. Run once a day. Each case is a
    transaction of its own; one that cannot be settled is told (``unsettled``) and stops no other.
    """
    settled = 0
    due = Case.objects.filter(next_due__lte=through).values_list("pk", flat=True)
    still, after = due.filter(closed_on=None), due.filter(closed_on__isnull=False)
    for case_id in [*still, *after]:
        try:
            settled += _settle_one(case_id, through)
        except Exception as error:  # whatever is wrong with one case, the limits of all others run out today
            if not connection.is_usable():
                raise
            unsettled(case_id, error)
    return settled


@transaction.atomic
def _settle_one(case_id: int, through: date) -> int:
    row = locked(case_id)
    compiled = system(row.system).procedure_of(row.version)
    working_days = calendar()
    local = local_limits(compiled, row.path)
    steps = [Step(done, None, None) for done in settle(compiled, state_of(row, compiled), through, working_days, local)]
    if steps:
        apply_register_changes(write([CaseRecord(compiled, row.organ, steps, row, row.pk)], working_days))
    return len(steps)
