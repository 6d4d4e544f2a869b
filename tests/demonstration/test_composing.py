"""The reports of the places told, composed by their own outlines, are what our own checker finds no fault with: every figure printed
is read again, as the ledger has it, from the docx and from the PDF."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from zhunsheng.demonstration.loading import tell_year
from zhunsheng.demonstration.places import found_city
from zhunsheng.demonstration.retelling import Story, read_story, stories, tell_story
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.postings import forget_accounts
from zhunsheng.papers.document import Run
from zhunsheng.papers.docx import to_docx
from zhunsheng.papers.pdf import to_pdf
from zhunsheng.plans.sources import text_of
from zhunsheng.reports.checking.checking import check
from zhunsheng.reports.checking.figure import Figure
from zhunsheng.reports.checking.ledger_side import lay_beside_ledger, same
from zhunsheng.reports.composing import compose

PUBLISHED = {"330182": (2023, 23), "653024": (2021, 58), "361000": (2019, 38), "410400": (2020, 47)}
"""Code -> year, and how many different figures the place published in it; of the city those that a few cases of each kind tell."""


AT_MOST, OF_A_CITY = 40, 8
"""Cases told of each kind, of a place with a story and of the city."""


def _shortened(story: Story) -> Story:
    """The story with a few cases of each kind: what is proved does not hang on how many there are."""
    return story.model_copy(
        update={"cases": [c.model_copy(update={"times": min(c.times, AT_MOST)}) for c in story.cases]}
    )


def _value(run: Run) -> Decimal:
    """The number a run prints, in single ones, of words that there was none zero; a fall is negative."""
    if re.match(r"(?:当年|部门)?(?:无|没有)", run.text):
        return Decimal(0)
    said = re.search(r"(\d+(?:\.\d+)?)([万亿]?)", run.text)
    number = Decimal(said[1]) * {"": 1, "万": 10**4, "亿": 10**8}[said[2]]
    return -number if "下降" in run.text else number


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("code", sorted(PUBLISHED))
def test_a_composed_report_says_what_the_ledger_has_and_nothing_is_found(code, tmp_path):
    forget_accounts()  # a browser test before this one may have emptied the tables
    year, published = PUBLISHED[code]
    if code in stories():
        tell_story(_shortened(read_story(stories()[code])), lambda count: None)
    else:
        tell_year(found_city(), lambda count: None, OF_A_CITY)
    composed = compose(code, year, on=date(year + 1, 3, 1))
    absent = figures(code, date(year, 1, 1), date(year, 12, 31), {account for account, _ in composed.missing})
    assert not any(figure.value for figure in absent.values())
    printed = [run for run in composed.document.runs() if run.figure]
    assert len({run.figure.account for run in printed}) >= published
    ledger = figures(code, date(year, 1, 1), date(year, 12, 31), {run.figure.account for run in printed})
    for ending, form in (("docx", to_docx), ("pdf", to_pdf)):
        path = tmp_path / f"report.{ending}"
        path.write_bytes(form(composed.document))
        checked = check(text_of(path))
        lay_beside_ledger(checked, code, year)
        assert [(one.rule, one.message.zh) for one in checked.findings] == []
        told = Counter(figure.base_value for figure in checked.figures)
        assert told == Counter(_value(run) for run in printed)
        plain = [
            run for run in printed if run.figure.year == year and "下降" not in run.text and "增长" not in run.text
        ]
        assert all(_value(run) == ledger[run.figure.account].value for run in plain)
        beside: dict[str, list[Figure]] = {}
        for figure in checked.figures:
            if figure.account in ledger:
                beside.setdefault(figure.account, []).append(figure)
        # Of an account whose change is told the year before is read too.
        assert all(any(same(figure, ledger[account].value) for figure in read) for account, read in beside.items())
        assert len(beside) >= len({run.figure.account for run in printed}) - 1
