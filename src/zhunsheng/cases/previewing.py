"""文书预览: the papers a step would issue, made before it is taken. Reads only; numbers are given when a step is taken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from zhunsheng.cases.capacity import acting_for
from zhunsheng.cases.facts import facts_for, given_by_platform
from zhunsheng.cases.issuers import issuers
from zhunsheng.cases.models import Case
from zhunsheng.cases.reading import local_limits, procedure_of, state_of
from zhunsheng.kernel.limits import Amount
from zhunsheng.kernel.transition import Command, CompiledProcedure, Refusal, act, settle
from zhunsheng.law.working_days import calendar
from zhunsheng.local.values import NOTHING, decisions
from zhunsheng.orgs.access import Access
from zhunsheng.papers.issuing import paper_values, template_of
from zhunsheng.papers.layout import fill
from zhunsheng.papers.models import PaperTemplate
from zhunsheng.papers.place_templates import Chosen, chosen
from zhunsheng.papers.printing import BuiltIn, FromTemplate, Printed

NUMBER_TO_COME = "（取号后生成）"


class Preview(NamedTuple):
    """A paper as it would print."""

    kind: str
    printed: Printed


def previews(
    case: Case,
    action: str,
    access: Access,
    *,
    on: date,
    values: Mapping[str, Any],
    outcome: str | None,
    note: str,
    amount: Amount | None,
    today: date,
) -> tuple[list[Preview], Refusal | None]:
    """The papers of a step with what is filled in so far, and why the step would be refused as it stands.

    What is still missing prints as a blank; due dates are counted as if the step were taken as filled in.
    """  # fmt: skip
    compiled = procedure_of(case)
    working_days = calendar()
    state = state_of(case, compiled)
    local = local_limits(compiled, case.path)
    settled = list(settle(compiled, state, on - timedelta(days=1), working_days, local))
    if settled:
        state = settled[-1].case
    right = acting_for(access, compiled, case.path, action)
    roles = right.roles(case.system, case.path, frozenset(compiled.procedure.roles))
    known = {**compiled.kept(action, case.fields), **values}
    facts = facts_for(compiled, action, known, case.organ_id, on, case.pk)
    given = given_by_platform(compiled, action, known, case.organ, on, case_id=case.pk)
    command = Command(
        action, on, today, str(access.officer), str(case.organ_id), roles, values, outcome, note, facts, amount,
        principal=str(right.principal or ""), local=local, given=given,
    )  # fmt: skip
    result = act(compiled, state, command, working_days)
    refusal = result if isinstance(result, Refusal) else None
    declared = compiled.procedure.actions[action]
    if refusal is not None and refusal.code == "missing" and refusal.field in declared.worked_out:
        refusal = None  # worked out when the step is taken
    if isinstance(result, Refusal):
        after, kinds = (
            state._replace(fields={**compiled.kept(action, state.fields), **values, **given}),
            declared.papers,
        )
    else:
        after, kinds = result.case, result.papers
        outcome = result.outcome or after.outcome
    known = decisions() if kinds else NOTHING
    elsewhere = issuers(compiled, action, kinds, after.fields, on, case.organ, right)
    found = []
    for kind in kinds:
        issuer = elsewhere.get(kind, case.organ)
        own = chosen(known, compiled, kind, issuer.path, on)
        number = NUMBER_TO_COME if compiled.procedure.papers[kind].number else ""
        filled_in = paper_values(
            compiled, kind, after, working_days, number=number, case_number=case.number, organ_name=case.organ.name,
            signer=issuer.name, on=on, outcome=outcome, note=note, title=case.title, names=own.names if own else None,
        )  # fmt: skip
        found.append(Preview(kind, _printed(compiled, kind, own, filled_in, issuer.name, number, on)))
    return found, refusal


def _printed(
    compiled: CompiledProcedure,
    kind: str,
    own: Chosen | None,
    values: Mapping[str, str],
    signer: str,
    number: str,
    on: date,
) -> Printed:
    if own is not None:
        return FromTemplate(PaperTemplate.objects.get(pk=own.pk), values)
    return BuiltIn(
        fill(template_of(compiled.slug, compiled.procedure, kind), values, signer=signer, number=number, on=on)
    )
