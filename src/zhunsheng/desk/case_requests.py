"""交办、会签、催办 on the page of a case: what was asked of whom, how it stands, and reminding those who are late.

Answering, returning and taking back are verbs of office work and have their forms in ``acting``.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from zhunsheng.cases import opinions, urging
from zhunsheng.cases.materials import works_on
from zhunsheng.cases.models import Adoption, Assignment, Case, OpinionUse
from zhunsheng.cases.urging import Target
from zhunsheng.desk.frame import demonstration_loads, officers_only, telling
from zhunsheng.desk.reach import opened_case, visible_case
from zhunsheng.desk.wording import Light, name_of
from zhunsheng.kernel.office import Verb
from zhunsheng.papers.docx import to_docx
from zhunsheng.security.audit import record

KINDS = {
    "assignment": gettext_lazy("交办"),
    "countersignature": gettext_lazy("会签"),
    "signature": gettext_lazy("加签"),
}
STATES = {
    "open": ("waiting", gettext_lazy("等待答复")),
    "answered": ("good", gettext_lazy("已答复")),
    "returned": ("overdue", gettext_lazy("已退回")),
    "withdrawn": ("closed", gettext_lazy("已撤回")),
    "ended": ("closed", gettext_lazy("随案件结束")),
}


@dataclass(frozen=True)
class RequestLine:
    """Something asked of somebody: its state, what the reader can do about it, and for an opinion what became of it."""

    row: Assignment
    kind: str
    light: Light
    verbs: list[tuple[str, str]]
    agrees: bool | None
    use: OpinionUse | None
    may_use: bool


def asked_on(row: Case) -> list[Assignment]:
    """What was asked of others on a case, in order. One query, and none where nothing was."""
    if not row.course.get("requests"):
        return []
    asked = Assignment.objects.select_related("to_organ", "to_officer").order_by("number")
    prefetch_related_objects([row], Prefetch("assignments", asked))
    return list(row.assignments.all())


def name_of_asked(line: Assignment) -> str:
    """Whom something was asked of."""
    return name_of(line.to_organ) if line.to_organ else line.to_officer.name if line.to_officer else ""


@dataclass(frozen=True)
class Waiting:
    """How something that was asked stands, for the top of the page, and what the reader can answer."""

    row: Assignment
    name: str
    verbs: list[tuple[str, str]]


def waiting_on(request: Any, row: Case) -> list[Waiting]:
    """What waits for an answer, and how the last one that was asked came back."""
    lines = asked_on(row)
    return [
        Waiting(line, name_of_asked(line), answers_to(request, row, line))
        for line in lines
        if line.state == "open" or (line is lines[-1] and line.state in ("returned", "answered"))
    ]


def answers_to(request: Any, case: Case, line: Assignment) -> list[tuple[str, str]]:
    """(verb, words) by which the reader answers what was asked of him or his organ."""
    if line.state != "open" or not request.access.is_asked(line.to_organ_id, line.to_officer_id, case.system):
        return []
    if line.kind == "assignment":
        return [(Verb.REPLY, _("回复")), (Verb.SEND_BACK, _("退回"))]
    return [(Verb.SIGN, _("签署"))]


def requests_context(request: Any, row: Case) -> dict[str, Any]:
    """What the tab 交办 shows. A fixed number of queries."""
    works = works_on(row, request.access)
    uses = {
        use.assignment_id: use
        for use in OpinionUse.objects.filter(assignment__case=row).select_related("by", "on_behalf_of").order_by("pk")
    }
    agrees = opinions.agreements(row)
    return {
        "assignments": [_line(request, row, line, works, uses, agrees) for line in reversed(asked_on(row))],
        "adoptions": Adoption.choices,
        "urgings": row.urgings.select_related("to_organ", "to_officer", "by", "on_behalf_of", "by_organ").order_by(
            "-pk"
        ),
        "urge_targets": [(target.key, target_name(target)) for target in urging.targets(row, request.access)],
    }


def _line(
    request: Any, case: Case, line: Assignment, works: bool, uses: dict[int, OpinionUse], agrees: dict[int, bool]
) -> RequestLine:
    kind, words = STATES[line.state]
    late = line.state == "open" and line.due_on is not None and line.due_on < request.day
    light = Light("overdue", _("逾期未答复")) if late else Light(kind, str(words))
    verbs = answers_to(request, case, line)
    if line.state == "open" and works:
        verbs.append((Verb.TAKE_BACK, _("撤回")))
    is_opinion = line.kind != "assignment" and line.state == "answered"
    return RequestLine(
        line, str(KINDS.get(line.kind, line.kind)), light, verbs, agrees.get(line.number), uses.get(line.pk),
        is_opinion and works,
    )  # fmt: skip


def target_name(target: Target) -> str:
    """Whom an urging goes to, and what for."""
    whom = name_of(target.organ) if target.organ else target.officer.name if target.officer else ""
    if target.assignment is None:
        return _("%(whom)s（承办）") % {"whom": whom}
    kind = KINDS.get(target.assignment.kind, target.assignment.kind)
    return _("%(whom)s（%(kind)s，第 %(n)s 项）") % {"whom": whom, "kind": kind, "n": target.assignment.number}


def _tab(pk: int) -> str:
    return f"{reverse('desk:case', args=[pk])}?tab=assignments"


@officers_only
@require_POST
def urge(request: Any, pk: int) -> HttpResponse:
    """催办: remind whoever has the case or a part of it."""
    case = visible_case(request, pk)
    with telling(request):
        made = urging.urge(
            case,
            request.POST.get("target", ""),
            request.POST.get("text", ""),
            officer=request.user,
            access=request.access,
        )
        messages.success(request, _("已催办，这是第 %(n)s 次") % {"n": made.count})
    return HttpResponseRedirect(_tab(pk))


@officers_only
def urging_notice(request: Any, pk: int, urging_pk: int) -> HttpResponse:
    """催办通知 as a .docx file, with the title of the case in full."""
    case = opened_case(request, pk)
    rows = case.urgings.select_related("case", "assignment", "to_organ", "to_officer", "by_organ")
    row = get_object_or_404(rows, pk=urging_pk)
    document = urging.notice(row, is_demonstration=demonstration_loads().exists())
    record("case.urging_notice", f"case:{pk}", request.user.pk, urging=row.pk)
    name = _("催办通知") + f"{case.number}.docx"
    return FileResponse(io.BytesIO(to_docx(document)), as_attachment=True, filename=name)


@officers_only
@require_POST
def use_opinion(request: Any, pk: int, number: int) -> HttpResponse:
    """采纳情况: what the organ of the case made of an opinion."""
    case = visible_case(request, pk)
    with telling(request, _("已记录采纳情况")):
        opinions.record_use(
            case, number, request.POST.get("adoption", ""), request.POST.get("reason", ""), officer=request.user,
            access=request.access,
        )  # fmt: skip
    return HttpResponseRedirect(_tab(pk))
