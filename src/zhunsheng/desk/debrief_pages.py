"""述法 (Debriefs): who was called and how far they are, all heads called at once, and one debrief with its facts filled in.

Counting, drafting and writing are the room of assessment's; how a debrief is assessed is worked on at its case.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhunsheng.assessment.debriefs import (
    DEBRIEFS,
    DUTIES,
    Head,
    call_all,
    debriefs_of,
    draft_of,
    duties_of,
    facts_of,
    hand_in,
    heads_to_call,
    studies_attended,
)
from zhunsheng.cases.models import Case
from zhunsheng.cases.replay import ReplayRefused
from zhunsheng.catalogue.loading import system
from zhunsheng.desk.assessment_pages import year_asked, years_offered
from zhunsheng.desk.forms import say_refusal
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.organ_forms import OfficeForm, choice, day
from zhunsheng.desk.widgets import TickList
from zhunsheng.desk.wording import name_of, say
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.refusals import Refused
from zhunsheng.typed import whole_number

TITLE = Words("年终述法", "Debriefs")
WRITTEN = ("performance", "shortcomings", "next_year")
"""The words of a debrief, typed by the unit."""


class CallForm(OfficeForm):
    """Which heads are called, by when and in which form."""

    def __init__(self, heads: list[Head], year: int, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        forms_of = system(DEBRIEFS).procedures[-1].fields["form"].choices
        self.fields["due_on"] = day(_("提交期限"), date(year + 1, 1, 15))
        self.fields["form"] = choice(
            _("述法方式"), [(key, say(words)) for key, words in forms_of.items()], initial="written"
        )
        self.fields["organs"] = forms.TypedMultipleChoiceField(
            label=_("述法单位"), coerce=int, choices=[(head.organ.pk, f"{name_of(head.organ)} · {head.post}") for head in heads],
            initial=[head.organ.pk for head in heads], widget=TickList(),
        )  # fmt: skip


@officers_only
def debriefs(request: Any) -> HttpResponse:
    """The debriefs of a year; for the office a form that calls all heads who have not been called."""
    year = year_asked(request)
    heads = heads_to_call(request.access, year, request.day)
    form = CallForm(heads, year, request.POST or None) if heads else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid() and _called(request, form, heads, year):
            return HttpResponseRedirect(f"{reverse('desk:debriefs')}?year={year}")
    cases = debriefs_of(request.access, year)
    states = system(DEBRIEFS).procedures[-1].states
    grades = system(DEBRIEFS).procedures[-1].fields["grade"].choices
    lines = [
        (case, states[case.state].words, _is_late(case, request.day), grades.get(str(case.fields.get("grade"))))
        for case in cases
    ]
    context = {
        "here": "debriefs", "year": year, "years": years_offered(request), "lines": lines, "form": form, "count": len(heads),
        "given": sum(case.state in ("submitted", "assessed", "correcting", "closed") for case in cases),
        "late": sum(late for _case, _state, late, _grade in lines),
        "closed": sum(case.state == "closed" for case in cases),
    }  # fmt: skip
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return page(request, "desk/debriefs.html", context, trail=[Crumb(TITLE)], status=status)


def _is_late(case: Case, on: date) -> bool:
    due_on = case.fields.get("due_on")
    return case.state in ("called", "drawn") and bool(due_on) and date.fromisoformat(due_on) < on


def _called(request: Any, form: CallForm, heads: list[Head], year: int) -> bool:
    told = form.cleaned_data
    if told["due_on"] < request.day:
        form.add_error("due_on", _("提交期限不能早于今天"))
        return False
    chosen = [head for head in heads if head.organ.pk in told["organs"]]
    try:
        called = call_all(
            chosen, year, told["form"], told["due_on"], on=request.day, officer=request.user, access=request.access
        )
    except ReplayRefused as refused:
        first = refused.result.problems[0]
        form.add_error(None, f"{first.reference}{_('：')}{say_refusal(first.refusal)}")
        return False
    messages.success(request, _("已布置 %(n)s 个单位述法，事实由平台取好") % {"n": called})
    return True


def _duties(case: Case, access: Access) -> list[tuple[Case, Words]]:
    """The duties of the head with the names of their states."""
    states = system(DUTIES).procedures[-1].states
    return [(duty, states[duty.state].words) for duty in duties_of(case, access)]


@officers_only
def debrief(request: Any, pk: int) -> HttpResponse:
    """A debrief: its facts as of today, the words to be written begun from the records, and handing it in."""
    case = Case.visible.to(request.access).select_related("organ").filter(pk=pk, system=DEBRIEFS).first()
    if case is None:
        raise Http404
    declared = system(DEBRIEFS).procedures[-1]
    is_open = case.state in ("called", "drawn")
    may_write = is_open and bool(request.access.roles(DEBRIEFS, case.organ.path, frozenset({"unit"})))
    studies = studies_attended(case)
    wrong: list[str] = []
    typed: Mapping[str, str] = {}
    if request.method == "POST":
        if not may_write:
            raise Http404
        typed = {name: request.POST.get(name, "").strip() for name in WRITTEN}
        wrong = [
            _("「%(name)s」必须填写") % {"name": say(declared.fields[name])} for name in WRITTEN if not typed[name]
        ]
        if not wrong:
            try:
                hand_in(
                    case,
                    typed,
                    officer=request.user,
                    on=request.day,
                    sequence=whole_number(request.POST.get("sequence")),
                )
            except Refused as refused:
                wrong = [say_refusal(refused.refusal)]
            else:
                messages.success(request, _("已提交述法报告"))
                return HttpResponseRedirect(reverse("desk:case", args=[pk]))
    begun = draft_of(case, studies, request.access) if may_write and not typed else {}
    texts = [
        (name, declared.fields[name].words, typed.get(name) or case.fields.get(name) or begun.get(name, "")) for name in WRITTEN
    ]  # fmt: skip
    context = {
        "here": "debriefs", "case": case, "facts": facts_of(case), "is_open": is_open, "may_write": may_write, "texts": texts,
        "studies": studies, "duties": _duties(case, request.access), "state": declared.states[case.state].words, "wrong": wrong, "year": case.fields["year"],
    }  # fmt: skip
    trail = [Crumb(TITLE, f"{reverse('desk:debriefs')}?year={case.fields['year']}"), Crumb(case.number or case.title)]
    return page(request, "desk/debrief.html", context, trail=trail, status=422 if wrong else 200)
