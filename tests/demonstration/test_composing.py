"""The reports of the places told, composed by their own outlines, are what our own checker finds no fault with: every figure printed
is read again, as the ledger has it, from the docx and from the PDF."""

from collections import Counter
from datetime import date

import pytest

from zhunsheng.demonstration.retelling import Story, read_story, stories, tell_story
from zhunsheng.ledger.figures import figures
from zhunsheng.papers.docx import to_docx
from zhunsheng.papers.pdf import to_pdf
from zhunsheng.plans.sources import text_of
from zhunsheng.reports.checking.checking import check
from zhunsheng.reports.checking.ledger_side import lay_beside_ledger, same
from zhunsheng.reports.composing import compose

PUBLISHED = {"330182": (2023, 23), "653024": (2021, 58), "361000": (2019, 38)}
"""Code -> year, and how many different figures the place published in it."""


def _shortened(story: Story) -> Story:
    """The story with a few cases of each kind: what is proved does not hang on how many there are."""
    return story.model_copy(update={"cases": [c.model_copy(update={"times": min(c.times, 40)}) for c in story.cases]})


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("code", sorted(PUBLISHED))
def test_a_composed_report_says_what_the_ledger_has_and_nothing_is_found(code, tmp_path):
    year, published = PUBLISHED[code]
    tell_story(_shortened(read_story(stories()[code])), lambda count: None)
    composed = compose(code, year, on=date(year + 1, 3, 1))
    assert not composed.missing
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
        assert told == Counter(ledger[run.figure.account].value for run in printed)
        beside = {figure.account: figure for figure in checked.figures if figure.account in ledger}
        assert all(same(figure, ledger[account].value) for account, figure in beside.items())
        assert len(beside) >= len(printed) - 1
