"""Conditions on the fields of a case, as declarations write them, compiled to plain functions.

``{track: general, amount: {ge: 3000}, area: [公安, 税务], note: {present: true}}``: every line must hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
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
    if isinstance(wanted, list):
        allowed = frozenset(wanted)
        return lambda values: _meets(values.get(name), allowed)
    return lambda values: values.get(name) == wanted


def _meets(value: Any, allowed: frozenset[Any]) -> bool:
    return any(item in allowed for item in value) if isinstance(value, list) else value in allowed


def _compile_operator(name: str, operator: str, value: Any) -> Predicate:
    if operator == "present":
        return lambda values: (values.get(name) not in (None, "", [])) is bool(value)
    if operator == "not":
        refused = frozenset(value) if isinstance(value, list) else frozenset({value})
        return lambda values: not _meets(values.get(name), refused)
    bound = Decimal(str(value))
    if operator == "ge":
        return lambda values: values.get(name) is not None and Decimal(str(values[name])) >= bound
    return lambda values: values.get(name) is not None and Decimal(str(values[name])) <= bound
