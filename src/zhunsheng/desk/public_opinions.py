"""公众意见: the opinions on a draft, one line each, and the answers to them: one answer for all that are ticked.

The opinions are the entries the case has made in its table; an answer is a step of the case. What is published of an opinion is the
gist written here, never its words. Who gave it stays masked on the page of the case.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case
from zhunsheng.cases.reading import choices_for, procedure_of
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.forms import say_refusal
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.reach import visible_case
from zhunsheng.kernel.articles import placed
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers.models import Entry, Revision

TITLE = gettext_lazy("公众意见")
SYSTEM, ANSWER, ENTER = "public_consultation", "answer_opinion", "enter_opinion"
PAGE_SIZE = 100
MOST = 100
"""Opinions one answer may be given to."""


@officers_only
def public_opinions(request: Any, pk: int) -> HttpResponse:
    """The table of opinions of a consultation; by POST one answer to those ticked."""
    row = visible_case(request, pk)
    if row.system != SYSTEM:
        raise Http404
    problem = ""
    if request.method == "POST":
        chosen = list(dict.fromkeys(request.POST.getlist("opinion")))[:MOST]
        try:
            _answer(request, row, chosen)
        except Refused as error:
            problem = say_refusal(error.refusal)
        else:
            messages.success(request, _("已答复 %(n)s 条意见。") % {"n": len(chosen)})
            return HttpResponseRedirect(request.get_full_path())
    compiled, table = procedure_of(row), systems()[SYSTEM].registers[-1]
    choices = {
        name: refusal for name, refusal in choices_for(row, request.access, request.day) if name in (ANSWER, ENTER)
    }
    refusal = choices.get(ANSWER)
    is_open = request.GET.get("show") != "all"
    rows = _opinions(request, row)
    unanswered = rows.filter(values__adoption__isnull=True)
    pages = Paginator(unanswered if is_open else rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "case": row, "title": row.fields.get("draft_title", ""), "pages": pages, "is_open": is_open, "all": rows.count(),
        "unanswered": unanswered.count(), "lines": _in_order(row, list(pages)), "channels": table.fields["channel"].choices,
        "adoptions": table.fields["adoption"].choices, "may_answer": ANSWER in choices and refusal is None,
        "why_not": say_refusal(refusal) if refusal is not None else "", "may_enter": ENTER in choices and choices[ENTER] is None,
        "problem": problem, "typed": request.POST if problem else {}, "chosen": set(request.POST.getlist("opinion")),
        "state": compiled.procedure.states[row.state], "public": reverse("public:consultation", args=[pk]),
    }  # fmt: skip
    trail = [Crumb(row.number, reverse("desk:case", args=[pk])), Crumb(str(TITLE))]
    return page(
        request,
        "desk/public_opinions.html",
        context,
        trail=trail,
        system=systems()[SYSTEM],
        status=422 if problem else 200,
    )


@transaction.atomic
def _answer(request: Any, row: Case, chosen: list[str]) -> None:
    """The same answer to each; all of them or none. Raises ``Refused``."""
    own = set(_opinions(request, row).filter(entry__key__in=chosen).values_list("entry__key", flat=True))
    answer = {name: request.POST.get(name, "").strip() for name in ("adoption", "adoption_reason", "gist")}
    given = {name: text for name, text in answer.items() if text}
    for code in (code for code in chosen if code in own):
        perform(row.pk, ANSWER, on=request.day, officer=request.user, values={**given, "opinion_code": code})
    if not own:
        messages.error(request, _("没有选中意见，请先勾选。"))


def _opinions(request: Any, row: Case) -> Any:
    """The opinions of a case the officer may see, as the table has them now."""
    entries = Entry.visible.to(request.access).filter(register=SYSTEM, organ=row.organ_id)
    rows = Revision.objects.filter(entry__in=entries, values__consultation=row.number, known_to=None, valid_to=None)
    return rows.select_related("entry").order_by("entry_id")


def _in_order(row: Case, rows: list[Revision]) -> list[Revision]:
    """By the articles of the draft, those on the whole first."""
    order: dict[str, int] = {"": -1}
    for place, _text in placed(row.fields.get("draft_text", "").splitlines()):
        order.setdefault(place, len(order))
    return sorted(rows, key=lambda one: (order.get(one.values.get("article") or "", len(order)), one.entry_id))
