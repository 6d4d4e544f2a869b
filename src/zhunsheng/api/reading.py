"""Rows as programs read them (数据): cases, entries and organs put into their shapes, personal data masked.

Reads what it is given; which rows that may be is decided where they are looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhunsheng.api.problems import Problem, not_there, pair
from zhunsheng.api.shapes import CaseOut, FieldOut, OrganOut, PublicationOut
from zhunsheng.cases.finding import masked_title
from zhunsheng.cases.models import Case
from zhunsheng.cases.reading import procedure_of
from zhunsheng.catalogue.loading import System, systems
from zhunsheng.kernel.fields import FieldDeclaration
from zhunsheng.kernel.masking import mask
from zhunsheng.orgs.access import Access, regions_of
from zhunsheng.orgs.models import Organ, Region
from zhunsheng.registers.models import PublishedVersion


def system_of(slug: str) -> System:
    """A system by its slug. Raises ``Problem``."""
    found = systems().get(slug)
    if found is None:
        raise not_there()
    return found


def region_of(access: Access, code: str) -> Region:
    """A region whose figures the caller may see; the one of his own organ when none is named. Raises ``Problem``."""
    regions = regions_of(access)
    if not code:
        own = Organ.objects.filter(pk__in=access.organs()).values_list("region_id", flat=True).first()
        code = own or ""
    found = next((region for region in regions if region.pk == code), None)
    if found is None:
        raise Problem(404, "region", "没有这个行政区划，或者您不能查看", "there is no such region, or it is not yours to see",
                      field="region")  # fmt: skip
    return found


def organ_out(organ: Organ) -> OrganOut:
    return OrganOut(id=organ.pk, name=organ.name, region=organ.region_id)


def field_out(name: str, declared: FieldDeclaration) -> FieldOut:
    return FieldOut(
        name=name, label=pair(declared.words), type=declared.type.value, many=declared.many,
        sensitivity=declared.sensitivity.value,
        choices={code: pair(words) for code, words in declared.choices.items()},
    )  # fmt: skip


def masked(fields: Mapping[str, FieldDeclaration], values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Declared values with personal data masked, and which of them are."""
    shown: dict[str, Any] = {}
    hidden: list[str] = []
    for name, value in values.items():
        declared = fields.get(name)
        if declared is None:
            continue
        shown[name] = mask(declared, value)
        if shown[name] != value:
            hidden.append(name)
    return shown, hidden


def case_out(case: Case) -> CaseOut:
    return CaseOut(**summary_of(case))


def summary_of(case: Case) -> dict[str, Any]:
    """What every list says of a case."""
    compiled = procedure_of(case)
    return {
        "id": case.pk, "system": case.system, "number": case.number,
        "title": masked_title(compiled, case.title, case.fields), "state": case.state,
        "state_name": pair(compiled.procedure.states[case.state].words), "outcome": case.outcome or None,
        "organ": organ_out(case.organ), "opened_on": case.opened_on, "closed_on": case.closed_on,
        "voided_on": case.voided_on, "next_due": case.next_due, "sequence": case.sequence,
    }  # fmt: skip


def publication_out(version: PublishedVersion, *, stands: bool) -> PublicationOut:
    return PublicationOut(
        id=version.pk, slug=version.register, name=pair(version.list_name), organ=organ_out(version.organ),
        whole_region=version.whole_region, number=version.number, day=version.day, published_at=version.published_at,
        entries=version.entries, digest=version.digest, fields=version.fields, stands=stands,
        withdrawn_at=version.withdrawn_at, withdrawal=version.withdrawal,
    )  # fmt: skip
