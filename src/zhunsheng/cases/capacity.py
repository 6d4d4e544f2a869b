"""In whose right somebody acts on a case (以谁的名义): for himself wherever he can, else for an officer who is away.

Reads only. Who acts for whom is decided in ``orgs.delegating``; the kernel sees to it that the two count as one where the
law wants another person.
"""

from __future__ import annotations

from zhunsheng.kernel.case_state import CaseState, Request
from zhunsheng.kernel.office import Verb, is_verb
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.orgs.access import Access

ANSWERS = frozenset({Verb.REPLY, Verb.SEND_BACK, Verb.SIGN})
"""Verbs of those who were asked, who need no role in the case; the kernel sees to it that they are the ones."""


def is_asked(access: Access, request: Request, system: str) -> bool:
    """Whether something was asked of the officer or his organs."""
    to = int(request.to)
    if request.kind == "signature":
        return access.is_asked(None, to, system)
    return access.is_asked(to, None, system)


def acting_for(
    access: Access, compiled: CompiledProcedure, path: str, action: str, request: Request | None = None
) -> Access:
    """The capacity in which the officer would take a step or use a verb on a case whose organ has this path."""
    if action in ANSWERS and request is not None:
        return access.capacity_for(lambda one: is_asked(one, request, compiled.slug))
    declared = frozenset(compiled.procedure.roles)
    if is_verb(action) or action not in compiled.procedure.actions:
        return access.capacity_for(lambda one: one.roles(compiled.slug, path, declared))
    by = compiled.procedure.actions[action].by
    return access.capacity_for(lambda one: not one.roles(compiled.slug, path, declared).isdisjoint(by))


def request_of(state: CaseState, number: int | None) -> Request | None:
    """What was asked under a number."""
    return next((request for request in state.requests if request.number == number), None)
