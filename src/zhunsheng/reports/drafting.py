"""起草: sentences of a report drafted from the records of the year, in the plain words of official papers.

Nothing is made up: what a record does not say is not written. Every sentence names the records it was taken from, and is a
draft until an officer has confirmed it. Figures are not written here but by the outline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.db.models.functions import RowNumber

from zhunsheng.bodies.models import Item
from zhunsheng.cases.models import Case
from zhunsheng.kernel.meeting import ItemKind
from zhunsheng.ledger.readings import region_prefix
from zhunsheng.orgs.models import Region

MOST = 8
"""More sentences of one kind than this no report has; the rest is in the records."""
LONGEST = 160


@dataclass(frozen=True, slots=True)
class Drafted:
    """A sentence drafted from records: its words, and where they were taken from as (what, address on the desk)."""

    text: str
    sources: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a year sentences are drafted from, by what they tell of."""

    region: Region
    year: int
    until: date
    cases: Mapping[str, list[Case]]


def records_of(region: Region, year: int, until: date) -> Records:
    """The cases of a region that tell of a year and were not made void, oldest first, of each kind the first few. ``until``: the
    last day of the period told of. One query."""
    kinds = {
        "studied": Q(system="leader_law_study", fields__plan_year=year),
        "done": Q(system="annual_work_plan", fields__year=year, state="done"),
        "carried": Q(system="annual_work_plan", fields__year=year, state="carried"),
        "planned": Q(system="annual_work_plan", fields__year=year + 1)
        if until.month == 12
        else Q(system="annual_work_plan", fields__year=year, state__in=("going", "late")),
        "inspected": Q(system="rule_of_law_inspection", fields__year=year),
        "problems": Q(system="assessment_rectification", opened_on__year=year),
        "open_problems": Q(system="assessment_rectification", opened_on__year__lt=year)
        & (Q(closed_on=None) | Q(closed_on__gt=until)),
        "debriefs": Q(system="year_end_debrief", fields__year=year),
        "duties": Q(system="first_responsible_list", fields__year=year, state="closed"),
        "issued": Q(system="normative_document", fields__published_on__startswith=f"{year}-"),
        "heard": Q(system="party_committee_hearing", fields__duty_year=year),
    }  # fmt: skip
    systems = {
        one[1] for kind in kinds.values() for one in kind.children if isinstance(one, tuple) and one[0] == "system"
    }
    within = Q(system__in=systems, organ__region__code__startswith=region_prefix(region.code), voided_on=None)
    kind = models.Case(*(models.When(asked, then=models.Value(name)) for name, asked in kinds.items()))
    place = models.Window(RowNumber(), partition_by="kind", order_by=("opened_on", "pk"))
    rows = Case.objects.filter(within, reduce(or_, kinds.values())).annotate(kind=kind, place=place)
    found: dict[str, list[Case]] = {name: [] for name in kinds}
    for case in rows.filter(place__lte=MOST * 4).order_by("opened_on", "pk"):
        found[case.kind].append(case)
    return Records(region, year, until, found)


def _from(case: Case) -> tuple[tuple[str, str], ...]:
    return ((case.number or case.title or str(case.pk), f"/case/{case.pk}/"),)


def _words(text: object) -> str:
    """What a record says in one line, without its end."""
    line = " ".join(str(text or "").split()).rstrip("。；;，,")
    return line if len(line) <= LONGEST else ""


def _each(cases: list[Case], say: Callable[[Case], str]) -> Iterator[Drafted]:
    seen: set[str] = set()
    for case in cases:
        text = say(case)
        if text and text not in seen and len(seen) < MOST:
            seen.add(text)
            yield Drafted(text, _from(case))


def _study(records: Records) -> Iterator[Drafted]:
    """学法: what was studied at meetings and in lectures."""
    items = (
        Item.objects.filter(
            kind=ItemKind.STUDY, withdrawn="", meeting__starts_at__year=records.year,
            meeting__state__in=("held", "concluded"), meeting__body__organ__region=records.region,
        )
        .exclude(law="")
        .select_related("meeting__body")
        .order_by("meeting__starts_at", "position")
    )  # fmt: skip
    by_body: dict[str, list[Item]] = {}
    for item in items:
        by_body.setdefault(item.meeting.body.name, []).append(item)
    for body, studied in by_body.items():
        laws = list(dict.fromkeys(item.law for item in studied))[:MOST]
        sources = tuple((item.meeting.title, f"/meetings/{item.meeting_id}/") for item in studied[:MOST])
        yield Drafted(f"{body}{'先后' if len(laws) > 1 else ''}学习{_listed(laws)}", sources)
    yield from _each([c for c in records.cases["studied"] if c.fields.get("held_on")], _studied)


def _listed(laws: list[str]) -> str:
    """Several laws in a row; between titles in their marks stands no comma."""
    joined = "、".join(laws)
    return joined.replace("》、《", "》《")


def _studied(case: Case) -> str:
    law = _words(case.fields.get("law"))
    return f"{_words(case.fields.get('meeting')) or '组织领导干部'}学习{law}" if law else ""


def _documents(records: Records) -> Iterator[Drafted]:
    """制发文件: the normative documents published until the end of the period, by their titles."""
    issued = [case for case in records.cases["issued"] if case.fields["published_on"] <= records.until.isoformat()]
    titled = {title.strip("《》"): case for case in issued if (title := _words(case.fields.get("document_title")))}
    if titled:
        told = list(titled)[:MOST]
        sources = tuple(source for title in told for source in _from(titled[title]))
        named = _listed([f"《{title}》" for title in told])
        yield Drafted(f"公布行政规范性文件{named}{'等' if len(titled) > MOST else ''}", sources)


def _tasks(records: Records) -> Iterator[Drafted]:
    """年度任务: what was done of the year's plan."""
    yield from _each(records.cases["done"], _done)


def _done(case: Case) -> str:
    task, result = _words(case.fields.get("task")), _words(case.fields.get("result"))
    return f"{task}，{result}" if task and result else f"完成“{task}”任务" if task else ""


def _weak_points(records: Records) -> Iterator[Drafted]:
    """不足: what inspections found, what is not put right, what of the plan was not done, and why."""
    of = records.cases
    yield from _each(
        of["inspected"], lambda c: _prefixed("督察发现：", c.fields.get("findings"), c.fields.get("causes"))
    )
    yield from _each(of["problems"], lambda c: _prefixed("", c.fields.get("problem"), None))
    yield from _each(of["carried"], lambda c: _prefixed(f"“{_words(c.fields.get('task'))}”尚未完成，原因是",
                                                        c.fields.get("carry_reason"), None))  # fmt: skip
    yield from _each(of["debriefs"], lambda c: _prefixed("", c.fields.get("shortcomings"), None))


def _prefixed(prefix: str, text: object, cause: object) -> str:
    said, why = _words(text), _words(cause)
    return f"{prefix}{said}" + (f"，主要是{why}" if why else "") if said else ""


def _responsible(records: Records) -> Iterator[Drafted]:
    """第一责任人: the duties of the heads of the Party committee and the government that were checked as done, and what the
    standing committee was told of the building of law-based government."""
    heads = [
        c for c in records.cases["duties"] if c.outcome == "done" and c.fields.get("post") in ("party", "government")
    ]
    yield from _each(heads, lambda c: _prefixed(_words(c.fields.get("head_post")), c.fields.get("duty"), None))
    yield from _each([c for c in records.cases["heard"] if c.fields.get("heard_on")], _heard)


def _heard(case: Case) -> str:
    meeting, subject, settled = (_words(case.fields.get(name)) for name in ("meeting", "subject", "questions"))
    said = f"{meeting or '党委常委会'}听取{subject}" if subject else ""
    return f"{said}，研究解决{settled}" if said and settled else said


def _next_year(records: Records) -> Iterator[Drafted]:
    """下一年度安排: what is planned for it or carried over (of the first half of a year: what of its plan goes on), and what is
    still to be put right."""
    of = records.cases
    yield from _each(of["planned"], lambda c: _words(c.fields.get("task")))
    yield from _each(of["carried"], lambda c: _prefixed("继续推进", c.fields.get("task"), None))
    still = [*of["open_problems"], *(c for c in of["problems"] if c.closed_on is None or c.closed_on > records.until)]
    demanded = {words: case for case in still if (words := _words(case.fields.get("requirement")))}
    if demanded:
        told = list(demanded)[:MOST]
        yield Drafted(
            f"抓好问题整改：{'；'.join(told)}", tuple(source for words in told for source in _from(demanded[words]))
        )
    yield from _each(of["debriefs"], lambda c: _prefixed("", c.fields.get("next_year"), None))


DRAFTERS: dict[str, Callable[[Records], Iterator[Drafted]]] = {
    "study": _study, "documents": _documents, "tasks": _tasks, "weak_points": _weak_points, "responsible": _responsible, "next_year": _next_year,
}  # fmt: skip
"""What an outline may have drafted, by name."""
