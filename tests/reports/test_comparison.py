"""Published reports as one table: places, years and accounts in line, what is not told missing, definitions that differ said."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from zhunsheng.cli import main

REPORTS = {
    "甲2022.txt": "示例甲市2022年法治政府建设报告\n2022年，全市收到行政复议申请120件，受理行政复议案件100件，群众满意率98.5%。",
    "甲2023.txt": "示例甲市2023年法治政府建设报告\n2023年，全市收到行政复议申请1.2万件。人大代表建议办结30件。",
    "乙.txt": "示例乙县关于2023年度法治政府建设情况的报告\n市本级收到行政复议申请80余件。人大代表建议办结=SUM(1)12件。",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in REPORTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["report", "compare", *arguments, "--jobs", "1"])


def test_lays_reports_out_by_place_year_and_account(folder: Path) -> None:
    told = json.loads(run(str(folder), "--json").stdout)
    assert [(c["place"], c["year"]) for c in told["columns"]] == [
        ("示例乙县", "2023"), ("示例甲市", "2022"), ("示例甲市", "2023"),
    ]  # fmt: skip
    rows = {row["name"]: row for row in told["rows"]}
    received = rows["收到行政复议申请"]
    assert [cell["value"] for cell in received["cells"]] == [80, 120, 12000]
    assert received["cells"][2]["quote"] == "全市收到行政复议申请1.2万件"
    assert received["notes"] == ["统计范围不同：市本级、全市", "有的是约数"]
    suggestions = rows["办结人大代表建议"]["cells"]
    assert suggestions[1] is None
    assert "受理" not in rows


def test_a_spoken_report_belongs_to_whom_it_is_given_for_else_to_the_place_its_file_names(tmp_path: Path) -> None:
    spoken = (
        "各位代表：\n现在，我代表示例丙区人民政府，向大会作报告。\n一、2019年工作\n援建示例电站，实现示例塔县2019年脱贫。办理政协提案20件。\n办理人大代表建议30件。\n"
        + "各项工作有序推进。" * 25
        + "\n上半年收到行政复议申请9件。"
    )
    (tmp_path / "工作报告.txt").write_text(spoken, encoding="utf-8")
    (tmp_path / "示例丁新区2023年工作报告.txt").write_text("各位代表！2023年办理政协提案50件。", encoding="utf-8")
    told = json.loads(run(str(tmp_path), "--json").stdout)
    assert [(c["place"], c["year"]) for c in told["columns"]] == [("示例丁新区", "2023"), ("示例丙区", "2019")]


def test_narrows_to_places_and_accounts(folder: Path) -> None:
    told = json.loads(run(str(folder), "--json", "--place", "示例甲市", "--all").stdout)
    assert [c["year"] for c in told["columns"]] == ["2022", "2023"]
    assert {"受理", "收到行政复议申请"} <= {row["name"] for row in told["rows"]}
    assert "没有这些地方的报告：丙县" in run(str(folder), "--place", "丙县").output


def test_writes_a_workbook_without_formulas(folder: Path) -> None:
    out = folder / "对比.xlsx"
    assert run(str(folder), "--xlsx", str(out)).exit_code == 0
    book = openpyxl.load_workbook(BytesIO(out.read_bytes()))
    assert book.sheetnames == ["对比", "出处", "图"]
    table = book["对比"]
    assert [cell.value for cell in table[1]] == [
        "指标", "单位", "示例乙县 2023", "示例甲市 2022", "示例甲市 2023", "口径提示",
    ]  # fmt: skip
    assert table["E2"].comment.text == "全市收到行政复议申请1.2万件"
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
