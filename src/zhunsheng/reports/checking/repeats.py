"""前后: figures of one report laid beside each other: the same told twice, one number for two things, closed over received."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from zhunsheng.kernel.words import Words, written_number
from zhunsheng.reports.checking import wording
from zhunsheng.reports.checking.contents import is_yearly
from zhunsheng.reports.checking.deeds import grams, likeness, plain
from zhunsheng.reports.checking.figure import COUNT, MONEY, RATE, Figure, by_sentence
from zhunsheng.reports.checking.findings import LIKELY, QUESTION, UNSURE, WARNING, Finding, holds
from zhunsheng.reports.checking.numerals import kin
from zhunsheng.reports.checking.structure import Structure

RECEIVED = re.compile(r"(?<!不予)(?<!未)(?:受理(?!前)|收到|收案|新收|接收|立案|交办|接到|承接)")
CLOSED = re.compile(r"(?<!未)(?<!尚未)(?:审结|办结|结案|办理完毕|办毕|答复)")
CARRIED = re.compile(r"结转|上年(?:度)?(?:未结|遗留|转入)|旧存|存量")
_FROM_BEFORE = re.compile(r"（[^（）]{0,16}(?:之前|以前|此前|前期|上年|去年|往年|结转|存量)")
_DONE_OF = tuple(
    (re.compile(of), re.compile(done))
    for of, done in (
        (r"调解|化解|排查", r"调成|调解成功|成功调解|化解成功|成功化解|成功\d|达成协议"),
        (r"(?:提出|征集|收集|收到|征求)[^，。；]{0,8}(?:意见|建议)|(?:意见|建议)", r"(?<!未)(?:采纳|吸纳)"),
        (r"应(?:当)?出庭", r"(?:实际|已)出庭"),
    )
)
"""What was taken up, and what came of it: never more."""
_OF_EACH = re.compile(r"每(?!年|半年|季|月|周|天|日)")
_OF_WHAT_CAME_BEFORE = re.compile(r"涉及|涉案|其中|发现问题")
"""Labels that say nothing of what they are of: 涉及金额 of contracts is none of disputes."""
_SHARE_OF = re.compile(r"占(?!比)")
"""占收到申请总数的: of several parts of one whole, each has its own share."""
_MUST_BE_SURE = 0.72
_ALIKE = 0.5
_LONG_ENOUGH, _TELLING = 8, 6
"""Characters of a label that tells by itself what is counted."""


def repeats(structure: Structure, figures: Sequence[Figure]) -> Iterator[Finding]:
    """All of them."""
    yield from _told_twice(structure, figures)
    yield from _one_number(structure, figures)
    yield from _scopes(figures)
    for told in by_sentence(figures):
        within, near = ([f for f in some if f.kind == COUNT and not f.qualifier] for some in told)
        yield from _closed_over_received(structure.text, within, near)
        yield from _settled_over_tried(structure.text, within)


def _told_twice(structure: Structure, figures: Sequence[Figure]) -> Iterator[Finding]:
    alike: dict[tuple[str, str, str], list[Figure]] = defaultdict(list)
    of_one_year = is_yearly(structure)  # a work report has a part on this year and one on the next
    for figure in figures:
        if figure.kind not in (COUNT, MONEY, RATE):
            continue
        if figure.account and figure.sureness >= _MUST_BE_SURE:
            alike[figure.account, figure.kind, kin(figure.base_unit)].append(figure)
        elif len(words := plain(figure.label)) >= _TELLING:  # no sure account, but the same words
            part = next((heading.title for heading in structure.above(figure.start) if not heading.level), "")
            alike[words if of_one_year else f"{words} {part}", figure.kind, kin(figure.base_unit)].append(figure)
    for told_again in alike.values():
        for index, one in enumerate(told_again):
            for other in told_again[index + 1 :]:
                if one.sentence is other.sentence or not _comparable(one, other):
                    continue
                if _OF_WHAT_CAME_BEFORE.match(one.label) or _SHARE_OF.match(one.label):
                    continue
                if _of_different_things(one, other, figures):
                    continue
                if any(_OF_EACH.search(structure.text, *f.within) for f in (one, other)):
                    continue
                if not _same_words(one, other) or min(len(one.label), len(other.label)) < 4:
                    continue
                if one.base_value == other.base_value:
                    yield holds(
                        "told_twice",
                        Words(
                            f"“{one.name}”两处都是 {_shown(one)}",
                            f"“{one.name}” is {_shown(one)} in both places",
                        ),
                        one.within,
                        other.within,
                    )
                elif not _within_bounds(one, other):
                    strong = plain(one.label) == plain(other.label) and one.sureness >= _MUST_BE_SURE
                    strong = strong and len(one.label) >= _LONG_ENOUGH
                    yield Finding(
                        "told_twice", WARNING if strong else QUESTION,
                        Words(
f"“{one.name}”一处是 {_shown(one)}，另一处是 {_shown(other)}；是否同一指标",
f"“{one.name}” is {_shown(one)} in one place and {_shown(other)} in another; is it the same figure?",
),
                        (one.within, other.within), LIKELY if strong else UNSURE,
                    )  # fmt: skip
                break


def _same_words(one: Figure, other: Figure) -> bool:
    """Whether two labels say the same from what was done on; who did it may be left out of one of them."""
    (by, done), (by_other, done_other) = wording.from_verb(one.label), wording.from_verb(other.label)
    first, second = grams(plain(done)), grams(plain(done_other))
    shared = len(first & second)
    return 2 * shared >= 0.6 * (len(first) + len(second)) and (not by or not by_other or by == by_other)


def _of_different_things(one: Figure, other: Figure, figures: Sequence[Figure]) -> bool:
    """处罚被申请复议9件，决定撤销2件。强制被申请复议1件，决定撤销0件: what is told in one paragraph in the same words behind
    different things is of these."""
    if one.sentence.paragraph != other.sentence.paragraph:
        return False
    before = [
        next((f.label for f in reversed(figures) if f.sentence is told.sentence and f.end <= told.start), "")
        for told in (one, other)
    ]
    return all(before) and likeness(*before) < 1


def _comparable(one: Figure, other: Figure) -> bool:
    if one.period != other.period:
        return False
    return one.scope == other.scope or not (one.scope and other.scope)


def _within_bounds(one: Figure, other: Figure) -> bool:
    """Whether one is a round number that the other, exact one, keeps."""
    for rough, exact in ((one, other), (other, one)):
        if rough.qualifier and rough.base_value * 2 > exact.base_value:
            if rough.qualifier in (
                "近",
                "将近",
                "接近",
                "不足",
                "不到",
                "不超",
                "至多",
                "不超过",
                "以下",
                "以内",
                "内",
            ):
                return exact.base_value <= rough.base_value
            if rough.qualifier in ("约", "大约", "左右", "上下"):
                return abs(exact.base_value - rough.base_value) <= rough.base_value / 10
            return exact.base_value >= rough.base_value
    return False


def _one_number(structure: Structure, figures: Sequence[Figure]) -> Iterator[Finding]:
    """One telling number for two different things in two sections: one of them may be a copy of the other."""
    by_value: dict[object, list[Figure]] = defaultdict(list)
    for figure in figures:
        value = figure.base_value
        if (
            figure.kind == COUNT
            and not figure.qualifier
            and value >= 100
            and value % 10
            and kin(figure.base_unit) in ("个", "项", "件")
        ):
            by_value[value].append(figure)
    for same in by_value.values():
        for index, one in enumerate(same):
            for other in same[index + 1 :]:
                apart = _section(structure, one) != _section(structure, other) and one.noun == other.noun != ""
                if (
                    apart
                    and likeness(one.label, other.label) < 0.45
                    and (one.account != other.account or not one.account)
                ):
                    yield Finding(
                        "same_number", QUESTION,
                        Words(
f"{written_number(one.base_value)} 既是“{one.name}”，又是“{other.name}”；是否有一处抄错",
f"{written_number(one.base_value)} is both “{one.name}” and “{other.name}”; was one copied by mistake?",
),
                        (one.within, other.within), UNSURE,
                    )  # fmt: skip
                    break


def _section(structure: Structure, figure: Figure) -> int:
    above = [heading for heading in structure.above(figure.start) if heading.level < 2]
    return above[-1].start if above else -1


def _scopes(figures: Sequence[Figure]) -> Iterator[Finding]:
    """The whole cannot be less than what lies in it: 全市共143项，县区共1788项."""
    for one, other in pairwise(figures):
        if one.sentence is not other.sentence or one.kind != other.kind or kin(one.base_unit) != kin(other.base_unit):
            continue
        if (
            one.kind == COUNT
            and other.noun in ("", one.noun)
            and one.scope in ("全市", "全省", "全州")
            and other.scope == "县区"
            and other.base_value > one.base_value
        ):
            yield Finding(
                "scope", QUESTION,
                Words(
f"{one.scope} {_shown(one)}少于其中的{other.scope} {_shown(other)}；{one.scope}是否应为市本级",
f"{one.scope} {_shown(one)} is less than {other.scope} {_shown(other)} within it; should {one.scope} be 市本级?",
),
                (one.within, other.within), LIKELY,
            )  # fmt: skip


def _closed_over_received(text: str, figures: Sequence[Figure], near: Sequence[Figure]) -> Iterator[Finding]:
    """What was closed beside what came in, told before it in its sentence or, of the same thing, in the one before (``near``)."""
    carried = [f for f in (*near, *figures) if CARRIED.search(_words(text, f))]
    for index, closed in enumerate(figures):
        if not CLOSED.search(_words(text, closed)) or CARRIED.search(_words(text, closed)):
            continue
        if _FROM_BEFORE.match(text, closed.end):
            continue
        told = [
            f for f in (*near, *figures[:index])
            if (f in figures or not closed.noun or likeness(closed.label, f.label) >= _ALIKE)
            and RECEIVED.search(_words(text, f)) and not CLOSED.search(_words(text, f)) and kin(f.base_unit) == kin(closed.base_unit)
            and f not in carried
        ]  # fmt: skip
        if not told:
            continue
        # The nearest in its sentence; of those in the one before, where what is compared stands too, the greatest.
        received = told[-1] if told[-1] in figures else max(told, key=lambda f: f.base_value)
        before = sum(f.base_value for f in carried if kin(f.base_unit) == kin(closed.base_unit))
        if closed.base_value > received.base_value + before:
            places = (received.within, closed.within)
            if before:
                message = Words(
                    f"办结 {_shown(closed)}，多于受理 {_shown(received)}与结转 {written_number(before)} 之和",
                    f"{_shown(closed)} concluded, more than {_shown(received)} received and {written_number(before)} carried over",
                )
                yield Finding("closed_over_received", WARNING, message, places, LIKELY)
            else:
                message = Words(
                    f"办结 {_shown(closed)}，多于受理 {_shown(received)}；如果含上年结转，请写明结转数",
                    f"{_shown(closed)} concluded, more than {_shown(received)} received; say how many were carried over if there were any",
                )
                yield Finding("closed_over_received", QUESTION, message, places, LIKELY)


def _settled_over_tried(text: str, figures: Sequence[Figure]) -> Iterator[Finding]:
    for one, other in pairwise(figures):
        if kin(one.base_unit) != kin(other.base_unit) or other.base_value <= one.base_value:
            continue
        first, second = _words(text, one), _words(text, other)
        if any(done.search(second) and of.search(first) and not done.search(first) for of, done in _DONE_OF):
            yield Finding(
                "part",
                WARNING,
                Words(
                    f"“{other.name}” {_shown(other)}，多于“{one.name}” {_shown(one)}",
                    f"“{other.name}” {_shown(other)}, more than “{one.name}” {_shown(one)}",
                ),
                (one.within, other.within),
                LIKELY,
            )


def _words(text: str, figure: Figure) -> str:
    """The words of a figure with its number, so that 成功12件 is found too."""
    return f"{figure.verb}{figure.label if figure.attributive else ''}" if len(figure.verb) > 1 else figure.label


def _shown(figure: Figure) -> str:
    return f"{written_number(figure.value)}{figure.unit}"
