"""对指标: which account of the catalogue a figure of a report means.

Every account has its names and aliases; a figure has the words it belongs to and, less telling, its clause, its sentence,
the sentence before and the headings above. The account whose words are found best there, in a unit that fits, is meant.
Where none is found well enough the figure keeps no account: a wrong one would be worse.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from zhunsheng.catalogue.fields_of_work import FIELDS_OF_WORK
from zhunsheng.catalogue.loading import SYSTEMS_FOLDER, read_declaration
from zhunsheng.kernel.figures import Figures
from zhunsheng.ledger.readings import declared_accounts
from zhunsheng.reports.checking.figure import CHANGE, MONEY, RANK, RATE, Figure
from zhunsheng.reports.checking.numerals import kin
from zhunsheng.reports.checking.structure import Sentence, Structure
from zhunsheng.reports.checking.wording import NOUNS

_NAMED = re.compile(r"^name: *\{ *zh: *[\"']?([^,}\"']+)", re.MULTILINE)
_SAME_WORDS = [
    ("审核", "审查"), ("一趟", "一次"), ("或者", "或"), ("意见建议", "意见"), ("群众来电", "来电"), ("司法建议书", "司法建议"),
    ("执法证件", "执法证"), ("政府法律顾问", "法律顾问"), ("网上办理", "网办"), ("出庭应诉", "出庭"), ("座谈会", "座谈"),
    ("调处", "调解"), ("核发", "发放"), ("听证会", "听证"), ("满意度", "满意率"), ("经营主体", "市场主体"), ("合同协议", "协议"), ("合同", "协议"),
    ("来信来访", "信访"), ("机关负责人", "负责人"),
]  # fmt: skip
_PLAIN = re.compile(r"[^\u3400-\u9fffA-Za-z0-9%+]+|[的了]|各类|各项|各种|有关|相关")
_COUNT_WORD = re.compile(r"(?<=.{3})(?:件数|次数|人数|总数|数量|数)$")
_NEGATION = re.compile(r"不予|不同意|不合格|不支持|未|败诉|退回")
_COURTS = {
    "复议": re.compile("复议"),
    "诉讼": re.compile("诉讼|应诉|起诉|法院"),
    "仲裁": re.compile("仲裁"),
    "信访": re.compile("信访"),
}
"""Ways a dispute is decided: 审结 of one is none of another."""
LABEL, OBJECT, CLAUSE, SENTENCE, HEADING, APART, BEFORE, OTHERS = 1.0, 0.75, 0.62, 0.42, 0.4, 0.3, 0.22, 0.2
SURE, TAKEN, LIKELY = 0.62, 0.46, 0.42
CLOSE, UNSURE = 0.05, 0.7
ELSEWHERE = 0.6
EXACT = 0.12
ITS_OWN = 0.95
"""Of the greatest weight there is: a pair of characters no other system has."""
OFTEN = 5
"""Names of accounts a pair of characters must stand in to tell what their system is about."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name of an account, ready to be looked for."""

    account: int
    grams: frozenset[str]
    weight: float
    vague: bool
    """Whether any system may mean it: 受理, 办结; not 败诉."""
    negation: str
    """What must stand near the figure too: 不予许可 is never meant by 办理许可."""


@dataclass(frozen=True, slots=True)
class Named:
    """An account of the catalogue as a text may name it."""

    key: str
    system: str
    name: str
    unit: str
    rate: bool
    coded: bool


def plain(words: str) -> str:
    """Words as they are compared: without marks, the same word for the same thing."""
    words = _PLAIN.sub("", words)
    for one, other in _SAME_WORDS:
        words = words.replace(one, other)
    return words


def _negation(words: str) -> str:
    found = _NEGATION.search(words)
    return found[0] if found else ""


def grams(words: str) -> set[str]:
    """The pairs of characters of a text."""
    return {words[index : index + 2] for index in range(len(words) - 1)}


def likeness(one: str, other: str) -> float:
    """How alike two labels are, from 0 to 1; a label within the other is alike."""
    first, second = grams(plain(one)), grams(plain(other))
    if not first or not second:
        return 0.0
    return len(first & second) / min(len(first), len(second))


class Vocabulary:
    """All accounts and their words, with how telling each pair of characters is."""

    def __init__(
        self, accounts: Sequence[Named], phrases: Mapping[int, Iterable[str]], systems: Mapping[str, str]
    ) -> None:
        self.accounts = accounts
        written = [
            (index, words) for index, names in phrases.items() for words in dict.fromkeys(names) if len(words) > 1
        ]
        seen: dict[str, set[str]] = defaultdict(set)
        for index, words in written:
            for gram in grams(words):
                seen[gram].add(accounts[index].system)
        count = len(systems) or 1
        self.heavy = math.log(1 + count)
        self.weights = {gram: math.log(1 + count / len(of)) for gram, of in seen.items()}
        self.phrases = [
            Phrase(
                index, frozenset(found), sum(self.weights[gram] for gram in found), self._vague(found), _negation(words)
            )
            for index, words in written
            if (found := grams(words))
        ]
        self.holding: dict[str, list[int]] = defaultdict(list)
        for number, phrase in enumerate(self.phrases):
            for gram in phrase.grams:
                self.holding[gram].append(number)
        self.topics = self._topics(systems)
        self.courts = {slug: found for slug, words in systems.items() if (found := _courts(words))}

    def _vague(self, found: set[str]) -> bool:
        return len(found) < 3 and all(self.weights[gram] < ITS_OWN * self.heavy for gram in found)

    def _topics(self, systems: Mapping[str, str]) -> dict[str, dict[str, float]]:
        """What each system is about: the pairs of its name and those many of its accounts have, with how telling they are."""
        counted: dict[str, Counter[str]] = defaultdict(Counter)
        for phrase in self.phrases:
            counted[self.accounts[phrase.account].system].update(phrase.grams)
        return {
            slug: {
                gram: self.weights.get(gram, self.heavy)
                for gram in grams(plain(name)) | {gram for gram, times in counted[slug].items() if times >= OFTEN}
            }
            for slug, name in systems.items()
        }

    def weigh(self, gram: str) -> float:
        return self.weights.get(gram, 0.0)


@cache
def vocabulary() -> Vocabulary:
    """The words of the accounts of all declared systems and of those stated from papers."""
    named: list[Named] = []
    phrases: dict[int, list[str]] = {}
    systems: dict[str, str] = {}

    def take(system: str, key: str, zh: str, aliases: Iterable[str], unit: str, coded: bool) -> None:
        phrases[len(named)] = [_COUNT_WORD.sub("", plain(words)) for words in (zh, *aliases)]
        named.append(Named(f"{system}.{key}", system, zh, unit, unit == "%", coded))

    for field in FIELDS_OF_WORK:
        for path in sorted((SYSTEMS_FOLDER / field).glob("*/figures.yaml")):
            slug = path.parent.name
            systems[slug] = _name(path.parent)
            declared = read_declaration(path, Figures)
            for key, account in declared.accounts.items():
                take(slug, key, account.zh, account.aliases, account.unit.zh, bool(account.codes))
            for key, ratio in declared.ratios.items():
                take(slug, key, ratio.zh, ratio.aliases, ratio.unit.zh if ratio.unit else "%", bool(ratio.codes))
            for key, derived in {**declared.organs, **declared.least}.items():
                take(slug, key, derived.zh, derived.aliases, derived.unit.zh, bool(derived.codes))
    known = {account.key for account in named}
    for key, account in declared_accounts().items():
        if key not in known:
            system, _, name = key.partition(".")
            systems.setdefault(system, "")
            take(system, name, account.zh, account.aliases, account.unit.zh, coded=True)
    return Vocabulary(named, phrases, systems)


def _name(folder: Path) -> str:
    """The name of a system, read from its newest declaration without reading all of it."""
    for path in sorted(folder.glob("*-????-??-??.yaml"), reverse=True):
        if found := _NAMED.search(path.read_text(encoding="utf-8")):
            return found[1].strip()
    return ""


def find_accounts(structure: Structure, figures: Sequence[Figure], words: Vocabulary | None = None) -> None:
    """Every figure given the account it means, where one is found.

    Read twice: what the figures of a sentence mean for themselves says which system the sentence is about.
    """
    known = words or vocabulary()
    contexts = _Contexts(structure, figures, known)
    scored = [_scores(figure, contexts, known) for figure in figures]
    told: dict[Sentence, list[tuple[Figure, Mapping[int, float]]]] = defaultdict(list)
    for figure, scores in zip(figures, scored, strict=True):
        told[figure.sentence].append((figure, scores))
    for figure, scores in zip(figures, scored, strict=True):
        figure.account, figure.sureness = _best(scores, _votes(figure, told[figure.sentence], known), known)


def _votes(figure: Figure, told: Sequence[tuple[Figure, Mapping[int, float]]], known: Vocabulary) -> dict[str, float]:
    """How far the other figures of the sentence speak of each system."""
    found: dict[str, float] = {}
    for other, scores in told:
        if other is figure or not scores:
            continue
        best = max(scores.values())
        for account, score in scores.items():
            if score >= SURE and score >= best - 0.02:
                system = known.accounts[account].system
                found[system] = max(found.get(system, 0.0), score)
    return found


def _verb(words: str) -> str:
    """What is done to the thing that is counted: the last words before the number."""
    return re.split(r"[、，和及与]", words)[-1][-8:]


class _Contexts:
    """The pairs of characters of sentences, clauses and headings, each reckoned once."""

    def __init__(self, structure: Structure, figures: Sequence[Figure], known: Vocabulary) -> None:
        self.structure = structure
        self.known = known
        self.kept: dict[tuple[int, int], set[str]] = {}
        self.previous = dict(zip(structure.sentences[1:], structure.sentences, strict=False))
        self.beside: dict[tuple[int, int], list[Figure]] = defaultdict(list)
        self.objects: dict[int, str] = {}
        before: Figure | None = None
        for figure in figures:
            self.beside[figure.within].append(figure)
            # 清理文件321件，保留235件: what is kept is what was gone through.
            if before is not None and before.sentence is figure.sentence and not NOUNS.search(figure.label):
                self.objects[id(figure)] = self.objects.get(id(before), before.label)
            before = figure
        self.spans = sorted({(figure.start, figure.end) for figure in figures})
        self.starts = [start for start, _ in self.spans]

    def of(self, start: int, end: int) -> set[str]:
        """The pairs of a stretch of text, its numbers left out."""
        if (start, end) not in self.kept:
            first, last = bisect_left(self.starts, start), bisect_left(self.starts, end)
            edges = [start, *(edge for span in self.spans[first:last] for edge in span), end]
            words = "".join(self.structure.text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
            self.kept[start, end] = grams(plain(words))
        return self.kept[start, end]

    def segment(self, figure: Figure) -> tuple[int, int]:
        """The part of its sentence between two semicolons a figure stands in: what is beyond may speak of another matter."""
        text, sentence = self.structure.text, figure.sentence
        start = max(sentence.start, text.rfind("；", sentence.start, figure.start) + 1)
        end = text.find("；", figure.end, sentence.end)
        return start, sentence.end if end < 0 else end

    def courts(self, figure: Figure) -> set[str]:
        """The ways of deciding disputes named around a figure, nearest first."""
        spans = (self.segment(figure), (figure.sentence.start, figure.sentence.end))
        return next((named for span in spans if (named := _courts(self.structure.text[slice(*span)]))), set())

    def around(self, figure: Figure) -> dict[str, float]:
        """Every pair of characters near a figure, and how much it tells there."""
        found: dict[str, float] = {}
        before = self.previous.get(figure.sentence)
        if before is not None and before.paragraph == figure.sentence.paragraph:
            found.update(dict.fromkeys(self.of(before.start, before.end), BEFORE))
        found.update(dict.fromkeys(self.of(figure.sentence.start, figure.sentence.end), APART))
        for heading in self.structure.above(figure.start)[-2:]:
            found.update(dict.fromkeys(grams(plain(heading.title)), HEADING))
        found.update(dict.fromkeys(self.of(*self.segment(figure)), SENTENCE))
        found.update(dict.fromkeys(self.of(*figure.within), CLAUSE))
        for other in self.beside[figure.within]:
            between = self.structure.text[min(other.end, figure.end) : max(other.start, figure.start)]
            if other is not figure and re.search(r"[、和及与]", between):
                found.update(dict.fromkeys(grams(plain(other.label)), OTHERS))
        if (thing := self.objects.get(id(figure))) is not None:
            found.update(dict.fromkeys(grams(plain(figure.label + thing)), OBJECT))
        counted = figure.base_unit if len(figure.base_unit) > 1 else ""  # 人次 tells persons from requests
        counted = "位次" if figure.kind == RANK else counted
        found.update(dict.fromkeys(grams(plain(figure.label + counted)), LABEL))
        if figure.verb.endswith(("由", "从")):  # 由80天缩短至30天: what was before the reform, and after
            found["革前"] = LABEL
        elif figure.verb.endswith(("至", "到")):
            found["革后"] = LABEL
        if figure.attributive:
            found.update(dict.fromkeys(grams(plain(_verb(figure.verb) + figure.label)), LABEL))
        return found


def _scores(figure: Figure, contexts: _Contexts, known: Vocabulary) -> dict[int, float]:
    """How well each account fits a figure for itself."""
    around = contexts.around(figure)
    label = {gram for gram, place in around.items() if place == LABEL}
    whole = sum(known.weigh(gram) or known.heavy * 0.5 for gram in label) or 1.0
    found: dict[int, float] = {}
    nearness: dict[str, float] = {}
    clause = contexts.structure.text[slice(*figure.within)]
    courts = contexts.courts(figure)
    for number in {number for gram in label for number in known.holding.get(gram, ())}:
        phrase = known.phrases[number]
        account = known.accounts[phrase.account]
        if phrase.negation and phrase.negation not in clause and phrase.negation not in figure.label:
            continue
        fit = _fits(figure, account)
        if not fit:
            continue
        if courts and (of := known.courts.get(account.system)) and not of & courts:
            fit *= ELSEWHERE
        covered = in_label = 0.0
        for gram in phrase.grams:
            if place := around.get(gram):
                weight = known.weights[gram]
                covered += weight * place
                if place == LABEL:
                    in_label += weight
        coverage = covered / phrase.weight
        if coverage < LIKELY:
            continue
        near = nearness.get(account.system)
        if near is None:
            near = nearness[account.system] = _near(account.system, around, known)
        generic = (1 - near) * 0.55 if phrase.vague else 0.0
        if phrase.grams == label:  # its name to the letter
            generic -= EXACT
        score = coverage * (0.45 + 0.55 * math.sqrt(min(1.0, in_label / whole))) * fit + 0.18 * near - 0.1 - generic
        if score > found.get(phrase.account, 0.0):
            found[phrase.account] = score
    return found


def _best(scores: Mapping[int, float], votes: Mapping[str, float], known: Vocabulary) -> tuple[str, float]:
    """The account that fits best; where another fits nearly as well it is not sure."""
    ranked = sorted(
        (
            (
                score + 0.15 * votes.get(known.accounts[account].system, 0.0) + 0.03 * known.accounts[account].coded,
                known.accounts[account].key,
            )
            for account, score in scores.items()
        ),
        reverse=True,
    )
    if not ranked or ranked[0][0] < TAKEN:
        return "", 0.0
    score = min(1.0, ranked[0][0])
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < CLOSE:
        score = min(score, UNSURE)
    return ranked[0][1], round(score, 2)


def _courts(words: str) -> set[str]:
    return {name for name, told in _COURTS.items() if told.search(words)}


def _near(system: str, around: Mapping[str, float], known: Vocabulary) -> float:
    """How much of what a system is about stands near a figure."""
    told = {gram: weight for gram, weight in known.topics.get(system, {}).items() if gram in around}
    nearest = max((around[gram] for gram in told), default=0.0)
    most = 1.0 if nearest >= HEADING else nearest  # beyond its sentence and its headings another matter may be told
    return min(most, sum(weight * around[gram] for gram, weight in told.items()) / (2 * known.heavy))


_ALIKE = (
    {"名", "人次"},
    {"次", "期", "批", "轮", "堂", "讲", "节", "件次", "家次", "户次"},
    {"件", "项", "条", "份", "部", "本", "篇", "卷", "册", "张", "次", "宗地", "个", "批", "笔", "件次", "面", "幅"},
    {"个", "支", "户", "条", "面", "村", "栋"},
)
"""Units in which one thing may be counted: 审查111次 are as many 件."""
_PERSONS = {"名", "人次"}
"""Who is counted is never what is counted."""


AT_LEAST_OF_EACH = {"至少", "最少", "不少于", "不低于"}
_LEAST = re.compile(r"下限|最少|至少|每(?:年|季度|人)")


def _fits(figure: Figure, account: Named) -> float:
    """How well the unit of a figure fits an account; nothing where it cannot."""
    demanded = "/" in figure.unit or (figure.qualifier in AT_LEAST_OF_EACH and figure.label.startswith("每"))
    least = bool(_LEAST.search(account.name))
    return _fits_unit(figure, account) * (1.0 if demanded == least else 0.8)


def _fits_unit(figure: Figure, account: Named) -> float:
    if figure.kind == CHANGE:
        return 0.9 if not account.rate or figure.unit == "个百分点" else 0.7
    if (figure.kind == RANK) != (account.unit == "位"):
        return 0.0
    percent = figure.base_unit in ("%", "个百分点")
    if figure.kind == RATE or percent:
        return 1.0 if account.rate else 0.0
    if account.rate:
        return 0.0
    if (figure.kind == MONEY) != (account.unit in ("元", "万元")):
        return 0.0
    if (figure.base_unit == "个方面") != (account.unit == "个方面"):
        return 0.0
    own, other = kin(figure.base_unit.split("/")[0]), kin(account.unit)
    if own == other:
        return 1.0
    if own in ("天", "工作日", "年", "小时") or other in ("天", "个工作日", "工作日", "年", "小时", "分"):
        return 0.0
    if any(own in alike and other in alike for alike in _ALIKE):
        return 0.85
    return 0.0 if {own, other} & _PERSONS else 0.55
