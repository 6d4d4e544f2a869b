"""Runs the load and prints what came of it: ``python -m tools.load [--seconds 600] [--replica]``.

A PostgreSQL of its own with the settings of deploy/ (with ``--replica`` each commit waits for a streaming replica), the site as the
units of deploy/ start it (two web processes, a worker, one for jobs), and officers who sign in one after the other and then work
for so many seconds. All of it runs on this machine, those who ask as well. Afterwards every acknowledged step has to be there,
nothing else, numbers without gaps, and figures and chain have to prove. 1 when anything went wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil

from tools import servers
from tools.load.officers import Asked, Officer, Problem, Program, Told, office

ROOT = Path(__file__).resolve().parents[2]
REPLAYED = 4_000
"""Cases that go through the kernel; beyond them they are copies."""
COMPLAINTS = re.compile(
    r"(?:ERROR|FATAL|PANIC):  (?!.*(?:terminating|shutting down|starting up|canceling autovacuum|\"one_answer\"))"
)
"""Of the database, but for its coming and going, its sweeping in the background, and the key of a call that was sent again."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.load", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--officers", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=600, help="after everybody has signed in")
    parser.add_argument("--cases", type=int, default=100_000, help="in the county at the beginning")
    parser.add_argument(
        "--pause", type=float, default=8, help="seconds on the average between two doings of an officer"
    )
    parser.add_argument("--processes", type=int, default=2, help="of the site")
    parser.add_argument("--replica", action="store_true", help="with a streaming replica that every commit waits for")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="write what was measured into this file as JSON")
    asked = parser.parse_args()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhunsheng-load-")))
        folder = Path(tempfile.mkdtemp(prefix="pg-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        server = stack.enter_context(servers.a_server(folder / "data", memory="1GB"))
        address = servers.address_of(servers.socket_of(server))
        environment = {n: v for n, v in os.environ.items() if not n.startswith(("ZHUNSHENG_", "DJANGO_"))}
        environment |= {"ZHUNSHENG_HOME": str(home), "ZHUNSHENG_DATABASE_URL": address}
        _say(f"the county, {asked.cases:,} cases …")
        place = _place(environment, "found", str(asked.officers), str(min(REPLAYED, asked.cases)), str(asked.cases))
        if asked.replica:
            stack.enter_context(servers.a_replica(server, folder / "replica"))
            servers.wait_for_replica(server)
            _say("a replica follows, and every commit waits for it")
        told = Told()
        port = asked.port or _free_port()
        with _site(environment, port, asked.processes) as processes:
            seconds, used = _work(asked, port, told, place, processes)
        complaints = _complaints(home, Path(server.log))
        lag = _replica_state(server) if asked.replica else ""
        file = home / "told.json"
        file.write_text(json.dumps(told.writes), encoding="ascii")
        left = _place(environment, "look", str(file))
    return _tell(asked, told, seconds, used, complaints, left, lag)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _place(environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tools.load.place", *arguments]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def _site(environment: dict[str, str], port: int, processes: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The site, the worker and a process for jobs, as the units start them."""
    ours = [sys.executable, "-m", "zhunsheng"]
    commands = [
        [*ours, "serve", "--port", str(port), "--workers", str(processes), "--without-worker"],
        [*ours, "work"],
        [*ours, "work", "--jobs-only"],
    ]
    running = [subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL) for command in commands]
    try:
        for _ in range(600):
            if running[0].poll() is not None:
                raise RuntimeError(f"the site ended with {running[0].returncode}")
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        yield running
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def _work(
    asked: argparse.Namespace, port: int, told: Told, place: dict[str, Any], processes: list[subprocess.Popen[bytes]]
) -> tuple[float, dict[str, float]]:
    """Everybody signs in, then all work; gives for how long, and the processor's seconds of site and worker meanwhile."""
    officers = office(port, told, place, asked.pause)
    _say(f"{len(officers)} officers sign in …")
    signing_in = [iter(officers[number::2]) for number in range(2)]

    def sign_in(some: Iterator[Officer]) -> None:
        for officer in some:
            try:
                officer.sign_in()
            except Problem as problem:
                told.problems.append(str(problem))

    _together([threading.Thread(target=sign_in, args=[some]) for some in signing_in])
    over = threading.Event()
    programs = [Program(port, told, place, number, asked.pause) for number in range(len(place["programs"]))]
    threads = [threading.Thread(target=one.work, args=[over]) for one in [*officers, *programs]]
    before, began = _processor(processes), time.monotonic()
    told.requests.append(Asked("", began, 0))
    for thread in threads:
        thread.start()
    while (left := began + asked.seconds - time.monotonic()) > 0:
        time.sleep(min(10, left))
        _say(f"{time.monotonic() - began:.0f} s: {len(told.requests):,} requests, {len(told.writes):,} steps, "
             f"{len(told.problems)} problems")  # fmt: skip
    over.set()
    for thread in threads:
        thread.join()
    after = _processor(processes)
    return time.monotonic() - began, {name: after[name] - before[name] for name in before}


def _together(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _processor(processes: list[subprocess.Popen[bytes]]) -> dict[str, float]:
    """Seconds of the processor used so far by the site, the worker, and those who ask."""

    def of(pid: int) -> float:
        main = psutil.Process(pid)
        times = [one.cpu_times() for one in (main, *main.children(recursive=True))]
        return sum(one.user + one.system for one in times)

    own = psutil.Process().cpu_times()
    return {"site": of(processes[0].pid), "worker": of(processes[1].pid), "those who ask": own.user + own.system}


def _complaints(home: Path, log: Path) -> list[str]:
    """What the logs of the product and of the database call an error."""
    found = [line for line in log.read_text(errors="replace").splitlines() if COMPLAINTS.search(line)]
    for file in sorted((home / "logs").glob("*")):
        found += [line for line in file.read_text(errors="replace").splitlines()
                  if re.search(r'"level": ?"(?:ERROR|CRITICAL)"', line)]  # fmt: skip
    return found


def _replica_state(server: Any) -> str:
    asked = "SELECT state, sync_state, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) FROM pg_stat_replication"
    rows = servers.ask(servers.socket_of(server), asked)
    return "; ".join(f"{state}, {sync}, {behind} bytes behind" for state, sync, behind in rows) or "none follows"


# --- the table -------------------------------------------------------------------------------------------------------


def _tell(
    asked: argparse.Namespace, told: Told, seconds: float, used: dict[str, float], complaints: list[str],
    left: dict[str, Any], lag: str,
) -> int:  # fmt: skip
    began = next(one.at for one in told.requests if not one.what)
    requests = [one for one in told.requests if one.what]
    working = [one for one in requests if one.at >= began]
    kinds = sorted({one.what for one in requests})
    rows = {kind: [one.milliseconds for one in requests if one.what == kind] for kind in kinds}
    rows["all while at work"] = [one.milliseconds for one in working]
    print("| what | requests | p50 ms | p95 ms | p99 ms | longest |\n|---|--:|--:|--:|--:|--:|")
    for kind, taken in rows.items():
        parts = statistics.quantiles(taken, n=100, method="inclusive") if len(taken) > 1 else taken * 99
        numbers = " | ".join(f"{value:,.0f}" for value in (parts[49], parts[94], parts[98], max(taken)))
        print(f"| {kind} | {len(taken):,} | {numbers} |")
    print(f"\n{asked.officers} officers, {asked.processes} web processes, {asked.cases:,} cases at the beginning, "
          f"{seconds:.0f} s: {len(working) / seconds:.1f} requests/s, {len(told.writes):,} steps "
          f"({len(told.writes) / seconds:.1f}/s), {len(told.refused_twice)} forms sent twice and refused")  # fmt: skip
    print(
        f"processor: {', '.join(f'{name} {taken:.0f} s' for name, taken in used.items())}; load {os.getloadavg()[0]:.1f}"
    )
    if lag:
        print(f"replica: {lag}")
    print(f"acknowledged {left['acknowledged']}, found {left['found']}, lost {left['lost']}, beyond {left['beyond']}, "
          f"halves {left['halves']}; {left['series']} series of numbers, {left['gaps_or_doubles']} with gaps or doubles; "
          f"figures {left['figures'] or 'equal'}; chain of {left['sealed']:,} {left['chain'] or 'proves'}")  # fmt: skip
    for line in [*dict.fromkeys(told.problems)][:20]:
        print(f"PROBLEM {line}")
    for line in complaints[:20]:
        print(f"LOG {line[:400]}")
    wrong = [name for name in ("lost", "beyond", "halves", "gaps_or_doubles", "figures", "chain") if left[name]]
    print(f"errors: {len(told.problems)} answers, {len(complaints)} lines of logs, {len(wrong)} of what was left")
    if asked.keep:
        asked.keep.write_text(
            json.dumps({"requests": requests, "problems": told.problems, "left": left}), encoding="utf-8"
        )
    return int(bool(told.problems or complaints or wrong or not told.writes))


if __name__ == "__main__":
    sys.exit(main())
