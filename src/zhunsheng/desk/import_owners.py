"""Who may import cases (谁能导入): for which organs an officer may, and that an upload is its officer's alone."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from zhunsheng.catalogue.loading import System
from zhunsheng.desk.models import Upload
from zhunsheng.desk.reach import system_or_404
from zhunsheng.orgs.history import in_tree_order
from zhunsheng.orgs.models import Organ


def organs_to_import(request: Any, system: System) -> list[Organ]:
    """The organs for which the officer may begin cases, and so import them."""
    if not system.procedures:
        return []
    compiled = system.procedure_on(request.day)
    declared = frozenset(compiled.procedure.roles)
    starting = {role for name in compiled.procedure.start_actions for role in compiled.procedure.actions[name].by}
    organs = Organ.objects.filter(pk__in=request.access.organs()).select_related("region")
    return [
        organ for organ in in_tree_order(organs) if starting & request.access.roles(system.slug, organ.path, declared)
    ]


def own_upload(request: Any, pk: int) -> Upload:
    """The officer's own upload; for anybody else, and for one who has lost the duty, it is not there (404)."""
    upload = get_object_or_404(Upload.objects.select_related("organ", "officer"), pk=pk, officer=request.user)
    if upload.organ_id not in {organ.pk for organ in organs_to_import(request, system_or_404(upload.system))}:
        raise Http404
    return upload
