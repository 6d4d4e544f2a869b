"""指标的词: the accounts of the catalogue and the words each may be told in, ready to be looked for.

The names and aliases of a declaration are all there is; nothing here knows a report.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from zhunsheng.catalogue.fields_of_work import FIELDS_OF_WORK
from zhunsheng.catalogue.loading import SYSTEMS_FOLDER, read_declaration
from zhunsheng.kernel.figures import Figures
from zhunsheng.ledger.declared import declared_accounts
from zhunsheng.reports.checking.deeds import grams, parted, plain

_NAMED = re.compile(r"^name: *\{ *zh: *[\"']?([^,}\"']+)", re.MULTILINE)
_COUNT_WORD = re.compile(r"(?<=.{3})(?:件数|次数|人数|总数|数量|数|合计|总计)+$")
_CONDITIONS = re.compile(
    r"其他|按日连续|移送(?=行?政?拘留)|联合执法|告知(?!承诺)|结转|受理前|不予|不同意|不合格|不支持|未|败诉|退回|逾期|按期|部分|提前|减免|(?:推进|办理|执行|审理|进行|培育|公示|使用|更新|审查|核查|评估|协调|论证|监管)中|(?<![接招])待|在办|应(?=出庭|报|述|参)"
)
_RATE_OF = re.compile(r"(..)率$")
_OF_ANYTHING = ("涉及", "涉案")
"""涉及金额 is of whatever was told before."""
COURTS = {
    "复议": re.compile("复议"),
    "诉讼": re.compile("诉讼|应诉|起诉|败诉|胜诉|行政案件|行政审判"),
    "仲裁": re.compile("仲裁|劳动(?:人事)?争议"),
    "信访": re.compile("信访"),
    "行政调解": re.compile("行政调解"),
}
"""Ways a dispute is decided: 审结 of one is none of another."""
ITS_OWN, TELLING = 0.95, 0.5
"""Of the greatest weight there is: a pair of characters no other system has, and one that few have."""
OFTEN = 5
"""Names of accounts a pair of characters must stand in to tell what their system is about."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name of an account, ready to be looked for."""

    account: int
    deeds: frozenset[int]
    things: frozenset[str]
    weight: float
    vague: bool
    """Whether any system may mean it: 受理, 办结; not 败诉."""
    conditions: frozenset[str]
    """What must stand near the figure too: 不予许可 is never meant by 办理许可, 按期办结 never by 办结."""
    words: str
    rate: str
    """What a rate is of, the characters before 率; nothing where the name is none."""


@dataclass(frozen=True, slots=True)
class Named:
    """An account of the catalogue as a text may name it."""

    key: str
    system: str
    name: str
    unit: str
    rate: bool
    coded: bool


def conditions(words: str) -> frozenset[str]:
    """What words say of how or whether a thing was done: 未, 不予, 按期."""
    return frozenset(_CONDITIONS.findall(words))


def named(words: str) -> str:
    """Plain words without those that only say that it is counted: 受理数量, 处罚合计."""
    return _COUNT_WORD.sub("", plain(words))


def courts(words: str) -> set[str]:
    """The ways of deciding disputes that words name."""
    return {name for name, told in COURTS.items() if told.search(words)}


class Vocabulary:
    """All accounts and their words, with how telling each pair of characters is."""

    def __init__(
        self, accounts: Sequence[Named], phrases: Mapping[int, Iterable[str]], systems: Mapping[str, str]
    ) -> None:
        self.accounts = accounts
        written = [
            (index, words, parted(words))
            for index, names in phrases.items()
            for words in dict.fromkeys(names)
            if len(words) > 1
        ]
        seen: dict[str, set[str]] = defaultdict(set)
        for index, words, _ in written:
            for gram in grams(words):
                seen[gram].add(accounts[index].system)
        count = len(systems) or 1
        self.heavy = math.log(1 + count)
        self.weights = {gram: math.log(1 + count / len(of)) for gram, of in seen.items()}
        self.phrases = [
            self._phrase(
                index, words, parts.deeds, parts.things or (frozenset() if parts.deeds else frozenset(grams(words)))
            )
            for index, words, parts in written
        ]
        self.holding: dict[str | int, list[int]] = defaultdict(list)
        for number, phrase in enumerate(self.phrases):
            for part in (*phrase.things, *phrase.deeds):
                self.holding[part].append(number)
        self.topics = self._topics(systems)
        self.courts = {slug: found for slug, words in systems.items() if (found := courts(words))}

    def _phrase(self, account: int, words: str, deeds: Sequence[int], things: frozenset[str]) -> Phrase:
        telling = any(self.weights[gram] >= ITS_OWN * self.heavy for gram in things)
        weight = sum(self.weights[gram] for gram in things)
        vague = words.startswith(_OF_ANYTHING) or (len(things) < 3 and not telling)
        rate = _RATE_OF.search(words)
        return Phrase(
            account, frozenset(deeds), things, weight, vague, conditions(words), words, rate[1] if rate else ""
        )

    def _topics(self, systems: Mapping[str, str]) -> dict[str, dict[str, float]]:
        """What each system is about: the pairs of its name and those many of its accounts have, with how telling they are;
        none that many systems have."""
        counted: dict[str, Counter[str]] = defaultdict(Counter)
        for phrase in self.phrases:
            counted[self.accounts[phrase.account].system].update(grams(phrase.words))
        return {
            slug: {
                gram: weight
                for gram in grams(plain(name)) | {gram for gram, times in counted[slug].items() if times >= OFTEN}
                if (weight := self.weights.get(gram, self.heavy)) >= TELLING * self.heavy
            }
            for slug, name in systems.items()
        }

    def weigh(self, gram: str) -> float:
        """How telling a pair of characters is; one no account has tells of something else."""
        return self.weights.get(gram) or self.heavy * 0.5


@cache
def vocabulary() -> Vocabulary:
    """The words of the accounts of all declared systems and of those stated from papers."""
    accounts: list[Named] = []
    phrases: dict[int, list[str]] = {}
    systems: dict[str, str] = {}

    def take(system: str, key: str, zh: str, aliases: Iterable[str], unit: str, coded: bool) -> None:
        phrases[len(accounts)] = [named(words) for words in (zh, *aliases)]
        accounts.append(Named(f"{system}.{key}", system, zh, unit, unit == "%", coded))

    for field in FIELDS_OF_WORK:
        for path in sorted((SYSTEMS_FOLDER / field).glob("*/figures.yaml")):
            slug = path.parent.name
            systems[slug] = _name(path.parent)
            declared = read_declaration(path, Figures)
            for key, account in declared.accounts.items():
                take(slug, key, account.zh, account.aliases, account.unit.zh, bool(account.codes))
            for key, ratio in declared.ratios.items():
                take(slug, key, ratio.zh, ratio.aliases, ratio.unit.zh if ratio.unit else "%", bool(ratio.codes))
            for key, derived in {**declared.parts, **declared.organs, **declared.least}.items():
                take(slug, key, derived.zh, derived.aliases, derived.unit.zh, bool(derived.codes))
    known = {account.key for account in accounts}
    for key, account in declared_accounts().items():
        if key not in known:
            system, _, name = key.partition(".")
            systems.setdefault(system, "")
            take(system, name, account.zh, account.aliases, account.unit.zh, coded=True)
    return Vocabulary(accounts, phrases, systems)


def _name(folder: Path) -> str:
    """The name of a system, read from its newest declaration without reading all of it."""
    for path in sorted(folder.glob("*-????-??-??.yaml"), reverse=True):
        if found := _NAMED.search(path.read_text(encoding="utf-8")):
            return found[1].strip()
    return ""
