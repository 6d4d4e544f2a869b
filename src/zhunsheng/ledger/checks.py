"""The relations figures must keep (勾稽关系): declared with the systems, run before a period is closed and a report issued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.figures import CheckDeclaration, ParsedCheck, Term, evaluate_check, parse_check
from zhunsheng.ledger.readings import Reading, part_of, readings


def _accounts_of(slug: str, parsed: ParsedCheck) -> set[str]:
    return {f"{slug}.{term.account}" for term in parsed.terms}


_Relation = tuple[str, CheckDeclaration, ParsedCheck]


@cache
def _relations() -> Mapping[str, Sequence[_Relation]]:
    """System, relation and its parts, by the account they are about; under no name all of them."""
    found: dict[str, list[_Relation]] = {"": []}
    for system in systems().values():
        for check in system.figures.checks:
            relation = (system.slug, check, parse_check(check.that))
            for account in ("", *_accounts_of(system.slug, relation[2])):
                found.setdefault(account, []).append(relation)
    return found


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """How one relation stands for a region and period; ``values`` are those of its terms, in their order."""

    system: str
    declaration: CheckDeclaration
    holds: bool
    left: Decimal
    right: Decimal
    values: tuple[Decimal, ...] = ()


def accounts_about(account: str) -> set[str]:
    """The accounts in the relations one account takes part in."""
    return set[str]().union(*(_accounts_of(slug, parsed) for slug, _, parsed in _relations().get(account, ())))


def run_checks(
    region_code: str, first: date, last: date, *, about: str = "", found: Mapping[str, Reading] | None = None
) -> list[CheckOutcome]:
    """Every declared relation for a region from the month of ``first`` to the month of ``last``, or those ``about`` one
    account. ``found``: the readings of these months, where the caller has them."""
    declared = _relations().get(about, ())
    if found is None:
        related = accounts_about(about) if about else None
        parted = any(term.breakdown for *_, parsed in declared for term in parsed.terms)
        found = readings(region_code, first, last, related, parted=parted)
    outcomes: list[CheckOutcome] = []
    for slug, declaration, parsed in declared:

        def value(term: Term, slug: str = slug) -> Decimal:
            reading = found.get(f"{slug}.{term.account}", Reading())
            if term.breakdown:
                level, flow = (part_of(reading, term.breakdown, stock) for stock in (True, False))
                return {"flow": flow, "opening": level - flow, "closing": level}[term.at]
            return {"flow": reading.flow, "opening": reading.opening, "closing": reading.closing}[term.at]

        result = evaluate_check(parsed, value)
        values = tuple(value(term) for term in parsed.terms)
        outcomes.append(CheckOutcome(slug, declaration, result.holds, result.left, result.right, values))
    return outcomes
