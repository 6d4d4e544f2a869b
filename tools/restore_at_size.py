"""Times a backup and a restore of many cases (恢复计时): ``python -m tools.restore_at_size [--cases 1000000]``.

The county the pages are measured in, multiplied; `zhunsheng backup`; the database is dropped as if its machine were lost; `zhunsheng
restore` into an empty one in one command, which compares it with what was noted: rows, figures, the whole chain, balances.
A million cases take some 10 GB and are cleared away afterwards; how far it is goes to the error output. 1 when anything differs.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from tools import servers
from tools.site import ROOT, environment_of

REPLAYED = 4_000
"""Cases that go through the kernel; the others are copies of them."""
TOLD_EVERY = 30
"""Seconds between two words on how far it is."""


class Places(NamedTuple):
    """Where the cases are made and where they are restored to; how large the first is, and how it is lost."""

    first: dict[str, str]
    into: list[str]
    size: Callable[[], int]
    lose: Callable[[], object]


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.restore_at_size", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--memory", default="2GB", help="shared_buffers of the server")
    parser.add_argument("--encrypted", action="store_true")
    asked = parser.parse_args()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhunsheng-restore-")))
        places = _in_a_file(home) if asked.database == "sqlite" else _on_a_server(stack, home, asked.memory)
        key = home / "backup-key"
        key.write_text("the key of a trial at size", encoding="ascii")
        sealed = {"ZHUNSHENG_BACKUP_KEY": str(key)} if asked.encrypted else {}
        first, ours = places.first | sealed, [sys.executable, "-m", "zhunsheng"]
        found = [
            sys.executable,
            "-m",
            "tools.load.place",
            "found",
            "1",
            str(min(REPLAYED, asked.cases)),
            str(asked.cases),
        ]
        with _timed("make the cases", places.size):
            subprocess.run(found, env=first, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        with _timed("seal the chain", places.size):
            subprocess.run([*ours, "audit", "seal"], env=first, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        with _timed("zhunsheng backup", lambda: _bytes_in(home / "first/backups")):
            subprocess.run([*ours, "backup"], env=first, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        (file,) = (home / "first/backups").glob("*.backup")
        sizes = f"database {places.size() / 1e6:,.0f} MB, backup {file.stat().st_size / 1e6:,.0f} MB"
        print(f"{asked.cases:,} cases, {sizes}", flush=True)
        places.lose()
        keys = [] if asked.encrypted else ["--keys", str(home / "first/keys/sealing")]
        command = [*ours, "restore", str(file), *places.into, *keys, "--json"]
        with _timed("zhunsheng restore, with all that it compares"):
            done = subprocess.run(
                command, env=environment_of(home / "first") | sealed, cwd=ROOT, stdout=subprocess.PIPE, check=False
            )
        if not done.stdout:
            return done.returncode or 1
        said = json.loads(done.stdout[done.stdout.index(b"{") :])
        print(f"{'of which putting in place':<48}{said['restored_in']:>8,.0f} s")
        for line in said["compared"]:
            mark = "equal" if line["agrees"] else f"DIFFERS: {line['noted']} / {line['found']}"
            print(f"  {line['en']:<46}{line['seconds']:>8,.1f} s  {mark}")
        return done.returncode


def _on_a_server(stack: ExitStack, home: Path, memory: str) -> Places:
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    server = stack.enter_context(servers.a_server(folder / "data", memory=memory))
    socket = servers.socket_of(server)
    for name in ("first", "again"):
        servers.ask(socket, f"CREATE DATABASE {name}")
    return Places(
        environment_of(home / "first", servers.address_of(socket, "first")),
        ["--into", servers.address_of(socket, "again"), "--home", str(home / "again")],
        lambda: int(servers.ask(socket, "SELECT pg_database_size('first')")[0][0]),
        lambda: servers.ask(socket, "DROP DATABASE first WITH (FORCE)"),
    )


def _in_a_file(home: Path) -> Places:
    file = home / "first/zhunsheng.sqlite3"

    def lose() -> None:
        for one in file.parent.glob(f"{file.name}*"):
            one.unlink()

    return Places(environment_of(home / "first"), ["--into", str(home / "again")], lambda: _bytes_in(file.parent), lose)


def _bytes_in(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.glob("*") if one.is_file()) if folder.exists() else 0


@contextmanager
def _timed(what: str, size: Callable[[], int] | None = None) -> Iterator[None]:
    """Say how long it took, and meanwhile how far it is."""
    began, over = time.monotonic(), threading.Event()

    def tell() -> None:
        while not over.wait(TOLD_EVERY):
            grown = f", {size() / 1e6:,.0f} MB" if size else ""
            print(f"… {what}: {time.monotonic() - began:,.0f} s{grown}", file=sys.stderr, flush=True)

    telling = threading.Thread(target=tell, daemon=True)
    telling.start()
    try:
        yield
    finally:
        over.set()
        telling.join()
    print(f"{what:<48}{time.monotonic() - began:>8,.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
