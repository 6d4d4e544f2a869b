"""Cases over HTTP (办件): lists, one case with its limits, what may be done now and why not the rest, and doing it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Header, Path, Query

from zhunsheng.api import shapes
from zhunsheng.api.calls import Routes
from zhunsheng.api.once import once, tag_of, wanted_sequence
from zhunsheng.api.paging import MOST, USUAL, piece, whole
from zhunsheng.api.problems import Problem, not_there, pair
from zhunsheng.api.reading import case_out, field_out, masked, organ_out, summary_of, system_of
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.matters import handed_on
from zhunsheng.cases.models import Case, may_reveal
from zhunsheng.cases.reading import choices_for, procedure_of, receipts, verbs_for
from zhunsheng.catalogue.loading import UnknownSystem, systems
from zhunsheng.kernel.limits import Amount, Unit
from zhunsheng.kernel.office import VERBS, is_verb
from zhunsheng.kernel.transition import CompiledProcedure, Refusal
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Organ
from zhunsheng.security.audit import record

routes = Routes(tags=["办件 Cases"])
READ, WRITE, REVEAL = "cases:read", "cases:write", "cases:reveal"

Key = Annotated[int, Path(gt=0, lt=2**63)]
Name = Annotated[str, Path(max_length=60, pattern=r"^[a-z0-9_.]+$")]
Cursor = Annotated[str, Query(max_length=400)]
Limit = Annotated[int, Query(ge=1, le=MOST)]
Day = Annotated[date | None, Query()]
IdempotencyKey = Annotated[
    str, Header(alias="Idempotency-Key", min_length=8, max_length=100, pattern=r"^[\x21-\x7e]+$")
]
IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=40)]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", max_length=40)]


# --- what is declared ------------------------------------------------------------------------------------------------


@routes.reads("/systems", "", shapes.Page[shapes.SystemOut], "系统目录 · the kinds of work")
def list_systems(request: HttpRequest) -> Any:
    found = [
        {
            "slug": s.slug, "name": pair(s.name), "field_of_work": s.field_of_work, "has_cases": bool(s.procedures),
            "has_list": bool(s.registers),
        }
        for s in systems().values()
    ]  # fmt: skip
    return {"items": found}


@routes.reads("/systems/{slug}", "", shapes.DeclarationOut, "程序声明 · steps and fields of a kind of work")
def declaration(request: HttpRequest, slug: Name, on: Day = None) -> Any:
    try:
        compiled = system_of(slug).procedure_on(on or timezone.localdate())
    except UnknownSystem as error:
        raise not_there() from error
    procedure = compiled.procedure
    return {
        "slug": slug, "name": pair(procedure.name.words), "version": compiled.version,
        "states": {key: pair(state.words) for key, state in procedure.states.items()},
        "outcomes": {key: pair(words.words) for key, words in procedure.outcomes.items()},
        "roles": {key: pair(words.words) for key, words in procedure.roles.items()},
        "fields": [field_out(name, declared) for name, declared in compiled.all_fields.items()],
        "steps": [
            {
                "action": key, "name": pair(action.words), "starts": action.start, "from_states": action.from_,
                "to_state": action.to, "roles": action.by, "outcomes": action.outcome,
                "article": pair(compiled.cited[key]), **_filled_in(compiled, key),
            }
            for key, action in procedure.actions.items()
        ],
    }  # fmt: skip


def _filled_in(compiled: CompiledProcedure, action: str) -> dict[str, list[str]]:
    wanted = compiled.required[action]
    return {
        "required": [name for name, required in wanted if required],
        "optional": [name for name, required in wanted if not required],
    }


# --- reading ---------------------------------------------------------------------------------------------------------


@routes.reads("/cases", READ, shapes.Page[shapes.CaseOut], "办件列表 · cases, the newest first")
def list_cases(
    request: Any,
    system: Annotated[str, Query(max_length=60)] = "",
    state: Annotated[str, Query(max_length=60)] = "",
    organ: Annotated[int | None, Query(gt=0, lt=2**63)] = None,
    number: Annotated[str, Query(max_length=80)] = "",
    opened_from: Day = None,
    opened_to: Day = None,
    due_by: Day = None,
    is_open: Annotated[bool | None, Query()] = None,
    cursor: Cursor = "",
    limit: Limit = USUAL,
) -> Any:
    rows = Case.visible.to(request.caller.access).select_related("organ").defer("course", "choices")
    asked = {
        "system": system, "state": state, "organ": organ, "number": number, "opened_on__gte": opened_from,
        "opened_on__lte": opened_to, "next_due__lte": due_by,
        "closed_on__isnull": is_open,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in asked.items() if value not in (None, "")})
    found, after = piece(rows, ("opened_on", "pk"), (date.fromisoformat, whole), cursor, limit, down=True)
    return {"items": [case_out(row) for row in found], "next": after}


def _case(request: Any, key: int) -> Case:
    """A case the caller may see. Raises ``Problem``."""
    found = Case.visible.to(request.caller.access).select_related("organ").filter(pk=key).first()
    if found is None:
        raise not_there()
    return found


@routes.reads("/cases/{key}", READ, shapes.CaseDetailOut, "一件办件 · one case, its values and its limits")
def read_case(request: HttpRequest, response: HttpResponse, key: Key, if_none_match: IfNoneMatch = None) -> Any:
    case = _case(request, key)
    tag = tag_of(case.sequence)
    if if_none_match and if_none_match.strip() == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    response["ETag"] = tag
    return _detail(case)


def _detail(case: Case) -> shapes.CaseDetailOut:
    compiled = procedure_of(case)
    values, hidden = masked(compiled.all_fields, case.fields)
    today = timezone.localdate()
    lines = [
        shapes.DeadlineOut(
            key=name, name=pair(compiled.deadlines[name].declaration.words), state=receipt.state.value,
            started_on=receipt.start, due_on=receipt.due_date, met_on=receipt.met_on, provisional=receipt.provisional,
            is_overdue=name in compiled.owed and receipt.is_overdue(today),
            article=pair(receipt.limit.basis.cited), steps=[pair(step) for step in receipt.steps],
            calendar=receipt.calendar_version,
        )
        for name, receipt in receipts(case).items()
    ]  # fmt: skip
    return shapes.CaseDetailOut(**summary_of(case), version=case.version, fields=values, masked=hidden, deadlines=lines)


@routes.reads("/cases/{key}/events", READ, shapes.Page[shapes.EventOut], "办理记录 · what was done to a case")
def list_events(request: HttpRequest, key: Key, cursor: Cursor = "", limit: Limit = USUAL) -> Any:
    case = _case(request, key)
    compiled = procedure_of(case)
    rows = case.events.select_related("officer", "on_behalf_of", "organ")
    found, after = piece(rows, ("sequence",), (whole,), cursor, limit)
    items = [
        {
            "sequence": event.sequence, "action": event.action, "name": pair(_name_of(compiled, event.action)),
            "on": event.on, "recorded_at": event.recorded_at, "by": event.officer.name if event.officer else None,
            "on_behalf_of": event.on_behalf_of.name if event.on_behalf_of else None,
            "organ": organ_out(event.organ) if event.organ else None, "by_law": event.by_law,
            "outcome": event.outcome or None, "values": masked(compiled.all_fields, event.values)[0],
        }
        for event in found
    ]  # fmt: skip
    return {"items": items, "next": after}


def _name_of(compiled: CompiledProcedure, action: str) -> Any:
    if action in compiled.procedure.actions:
        return compiled.procedure.actions[action].words
    return VERBS[action].words  # type: ignore[index]


# --- what may be done ------------------------------------------------------------------------------------------------


@routes.reads(
    "/cases/{key}/actions", READ, shapes.ChoicesOut, "可以办理的环节 · what may be done now, and why not the rest"
)
def list_choices(request: Any, response: HttpResponse, key: Key) -> Any:
    case = _case(request, key)
    compiled = procedure_of(case)
    response["ETag"] = tag_of(case.sequence)
    steps = [
        {
            "action": name, "name": pair(compiled.procedure.actions[name].words), "possible": refusal is None,
            "outcomes": compiled.procedure.actions[name].outcome, **_filled_in(compiled, name),
            "refusal": None if refusal is None else _refusal_out(refusal),
        }
        for name, refusal in choices_for(case, request.caller.access)
    ]  # fmt: skip
    verbs = {verb.value: pair(VERBS[verb].words) for verb in verbs_for(case, request.caller.access)}
    return {"sequence": case.sequence, "steps": steps, "verbs": verbs}


def _refusal_out(refusal: Refusal) -> dict[str, Any]:
    article = pair(refusal.basis) if refusal.basis.zh else None
    return {"code": refusal.code, "detail": pair(refusal.reason), "article": article, "field": refusal.field}


@routes.writes("/cases", WRITE, shapes.CaseDetailOut, "立案 · open a case", status=201)
def open_one(request: Any, body: shapes.OpenIn, idempotency_key: IdempotencyKey) -> Any:
    caller = request.caller
    if body.system not in systems() or not systems()[body.system].procedures:
        raise Problem(422, "system", "没有这个系统", "there is no such system", field="system")
    organ = Organ.objects.filter(pk=body.organ, path__startswith=_own_path(caller)).first()
    if organ is None:
        raise Problem(
            403, "organ", "不在该账号所属单位之内", "the organ does not lie within that of the account", field="organ"
        )

    def work() -> tuple[int, shapes.CaseDetailOut, str]:
        source = None if body.source is None else _case(request, body.source)
        case = open_case(
            body.system, body.action, organ=organ, on=body.on, officer=caller.officer,
            values=_handed_on(source, body, caller.access) | body.values, outcome=body.outcome, note=body.note, source=source,
        )  # fmt: skip
        return 201, _detail(case), tag_of(case.sequence)

    return once(request, idempotency_key, work)


def _handed_on(source: Case | None, body: shapes.OpenIn, access: Access) -> dict[str, Any]:
    """What the case it is opened from says already, but what stays masked for the account; nothing where no such step is in force,
    which opening it refuses."""
    if source is None:
        return {}
    try:
        compiled = systems()[body.system].procedure_on(body.on)
    except UnknownSystem:
        return {}
    return handed_on(source, compiled, body.action, access) if body.action in compiled.procedure.actions else {}


def _own_path(caller: Any) -> str:
    found: str = Organ.objects.values_list("path", flat=True).get(pk=caller.organ)
    return found


@routes.writes("/cases/{key}/actions/{action}", WRITE, shapes.CaseDetailOut, "办理 · take a step or use a verb")
def act(
    request: Any, key: Key, action: Name, body: shapes.StepIn, idempotency_key: IdempotencyKey, if_match: IfMatch = None
) -> Any:
    caller, seen = request.caller, wanted_sequence(if_match)

    def work() -> tuple[int, shapes.CaseDetailOut, str]:
        case = _case(request, key)
        if not is_verb(action) and action not in procedure_of(case).procedure.actions:
            raise not_there()
        done = perform(
            case.pk, action, on=body.on, officer=caller.officer, values=body.values, outcome=body.outcome,
            note=body.note, amount=_amount(body), request=body.request, expected_sequence=seen,
        )  # fmt: skip
        return 200, _detail(done), tag_of(done.sequence)

    return once(request, idempotency_key, work)


def _amount(body: shapes.StepIn) -> Amount | None:
    if body.amount is None:
        return None
    if body.amount.unit not in list(Unit):
        told = "、".join(Unit)
        raise Problem(422, "unit", f"单位应为 {told} 之一", f"the unit is one of {told}", field="amount.unit")
    return Amount(body.amount.value, Unit(body.amount.unit))


@routes.asks("/cases/{key}/reveal", REVEAL, shapes.RevealedOut, "查看未遮掩的内容 · see masked fields, for a purpose")
def reveal(request: Any, key: Key, body: shapes.RevealIn) -> Any:
    case = _case(request, key)
    if not may_reveal(case, request.caller.access):
        raise Problem(403, "role", "只按条线查看的，不显示遮盖的内容", "what is seen by line alone stays masked")
    declared = procedure_of(case).all_fields
    unknown = [name for name in body.fields if name not in declared]
    if unknown:
        raise Problem(422, "field", f"没有「{unknown[0]}」这一项", f"there is no field “{unknown[0]}”", field="fields")
    for name in dict.fromkeys(body.fields):
        record(
            "case.reveal", f"case:{case.pk}", request.caller.officer.pk, field=name, purpose=body.purpose,
            token=request.caller.token,
        )  # fmt: skip
    return {"fields": {name: case.fields.get(name) for name in body.fields}}
