"""What steps of cases make public (办件中公开的内容): the only way of the public pages to cases.

A case is public here once it stands in a state that follows the step by which its organ publishes it, and only with the
fields its declaration marks ``sensitivity: public``. A void case is gone. Reads only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from zhunsheng.cases.materials import path_of
from zhunsheng.cases.models import Case, CaseLink, Material, Volume
from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.fields import Sensitivity
from zhunsheng.kernel.masking import mask
from zhunsheng.registers.models import Revision

PUBLISHED_IN: Mapping[str, tuple[str, ...]] = {
    "annual_report": ("public", "closed"),
    "normdoc_cleanup": ("published",),
    "public_consultation": ("open", "closed", "summarised", "answered", "dropped"),
    "random_inspection": ("sealed", "inspecting", "inspected", "published", "closed"),
}
"""The systems whose cases the public sees, and the states from the step of publication on."""
WITHHELD: Mapping[str, str] = {"annual_report": "secret", "random_inspection": "withdrawn"}
"""The outcome by which a case of a system ends without being published."""


def public(slug: str) -> QuerySet[Case]:
    """The cases of a system that were published and stand."""
    rows = Case.objects.filter(system=slug, voided_on=None, state__in=PUBLISHED_IN[slug])
    if slug in WITHHELD:
        rows = rows.exclude(outcome=WITHHELD[slug])
    return rows.select_related("organ")


def gone(slug: str, pk: int, published_by: str) -> Case | None:
    """A case that ended unpublished after all, although an earlier step of it had been published: at its address stands that it is
    withdrawn."""
    rows = Case.objects.filter(pk=pk, system=slug, voided_on=None, outcome=WITHHELD[slug], events__action=published_by)
    return rows.select_related("organ").first()


def said_of(case: Case) -> dict[str, Any]:
    """What a case says in public: the fields that are marked so, as publications write them."""
    fields = system(case.system).procedure_of(case.version).procedure.fields
    return {
        name: mask(field, case.fields[name])
        for name, field in fields.items()
        if field.sensitivity is Sensitivity.PUBLIC and case.fields.get(name) not in (None, "", [])
    }


def linked_with(cases: Iterable[int]) -> list[Case]:
    """The cases linked with some others, from either side. Nothing of them is shown; they lead to what was published of them."""
    known = set(cases)
    links = CaseLink.objects.filter(Q(case__in=known) | Q(other__in=known)).values_list("case_id", "other_id")
    return list(Case.objects.filter(pk__in={pk for link in links for pk in link} - known, voided_on=None))


def opinions_of(case: Case) -> QuerySet[Revision]:
    """The opinions entered in a consultation, as its table has them now. What of them is shown is decided in
    ``consultations``."""
    return Revision.objects.filter(
        entry__register=case.system,
        entry__organ=case.organ_id,
        values__consultation=case.number,
        known_to=None,
        valid_to=None,
    )


def files_of(case: Case, names: Sequence[str]) -> list[Material]:
    """The files of a case that are published with it, by their names, the newest of each; in the order asked for."""
    rows = case.materials.filter(voided_at=None, volume=Volume.MAIN, paper=None, file_name__in=names).order_by("pk")
    newest = {row.file_name: row for row in rows}
    return [newest[name] for name in names if name in newest]


def content_of(row: Material) -> bytes:
    """The content of a published file; 404 where the bytes kept are not those that were filed."""
    try:
        content = path_of(row.digest).read_bytes()
    except OSError as error:
        raise Http404 from error
    if hashlib.sha256(content).hexdigest() != row.digest:
        raise Http404
    return content


def evaluation_of(number: str) -> Case | None:
    """The evaluation of a matter by its number, where one was given; nothing of it is shown."""
    return Case.objects.filter(system="service_evaluation", fields__matter_number=number, voided_on=None).first()
