"""总分: totals and their parts. Parts behind 其中, in brackets, before 共计, or in a run that adds up to the total before it.

A sum that does not come out is a fault only where the words say the parts are all of it (受理 and 不予受理) or where it
misses narrowly; parts may overlap or be examples, and then nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from zhunsheng.kernel.words import Words, written_number
from zhunsheng.reports.checking.figure import COUNT, MONEY, TARGET, Figure
from zhunsheng.reports.checking.findings import ERROR, LIKELY, QUESTION, SURE, UNSURE, WARNING, Finding, holds
from zhunsheng.reports.checking.numerals import kin
from zhunsheng.reports.checking.structure import Structure

_OF_WHICH = re.compile(r"其中")
_SOME = "部分"
"""In brackets with figures of another kind: nothing says that they are all."""
_TOTAL = re.compile(r"(?:共计|合计|总计|共有?|总数(?:为|达)?|总共)[^，。；、\d]{0,10}$")
# Words that together are all there is, and how many of them must be told. The parts of one set never overlap; without the first of
# a set its parts are examples.
_WHOLES = tuple(
    (least, tuple(re.compile(word) for word in words))
    for least, words in (
        (2, ("(?<!不予)(?<!未)受理", "不予受理|不受理|未受理", "告知|转送", "视为放弃|放弃", "补正")),
        (2, ("保留|继续有效|继续执行", "废止|失效", "修改|修订|重新制定")),
        (3, ("维持", "撤销", "变更", "确认违法", "责令", "驳回", "终止", "调解", "和解")),
        (3, ("优秀", "良好", "(?<!不)合格|一般", "不合格")), (2, ("胜诉", "败诉")), (2, ("正职|主要负责人", "副职|分管负责人")),
        (2, ("简易", "普通|一般程序")), (2, ("一审", "二审", "再审")), (2, ("(?<!未)(?<!部分)采纳", "部分采纳", "未采纳|不采纳")),
        (2, ("增加|新增", "减少|取消", "无|没有|不变")), (2, ("市本级|本级|市直", "县（市、区）|县区|县（区）")), (2, ("自然人", "法人")),
        (2, ("(?<!未)(?<!正在)(?:办结|审结)", "未办结|未审结|在办|正在|尚未|(?<![年度])结转")), (2, ("(?<!不)同意", "不同意")),
        (2, ("(?<!不)通过", "未通过|不通过")), (2, ("面上|线上|网上", "线下|窗口")), (2, ("行政许可", "行政处罚", "行政强制", "行政检查")),
        (2, ("人民调解", "行政调解", "司法调解")), (2, ("男", "女")), (2, ("专职", "兼职")), (2, ("提升|提高", "下降|减少", "持平")),
    )
)  # fmt: skip
# Steps a matter goes through one after another: figures of different steps overlap.
_STEPS = re.compile(
    r"审结|办结|结案|调解|化解|成功|履行|执行|整改|回复|答复|采纳|出庭|实现|完成|通过|覆盖|培训|骨干|重点"
)
# What one sentence may tell side by side: the parts of one are none of another.
_MATTERS = re.compile(r"复议|诉讼|应诉|仲裁|信访|调解|处罚|许可|检查|强制|合同|文件|规章|法规|决策|投诉")
_IMPOSED_TOGETHER = re.compile(
    r"警告|通报批评|罚款|没收|暂扣|吊销|降低资质|责令(?:停产|停业|关闭)|限制|拘留|其他(?:行政)?处罚"
)
"""Kinds of penalty: one decision may impose several."""
NEAR = Decimal("0.1")
A_HAIR = Decimal("0.005")
LEAST = 10
"""Below it numbers add up by chance."""
_GOES_ON = re.compile(r"[，、：（][^，。；、：（）]{0,24}")


def sums(structure: Structure, figures: Sequence[Figure]) -> Iterator[Finding]:
    """Totals and parts of every sentence."""
    before: list[Figure] = []
    for _, group in groupby(figures, key=lambda figure: figure.sentence.start):
        within = [f for f in group if _countable(f)]
        if within:
            yield from _sentence(structure, within, before)
            before = within


def _countable(figure: Figure) -> bool:
    counts = figure.kind in (COUNT, MONEY) or (figure.kind == TARGET and figure.base_unit != "%")
    return counts and not figure.qualifier and "/" not in figure.unit and not figure.listed


def _sentence(structure: Structure, figures: Sequence[Figure], before: Sequence[Figure]) -> Iterator[Finding]:
    text = structure.text
    done: set[int] = set()
    told: set[int] = set()
    for found in (*_bracketed(text, figures), *_of_which(text, figures, before), *_totalled(text, figures, before)):
        total, parts, marked = found
        if total.start in done:
            continue
        outcome = _outcome(text, total, parts, marked, [*before, *figures])
        if outcome is not None:
            done.add(total.start)
            told.update(part.start for part in parts)
            yield outcome
    for index, total in enumerate(figures):
        if total.start in done:
            continue
        following = figures[index + 1 :]
        outcome = _run(text, total, following, [*before, *figures])
        if outcome is None and total.start not in told:
            outcome = _nearly(text, total, following)
        if outcome is not None:
            yield outcome


def _bracketed(text: str, figures: Sequence[Figure]) -> Iterator[tuple[Figure, list[Figure], str]]:
    for bracket in re.finditer(r"（([^（）]*)）", text[figures[0].sentence.start : figures[0].sentence.end]):
        start, end = (figures[0].sentence.start + place for place in bracket.span())
        inside = [f for f in figures if start < f.start < end]
        outside = [f for f in figures if f.end <= start]
        if len(inside) < 2 or not outside:
            continue
        total = outside[-1]
        if re.search(r"\d", text[total.end : start]):  # a rate stands between: the parts are those of its count
            continue
        parts = [f for f in inside if _same_kind(total, f)]
        if len(parts) > 1:
            yield total, parts, "括号" if len(parts) == len(inside) else _SOME


def _of_which(
    text: str, figures: Sequence[Figure], before: Sequence[Figure]
) -> Iterator[tuple[Figure, list[Figure], str]]:
    sentence = figures[0].sentence
    marks = [m.start() for m in _OF_WHICH.finditer(text, sentence.start, sentence.end)]
    for index, mark in enumerate(marks):
        end = marks[index + 1] if index + 1 < len(marks) else sentence.end
        following = [f for f in figures if mark < f.start < end]
        earlier = [f for f in figures if f.end <= mark]
        if not earlier and mark - sentence.start < 2:
            earlier = [f for f in before if f.sentence.paragraph == sentence.paragraph]
        if not following or not earlier:
            continue
        candidates = [f for f in reversed(earlier) if _same_kind(f, following[0])]
        if not candidates:
            continue
        chosen = min(candidates, key=lambda total: _misses(total, _parts(total, following)))
        if parts := _parts(chosen, following):
            yield chosen, parts, "其中"


def _totalled(
    text: str, figures: Sequence[Figure], before: Sequence[Figure]
) -> Iterator[tuple[Figure, list[Figure], str]]:
    for index, total in enumerate(figures):
        if not _TOTAL.search(text[max(total.sentence.start, total.start - 16) : total.start]):
            continue
        parts = [f for f in figures[:index] if _same_kind(total, f)]
        if index >= 2 and len(parts) > 1 and total.base_value > max(f.base_value for f in parts):
            # Of a longer run the last ones may be meant: 草案2件、规章1件，审查文件、合同分别为38件、126件，共164件.
            runs = (parts[start:] for start in range(len(parts) - 1))
            yield total, next((run for run in runs if _adds_up(total, run)), parts), "共计"
        elif index == 0:
            parts = [f for f in before if f.sentence.paragraph == total.sentence.paragraph and _same_kind(total, f)]
            if len(parts) > 1 and _one_whole(text, parts, total) and not _speaks_of_another(text, total, parts):
                yield total, parts, ""


def _parts(total: Figure, following: Sequence[Figure]) -> list[Figure]:
    return [f for f in following if _same_kind(total, f)]


def _same_kind(one: Figure, other: Figure) -> bool:
    """Whether two figures count the same kind of thing: by their units, or by the noun that is counted."""
    if one.kind != other.kind:
        return False
    first, second = kin(one.base_unit), kin(other.base_unit)
    if first == second:
        return {one.noun, other.noun} != {"部门", "事项"}
    return {first, second} <= {"个", "项", "件"} and bool(one.noun) and one.noun == other.noun


def _adds_up(total: Figure, parts: Sequence[Figure]) -> bool:
    return sum(f.base_value for f in parts) == total.base_value


def _misses(total: Figure, parts: Sequence[Figure]) -> int:
    """Nothing where parts add up to a total, one where they miss it by a hair, two else."""
    missed = abs(sum((f.base_value for f in parts), Decimal(0)) - total.base_value)
    return 0 if not missed else 1 if len(parts) > 1 and missed <= _hair(total) else 2


def _hair(total: Figure) -> Decimal:
    return max(Decimal(1), total.base_value * A_HAIR)


def _outcome(
    text: str, total: Figure, parts: Sequence[Figure], marked: str, beside: Sequence[Figure]
) -> Finding | None:
    """What a total and the parts told for it come to; another total ``beside`` may be the one that is meant."""
    if len(parts) == 1:
        part = parts[0]
        if part.base_value > total.base_value and part.unit == total.unit and marked == "其中":
            message = Words(
                f"“其中”的 {_shown(part)} 大于总数 {_shown(total)}",
                f"the part (其中) {_shown(part)} is above the total {_shown(total)}",
            )
            return Finding("part", ERROR, message, _places(total, part), SURE)
        return None
    whole = sum((f.base_value for f in parts), Decimal(0))
    if whole == total.base_value or abs(whole - total.base_value) <= _rounding(total, parts):
        return holds("sum", _agrees(_equation(total, parts)), *_places(total, *parts))
    if subset := _explained(total, parts):
        return holds("sum", _agrees(_equation(total, subset)), *_places(total, *subset))
    if marked == _SOME:
        return None
    if other := next((f for f in beside if f not in parts and f.base_value == whole and _same_kind(f, parts[0])), None):
        return holds("sum", _agrees(_equation(other, parts)), *_places(other, *parts))
    # What follows a rate need be no part any more.
    complete = "%" not in text[parts[0].end : parts[-1].start] and _one_whole(text, parts)
    overlaps = not complete and marked != "括号" and any(_STEPS.search(_words(text, f)) for f in parts)
    gap = whole - total.base_value
    if gap > 0 and total.kind == COUNT and all(_IMPOSED_TOGETHER.search(f"{f.verb}{f.label}") for f in parts):
        return None
    near = abs(gap) <= total.base_value * NEAR
    if overlaps or not (complete or near or marked in ("括号", "共计")):
        return None
    if marked == "共计" and not near:
        return None
    return _does_not_come_out(total, parts, sure=complete and marked != "括号")


def _does_not_come_out(total: Figure, parts: Sequence[Figure], *, sure: bool) -> Finding:
    whole = sum((f.base_value for f in parts), Decimal(0))
    gap = whole - total.base_value
    added = " + ".join(written_number(f.base_value) for f in parts)
    message = Words(
        f"{total.name} {_shown(total)}，所列分项合计 {written_number(whole)}（{added}），比总数{'多' if gap > 0 else '少'} {written_number(abs(gap))}",
        f"{total.name} {_shown(total)}; the parts told add up to {written_number(whole)} ({added}), {written_number(abs(gap))} {'above' if gap > 0 else 'below'} the total",
    )
    if sure:
        return Finding("sum", WARNING, message, _places(total, *parts), LIKELY)
    return Finding(
        "sum",
        QUESTION,
        Words(
            f"{message.zh}；是否还有没有写出的分项，或者其中一个数有误",
            f"{message.en}; is a part not told, or one of the numbers wrong?",
        ),
        _places(total, *parts),
        UNSURE,
    )


def _rounding(total: Figure, parts: Sequence[Figure]) -> Decimal:
    """How far a sum may miss because some of its figures are written more roughly than the others (1.26万件 beside 312件)."""
    steps = [_step(figure) for figure in (total, *parts)]
    return sum((step for step in steps if step > min(steps)), Decimal(0)) / 2


def _step(figure: Figure) -> Decimal:
    """What the last digit of a figure counts: a hundred for 1.26万."""
    times = figure.base_value / figure.value if figure.value else Decimal(1)
    return Decimal(1).scaleb(int(figure.value.as_tuple().exponent)) * times


def _explained(total: Figure, parts: Sequence[Figure]) -> list[Figure]:
    """The parts of the first rank where some of the rest are parts of parts; nothing where no reading adds up."""

    def take(index: int, left: Decimal, chosen: list[Figure]) -> list[Figure] | None:
        if left == 0 and index == len(parts):
            return chosen
        if index == len(parts) or left < 0:
            return None
        part = parts[index]
        for skip in range(len(parts) - index):
            inner = parts[index + 1 : index + 1 + skip]
            if skip and (sum((f.base_value for f in inner), Decimal(0)) > part.base_value):
                break
            if skip == 1 or (skip and sum((f.base_value for f in inner), Decimal(0)) != part.base_value):
                continue
            if (found := take(index + 1 + skip, left - part.base_value, [*chosen, part])) is not None:
                return found
        return None

    found = take(0, total.base_value, []) if len(parts) <= 10 else None
    if found and len(found) > 1:
        return found
    for end in range(len(parts), 1, -1):  # what follows the parts may speak of something else
        if sum((f.base_value for f in parts[:end]), Decimal(0)) == total.base_value:
            return list(parts[:end])
    return []


def _one_whole(text: str, parts: Sequence[Figure], total: Figure | None = None) -> bool:
    """Whether the words of the parts are different members of one set that is all there is, the total being none."""
    for least, words in _WHOLES:
        if total is not None and any(word.search(text, total.within[0], total.end) for word in words):
            continue
        members = [next((index for index, word in enumerate(words) if word.search(_words(text, f))), -1) for f in parts]
        if 0 in members and -1 not in members and len(set(members)) == len(members) >= least:
            return True
    return False


def _words(text: str, figure: Figure) -> str:
    return f"{figure.verb}{figure.label if figure.attributive or len(figure.verb) < 2 else ''}"


def _run(text: str, total: Figure, following: Sequence[Figure], beside: Sequence[Figure]) -> Finding | None:
    """A run of figures behind a total that adds up to it; one that does not is a fault only where it must."""
    if total.base_value < LEAST:
        return None
    same_unit = [f for f in following if kin(f.base_unit) == kin(total.base_unit) and f.kind == total.kind]
    same_noun = [f for f in same_unit if f.noun == total.noun] if total.noun else []
    for row in (same_noun, same_unit):
        for start in range(min(len(row), 3)):
            whole = Decimal(0)
            for end in range(start, min(len(row), start + 8)):
                whole += row[end].base_value
                if whole == total.base_value and end > start:
                    parts = row[start : end + 1]
                    return holds("sum", _agrees(_equation(total, parts)), *_places(total, *parts))
    for row in (same_noun, same_unit):
        for end in range(len(row), 1, -1):  # what follows the parts may speak of something else
            parts = row[:end]
            if any(f.base_value >= total.base_value for f in parts) or not _one_whole(text, parts, total):
                continue
            if _speaks_of_another(text, total, parts):
                break
            outcome = _outcome(text, total, parts, "", beside)
            if outcome is not None and not outcome.holds:
                return outcome
            break
    return None


def _nearly(text: str, total: Figure, following: Sequence[Figure]) -> Finding | None:
    """Figures in one list right behind a total that miss it by a hair: chance seldom brings them that near."""
    parts: list[Figure] = []
    for figure in (f for f in following if kin(f.base_unit) == kin(total.base_unit) and f.kind == total.kind):
        if not _GOES_ON.fullmatch(text[(parts[-1] if parts else total).end : figure.start]):
            break
        parts.append(figure)
    missed = abs(sum((f.base_value for f in parts), Decimal(0)) - total.base_value)
    if total.base_value < LEAST or len(parts) < 2 or missed <= _rounding(total, parts) or missed > _hair(total):
        return None
    if any(_STEPS.search(_words(text, f)) for f in parts):
        return None
    return _does_not_come_out(total, parts, sure=False)


def _speaks_of_another(text: str, total: Figure, parts: Sequence[Figure]) -> bool:
    """Whether the parts name a matter the total does not: 复议案件11件，一审、二审应诉案件6件、2件."""
    own = set(_MATTERS.findall(text[slice(*total.within)]))
    return bool(own) and any(set(_MATTERS.findall(f"{f.verb}{f.label}")) - own for f in parts)


def _shown(figure: Figure) -> str:
    return f"{written_number(figure.value)}{figure.unit}"


def _equation(total: Figure, parts: Sequence[Figure]) -> str:
    return f"{written_number(total.base_value)} = {' + '.join(written_number(f.base_value) for f in parts)}"


def _agrees(equation: str) -> Words:
    return Words(f"{equation}，相符", f"{equation}, agrees")


def _places(*figures: Figure) -> tuple[tuple[int, int], ...]:
    return tuple(dict.fromkeys(f.within for f in figures))
