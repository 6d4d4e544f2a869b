"""The commands of lists: show a past day, export, import; errors are messages, not tracebacks."""

from datetime import date

import pytest
from click.testing import CliRunner

from tests.registers.county import item
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.registers.commands import registers
from zhunsheng.registers.models import ChangeSet

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def run(*arguments):
    return CliRunner().invoke(registers, [str(argument) for argument in arguments])


@pytest.fixture
def filled(county):
    apply_entry_change("power_list", county.housing, "add", "C1", item(name="甲事项"), date(2024, 1, 1))
    apply_entry_change("power_list", county.housing, "remove", "C1", {}, date(2024, 6, 1))
    return county


def test_show_any_day(filled):
    assert "甲事项" in run("show", "power_list", "--on", "2024-05-31").output
    assert "共 0 条" in run("show", "power_list", "--on", "2024-06-01").output
    assert "共 0 条" in run("show", "power_list", "--on", "2024-05-31", "--known", "2024-05-31").output
    assert "power_list\t权责清单\t0" in run("list").output


def test_export_and_import_again(filled, tmp_path):
    path = tmp_path / "list.xlsx"
    assert run("export", "power_list", path, "--on", "2024-05-31").exit_code == 0
    arguments = ["import", "power_list", path, "--organ", filled.housing.pk, "--officer", "keeper", "--on"]
    assert "没有变更" in run(*arguments, "2024-05-31").output
    result = run(*arguments, "2024-07-01")
    assert result.exit_code == 0, result.output
    assert "新增 1" in result.output
    assert ChangeSet.objects.get().lines.get().key == "C1"


def test_import_with_problems_writes_nothing_and_hands_the_file_back(filled, tmp_path):
    path, back = tmp_path / "list.csv", tmp_path / "back.xlsx"
    path.write_text("事项编码,事项名称\nC5,\n", encoding="utf-8")
    result = run("import", "power_list", path, "--organ", filled.housing.pk, "--officer", "keeper", "--on",
                 "2024-07-01", "--annotated", back)  # fmt: skip
    assert result.exit_code == 1
    assert "第2行第2列（事项名称）" in result.output
    assert back.exists()
    assert not ChangeSet.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["show", "no_such_list"], "no_such_list"),
        (["show", "power_list", "--on", "2017-01-01"], "2017-01-01"),
        (["export", "power_list", "/no/such/folder/x.xlsx"], "无法写入"),
        (["show", "power_list", "--organ", "999999"], "999999"),
    ],
)
def test_errors_are_messages(filled, arguments, part):
    result = run(*arguments)
    assert result.exit_code == 1
    assert part in result.output
    assert "Traceback" not in result.output
