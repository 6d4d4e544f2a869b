"""清单佐证 (Lists as evidence): picking a list from its page for a case, and what the page of the case shows of those given to it.

What a list is and how it is counted is in ``cases.evidence``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhunsheng.cases.evidence import GivenList, filters_of, lists_of, systems_that_take, takes_lists
from zhunsheng.cases.giving import drafted, give, may_give, take_back
from zhunsheng.cases.models import Case, ListEvidence
from zhunsheng.cases.reading import procedure_of
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.case_rows import shown_title
from zhunsheng.desk.forms import say_refusal
from zhunsheng.desk.frame import Crumb, may_work_in, officers_only, page, telling
from zhunsheng.desk.list_filters import chips_of, system_for
from zhunsheng.desk.reach import visible_case
from zhunsheng.desk.wording import name_of, say
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.refusals import Refused
from zhunsheng.typed import whole_number

TITLE = Words("作为佐证", "Use as evidence")
MOST_OFFERED = 300
"""Cases a list is offered for."""


@dataclass(frozen=True)
class ListLine:
    """A list given to a case as its page shows it; ``address``: where whoever may see the cases opens them."""

    given: GivenList
    name: Words
    words: list[str]
    address: str


def lines_of(request: Any, lists: Sequence[GivenList]) -> list[ListLine]:
    return [ListLine(one, systems()[one.row.system].name, _words(one.row), _address(request, one)) for one in lists]


def _words(row: ListEvidence) -> list[str]:
    """The filters of a list in words, its organ first."""
    organ = name_of(row.organ) + (_("（含下级）") if row.whole_tree else "")
    compiled = systems()[row.system].procedure_on(timezone.localdate(row.given_at))
    return [organ, *(words for _name, words in chips_of(compiled, filters_of(row), []))]


def _address(request: Any, one: GivenList) -> str:
    """The list as its page opens it; empty for whoever sees nothing of it."""
    row = one.row
    if not request.access.reasons(row.system, row.organ.path):
        return ""
    kept = f"{row.query}&" if row.query else ""
    return f"{reverse('desk:cases', args=[row.system])}?{kept}organ={row.organ_id}"


def lists_context(request: Any, case: Case) -> dict[str, Any]:
    """What the page of a case shows of its lists, and what is asked to give it another. No query for cases that take none."""
    if not takes_lists(procedure_of(case).procedure):
        return {}
    lines = lines_of(request, lists_of([case], request.day, with_voided=True)[case.pk])
    may = may_give(case, request.access)
    return {
        "lists": lines, "takes_lists": True, "may_give_lists": may,
        "lists_changed": sum(line.given.is_changed for line in lines),
        "list_systems": [(slug, say(one.name)) for slug, one in systems().items() if one.procedures and may_work_in(request.access, slug)] if may else [],
    }  # fmt: skip


@officers_only
def pick(request: Any, pk: int) -> HttpResponse:
    """From a case to the list of a system, to be filtered and then used as its evidence."""
    case = visible_case(request, pk)
    slug = request.GET.get("system", "")
    if slug not in systems() or not may_give(case, request.access):
        raise Http404
    return HttpResponseRedirect(f"{reverse('desk:cases', args=[slug])}?for={pk}")


def case_to_prove(request: Any) -> Case | None:
    """The case a list is being looked for, when its page led here; no query when none did."""
    wanted = whole_number(request.GET.get("for"))
    if wanted is None:
        return None
    case = Case.visible.to(request.access).filter(pk=wanted).first()
    return case if case is not None and may_give(case, request.access) else None


@officers_only
def use(request: Any, slug: str) -> HttpResponse:
    """作为佐证: what the list says and how many it holds; for which case it is given."""
    system = system_for(request, slug)
    asked = request.POST if request.method == "POST" else request.GET
    wanted = asked.get("for", "")
    row = None
    try:
        if request.method == "POST":
            case = visible_case(request, whole_number(wanted) or 0)
            given = give(case.pk, slug, asked.dict(), officer=request.user, access=request.access)
            messages.success(request, _("已附清单：%(name)s %(n)s 件") % {"name": say(system.name), "n": given.count})
            return HttpResponseRedirect(f"{reverse('desk:case', args=[case.pk])}?tab=links")
        row = drafted(slug, asked.dict(), request.access)
    except Refused as refused:
        messages.error(request, say_refusal(refused.refusal))
        row = None
    query = {name: value for name, value in asked.items() if name not in ("csrfmiddlewaretoken", "for", "page", "sort")}
    if row is None:
        return HttpResponseRedirect(f"{reverse('desk:cases', args=[slug])}?{urlencode({**query, 'for': wanted})}")
    context = {
        "system": system, "row": row, "words": _words(row), "query": query, "back": urlencode({**query, "for": wanted}), "offered": _offered(request),
        "wanted": wanted,
    }  # fmt: skip
    return page(request, "desk/evidence.html", context, trail=[Crumb(TITLE)], system=system)


def _offered(request: Any) -> list[tuple[str, list[tuple[int, str]]]]:
    """The open cases that take lists and the officer works on, by system."""
    rows = Case.visible.to(request.access).filter(system__in=systems_that_take(), closed_on=None, voided_on=None)
    found: dict[str, list[tuple[int, str]]] = {}
    for case in rows.select_related("organ").order_by("system", "path", "-pk")[:MOST_OFFERED]:
        if may_give(case, request.access):
            title = f"{shown_title(case)}（{name_of(case.organ)} {case.number}）"
            found.setdefault(say(systems()[case.system].name), []).append((case.pk, title))
    return list(found.items())


@officers_only
@require_POST
def remove(request: Any, pk: int, row: int) -> HttpResponse:
    """撤下: a list is taken back; it stays on the page with who did it."""
    case = visible_case(request, pk)
    with telling(request, _("已撤下清单")):
        take_back(case.pk, row, officer=request.user, access=request.access)
    return HttpResponseRedirect(f"{reverse('desk:case', args=[pk])}?tab=links")
