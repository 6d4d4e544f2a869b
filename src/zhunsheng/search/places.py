"""Where to look (限定): in a question of several terms one may name a system or an organ, 行政复议 拆除 or 司法局 2020-12.

Such a term holds for every record of that system or organ; at least one of the others must be in the record's own text.
"""

from __future__ import annotations

from dataclasses import replace

from zhunsheng.catalogue.loading import systems
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Organ
from zhunsheng.search.wording import Question, Term

MOST_ORGANS = 100
"""A term that is part of the names of more organs says nothing of where to look."""


def with_places(question: Question, access: Access) -> Question:
    """The question with the systems and organs that its terms name; one query, and none for a single term."""
    if len(question.terms) < 2:
        return question
    in_reach = Organ.objects.filter(access.rows(system_field=None)).values_list("path", "name", "name_en", "short_name")
    organs = list(in_reach.order_by("path"))
    return replace(question, terms=tuple(_placed(term, organs) for term in question.terms))


def _placed(term: Term, organs: list[tuple[str, str, str, str]]) -> Term:
    paths = tuple(path for path, *names in organs if term.fits(*names))
    slugs = tuple(slug for slug, owner in systems().items() if term.fits(*owner.name))
    return replace(term, systems=slugs, paths=paths if len(paths) <= MOST_ORGANS else ())
