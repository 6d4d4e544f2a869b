"""SQLite: a copy of the database in use by its own means, and putting it in place."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from zhunsheng.durability.archive import Writer
from zhunsheng.durability.figures import noted

PART = "database.sqlite3"
_PAGES = 20_000
"""Pages copied between two signs of progress."""


def copy(writer: Writer, folder: Path, progress: Callable[[int], None]) -> dict[str, Any]:
    """Add the database as it is at this moment; gives its figures. Writers go on meanwhile: the copy reads the state of its
    first moment to the end."""
    draft = folder / f".{PART}.part"
    source = sqlite3.connect(f"file:{settings.DATABASES['default']['NAME']}?mode=ro", uri=True, isolation_level=None)
    try:
        source.execute("BEGIN")
        source.execute("SELECT COUNT(*) FROM django_migrations").fetchone()  # from here on one state
        done, page = 0, source.execute("PRAGMA page_size").fetchone()[0]

        def told(_status: int, remaining: int, total: int) -> None:
            nonlocal done
            progress((total - remaining - done) * page)
            done = total - remaining

        with sqlite3.connect(draft) as target:
            source.backup(target, pages=_PAGES, progress=told)
        target.close()
        source.execute("COMMIT")
        found = figures(draft)
        writer.add_file(PART, draft)
    finally:
        source.close()
        draft.unlink(missing_ok=True)
    return found


def figures(file: Path) -> dict[str, Any]:
    """The figures of a database file nobody writes to."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search_tokens%'"
        ).fetchall()
        result = noted(lambda statement: database.execute(statement).fetchall(), sorted(name for (name,) in rows))
    database.close()
    return result
