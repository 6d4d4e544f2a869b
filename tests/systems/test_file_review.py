"""Case file reviews: the draw of files and what the scores of the reviewers come to."""

import csv
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunsheng.kernel.craft import ClosedCase, NotPossible, Work
from zhunsheng.spreadsheets import workbook_of
from zhunsheng.systems.enforcement.case_file_review import craft
from zhunsheng.systems.enforcement.case_file_review.craft import File, Score
from zhunsheng.workbooks import records

MARKS = {"excellent": Decimal(90), "good": Decimal(75), "passing": Decimal(60)}
FILE = File("示例局", "示罚〔2025〕1号", "示例案", "行政处罚")
FIELDS = {
    "per_unit": 2, "public_value": "03 12 18", "excellent_from": "90", "good_from": "75", "pass_from": "60",
    "tolerance": "10",
}  # fmt: skip


def scores(*points, veto=""):
    return [Score(f"示例{n}", Decimal(str(p)), "程序瑕疵", veto) for n, p in enumerate(points)]


def work(fields=None, **files):
    names = {"catalogue": craft.CATALOGUE, "scores": craft.SCORES, "drawn": craft.DRAWN}
    return Work(
        {**FIELDS, **(fields or {})},
        {},
        {names[n]: c for n, c in files.items()},
        "示评1",
        "示例司法局",
        date(2026, 3, 5),
    )


def catalogue(*rows):
    return workbook_of("目录", craft.LISTED, rows)


some_files = st.lists(
    st.builds(File, st.sampled_from(["甲局", "乙局", "丙局"]), st.text("0123456789", min_size=1, max_size=6), st.just("案"), st.just("行政处罚")),
    max_size=60, unique_by=lambda file: file.number,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(some_files, st.integers(1, 8), st.text(min_size=1), st.randoms())
def test_so_many_files_of_each_unit_are_drawn_whatever_the_order(files, per_unit, seed, dice):
    drawn = craft.choose(files, per_unit, seed)
    shuffled = files[:]
    dice.shuffle(shuffled)
    assert craft.choose(shuffled, per_unit, seed) == drawn
    assert craft.list_digest(shuffled) == craft.list_digest(files)
    for unit in {file.unit for file in files}:
        listed = sum(file.unit == unit for file in files)
        assert sum(file.unit == unit for file in drawn) == min(listed, per_unit)


@pytest.mark.parametrize(
    ("points", "average", "grade"),
    [
        ((90, 90), "90.00", "excellent"),
        ((89, 90.98), "89.99", "good"),
        ((75, 74.99), "75.00", "good"),  # 74.995, rounded half up
        ((60, 59), "59.50", "failing"),
        ((60, 95, 90), "92.50", "excellent"),  # the two nearest of three
    ],
)
def test_the_average_and_its_grade(points, average, grade):
    result = craft.result_of(FILE, scores(*points), MARKS, Decimal(10))
    assert (str(result.points), result.grade) == (average, grade)


def test_a_veto_fails_a_file_whatever_its_score():
    assert craft.result_of(FILE, scores(95, 96, veto="违反法定程序"), MARKS, Decimal(10)).grade == "failing"


@pytest.mark.parametrize(
    ("given_scores", "says"),
    [
        (scores(90), "两名不同的评查人"),
        ([*scores(90), *scores(91)], "两名不同的评查人"),
        (scores(60, 90), "相差30分，超过10分，应当由第三人评分"),
    ],
)
def test_scores_that_do_not_do_are_refused(given_scores, says):
    with pytest.raises(NotPossible, match=says):
        craft.result_of(FILE, given_scores, MARKS, Decimal(10))


def test_a_review_from_the_catalogue_to_the_results():
    rows = [(unit, f"{unit}{n}", "示例案", "行政处罚") for unit in ("甲局", "乙局") for n in range(3)]
    drawn = craft.draw_files(work(catalogue=catalogue(*rows)))
    assert {k: drawn.values[k] for k in ("files_listed", "units_drawn", "files_drawn")} == {
        "files_listed": 6, "units_drawn": 2, "files_drawn": 4,
    }  # fmt: skip
    sheet = records(drawn.files[craft.SCORES], craft.SCORED)
    assert len(sheet) == 8
    filled = [
        (*(row[name] for name in craft.LISTED), f"示例评查人{n % 2}", "示例司法局", 80 + n % 2, "送达回证不全", "")
        for n, (_, row) in enumerate(sheet)
    ]
    summed = craft.sum_up(work(drawn=drawn.files[craft.DRAWN], scores=workbook_of("评分表", craft.SCORED, filled)))
    assert summed.values == {
        "files_scored": 4, "average": "80.50", "excellent": 0, "good": 4, "passing": 0, "failing": 0, "units_scored": 2,
        "faults": "送达回证不全（4卷）",
    }  # fmt: skip
    assert {entry.values["grade"] for entry in summed.entries} == {"good"}

    own = [(*row[:5], row[0], *row[6:]) for row in filled]
    with pytest.raises(NotPossible, match="不得评查本单位"):
        craft.sum_up(work(drawn=drawn.files[craft.DRAWN], scores=workbook_of("评分表", craft.SCORED, own)))
    with pytest.raises(NotPossible, match="还有1卷没有评分"):
        craft.sum_up(work(drawn=drawn.files[craft.DRAWN], scores=workbook_of("评分表", craft.SCORED, filled[:6])))
    silent = [(*row[:7], "", "") for row in filled]
    with pytest.raises(NotPossible, match="第2行扣了分，应当写明扣分理由"):
        craft.sum_up(work(drawn=drawn.files[craft.DRAWN], scores=workbook_of("评分表", craft.SCORED, silent)))


def test_what_is_closed_on_the_platform_is_listed_by_itself_and_joined_by_files_kept_elsewhere():
    here = [
        ClosedCase("administrative_penalty_case", "penalty", "甲局", f"甲罚{n}号", "示例某占道经营案", "2025-06-03")
        for n in range(3)
    ]
    here.append(ClosedCase("administrative_penalty_case", "not_filed", "甲局", "甲罚9号", "示例线索", "2025-06-03"))
    here += [
        ClosedCase("one_window", outcome, "丙局", f"丙许{outcome}", "示例许可", "2025-06-03")
        for outcome in ("granted", "completed")
    ]
    sheet = catalogue(("甲局", "甲罚1号", "另写的名称", "行政处罚"), ("乙局", "乙许1号", "示例许可", "行政许可"))
    asked = work({"file_kinds": ["penalty", "licensing"]}, catalogue=sheet)._replace(closed=here)
    drawn = craft.draw_files(asked)
    listed = [tuple(row) for row in csv.reader(drawn.files[craft.DRAWN_FROM].decode("utf-8-sig").splitlines())][1:]
    assert listed == [
        ("丙局", "丙许granted", "示例许可", "行政许可"),
        ("乙局", "乙许1号", "示例许可", "行政许可"),
        *(("甲局", f"甲罚{n}号", "示例某占道经营案", "行政处罚") for n in range(3)),
    ]
    assert drawn.values["files_listed"] == 5
    only_licences = work({"file_kinds": ["licensing"]}, catalogue=sheet)._replace(closed=here)
    assert craft.draw_files(only_licences).values["files_listed"] == 3


def test_a_catalogue_is_missing_or_lists_a_file_twice():
    with pytest.raises(NotPossible, match=r"平台里没有当年办结的此类案件，材料里也没有列有案卷的「案卷目录\.xlsx」"):
        craft.draw_files(work())
    with pytest.raises(NotPossible, match="第3行的文号「1」出现了两次"):
        craft.draw_files(work(catalogue=catalogue(("甲局", "1", "案", "处罚"), ("甲局", "1", "案", "处罚"))))
    with pytest.raises(NotPossible, match="列名齐全"):
        craft.draw_files(work(catalogue=workbook_of("目录", ("单位", "文号"), [("甲局", "1")])))
