"""What of organs and people is found (机关与人员的查找): names of today and before, marks and codes; names and accounts.

There are few enough to be looked through each time, so nothing has to be kept in step.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Prefetch

from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access, duties_in_reach, regions_of
from zhunsheng.orgs.models import FormerForm, Officer, Organ
from zhunsheng.search.asking import Hit, Kind
from zhunsheng.search.wording import Question

_NAMES = ("name", "name_en", "short_name", "mark")


def _find_organs(question: Question, access: Access, most: int) -> list[int]:
    regions = regions_of(access)
    names = {
        pk: tuple(given)
        for pk, *given in Organ.objects.filter(region__in=regions)
        .order_by("valid_to", "path")
        .values_list("pk", *_NAMES, "code")
    }
    for pk, *given in FormerForm.objects.filter(organ__region__in=regions).values_list("organ", *_NAMES):
        names[pk] += tuple(given)
    return [pk for pk, given in names.items() if question.fits(*given)][:most]


def _show_organs(keys: Sequence[int], access: Access) -> list[Hit]:
    rows = Organ.objects.filter(pk__in=keys, region__in=regions_of(access)).select_related("parent")
    found = {organ.pk: organ for organ in rows.prefetch_related("former_forms")}
    return [_organ_hit(found[pk]) for pk in keys if pk in found]


def _organ_hit(organ: Organ) -> Hit:
    above = organ.parent.words if organ.parent else None
    former = "、".join(dict.fromkeys(form.name for form in organ.former_forms.all() if form.name != organ.name))
    notes = (above, Words(f"曾用名：{former}", f"formerly {former}") if former else None, organ.mark)
    closed = Words(f"已于 {organ.valid_to} 撤销", f"closed on {organ.valid_to}") if organ.valid_to else None
    return Hit(organ.pk, organ.words, tuple(note for note in notes if note), None, closed)


def _find_people(question: Question, access: Access, most: int) -> list[int]:
    if not access.holdings:
        return []
    rows = Officer.objects.filter(pk__in=duties_in_reach(access).values("officer"))
    rows = rows.order_by("-is_active", "pk").values_list("pk", "name", "username")
    return [pk for pk, *names in rows if question.fits(*names)][:most]


def _show_people(keys: Sequence[int], access: Access) -> list[Hit]:
    duties = duties_in_reach(access).select_related("organ").order_by("-valid_from", "-pk")
    rows = Officer.objects.filter(pk__in=duties_in_reach(access).filter(officer__in=keys).values("officer"))
    found = {person.pk: person for person in rows.prefetch_related(Prefetch("duties", duties, to_attr="held"))}
    return [_person_hit(found[pk]) for pk in keys if pk in found]


def _person_hit(person: Officer) -> Hit:
    organs = dict.fromkeys(duty.organ.words for duty in person.held)  # type: ignore[attr-defined]
    inactive = None if person.is_active else Words("已停用", "deactivated")
    return Hit(person.pk, person.name, (person.username, *list(organs)[:3]), None, inactive)


ORGANS = Kind(
    "organ", Words("机构", "Organs"), Words("名称、曾用名、简称、代字、拼音首字母", "names, former names, marks, pinyin initials"),
    _find_organs, _show_organs,
)  # fmt: skip
PEOPLE = Kind(
    "officer", Words("人员", "People"), Words("姓名、账号、拼音首字母", "names, accounts, pinyin initials"),
    _find_people, _show_people,
)  # fmt: skip
