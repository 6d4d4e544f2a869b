"""The relations figures must keep (勾稽关系): declared with the systems, run before a period is closed and a report issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.figures import CheckDeclaration, ParsedCheck, Term, evaluate_check, parse_check
from zhunsheng.ledger.figures import Reading, part_of, readings


def _accounts_of(slug: str, parsed: ParsedCheck) -> set[str]:
    return {f"{slug}.{term.account}" for term in parsed.terms}


def _side_by_side(account: str) -> set[str]:
    """The accounts that stand in a relation with one, and itself."""
    slug = account.partition(".")[0]
    declared = systems()[slug].figures.checks if slug in systems() else []
    related = (_accounts_of(slug, parse_check(check.that)) for check in declared)
    return {account}.union(*(names for names in related if account in names))


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """How one relation stands for a region and period; ``values`` are those of its terms, in their order."""

    system: str
    declaration: CheckDeclaration
    holds: bool
    left: Decimal
    right: Decimal
    values: tuple[Decimal, ...] = ()


def run_checks(
    region_code: str, first: date, last: date, *, about: str = "", found: Mapping[str, Reading] | None = None
) -> list[CheckOutcome]:
    """Every declared relation for a region from the month of ``first`` to the month of ``last``, or those ``about`` one
    account. ``found``: the readings of these months, where the caller has them."""
    if found is None:
        found = readings(region_code, first, last, _side_by_side(about) if about else None)
    outcomes: list[CheckOutcome] = []
    for system in systems().values():

        def value(term: Term, slug: str = system.slug) -> Decimal:
            reading = found.get(f"{slug}.{term.account}", Reading())
            if term.breakdown:
                level, flow = (part_of(reading, term.breakdown, stock) for stock in (True, False))
                return {"flow": flow, "opening": level - flow, "closing": level}[term.at]
            return {"flow": reading.flow, "opening": reading.opening, "closing": reading.closing}[term.at]

        for declaration in system.figures.checks:
            parsed = parse_check(declaration.that)
            if about and about not in _accounts_of(system.slug, parsed):
                continue
            result = evaluate_check(parsed, value)
            values = tuple(value(term) for term in parsed.terms)
            outcomes.append(CheckOutcome(system.slug, declaration, result.holds, result.left, result.right, values))
    return outcomes
