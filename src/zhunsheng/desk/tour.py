"""第一天导览: a few steps on real pages for who is new. Which step a page shows stands in its address (``?tour=3&case=12``), so
that every step is a page like any other: it can be left, gone back from and reloaded, with or without scripts.

The texts are in ``tour.yaml``; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from zhunsheng.cases.models import Case
from zhunsheng.cases.reading import choices_for
from zhunsheng.desk.case_rows import by_due, unfinished
from zhunsheng.desk.help_texts import short_language
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import load_yaml
from zhunsheng.ledger.models import Posting
from zhunsheng.typed import whole_number

PARAMETER, CASE = "tour", "case"
LOOKED_AT = 20
"""As many cases are looked at for one with a step the officer may take."""


@dataclass(frozen=True)
class Step:
    """One step: what it says, the part of the page it points at, and its picture."""

    key: str
    title: Words
    text: Words
    target: str
    picture: str

    @property
    def picture_address(self) -> str:
        return reverse("desk:handbook-picture", args=[f"{self.picture}-{short_language()}.png"])


@dataclass(frozen=True)
class Tour:
    """A step as a page shows it. ``is_here`` tells whether the page is the one it is about; else the picture stands in."""

    step: Step
    number: int
    count: int
    back: str
    onward: str
    leave: str
    is_here: bool


@cache
def steps() -> Sequence[Step]:
    """The steps in their order."""
    return [
        Step(s["key"], Words(**s["title"]), Words(**s["text"]), s["target"], s["picture"])
        for s in load_yaml(Path(__file__).parent / "tour.yaml")
    ]


def tour_for(request: Any) -> Tour | None:
    """The step a page shows; None when its address asks for none."""
    number = whole_number(request.GET.get(PARAMETER), 1, len(steps()))
    if number is None:
        return None
    case = _case_of(request)
    addresses = [address_of(step.key, index, request, case) for index, step in enumerate(steps(), 1)]
    return Tour(
        steps()[number - 1], number, len(steps()), back=addresses[number - 2] if number > 1 else "",
        onward=addresses[number] if number < len(steps()) else "", leave=request.path,
        is_here=request.path == addresses[number - 1].partition("?")[0] and (number == 1 or case is not None),
    )  # fmt: skip


def _case_of(request: Any) -> Case | None:
    """The case the tour goes on with: the one in the address, else the nearest one with a step the officer may take."""
    rows = Case.visible.to(request.access)
    asked = whole_number(request.GET.get(CASE))
    if asked is not None:
        return rows.filter(pk=asked).first()
    near = by_due(rows.filter(unfinished()).order_by())[:LOOKED_AT]
    return next((case for case in near if first_step(request, case)), None)


def first_step(request: Any, case: Case) -> str:
    """The first step the officer may take on a case; empty when there is none."""
    return next((name for name, refusal in choices_for(case, request.access, request.day) if refusal is None), "")


def address_of(key: str, number: int, request: Any, case: Case | None) -> str:
    """The page of a step; 待办 where there is no case to show it on."""
    query: dict[str, Any] = {PARAMETER: number}
    path = reverse("desk:to-do")
    if case is not None:
        query[CASE] = case.pk
        if key in ("now", "counted"):
            path = reverse("desk:case", args=[case.pk])
        elif key == "step" and (name := first_step(request, case)):
            path = reverse("desk:act", args=[case.pk, name])
        elif key == "records" and (posting := _posting_of(case)):
            path = reverse("desk:figure", args=[posting.account.key])
            query |= {"region": posting.organ.region_id, "year": posting.on.year}
    return f"{path}?{urlencode(query)}"


def _posting_of(case: Case) -> Posting | None:
    """A posting of the case, the newest of its first day: what was received rather than what is pending."""
    rows = Posting.objects.filter(source="case", source_id=case.pk).select_related("account", "organ")
    return rows.order_by("on", "pk").first()
