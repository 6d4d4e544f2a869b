"""Traditional script (繁体): what was typed in it is also looked for in simplified script, which the records are in."""

from __future__ import annotations

from functools import cache
from typing import Any


def simplified(text: str) -> str:
    """The text in simplified script."""
    return text if text.isascii() else str(_converter().convert(text))


@cache
def _converter() -> Any:
    """Read when first needed."""
    from opencc import OpenCC

    return OpenCC("t2s")
