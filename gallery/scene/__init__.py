"""The records the pages of ``kinds`` show, made through the actions and pages an officer uses.

The same on the demonstration and on the small county of the tests, so that what is tested is what is pictured. Persons
are invented. Reads nothing back and opens no page in a browser.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from gallery.scene import cases, in_public, lists, office
from gallery.scene.files import destroyed_file
from gallery.scene.place import REVIEW, Place
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty
from zhunsheng.reports import drafts

__all__ = ["Place", "set_scene"]


def set_scene(place: Place) -> dict[str, Any]:
    """Make everything; gives the records by the names ``kinds`` uses."""
    today, region = timezone.localdate(), place.government.region
    office.duties(place)
    colleague, newcomer = office.people(place)
    scene = {
        "region": region.pk, "year": place.year, "month": f"{place.year}01", "this_year": today.year,
        "next_year": today.year + 1, "past_day": date(today.year - 1, 6, 30).isoformat(), "today": today.isoformat(),
        "officer": place.officer.pk, "government": place.government.pk, "organ": place.department.pk,
        "newcomer": newcomer.pk, "duty": Duty.objects.get(officer=newcomer).pk, "newcomer_name": newcomer.username,
        "password": place.password, "busy_system": place.busy_system, "figure": f"{REVIEW}.received",
        "stated": office.STATED, "program": office.program(place),
    }  # fmt: skip
    scene |= destroyed_file(place.officer, [colleague, newcomer], place.department, REVIEW)
    scene |= cases.disputes(place, colleague, newcomer)
    scene |= cases.reviews(place)
    scene |= cases.order(place, newcomer)
    scene |= in_public.releases(place, colleague)
    scene |= lists.powers(place, colleague)
    scene |= in_public.consultation(place)
    scene |= in_public.published(place)
    scene |= cases.uploads_and_jobs(place)
    scene |= office.meetings(place, colleague)
    scene |= office.plans(place)
    scene |= in_public.services(place)
    scene |= office.assessment(place)
    office.figures(place)
    office.settings(place)
    access = access_of(place.officer, today)
    scene["report"] = drafts.begin(region, place.year, "five-contents", place.officer, access).pk
    return scene | office.reform(place)
