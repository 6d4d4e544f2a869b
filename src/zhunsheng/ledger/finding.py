"""What of the ledger is found (指标的查找): figures by name, alias and system, for officers who see figures."""

from __future__ import annotations

from collections.abc import Sequence

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.figures import declared_as, figure_names
from zhunsheng.orgs.access import Access
from zhunsheng.search.asking import Hit, Kind
from zhunsheng.search.wording import Question


def _find(question: Question, access: Access, most: int) -> list[str]:
    if not access.holdings:
        return []
    return [name for name in figure_names() if question.fits(*(d := declared_as(name)).words, *d.aliases)][:most]


def _show(keys: Sequence[str], access: Access) -> list[Hit]:
    known = frozenset(figure_names()) if access.holdings else frozenset()
    return [_hit(name) for name in keys if name in known]


def _hit(name: str) -> Hit:
    declared, owner = declared_as(name), systems().get(name.partition(".")[0])
    notes = (owner.name if owner else None, "、".join(declared.aliases))
    return Hit(name, declared.words, tuple(note for note in notes if note))


FIGURES = Kind(
    "figure", Words("指标", "Figures"), Words("名称、别名、拼音首字母", "names, aliases, pinyin initials"), _find, _show
)
