"""计分公式: a small safe language for points: figures in brackets, numbers, + − × ÷, 最小, 最大, 分档. Nothing is ever executed.

``5×[复议按期办结率]÷100`` · ``分档([听取法治政府建设汇报]; 0: 0, 1: 3, 2: 5)`` · ``最大(0, 5−[逾期月报]×0.5)`` ·
``分档([满意率]−[满意率|上年]; -100: 0, 0: 2)``. Knows no database: values and units are given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation
from functools import cache
from typing import NamedTuple

from zhunsheng.kernel.words import BilingualError

LONGEST = 500
DEEPEST = 20
_TOKEN = re.compile(
    r"\s*(?:(?P<figure>[\[【][^\[\]【】]+[\]】])|(?P<number>\d{1,12}(?:\.\d{1,6})?)|(?P<word>[^\W\d_]+)|(?P<sign>\S))"
)
_SIGNS = str.maketrans("−－×＊÷／（）；：，＋", "--**//();:,+")
_MINIMUM, _MAXIMUM, _STEPS = ("最小", "min"), ("最大", "max"), ("分档", "steps")


class FormulaError(BilingualError):
    """A formula that cannot be read; ``words`` says where and what."""


class Reference(NamedTuple):
    """A figure of the assessed organ: of the period, or of the year before."""

    name: str
    before: bool = False


@dataclass(frozen=True)
class Node:
    """A piece of a formula: a number, a figure, or a sign (+ - * /), 最小, 最大, 分档 over other pieces."""

    kind: str
    of: tuple[Node, ...] = ()
    number: Decimal = Decimal(0)
    figure: Reference | None = None
    steps: tuple[tuple[Decimal, Decimal], ...] = ()


@cache
def read(text: str) -> Node:
    """A formula as it is worked out. Raises ``FormulaError``."""
    if len(text) > LONGEST:
        raise FormulaError(f"公式最多 {LONGEST} 字", f"a formula has at most {LONGEST} characters")
    return _Reader(text).whole()


def references(node: Node) -> list[Reference]:
    """The figures a formula names, each once, in order."""
    own = [node.figure] if node.figure else []
    return list(dict.fromkeys([*own, *(found for part in node.of for found in references(part))]))


def value(node: Node, values: Mapping[Reference, Decimal | None]) -> Decimal | None:
    """What a formula comes to, to two decimals; None where a figure has no value or something is divided by nought."""
    try:
        found = _value(node, values)
    except (DivisionByZero, InvalidOperation):
        return None
    return None if found is None else found.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _value(node: Node, values: Mapping[Reference, Decimal | None]) -> Decimal | None:
    if node.kind == "number":
        return node.number
    if node.figure is not None:
        return values.get(node.figure)
    parts = [_value(part, values) for part in node.of]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if node.kind == "steps":
        reached = [points for at, points in node.steps if known[0] >= at]
        return reached[-1] if reached else Decimal(0)
    if node.kind in ("min", "max"):
        return min(known) if node.kind == "min" else max(known)
    left, right = known
    return {"+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right, "/": lambda: left / right}[
        node.kind
    ]()


def units(node: Node, of: Mapping[Reference, str]) -> frozenset[str]:
    """The units that are left: cases divided by cases are a share and leave none, so that nobody is paid by the case. What is
    counted this year and what was counted last year are no share of each other: that would pay for growth."""
    return frozenset(unit for powers in _powers(node, of) for unit, _power in powers)


Powers = frozenset[tuple[str, int]]
"""Units with their powers: 件 × 件 ÷ 件 is 件 once."""
_NONE: Powers = frozenset()


def _powers(node: Node, of: Mapping[Reference, str]) -> frozenset[Powers]:
    """The units of a formula with their powers; several where what is added up or chosen from has different ones."""
    if node.kind == "number":
        return frozenset({_NONE})
    if node.figure is not None:
        unit = of.get(node.figure, "")
        before = "（上年）" if node.figure.before else ""
        return frozenset({_NONE if unit in ("", "%") else frozenset({(f"{unit}{before}", 1)})})
    parts = [_powers(part, of) for part in node.of]
    if node.kind not in ("*", "/"):
        return frozenset().union(*parts)
    sign = 1 if node.kind == "*" else -1
    return frozenset(_multiplied(left, right, sign) for left in parts[0] for right in parts[1])


def _multiplied(left: Powers, right: Powers, sign: int) -> Powers:
    powers = dict(left)
    for unit, power in right:
        powers[unit] = powers.get(unit, 0) + sign * power
    return frozenset((unit, power) for unit, power in powers.items() if power)


class _Reader:
    """Reads a formula from left to right, what binds closer first."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.at = self.depth = 0
        for found in _TOKEN.finditer(text):
            kind = str(found.lastgroup)
            said = found[kind]
            self.tokens.append((kind, said if kind == "figure" else said.translate(_SIGNS)))

    def whole(self) -> Node:
        node = self._sum()
        if self.at < len(self.tokens):
            self._fail()
        return node

    def _peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def _take(self, *wanted: str) -> str:
        """The next sign, which must be one of these."""
        said = self._peek()
        if said not in wanted:
            self._fail(wanted)
        self.at += 1
        return said

    def _fail(self, wanted: tuple[str, ...] = ()) -> None:
        said = self._peek()
        place = f"第 {self.at + 1} 处「{said}」" if said else "结尾"
        hint = f"，这里应当是 {' 或者 '.join(wanted)}" if wanted else ""
        raise FormulaError(
            f"公式{place}看不懂{hint}；可以写数、[指标]、+ − × ÷、括号、最小(…)、最大(…)、分档(…; 下限: 分)",
            f"the formula cannot be read at piece {self.at + 1} {said}; write numbers, [figure], + − × ÷, brackets, 最小(…), "
            "最大(…), 分档(…; from: points)",
        )

    def _chain(self, signs: tuple[str, ...], part: Callable[[], Node]) -> Node:
        node = part()
        while self._peek() in signs:
            node = Node(self._take(*signs), (node, part()))
        return node

    def _sum(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError("公式的括号套得太深", "the brackets of the formula are nested too deep")
        node = self._chain(("+", "-"), lambda: self._chain(("*", "/"), self._single))
        self.depth -= 1
        return node

    def _single(self) -> Node:
        kind, said = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind == "number":
            self.at += 1
            return Node("number", number=Decimal(said))
        if kind == "figure":
            self.at += 1
            name, _, rest = said[1:-1].replace("｜", "|").partition("|")
            if rest.strip() not in ("", "上年", "before"):
                raise FormulaError(
                    f"「{said}」里竖线后面只能写上年", f"“{said}”: only 上年 (before) may follow the bar"
                )
            return Node("figure", figure=Reference(name.strip(), bool(rest.strip())))
        if said == "-":
            self.at += 1
            return Node("-", (Node("number"), self._single()))
        if said == "(":
            self.at += 1
            node = self._sum()
            self._take(")")
            return node
        if said in (*_MINIMUM, *_MAXIMUM):
            return self._least_or_most("min" if said in _MINIMUM else "max")
        if said in _STEPS:
            return self._steps()
        self._fail()
        raise AssertionError

    def _least_or_most(self, kind: str) -> Node:
        self.at += 1
        self._take("(")
        parts = [self._sum()]
        while self._take(",", ")") == ",":
            parts.append(self._sum())
        return Node(kind, tuple(parts))

    def _steps(self) -> Node:
        self.at += 1
        self._take("(")
        measured = self._sum()
        self._take(";")
        steps = []
        while True:
            begin = self._number()
            self._take(":")
            steps.append((begin, self._number()))
            if self._take(",", ")") == ")":
                break
        if [begin for begin, _ in steps] != sorted({begin for begin, _ in steps}):
            raise FormulaError("分档的下限要从小到大写", "the steps must rise")
        return Node("steps", (measured,), steps=tuple(steps))

    def _number(self) -> Decimal:
        sign = -1 if self._peek() == "-" else 1
        self.at += sign == -1
        kind, said = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind != "number":
            self._fail()
        self.at += 1
        return sign * Decimal(said)
