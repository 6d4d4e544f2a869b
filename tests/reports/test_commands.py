"""The commands ``figures`` and ``report compose``: what they print and write, and what they refuse."""

import json
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner, Result

from tests.reports.city import CODE, YEAR, found_city, post_year
from zhunsheng.cli import main
from zhunsheng.orgs.models import Organ

pytestmark = [pytest.mark.django_db, pytest.mark.once]
AREA = ["--region", CODE, "--year", str(YEAR)]


@pytest.fixture(autouse=True)
def city(db: None) -> Organ:
    organ = found_city()
    post_year(organ)
    return organ


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def _figures(*arguments: str) -> dict[str, dict]:
    result = _run("figures", *AREA, "--json", *arguments)
    assert result.exit_code == 0, result.output
    return {item["account"]: item for item in json.loads(result.stdout)}


def test_a_counted_figure_as_json() -> None:
    assert _figures()["administrative_reconsideration.received"] == {
        "account": "administrative_reconsideration.received",
        "name": "收到行政复议申请",
        "value": 98,
        "qualifier": "",
        "unit": "件",
        "numerator": None,
        "denominator": None,
        "source": "records",
        "records": 1,
    }


def test_a_ratio_keeps_numerator_and_denominator() -> None:
    ratio = _figures()["hotline_workorder.done_rate"]
    assert (ratio["value"], ratio["unit"], ratio["numerator"], ratio["denominator"]) == (99.4, "%", 30209, 30381)


def test_a_stated_figure_is_marked_with_its_qualifier() -> None:
    stated = _figures()["info_disclosure.portal_items_published"]
    assert (stated["value"], stated["qualifier"], stated["source"]) == (22400, "余", "declared")


def test_figures_nobody_posted_are_not_listed_unless_asked_for() -> None:
    assert "people_mediation.disputes_found" not in _figures()
    assert _figures("--account", "people_mediation.disputes_found")["people_mediation.disputes_found"]["value"] is None


def test_only_the_accounts_asked_for_are_listed() -> None:
    wanted = ["litigation_response.cases", "power_list.items"]
    assert sorted(_figures("--account", wanted[0], "--account", wanted[1])) == wanted


def test_the_table_is_readable() -> None:
    result = _run("figures", *AREA)
    line = next(line for line in result.stdout.splitlines() if "portal_items_published" in line)
    assert line.split() == ["info_disclosure.portal_items_published", "政府门户网站发布信息", "22400余条", "申报", "1"]


def test_report_and_working_paper_are_written(tmp_path: Path) -> None:
    out, paper = tmp_path / "report.docx", tmp_path / "paper.xlsx"
    result = _run("report", "compose", *AREA, "--out", str(out), "--working-paper", str(paper), "--date", "2021-05-28")
    assert result.exit_code == 0, result.output
    lines = [paragraph.text for paragraph in docx.Document(BytesIO(out.read_bytes())).paragraphs]
    assert "市政府全年收到行政复议申请98件，决定受理89件，决定不予受理9件。" in lines
    assert lines[-1] == "2021年5月28日"
    assert "people_mediation.disputes_found（2020 年没有入账）" in result.stderr

    book = openpyxl.load_workbook(paper)
    head, *rows, mark = [[cell.value for cell in row] for row in book["取数底稿"].iter_rows(min_row=2)]
    assert mark[0] == "草稿：尚未逐句确认，不得作为正式文件使用"
    listed = [dict(zip(head, row, strict=True)) for row in rows]
    rate = next(row for row in listed if row["指标编码"] == "hotline_workorder.done_rate")
    assert (rate["数值"], rate["单位"], rate["分子"], rate["分母"], rate["来源"]) == (
        99.4,
        "%",
        30209,
        30381,
        "办理记录",
    )
    portal = next(row for row in listed if row["指标编码"] == "info_disclosure.portal_items_published")
    assert (portal["数值"], portal["约数"], portal["来源"], portal["来源文件"]) == (22400, "余", "申报", "示例文件一")
    fallen = [row for row in listed if row["指标编码"] == "litigation_response.after_reconsideration"]
    assert {(row["期间"], row["数值"]) for row in fallen} == {("2020年", 27), ("2019年", 39)}
    assert [row["序号"] for row in listed] == list(range(1, len(listed) + 1))
    # A source that looks like a formula stays the text it is.
    share = next(cell for row in book["取数底稿"].iter_rows() for cell in row if cell.value == "=1+1")
    assert share.data_type != "f"
    assert ["people_mediation.disputes_found", "排查纠纷", "人民调解", "2020年"] in [
        [cell.value for cell in row][1:] for row in book["缺数"].iter_rows(min_row=3)
    ]


def test_a_yearly_table_is_written_and_those_there_are_are_listed(tmp_path: Path) -> None:
    assert "information-disclosure\t政府信息公开工作年度报告统计表" in _run("report", "table").stdout
    for ending in ("xlsx", "docx", "pdf"):
        out = tmp_path / f"table.{ending}"
        assert _run("report", "table", "reconsideration-litigation", *AREA, "--out", str(out)).exit_code == 0
        assert out.stat().st_size > 1000
    assert "没有报表 nothing" in _run("report", "table", "nothing", *AREA, "--out", "x.xlsx").stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["figures", "--region", "999999", "--year", "2020"], "there is no region 999999"),
        (["figures", "--region", CODE, "--year", "2031"], "2031 年没有任何入账"),
        (["figures", *AREA, "--account", "no.such"], "没有这些指标：no.such"),
        (["report", "compose", "--region", "999999", "--year", "2020", "--out", "x.docx"], "没有代码为 999999"),
        (["report", "compose", "--region", CODE, "--year", "2031", "--out", "x.docx"], "没有任何入账"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = _run(*arguments)
    assert result.exit_code == 1
    assert told in result.stderr
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


def test_an_outline_in_a_file_is_followed_or_said_to_be_wrong_where_it_is(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("示例市{{年度}}年报告", style="Title")
    word.add_paragraph("一、复议", style="Heading 1")
    line = word.add_paragraph()
    for piece in (
        "收到申请{",
        "{行政复议：收到",
        "行政复议申请}",
        "}。",
    ):  # as a program parts what it checks the spelling of
        line.add_run(piece)
    own, out = tmp_path / "本地.docx", tmp_path / "report.docx"
    word.save(own)
    assert _run("report", "compose", *AREA, "--outline", str(own), "--out", str(out)).exit_code == 0
    assert "收到申请98件。" in [paragraph.text for paragraph in docx.Document(out).paragraphs]
    out.unlink()
    line.add_run("受理{{行政复议：受里}}。")
    word.save(own)
    refused = _run("report", "compose", *AREA, "--outline", str(own), "--out", str(out))
    assert refused.exit_code == 1
    assert "没有「行政复议：受里」这个字段" in refused.stderr
    assert "paragraph 3" in refused.stderr
    assert not out.exists()
    absent = _run("report", "compose", *AREA, "--outline", str(tmp_path / "没有.docx"), "--out", str(out))
    assert "读不到提纲文件" in absent.stderr


def test_when_one_file_cannot_be_written_none_is(tmp_path: Path) -> None:
    out, paper = tmp_path / "report.docx", tmp_path / "absent" / "paper.xlsx"
    result = _run("report", "compose", *AREA, "--out", str(out), "--working-paper", str(paper))
    assert result.exit_code == 1
    assert f"无法写入 {paper}" in result.stderr
    assert list(tmp_path.iterdir()) == []
