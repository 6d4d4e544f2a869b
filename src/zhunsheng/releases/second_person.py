"""公开审查由谁办: whether another person than the one who confirmed what is hidden has to check it, as the place has set it.

The law asks for a mechanism of review with its steps and responsibilities (Disclosure Regulation, article 17) and leaves it to
each place who reviews; two persons are what holds while nothing was set.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from zhunsheng.kernel.words import Words
from zhunsheng.local.kinds import Kind, Thing
from zhunsheng.local.values import decisions
from zhunsheng.orgs.refusals import refused

SETTING, KEY = "release", "second_person"
TWO, ONE = Words("由另一人审查", "another person checks"), Words("可以由同一人审查", "the same person may check")


def wants_another(path: str, on: date) -> bool:
    """Whether two persons are wanted for papers of an organ on a day."""
    decision = decisions().on(SETTING, KEY, path, on)
    return decision is None or decision.value is None or decision.value["persons"] == "two"


def _things() -> Mapping[str, Thing]:
    return {KEY: Thing(KEY, Words("文书公开前的审查", "Check before papers are published"), "", TWO)}


def _read(key: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    if raw.get("persons") not in ("one", "two"):
        raise refused("persons", "请选择由谁审查", "choose who checks", "persons")
    return {"persons": raw["persons"]}


def _say(key: str, value: Mapping[str, Any]) -> Words:
    return TWO if value["persons"] == "two" else ONE


KIND = Kind(SETTING, Words("公开审查", "Check before publication"), _things, _read, _say)
