"""The command line of cases: what it says, what it writes, and how it ends."""

from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from django.db import connection
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from tests.cases.place import APPLICATION, HOTLINE, RECONSIDERATION, TODAY, counts, live, order_steps
from zhunsheng.cases.actions import open_case
from zhunsheng.cases.commands import cases
from zhunsheng.cases.models import Case
from zhunsheng.security import chain

pytestmark = pytest.mark.once


def run(*arguments):
    return CliRunner().invoke(cases, [str(argument) for argument in arguments])


@pytest.fixture
def ledger(tmp_path):
    """A file with one right and one wrong row."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["诉求渠道", "诉求类型", "诉求内容", "受理建单日期", "处理时长"])
    sheet.append(["电话", "投诉", "路灯不亮", "2025-03-03", "4天"])
    sheet.append(["电话", "表扬", "路灯不亮", "2025-03-03", "4天"])
    path = tmp_path / "台账.xlsx"
    book.save(path)
    return path


def test_import_asks_about_columns_then_tells_problems_then_takes_the_good(place, ledger, tmp_path):
    before = counts()
    first = run("import", HOTLINE, ledger, "--organ", place.hotline.name)
    assert first.exit_code == 1
    assert "第5列「处理时长」" in first.output
    marked = tmp_path / "问题.xlsx"
    second = run("import", HOTLINE, ledger, "--organ", place.hotline.pk, "--map", "处理时长=", "--annotated", marked)
    assert second.exit_code == 1
    assert "第3行第2列（诉求类型）" in second.output
    assert "问题清单" in load_workbook(marked).sheetnames
    assert counts() == before
    third = run("import", HOTLINE, ledger, "--organ", place.hotline.pk, "--ignore-unknown", "--take-good")
    assert third.exit_code == 1
    assert "已导入 1 件" in third.output
    assert Case.objects.get().organ == place.hotline


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("import", "没有的系统", "{file}", "--organ", "示例县热线中心"), "没有「没有的系统」这个系统"),
        (("import", "power_list", "{file}", "--organ", "示例县热线中心"), "是清单"),
        (("import", HOTLINE, "{file}", "--organ", "没有的单位"), "没有「没有的单位」这个单位"),
        (("import", HOTLINE, "{file}", "--organ", "示例县热线中心", "--map", "处理时长"), "列名=字段"),
        (("show", "4711"), "没有编号为 4711 的案件"),
        (("template", HOTLINE, "--out", "{file}/x.xlsx"), "不能读写"),
        (("settle", "--through", "2999-01-01"), "还没有终了"),
    ],
)
def test_wrong_use_is_told_without_a_traceback(place, ledger, arguments, says):
    result = run(*(argument.replace("{file}", str(ledger)) for argument in arguments))
    assert result.exit_code != 0
    assert says in result.output
    assert isinstance(result.exception, SystemExit)


def test_export_and_import_by_command(place, tmp_path):
    live(HOTLINE, place.hotline, order_steps(date(2025, 3, 3)))
    live(HOTLINE, place.hotline, order_steps(date(2024, 3, 4)))
    out = tmp_path / "导出.xlsx"
    assert "已导出 1 件" in run("export", HOTLINE, "--out", out, "--year", 2025).output
    again = run("import", HOTLINE, out, "--organ", place.hotline.pk)
    assert (again.exit_code, Case.objects.count()) == (0, 3), again.output


def test_template_by_command(place, tmp_path):
    out = tmp_path / "样表.xlsx"
    assert run("template", RECONSIDERATION, "--out", out).exit_code == 0
    assert load_workbook(out).worksheets[0].cell(1, 1).value == "案号"


def test_settle_and_show(place):
    case = open_case(
        RECONSIDERATION, "file", organ=place.government, on=date(2024, 9, 26), values=APPLICATION, today=TODAY
    )
    assert "发生 0 个" in run("settle", "--through", "2024-10-08").output
    assert "发生 1 个" in run("settle", "--through", "2024-10-09").output
    shown = run("show", case.pk)
    assert shown.exit_code == 0
    assert "2024-10-09" in shown.output
    assert "依法自动发生" in shown.output
    assert "审理中" in shown.output
    told = run("show", case.pk, "--language", "en").output
    assert "Limits:\n  Examination for acceptance: ends on 2024-10-09, met on 2024-10-09 (Reconsideration Law" in told
    assert " (by law)" in told


def test_nothing_lapses_by_a_wrong_clock(place, monkeypatch, settings):
    case = open_case(
        RECONSIDERATION, "file", organ=place.government, on=date(2024, 9, 26), values=APPLICATION, today=TODAY
    )
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(hours=2))
    if connection.vendor == "postgresql":
        ahead = run("settle", "--through", "2024-10-09")
        assert (ahead.exit_code, "比数据库服务器快 7200 秒，允许相差 60 秒" in ahead.output) == (1, True)
    chain.seal()
    monkeypatch.setattr(timezone, "now", now)
    behind = run("settle", "--through", "2024-10-09")
    assert (behind.exit_code, "比已有记录慢 7" in behind.output) == (1, True)
    assert case.events.count() == 1
    settings.CLOCK_SECONDS = 7300
    assert "发生 1 个" in run("settle", "--through", "2024-10-09").output


def test_verify_ends_with_one_when_something_differs(place):
    case = live(HOTLINE, place.hotline, order_steps())
    assert run("verify").exit_code == 0
    Case.objects.filter(pk=case.pk).update(state="replied")
    found = run("verify")
    assert found.exit_code == 1
    assert case.number in found.output
