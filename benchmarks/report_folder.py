"""A folder of reports checked: in parallel with results kept, against a plain loop over the files in one process.

Both read the same invented reports of some ten thousand characters and write one result each. By the clock two processes are
quicker only where there is a core for each; what they spend in all says the same on a busy machine as on a quiet one.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

from benchmarks.measuring import Line, rate, seconds
from tests.reports.checking.invented import invent
from zhunsheng.plans.sources import text_of
from zhunsheng.reports.checking.checking import as_json, check
from zhunsheng.reports.checking.folder import check_all, reports_in

CHARACTERS = 10_000
GOAL = 1.4
"""Of two processes as a multiple of one: starting them and handing over results costs something too."""
DEARER = 1.1
"""Of the processor time a plain loop takes, what all processes together may take."""


def measure(full: bool) -> list[Line]:
    """How many reports a second both ways, and how long it takes to find that all is done."""
    count = 1000 if full else 60
    with tempfile.TemporaryDirectory() as place:
        folder, plain, kept = (Path(place) / name for name in ("reports", "plain", "kept"))
        folder.mkdir()
        plain.mkdir()
        _write(folder, count)
        files = reports_in(folder)
        check(text_of(files[0]))  # the words of the accounts are read once
        spent: list[float] = []
        one = rate(count, lambda: spent.append(_spent(lambda: [_plainly(path, plain) for path in files])))
        ours = rate(count, lambda: spent.append(_spent(lambda: list(check_all(files, kept, folder)))))
        again = seconds(lambda: list(check_all(files, kept, folder)))
    loop, pool = (1000 * seconds / count for seconds in spent)
    parallel = (os.cpu_count() or 1) > 1
    return [
        Line(f"{count:,} reports of {CHARACTERS:,} characters : a loop in one process", f"{ours:,.0f} /s", f"{one:,.0f} /s",
             f"{ours / one:.2f}", f"≥ {GOAL}" if parallel else "", ours >= GOAL * one if parallel else None),
        Line(f"{count:,} reports, processor time of each : a loop in one process", f"{pool:.0f} ms", f"{loop:.0f} ms",
             f"{pool / loop:.2f}", f"≤ {DEARER}", pool <= DEARER * loop),
        Line(f"{count:,} reports taken up again when all are done", f"{again:.2f} s"),
    ]  # fmt: skip


def _write(folder: Path, count: int) -> None:
    """Reports no two of which are the same."""
    for number in range(count):
        text, random = "", Random(number)
        while len(text) < CHARACTERS:
            text += invent(random.randrange(10**6), faults=random.randrange(3)).text + "\n"
        (folder / f"{number:04}.txt").write_text(text[:CHARACTERS], encoding="utf-8")


def _plainly(path: Path, out: Path) -> None:
    told = as_json(check(text_of(path)))
    (out / f"{path.name}.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def _spent(run: Callable[[], object]) -> float:
    """The processor time of this process and of those it started, in seconds."""
    before = os.times()
    run()
    return sum(after - then for after, then in zip(os.times()[:4], before[:4], strict=True))
