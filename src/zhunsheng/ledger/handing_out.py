"""Figures told to others (报数登记): who was told what, for which purpose, and whether it is still so.

“最多报一次”: whoever is asked again sees first what was answered before. A row is never changed; a corrected answer
to the same receiver is a new row, and only the latest is compared with the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from zhunsheng.kernel.figures import qualify
from zhunsheng.kernel.words import BilingualError, Words
from zhunsheng.ledger.figures import Figure, figure_names, figures
from zhunsheng.ledger.models import HandedOut
from zhunsheng.ledger.months import first_day
from zhunsheng.orgs.models import Officer, Region
from zhunsheng.security.audit import record


@dataclass(frozen=True, slots=True)
class Telling:
    """A figure to be told: for the months ``first`` to ``last``, its value and the way it was put."""

    account: str
    first: int
    last: int
    value: Decimal
    told: str


class HandingOutError(BilingualError):
    """A telling that cannot be noted; ``words`` says why, ``field`` where."""


def as_told(figure: Figure, value: Decimal | None = None) -> str:
    """A value as it is told, in Chinese, with the figure's unit; its own qualifier only with its own value."""
    own = value is None or value == figure.value
    number = figure.value if value is None else value
    if number is None:
        raise ValueError(f"{figure.account} has no value to tell")
    return f"{qualify(figure.written(number), figure.qualifier if own else '').zh}{figure.unit.zh}"


@transaction.atomic
def hand_out(
    region: Region,
    tellings: Sequence[Telling],
    *,
    to_whom: str,
    purpose: str,
    paper: str = "",
    officer: Officer | None = None,
    once: bool = False,
) -> int:
    """Note figures told to one receiver; gives how many were noted. With ``once`` an answer that is already the latest
    to this receiver in this paper is not noted again (a report downloaded twice). Raises ``HandingOutError``."""
    for field, text, missing in (
        ("to_whom", to_whom, Words("请写明报给谁", "say to whom it was told")),
        ("purpose", purpose, Words("请写明用途", "say for what purpose")),
        ("paper", paper, None),
    ):
        if missing and not text.strip():
            raise HandingOutError(*missing, field)
        limit = HandedOut._meta.get_field(field).max_length or 0
        if len(text) > limit:
            raise HandingOutError(f"最多 {limit} 字", f"at most {limit} characters", field)
    unknown = [telling.account for telling in tellings if telling.account not in figure_names()]
    if unknown:
        raise HandingOutError(f"没有这个指标：{unknown[0]}", f"there is no figure {unknown[0]}", "account")
    known: dict[tuple[str, int, int], Decimal] = {}
    if once:
        earlier = HandedOut.objects.filter(region=region, to_whom=to_whom, purpose=purpose, paper=paper).order_by("pk")
        known = {(row.account, row.first, row.last): row.value for row in earlier}
    now = timezone.now()
    rows = [
        HandedOut(account=t.account, region=region, first=t.first, last=t.last, value=t.value, told=t.told,
                  to_whom=to_whom, purpose=purpose, paper=paper, by=officer, at=now)
        for t in tellings
        if known.get((t.account, t.first, t.last)) != t.value
    ]  # fmt: skip
    HandedOut.objects.bulk_create(rows)
    if rows:
        record("ledger.hand_out", f"region:{region.pk}", officer.pk if officer else None, figures=len(rows))
    return len(rows)


def handed_out(region: Region, account: str = "") -> QuerySet[HandedOut]:
    """What was told of a region, of one figure when it is named; newest first."""
    rows = HandedOut.objects.filter(region=region).select_related("by").order_by("-pk")
    return rows.filter(account=account) if account else rows


def asked_again(region: Region, year: int) -> int:
    """最多报一次: how often a figure for periods that end in a year was told when it had been told before, so that nobody
    had to work it out again."""
    told = handed_out(region).filter(last__range=(year * 100 + 1, year * 100 + 12)).order_by()
    times = told.values_list("account", "first", "last").annotate(times=Count("pk")).values_list("times", flat=True)
    return sum(times) - len(times)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A row beside the figure as it is now; ``current`` is None when there is no number any more."""

    row: HandedOut
    figure: Figure | None
    current: Decimal | None
    is_latest: bool

    @property
    def differs(self) -> bool:
        """Whether the receiver's latest answer is not what the ledger says now."""
        return self.is_latest and self.current != self.row.value


def compare(rows: Iterable[HandedOut]) -> list[Comparison]:
    """Each row with the figure as it is now. Read once for every region and period that occurs, however many rows."""
    if not (rows := list(rows)):
        return []
    periods: dict[tuple[str, int, int], set[str]] = {}
    for row in rows:
        periods.setdefault((row.region_id, row.first, row.last), set()).add(row.account)
    now = {
        (region, first, last): figures(region, first_day(first), first_day(last), accounts)
        for (region, first, last), accounts in periods.items()
    }
    latest = _latest(rows)
    found = []
    for row in rows:
        figure = now[row.region_id, row.first, row.last].get(row.account)
        value = figure.value.quantize(Decimal("0.01")) if figure and figure.value is not None else None
        found.append(Comparison(row, figure, value, latest[_question(row)] == row.pk))
    return found


def differences(region: Region, year: int) -> list[Comparison]:
    """Of the figures told for periods that end in a year, those that are different now (现数与报出数不一致)."""
    rows = handed_out(region).filter(last__range=(year * 100 + 1, year * 100 + 12))
    return [comparison for comparison in compare(rows) if comparison.differs]


def _question(row: HandedOut) -> tuple[str, str, int, int, str, str]:
    return row.region_id, row.account, row.first, row.last, row.to_whom, row.paper


def _latest(rows: Sequence[HandedOut]) -> dict[tuple[str, str, int, int, str, str], int]:
    """The last answer to each receiver's question, also when it is not among the rows."""
    wanted = {_question(row) for row in rows}
    found: dict[tuple[str, str, int, int, str, str], int] = {}
    all_rows = HandedOut.objects.filter(
        region__in={row.region_id for row in rows}, account__in={row.account for row in rows}
    )
    for pk, *question in all_rows.order_by("pk").values_list(
        "pk", "region_id", "account", "first", "last", "to_whom", "paper"
    ):
        if tuple(question) in wanted:
            found[tuple(question)] = pk
    return found
