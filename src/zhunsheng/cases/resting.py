"""Which open cases rest on a statute (依据某部法规的在办案件): by their procedure, and by what their fields of citations name.

Old cases run on under the version of the day they began; that they are found here changes nothing about them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import reduce
from operator import or_

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
    """Open cases the officer may see whose procedure cites the articles, then those that name them in a field; two queries."""
    by_version: dict[tuple[str, date], set[str]] = {}
    for use in concerned(statute.key, articles):
        by_version.setdefault((use.system.slug, use.version), set()).update(articles_of(use.article))
    rows = Case.visible.to(access).filter(closed_on=None)
    wanted = _any(Q(system=slug, version=version) for slug, version in by_version)
    for case in _one_by_one(rows.filter(wanted)):
        cited = by_version[case.system, case.version]
        shown = tuple(sorted(cited & articles if articles else cited, key=article_order))
        yield Resting(_OPEN, _name(case), shown, case.system, "case", case.pk)
    yield from _naming(statute, articles, rows.exclude(wanted))


def _naming(statute: Statute, articles: frozenset[str], rows: QuerySet[Case]) -> Iterator[Resting]:
    citing = {
        slug: {name for procedure in owner.procedures for name in _citing(procedure)}
        for slug, owner in systems().items()
    }
    naming = _any(
        Q(system=slug, **{f"fields__{field}__icontains": name})
        for slug, fields in citing.items() for field in fields for name in names_of(statute)
    )  # fmt: skip
    for case in _one_by_one(rows.filter(naming)):
        found = [cited_in(str(case.fields.get(field) or ""), statute) for field in citing[case.system]]
        cited = frozenset().union(*(one for one in found if one is not None))
        if any(one is not None for one in found) and not (articles and cited and articles.isdisjoint(cited)):
            shown = tuple(sorted(cited, key=article_order))
            yield Resting(_NAMING, _name(case), shown, case.system, "case", case.pk)


def _any(conditions: Iterable[Q]) -> Q:
    """Where one of the conditions holds; nowhere when there are none."""
    return reduce(or_, conditions, Q(pk__in=()))


def _one_by_one(rows: QuerySet[Case]) -> Iterator[Case]:
    """The rows in the order of systems, without holding them all; one query."""
    return rows.defer("course").order_by("system", "version", "pk").iterator(chunk_size=2_000)


def _citing(procedure: Procedure) -> list[str]:
    return [name for name, field in procedure.all_fields.items() if field.cites]


def _name(case: Case) -> str:
    """The number and title of a case, names of persons masked."""
    title = masked_title(procedure_of(case), case.title, case.fields)
    return f"{case.number} {title}".strip() if title != case.number else title
