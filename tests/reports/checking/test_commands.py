"""``zhunsheng report check``: files, pasted text, a folder taken up again, and the ledger beside a report."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.reports.checking.invented import invent
from tests.reports.city import CODE, found_city, post_year
from zhunsheng.cli import main

TEXT = "示例市关于2020年度法治政府建设情况的报告\n收到行政复议申请98件，其中决定受理88件，不予受理9件。\n"

TRADITIONAL = "示例市關於2020年度法治政府建設情況的報告\n收到行政復議申請98件，其中決定受理88件，不予受理9件。\n"


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, ["report", "check", *arguments], input=text)


def test_checks_pasted_text() -> None:
    told = json.loads(run("--json", text=TEXT).stdout)
    assert [figure["value"] for figure in told["figures"]] == [98, 88, 9]
    assert [finding["rule"] for finding in told["findings"]] == ["sum"]
    shown = run("-", text=TEXT).stdout
    assert "[很可能有误] 总数与分项：收到行政复议申请 98件，所列分项合计 97（88 + 9），比总数少 1" in shown


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "gb18030", "cp950"])
def test_reads_texts_of_older_programs(tmp_path: Path, encoding: str) -> None:
    text = TRADITIONAL if encoding == "cp950" else TEXT  # Big5
    (tmp_path / "报告.txt").write_bytes(text.encode(encoding))
    told = json.loads(run("--json", str(tmp_path / "报告.txt")).stdout)
    assert [figure["value"] for figure in told["figures"]] == [98, 88, 9]
    assert told["figures"][0]["quote"] in text


def test_a_broken_byte_costs_no_more_than_its_character(tmp_path: Path) -> None:
    content = TEXT.encode()
    end = content.index("行政复议".encode())
    (tmp_path / "报告.txt").write_bytes(content[:end] + b"\xe8" + content[end:])
    told = json.loads(run("--json", str(tmp_path / "报告.txt")).stdout)
    assert [figure["value"] for figure in told["figures"]] == [98, 88, 9]
    (tmp_path / "图.txt").write_bytes(bytes(range(1, 256)) * 40)
    assert "不是文本文件" in run(str(tmp_path / "图.txt")).output


def test_says_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "报告.docx").write_text("不是文档", encoding="utf-8")
    assert "不是 Word 文档" in run(str(tmp_path / "报告.docx")).output
    (tmp_path / "锁.docx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    assert "加了密码" in run(str(tmp_path / "锁.docx")).output
    (tmp_path / "空.pdf").touch()
    assert "是空文件" in run(str(tmp_path / "空.pdf")).output
    (tmp_path / "白.txt").write_text("\n \n", encoding="utf-8")
    assert "白.txt 里没有文字" in run(str(tmp_path / "白.txt")).output
    assert "没有读到文字" in run(text=" \n").output
    assert "--region 和 --year 要一起写" in run("--year", "2020", text=TEXT).output


def test_a_folder_is_taken_up_again(tmp_path: Path) -> None:
    reports, out = tmp_path / "reports", tmp_path / "out"
    (reports / "县区").mkdir(parents=True)
    (reports / "市.txt").write_text(TEXT, encoding="utf-8")
    (reports / "县区" / "甲.html").write_text("<p>审查案件12件。</p>", encoding="utf-8")
    (reports / "坏.docx").write_text("不是文档", encoding="utf-8")
    (reports / "旧.wps").write_text("旧格式", encoding="utf-8")
    (reports / "~$坏.docx").write_text("正在编辑", encoding="utf-8")
    first = run(str(reports), "--out", str(out), "--jobs", "1")
    assert first.exit_code == 0, first.output
    assert "核对 4 份，读到 4 个数字" in first.stdout
    assert "读不出：坏.docx" in first.output
    assert "读不出：旧.wps：旧.wps 不能直接读取" in first.output
    summary = (out / "summary.csv").read_text(encoding="utf-8-sig").splitlines()
    assert summary[-2] == "市.txt,示例市关于2020年度法治政府建设情况的报告,2020,3,3,0,1,0,"
    kept = (out / "市.txt.json").stat().st_mtime_ns
    (reports / "县区" / "甲.html").write_text("<p>审查案件12件，提出意见30条。</p>", encoding="utf-8")
    assert "读到 5 个数字" in run(str(reports), "--out", str(out), "--jobs", "1").stdout
    assert (out / "市.txt.json").stat().st_mtime_ns == kept


@pytest.mark.django_db
def test_lays_figures_beside_the_ledger() -> None:
    post_year(found_city())
    text = (
        "示例市关于2020年度法治政府建设情况的报告\n收到行政复议申请98件，决定受理88件，不予受理9件。"
        "市政府门户网站发布信息22400余条。\n经复议后诉讼的案件27件，同比下降30.8%。县（区）收到行政复议申请5件。\n"
    )
    told = json.loads(run("--json", "--region", CODE, "--year", "2020", text=text).stdout)
    wrong = [finding["message"] for finding in told["findings"] if finding["rule"] == "ledger"]
    assert wrong == ["文中 88件，台账中“受理”为 89件"]
    right = [relation["message"] for relation in told["relations"] if relation["rule"] == "ledger"]
    assert right == [
        "收到行政复议申请 98件，与台账相符", "不予受理 9件，与台账相符", "政府门户网站发布信息 22400余条，与台账相符",
        "经复议后诉讼的案件 27件，与台账相符",
        "经复议后诉讼的案件 -30.8%，与台账相符",
    ]  # fmt: skip


def _is_there(group: int) -> bool:
    """Whether any process of a group is."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_folder_broken_off_in_the_middle_goes_on_where_it_was(tmp_path: Path) -> None:
    reports, out = tmp_path / "reports", tmp_path / "out"
    reports.mkdir()
    for number in range(40):
        (reports / f"{number:02}.txt").write_text(invent(number, faults=0).text * 5, encoding="utf-8")
    program = [sys.executable, "-m", "zhunsheng", "report", "check", str(reports), "--out", str(out), "--jobs", "2"]
    running = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        until = time.monotonic() + 300
        while len(list(out.glob("*.json"))) < 3 and time.monotonic() < until:
            time.sleep(0.01)
    finally:
        running.kill()
        running.wait()
    until = time.monotonic() + 60
    while _is_there(running.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _is_there(running.pid)  # its processes end with it
    done = {path: path.stat().st_mtime_ns for path in out.glob("*.json")}
    assert 3 <= len(done) < 40
    for path in done:
        json.loads(path.read_text(encoding="utf-8"))  # whole, every one of them
    again = run(str(reports), "--out", str(out), "--jobs", "1")
    assert "核对 40 份" in again.stdout, again.output
    assert {path: path.stat().st_mtime_ns for path in done} == done
    assert len(list(out.glob("*.json"))) == 40
    assert not list(out.glob("*.part"))
