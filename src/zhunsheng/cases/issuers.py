"""发文机关: which organ signs and numbers a paper a step issues. Most are the organ's that has the case.

What the text of a paper says of it (``@sign``) is read here; nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, TypeAlias

from zhunsheng.cases.organs import organ_called
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import EVERY_SYSTEM, Organ
from zhunsheng.papers.issuing import template_of
from zhunsheng.papers.layout import ABOVE, OFFICER

Remembered: TypeAlias = dict[tuple[str, str], Organ | None]
"""Name and region -> the organ so called, looked up once for many cases."""
NONE: Mapping[str, Organ] = {}


@cache
def _signed_by(compiled: CompiledProcedure) -> Mapping[str, str]:
    """Paper -> ``OFFICER``, ``ABOVE`` or the field that names who signs it; not those the organ of the case signs."""
    signers = {kind: template_of(compiled.slug, compiled.procedure, kind).signer for kind in compiled.procedure.papers}
    return {kind: signer.strip("{}") for kind, signer in signers.items() if signer}


def issuers(
    compiled: CompiledProcedure, action: str, papers: Sequence[str], fields: Mapping[str, Any], on: date, organ: Organ,
    access: Access | None, remembered: Remembered | None = None,
) -> Mapping[str, Organ]:  # fmt: skip
    """The other organs that issue papers of a step, by paper. Whoever acts for nobody (an import, a command) stands for the organ of
    the case, or for that above it. One query for each paper, but for what is ``remembered``."""
    elsewhere = _signed_by(compiled)
    if elsewhere.keys().isdisjoint(papers):
        return NONE
    found = {}
    for kind in papers:
        signer = elsewhere.get(kind, "")
        if signer in (OFFICER, ABOVE):
            issuer = None if access is None else _of_officer(compiled, action, organ, access, signer == ABOVE)
            issuer = issuer or (organ.parent if signer == ABOVE else None)
        else:
            issuer = _named(fields.get(signer), organ, on, {} if remembered is None else remembered)
        if issuer is not None:
            found[kind] = issuer
    return found


def _named(value: Any, organ: Organ, on: date, remembered: Remembered) -> Organ | None:
    """The organ a field names, of several the first; none where it is no organ of the place."""
    name = str((value[0] if isinstance(value, list) and value else value) or "")
    if name in ("", organ.name):
        return None
    key = (name, organ.region_id)
    if key not in remembered:
        remembered[key] = organ_called(name, organ, on)
    return remembered[key]


def _of_officer(compiled: CompiledProcedure, action: str, organ: Organ, access: Access, is_above: bool) -> Organ | None:
    """The first organ in which the officer holds a role the step is for; none where that of the case is one and will do."""
    by = frozenset(compiled.procedure.actions[action].by)
    mine = (one for one in access.own if one.system in (EVERY_SYSTEM, compiled.slug) and one.roles(by))
    held = dict.fromkeys(one.organ for one in mine if not one.inherited)
    if organ.pk in held and not is_above:
        return None
    other = next((one for one in held if one != organ.pk), None)
    return None if other is None else Organ.objects.get(pk=other)
