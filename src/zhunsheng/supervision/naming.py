"""单位名称: the organs a text names, by name, short name, or the name without the place before it; 各乡镇、各部门 name many.

Nothing is guessed: what is not known, or fits several, is given back for a person to decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from zhunsheng.orgs.history import in_tree_order
from zhunsheng.orgs.models import Organ, OrganKind
from zhunsheng.orgs.terms import unended
from zhunsheng.plans.responsible import organs_in

_PLACE = re.compile(r"^(?:本级|本|全)?(?:省|市|州|县|区|旗|盟)(?:级|直|属|里)?")
_ALL = re.compile(
    r"^(?:[省市州县区](?:直|级|政府|人民政府)?)?(?:各级?|全部|所有)(?:[省市州县区][直级])?(乡镇|乡（镇）|镇|乡镇（街道）|乡镇街道|镇（街道）|乡（镇、街道）|镇街|街道|部门|单位|县区|县（市、区）|县、区|市、县|区县|市县|县)(?:人民政府|政府|办事处|党委)?$"
)
_KINDS = {
    "乡镇": (OrganKind.TOWN,), "乡（镇）": (OrganKind.TOWN,), "镇": (OrganKind.TOWN,), "街道": (OrganKind.STREET,),
    **dict.fromkeys(("乡镇（街道）", "乡镇街道", "镇（街道）", "乡（镇、街道）", "镇街"), (OrganKind.TOWN, OrganKind.STREET)),
    "部门": (OrganKind.DEPARTMENT, OrganKind.OFFICE), "单位": (OrganKind.DEPARTMENT, OrganKind.OFFICE),
}  # fmt: skip


_ENDS = {"委": "委(?:员会)?", "办": "办(?:公室)?"}


class Named(NamedTuple):
    """The organs a text names, and the names nobody is known by, or several are."""

    organs: list[Organ]
    unknown: list[str]


def organs_below(organ: Organ, on: date) -> list[Organ]:
    """An organ and all in being below it, in the order of the tree; one query."""
    rows = Organ.objects.filter(path__startswith=organ.path, valid_from__lte=on)
    return in_tree_order(rows.filter(unended(on)))


def organs_named(text: str, among: Sequence[Organ]) -> Named:
    """The organs a text names among these, each once, in the order of the text."""
    found: dict[int, Organ] = {}
    unknown = []
    for name in organs_in(text):
        organs = _called(name, among)
        if not organs:
            unknown.append(name)
        found |= {organ.pk: organ for organ in organs}
    return Named(list(found.values()), unknown)


def level_of(organ: Organ) -> str:
    """City, county or town, by the organ and the code of its region."""
    if organ.kind in (OrganKind.TOWN, OrganKind.STREET):
        return "town"
    return "city" if organ.region_id[:6].endswith("00") else "county"


def _called(name: str, among: Sequence[Organ]) -> list[Organ]:
    if many := _ALL.match(name):
        return _of_kind(many[1], among)
    exact = [organ for organ in among if name in (organ.name, organ.short_name)]
    plain = _PLACE.sub("", name)
    if not exact and len(plain) > 1:
        exact = [organ for organ in among if organ.short_name == plain]
    if not exact and len(plain) > 2:
        exact = [organ for organ in among if organ.name.endswith(plain)]
    if not exact and len(plain) > 2:
        exact = [organ for organ in among if _is_short_for(plain, organ.name)]
    return _topmost(exact)


def _is_short_for(plain: str, name: str) -> bool:
    """Whether a name is put together of characters of another in their order, from where it begins to the end: 住建局 of
    住房和城乡建设局, 发改委 of 发展和改革委员会."""
    first, *rest = re.escape(plain[0]), *map(re.escape, plain[1:-1])
    end = _ENDS.get(plain[-1], re.escape(plain[-1]))
    return re.search(f"{first}{''.join(f'.*{one}' for one in rest)}.*{end}$", name) is not None


def _of_kind(what: str, among: Sequence[Organ]) -> list[Organ]:
    """All of a kind: towns wherever they are, departments beside the topmost government alone."""
    if what not in _KINDS:
        governments = [organ for organ in among if organ.kind == OrganKind.GOVERNMENT]
        return [organ for organ in governments if organ.parent_id == among[0].pk]
    found = [organ for organ in among if organ.kind in _KINDS[what]]
    if OrganKind.DEPARTMENT in _KINDS[what]:
        return [organ for organ in found if organ.parent_id == among[0].pk]
    return found


def _topmost(organs: Iterable[Organ]) -> list[Organ]:
    """The one nearest the root; none where two are equally near."""
    ordered = sorted(organs, key=lambda organ: organ.path.count("/"))
    if len(ordered) > 1 and ordered[0].path.count("/") == ordered[1].path.count("/"):
        return []
    return ordered[:1]
