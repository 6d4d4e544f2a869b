"""保管与销毁 in the browser: files at the end of their retention, lists of files to be destroyed with their reviews, holds, and what
remains of a destroyed file.

Nothing is decided here; no title and no name of a party is shown. Who may do what is in ``retention.actions``.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhunsheng.desk.frame import Crumb, is_demonstration, officers_only, page, telling
from zhunsheng.desk.menu import OFFICE
from zhunsheng.desk.organ_pages import GROUP
from zhunsheng.desk.paging import PAGE_SIZE
from zhunsheng.desk.setting_pages import Row, in_reach, names_of, row_of
from zhunsheng.kernel.words import Words
from zhunsheng.local.kinds import kinds
from zhunsheng.local.retention import RETENTION
from zhunsheng.local.values import decisions
from zhunsheng.orgs.explaining import system_words
from zhunsheng.papers.docx import to_docx
from zhunsheng.retention import actions
from zhunsheng.retention.certificate import certificate
from zhunsheng.retention.ended import CASES, MOST, ended
from zhunsheng.retention.models import Hold, Proposal, State, Tombstone, of_office
from zhunsheng.security.audit import record
from zhunsheng.typed import whole_number, whole_numbers

TITLE = OFFICE["retention"][0]


def trail(*more: Crumb) -> list[Crumb]:
    return [Crumb(GROUP), Crumb(TITLE, reverse("desk:retention") if more else ""), *more]


@officers_only
def retention(request: Any) -> HttpResponse:
    """The files whose retention is over, with what stands against destroying them; the lists; the holds."""
    if not actions.holds_office(request.access):
        raise Http404
    lists = Proposal.visible.to(request.access).select_related("organ", "proposed_by").order_by("-pk")
    files = ended(of_office(request.access), request.day)
    held = Hold.visible.to(request.access).select_related("placed_by", "lifted_by").order_by("lifted_at", "-pk")
    context = {
        "files": [(one, system_words(one.system)) for one in files], "most": MOST, "is_full": len(files) == MOST,
        "page": Paginator(lists, PAGE_SIZE).get_page(request.GET.get("page")), "holds": held[:MOST],
        "is_archivist": actions.holds_office(request.access, actions.ARCHIVIST), "states": State,
        "by_hand": list(_by_hand(request)),
    }  # fmt: skip
    return page(request, "desk/retention.html", context, trail=trail())


def _by_hand(request: Any) -> Iterator[Row]:
    """Periods set for what the platform destroys of nobody: lists, the audit trail, reports; by the organ that set them."""
    known, kind = decisions(), kinds()[RETENTION]
    keys = sorted(key for key in known.keys(RETENTION) if not key.startswith(CASES) and key in kind.things())
    if not keys:
        return
    names = names_of(known)
    for organ in in_reach(request.access, request.day):
        rows = (row_of(kind, kind.things()[key], organ, request.day, known, names) for key in keys)
        yield from (row for row in rows if row.is_own)


@officers_only
@require_POST
def retention_act(request: Any) -> HttpResponse:
    """提出, 暂停, 解除: by ``step``."""
    if not actions.holds_office(request.access):
        raise Http404
    step, typed = request.POST.get("step", ""), request.POST.get
    with telling(request):
        if step == "propose":
            made = actions.propose(request.user, whole_numbers(request.POST.getlist("cases")), typed("reason", ""))
            messages.success(request, _("已提出，请两位鉴定人办理。"))
            return HttpResponseRedirect(reverse("desk:destruction", args=[made.pk]))
        if step == "hold":
            actions.hold(request.user, typed("number", ""), typed("reason", ""))
            messages.success(request, _("已暂停销毁。"))
        elif step.startswith("lift-") and (held := whole_number(step[5:])) is not None:
            actions.lift(request.user, held, typed("reason", ""))
            messages.success(request, _("已解除。"))
    return HttpResponseRedirect(reverse("desk:retention"))


def _list(request: Any, pk: int) -> Any:
    rows = Proposal.visible.to(request.access).select_related("organ", "proposed_by")
    return get_object_or_404(rows, pk=pk)


@officers_only
def destruction(request: Any, pk: int) -> HttpResponse:
    """A list: its files, who proposed it, what the reviewers said."""
    row = _list(request, pk)
    reviews = list(row.reviews.select_related("officer").order_by("pk"))
    waiting = row.state == State.PROPOSED
    done = {row.proposed_by_id, *(one.officer_id for one in reviews)}
    reviews_it = actions.REVIEWER in request.access.offices(actions.ROOM, row.path) and request.user.pk not in done
    context = {
        "row": row, "reviews": reviews, "states": State, "waiting": waiting,
        "lines": [(one, system_words(one.system)) for one in row.lines.select_related("organ").order_by("pk")],
        "may_review": waiting and reviews_it, "is_last": len(reviews) + 1 >= actions.REVIEWERS,
        "may_withdraw": waiting and row.proposed_by_id == request.user.pk,
    }  # fmt: skip
    name = row.number or _("清册 %(n)s") % {"n": row.pk}
    return page(request, "desk/destruction.html", {**context, "name": name}, trail=trail(Crumb(Words(name, name))))


@officers_only
@require_POST
def destruction_act(request: Any, pk: int) -> HttpResponse:
    """同意, 不同意, 撤回: by ``step``."""
    _list(request, pk)
    step = request.POST.get("step", "")
    with telling(request):
        if step == "withdraw":
            actions.withdraw(request.user, pk)
            messages.success(request, _("已撤回。"))
        elif step in ("agree", "refuse"):
            row = actions.review(request.user, pk, step == "agree", request.POST.get("opinion", ""))
            messages.success(
                request,
                {State.DESTROYED: _("已销毁，可以下载证明。"), State.REFUSED: _("已记录，清册结束。")}.get(
                    row.state, _("已记录，还须另一位鉴定人办理。")
                ),
            )
    return HttpResponseRedirect(reverse("desk:destruction", args=[pk]))


@officers_only
def destruction_certificate(request: Any, pk: int) -> FileResponse:
    """The certificate of a list that was carried out, as a .docx file."""
    row = _list(request, pk)
    if row.state != State.DESTROYED:
        raise Http404
    document = certificate(row, is_demonstration=is_demonstration())
    record("retention.download", f"proposal:{row.pk}", request.user.pk)
    name = _("销毁证明") + f"{row.number}.docx"
    return FileResponse(io.BytesIO(to_docx(document)), as_attachment=True, filename=name)


@officers_only
def tombstone(request: Any, pk: int) -> HttpResponse:
    """What remains of a destroyed file; figures open to it. ``pk``: the key the file had."""
    rows = Tombstone.visible.to(request.access).select_related("organ", "proposal__proposed_by")
    row = get_object_or_404(rows, record=pk)
    reviews = row.proposal.reviews.select_related("officer").order_by("pk")
    context = {"row": row, "reviews": reviews, "of_system": system_words(row.system)}
    way = [Crumb(Words("销毁记录", "Destroyed file")), Crumb(Words(row.number, row.number))]
    return page(request, "desk/tombstone.html", context, trail=way)
