"""The tour's own pages (导览): the answer to its offer, and all its steps on one page with pictures, for reading and printing."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.handbook_pages import HELP
from zhunsheng.desk.models import TourAnswer
from zhunsheng.desk.tour import PARAMETER, steps
from zhunsheng.kernel.words import Words

TOUR = Words("第一天导览", "First-day tour")


@officers_only
def tour(request: Any) -> HttpResponse:
    """Every step with its picture."""
    return page(
        request,
        "desk/tour.html",
        {"here": "help", "steps": steps()},
        trail=[Crumb(HELP, reverse("desk:help")), Crumb(TOUR)],
    )


@officers_only
@require_POST
def answer(request: Any) -> HttpResponse:
    """开始 or 不用了; the offer does not come again."""
    taken = request.POST.get("take") == "1"
    TourAnswer.objects.update_or_create(officer=request.user, defaults={"taken": taken})
    return HttpResponseRedirect(reverse("desk:to-do") + (f"?{PARAMETER}=1" if taken else ""))


def is_to_be_offered(request: Any) -> bool:
    """Whether the officer has work to be shown and was not asked yet."""
    return bool(request.access.holdings) and not TourAnswer.objects.filter(officer=request.user.pk).exists()
