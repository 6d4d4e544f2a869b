"""Writing changes of lists down (记载): one change or ten thousand, checked and inserted by the same code in few round trips.

Called by ``registers.actions`` and ``registers.change_sets`` only, which hold the transaction and have decided who may do it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from zhunsheng.bulk import insert_rows, moment, reserve_ids, stretches, to_json
from zhunsheng.catalogue.loading import System, UnknownSystem, system
from zhunsheng.kernel.postings import Posting
from zhunsheng.kernel.register import ChangeKind, Register
from zhunsheng.kernel.transition import Refusal
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.models import Source
from zhunsheng.ledger.postings import PostingRow, post
from zhunsheng.orgs.models import Organ
from zhunsheng.registers.finding import ENTRY, text_of_entry
from zhunsheng.registers.models import ChangeSet, Entry, Revision
from zhunsheng.registers.timeline import Step, canonical_key, decide, lasting, postings_between, refusal
from zhunsheng.search.keeping import keep_instead
from zhunsheng.security.sealing import Numbered, keep_numbers, names_of, sealed

IDS_IN_ONE_QUERY = 800
_NO_ENTRY = Words(
    "没有这样的变更类型；可用：add、change、remove、none", "no such kind; use add, change, remove or none"
)


class LineRefusal(NamedTuple):
    """Why one line cannot be applied; lines count from 1."""

    line: int
    refusal: Refusal


class EntryChange(NamedTuple):
    """One line to be applied to an entry of an organ's list."""

    organ: Organ
    kind: str
    key: str
    values: Mapping[str, Any]
    on: date
    case_id: int | None = None
    reason: str = ""
    by_reform: bool = False


@dataclass(slots=True)
class Standing:
    """An entry with the revisions known now; ``posted`` is the timeline that the accounts know."""

    organ: Organ
    key: str
    entry_id: int = 0
    timeline: list[Revision] = field(default_factory=list)
    posted: list[Revision] = field(default_factory=list)
    known: datetime | None = None
    new_rows: list[Revision] = field(default_factory=list)

    def is_in_force_or_coming(self) -> bool:
        return bool(self.timeline) and self.timeline[-1].valid_to is None

    def record(self, step: Step, now: datetime, **provenance: Any) -> list[Revision]:
        """Take a step: stamp its revisions; gives the rows in the database that it closes."""
        at = now if self.known is None else max(now, self.known + timedelta(microseconds=1))
        for row in step.closes:
            row.known_to = at
        for row in step.adds:
            row.known_from = at
            for name, value in provenance.items():
                setattr(row, name, value)
        self.known, self.timeline = at, step.timeline
        self.new_rows += step.adds
        return [row for row in step.closes if row.pk is not None]


class Book:
    """The part of a list that some lines touch, read and locked at once."""

    def __init__(self, slug: str, keys: Iterable[str], organs: Iterable[Organ], everywhere: bool, lock: bool) -> None:
        self.slug = slug
        self.everywhere = everywhere
        self._standings: dict[tuple[int, str], Standing] = {}
        self._by_key: dict[str, list[Standing]] = {}
        entries = Entry.objects.filter(register=slug).select_related("organ")
        if not everywhere:
            entries = entries.filter(organ__in={organ.pk for organ in organs})
        if lock:
            entries = entries.select_for_update(of=("self",))
        by_id: dict[int, Standing] = {}
        for some in stretches(sorted(set(keys)), IDS_IN_ONE_QUERY):
            for entry in entries.filter(key__in=some).order_by("pk"):
                by_id[entry.pk] = self._keep(Standing(entry.organ, entry.key, entry.pk))
        revisions: dict[int, list[Revision]] = {}
        for some in stretches(list(by_id), IDS_IN_ONE_QUERY):
            for row in Revision.objects.filter(entry__in=some, known_to=None).order_by("pk"):
                revisions.setdefault(row.entry_id, []).append(row)
        for pk, rows in revisions.items():
            by_id[pk].timeline = by_id[pk].posted = lasting(rows)
            by_id[pk].known = max(row.known_from for row in rows)

    def _keep(self, standing: Standing) -> Standing:
        self._standings[standing.organ.pk, standing.key] = standing
        self._by_key.setdefault(standing.key, []).append(standing)
        return standing

    def standing(self, entry: Entry) -> Standing:
        """An entry that was read."""
        return self._standings[entry.organ_id, entry.key]

    def find(self, declared: Register, change: EntryChange, within: str | None) -> Standing | Refusal:
        """The entry a line means. In a list whose keys are unique everywhere it may stand with another organ.

        ``within``: the organ path a change set may touch.
        """
        own = self._standings.get((change.organ.pk, change.key))
        if self.everywhere:
            held = next((s for s in self._by_key.get(change.key, ()) if s.is_in_force_or_coming()), None)
            if held is not None and change.kind == ChangeKind.ADD and held is not own:
                words = Words(
                    f"已由「{held.organ.name}」列入，同一编码不能重复",
                    f"it stands in the list of “{held.organ}” already",
                )
                return refusal(declared, "exists", words, declared.key, change.key)
            if (
                held is not None
                and within is not None
                and declared.per_organ
                and not held.organ.path.startswith(within)
            ):
                words = Words(
                    f"属于「{held.organ.name}」，请由该单位提出",
                    f"it belongs to “{held.organ}”, which has to propose this",
                )
                return refusal(declared, "other_organ", words, declared.key, change.key)
            own = held or own
        return own if own is not None else self._keep(Standing(change.organ, change.key))

    def touched(self) -> list[Standing]:
        return [standing for standing in self._standings.values() if standing.new_rows]


def _take_turns(slug: str, organs: set[int]) -> None:
    """Let nobody else add to the same lists until the transaction ends: a row that is not there yet cannot be locked.

    On SQLite every writing transaction takes its turn anyway.
    """
    if organs and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for organ in sorted(organs):
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [f"register:{slug}", organ])


def declared_on(owner: System, day: date) -> Register | Refusal:
    """The declaration of a list in force on a day."""
    try:
        return owner.register_on(day)
    except UnknownSystem:
        return Refusal(
            "no_version",
            Words(
                f"「{owner.name.zh}」在 {day} 还没有施行，请核对生效日期", f"{owner.name.en} was not in force on {day}"
            ),
            field="effective_on",
        )


def apply_lines(
    slug: str,
    changes: Sequence[EntryChange],
    *,
    officer_id: int | None = None,
    change_set: ChangeSet | None = None,
    dry_run: bool = False,
) -> tuple[list[Standing], list[LineRefusal]]:
    """Apply lines in their order; with any refusal, or in a dry run, nothing is written.

    Gives the entries in the order of the lines (lines of kind ``none`` give none) and every refusal.
    """
    owner = system(slug)
    refusals: list[LineRefusal] = []
    keyed: list[tuple[int, Register, EntryChange]] = []
    for number, change in enumerate(changes, 1):
        declared = declared_on(owner, change.on)
        if isinstance(declared, Refusal):
            refusals.append(LineRefusal(number, declared))
            continue
        if change.kind not in ChangeKind.__members__.values():
            refusals.append(LineRefusal(number, refusal(declared, "kind", _NO_ENTRY, "kind")))
        elif change.kind != ChangeKind.NONE:
            key = canonical_key(declared, change.key, change.values)
            if isinstance(key, Refusal):
                refusals.append(LineRefusal(number, key))
            else:
                keyed.append((number, declared, change._replace(key=key)))
    if not keyed:
        return [], refusals
    everywhere = any(declared.unique_everywhere for _, declared, _ in keyed)
    if not dry_run:
        _take_turns(slug, {0 if everywhere else c.organ.pk for _, _, c in keyed if c.kind == ChangeKind.ADD})
    book = Book(slug, (c.key for _, _, c in keyed), {c.organ for _, _, c in keyed}, everywhere, lock=not dry_run)
    within = change_set.path if change_set is not None else None
    now = timezone.now()  # after the locks: what was known earlier has been written
    closes: list[Revision] = []
    found: list[Standing] = []
    for number, declared, change in keyed:
        standing = book.find(declared, change, within)
        if isinstance(standing, Refusal):
            refusals.append(LineRefusal(number, standing))
            continue
        kind = ChangeKind(change.kind)
        step = decide(declared, kind, change.key, change.values, change.on, standing.timeline, change.by_reform)
        if isinstance(step, list):
            refusals += [LineRefusal(number, problem) for problem in step]
            continue
        closes += standing.record(
            step, now, officer_id=officer_id, case_id=change.case_id, reason=change.reason, change_set=change_set
        )
        found.append(standing)
    if not refusals and not dry_run:
        write(owner, book.touched(), closes)
    return found, sorted(refusals, key=lambda item: item.line)


_REVISION = (
    "entry_id", "values", "valid_from", "valid_to", "known_from", "known_to", "change_set_id", "correction", "reason",
    "officer_id", "case_id", "moved_in", "moved_out",
)  # fmt: skip


def write(owner: System, standings: Sequence[Standing], closes: Sequence[Revision]) -> None:
    """Insert what the steps added, close what they closed, post what follows."""
    new = [standing for standing in standings if not standing.entry_id]
    held = [standing.entry_id for standing in standings if standing.entry_id]
    if new:
        for standing, pk in zip(new, reserve_ids(Entry, len(new)), strict=True):
            standing.entry_id = pk
        insert_rows(
            Entry,
            ("id", "register", "organ_id", "path", "key"),
            [(s.entry_id, owner.slug, s.organ.pk, s.organ.path, s.key) for s in new],
        )
    by_moment: dict[datetime, list[int]] = {}
    for row in closes:
        if row.known_to is not None:
            by_moment.setdefault(row.known_to, []).append(row.pk)
    for known_to, pks in by_moment.items():
        for some in stretches(pks, IDS_IN_ONE_QUERY):
            Revision.objects.filter(pk__in=some).update(known_to=known_to)
    rows, postings, names = [], [], names_of(owner.slug)
    for standing in standings:
        rows += [_row(standing.entry_id, row, names) for row in standing.new_rows]
        changed = postings_between(owner, standing.posted, standing.timeline)
        postings += [posting_row(standing.organ.pk, standing.entry_id, posting) for posting in changed]
    insert_rows(Revision, _REVISION, rows)
    post(postings)
    texts = [
        text_of_entry(owner, standing.entry_id, standing.organ.path, standing.key, standing.timeline[-1])
        for standing in standings
        if standing.timeline
    ]
    keep_instead((ENTRY,), held, texts)
    if names:
        keep_numbers(ENTRY, [_numbered(owner, standing) for standing in standings])


def _row(entry_id: int, row: Revision, names: frozenset[str]) -> tuple[Any, ...]:
    known_to = moment(row.known_to) if row.known_to is not None else None
    return (
        entry_id, to_json(sealed(row.values, names)), row.valid_from, row.valid_to, moment(row.known_from), known_to,
        row.change_set_id, row.correction, row.reason, row.officer_id, row.case_id, row.moved_in, row.moved_out,
    )  # fmt: skip


def _numbered(owner: System, standing: Standing) -> Numbered:
    """What an entry said last, before and now: it is found by the numbers in that."""
    before, after = (line[-1].values if line else {} for line in (standing.posted, standing.timeline))
    return Numbered(standing.entry_id, owner.registers[-1].fields, before, after)


def posting_row(organ_id: int, entry_id: int, posting: Posting) -> PostingRow:
    """A posting of an entry."""
    return PostingRow(
        posting.account, organ_id, posting.on, posting.value, posting.breakdown, Source.REGISTER.value, entry_id, 0,
        posting.distinct,
    )  # fmt: skip
