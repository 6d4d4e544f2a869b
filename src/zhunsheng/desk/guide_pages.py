"""办事说明: a page for every system, made of its declaration alone: what it is, who acts, its steps, limits, papers and figures,
with the picture of the course and the table of who may do what when. For every officer alike; made to be printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse

from zhunsheng.catalogue.explaining import explain
from zhunsheng.catalogue.explaining_bodies import explain_body
from zhunsheng.catalogue.explaining_figures import figures_of, relations_of
from zhunsheng.catalogue.explaining_lists import explain_list
from zhunsheng.catalogue.loading import System
from zhunsheng.catalogue.matrix import matrix_of
from zhunsheng.desk.course_picture import picture_of
from zhunsheng.desk.frame import Crumb, may_work_in, officers_only, page
from zhunsheng.desk.law_marks import notices_of
from zhunsheng.desk.menu import address_of
from zhunsheng.desk.reach import system_or_404
from zhunsheng.kernel.compiled import CompiledProcedure
from zhunsheng.kernel.fields import FieldError, parse_date
from zhunsheng.kernel.office import VERBS
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import statutes

GUIDE = Words("办事说明", "Guide")


@officers_only
def guide(request: Any, slug: str) -> HttpResponse:
    """The guide of a system; ``version`` asks for the procedure of another day than today."""
    system = system_or_404(slug)
    context: dict[str, Any] = {
        "system": system, "figures": figures_of(system), "relations": relations_of(system),
        "law_notices": notices_of(request, system),
        "work": address_of(system) if may_work_in(request.access, slug) else "",
        "lists": [explain_list(system, declared) for declared in system.registers[-1:]],
        "bodies": [explain_body(system.body_on(declared.in_force.from_)) for declared in system.bodies[-1:]],
    }  # fmt: skip
    if system.procedures:
        compiled = _version_asked(system, request.GET.get("version", ""), request.day)
        context |= {
            "told": explain(system, compiled), "version": compiled.version, "versions": _versions(system),
            "statute": statutes()[compiled.procedure.basis], "picture": picture_of(compiled, ""),
            "matrix": matrix_of(compiled), "verbs": [verb.words for verb in VERBS.values()],
            "until": compiled.procedure.in_force.until,
        }  # fmt: skip
    return page(request, "desk/guide.html", context, trail=[Crumb(GUIDE)], system=system)


def _versions(system: System) -> Sequence[date]:
    return sorted(system.compiled)


def _version_asked(system: System, text: str, today: date) -> CompiledProcedure:
    if not text:
        begun = [version for version in system.compiled if version <= today]
        return system.compiled[max(begun) if begun else min(system.compiled)]
    try:
        return system.compiled[parse_date(text)]
    except (FieldError, KeyError):
        raise Http404 from None
