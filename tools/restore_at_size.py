"""Times a backup and a restore of many cases (恢复计时): ``python -m tools.restore_at_size [--cases 1000000]``.

The county the pages are measured in, multiplied; `zhunsheng backup`; the database is dropped as if its machine were lost; `zhunsheng
restore` into an empty one in one command, which compares it with what was noted: rows, figures, the whole chain, balances.
A million cases take some 10 GB and are cleared away afterwards. 1 when anything differs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tools import servers

ROOT = Path(__file__).resolve().parent.parent
REPLAYED = 4_000
"""Cases that go through the kernel; the others are copies of them."""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.restore_at_size", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--memory", default="2GB", help="shared_buffers of the server")
    parser.add_argument("--encrypted", action="store_true")
    asked = parser.parse_args()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhunsheng-restore-")))
        folder = Path(tempfile.mkdtemp(prefix="pg-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        server = stack.enter_context(servers.a_server(folder / "data", memory=asked.memory))
        socket = servers.socket_of(server)
        key = home / "backup-key"
        key.write_text("the key of a trial at size", encoding="ascii")
        environment = {n: v for n, v in os.environ.items() if not n.startswith(("ZHUNSHENG_", "DJANGO_"))}
        environment["ZHUNSHENG_HOME"] = str(home / "first")
        if asked.encrypted:
            environment["ZHUNSHENG_BACKUP_KEY"] = str(key)
        servers.ask(socket, "CREATE DATABASE first")
        servers.ask(socket, "CREATE DATABASE again")
        first = environment | {"ZHUNSHENG_DATABASE_URL": servers.address_of(socket, "first")}
        with _timed("make the cases"):
            place = [
                sys.executable,
                "-m",
                "tools.load.place",
                "found",
                "1",
                str(min(REPLAYED, asked.cases)),
                str(asked.cases),
            ]
            subprocess.run(place, env=first, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        ours = [sys.executable, "-m", "zhunsheng"]
        with _timed("seal the chain"):
            subprocess.run([*ours, "audit", "seal"], env=first, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        size = servers.ask(socket, "SELECT pg_size_pretty(pg_database_size('first'))")[0][0]
        with _timed("zhunsheng backup"):
            subprocess.run([*ours, "backup"], env=first, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        (file,) = (home / "first/backups").glob("*.backup")
        print(f"{asked.cases:,} cases, database {size}, backup {file.stat().st_size / 1e6:,.0f} MB", flush=True)
        servers.ask(socket, "DROP DATABASE first WITH (FORCE)")
        into = ["--into", servers.address_of(socket, "again"), "--home", str(home / "again")]
        keys = [] if asked.encrypted else ["--keys", str(home / "first/keys/sealing")]
        with _timed("zhunsheng restore, with all that it compares"):
            done = subprocess.run(
                [*ours, "restore", str(file), *into, *keys, "--json"],
                env=environment,
                cwd=ROOT,
                stdout=subprocess.PIPE,
                check=False,
            )
        said = json.loads(done.stdout)
        print(f"{'of which putting in place':<48}{said['restored_in']:>8,.0f} s")
        for line in said["compared"]:
            mark = "equal" if line["agrees"] else f"DIFFERS: {line['noted']} / {line['found']}"
            print(f"  {line['en']:<46}{line['seconds']:>8,.1f} s  {mark}")
        return done.returncode


@contextmanager
def _timed(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"{what:<48}{time.monotonic() - began:>8,.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
