"""Published figures beside the ledger: ``zhunsheng figures --against``."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.reports.city import found_city, post_year
from zhunsheng.cli import main
from zhunsheng.ledger.figures import derived, ratios
from zhunsheng.ledger.readings import accounts
from zhunsheng.reports.published import account_of

pytestmark = pytest.mark.once

HEAD = "region,year,system_slug,figure_name_zh,figure_slug_en,value,check\n"


def _run(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["figures", "--against", str(path), *arguments])


@pytest.fixture
def place(db: None) -> str:
    organ = found_city()
    post_year(organ)
    return organ.region.name


def _told(tmp_path: Path, *rows: str) -> tuple[list[dict], int]:
    path = tmp_path / "published.csv"
    path.write_text(HEAD + "\n".join(rows), encoding="utf-8-sig")
    result = _run(path, "--json")
    return json.loads(result.stdout), result.exit_code


def test_a_figure_is_found_by_its_code_and_compared_as_it_was_rounded(place: str, tmp_path: Path) -> None:
    told, code = _told(
        tmp_path,
        f"{place},2020,administrative_reconsideration,收到申请,reconsideration_received,98,",
        f"{place},2020,hotline_workorder,办结率,hotline_done_rate,99,ok",
    )
    assert [(line["account"], line["computed"], line["equal"]) for line in told] == [
        ("administrative_reconsideration.received", 98, True),
        ("hotline_workorder.done_rate", 99.4, True),
    ]
    assert (told[0]["source"], told[1]["note"], code) == ("records", "ok", 0)


def test_nought_is_counted_where_the_system_is_in_use(place: str, tmp_path: Path) -> None:
    told, _ = _told(
        tmp_path,
        f"{place},2020,hotline_workorder,并单,merged,0,",
        f"{place},2020,enforcement_supervision,重大执法差错案件,major_wrong_enforcement_cases,0,",
    )
    assert [(line["computed"], line["equal"]) for line in told] == [(0, True), (None, None)]


def test_the_years_of_a_plan_are_its_period(place: str, tmp_path: Path) -> None:
    told, _ = _told(tmp_path, f"{place},2020-2022 plan,hotline_workorder,办结率,hotline_done_rate,99.4,")
    assert told[0]["equal"] is True


def test_one_that_differs_is_said_and_fails(place: str, tmp_path: Path) -> None:
    told, code = _told(tmp_path, f"{place},2020,hotline_workorder,办结率,hotline_done_rate,99.5,")
    assert (told[0]["equal"], code) == (False, 1)


def test_what_cannot_be_compared_says_why(place: str, tmp_path: Path) -> None:
    told, code = _told(
        tmp_path,
        f"{place},2020,astrology,星象,stars_read,3,",
        f"{place},十四五,hotline_workorder,办结率,hotline_done_rate,99,",
        "无此市,2020,hotline_workorder,办结率,hotline_done_rate,99,off (见附注)",
        f"{place},2020,people_mediation,排查纠纷,disputes_found,1,",
    )
    assert [line["equal"] for line in told] == [None, None, None, None]
    assert [line["note"] for line in told] == [
        "没有对应的指标", "没有写明年度或者半年", "没有这个地方的数据；off (见附注)", "没有入账",
    ]  # fmt: skip
    assert code == 0


def test_the_change_against_the_year_before_is_computed(place: str, tmp_path: Path) -> None:
    """27 after 39 is a fall of 12 in 39, 30.77 per cent; nothing was received the year before, so there is no change."""
    told, _ = _told(
        tmp_path,
        f"{place},2020,litigation_response,同比,litigation_after_reconsideration_yoy,-30.8,",
        f"{place},2020,administrative_reconsideration,同比,reconsideration_received_yoy,5,",
    )
    assert [(line["account"], line["computed"], line["equal"]) for line in told] == [
        ("litigation_response.after_reconsideration", -30.8, True),
        ("administrative_reconsideration.received", None, None),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"region,year\n", "缺少这些列：system_slug"),
        ((HEAD + "甲市,2020,a,b,c,很多,").encode(), "第 2 行 value 列：「很多」不是数字"),
        ((HEAD + "甲市,2020,a,b,c,1,").encode("gb18030"), "不是 UTF-8 编码"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(db: None, tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "published.csv"
    path.write_bytes(content)
    result = _run(path)
    assert result.exit_code == 1
    assert message in result.output


def test_region_and_file_exclude_each_other(db: None, tmp_path: Path) -> None:
    path = tmp_path / "published.csv"
    path.write_text(HEAD, encoding="utf-8")
    assert "不与 --region" in _run(path, "--region", "410400").output
    assert "请写明 --region" in CliRunner().invoke(main, ["figures"]).output


def test_no_code_is_carried_twice_within_a_system() -> None:
    seen: dict[tuple[str, str], str] = {}
    for name, declared in {**accounts(), **ratios(), **derived()}.items():
        for code in declared.codes:
            key = (name.partition(".")[0], code)
            assert key not in seen, f"{code}: {seen.get(key)} and {name}"
            seen[key] = name
    assert account_of("hotline_workorder", "hotline_calls") == "hotline_workorder.calls"
