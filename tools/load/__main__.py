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
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from tools import left, servers
from tools.load.officers import Asked, Told, at_work
from tools.site import ROOT, Site, a_site, environment_of

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
        environment = environment_of(home, address)
        _say(f"the county, {asked.cases:,} cases …")
        place = ask_place(environment, "found", str(asked.officers), str(min(REPLAYED, asked.cases)), str(asked.cases))
        if asked.replica:
            stack.enter_context(servers.a_replica(server, folder / "replica"))
            servers.wait_for_replica(server)
            _say("a replica follows, and every commit waits for it")
        told = Told()
        with a_site(environment, asked.processes, asked.port) as site:
            seconds, used = _work(asked, site, told, place)
        complaints = _complaints(home, Path(server.log))
        lag = _replica_state(server) if asked.replica else ""
        file = home / "told.json"
        file.write_text(json.dumps(told.writes), encoding="ascii")
        found = ask_place(environment, "look", str(file), str(place["since"]))
    return _tell(asked, told, seconds, used, complaints, found, lag)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def ask_place(environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    """What ``place`` answers, in a process of its own."""
    command = [sys.executable, "-m", "tools.load.place", *arguments]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _work(asked: argparse.Namespace, site: Site, told: Told, place: dict[str, Any]) -> tuple[float, dict[str, float]]:
    """Everybody signs in, then all work; gives for how long, and the processor's seconds of site and worker meanwhile."""
    _say(f"{len(place['officers'])} officers sign in …")
    with at_work(site.port, told, place, asked.pause):
        before, began = _processor(site), time.monotonic()
        told.requests.append(Asked("", began, 0))
        while (remaining := began + asked.seconds - time.monotonic()) > 0:
            time.sleep(min(10, remaining))
            _say(f"{time.monotonic() - began:.0f} s: {len(told.requests):,} requests, {len(told.writes):,} steps, "
                 f"{len(told.problems) + len(told.cut_off) + len(told.away)} problems")  # fmt: skip
    after = _processor(site)
    return time.monotonic() - began, {name: after[name] - before[name] for name in before}


def _processor(site: Site) -> dict[str, float]:
    """Seconds of the processor used so far by the site, the worker, and those who ask."""
    own = psutil.Process().cpu_times()
    return {"site": site.processor("web"), "worker": site.processor("worker"), "those who ask": own.user + own.system}


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
    found: dict[str, Any], lag: str,
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
    print()
    for cells in (left.COLUMNS, ("--",) * len(left.COLUMNS), left.row(found)):
        print(left.line(*cells))
    problems = [*told.problems, *told.cut_off, *told.away]
    for text in [*dict.fromkeys(problems)][:20]:
        print(f"PROBLEM {text}")
    for text in complaints[:20]:
        print(f"LOG {text[:400]}")
    wrong = left.what_is_wrong(found)
    print(
        f"errors: {len(problems)} answers, {len(complaints)} lines of logs, {len(wrong)} of what was left {wrong or ''}"
    )
    if asked.keep:
        asked.keep.write_text(json.dumps({"requests": requests, "problems": problems, "left": found}), encoding="utf-8")
    return int(bool(problems or complaints or wrong))


if __name__ == "__main__":
    sys.exit(main())
