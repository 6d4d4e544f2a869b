"""成批: a folder of reports read in parallel, one result file each, taken up again where it was left.

A result carries the mark of what it was made from (the file, the rules, the words of the accounts); one whose mark is still
right is not made again.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from functools import cache
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Any

from zhunsheng.catalogue.loading import SYSTEMS_FOLDER
from zhunsheng.plans.sources import SourceError, text_of
from zhunsheng.reports.checking.checking import as_json, check
from zhunsheng.reports.checking.findings import ERROR, QUESTION, WARNING
from zhunsheng.reports.checking.vocabulary import vocabulary
from zhunsheng.spreadsheets import csv_cell

READABLE = (".txt", ".html", ".htm", ".docx", ".pdf", ".md")
_OLDER = (".doc", ".wps", ".ofd")
"""What has to be saved as docx first; it is named among what could not be read."""
_OF_EDITORS = ("~$", ".~", ".")
"""So begin the names of what an editor leaves beside a file that is open."""
SUMMARY = "summary.csv"
_COLUMNS = ("file", "title", "year", "figures", "matched", ERROR, WARNING, QUESTION, "unreadable")


def reports_in(folder: Path) -> list[Path]:
    """The files of a folder and of those below it that may be reports."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in (*READABLE, *_OLDER) and not path.name.startswith(_OF_EDITORS) and path.is_file()
    )


def check_all(files: Sequence[Path], out: Path, base: Path, jobs: int | None = None) -> Iterator[dict[str, Any]]:
    """Every file checked, its result written into ``out``; yields a line for each as it is done.

    ``base`` is the folder the names of the files are told from.
    """
    out.mkdir(parents=True, exist_ok=True)
    waiting: list[Path] = []
    for path in files:
        kept = _kept(path, out, base)
        if kept is None:
            waiting.append(path)
        else:
            yield kept
    if not waiting:
        return
    vocabulary()  # read before the processes part, which then have it in common
    pool = ProcessPoolExecutor(jobs or os.cpu_count() or 1, initializer=_begin)
    try:
        running: list[Future[dict[str, Any]]] = [pool.submit(_check_one, path, out, base) for path in waiting]
        for done in as_completed(running):
            yield done.result()
    finally:  # who breaks it off does not wait for what has not begun
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """A process of the batch begins; it ends with the one that began it, also where that was killed."""
    began_by = parent_process()
    if began_by is not None:
        Thread(target=_end_after, args=(began_by,), daemon=True).start()


def _end_after(began_by: BaseProcess) -> None:
    began_by.join()
    os._exit(1)


def write_summary(lines: Iterable[dict[str, Any]], out: Path) -> Path:
    """A table of all results, one line each."""
    path = out / SUMMARY
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS, extrasaction="ignore")
        writer.writeheader()
        for line in sorted(lines, key=lambda line: str(line["file"])):
            writer.writerow({name: csv_cell(value) for name, value in line.items()})
    return path


def results_of(files: Sequence[Path], out: Path, base: Path) -> Iterator[dict[str, Any]]:
    """The results of files that were checked, as they were written."""
    for path in files:
        yield json.loads(_result(path, out, base).read_text(encoding="utf-8"))


def _result(path: Path, out: Path, base: Path) -> Path:
    return out / f"{'__'.join(path.relative_to(base).parts)}.json"


@cache
def _rules() -> bytes:
    """What the rules and the words of the accounts are now."""
    found = hashlib.sha256()
    for path in (*sorted(Path(__file__).parent.glob("*.py")), *sorted(SYSTEMS_FOLDER.glob("*/*/figures.yaml"))):
        found.update(path.read_bytes())
    return found.digest()


def _mark(content: bytes) -> str:
    return hashlib.sha256(_rules() + content).hexdigest()[:32]


def _kept(path: Path, out: Path, base: Path) -> dict[str, Any] | None:
    """The line of a result that is still right."""
    try:
        kept = json.loads(_result(path, out, base).read_text(encoding="utf-8"))
        return _line(kept) if kept["mark"] == _mark(path.read_bytes()) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _check_one(path: Path, out: Path, base: Path) -> dict[str, Any]:
    told: dict[str, Any] = {"file": str(path.relative_to(base)), "mark": _mark(path.read_bytes()), "unreadable": ""}
    try:
        told |= as_json(check(text_of(path)))
    except SourceError as error:
        told["unreadable"] = str(error)
    result = _result(path, out, base)
    draft = result.with_suffix(".part")
    draft.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    draft.replace(result)
    return _line(told)


def _line(told: dict[str, Any]) -> dict[str, Any]:
    figures, findings = told.get("figures", []), told.get("findings", [])
    weights = [finding["severity"] for finding in findings]
    return {
        "file": told["file"],
        "title": told.get("title", ""),
        "year": told.get("year") or "",
        "figures": len(figures),
        "matched": sum(bool(figure["account"]) for figure in figures),
        **{weight: weights.count(weight) for weight in (ERROR, WARNING, QUESTION)},
        "unreadable": told["unreadable"],
    }
