"""运行: starts Django for a command, and serves the site. The commands themselves live in cli.py and in the rooms."""

import functools
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import ParamSpec, TypeVar

import click

LONGEST_STOP = 20
"""Seconds a web process has to finish what it answers when the site is stopped. One that is still starting does not hear that it should
stop, and the site waited for it without end."""
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def start_django() -> None:
    """Starts Django once. Raises click.ClickException, without a traceback, when the settings are wrong."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhunsheng.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise click.ClickException(str(error)) from error


language_option = click.option(
    "--language",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="输出的语言 · language of the answer",
)


def stopped(error: Exception) -> click.ClickException:
    """An error as a command ends with it: in both languages where it has them."""
    return click.ClickException(" · ".join(getattr(error, "words", None) or (str(error),)))


def with_django(command: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Decorates the function of a command that needs the database or translations: Django starts when it is called.

    Import models inside the function, not at the top of commands.py, so that `zhunsheng --help` stays quick.
    """

    @functools.wraps(command)
    def started(*arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
        from django.db import DatabaseError

        start_django()
        try:
            return command(*arguments, **named)
        except DatabaseError as error:
            raise _explained(error) from error
        except OSError as error:
            if error.filename is None or not error.strerror:
                raise
            raise click.ClickException(
                f"不能读写 {error.filename}：{error.strerror}。请换一个位置 · it cannot be read or written there"
            ) from error

    return started


def _explained(error: Exception) -> Exception:
    """An error of the database as an operator can act on it: nobody has set it up yet, or it cannot be reached; else as it is."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        is_behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return click.ClickException(f"数据库连不上或者读不出来。 The database cannot be reached or read.\n{error}")
    if is_behind:
        return click.ClickException(
            "数据库还没有建立，或者不是最新的：请先运行 zhunsheng migrate（演示数据用 zhunsheng demo load）。 "
            "The database is not set up or not up to date: run zhunsheng migrate (or zhunsheng demo load) first."
        )
    return error


HARMLESS = {"help", "check", "migrate", "showmigrations", "collectstatic", "createcachetable"}
"""Management commands that read and change no record."""


def check_operator(command: str) -> None:
    """Raises click.ClickException when somebody works past the pages without an operator session (see security.operating)."""
    from django.db import DatabaseError

    from zhunsheng.orgs.refusals import Refused
    from zhunsheng.security.operating import check_running

    if command in HARMLESS:
        return
    try:
        check_running(command)
    except Refused as error:
        raise stopped(error) from error
    except DatabaseError:
        return  # a database that was never set up holds nothing to guard


def serve_site(address: str, port: int, workers: int | None = None, *, with_worker: bool = True) -> None:
    """Gathers the static files and serves the site until it is stopped; by default one process for each core.

    One thread a process keeps one connection to the database open, which measured fastest on SQLite. Beside them runs
    one worker for what takes long, unless that is run by itself.
    """
    from django.core.management import call_command
    from granian import Granian
    from granian.constants import Interfaces

    refuse_taken(address, port)
    start_django()
    _refuse_unknown_roles()
    call_command("collectstatic", interactive=False, verbosity=0)
    host = f"[{address}]" if ":" in address else address
    click.echo("正在启动网站 · starting the site")
    _say_when_open(address, port, f"准绳：http://{host}:{port}/  （按 Ctrl+C 停止 · Ctrl+C to stop）")
    site = Granian(
        "zhunsheng.wsgi:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers or os.cpu_count() or 1,
        blocking_threads=1,
        workers_kill_timeout=LONGEST_STOP,
        respawn_failed_workers=True,  # one that was killed takes nothing with it; otherwise all the others end too
        log_level="warning",
    )
    with _worker() if with_worker else nullcontext():
        site.serve()


def refuse_taken(address: str, port: int) -> None:
    """Raises click.ClickException when something listens there already: two sites would share the port and answer in turn."""
    if _is_open(address, port):
        raise click.ClickException(
            f"端口 {port} 上已有程序在运行：请先停止它，或者用 --port 另选端口。 "
            f"Something runs on port {port} already: stop it first, or choose another with --port."
        )


def _is_open(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), timeout=1).close()
    except OSError:
        return False
    return True


def _say_when_open(address: str, port: int, told: str) -> None:
    """Says where the site is once somebody can get in; until the declarations are read a browser would be refused."""

    def wait() -> None:
        while not _is_open(address, port):
            time.sleep(0.1)
        click.echo(told)

    threading.Thread(target=wait, name="announcement", daemon=True).start()


def _refuse_unknown_roles() -> None:
    """Raises click.ClickException when the second factor is demanded of a role nobody can hold."""
    from zhunsheng.security import second_factor

    if unknown := second_factor.unknown_roles():
        named = ", ".join(unknown)
        raise click.ClickException(
            f"环境变量 ZHUNSHENG_SECOND_FACTOR 中没有这样的岗位：{named}。写成“岗位”或者“系统:岗位”，全体人员写 *。 "
            f"Environment variable ZHUNSHENG_SECOND_FACTOR names no role: {named}. Write role or system:role, or * for all."
        )


@contextmanager
def _worker() -> Iterator[None]:
    """A worker in a process of its own, started anew when it dies, as long as the block lasts."""
    command = [sys.executable, "-m", "zhunsheng", "work", "--beside", str(os.getpid())]
    over = threading.Event()

    def keep() -> None:
        while not over.is_set():
            process = subprocess.Popen(command)  # noqa: S603 - our own command
            while process.poll() is None and not over.wait(0.5):
                pass
            if over.is_set():
                process.terminate()
                process.wait()
            else:
                over.wait(5)

    keeper = threading.Thread(target=keep, name="worker", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
