"""Acting on a case from its page (办理): the form of an action or verb, in place or as a page of its own.

The form is made in ``forms``; ``cases.actions`` decides and writes. What was typed is never lost: it is kept as a draft
while it is typed. The papers shown beside the form are made in ``case_previews``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from zhunsheng.cases import actions
from zhunsheng.cases.asking import answers
from zhunsheng.cases.drafts import draft_of, drop_draft, keep_draft
from zhunsheng.cases.facts import given_by_list_change, given_by_meetings
from zhunsheng.cases.materials import works_on
from zhunsheng.cases.matters import begun, day_of_step, taken_over
from zhunsheng.cases.models import Case, Draft, Event
from zhunsheng.cases.reading import choices_for, limits_of, procedure_of, verbs_for
from zhunsheng.catalogue.loading import System, systems
from zhunsheng.desk.case_fields import FieldLine, field_lines
from zhunsheng.desk.case_previews import preview_context
from zhunsheng.desk.case_rows import outcome_name
from zhunsheng.desk.forms import ActionForm, StepForm, VerbForm, say_refusal
from zhunsheng.desk.frame import Crumb, officers_only, page, telling
from zhunsheng.desk.law_marks import mark_of_basis
from zhunsheng.desk.offered_entries import offered_entries
from zhunsheng.desk.reach import organs_near, visible_case
from zhunsheng.desk.wording import in_a_row, name_of, say
from zhunsheng.kernel.office import VERBS, Verb, is_verb
from zhunsheng.kernel.transition import CompiledProcedure, Refusal
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.models import Officer
from zhunsheng.orgs.refusals import Refused
from zhunsheng.typed import whole_number


def respond(
    request: Any, form: StepForm, *, title: str, back: str, trail: Sequence[Crumb], system: System,
    status: int | None = None, **context: Any,
) -> HttpResponse:  # fmt: skip
    """The form: alone for htmx, in its frame otherwise; 422 when something in it was refused."""
    status = status or (422 if form.is_bound else 200)
    data = {"form": form, "title": title, "back": back, "address": request.path,
            "today_text": request.day.isoformat(), **context}  # fmt: skip
    if request.htmx:
        return TemplateResponse(request, "desk/_action_form.html", data, status=status)
    return page(request, "desk/action.html", data, trail=[*trail, Crumb(title)], system=system, status=status)


def go(request: Any, address: str) -> HttpResponse:
    """To another page, also where htmx asked."""
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)


@officers_only
def act(request: Any, pk: int, action: str) -> HttpResponse:
    """Take an action of the procedure or use a verb of office work on a case."""
    case = visible_case(request, pk)
    compiled = procedure_of(case)
    verb = is_verb(action)
    if not (action in list(Verb) if verb else action in compiled.procedure.actions):
        raise Http404
    label = say(VERBS[Verb(action)].words if verb else compiled.procedure.actions[action])
    form = form_for(request, case, compiled, action)
    refusal = _refusal_now(request, case, action, verb)
    newer: list[Event] = []
    draft = restore(form, case, action, request.user) if request.method == "GET" else keep(request, case, action)
    wants_preview = "preview" in request.POST
    if request.method == "POST" and not wants_preview and form.is_valid():
        try:
            _perform(request, case, action, form, verb, refusal)
        except Refused as refused:
            if refused.refusal.code == "stale":
                newer = _since(case, form)
            else:
                form.refuse(refused.refusal)
        else:
            drop_draft(case, action, request.user)
            messages.success(request, _("已办理：%(action)s") % {"action": label})
            # Who has sent it back, or given the case away, may not see it any more: asked anew, not as it was noted before.
            now = replace(request.access, noted=None)
            still_seen = not verb or Case.visible.or_answered(now).filter(pk=pk).exists()
            return go(request, reverse("desk:case", args=[pk]) if still_seen else reverse("desk:to-do"))
    declared = None if verb else compiled.procedure.actions[action]
    return respond(
        request, form, title=label, back=reverse("desk:case", args=[pk]), system=systems()[case.system],
        status=200 if wants_preview else None, trail=[Crumb(case.number or str(case.pk), reverse("desk:case", args=[pk]))],
        refusal=say_refusal(refusal) if refusal and not form.is_bound else "",
        newer=newer_lines(compiled, newer), case=case,
        cited=compiled.cited[action] if declared else None,
        is_law=declared is not None and declared.basis.article is not None, hint=declared.hint if declared else None,
        changed=mark_of_basis(request, compiled, systems()[case.system], declared.basis if declared else None),
        papers=[compiled.procedure.papers[name] for name in declared.papers] if declared else [],
        apart=kept_apart(compiled, action), acting=action, action=action, draft=draft if request.method == "GET" else None,
        **(preview_context(request, case, action, form) if wants_preview else {}),
    )  # fmt: skip


def kept_apart(compiled: CompiledProcedure, action: str) -> list[tuple[str, Words]]:
    """The steps that whoever takes this one may not take afterwards, each time with why."""
    actions = compiled.procedure.actions
    return [
        (in_a_row(say(actions[name]) for name in gate.on), Words(gate.zh, gate.en))
        for gate in compiled.procedure.gates
        if action in gate.not_by and not gate.when
    ]


def form_for(request: Any, case: Case, compiled: CompiledProcedure, action: str) -> Any:
    """The form of a step, bound to what was posted."""
    if is_verb(action):
        return _verb_form(request, case, Verb(action))
    return _action_form(request, case, compiled, action)


# --- drafts --------------------------------------------------------------------------------------------------------

_NOT_TYPED = frozenset({"csrfmiddlewaretoken", "expected_sequence", "preview", "discard", "acting"})


def keep(request: Any, case: Case, action: str) -> Draft | None:
    """Keep what was posted as the officer's draft of this step, unless he has taken it since the form was made: the last
    thing a form sends may arrive after the step itself."""
    seen = whole_number(request.POST.get("expected_sequence"))
    taken = case.events.filter(action=action, officer=request.user)
    if seen is not None and taken.filter(sequence__gt=seen).exists():
        return None
    typed = ((name, values) for name, values in request.POST.lists() if name not in _NOT_TYPED)
    return keep_draft(case, action, request.user, typed)


def restore(form: StepForm, case: Case, action: str, officer: Officer) -> Draft | None:
    """Fill a form with the officer's draft, if there is one; what was seen of the case stays what it is now."""
    draft = draft_of(case, action, officer)
    if draft is None:
        return None
    typed = QueryDict(mutable=True)
    for name, values in draft.typed.items():
        typed.setlist(name, values)
    for name, field in form.fields.items():
        if name not in _NOT_TYPED and not field.widget.value_omitted_from_data(typed, {}, name):
            form.initial[name] = field.widget.value_from_datadict(typed, {}, name)
    return draft


@officers_only
@require_POST
def save_draft(request: Any, pk: int, action: str) -> HttpResponse:
    """Keep the draft while it is typed, or throw it away when the officer says so."""
    case = visible_case(request, pk)
    if action not in procedure_of(case).procedure.actions and action not in list(Verb):
        raise Http404
    if "discard" in request.POST:
        drop_draft(case, action, request.user)
        return go(request, reverse("desk:act", args=[pk, action]))
    return TemplateResponse(request, "desk/_draft_saved.html", {"draft": keep(request, case, action)})


def _refusal_now(request: Any, case: Case, action: str, verb: bool) -> Refusal | None:
    """Why the officer may not take the step today, whatever he fills in; None when he may."""
    if not verb:
        return dict(choices_for(case, request.access, request.day)).get(action)
    if action in verbs_for(case, request.access):
        return None
    words = VERBS[Verb(action)].words
    return Refusal("role", Words(f"您现在不能对本案「{words.zh}」", f"you cannot use “{words.en}” on this case now"))


def _action_form(request: Any, case: Case, compiled: CompiledProcedure, action: str) -> ActionForm:
    found = {
        **begun(compiled, action, case.organ, request.day, case.fields),
        **taken_over(compiled, action, case.pk, request.access),
        **given_by_meetings(compiled, action, case.pk, request.day, compiled.procedure.actions[action].field_names),
    }
    counted = day_of_step(compiled, action, request.day) | given_by_list_change(compiled, action, case)
    held = {**found, **compiled.kept(action, case.fields), **counted, **answers(compiled, action, case)}
    return ActionForm(
        compiled, action, request.POST or None, organs=organs_near(case.organ, request.day), held=held,
        limits=limits_of(case), initial={"on": request.day.isoformat(), "expected_sequence": case.sequence},
        offered=offered_entries(compiled, action, case.organ, request.access, request.day),
    )  # fmt: skip


def _verb_form(request: Any, case: Case, verb: Verb) -> VerbForm:
    organs = organs_near(case.organ, request.day)
    officers = list(Officer.objects.filter(is_active=True, duties__organ__path__startswith=case.path).distinct()
                    if verb is Verb.ADD_SIGNER else ())  # fmt: skip
    return VerbForm(
        verb, request.POST or None, organs=[o for o in organs if o.pk != case.organ_id], officers=officers,
        requests=open_requests(request, case, verb),
        initial={"on": request.day.isoformat(), "expected_sequence": case.sequence, **_chosen(request)},
    )  # fmt: skip


def _chosen(request: Any) -> dict[str, str]:
    """The request an address names; where it names none the form begins with the first."""
    return {"request": request.GET["request"]} if "request" in request.GET else {}


def open_requests(request: Any, case: Case, verb: Verb) -> list[tuple[int, str]]:
    """The open requests a verb can answer: those asked of the officer, or for 撤回 those the case's organ made."""
    rows = case.assignments.filter(state="open").select_related("to_organ", "to_officer").order_by("number")
    found = []
    for row in rows:
        asked_of_me = request.access.is_asked(row.to_organ_id, row.to_officer_id, case.system)
        fits = {"assignment": (Verb.REPLY, Verb.SEND_BACK)}.get(row.kind, (Verb.SIGN,))
        if verb is Verb.TAKE_BACK or (asked_of_me and verb in fits):
            whom = name_of(row.to_organ) if row.to_organ else row.to_officer.name
            found.append((row.number, f"{row.number}. {whom}：{row.text}" if row.text else f"{row.number}. {whom}"))
    return found


def _perform(request: Any, case: Case, action: str, form: Any, verb: bool, refusal: Refusal | None) -> None:
    data = form.cleaned_data
    seen = data.get("expected_sequence")
    if verb and refusal is not None and seen in (None, case.sequence):
        raise Refused(refusal)
    actions.perform(
        case.pk, action, on=data["on"], officer=request.user, values=form.values, outcome=data.get("outcome") or None,
        note=data.get("note", ""), amount=getattr(form, "amount", None), request=data.get("request"),
        expected_sequence=seen, today=request.day,
    )  # fmt: skip


def _since(case: Case, form: StepForm) -> list[Event]:
    """What happened since the officer opened the page; the form then stands on the newest state."""
    seen = form.cleaned_data["expected_sequence"] or 0
    newer = list(
        case.events.filter(sequence__gt=seen).select_related("officer", "on_behalf_of", "organ").order_by("sequence")
    )
    form.data = form.data.copy()
    form.data["expected_sequence"] = newer[-1].sequence if newer else case.sequence
    return newer


class NewerLine(NamedTuple):
    """Something recorded since the officer opened the page: what, by whom, and what it filled in, masked."""

    event: Event
    name: str
    outcome: str
    fields: list[FieldLine]


def newer_lines(compiled: CompiledProcedure, events: Iterable[Event]) -> list[NewerLine]:
    return [
        NewerLine(
            event, action_name(compiled, event.action),
            outcome_name(compiled, event.outcome) if event.outcome else "", field_lines(compiled, event),
        )
        for event in events
    ]  # fmt: skip


def action_name(compiled: CompiledProcedure, action: str) -> str:
    """The name of an action or verb, as a record shows it."""
    if is_verb(action):
        return say(VERBS[Verb(action)].words) if action in list(Verb) else action
    declared = compiled.procedure.actions.get(action)
    return say(declared) if declared else action


@officers_only
@require_POST
def link(request: Any, pk: int) -> HttpResponse:
    """关联: put another case, named by its number, on the same matter."""
    case = visible_case(request, pk)
    number = request.POST.get("number", "").strip()
    other = Case.visible.to(request.access).filter(number=number).first() if number else None
    back = f"{reverse('desk:case', args=[pk])}?tab=links"
    if not works_on(case, request.access):
        messages.error(request, _("您不承办本案，不能关联。"))
        return HttpResponseRedirect(back)
    if other is None:
        messages.error(
            request,
            _("没有找到案号「%(number)s」的案件，或者您不能查看。请核对案号，括号用〔〕。") % {"number": number},
        )
        return HttpResponseRedirect(back)
    with telling(request, _("已关联 %(number)s") % {"number": number}):
        actions.link_cases(case.pk, other.pk, officer=request.user)
    return HttpResponseRedirect(back)


@officers_only
@require_POST
def preview(request: Any, pk: int, action: str) -> HttpResponse:
    """The papers of a step as they would print with what is filled in so far."""
    case = visible_case(request, pk)
    compiled = procedure_of(case)
    if action not in compiled.procedure.actions:
        raise Http404
    form = form_for(request, case, compiled, action)
    return TemplateResponse(request, "desk/_paper_preview.html", preview_context(request, case, action, form))
