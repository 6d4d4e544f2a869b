"""What of cases is found (办件与文书的查找): by number (that of an imported ledger too), title and the names of organisations;
papers by number and kind.

Names of persons are masked on every page until somebody asks to see them, which is recorded; so they are not in the
texts that are searched, and a case is found by one only when asked for by the whole name (``of_party``), recorded too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from zhunsheng.cases.models import Case, CaseParty, Event, asked_of
from zhunsheng.cases.reading import procedure_of
from zhunsheng.catalogue.loading import system, systems
from zhunsheng.kernel.fields import PartyKind
from zhunsheng.kernel.masking import mask_name
from zhunsheng.kernel.office import VERBS, Verb
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access
from zhunsheng.papers.models import Paper
from zhunsheng.search.asking import Hit, Kind
from zhunsheng.search.indexing import recent_texts_holding, texts_holding, texts_of_records
from zhunsheng.search.keeping import Found
from zhunsheng.search.proving import Keeper
from zhunsheng.search.wording import Question, folded
from zhunsheng.security.audit import record as audit
from zhunsheng.security.sealing import records_with

CASE, PAPER = "case", "paper"
KINDS = (CASE, PAPER)
FORMER_NUMBER = "原案号："
"""What the note of an imported case's first event begins with."""


# --- the texts -------------------------------------------------------------------------------------------------------


def _parties(compiled: CompiledProcedure, fields: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for name in compiled.party_fields:
        value = fields.get(name)
        if value:
            yield from value if isinstance(value, list) else [value]


def masked_title(compiled: CompiledProcedure, title: str, fields: Mapping[str, Any]) -> str:
    """The title of a case with the names of persons masked."""
    for party in _parties(compiled, fields):
        if party.get("kind") == PartyKind.PERSON:
            title = title.replace(party["name"], mask_name(party["name"]))
    return title


def former_number(first_note: str) -> str:
    """The number a case had in the ledger it was imported from."""
    return first_note.removeprefix(FORMER_NUMBER) if first_note.startswith(FORMER_NUMBER) else ""


def former_numbers(case_ids: Iterable[int]) -> dict[int, str]:
    """Case → the number it had before, of those that had one; one query."""
    notes = Event.objects.filter(case__in=case_ids, sequence=1, note__startswith=FORMER_NUMBER)
    return {case_id: former_number(note) for case_id, note in notes.values_list("case_id", "note")}


def text_of_case(
    compiled: CompiledProcedure, case_id: int, path: str, on: str, number: str, former: str, title: str,
    fields: Mapping[str, Any],
) -> Found:  # fmt: skip
    """What a case is found by."""
    shown = masked_title(compiled, title, fields)
    others = [
        party["name"]
        for party in _parties(compiled, fields)
        if party.get("kind") != PartyKind.PERSON and party["name"] not in shown
    ]
    return Found(CASE, case_id, 0, compiled.slug, path, on, folded(number, former, shown, *others))


def text_of_paper(
    compiled: CompiledProcedure, case_id: int, sequence: int, path: str, on: str, kind: str, number: str
) -> Found:
    """What a numbered paper is found by."""
    declared = compiled.procedure.papers.get(kind)
    name = declared.zh if declared else ""
    return Found(PAPER, case_id, sequence, compiled.slug, path, on, folded(number, name))


def texts_of(case_ids: Sequence[int], lock: bool) -> Iterator[Found]:
    """What should be kept of some cases and their papers."""
    rows = Case.objects.defer("course").filter(pk__in=case_ids)
    cases = {case.pk: case for case in (rows.select_for_update() if lock else rows)}
    former = former_numbers(cases)
    for case in cases.values():
        yield text_of_case(
            procedure_of(case), case.pk, case.path, case.opened_on.isoformat(), case.number, former.get(case.pk, ""),
            case.title, case.fields,
        )  # fmt: skip
    for paper in Paper.objects.filter(case_id__in=cases).exclude(number="").defer("values"):
        case = cases[paper.case_id]
        yield text_of_paper(
            system(paper.system).procedure_of(paper.version), case.pk, paper.sequence, case.path,
            paper.issued_on.isoformat(), paper.kind, paper.number,
        )  # fmt: skip


KEEPER = Keeper(KINDS, Case, texts_of)


# --- finding ---------------------------------------------------------------------------------------------------------


def _found(kind: str, question: Question, access: Access, most: int) -> list[tuple[int, int]]:
    """(case, part) newest first: in the officer's duties, and where something is asked of him."""
    columns = ("on", "pk", "record", "part")
    own = texts_holding(kind, question, access).values_list(*columns)[:most]
    asked = texts_of_records(kind, question, asked_of(access)).values_list(*columns)[:most]
    newest = sorted({*own, *asked}, reverse=True)
    return [(record, part) for _, _, record, part in newest[:most]]


def holding(
    question: Question, system: str, access: Access, first: date | None = None, last: date | None = None
) -> QuerySet[Any]:
    """The keys of the cases of a system whose texts hold what is asked, of those an officer may see, begun between two days."""
    own, *more = (rows.values("record") for rows in _texts(question, system, access, first, last))
    return own.union(*more) if more else own


def newest_holding(
    question: Question, system: str, access: Access, first: date | None, last: date | None, most: int
) -> list[int]:
    """The same, the newest first, and no more than ``most``."""

    def newest(texts: QuerySet[Any]) -> list[tuple[date, int]]:
        return list(texts.order_by("-on", "-record").values_list("on", "record")[:most])

    own, *asked = _texts(question, system, access, first, last)
    found = set(chain.from_iterable(map(newest, asked)))
    recent = None if first or last else recent_texts_holding(CASE, question, access, system)
    read = newest(recent) if recent is not None else []
    found.update(read if len(read) == most else newest(own))
    return [record for _, record in sorted(found, reverse=True)[:most]]


def _texts(
    question: Question, system: str, access: Access, first: date | None, last: date | None
) -> Iterator[QuerySet[Any]]:
    """The texts of cases of a system that hold what is asked: in the officer's duties, and where something is asked of him."""
    days = {f"on__{end}": day for end, day in (("gte", first), ("lte", last)) if day}
    yield texts_holding(CASE, question, access).filter(system=system, **days).order_by()
    if given := asked_of(access):
        yield texts_of_records(CASE, question, given).filter(system=system, **days).order_by()


def reading(question: Question) -> Exists:
    """The same as a condition on one case after the other, quicker where very many hold it and few are wanted."""
    return Exists(texts_of_records(CASE, question, [OuterRef("pk")]).order_by())


def _find_cases(question: Question, access: Access, most: int) -> list[int]:
    return [case_id for case_id, _ in _found(CASE, question, access, most)]


def _show_cases(keys: Sequence[int], access: Access) -> list[Hit]:
    cases = _visible(keys, access)
    former = former_numbers(case.pk for case in cases)
    return [_case_hit(case, former.get(case.pk, "")) for case in cases]


def _visible(keys: Iterable[int], access: Access) -> list[Case]:
    """The cases of some ids that may be seen, in that order; one query."""
    rows = Case.visible.to(access).filter(pk__in=set(keys)).defer("course").select_related("organ")
    found = {case.pk: case for case in rows}
    return [found[key] for key in keys if key in found]


def _case_hit(case: Case, former: str) -> Hit:
    compiled = procedure_of(case)
    title = masked_title(compiled, case.title, case.fields)
    numbered = title if title == case.number else f"{case.number}　{title}".strip()
    organisations = "、".join(
        party["name"] for party in _parties(compiled, case.fields)
        if party.get("kind") != PartyKind.PERSON and party["name"] not in title
    )  # fmt: skip
    state = VERBS[Verb.VOID].words if case.voided_on else compiled.procedure.states[case.state].words
    before = Words(f"{FORMER_NUMBER}{former}", f"former number {former}") if former else None
    notes = (systems()[case.system].name, case.organ.words, before, organisations)
    return Hit(case.pk, numbered, tuple(note for note in notes if note), case.opened_on, state)


def _find_papers(question: Question, access: Access, most: int) -> list[tuple[int, int]]:
    return _found(PAPER, question, access, most)


def _show_papers(keys: Sequence[tuple[int, int]], access: Access) -> list[Hit]:
    cases = {case.pk: case for case in _visible([case_id for case_id, _ in keys], access)}
    papers: dict[tuple[int, int], list[Paper]] = {}
    for paper in Paper.objects.filter(case_id__in=cases).exclude(number="").defer("values").order_by("pk"):
        papers.setdefault((paper.case_id, paper.sequence), []).append(paper)
    return [_paper_hit(paper, cases[paper.case_id]) for key in dict.fromkeys(keys) for paper in papers.get(key, ())]


def _paper_hit(paper: Paper, case: Case) -> Hit:
    declared = system(paper.system).procedure_of(paper.version).procedure.papers.get(paper.kind)
    name = declared.words if declared else Words(paper.kind, paper.kind)
    title = Words(f"{paper.number}　{name.zh}", f"{paper.number}　{name.en}")
    shown = masked_title(procedure_of(case), case.title, case.fields)
    return Hit((case.pk, paper.pk), title, (systems()[case.system].name, case.organ.words, shown), paper.issued_on)


CASES = Kind(
    CASE, Words("办件", "Cases"), Words("案号、导入前的原案号、标题、单位名称", "number, number before import, title, names of organisations"),
    _find_cases, _show_cases, by_initials=False,
)  # fmt: skip
PAPERS = Kind(
    PAPER, Words("文书", "Papers"), Words("文号、文书名称", "number, kind of paper"),
    _find_papers, _show_papers, by_initials=False,
)  # fmt: skip


@transaction.atomic
def of_party(name: str, access: Access, most: int) -> list[int]:
    """The cases, newest first, in which a person of exactly this name is a party. That it was asked is recorded."""
    return _of_a_person(CaseParty.objects.filter(name=name).values("case_id"), access, most)


@transaction.atomic
def of_number(number: str, access: Access, most: int) -> list[int]:
    """The cases, newest first, in which this identity number stands. That it was asked is recorded."""
    return _of_a_person(records_with(CASE, number), access, most)


def _of_a_person(case_ids: QuerySet[Any], access: Access, most: int) -> list[int]:
    cases = Case.visible.to(access).filter(pk__in=case_ids)
    found = list(cases.order_by("-opened_on", "-pk").values_list("pk", flat=True)[:most])
    audit("case.find_party", f"officer:{access.officer}", access.officer, found=len(found))
    return found
