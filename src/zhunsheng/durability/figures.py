"""What a copy must still come to (核对数): rows of every table, sums of every account, the end of the chain. Asked of the copy when it
is made, and again when it is restored.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

Ask = Callable[[str], list[tuple[Any, ...]]]
"""A SELECT → its rows, all from one moment."""

LEFT_OUT = {"django_session", "sqlite_sequence", "sqlite_stat1", "sqlite_stat4"}
"""Tables that are no records; those of the index of the search are made again from its texts."""


def noted(ask: Ask, tables: list[str]) -> dict[str, Any]:
    """The figures of a state of the database."""
    head = ask("SELECT number, digest FROM security_link ORDER BY number DESC LIMIT 1")
    return {
        "tables": {table: ask(f'SELECT COUNT(*) FROM "{table}"')[0][0] for table in tables},  # noqa: S608 - names from the catalogue of the database
        "migrations": [[app, name] for app, name in ask("SELECT app, name FROM django_migrations ORDER BY app, name")],
        "accounts": {
            key: [count, f"{Decimal(str(value)):.2f}"]
            for key, count, value in ask(
                'SELECT a."key", COUNT(*), SUM(p.value) FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id '
                'GROUP BY a."key" ORDER BY a."key"'
            )
        },
        "link": list(head[0]) if head else None,
    }
