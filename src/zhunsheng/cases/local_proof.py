"""Proving under which decision of the place a limit runs (核本地期限): what a clock keeps must be what held for its organ on the
day it was armed, as far as it had been decided when the step was recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from zhunsheng.cases.models import Event
from zhunsheng.kernel.clock import ClockEventKind
from zhunsheng.kernel.compiled import CompiledProcedure, Transition
from zhunsheng.kernel.limits import LocalValues
from zhunsheng.local.values import LIMIT, Decision, decisions, local_value
from zhunsheng.orgs.models import FormerForm, Organ

_WHILE_DECIDING = timedelta(minutes=1)
"""A step may be written while a decision is being made, and be right under either."""


class LocalProof:
    """What was decided, and where organs stand in the tree, read once for many cases."""

    def __init__(self) -> None:
        self._decisions = decisions()
        self._paths = dict(Organ.objects.values_list("pk", "path")) if self._decisions.rows else {}
        moved = FormerForm.objects.values_list("organ__path", "parent_id", "organ__parent_id")
        self._moved = tuple(path for path, then, now in moved if then != now) if self._decisions.rows else ()

    def kept(self, compiled: CompiledProcedure, clocks: Iterable[tuple[Any, ...]]) -> Mapping[int, LocalValues]:
        """Event -> the values its clocks were armed under, from the entries of the clocks."""
        found: dict[int, dict[str, Any]] = {}
        for sequence, deadline, kind, *_rest, setting in clocks:
            if kind == ClockEventKind.ARMED and setting is not None and deadline in compiled.limits:
                name = compiled.limits[deadline].setting or ""
                value = local_value(self._decisions.by_pk.get(setting))
                found.setdefault(sequence, {})[name] = ((date.min, value),)
        return found

    def problems(self, compiled: CompiledProcedure, events: list[Event], steps: list[Transition]) -> Iterator[str]:
        """Every clock of a case that runs under another decision than it should, in words."""
        if not self._decisions.rows:
            return
        for event, step in zip(events, steps, strict=True):
            for key, clock_event in step.clock_events:
                setting, local = compiled.limits[key].setting, clock_event.local
                if setting is None:
                    continue
                label = compiled.deadlines[key].declaration.zh
                if clock_event.kind is ClockEventKind.REVALUED:
                    if local is not None and local != local_value(self._decisions.by_pk.get(local.entry)):
                        yield f"时限「{label}」重新推算所用的本地规定与设定的记录不符"
                elif clock_event.kind is ClockEventKind.ARMED:
                    path = self._paths.get(int(step.case.organ), "")
                    held = None if local is None else local.entry
                    if path.startswith(self._moved or ("?",)) or held in self._expected(setting, path, event):
                        continue
                    yield f"时限「{label}」{event.on} 起算时应按当时的本地规定，存的不是"

    def _expected(self, setting: str, path: str, event: Event) -> set[int | None]:
        def known(at: Any) -> Decision | None:
            return self._decisions.on(LIMIT, setting, path, event.on, at)

        at = event.recorded_at
        return {row.pk if row else None for row in (known(at), known(at - _WHILE_DECIDING))}
