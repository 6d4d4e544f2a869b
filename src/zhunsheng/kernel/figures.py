"""Figures (指标): accounts, ratios between them, and the relations they must keep.

A figure is a sum of postings; this file says what may be declared and how figures are derived from the balances of accounts.
What a step posts is in ``postings``; where postings are kept and summed is the business of the ledger.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field, model_validator

from zhunsheng.kernel.declaration import Declaration, Labelled, Names
from zhunsheng.kernel.words import Words

OPENED_ON = "opened_on"
"""What an account of a procedure may count days from, beside a date in a field and a step: the opening of the case."""


class Distinct(Declaration):
    """Count each value of a field once a year (人次 and the like): ``field`` is the case's field that identifies."""

    field: str


class Account(Labelled):
    """An account of the ledger.

    ``on``: the actions that post to it (``less``: that take from it); for a list what happens to its entries
    (``LIST_EVENTS``). Each posts 1, or what the fields ``sum`` come to (of several values: how many). ``by``: fields (and ``outcome``) the figure is
    broken down by. ``stock``: a level that is carried over (in force, pending), not a flow of the period.
    ``in_time``: limits of the procedure; the step posts only where it meets those of them that run, none after its last
    day. ``late``: the same, but only after the last day of one of them. ``declared``: no rule in the platform yet; it is
    posted from a source paper and marked as such wherever it shows. ``codes``: what files of published figures call it.
    ``level``: a stock account; of what terminates and reopens cases only those count that stood in it (a stock account is its own).
    ``days_since``: it posts, instead of 1, the days since the date in this field, since this step was last taken, or since the
    case was opened (``opened_on``). ``hours_between``: it posts the hours from the one time to the other.
    """

    unit: Labelled = Labelled(zh="件", en="cases")
    on: Names = []
    less: Names = []
    when: dict[str, Any] = {}
    in_time: Names = []
    late: Names = []
    by: Names = []
    sum: Names = []
    days_since: str | None = None
    hours_between: tuple[str, str] | None = None
    stock: bool = False
    level: str | None = None
    distinct: Distinct | None = None
    declared: bool = False
    aliases: list[str] = []
    codes: Names = []
    definition: Labelled | None = None

    @model_validator(mode="after")
    def _posted_or_declared(self) -> Account:
        if self.declared == bool(self.on):
            raise ValueError(f"指标「{self.zh}」：要么写明哪些环节入账（on），要么标明 declared: true")
        if sum(map(bool, (self.sum, self.days_since, self.hours_between))) > 1:
            raise ValueError(
                f"指标「{self.zh}」：sum（合计字段）、days_since（天数）和 hours_between（小时数）只能写一个"
            )
        return self


class Ratio(Labelled):
    """A percentage of accounts: ``of`` over ``over``, each a sum; an item ``closed.revoked`` takes one breakdown, an item
    ``-after`` is taken off. With a ``unit`` it is no percentage but a mean: the one divided by the other."""

    of: Names
    over: Names
    unit: Labelled | None = None
    decimals: int = 1
    aliases: list[str] = []
    codes: Names = []
    definition: Labelled | None = None


class Part(Labelled):
    """What one or more values of a breakdown come to, told as a figure of its own (审结中维持的): ``of`` as in a ratio."""

    of: Names
    unit: Labelled = Labelled(zh="件", en="cases")
    aliases: list[str] = []
    codes: Names = []
    definition: Labelled | None = None


class OrgansWith(Labelled):
    """How many organs have a balance other than zero in an account; of some ``kinds`` of organs only, or, ``lacking``, how many
    of these kinds have none."""

    account: str
    kinds: Names = []
    lacking: bool = False
    unit: Labelled = Labelled(zh="个", en="organs")
    aliases: list[str] = []
    codes: Names = []
    definition: Labelled | None = None

    @model_validator(mode="after")
    def _lacking_of_kinds(self) -> OrgansWith:
        if self.lacking and not self.kinds:
            raise ValueError(f"「{self.zh}」：数没有的单位（lacking）须写明单位类别（kinds）")
        return self


class LeastEach(Labelled):
    """The least an account came to in any quarter (or year) of the period that is over (每季度至少), counted for the organs
    of the region itself: what regions below do proves nothing of it; or the least any organ that has some holds in it
    (每个单位至少)."""

    account: str
    each: Literal["quarter", "year", "organ"]
    unit: Labelled = Labelled(zh="件", en="cases")
    aliases: list[str] = []
    codes: Names = []
    definition: Labelled | None = None


class CheckDeclaration(Labelled):
    """A relation that must hold (勾稽关系), such as ``received == accepted + refused``.

    Plain names are flows of the period, ``opening.x`` and ``closing.x`` levels of a stock account at its ends,
    ``x.value`` one breakdown.
    """

    that: str


def _bare_expressions(value: Any) -> Any:
    return [{"that": item, "zh": item, "en": item} if isinstance(item, str) else item for item in value]


class Figures(Declaration):
    """The figures of one system."""

    accounts: dict[str, Account] = {}
    ratios: dict[str, Ratio] = {}
    parts: dict[str, Part] = {}
    organs: dict[str, OrgansWith] = {}
    least: dict[str, LeastEach] = {}
    checks: Annotated[list[CheckDeclaration], BeforeValidator(_bare_expressions)] = Field(default=[])

    @model_validator(mode="after")
    def _references_exist(self) -> Figures:
        made = [
            *((key, (*one.of, *one.over)) for key, one in self.ratios.items()),
            *((key, one.of) for key, one in self.parts.items()),
        ]
        for key, items in made:
            for item in items:
                if summand(item).account not in self.accounts:
                    raise ValueError(f"{key} 提到了没有声明的指标 {item}")
        derived: dict[str, OrgansWith | LeastEach] = {**self.organs, **self.least}
        for key, read in derived.items():
            if read.account not in self.accounts:
                raise ValueError(f"{key} 提到了没有声明的指标 {read.account}")
        for check in self.checks:
            for term in parse_check(check.that).terms:
                if term.account not in self.accounts:
                    raise ValueError(f"勾稽关系「{check.that}」提到了没有声明的指标 {term.account}")
        return self


# --- ratios ----------------------------------------------------------------------------------------------------


class Summand(NamedTuple):
    """One item of a side of a ratio: added or taken off, a whole account or one part of its breakdown."""

    sign: int
    account: str
    part: str


def summand(item: str) -> Summand:
    """An item as a ratio writes it: ``closed``, ``closed.revoked``, ``-after``."""
    account, _dot, part = item.removeprefix("-").partition(".")
    return Summand(-1 if item.startswith("-") else 1, account, part)


def percentage(numerator: Decimal | int, denominator: Decimal | int, decimals: int) -> Decimal | None:
    """A percentage rounded half up as reports show it; None when there is nothing to divide by."""
    return mean(Decimal(numerator) * 100, denominator, decimals)


def mean(total: Decimal | int, count: Decimal | int, decimals: int) -> Decimal | None:
    """A mean, rounded likewise."""
    if not count:
        return None
    exact = Decimal(total) / Decimal(count)
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def change_rate(now: Decimal | int, before: Decimal | int, decimals: int = 1) -> Decimal | None:
    """The change against an earlier period in per cent (negative: a fall); None when there was nothing before."""
    return percentage(Decimal(now) - Decimal(before), before, decimals)


# --- checks ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Term:
    """One summand of a check: at which end of the period it is read (``flow``, ``opening``, ``closing``)."""

    sign: int
    at: str
    account: str
    breakdown: str | None


@dataclass(frozen=True, slots=True)
class ParsedCheck:
    """A check taken apart: both sides and the relation between them."""

    left: tuple[Term, ...]
    relation: str
    right: tuple[Term, ...]

    @property
    def terms(self) -> Sequence[Term]:
        return (*self.left, *self.right)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How a relation stands: both sides as numbers."""

    holds: bool
    left: Decimal
    right: Decimal


_RELATIONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "==": lambda a, b: a == b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}
_TERM = re.compile(r"\s*([+-])?\s*(?:(opening|closing)\.)?([a-z][a-z0-9_]*)(?:\.([^\s+\-=<>]+))?\s*")


@cache
def parse_check(text: str) -> ParsedCheck:
    """Take a written check apart. Raises ``ValueError`` in words when it is not one."""
    parts = re.split(r"(==|<=|>=)", text)
    if len(parts) != 3:
        raise ValueError(f"勾稽关系「{text}」应当写成 左边 == 右边（或者 <=、>=）")
    return ParsedCheck(_terms(parts[0], text), parts[1], _terms(parts[2], text))


def _terms(side: str, whole: str) -> tuple[Term, ...]:
    if not side.strip():
        raise ValueError(f"勾稽关系「{whole}」有一边是空的")
    terms: list[Term] = []
    position = 0
    while position < len(side):
        found = _TERM.match(side, position)
        if found is None or (terms and not found.group(1)):
            raise ValueError(f"勾稽关系「{whole}」看不懂：{side[position:].strip()!r}")
        sign, at, account, breakdown = found.groups()
        terms.append(Term(-1 if sign == "-" else 1, at or "flow", account, breakdown))
        position = found.end()
    return tuple(terms)


def evaluate_check(check: ParsedCheck, value: Callable[[Term], Decimal]) -> CheckResult:
    """Whether a check holds, given the value of each term (its sign is applied here)."""
    left = sum((value(term) * term.sign for term in check.left), Decimal(0))
    right = sum((value(term) * term.sign for term in check.right), Decimal(0))
    return CheckResult(_RELATIONS[check.relation](left, right), left, right)


def qualify(text: str, qualifier: str) -> Words:
    """A declared figure with its qualifier as reports write it (余, 多, 以上 follow the number, 近, 约 precede it)."""
    english = _BEFORE_THE_NUMBER.get(qualifier)
    if english is not None:
        return Words(f"{qualifier}{text}", f"{english} {text}")
    return Words(f"{text}{qualifier}", f"over {text}" if qualifier else text)


_BEFORE_THE_NUMBER = {"近": "nearly", "约": "about", "超过": "over", "不低于": "at least"}
