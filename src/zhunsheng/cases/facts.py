"""Answers only the database can give to a gate (事实): is this key in force in that list on that day?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.registers.models import Revision


def facts_for(
    compiled: CompiledProcedure, action: str, values: Mapping[str, Any], organ_id: int, on: date
) -> dict[str, bool]:
    """The facts the gates of an action ask for; no query when they ask for none."""
    facts: dict[str, bool] = {}
    for compiled_gate in compiled.gates.get(action, ()):
        wanted = compiled_gate.gate.registered
        if wanted is None:
            continue
        name = f"register:{wanted.register_slug}"
        if name not in facts:
            facts[name] = _is_registered(wanted.register_slug, wanted.key, values, organ_id, on)
    return facts


def _is_registered(register: str, key: str, values: Mapping[str, Any], organ_id: int, on: date) -> bool:
    rows = Revision.objects.filter(entry__register=register, known_to=None, valid_from__lte=on).filter(
        Q(valid_to=None) | Q(valid_to__gt=on)
    )
    if key == "organ":
        return rows.filter(entry__organ_id=organ_id).exists()
    value = values.get(key)
    if isinstance(value, Mapping):
        value = value.get("identity_number") or value.get("name")
    return value is not None and rows.filter(entry__key=str(value)).exists()
