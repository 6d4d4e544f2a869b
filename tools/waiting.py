"""Waiting in a trial (等待): a machine may be slow, but something has to move."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 600
"""Seconds without any progress after which a trial is given up."""


def until(seen: Callable[[], object], otherwise: Callable[[], str], moves: Callable[[], object] = lambda: None) -> None:
    """Wait until something is seen. Raises ``RuntimeError`` with what there is instead when ``moves`` has given the same for too long."""
    state, end = moves(), time.monotonic() + PATIENCE
    while not seen():
        if (now := moves()) != state:
            state, end = now, time.monotonic() + PATIENCE
        if time.monotonic() > end:
            raise RuntimeError(otherwise())
        time.sleep(0.05)
