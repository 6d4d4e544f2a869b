"""Reading lists (清单的查询): any past day as it was known then or is known now, history, differences, comparison, counts.

Writes nothing. Every function that a page, an export or a search calls takes the officer's access; ``access=None`` is
for the platform's own work (figures, the public site, which publishes what the declaration makes public).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.fields import FieldDeclaration, FieldType
from zhunsheng.kernel.masking import mask
from zhunsheng.kernel.register import ChangeKind, Comparison, Difference, Register, changed_fields, compare
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.terms import in_being
from zhunsheng.registers.models import ChangeSet, ChangeSetState, Entry, Revision


def entries_on(
    register: str | Collection[str],
    *,
    access: Access | None,
    true_on: date,
    known_at: datetime | None = None,
    organ: Organ | None = None,
    below: bool = False,
    region: str | None = None,
) -> QuerySet[Revision]:
    """The list (or lists) as it was in force on a day, in the order of organs and keys; one query.

    ``known_at``: as it was known at that moment; now when left out. ``organ``: one organ's list, with ``below`` also
    those of the organs under it; ``region``: the organs of one region. ``access`` limits to what an officer may see.
    """
    lists = [register] if isinstance(register, str) else register
    rows = Revision.objects.filter(entry__register__in=lists).filter(in_being(true_on))
    if known_at is None:
        rows = rows.filter(known_to=None)
    else:
        rows = rows.filter(known_from__lte=known_at).filter(Q(known_to=None) | Q(known_to__gt=known_at))
    if organ is not None:
        rows = rows.filter(entry__path__startswith=organ.path) if below else rows.filter(entry__organ=organ)
    if region is not None:
        rows = rows.filter(entry__organ__region=region)
    if access is not None:
        rows = rows.filter(entry__in=Entry.visible.to(access).filter(register__in=lists))
    return rows.select_related("entry__organ").order_by("entry__path", "entry__key")


def sizes_on(organ: Organ, *, access: Access, true_on: date) -> dict[str, int]:
    """How many entries each list of an organ has on a day, of the lists that have any; one query."""
    rows = Revision.objects.filter(in_being(true_on), known_to=None)
    seen = rows.filter(entry__organ=organ, entry__in=Entry.visible.to(access))
    return dict(seen.order_by().values_list("entry__register").annotate(Count("pk")))


def values_by_key(rows: Iterable[Revision]) -> dict[str, dict[str, Any]]:
    """Key -> values, as the comparison of two lists takes them."""
    return {row.entry.key: row.values for row in rows}


def change_sets_of(register: str, access: Access) -> QuerySet[ChangeSet]:
    """The change sets of one list that an officer may see, the newest first."""
    rows = ChangeSet.objects.filter(access.rows(system_field="register"), register=register)
    officers = ("prepared_by", "prepared_for", "decided_by", "decided_for")
    return rows.select_related("organ", *officers).order_by("-pk")


def change_sets_waiting(access: Access) -> list[ChangeSet]:
    """Of every list, the change sets the officer may see that wait for somebody: submitted, or sent back to be mended."""
    waiting = (ChangeSetState.SUBMITTED, ChangeSetState.RETURNED)
    rows = ChangeSet.objects.filter(access.rows(system_field="register"), state__in=waiting)
    return list(rows.select_related("organ").order_by("pk"))


# --- history ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing done to an entry: ``row`` is the revision it left in force (for a removal, the one it ended)."""

    kind: ChangeKind
    correction: bool
    on: date
    recorded_at: datetime
    row: Revision
    before: Mapping[str, Any] | None
    fields: tuple[str, ...]


def history(entry: Entry) -> list[Happening]:
    """Everything that was done to an entry, in the order in which it was recorded; one query."""
    rows = list(entry.revisions.select_related("officer", "change_set").order_by("known_from", "pk"))
    steps: dict[datetime, list[Revision]] = {}
    for row in rows:
        steps.setdefault(row.known_from, []).append(row)
    return [_happening(at, added, [row for row in rows if row.known_to == at]) for at, added in steps.items()]


def _happening(at: datetime, added: list[Revision], closed: list[Revision]) -> Happening:
    """What one step was, from the revisions it added (the one that matters first or last) and those it closed."""
    if added[0].correction:
        row, moved = added[0], added[1:]
        wrong = next(old for old in closed if not any(is_moved(old, new) for new in moved))
        fields = tuple(changed_fields(wrong.values, row.values))
        return Happening(ChangeKind.CHANGE, True, row.valid_from, at, row, wrong.values, fields)
    row = added[-1]
    if not closed:
        return Happening(ChangeKind.ADD, False, row.valid_from, at, row, None, ())
    before = closed[0].values
    if len(added) == 1:
        return Happening(ChangeKind.REMOVE, False, row.valid_to or row.valid_from, at, row, before, ())
    fields = tuple(changed_fields(before, row.values))
    return Happening(ChangeKind.CHANGE, False, row.valid_from, at, row, before, fields)


def is_moved(old: Revision, new: Revision) -> bool:
    """Whether a revision is another one with one of its days moved along by a correction next to it."""
    return old.values == new.values and (old.valid_from == new.valid_from or old.valid_to == new.valid_to)


# --- differences and comparison --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Changed:
    """How one entry differs between two days."""

    kind: ChangeKind
    organ: Organ
    key: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    fields: tuple[str, ...] = ()


def differences(
    register: str,
    first: date,
    second: date,
    *,
    access: Access | None,
    organ: Organ | None = None,
    below: bool = False,
    region: str | None = None,
    known_at: datetime | None = None,
) -> list[Changed]:
    """What was added, changed and removed between two days; two queries."""
    states = [
        {
            row.entry_id: row
            for row in entries_on(
                register, access=access, true_on=day, known_at=known_at, organ=organ, below=below, region=region
            )
        }
        for day in (first, second)
    ]
    before, after = states
    found: list[Changed] = []
    for pk in {**before, **after}:
        old, new = before.get(pk), after.get(pk)
        entry = (new or old).entry  # type: ignore[union-attr]
        if old is None and new is not None:
            found.append(Changed(ChangeKind.ADD, entry.organ, entry.key, None, new.values))
        elif new is None and old is not None:
            found.append(Changed(ChangeKind.REMOVE, entry.organ, entry.key, old.values, None))
        elif old is not None and new is not None and old.values != new.values:
            fields = tuple(changed_fields(old.values, new.values))
            found.append(Changed(ChangeKind.CHANGE, entry.organ, entry.key, old.values, new.values, fields))
    return sorted(found, key=lambda item: (item.organ.path, item.key))


@dataclass(frozen=True, slots=True)
class ComparedCell:
    """One compared field of an item in both lists, as pages show it."""

    field: str
    name: Words
    here: str
    there: str
    differs: bool


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One item of two lists, ready to be shown."""

    key: str
    title: str
    difference: Difference
    cells: tuple[ComparedCell, ...]


def compare_lists(
    declared: Register,
    here: Mapping[str, Mapping[str, Any]],
    there: Mapping[str, Mapping[str, Any]],
    language: str = "zh",
) -> list[ComparedRow]:
    """Two lists item by item and element by element: ours with that of the upper level, or organ with organ.

    The lists come from ``values_by_key(entries_on(…))`` or from a workbook (``workbook.read_list``).
    """
    return [_compared_row(declared, item, language) for item in compare(declared, here, there)]


def _compared_row(declared: Register, item: Comparison, language: str) -> ComparedRow:
    here, there = item.here or {}, item.there or {}
    cells = tuple(
        ComparedCell(
            name,
            declared.fields[name].words,
            display(declared.fields[name], here.get(name), language),
            display(declared.fields[name], there.get(name), language),
            here.get(name) != there.get(name),
        )
        for name in declared.compare
    )
    title = (item.here or there).get(declared.title)
    return ComparedRow(item.key, display(declared.fields[declared.title], title, language), item.difference, cells)


def tally(rows: Iterable[ComparedRow]) -> dict[Difference, int]:
    """How many items are the same, differ, stand only here, only there."""
    counts = dict.fromkeys(Difference, 0)
    for row in rows:
        counts[row.difference] += 1
    return counts


# --- counts and display ----------------------------------------------------------------------------------------------


def count_by_organ(rows: QuerySet[Revision]) -> list[tuple[Organ, int]]:
    """How many entries each organ has, in the order of the tree; two queries."""
    counted = dict(rows.order_by().values_list("entry__organ").annotate(Count("pk")))
    return [(organ, counted[organ.pk]) for organ in Organ.objects.filter(pk__in=counted).order_by("path")]


def display(field: FieldDeclaration, value: Any, language: str = "zh", *, unmasked: bool = True) -> str:
    """A value as a page or a cell shows it: the names of choices, 是/否, several values one after the other."""
    if not unmasked:
        value = mask(field, value)
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(display(field, item, language) for item in value)
    if field.type is FieldType.PARTY and isinstance(value, Mapping):
        return str(value.get("name", ""))
    if field.type is FieldType.BOOLEAN and isinstance(value, bool):
        return Words("是" if value else "否", "yes" if value else "no").within(language)
    if field.type in (FieldType.CHOICE, FieldType.CHOICES) and (words := field.choices.get(str(value))):
        return words.within(language)
    return str(value).replace("T", " ") if field.type is FieldType.DATETIME else str(value)


def declared_for(register: str, day: date | None = None) -> Register:
    """The declaration of a list on a day, today when left out. Raises ``UnknownSystem``."""
    return system(register).register_on(day or timezone.localdate())
