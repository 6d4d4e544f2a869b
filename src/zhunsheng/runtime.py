"""运行: starts Django for a command, and serves the site. The commands themselves live in cli.py and in the rooms."""

import functools
import os
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

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


def with_django(command: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Decorates the function of a command that needs the database or translations: Django starts when it is called.

    Import models inside the function, not at the top of commands.py, so that `zhunsheng --help` stays quick.
    """

    @functools.wraps(command)
    def started(*arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
        start_django()
        return command(*arguments, **named)

    return started


def serve_site(address: str, port: int, workers: int | None = None) -> None:
    """Gathers the static files and serves the site until it is stopped; by default one process for each core.

    One thread a process keeps one connection to the database open, which measured fastest on SQLite.
    """
    from django.core.management import call_command
    from granian import Granian
    from granian.constants import Interfaces

    start_django()
    call_command("collectstatic", interactive=False, verbosity=0)
    host = f"[{address}]" if ":" in address else address
    click.echo(f"准绳：http://{host}:{port}/  （按 Ctrl+C 停止 · Ctrl+C to stop）")
    Granian(
        "zhunsheng.wsgi:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers or os.cpu_count() or 1,
        blocking_threads=1,
        log_level="warning",
    ).serve()
