"""比率: rates laid against what they are of, with rounding. Changes against the year before are in ``changes``.

A rate is counted again where the text tells both sides; where it names the base alone, whether any whole number gives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import pairwise

from zhunsheng.kernel.words import Words, written_number
from zhunsheng.reports.checking import wording
from zhunsheng.reports.checking.deeds import likeness
from zhunsheng.reports.checking.figure import COUNT, MONEY, RATE, Figure, by_sentence
from zhunsheng.reports.checking.findings import ERROR, LIKELY, QUESTION, SURE, UNSURE, WARNING, Finding, holds
from zhunsheng.reports.checking.numerals import kin
from zhunsheng.reports.checking.repeats import CARRIED, CLOSED, RECEIVED
from zhunsheng.reports.checking.structure import Structure

# Words for the same end of a matter, so that 结案率 is laid against 审结.
_ENDS = (
    r"审结|办结|结案|办理完毕|办毕", r"调解成功|调成|成功调解|化解成功|成功化解|化解", r"整改到位|完成整改|整改完成|整改", r"回复|反馈|答复",
    r"出庭", r"履行", r"合格", r"采纳", r"满意", r"审查", r"公示", r"受理", r"执结|执行", r"参考|参训|参加", r"覆盖", r"备案|报备", r"纠错|纠正", r"败诉", r"胜诉",
    r"按时|按期|及时", r"完成", r"持证",
)  # fmt: skip
_NO_SHARE = re.compile(r"增长率|完成率|增速|增幅|收益率|利用率|周转率|投资率|贡献率|负债率|执行率|达产率")
_LESS = re.compile(r"精简|压缩|压减|缩短|减少|下降|提速")
_OF_A_PLAN = re.compile(
    r"(?:任务|计划|目标|指标|预算|定额|平均(?:水平|值)?|标准|要求|去年|上年|同期|20\d\d年)[^，。；]{0,14}的(?:\d+(?:\.\d+)?%[、和及])*$"
)
_SHARE = re.compile(r"占|比例|比重")
_IN_A_WAY = re.compile(r"调解|和解|撤|纠错|按期|按时|及时")
"""What was closed in one way or in time is not all that was closed."""
ALIKE = 0.5
NEAR, FAR = 15, 30
"""Points a rate may miss what two figures give and still be one of them, wrongly reckoned; beyond, it is of another whole."""
_SHARE_OF = re.compile(r"占(?!比)(?P<base>[^，。；\d]{2,16}?)(?:总数|总量|总额|总人数)?的?$")
_IS_ITS_SHARE = re.compile(r"[，（]?(?:约)?占[^，。；、（）\d]{0,10}")
_OF_OTHER_YEAR = re.compile(r"(?:较|比|与|由|从)(?:上年|去年|前年|同期|20\d\d年)(?:度|同期)?的?（?$")


def rates(structure: Structure, figures: Sequence[Figure]) -> Iterator[Finding]:
    """The rates of every sentence."""
    for within, near in by_sentence(figures):
        for index, figure in enumerate(within):
            if figure.kind == RATE and not figure.listed:
                yield from _rate(structure.text, figure, within, index, near)
        yield from _shares(structure.text, within, near)
    for figure in figures:
        if (
            figure.kind == RATE
            and figure.base_unit == "%"
            and figure.base_value > 100
            and not _of_a_plan(structure.text, figure)
            and not _NO_SHARE.search(figure.label)
        ):
            yield from _over_hundred(figure)


def _shares(text: str, within: Sequence[Figure], before: Sequence[Figure]) -> Iterator[Finding]:
    """Shares told one after another are of one whole: where most agree with it, one that does not is wrong."""
    told = [
        (part, share)
        for part, share in pairwise(within)
        if share.kind == RATE and not share.qualifier and not share.listed and share.base_unit == "%"
        and counts_of([part]) and _IS_ITS_SHARE.fullmatch(text[part.end : share.start])
    ]  # fmt: skip
    shares = {id(part) for part, _ in told}
    for whole in counts_of([*before, *within]):
        of = [
            (part, share) for part, share in told
            if whole.start < part.start and kin(whole.base_unit) == kin(part.base_unit) and part.base_value <= whole.base_value
        ]  # fmt: skip
        wrong = [one for one in of if not agrees(one[1].base_value, one[0].base_value, whole.base_value)]
        if id(whole) in shares or len(wrong) != 1 or len(of) - len(wrong) < 1 + (len(of) > 2):
            continue
        part, share = wrong[0]
        if not _base_is_another(text, share, counts_of([*before, *within])) and not any(
            agrees(share.base_value, part.base_value, other.base_value) for other in counts_of([*before, *within])
        ):
            yield _differs(share, part, whole, sure=False)
        return


def _of_a_plan(text: str, rate: Figure) -> bool:
    """Whether a rate says how far an aim was reached (为上级下达任务的100.4%): of what is counted beside it it says nothing."""
    return bool(_OF_A_PLAN.search(text[rate.within[0] : rate.start]))


def _over_hundred(figure: Figure) -> Iterator[Finding]:
    words = figure.label
    message = Words(
        f"“{words[-16:]}”写作 {written_number(figure.value)}{figure.unit}，超过 100%",
        f"“{words[-16:]}” is written {written_number(figure.value)}{figure.unit}, above 100%",
    )
    if wording.is_rate(words):
        yield Finding("over_hundred", ERROR, message, (figure.within,), SURE)
    else:
        yield Finding(
            "over_hundred",
            QUESTION,
            Words(
                f"{message.zh}；如果是完成计划的程度，请写明基数",
                f"{message.en}; where it says how far a plan was fulfilled, name the base",
            ),
            (figure.within,),
            UNSURE,
        )


def decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def rounds_to(exact: Decimal, told: Decimal) -> bool:
    """Whether a number rounded or cut at the decimals of the one told is that one."""
    step = Decimal(1).scaleb(-decimals(told))
    return any(exact.quantize(step, rounding=how) == told.quantize(step) for how in (ROUND_HALF_UP, ROUND_DOWN))


def agrees(rate: Decimal, numerator: Decimal, denominator: Decimal) -> bool:
    """Whether a rate is what two numbers give; a whole is no rounding."""
    exact = numerator * 100 / denominator
    if rate == 100 and numerator != denominator:
        return abs(exact - rate) < Decimal(1).scaleb(-decimals(rate)) / 2
    return rounds_to(exact, rate)


def counts_of(figures: Sequence[Figure]) -> list[Figure]:
    return [
        f for f in figures if f.kind in (COUNT, MONEY) and not f.qualifier and "/" not in f.unit and f.base_value > 0
    ]


def _rate(text: str, rate: Figure, within: Sequence[Figure], index: int, before: Sequence[Figure]) -> Iterator[Finding]:
    if rate.qualifier or rate.base_unit != "%" or rate.base_value > 100 or _of_a_plan(text, rate):
        return
    if _OF_OTHER_YEAR.search(text[rate.sentence.start : rate.start]):
        return
    counts = counts_of(within[:index])
    root = re.sub(r"(?:率|占比|比例|比重|度)$", "", wording.trimmed(rate.label))
    share = (
        bool(_SHARE.search(rate.label[:2] + text[max(rate.within[0], rate.start - 6) : rate.start])) or len(root) < 2
    )
    pairs = [
        (n, d)
        for i, n in reversed(list(enumerate(counts)))
        for d in reversed(counts[:i])
        if kin(n.base_unit) == kin(d.base_unit) and n.base_value <= d.base_value and n.start - d.end < 80
    ]
    if "分别" in text[rate.within[0] : rate.start] or _base_is_another(text, rate, counts):
        return
    named = [(n, d) for n, d in pairs if _names(root, n.verb + n.label)] if not share else []
    last = [(n, d) for n, d in pairs if counts and n is counts[-1]] if share else []
    for n, d in (*named, *last):
        if _LESS.search(rate.label) and agrees(rate.base_value, d.base_value - n.base_value, d.base_value):
            return
        if agrees(rate.base_value, n.base_value, d.base_value):
            yield _agreed(rate, n, d)
            return
    if named or last:
        n, d = (named or last)[0]
        if rate.start - n.end > 60 or _of_several(text, rate, counts):
            return
        others = (f for f in within if f is not rate and f.kind == RATE and f.base_unit == "%")
        if any(agrees(f.base_value, n.base_value, d.base_value) for f in others):
            return  # 受理2246件，成功2201件，调解率100%、成功率98%: the other is the rate of these two
        of_which = "其中" in text[d.end : n.end] or _names_base(text, rate, d)
        apart = abs(rate.base_value - n.base_value * 100 / d.base_value)
        if apart > FAR and not of_which:  # 审查26件，报备14件，报备率100%: what it is a rate of is not told
            return
        if (len(named) == 1 and apart <= NEAR) or of_which:
            yield _differs(rate, n, d, sure=True)
        elif named:
            yield _differs(rate, n, d, sure=False)
        return
    if found := list(_closed_of_before(text, rate, root, counts, before)):
        yield from found
        return
    if not counts:
        counts = [f for f in counts_of(before) if f.sentence.end == rate.sentence.start] if share else []
    own = [f for f in counts if f.within == rate.within]
    if len(own) == 1 and len(counts) >= 1 and counts[-1] is own[0] and not pairs:
        yield from _impossible(rate, own[0])


def _agreed(rate: Figure, n: Figure, d: Figure) -> Finding:
    told = written_number(rate.value)
    words = Words(f"{_divided(n, d)}，文中 {told}%，相符", f"{_divided(n, d)}, told {told}%, agrees")
    return holds("rate", words, d.within, n.within, rate.within)


def _differs(rate: Figure, n: Figure, d: Figure, *, sure: bool) -> Finding:
    told = written_number(rate.value)
    words = Words(f"{_divided(n, d)}，文中写作 {told}%", f"{_divided(n, d)}, the text says {told}%")
    places = (d.within, n.within, rate.within)
    if sure:
        return Finding("rate", WARNING, words, places, LIKELY)
    asked = Words(f"{words.zh}；若基数不是这个数，请写明", f"{words.en}; name the base if it is another")
    return Finding("rate", QUESTION, asked, places, UNSURE)


def _closed_of_before(
    text: str, rate: Figure, root: str, counts: Sequence[Figure], before: Sequence[Figure]
) -> Iterator[Finding]:
    """受理120件。审结110件，审结率95%: what was closed of what the sentence before took up, unless some was carried over."""
    closed = [f for f in counts if CLOSED.search(f.verb + f.label)]
    if len(closed) != 1 or not before or not CLOSED.search(root) or CARRIED.search(text, before[0].start, rate.end):
        return
    n = closed[0]
    if _IN_A_WAY.search(n.verb + n.label + root):
        return
    taken_up = [
        d for d in counts_of(before)
        if RECEIVED.search(d.verb + d.label) and kin(d.base_unit) == kin(n.base_unit) and d.base_value >= n.base_value
        and (not n.noun or likeness(n.label, d.label) >= ALIKE)
    ]  # fmt: skip
    if (d := next((d for d in taken_up if agrees(rate.base_value, n.base_value, d.base_value)), None)) is not None:
        yield _agreed(rate, n, d)
    elif taken_up:
        yield _differs(rate, n, taken_up[-1], sure=False)


def _names_base(text: str, rate: Figure, base: Figure) -> bool:
    """Whether a share names what it is of, and that is told: 行政处罚120件，罚款90件，占处罚总数的75%."""
    named = _SHARE_OF.search(text[rate.within[0] : rate.start])
    return named is not None and likeness(named["base"], base.label) >= ALIKE


def _base_is_another(text: str, rate: Figure, counts: Sequence[Figure]) -> bool:
    """Whether a share names what it is a share of, and nothing of it is counted here: 占在编民警总数的8.3%."""
    named = _SHARE_OF.search(text[rate.within[0] : rate.start])
    return named is not None and not any(likeness(named["base"], f.label) >= ALIKE for f in counts)


def _totals_before(text: str, part: Figure, counts: Sequence[Figure]) -> Iterator[Decimal]:
    """What totals told in one list before a part come to: 处罚卷480宗、许可卷320宗，其中优秀192宗."""
    earlier = [f for f in counts if f.end <= part.start and kin(f.base_unit) == kin(part.base_unit)]
    whole = Decimal(0)
    for index in range(len(earlier) - 1, -1, -1):
        if whole and not re.fullmatch(
            r"[、和及与][^，。；]{0,16}", text[earlier[index].end : earlier[index + 1].start]
        ):
            return
        if whole:
            yield whole + earlier[index].base_value
        whole += earlier[index].base_value


def _of_several(text: str, rate: Figure, counts: Sequence[Figure]) -> bool:
    """Whether neighbours taken together, or all but one, give the rate: 优秀36卷、良好60卷、合格22卷、不合格2卷, of 120."""
    for whole in counts:
        beside = [f for f in counts if f is not whole and kin(f.base_unit) == kin(whole.base_unit)]
        sums = [
            sum((f.base_value for f in beside[first:last]), Decimal(0))
            for first in range(len(beside))
            for last in range(first + 2, len(beside) + 1)
        ]
        rests = [whole.base_value - f.base_value for f in beside]
        if any(
            agrees(rate.base_value, whole.base_value, total) for total in _totals_before(text, whole, counts)
        ) or any(
            0 < part <= whole.base_value and agrees(rate.base_value, part, whole.base_value) for part in (*sums, *rests)
        ):
            return True
    return False


def _names(root: str, words: str) -> bool:
    """Whether words tell what a rate is the rate of."""
    if len(root) >= 2 and root in words:
        return True
    return any(re.search(end, root) and re.search(end, words) for end in _ENDS)


def _divided(n: Figure, d: Figure) -> str:
    return f"{written_number(n.base_value)} ÷ {written_number(d.base_value)} = {written_number(round(n.base_value * 100 / d.base_value, 2))}%"


def _impossible(rate: Figure, base: Figure) -> Iterator[Finding]:
    """A rate that no whole number of the base gives."""
    places = decimals(rate.base_value)
    whole = base.base_value
    if (
        not places
        or base.kind != COUNT
        or _THINGS.search(base.unit)
        or whole != int(whole)
        or Decimal(100) / whole <= Decimal(1).scaleb(-places)
    ):
        return
    middle = rate.base_value * whole / 100
    below, above = middle.to_integral_value(ROUND_FLOOR), middle.to_integral_value(ROUND_CEILING)
    if any(agrees(rate.base_value, n, whole) for n in (below, above)):
        return
    near = "，".join(
        f"{written_number(n)} ÷ {written_number(whole)} = {written_number(round(n * 100 / whole, places))}%"
        for n in (below, above)
    )
    yield Finding(
        "impossible_rate", QUESTION,
        Words(
            f"{written_number(rate.value)}% 不能由 {written_number(whole)}{base.unit}得出（{near}）；基数是否另有所指",
            f"no number of {written_number(whole)}{base.unit} gives {written_number(rate.value)}% ({near}); is the base another?",
        ),
        tuple(dict.fromkeys((base.within, rate.within))), LIKELY,
    )  # fmt: skip


_THINGS = re.compile(r"天|日|年|小时|分钟|元|公里|米|亩|吨|倍|分")
