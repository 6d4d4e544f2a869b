"""The faults (故障), each by a seed of its own: what is broken when, and who goes on afterwards."""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from tools import servers
from tools.faults import of_the_site
from tools.faults.trial import Trial


class NotHere(Exception):
    """A fault that this machine does not let us make."""


# --- writers, disk, clock: a file of SQLite ---------------------------------------------------------------------------


def kill_writers(trial: Trial, seed: int, rounds: int, each: int) -> None:
    """kill −9 of writers in the middle of what they do, and others take their place."""
    draw = random.Random(seed)
    count = 0
    for number in range(rounds):
        for one in range(2):
            trial.begin(seed * 100 + number * 10 + one)
        count += each
        trial.wait_for(count)
        time.sleep(draw.random() * 0.2)
        trial.kill()


def fill_disk(trial: Trial, seed: int, rounds: int, each: int) -> None:
    """A disk without room: writing a file beyond some size fails, and goes on failing until there is room again."""
    database = trial.home / "zhunsheng.sqlite3"
    trial.begin(seed, largest=database.stat().st_size + 400_000)
    trial.wait_for_failure()
    trial.kill()
    trial.begin(seed + 1)
    trial.wait_for(trial.count() + each)
    trial.kill()


def jump_clock(trial: Trial, seed: int, rounds: int, each: int) -> None:
    """Clocks that are set forward and back, by minutes, a day and more than a year, each writer's to another time."""
    for one in range(2):
        trial.begin(seed * 100 + one, jumps=True)
    trial.wait_for(rounds * each)
    trial.kill()


# --- the database of a server -----------------------------------------------------------------------------------------


def kill_database(trial: Trial, seed: int, rounds: int, each: int, server: Any) -> None:
    """kill −9 of the whole server under load; it is started again and the writers go on."""
    draw = random.Random(seed)
    for one in range(2):
        trial.begin(seed * 100 + one)
    for _number in range(rounds):
        trial.wait_for(trial.count() + each)
        time.sleep(draw.random() * 0.2)
        servers.kill_server(server)
        servers.start_again(server)
    trial.wait_for(trial.count() + each)
    trial.kill()


def lose_primary(trial: Trial, seed: int, rounds: int, each: int, server: Any) -> None:
    """The primary is lost under load, with its disk. Every commit has waited for the replica, which takes over; the site is told
    of the new address and started again, as the handbook says."""
    draw = random.Random(seed)
    with servers.a_replica(server, server.pgdata.parent / "replica") as replica:
        servers.wait_for_replica(server)
        for one in range(2):
            trial.begin(seed * 100 + one)
        trial.wait_for(rounds * each)
        time.sleep(draw.random() * 0.2)
        servers.kill_server(server)
        trial.kill()
        shutil.rmtree(server.pgdata / "base")
        servers.promote(replica)
        trial.database = servers.address_of(replica)
        for one in range(2):
            trial.begin(seed * 100 + 10 + one)
        trial.wait_for(trial.count() + each)
        trial.kill()
        trial.looked = trial.result()  # while the replica is there


def fill_disk_of_database(trial: Trial, seed: int, rounds: int, each: int, server: Any) -> None:
    """The disk of the server is full: it refuses, or ends itself; there is room again, it is started, and the writers go on."""
    for one in range(2):
        trial.begin(seed * 100 + one)
    trial.wait_for(each)
    filler = server.pgdata.parent / "filler"
    _fill(filler, random.Random(seed).randrange(0, 100_000))
    trial.wait_for_failure()
    time.sleep(2)
    filler.unlink()
    servers.start_again(server)
    trial.wait_for(trial.count() + each)
    trial.kill()


def _fill(filler: Path, spare: int) -> None:
    """Leave so many bytes of a disk, while others write on it; where they are quicker, none."""
    part = bytes(2**16)
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while (free := shutil.disk_usage(filler.parent).free) > spare:
            file.write(part[: free - spare])


FAULTS: dict[str, Callable[..., None]] = {
    "writers": kill_writers, "disk": fill_disk, "clock": jump_clock, "database": kill_database, "replica": lose_primary,
    "database-disk": fill_disk_of_database, **of_the_site.FAULTS,
}  # fmt: skip
ON_A_SERVER = {"database", "replica", "database-disk"}


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    """A disk of 500 MB in memory. Raises ``NotHere`` where mounting is not permitted."""
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=500m,mode=755", "tmpfs", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise NotHere(made.stderr.strip())
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def attempt(fault: str, seed: int, rounds: int = 2, each: int = 20) -> dict[str, Any]:
    """One trial in a place of its own; gives what is left."""
    if fault in of_the_site.FAULTS:
        return of_the_site.attempt(fault, seed, rounds, each)
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhunsheng-faults-")))
        trial = Trial(home)
        stack.callback(trial.kill)
        if fault not in ON_A_SERVER:
            trial.found()
            FAULTS[fault](trial, seed, rounds, each)
            return trial.result()
        folder = Path(tempfile.mkdtemp(prefix="pg-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        if fault == "database-disk":
            stack.enter_context(_small_disk(folder))
        server = stack.enter_context(servers.a_server(folder / "data", memory="64MB"))
        stack.callback(trial.kill)
        trial.database = servers.address_of(servers.socket_of(server))
        trial.found()
        FAULTS[fault](trial, seed, rounds, each, server)
        return trial.looked or trial.result()
