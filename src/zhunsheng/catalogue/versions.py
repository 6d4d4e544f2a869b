"""Versions of a procedure that say only what the law changed (改动的版本): ``differs_from`` names the version of the same folder
that holds for everything else.

Whole entries are replaced, never parts of one, so that what stands in the file is what applies. Files in, plain data out;
what the data mean is read in ``loading``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zhunsheng.law.statutes import LawDataError, load_yaml

DIFFERS_FROM, DROPS = "differs_from", "drops"
GATES = "gates"
SECTIONS = frozenset(
    {"roles", "parties", "fields", "states", "outcomes", "actions", "papers", "deadlines", "takes_over"}
)
"""The parts of a procedure that are entries by name; gates are entries by their Chinese name."""


def written(path: Path) -> dict[str, Any]:
    """A procedure as its file says it, with all it takes from the version it differs from. Raises ``LawDataError``."""
    data: dict[str, Any] = load_yaml(path) or {}
    if DIFFERS_FROM not in data:
        return data
    earlier = path.with_name(f"procedure-{data[DIFFERS_FROM]}.yaml")
    if not earlier.exists() or earlier.name >= path.name:
        raise LawDataError(f"{path.name}：没有更早的版本 {earlier.name}，differs_from 应写本文件夹中更早版本的日期")
    return _changed(written(earlier), data, path.name)


def unchanged(path: Path) -> list[str]:
    """What a file that says only what changed says although the earlier version says the same."""
    data: dict[str, Any] = load_yaml(path) or {}
    if DIFFERS_FROM not in data:
        return []
    earlier = written(path.with_name(f"procedure-{data[DIFFERS_FROM]}.yaml"))
    same = [key for key, value in data.items() if key in earlier and earlier[key] == value]
    for section in SECTIONS & set(data):
        before = earlier.get(section) or {}
        same += [f"{section}.{key}" for key, value in data[section].items() if key in before and before[key] == value]
    return [*same, *(gate["zh"] for gate in data.get(GATES, ()) if gate in earlier.get(GATES, ()))]


def _changed(earlier: dict[str, Any], said: Mapping[str, Any], name: str) -> dict[str, Any]:
    drops: Mapping[str, list[str]] = said.get(DROPS) or {}
    result = {key: value for key, value in earlier.items() if key != "in_force"}
    for section, dropped in drops.items():
        if section not in {*SECTIONS, GATES}:
            raise LawDataError(f"{name}：drops 里没有「{section}」这个部分")
        if missing := [each for each in dropped if each not in _names(earlier, section)]:
            raise LawDataError(f"{name}：drops 的 {section} 里，较早版本没有 {'、'.join(missing)}")
        result[section] = _without(earlier[section], set(dropped))
    for key, value in said.items():
        if key in (DIFFERS_FROM, DROPS):
            continue
        if key in SECTIONS:
            result[key] = {**result.get(key, {}), **value}
        elif key == GATES:
            result[key] = _gates(result.get(key, []), value)
        else:
            result[key] = value
    return result


def _names(earlier: Mapping[str, Any], section: str) -> set[str]:
    entries = earlier.get(section) or ()
    return {gate["zh"] for gate in entries} if section == GATES else set(entries)


def _without(entries: Any, dropped: set[str]) -> Any:
    if isinstance(entries, list):
        return [gate for gate in entries if gate["zh"] not in dropped]
    return {key: value for key, value in entries.items() if key not in dropped}


def _gates(earlier: list[dict[str, Any]], said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Gates of the same name give way in their place; others come last."""
    waiting: dict[str, list[dict[str, Any]]] = {}
    for gate in said:
        waiting.setdefault(gate.get("zh", ""), []).append(gate)
    known = {gate["zh"] for gate in earlier}
    result: list[dict[str, Any]] = []
    for gate in earlier:
        if gate["zh"] in waiting:
            result += waiting.pop(gate["zh"])
        elif all(gate["zh"] != new.get("zh") for new in said):
            result.append(gate)
    return [*result, *(gate for gate in said if gate.get("zh", "") not in known)]
