"""What a step of a case or a change of a list posts (入账) to the accounts declared in ``figures``.

How postings are kept and summed is the business of the ledger; which actions post what, of declarations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from zhunsheng.kernel.conditions import Predicate, compile_condition
from zhunsheng.kernel.figures import Figures


class Posting(NamedTuple):
    """One entry in an account: ``breakdown`` is (dimension, value) pairs, ``distinct`` the key counted once a year."""

    account: str
    on: date
    value: Decimal | int
    breakdown: tuple[tuple[str, str], ...] = ()
    distinct: str | None = None


@dataclass(frozen=True, slots=True)
class PostingRule:
    """One account, ready to be asked what an action posts to it."""

    account: str
    sign: int
    applies: Predicate | None
    by: tuple[str, ...]
    sum_fields: tuple[str, ...]
    days_since: str | None
    hours_between: tuple[str, str] | None
    distinct: str | None
    in_time: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    level: str | None = None
    states: frozenset[str] | None = None

    def fits(self, met: Set[str], late: Set[str]) -> bool:
        """Whether it posts on a step that meets these limits, some of them after their last day."""
        kept = not self.in_time or (not met.isdisjoint(self.in_time) and late.isdisjoint(self.in_time))
        return kept and (not self.late or not late.isdisjoint(self.late))

    def counts_in(self, state: str | None) -> bool:
        """Whether a verb of office work posts to it in this state (see ``kernel.levels``)."""
        return self.states is None or state in self.states

    def postings(self, on: date, values: Mapping[str, Any]) -> Iterable[Posting]:
        """What the action posts, given the case's fields with ``outcome``; several where a field has many values."""
        if self.applies is not None and not self.applies(values):
            return ()
        amount = self._amount(on, values)
        if not amount:
            return ()
        distinct = None
        if self.distinct is not None:
            distinct = identity_of(values.get(self.distinct))
            if distinct is None:
                return ()
        breakdown = tuple((name, _dimension(values.get(name))) for name in self.by) if self.by else ()
        return (Posting(self.account, on, amount, breakdown, distinct),)

    def _amount(self, on: date, values: Mapping[str, Any]) -> Decimal | int:
        if self.days_since is not None:
            began = values.get(self.days_since)
            return (on - date.fromisoformat(str(began)[:10])).days * self.sign if began else 0
        if self.hours_between is not None:
            began, ended = (values.get(name) for name in self.hours_between)
            return _hours(began, ended) * self.sign if began and ended else 0
        if self.sum_fields:
            return sum((_size(values.get(name)) for name in self.sum_fields), Decimal(0)) * self.sign
        return self.sign


def _size(value: Any) -> Decimal:
    """A number; of a field that holds several values how many they are."""
    return Decimal(len(value)) if isinstance(value, list) else Decimal(str(value or 0))


def _hours(began: Any, ended: Any) -> Decimal:
    """The hours from one time to another, to the hundredth."""
    seconds = (datetime.fromisoformat(str(ended)) - datetime.fromisoformat(str(began))).total_seconds()
    return (Decimal(int(seconds)) / 3600).quantize(Decimal("0.01"))


def _dimension(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, Mapping):
        return str(value.get("name", ""))
    if isinstance(value, list):
        return "、".join(str(item) for item in value)
    return str(value)


def identity_of(value: Any) -> str | None:
    """What makes a party or value the same one again: its number where there is one, else its name."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        return value.get("identity_number") or value.get("credit_code") or value.get("name")
    return None if value in (None, "") else str(value)


def posting_rules(system: str, figures: Figures) -> dict[str, list[PostingRule]]:
    """Action -> the rules it triggers. Accounts are named ``system.account``."""
    rules: dict[str, list[PostingRule]] = {}
    for key, account in figures.accounts.items():
        level = account.level or (key if account.stock else None)
        for sign, actions in ((1, account.on), (-1, account.less)):
            for action in actions:
                rule = PostingRule(
                    f"{system}.{key}",
                    sign,
                    compile_condition(account.when),
                    tuple(account.by),
                    tuple(account.sum),
                    account.days_since,
                    account.hours_between,
                    account.distinct.field if account.distinct else None,
                    tuple(account.in_time),
                    tuple(account.late),
                    f"{system}.{level}" if level else None,
                )
                rules.setdefault(action, []).append(rule)
    return rules
