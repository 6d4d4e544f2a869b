"""What of lists is found (清单条目的查找): an entry by its key and by what it last says in its fields, apart from sensitive ones;
by the public, a published entry by what was published of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction

from zhunsheng.bulk import stretches
from zhunsheng.catalogue.loading import System, system, systems
from zhunsheng.kernel.fields import FieldDeclaration, FieldType, Sensitivity
from zhunsheng.kernel.masking import mask
from zhunsheng.kernel.register import Register
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access
from zhunsheng.registers.models import Entry, PublishedVersion, Revision
from zhunsheng.registers.publishing import covers, entries_of, said_in, standing
from zhunsheng.registers.reading import display
from zhunsheng.registers.timeline import lasting
from zhunsheng.search.asking import Hit, Kind
from zhunsheng.search.indexing import texts_holding
from zhunsheng.search.keeping import Found, keep_instead
from zhunsheng.search.proving import CHUNK, Keeper
from zhunsheng.search.wording import Question, folded
from zhunsheng.security.audit import record as audit
from zhunsheng.security.sealing import records_with

ENTRY, PUBLISHED, TITLED = "entry", "published", "titled"
SEARCHED = (
    FieldType.TEXT,
    FieldType.LONG_TEXT,
    FieldType.ORGAN,
    FieldType.OFFICER,
    FieldType.CREDIT_CODE,
    FieldType.PARTY,
)


def searched_fields(declared: Register) -> Iterator[tuple[str, FieldDeclaration]]:
    """The fields an entry is found by: the title first, nothing that is masked and no formula."""
    names = dict.fromkeys((declared.title, *declared.fields))
    for name in names:
        field = declared.fields[name]
        if (
            field.type in SEARCHED
            and not field.formula
            and (field.sensitivity is not Sensitivity.SENSITIVE or field.type is FieldType.PARTY)
        ):
            yield name, field


def text_of_entry(owner: System, entry_id: int, path: str, key: str, last: Revision) -> Found:
    """What an entry is found by: what its last revision says."""
    declared = owner.register_on(last.valid_from)
    said = [display(field, mask(field, last.values.get(name))) for name, field in searched_fields(declared)]
    parts = dict.fromkeys((key, *filter(None, said)))
    return Found(ENTRY, entry_id, 0, owner.slug, path, last.valid_from.isoformat(), folded(*parts))


def texts_of(entry_ids: Sequence[int], lock: bool) -> Iterator[Found]:
    """What should be kept of some entries; nothing of one that was never in force."""
    rows = Entry.objects.filter(pk__in=entry_ids)
    entries = list(rows.select_for_update() if lock else rows)
    known: dict[int, list[Revision]] = {}
    for row in Revision.objects.filter(entry__in=entry_ids, known_to=None):
        known.setdefault(row.entry_id, []).append(row)
    for entry in entries:
        if timeline := lasting(known.get(entry.pk, ())):
            yield text_of_entry(system(entry.register), entry.pk, entry.path, entry.key, timeline[-1])


KEEPER = Keeper((ENTRY,), Entry, texts_of)


# --- what the public finds -------------------------------------------------------------------------------------------


def published_texts_of(entry_ids: Sequence[int], lock: bool) -> Iterator[Found]:
    """What should be kept of some entries for the public: what the version that stands says of them."""
    rows = Entry.objects.filter(pk__in=entry_ids).select_related("organ")
    entries = list(rows.select_for_update(of=("self",)) if lock else rows)
    versions = list(standing().filter(register__in={entry.register for entry in entries}).order_by("-published_at"))
    if not versions:
        return
    revisions: dict[int, list[Revision]] = {}
    for revision in Revision.objects.filter(entry__in=entry_ids):
        revisions.setdefault(revision.entry_id, []).append(revision)
    for entry in entries:
        for version in versions:
            if covers(version, entry) and (row := said_in(version, revisions.get(entry.pk, ()))):
                yield from _published_texts(version, entry, row)
                break


def _published_texts(version: PublishedVersion, entry: Entry, row: Revision) -> Iterator[Found]:
    """All that is published of an entry, and once more what it is called, which is looked at first."""
    declared = system(entry.register).register_on(version.day)
    said = [
        display(declared.fields[name], mask(declared.fields[name], row.values.get(name)))
        for name in dict.fromkeys((declared.title, *version.fields))
        if name in version.fields and declared.fields[name].sensitivity is not Sensitivity.SENSITIVE
    ]
    parts = dict.fromkeys((entry.key, *filter(None, said)))
    called = (entry.key, said[0]) if declared.title in version.fields and said else (entry.key,)
    for kind, words in ((PUBLISHED, parts), (TITLED, called)):
        yield Found(kind, entry.pk, 0, entry.register, entry.path, version.day.isoformat(), folded(*words))


def keep_published(*versions: PublishedVersion | None) -> None:
    """Put the public's texts of the entries of some versions in step with the versions that stand now."""
    touched = sorted(
        {pk for one in versions if one is not None for pk in entries_of(one).values_list("entry", flat=True)}
    )
    for some in stretches(touched, CHUNK):
        keep_instead((PUBLISHED, TITLED), some, list(published_texts_of(some, lock=False)))


PUBLIC_KEEPER = Keeper((PUBLISHED, TITLED), Entry, published_texts_of)


@transaction.atomic
def of_number(number: str, access: Access, most: int) -> list[int]:
    """The entries in which this identity number stands. That it was asked is recorded."""
    found = list(
        Entry.visible.to(access)
        .filter(pk__in=records_with(ENTRY, number))
        .order_by("-pk")
        .values_list("pk", flat=True)[:most]
    )
    audit("list.find_number", f"officer:{access.officer}", access.officer, found=len(found))
    return found


def _find(question: Question, access: Access, most: int) -> list[int]:
    return list(texts_holding(ENTRY, question, access).values_list("record", flat=True)[:most])


def _show(keys: Sequence[int], access: Access) -> list[Hit]:
    entries = {entry.pk: entry for entry in Entry.visible.to(access).filter(pk__in=keys).select_related("organ")}
    known: dict[int, list[Revision]] = {}
    for row in Revision.objects.filter(entry__in=entries, known_to=None):
        known.setdefault(row.entry_id, []).append(row)
    last = {pk: timeline[-1] for pk, rows in known.items() if (timeline := lasting(rows))}
    return [_hit(entries[pk], last[pk]) for pk in keys if pk in entries and pk in last]


def _hit(entry: Entry, last: Revision) -> Hit:
    declared = systems()[entry.register].register_on(last.valid_from)
    title = display(
        declared.fields[declared.title], mask(declared.fields[declared.title], last.values.get(declared.title))
    )
    further = tuple(
        text for name, field in searched_fields(declared)
        if name not in (declared.title, declared.key) and (text := display(field, mask(field, last.values.get(name))))
    )  # fmt: skip
    ended = Words(f"止于 {last.valid_to}", f"until {last.valid_to}") if last.valid_to else None
    numbered = title if title == entry.key else f"{entry.key}　{title}"
    return Hit(
        (entry.register, entry.pk),
        numbered,
        (
            declared.name.words,
            entry.organ.words,
            *(text for text in dict.fromkeys(further) if text != entry.organ.name),
        ),
        last.valid_from,
        ended,
    )


ENTRIES = Kind(
    ENTRY, Words("清单条目", "Entries of lists"), Words("编码、名称、依据等内容", "code, name, basis and what else they say"),
    _find, _show, by_initials=False,
)  # fmt: skip
