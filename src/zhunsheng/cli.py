"""命令行: the command `zhunsheng`. Each room brings its own commands in its commands.py; the list of them is here.

Django starts only in the commands that need it (runtime.with_django), so that help is quick.
"""

import gc
import importlib
import importlib.util
from collections.abc import Iterator
from typing import NamedTuple

import click

from zhunsheng import __version__
from zhunsheng.catalogue.crafts import modules
from zhunsheng.runtime import check_operator, serve_site, start_django, with_django

gc.set_threshold(50_000, 20, 50)
# The declarations are very many objects that stay; looking for waste among them as often as Python does takes a fifth of the start.


class Entry(NamedTuple):
    """A command of a room: its name, where it is (module:attribute), and one line of help for the overview."""

    name: str
    target: str
    help: str

    @property
    def module(self) -> str:
        return self.target.partition(":")[0]

    def load(self) -> click.Command:
        module, _, attribute = self.target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.target} is not a command")
        return command


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


# One line for each command of a room. A room that is not installed does not show its commands.
COMMANDS = (
    Entry("due", "zhunsheng.law.commands:due", "计算期限届满日 · when a time limit ends, and why"),
    Entry("law", "zhunsheng.law.commands:law", "法规、条文与期限 · statutes, articles and limits"),
    Entry("catalogue", "zhunsheng.catalogue.commands:catalogue", "系统目录 · check and show the declared systems"),
    Entry("cases", "zhunsheng.cases.commands:cases", "办件 · cases"),
    Entry("registers", "zhunsheng.registers.commands:registers", "清单 · lists"),
    Entry("ledger", "zhunsheng.ledger.commands:ledger", "台账 · postings, balances and periods"),
    Entry("figures", "zhunsheng.reports.commands:figures", "指标数据 · figures of a region and year"),
    Entry("report", "zhunsheng.reports.commands:report", "报告 · compose and check the yearly report"),
    Entry("plan", "zhunsheng.plans.commands:plan", "规划 · read an official plan"),
    Entry("search", "zhunsheng.search.commands:search", "全局搜索 · the index of the search"),
    Entry("audit", "zhunsheng.security.audit_commands:audit", "审计 · seal and prove the chain of the audit"),
    Entry("backup", "zhunsheng.durability.commands:backup", "备份 · back up database and files"),
    Entry("restore", "zhunsheng.durability.commands:restore", "恢复 · restore a backup into an empty place"),
    Entry(
        "restore-drill", "zhunsheng.durability.commands:restore_drill", "恢复演练 · prove that a backup can be restored"
    ),
    Entry("health", "zhunsheng.durability.commands:health", "运行状况 · how the installation is"),
    Entry("setup", "zhunsheng.orgs.commands:setup", "建立地方 · set up a place and its first administrator"),
    Entry("keys", "zhunsheng.security.commands:keys", "密钥 · keys of what is kept encrypted"),
    Entry(
        "recovery-code", "zhunsheng.security.commands:recovery_code", "恢复码 · a recovery code for a lost telephone"
    ),
    Entry("docs", "zhunsheng.handbook.commands:docs", "手册 · write the reference"),
    Entry("work", "zhunsheng.desk.commands:work", "后台任务 · do background work; serve starts it by itself"),
    Entry("api", "zhunsheng.api.commands:api", "接口 · service accounts, tokens and the description of the API"),
    Entry("exchange", "zhunsheng.api.exchange_commands:exchange", "数据包 · packages to and from other installations"),
    Entry("demo", "zhunsheng.demonstration.commands:demo", "演示 · the demonstration"),
)


def _of_systems() -> Iterator[Entry]:
    """The commands of systems that have a craft of their own, by the name they give them; the first line of the module is
    their help."""
    for module in modules("commands").values():
        loaded = importlib.import_module(module)
        yield Entry(loaded.commands.name, f"{module}:commands", (loaded.__doc__ or "").partition("\n")[0])


class RoomCommands(click.Group):
    """A group that knows the rooms' commands by name and loads one only when it is called."""

    def _entries(self) -> dict[str, Entry]:
        return {entry.name: entry for entry in (*COMMANDS, *_of_systems()) if _exists(entry.module)}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self._entries(), *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if entry := self._entries().get(cmd_name):
            return entry.load()
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(entry.name, entry.help) for entry in self._entries().values()]
        rows += [(name, command.get_short_help_str(limit=200)) for name, command in self.commands.items()]
        with formatter.section("命令 · Commands"):
            formatter.write_dl(rows)


@click.group(cls=RoomCommands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, prog_name="zhunsheng", message="准绳 %(prog)s %(version)s")
def main() -> None:
    """准绳：法治政府建设平台。 Zhunsheng: on which a local government runs the rule of law.

    数据放在 ZHUNSHENG_HOME（默认 var/）；生产环境用 ZHUNSHENG_DATABASE_URL 指定 PostgreSQL。
    Data are kept in ZHUNSHENG_HOME (var/ by default); in production ZHUNSHENG_DATABASE_URL names a PostgreSQL.
    """


@main.command()
@with_django
def migrate() -> None:
    """建立或更新数据库结构 · bring the database up to date"""
    from django.core.management import call_command

    from zhunsheng.ledger.completing import outstanding

    call_command("migrate", interactive=False, verbosity=1)
    if plan := outstanding():
        click.echo(
            f"{plan.words.zh}。启动后由后台任务补记，也可以现在运行 zhunsheng ledger complete；补记完以前不能结账。\n"
            f"{plan.words.en}. The worker does it once the site is started, or run zhunsheng ledger "
            "complete now; no month can be closed before."
        )


@main.command()
@with_django
def shell() -> None:
    """打开 Python 交互环境 · open a Python prompt with Django"""
    from django.core.management import call_command

    check_operator("shell")
    call_command("shell")


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """运行 Django 管理命令 · run a management command of Django"""
    from django.core.management import execute_from_command_line

    start_django()
    check_operator(arguments[0] if arguments else "help")
    execute_from_command_line(["zhunsheng manage", *arguments])


@main.command()
@click.option("--address", default="127.0.0.1", show_default=True, help="监听地址 · address to listen on")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="监听端口 · port to listen on"
)
@click.option("--workers", type=click.IntRange(min=1), help="进程数，默认等于核数 · processes; one for each core")
@click.option(
    "--without-worker",
    is_flag=True,
    help="不附带后台任务进程，另行运行 zhunsheng work · start no worker beside; run zhunsheng work by itself",
)
def serve(address: str, port: int, workers: int | None, without_worker: bool) -> None:
    """启动网站 · serve the site"""
    serve_site(address, port, workers, with_worker=not without_worker)
