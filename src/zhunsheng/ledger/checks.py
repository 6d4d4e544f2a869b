"""The relations figures must keep (勾稽关系): declared with the systems, run before a period is closed and a report issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.figures import CheckDeclaration, Term, evaluate_check, parse_check
from zhunsheng.ledger.figures import Reading, part_of, readings


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """How one relation stands for a region and period; ``values`` are those of its terms, in their order."""

    system: str
    declaration: CheckDeclaration
    holds: bool
    left: Decimal
    right: Decimal
    values: tuple[Decimal, ...] = ()


def run_checks(region_code: str, first: date, last: date) -> list[CheckOutcome]:
    """Every declared relation for a region from the month of ``first`` to the month of ``last``."""
    found = readings(region_code, first, last)
    outcomes: list[CheckOutcome] = []
    for system in systems().values():

        def value(term: Term, slug: str = system.slug) -> Decimal:
            reading = found.get(f"{slug}.{term.account}", Reading())
            if term.breakdown:
                return part_of(reading, term.breakdown, term.at == "closing")
            return {"flow": reading.flow, "opening": reading.opening, "closing": reading.closing}[term.at]

        for declaration in system.figures.checks:
            parsed = parse_check(declaration.that)
            result = evaluate_check(parsed, value)
            values = tuple(value(term) for term in parsed.terms)
            outcomes.append(CheckOutcome(system.slug, declaration, result.holds, result.left, result.right, values))
    return outcomes
