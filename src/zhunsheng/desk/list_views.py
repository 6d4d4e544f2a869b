"""Filters under a name (常用筛选): an officer's own, or shared with everybody who has a duty in the same organ."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhunsheng.desk.frame import officers_only
from zhunsheng.desk.list_filters import system_for
from zhunsheng.desk.models import SavedView


@officers_only
@require_POST
def save(request: Any, slug: str) -> HttpResponse:
    """Keep the filters of a list under a name; the same name again changes them."""
    system_for(request, slug)
    name = " ".join(request.POST.get("name", "").split())
    query = QueryDict(request.POST.get("query", ""), mutable=True)
    query.pop("page", None)
    kept = query.urlencode()
    back = HttpResponseRedirect(reverse("desk:cases", args=[slug]) + (f"?{kept}" if kept else ""))
    if not name or len(name) > 30:
        messages.error(request, _("名称须填写，不超过 30 个字。"))
    elif not kept or len(kept) > 2000:
        messages.error(request, _("还没有选择筛选条件，先筛选再保存。"))
    else:
        organs = request.access.organs()
        shared = organs[0] if request.POST.get("shared") and organs else None
        SavedView.objects.update_or_create(
            officer=request.user, system=slug, name=name, defaults={"query": kept, "organ_id": shared}
        )
        messages.success(request, _("已保存筛选：%(name)s") % {"name": name})
    return back


@officers_only
@require_POST
def remove(request: Any, slug: str, pk: int) -> HttpResponse:
    """Take away one's own."""
    view = get_object_or_404(SavedView, pk=pk, officer=request.user, system=slug)
    view.delete()
    messages.success(request, _("已移除筛选：%(name)s") % {"name": view.name})
    return HttpResponseRedirect(reverse("desk:cases", args=[slug]))


def views_for(request: Any, slug: str) -> list[SavedView]:
    """The officer's own and those shared within the organs of the officer's duties."""
    mine = Q(officer=request.user) | Q(organ__in=request.access.organs())
    return list(SavedView.objects.filter(mine, system=slug).select_related("officer"))
