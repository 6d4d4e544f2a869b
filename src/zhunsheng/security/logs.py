"""Operation logs (运行日志): one JSON object a line, one file a day in ``ZHUNSHENG_HOME/logs``, without personal data.

What a program says while it runs may quote what people typed. So a line holds the text of the message as it stands in the
code, of what is put into it only numbers, and of an error its kind and where it came from, not its words. Requests are
known by the name of the page, never by their address. Several processes write the same file, each line in one go.
"""

from __future__ import annotations

import json
import logging
import os
import time
import traceback
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

REFUSED = (403, 404)
"""Answers that say to somebody signed in that a page is not for him: what he may not see is not there for him."""


class DailyFile(logging.Handler):
    """Writes each record as a line into the file of its day."""

    def __init__(self, folder: str | Path) -> None:
        super().__init__()
        self.folder = Path(folder)
        self._day: date | None = None
        self._file = -1

    def emit(self, one: logging.LogRecord) -> None:
        try:
            moment = datetime.fromtimestamp(one.created).astimezone()
            self._open(moment.date())
            os.write(self._file, (line_of(one, moment) + "\n").encode())
        except Exception:  # noqa: BLE001 - a log that cannot be written stops nobody; logging says so itself
            self.handleError(one)

    def _open(self, day: date) -> None:
        if self._day == day:
            return
        self.close_file()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.open(self.folder / f"{day.isoformat()}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._day = day

    def close_file(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._file, self._day = -1, None

    def close(self) -> None:
        self.close_file()
        super().close()


def line_of(one: logging.LogRecord, moment: datetime) -> str:
    """A record as JSON."""
    said: dict[str, Any] = {
        "at": moment.isoformat(timespec="milliseconds"), "level": one.levelname, "from": one.name, "process": one.process,
        "message": str(one.msg),
    }  # fmt: skip
    given = one.args if isinstance(one.args, tuple) else ()
    if numbers := [value for value in given if isinstance(value, int | float)]:
        said["numbers"] = numbers
    said |= getattr(one, "told", {})
    if one.exc_info and one.exc_info[0] is not None:
        said["error"] = one.exc_info[0].__name__
        said["where"] = [
            f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(one.exc_info[2])
        ][-12:]
    return json.dumps(said, ensure_ascii=False)


def note_requests(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a line for every request, and an entry in the audit trail where somebody signed in was refused."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        page = match.view_name if match else ""
        officer = request.user.pk if hasattr(request, "user") else None
        told = {
            "method": request.method, "page": page, "status": response.status_code, "officer": officer,
            "milliseconds": round((time.perf_counter() - began) * 1000, 1),
        }  # fmt: skip
        logger.info("request", extra={"told": told})
        if officer is not None and match is not None and response.status_code in REFUSED:
            from zhunsheng.security.audit import record  # the logs are set up before the models are there

            keys = {name: value for name, value in match.kwargs.items() if isinstance(value, int)}
            record("security.refused", f"page:{page}"[:80], officer, status=response.status_code, **keys)
        return response

    return middleware


def forget_old(folder: Path, days: int, today: date) -> int:
    """Remove the files of days longer ago than logs are kept; gives how many."""
    before, removed = today - timedelta(days=days), 0
    for file in folder.glob("*.jsonl"):
        try:
            is_old = date.fromisoformat(file.stem) < before
        except ValueError:
            continue  # not ours
        if is_old:
            file.unlink(missing_ok=True)
            removed += 1
    return removed
