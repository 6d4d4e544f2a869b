"""What else hangs on a case (附着的内容): rooms that keep something of a case register how it goes with the file, and what of it
stands against destroying the file. Nothing is destroyed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from zhunsheng.kernel.words import Words


def _nothing(cases: Sequence[int]) -> Iterable[tuple[int, Words]]:
    return ()


class Part(NamedTuple):
    """``clear`` takes away what a room keeps of one case and gives how many rows that were; ``hindered`` gives of some cases
    those that must stay, each with the reason."""

    name: str
    clear: Callable[[int], int]
    hindered: Callable[[Sequence[int]], Iterable[tuple[int, Words]]] = _nothing


_parts: dict[str, Part] = {}


def register_part(part: Part) -> None:
    """Let something go with the files of cases."""
    _parts[part.name] = part


def parts() -> list[Part]:
    """What has been registered, the uppermost rooms first: they point to what is below them."""
    return list(reversed(_parts.values()))
