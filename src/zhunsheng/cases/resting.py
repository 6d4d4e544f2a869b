"""Which open cases rest on a statute (依据某部法规的在办案件): by their procedure, and by what their fields of citations name.

Old cases run on under the version of the day they began; that they are found here changes nothing about them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet

from zhunsheng.cases.finding import masked_title
from zhunsheng.cases.models import Case
from zhunsheng.cases.reading import procedure_of
from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.procedure import Procedure
from zhunsheng.kernel.words import Words
from zhunsheng.law.naming import article_order, articles_of, cited_in, names_of
from zhunsheng.law.statutes import Statute
from zhunsheng.law.usage import Resting, concerned
from zhunsheng.orgs.access import Access

_OPEN, _NAMING = Words("在办案件", "open case"), Words("写明依据的在办案件", "open case that names it")


def resting(statute: Statute, articles: frozenset[str], access: Access) -> Iterator[Resting]:
    """Open cases the officer may see whose procedure cites the articles, then those that name them in a field."""
    by_version: dict[tuple[str, date], set[str]] = {}
    for use in concerned(statute.key, articles):
        by_version.setdefault((use.system.slug, use.version), set()).update(articles_of(use.article))
    rows = Case.visible.to(access).filter(closed_on=None)
    seen = Q()
    for (slug, version), cited in sorted(by_version.items()):
        wanted = Q(system=slug, version=version)
        seen |= wanted
        shown = tuple(sorted(cited & articles if articles else cited, key=article_order))
        for case in rows.filter(wanted).defer("course").order_by("pk").iterator(chunk_size=2_000):
            yield Resting(_OPEN, _name(case), shown, slug, "case", case.pk)
    yield from _naming(statute, articles, rows.exclude(seen) if by_version else rows)


def _naming(statute: Statute, articles: frozenset[str], rows: QuerySet[Case]) -> Iterator[Resting]:
    for slug, owner in systems().items():
        fields = {name for procedure in owner.procedures for name in _citing(procedure)}
        if not fields:
            continue
        naming = Q()
        for field in fields:
            for name in names_of(statute):
                naming |= Q(**{f"fields__{field}__icontains": name})
        for case in rows.filter(naming, system=slug).defer("course").order_by("pk").iterator(chunk_size=2_000):
            found = [cited_in(str(case.fields.get(field) or ""), statute) for field in fields]
            cited = frozenset().union(*(one for one in found if one is not None))
            if any(one is not None for one in found) and not (articles and cited and articles.isdisjoint(cited)):
                shown = tuple(sorted(cited, key=article_order))
                yield Resting(_NAMING, _name(case), shown, slug, "case", case.pk)


def _citing(procedure: Procedure) -> list[str]:
    return [name for name, field in procedure.all_fields.items() if field.cites]


def _name(case: Case) -> str:
    """The number and title of a case, names of persons masked."""
    title = masked_title(procedure_of(case), case.title, case.fields)
    return f"{case.number} {title}".strip() if title != case.number else title
