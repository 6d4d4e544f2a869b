"""报送 (Returns): one period at a glance: who has sent, the sums beside the ledger, the file for the superior, urging.

What a return is and how it is put together is in ``assessment``; each return is a case and is worked on at its page.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhunsheng.assessment.consolidating import (
    SENT,
    TYPED,
    document_of,
    fell_late,
    is_late,
    periods_of,
    progress,
    returns_of,
    sums,
    tell,
    words_of,
    workbook_of_returns,
)
from zhunsheng.assessment.own_forms import FormRefused, field_names, filled
from zhunsheng.assessment.returns import RETURNS, Period
from zhunsheng.cases.models import Case
from zhunsheng.cases.urging import targets, urge
from zhunsheng.catalogue.loading import system
from zhunsheng.desk.asked import period_words
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.wording import Light, say
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.handing_out import HandingOutError
from zhunsheng.ledger.months import written
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.refusals import Refused
from zhunsheng.papers.docx import to_docx
from zhunsheng.security.audit import record

TITLE = Words("报送汇总", "Returns")
OFFICE = frozenset({"office"})


class Chosen(NamedTuple):
    """What the page is about: a period, its returns, and the organ they are put together for (None: nobody's office)."""

    period: Period | None
    periods: list[Period]
    cases: list[Case]
    root: Organ | None


@dataclass(frozen=True)
class ReturnLine:
    """One return: how it stands, what moved, what was typed."""

    case: Case
    state: Words
    light: Light | None
    moved: list[str]
    typed: int


def _chosen(request: Any) -> Chosen:
    periods = periods_of(request.access)
    told = request.GET.get("period") or request.POST.get("period", "")
    period = next((one for one in periods if key_of(one) == told), None if told else next(iter(periods), None))
    if told and period is None:
        raise Http404
    cases = returns_of(request.access, period) if period is not None else []
    return Chosen(period, periods, cases, _root(request))


def key_of(period: Period) -> str:
    """A period in an address: 2026-09-1."""
    return f"{period.year}-{period.month:02d}-{period.months}"


def _root(request: Any) -> Organ | None:
    """The organ whose office puts the returns together: where the officer is office for all below, the government above it."""
    for holding in request.access.holdings:
        if request.access.roles(RETURNS, holding.path, OFFICE) and holding.whole_tree:
            organ = Organ.objects.select_related("parent", "region").get(pk=holding.organ)
            return organ if organ.kind == "government" or organ.parent is None else organ.parent
    return None


def _line(case: Case, request: Any, fallen: frozenset[int]) -> ReturnLine:
    light = Light("overdue", _("逾期")) if is_late(case, request.day) else None
    light = Light("soon", _("逾期后报送")) if case.state in SENT and case.pk in fallen else light
    moved = str(case.fields.get("changes") or "").splitlines()
    typed = sum(bool(case.fields.get(name)) for name in TYPED)
    return ReturnLine(case, _states()[case.state], light, moved, typed)


def _states() -> dict[str, Words]:
    return {name: Words(state.zh, state.en) for name, state in system(RETURNS).procedures[-1].states.items()}


def _months(period: Period) -> str:
    months = (period.first.year * 100 + period.first.month, period.year * 100 + period.month)
    return period_words(months)


@officers_only
def returns(request: Any) -> HttpResponse:
    """The returns of a period, the newest at first."""
    return _page(request, _chosen(request))


def _page(request: Any, chosen: Chosen, wrong: Sequence[str] = (), status: int = 200) -> HttpResponse:
    fallen = fell_late(chosen.cases)
    lines = [_line(case, request, fallen) for case in chosen.cases]
    period = chosen.period
    context: dict[str, Any] = {
        "here": "returns", "lines": lines, "wrong": wrong, "root": chosen.root,
        "periods": [(key_of(one), _months(one), one == period) for one in chosen.periods[:24]],
    }  # fmt: skip
    if period is not None:
        first, last = period.first.year * 100 + period.first.month, period.year * 100 + period.month
        context |= {
            "period": key_of(period), "words": _months(period), "how": progress(chosen.cases, request.day, fallen),
            "sums": sums(chosen.cases, period, chosen.root), "names": list(field_names()),
            "late": [line for line in lines if line.light and line.light.kind == "overdue"],
            "query": f"&span=run&from={written(first)}&to={written(last)}",
        }  # fmt: skip
    return page(request, "desk/returns.html", context, trail=[Crumb(TITLE)], status=status)


@officers_only
@require_POST
def take_out(request: Any) -> HttpResponse:
    """汇总: the period put together as docx or xlsx or in an uploaded form; its figures are noted as told to the receiver."""
    chosen = _chosen(request)
    if chosen.period is None or chosen.root is None:
        raise Http404
    file, kind = request.FILES.get("form"), request.POST.get("kind", "docx")
    try:
        if kind == "form":
            if file is None:
                return _page(request, chosen, [_("请选择上级发来的表样文件（docx 或者 xlsx）")], 422)
            content, kind = filled(file.read(), chosen.root, chosen.period, chosen.cases, request.day)
        elif kind == "xlsx":
            content = workbook_of_returns(chosen.period, chosen.cases)
        else:
            kind, content = "docx", to_docx(document_of(chosen.root, chosen.period, chosen.cases, request.day))
        with transaction.atomic():
            tell(chosen.root, chosen.period, chosen.cases, request.POST.get("to_whom", ""), request.user)
            record(
                "returns.take_out", f"organ:{chosen.root.pk}", request.user.pk, period=key_of(chosen.period), kind=kind
            )
    except FormRefused as refused:
        return _page(request, chosen, [say(words) for words in refused.problems[:20]], 422)
    except HandingOutError as error:
        return _page(request, chosen, [say(error.words)], 422)
    name = f"{chosen.root.name}{words_of(chosen.period)}报送汇总.{kind}"
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name)


@officers_only
@require_POST
def urge_late(request: Any) -> HttpResponse:
    """催报: urge every organ whose return of the period is late."""
    chosen = _chosen(request)
    if chosen.period is None or chosen.root is None:
        raise Http404
    text = f"请立即报送{words_of(chosen.period)}法治政府建设工作情况。"
    urged = 0
    for case in chosen.cases:
        if is_late(case, request.day) and case.state not in SENT:
            target = next((t.key for t in targets(case, request.access) if t.organ is not None), None)
            if target is not None:
                try:
                    urge(case, target, text, officer=request.user, access=request.access)
                except Refused as refused:
                    messages.error(request, f"{case.number}{_('：')}{say(refused.refusal.reason)}")
                else:
                    urged += 1
    messages.success(request, _("已催报 %(n)s 个单位") % {"n": urged})
    return HttpResponseRedirect(f"{reverse('desk:returns')}?period={key_of(chosen.period)}")
