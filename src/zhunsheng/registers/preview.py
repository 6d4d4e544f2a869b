"""What a change set changes (变更预览): each line before and after, and the figures that move. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Min

from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.postings import Posting
from zhunsheng.kernel.register import ChangeKind, Register, changed_fields
from zhunsheng.ledger.postings import breakdown_text
from zhunsheng.registers.models import ChangeLine, ChangeSet, ChangeSetState, Revision
from zhunsheng.registers.reading import entries_on
from zhunsheng.registers.recording import EntryChange, apply_lines
from zhunsheng.registers.timeline import lasting, merged, postings_between


@dataclass(frozen=True, slots=True)
class LinePreview:
    """One line with its entry as it stands before and after. ``row``: the revision it changes, None for an addition."""

    line: ChangeLine
    row: Revision | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    fields: tuple[str, ...]


@dataclass(slots=True)
class Movement:
    """By how much one account moves, and its parts (``dimension=value``)."""

    account: str
    value: Decimal = Decimal(0)
    parts: dict[str, Decimal] = field(default_factory=dict)


def preview_lines(change_set: ChangeSet, declared: Register, lines: Sequence[ChangeLine]) -> list[LinePreview]:
    """Some lines of a change set, before and after: of an applied one as it was then. Two queries."""
    known_at = None
    if change_set.state == ChangeSetState.APPLIED:
        first = change_set.revisions.aggregate(first=Min("known_from"))["first"]
        known_at = first - timedelta(microseconds=1) if first else None
    rows = entries_on(change_set.register, access=None, true_on=change_set.effective_on, known_at=known_at)
    rows = rows.filter(entry__key__in={line.key for line in lines if line.key})
    if not declared.unique_everywhere:
        rows = rows.filter(entry__organ=change_set.organ_id)
    standing = {row.entry.key: row for row in rows}
    return [_previewed(declared, line, standing.get(line.key)) for line in lines]


def _previewed(declared: Register, line: ChangeLine, row: Revision | None) -> LinePreview:
    before: Mapping[str, Any] = row.values if row is not None else {}
    match line.kind:
        case ChangeKind.ADD:
            after, _ = merged(declared, line.key, {}, line.values)
            return LinePreview(line, None, {}, after, tuple(name for name in declared.fields if name in after))
        case ChangeKind.CHANGE:
            after, _ = merged(declared, line.key, before, line.values)
            found = changed_fields(before, after)
            return LinePreview(line, row, before, after, tuple(name for name in declared.fields if name in found))
    return LinePreview(line, row, before, {} if line.kind == ChangeKind.REMOVE else before, ())


def movements(change_set: ChangeSet) -> list[Movement]:
    """How the accounts move when the change set is applied, or moved when it was; in the order of the declaration."""
    found = _applied(change_set) if change_set.state == ChangeSetState.APPLIED else _expected(change_set)
    by_account: dict[str, Movement] = {}
    for posting in found:
        movement = by_account.setdefault(posting.account, Movement(posting.account))
        movement.value += posting.value
        for part in breakdown_text(posting.breakdown).split(";"):
            if part:
                movement.parts[part] = movement.parts.get(part, Decimal(0)) + posting.value
    for movement in by_account.values():
        movement.parts = {part: value for part, value in movement.parts.items() if value}
    order = [f"{change_set.register}.{key}" for key in system(change_set.register).figures.accounts]
    moving = [movement for movement in by_account.values() if movement.value or movement.parts]
    return sorted(moving, key=lambda movement: order.index(movement.account))


def _expected(change_set: ChangeSet) -> Iterable[Posting]:
    """What would be posted now; nothing for a line that no longer fits, which ``submit`` and ``approve`` refuse."""
    organ, on = change_set.organ, change_set.effective_on
    changes = [EntryChange(organ, line.kind, line.key, line.values, on) for line in change_set.lines.order_by("pk")]
    standings, _ = apply_lines(change_set.register, changes, change_set=change_set, dry_run=True)
    owner = system(change_set.register)
    for standing in standings:
        yield from postings_between(owner, standing.posted, standing.timeline)


def _applied(change_set: ChangeSet) -> Iterable[Posting]:
    owner = system(change_set.register)
    rows: dict[int, list[Revision]] = {}
    for row in Revision.objects.filter(entry__in=change_set.revisions.values("entry")).order_by("pk"):
        rows.setdefault(row.entry_id, []).append(row)
    for known in rows.values():
        at = min(row.known_from for row in known if row.change_set_id == change_set.pk)
        before = [r for r in known if r.known_from < at and (r.known_to is None or r.known_to >= at)]
        after = [r for r in known if r.known_from <= at and (r.known_to is None or r.known_to > at)]
        yield from postings_between(owner, lasting(before), lasting(after))
