"""What a page is about (所看的办件、系统、单位): the case or system an address names, as far as the officer may see it; 404 otherwise.

What may be done with it is asked elsewhere.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from zhunsheng.cases.models import Case, may_reveal
from zhunsheng.catalogue.loading import System, systems
from zhunsheng.orgs.history import in_tree_order
from zhunsheng.orgs.models import Organ


def visible_case(request: Any, pk: int) -> Case:
    """The case, when the officer may see it; else it does not exist for him (404)."""
    return get_object_or_404(Case.visible.to(request.access).select_related("organ__region", "handler"), pk=pk)


def looked_up_case(request: Any, pk: int) -> Case:
    """The same, also when he has answered what was asked on it: to be read, as a page or printed, nothing else (404)."""
    return get_object_or_404(Case.visible.or_answered(request.access).select_related("organ__region", "handler"), pk=pk)


def opened_case(request: Any, pk: int) -> Case:
    """The case, when the officer may open its papers and files, which name people in full: not who looks on by line and is asked
    nothing (404)."""
    case = visible_case(request, pk)
    if not may_reveal(case, request.access):
        raise Http404
    return case


def system_or_404(slug: str) -> System:
    if slug not in systems():
        raise Http404
    return systems()[slug]


def organs_near(organ: Organ, day: date) -> list[Organ]:
    """The organs in being of a region and of the region above it, for choices."""
    regions = [organ.region_id, organ.region.parent_id]
    found = Organ.objects.filter(region__in=[r for r in regions if r], valid_from__lte=day)
    return in_tree_order(found.exclude(valid_to__lte=day))
