"""对指标: which account of the catalogue a figure of a report means.

Every account has its names and aliases; a figure has the words it belongs to and, less telling, what stands around them. The
account whose things and deeds are found best there, in a unit that fits, is meant. Where none is found well enough, or two
are found equally well, the figure keeps no account: a wrong one would be worse.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence

from zhunsheng.reports.checking.figure import RATE, Figure
from zhunsheng.reports.checking.fitting import fits
from zhunsheng.reports.checking.structure import Structure
from zhunsheng.reports.checking.surroundings import HEADING, IN_HEAD, LABEL, PLACES_AND_ORGANS, Near, Surroundings
from zhunsheng.reports.checking.vocabulary import TELLING, Phrase, Vocabulary, courts, vocabulary

SURE, TAKEN, LIKELY = 0.62, 0.54, 0.42
CLOSE, UNSURE = 0.05, 0.7
TOLD_BY_OTHERS = 0.5
"""How much more the figures beside it must speak of the system of one of two accounts that fit alike."""
ELSEWHERE = 0.52
"""Of an account of another way of deciding disputes than the one that is spoken of."""
ITS_PAPER = 0.5
"""Of what a list or a rule is about, where the lists and rules are counted: 事项清单31个 are no 31 matters."""
PART_OF = 0.35
"""Of what the cases are about, where the cases are told: 申请复议事项：行政处罚40件 are no penalties."""
SPOKEN_OF = 0.2
"""Of what a system is about, how much must stand near a figure whose words any system may mean."""
EXACT = 0.06
_SEVERAL = re.compile(
    r"、[^，。；]*[和及与、][^，。；]{1,14}(?:共|合计|总计|累计)[有计]?$|、[^，。；]{1,14}或者?[^，。；]{1,10}$|等(?:[^，。；、]{0,4}方式|纠错)[^，。；、]{0,4}$"
)
"""撤销、变更和确认违法共97件, 撤销、变更或者确认违法2件: the sum of several things is none of them."""
_SOME_OF_THEM = re.compile(
    r"协助|涉企(?=行政复议|行政诉讼|行政应诉|案件|投诉)|涉民生|涉及[^，。；]{2,8}(?:领域|类)|以(?![本我])[^，。；]{2,14}为被(?:申请人|告)|被(?:申请人|告)[为是]|行业性|复议被申请|被(?:申请|提起)?(?:行政)?复议"
)
"""Words that single out some of what is counted, or tell it of whom it was done to; where the name of an account has them too, it is of these."""
_WHAT_IS_LEFT = re.compile(r"(?:至|到)[^，。；]{2,12}的$")
"""压缩至法定时限的30%: what is left is not what was cut."""
_MEAN = re.compile(r"(?:人均|户均|件均|案均|案件平均|日均|月均)")
"""人均检查量: what it comes to for each is no count of it."""
NO_DEED, OTHER_DEED, MORE_DEEDS, OTHER_CONDITION = 0.3, 0.5, 0.92, 0.5
NOT_ALL, NOT_THE_HEAD, NOT_THE_RATE = 0.3, 0.85, 0.8


def find_accounts(structure: Structure, figures: Sequence[Figure], words: Vocabulary | None = None) -> None:
    """Every figure given the account it means, where one is found.

    Read twice: what the figures of a part of a sentence mean for themselves says which system it is about.
    """
    known = words or vocabulary()
    surroundings = Surroundings(structure, figures)
    scored = [_scores(figure, surroundings.of(figure), known) for figure in figures]
    told: dict[tuple[int, int], list[tuple[Figure, Mapping[int, float]]]] = defaultdict(list)
    segments = [surroundings.segment(figure) for figure in figures]
    for segment, figure, scores in zip(segments, figures, scored, strict=True):
        told[segment].append((figure, scores))
    for segment, figure, scores in zip(segments, figures, scored, strict=True):
        figure.account, figure.sureness = _best(scores, _votes(figure, told[segment], known), known)


def _votes(figure: Figure, told: Sequence[tuple[Figure, Mapping[int, float]]], known: Vocabulary) -> dict[str, float]:
    """How far the figures beside it speak of each system; one that may be of several speaks less of each."""
    found: dict[str, float] = defaultdict(float)
    for other, scores in told:
        best = max(scores.values(), default=0.0)
        if other is figure or best < SURE:
            continue
        systems = {known.accounts[account].system for account, score in scores.items() if score >= best - 0.02}
        for system in systems:
            found[system] += min(best, 1.0) / len(systems)
    return found


def _scores(figure: Figure, near: Near, known: Vocabulary) -> dict[int, float]:
    """How well each account fits a figure for itself."""
    found: dict[int, float] = {}
    if _SEVERAL.search(figure.verb) or (figure.kind == RATE and _WHAT_IS_LEFT.search(figure.label)):
        return found
    some = _SOME_OF_THEM.search(figure.label)
    is_mean = bool(_MEAN.search(figure.label))
    nearness: dict[str, float] = {}
    parts = (*(gram for gram, place in near.grams.items() if place == LABEL), *near.label.deeds)
    for number in {number for part in parts for number in known.holding.get(part, ())}:
        phrase = known.phrases[number]
        account = known.accounts[phrase.account]
        if is_mean and not _MEAN.search(account.name):
            continue
        if some and some[0] not in phrase.words:
            continue
        if not phrase.conditions <= near.conditions or phrase.rate not in near.words:
            continue
        fit = fits(figure, account)
        if not fit:
            continue
        fit *= _matter(phrase, known.courts.get(account.system), near)
        coverage = _coverage(phrase, near, known)
        if coverage < LIKELY:
            continue
        topic = nearness.get(account.system)
        if topic is None:
            topic = nearness[account.system] = _topic(account.system, near, known)
        if phrase.vague and len(phrase.things) > 2:  # 涉及金额: its own words do not tell of which system it is
            topic = _topic(account.system, near, known, phrase.things)
        if phrase.vague and topic < SPOKEN_OF:
            continue
        agreement = _exactness(phrase, near, known) * _deeds(phrase, near) * _counted(phrase, near, known)
        score = coverage * agreement * fit + 0.18 * topic - 0.1
        if phrase.vague:
            score -= (1 - topic) * 0.4
        if phrase.words == near.words:  # its name to the letter
            score += EXACT
        if score > found.get(phrase.account, 0.0):
            found[phrase.account] = score
    return found


def _matter(phrase: Phrase, of: set[str] | None, near: Near) -> float:
    """How well the matter a name is of agrees with the matter spoken of: the disputes, and the paper that is counted."""
    found = 1.0
    if near.courts and not (of or courts(phrase.words)) & near.courts:
        if of or phrase.vague:
            found *= ELSEWHERE
        elif near.is_part:
            found *= PART_OF
    elif of and phrase.vague and not near.courts:
        found *= ELSEWHERE
    if near.paper and near.paper not in phrase.words:
        found *= ITS_PAPER
    return found


def _coverage(phrase: Phrase, near: Near, known: Vocabulary) -> float:
    """How much of the things a name tells stands near the figure."""
    if not phrase.weight:
        return 1.0
    return sum(known.weights[gram] * near.grams.get(gram, 0.0) for gram in phrase.things) / phrase.weight


def _exactness(phrase: Phrase, near: Near, known: Vocabulary) -> float:
    """How much of the things the figure's own words tell is in the name; what is counted weighs most. One kind of what was told
    before it is called by words no account has: 采伐许可17件 are not the 行政许可98件 they are part of."""
    weights = {gram: known.weigh(gram) * importance for gram, importance in near.weights.items()}
    found = 0.45 + 0.55 * math.sqrt(_share(weights, phrase.things))
    if near.is_kind:
        head = {gram: weight for gram, weight in weights.items() if near.weights[gram] >= IN_HEAD}
        found *= _share(head, known.weights) ** 2
    return found


def _share(weights: Mapping[str, float], things: Container[str]) -> float:
    """How much of what is weighed is among some things; all where there is nothing."""
    whole = sum(weights.values())
    return sum(weight for gram, weight in weights.items() if gram in things) / whole if whole else 1.0


def _counted(phrase: Phrase, near: Near, known: Vocabulary) -> float:
    """How well what is counted agrees: of the things joined in its words all or none (人大建议、政协提案37件 are no proposals alone), and
    its last words."""
    found = 1.0
    told = [
        (
            any(known.weigh(gram) >= TELLING * known.heavy and gram in phrase.words for gram in things),
            last in phrase.words,
        )
        for last, things in near.joined
    ]
    if any(telling for telling, _ in told) and not all(telling or named for telling, named in told):
        found *= NOT_ALL
    if near.head not in phrase.words:
        if PLACES_AND_ORGANS.match(near.head):
            found *= NOT_ALL
        elif near.head.endswith("率"):
            found *= NOT_THE_RATE
        elif known.weigh(near.head) >= TELLING * known.heavy:
            found *= NOT_THE_HEAD
    return found


def _deeds(phrase: Phrase, near: Near) -> float:
    """How well what is done agrees: the deeds of the name near the figure, and no other and no condition in its own words."""
    found = 1.0
    for deed in phrase.deeds:
        found *= near.deeds.get(deed, NO_DEED)
    own = near.label.deeds
    done = (
        own[:-1] if near.words.endswith("申请") and len(own) > 1 else own
    )  # 审结行政复议申请: done to the application
    if done and done[-1] not in phrase.deeds:
        found *= OTHER_DEED
    found *= MORE_DEEDS ** len(set(own[:-1]) - phrase.deeds)
    return float(found * OTHER_CONDITION ** len(near.own_conditions - phrase.conditions))


def _topic(system: str, near: Near, known: Vocabulary, but: frozenset[str] = frozenset()) -> float:
    """How much of what a system is about stands near a figure, some pairs left out."""
    about = known.topics.get(system, {})
    told = {gram: weight for gram, weight in about.items() if gram in near.grams and gram not in but}
    nearest = max((near.grams[gram] for gram in told), default=0.0)
    most = 1.0 if nearest >= HEADING else nearest  # beyond its sentence and its headings another matter may be told
    return min(most, sum(weight * near.grams[gram] for gram, weight in told.items()) / (2 * known.heavy))


def _best(scores: Mapping[int, float], votes: Mapping[str, float], known: Vocabulary) -> tuple[str, float]:
    """The account that fits best; of two that fit alike the one whose system is spoken of beside it, or that is declared first.

    Where one of another system fits nearly as well and the figures beside it do not tell which is meant, none; where one of its own
    does, it is not sure.
    """
    weighed = {
        account: round(
            score
            + 0.15 * min(1.0, votes.get(known.accounts[account].system, 0.0))
            + 0.03 * known.accounts[account].coded,
            6,
        )
        for account, score in scores.items()
    }
    ranked = sorted(weighed, key=lambda one: (-weighed[one], -votes.get(known.accounts[one].system, 0.0), one))
    if not ranked or weighed[ranked[0]] < TAKEN:
        return "", 0.0
    best = known.accounts[ranked[0]]
    sureness = min(1.0, weighed[ranked[0]])
    for rival in ranked[1:]:
        if weighed[ranked[0]] - weighed[rival] >= CLOSE:
            break
        sureness = min(sureness, UNSURE)
        other = known.accounts[rival].system
        if other != best.system and votes.get(best.system, 0.0) - votes.get(other, 0.0) < TOLD_BY_OTHERS:
            return "", 0.0
    return best.key, round(sureness, 2)
