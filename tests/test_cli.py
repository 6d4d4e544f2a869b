"""The command line: help in both languages, quick, and complete."""

import socket
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from zhunsheng.cli import COMMANDS, RoomCommands, main


def test_help_speaks_both_languages() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    assert "法治政府建设平台" in result.output
    assert "serve the site" in result.output


def test_help_does_not_start_django() -> None:
    """A command line that loads Django to show its help takes a second to answer."""
    program = (
        "import sys; from zhunsheng.cli import main; main(['--help'], standalone_mode=False);"
        "sys.exit('django' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


def test_every_listed_command_loads() -> None:
    assert isinstance(main, RoomCommands)
    listed = main.list_commands(click.Context(main))
    for entry in COMMANDS:
        if entry.name in listed:
            assert entry.load().name == entry.name


@pytest.mark.once
@pytest.mark.parametrize("arguments", [("figures", "--region", "410400", "--year", "2020"), ("cases", "verify")])
def test_a_place_nobody_has_set_up_is_told_what_to_do(db: None, arguments: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE orgs_region RENAME TO gone")
        cursor.execute("ALTER TABLE cases_case RENAME TO gone_too")
    MigrationRecorder.Migration.objects.filter(app__in=("orgs", "cases")).delete()
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "zhunsheng migrate" in result.output
    assert "not set up" in result.output


@pytest.mark.once
def test_an_unknown_region_has_no_relations_that_hold(db: None) -> None:
    result = CliRunner().invoke(main, ["ledger", "check", "--region", "999999", "--year", "2020"])
    assert (result.exit_code, "there is no region 999999" in result.output) == (1, True)


@pytest.mark.parametrize("command", [["serve"], ["demo", "serve"]], ids=" ".join)
def test_a_port_on_which_something_runs_is_refused_before_anything_is_done(command: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(main, [*command, "--port", port])
    assert result.exit_code == 1
    assert f"端口 {port} 上已有程序在运行" in result.output
    assert "正在" not in result.output


def test_unknown_command_is_refused() -> None:
    result = CliRunner().invoke(main, ["nothing-of-the-kind"])
    assert result.exit_code == 2


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_serve_refuses_an_impossible_port(port: str) -> None:
    assert CliRunner().invoke(main, ["serve", "--port", port]).exit_code == 2
