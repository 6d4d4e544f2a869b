"""文书公开 on the desk: what is due to be published, and one publication with its text beside what the public will read. What is
hidden and what a step demands is decided in ``releases``."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhunsheng.cases.materials import volumes_for
from zhunsheng.cases.models import Case, Material
from zhunsheng.cases.reading import procedure_of
from zhunsheng.desk.case_page import paper_name
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.paging import PAGE_SIZE
from zhunsheng.desk.reach import visible_case
from zhunsheng.desk.wording import language, say, time_left
from zhunsheng.kernel.limits import Unit
from zhunsheng.kernel.masking import KINDS, Change
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import calendar
from zhunsheng.orgs.refusals import Refused
from zhunsheng.papers.models import Paper
from zhunsheng.releases import actions, reading
from zhunsheng.releases.kinds import GROUNDS, kind_of_paper, limit_of, release_kinds
from zhunsheng.releases.models import Release, State
from zhunsheng.releases.second_person import wants_another
from zhunsheng.security.audit import record
from zhunsheng.typed import typed_day, whole_number, whole_numbers

TITLE = Words("文书公开", "Papers to publish")
WAITING = "waiting"
PENDING = (State.CONCEPT, State.CHECKED)


@officers_only
def releases(request: Any) -> HttpResponse:
    """What is due to be published, and publications by their state."""
    shown = request.GET.get("state", WAITING)
    if shown not in (WAITING, *State):
        raise Http404
    due = reading.waiting(request.access, request.day)
    kinds, days = release_kinds(), calendar()
    context: dict[str, Any] = {
        "here": "releases", "shown": shown, "waiting_count": len(due), "most": reading.MOST,
        "late": sum(one.due_on < request.day for one in due),
        "tabs": [(State(one).value, State(one).label) for one in State if one != State.VOID],
    }  # fmt: skip
    if shown == WAITING:
        found = Paginator(due, PAGE_SIZE).get_page(request.GET.get("page"))
        context["waiting"] = [
            (one, say(kinds[one.kind]), paper_name(procedure_of(one.case), one.paper),
             time_left(one.due_on, Unit.WORKING_DAY, request.day, days))
            for one in found
        ]  # fmt: skip
    else:
        found = Paginator(reading.listed(request.access, shown), PAGE_SIZE).get_page(request.GET.get("page"))
        context["rows"] = [
            (row, say(kinds[row.kind]) if row.kind in kinds else row.kind, _left(row, request.day)) for row in found
        ]
    return page(request, "desk/releases.html", context | {"page": found}, trail=[Crumb(TITLE)])


def _left(row: Release, today: date) -> Any:
    due = row.review_on if row.state == State.WITHHELD else row.due_on if row.state in PENDING else None
    return time_left(due, Unit.WORKING_DAY, today, calendar()) if due else None


@officers_only
def release_new(request: Any, pk: int) -> HttpResponse:
    """拟公开: the kind and the name of what is to be published; on POST it is begun."""
    case = visible_case(request, pk)
    if not actions.may(case, request.access):
        raise Http404
    paper, material = _source(request, case)
    begun = Release.visible.to(request.access).exclude(state=State.VOID).filter(paper=paper, material=material)
    if key := begun.values_list("pk", flat=True).first():
        return HttpResponseRedirect(reverse("desk:release", args=[key]))
    given = request.POST if request.method == "POST" else {}
    kind = given.get("kind") or (kind_of_paper(case.system, paper.kind) if paper else "")
    name = paper_name(procedure_of(case), paper) if paper else material.title if material else ""
    wrong = ""
    if request.method == "POST":
        try:
            row = actions.begin(
                case, kind, given.get("title", ""), paper=paper, material=material, officer=request.user, access=request.access
            )  # fmt: skip
        except Refused as error:
            wrong = error.sentence(language())
        else:
            return HttpResponseRedirect(reverse("desk:release", args=[row.pk]))
    context = {
        "case": case, "paper": paper, "material": material, "name": name, "wrong": wrong, "kind": kind,
        "kinds": [(code, say(one), say(one.basis.words)) for code, one in release_kinds().items()],
        "given": given.get("title", f"{case.title or case.number}（{name}）"),
    }  # fmt: skip
    trail = [Crumb(TITLE, reverse("desk:releases")), Crumb(name)]
    return page(request, "desk/release_new.html", context, trail=trail, status=422 if wrong else 200)


def _source(request: Any, case: Case) -> tuple[Paper | None, Material | None]:
    """The paper or the material named in the address; not one of them: no page."""
    if (key := whole_number(request.GET.get("paper"))) is not None:
        return get_object_or_404(Paper.objects.select_related("organ", "template"), pk=key, case_id=case.pk), None
    if (key := whole_number(request.GET.get("material"))) is not None:
        volumes = volumes_for(case, request.access)
        return None, get_object_or_404(Material, pk=key, case=case, volume__in=volumes, voided_at=None)
    raise Http404


# --- one publication ---------------------------------------------------------------------------------------------------


class Piece(NamedTuple):
    """A piece of a passage: as it is written, and as the public reads it; ``number``: its place in the list of changes."""

    text: str
    shown: str
    number: int | None = None


@dataclass(frozen=True)
class Place:
    """A line of the list of changes."""

    number: int
    words: str
    kind: str
    basis: str
    into: str
    around: tuple[str, str]
    is_hidden: bool


def _release(request: Any, pk: int) -> Release:
    rows = Release.visible.to(request.access).select_related(
        "case__organ", "organ", "paper__organ", "paper__template", "material", "begun_by", "masked_by", "checked_by",
        "published_by", "withdrawn_by",
    )  # fmt: skip
    return get_object_or_404(rows, pk=pk)


@officers_only
def release(request: Any, pk: int) -> HttpResponse:
    return _shown(request, _release(request, pk))


def _shown(request: Any, row: Release, wrong: str = "", status: int = 200) -> HttpResponse:
    may, kinds = actions.may(row, request.access), release_kinds()
    context: dict[str, Any] = {
        "row": row, "states": State, "may": may, "wrong": wrong, "kind": kinds.get(row.kind), "limit": limit_of(row.kind),
        "left": _left(row, request.day), "hits": actions.hits_left(row) if row.masked_at else [],
        "needs_another": wants_another(row.path, request.day), "hidden_kinds": [(code, say(w)) for code, w in actions.HIDDEN_KINDS],
        "grounds": [(code, say(words), article) for code, (words, article) in GROUNDS.items()],
        "ground": GROUNDS.get(row.ground), "given": request.POST, "checks": _questions(),
        "same": row.masked_by_id in request.access.people, "text": reading.copy_of(row).passages() if row.masked_at else [],
    }  # fmt: skip
    if row.state == State.CONCEPT and may:
        try:
            _copy, passages = actions.source_again(row, request.user)
        except Refused as error:
            context["wrong"] = context["wrong"] or error.sentence(language())
        else:
            decided = actions.changes_of(row)
            context["passages"] = [list(_pieces(text, n, decided)) for n, text in enumerate(passages)]
            context["places"] = list(_places(passages, decided))
    trail = [Crumb(TITLE, reverse("desk:releases")), Crumb(row.index_number or row.number or str(row.pk))]
    return page(request, "desk/release.html", context, trail=trail, status=status)


def _questions() -> list[tuple[str, str]]:
    told = (_("不含国家秘密、工作秘密"), _("个人信息已经遮盖"), _("不含商业秘密，或者权利人同意公开"))
    return list(zip(actions.CHECKS, told, strict=True))


def _pieces(text: str, passage: int, decided: Sequence[tuple[Change, bool]]) -> Iterator[Piece]:
    at = 0
    for number, (change, on) in enumerate(decided):
        if change.passage == passage:
            if change.start > at:
                yield Piece(text[at : change.start], text[at : change.start])
            words = text[change.start : change.end]
            yield Piece(words, change.into if on else words, number)
            at = change.end
    if at < len(text):
        yield Piece(text[at:], text[at:])


def _places(passages: Sequence[str], decided: Sequence[tuple[Change, bool]]) -> Iterator[Place]:
    for number, (change, on) in enumerate(decided):
        text, (name, basis) = passages[change.passage], KINDS[change.kind]
        around = (text[max(change.start - 12, 0) : change.start], text[change.end : change.end + 12])
        yield Place(number, text[change.start : change.end], say(name), say(basis), change.into, around, on)


def _numbers(request: Any) -> set[int]:
    return set(whole_numbers(request.POST.getlist("hide")))


STEPS: dict[str, Callable[[Any, int, dict[str, Any]], Release]] = {
    "mark": lambda r, pk, by: actions.mark(pk, r.POST.get("words", ""), r.POST.get("hidden", ""), **by),
    "confirm": lambda r, pk, by: actions.confirm(pk, _numbers(r), **by),
    "check": lambda r, pk, by: actions.check(pk, r.POST.getlist("checks"), r.POST.get("note", ""), **by),
    "send_back": lambda _r, pk, by: actions.send_back(pk, **by),
    "publish": lambda _r, pk, by: actions.publish(pk, **by),
    "withdraw": lambda r, pk, by: actions.withdraw(pk, r.POST.get("reason", ""), **by),
    "withhold": lambda r, pk, by: actions.withhold(
        pk, r.POST.get("ground", ""), r.POST.get("ground_note", ""), typed_day(r.POST.get("review_on", "")), **by
    ),
    "void": lambda _r, pk, by: actions.make_void(pk, **by),
}  # fmt: skip


@officers_only
@require_POST
def release_act(request: Any, pk: int) -> HttpResponse:
    """One step of a publication, named by ``step``."""
    row = _release(request, pk)
    step = STEPS.get(request.POST.get("step", ""))
    if step is None:
        raise Http404
    try:
        step(request, pk, {"officer": request.user, "access": request.access})
    except Refused as error:
        return _shown(request, row, error.sentence(language()), status=422)
    messages.success(request, _("已办理"))
    return HttpResponseRedirect(reverse("desk:release", args=[pk]))


@officers_only
def release_file(request: Any, pk: int) -> HttpResponse:
    """下载: what the public will get, as a Word file, for reading before it goes out."""
    from zhunsheng.papers.docx import to_docx

    row = _release(request, pk)
    if row.masked_at is None or row.state in (State.VOID, State.WITHHELD):
        raise Http404
    copy = reading.copy_of(row)
    record("release.download", f"release:{pk}", request.user.pk)
    content = copy.docx if copy.docx is not None else to_docx(copy.document())
    name = f"{row.index_number or _('公开文本')}.docx".replace("/", "-")
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name)
