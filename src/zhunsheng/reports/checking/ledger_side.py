"""对台账: the figures of a report beside what the ledger of the region has for the same account and period.

Only figures whose account is read with some certainty and which are told of the region as a whole are laid beside it; what
the ledger has nothing of is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from zhunsheng.kernel.figures import change_rate
from zhunsheng.kernel.words import Words, written_number
from zhunsheng.ledger.figures import Figure as Kept
from zhunsheng.ledger.figures import figures as read_figures
from zhunsheng.reports.checking.checking import Checked, take
from zhunsheng.reports.checking.figure import CHANGE, RATIO, TARGET, Figure
from zhunsheng.reports.checking.findings import LIKELY, QUESTION, UNSURE, WARNING, Finding, holds
from zhunsheng.reports.checking.rates import decimals
from zhunsheng.reports.composing import year_of

ENOUGH, CERTAIN = 0.72, 0.9
_ELSEWHERE = ("县区", "乡镇", "全省", "全国")
_AT_LEAST = {"余", "多", "以上", "超过", "超", "逾", "突破", "至少", "不低于", "不少于", "高于", "多于", "上"}
_AT_MOST = {"近", "将近", "接近", "不足", "不到", "不超", "至多", "不超过", "以下", "以内", "内", "低于", "不高于"}


def lay_beside_ledger(checked: Checked, region: str, year: int) -> None:
    """The findings and relations that come of the ledger added to a check. Raises ``ReportError``."""
    first, last = year_of(region, year)
    wanted = [figure for figure in checked.figures if _comparable(figure, year)]
    names = {figure.account for figure in wanted}
    periods = {False: (first, last), True: (first, date(year, 6, 30))}
    now = {half: read_figures(region, *period, names) for half, period in periods.items()}
    changed = {figure.account for figure in wanted if figure.kind == CHANGE}
    before = read_figures(region, date(year - 1, 1, 1), date(year - 1, 12, 31), changed) if changed else {}
    take(checked, list(_compared(wanted, now, before)))
    # One number for two things is no question where the ledger has it for both.
    held = {relation.places[0] for relation in checked.relations if relation.rule == "ledger"}
    checked.findings = [f for f in checked.findings if f.rule != "same_number" or not held.issuperset(f.places)]


def _comparable(figure: Figure, year: int) -> bool:
    if not figure.account or figure.sureness < ENOUGH or figure.kind in (TARGET, RATIO) or "/" in figure.unit:
        return False
    return figure.scope not in _ELSEWHERE and figure.period[:4] in ("", str(year))


def _compared(
    wanted: list[Figure], now: Mapping[bool, Mapping[str, Kept]], before: Mapping[str, Kept]
) -> Iterator[Finding]:
    for figure in wanted:
        kept = now[figure.period.endswith("H1")].get(figure.account)
        if kept is None or kept.value is None:
            continue
        value: Decimal | None = kept.value
        if figure.kind == CHANGE and figure.unit == "%":
            earlier = before.get(figure.account)
            known = earlier is not None and earlier.value is not None
            value = change_rate(kept.value, earlier.value, decimals(figure.base_value)) if known else None
        elif figure.kind == CHANGE:
            continue
        if value is None:
            continue
        shown = f"{written_number(figure.value)}{figure.qualifier}{figure.unit}"
        if same(figure, value):
            yield holds(
                "ledger",
                Words(f"{kept.name.zh} {shown}，与台账相符", f"{kept.name.en} {shown}, as in the ledger"),
                figure.within,
            )
            continue
        unit = Words("%", "%") if figure.kind == CHANGE else kept.unit
        message = Words(
            f"文中 {shown}，台账中“{kept.name.zh}”为 {written_number(value)}{unit.zh}",
            f"the text says {shown}, the ledger has {written_number(value)} {unit.en} for “{kept.name.en}”",
        )
        doubted = Words(f"{message.zh}；两处是否指同一指标", f"{message.en}; are they the same figure?")
        certain = figure.sureness >= CERTAIN
        yield Finding(
            "ledger", WARNING if certain else QUESTION, message if certain else doubted,
            (figure.within,), LIKELY if certain else UNSURE,
        )  # fmt: skip


def same(figure: Figure, value: Decimal) -> bool:
    """Whether a figure as written says the same as a value: rounded at its own decimals, a bound kept."""
    written = figure.base_value
    if figure.qualifier in _AT_LEAST:
        return written <= value <= max(written * Decimal("1.5"), written + 10)
    if figure.qualifier in _AT_MOST:
        return written * Decimal("0.8") <= value <= written
    if figure.qualifier:
        return abs(value - written) <= abs(written) / 10
    scale = figure.base_value / figure.value if figure.value else Decimal(1)
    step = Decimal(1).scaleb(-decimals(figure.value))
    unscaled = value / scale
    return any(unscaled.quantize(step, rounding=how) == figure.value for how in (ROUND_HALF_UP, ROUND_DOWN))
