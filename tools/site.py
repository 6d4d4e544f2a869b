"""The site of a trial (试验用的网站): its processes as the units of deploy/ start them, each of which can be killed and started again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from tools import servers
from tools.waiting import until

ROOT = Path(__file__).resolve().parent.parent


class Site:
    """Web processes behind one port, a worker, and a process for jobs."""

    def __init__(self, environment: Mapping[str, str], processes: int = 2, port: int = 0) -> None:
        self.environment, self.port = environment, port or _free_port()
        ours = [sys.executable, "-m", "zhunsheng"]
        web = ["serve", "--port", str(self.port), "--workers", str(processes), "--without-worker"]
        self.commands = {"web": [*ours, *web], "worker": [*ours, "work"], "jobs": [*ours, "work", "--jobs-only"]}
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start one of them; the site is waited for."""
        self.running[name] = subprocess.Popen(
            self.commands[name], env=dict(self.environment), cwd=ROOT, stdout=subprocess.DEVNULL
        )
        if name == "web":
            until(self._answers, lambda: "the site does not answer")

    def _answers(self) -> bool:
        if self.running["web"].poll() is not None:
            raise RuntimeError(f"the site ended with {self.running['web'].returncode}")
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
        except OSError:
            return False
        return True

    def kill(self, name: str) -> None:
        """SIGKILL to one of them and all it has started."""
        servers.kill_tree(self.running[name].pid)
        self.running[name].wait()

    def web_processes(self) -> list[psutil.Process]:
        """Those that answer; the one above them starts another where one is gone."""
        return psutil.Process(self.running["web"].pid).children()

    def processor(self, name: str) -> float:
        """Seconds of the processor one of them has used so far."""
        main = psutil.Process(self.running[name].pid)
        times = [one.cpu_times() for one in (main, *main.children(recursive=True))]
        return sum(one.user + one.system for one in times)


@contextmanager
def a_site(environment: Mapping[str, str], processes: int = 2, port: int = 0) -> Iterator[Site]:
    """A site as long as the block lasts."""
    site = Site(environment, processes, port)
    try:
        for name in site.commands:
            site.start(name)
        yield site
    finally:
        for process in site.running.values():
            process.terminate()
        for process in site.running.values():
            process.wait()


def environment_of(home: Path, database: str = "") -> dict[str, str]:
    """Of programs at work in a place of their own, whatever is set here."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHUNSHENG_", "DJANGO_"))}
    kept["ZHUNSHENG_HOME"] = str(home)
    return {**kept, "ZHUNSHENG_DATABASE_URL": database} if database else kept


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
