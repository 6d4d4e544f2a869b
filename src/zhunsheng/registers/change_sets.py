"""What may be done to a change set (变更的办理): the only writer of drafts. Each function is one transaction and leaves an audit
record.

A change set is prepared and submitted by an editor of the list and decided by an approver who did not prepare it. What an
entry says and when is decided in ``timeline``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhunsheng.bulk import stretches
from zhunsheng.kernel.register import ChangeKind, Register
from zhunsheng.kernel.transition import Refusal
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.orgs.refusals import Refused, behalf, refused
from zhunsheng.registers.models import ChangeLine, ChangeSet, ChangeSetState
from zhunsheng.registers.recording import IDS_IN_ONE_QUERY, EntryChange, LineRefusal, apply_lines
from zhunsheng.registers.refusing import ListRefused, declaration, reason_given, right_to
from zhunsheng.registers.timeline import canonical_key, refusal
from zhunsheng.security.audit import changed, record


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """A line of a change set. A line ``none`` states that nothing had to change: in the list, or in the entry of its key."""

    kind: ChangeKind | str
    key: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


@transaction.atomic
def begin_change_set(register: str, organ: Organ, title: str, effective_on: date, officer: Officer) -> ChangeSet:
    """拟订: a draft without lines yet, into which ``put_lines`` puts them one after the other. Raises ``Refused``."""
    change_set, _ = _begun(register, organ, title, effective_on, officer)
    change_set.save()
    _audit("prepare", change_set, officer, lines=0)
    return change_set


@transaction.atomic
def prepare_change_set(
    register: str, organ: Organ, title: str, effective_on: date, lines: Iterable[ProposedLine], officer: Officer
) -> ChangeSet:
    """拟订: a draft of changes that come into force together. Raises ``Refused`` with every line that cannot be."""
    change_set, declared = _begun(register, organ, title, effective_on, officer)
    checked = _checked(change_set, declared, list(lines))
    change_set.save()
    ChangeLine.objects.bulk_create([_kept(change_set, declared, line) for line in checked], batch_size=500)
    _audit("prepare", change_set, officer, lines=len(checked))
    return change_set


def _begun(register: str, organ: Organ, title: str, effective_on: date, officer: Officer) -> tuple[ChangeSet, Register]:
    declared = declaration(register, effective_on)
    right = right_to(declared, register, organ.path, officer, declared.editors, "editors")
    change_set = ChangeSet(
        register=register, organ=organ, path=organ.path, title=_title(title), effective_on=effective_on,
        prepared_by=officer, prepared_for_id=right.principal, prepared_at=timezone.now(),
    )  # fmt: skip
    return change_set, declared


@transaction.atomic
def put_lines(change_set_id: int, lines: Sequence[ProposedLine], officer: Officer) -> ChangeSet:
    """Put lines into a draft beside those it has; a line of the same entry is replaced. Raises ``Refused`` line by line."""
    change_set, right = _open(change_set_id, officer, "editors", ChangeSetState.DRAFT, ChangeSetState.RETURNED)
    declared = declaration(change_set.register, change_set.effective_on)
    checked = _checked(change_set, declared, list(lines))
    kept = [_kept(change_set, declared, line) for line in checked]
    for some in stretches([line.key for line in kept], IDS_IN_ONE_QUERY):
        change_set.lines.filter(key__in=some).delete()
    ChangeLine.objects.bulk_create(kept, batch_size=500)
    return _taken_over(change_set, officer, right, lines=len(kept))


@transaction.atomic
def take_line_out(change_set_id: int, line_id: int, officer: Officer) -> ChangeSet:
    """移去: take a line out of a draft. One that is gone already is no error."""
    change_set, right = _open(change_set_id, officer, "editors", ChangeSetState.DRAFT, ChangeSetState.RETURNED)
    change_set.lines.filter(pk=line_id).delete()
    return _taken_over(change_set, officer, right, taken_out=line_id)


def _taken_over(change_set: ChangeSet, officer: Officer, right: Access, **detail: Any) -> ChangeSet:
    """Who last worked on a draft answers for it, and so cannot decide it."""
    change_set.prepared_by, change_set.prepared_for_id = officer, right.principal
    change_set.save(update_fields=("prepared_by", "prepared_for"))
    _audit("revise", change_set, officer, **detail, **behalf(right))
    return change_set


@transaction.atomic
def rename(change_set_id: int, officer: Officer, *, title: str, effective_on: date) -> ChangeSet:
    """修改: another title or day for a draft. Raises ``Refused`` with every line that does not fit the new day."""
    change_set, right = _open(change_set_id, officer, "editors", ChangeSetState.DRAFT, ChangeSetState.RETURNED)
    change_set.title, change_set.effective_on = _title(title), effective_on
    declared = declaration(change_set.register, effective_on)
    lines = _lines_of(change_set)
    if problems := lines and _line_problems(change_set, declared, lines):
        raise ListRefused(problems)
    change_set.save(update_fields=("title", "effective_on"))
    return _taken_over(change_set, officer, right)


@transaction.atomic
def discard(change_set_id: int, officer: Officer) -> ChangeSet:
    """作废: give up a draft; it stays readable. An editor takes back what was never approved."""
    change_set, right = _open(change_set_id, officer, "editors", ChangeSetState.DRAFT, ChangeSetState.RETURNED)
    return _move(change_set, ChangeSetState.DISCARDED, "discard", officer, right)


@transaction.atomic
def submit(change_set_id: int, officer: Officer) -> ChangeSet:
    """提交审定: hand a draft to the approver. Raises ``Refused`` when it has no lines, or one that no longer fits."""
    change_set, right = _open(change_set_id, officer, "editors", ChangeSetState.DRAFT, ChangeSetState.RETURNED)
    _checked(change_set, declaration(change_set.register, change_set.effective_on), _lines_of(change_set))
    return _move(change_set, ChangeSetState.SUBMITTED, "submit", officer, right)


@transaction.atomic
def return_for_changes(change_set_id: int, officer: Officer, note: str) -> ChangeSet:
    """退回修改: the approver wants it otherwise and says why."""
    change_set, right = _open(change_set_id, officer, "approvers", ChangeSetState.SUBMITTED)
    return _move(change_set, ChangeSetState.RETURNED, "return", officer, right, reason_given(note))


@transaction.atomic
def reject(change_set_id: int, officer: Officer, note: str) -> ChangeSet:
    """不予采纳: the change set is not applied, for good."""
    change_set, right = _open(change_set_id, officer, "approvers", ChangeSetState.SUBMITTED)
    return _move(change_set, ChangeSetState.REJECTED, "reject", officer, right, reason_given(note))


@transaction.atomic
def approve(change_set_id: int, officer: Officer, note: str = "") -> ChangeSet:
    """审定: apply every line. Raises ``Refused`` when a line no longer fits what the list has become meanwhile."""
    change_set, right = _open(change_set_id, officer, "approvers", ChangeSetState.SUBMITTED)
    lines = _lines_of(change_set)
    _, refusals = apply_lines(
        change_set.register, _changes(change_set, lines), officer_id=officer.pk, change_set=change_set
    )
    if refusals:
        raise ListRefused(refusals)
    kinds = {kind.value: sum(line.kind == kind for line in lines) for kind in ChangeKind}
    return _move(change_set, ChangeSetState.APPLIED, "approve", officer, right, note, **kinds)


def _lines_of(change_set: ChangeSet) -> list[ProposedLine]:
    return [ProposedLine(line.kind, line.key, line.values, line.reason) for line in change_set.lines.order_by("pk")]


def check_lines(register: str, organ: Organ, effective_on: date, lines: Sequence[ProposedLine]) -> list[LineRefusal]:
    """Why lines could not be proposed, line by line, without writing anything."""
    change_set = ChangeSet(register=register, organ=organ, path=organ.path, effective_on=effective_on)
    return _line_problems(change_set, declaration(register, effective_on), lines)


def _line_problems(change_set: ChangeSet, declared: Register, lines: Sequence[ProposedLine]) -> list[LineRefusal]:
    _, problems = apply_lines(change_set.register, _changes(change_set, lines), change_set=change_set, dry_run=True)
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        key = canonical_key(declared, line.key, line.values)
        if isinstance(key, Refusal):
            continue
        if key in seen:
            words = Words(
                f"与第{seen[key]}行重复，一次变更中每个条目只能出现一次",
                f"line {seen[key]} has it already; an entry appears once in a change set",
            )
            problems = [problem for problem in problems if problem.line != number]
            problems.append(LineRefusal(number, refusal(declared, "twice", words, declared.key, key)))
        seen.setdefault(key, number)
    return sorted(problems, key=lambda problem: problem.line)


def _checked(change_set: ChangeSet, declared: Register, lines: list[ProposedLine]) -> list[ProposedLine]:
    if not lines:
        words = Words(
            "没有变更事项；经核对无需变更的，请填写一行“无变更”（none）",
            "there are no lines; when nothing has to change, record a line of kind none",
        )
        raise Refused(refusal(declared, "no_lines", words))
    if problems := _line_problems(change_set, declared, lines):
        raise ListRefused(problems)
    return lines


def _changes(change_set: ChangeSet, lines: Sequence[ProposedLine]) -> list[EntryChange]:
    on = change_set.effective_on
    return [EntryChange(change_set.organ, line.kind, line.key, line.values, on, None, line.reason) for line in lines]


def _kept(change_set: ChangeSet, declared: Register, line: ProposedLine) -> ChangeLine:
    """A line as it is stored: its values in canonical form, its key where it has one."""
    key = canonical_key(declared, line.key, line.values)
    values = {
        name: declared.fields[name].parse(value) for name, value in line.values.items() if name in declared.fields
    }
    return ChangeLine(
        change_set=change_set, kind=ChangeKind(line.kind).value, key=key if isinstance(key, str) else "",
        values=values, reason=line.reason,
    )  # fmt: skip


def _open(change_set_id: int, officer: Officer, side: str, *states: ChangeSetState) -> tuple[ChangeSet, Access]:
    """The change set, locked, if the officer may act on it now, and in whose right. Raises ``Refused``."""
    change_set = (
        ChangeSet.objects.select_for_update(of=("self",)).select_related("organ").filter(pk=change_set_id).first()
    )
    if change_set is None:
        raise refused("unknown", "没有这项变更，请刷新后重试", "there is no such change set; reload the page")
    declared = declaration(change_set.register, change_set.effective_on)
    right = right_to(declared, change_set.register, change_set.path, officer, getattr(declared, side), side)
    if change_set.state not in states:
        label, wanted = ChangeSetState(change_set.state).label, "、".join(str(state.label) for state in states)
        raise refused(
            "state",
            f"这项变更现为“{label}”，须为“{wanted}”才能办理，请刷新后重试",
            f"the change set is “{change_set.state}”, this needs “{', '.join(states)}”; reload the page",
        )
    if side == "approvers" and not right.people.isdisjoint(change_set.preparers):
        raise refused(
            "own_change_set",
            "拟订人不能审定自己拟订的变更，请由其他审定人办理",
            "who prepared a change set cannot decide it; another approver has to",
        )
    return change_set, right


def _move(
    change_set: ChangeSet, state: ChangeSetState, action: str, officer: Officer, right: Access, note: str = "",
    **detail: Any,
) -> ChangeSet:  # fmt: skip
    change_set.state = state
    if action != "submit":
        change_set.decided_by, change_set.decided_at, change_set.note = officer, timezone.now(), note
        change_set.decided_for_id = right.principal
    change_set.save(update_fields=("state", "decided_by", "decided_for", "decided_at", "note"))
    _audit(action, change_set, officer, **detail, **behalf(right))
    return change_set


def _audit(action: str, change_set: ChangeSet, officer: Officer, **detail: Any) -> None:
    record(
        f"register.{action}", f"change_set:{change_set.pk}", officer.pk, register=change_set.register, **detail,
        **changed(change_set),
    )  # fmt: skip


def _title(title: str) -> str:
    if not title.strip():
        raise refused("missing", "须填写变更事由", "say what the change set is about", "title")
    if len(title.strip()) > 200:
        raise refused("field", "事由最多 200 字", "the title takes at most 200 characters", "title")
    return title.strip()
