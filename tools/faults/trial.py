"""The course of a trial (试验): a place of its own, writers at work in it, what they were told, and whether all of it is there."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.site import ROOT, environment_of
from tools.waiting import until

WRITING = [sys.executable, "-m", "tools.faults.writing"]


class Trial:
    """A place of its own, writers at work in it, and what they were told."""

    def __init__(self, home: Path, database: str = "") -> None:
        self.home, self.database = home, database
        self.files: list[Path] = []
        self.writers: list[subprocess.Popen[bytes]] = []
        self.looked: dict[str, Any] = {}
        self.killed = 0

    @property
    def environment(self) -> dict[str, str]:
        return environment_of(self.home, self.database)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*WRITING, *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, cwd=ROOT)

    def found(self) -> None:
        """Set the place up."""
        self._must("--found")

    def _must(self, *arguments: str) -> str:
        done = self.run(*arguments)
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        return done.stdout

    def begin(self, seed: int, largest: int = 0, *, jumps: bool = False) -> None:
        """One more writer; with ``largest`` its files cannot grow beyond so many bytes."""
        told = self.home / f"acknowledged-{len(self.files)}"
        told.touch()
        self.files.append(told)
        limit = (lambda: _limit(largest)) if largest else None
        command = [*WRITING, "--write", str(told), "--seed", str(seed), *(["--jumps"] if jumps else [])]
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

    def count(self) -> int:
        """How many writes have been acknowledged."""
        return sum(isinstance(one[0], int) for one in self.acknowledged())

    def wait_for(self, count: int) -> None:
        """Until so many writes have been acknowledged."""
        until(lambda: self.count() >= count, lambda: f"no more than {self.count()} writes: {self._logs()}", self.count)

    def wait_for_failure(self) -> None:
        """Until a write has failed."""
        failed = ["failed"]
        until(lambda: failed in self.acknowledged(), lambda: f"no write failed: {self._logs()}", self.count)

    def _logs(self) -> list[str]:
        return [file.with_name(f"{file.name}.log").read_text()[-500:] for file in self.files]

    def kill(self) -> None:
        """SIGKILL to every writer, wherever it is."""
        for writer in self.writers:
            writer.send_signal(signal.SIGKILL)
            writer.wait()
        self.killed += len(self.writers)
        self.writers = []

    def result(self) -> dict[str, Any]:
        """What is left, looked at by a process of its own."""
        told = self.home / "told.json"
        told.write_text(json.dumps(self.acknowledged()), encoding="ascii")
        found = dict(json.loads(self._must("--look", str(told)).splitlines()[-1]))
        return found | {"cut_off": found["cut_off"] + self.killed}


def _limit(largest: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write beyond it fails as on a full disk
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
