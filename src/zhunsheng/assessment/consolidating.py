"""月报汇总: the returns of one period put together: sums beside the ledger, who has sent, what was explained; as a document.

Only returns that were sent count. Filling the superior's own form is in ``own_forms``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from django.db.models import F

from zhunsheng.assessment.returns import RETURNS, Period
from zhunsheng.cases.models import Case, Deadline
from zhunsheng.catalogue.loading import system
from zhunsheng.ledger.figures import declared_as
from zhunsheng.ledger.handing_out import Telling, hand_out
from zhunsheng.ledger.series import of_organ
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.papers.document import Block, Document, Heading, Paragraph, Run, Signature, Table, Title
from zhunsheng.spreadsheets import workbook_of
from zhunsheng.workbooks import without_remark

SENT = frozenset({"sent", "accepted", "closed"})
TYPED = ("difference", "words", "problems")
"""The fields a unit fills in; all others are read."""
PURPOSE = "报送汇总"


@dataclass(frozen=True)
class ReadFigure:
    """A figure of the return: the fields with its value for the period and for the year so far."""

    name: str
    total: str
    figure: str
    zh: str
    en: str
    unit: str


@cache
def read_figures() -> tuple[ReadFigure, ...]:
    """The figures returns read, as the system declares them, in its order."""
    procedure = system(RETURNS).procedures[-1]
    reads = procedure.actions["draw"].reads
    totals = {str(read.figure): name for name, read in reads.items() if read.gives == "year_to_date"}
    found = []
    for name, read in reads.items():
        if read.gives == "value":
            label, unit = procedure.fields[name], declared_as(str(read.figure)).unit
            zh, en = without_remark(label.zh), label.en.partition(",")[0]
            found.append(ReadFigure(name, totals[str(read.figure)], str(read.figure), zh, en, unit.zh if unit else ""))
    return tuple(found)


def periods_of(access: Access) -> list[Period]:
    """The periods for which there are returns an officer may see, newest first. One query."""
    rows = Case.visible.to(access).filter(system=RETURNS, voided_on=None).order_by()
    told = rows.values_list("fields__year", "fields__month", "fields__months").distinct()
    return sorted({Period(year, month, months or 1) for year, month, months in told if year and month}, reverse=True)


def returns_of(access: Access, period: Period) -> list[Case]:
    """The returns of a period, in the order of the organs. One query."""
    rows = Case.visible.to(access).filter(
        system=RETURNS, voided_on=None, fields__year=period.year, fields__month=period.month
    )
    found = [case for case in rows.select_related("organ") if (case.fields.get("months") or 1) == period.months]
    return sorted(found, key=lambda case: ([int(part) for part in case.path.strip("/").split("/")], case.pk))


@dataclass(frozen=True)
class Sum:
    """A figure over all returns that were sent, and what the ledger has for the whole place; None: never counted there. Nobody
    is told a nought that no unit reported."""

    figure: ReadFigure
    value: Decimal | None
    total: Decimal | None
    ledger: Decimal | None

    @property
    def differs(self) -> bool:
        return self.ledger is not None and self.ledger != (self.value or 0)


def sums(cases: Sequence[Case], period: Period, root: Organ | None) -> list[Sum]:
    """Each figure summed over the returns sent; beside it what the ledger has for an organ with everything below it."""
    sent = [case for case in cases if case.state in SENT]
    last = date(period.year, period.month, 1)
    names = [read.figure for read in read_figures()]
    ledger = of_organ(names, root, period.first, last) if root is not None and cases else {}

    def added(name: str) -> Decimal | None:
        told = [Decimal(str(case.fields[name])) for case in sent if case.fields.get(name) is not None]
        return sum(told, Decimal(0)) if told else None

    found = {name: figure.value for name, figure in ledger.items()}
    return [Sum(read, added(read.name), added(read.total), found.get(read.figure)) for read in read_figures()]


@dataclass(frozen=True)
class Progress:
    """How the returns of a period stand, and how little had to be typed for them."""

    due: int
    sent: int
    accepted: int
    waiting: int
    late: int
    sent_late: int
    read: int
    typed: int


def progress(cases: Sequence[Case], on: date, fallen: frozenset[int]) -> Progress:
    """How some returns stand on a day. ``fallen``: those that fell late, as ``fell_late`` tells them."""
    states = Counter(case.state for case in cases)
    late = sum(is_late(case, on) for case in cases)
    fields = [name for read in read_figures() for name in (read.name, read.total)]
    sent = [case for case in cases if case.state in SENT]
    read = sum(case.fields.get(name) is not None for case in sent for name in fields)
    typed = sum(bool(case.fields.get(name)) for case in sent for name in TYPED)
    accepted = states["accepted"] + states["closed"]
    sent_late = sum(case.pk in fallen for case in sent)
    return Progress(len(cases), len(sent), accepted, len(cases) - len(sent), late, sent_late, read, typed)


def fell_late(cases: Sequence[Case]) -> frozenset[int]:
    """Those of some returns that were sent, for the first time or again, after their day, by their keys. One query, none for no
    returns."""
    late = Deadline.objects.filter(case__in=cases, ended_on__gt=F("due_on")) if cases else Deadline.objects.none()
    return frozenset(late.values_list("case", flat=True))


def is_late(case: Case, on: date) -> bool:
    """Whether a return should have been sent, for the first time or again, before a day."""
    return case.state not in SENT and case.next_due is not None and case.next_due < on


def words_of(period: Period) -> str:
    """A period as papers write it: 2026年9月, 2026年第三季度, 2026年上半年, 2026年."""
    if period.months == 1:
        return f"{period.year}年{period.month}月"
    if period.months == 3:
        return f"{period.year}年第{'一二三四'[period.month // 3 - 1]}季度"
    if period.months == 6:
        return f"{period.year}年{'上' if period.month == 6 else '下'}半年"
    return f"{period.year}年"


def document_of(root: Organ, period: Period, cases: Sequence[Case], on: date) -> Document:
    """The returns put together as an official document."""
    fallen = fell_late(cases)
    how, when = progress(cases, on, fallen), words_of(period)
    afterwards = f"（其中逾期后报送{how.sent_late}个）" if how.sent_late else ""
    unsent = f"，未报{how.waiting}个（其中已逾期{how.late}个）" if how.waiting else ""
    state_names = system(RETURNS).procedures[-1].states
    blocks: list[Block] = [
        Title(f"{root.name}\n{when}法治政府建设工作情况汇总"),
        Paragraph((Run(f"应报{how.due}个单位，已报{how.sent}个{afterwards}，审核通过{how.accepted}个{unsent}。各数由平台从业务记录取得，以下合计只含已报送单位。"),)),
        Heading(1, "一、数据汇总"),
        Table(
            ("指标", "单位", "本期", "当年累计"),
            tuple(
                (one.figure.zh, one.figure.unit, *("—" if n is None else f"{n:f}" for n in (one.value, one.total)))
                for one in sums(cases, period, None)
            ),
        ),
        Heading(1, "二、各单位报送情况"),
        Table(("单位", "状态"), tuple((case.organ.name, f"{state_names[case.state].zh}{'（逾期）' if case.pk in fallen else ''}") for case in cases)),
    ]  # fmt: skip
    told = [
        (case, [case.fields[name] for name in TYPED if case.fields.get(name)]) for case in cases if case.state in SENT
    ]
    if any(words for _, words in told):
        blocks.append(Heading(1, "三、情况说明"))
        blocks += [
            Paragraph((Run(f"{case.organ.name}：{' '.join(' '.join(text.split()) for text in words)}"),))
            for case, words in told
            if words
        ]
    return Document((*blocks, Signature(root.name, on)))


def workbook_of_returns(period: Period, cases: Sequence[Case]) -> bytes:
    """One row a unit, two columns a figure, the sums below."""
    reads = read_figures()
    head = ["单位", *(f"{read.zh}（{part}，{read.unit}）" for read in reads for part in ("本期", "累计")), "差异说明"]
    names = [name for read in reads for name in (read.name, read.total)]
    sent = [case for case in cases if case.state in SENT]
    rows = [
        [case.organ.name, *(case.fields.get(name) for name in names), case.fields.get("difference") or ""]
        for case in sent
    ]
    summed = [value for one in sums(cases, period, None) for value in (one.value, one.total)]
    return workbook_of(words_of(period), head, [*rows, ["合计", *summed, ""]])


def tell(root: Organ, period: Period, cases: Sequence[Case], to_whom: str, officer: Officer) -> int:
    """Note in the register of figures told that the sums went to a receiver; gives how many were new. Raises
    ``HandingOutError``."""
    first, last = period.first.year * 100 + period.first.month, period.year * 100 + period.month
    tellings = []
    for one in sums(cases, period, None):
        spans = ((first, one.value), (period.year * 100 + 1, one.total))
        for begin, value in dict(spans).items():
            if value is None:
                continue
            tellings.append(Telling(one.figure.figure, begin, last, value, f"{value:f}{one.figure.unit}"))
    return hand_out(
        root.region, tellings, to_whom=to_whom, purpose=PURPOSE, paper=words_of(period), officer=officer, once=True
    )
