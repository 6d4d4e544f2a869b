"""What of the catalogue is found (系统的查找): the systems an officer has duties in, by name."""

from __future__ import annotations

from collections.abc import Sequence

from zhunsheng.catalogue.fields_of_work import FIELDS_OF_WORK
from zhunsheng.catalogue.loading import System, systems
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import EVERY_SYSTEM
from zhunsheng.search.asking import Hit, Kind
from zhunsheng.search.wording import Question


def _open_to(access: Access) -> list[System]:
    held = access.systems()
    return [owner for slug, owner in systems().items() if EVERY_SYSTEM in held or slug in held]


def _find(question: Question, access: Access, most: int) -> list[str]:
    return [owner.slug for owner in _open_to(access) if question.fits(*_names(owner))][:most]


def _names(owner: System) -> list[str]:
    lists = [name for register in owner.registers for name in register.name.words]
    return [*owner.name, *lists]


def _show(keys: Sequence[str], access: Access) -> list[Hit]:
    found = {owner.slug: owner for owner in _open_to(access)}
    return [Hit(slug, found[slug].name, (FIELDS_OF_WORK[found[slug].field_of_work],)) for slug in keys if slug in found]


SYSTEMS = Kind("system", Words("系统", "Systems"), Words("名称、拼音首字母", "names, pinyin initials"), _find, _show)
