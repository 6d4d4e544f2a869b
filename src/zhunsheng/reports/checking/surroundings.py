"""上下文: what stands around a figure, and how much it tells there of what the figure means.

Its own words tell most; then the thing counted just before it in its sentence, its clause, the part of its sentence between
two semicolons, its headings, its sentence, the sentence before.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from zhunsheng.reports.checking.deeds import Parted, grams, parted, plain
from zhunsheng.reports.checking.figure import CHANGE, COUNT, RANK, Figure
from zhunsheng.reports.checking.numerals import kin
from zhunsheng.reports.checking.structure import Sentence, Structure
from zhunsheng.reports.checking.vocabulary import conditions, courts, named
from zhunsheng.reports.checking.wording import JOINED, NOUNS, coordinated, without_change

LABEL, OBJECT, CLAUSE, SENTENCE, HEADING, APART, BEFORE, OTHERS = 1.0, 0.75, 0.62, 0.42, 0.4, 0.3, 0.22, 0.2
"""How much a pair of characters tells by where it stands."""
_DEED_INHERITED, _DEED_IN_CLAUSE, _DEED_IN_SENTENCE, _DEED_BEFORE = 0.95, 0.8, 0.6, 0.5
IN_HEAD, _BESIDE_HEAD = 0.5, 0.25
_CARRIES_ON = re.compile(r"其中|包括|[、：（和及与]")
_SHARE_TOLD = re.compile(r"[，（]占")
_DISPUTED = re.compile(r"被(?:直接)?(?:申请|提起)(?:行政)?(?:复议|诉讼)|类(?:案件)?$")
_PAPER = re.compile(r"(?:清单|目录|制度|办法|方案|规程)$")
_ENDS_IN_THING = re.compile(rf"(?:{NOUNS.pattern}|会)$")
PLACES_AND_ORGANS = re.compile(r"(?:[省市州县区乡镇]级)?政府|市州|区县|县区|乡镇|街道|社区|部门|单位")
"""Where something was done and who did it: 10个区县公示信息 are no items published."""
_WHO = re.compile(r"(?:[队局委办厅]|政府|法院|部门|单位|机关|街道|乡镇|组织)$")
_LAST_CLAUSE = re.compile(r"([^，。；：\d]{4,})，$")
_LONGEST_CLAUSE = 24
_SOLE_DEED = re.compile(r"[、，和及与]")


@dataclass(frozen=True, slots=True)
class Near:
    """What stands around one figure."""

    words: str
    label: Parted
    weights: dict[str, float]
    """How much each pair of its things is what is counted: the last thing its words name, the first where they stand behind
    the number, and of a thing its last characters."""
    grams: dict[str, float]
    deeds: dict[int, float]
    conditions: frozenset[str]
    own_conditions: frozenset[str]
    courts: set[str]
    is_part: bool
    """Whether it is told as a part of something else, which its own words do not name: a cell of a table, 行政征收232件，占7%,
    or as one in disputes: 行政处罚被提起行政诉讼5件, 行政处罚类17件."""
    is_kind: bool
    """Whether it is told as one kind of what was told before it: 行政许可98件，其中采伐许可17件."""
    paper: str
    """The list or rule that is counted, where one is: 清单, 制度."""
    joined: tuple[tuple[str, frozenset[str]], ...]
    """The last pair and all pairs of each thing that is counted together with others: 人大建议、政协提案37件."""
    head: str
    """The last pair of characters of what is counted."""


class Surroundings:
    """The words of sentences, clauses and headings, each taken apart once."""

    def __init__(self, structure: Structure, figures: Sequence[Figure]) -> None:
        self.structure = structure
        self.kept: dict[tuple[int, int], tuple[set[str], tuple[int, ...]]] = {}
        self.previous = dict(zip(structure.sentences[1:], structure.sentences, strict=False))
        self.beside: dict[tuple[int, int], list[Figure]] = defaultdict(list)
        self.things: dict[int, str] = {}
        self.inherited: dict[int, tuple[int, ...]] = {}
        self.own = {id(figure): parted(_words(figure)) for figure in figures}
        self.spans = sorted({(figure.start, figure.end) for figure in figures})
        self.starts = [start for start, _ in self.spans]
        before: Figure | None = None
        for figure in figures:
            self.beside[figure.within].append(figure)
            if before is not None and before.sentence is figure.sentence:
                self._carry_over(before, figure)
            if not self.own[id(figure)].pieces and id(figure) not in self.things:
                self.things[id(figure)] = self._clause_before(figure)
            before = figure

    def _clause_before(self, figure: Figure) -> str:
        """The clause before where it tells no number: 开展规章清理，废止4件."""
        text, start = self.structure.text, figure.within[0]
        clause = _LAST_CLAUSE.search(text[max(figure.sentence.start, start - _LONGEST_CLAUSE) : start])
        return clause[1] if clause else ""

    def _carry_over(self, before: Figure, figure: Figure) -> None:
        """清理文件321件，保留235件: what is kept is what was gone through. 审查事项18件，其中合同12件: these were examined too."""
        between = self.structure.text[before.end : figure.start]
        if "；" in between and self.own[id(figure)].things:
            return
        if not NOUNS.search(figure.label):
            self.things[id(figure)] = self.things.get(id(before), before.label)
        if not self.own[id(figure)].deeds and _CARRIES_ON.search(between):
            self.inherited[id(figure)] = self.own[id(before)].deeds or self.inherited.get(id(before), ())

    def of(self, figure: Figure) -> Near:
        """Everything near a figure."""
        words, own = _words(figure), self.own[id(figure)]
        head = _head(figure)
        weights = dict.fromkeys(own.things, _BESIDE_HEAD)
        weights |= dict.fromkeys(grams(head), IN_HEAD) | dict.fromkeys(grams(head[-4:]), 1.0)
        clause = self.structure.text[slice(*figure.within)]
        return Near(
            words, own, weights, self._grams(figure, self.things.get(id(figure), "")), self._deeds(figure, own),
            conditions(plain(clause) + words), conditions(words), self._courts(figure),
            self._is_part(figure), "其中" in self.structure.text[self.segment(figure)[0] : figure.start],
            paper[0] if (paper := _PAPER.search(plain(figure.label))) else "",
            _joined(figure), head[-2:],
        )  # fmt: skip

    def _read(self, start: int, end: int) -> tuple[set[str], tuple[int, ...]]:
        """The pairs and deeds of a stretch of text, its numbers left out."""
        if (start, end) not in self.kept:
            first, last = bisect_left(self.starts, start), bisect_left(self.starts, end)
            edges = [start, *(edge for span in self.spans[first:last] for edge in span), end]
            words = plain("".join(self.structure.text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)))
            self.kept[start, end] = grams(words), parted(words).deeds
        return self.kept[start, end]

    def segment(self, figure: Figure) -> tuple[int, int]:
        """The part of its sentence between two semicolons a figure stands in: what is beyond may speak of another matter."""
        text, sentence = self.structure.text, figure.sentence
        start = max(sentence.start, text.rfind("；", sentence.start, figure.start) + 1)
        end = text.find("；", figure.end, sentence.end)
        return start, sentence.end if end < 0 else end

    def _before(self, figure: Figure) -> Sentence | None:
        """The sentence before, in the same paragraph."""
        before = self.previous.get(figure.sentence)
        return before if before is not None and before.paragraph == figure.sentence.paragraph else None

    def _is_part(self, figure: Figure) -> bool:
        if figure.cell:
            return figure.kind == COUNT and kin(figure.base_unit) == "件"
        return bool(_SHARE_TOLD.match(self.structure.text, figure.end) or _DISPUTED.search(figure.label))

    def _courts(self, figure: Figure) -> set[str]:
        """The ways of deciding disputes named around a figure or in the heading it stands under, nearest first."""
        spans = (self.segment(figure), (figure.sentence.start, figure.sentence.end))
        told = [self.structure.text[slice(*span)] for span in spans]
        before = None if figure.cell else self._before(figure)  # the row above tells of something else
        if before is not None:
            told.append(self.structure.text[before.start : before.end])
        told += [heading.title for heading in reversed(self.structure.above(figure.start))]
        return next((named for words in told if (named := courts(words))), set())

    def _grams(self, figure: Figure, thing: str) -> dict[str, float]:
        """Every pair of characters near a figure, and how much it tells there."""
        found: dict[str, float] = {}
        if before := self._before(figure):
            found.update(dict.fromkeys(self._read(before.start, before.end)[0], BEFORE))
        found.update(dict.fromkeys(self._read(figure.sentence.start, figure.sentence.end)[0], APART))
        for heading in self.structure.above(figure.start)[-2:]:
            found.update(dict.fromkeys(grams(plain(heading.title)), HEADING))
        found.update(dict.fromkeys(self._read(*self.segment(figure))[0], SENTENCE))
        found.update(dict.fromkeys(self._read(*figure.within)[0], CLAUSE))
        for other in self.beside[figure.within]:
            between = self.structure.text[min(other.end, figure.end) : max(other.start, figure.start)]
            if other is not figure and JOINED.search(between):
                found.update(dict.fromkeys(grams(plain(other.label)), OTHERS))
        if thing:
            found.update(dict.fromkeys(grams(plain(figure.label + thing)), OBJECT))
        counted = figure.base_unit if len(figure.base_unit) > 1 else ""  # 人次 tells persons from requests
        counted = "位次" if figure.kind == RANK else counted
        found.update(dict.fromkeys(grams(plain(figure.label + counted)), LABEL))
        if figure.verb.endswith(("由", "从")):  # 由80天缩短至30天: what was before the reform, and after
            found["革前"] = LABEL
        elif figure.verb.endswith(("至", "到")):
            found["革后"] = LABEL
        found.update(dict.fromkeys(grams(_words(figure)), LABEL))
        return found

    def _deeds(self, figure: Figure, own: Parted) -> dict[int, float]:
        found: dict[int, float] = {}
        if before := self._before(figure):
            found.update(dict.fromkeys(self._read(before.start, before.end)[1], _DEED_BEFORE))
        told = self.segment(figure)[0], figure.within[1]  # what is done in a later clause is done to something else
        found.update(dict.fromkeys(self._read(*told)[1], _DEED_IN_SENTENCE))
        found.update(dict.fromkeys(self._read(*figure.within)[1], _DEED_IN_CLAUSE))
        for other in self.beside[figure.within]:  # 48项任务已完成26项: what is done with some is not done with all
            if other.start > figure.start:
                found.update(dict.fromkeys(self.own[id(other)].deeds, _DEED_BEFORE))
        found.update(dict.fromkeys(self.inherited.get(id(figure), ()), _DEED_INHERITED))
        found.update(dict.fromkeys(own.deeds, 1.0))
        return found


def _words(figure: Figure) -> str:
    """The words a figure belongs to, with what is done to them where they stand behind the number."""
    done = _SOLE_DEED.split(figure.verb)[-1][-8:] if figure.attributive else ""
    # 提出的161条意见建议得到采纳: so many were made
    label = figure.label.partition("得到")[0] if figure.verb.endswith("的") else figure.label
    # 减少 and 增加 are no deeds where they say how far something changed
    return named(without_change(label) if figure.kind == CHANGE else done + label)


def _head(figure: Figure) -> str:
    """The thing that is counted: the last its words name, or where they stand behind the number the first (案卷 of 案卷获评优秀)."""
    label = without_change(figure.label) if figure.kind == CHANGE else figure.label
    words = named(label)
    pieces = parted(words).pieces
    if figure.attributive and pieces and PLACES_AND_ORGANS.fullmatch(pieces[0]):
        return pieces[0]
    counted = _ENDS_IN_THING.search(figure.verb) if figure.attributive else None
    if counted and not PLACES_AND_ORGANS.fullmatch(counted[0]):  # 执法人员58人全部持证上岗
        pieces = parted(named(figure.verb)).pieces
        return pieces[-1] if pieces else ""
    if figure.attributive and (noun := NOUNS.search(label)):
        return plain(label[: noun.end()])
    # 综合执法队立案: what was done, not who did it
    if pieces and _WHO.search(pieces[-1]) and not words.endswith(pieces[-1]):
        pieces = pieces[:-1]
    return pieces[0 if figure.attributive else -1] if pieces else ""


def _joined(figure: Figure) -> tuple[tuple[str, frozenset[str]], ...]:
    """The things one number counts together, each with its last pair and all its pairs."""
    if figure.kind != COUNT or figure.listed:
        return ()
    together = figure.cell is not None or figure.verb.endswith("等")
    items = coordinated(figure.label.replace("，", "、"))
    if len(items) < 2 or not (together or all(_ENDS_IN_THING.search(one) for one in items[:-1])):
        return ()
    return tuple((apart.pieces[-1][-2:], apart.things) for one in items if (apart := parted(plain(one))).things)
