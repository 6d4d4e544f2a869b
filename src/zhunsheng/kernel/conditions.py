"""Conditions on the fields of a case, as declarations write them, compiled to plain functions.

``{track: general, amount: {ge: 3000}, area: [公安, 税务], note: {present: true}}``: every line must hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

Predicate = Callable[[Mapping[str, Any]], bool]

_OPERATORS = frozenset({"ge", "le", "present", "not"})


class ConditionError(ValueError):
    """A condition that is not written as one."""


def compile_condition(condition: Mapping[str, Any]) -> Predicate | None:
    """A predicate over field values, or None for an empty condition."""
    if not condition:
        return None
    tests = [_compile_line(name, wanted) for name, wanted in condition.items()]
    if len(tests) == 1:
        return tests[0]
    return lambda values: all(test(values) for test in tests)


def _compile_line(name: str, wanted: Any) -> Predicate:
    if isinstance(wanted, Mapping):
        unknown = wanted.keys() - _OPERATORS
        if unknown:
            raise ConditionError(f"条件「{name}」里的 {'、'.join(sorted(unknown))} 不认识，可用：ge、le、present、not")
        parts = [_compile_operator(name, operator, value) for operator, value in wanted.items()]
        return lambda values: all(part(values) for part in parts)
    allowed = list(wanted) if isinstance(wanted, list) else [wanted]
    return lambda values: _meets(values.get(name), allowed)


def _meets(value: Any, allowed: list[Any]) -> bool:
    """Whether a value is among those allowed; of a field with several values, whether one of them is."""
    return any(item in allowed for item in value) if isinstance(value, list) else value in allowed


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _compile_operator(name: str, operator: str, value: Any) -> Predicate:
    if operator == "present":
        return lambda values: (values.get(name) not in (None, "", [])) is bool(value)
    if operator == "not":
        refused = list(value) if isinstance(value, list) else [value]
        return lambda values: not _meets(values.get(name), refused)
    bound = _number(value)
    if bound is None:
        raise ConditionError(f"条件「{name}」的 {operator} 应当是数，不是「{value}」")
    sign = 1 if operator == "ge" else -1

    def within_bound(values: Mapping[str, Any]) -> bool:
        number = _number(values.get(name))
        return number is not None and (number - bound) * sign >= 0

    return within_bound
