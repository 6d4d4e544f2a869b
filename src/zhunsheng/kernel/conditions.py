"""Conditions on the fields of a case, as declarations write them, compiled to plain functions.

``{track: general, amount: {ge: 3000}, area: [公安, 税务], note: {present: true}, adopted: {le: {field: given}}}``: every
line must hold. ``kinds: {is: fine, not: revocation}`` asks two things of one field.
``party.kind: person`` asks for a part of a party. ``standard: {without: [罚款, 罚没…收入]}`` holds where a text has none of these
words in it, however they are spaced; … stands for a few characters of the same clause; ``{without: {listed: minutes}}`` takes the words from
``word_lists``. ``officers: {at_least: 2}`` holds where
a field of names has two different ones or more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from zhunsheng.kernel.clock import as_date
from zhunsheng.kernel.word_lists import WORD_LISTS

Predicate = Callable[[Mapping[str, Any]], bool]

_OPERATORS = frozenset({"ge", "le", "present", "is", "not", "without", "at_least"})


class ConditionError(ValueError):
    """A condition that is not written as one."""


def compile_condition(condition: Mapping[str, Any]) -> Predicate | None:
    """A predicate over field values, or None for an empty condition."""
    if not condition:
        return None
    return _every([_compile_line(name, wanted) for name, wanted in condition.items()])


def _every(tests: list[Predicate]) -> Predicate:
    return tests[0] if len(tests) == 1 else lambda values: all(test(values) for test in tests)


def _compile_line(name: str, wanted: Any) -> Predicate:
    if isinstance(wanted, Mapping):
        unknown = wanted.keys() - _OPERATORS
        if unknown:
            raise ConditionError(
                f"条件「{name}」里的 {'、'.join(sorted(unknown))} 不认识，可用：ge、le、present、is、not、without、at_least"
            )
        return _every([_compile_operator(name, operator, value) for operator, value in wanted.items()])
    allowed = list(wanted) if isinstance(wanted, list) else [wanted]
    if "." in name:
        return lambda values: _meets(value_of(values, name), allowed)
    return lambda values: _meets(values.get(name), allowed)


def _meets(value: Any, allowed: list[Any]) -> bool:
    """Whether a value is among those allowed; of a field with several values, whether one of them is."""
    return any(item in allowed for item in value) if isinstance(value, list) else value in allowed


def value_of(values: Mapping[str, Any], name: str) -> Any:
    """The value of a field, or of a part of a party: ``party.kind``."""
    field, _, part = name.partition(".")
    value = values.get(field)
    return (value.get(part) if isinstance(value, Mapping) else None) if part else value


def asked_fields(condition: Mapping[str, Any]) -> set[str]:
    """Every field a condition looks at: those it asks about and those it compares them with."""
    compared = {
        bound["field"]
        for wanted in condition.values()
        if isinstance(wanted, Mapping)
        for bound in wanted.values()
        if isinstance(bound, Mapping) and isinstance(bound.get("field"), str)
    }
    return {name.partition(".")[0] for name in condition} | compared


def _measure(value: Any) -> Decimal | date | None:
    """What can be compared as larger or smaller: a number, a day or a moment; None for anything else."""
    if isinstance(value, str) and _DAY.match(value):
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T|$)")
_BLANK = re.compile(r"[^\S\n]+")
_FEW = r"[^，,。；;、：:！？\n]{0,8}?"
"""What … in a word stands for."""


_PARTED = re.compile(r"[、，,；;\n]")


def names_in(value: Any) -> set[str]:
    """The different names in a field of one value or several, one a value or parted by marks."""
    listed = value if isinstance(value, list) else [value or ""]
    return {name.strip() for text in listed for name in _PARTED.split(str(text))} - {""}


def words_of(value: Any) -> Sequence[Any]:
    """The words a text is to be without: those written in the condition, or those of a list. Raises ``ConditionError``."""
    if not isinstance(value, Mapping):
        return value if isinstance(value, list) else [value]
    if set(value) != {"listed"} or value["listed"] not in WORD_LISTS:
        raise ConditionError(f"without 用词表时写作 {{listed: 词表}}，词表有 {'、'.join(WORD_LISTS)}")
    return WORD_LISTS[value["listed"]]


def _pattern(word: Any) -> str:
    """A word as it is looked for: blanks do not matter, … is a few characters."""
    return _FEW.join(re.escape(_BLANK.sub("", part)) for part in str(word).split("…"))


def _compile_operator(name: str, operator: str, value: Any) -> Predicate:
    if operator == "present":
        return lambda values: (value_of(values, name) not in (None, "", [])) is bool(value)
    if operator in ("is", "not") and not isinstance(value, Mapping):
        listed = list(value) if isinstance(value, list) else [value]
        return lambda values: _meets(value_of(values, name), listed) is (operator == "is")
    if operator == "at_least":
        return lambda values: len(names_in(value_of(values, name))) >= int(value)
    if operator == "without":
        words = re.compile("|".join(map(_pattern, words_of(value))))
        return lambda values: words.search(_BLANK.sub("", str(value_of(values, name) or ""))) is None
    other: str | None = None
    fixed: Decimal | date | None = None
    if isinstance(value, Mapping):
        other = value.get("field")
        if set(value) != {"field"} or not isinstance(other, str):
            raise ConditionError(f"条件「{name}」的 {operator} 与另一字段比较时写作 {{field: 字段}}")
    else:
        fixed = _measure(value.isoformat() if isinstance(value, date) else value)
        if fixed is None:
            raise ConditionError(f"条件「{name}」的 {operator} 应当是数、日期或者 {{field: 字段}}，不是「{value}」")

    if operator in ("is", "not"):
        return lambda values: _meets(value_of(values, name), [values.get(str(other))]) is (operator == "is")

    def within_bound(values: Mapping[str, Any]) -> bool:
        bound = fixed if other is None else _measure(values.get(other))
        measured = _measure(value_of(values, name))
        if isinstance(measured, Decimal) and isinstance(bound, Decimal):
            return measured >= bound if operator == "ge" else measured <= bound
        if isinstance(measured, date) and isinstance(bound, date):
            if not (isinstance(measured, datetime) and isinstance(bound, datetime)):
                measured, bound = as_date(measured), as_date(bound)  # a day and a moment are compared by their days
            return measured >= bound if operator == "ge" else measured <= bound
        return False

    return within_bound
