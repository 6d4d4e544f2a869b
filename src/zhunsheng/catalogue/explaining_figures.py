"""The figures of a system told in words (指标说明): what each counts, which steps post to it, how ratios are made, and the
relations that must hold. Read off the declaration; numbers are the business of the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from zhunsheng.catalogue.explaining_bodies import asked_by, fields_of
from zhunsheng.catalogue.loading import System
from zhunsheng.catalogue.wording import OUTCOME_WORDS, condition_words, listed, quoted
from zhunsheng.kernel.action import OUTCOME
from zhunsheng.kernel.body import EVENTS
from zhunsheng.kernel.declaration import Labelled
from zhunsheng.kernel.figures import (
    OPENED_ON,
    Account,
    CheckDeclaration,
    LeastEach,
    OrgansWith,
    Part,
    Ratio,
    Term,
    parse_check,
    summand,
)
from zhunsheng.kernel.office import VERBS, Verb, is_verb
from zhunsheng.kernel.register import ENTRY, MOVED_IN, MOVED_OUT
from zhunsheng.kernel.words import Words

_CHANGES = {
    "add": Words("清单增加条目", "an entry is added to the list"), "change": Words("清单变更条目", "an entry is changed"),
    "remove": Words("清单减少条目", "an entry is taken out"),
    MOVED_IN: Words("机构改革划入条目", "an entry comes from another organ by a reform"),
    MOVED_OUT: Words("机构改革划出条目", "an entry goes to another organ by a reform"),
}  # fmt: skip
_RELATIONS = {"==": "＝", "<=": "≤", ">=": "≥"}
_AT = {"flow": Words("", ""), "opening": Words("期初", "opening "), "closing": Words("期末", "closing ")}


@dataclass(frozen=True)
class FigureTold:
    """One figure: ``key`` as the ledger knows it (``system.account``), what it is, and how it comes about."""

    key: str
    name: Words
    unit: Words
    definition: Words | None
    sentences: tuple[Words, ...]
    relations: tuple[Words, ...]


def figures_of(system: System) -> list[FigureTold]:
    """Every figure of a system: accounts, then ratios, then parts, then those derived from one account."""
    declared = system.figures
    keys = (*declared.accounts, *declared.ratios, *declared.parts, *declared.organs, *declared.least)
    return [figure_of(system, key) for key in keys]


def figure_of(system: System, key: str) -> FigureTold:
    """One figure of a system. Raises ``KeyError``."""
    declared = system.figures
    found: Account | Ratio | Part | OrgansWith | LeastEach
    if key in declared.accounts:
        found = declared.accounts[key]
        unit, sentences = found.unit.words, _posts(system, found)
    elif key in declared.ratios:
        found = declared.ratios[key]
        unit, sentences = found.unit.words if found.unit else Words("%", "per cent"), [_ratio(system, found)]
    elif key in declared.parts:
        found = declared.parts[key]
        unit, sentences = found.unit.words, [_side_of(system, found.of)]
    elif key in declared.least:
        found = declared.least[key]
        unit, sentences = found.unit.words, [_least(quoted(declared.accounts[found.account].words), found)]
    else:
        found = declared.organs[key]
        counted = quoted(declared.accounts[found.account].words)
        unit = found.unit.words
        of = Words("指定类别的单位中，", "of the organs of some kinds, ") if found.kinds else Words("", "")
        is_not = Words("为零", "nought") if found.lacking else Words("不为零", "other than zero")
        sentences = [
            Words(f"{of.zh}{counted.zh}{is_not.zh}的单位个数", f"{of.en}how many organs have {counted.en} {is_not.en}")
        ]
    return FigureTold(
        f"{system.slug}.{key}", found.words, unit, found.definition.words if found.definition else None,
        tuple(sentences), tuple(relation_words(system, check) for check in declared.checks if _is_about(check, key)),
    )  # fmt: skip


def relations_of(system: System) -> list[Words]:
    """Every relation the figures of a system must keep."""
    return [relation_words(system, check) for check in system.figures.checks]


def _is_about(check: CheckDeclaration, key: str) -> bool:
    return any(term.account == key for term in parse_check(check.that).terms)


def relation_words(system: System, check: CheckDeclaration) -> Words:
    """A relation written with the names of its accounts."""
    parsed = parse_check(check.that)
    left, right = _side(system, parsed.left), _side(system, parsed.right)
    sign = _RELATIONS[parsed.relation]
    return Words(f"{left.zh} {sign} {right.zh}", f"{left.en} {sign} {right.en}")


def _side(system: System, terms: Iterable[Term]) -> Words:
    zh = en = ""
    for term in terms:
        named = _part(system, f"{term.account}.{term.breakdown}" if term.breakdown else term.account)
        sign = " － " if term.sign < 0 else " ＋ " if zh else ""
        zh += f"{sign}{_AT[term.at].zh}{named.zh}"
        en += f"{sign}{_AT[term.at].en}{named.en}"
    return Words(zh, en)


# --- how an account comes about ----------------------------------------------------------------------------------


def _begin(system: System, name: str) -> Words:
    """What an account counts days from: a field, the opening of the case, or a step."""
    if name == OPENED_ON:
        return Words("开始办理", "the opening of the case")
    fields = fields_of(system)
    if name in fields:
        return quoted(fields[name].words)
    steps = (
        action for procedure in reversed(system.procedures) for key, action in procedure.actions.items() if key == name
    )
    return quoted(next(steps).words)


def _posts(system: System, account: Account) -> list[Words]:
    if account.declared:
        return [
            Words("平台内没有记录，由单位按来源文件申报", "no records here; stated by the organ from a source paper")
        ]
    fields, outcomes = asked_by(system, account), _outcomes(system)
    what = Words("各计 1", "counts 1")
    if account.sum:
        summed = listed(quoted(fields[name].words) for name in account.sum)
        what = Words(f"计入{summed.zh}的数", f"adds the amount in {summed.en}")
        if any(fields[name].many for name in account.sum):
            what = Words(f"计入{summed.zh}的个数", f"adds how many are in {summed.en}")
    if account.days_since:
        began = _begin(system, account.days_since)
        what = Words(f"计入自{began.zh}起的天数", f"adds the days since {began.en}")
    if account.hours_between:
        first, last = (quoted(fields[name].words) for name in account.hours_between)
        what = Words(f"计入自{first.zh}至{last.zh}的小时数", f"adds the hours from {first.en} to {last.en}")
    sentences = [_on(system, account.on, Words(f"办理时{what.zh}", what.en))]
    if account.less:
        sentences.append(_on(system, account.less, Words("办理时减去", "takes it off again")))
    if account.when:
        held = condition_words(account.when, fields, outcomes)
        sentences.append(Words(f"只计{held.zh}的", f"only where {held.en}"))
    if account.level:
        stood = system.figures.accounts[account.level]
        sentences.append(Words(f"只计当时计在「{stood.zh}」中的", f"only cases that stood in “{stood.en}”"))
    if account.in_time:
        limits = {key: limit.words for procedure in system.procedures for key, limit in procedure.deadlines.items()}
        kept = listed(quoted(limits[key]) for key in account.in_time)
        sentences.append(Words(f"只计没有超过{kept.zh}的", f"only where {kept.en} was kept"))
    if account.late:
        limits = {key: limit.words for procedure in system.procedures for key, limit in procedure.deadlines.items()}
        missed = listed(quoted(limits[key]) for key in account.late)
        sentences.append(Words(f"只计超过{missed.zh}才办理的", f"only where {missed.en} was over"))
    if account.distinct:
        named = quoted(fields[account.distinct.field].words)
        sentences.append(
            Words(f"同一{named.zh}在一个单位一年只计一次", f"the same {named.en} counts once a year in an organ")
        )
    if account.by:
        parts = listed(OUTCOME_WORDS if name == OUTCOME else fields[name].words for name in account.by)
        sentences.append(Words(f"按{parts.zh}分项", f"broken down by {parts.en}"))
    if account.stock:
        sentences.append(Words("期末数：到期末为止累计，不随期间清零", "a level: carried over from period to period"))
    return sentences


def _on(system: System, names: Iterable[str], says: Words) -> Words:
    steps = listed(quoted(words) for name in names for words in _step_words(system, name))
    return Words(f"{steps.zh}{says.zh}", f"{steps.en}: {says.en}")


def _step_words(system: System, name: str) -> list[Words]:
    """What a step is called, in each of its names over the versions."""
    if is_verb(name):
        return [VERBS[Verb(name)].words]
    if name in EVENTS:
        return [EVENTS[name].words]
    called = [p.actions[name].words for p in reversed(system.procedures) if name in p.actions]
    if not called and (event := name.removeprefix(ENTRY)) in _CHANGES:
        return [_CHANGES[event]]
    return list(dict.fromkeys(called))


def _outcomes(system: System) -> Mapping[str, Labelled]:
    found: dict[str, Labelled] = {}
    for procedure in system.procedures:
        found |= procedure.outcomes
    return found


def _ratio(system: System, ratio: Ratio) -> Words:
    above, below = (_side_of(system, items, grouped=True) for items in (ratio.of, ratio.over))
    times = "" if ratio.unit else " × 100%"
    return Words(f"{above.zh} ÷ {below.zh}{times}", f"{above.en} ÷ {below.en}{times}")


def _side_of(system: System, items: Sequence[str], *, grouped: bool = False) -> Words:
    """A sum of accounts and parts, in brackets where it stands ``grouped`` beside another and has several."""
    zh = en = ""
    for sign, account, part in map(summand, items):
        named = _part(system, f"{account}.{part}" if part else account)
        zh += (" － " if sign < 0 else " ＋ " if zh else "") + named.zh
        en += (" - " if sign < 0 else " + " if en else "") + named.en
    return Words(f"（{zh}）", f"({en})") if grouped and len(items) > 1 else Words(zh, en)


def _least(account: Words, low: LeastEach) -> Words:
    if low.each == "organ":
        return Words(f"有{account.zh}的各单位中最少的一个", f"the least of {account.en} of any organ that has some")
    each = {"quarter": Words("季度", "quarter"), "year": Words("年度", "year")}[low.each]
    return Words(
        f"本级已过各{each.zh}{account.zh}中最少的一个",
        f"the least of {account.en} in any {each.en} that is over, of the organs of the region itself",
    )


def _part(system: System, item: str) -> Words:
    """An account, or one part of its breakdown, by name."""
    key, _dot, value = item.partition(".")
    account = system.figures.accounts[key]
    if not value:
        return account.words
    part = _value_words(system, account, value)
    return Words(f"{account.zh}（{part.zh}）", f"{account.en} ({part.en})")


def _value_words(system: System, account: Account, value: str) -> Words:
    fields, outcomes = asked_by(system, account), _outcomes(system)
    for name in account.by:
        if name == OUTCOME and value in outcomes:
            return outcomes[value].words
        if name in fields and value in fields[name].choices:
            return fields[name].choices[value]
    return Words(value, value)
