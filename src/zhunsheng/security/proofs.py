"""What proofs have in common (核验): they read everything as of one moment while others go on writing, and how each ended is kept in
a small file beside the data, which the health of the installation tells of. The proofs themselves stand in their rooms.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone


@contextmanager
def one_moment() -> Iterator[None]:
    """Let whatever the block reads be as it was when the block began. Nobody waits for it."""
    if connection.in_atomic_block:
        yield  # the caller has seen to it
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")  # unlike atomic(), which takes the turn of the only writer
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


class Ended(NamedTuple):
    """When a proof ended, and whether all agreed."""

    at: datetime
    passed: bool


def _file(kind: str) -> Path:
    return Path(settings.HOME) / f"last-{kind}.json"


def note(kind: str, *, passed: bool) -> None:
    """Keep how a proof ended."""
    said = {"at": timezone.now().isoformat(), "passed": passed}
    _file(kind).write_text(json.dumps(said), encoding="utf-8")


def last(kind: str) -> Ended | None:
    """How the last proof of a kind ended; None when there was none."""
    try:
        said = json.loads(_file(kind).read_text(encoding="utf-8"))
        return Ended(datetime.fromisoformat(said["at"]), bool(said["passed"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
