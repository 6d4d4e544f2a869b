"""The outline of the yearly report, and what an outline may not contain."""

from pathlib import Path

import pytest

from zhunsheng.ledger.figures import figure_names
from zhunsheng.reports import outline
from zhunsheng.reports.outline import OutlineError, read_outline

HEAD = "title: 报告\naddressee: 市人大常委会\nopening: [报告如下]\nclosing: [特此报告]\n"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(outline, "FOLDER", tmp_path)

    def to_file(name: str, sentence: str) -> None:
        text = f'{HEAD}sections: [{{heading: 一, paragraphs: [{{sentences: ["{sentence}"]}}]}}]\n'
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")

    return to_file


def test_every_figure_of_the_yearly_report_is_declared() -> None:
    declared = set(figure_names())
    asked = {account for account, _ in read_outline("annual-report").accounts()}
    assert asked - declared == set()
    assert len(asked) > 40


def test_the_yearly_report_belongs_to_no_place() -> None:
    text = (outline.FOLDER / "annual-report.yaml").read_text(encoding="utf-8")
    assert "平顶山" not in text
    assert "豫" not in text


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("全年收到申请98件", "不得直接写数字"),
        ("全年收到申请９件", "不得直接写数字"),
        ("收到{Received}", "花括号"),
        ("收到{received}", "没有「received」"),
        ("{change:year}", "没有「year」"),
    ],
)
def test_an_outline_with_numbers_or_unknown_places_does_not_load(write, sentence: str, told: str) -> None:
    write("bad", sentence)
    with pytest.raises(OutlineError, match=told):
        read_outline("bad")


def test_an_outline_that_is_not_there_is_refused_with_those_that_are(write) -> None:
    write("quarterly", "收到{a.b}")
    with pytest.raises(OutlineError, match=r"absent.*quarterly"):
        read_outline("absent")
