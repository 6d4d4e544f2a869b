"""Long lists in pieces (分页): a cursor names the last row given, so that what comes in meanwhile moves nothing.

A cursor is opaque to callers; one that cannot be read is refused.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from zhunsheng.api.problems import Problem

MOST, USUAL = 200, 50
Row = TypeVar("Row")


def cursor_of(*place: Any) -> str:
    """A place in a list as a cursor."""
    return base64.urlsafe_b64encode(json.dumps(place, default=str).encode()).decode().rstrip("=")


def place_of(cursor: str, kinds: Sequence[Callable[[Any], Any]]) -> list[Any]:
    """The place a cursor names. Raises ``Problem``."""
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [kind(part) for kind, part in zip(kinds, place, strict=True)]  # of another length: ValueError
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise Problem(
            400, "cursor", "cursor 无效，请使用上一页返回的 next", "the cursor is not valid; use the next of the page before",
            field="cursor",
        ) from None  # fmt: skip


def whole(part: Any) -> int:
    """A key in a cursor: a whole number a column can hold."""
    if isinstance(part, bool) or not isinstance(part, int) or not 0 <= part < 2**63:
        raise ValueError(part)
    return part


def text(part: Any) -> str:
    if not isinstance(part, str) or "\x00" in part:
        raise ValueError(part)
    return part


def piece(
    rows: QuerySet[Any], names: Sequence[str], kinds: Sequence[Callable[[Any], Any]], cursor: str, limit: int,
    down: bool = False,
) -> tuple[list[Any], str | None]:  # fmt: skip
    """The next rows after a cursor in the order of some columns, all upward or all downward, and the cursor after them."""
    if cursor:
        rows = rows.filter(_beyond(names, place_of(cursor, kinds), "lt" if down else "gt"))
    found = list(rows.order_by(*(f"-{name}" if down else name for name in names))[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return found, cursor_of(*(_value(found[-1], name) for name in names)) if more else None


def _beyond(names: Sequence[str], place: Sequence[Any], than: str) -> Q:
    """Rows behind a place: a later first column, or the same and a later second, and so on."""
    condition = Q(pk__in=())
    for at, name in enumerate(names):
        same = {other: place[index] for index, other in enumerate(names[:at])}
        condition |= Q(**same, **{f"{name}__{than}": place[at]})
    return condition


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def slice_of(items: Sequence[Row], cursor: str, limit: int) -> tuple[list[Row], str | None]:
    """The same of what is in memory already, counted from its beginning."""
    start = place_of(cursor, [whole])[0] if cursor else 0
    found = list(items[start : start + limit])
    return found, cursor_of(start + limit) if start + limit < len(items) else None
