"""Who may take which step in which state, as one table for lawyers (权限表): roles by their marks, states across, steps down."""

from __future__ import annotations

from dataclasses import dataclass

from zhunsheng.catalogue.course import OPENING, permissions_of
from zhunsheng.kernel.action import THE_LAW
from zhunsheng.kernel.compiled import CompiledProcedure
from zhunsheng.kernel.words import Words

BEFORE = Words("尚未开始", "Not begun")
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
BY_LAW = "§"
"""What stands in the table for a step the law takes by itself."""


@dataclass(frozen=True)
class Matrix:
    """Who may take which step in which state: the marks of the roles, the states, and a row of cells for each step."""

    roles: list[tuple[str, Words]]
    states: list[Words]
    rows: list[tuple[Words, list[str]]]


def matrix_of(compiled: CompiledProcedure) -> Matrix:
    """The permissions of a procedure as a table."""
    procedure = compiled.procedure
    marks = dict(zip(procedure.roles, CIRCLED, strict=False)) | {THE_LAW: BY_LAW}
    states = [OPENING, *procedure.states]
    rows = [
        (procedure.actions[name].words, ["".join(marks[role] for role in places.get(state, ())) for state in states])
        for name, places in permissions_of(compiled).items()
    ]
    return Matrix(
        [(marks[role], words.words) for role, words in procedure.roles.items()],
        [BEFORE, *(state.words for state in procedure.states.values())], rows,
    )  # fmt: skip
