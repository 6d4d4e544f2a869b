"""Proving the ledger (核账): balances against postings and postings themselves here, postings against their records by the rooms
that made them.

A room that posts registers how to recompute its postings; the ledger never imports it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from zhunsheng.ledger.balances import verify_balances
from zhunsheng.ledger.bookings import verify_bookings

Verifier = Callable[[Callable[[int, int], None]], Iterator[str]]
"""Given a progress function (done, total), yields every difference between records and postings in words."""

_verifiers: dict[str, Verifier] = {}


def register_verifier(source: str, verifier: Verifier) -> None:
    """Name who recomputes the postings of one source (``case``, ``register``)."""
    _verifiers[source] = verifier


def verify(progress: Callable[[int, int], None] | None = None) -> Iterator[str]:
    """Every difference between balances, postings and the records they come from; nothing when all agree."""
    for difference in verify_balances():
        yield (
            f"余额与入账不符：{difference.account} 单位 {difference.organ_id} 月份 {difference.month}"
            f" 分项「{difference.breakdown}」余额 {difference.balance}，入账 {difference.postings}"
        )
    yield from verify_bookings()
    for verifier in _verifiers.values():
        yield from verifier(progress or _unseen)


def _unseen(done: int, total: int) -> None:
    """Progress nobody watches."""
