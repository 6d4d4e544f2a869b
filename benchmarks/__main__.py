"""Runs the measurements and prints one table: ``python -m benchmarks [--full] [--only NAME] [--database NAME]``.

Each part runs in a process of its own on a new, empty database, which is removed afterwards. No measuring here.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from benchmarks.measuring import Line

PARTS = {
    "kernel": "benchmarks.kernel_steps",
    "steps": "benchmarks.single_steps",
    "replay": "benchmarks.replaying",
    "due_dates": "benchmarks.due_dates",
    "figures": "benchmarks.figure_table",
    "search": "benchmarks.searching",
    "pages": "benchmarks.pages",
    "tasks": "benchmarks.task_matrix",
    "public_search": "benchmarks.public_searching",
    "reports": "benchmarks.report_folder",
}
NO_DATABASE = {"kernel", "due_dates", "reports"}
DATABASES = ("sqlite", "postgresql")


def main() -> int:
    """Run the chosen parts; 1 when a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="smaller numbers; the default is the full run")
    size.add_argument("--full", action="store_true", help="the full run (the default)")
    parser.add_argument("--only", choices=PARTS, help="one part")
    parser.add_argument("--database", choices=DATABASES, help="one database")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)  # in the process of one part
    chosen = parser.parse_args()
    if chosen.here:
        _measure_here(chosen.only, not chosen.quick)
        return 0
    missed = False
    print("| database | what | ours | theirs | ratio | goal | reached |")
    print("|---|---|--:|--:|--:|--:|---|", flush=True)
    with ExitStack() as stack:
        server = ""
        for database in [chosen.database] if chosen.database else DATABASES:
            parts = [chosen.only] if chosen.only else list(PARTS)
            if database == "postgresql":
                server = server or _server(stack)
            for part in parts:
                if part in NO_DATABASE and database != (chosen.database or DATABASES[0]):
                    continue
                print(f"{part} · {database} …", file=sys.stderr, flush=True)
                where = "" if part in NO_DATABASE else database
                for line in _measure_apart(part, database, server, not chosen.quick):
                    _print_line(where, line)
                    missed |= line.reached is False
    return int(missed)


def _server(stack: ExitStack) -> str:
    """The PostgreSQL server to use: the one named for tests, or one that starts for this run."""
    from tests import postgres

    return os.environ.get("ZHUNSHENG_TEST_DATABASE_URL") or postgres.start(stack)


@contextmanager
def _new_database(server: str, part: str) -> Iterator[str]:
    """The address of a new database on the server."""
    import psycopg

    name = f"benchmark_{part}_{os.getpid()}"
    parts = urlsplit(server)
    with psycopg.connect(server.replace("postgres://", "postgresql://", 1), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _measure_apart(part: str, database: str, server: str, full: bool) -> list[Line]:
    """Measure one part in a process of its own, whose database and data directory are new."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhunsheng-benchmark-")))
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ZHUNSHENG_")}
        environment |= {"ZHUNSHENG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
        if database == "postgresql" and part not in NO_DATABASE:
            environment["ZHUNSHENG_DATABASE_URL"] = stack.enter_context(_new_database(server, part))
        size = "--full" if full else "--quick"
        done = subprocess.run(  # noqa: S603 - this program itself
            [sys.executable, "-m", "benchmarks", "--here", "--only", part, size],
            env=environment, stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
    return [Line(**fields) for fields in json.loads(done.stdout.splitlines()[-1])]


def _measure_here(part: str, full: bool) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    if part not in NO_DATABASE:
        call_command("migrate", verbosity=0)
        call_command("migrate", run_syncdb=True, verbosity=0)  # tables without migrations refer to those above
    lines = import_module(PARTS[part]).measure(full)
    print(json.dumps([asdict(line) for line in lines], ensure_ascii=False))


def _print_line(database: str, line: Line) -> None:
    reached = {True: "yes", False: "**no**", None: ""}[line.reached]
    print(
        f"| {database} | {line.what} | {line.ours} | {line.theirs} | {line.ratio} | {line.goal} | {reached} |",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
