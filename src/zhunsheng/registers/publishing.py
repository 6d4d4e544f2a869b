"""Published versions of a list (公布版本): what each said, the proof that it still says so, how two differ, the gazette.

Reading only; a version is published by ``actions.publish``. Only fields that the declaration makes public are in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from zhunsheng.kernel.register import ChangeKind, Register, changed_fields
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.models import Organ
from zhunsheng.papers.document import (
    Block,
    Document,
    Note,
    Number,
    Paragraph,
    Run,
    Signature,
    Table,
    Title,
    chinese_date,
)
from zhunsheng.registers.models import Entry, PublishedVersion, Revision
from zhunsheng.registers.reading import Changed, display, entries_on


def publishable(
    register: str, organ: Organ, day: date, whole_region: bool, known_at: datetime | None = None
) -> QuerySet[Revision]:
    """The entries of an organ, or of every organ of its region, in force on a day."""
    if whole_region:
        return entries_on(register, access=None, true_on=day, known_at=known_at, region=organ.region_id)
    return entries_on(register, access=None, true_on=day, known_at=known_at, organ=organ)


def entries_of(version: PublishedVersion) -> QuerySet[Revision]:
    """The entries a version was published with, however often the list has changed or been corrected since."""
    return publishable(version.register, version.organ, version.day, version.whole_region, version.published_at)


def standing(on: date | None = None) -> QuerySet[PublishedVersion]:
    """The versions the public goes by: of each list and organ the newest that was not withdrawn; with ``on`` the one that
    tells of that day."""
    rows = PublishedVersion.objects.filter(withdrawn_at=None)
    if on is not None:
        rows = rows.filter(day__lte=on)
    newer = rows.filter(
        register=OuterRef("register"), organ=OuterRef("organ"), whole_region=OuterRef("whole_region"),
        number__gt=OuterRef("number"),
    )  # fmt: skip
    return rows.filter(~Exists(newer)).select_related("organ")


def covers(version: PublishedVersion, entry: Entry) -> bool:
    """Whether an entry belongs to the list that a version is of. The version's organ and the entry's have to be there."""
    if version.register != entry.register:
        return False
    if version.whole_region:
        return version.organ.region_id == entry.organ.region_id
    return version.organ_id == entry.organ_id


def said_in(version: PublishedVersion, revisions: Iterable[Revision]) -> Revision | None:
    """Which of an entry's revisions a version was published with; none where the entry is not in it."""
    return next(
        (
            row for row in revisions
            if row.valid_from <= version.day and (row.valid_to is None or row.valid_to > version.day)
            and row.known_from <= version.published_at and (row.known_to is None or row.known_to > version.published_at)
        ),
        None,
    )  # fmt: skip


def public_values(row: Revision, fields: Sequence[str]) -> dict[str, Any]:
    """What a version says of an entry."""
    return {name: row.values[name] for name in fields if name in row.values}


def digest_of(rows: Iterable[Revision], fields: Sequence[str]) -> str:
    """SHA-256 of the canonical JSON of the entries: sorted by organ and key, names sorted, no blanks, UTF-8."""
    content = sorted((row.entry.organ_id, row.entry.key, public_values(row, fields)) for row in rows)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_intact(version: PublishedVersion, rows: Iterable[Revision]) -> bool:
    """Whether the list, read again, is what was published."""
    return digest_of(rows, version.fields) == version.digest


def changes_between(older: PublishedVersion, newer: PublishedVersion) -> list[Changed]:
    """What was added, changed and removed from one version to another, in the order of organs and keys; two queries."""
    before, after = ({(r.entry.organ_id, r.entry.key): r for r in entries_of(v)} for v in (older, newer))
    found = []
    for place in {**before, **after}:
        old, new = before.get(place), after.get(place)
        entry = (new or old).entry  # type: ignore[union-attr]
        said = public_values(old, older.fields) if old else None
        says = public_values(new, newer.fields) if new else None
        if said is None or says is None:
            kind = ChangeKind.ADD if said is None else ChangeKind.REMOVE
            found.append(Changed(kind, entry.organ, entry.key, said, says))
        elif said != says:
            found.append(
                Changed(ChangeKind.CHANGE, entry.organ, entry.key, said, says, tuple(changed_fields(said, says)))
            )
    return sorted(found, key=lambda item: (item.organ.path, item.key))


# --- the gazette -----------------------------------------------------------------------------------------------------


def columns_of(version: PublishedVersion, declared: Register) -> list[str]:
    """The columns of the printed table: those of the list that are public."""
    wanted = ["organ", *declared.list_columns] if version.whole_region else declared.list_columns
    shown = [name for name in dict.fromkeys(wanted) if name == "organ" or name in version.fields]
    return [name for name in shown if name != "organ" or version.whole_region] or list(version.fields)


def gazette(version: PublishedVersion, declared: Register, rows: Iterable[Revision], language: str = "zh") -> Document:
    """A version as it is printed: title, number, what it holds, the table, signature."""
    names: Mapping[str, Words] = {"organ": Words("单位", "Organ")}
    columns = columns_of(version, declared)
    header = [names[n] if n in names else declared.fields[n].words for n in columns]
    table = [(str(number), *_cells(row, declared, columns, language)) for number, row in enumerate(rows, 1)]
    organ, name = version.organ.words, declared.name
    title = Words(f"{organ.zh}\n{name.zh}", f"{organ.en}\n{name.en}")
    number = Words(f"第{version.number}版", f"Version {version.number}")
    day = version.day
    scope = Words("本地区各单位", "all organs of the region") if version.whole_region else organ
    sentence = Words(
        f"本清单截至{chinese_date(day)}，范围为{scope.zh}，共{version.entries}条。",
        f"In force on {day}, {scope.en}, {version.entries} entries.",
    )
    said: list[str] = [sentence.within(language), *([version.note] if version.note else [])]
    blocks: list[Block] = [
        Title(title.within(language)),
        Number(number.within(language)),
        *(Paragraph((Run(text),)) for text in said),
        Table((Words("序号", "No.").within(language), *(words.within(language) for words in header)), tuple(table)),
        Note(Words(f"内容摘要（SHA-256）：{version.digest}", f"Digest (SHA-256): {version.digest}").within(language)),
        Signature(organ.within(language), timezone.localdate(version.published_at)),
    ]
    return Document(tuple(blocks))


def _cells(row: Revision, declared: Register, columns: Sequence[str], language: str) -> Iterable[str]:
    for name in columns:
        if name == "organ":
            yield row.entry.organ.words.within(language)
        else:
            yield display(declared.fields[name], row.values.get(name), language)
