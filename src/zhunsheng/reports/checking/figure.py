"""数字: one figure as it was read, and the kinds there are. How it is read is in ``numbers``, ``reading`` and ``placing``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from zhunsheng.reports.checking import wording
from zhunsheng.reports.checking.structure import Sentence

COUNT, RATE, CHANGE, MONEY, RANK, TARGET, RATIO = "count", "rate", "change", "money", "rank", "target", "ratio"


@dataclass(slots=True)
class Figure:
    """One figure. ``start`` and ``end`` are places in the plain text; ``label`` is what it counts, ``within`` its clause."""

    value: Decimal
    unit: str
    base_value: Decimal
    base_unit: str
    kind: str
    start: int
    end: int
    sentence: Sentence
    within: tuple[int, int]
    label: str = ""
    qualifier: str = ""
    scope: str = ""
    period: str = ""
    verb: str = ""
    attributive: bool = False
    listed: int = 0
    account: str = ""
    sureness: float = 0.0
    cell: tuple[int, int, int] | None = None
    """Of a figure in a table: the table, the row and the column."""
    row: str = ""

    @property
    def name(self) -> str:
        """Its words, short enough for a message."""
        return self.label[:18] if self.attributive else self.label[-18:]

    @property
    def noun(self) -> str:
        """The thing it counts, where its words name one."""
        return wording.noun_of(self.label, attributive=self.attributive)


def by_sentence(figures: Sequence[Figure]) -> Iterator[tuple[list[Figure], list[Figure]]]:
    """The figures of each sentence, and beside them those of the one before, where both stand in one paragraph."""
    before: list[Figure] = []
    for _, group in groupby(figures, key=lambda figure: figure.sentence.start):
        within = list(group)
        yield within, [one for one in before if one.sentence.paragraph == within[0].sentence.paragraph]
        before = within
