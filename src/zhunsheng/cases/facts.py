"""Answers only the database can give to a gate (事实): is this key in force in that list on that day, was the case discussed
and passed at a meeting by then?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from zhunsheng.bodies.models import Item
from zhunsheng.kernel.conditions import compile_condition
from zhunsheng.kernel.meeting import MeetingState
from zhunsheng.kernel.procedure import DiscussedFact, RegisterFact
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.registers.models import Revision


def facts_for(
    compiled: CompiledProcedure,
    action: str,
    values: Mapping[str, Any],
    organ_id: int,
    on: date,
    case_id: int | None = None,
) -> dict[str, bool]:
    """The facts the gates of an action ask for; no query when they ask for none. A case not written yet (``case_id``
    None) was discussed nowhere."""
    facts: dict[str, bool] = {}
    for compiled_gate in compiled.gates.get(action, ()):
        discussed = compiled_gate.gate.discussed
        if discussed is not None and case_id is not None:
            facts[discussed.fact] = _discussions(discussed, case_id, on).exists()
        wanted = compiled_gate.gate.registered
        if wanted is None:
            continue
        if wanted.fact not in facts:
            facts[wanted.fact] = _is_registered(wanted, values, organ_id, on)
    return facts


def _is_registered(wanted: RegisterFact, values: Mapping[str, Any], organ_id: int, on: date) -> bool:
    rows = Revision.objects.filter(entry__register=wanted.register_slug, known_to=None, valid_from__lte=on).filter(
        Q(valid_to=None) | Q(valid_to__gt=on)
    )
    if wanted.key == "organ":
        rows = rows.filter(entry__organ_id=organ_id)
    else:
        value = values.get(wanted.key)
        if isinstance(value, Mapping):
            value = value.get("identity_number") or value.get("name")
        if value in (None, ""):
            return False
        rows = rows.filter(entry__key=str(value))
    where = compile_condition(wanted.where)
    return rows.exists() if where is None else any(where(row.values) for row in rows)


def given_by_meetings(compiled: CompiledProcedure, action: str, case_id: int, on: date) -> dict[str, str]:
    """What an action's fields are filled with from the meeting that passed the case, so that nobody types it again."""
    given: dict[str, str] = {}
    for compiled_gate in compiled.gates.get(action, ()):
        wanted = compiled_gate.gate.discussed
        if wanted is None or not wanted.gives:
            continue
        item = _discussions(wanted, case_id, on).select_related("meeting").last()
        if item is not None:
            told = {"meeting": item.meeting.title, "on": timezone.localdate(item.meeting.starts_at).isoformat()}
            given |= {name: told[what] for name, what in wanted.gives.items()}
    return given


def _discussions(wanted: DiscussedFact, case_id: int, on: date) -> QuerySet[Item]:
    return Item.objects.filter(
        cases=case_id, withdrawn="", result__in=wanted.result, meeting__body__kind__in=wanted.bodies,
        meeting__state=MeetingState.CONCLUDED, meeting__starts_at__date__lte=on,
    ).order_by("meeting__starts_at", "pk")  # fmt: skip
