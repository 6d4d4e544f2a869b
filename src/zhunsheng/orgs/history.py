"""Reading the organs of any day (沿革): the tree as it was, what an organ was called, from whom it took over and who followed.

Writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from zhunsheng.orgs.models import FormerForm, Organ, Region
from zhunsheng.orgs.terms import in_being


@dataclass(frozen=True, slots=True)
class OrganOnDay:
    """An organ as it was on a day: its names then, and how deep it hung in the tree."""

    organ: Organ
    name: str
    name_en: str
    short_name: str
    mark: str
    parent: int | None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """A name and a superior an organ had, from a day and until before another (None: still)."""

    name: str
    name_en: str
    mark: str
    parent: Organ | None
    since: date
    until: date | None


def in_tree_order(organs: Iterable[Organ]) -> list[Organ]:
    """Each organ before those below it, and of those side by side the one set up first; paths as texts put 10 before 2."""
    return sorted(organs, key=lambda organ: [int(key) for key in organ.path.split("/") if key])


def organs_on(day: date, regions: Iterable[Region]) -> list[OrganOnDay]:
    """The organs of some regions on a day in the order of the tree as it was then; two queries."""
    organs = list(Organ.objects.filter(in_being(day), region__in=[region.pk for region in regions]).order_by("pk"))
    then = {}
    rows = FormerForm.objects.filter(organ__in=[organ.pk for organ in organs], until__gt=day)
    for form in rows.order_by("-until", "-pk"):
        then[form.organ_id] = form
    children: dict[int | None, list[OrganOnDay]] = {}
    known = {organ.pk for organ in organs}
    for organ in organs:
        found = _as_it_was(organ, then)
        children.setdefault(found.parent if found.parent in known else None, []).append(found)
    return list(_in_order(children, None, 0))


def _as_it_was(organ: Organ, then: Mapping[int, FormerForm]) -> OrganOnDay:
    form: Organ | FormerForm = then.get(organ.pk, organ)
    return OrganOnDay(organ, form.name, form.name_en, form.short_name, form.mark, form.parent_id)


def _in_order(children: Mapping[int | None, list[OrganOnDay]], parent: int | None, depth: int) -> Iterable[OrganOnDay]:
    for found in children.get(parent, ()):
        yield OrganOnDay(found.organ, found.name, found.name_en, found.short_name, found.mark, found.parent, depth)
        yield from _in_order(children, found.organ.pk, depth + 1)


def forms_of(organ: Organ) -> list[Form]:
    """What an organ was called and to whom it belonged, oldest first; one query. The last form is the present one."""
    forms, since = [], organ.valid_from
    for row in organ.former_forms.select_related("parent").order_by("until", "pk"):
        if row.until > since:
            forms.append(Form(row.name, row.name_en, row.mark, row.parent, since, row.until))
            since = row.until
    return [*forms, Form(organ.name, organ.name_en, organ.mark, organ.parent, since, organ.valid_to)]
