"""The page of one case (办件页): what the law wants next and by when, what can be done now and why not, and the record.

Reads only; the one thing written is the audit entry when somebody asks to see a party unmasked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from zhunsheng.cases.drafts import drafts_on
from zhunsheng.cases.materials import volumes_for
from zhunsheng.cases.matters import matter_of
from zhunsheng.cases.models import Case, Event, Volume, may_reveal
from zhunsheng.cases.reading import choices_for, local_limits, procedure_of, receipts, state_of, verbs_for
from zhunsheng.cases.urging import targets
from zhunsheng.catalogue.explaining_bodies import fields_of
from zhunsheng.catalogue.loading import System, systems
from zhunsheng.desk.acting import action_name
from zhunsheng.desk.case_fields import field_lines, line_of
from zhunsheng.desk.case_materials import materials_context
from zhunsheng.desk.case_matter import matter_context
from zhunsheng.desk.case_requests import asked_on, name_of_asked, requests_context, waiting_on
from zhunsheng.desk.case_rows import outcome_name
from zhunsheng.desk.case_steps import steps_now
from zhunsheng.desk.course_picture import Ways, picture_of, ways_gone
from zhunsheng.desk.deadline_lines import deadline_lines, demands
from zhunsheng.desk.evidence_pages import lists_context
from zhunsheng.desk.forms import say_refusal
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.law_marks import changed_for, mark_of_refusal
from zhunsheng.desk.reach import looked_up_case, visible_case
from zhunsheng.desk.wording import language, say, value_of
from zhunsheng.intake.applying import first_read, is_followed
from zhunsheng.kernel.action import Action
from zhunsheng.kernel.office import VERBS, Verb
from zhunsheng.kernel.transition import CompiledProcedure, Refusal
from zhunsheng.law.working_days import calendar
from zhunsheng.ledger.models import Posting
from zhunsheng.ledger.readings import accounts
from zhunsheng.papers.models import Paper
from zhunsheng.prepared import Query, fetch
from zhunsheng.security.audit import record
from zhunsheng.supervision.answering import measures_above

TABS = {
    "course": gettext_lazy("经过"),
    "parties": gettext_lazy("当事人与内容"),
    "papers": gettext_lazy("文书与材料"),
    "assignments": gettext_lazy("交办"),
    "links": gettext_lazy("关联"),
    "postings": gettext_lazy("入账"),
}

OPENING = (Verb.ASSIGN, Verb.COUNTERSIGN, Verb.ADD_SIGNER)
"""The verbs that ask something of somebody, each of them once."""

SHOWN = 6
"""As many actions as are shown at once; those the law waits for come first, the others unfold."""


@officers_only
def case(request: Any, pk: int) -> HttpResponse:
    return show(request, looked_up_case(request, pk), request.GET.get("tab", "course"))


@officers_only
@require_POST
def reveal(request: Any, pk: int, field: str) -> HttpResponse:
    """显示: one field unmasked, for this answer only; who asked is kept in the audit trail."""
    row = visible_case(request, pk)
    if field not in procedure_of(row).all_fields or not may_reveal(row, request.access):
        raise Http404
    record("case.reveal", f"case:{pk}", request.user.pk, field=field)
    return show(request, row, "parties", revealed=field)


def show(request: Any, row: Case, tab: str, revealed: str = "") -> HttpResponse:
    """The whole page with one tab open."""
    compiled = procedure_of(row)
    state = state_of(row, compiled)
    tab = tab if tab in TABS else "course"
    lines = deadline_lines(
        compiled, state, receipts(row), request.day, calendar(), local_limits(compiled, row.path),
        changed_for(request, compiled, systems()[row.system]),
    )  # fmt: skip
    wanted = demands(lines)
    demand = wanted[0] if wanted else None
    choices = choices_for(row, request.access, request.day)
    procedure, owner = compiled.procedure, systems()[row.system]
    steps = steps_now(choices, compiled, state, wanted)
    possible = [(name, procedure.actions[name]) for name in steps.possible]

    def refused(lines: Iterable[tuple[str, Refusal]]) -> list[tuple[Action, str, str]]:
        """Each step with why it cannot be taken, and what has become of the law that says so."""
        return [
            (procedure.actions[name], say_refusal(refusal), mark_of_refusal(request, compiled, owner, refusal))
            for name, refusal in lines
        ]

    asked = waiting_on(request, row)
    tabs, urged = tabs_of(request, row)
    context = {
        "case": row,
        "system": owner,
        "version": compiled.version,
        "state": procedure.states[row.state],
        "outcome": outcome_name(compiled, row.outcome),
        "running": [line for line in lines if line.is_running],
        "coming": [line for line in lines if line.receipt is None],
        "ended": [line for line in lines if line.receipt is not None and not line.is_running],
        "demand": demand,
        "sooner": [line for line in wanted[1:] if demand and line.due and demand.due and line.due < demand.due],
        "is_closed": row.closed_on is not None,
        "void_event": row.voided_on
        and row.events.filter(action=Verb.VOID).select_related("officer", "on_behalf_of").last(),
        "is_held": state.held_in is not None,
        "waiting": asked if row.closed_on is None else [],
        "has_to_answer": any(line.verbs for line in asked),
        "possible": possible[:SHOWN],
        "leads": steps.leads,
        "further": possible[SHOWN:],
        "shut": refused([steps.shut]) if steps.shut else [],
        "others": refused([steps.others]) if steps.others else [],
        "refused": refused(steps.refused),
        "elsewhere": refused(steps.elsewhere),
        "times_urged": urged,
        "drafts": [(action, action_name(compiled, action), at) for action, at in drafts_on(row, request.user)],
        "may_urge": bool(targets(row, request.access)),
        "verbs": [(verb.value, VERBS[verb].words) for verb in verbs_for(row, request.access)],
        "may_reveal": may_reveal(row, request.access),
        "tab": tab,
        "tabs": tabs,
        **lists_context(request, row),
        **_above(request, row),
        **TAB_CONTENTS[tab](request, row, compiled, revealed),
    }
    return page(
        request, "desk/case.html", context, trail=[Crumb(row.number or str(row.pk))], system=systems()[row.system]
    )


def _above(request: Any, row: Case) -> dict[str, Any]:
    """What a task or measure answers to in the plans above, and where the tree shows it to those who may open one of them."""
    above = measures_above(row, request.access, request.day)
    return {"above": above, "above_tree": above[0].code if any(one.case for one in above) else ""}


# Of one case: its papers, its materials in either volume but scans of papers, what was asked of others, its postings, how often
# it was urged.
_HOW_MANY = Query(
    "SELECT (SELECT COUNT(*) FROM papers_paper WHERE case_id = %s), "
    "(SELECT COUNT(*) FROM cases_material WHERE case_id = %s AND voided_at IS NULL AND paper_id IS NULL AND volume = 'main'), "
    "(SELECT COUNT(*) FROM cases_material WHERE case_id = %s AND voided_at IS NULL AND paper_id IS NULL AND volume = 'inner'), "
    "(SELECT COUNT(*) FROM cases_assignment WHERE case_id = %s), "
    "(SELECT COUNT(*) FROM ledger_posting WHERE source = 'case' AND source_id = %s), "
    "(SELECT COUNT(*) FROM cases_urging WHERE case_id = %s)",
    (),
)


def tabs_of(request: Any, row: Case) -> tuple[list[tuple[str, str, int]], int]:
    """(key, name, how many) of each tab, and how often the case was urged."""
    [[papers, main, inner, assignments, postings, urged]] = fetch(_HOW_MANY, [row.pk] * 6)
    seen = {Volume.MAIN: main, Volume.INNER: inner}
    counts = {
        "course": row.sequence,
        "papers": papers + sum(seen[volume] for volume in volumes_for(row, request.access)),
        "assignments": assignments,
        "links": matter_of(row, request.access).count(),
        "postings": postings,
    }
    return [(key, str(name), counts.get(key, 0)) for key, name in TABS.items()], urged


# --- what each tab holds -------------------------------------------------------------------------------------------


@lru_cache(500)
def _drawn(slug: str, version: date, here: str, gone: Ways, language: str) -> SafeString:
    """The picture of a procedure, drawn once for all cases that have come as far by the same ways."""
    picture = picture_of(systems()[slug].procedure_of(version), here, gone)
    return render_to_string("desk/_picture.html", {"picture": picture})


def _course(request: Any, row: Case, compiled: CompiledProcedure, revealed: str) -> dict[str, Any]:
    events = list(row.events.select_related("officer", "on_behalf_of", "organ").order_by("-sequence"))
    whom = _whom(row, events)
    papers: dict[int, list[Paper]] = {}
    for paper in Paper.objects.filter(case_id=row.pk).order_by("pk"):
        papers.setdefault(paper.sequence, []).append(paper)
    return {
        "picture": _drawn(
            row.system,
            row.version,
            "" if row.voided_on else row.state,
            ways_gone(compiled, (event.action for event in reversed(events))),
            language(),
        ),
        "timeline": [
            {
                "event": event,
                "name": action_name(compiled, event.action),
                "outcome": outcome_name(compiled, event.outcome) if event.outcome else "",
                "whom": whom.get(event.pk, ""),
                "fields": field_lines(compiled, event),
                "papers": [(paper, paper_name(compiled, paper)) for paper in papers.get(event.sequence, ())],
            }
            for event in events
        ],
    }


def _whom(row: Case, events: list[Event]) -> dict[int, str]:
    """Event → whom it asked something of, or whose answer it is. Events are given newest first."""
    names = {line.number: name_of_asked(line) for line in asked_on(row)}
    opening = [event.pk for event in reversed(events) if event.action in OPENING]
    asked = dict(zip(opening, names.values(), strict=False))
    return asked | {event.pk: names[event.request] for event in events if event.request in names}


def _parties(request: Any, row: Case, compiled: CompiledProcedure, revealed: str) -> dict[str, Any]:
    lines = [
        line_of(name, declared, row.fields[name], revealed=name == revealed)
        for name, declared in compiled.all_fields.items()
        if row.fields.get(name) not in (None, "", [])
    ]
    parties = compiled.procedure.parties
    return {
        "parties": [line for line in lines if line.key in parties],
        "fields": [line for line in lines if line.key not in parties],
        "revealed": revealed,
    }


def paper_name(compiled: CompiledProcedure, paper: Paper) -> str:
    declared = compiled.procedure.papers.get(paper.kind)
    return say(declared) if declared else paper.kind


def _papers(request: Any, row: Case, compiled: CompiledProcedure, revealed: str) -> dict[str, Any]:
    papers = Paper.objects.filter(case_id=row.pk).order_by("-pk")
    service = systems()[row.system].service
    read = first_read(row) if service else {}
    is_waited_for = service is not None and is_followed(row)
    return {
        "papers": [
            (paper, paper_name(compiled, paper), read.get(paper.pk), is_waited_for and paper.kind in service.papers)
            for paper in papers
        ],
        **materials_context(request, row, compiled),
    }


def _assignments(request: Any, row: Case, compiled: CompiledProcedure, revealed: str) -> dict[str, Any]:
    return requests_context(request, row)


def _links(request: Any, row: Case, compiled: CompiledProcedure, revealed: str) -> dict[str, Any]:
    return matter_context(request, row, compiled)


def _postings(row: Case) -> Any:
    return Posting.objects.filter(source="case", source_id=row.pk)


def _tab_postings(request: Any, row: Case, compiled: CompiledProcedure, revealed: str) -> dict[str, Any]:
    return {"postings": posting_lines(_postings(row))}


def posting_lines(rows: QuerySet[Posting]) -> list[tuple[Posting, Any, Any, str]]:
    """Each posting with the words of its account, its unit and its parts, newest first."""
    known = accounts()
    found = []
    for posting in rows.select_related("account", "organ__region").order_by("-on", "-pk"):
        key = posting.account.key
        words, unit = (known[key].words, known[key].unit.words) if key in known else (key, "")
        found.append((posting, words, unit, breakdown_words(systems().get(key.partition(".")[0]), posting.breakdown)))
    return found


def breakdown_words(system: System | None, breakdown: str) -> str:
    """``kind=agreement;outcome=lawful`` in words, as far as the system declares them."""
    return pgettext("之间", "；").join(part_words(system, part) for part in breakdown.split(";")) if breakdown else ""


def part_words(system: System | None, part: str) -> str:
    """One breakdown, ``kind=agreement``, as 类别：行政协议."""
    title, words = part_names(system, part)
    return _("%(title)s：%(words)s") % {"title": title, "words": words} if title else words


def part_names(system: System | None, part: str) -> tuple[str, str]:
    """The names of a breakdown's dimension and value, as far as the system declares them."""
    dimension, _sign, value = part.partition("=")
    if system is None:
        return "", value or dimension
    for declared in reversed(system.procedures):
        if dimension == "outcome" and value in declared.outcomes:
            return _("结果"), say(declared.outcomes[value])
    field = fields_of(system).get(dimension)
    if field is not None:
        return say(field), value_of(field, value)
    return "", value or _("未填写")


TAB_CONTENTS = {
    "course": _course,
    "parties": _parties,
    "papers": _papers,
    "assignments": _assignments,
    "links": _links,
    "postings": _tab_postings,
}
