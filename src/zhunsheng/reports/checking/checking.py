"""核对: one call that reads a report and lays out everything: figures, relations that hold, and findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zhunsheng.kernel.words import plain_number
from zhunsheng.reports.checking.accounts import find_accounts
from zhunsheng.reports.checking.changes import changes
from zhunsheng.reports.checking.cleaned import Cleaned, cleaned
from zhunsheng.reports.checking.contents import contents
from zhunsheng.reports.checking.copies import copies
from zhunsheng.reports.checking.figure import Figure
from zhunsheng.reports.checking.findings import ERROR, QUESTION, RULES, WARNING, Finding
from zhunsheng.reports.checking.form import form
from zhunsheng.reports.checking.rates import rates
from zhunsheng.reports.checking.reading import figures_of
from zhunsheng.reports.checking.repeats import repeats
from zhunsheng.reports.checking.structure import Structure, structured
from zhunsheng.reports.checking.sums import sums
from zhunsheng.reports.checking.tabled import column_sums

_ORDER = {ERROR: 0, WARNING: 1, QUESTION: 2, "": 3}


@dataclass(slots=True)
class Checked:
    """A checked report."""

    cleaned: Cleaned
    structure: Structure
    figures: list[Figure] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    relations: list[Finding] = field(default_factory=list)


def read(source: str) -> Checked:
    """A report read: its figures and the accounts they mean, nothing laid against anything."""
    text = cleaned(source)
    structure = structured(text.text)
    figures = figures_of(structure)
    find_accounts(structure, figures)
    return Checked(text, structure, figures)


def check(source: str, others: Mapping[str, str] | None = None) -> Checked:
    """A report checked. ``others``: name -> text of reports it must not repeat."""
    checked = read(source)
    structure, figures = checked.structure, checked.figures
    prose = [figure for figure in figures if figure.cell is None]
    beside = {name: structured(cleaned(text).text) for name, text in (others or {}).items()}
    take(
        checked,
        [
            *sums(structure, prose), *column_sums(figures), *rates(structure, prose), *changes(structure, prose), *repeats(structure, prose), *form(structure),
            *contents(structure, figures), *copies(structure, figures, beside),
        ],
    )  # fmt: skip
    return checked


def take(checked: Checked, found: Sequence[Finding]) -> None:
    """More findings and relations, each in the order of what weighs most and where it stands."""
    checked.findings += [finding for finding in found if not finding.holds]
    checked.relations += [finding for finding in found if finding.holds]
    for told in (checked.findings, checked.relations):
        told.sort(key=lambda one: (_ORDER[one.severity], one.places[0][0] if one.places else -1))


def as_json(checked: Checked) -> dict[str, Any]:
    """A check as programs read it. ``offset`` is the place of the quote in the text that was given."""
    return {
        "title": checked.structure.title,
        "place": checked.structure.place,
        "year": checked.structure.year,
        "figures": [_figure(checked, figure) for figure in checked.figures],
        "findings": [{**_finding(checked, finding), "severity": finding.severity} for finding in checked.findings],
        "relations": [_finding(checked, finding) for finding in checked.relations],
    }


def _figure(checked: Checked, figure: Figure) -> dict[str, Any]:
    quote, offset = checked.cleaned.original(*figure.within)
    return {
        "value": plain_number(figure.value),
        "unit": figure.unit,
        "base_value": plain_number(figure.base_value),
        "base_unit": figure.base_unit,
        "qualifier": figure.qualifier,
        "kind": figure.kind,
        "scope": figure.scope,
        "period": figure.period,
        "account": figure.account,
        "account_certainty": figure.sureness,
        "words": figure.label,
        "quote": quote,
        "offset": offset,
        "at": checked.cleaned.place(figure.start),
    }


def _finding(checked: Checked, finding: Finding) -> dict[str, Any]:
    originals = [checked.cleaned.original(*place) for place in finding.places]
    return {
        "rule": finding.rule,
        "name": RULES[finding.rule].zh,
        "message": finding.message.zh,
        "message_en": finding.message.en,
        "certainty": finding.certainty,
        "quotes": [quote for quote, _ in originals],
        "offsets": [offset for _, offset in originals],
    }
