"""What of the law is found (法规与期限的查找): statutes by name, limits by what they limit; the same for every officer."""

from __future__ import annotations

from collections.abc import Sequence

from zhunsheng.kernel.limits import Limit
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import Statute, limits, statutes
from zhunsheng.orgs.access import Access
from zhunsheng.search.asking import Hit, Kind
from zhunsheng.search.wording import Question


def _find_statutes(question: Question, access: Access, most: int) -> list[str]:
    return [key for key, s in statutes().items() if question.fits(*s.name, *s.short)][:most]


def _show_statutes(keys: Sequence[str], access: Access) -> list[Hit]:
    return [_statute_hit(statutes()[key]) for key in keys if key in statutes()]


def _statute_hit(statute: Statute) -> Hit:
    newest = statute.version(None)
    short = statute.short if statute.short != statute.name else None
    since = newest.in_force if newest else None
    return Hit(statute.key, statute.name, (short,) if short else (), since)


def _find_limits(question: Question, access: Access, most: int) -> list[str]:
    return [
        key for key, limit in limits().items() if question.is_in(*limit.name, *limit.basis.cited, *(limit.procedure or ()))
    ][:most]  # fmt: skip


def _show_limits(keys: Sequence[str], access: Access) -> list[Hit]:
    return [_limit_hit(limits()[key]) for key in keys if key in limits()]


def _limit_hit(limit: Limit) -> Hit:
    notes = (limit.procedure, limit.basis.cited)
    return Hit(limit.id, limit.name, tuple(note for note in notes if note))


STATUTES = Kind(
    "statute", Words("法规", "Statutes"), Words("名称、简称、拼音首字母", "names, short names, pinyin initials"),
    _find_statutes, _show_statutes,
)  # fmt: skip
LIMITS = Kind(
    "limit", Words("法定期限", "Time limits"), Words("名称、依据条文", "names, articles"),
    _find_limits, _show_limits, by_initials=False,
)  # fmt: skip
