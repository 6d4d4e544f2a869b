"""The words declarations are told in (措辞): names one after the other, grounds, conditions. No database, no pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from zhunsheng.kernel.action import OUTCOME
from zhunsheng.kernel.compiled import CompiledProcedure
from zhunsheng.kernel.conditions import words_of
from zhunsheng.kernel.declaration import BasisDeclaration, Labelled
from zhunsheng.kernel.fields import FieldDeclaration, FieldType
from zhunsheng.kernel.words import Words

YES, NO = Words("是", "yes"), Words("否", "no")
OUTCOME_WORDS = Words("结果", "Outcome")
PARTY_KINDS = {
    "person": Words("自然人", "person"), "organisation": Words("单位", "organisation"), "organ": Words("机关", "organ")
}  # fmt: skip


class Citation(NamedTuple):
    """A ground in words; ``statute`` is its key, empty where it is office practice or a setting of the place."""

    words: Words
    statute: str


def citation(compiled: CompiledProcedure, basis: BasisDeclaration) -> Citation:
    """A ground with the statute it can be looked up in."""
    return Citation(compiled.citation(basis), statute_of(compiled, basis))


def statute_of(compiled: CompiledProcedure, basis: BasisDeclaration) -> str:
    return (basis.statute or compiled.procedure.basis) if basis.article else ""


def listed(items: Iterable[Words]) -> Words:
    """Several names one after the other."""
    found = list(items)
    return Words("、".join(item.zh for item in found), ", ".join(item.en for item in found))


def quoted(words: Words) -> Words:
    return Words(f"「{words.zh}」", f"“{words.en}”")


def one_of(items: Iterable[Words]) -> Words:
    """Names of which one is enough, each in quotation marks; at least one."""
    found = [quoted(item) for item in items]
    first, last = found[:-1], found[-1]
    if not first:
        return last
    return Words(f"{'、'.join(w.zh for w in first)}或者{last.zh}", f"{', '.join(w.en for w in first)} or {last.en}")


def condition_words(
    condition: Mapping[str, Any], fields: Mapping[str, FieldDeclaration], outcomes: Mapping[str, Labelled]
) -> Words:
    """A condition of a declaration, as ``conditions`` reads it, in words; every line must hold."""
    lines = []
    for name, wanted in condition.items():
        if name == OUTCOME:
            asked, choices = OUTCOME_WORDS, {key: outcome.words for key, outcome in outcomes.items()}
        else:
            field = fields.get(name.partition(".")[0])
            asked, choices = (field.words, field.choices) if field else (Words(name, name), {})
            if "." in name:
                asked, choices = Words(f"{asked.zh}类型", f"Kind of {asked.en}"), PARTY_KINDS
        parts = wanted if isinstance(wanted, Mapping) else {"is": wanted}
        for operator, bound in parts.items():
            dated = name in fields and fields[name].type in (FieldType.DATE, FieldType.DATETIME)
            says = _DATED.get(operator, _OPERATORS[operator]) if dated else _OPERATORS[operator]
            if operator == "without":
                lines.append(_line_words(quoted(asked), operator, says, list(words_of(bound)), choices))
            elif isinstance(bound, Mapping):
                other = fields.get(bound["field"])
                words = quoted(other.words if other else Words(bound["field"], bound["field"]))
                lines.append(
                    Words(f"{quoted(asked).zh}{says.zh}{words.zh}", f"{quoted(asked).en} {says.en} {words.en}")
                )
            else:
                lines.append(_line_words(quoted(asked), operator, says, bound, choices))
    return Words("，且".join(line.zh for line in lines), " and ".join(line.en for line in lines))


_OPERATORS = {
    "is": Words("为", "is"), "not": Words("不是", "is not"), "ge": Words("不少于", "is at least"),
    "le": Words("不多于", "is at most"), "present": Words("", ""),
    "without": Words("不含", "does not contain"),
}  # fmt: skip
_DATED = {"ge": Words("不早于", "is not before"), "le": Words("不晚于", "is not after")}


def _line_words(asked: Words, operator: str, says: Words, wanted: Any, choices: Mapping[str, Words]) -> Words:
    if operator == "present":
        says = Words("已填写", "is filled in") if wanted else Words("没有填写", "is empty")
        return Words(f"{asked.zh}{says.zh}", f"{asked.en} {says.en}")
    values = wanted if isinstance(wanted, list) else [wanted]
    value = one_of(value_words(item, choices) for item in values)
    return Words(f"{asked.zh}{says.zh}{value.zh}", f"{asked.en} {says.en} {value.en}")


def value_words(value: Any, choices: Mapping[str, Words]) -> Words:
    """One value of a field as a declaration writes it."""
    if isinstance(value, bool):
        return YES if value else NO
    return choices.get(value, Words(str(value), str(value)))
