"""佐证汇编: the evidence of every indicator put together by itself, from an assessment sheet or an application for a model.

For each indicator the figures, the linked cases with their papers, and what was written down; what is missing is said. It is
worked out anew each time and never kept; the form of the document is that of ``papers``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from zhunsheng.assessment.reference import INDICATORS
from zhunsheng.assessment.scoring import cases_of
from zhunsheng.cases.evidence import GivenList, lists_of
from zhunsheng.cases.finding import masked_title
from zhunsheng.cases.models import Case, CaseLink
from zhunsheng.cases.reading import procedure_of
from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.words import Words, chinese_number
from zhunsheng.ledger.figures import Figure
from zhunsheng.ledger.formulas import is_formula, work_out
from zhunsheng.ledger.series import figure_called, of_organ
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Organ
from zhunsheng.papers.document import (
    Block,
    Contents,
    Document,
    Heading,
    Missing,
    Paragraph,
    Run,
    Table,
    Title,
    chinese_date,
)
from zhunsheng.papers.models import Paper
from zhunsheng.registers.reading import entries_on

APPLICATION = "demonstration_creation"
OTHER = "其他佐证"
_NUMBER = re.compile(r"[\w]+〔\d{4}〕(?:第)?\d+号|〔\d{4}〕[\w]+?第?\d+号")
_CODED = re.compile(r"^\s*(\w[\w.-]*)\s*[：:]\s*(.+)$")


@dataclass(frozen=True)
class Piece:
    """One piece of evidence. ``case`` or ``account``: what it opens into; neither: it was written down and is not in the
    platform."""

    kind: Words
    what: Words
    where: str = ""
    case: int | None = None
    account: str = ""


@dataclass
class Proof:
    """An indicator with what proves it and what is missing."""

    code: str
    title: str
    group: str
    standard: str = ""
    weight: str = ""
    pieces: list[Piece] = field(default_factory=list)
    missing: list[Words] = field(default_factory=list)


@dataclass(frozen=True)
class Binder:
    """The evidence put together for one organ."""

    title: Words
    organ: Organ
    year: int
    proofs: list[Proof]

    @property
    def complete(self) -> int:
        return sum(not proof.missing for proof in self.proofs)

    @property
    def incomplete(self) -> int:
        return len(self.proofs) - self.complete

    def groups(self) -> dict[str, list[Proof]]:
        """The proofs by group, in their order."""
        found: dict[str, list[Proof]] = {}
        for proof in self.proofs:
            found.setdefault(proof.group, []).append(proof)
        return found


@dataclass
class _Wanted:
    """An indicator before its evidence is looked for. ``told``: what was written down; ``linked``: cases linked to it;
    ``lists``: lists given as evidence."""

    proof: Proof
    formula: str = ""
    figure: str = ""
    wanted: str = ""
    told: list[str] = field(default_factory=list)
    linked: set[int] = field(default_factory=set)
    lists: Sequence[GivenList] = ()


def of_sheet(access: Access, organ: Organ, year: int, on: date) -> Binder | None:
    """The binder of an organ's assessment sheet; None where the officer sees no line of it."""
    cases = cases_of(access, year, organ)
    if not cases:
        return None
    listed = {code: told for code, told, _path in _indicators(year, on)}
    given = lists_of(cases, on)
    wanted = [
        _Wanted(
            _proof(str(case.fields.get("indicator_code") or case.pk), case.fields), str(case.fields.get("formula") or ""),
            str(case.fields.get("figure") or ""),
            str(listed.get(str(case.fields.get("indicator_code")), {}).get("evidence") or ""),
            str(case.fields.get("evidence") or "").splitlines(), {case.pk}, given[case.pk],
        )
        for case in cases
    ]  # fmt: skip
    title = Words(f"{year}年度法治政府建设考核佐证材料汇编", f"Evidence for the assessment of {year}")
    return Binder(title, organ, year, _proved(wanted, access, organ, year))


def of_application(case: Case, access: Access, on: date) -> Binder:
    """The binder of an application for a model, by the indicators of model creation of its year. What is written for an
    indicator begins with its number and a colon; the rest stands at the end."""
    organ, year = case.organ, int(case.fields.get("year") or case.opened_on.year)
    wanted = [
        _Wanted(
            _proof(code, told), str(told.get("formula") or ""), str(told.get("figure") or ""), str(told.get("evidence") or "")
        )
        for code, told, path in _indicators(year, on)
        if told.get("purpose") == "demonstration" and organ.path.startswith(path)
    ]  # fmt: skip
    rest = _Wanted(Proof("", OTHER, OTHER), linked={case.pk}, lists=lists_of([case], on)[case.pk])
    by_code = {one.proof.code: one for one in wanted}
    for line in str(case.fields.get("evidence") or "").splitlines():
        coded = _CODED.match(line)
        if coded and coded[1] in by_code:
            by_code[coded[1]].told.append(coded[2])
        elif line.strip():
            rest.told.append(line)
    *proofs, other = _proved([*wanted, rest], access, organ, year)
    lacking = str(case.fields.get("missing") or "").splitlines()
    other.missing = [Words(line.strip(), line.strip()) for line in lacking if line.strip()]
    if other.pieces or other.missing or not proofs:
        proofs.append(other)
    honour = str(case.fields.get("honour") or case.title)
    return Binder(Words(f"{honour}佐证材料汇编", f"Evidence for {honour}"), organ, year, proofs)


def _indicators(year: int, on: date) -> Iterator[tuple[str, Mapping[str, object], str]]:
    """Number, values and keeper's path of each indicator of a year. One query."""
    for row in entries_on(INDICATORS, access=None, true_on=on).select_related("entry__organ__parent"):
        if row.values.get("year") == year:
            organ = row.entry.organ
            yield row.entry.key, row.values, organ.path if organ.parent is None else organ.parent.path


def _proof(code: str, told: Mapping[str, object]) -> Proof:
    weight = str(told.get("weight") or "")
    weight = weight.rstrip("0").rstrip(".") if "." in weight else weight
    return Proof(
        code, str(told.get("indicator") or ""), str(told.get("group") or OTHER), str(told.get("standard") or ""),
        "" if weight == "0" else weight,
    )  # fmt: skip


_NOTHING = Words(
    "没有佐证：没有取数，没有关联案件，也没有写佐证记录", "no evidence: no figure, no linked case, no record"
)


def _proved(wanted: Sequence[_Wanted], access: Access, organ: Organ, year: int) -> list[Proof]:
    """Look for the evidence of all indicators together: as many queries however many there are."""
    first, last = date(year, 1, 1), date(year, 12, 1)
    worked = work_out({one.formula for one in wanted if is_formula(one.formula)}, organ, first, last)
    named = {key for one in wanted if one.figure and (key := figure_called(one.figure)) is not None}
    figures = of_organ(named, organ, first, last) if named else {}
    linked = _linked({pk for one in wanted for pk in one.linked})
    numbers = {number for one in wanted for line in one.told for number in _NUMBER.findall(line)}
    rows = Case.visible.to(access).filter(voided_on=None)
    asked = {pk for others in linked.values() for pk in others}
    cases = {case.pk: case for case in rows.filter(Q(pk__in=asked) | Q(number__in=numbers)).select_related("organ")}
    by_number = {case.number: case for case in cases.values()}
    numbered = dict(Paper.objects.filter(number__in=numbers).values_list("number", "case_id")) if numbers else {}
    seen = rows.filter(pk__in=set(numbered.values()) - set(cases)).select_related("organ") if numbered else ()
    cases |= {case.pk: case for case in seen}
    papers = list(Paper.objects.filter(case_id__in=cases).order_by("issued_on", "pk")) if cases else []
    proofs = []
    for one in wanted:
        proof = one.proof
        formula = worked.get(one.formula)
        found = {figure.account: figure for figure in formula.sources.values()} if formula else {}
        if (key := figure_called(one.figure)) in figures and key is not None:
            found[key] = figures[key]
        _add_figures(proof, found.values(), year)
        if formula is not None:
            proof.missing += [
                Words(f"平台没有指标「{name}」", f"there is no figure “{name}”") for name in formula.unknown
            ]
        own = {other for pk in one.linked for other in linked.get(pk, ())}
        own |= _add_told(proof, one.told, by_number, numbered, cases)
        shown = [cases[pk] for pk in sorted(own) if pk in cases]
        _add_cases(proof, shown, papers)
        _add_lists(proof, one.lists)
        if not proof.pieces and not proof.missing:
            proof.missing.append(
                Words(f"没有佐证，需要：{one.wanted}", f"no evidence; wanted: {one.wanted}") if one.wanted else _NOTHING
            )
        elif one.wanted and not (one.told or shown or one.lists):
            proof.missing.append(Words(f"没有附：{one.wanted}", f"not attached: {one.wanted}"))
        proofs.append(proof)
    return proofs


def _linked(keys: set[int]) -> dict[int, set[int]]:
    """Case -> the cases linked to it, either way. One query."""
    found: dict[int, set[int]] = {}
    for one, other in CaseLink.objects.filter(Q(case__in=keys) | Q(other__in=keys)).values_list("case_id", "other_id"):
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


_FIGURE, _CASE = Words("统计数", "figure"), Words("业务记录", "record")
_LIST = Words("清单", "list")
_PAPER, _WRITTEN = Words("文书", "paper"), Words("书面材料（平台外）", "written material (outside)")


def _add_figures(proof: Proof, figures: Iterable[Figure], year: int) -> None:
    for figure in figures:
        if figure.value is None or not figure.records:
            proof.missing.append(
                Words(f"「{figure.name.zh}」{year}年没有记录", f"“{figure.name.en}” has no records in {year}")
            )
            continue
        shown = figure.shown()
        what = Words(f"{figure.name.zh}：{shown}{figure.unit.zh}", f"{figure.name.en}: {shown} {figure.unit.en}")
        proof.pieces.append(Piece(_FIGURE, what, f"{year}年，{figure.records}条记录", account=figure.account))


def _add_told(
    proof: Proof,
    lines: Iterable[str],
    by_number: Mapping[str, Case],
    numbered: Mapping[str, int],
    cases: Mapping[int, Case],
) -> set[int]:
    """What was written down: a line with the number of a case or paper of the platform is that case, any other a written
    material. Gives the cases meant."""
    meant: set[int] = set()
    for line in lines:
        if not (text := line.strip()):
            continue
        numbers = _NUMBER.findall(text)
        found = {by_number[number].pk for number in numbers if number in by_number}
        found |= {numbered[number] for number in numbers if numbered.get(number) in cases}
        meant |= found
        if not found:
            proof.pieces.append(Piece(_WRITTEN, Words(text, text), "、".join(numbers)))
    return meant


def _add_cases(proof: Proof, cases: Sequence[Case], papers: Sequence[Paper]) -> None:
    for case in cases:
        title = masked_title(procedure_of(case), case.title, case.fields) or case.number
        proof.pieces.append(Piece(_CASE, Words(title, title), f"{case.number} {case.organ.name}".strip(), case.pk))
        procedure = procedure_of(case).procedure
        for paper in papers:
            if paper.case_id == case.pk:
                declared = procedure.papers.get(paper.kind)
                name = declared.words if declared else Words(paper.kind, paper.kind)
                where = f"{paper.number} {chinese_date(paper.issued_on)}".strip()
                proof.pieces.append(Piece(_PAPER, name, where, case.pk))


def _add_lists(proof: Proof, lists: Sequence[GivenList]) -> None:
    """Lists with how many they hold today; one that changed since it was counted is among what has to be looked at."""
    for one in lists:
        name, row = systems()[one.row.system].name, one.row
        what = Words(f"{name.zh} {one.now}件", f"{name.en}: {one.now}")
        proof.pieces.append(Piece(_LIST, what, f"{row.organ.name}，给出时{row.count}件", row.case_id))
        if one.is_changed:
            proof.missing.append(
                Words(
                    f"清单「{name.zh}」原{one.before}件，现在{one.now}件",
                    f"list “{name.en}”: {one.before} before, {one.now} now",
                )
            )


def document_of(binder: Binder, on: date) -> Document:
    """The binder as a document: what it is, the contents with pages, then each indicator with its evidence."""
    blocks: list[Block] = [
        Title(f"{binder.organ.name}\n{binder.title.zh}"),
        Paragraph((Run(f"共{len(binder.proofs)}项指标，佐证齐全{binder.complete}项，有缺件{binder.incomplete}项（红字写明缺什么）。由平台按{chinese_date(on)}的记录编成，统计数均可在平台点开到记录。"),)),
        Contents(),
    ]  # fmt: skip
    for number, (group, proofs) in enumerate(binder.groups().items(), 1):
        lacking = any(proof.missing for proof in proofs)
        blocks.append(Heading(1, f"{chinese_number(number)}、{group}", lacking))
        for place, proof in enumerate(proofs, 1):
            points = f"（{proof.weight}分）" if proof.weight else ""
            name = f"{proof.code} {proof.title}".strip()
            blocks.append(Heading(2, f"（{chinese_number(place)}）{name}{points}", bool(proof.missing)))
            if proof.standard:
                blocks.append(Paragraph((Run(f"标准：{proof.standard}"),)))
            blocks += [Missing(f"缺：{words.zh}") for words in proof.missing]
            if proof.pieces:
                rows = tuple((piece.kind.zh, piece.what.zh, piece.where) for piece in proof.pieces)
                blocks.append(Table(("种类", "佐证", "出处"), rows))
    return Document(tuple(blocks))
