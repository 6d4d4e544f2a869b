"""Change sets of a list (清单变更): which there are, drafting one line by line, what it will change, its decision.

What may be done is decided and written by ``registers.change_sets``; the workbook's way in is ``register_import``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.case_page import part_words
from zhunsheng.desk.frame import Crumb, may_work_in, officers_only, telling
from zhunsheng.desk.paging import PAGE_SIZE
from zhunsheng.desk.reach import organs_near
from zhunsheng.desk.register_entry import kind_name
from zhunsheng.desk.register_forms import ChangeSetForm, LineForm, form_page
from zhunsheng.desk.register_pages import (
    OPEN_STATES,
    List,
    change_sets_with_lines,
    list_or_404,
    list_page,
    said,
    texts_of,
)
from zhunsheng.kernel.register import ChangeKind
from zhunsheng.ledger.figures import Figure, figures
from zhunsheng.registers import change_sets as drafts
from zhunsheng.registers.change_sets import ProposedLine
from zhunsheng.registers.models import ChangeSet, ChangeSetState, Entry
from zhunsheng.registers.preview import LinePreview, Movement, movements, preview_lines
from zhunsheng.registers.reading import change_sets_of, change_sets_waiting, entries_on
from zhunsheng.typed import whole_number

DECISIONS: dict[str, Callable[[int, Any, str], ChangeSet]] = {
    "submit": lambda pk, officer, _note: drafts.submit(pk, officer),
    "discard": lambda pk, officer, _note: drafts.discard(pk, officer),
    "approve": drafts.approve,
    "return": drafts.return_for_changes,
    "reject": drafts.reject,
}


@officers_only
def change_sets(request: Any, slug: str) -> HttpResponse:
    found = list_or_404(request, slug)
    everything = change_sets_of(slug, request.access)
    counts = dict(everything.order_by().values_list("state").annotate(Count("pk")))
    chosen = request.GET.get("state", "")
    rows = everything.filter(state=chosen) if chosen in ChangeSetState.values else everything
    shown = Paginator(change_sets_with_lines(rows), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "chosen": chosen,
        "states": [(state.value, state.label, counts[state.value]) for state in ChangeSetState if state in counts],
        "total": sum(counts.values()),
        "may_start": bool(found.organs(found.declared.editors)),
    }
    return list_page(request, "desk/register_changes.html", found, "changes", context)


@officers_only
def new(request: Any, slug: str) -> HttpResponse:
    """拟订变更: the head of a draft; then its lines, beginning with the entry it was begun from."""
    found = list_or_404(request, slug)
    organs = found.organs(found.declared.editors)
    if not organs:
        raise Http404
    wanted = request.GET.get("organ", "")
    first = next((organ for organ in organs if str(organ.pk) == wanted), organs[0])
    form = ChangeSetForm(request.POST or None, organs=organs,
                         initial={"effective_on": request.day.isoformat(), "organ": first.pk})  # fmt: skip
    if request.method == "POST" and form.is_valid():
        organ = next((o for o in organs if o.pk == form.cleaned_data.get("organ")), first)
        with form.refusals():
            row = drafts.begin_change_set(
                slug, organ, form.cleaned_data["title"], form.cleaned_data["effective_on"], request.user
            )
            return HttpResponseRedirect(_first_line(request, found, row))
    back = reverse("desk:register-changes", args=[slug])
    return form_page(request, found, "changes", form, _("拟订变更"), back, submit=_("下一步"))


def _first_line(request: Any, found: List, row: ChangeSet) -> str:
    entry = Entry.visible.to(request.access).filter(register=found.slug, organ=row.organ_id)
    chosen = entry.filter(pk=whole_number(request.GET.get("entry"))).first()
    if chosen is not None:
        line_form = reverse("desk:register-line", args=[found.slug, row.pk, "change"])
        return f"{line_form}?{urlencode({'key': chosen.key})}"
    return address_of(row)


def address_of(row: ChangeSet) -> str:
    return reverse("desk:register-change", args=[row.register, row.pk])


def change_set_or_404(request: Any, slug: str, pk: int) -> tuple[List, ChangeSet]:
    """The change set with its list as declared on the day it comes into force; 404 for whom it does not concern."""
    list_or_404(request, slug)
    rows = change_sets_of(slug, request.access).select_related("organ__region")
    row = get_object_or_404(rows, pk=pk)
    return list_or_404(request, slug, row.effective_on), row


def _is_own(request: Any, found: List, row: ChangeSet) -> bool:
    """Whether who would decide prepared it himself, so that somebody else has to."""
    right = request.access.capacity_for(lambda one: List(found.system, found.declared, one).may_approve(row.path))
    return not right.people.isdisjoint(row.preparers)


def draft_or_404(request: Any, slug: str, pk: int) -> tuple[List, ChangeSet]:
    """A change set on which the officer may work as an editor."""
    found, row = change_set_or_404(request, slug, pk)
    if row.state not in OPEN_STATES or not found.may_edit(row.path):
        raise Http404
    return found, row


def waiting_for(request: Any) -> list[tuple[ChangeSet, str]]:
    """(change set, its address) of those the officer has to decide, or prepared himself and got back. One query."""
    found = []
    for row in change_sets_waiting(request.access):
        if row.register not in systems() or not may_work_in(request.access, row.register):
            continue
        declared = list_or_404(request, row.register, row.effective_on)
        decides = row.state == ChangeSetState.SUBMITTED and declared.may_approve(row.path)
        decides = decides and not _is_own(request, declared, row)
        if decides or (row.state == ChangeSetState.RETURNED and request.user.pk in row.preparers):
            found.append((row, address_of(row)))
    return found


# --- one change set --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownLine:
    """One line as the page shows it."""

    preview: LinePreview
    kind: str
    title: str
    changes: list[tuple[str, str, str]]


@dataclass(frozen=True)
class ShownMovement:
    """How one figure moves: the figure as it is now, and as it will be while the change set is open."""

    movement: Movement
    figure: Figure
    after: Any
    parts: list[tuple[str, Any]]


@officers_only
def change_set(request: Any, slug: str, pk: int) -> HttpResponse:
    found, row = change_set_or_404(request, slug, pk)
    lines = Paginator(row.lines.order_by("pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    may_edit = row.state in OPEN_STATES and found.may_edit(row.path)
    may_decide = row.state == ChangeSetState.SUBMITTED and found.may_approve(row.path)
    own = _is_own(request, found, row)
    context = {
        "row": row,
        "page": lines,
        "kinds": _kinds(row),
        "lines": [_shown(found, preview) for preview in preview_lines(row, found.declared, list(lines))],
        "movements": _movements(found, row),
        "year": row.effective_on.year,
        "may_edit": may_edit,
        "may_decide": may_decide and not own,
        "own": may_decide and own,
    }
    crumbs = (Crumb(_("变更"), reverse("desk:register-changes", args=[slug])), Crumb(row.title))
    return list_page(request, "desk/register_change.html", found, "changes", context, *crumbs)


def _kinds(row: ChangeSet) -> list[tuple[str, int]]:
    counts = dict(row.lines.order_by().values_list("kind").annotate(Count("pk")))
    return [(kind_name(kind), counts[kind]) for kind in ChangeKind if kind in counts]


def _shown(found: List, preview: LinePreview) -> ShownLine:
    declared = found.declared
    title = said(declared, declared.title, preview.after or preview.before) if preview.line.key else ""
    changes = texts_of(declared, preview.fields, preview.before, preview.after)
    return ShownLine(preview, kind_name(preview.line.kind), title, changes)


def _movements(found: List, row: ChangeSet) -> list[ShownMovement]:
    moving = movements(row)
    year = row.effective_on.year
    known = figures(row.organ.region_id, date(year, 1, 1), date(year, 12, 31), only=[m.account for m in moving])
    applied = row.state == ChangeSetState.APPLIED
    return [
        ShownMovement(
            item, known[item.account], None if applied else (known[item.account].value or 0) + item.value,
            [(part_words(found.system, part), value) for part, value in item.parts.items()],
        )
        for item in moving
    ]  # fmt: skip


# --- drafting --------------------------------------------------------------------------------------------------------


@officers_only
def head(request: Any, slug: str, pk: int) -> HttpResponse:
    """修改事由和生效日期."""
    found, row = draft_or_404(request, slug, pk)
    form = ChangeSetForm(
        request.POST or None, initial={"title": row.title, "effective_on": row.effective_on.isoformat()}
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            drafts.rename(
                pk, request.user, title=form.cleaned_data["title"], effective_on=form.cleaned_data["effective_on"]
            )
            return HttpResponseRedirect(address_of(row))
    crumb = Crumb(row.title, address_of(row))
    return form_page(request, found, "changes", form, _("修改事由"), address_of(row), crumb, submit=_("保存"))


@officers_only
def line(request: Any, slug: str, pk: int, kind: str) -> HttpResponse:
    """One line of a draft: adding, changing, removing an entry, or stating that nothing has to change."""
    found, row = draft_or_404(request, slug, pk)
    if kind not in ChangeKind.__members__.values():
        raise Http404
    wanted, key = ChangeKind(kind), request.GET.get("key", "")
    held = _held(found, row, key)
    if wanted in (ChangeKind.CHANGE, ChangeKind.REMOVE) and not held:
        raise Http404
    drafted = row.lines.filter(key=key, kind=kind).first()
    before = held if wanted is ChangeKind.CHANGE else {}
    form = LineForm(
        found.declared, wanted, request.POST or None, held=before, organs=organs_near(row.organ, request.day),
        shown={**before, **(drafted.values if drafted else {})}, reason=drafted.reason if drafted else "",
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        values = form.values
        if wanted is ChangeKind.CHANGE and not values:
            form.add_error(None, _("没有改动任何内容；不用变更的，请用“无变更”。"))
        elif _put(request, row, form, ProposedLine(wanted, key, values, form.cleaned_data["reason"].strip())):
            return HttpResponseRedirect(address_of(row))
    title = kind_name(kind)
    if held:
        title = _("%(kind)s：%(name)s") % {"kind": title, "name": said(found.declared, found.declared.title, held)}
    crumb = Crumb(row.title, address_of(row))
    return form_page(
        request, found, "changes", form, title, address_of(row), crumb, submit=_("保存"), key=key,
        others=_other_kinds(row, wanted, key) if held else [],
    )  # fmt: skip


def _other_kinds(row: ChangeSet, kind: ChangeKind, key: str) -> list[tuple[str, str]]:
    """What else can be done with an entry of the list, each with its form."""
    return [
        (
            kind_name(other),
            f"{reverse('desk:register-line', args=[row.register, row.pk, other.value])}?{urlencode({'key': key})}",
        )
        for other in (ChangeKind.CHANGE, ChangeKind.REMOVE, ChangeKind.NONE)
        if other is not kind
    ]


def _held(found: List, row: ChangeSet, key: str) -> dict[str, Any]:
    """What the entry says on the day the draft comes into force; nothing for one that is not in the list."""
    if not key:
        return {}
    rows = entries_on(found.slug, access=found.access, true_on=row.effective_on, organ=row.organ).filter(entry__key=key)
    revision = rows.first()
    return dict(revision.values) if revision is not None else {}


def _put(request: Any, row: ChangeSet, form: LineForm, put: ProposedLine) -> bool:
    with form.refusals():
        drafts.put_lines(row.pk, [put], request.user)
        messages.success(request, _("已列入变更：%(kind)s %(key)s") % {"kind": kind_name(put.kind), "key": put.key})
        return True
    return False


@officers_only
@require_POST
def line_out(request: Any, slug: str, pk: int, line_pk: int) -> HttpResponse:
    """移去: take a line out of a draft."""
    _found, row = draft_or_404(request, slug, pk)
    with telling(request):
        drafts.take_line_out(pk, line_pk, request.user)
    return HttpResponseRedirect(address_of(row))


# --- decisions -------------------------------------------------------------------------------------------------------


@officers_only
@require_POST
def decide(request: Any, slug: str, pk: int, decision: str) -> HttpResponse:
    """提交、审定、退回、不予采纳、作废."""
    _found, row = change_set_or_404(request, slug, pk)
    if decision not in DECISIONS:
        raise Http404
    with telling(request):
        decided = DECISIONS[decision](pk, request.user, request.POST.get("note", ""))
        state = ChangeSetState(decided.state).label
        messages.success(request, _("「%(title)s」现为：%(state)s") % {"title": row.title, "state": state})
    return HttpResponseRedirect(address_of(row))
