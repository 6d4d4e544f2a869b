"""Confirming a plan (核对规划): one measure at a time beside its source text, what is still missing, and the tasks raised.

``supervision.planning`` keeps what is corrected, ``supervision.confirming`` raises the tasks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhunsheng.catalogue.loading import system
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.plan_pages import TITLE
from zhunsheng.desk.wording import say
from zhunsheng.registers.reading import entries_on
from zhunsheng.supervision.answering import likest
from zhunsheng.supervision.confirming import Missing, code_of, confirm, shares_of
from zhunsheng.supervision.models import PlanText
from zhunsheng.supervision.naming import organs_below
from zhunsheng.supervision.planning import (
    MEASURES,
    TASK_FIELDS,
    TASKS,
    PlanRefused,
    correct,
    may_plan,
    set_defaults,
    void,
)
from zhunsheng.typed import whole_number


class Piece(NamedTuple):
    """A piece of the source text; ``number`` is the task it is the place of, none between them."""

    text: str
    number: int | None = None


class Step(NamedTuple):
    """A measure in the row of measures: looked through or not, how many doubts and things missing."""

    number: int
    name: str
    title: str
    is_checked: bool
    is_kept: bool
    doubts: int
    missing: int


def pieces_of(measure: Mapping[str, Any]) -> list[Piece]:
    """The text of a measure cut where its tasks begin and end."""
    whole = measure["text"] or measure["title"]
    pieces, cursor = [], 0
    for number, task in enumerate(measure["tasks"], 1):
        if task.get("at") and task["at"][0] >= cursor:
            start, end = task["at"]
            pieces += [Piece(whole[cursor:start]), Piece(whole[start:end], number)]
            cursor = end
    return [piece for piece in (*pieces, Piece(whole[cursor:])) if piece.text]


def plan_or_404(request: Any, pk: int) -> PlanText:
    """A plan the officer may see and make; else it does not exist for him."""
    row = get_object_or_404(
        PlanText.visible.to(request.access).select_related("organ", "officer", "confirmed_by"), pk=pk
    )
    if not may_plan(request.access, row.path):
        raise Http404
    return row


@officers_only
def plan(request: Any, pk: int) -> HttpResponse:
    """One measure of the plan beside its source text, and how far the plan is."""
    row = plan_or_404(request, pk)
    measures = row.proposal["measures"]
    number = min(whole_number(request.GET.get("m")) or _first_open(measures), len(measures))
    shares, missing = shares_of(row, request.access, request.day)
    of_measure: dict[int, list[Missing]] = {}
    for one in missing:
        of_measure.setdefault(one.measure, []).append(one)
    # Where each part of a plan counts from 1, a number alone names several.
    by = "number" if len({m["number"] for m in measures}) == len(measures) else "code"
    steps = [
        Step(
            place,
            m[by],
            m["title"],
            m["checked"],
            m["kept"],
            len(m["doubts"]),
            len(of_measure.get(place - 1, ())),
        )
        for place, m in enumerate(measures, 1)
    ]
    measure = measures[number - 1]
    wrong: dict[int, list[str]] = {}
    for one in of_measure.get(number - 1, ()):
        wrong.setdefault(-1 if one.task is None else one.task, []).append(say(one.words))
    uppers = _uppers(request, row)
    is_new = not measure["checked"] and not measure["upper"] and row.confirmed_at is None
    guess = likest(measure["title"], row.level, uppers) if is_new else ""
    called = next((title for code, title, _level in uppers if code == (measure["upper"] or guess)), "")
    context = {
        "here": "plans", "plan": row, "steps": steps, "number": number, "measure": measure, "code": code_of(row, measure),
        "pieces": pieces_of(measure), "previous": number - 1, "next": number + 1 if number < len(measures) else 0,
        "tasks": [(place + 1, task, wrong.get(place, [])) for place, task in enumerate(measure["tasks"])],
        "extra": len(measure["tasks"]), "rhythms": rhythms(), "missing": len(missing), "raised": len(shares),
        "organs": organs_below(row.organ, request.day), "checked": sum(m["checked"] for m in measures),
        "uppers": uppers, "guess": guess, "called": called, "wrong": wrong.get(-1, []), "confirmed": row.confirmed_at is not None,
    }  # fmt: skip
    trail = [Crumb(TITLE, reverse("desk:plans")), Crumb(row.title)]
    return page(request, "desk/plan.html", context, trail=trail)


def _first_open(measures: list[dict[str, Any]]) -> int:
    """The first measure nobody has looked through; the first of all when every one was."""
    return next((place for place, measure in enumerate(measures, 1) if not measure["checked"]), 1)


def rhythms() -> list[tuple[str, str]]:
    """The rhythms a task may come again in, as the list of recurring duties declares them."""
    declared = system(TASKS).registers[-1].fields["rhythm"]
    return [(key, say(words)) for key, words in declared.choices.items()]


def _uppers(request: Any, row: PlanText) -> list[tuple[str, str, str]]:
    """The measures of other plans a measure may answer to: number, title, level. One query."""
    rows = entries_on(MEASURES, access=request.access, true_on=request.day)
    return [
        (one.entry.key, one.values.get("measure", ""), one.values.get("plan_level", ""))
        for one in rows if not one.entry.key.startswith(f"{row.mark}-")
    ]  # fmt: skip


def _answer(request: Any, row: PlanText, number: int, problem: PlanRefused | None, told: str) -> HttpResponse:
    if problem is None:
        messages.success(request, told)
    else:
        messages.error(request, say(problem.words))
    return HttpResponseRedirect(f"{reverse('desk:plan', args=[row.pk])}?m={number}")


@officers_only
@require_POST
def save_measure(request: Any, pk: int, number: int) -> HttpResponse:
    """Keep what the officer made of one measure, and go on to the next."""
    row = plan_or_404(request, pk)
    if not 1 <= number <= len(row.proposal["measures"]):
        raise Http404
    problem = None
    try:
        correct(
            row, number - 1, request.user, version=_version(request), tasks=_tasks(request), upper=_upper(request),
            kept="left" not in request.POST, title=request.POST.get("title", "").strip()[:300],
            lead=request.POST.get("lead", "").strip()[:300], due_on=request.POST.get("due_on", "").strip()[:10],
        )  # fmt: skip
    except PlanRefused as error:
        problem = error
    after = number if problem or "stay" in request.POST else min(number + 1, len(row.proposal["measures"]))
    return _answer(request, row, after, problem, _("已保存第 %(number)s 项") % {"number": number})


def _upper(request: Any) -> str:
    """The number of the measure above, from the number alone or with the title behind it as the list offers it."""
    return str(request.POST.get("upper", "")).strip().partition(" ")[0][:60]


def _version(request: Any) -> int:
    given = whole_number(request.POST.get("version"))
    return -1 if given is None else given


def _tasks(request: Any) -> list[dict[str, Any]]:
    """The tasks as they were sent; one without words at the end was not filled in."""
    found = []
    while f"task-{len(found)}-text" in request.POST and len(found) < 200:
        begin = f"task-{len(found)}-"
        told = {name: request.POST.get(begin + name, "").strip()[:2000] for name in TASK_FIELDS}
        found.append({**told, "taken": begin + "left" not in request.POST})
    while found and not found[-1]["text"]:
        found.pop()
    return found


@officers_only
@require_POST
def save_defaults(request: Any, pk: int) -> HttpResponse:
    """Who leads and by when where the plan says nothing."""
    row = plan_or_404(request, pk)
    problem = None
    try:
        set_defaults(
            row, request.user, version=_version(request), lead=request.POST.get("lead", "").strip()[:300],
            due_on=request.POST.get("due_on", "").strip()[:10],
        )  # fmt: skip
    except PlanRefused as error:
        problem = error
    return _answer(request, row, _number(request), problem, _("已保存整体补填"))


def _number(request: Any) -> int:
    return whole_number(request.POST.get("m")) or 1


@officers_only
@require_POST
def void_plan(request: Any, pk: int) -> HttpResponse:
    """作废 a plan that was read and not confirmed."""
    row = plan_or_404(request, pk)
    try:
        void(row, request.user)
    except PlanRefused as error:
        return _answer(request, row, 1, error, "")
    messages.success(request, _("已作废《%(title)s》，没有分解任何任务。") % {"title": row.title})
    return HttpResponseRedirect(reverse("desk:plans"))


@officers_only
@require_POST
def confirm_plan(request: Any, pk: int) -> HttpResponse:
    """确认: measures, tasks and recurring duties in one transaction, or nothing."""
    row = plan_or_404(request, pk)
    try:
        done = confirm(row, request.user, on=request.day, version=_version(request))
    except PlanRefused as error:
        return _answer(request, row, _number(request), error, "")
    messages.success(
        request,
        _("已确认：%(measures)s 项措施，%(cases)s 件任务分解到单位，%(duties)s 项列入常态化任务。") % done.result,
    )
    return HttpResponseRedirect(reverse("desk:plans"))
