"""Pages of long lists (分页): the keys of one page, found on narrow rows and counted from the nearer end.

Every page has a number, whatever the length of the list; how many rows there are, the caller knows. What a row shows is
read by its key afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

PAGE_SIZE = 50


class Part(NamedTuple):
    """Rows in their order, or their keys where those have been read already, and how many they are. A list may have several,
    one after the other."""

    rows: QuerySet[Any] | list[int]
    count: int


def page_of_keys(parts: Sequence[Part], number: str | None, size: int = PAGE_SIZE) -> Page[int]:
    """One page of a list, with the keys of its rows; one query for each part it reaches into, most often one."""
    return _Counted(_Keys(parts), size).get_page(number)


class _Keys:
    """The keys of the rows of a list, of which a page is cut out."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts

    def __getitem__(self, wanted: slice) -> list[int]:
        keys: list[int] = []
        begin = 0
        for part in self.parts:
            first, last = max(wanted.start - begin, 0), min(wanted.stop - begin, part.count)
            if first < last:
                keys += _cut(part, first, last)
            begin += part.count
        return keys


def _cut(part: Part, first: int, last: int) -> list[int]:
    """Some keys of a part, counted from its nearer end."""
    if isinstance(part.rows, list):
        return part.rows[first:last]
    keys = part.rows.values_list("pk", flat=True)
    if first <= part.count // 2:
        return list(keys[first:last])
    return list(keys.reverse()[part.count - last : part.count - first])[::-1]


class _Counted(Paginator):
    """A paginator that is told how many rows there are."""

    def __init__(self, keys: _Keys, size: int) -> None:
        super().__init__(keys, size)  # type: ignore[arg-type]
        self.count = sum(part.count for part in keys.parts)
