"""申报指标: accounts that are stated from papers and belong to no declared system yet. Read from ``declared.yaml``; needs no database."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from zhunsheng.kernel.figures import Account
from zhunsheng.law.statutes import load_yaml


@cache
def declared_accounts() -> dict[str, Account]:
    """The stated accounts, ``system.key``."""
    data: dict[str, Any] = load_yaml(Path(__file__).with_name("declared.yaml")) or {}
    return {key: Account.model_validate({**entry, "declared": True}) for key, entry in data.items()}
