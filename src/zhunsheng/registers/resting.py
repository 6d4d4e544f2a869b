"""Which entries of lists rest on a statute (依据某部法规的清单条目): those whose fields of citations name it, as they are in force today."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.words import Words
from zhunsheng.law.naming import article_order, cited_in, names_of
from zhunsheng.law.statutes import Statute
from zhunsheng.law.usage import Resting
from zhunsheng.orgs.access import Access
from zhunsheng.registers.reading import entries_on


def resting(statute: Statute, articles: frozenset[str], access: Access) -> Iterator[Resting]:
    """The entries that name the statute, and of these the articles (or none in particular); one query."""
    declared = {slug: owner.registers[-1] for slug, owner in systems().items() if owner.registers}
    citing = {slug: [name for name, field in one.fields.items() if field.cites] for slug, one in declared.items()}
    naming = Q(pk__in=())
    for slug, fields in citing.items():
        for field in fields:
            for name in names_of(statute):
                naming |= Q(entry__register=slug, **{f"values__{field}__icontains": name})
    rows = entries_on([*citing], access=access, true_on=timezone.localdate()).filter(naming)
    for row in rows.order_by("entry__register", "entry__path", "entry__key").iterator(chunk_size=2_000):
        slug = row.entry.register
        found = [cited_in(str(row.values.get(field) or ""), statute) for field in citing[slug]]
        cited = frozenset().union(*(one for one in found if one is not None))
        if all(one is None for one in found) or (articles and cited and articles.isdisjoint(cited)):
            continue
        what = Words(f"清单条目：{declared[slug].name.zh}", f"entry: {declared[slug].name.en}")
        name = f"{row.values.get(declared[slug].title) or row.entry.key}（{row.entry.organ.name}）"
        yield Resting(what, name, tuple(sorted(cited, key=article_order)), slug, "entry", row.entry_id)
