"""同名异数: why two figures that are called the same differ: definition, counting rule, tables, and the records in one alone.

Nothing is judged here; both may be right, each by its own rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhunsheng.catalogue.explaining_figures import figure_of
from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.figures import Figure, figures, records_of
from zhunsheng.ledger.readings import accounts
from zhunsheng.orgs.models import Region
from zhunsheng.reports.outline import read_outline
from zhunsheng.reports.outline_choice import ANNUAL_REPORT
from zhunsheng.reports.yearly_tables import YearlyTable, yearly_tables

Record = tuple[str, int]
"""A record a posting came from: kind of source and its number."""

PAIRS = (
    ("administrative_reconsideration.received", "administrative_reconsideration.accepted"),
    ("administrative_reconsideration.received", "administrative_reconsideration.closed"),
    ("litigation_response.cases", "litigation_response.judged"),
    ("litigation_response.cases", "litigation_response.concluded"),
    ("normative_document.issued", "normative_document.filed"),
    ("normative_document.issued", "normative_document.issued_by_government"),
    ("administrative_penalty_case.penalties", "administrative_penalty_case.filed"),
    ("administrative_penalty_case.penalties", "administrative_penalty_case.closed"),
    ("info_disclosure_request.requests", "info_disclosure_request.row_total"),
    ("info_disclosure_request.requests", "info_disclosure_request.answered"),
    ("people_mediation.disputes_found", "people_mediation.disputes_mediated"),
)
"""Figures that go by the same word in different tables."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two figures: its number, how it counts in words, the tables it stands in."""

    figure: Figure
    counted: tuple[Words, ...]
    tables: tuple[YearlyTable, ...]
    in_report: bool


@dataclass(frozen=True, slots=True)
class Makeup:
    """What a figure is made of beside the other: what the records in both come to, and what those in it alone."""

    both: Decimal
    alone: Decimal


@dataclass(frozen=True, slots=True)
class Elsewhen:
    """Of the records in one figure alone, how many count in the other in an earlier year, in a later year, and in none."""

    earlier: int
    later: int
    never: int


@dataclass(frozen=True, slots=True)
class Beside:
    """Two figures beside each other, the records in both, and those in one alone."""

    sides: tuple[Side, Side]
    both: int
    only: tuple[frozenset[Record], frozenset[Record]]
    makeup: tuple[Makeup, Makeup]
    elsewhen: tuple[Elsewhen, Elsewhen]


def comparable() -> list[str]:
    """The accounts of yearly tables and of the report, which can be set beside each other."""
    named = {name for table in yearly_tables().values() for name in table.accounts()}
    named |= {name for pair in PAIRS for name in pair}
    named |= {name for name, _before in read_outline(ANNUAL_REPORT).accounts() if name in accounts()}
    return sorted(named)


def beside(region: Region, year: int, names: tuple[str, str]) -> Beside:
    """Two accounts of a region and year beside each other."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    read = figures(region.code, first, last, set(names))
    report = {name for name, _before in read_outline(ANNUAL_REPORT).accounts()}
    here, there = (records_in(name, region, first, last) for name in names)
    only = (frozenset(here.keys() - there.keys()), frozenset(there.keys() - here.keys()))
    one, two = (_side(read[name], name in report, yearly_tables()) for name in names)
    return Beside(
        (one, two), len(here.keys() & there.keys()), only, (_makeup(here, only[0]), _makeup(there, only[1])),
        (_elsewhen(only[0], names[1], region, first, last), _elsewhen(only[1], names[0], region, first, last)),
    )  # fmt: skip


def records_in(name: str, region: Region, first: date, last: date) -> dict[Record, Decimal]:
    """The records behind an account of a region and period, and what each adds to it."""
    found: dict[Record, Decimal] = {}
    rows: Iterable[tuple[str, int, Decimal]] = (
        records_of(name, region.code, first, last).order_by().values_list("source", "source_id", "value")
    )
    for source, number, value in rows:
        found[source, number] = found.get((source, number), Decimal(0)) + value
    return found


def _makeup(records: Mapping[Record, Decimal], alone: frozenset[Record]) -> Makeup:
    apart = sum((records[one] for one in alone), Decimal(0))
    return Makeup(sum(records.values(), Decimal(0)) - apart, apart)


def _elsewhen(alone: frozenset[Record], other: str, region: Region, first: date, last: date) -> Elsewhen:
    """When records that are not in another account in this period are in it."""
    if not alone:
        return Elsewhen(0, 0, 0)
    earlier = alone & records_in(other, region, date.min, date(first.year - 1, 12, 31)).keys()
    later = (alone & records_in(other, region, date(last.year + 1, 1, 1), date.max).keys()) - earlier
    return Elsewhen(len(earlier), len(later), len(alone) - len(earlier) - len(later))


def _side(figure: Figure, in_report: bool, tables: Mapping[str, YearlyTable]) -> Side:
    slug, _dot, key = figure.account.partition(".")
    told = figure_of(systems()[slug], key) if slug in systems() else None
    return Side(
        figure, told.sentences if told else (),
        tuple(table for table in tables.values() if figure.account in table.accounts()), in_report,
    )  # fmt: skip
