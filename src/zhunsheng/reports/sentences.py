"""句子: how a sentence or a chart of a report prints the figures it asks for, and what it does where one is not there.

Which sentences there are is in ``composing``; figures are read by whoever asks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from zhunsheng.kernel.figures import change_rate, qualify
from zhunsheng.kernel.words import written_number
from zhunsheng.ledger.figures import Figure
from zhunsheng.orgs.models import Region
from zhunsheng.papers.document import Chart, FigureReference, Run, Table
from zhunsheng.reports.outline import PLACEHOLDER

MISSING = "（缺）"
CHART, TABLE = "图：", "表："
"""How the text of a chart and of a table begins."""
IF_NONE = re.compile(r"（为零时写：([^（）]*)）")
"""Behind a clause: what is said where all its figures are zero, 无… as official papers say; with no words the clause is left out."""
TO_CONFIRM = "〔待确认〕"
"""Behind a sentence drafted from records until an officer has confirmed it."""


@dataclass(frozen=True, slots=True)
class UsedFigure:
    """A figure that stands in the report: as read from the ledger, for which year, in which section, as printed."""

    figure: Figure
    year: int
    section: str
    printed: str
    confirmed: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence of the report: where it stands (``paragraph`` counts within the section), its words with places for
    figures, what it prints, the figures in it; the chart or the table it is instead; of what was drafted its sources."""

    section: str
    heading: str
    paragraph: int
    template: str
    runs: tuple[Run, ...] = ()
    used: tuple[UsedFigure, ...] = ()
    block: Chart | Table | None = None
    sources: tuple[tuple[str, str], ...] = ()
    waits: bool = False
    """Drafted from records and not confirmed by anybody yet."""

    @property
    def is_lacking(self) -> bool:
        """Whether it prints that a figure is missing."""
        return any(run.text == MISSING for run in self.runs)

    @property
    def printed(self) -> tuple[Run, ...]:
        """What it prints, with the mark of what waits to be confirmed."""
        return (*self.runs[:-1], Run(TO_CONFIRM), self.runs[-1]) if self.waits and self.runs else self.runs


@dataclass(slots=True)
class Composition:
    """What is needed and gathered while composing."""

    region: Region
    year: int
    places: Mapping[str, str]
    years: Mapping[int, Mapping[str, Figure]]
    missing: dict[tuple[str, int], None] = field(default_factory=dict)


def written_of(
    place: tuple[str, str, int], text: str, work: Composition, sources: tuple[tuple[str, str], ...] = ()
) -> Written:
    """A sentence, a chart or a table from its text, as it prints."""
    if text.startswith(CHART):
        return chart_of(place, text, work)
    if text.startswith(TABLE):
        return table_of(place, text, work)
    return sentence_of(place, text, work, sources)


def chart_of(place: tuple[str, str, int], text: str, work: Composition) -> Written:
    """A chart from its text 图：题目：{指标}{指标}: the year beside the year before; none without a figure."""
    _mark, title, rest = text.split("：", 2)
    used: list[UsedFigure] = []
    for _change, account, _previous in PLACEHOLDER.findall(rest):
        for year in (work.year, work.year - 1):
            figure = work.years[year].get(account)
            if figure is not None and figure.value is not None:
                used.append(UsedFigure(figure, year, place[0], printed_figure(figure)))
    return Written(*place, text, (), tuple(used), picture_of(title, work.year, used) if used else None)


def picture_of(title: str, year: int, used: Sequence[UsedFigure]) -> Chart:
    """The chart of some figures: one group for each, a bar for the year and one for the year before."""
    groups: dict[str, dict[int, Decimal | None]] = {}
    for one in used:
        groups.setdefault(one.figure.name.zh, {})[one.year] = one.figure.value
    years = (year, year - 1) if any(year - 1 in values for values in groups.values()) else (year,)
    rows = tuple((name, tuple(values.get(of) for of in years)) for name, values in groups.items())
    return Chart(title, used[0].figure.unit.zh, tuple(f"{of}年" for of in years), rows)


def table_of(place: tuple[str, str, int], text: str, work: Composition) -> Written:
    """A table from its text; a figure that is missing is shown as missing. None where it asks for figures and none is there."""
    clauses = [[_clause(cell, place[0], work) for cell in row] for row in _rows(text)]
    every = [clause for row in clauses for clause in row]
    used = tuple(used for clause in every for used in clause.present)
    if not used and any(clause.absent for clause in every):
        return Written(*place, text)
    return Written(*place, text, (), used, _table([[_in_cell(clause) for clause in row] for row in clauses]))


def _in_cell(clause: _Clause) -> str:
    return "".join("—" if run.text == MISSING else run.text for run in clause.runs)


def table_printed(text: str, cells: Sequence[str]) -> Table:
    """A table from its text and what its cells printed."""
    width = len(_rows(text)[0])
    return _table([list(cells[at : at + width]) for at in range(0, len(cells), width)])


def _rows(text: str) -> list[list[str]]:
    """The cells of a table row by row, as many in each."""
    rows = [line.split("｜") for line in text.removeprefix(TABLE).split("\n")]
    width = max(len(row) for row in rows)
    return [row + [""] * (width - len(row)) for row in rows]


def _table(rows: list[list[str]]) -> Table:
    return Table(tuple(rows[0]), tuple(tuple(row) for row in rows[1:]))


def sentence_of(
    place: tuple[str, str, int], sentence: str, work: Composition, sources: tuple[tuple[str, str], ...] = ()
) -> Written:
    """The sentence as it prints; without runs when it asks for figures and none is there, or none that is told.

    A later clause whose figure is missing is left out; in the clause that carries the sentence it shows as missing.
    """
    every = [_clause(clause, place[0], work) for clause in sentence.split("，")]
    clauses = [clause for clause in every if clause.runs]
    if len(clauses) < len(every) and not any(clause.present for clause in clauses):
        return Written(*place, sentence, sources=sources)
    if any(clause.absent for clause in clauses) and not any(clause.present for clause in clauses):
        return Written(*place, sentence, sources=sources)
    carrying = next((index for index, clause in enumerate(clauses) if clause.present or clause.absent), 0)
    runs: list[Run] = []
    used: list[UsedFigure] = []
    for index, clause in enumerate(clauses):
        if index > carrying and clause.absent:
            continue
        runs += ([Run("，")] if runs else []) + clause.runs
        used += clause.present
    return Written(*place, sentence, (*runs, Run("。")), tuple(used), sources=sources, waits=bool(sources))


@dataclass(slots=True)
class _Clause:
    runs: list[Run] = field(default_factory=list)
    present: list[UsedFigure] = field(default_factory=list)
    absent: bool = False


def _clause(text: str, section: str, work: Composition) -> _Clause:
    clause = _Clause()
    position = 0
    if_none = IF_NONE.search(text)
    text = IF_NONE.sub("", text)
    for found in PLACEHOLDER.finditer(text):
        if found.start() > position:
            clause.runs.append(Run(text[position : found.start()]))
        position = found.end()
        if found[2] in work.places:
            clause.runs.append(Run(work.places[found[2]]))
            continue
        change, account, previous = bool(found[1]), found[2], bool(found[3])
        years = (work.year, work.year - 1) if change else (work.year - 1,) if previous else (work.year,)
        read = [(work.years[year].get(account), year) for year in years]
        absent = [(account, year) for figure, year in read if figure is None or figure.value is None]
        printed = "" if absent else _change(read) if change else printed_figure(read[0][0])
        if not printed:
            work.missing.update(dict.fromkeys(absent))
            clause.absent = True
            clause.runs.append(Run(MISSING))
            continue
        declared = any(figure.source == "declared" for figure, _ in read)
        clause.runs.append(Run(printed, FigureReference(account, years[0], declared)))
        clause.present += [UsedFigure(figure, year, section, printed) for figure, year in read]
    if position < len(text):
        clause.runs.append(Run(text[position:]))
    if if_none and clause.present and not clause.absent and not any(used.figure.value for used in clause.present):
        return _of_none(clause, if_none[1])
    return clause


def _of_none(clause: _Clause, words: str) -> _Clause:
    """A clause of zeros as it is said in words; the figures stand behind these."""
    if not words:
        return _Clause()
    first = next(run.figure for run in clause.runs if run.figure)
    return _Clause([Run(words, first)], [replace(used, printed=words) for used in clause.present])


def printed_figure(figure: Figure) -> str:
    """A figure as reports write it: 98件, 22400余条, 99.4%, 120万元."""
    shown = _in_ten_thousands(figure) or re.sub(r"(?<=\d)\.0+$", "", figure.shown())
    return f"{qualify(shown, figure.qualifier).zh}{figure.unit.zh}"


def _in_ten_thousands(figure: Figure) -> str:
    """A large round number in 万 or 亿, where two decimals say all of it; below 100,000 only money and full thousands."""
    thousands = figure.value is not None and not figure.value % 1000
    least = 10**4 if thousands or figure.unit.zh == "元" else 10**5
    for word, times, smallest in (("亿", 10**8, 10**8), ("万", 10**4, least)):
        if figure.value is not None and figure.value >= smallest and not figure.value * 100 % times:
            return f"{written_number(figure.value / times)}{word}"
    return ""


def _change(read: Sequence[tuple[Figure, int]]) -> str:
    """The change against the year before in words: 增长, 下降 or 持平; nothing when there was nothing to compare with.

    Of figures that are percentages themselves the difference is in percentage points.
    """
    (now, _), (before, _) = read
    if now.unit.zh == "%":
        change, unit = now.value - before.value, "个百分点"
    else:
        change, unit = change_rate(now.value, before.value), "%"
    if change is None:
        return ""
    if not change:
        return "持平" if now.value == before.value else "基本持平"
    amount = re.sub(r"\.0+$", "", f"{abs(change)}")
    return f"{'增长' if change > 0 else '下降'}{amount}{unit}"
