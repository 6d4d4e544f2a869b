"""关联的案件: every case of one matter, however far along the links, and what one case hands to the next.

Reads only; links are made by ``actions.link_cases``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from zhunsheng.cases.models import Case, CaseLink
from zhunsheng.cases.reading import procedure_of
from zhunsheng.kernel.action import OUTCOME
from zhunsheng.kernel.fields import TEXTS, FieldError, FieldType
from zhunsheng.kernel.procedure import TAKEN_OVER
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.orgs.access import Access

FARTHEST = 4
"""As many links are followed from a case; a matter goes from reconsideration to a lawsuit and its later instances."""


def matter_of(case: Case, access: Access) -> QuerySet[Case]:
    """The other cases of the matter, those the officer may see. At most ``FARTHEST`` + 1 queries."""
    found, edge = {case.pk}, {case.pk}
    for _step in range(FARTHEST):
        pairs = CaseLink.objects.filter(case__in=edge).values_list("other_id", flat=True)
        back = CaseLink.objects.filter(other__in=edge).values_list("case_id", flat=True)
        edge = set(pairs.union(back)) - found
        if not edge:
            break
        found |= edge
    return Case.visible.to(access).filter(pk__in=found - {case.pk})


def taken_over(compiled: CompiledProcedure, action: str, case_id: int, access: Access | None) -> dict[str, Any]:
    """What the form of a step begins with from the newest linked case of each system the step names, of those the officer may
    see (all of them for who acts for nobody); one query, none where it names none. What does not fit the field is left to be filled in."""
    step = compiled.procedure.actions.get(action)
    if step is None or not step.takes_over:
        return {}
    pairs = CaseLink.objects.filter(case=case_id).values("other_id")
    back = CaseLink.objects.filter(other=case_id).values("case_id")
    seen = Case.objects.all() if access is None else Case.visible.to(access)
    linked = seen.filter(Q(pk__in=pairs) | Q(pk__in=back), system__in=step.takes_over)
    newest = {case.system: case for case in linked.order_by("opened_on", "pk")}
    values: dict[str, Any] = {}
    for slug, wanted in step.takes_over.items():
        if slug not in newest:
            continue
        for name, source in wanted.items():
            value = _said(newest[slug], source)
            if value in (None, "", []):
                continue
            try:
                compiled.all_fields[name].parse(value)
            except FieldError:
                continue  # a choice that is called otherwise here
            values[name] = value
    return values


def _said(case: Case, source: str) -> Any:
    """A field of a case, or what else it answers to; its outcome by name."""
    if source in case.fields:
        return case.fields[source]
    if source == OUTCOME:
        outcome = procedure_of(case).procedure.outcomes.get(case.outcome or "")
        return outcome.zh if outcome else None
    value = getattr(case, source, None) if source in TAKEN_OVER else None
    return value.isoformat() if isinstance(value, date) else value


def handed_on(case: Case, to: CompiledProcedure, action: str) -> dict[str, Any]:
    """What a case already says of the fields a new case asks for: fields of the same name and type, and those the new
    procedure declares to take over."""
    own = procedure_of(case)
    wanted = to.procedure.actions[action].field_names
    declared: Mapping[str, str | dict[str, Any]] = to.procedure.takes_over.get(case.system, {})
    implicit = {"number": case.number, "title": case.title}
    values: dict[str, Any] = {}
    for name in wanted:
        source = declared.get(name, name)
        if isinstance(source, dict):
            values[name] = source["value"]
            continue
        value = case.fields.get(source, implicit.get(source) if name in declared else None)
        if value in (None, "", []):
            continue
        if source in own.all_fields and own.all_fields[source].type is not to.all_fields[name].type:
            if to.all_fields[name].type is FieldType.PARTY and isinstance(value, str):
                values[name] = to.all_fields[name].parse(value)  # a unit that is named becomes the party it is
                continue
            if not {own.all_fields[source].type, to.all_fields[name].type} <= TEXTS or not isinstance(value, str):
                continue
            value = " ".join(value.split())  # a text of several lines as one
        try:
            to.all_fields[name].parse(value)
        except FieldError:
            continue  # a choice of the same name that offers other things
        values[name] = value
    return values
