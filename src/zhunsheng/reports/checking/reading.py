"""读数: every figure of a report: its value, unit, qualifier, kind and the words it belongs to.

The rules are those of the language (how official Chinese tells a number), never of one report. Which numbers are figures is
decided in ``numbers``; scope and period in ``placing``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from zhunsheng.reports.checking import wording
from zhunsheng.reports.checking.figure import CHANGE, COUNT, MONEY, RANK, RATE, RATIO, TARGET, Figure
from zhunsheng.reports.checking.naming import listed_names, zeros
from zhunsheng.reports.checking.numbers import Masks, Number, is_joined, is_no_figure, numbers_of, share_units
from zhunsheng.reports.checking.numerals import CHINESE, MULTIPLE, MULTIPLES, UNIT, chinese_value, kin, unit_of
from zhunsheng.reports.checking.placing import place
from zhunsheng.reports.checking.structure import Sentence, Structure
from zhunsheng.reports.checking.tabled import tabled_figures

_PER = re.compile(
    r"每人每(?P<person>年|季度|月)|每(?P<span>半年|季度|年|月|周|天|日)(?!度)|(?P<term>任期内|每届任期)|(?P<quarterly>按季度|逐季)"
)
_PERIODIC = {"次", "期", "场", "天", "学时", "课时", "小时", "场次", "轮", "堂", "节"}
_EVERY = re.compile(
    rf"每(?P<number>\d{{1,2}}|[{CHINESE[2:]}]{{1,2}})(?P<unit>年|个月|个季度|天|周)(?=[^，。；\d]{{0,8}}(?:一次|1次|清理|评估|修订|开展|轮))"
)
_IMPLIED = re.compile(
    r"每人每(?P<span>年|季度|月)(?:均|都|必须|至少)?(?:接受|参加|完成)[^，。；\d一二三四五六七八九十]{2,30}?(?:培训|学习|考试|轮训)"
)
_CLOSED = re.compile(
    r"[、，；。）】：！（\d]|$|和|及|与|以及|并|至|到|-|—|~|(?:增|减|降|升|提高|提升|压缩|压减|缩短|下降|上升|扩大|增加|减少|缩减|增长)(?:了|到|至|为)|中(?:有|，|[撤败胜维驳])"
)
"""What ends the phrase of a number, so that it belongs to the words before it: 审结的187件中败诉9件."""
_BELONGS_TO_NEXT = re.compile(
    r"(?:(?:均|都|现)?已(?:全部)?[\u4e00-\u9fff]{2,4}|(?<=.{2})(?:共计?|累计|合计)[\u4e00-\u9fff]{2,10})$"
)
"""48项任务已完成26项, 12名调解员共排查纠纷38起: what is done is said of the number that follows."""
_BRACKETED = re.compile(r"（[^（）]{0,12}）")
_IN_OTHER_WORDS = re.compile(
    r"(?<=[\u4e00-\u9fff])（(?:以|即|含|不含|包括|通过|按)[^（）\d]{1,40}）(?=[共计为达有]{0,2}$)"
)
"""直接纠错（以撤销、责令履行等方式结案）30件: what is counted stands before the bracket."""


_RUN_OF_YEARS = re.compile(r"[\d两三四五]年来|近[\d两三四五]年|连续|20\d\d年")
_EARLIER_IN_LIST = re.compile(rf"(?:[约近超]?(?:\d+(?:\.\d+)?(?:{MULTIPLE})?|[{CHINESE}]+)(?:{UNIT}|成)[、和及]?)+$")


def figures_of(structure: Structure) -> list[Figure]:
    """Every figure of a text in its order."""
    text = structure.text
    masked = Masks(text)
    found: list[Figure] = []
    for sentence in structure.sentences:
        found += _of_sentence(structure, sentence, masked, found)
    found += _named(structure, found)
    found.sort(key=lambda figure: (figure.start, figure.listed))
    for figure in found:
        place(structure, figure)
    tabled = tabled_figures(structure)
    cells = {place for figure in tabled for place in range(figure.start, figure.end)}
    found = [figure for figure in found if figure.start not in cells] + tabled
    found.sort(key=lambda figure: (figure.start, figure.listed))
    return found


def _of_sentence(structure: Structure, sentence: Sentence, masked: Masks, earlier: Sequence[Figure]) -> list[Figure]:
    text = structure.text
    numbers = [n for n in numbers_of(text, sentence, masked) if not is_no_figure(text, sentence, n)]
    numbers.sort(key=lambda number: number.start)
    share_units(text, numbers)
    numbers = [n for n in numbers if n.counter or n.multiple in MULTIPLES or n.rank or n.fraction]
    found: list[Figure] = []
    for index, number in enumerate(numbers):
        before = numbers[index - 1] if index else None
        after = numbers[index + 1] if index + 1 < len(numbers) else None
        found += _figures(structure, sentence, number, before, after, found)
    found += _cycles(structure, sentence)
    _pair_in_order(text, found, earlier)
    _share_verbs(text, found)
    return found


def _share_verbs(text: str, found: Sequence[Figure]) -> None:
    """拟保留规章3件、规范性文件235件: the verb before the first of a list is that of the others too. What is done to the last
    (对3件规章和321件文件开展清理) is done to the first."""
    for one, other in pairwise(found):
        if one.within != other.within or not wording.JOINED.search(text[one.end : other.start]):
            continue
        if one.attributive and other.attributive and (done := wording.predicate(other.label)):
            one.label = f"{one.label}{done}"
            continue
        verb = wording.leading_verb(one.verb if one.attributive else one.label, at_end=one.attributive)
        if not verb or wording.leading_verb(other.verb if other.attributive else other.label, at_end=other.attributive):
            continue
        if other.attributive:
            other.verb = f"{other.verb}{verb}"
        elif other.label != one.label and verb not in other.label:
            other.label = f"{verb}{other.label}"


def _figures(
    structure: Structure,
    sentence: Sentence,
    number: Number,
    before: Number | None,
    after: Number | None,
    found: Sequence[Figure],
) -> list[Figure]:
    """The figures a number tells: mostly one; several where it is said of several things."""
    text = structure.text
    clause = structure.clause(sentence, number.start)
    left_start = max(clause[0], before.end) if before is not None else clause[0]
    left = text[left_start : number.start]
    right_end = min(clause[1], after.start) if after is not None and after.start > number.end else clause[1]
    right = text[number.end : right_end]
    whole_left = text[clause[0] : number.start]
    figure = _one(text, sentence, number, clause, whole_left)
    figure.verb = left
    ahead = right if after is None or right_end < after.start else _BELONGS_TO_NEXT.sub("", right)
    figure.label, figure.attributive = _label(left, ahead, found, clause)
    if figure.kind == RANK or number.fraction:
        return [figure]
    if "分别" in left:
        return [figure]
    paired = after is not None and after.counter == number.counter and is_joined(text[number.end : after.start])
    shared = [] if paired else wording.each_of(whole_left if before is None or before.end <= clause[0] else left)
    if not shared and not paired:  # 调解率、结案率达75%、95% are one each
        shared = wording.all_of(left) or (
            wording.rates_of(left) if figure.unit == "%" and not figure.attributive else []
        )
    if not shared and not paired and figure.unit == "%" and wording.all_are(left):
        shared = [f"{one.label}{figure.label}" for one in _told_together(text, clause[0], found)]
    if not shared:
        return [figure]
    return [replace(figure, label=label, listed=index) for index, label in enumerate(shared)]


def _told_together(text: str, end: int, found: Sequence[Figure]) -> list[Figure]:
    """The two things and more the clause before counted in one list: 建议146件、提案193件，办复率均为100%."""
    told: list[Figure] = []
    for figure in reversed(found):
        nearer = told[0].start if told else end
        between = text[figure.end : nearer]
        joined = is_joined(between[:1]) and not re.search(r"[，。；：]", between) if told else between in ("，", "；")
        if not joined or figure.kind != COUNT or (told and figure.unit != told[0].unit) or figure.attributive:
            break
        told.insert(0, figure)
    return told if len(told) > 1 else []


def _one(text: str, sentence: Sentence, number: Number, clause: tuple[int, int], left: str) -> Figure:
    """A number as a figure, without its words."""
    unit = unit_of(number.multiple, number.counter)
    value, sign = number.value, wording.change(left)
    compared = wording.compares(left[-24:]) or wording.compares(text[max(sentence.start, clause[0] - 16) : clause[0]])
    listed = wording.change(_EARLIER_IN_LIST.sub("", left)) if left[-1:] in "、和及" else 0
    if listed and (number.counter in ("%", "个百分点", "倍") or "分别" in left):
        sign = sign or listed
    percent = number.counter in ("%", "个百分点", "‰", "倍", "成", "位", "位次", "个位次")
    if number.rank:
        kind = RANK
    elif number.counter == "番":
        kind = CHANGE
    elif number.fraction:
        kind = CHANGE if sign else RATIO
        value *= sign or 1
    elif sign and (percent or compared):
        kind = CHANGE
        value *= sign
    elif number.counter in ("%", "‰", "成"):
        kind = RATE
    elif number.counter == "个百分点":
        kind = CHANGE
    elif number.counter in ("倍", "人/万人"):
        kind = RATIO
    elif unit.base in ("元", "美元", "港元"):
        kind = MONEY
    else:
        kind = COUNT
    base, base_unit = value * unit.times, unit.base
    if number.fraction:
        base, base_unit = value * 100, "%"
    elif number.counter == "成":
        base, base_unit = value * 10, "%"
    elif number.counter == "番":  # 翻两番: four times as many
        base, base_unit = Decimal(2) ** int(value), "倍"
    elif number.counter == "‰":
        base = value / 10
    figure = Figure(
        value,
        unit.written,
        base,
        base_unit,
        kind,
        number.start,
        number.end,
        sentence,
        clause,
        qualifier=number.qualifier,
    )
    if per := _per(text, clause, number):
        figure.unit, figure.base_unit = f"{figure.unit}/{per}", f"{figure.base_unit}/{per}"
    return figure


def _per(text: str, clause: tuple[int, int], number: Number) -> str:
    """The time a periodic figure is for: 每季度至少1次 is 次/季度."""
    if number.counter not in _PERIODIC:
        return ""
    spans = list(_PER.finditer(text, clause[0], number.start))
    if not spans:
        return ""
    found = spans[-1]
    if found["person"]:
        return f"人/{found['person']}"
    if found["term"]:
        return "任期"
    return found["span"] or "季度"


def _label(left: str, right: str, found: Sequence[Figure], clause: tuple[int, int]) -> tuple[str, bool]:
    """The words a number belongs to: those before it when it closes its phrase, those after it when a noun follows."""
    if _CLOSED.match(right) is None:
        words = wording.trimmed(re.split(r"[、：）]", _BRACKETED.sub("", right))[0])
        if len(words) > 1:
            return words, True
    words = wording.trimmed(_IN_OTHER_WORDS.sub("", left))
    own = wording.without_change(words)
    if len(own) > 1 or not found:
        return words, False
    return f"{found[-1].label}{words if words != own else ''}", found[-1].attributive and found[-1].end >= clause[0]


def _cycles(structure: Structure, sentence: Sentence) -> list[Figure]:
    """Cycles (每两年一次) and what each person must do in a year, told without a number."""
    text = structure.text
    found: list[Figure] = []
    for match in _EVERY.finditer(text, sentence.start, sentence.end):
        number, unit = match["number"], match["unit"]
        value = Decimal(number) if number.isdecimal() else chinese_value(number)
        if value is not None:
            clause = structure.clause(sentence, match.start())
            words = text[clause[0] : match.start()] + text[match.end() : clause[1]]
            found.append(Figure(value, unit, value, unit, TARGET, *match.span(), sentence, clause, words))
    for match in _IMPLIED.finditer(text, sentence.start, sentence.end):
        unit, one = f"次/人/{match['span']}", Decimal(1)
        found.append(Figure(one, unit, one, unit, TARGET, *match.span(), sentence, match.span(), match[0]))
    return found


def _pair_in_order(text: str, found: list[Figure], earlier: Sequence[Figure]) -> None:
    """分别: the figures behind it belong in order to the things before it, or to the figures told just before."""
    for mark in re.finditer("分别", text[found[0].within[0] : found[-1].end] if found else ""):
        place = found[0].within[0] + mark.start()
        listed = [f for f in found if f.start > place and f.within[0] <= place and f.within[1] > place and not f.listed]
        if len(listed) < 2:
            continue
        things = wording.coordinated(wording.trimmed(text[listed[0].within[0] : place]))
        if len(things) == len(listed):
            tail = things[-1]
            for figure, thing in zip(listed, things, strict=True):
                figure.label = thing if len(thing) > 2 or thing == tail else f"{thing}{tail[2:]}"
                figure.attributive = False
        else:
            words = text[listed[0].within[0] : place]
            # 办结率均为100%，满意率分别为…: of the things whose other rate was told, not of that rate.
            of_rates = listed[0].kind == RATE and "率" in words
            told = [f for f in (*earlier, *found) if f.end <= place and not (of_rates and f.kind == RATE)]
            told = told[-len(listed) :]
            if len(told) == len(listed) and _are_of(listed, told, words):
                among = wording.trimmed(listed[0].verb).replace("分别", "")  # 居全省, 满意率
                for figure, other in zip(listed, told, strict=True):
                    figure.label = f"{other.label}{among if figure.kind in (RANK, RATE) else ''}"


def _are_of(listed: Sequence[Figure], told: Sequence[Figure], words: str) -> bool:
    """Whether figures behind 分别 are of those told before, in their order: rates of like things, and of no run of years."""
    if told[0].sentence.paragraph != listed[0].sentence.paragraph or _RUN_OF_YEARS.search(words):
        return False
    return listed[0].kind != RATE or len({kin(figure.base_unit) for figure in told}) == 1


def _named(structure: Structure, found: Sequence[Figure]) -> list[Figure]:
    """Figures told without a number of their own: names whose parts are listed, and reported zeros."""
    taken = {figure.start for figure in found}
    told: list[Figure] = []
    for part in (*listed_names(structure), *zeros(structure)):
        sentence = next((s for s in structure.sentences if s.start <= part.start < s.end), None)
        if sentence is None or part.start in taken:
            continue
        clause = structure.clause(sentence, part.start)
        value, kind = Decimal(part.value), RATE if part.unit == "%" else COUNT
        told.append(
            Figure(value, part.unit, value, part.unit, kind, part.start, part.end, sentence, clause, part.label)
        )
    return told
