"""What the public may read (公开的内容): versions of lists that stand, what they say of an entry, and what is found among them.

The only way of the public pages to records. Fields that were not published are never read into anything that is shown,
and persons' names stand as publications write them. Nothing is written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml
from django.db.models import QuerySet

from zhunsheng.catalogue.loading import System, systems
from zhunsheng.kernel.fields import FieldDeclaration, FieldType
from zhunsheng.kernel.masking import mask
from zhunsheng.kernel.register import ChangeKind, Register
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access, Holding
from zhunsheng.orgs.models import EVERY_SYSTEM, Organ
from zhunsheng.registers.finding import PUBLISHED, TITLED
from zhunsheng.registers.models import Entry, PublishedVersion, Revision
from zhunsheng.registers.publishing import columns_of, covers, entries_of, said_in, standing
from zhunsheng.registers.reading import display
from zhunsheng.releases.finding import RELEASED
from zhunsheng.releases.models import Release
from zhunsheng.releases.reading import published
from zhunsheng.search.indexing import newest_holding, texts_holding, texts_of_records
from zhunsheng.search.wording import Question, Term, asked, folded

NAMES_OF_PEOPLE = ("姓名", "姓名（机构）", "法律顾问", "法治副校长", "相对人名称")
"""What fields of any type are called that hold the names of people."""
MOST = 300
"""So many finds are counted and paged; whoever gets more types another word."""
FREQUENT = 20
"""What so many are called, very many say."""


class Cell(NamedTuple):
    """One thing that is said of an entry: its name, the value in the reader's language, and whether that names people."""

    name: Words
    value: str
    is_people: bool = False


class Changed(NamedTuple):
    """One thing that is said otherwise than before."""

    name: Words
    before: str
    after: str
    is_people: bool


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """One entry as a version says it. ``is_people``: of its title."""

    entry: Entry
    title: str
    cells: tuple[Cell, ...]
    is_people: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What one version says of an entry, and how that differs from the version before it."""

    version: PublishedVersion
    kind: ChangeKind
    changed: tuple[Changed, ...]


def system_of(register: str) -> System | None:
    """The system of a list the public may ask for."""
    found = systems().get(register)
    return found if found is not None and found.registers else None


def declared(version: PublishedVersion) -> Register:
    """The declaration a version was published by."""
    return systems()[version.register].register_on(version.day)


def said(field: FieldDeclaration, value: Any, language: str) -> str:
    """A published value in words; a person's name as publications write it."""
    return display(field, mask(field, value), language)


def cell_of(field: FieldDeclaration, value: Any, language: str) -> Cell:
    """A published value under its name."""
    return Cell(field.words, said(field, value, language), is_people(field))


def is_people(field: FieldDeclaration) -> bool:
    """Whether its values name people: those stand in the script they were entered in."""
    return field.type in (FieldType.PARTY, FieldType.OFFICER) or field.zh in NAMES_OF_PEOPLE


def names_of(version: PublishedVersion) -> list[str]:
    """The fields of a version, in the order of its table first."""
    form = declared(version)
    wanted = dict.fromkeys((*columns_of(version, form), *version.fields))
    return [name for name in wanted if name in version.fields and name in form.fields]


def table_of(version: PublishedVersion, rows: Sequence[Revision]) -> list[str]:
    """The fields of a table of some entries: what they are called first, and none that all of them leave empty."""
    title = declared(version).title
    names = dict.fromkeys((*([title] if title in version.fields else []), *names_of(version)))
    return [name for name in names if any(row.values.get(name) not in (None, "", []) for row in rows)]


# --- versions ----------------------------------------------------------------------------------------------------


def versions(register: str | None = None, on: date | None = None) -> list[PublishedVersion]:
    """The versions that stand, of one list or of all; with ``on`` those that tell of that day. In the order of organs."""
    rows = standing(on)
    if register is not None:
        rows = rows.filter(register=register)
    return list(rows.filter(register__in=systems()).order_by("register", "organ__path", "whole_region"))


def version_of(pk: int) -> PublishedVersion | None:
    """A version by its address, withdrawn or not; whoever shows it says which."""
    found = PublishedVersion.objects.select_related("organ").filter(pk=pk).first()
    return found if found is not None and found.register in systems() else None


def others_of(version: PublishedVersion) -> list[PublishedVersion]:
    """Every version of the same list and organ that was not withdrawn, the newest first."""
    same = PublishedVersion.objects.filter(
        register=version.register, organ=version.organ, whole_region=version.whole_region, withdrawn_at=None
    )
    return list(same.select_related("organ").order_by("-number"))


def latest(most: int, register: str | None = None) -> list[PublishedVersion]:
    """What was published last and stands, of one list or of all."""
    rows = standing().filter(register__in=[register] if register else systems())
    return list(rows.order_by("-published_at", "-pk")[:most])


def rows_of(version: PublishedVersion, question: Question | None = None) -> QuerySet[Revision]:
    """The entries of a version; with a question those that hold it, which is asked of a version that stands."""
    rows = entries_of(version)
    if question:
        rows = rows.filter(entry__in=texts_of_records(PUBLISHED, question, rows.values("entry")).values("record"))
    return rows


def line_of(version: PublishedVersion, row: Revision, names: Sequence[str], language: str) -> PublicEntry:
    """One entry of a version with some of its published fields."""
    form = declared(version)
    cells = tuple(cell_of(form.fields[name], row.values.get(name), language) for name in names)
    return PublicEntry(row.entry, title_of(version, row, language), cells, is_people(form.fields[form.title]))


def title_of(version: PublishedVersion, row: Revision, language: str) -> str:
    """What an entry is called; its key where its name was not published."""
    form = declared(version)
    if form.title in version.fields and (words := said(form.fields[form.title], row.values.get(form.title), language)):
        return words
    return row.entry.key


_Said = tuple[PublishedVersion, Revision]


# --- one entry -----------------------------------------------------------------------------------------------------


def entry_of(pk: int) -> Entry | None:
    """An entry, whether or not it was ever published: ``course_of`` says what the public may know of it."""
    return Entry.objects.select_related("organ").filter(pk=pk).first()


def course_of(entry: Entry, language: str) -> tuple[_Said | None, list[Told]]:
    """What stands of an entry now (with the version that says so), and what each version changed, the newest first.
    Nothing of either: it is not public."""
    rows = PublishedVersion.objects.filter(register=entry.register, withdrawn_at=None).select_related("organ")
    its = [version for version in rows.order_by("published_at", "pk") if covers(version, entry)]
    revisions = list(entry.revisions.all())
    told: list[Told] = []
    now: _Said | None = None
    said_by: dict[tuple[int, bool], _Said | None] = {}
    for version in its:
        row = said_in(version, revisions)
        said_by[version.organ_id, version.whole_region] = None if row is None else (version, row)
        # An entry may stand in the list of its organ and in that of the region: it is gone when it is in neither.
        then = max(filter(None, said_by.values()), key=lambda one: one[0].published_at, default=None)
        if change := _told(version, now, then, language):
            told.append(change)
        now = then
    return now, told[::-1]


def _told(version: PublishedVersion, before: _Said | None, after: _Said | None, language: str) -> Told | None:
    if before is None or after is None:
        if before is after:
            return None
        return Told(version, ChangeKind.ADD if before is None else ChangeKind.REMOVE, ())
    old, new = (
        {cell.name: cell for cell in line_of(*one, names_of(one[0]), language).cells} for one in (before, after)
    )
    pairs = ((old.get(name, Cell(name, "")), new.get(name, Cell(name, ""))) for name in {**old, **new})
    changed = tuple(
        Changed(was.name, was.value, now.value, was.is_people or now.is_people)
        for was, now in pairs
        if was.value != now.value
    )
    return Told(version, ChangeKind.CHANGE, changed) if changed else None


# --- search --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Find:
    """An entry that was found, as the version that stands says it."""

    version: PublishedVersion
    line: PublicEntry
    values: Mapping[str, Any]


def question_of(typed: str) -> Question:
    """What somebody asks, with the field's other words for it (``synonyms.yaml``) beside each word; of a question asked in full
    (怎么申请低保) what it is about."""
    question = asked(typed)
    terms = tuple(Term(term.typed, tuple(dict.fromkeys(_otherwise(_bare(term.needles))))) for term in question.terms)
    return Question(question.typed, terms)


_BEFORE = re.compile("^(?:请问|我想|我要|想要|关于|查询|(?:在?哪里|怎么|怎样|如何)(?:可以|能)?(?:申请|办理?)?)+")
_BEHIND = re.compile(
    "(?:(?:应该)?(?:怎么|怎样|如何|在?哪里?)(?:申请|办理?)?|找谁|多少钱|要?多久|需要什么(?:材料|手续)?|有哪些|是什么|的规定|吗|呢)+$"
)


def _bare(needles: Iterable[str]) -> Iterator[str]:
    """The same without the words a question begins and ends with."""
    for needle in needles:
        yield needle
        if len(bare := _BEHIND.sub("", _BEFORE.sub("", needle))) > 1:
            yield bare


def _otherwise(needles: Iterable[str]) -> Iterator[str]:
    """The same with other words: those of the longest word of the field in each, which may be a part of a phrase without blanks
    (电瓶车停放 is 电动自行车停放)."""
    for needle in needles:
        yield needle
        if word := max((word for word in _synonyms() if word in needle), key=len, default=""):
            yield from (needle.replace(word, other) for other in _synonyms()[word])


@cache
def synonym_groups() -> Sequence[Sequence[str]]:
    """Words of the field that mean the same, group by group."""
    groups: list[list[str]] = yaml.safe_load((files("zhunsheng.portal") / "synonyms.yaml").read_text(encoding="utf-8"))
    return groups


@cache
def _synonyms() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for group in synonym_groups():
        forms = tuple(folded(word).strip() for word in group)
        for form in forms:
            found[form] = (*found.get(form, ()), *(other for other in forms if other != form))
    return found


def find(question: Question, register: str = "") -> list[int]:
    """The entries that hold what is asked, at most ``MOST``: those that hold it in what they are called, then the others, the
    newest first of each."""
    if not question:
        return []
    everybody = _everybody()
    found = newest_holding(TITLED, question, everybody, MOST, register, is_frequent=False)
    if len(found) < MOST:
        is_frequent = len(found) >= FREQUENT
        found += newest_holding(PUBLISHED, question, everybody, MOST, register, is_frequent=is_frequent)
    return list(dict.fromkeys(found))[:MOST]


def decisions_holding(question: Question) -> QuerySet[Release]:
    """The decisions that stand and hold what is asked; all of them where nothing is."""
    if not question:
        return published()
    return published().filter(pk__in=texts_holding(RELEASED, question, _everybody()).order_by().values("record"))


def _everybody() -> Access:
    """Every organ, for texts of what is published only: it is asked with their kinds and no other."""
    roots = Organ.objects.filter(parent=None).values_list("pk", "path")
    return Access(0, tuple(Holding(pk, path, EVERY_SYSTEM, "", whole_tree=True) for pk, path in roots))


def finds(keys: Sequence[int], language: str) -> Iterator[Find]:
    """Some entries that were found, ready to be shown; three queries for all."""
    entries = {entry.pk: entry for entry in Entry.objects.filter(pk__in=keys).select_related("organ")}
    its = standing().filter(register__in={entry.register for entry in entries.values()}).order_by("-published_at")
    stood = [version for version in its if version.register in systems()]
    revisions: dict[int, list[Revision]] = {}
    for revision in Revision.objects.filter(entry__in=entries):
        revisions.setdefault(revision.entry_id, []).append(revision)
    for key in keys:
        entry = entries.get(key)
        for version in stood if entry else ():
            if covers(version, entry) and (row := said_in(version, revisions.get(key, ()))):
                row.entry = entry
                yield Find(version, line_of(version, row, names_of(version)[:5], language), row.values)
                break
