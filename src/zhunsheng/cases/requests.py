"""What was asked of other organs and officers as rows (交办、会签、加签的索引), kept in step with the case.

Which verbs follow a step is worked out in ``asking``; who is asked what stands in the course of the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from django.db import connection

from zhunsheng.bulk import run
from zhunsheng.cases.models import Assignment
from zhunsheng.kernel.case_state import RequestKind, RequestState
from zhunsheng.kernel.compiled import CompiledProcedure, Transition
from zhunsheng.kernel.office import VERBS, Verb, is_verb

Row: TypeAlias = tuple[Any, ...]
_ROW = ("case_id", "number", "kind", "to_organ_id", "to_officer_id", "state", "on", "due_on", "lead", "text", "answer")
_NOT_WRITTEN = ("", "")
"""The text and the answer of what was asked in an earlier step: its row has them."""


def request_rows(
    case_id: int, compiled: CompiledProcedure, steps: Iterable[Transition], course: Mapping[str, Any]
) -> Iterator[Row]:
    """The rows that steps change: what is asked, answered, or ends with the case. ``course``: of the case before them."""
    known = {number: state for number, _, _, state, *_ in course.get("requests", ())}
    rows: dict[int, Row] = {}
    for step in steps:
        for number, kind, to, state, on, due, lead in step.case.requests:
            if known.get(number) == state:
                continue
            told = f"随“{_called(compiled, step.action)}”结束" if state is RequestState.ENDED else ""
            if step.request is not None and step.request.number == number:
                told = str(step.sets.get("text") or "")
            text = told if number not in known else rows.get(number, _NOT_WRITTEN)[-2]
            organ, officer = (None, int(to)) if kind is RequestKind.SIGNATURE else (int(to), None)
            answer = "" if state is RequestState.OPEN else told
            rows[number] = (
                case_id, number, kind.value, organ, officer, state.value, on.isoformat(), due and due.isoformat(), lead, text, answer,
            )  # fmt: skip
            known[number] = state
    yield from rows.values()


def _called(compiled: CompiledProcedure, action: str) -> str:
    return VERBS[Verb(action)].words.zh if is_verb(action) else compiled.procedure.actions[action].zh


def write_requests(rows: Sequence[Row]) -> None:
    """Add rows, or bring up those that are there."""
    if rows:
        run(_statement(len(rows)), [value for row in rows for value in row])


@cache
def _statement(count: int) -> str:
    table, quote = Assignment._meta.db_table, connection.ops.quote_name
    one = f"({', '.join(['%s'] * len(_ROW))})"
    return (
        f"INSERT INTO {quote(table)} ({', '.join(map(quote, _ROW))}) VALUES {', '.join([one] * count)} "  # noqa: S608
        "ON CONFLICT (case_id, number) DO UPDATE SET state = excluded.state, answer = excluded.answer"
    )
