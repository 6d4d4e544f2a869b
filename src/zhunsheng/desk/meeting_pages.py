"""Meetings (会议): those to come and those of the officer, one with its agenda, who is called and what it posted, and its papers
as they print. Reads only; what is done to meetings is in ``meeting_steps``.
"""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhunsheng.bodies.actions import keeps
from zhunsheng.bodies.handing_on import CARRIED_OUT
from zhunsheng.bodies.models import Attendance, Item, Meeting, MeetingPaper
from zhunsheng.bodies.papers import document_of
from zhunsheng.bodies.reading import NOT_OVER, declared_body
from zhunsheng.cases.models import Case
from zhunsheng.cases.reading import procedure_of
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.body_pages import trail as bodies_trail
from zhunsheng.desk.case_matter import openings_from_meetings
from zhunsheng.desk.case_page import posting_lines
from zhunsheng.desk.case_rows import PAGE_SIZE
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.organ_pages import GROUP
from zhunsheng.desk.wording import Light, name_of, say
from zhunsheng.kernel.meeting import ItemKind, MeetingState, PaperKind, Presence, Result, Stance, Standing
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.models import Posting, Source
from zhunsheng.papers.docx import to_docx
from zhunsheng.papers.html import to_html
from zhunsheng.security.audit import record

TITLE = Words("会议", "Meetings")
TABS = {
    "": gettext_lazy("即将召开"),
    "mine": gettext_lazy("我要参加的"),
    "open": gettext_lazy("待记录、待印发纪要"),
    "all": gettext_lazy("全部"),
}
COMING_SHOWN = 3
LIGHTS = {
    MeetingState.CALLED: "waiting", MeetingState.HELD: "soon", MeetingState.CONCLUDED: "good",
    MeetingState.CANCELLED: "closed",
}  # fmt: skip


def crumb_of(meeting: Meeting) -> Crumb:
    return Crumb(meeting.title, reverse("desk:meeting", args=[meeting.pk]))


def trail(meeting: Meeting) -> list[Crumb]:
    body = meeting.body
    return bodies_trail(Crumb(name_of(body), reverse("desk:body", args=[body.pk])), crumb_of(meeting))


def light_of(meeting: Meeting, day: date) -> Light:
    """How a meeting stands; one whose day has passed without a record is late."""
    state = MeetingState(meeting.state)
    if state is MeetingState.CALLED and timezone.localdate(meeting.starts_at) < day:
        return Light("overdue", _("会期已过，没有登记"))
    return Light(LIGHTS[state], say(state.words))


def conditions(request: Any) -> dict[str, Q]:
    """What each tab holds."""
    called = Attendance.objects.filter(voided=False).filter(
        Q(organ__in=request.access.organs()) | Q(officer__in=request.access.people)
    )
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    coming = Q(state=MeetingState.CALLED, starts_at__gte=midnight)
    return {
        "": coming,
        "mine": coming & Q(pk__in=called.values("meeting")),
        "open": Q(state=MeetingState.HELD) | Q(state=MeetingState.CALLED, starts_at__lt=midnight),
        "all": Q(),
    }


def coming(request: Any) -> list[Meeting]:
    """The next meetings the officer or his organs are called to, for the page 待办. One query."""
    return list(
        Meeting.visible.to(request.access).filter(conditions(request)["mine"]).order_by("starts_at")[:COMING_SHOWN]
    )


@officers_only
def meetings(request: Any) -> HttpResponse:
    """The meetings in reach: those to come first, the officer's own, those without minutes, all."""
    if not request.access.holdings:
        raise Http404
    chosen, text = request.GET.get("show", ""), request.GET.get("q", "").strip()
    held = conditions(request)
    chosen = chosen if chosen in held else ""
    rows = Meeting.visible.to(request.access)
    counts = rows.aggregate(**{key or "coming": Count("pk", filter=condition) for key, condition in held.items()})
    rows = rows.filter(held[chosen])
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(items__title__icontains=text)).distinct()
    ordered = rows.order_by("starts_at", "pk") if chosen in ("", "mine") else rows.order_by("-starts_at", "-pk")
    found = Paginator(ordered.select_related("body").prefetch_related(_agenda()), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "tabs": [(key, name, counts[key or "coming"]) for key, name in TABS.items()], "chosen": chosen, "text": text,
        "rows": [(meeting, light_of(meeting, request.day), meeting.agenda) for meeting in found],
        "page": found, "count": found.paginator.count,
    }  # fmt: skip
    return page(request, "desk/meetings.html", context, trail=[Crumb(GROUP), Crumb(TITLE)])


def _agenda() -> Prefetch[str, QuerySet[Item], str]:
    return Prefetch("items", Item.objects.filter(withdrawn=""), to_attr="agenda")


def meeting_in_reach(request: Any, pk: int) -> Meeting:
    """The meeting, when the officer may see it; else there is none (404)."""
    rows = Meeting.visible.to(request.access).select_related("body__organ__region", "presiding")
    return get_object_or_404(rows, pk=pk)


@officers_only
def meeting(request: Any, pk: int) -> HttpResponse:
    """One meeting: what is to be done next, its agenda with results, who is called, its papers, what it posted."""
    found = meeting_in_reach(request, pk)
    compiled = declared_body(found.body, timezone.localdate(found.starts_at))
    items = list(
        found.items.select_related("review")
        .prefetch_related("cases", "carried_out_by__organ", "speeches__attendance")
        .order_by("position", "pk")
    )
    seen = _cases_seen(request, items)
    people = list(found.attendances.filter(voided=False).select_related("organ", "officer").order_by("pk"))
    postings = Posting.objects.filter(source=Source.MEETING, source_id=found.pk)
    may_keep = keeps(request.access, found.body.kind, found.body.organ)
    agenda = [item for item in items if not item.withdrawn]
    context = {
        "meeting": found, "light": light_of(found, request.day), "form_name": say(compiled.declared.forms.get(found.form, found.form)),
        "agenda": [_item_line(item, compiled.declared.matters, seen) for item in agenda],
        "openings": openings_from_meetings(request) if found.state == MeetingState.CONCLUDED else [],
        "withdrawn": [item for item in items if item.withdrawn],
        "members": [_person_line(p) for p in people if p.standing == Standing.MEMBER],
        "observers": [_person_line(p) for p in people if p.standing == Standing.OBSERVER],
        "papers": [(paper, PaperKind(paper.kind).words) for paper in found.papers.all()],
        "postings": posting_lines(postings), "may_keep": may_keep, "is_open": found.state in NOT_OVER,
        "is_called": found.state == MeetingState.CALLED, "is_held": found.state == MeetingState.HELD,
        "is_concluded": found.state == MeetingState.CONCLUDED, "unsettled": sum(not item.result for item in agenda),
        "there": sum(p.presence in (Presence.PRESENT, Presence.REPRESENTED) for p in people if p.standing == Standing.MEMBER),
    }  # fmt: skip
    return page(request, "desk/meeting.html", context, trail=trail(found))


def _cases_seen(request: Any, items: list[Item]) -> set[int]:
    """The cases of some items the officer may see; one query."""
    keys = {case.pk for item in items for case in (*item.cases.all(), *item.carried_out_by.all())} | {
        item.review_id for item in items if item.review_id
    }
    return set(Case.visible.to(request.access).filter(pk__in=keys).values_list("pk", flat=True))


def _item_line(item: Item, matters: Any, seen: set[int]) -> dict[str, Any]:
    speeches = [(speech, Stance(speech.stance).words) for speech in item.speeches.all()]
    return {
        "item": item, "kind": ItemKind(item.kind).words, "matter": matters[item.matter].words if item.matter in matters else None,
        "result": Result(item.result).words if item.result else None, "speeches": speeches,
        "cases": [(case, systems()[case.system].name, case.pk in seen) for case in item.cases.all()],
        "is_carried_out": item.result in CARRIED_OUT,
        "carried_out_by": [(case, procedure_of(case).procedure.states[case.state].words) for case in item.carried_out_by.all() if case.pk in seen],
        "review": (item.review, item.review_id in seen) if item.review else None,
    }  # fmt: skip


def _person_line(person: Attendance) -> tuple[Attendance, Light | None]:
    if not person.presence:
        return person, None
    presence = Presence(person.presence)
    kinds = {
        Presence.PRESENT: "good",
        Presence.REPRESENTED: "good",
        Presence.LEAVE: "waiting",
        Presence.ABSENT: "overdue",
    }
    return person, Light(kinds[presence], say(presence.words))


# --- papers ----------------------------------------------------------------------------------------------------------


@officers_only
def meeting_paper(request: Any, pk: int, paper_pk: int) -> HttpResponse:
    """A notice or minutes as they print."""
    found = meeting_in_reach(request, pk)
    row = get_object_or_404(MeetingPaper, pk=paper_pk, meeting=found)
    name = say(PaperKind(row.kind).words)
    context = {
        "name": name, "paper": row, "shown": to_html(document_of(row)),
        "download": reverse("desk:meeting-document", args=[pk, paper_pk]),
    }  # fmt: skip
    return page(request, "desk/paper.html", context, trail=[*trail(found), Crumb(name)])


@officers_only
def meeting_document(request: Any, pk: int, paper_pk: int) -> HttpResponse:
    """下载: the paper as a .docx file; that it was taken out is kept in the audit trail."""
    found = meeting_in_reach(request, pk)
    row = get_object_or_404(MeetingPaper, pk=paper_pk, meeting=found)
    record("meetings.download", f"meeting:{pk}", request.user.pk, paper=paper_pk)
    name = f"{say(PaperKind(row.kind).words)}{row.number}.docx"
    return FileResponse(io.BytesIO(to_docx(document_of(row))), as_attachment=True, filename=name)
