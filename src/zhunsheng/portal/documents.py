"""Normative documents and rules for the public (文件库): what versions of the library that stand say, on any day, and how a
text differs from the one before it.

The library is a list like the others; nothing is shown that was not published with it. Reads only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from zhunsheng.cases.models import Case
from zhunsheng.cases.reading import procedure_of
from zhunsheng.kernel.articles import Paragraph, placed
from zhunsheng.kernel.redline import ADDED, CHANGED, REMOVED, runs, whole
from zhunsheng.kernel.words import Words
from zhunsheng.portal import reading
from zhunsheng.portal.acts import linked_with, public
from zhunsheng.portal.consultations import CONSULTATION
from zhunsheng.registers.finding import PUBLISHED
from zhunsheng.registers.models import Entry, PublishedVersion, Revision
from zhunsheng.registers.publishing import covers, entries_of, said_in
from zhunsheng.search.indexing import texts_of_records
from zhunsheng.search.wording import Question

LIBRARY = "normdoc_public_library"
LASTING = ("valid", "kept", "to_revise")
"""The statuses under which a document is in force."""

IN_FORCE = Words("现行有效", "In force")
ALTERED = Words("现行有效（拟修订）", "In force, to be revised")
COMING = Words("尚未施行", "Not yet in force")
ENDED = Words("已失效或者废止", "No longer in force")


def editions(day: date | None = None) -> list[PublishedVersion]:
    """The versions of the library that count: that of a region, unless an organ of it published its own afterwards."""
    its = reading.versions(LIBRARY, day)
    whole_ones = {version.organ.region_id: version for version in its if version.whole_region}
    return [
        version for version in its
        if version.whole_region or (one := whole_ones.get(version.organ.region_id)) is None
        or version.published_at > one.published_at
    ]  # fmt: skip


def documents(its: Sequence[PublishedVersion], question: Question | None = None) -> QuerySet[Revision]:
    """Each document once, as the newest of some versions says it; the newest documents first."""
    found = Q(pk__in=())
    for version in its:
        rows = entries_of(version)
        if version.whole_region:
            rows = rows.exclude(entry__organ__in=[one.organ_id for one in its if not one.whole_region])
        found |= Q(pk__in=rows.values("pk"))
    rows = Revision.objects.filter(found).select_related("entry__organ")
    if question:
        rows = rows.filter(entry__in=texts_of_records(PUBLISHED, question, rows.values("entry")).values("record"))
    return rows.order_by(KeyTextTransform("published_on", "values").desc(nulls_last=True), "-pk")


def in_force(rows: QuerySet[Revision], day: date) -> QuerySet[Revision]:
    """Those of some documents that bind on a day."""
    on = day.isoformat()
    lasts = Q(values__valid_until__isnull=True) | Q(values__valid_until__gte=on)
    has_begun = Q(values__effective_on__isnull=True) | Q(values__effective_on__lte=on)
    return rows.filter(lasts, has_begun, values__status__in=LASTING)


def not_in_force(rows: QuerySet[Revision], day: date) -> QuerySet[Revision]:
    """The others: ended, or to come."""
    return rows.exclude(pk__in=in_force(rows.order_by(), day).values("pk"))


def newest_in_force(day: date, most: int) -> list[Revision]:
    """What was entered last of what binds on a day. In the order of records, which is quick however many there are."""
    return list(in_force(documents(editions()), day).order_by("-pk")[:most])


def standing_of(values: dict[str, Any], day: date) -> tuple[Words, str]:
    """The standing of a document on a day, and how it is marked: ``good``, ``soon`` or ``gone``."""
    on, status = day.isoformat(), values.get("status")
    if status not in LASTING or (values.get("valid_until") or on) < on:
        return ENDED, "gone"
    if (values.get("effective_on") or on) > on:
        return COMING, "soon"
    return (ALTERED, "soon") if status == "to_revise" else (IN_FORCE, "good")


def said_by(its: Sequence[PublishedVersion], entry: Entry) -> PublishedVersion | None:
    """Which of some versions speaks of an entry: that of its own organ before that of the region."""
    return next((v for v in sorted(its, key=lambda v: v.whole_region) if covers(v, entry)), None)


# --- the text and the one before it ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier text a document can be laid beside: a key for the address, what it is called, its paragraphs."""

    key: str
    name: Words
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A paragraph of a comparison: whether it stayed, and its pieces with what became of each."""

    mark: str
    pieces: tuple[tuple[str, str], ...]


MARKS = {"": "", ADDED: "added", REMOVED: "removed", CHANGED: "changed"}


def paragraphs(text: str) -> list[Paragraph]:
    """The text of a document paragraph by paragraph."""
    return placed(text.splitlines())


def earlier_texts(entry: Entry, values: dict[str, Any], its: Sequence[PublishedVersion]) -> list[Earlier]:
    """What a document can be laid beside: the one it replaces, and its own text as older versions said it."""
    found: dict[str, Earlier] = {}
    replaced = str(values.get("replaces") or "")
    row = documents(its).filter(entry__key=replaced).first() if replaced and replaced != entry.key else None
    version = said_by(its, row.entry) if row is not None else None
    text = row.values.get("text") if row is not None and version is not None and "text" in version.fields else None
    if row is not None and text:
        title = str(row.values.get("document_title") or replaced)
        found[text] = Earlier(f"e{row.entry_id}", Words(f"{title}（{replaced}）", f"{title} ({replaced})"), text)
    revisions = list(entry.revisions.all())
    all_versions = PublishedVersion.objects.filter(register=LIBRARY, withdrawn_at=None).select_related("organ")
    for version in all_versions.order_by("-published_at", "-pk"):
        if not covers(version, entry) or "text" not in version.fields:
            continue
        said = said_in(version, revisions)
        text = said.values.get("text") if said else None
        if text and text != values.get("text") and text not in found:
            name = Words(f"{version.day} 公布的文本", f"the text published as of {version.day}")
            found[text] = Earlier(f"v{version.pk}", name, text)
    return list(found.values())


@lru_cache(maxsize=64)
def compared(before: str, after: str) -> tuple[Shown, ...]:
    """A text beside the one before it, from beginning to end."""
    return tuple(
        Shown(MARKS[change.kind], tuple((MARKS[kind], text) for kind, text in runs(change.before, change.after)))
        for change in whole(paragraphs(before), paragraphs(after))
    )


def citation(values: dict[str, Any], number: str) -> str:
    """引用: how a document is cited in another one."""
    inside = "，".join(filter(None, (str(values.get("maker") or ""), number)))
    return f"《{values.get('document_title') or number}》（{inside}）"


# --- what the public was asked before it -----------------------------------------------------------------------------------


def consulted_on(entry: Entry) -> list[Case]:
    """The consultations a document came of: those linked with the case that published it; three queries."""
    made_by = entry.revisions.exclude(case_id=None).values_list("case_id", flat=True)
    return list(public(CONSULTATION).filter(pk__in=[case.pk for case in linked_with(made_by)]).order_by("pk"))


def came_of(consultation: Case) -> list[Revision]:
    """The documents that came of a consultation, as the library says them: those a case linked with it has published."""
    found = Q(pk__in=())
    for case in linked_with([consultation.pk]):
        found |= Q(entry__organ=case.organ_id, entry__key__in=_numbers(case))
    return list(documents(editions()).filter(found))


def _numbers(case: Case) -> set[str]:
    """The numbers under which the steps of a case enter a document in the library."""
    actions = procedure_of(case).procedure.actions.values()
    fields = {write.key for action in actions for write in action.registers if write.register_slug == LIBRARY}
    return {str(case.fields[name]) for name in fields if case.fields.get(name)}


# --- what clean-ups came to ----------------------------------------------------------------------------------------------


def cleaned(campaign: str) -> QuerySet[Case]:
    """What a clean-up decided on each document, as far as it was published."""
    return public("normdoc_cleanup").filter(fields__campaign=campaign).order_by("outcome", "number")


def campaigns() -> list[tuple[str, dict[str, int]]]:
    """The clean-ups whose results were published, the newest first, with how many documents each kept, ended or has to be
    revised; one query."""
    rows = public("normdoc_cleanup").order_by().values_list("fields__campaign", "outcome")
    found: dict[str, dict[str, int]] = {}
    newest: dict[str, date] = {}
    for campaign, outcome, count, last in rows.annotate(count=Count("pk"), last=Max("last_on")):
        found.setdefault(str(campaign), {})[outcome] = count
        newest[str(campaign)] = max(last, newest.get(str(campaign), last))
    return sorted(found.items(), key=lambda one: newest[one[0]], reverse=True)
