"""同比: changes laid against the year before, where the text tells it, with rounding; where it does not, the number it must have been.

Rates are in ``rates``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from zhunsheng.kernel.words import Words, written_number
from zhunsheng.reports.checking import wording
from zhunsheng.reports.checking.figure import CHANGE, COUNT, MONEY, Figure, by_sentence
from zhunsheng.reports.checking.findings import ERROR, LIKELY, QUESTION, SURE, UNSURE, WARNING, Finding, holds
from zhunsheng.reports.checking.numerals import kin
from zhunsheng.reports.checking.rates import counts_of, decimals, rounds_to
from zhunsheng.reports.checking.structure import Structure

_LAST_YEAR = re.compile(
    r"(?P<when>上年|去年|上一年|同期|前一年|(?P<year>20\d\d)年)(?:度|同期)?(?:的|为|是|共)?[^，。；\d]{0,6}$"
)
_ROSE_TO = re.compile(
    r"[^，。；\d]{0,10}(?:增加?|增长|上升|提高|升|扩大|降低?|下降|减少?|压减|回落)(?:至|到|为)(?:20\d\d年的?)?"
)
_COMPARED_WITH = re.compile(r"(?:较|比|与)(?:上年|去年|20\d\d年)(?:度|同期)?的?$")


def changes(structure: Structure, figures: Sequence[Figure]) -> Iterator[Finding]:
    """The changes of every sentence."""
    for within, near in by_sentence(figures):
        for index, figure in enumerate(within):
            if figure.kind != CHANGE or figure.unit != "%":
                continue
            if index:
                yield from _change(structure, figure, within, index, near)
            if figure.base_value < -100:
                yield _below_nothing(figure)


def _below_nothing(change: Figure) -> Finding:
    message = Words(
        f"下降 {written_number(-change.base_value)}%，超过 100%",
        f"a fall of {written_number(-change.base_value)}%, more than there was",
    )
    return Finding("change", ERROR, message, (change.within,), SURE)


def _change(
    structure: Structure, change: Figure, within: Sequence[Figure], index: int, before: Sequence[Figure]
) -> Iterator[Finding]:
    """A change laid against the figure it is of, and against the year before where that is told."""
    text = structure.text
    index = _before_brackets(structure, change, within, index)
    base = within[index - 1]
    if "分别" in text[change.within[0] : change.start]:
        yield from _paired(_in_its_place(within, change, base), change)
        return
    beside, difference = base, None
    if base.kind == CHANGE and base.unit != "%" and index > 1:
        index -= 1
        difference, base = base, within[index - 1]
    earlier = None
    if _of_year_before(structure, base) and index > 1 and within[index - 2].kind == base.kind:
        earlier, base = base.base_value, within[index - 2]
    elif index > 1 and _rose_from(text, within[index - 2], base):
        earlier = within[index - 2].base_value
    if base.kind not in (COUNT, MONEY) or base.qualifier or change.qualifier or change.start - base.end > 40:
        return
    between = text[beside.end : change.start]
    if re.search(r"[。；]", text[base.end : change.start]) or "/" in base.unit:
        return
    if len(wording.without_change(wording.trimmed(between.strip("，、（")))) > 1:
        return  # what rose or fell is named anew: it is another thing
    if earlier is None and _of_year_before(structure, base):  # 排查187件。去年同期212件，同比下降11.8%
        yield from _of_sentence_before(base, change, before)
        return
    now, rate = base.base_value, change.base_value
    if rate <= -100:
        if now > 0:
            yield Finding(
                "change",
                ERROR,
                Words(
                    f"下降 {written_number(-rate)}%，但本年仍有 {_shown(base)}",
                    f"a fall of {written_number(-rate)}%, yet there are {_shown(base)} this year",
                ),
                (base.within, change.within),
                SURE,
            )
        return
    if earlier is None and difference is not None and kin(difference.base_unit) == kin(base.base_unit):
        earlier = now - difference.base_value
    elif earlier is None:
        earlier = next(
            (
                f.base_value
                for f in within
                if f is not base and kin(f.base_unit) == kin(base.base_unit) and f.kind == base.kind and not f.qualifier
                and _of_year_before(structure, f)
            ),
            None,
        )  # fmt: skip
    if earlier:
        yield from _against(base, change, earlier)
    elif base.kind == COUNT and now > 0 and now == int(now):
        yield from _implied(base, change)


def _rose_from(text: str, one: Figure, other: Figure) -> bool:
    """Whether two figures are what was and what is: 由2022年的64件增至2023年的96件."""
    led = re.search(r"[由从][^，。；\d]{0,6}(?:20\d\d年[^，。；\d]{0,4})?$", text[one.within[0] : one.start])
    return bool(led and one.base_unit == other.base_unit and _ROSE_TO.fullmatch(text[one.end : other.start]))


def _before_brackets(structure: Structure, change: Figure, within: Sequence[Figure], index: int) -> int:
    """1562件（含集体争议19件，涉及412人），同比增长1.8%: what stands in brackets is not what rose, but for last year's figure."""
    beside = within[index - 1]
    opened = structure.text.rfind("（", beside.sentence.start, beside.start)
    closed = structure.text.find("）", beside.end, change.start)
    if opened < 0 or closed < 0 or "）" in structure.text[opened : beside.start] or _of_year_before(structure, beside):
        return index
    return next((place + 1 for place in range(index - 1, -1, -1) if within[place].end <= opened), index)


def _of_sentence_before(earlier: Figure, change: Figure, before: Sequence[Figure]) -> Iterator[Finding]:
    """A change behind the figure of last year, where this year's stands in the sentence before."""
    for now in counts_of(before):
        if now.kind == earlier.kind and kin(now.base_unit) == kin(earlier.base_unit) and earlier.base_value:
            laid = next(_against(now, change, earlier.base_value))
            if laid.holds:
                yield laid
                return


def _in_its_place(within: Sequence[Figure], change: Figure, nearest: Figure) -> Figure:
    """The figure a change behind 分别 belongs to: 46批129人次，同比分别下降20.7%、15.1%."""
    listed = [f for f in within if f.kind == CHANGE and f.within == change.within]
    told_before = [f for f in within if f.kind in (COUNT, MONEY) and f.end <= listed[0].start][-len(listed) :]
    named = [f for f in told_before if f.label == change.label]
    if len(named) == len(listed):
        return named[listed.index(change)]
    return named[0] if named else nearest


def _paired(base: Figure, change: Figure) -> Iterator[Finding]:
    """受理、审结同比分别上升8%、5%: each laid against the figure it was paired with."""
    exact = base.kind == COUNT and base.base_value == int(base.base_value) and base.base_value > 0
    if base.label == change.label and exact and not base.qualifier and change.base_value > -100:
        yield from _implied(base, change)


def _of_year_before(structure: Structure, figure: Figure) -> bool:
    """Whether a figure is told of the year before."""
    before = structure.text[max(figure.sentence.start, figure.start - 16) : figure.start]
    if _COMPARED_WITH.search(before):
        return True
    found = None if re.search(r"结转|遗留", before) else _LAST_YEAR.search(before)
    return found is not None and (not found["year"] or int(found["year"]) + 1 == structure.year)


def _against(base: Figure, change: Figure, earlier: Decimal) -> Iterator[Finding]:
    now, rate = base.base_value, change.base_value
    exact = (now - earlier) * 100 / earlier
    words = Words(
        f"本年 {written_number(now)}，上年 {written_number(earlier)}，变化 {written_number(round(exact, 2))}%，文中写作 {written_number(rate)}%",
        f"{written_number(now)} this year, {written_number(earlier)} the year before, a change of {written_number(round(exact, 2))}%; the text says {written_number(rate)}%",
    )
    if rounds_to(exact, rate):
        yield holds("change", Words(f"{words.zh}，相符", f"{words.en}, agrees"), base.within, change.within)
    else:
        yield Finding("change", WARNING, words, (base.within, change.within), LIKELY)


def _implied(base: Figure, change: Figure) -> Iterator[Finding]:
    """The number of the year before that a change implies; a whole one must give it."""
    now, rate = base.base_value, change.base_value
    half = Decimal(1).scaleb(-decimals(rate))
    lowest = now / (1 + (rate + half) / 100)
    highest = now / (1 + (rate - half) / 100) if rate - half > -100 else lowest * 2
    first, last = int(lowest.to_integral_value(ROUND_CEILING)), int(highest.to_integral_value(ROUND_FLOOR))
    if last - first > 200:
        return
    fitting = [n for n in range(max(1, first - 1), last + 2) if rounds_to((now - n) * 100 / n, rate)]
    moved = Words(
        f"下降 {written_number(-rate)}%" if rate < 0 else f"增长 {written_number(rate)}%",
        f"a fall of {written_number(-rate)}%" if rate < 0 else f"a rise of {written_number(rate)}%",
    )
    if fitting:
        best = min(fitting, key=lambda n: abs((now - n) * 100 / n - rate))
        others = Words("", "")
        if len(fitting) > 1:
            others = Words(f"（{fitting[0]}至{fitting[-1]} 都可能）", f" (from {fitting[0]} to {fitting[-1]})")
        yield holds(
            "change",
            Words(
                f"{_shown(base)}、同比{moved.zh}，推算上年应为 {best}{base.base_unit}{others.zh}",
                f"{_shown(base)} after {moved.en}: the year before must have been {best}{base.base_unit}{others.en}",
            ),
            base.within,
            change.within,
        )
    elif now < 10000:
        yield Finding(
            "change", QUESTION,
            Words(
                f"{_shown(base)}、同比{moved.zh}，没有一个整数的上年数能得出这个比率；两个数是否指同一件事",
                f"{_shown(base)} after {moved.en}: no whole number of the year before gives that; are they of one thing?",
            ),
            (base.within, change.within), UNSURE,
        )  # fmt: skip


def _shown(figure: Figure) -> str:
    return f"{written_number(figure.value)}{figure.unit}"
