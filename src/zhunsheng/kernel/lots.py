"""Drawing lots (抽签) in a way anybody can repeat: what is drawn first is what has the smallest SHA-256 of the seed and its keys.

No random generator of any language has a part in it; where the seed comes from is the matter of whoever draws.
"""

from __future__ import annotations

import hashlib


def digest(content: bytes | str) -> str:
    """SHA-256, as ``sha256sum`` and ``certutil -hashfile`` give it."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def rank(seed: str, *keys: str) -> str:
    """The place of a thing in the draw; the smallest is drawn first."""
    return digest("|".join((seed, *keys)))
