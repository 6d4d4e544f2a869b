"""Formulas over real figures (公式取数): what the points of an organ come to, with every figure they rest on.

What a formula may say is in ``kernel.formulas``. Read at most once for each period, however many formulas there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhunsheng.kernel.formulas import FormulaError, Node, Reference, read, references, units, value
from zhunsheng.ledger.figures import Figure, ratios
from zhunsheng.ledger.series import figure_called, of_organ
from zhunsheng.orgs.models import Organ


@dataclass(frozen=True)
class Worked:
    """What a formula came to: the points (None: nothing to measure), the units left, and the figures it rests on.
    ``unknown``: figures it names that the platform does not have."""

    node: Node
    points: Decimal | None
    units: frozenset[str]
    sources: Mapping[Reference, Figure]
    unknown: tuple[str, ...] = ()

    def if_it_were(self, changed: Mapping[Reference, Decimal]) -> Decimal | None:
        """The points if some figures had other values; nothing is kept."""
        values = {name: measured(figure) for name, figure in self.sources.items()}
        return value(self.node, {**values, **changed})


def measured(figure: Figure) -> Decimal | None:
    """What a figure counts for in a formula: nothing posted is nought, a share of nothing cannot be measured."""
    return figure.value if figure.value is not None or figure.account in ratios() else Decimal(0)


def is_formula(text: str) -> bool:
    """Whether a text is meant as a formula, not as the name of a figure."""
    return "[" in text or "【" in text


def work_out(texts: Iterable[str], organ: Organ, first: date, last: date) -> dict[str, Worked]:
    """Each formula of an organ for a run of months; one that cannot be read is left out."""
    nodes: dict[str, Node] = {}
    for text in texts:
        try:
            nodes[text] = read(text)
        except FormulaError:
            continue
    keys: dict[Reference, str] = {}
    for node in nodes.values():
        for named in references(node):
            key = figure_called(named.name)
            if key is not None:
                keys[named] = key
    read_now = {key for named, key in keys.items() if not named.before}
    read_before = {key for named, key in keys.items() if named.before}
    now = of_organ(read_now, organ, first, last) if read_now else {}
    earlier = (first.replace(year=first.year - 1), last.replace(year=last.year - 1, day=1))
    before = of_organ(read_before, organ, *earlier) if read_before else {}
    found = {named: (before if named.before else now)[key] for named, key in keys.items()}
    return {text: _worked(node, found) for text, node in nodes.items()}


def _worked(node: Node, found: Mapping[Reference, Figure]) -> Worked:
    named = references(node)
    sources = {name: found[name] for name in named if name in found}
    unknown = tuple(dict.fromkeys(name.name for name in named if name not in found))
    points = None if unknown else value(node, {name: measured(figure) for name, figure in sources.items()})
    return Worked(
        node, points, units(node, {name: figure.unit.zh for name, figure in sources.items()}), sources, unknown
    )
